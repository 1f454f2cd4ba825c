"""The gate before publication: a candidate against the release that is served.

For each source with new editions, what they say is held against what the last release says of the
same series. Whatever passes a declared bound is a reason, in plain words; a source with a reason is
held back for a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.declarations import Gates
from ingest.release import Release

SERIES = ("indicator_id", "population_id", "occupation_id", "geography_id", "method_group")
NAMED = "concat_ws(' · ', indicator_id, population_id, occupation_id, geography_id, method_group)"
MOST_EXAMPLES = 3


@dataclass(frozen=True)
class News:
    """The new editions of one source.

    An edition is named by its order among the landed editions of the source, as loaded
    (``_edition_order``): labels may be shared by files of one retrieval.

    Attributes:
        tables: Raw tables that the source feeds.
        fresh: The new editions.
        before: Raw table and edition that they follow; where it is empty the new ones are held
            against the bundled tables that are files of the producer.
        gates: The bounds.
    """

    source_id: str
    tables: tuple[str, ...]
    fresh: frozenset[int]
    before: frozenset[tuple[str, int]]
    gates: Gates


def reasons_to_hold(
    warehouse: Path, served: Release | None, news: Sequence[News]
) -> dict[str, list[str]]:
    """The sources that a person must look at, and why.

    Args:
        warehouse: The built warehouse of the candidate.
        served: The release that is served; without one there is nothing to compare with.
        news: What is new, by source.

    Returns:
        Reasons by source; a source that passes is not in it.
    """
    if served is None or "fct_observation" not in served.tables():
        return {}
    with served.connect() as connection:
        place = str(warehouse).replace("'", "''")
        connection.execute(f"attach '{place}' as candidate (read_only)")
        found = {item.source_id: list(_reasons(connection, item)) for item in news}
    return {source_id: reasons for source_id, reasons in found.items() if reasons}


def _reasons(connection: duckdb.DuckDBPyConnection, news: News) -> Iterator[str]:
    _prepare(connection, news)
    yield from _other_unit(connection)
    yield from _lost_rows(connection, news)
    if not news.gates.series_may_end:
        yield from _ended_series(connection)
    yield from _jumps(connection, news.gates)


def _prepare(connection: duckdb.DuckDBPyConnection, news: News) -> None:
    """Tables `old` and `new`: the values of dated periods, of the editions to be compared."""
    landed = " union all ".join(
        f"select '{table}' as raw_table, _row_number as raw_row, _edition_order as edition "
        f'from candidate.raw."{news.source_id}__{table}" where _edition_order > 0'
        for table in news.tables
    )
    connection.execute(
        f"""
        create or replace temp table landed as
        select {", ".join(SERIES)}, {NAMED} as series, period_start, period_end, unit, value,
            raw_table, edition
        from candidate.marts.fct_observation
        join ({landed}) using (raw_table, raw_row)
        where source_id = $source and period_start is not null
        """,
        {"source": news.source_id},
    )
    connection.execute(
        "create or replace temp table new as from landed where edition in (select unnest($fresh))",
        {"fresh": sorted(news.fresh)},
    )
    if news.before:
        tables, editions = zip(*sorted(news.before), strict=True)
        connection.execute(
            "create or replace temp table old as from landed "
            "where (raw_table, edition) in (select unnest($tables), unnest($editions))",
            {"tables": list(tables), "editions": list(editions)},
        )
    else:
        connection.execute(
            f"create or replace temp table old as select *, {NAMED} as series "
            "from fct_observation where source_id = $source and period_start is not null "
            "and is_latest and raw_table <> 'observations'",
            {"source": news.source_id},
        )


def _other_unit(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    rows = connection.execute(
        "select series, min(old.unit), min(new.unit) from old join new using (series) "
        "where old.unit <> new.unit group by series order by series"
    ).fetchall()
    if rows:
        series, before, after = rows[0]
        yield f"the unit of {len(rows)} series changed ({series}: {before} → {after})"


def _lost_rows(connection: duckdb.DuckDBPyConnection, news: News) -> Iterator[str]:
    """Values that the last edition had, from the first period that the new one covers on.

    A new edition may begin later than the one before; it may not end earlier. Bundled tables are
    compared up to the end of the new edition only: they hold more than one file.
    """
    [(total, lost, examples)] = connection.execute(
        f"""
        with covered as (
            select indicator_id, min(period_start) as first_on, max(period_end) as last_on
            from new group by indicator_id
        ),
        comparable as (
            select old.series, old.period_start, old.period_end
            from old
            join covered using (indicator_id)
            where old.value is not null
                and old.period_start >= first_on
                and (old.period_end <= last_on or $follows)
        ),
        missing as (
            select comparable.* from comparable
            anti join (select * from new where value is not null) as present
                using (series, period_start, period_end)
        )
        select
            (select count(*) from comparable),
            (select count(*) from missing),
            (select string_agg(series || ' ' || period_start, '; ' order by series, period_start)
             from (from missing order by series, period_start limit {MOST_EXAMPLES}))
        """,
        {"follows": bool(news.before)},
    ).fetchall()
    if total and lost / total > news.gates.rows_lost:
        yield (
            f"{lost} of {total} values of the last edition are missing or masked now "
            f"({news.gates.rows_lost:.1%} allowed): {examples}"
        )


def _ended_series(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Series that went to the end of the last edition and do not go on in the new one."""
    rows = connection.execute(
        """
        with ends as (
            select indicator_id, series, max(period_end) as last_on
            from old where value is not null group by all
        ),
        current as (
            select ends.*, max(last_on) over (partition by indicator_id) as edge from ends
        ),
        reached as (
            select indicator_id, max(period_end) as edge from new group by indicator_id
        )
        select current.series, current.last_on, reached.edge
        from current
        join reached using (indicator_id)
        where current.last_on = current.edge
            and reached.edge >= current.edge
            and not exists (
                select 1 from new
                where new.series = current.series and new.period_end = reached.edge
            )
        order by 1
        """
    ).fetchall()
    if rows:
        series, last, edge = rows[0]
        yield (
            f"{len(rows)} series ended although others go on to {edge} "
            f"({series}: last value {last})"
        )


def _jumps(connection: duckdb.DuckDBPyConnection, gates: Gates) -> Iterator[str]:
    """Values that moved by more than a factor: revised ones, and the first ones that follow."""
    revised = """
        select series, new.period_start, old.value as before, new.value as after
        from old join new using (series, period_start, period_end)
    """
    following = """
        select new.series, new.period_start, earlier.value as before, new.value as after
        from new
        asof join (
            select series, period_end, value from old where value is not null
        ) as earlier on new.series = earlier.series and new.period_start > earlier.period_end
        anti join old on new.series = old.series and new.period_start = old.period_start
    """
    bounds = (
        ("revised", revised, gates.revision_jump or gates.level_jump),
        ("new", following, gates.level_jump),
    )
    for what, pairs, factor in bounds:
        rows = connection.execute(
            f"""
            select series, period_start, before, after from ({pairs})
            where before is not null and after is not null and before <> after
                and greatest(abs(before), abs(after)) > $small
                and (
                    before * after <= 0
                    or greatest(after / before, before / after) > $factor
                )
            order by series, period_start
            """,
            {"small": gates.small_counts, "factor": factor},
        ).fetchall()
        if rows:
            series, day, before, after = rows[0]
            yield (
                f"{len(rows)} {what} values moved by more than a factor of {factor:g} "
                f"({series} {day}: {before:g} → {after:g})"
            )
