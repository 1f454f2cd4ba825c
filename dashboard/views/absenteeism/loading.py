"""What the page of absenteeism loads."""

from __future__ import annotations

import polars as pl

from dashboard import data
from dashboard.release import Store

# Populations of the whole private sector: what the sector is set against.
WHOLE_ECONOMY = "private_sector"


def rates(store: Store) -> pl.DataFrame:
    """Absence rates: one series per publisher and population; ``whole`` for the whole economy."""
    return data.observations(store, ("absence_rate",)).with_columns(
        series=data.said_of(),
        whole=pl.col("population_id").str.starts_with(WHOLE_ECONOMY),
    )


def days(store: Store) -> pl.DataFrame:
    """Days of absence per employee and year: one series per publisher and population."""
    return data.observations(store, ("absence_days_per_employee",)).with_columns(
        series=data.said_of()
    )


def presence(store: Store) -> pl.DataFrame:
    """Presence rates by kind of establishment, the highest first."""
    return (
        data.observations(store, ("presence_rate",))
        .with_columns(series="population_text")
        .sort("value", descending=True)
    )
