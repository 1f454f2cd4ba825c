"""What the page of training and departures loads."""

from __future__ import annotations

import polars as pl

from dashboard import data
from dashboard import format as fmt
from dashboard.keeping import remembered
from dashboard.release import Store
from dashboard.texts import text

STEPS = ("training_enrolments", "training_entrants", "training_graduates", "training_applicants")
MAIN_DIPLOMAS = ("diploma_dees", "diploma_deass", "diploma_deaes")
# What the view of departures shows: the indicators of each choice (the first one is a conflict).
DEPARTURES = {
    "expected": (),
    "ages": ("employees_55_and_over_share", "employees_under_30_share"),
    "leavers": ("organisations_with_leavers_share",),
}
CONFLICTS = ("students_entrants", "training_applicants", "workforce_sector")
LONG = 3  # values from which a series says something in time


@remembered
def steps(store: Store) -> pl.DataFrame:
    """All programmes together: one series per step (enrolled, entrants, graduates)."""
    return data.observations(store, STEPS[:3], occupations=("all",)).with_columns(
        series="indicator_text"
    )


@remembered
def by_diploma(store: Store, indicator: str) -> pl.DataFrame:
    """One step: one series per diploma; all programmes first."""
    return (
        data.observations(store, (indicator,))
        .with_columns(
            series=pl.when(pl.col("occupation_id") == "all")
            .then(pl.lit(text("training.all")))
            .otherwise("occupation_text")
        )
        .sort(pl.col("occupation_id") != "all", "occupation_id", "period_start")
    )


def one_a_period(table: pl.DataFrame) -> pl.DataFrame:
    """One value a series and period, so that editions do not crowd the chart.

    Of several, the first-rank one, then a published one before a computed one, then that of the
    survey which gives most values of the series. What is left out stands in the table.
    """
    usual = pl.len().over("series", "publisher")
    return (
        table.sort(
            "is_second_rank",
            pl.col("evidence") == "computed",
            usual,
            descending=[False, False, True],
            maintain_order=True,
        )
        .unique(["series", "period_start", "period_end"], keep="first", maintain_order=True)
        .sort("indicator_id", "occupation_id", "period_start")
    )


def left_out(every: pl.DataFrame, drawn: pl.DataFrame) -> list[str]:
    """How many values of another edition or survey are in the table only: a sentence, or none."""
    n = every.height - drawn.height
    return [fmt.plural(n, "training.editions")] if n else []


def points(store: Store, *indicators: str) -> pl.DataFrame:
    """Published points: one series per indicator, publisher and population."""
    table = data.observations(store, indicators)
    said = data.said_of()
    several = table["indicator_id"].n_unique() > 1
    return table.with_columns(
        series=pl.concat_str("indicator_text", pl.lit(" – "), said) if several else said
    )


def workforce(store: Store) -> pl.DataFrame:
    """Employees of the sector: one series per publisher and population, France, all jobs."""
    return data.observations(
        store, ("employees",), geographies=("fr",), occupations=("all",)
    ).with_columns(series=data.said_of())


def last_a_series(table: pl.DataFrame) -> pl.DataFrame:
    """The last dated value of each series, named with its period, the highest on top."""
    last = table.filter(
        pl.col("value").is_not_null(),
        pl.col("period_end") == pl.col("period_end").max().over("series"),
    ).unique("series", keep="last", maintain_order=True)
    periods = [fmt.period(*ends) for ends in last.select("period_start", "period_end").rows()]
    return last.with_columns(
        series=pl.format("{} – {}", "series", pl.Series(periods, dtype=pl.String))
    ).sort("value", descending=True)


def long_series(table: pl.DataFrame) -> pl.DataFrame:
    """The series that were published at several dates."""
    return table.filter(pl.col("period_start").n_unique().over("series") >= LONG)


def changes(store: Store) -> pl.DataFrame:
    """Change of the number of employees: one series per publisher and population."""
    table = data.observations(
        store, ("employees_change",), geographies=("fr",), occupations=("all",)
    )
    spans = table.select("period_start", "period_end").rows()
    return table.with_columns(
        series=data.said_of(),
        span=pl.Series([f"{start.year}-{end.year}" for start, end in spans], dtype=pl.String),
        span_text=pl.Series([fmt.period(*span) for span in spans], dtype=pl.String),
    ).sort("value", descending=True, nulls_last=True)


def spans(table: pl.DataFrame) -> dict[str, str]:
    """Periods of the changes by id, that of the most populations first."""
    counted = table.group_by("span", "span_text").len().sort("len", "span", descending=True)
    return {str(span): str(label) for span, label, _ in counted.iter_rows()}
