"""What the page of work accidents loads."""

from __future__ import annotations

import polars as pl

from dashboard import data
from dashboard import format as fmt
from dashboard.release import Store
from dashboard.texts import text

# Indicators offered for each risk.
MEASURES = {
    "at": (
        "at_frequency_index",
        "at_frequency_rate",
        "at_severity_rate",
        "at_days_lost",
        "at_accidents",
        "at_days_per_accident",
        "at_new_permanent_disabilities",
        "at_deaths",
    ),
    "mp": ("mp_frequency_index", "mp_cases", "mp_days_lost", "mp_new_permanent_disabilities"),
    "commuting": (
        "commuting_frequency_index",
        "commuting_accidents",
        "commuting_days_lost",
        "commuting_deaths",
    ),
}
CAUSE = "at_accidents_cause_"
GENERAL = "all_sectors__general_scheme"
SHEETS = "all_sectors__general_scheme_naf_sheets"
ACTIVITIES = "naf_"
DIVISIONS = ("naf_86__general_scheme", "naf_87__general_scheme", "naf_88__general_scheme")


def measure_labels(store: Store, risk: str) -> dict[str, str]:
    """Labels of the measures of a risk that the release has."""
    rows = dict(store.query("select indicator_id, label_text from dim_indicator").rows())
    return {name: rows[name] for name in MEASURES[risk] if name in rows}


def by_activity(store: Store, indicator: str) -> pl.DataFrame:
    """One indicator: one series per activity (NAF), and all sectors together."""
    return data.observations(store, (indicator,)).with_columns(
        series=pl.col("population_text").str.replace(", régime général$", "")
    )


def activities(table: pl.DataFrame) -> dict[str, str]:
    """Activities by id: all sectors first, then by NAF code."""
    ordered = table.sort(~pl.col("population_id").str.starts_with("all_sectors"), "population_id")
    return data.labels(ordered, "population_id")


def ranking(table: pl.DataFrame, year: int) -> pl.DataFrame:
    """One year: the social and medico-social activities and all sectors, the highest first."""
    activity = pl.col("population_id")
    return table.filter(
        pl.col("period_start").dt.year() == year,
        activity.str.contains(r"^naf_8[78]\d\d") | activity.is_in([GENERAL, SHEETS]),
    ).sort("value", descending=True, nulls_last=True)


def years(table: pl.DataFrame) -> list[int]:
    """Years of a table, the last first."""
    found = table["period_start"].drop_nulls().dt.year().unique().sort(descending=True)
    return [int(year) for year in found]


def causes(store: Store, population: str) -> pl.DataFrame:
    """Accidents of one activity by cause, the most frequent first; ``known`` is not a cause."""
    names = store.query(
        "select indicator_id from dim_indicator where starts_with(indicator_id, $1)", (CAUSE,)
    )["indicator_id"].to_list()
    table = data.observations(
        store, tuple(name for name in names if name != f"{CAUSE}known"), populations=(population,)
    )
    return table.with_columns(
        series=_capital(pl.col("indicator_text").str.replace("^Accidents du travail, cause : ", ""))
    ).sort("value", descending=True, nulls_last=True)


def _capital(label: pl.Expr) -> pl.Expr:
    return label.str.slice(0, 1).str.to_uppercase() + label.str.slice(1)


def causes_in_words(table: pl.DataFrame) -> str:
    """The first two causes and their part of the accidents of known cause."""
    total = float(table["value"].sum())
    if table.height < 2 or not total:
        return ""
    first, second = table.row(0, named=True), table.row(1, named=True)
    return text(
        "work_accidents.causes_words",
        first=first["series"].lower(),
        share=fmt.percent(first["value"] / total, 0),
        second=second["series"].lower(),
        second_share=fmt.percent(second["value"] / total, 0),
        total=fmt.integer(total),
    )
