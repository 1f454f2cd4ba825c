"""What the page of pay loads."""

from __future__ import annotations

import polars as pl

from dashboard import data
from dashboard import format as fr
from dashboard.release import Store
from dashboard.texts import text

AGREEMENT = "ccn66"
EDUCATOR = "educateur_specialise"
CONVENTIONS = ("base_sujetion", "base_sujetion_segur", "base", "base_segur")
REFERENCES = ("smic_legal_hours", "smic_35h", "gmr1", "gmr2", "gmr3", "gmr4", "gmr5")
GROUPS = ("nexem_member", "other")
SECOND_RANK = ("press", "secondary_page", "address_not_kept", "computed")


def jobs(store: Store) -> dict[str, str]:
    """Jobs of the agreement by id, in the order of their labels."""
    rows = store.query(
        """
        select pay.job_id, coalesce(o.label_fr, pay.job_id) as label_fr
        from (select distinct agreement_id, job_id from mart_salary_smic) as pay
        left join dim_occupation as o on o.occupation_id = pay.agreement_id || '_' || pay.job_id
        where pay.agreement_id = $1
        order by label_fr
        """,
        (AGREEMENT,),
    ).rows()
    return {str(job): str(label).removesuffix(" (CCN 66)") for job, label in rows}


def steps(store: Store, job: str) -> tuple[list[int], list[str]]:
    """Years of seniority and scales that the agreement has for a job."""
    table = store.query(
        """
        select distinct seniority_years, scale from mart_salary_smic
        where agreement_id = $1 and job_id = $2
        order by seniority_years, scale desc
        """,
        (AGREEMENT, job),
    )
    return (
        table["seniority_years"].unique(maintain_order=True).to_list(),
        table["scale"].unique(maintain_order=True).to_list(),
    )


def pay(
    store: Store, job: str, seniority: int, scale: str, convention: str, reference: str
) -> pl.DataFrame:
    """Monthly pay of a job: one row per employer group and month, with the ratios."""
    return store.query(
        """
        select * from mart_salary_smic
        where agreement_id = $1 and job_id = $2 and seniority_years = $3 and scale = $4
            and pay_convention = $5 and reference_wage = $6
        order by employer_group, month
        """,
        (AGREEMENT, job, seniority, scale, convention, reference),
    )


def ratios(table: pl.DataFrame, group: str) -> pl.DataFrame:
    """Conventional and paid ratio of one employer group, as series to draw."""
    own = table.filter(pl.col("employer_group") == group)
    return pl.concat(
        [
            _series(own, "ratio_conventional", text("pay.series_conventional"), "other", "SMIC"),
            _series(own, "ratio_paid", text("pay.series_paid"), "other", "SMIC"),
        ]
    )


def amounts(table: pl.DataFrame, group: str) -> pl.DataFrame:
    """Pay and reference wage of one employer group in euros, as series to draw."""
    own = table.filter(pl.col("employer_group") == group)
    return pl.concat(
        [
            _series(own, "pay_eur", text("pay.series_pay"), "amount", "€/mois"),
            _series(own, "reference_eur", text("pay.series_reference"), "amount", "€/mois"),
        ]
    )


def smic_monthly(store: Store) -> pl.DataFrame:
    """The minimum wage by month since 1970: 35 hours, and legal hours of the time."""
    table = store.query("select * from mart_smic order by month").with_columns(
        point_status=pl.lit("in_force"),
        point_evidence=pl.lit("official_copy"),
        coefficient_evidence=pl.lit("official_copy"),
    )
    return pl.concat(
        [
            _series(
                table, "smic_legal_hours_eur", text("pay.smic_legal_hours"), "amount", "€/mois"
            ),
            _series(table, "smic_35h_eur", text("pay.smic_35h"), "amount", "€/mois"),
        ]
    )


def smic_values(store: Store) -> pl.DataFrame:
    """The values of the minimum wage as they were set, each with its raw row."""
    return data.observations(store, ("smic_hourly_eur", "smic_monthly_eur")).with_columns(
        series="indicator_fr"
    )


def points_monthly(store: Store) -> pl.DataFrame:
    """Value of the point by month and employer group, as series to draw."""
    table = store.query(
        """
        select distinct employer_group, month, point_value_eur, point_status, point_evidence,
            'official_copy' as coefficient_evidence
        from mart_salary_smic
        where agreement_id = $1 and job_id = $2 and seniority_years = 0
        order by employer_group, month
        """,
        (AGREEMENT, EDUCATOR),
    )
    return pl.concat(
        _series(
            table.filter(pl.col("employer_group") == group),
            "point_value_eur",
            text(f"pay.{group}"),
            "amount",
            "€",
        )
        for group in GROUPS
    )


def point_values(store: Store) -> pl.DataFrame:
    """The values of the point as the texts set them, each with its raw row."""
    return data.observations(store, ("agreement_point_eur",), sources=(AGREEMENT,)).with_columns(
        series="population_fr"
    )


def gaps(store: Store) -> pl.DataFrame:
    """Gap of the mean net wage to the private sector: last year of each population and job."""
    table = data.observations(store, ("wage_gap_to_private_mean",)).with_columns(
        series=pl.concat_str(
            "population_fr",
            pl.when(pl.col("occupation_id") != "all")
            .then(", " + pl.col("occupation_fr"))
            .otherwise(pl.lit("")),
            pl.lit(" – "),
            pl.col("period_start").dt.year().cast(pl.String),
        )
    )
    last = ["population_id", "occupation_id"]
    return table.filter(pl.col("period_start") == pl.col("period_start").max().over(last)).sort(
        "value"
    )


def _series(table: pl.DataFrame, column: str, name: str, kind: str, symbol: str) -> pl.DataFrame:
    """A monthly column in the shape that the charts draw."""
    evidence = pl.concat_list("point_evidence", "coefficient_evidence")
    weak = evidence.list.eval(pl.element().is_in(list(SECOND_RANK)))
    return table.select(
        series=pl.lit(name),
        period_start="month",
        period_end=pl.col("month").dt.month_end(),
        frequency=pl.lit("monthly"),
        value=pl.col(column),
        status=pl.when(pl.col("point_status") == "carried_forward")
        .then(pl.lit("estimated"))
        .otherwise(pl.lit("computed")),
        qualifier=pl.lit("exact"),
        evidence=pl.lit("computed"),
        is_second_rank=weak.list.any(),
        is_points_only=pl.lit(False),
        break_before=pl.lit(False),
        break_reason_fr=pl.lit(None, pl.String),
        comparability_group=pl.lit(name),
        source_id=pl.lit(AGREEMENT),
        vintage=pl.lit("unique"),
        population_id=pl.lit(""),
        occupation_id=pl.lit(""),
        geography_id=pl.lit("fr"),
        unit_kind=pl.lit(kind),
        unit_symbol_fr=pl.lit(symbol),
    ).filter(pl.col("value").is_not_null())


def in_words(table: pl.DataFrame, group: str) -> str:
    """The ratio at the first month, in October 2001 and at the last month."""
    own = table.filter(pl.col("employer_group") == group)
    if not own.height:
        return ""
    first, last = own.row(0, named=True), own.row(-1, named=True)
    return text(
        "pay.ratio_words",
        first=fr.number(first["ratio_conventional"], "#,##0.00"),
        first_on=fr.month(first["month"]),
        last=fr.number(last["ratio_conventional"], "#,##0.00"),
        last_on=fr.month(last["month"]),
        paid=fr.number(last["ratio_paid"], "#,##0.00"),
    )
