"""What the page of absenteeism loads."""

from __future__ import annotations

import polars as pl

from dashboard import caption, data
from dashboard import format as fmt
from dashboard.keeping import remembered
from dashboard.release import Store
from dashboard.texts import keys, text

# How the ids of the populations of each field begin; the whole economy is set beside each.
FIELDS = {
    "medico_social": ("esms", "ehpad"),
    "health": (
        "private_section_q",
        "private_health",
        "public_health",
        "public_hospitals",
        "university",
    ),
    "social_economy": ("social_economy",),
    "whole": ("private_sector",),
}
WHOLE = ("wtw_barometer", "private_sector")  # source and population of the whole economy
# Drawn at first: the sector, and a health sector and a whole economy of one barometer.
FIRST_SERIES = (
    "cnsa_tdb_esms.esms",
    "ayming_barometer.private_health_sector__permanent_contracts",
    "ayming_barometer.private_sector__permanent_contracts",
    "wtw_barometer.private_sector",
)
OTHERS = {
    "absence_days_per_employee": "said",
    "absence_days": "said",
    "presence_rate": "population",
    "absent_employees_share": "said",
    "absence_rate_change": "said",
}


@remembered
def rates(store: Store) -> pl.DataFrame:
    """Absence rates: one series per source, publisher, population and method.

    A value that was computed from those of a barometer stands in the series of that barometer.
    The methods of one population share ``series_id``.
    """
    table = data.observations(store, ("absence_rate",))
    own = pl.col("publisher").filter(pl.col("evidence") != "computed").first()
    named = table.with_columns(
        publisher_of=own.over("source_id", "population_id").fill_null(pl.col("publisher"))
    )
    said = named.with_columns(publisher="publisher_of").select(
        pl.concat_str(data.said_of(), _method()).alias("series")
    )
    return named.drop("publisher_of").with_columns(
        said["series"], series_id=pl.format("{}.{}", "source_id", "population_id")
    )


def _method() -> pl.Expr:
    """The method in words, where a population was measured by several; else nothing."""
    words = {name: text(f"absenteeism.method.{name}") for name in keys("absenteeism.method")}
    several = pl.col("method_group").n_unique().over("source_id", "population_id") > 1
    named = pl.col("method_group").replace_strict(words, default="", return_dtype=pl.String)
    return pl.when(several).then(named).otherwise(pl.lit(""))


def labels(table: pl.DataFrame) -> dict[str, str]:
    """Names of the series by id, without the method, in the order of the names."""
    named = table.with_columns(label=data.said_of()).filter(pl.col("evidence") != "computed")
    return data.labels(named.sort("label"), "series_id", "label")


def of_field(table: pl.DataFrame, field: str) -> pl.DataFrame:
    """The rates of a field, the widest population first, and the whole economy last."""
    source, population = WHOLE
    whole = (pl.col("source_id") == source) & (pl.col("population_id") == population)
    own = pl.any_horizontal(pl.col("population_id").str.starts_with(p) for p in FIELDS[field])
    last = pl.col("period_end").max().over("series")
    return table.filter(own | whole).sort(
        whole,
        pl.col("population_id") != "esms",
        last,
        "series",
        descending=[False, False, True, False],
        maintain_order=True,
    )


def in_words(table: pl.DataFrame) -> str:
    """First and last value of the first series and of the last one."""
    if not table.height:
        return ""
    ends = dict.fromkeys([table["series"][0], table["series"][-1]])
    return " ".join(
        caption.summary_of(table.filter(pl.col("series") == name)) for name in ends
    ).strip()


def others(store: Store, indicator: str) -> pl.DataFrame:
    """Another measure of absence, a row a value: the highest on top."""
    table = data.observations(store, (indicator,))
    label = data.said_of() if OTHERS[indicator] == "said" else pl.col("population_text")
    periods = [fmt.period(*ends) for ends in table.select("period_start", "period_end").rows()]
    return (
        table.with_columns(series=label)
        .with_columns(series=pl.format("{} – {}", "series", pl.Series(periods, dtype=pl.String)))
        .sort("value", descending=True, nulls_last=True)
    )
