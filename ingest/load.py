"""Loading of checked tables into the warehouse, as text, with technical columns."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import duckdb
import polars as pl
from polars import selectors

from ingest.checks import LINE, CheckedTable
from ingest.declarations import Source
from ingest.errors import EditionClash
from ingest.online.vintages import PROVENANCE, Edition, edition_rows

RAW_SCHEMA = "raw"
EDITION_COLUMNS = {
    "source_id": pl.String,
    "edition": pl.String,
    "available_on": pl.Date,
    "available_on_basis": pl.String,
}


def open_warehouse(file: Path) -> duckdb.DuckDBPyConnection:
    """A new warehouse file with an empty schema ``raw``.

    Extensions are never fetched: what the wheel holds is enough, and nothing may call out.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        str(file),
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False},
    )
    connection.execute(f"create schema if not exists {RAW_SCHEMA}")
    return connection


def load_source(
    connection: duckdb.DuckDBPyConnection,
    tables: Iterable[CheckedTable],
    editions: Iterable[Edition],
    loaded_at: dt.datetime,
) -> int:
    """Writes the bundled tables of one source and, below them, what its landed editions bring.

    Returns:
        The number of rows written.

    Raises:
        EditionClash: Two editions bring the same row under the same label.
    """
    tables, editions = list(tables), list(editions)
    rows = sum(load_table(connection, item, loaded_at) for item in tables)
    by_name = {item.table.name: item for item in tables}
    for order, edition in enumerate(editions, start=1):
        for read in edition.tables:
            item = by_name[read.name]
            frame = _technical(
                pl.read_parquet(read.file),
                item,
                vintage=edition.available_on,
                sha256=edition.sha256,
                order=order,
                loaded_at=loaded_at,
            )
            rows += _append(connection, item, frame)
    for name in sorted({read.name for edition in editions for read in edition.tables}):
        _check_grain(connection, by_name[name])
    return rows


def load_table(
    connection: duckdb.DuckDBPyConnection, item: CheckedTable, loaded_at: dt.datetime
) -> int:
    """Writes one bundled table to ``raw.<source_id>__<table>``.

    All columns are text. The technical columns are ``_source_id``, ``_vintage`` (day on which the
    rows were written down or retrieved), ``_sha256`` (of the file), ``_row_number`` (line in the
    bundled file; rows of landed editions are numbered on after it), ``_edition_order`` (0 for
    bundled rows, then one more for each landed edition) and ``_loaded_at`` (UTC).

    Returns:
        The number of rows written.
    """
    frame = _technical(
        item.frame,
        item,
        vintage=item.table.retrieved_on,
        sha256=item.table.sha256,
        order=0,
        loaded_at=loaded_at,
    )
    _write(connection, item.raw_name, frame)
    return frame.height


def _technical(
    frame: pl.DataFrame,
    item: CheckedTable,
    *,
    vintage: dt.date | None,
    sha256: str | None,
    order: int,
    loaded_at: dt.datetime,
) -> pl.DataFrame:
    return frame.with_columns(
        pl.col(LINE).cast(pl.Int32),
        pl.lit(item.source.id).alias("_source_id"),
        pl.lit(vintage.isoformat() if vintage else None, dtype=pl.String).alias("_vintage"),
        pl.lit(sha256, dtype=pl.String).alias("_sha256"),
        pl.lit(order, dtype=pl.Int32).alias("_edition_order"),
        pl.lit(loaded_at).alias("_loaded_at"),
    )


def _append(connection: duckdb.DuckDBPyConnection, item: CheckedTable, frame: pl.DataFrame) -> int:
    """Adds rows below those of a raw table, numbered on after them."""
    target = f'{RAW_SCHEMA}."{item.raw_name}"'
    query = f"select coalesce(max({LINE}), 1) from {target}"
    [(last,)] = connection.execute(query).fetchall()
    if item.table.name == PROVENANCE:  # the same file twice is one place where values were read
        ids = connection.execute(f"select provenance_id from {target}").fetchall()
        frame = frame.filter(~pl.col("provenance_id").is_in([known for (known,) in ids]))
    frame = frame.drop(LINE).with_row_index(LINE, offset=last + 1)
    connection.execute(f"insert into {target} by name select * from frame")
    return frame.height


def _check_grain(connection: duckdb.DuckDBPyConnection, item: CheckedTable) -> None:
    grain = ", ".join(f'"{column}"' for column in item.table.grain)
    twice = connection.execute(
        f'select {grain} from {RAW_SCHEMA}."{item.raw_name}" group by all having count(*) > 1 '
        "order by all limit 1"
    ).fetchall()
    if twice:
        key = dict(zip(item.table.grain, twice[0], strict=True))
        raise EditionClash(
            item.source.id,
            item.table.name,
            f"two landed files bring the same row: {key}",
            "two queries of this source overlap: mend parameters in its source.yml",
        )


def load_declarations(
    connection: duckdb.DuckDBPyConnection,
    sources: Iterable[Source],
    editions: Mapping[str, Sequence[Edition]] = MappingProxyType({}),
    bundled: Mapping[str, Sequence[CheckedTable]] = MappingProxyType({}),
) -> None:
    """Writes the declarations to ``raw.declared_sources``, ``_tables`` and ``_editions``.

    They feed ``dim_source``, ``mart_source_freshness`` and the days from which values were known.

    Args:
        connection: The warehouse.
        sources: The declarations.
        editions: Landed editions by source.
        bundled: Bundled tables by source.
    """
    sources = list(sources)
    source_rows = [
        {
            "source_id": source.id,
            "title_fr": source.title,
            "title_en": source.title_en,
            "publisher": source.publisher,
            "landing_page": source.landing_page,
            "licence_name": source.licence_name,
            "licence_url": source.licence_url,
            "citation": source.citation,
            "frequency_days": source.frequency_days,
            "scope_fr": source.scope_fr,
            "scope_en": source.scope_en,
            "method_fr": source.method_fr,
            "method_en": source.method_en,
            "warnings": json.dumps(source.warnings),
        }
        for source in sources
    ]
    table_rows = [
        {
            "source_id": source.id,
            "table_name": table.name,
            "n_rows": table.rows + sum(read.rows for _, read in landed),
            "sha256": table.sha256,
            "retrieved_on": max(
                (day for day in (table.retrieved_on, *(e.available_on for e, _ in landed)) if day),
                default=None,
            ),
            "bundled_on": table.retrieved_on,
            "period_first_on": table.period.first if table.period else None,
            "period_last_on": table.period.last if table.period else None,
        }
        for source in sources
        for table in source.tables
        for landed in [
            [(e, r) for e in editions.get(source.id, ()) for r in e.tables if r.name == table.name]
        ]
    ]
    rows = [
        row
        for source in sources
        for row in edition_rows(source, bundled.get(source.id, ()), editions.get(source.id, ()))
    ]
    _write(connection, "declared_sources", pl.DataFrame(source_rows, infer_schema_length=None))
    _write(connection, "declared_tables", pl.DataFrame(table_rows, infer_schema_length=None))
    _write(connection, "declared_editions", pl.DataFrame(rows, schema=EDITION_COLUMNS))


def _write(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    # A column that is null throughout has no type of its own: it is text, as everything raw.
    frame = frame.with_columns(selectors.by_dtype(pl.Null).cast(pl.String))
    # `frame` is found by name; quoting guards the table name, which comes from a checked id.
    connection.execute(f'create table {RAW_SCHEMA}."{table}" as select * from frame')
