"""What a release says of its tables, columns and sources, and what an edition holds of them.

Everything comes from the release's own files (``tables``, ``dictionary``, ``dim_source``), which
come from the dbt project and the source declarations: nothing is described a second time here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import duckdb

from ingest.release import Release
from opendata.model import Licence, OpenEdition, OpenFile, OpenTable
from opendata.words import LANGUAGES, words

# Columns that say which time a row is about, with the first and the last day of all rows.
PERIODS = (
    ({"period_start", "period_end"}, "min(period_start), max(period_end)"),
    ({"first_month", "last_month"}, "min(first_month), max(last_day(last_month))"),
    ({"month"}, "min(month), max(last_day(month))"),
    ({"year"}, "make_date(min(year), 1, 1), make_date(max(year), 12, 31)"),
)


@dataclass(frozen=True)
class Column:
    """One column of a mart.

    Attributes:
        unit: As the dictionary states it; empty for none.
        allowed: The only values that occur; empty where any may.
        refers_to: Mart and column that hold its values; none where it refers to nothing.
    """

    name: str
    type: str
    unit: str
    description_fr: str
    description_en: str
    is_required: bool
    allowed: tuple[str, ...]
    refers_to: tuple[str, str] | None


@dataclass(frozen=True)
class Table:
    """One mart, with all its columns in their order."""

    name: str
    title_fr: str
    title_en: str
    description_fr: str
    description_en: str
    columns: dict[str, Column]


@dataclass(frozen=True)
class Source:
    """One source.

    Attributes:
        licence: Its terms as the publisher states them; none where they are not known.
        frequency_days: How often it appears; none for a one-off.
    """

    id: str
    title_fr: str
    title_en: str
    publisher: str
    publisher_en: str
    landing_page: str
    citation: str
    scope_fr: str
    scope_en: str
    is_redistributable: bool
    frequency_days: int | None
    licence: Licence | None


@dataclass(frozen=True)
class Description:
    """Tables by name, sources by id."""

    tables: dict[str, Table]
    sources: dict[str, Source]


@dataclass(frozen=True)
class Holding:
    """What the handed-out rows of a table are about.

    Attributes:
        sources: Sources whose rows they are; empty where rows are not handed out by source.
        cited: Sources of which rows quote single figures.
        countries: Codes of the countries that rows are about, as ``dim_geography`` writes them;
            empty where rows are about no place, or it is not known.
        first: First day that a row is about; none where rows are about no time.
    """

    sources: tuple[str, ...]
    cited: tuple[str, ...]
    countries: tuple[str, ...]
    first: dt.date | None
    last: dt.date | None


def describe(release: Release) -> Description:
    """Reads what the release says of itself."""
    with release.connect() as connection:
        return Description(_tables(connection), _sources(connection))


def holdings(edition: OpenEdition) -> dict[str, Holding]:
    """Sources and period of the handed-out rows, by table."""
    with edition.release.connect() as connection:
        return {name: _holding(table, connection) for name, table in edition.rights.tables.items()}


def moment(release: Release) -> str:
    """When the release was made, as the standards write it (RFC 3339, universal time)."""
    return f"{release.manifest.created_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def held_in(file: OpenFile, description: Description) -> Table:
    """The table that a file holds, or for the workbook, which holds several, what is said of it."""
    if file.table in description.tables:
        return description.tables[file.table]
    french, english = (words(language)["catalogue"] for language in LANGUAGES)
    return Table(
        name=file.table,
        title_fr=french["workbook"],
        title_en=english["workbook"],
        description_fr=french["workbook_description"],
        description_en=english["workbook_description"],
        columns={},
    )


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, Table]:
    columns: dict[str, dict[str, Column]] = {}
    for row in _rows(
        connection,
        """
        select mart, "column" as name, lower(type) as type, coalesce(unit, '') as unit,
            description_fr, description as description_en, is_required, allowed, refers_to
        from dictionary order by mart, position
        """,
    ):
        refers_to = row.pop("refers_to")
        column = Column(
            **_without(row, "mart", "allowed"),
            allowed=tuple(row["allowed"] or ()),
            refers_to=tuple(refers_to.split(".", 1)) if refers_to else None,
        )
        columns.setdefault(row["mart"], {})[column.name] = column
    return {
        row["name"]: Table(**row, columns=columns.get(row["name"], {}))
        for row in _rows(
            connection,
            """
            select mart as name, title_fr, title_en, description_fr, description_en
            from tables order by mart
            """,
        )
    }


def _sources(connection: duckdb.DuckDBPyConnection) -> dict[str, Source]:
    found = {}
    for row in _rows(
        connection,
        """
        select source_id as id, title_fr, title_en, publisher, publisher_en, landing_page, citation,
            scope_fr, scope_en, is_redistributable, frequency_days, licence_name, licence_url
        from dim_source order by source_id
        """,
    ):
        name, url = row["licence_name"], row["licence_url"]
        licence = None if name == "unknown" else Licence("", name, url or "")
        found[row["id"]] = Source(**_without(row, "licence_name", "licence_url"), licence=licence)
    return found


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = connection.sql(query).pl().to_dicts()
    return rows


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _holding(table: OpenTable, connection: duckdb.DuckDBPyConnection) -> Holding:
    rows = f'from "{table.name}" where {table.condition}'
    is_sourced = "source_id" in table.columns and table.keys != ("source_id",)
    named = _each("source_id", rows, connection) if is_sourced else ()
    sources, cited = (named, ()) if table.rule == "by_source" else ((), named)
    # A list of places is about none of them. A place's id begins with that of its country.
    is_placed = "geography_id" in table.columns and table.keys != ("geography_id",)
    country = "upper(split_part(geography_id, '_', 1))"
    countries = _each(country, rows, connection) if is_placed else ()
    for columns, ends in PERIODS:
        if columns <= set(table.columns):
            first, last = connection.execute(f"select {ends} {rows}").fetchone() or (None, None)
            return Holding(sources, cited, countries, first, last)
    return Holding(sources, cited, countries, None, None)


def _each(value: str, rows: str, connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The different known values of some rows, in order."""
    found = connection.execute(f"select distinct {value} as one {rows} order by 1").fetchall()
    return tuple(one for (one,) in found if one is not None)
