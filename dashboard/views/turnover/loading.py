"""What the page of turnover loads."""

from __future__ import annotations

import polars as pl

from dashboard import blocks, caption, data
from dashboard import format as fmt
from dashboard.keeping import remembered
from dashboard.release import Store
from dashboard.texts import text

ALL = "all"
DARES = ("dares_labour_turnover",)
SURVEYED = ("rotation_rate", "exit_rate", "leavers")
RATES = ("rotation_rate", "entry_rate", "exit_rate", "fixed_term_share_of_hires")
REASONS = (
    "share_of_exits_fixed_term_end",
    "share_of_exits_resignation",
    "share_of_exits_retirement",
    "share_of_exits_trial_period_end",
    "share_of_exits_dismissal",
    "share_of_exits_mutual_termination",
    "share_of_exits_other",
)
# Sources whose series open the list: the widest ones of the sector.
LED_BY = ("cnsa_tdb_esms", "axess_barometer")


@remembered
def surveys(store: Store, indicator: str) -> pl.DataFrame:
    """Published points of a rate: one series per publisher and population, the sector's first."""
    table = data.observations(store, (indicator,)).filter(pl.col("is_points_only"))
    return table.with_columns(series=data.said_of()).sort(
        ~pl.col("source_id").is_in(LED_BY), pl.col("population_id") != "esms", maintain_order=True
    )


def in_words(table: pl.DataFrame) -> str:
    """First and last value of the first series, which is that of the widest part of the sector."""
    first = table.filter(pl.col("series") == pl.col("series").first())
    return caption.summary_of(first)


def movements(store: Store, indicator: str) -> pl.DataFrame:
    """Movements of the workforce by occupation, 2007 to 2014: one series per occupation."""
    return data.observations(store, (indicator,), sources=DARES).with_columns(
        series="occupation_text"
    )


def reasons(store: Store, occupation: str) -> pl.DataFrame:
    """Why people of an occupation leave, and how many of all occupations leave for that reason.

    Returns:
        One row per reason, the first reason on top; the series says the share of all occupations.
    """
    table = data.observations(store, REASONS, sources=DARES, occupations=(occupation, ALL))
    whole = dict(
        table.filter(pl.col("occupation_id") == ALL).select("indicator_id", "value").rows()
    )
    own = table.filter(pl.col("occupation_id") == occupation).sort(
        "value", descending=True, nulls_last=True
    )
    series = [
        text("turnover.reason", reason=reason(row["indicator_text"]), share=fmt.percent(share))
        if (share := whole.get(row["indicator_id"])) is not None
        else reason(row["indicator_text"])
        for row in own.iter_rows(named=True)
    ]
    return own.with_columns(series=pl.Series(series, dtype=pl.String))


def reason(label: str) -> str:
    """The reason that a label names after its colon, with a capital."""
    said = label.rsplit(": ", 1)[-1]
    return said[:1].upper() + said[1:]


def survey_reasons(store: Store) -> list[str]:
    """What the surveys of the sector say of the reasons: a sentence each, none without surveys."""
    table = data.observations(store, REASONS).filter(pl.col("is_points_only"))
    sourced = table.filter(~pl.col("source_id").is_in(DARES))
    return [
        text(
            "turnover.survey_reason",
            publisher=fmt.markdown(row["publisher"]),
            population=fmt.markdown(row["population_text"]),
            reason=reason(row["indicator_text"]),
            value=blocks.observed(row),
            period=fmt.period(row["period_start"], row["period_end"]),
        )
        for row in sourced.iter_rows(named=True)
    ]
