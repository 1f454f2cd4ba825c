"""What the page of training and departures loads."""

from __future__ import annotations

import polars as pl

from dashboard import data
from dashboard.release import Store
from dashboard.texts import text

STEPS = ("training_enrolments", "training_entrants", "training_graduates", "training_applicants")


def steps(store: Store) -> pl.DataFrame:
    """All programmes together: one series per step (enrolled, entrants, graduates)."""
    return data.observations(store, STEPS[:3], occupations=("all",)).with_columns(
        series="indicator_text"
    )


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


def retirements(store: Store) -> pl.DataFrame:
    """Expected retirements: one series per publisher and population."""
    return data.observations(store, ("expected_retirements",)).with_columns(series=data.said_of())


def ages(store: Store) -> pl.DataFrame:
    """Share of employees of 55 and over: one series per publisher and population."""
    return data.observations(store, ("employees_55_and_over_share",)).with_columns(
        series=data.said_of()
    )


def workforce(store: Store) -> pl.DataFrame:
    """Employees of the sector: one series per publisher and population, France, all jobs."""
    return data.observations(
        store, ("employees",), geographies=("fr",), occupations=("all",)
    ).with_columns(series=data.said_of())
