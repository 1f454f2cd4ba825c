"""What the page of pay loads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from dashboard import data
from dashboard import format as fmt
from dashboard.charts import Calendar, Mark
from dashboard.keeping import remembered
from dashboard.release import Store
from dashboard.texts import text

CCN66 = "ccn66"
EDUCATOR = "educateur_specialise"
REFERENCES = ("smic_35h", "smic_legal_hours", "gmr1", "gmr2", "gmr3", "gmr4", "gmr5")
SECOND_RANK = ("press", "secondary_page", "address_not_kept", "computed")
# Raw tables that each agreement is computed from; the civil service has one for its three branches.
SOURCES = {CCN66: ("ccn66",), "ccn51": ("ccn51",), "bad": ("bad",)}
CIVIL_SERVICE = ("civil_service",)
REFERENCE_SOURCES = ("smic", "gmr")
# The variant of the grid in which a career begins, for comparisons.
ENTRY_SCALES = ("day", "single", "grade_1", "c1", "intervention")
# The convention that counts the most of what is known, by agreement; home care has supplements
# since October 2021 only.
FULLEST = {
    CCN66: "base_sujetion_segur",
    "ccn51": "base_decentralisee_segur",
    "bad": "base_supplements",
    "fpt": "base_segur",
    "fpe": "base",
}
OF_AGREEMENT = ("(CCN 66)", "(CCN 51)", "(BAD)", "(FPT)", "(FPE)")  # how labels of jobs end
MEMBERS = ("nexem_member", "fehap_member")
FROZEN_MONTHS = 24  # months without a rise from which the point is said to be frozen
SENIORITIES = (0, 3, 5, 10, 15, 20, 25, 30)
LARGE_FIRMS_35H = dt.date(2000, 1, 1)


@dataclass(frozen=True)
class Choice:
    """A pay that one can ask for.

    Attributes:
        group: An employer group, or empty for all of them.
    """

    agreement: str
    job: str
    job_text: str
    seniority: int
    scale: str
    convention: str
    reference: str
    group: str


def agreements(store: Store) -> dict[str, str]:
    """Agreements that have pay, CCN 66 first."""
    rows = store.query(
        """
        select agreement_id from mart_pay_jobs group by agreement_id
        order by agreement_id <> 'ccn66', agreement_id <> 'ccn51', agreement_id
        """
    )
    return {name: text(f"pay.agreement_{name}") for name in rows["agreement_id"]}


def jobs(store: Store, agreement: str) -> dict[str, str]:
    """Jobs of an agreement by id, in the order of their labels."""
    rows = store.query(
        """
        select pay.job_id, coalesce(o.label_text, pay.job_id) as label_text
        from (select distinct agreement_id, job_id from mart_pay_jobs) as pay
        left join dim_occupation as o on o.occupation_id = pay.agreement_id || '_' || pay.job_id
        where pay.agreement_id = $1
        order by label_text
        """,
        (agreement,),
    ).rows()
    return {str(job): _without_agreement(str(label)) for job, label in rows}


def _without_agreement(label: str) -> str:
    return label.rsplit(" (", 1)[0] if label.endswith(OF_AGREEMENT) else label


def choices(store: Store, agreement: str, job: str) -> pl.DataFrame:
    """Scales, steps, employer groups and conventions of a job: one row per combination."""
    return store.query(
        """
        select distinct scale, seniority_years, employer_group, pay_convention
        from mart_salary_smic where agreement_id = $1 and job_id = $2
        order by scale desc, seniority_years, employer_group, pay_convention
        """,
        (agreement, job),
    )


def pay(store: Store, chosen: Choice) -> pl.DataFrame:
    """Monthly pay: one row per employer group, convention (with and without Ségur) and month."""
    return store.query(
        """
        select * from mart_salary_smic
        where agreement_id = $1 and job_id = $2 and seniority_years = $3 and scale = $4
            and list_contains($5::varchar[], pay_convention) and reference_wage = $6
            and ($7 = '' or employer_group = $7)
        order by employer_group, pay_convention, month
        """,
        (
            chosen.agreement,
            chosen.job,
            chosen.seniority,
            chosen.scale,
            with_segur(chosen.convention),
            chosen.reference,
            chosen.group,
        ),
    )


def with_segur(convention: str) -> tuple[str, ...]:
    """A convention and the same with Ségur."""
    return (convention,) if convention.endswith("segur") else (convention, f"{convention}_segur")


def slide(table: pl.DataFrame) -> pl.DataFrame:
    """Ratios as series: by employer group, without and with Ségur; paid where it differs."""
    found = []
    groups = table["employer_group"].unique(maintain_order=True).to_list()
    conventions = table["pay_convention"].unique(maintain_order=True).to_list()
    for paid in (False, True):
        for group in groups:
            for convention in conventions:
                own = table.filter(
                    pl.col("employer_group") == group, pl.col("pay_convention") == convention
                )
                name = _series_name(group, convention, groups, conventions)
                if paid:
                    own = own.filter(pl.col("ratio_paid") > pl.col("ratio_conventional") + 1e-9)
                    name = text("pay.series_raised", series=name)
                column = "ratio_paid" if paid else "ratio_conventional"
                if not own.height:
                    continue
                series = _series(own, column, name, "other", "SMIC", group)
                # A pay that is raised is the minimum wage itself, whose texts are published.
                found.append(
                    series.with_columns(is_second_rank=pl.lit(value=False)) if paid else series
                )
    return pl.concat(found) if found else _nothing()


def stated(store: Store, chosen: Choice) -> pl.DataFrame:
    """The ratios that the documents state of this job, as points; none for another job or pay."""
    if (chosen.agreement, chosen.job) != (CCN66, EDUCATOR):
        return _nothing()
    table = store.query(
        """
        select distinct a.claim_id, a.stated_value, f.period_start, f.period_end
        from mart_claim_audit as a
        left join mart_key_figures as f using (figure_id)
        where a.is_preferred and a.unit_id = 'ratio_to_smic' and f.period_start is not null
        order by f.period_start, a.claim_id
        """
    )
    middle = pl.col("period_start") + (pl.col("period_end") - pl.col("period_start")) / 2
    points = table.with_columns(
        month=middle,
        point_status=pl.lit("in_force"),
        point_evidence=pl.lit("official_copy"),
        coefficient_evidence=pl.lit("official_copy"),
    )
    counted = {"stated": ~pl.col("claim_id").str.ends_with("_segur")}
    counted["stated_segur"] = ~counted["stated"]
    return pl.concat(
        _series(
            points.filter(own), "stated_value", text(f"pay.series_{name}"), "other", "SMIC", "said"
        ).with_columns(
            is_points_only=pl.lit(value=True),
            status=pl.lit("published"),
            period_end=pl.col("period_start"),
        )
        for name, own in counted.items()
    )


def amounts(table: pl.DataFrame) -> pl.DataFrame:
    """Pay and reference wage in euros, as series to draw."""
    groups = table["employer_group"].unique(maintain_order=True).to_list()
    conventions = table["pay_convention"].unique(maintain_order=True).to_list()
    found = [
        _series(
            own,
            "pay_eur",
            _series_name(group, convention, groups, conventions),
            "amount",
            _a_month(),
            group,
        )
        for group in groups
        for convention in conventions
        if (
            own := table.filter(
                pl.col("employer_group") == group, pl.col("pay_convention") == convention
            )
        ).height
    ]
    reference = table.unique("month", keep="first").sort("month")
    found.append(
        _series(
            reference, "reference_eur", text("pay.series_reference"), "amount", _a_month(), "ref"
        ).with_columns(status=pl.lit("computed"), is_second_rank=pl.lit(value=False))
    )
    return pl.concat(found)


def _series_name(
    group: str, convention: str, groups: Sequence[str], conventions: Sequence[str]
) -> str:
    words = [text(f"pay.{group}")] if len(groups) > 1 or group != "all" else []
    if len(conventions) > 1:
        key = "with_segur" if convention.endswith("segur") else "without_segur"
        words.append(text(f"pay.{key}"))
    return " – ".join(words) or text(f"pay.{convention}")


def calendar(store: Store, table: pl.DataFrame, *, one_job: bool = True) -> Calendar:
    """Dates that matter for a pay, within the months of the table.

    From the data: the legal hours, the end of the guarantees, the first month with Ségur, the
    spells without a rise of the point, each rise of the SMIC. The 35 hours of the larger firms are
    a text of the catalogue.

    Args:
        store: The release.
        table: Pay by month, not empty.
        one_job: Whether it is of one job, whose Ségur and freezes can be told.
    """
    smic = store.query(
        """
        select month, smic_valid_from_on, smic_hourly_eur, legal_month_hours, gmr5_eur
        from mart_smic where month >= $1 order by month
        """,
        (dt.date(1998, 1, 1),),
    )
    marks = [Mark(LARGE_FIRMS_35H, text("pay.mark_35h_large"))]
    shorter = smic.filter(pl.col("legal_month_hours") < pl.col("legal_month_hours").shift(1))
    marks += [Mark(month, text("pay.mark_35h_all")) for month in shorter["month"]]
    guaranteed = smic.filter(pl.col("gmr5_eur").is_not_null())
    if guaranteed.height:
        last: dt.date = guaranteed["month"][-1]
        marks.append(Mark(_next_month(last), text("pay.mark_gmr")))
    given = table.filter(pl.col("segur_eur") > 0).sort("month")
    if one_job and given.height and given["month"][0] > table["month"].min():
        first = given.row(0, named=True)
        marks.append(
            Mark(first["month"], text("pay.mark_segur", amount=fmt.euros(first["segur_eur"], 0)))
        )
    rises = smic.group_by("smic_valid_from_on").agg(pl.col("smic_hourly_eur").last())
    rises = rises.sort("smic_valid_from_on").with_columns(
        rise=pl.col("smic_hourly_eur") / pl.col("smic_hourly_eur").shift(1) - 1
    )
    ticks = [
        (day, text("pay.tick_smic", day=fmt.day(day), rise=fmt.percent(rise, 1)))
        for day, rise in rises.select("smic_valid_from_on", "rise").drop_nulls().iter_rows()
    ]
    months = table["month"].sort()
    first, last = months[0], months[-1]
    return Calendar(
        marks=sorted(
            (mark for mark in marks if first <= mark.day <= last), key=lambda mark: mark.day
        ),
        spans=freezes(table) if one_job else (),
        ticks=[(day, words) for day, words in ticks if first <= day <= last],
    )


def freezes(table: pl.DataFrame) -> list[tuple[dt.date, dt.date]]:
    """Spells of two years or more without a change of the point, in the group drawn first.

    Months for which the last known value is only carried forward are left out: a rise may have
    been missed.
    """
    if not table.height:
        return []
    own = table.filter(
        pl.col("employer_group") == table["employer_group"][0],
        pl.col("point_status") == "in_force",
    )
    runs = (
        own.unique("month")
        .sort("month")
        .with_columns(run=pl.col("point_value_eur").rle_id())
        .group_by("run", maintain_order=True)
        .agg(first=pl.col("month").first(), last=pl.col("month").last(), n=pl.len())
        .filter(pl.col("n") >= FROZEN_MONTHS)
    )
    return [(first, _next_month(last)) for first, last in runs.select("first", "last").iter_rows()]


def _next_month(month: dt.date) -> dt.date:
    return dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)


@remembered
def in_words(table: pl.DataFrame) -> str:
    """Each series at its first month, on average in 2001, in October 2023 and at its last month."""
    sentences = []
    groups = table["employer_group"].unique(maintain_order=True).to_list()
    conventions = table["pay_convention"].unique(maintain_order=True).to_list()
    for group in groups:
        for convention in conventions:
            own = table.filter(
                pl.col("employer_group") == group, pl.col("pay_convention") == convention
            )
            if "segur" in convention:  # before its first month it is the series without it
                own = own.filter(pl.col("segur_eur") > 0)
            if own.height:
                name = _series_name(group, convention, groups, conventions)
                sentences.append(_sentence(name, own))
    return "  \n".join(sentences)


def _sentence(name: str, own: pl.DataFrame) -> str:
    first, last = own.row(0, named=True), own.row(-1, named=True)
    by_month = {row["month"]: row for row in own.iter_rows(named=True)}
    between = [
        text("pay.ratio_at", ratio=_ratio(by_month[month]), month=fmt.month(month))
        for month in (dt.date(2001, 7, 1), dt.date(2023, 10, 1))
        if first["month"] < month < last["month"] and month in by_month
    ]
    paid = (
        text("pay.ratio_raised", ratio=fmt.number(last["ratio_paid"], "#,##0.00"))
        if last["ratio_paid"] > last["ratio_conventional"] + 1e-9
        else ""
    )
    return text(
        "pay.ratio_words",
        series=name,
        first=text("pay.ratio_at", ratio=_ratio(first), month=fmt.month(first["month"])),
        between="".join(f", {words}" for words in between),
        last=text("pay.ratio_at", ratio=_ratio(last), month=fmt.month(last["month"])),
        paid=paid,
    )


def _ratio(row: dict[str, float]) -> str:
    return fmt.number(row["ratio_conventional"], "#,##0.00")


def gaps(store: Store, agreement: str, job: str) -> pl.DataFrame:
    """What is missing for a job: one row per gap, those of its own months first."""
    return store.query(
        """
        select * from mart_pay_gaps
        where agreement_id = $1 and (job_id = $2 or job_id = 'all')
        order by gap_kind <> 'months', gap_kind, first_month, missing_text
        """,
        (agreement, job),
    )


def lines(store: Store) -> dict[str, str]:
    """Lines that set jobs of several agreements side by side."""
    rows = store.query(
        """
        select line_id, any_value(line_text) as line_text from mart_pay_jobs
        where line_text is not null group by line_id having count(distinct agreement_id) > 1
        order by line_id <> 'educateur_specialise', line_text
        """
    ).rows()
    return {str(line): str(label) for line, label in rows}


def line_jobs(store: Store, line: str) -> pl.DataFrame:
    """Jobs of a line: one row each, with their label, and why they stand on it."""
    return store.query(
        """
        select j.agreement_id, j.job_id, any_value(coalesce(o.label_text, j.job_id)) as job_text,
            any_value(j.line_reason_text) as line_reason_text,
            min(j.first_month) as first_month, max(j.last_month) as last_month
        from mart_pay_jobs as j
        left join dim_occupation as o on o.occupation_id = j.agreement_id || '_' || j.job_id
        where j.line_id = $1 and list_contains($2::varchar[], j.scale)
        group by j.agreement_id, j.job_id
        order by j.agreement_id <> 'ccn66', j.agreement_id <> 'ccn51', j.agreement_id, j.job_id
        """,
        (line, ENTRY_SCALES),
    )


def side_by_side(
    store: Store, line: str, years: int, counted: str, group: str, reference: str
) -> pl.DataFrame:
    """Pay of the jobs of a line at one seniority: one row per agreement, job and month.

    Args:
        store: The release.
        line: The line of comparison.
        years: Completed years; each agreement gives the step in which they stand.
        counted: ``base``, or ``fullest`` for all that is known of the agreement.
        group: ``member`` or ``other``.
        reference: Reference wage.
    """
    table = store.query(
        """
        select s.*
        from mart_salary_smic as s
        inner join (
            select distinct agreement_id, job_id, scale from mart_pay_jobs where line_id = $1
        ) as j using (agreement_id, job_id, scale)
        where list_contains($2::varchar[], s.scale) and s.reference_wage = $3
            and s.seniority_years <= $4
            and (s.seniority_years_to is null or s.seniority_years_to >= $4)
        order by s.agreement_id <> 'ccn66', s.agreement_id <> 'ccn51', s.agreement_id, s.job_id,
            s.month
        """,
        (line, ENTRY_SCALES, reference, years),
    )
    groups = ["all", *(MEMBERS if group == "member" else ("other",))]
    wanted = (
        pl.col("pay_convention") == "base"
        if counted == "base"
        else pl.col("pay_convention")
        == pl.col("agreement_id").replace_strict(FULLEST, default="base")
    )
    return table.filter(pl.col("employer_group").is_in(groups), wanted)


def compared_series(table: pl.DataFrame, labels: dict[tuple[str, str], str]) -> pl.DataFrame:
    """The ratios of a comparison as series, one an agreement and job, each on its own."""
    found = []
    for (agreement, job), own in table.partition_by(
        "agreement_id", "job_id", as_dict=True, maintain_order=True
    ).items():
        name = text(
            "pay.known_of", agreement=text(f"pay.agreement_{agreement}"), job=labels[agreement, job]
        )
        found.append(
            _series(own, "ratio_conventional", name, "other", "SMIC", f"{agreement}:{job}")
        )
    # Without a shared colour, so that dashes tell the lines apart as well.
    return (pl.concat(found) if found else _nothing()).drop("colour_key")


def short_job(label: str) -> str:
    """Name of a job without its agreement and without the list of what it covers."""
    return _without_agreement(label).split(": ")[0].rstrip()


def real(store: Store, chosen: Choice, base_year: int) -> pl.DataFrame:
    """Yearly pay in euros of one year: one row per employer group, convention and whole year."""
    return store.query(
        """
        select r.*, p.deflator, r.pay_eur * p.deflator as constant_pay_eur,
            r.paid_eur * p.deflator as constant_paid_eur
        from mart_salary_real as r
        left join mart_price_index as p
            on p.price_series = 'all_items' and p.year = r.year and p.base_year = $6
        where r.agreement_id = $1 and r.job_id = $2 and r.seniority_years = $3 and r.scale = $4
            and list_contains($5::varchar[], r.pay_convention)
            and ($7 = '' or r.employer_group = $7)
        order by r.employer_group, r.pay_convention, r.year
        """,
        (
            chosen.agreement,
            chosen.job,
            chosen.seniority,
            chosen.scale,
            with_segur(chosen.convention),
            base_year,
            chosen.group,
        ),
    )


def price_years(store: Store) -> list[int]:
    """Years that pay can be expressed in euros of, the last first."""
    rows = store.query(
        """
        select distinct base_year from mart_price_index
        where price_series = 'all_items' order by base_year desc
        """
    )
    years: list[int] = rows["base_year"].to_list()
    return years


def real_series(table: pl.DataFrame) -> pl.DataFrame:
    """Real pay of whole years as series to draw."""
    whole = table.filter(
        pl.col("n_months") == 12, pl.col("constant_pay_eur").is_not_null()
    ).with_columns(
        month=pl.date(pl.col("year"), 1, 1),
        point_status=pl.lit("in_force"),
        point_evidence=pl.lit("official_copy"),
        coefficient_evidence=pl.lit("official_copy"),
    )
    groups = whole["employer_group"].unique(maintain_order=True).to_list()
    conventions = whole["pay_convention"].unique(maintain_order=True).to_list()
    found = []
    for group in groups:
        for convention in conventions:
            own = whole.filter(
                pl.col("employer_group") == group, pl.col("pay_convention") == convention
            )
            if own.height:
                name = _series_name(group, convention, groups, conventions)
                found.append(
                    _series(
                        own, "constant_pay_eur", name, "amount", _a_month(), group
                    ).with_columns(
                        frequency=pl.lit("annual"),
                        period_end=pl.date(pl.col("period_start").dt.year(), 12, 31),
                    )
                )
    return pl.concat(found) if found else _nothing()


def readings(store: Store) -> pl.DataFrame:
    """The three numbers of the educator under every combination; see `mart_educator_readings`."""
    return store.query(
        """
        select * from mart_educator_readings
        order by is_natural desc, is_all_three desc, pay_convention desc, reference_wage desc,
            employer_group, scale, seniority_years, date_rule_2001, date_rule_2023
        """
    )


@remembered
def answer(store: Store) -> dict[str, object] | None:
    """The three numbers under their natural reading, and the last known ones of the same pay.

    Returns:
        The row of `mart_educator_readings`, with ``last`` and ``last_segur``: the last month of
        that pay without and with Ségur (rows of `mart_salary_smic`, or None); None without it.
    """
    found = store.query("select * from mart_educator_readings where is_natural")
    if not found.height:
        return None
    row = found.row(0, named=True)
    chosen = Choice(
        CCN66,
        EDUCATOR,
        "",
        row["seniority_years"],
        row["scale"],
        row["pay_convention"],
        "smic_35h",
        row["employer_group"],
    )
    table = pay(store, chosen)
    with_it = pl.col("pay_convention").str.ends_with("segur")
    last = {
        name: own.row(-1, named=True) if own.height else None
        for name, own in (
            ("last", table.filter(~with_it)),
            ("last_segur", table.filter(with_it)),
        )
    }
    return row | last


def by_combination(table: pl.DataFrame) -> pl.DataFrame:
    """Readings without their dates: how many pairs of dates give all three numbers."""
    keys = ["pay_convention", "reference_wage", "employer_group", "scale", "seniority_years"]
    return (
        table.group_by(keys, maintain_order=True)
        .agg(
            n_pairs=pl.len(),
            n_all_three=pl.col("is_all_three").sum(),
            is_natural=pl.col("is_natural").any(),
            **{
                f"{end}_{name}": getattr(pl.col(f"ratio_{name}"), end)()
                for name in ("2001", "2023", "2023_segur")
                for end in ("min", "max")
            },
        )
        .sort("n_all_three", "is_natural", descending=True, maintain_order=True)
    )


def fall(store: Store, chosen: Choice) -> pl.DataFrame:
    """The fall from 2001 to 2023 by floor of 2001, for one combination."""
    return store.query(
        """
        select * from mart_educator_fall
        where pay_convention = $1 and employer_group = $2 and scale = $3 and seniority_years = $4
        order by floor_2001
        """,
        (chosen.convention, chosen.group, chosen.scale, chosen.seniority),
    )


def immersion(
    store: Store, agreement: str, group: str, scale: str, convention: str
) -> pl.DataFrame:
    """The first coefficient at the SMIC, and how much lies under it: one row per month."""
    return store.query(
        """
        select * from mart_immersion
        where agreement_id = $1 and employer_group = $2 and scale = $3 and pay_convention = $4
        order by month
        """,
        (agreement, group, scale, convention),
    )


def immersion_choices(store: Store, agreement: str) -> pl.DataFrame:
    """Employer groups, scales and conventions of the immersion: one row per combination."""
    return store.query(
        """
        select distinct employer_group, scale, pay_convention from mart_immersion
        where agreement_id = $1 order by employer_group, scale desc, pay_convention desc
        """,
        (agreement,),
    )


def scales_in_order(scales: list[str]) -> list[str]:
    """Variants of a grid: that in which a career begins today first."""
    order = ("day", "intervention", *ENTRY_SCALES)
    return sorted(
        scales, key=lambda name: (order.index(name) if name in order else len(order), name)
    )


def immersion_series(table: pl.DataFrame) -> pl.DataFrame:
    """The threshold and the lowest coefficient paid, as series to draw."""
    months = table.with_columns(
        point_status=pl.lit("in_force"),
        point_evidence=pl.lit("official_copy"),
        coefficient_evidence=pl.lit("official_copy"),
    )
    return pl.concat(
        [
            _series(months, column, text(f"pay.{name}"), "ordinal", "", name)
            for column, name in (
                ("first_coefficient_at_smic", "series_threshold"),
                ("lowest_coefficient", "series_lowest"),
            )
        ]
    )


def immersion_steps(
    store: Store, agreement: str, group: str, scale: str, convention: str
) -> pl.DataFrame:
    """When each step went under the SMIC: one row per job, step and episode."""
    table = store.query(
        """
        select s.*, coalesce(o.label_text, s.job_id) as job_text
        from mart_immersion_steps as s
        left join dim_occupation as o on o.occupation_id = s.agreement_id || '_' || s.job_id
        where s.agreement_id = $1 and s.employer_group = $2 and s.scale = $3
            and s.pay_convention = $4
        order by job_text, s.seniority_years, s.episode
        """,
        (agreement, group, scale, convention),
    )
    return table.with_columns(
        job_text=pl.col("job_text").map_elements(short_job, return_dtype=pl.String)
    )


def steps_of_jobs(store: Store, agreement: str, scale: str) -> dict[str, int]:
    """How many seniority steps each job of a scale has had, by job."""
    rows = store.query(
        "select job_id, n_steps from mart_pay_jobs where agreement_id = $1 and scale = $2",
        (agreement, scale),
    ).rows()
    return {str(job): int(count) for job, count in rows}


def immersion_spells(steps: pl.DataFrame, n_steps: dict[str, int], now: dt.date) -> pl.DataFrame:
    """Runs of months in which as many steps of a job were under the SMIC, for the chart.

    Args:
        steps: Rows of :func:`immersion_steps`.
        n_steps: Steps of each job.
        now: The last month; the label of a job says how many of its steps are under then.
    """
    months = (
        steps.with_columns(
            month=pl.date_ranges("first_month_under", "last_month_under", interval="1mo")
        )
        .explode("month")
        .group_by("job_id", "job_text", "month")
        .agg(n=pl.col("seniority_years").n_unique())
        .sort("job_text", "job_id", "month")
        .with_columns(
            new=(
                (pl.col("n") != pl.col("n").shift(1))
                | (pl.col("month") != pl.col("month").shift(1).dt.offset_by("1mo"))
                | (pl.col("job_id") != pl.col("job_id").shift(1))
            ).fill_null(value=True)
        )
        .with_columns(run=pl.col("new").cast(pl.Int32).cum_sum())
    )
    runs = months.group_by("run", maintain_order=True).agg(
        pl.col("job_id", "job_text", "n").first(),
        first_day=pl.col("month").first(),
        last_day=pl.col("month").last().dt.month_end(),
    )
    rows = []
    for row in runs.iter_rows(named=True):
        total = max(n_steps.get(row["job_id"], row["n"]), row["n"])
        rows.append(
            {
                "job_id": row["job_id"],
                "job_text": row["job_text"],
                "first_day": row["first_day"],
                "last_day": row["last_day"],
                "n": row["n"],
                "n_steps": total,
                "share": row["n"] / total,
                "words": text(
                    "pay.spell",
                    n=fmt.integer(row["n"]),
                    total=fmt.integer(total),
                    first=fmt.month(row["first_day"]),
                    last=fmt.month(row["last_day"]),
                ),
            }
        )
    table = pl.DataFrame(rows)
    none = text("pay.none_now", month=fmt.month(now))
    today = {
        row["job_id"]: text("pay.steps_now", n=row["n"], total=row["n_steps"], month=fmt.month(now))
        for row in rows
        if row["last_day"] > now
    }
    return table.with_columns(
        label=pl.Series(
            [f"{row['job_text']} – {today.get(row['job_id'], none)}" for row in rows],
            dtype=pl.String,
        )
    )


def starts(store: Store, rule: str, group: str) -> list[dt.date]:
    """First months from which a rule can run, the first one first."""
    rows = store.query(
        """
        select distinct start_month from mart_indexation_paths
        where agreement_id = 'ccn66' and rule_id = $1 and employer_group = $2 order by start_month
        """,
        (rule, group),
    )
    months: list[dt.date] = rows["start_month"].to_list()
    return months


def rules(store: Store) -> list[str]:
    """Rules of the simulator, those of the HCTS first."""
    rows = store.query(
        """
        select distinct rule_id from mart_indexation_paths
        order by rule_id = 'frozen_point', rule_id
        """
    )
    names: list[str] = rows["rule_id"].to_list()
    return names


def path(store: Store, rule: str, start: dt.date, chosen: Choice) -> pl.DataFrame:
    """A rule from its start on: one row per month, point, pay and ratio, real and under the rule.

    Pay is base and sujétion, against the SMIC of 35 hours.
    """
    return store.query(
        """
        select p.month, p.path_point_eur, p.real_point_eur, p.pay_factor, p.share_gap,
            s.pay_eur as real_pay_eur, s.pay_eur * p.pay_factor as path_pay_eur,
            s.pay_eur * (p.pay_factor - 1) as gap_eur,
            s.ratio_conventional as ratio_real, s.ratio_conventional * p.pay_factor as ratio_path,
            s.point_status, s.point_evidence, s.coefficient_evidence
        from mart_indexation_paths as p
        left join mart_salary_smic as s
            on s.agreement_id = p.agreement_id and s.employer_group = p.employer_group
            and s.month = p.month and s.job_id = $4 and s.seniority_years = $5 and s.scale = $6
            and s.pay_convention = 'base_sujetion' and s.reference_wage = 'smic_35h'
        where p.agreement_id = 'ccn66' and p.employer_group = $3 and p.rule_id = $1
            and p.start_month = $2
        order by p.month
        """,
        (rule, start, chosen.group, chosen.job, chosen.seniority, chosen.scale),
    )


def path_today(store: Store, rule: str, start: dt.date, chosen: Choice) -> pl.DataFrame:
    """What a rule would pay in the last month, against the real pay: one row, or none."""
    return store.query(
        """
        select * from mart_indexation_pay
        where agreement_id = 'ccn66' and rule_id = $1 and start_month = $2
            and employer_group = $3 and job_id = $4 and seniority_years = $5 and scale = $6
        """,
        (rule, start, chosen.group, chosen.job, chosen.seniority, chosen.scale),
    )


def path_series(table: pl.DataFrame, measure: str) -> pl.DataFrame:
    """The path of a rule and the real one, as series to draw: point, ratio or pay."""
    kind, symbol = {
        "point": ("amount", "€"),
        "ratio": ("other", "SMIC"),
        "pay": ("amount", _a_month()),
    }[measure]
    columns = {
        "point": ("path_point_eur", "real_point_eur"),
        "ratio": ("ratio_path", "ratio_real"),
        "pay": ("path_pay_eur", "real_pay_eur"),
    }[measure]
    known = table.filter(pl.col("point_status").is_not_null())
    return pl.concat(
        [
            _series(known, columns[0], text("pay.series_rule"), kind, symbol, "rule"),
            _series(known, columns[1], text("pay.series_real"), kind, symbol, "real"),
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
            _series(table, f"{name}_eur", text(f"pay.{name}"), "amount", _a_month(), name)
            for name in ("smic_legal_hours", "smic_35h")
        ]
    )


def smic_values(store: Store) -> pl.DataFrame:
    """The values of the minimum wage as they were set, each with its raw row."""
    return data.observations(store, ("smic_hourly_eur", "smic_monthly_eur")).with_columns(
        series="indicator_text"
    )


def points_monthly(store: Store) -> pl.DataFrame:
    """Value of the point of CCN 66 by month and employer group, as series to draw."""
    table = store.query(
        """
        select distinct employer_group, month, point_value_eur, point_status, point_evidence,
            'official_copy' as coefficient_evidence
        from mart_salary_smic
        where agreement_id = 'ccn66' and job_id = 'educateur_specialise' and seniority_years = 0
            and scale = 'day' and reference_wage = 'smic_35h' and pay_convention = 'base'
        order by employer_group, month
        """
    )
    return pl.concat(
        _series(own, "point_value_eur", text(f"pay.{own['employer_group'][0]}"), "amount", "€")
        for own in table.partition_by("employer_group", maintain_order=True)
    )


def point_values(store: Store) -> pl.DataFrame:
    """The values of the point as the texts set them, each with its raw row."""
    return data.observations(store, ("agreement_point_eur",), sources=(CCN66,)).with_columns(
        series="population_text"
    )


def jobs_of_gaps(table: pl.DataFrame) -> dict[str, str]:
    """Occupations of the wage gaps by id: all of them together first."""
    labels = data.labels(table.sort("occupation_text"), "occupation_id", "occupation_text")
    return {"all": text("pay.gaps_every_job")} | {
        name: label for name, label in labels.items() if name != "all"
    }


def wage_gaps(store: Store) -> pl.DataFrame:
    """Gap of the mean net wage to the private sector: last year of each population and job."""
    table = data.observations(store, ("wage_gap_to_private_mean",)).with_columns(
        series=pl.concat_str(
            "population_text",
            pl.when(pl.col("occupation_id") != "all")
            .then(", " + pl.col("occupation_text"))
            .otherwise(pl.lit("")),
            pl.lit(" – "),
            pl.col("period_start").dt.year().cast(pl.String),
        )
    )
    last = ["population_id", "occupation_id"]
    return table.filter(pl.col("period_start") == pl.col("period_start").max().over(last)).sort(
        "value"
    )


@remembered
def second_rank_months(table: pl.DataFrame) -> int:
    """Months of a pay that rest on a point or a coefficient of second-rank evidence."""
    weak = pl.col("point_evidence").is_in(SECOND_RANK) | pl.col("coefficient_evidence").is_in(
        SECOND_RANK
    )
    return table.filter(weak)["month"].n_unique()


def sources_of(agreement: str) -> tuple[str, ...]:
    """Sources that a pay of an agreement is computed from."""
    own = SOURCES.get(agreement, CIVIL_SERVICE)
    segur = () if agreement in ("bad", "fpe") else ("segur",)
    return (*own, *REFERENCE_SOURCES, *segur)


def _a_month() -> str:
    """Symbol of an amount by month; the catalogue holds units as ``kind|symbol``."""
    return text("unit.eur_per_month").split("|")[1]


def _series(
    table: pl.DataFrame, column: str, name: str, kind: str, symbol: str, colour: str = ""
) -> pl.DataFrame:
    """A monthly column in the shape that the charts draw."""
    weak = pl.col("point_evidence").is_in(SECOND_RANK) | pl.col("coefficient_evidence").is_in(
        SECOND_RANK
    )
    carried = pl.col("point_status") == "carried_forward"
    if "coefficient_status" in table.columns:
        carried |= pl.col("coefficient_status") == "carried_forward"
    return table.select(
        series=pl.lit(name),
        colour_key=pl.lit(colour or name),
        period_start="month",
        period_end=pl.col("month").dt.month_end(),
        frequency=pl.lit("monthly"),
        value=pl.col(column).cast(pl.Float64),
        numerator=pl.lit(None, pl.Float64),
        denominator=pl.lit(None, pl.Float64),
        status=pl.when(carried).then(pl.lit("estimated")).otherwise(pl.lit("computed")),
        qualifier=pl.lit("exact"),
        evidence=pl.lit("computed"),
        is_second_rank=weak,
        is_points_only=pl.lit(value=False),
        break_before=pl.lit(value=False),
        break_reason_text=pl.lit(None, pl.String),
        comparability_group=pl.lit(name),
        source_id=pl.lit("pay"),
        vintage=pl.lit("unique"),
        population_id=pl.lit(""),
        occupation_id=pl.lit(""),
        geography_id=pl.lit("fr"),
        unit_kind=pl.lit(kind),
        unit_symbol_text=pl.lit(symbol),
    ).filter(pl.col("value").is_not_null())


def _nothing() -> pl.DataFrame:
    empty = pl.DataFrame(
        schema={
            "month": pl.Date,
            "value": pl.Float64,
            "point_status": pl.String,
            "point_evidence": pl.String,
            "coefficient_evidence": pl.String,
        }
    )
    return _series(empty, "value", "", "other", "")
