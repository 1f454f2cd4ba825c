"""What the page of turnover loads."""

from __future__ import annotations

import polars as pl

from dashboard import data
from dashboard.release import Store

DARES = ("dares_labour_turnover",)
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


def surveys(store: Store, indicator: str) -> pl.DataFrame:
    """Published points of a rate: one series per publisher and population."""
    table = data.observations(store, (indicator,)).filter(pl.col("is_points_only"))
    return table.with_columns(series=data.said_of())


def movements(store: Store, indicator: str) -> pl.DataFrame:
    """Movements of the workforce by occupation, 2007 to 2014: one series per occupation."""
    return data.observations(store, (indicator,), sources=DARES).with_columns(
        series="occupation_text"
    )


def reasons(store: Store, occupation: str) -> pl.DataFrame:
    """Why people of an occupation leave: one row per reason, the first reason on top."""
    return (
        data.observations(store, REASONS, sources=DARES, occupations=(occupation,))
        .with_columns(series=pl.col("indicator_text").str.replace("^Part des sorties : ", ""))
        .sort("value", descending=True, nulls_last=True)
    )
