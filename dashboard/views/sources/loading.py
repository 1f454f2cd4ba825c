"""What the page of sources loads."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from dashboard import data
from dashboard import format as fmt
from dashboard.release import Store
from dashboard.texts import text

LATE_AFTER = 2  # times the frequency of the source


# Days of the frequencies that have a name of their own.
NAMED_FREQUENCIES = {7: "weekly", 30: "monthly", 31: "monthly", 91: "quarterly", 365: "yearly"}
MONTH, YEAR = 30.44, 365.25  # days


def freshness(store: Store, today: dt.date) -> pl.DataFrame:
    """The sources: licence and warnings in words, age of the last value and what it means.

    Args:
        store: The release.
        today: Day at which the age is counted.

    Returns:
        One row per source, the late ones first; ``state`` is late, on_time, one_off or unknown.
    """
    table = data.sources(store)
    rows = []
    for row in table.iter_rows(named=True):
        end, frequency = row["last_period_end"], row["frequency_days"]
        age = None if end is None else (today - end).days
        found = state(age, frequency)
        rows.append(
            {
                "age_days": age,
                "state": found,
                "state_text": text(f"sources.{found}"),
                "age_text": fmt.missing() if age is None else duration(age),
                "frequency_text": how_often(frequency),
                "licence_text": text("sources.licence_unknown")
                if row["licence_name"] in (None, "unknown")
                else row["licence_name"],
                "named_text": f"{row['publisher']} – {row['title_text']}",
                "warnings_short": ", ".join(
                    text(f"sources.warning.{warning}") for warning in row["warnings"] or ()
                ),
                "warnings_text": " ".join(fmt.word("warning", w) for w in row["warnings"] or ()),
            }
        )
    words = pl.DataFrame(rows, schema_overrides={"age_days": pl.Int64})
    late = pl.col("state") == "late"
    return pl.concat([table, words], how="horizontal").sort(~late, maintain_order=True)


def selections(sources: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The lists that can be asked for: all, those that are late, those without a stated licence."""
    return {
        "every": sources,
        "late": sources.filter(pl.col("state") == "late"),
        "no_licence": sources.filter(pl.col("licence_name") == "unknown"),
    }


def state(age_days: int | None, frequency_days: int | None) -> str:
    """Whether a source is late: its last value is older than twice its frequency."""
    if frequency_days is None:
        return "one_off"
    if age_days is None:
        return "unknown"
    return "late" if age_days > LATE_AFTER * frequency_days else "on_time"


def how_often(frequency_days: int | None) -> str:
    """The declared frequency in words."""
    if frequency_days is None:
        return text("sources.one_off")
    if frequency_days in NAMED_FREQUENCIES:
        return text(f"sources.{NAMED_FREQUENCIES[frequency_days]}")
    return text("sources.every_time", time=duration(frequency_days))


def duration(days: int) -> str:
    """A span of days in the unit in which it is read: days, months, or years from the second on."""
    if days < 0:
        return text("sources.running")
    if days < 2 * MONTH:
        return fmt.plural(days, "sources.days")
    if days < 2 * YEAR:
        return fmt.plural(round(days / MONTH), "sources.months")
    return fmt.plural(int(days / YEAR), "sources.years")


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


def revisions(store: Store, source_id: str = "") -> pl.DataFrame:
    """What later editions changed, the largest relative change first (a value lost before all).

    Args:
        store: The release.
        source_id: Only those of this source; of all if empty.

    Returns:
        One row per revised value: both values ``old`` and ``new``, the change and the ``period`` in
        words, the editions and the days from which they were known.
    """
    table = store.query(
        """
        with editions as (
            select distinct source_id, vintage, vintage_text from fct_observation
        )

        select
            r.*, i.label_text as indicator_text, i.unit_kind, i.unit_symbol_text,
            p.label_text as population_text, o.label_text as occupation_text,
            g.label_text as geography_text, s.publisher_text,
            old.vintage_text as old_edition, new.vintage_text as new_edition
        from mart_revisions as r
        left join editions as old on r.source_id = old.source_id and r.old_vintage = old.vintage
        left join editions as new on r.source_id = new.source_id and r.new_vintage = new.vintage
        left join dim_indicator as i using (indicator_id)
        left join dim_population as p using (population_id)
        left join dim_occupation as o using (occupation_id)
        left join dim_geography as g using (geography_id)
        left join dim_source as s on r.source_id = s.source_id
        where $1 in ('', r.source_id)
        order by abs(r.relative_change) desc nulls first, r.source_id, r.indicator_id,
            r.population_id, r.occupation_id, r.geography_id, r.period_start, r.new_vintage
        """,
        (source_id,),
    )
    rows = list(table.iter_rows(named=True))
    return table.with_columns(
        period=pl.Series([_period(row) for row in rows], dtype=pl.String),
        old=pl.Series([_value(row, "old") for row in rows], dtype=pl.String),
        new=pl.Series([_value(row, "new") for row in rows], dtype=pl.String),
    )


def _period(row: dict[str, Any]) -> str:
    return fmt.period(row["period_start"], row["period_end"])


def _value(row: dict[str, Any], which: str) -> str:
    return fmt.observed(
        row[f"{which}_value"], row["unit_kind"], row["unit_symbol_text"], row[f"{which}_status"]
    )
