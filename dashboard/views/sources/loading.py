"""What the page of sources loads."""

from __future__ import annotations

import datetime as dt

import polars as pl

from dashboard import caption, data
from dashboard import format as fmt
from dashboard.release import Store
from dashboard.texts import text

LATE_AFTER = 2  # times the frequency of the source


def freshness(store: Store, today: dt.date) -> pl.DataFrame:
    """The sources, with their licence in words, the age of their last value and what it means."""
    table = data.sources(store)
    ages = [
        None if end is None else (today - end).days for end in table["last_period_end"].to_list()
    ]
    states = [
        state(age, frequency)
        for age, frequency in zip(ages, table["frequency_days"].to_list(), strict=True)
    ]
    return table.with_columns(
        age_days=pl.Series(ages, dtype=pl.Int64),
        state_text=pl.Series(states, dtype=pl.String),
        licence_text=pl.Series(
            [caption.licence(name) for name in table["licence_name"]], dtype=pl.String
        ),
        second_rank_share=pl.when(pl.col("n_observations") > 0).then(
            pl.col("n_second_rank") / pl.col("n_observations")
        ),
    )


def state(age_days: int | None, frequency_days: int | None) -> str:
    """Whether a source is late: its last value is older than twice its frequency."""
    if frequency_days is None:
        return text("sources.one_off")
    if age_days is None:
        return fmt.missing()
    late = age_days > LATE_AFTER * frequency_days
    return text("sources.late" if late else "sources.on_time")


def evidence(store: Store, source_id: str) -> pl.DataFrame:
    """Observations of one source by kind of evidence and status."""
    return store.query(
        """
        select evidence, status, count(*) as n, min(period_start) as first_on,
            max(period_end) as last_on
        from fct_observation where source_id = $1
        group by evidence, status order by n desc
        """,
        (source_id,),
    )


def provenances(store: Store, source_id: str) -> pl.DataFrame:
    """Where the values of one source were read, and how many rows stand on each place."""
    return store.query(
        """
        select provenance, provenance_url, evidence, 'data/raw/' || source_id || '/' || raw_table
            || '.csv' as raw_file, count(*) as n,
            min(raw_row) as first_row, max(raw_row) as last_row
        from fct_observation where source_id = $1
        group by provenance, provenance_url, evidence, source_id, raw_table
        order by n desc, provenance
        """,
        (source_id,),
    )
