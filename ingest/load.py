"""Loading of checked tables into the warehouse, as text, with technical columns."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path

import duckdb
import polars as pl

from ingest.checks import LINE, CheckedTable
from ingest.declarations import Source

RAW_SCHEMA = "raw"


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


def load_table(
    connection: duckdb.DuckDBPyConnection, item: CheckedTable, loaded_at: dt.datetime
) -> int:
    """Writes one checked table to ``raw.<source_id>__<table>``.

    All columns are text. The technical columns are ``_source_id``, ``_vintage`` (day on which the
    table was written down), ``_sha256`` (of the file), ``_row_number`` (line in the file) and
    ``_loaded_at`` (UTC).

    Returns:
        The number of rows written.
    """
    frame = item.frame.with_columns(
        pl.col(LINE).cast(pl.Int32),
        pl.lit(item.source.id).alias("_source_id"),
        pl.lit(item.table.retrieved_on.isoformat()).alias("_vintage"),
        pl.lit(item.table.sha256).alias("_sha256"),
        pl.lit(loaded_at).alias("_loaded_at"),
    )
    _write(connection, item.raw_name, frame)
    return frame.height


def load_declarations(connection: duckdb.DuckDBPyConnection, sources: Iterable[Source]) -> None:
    """Writes the declarations themselves to ``raw.declared_sources`` and ``raw.declared_tables``.

    They feed ``dim_source`` and ``mart_source_freshness``.
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
            "n_rows": table.rows,
            "sha256": table.sha256,
            "retrieved_on": table.retrieved_on,
            "period_first_on": table.period.first if table.period else None,
            "period_last_on": table.period.last if table.period else None,
        }
        for source in sources
        for table in source.tables
    ]
    _write(connection, "declared_sources", pl.DataFrame(source_rows, infer_schema_length=None))
    _write(connection, "declared_tables", pl.DataFrame(table_rows, infer_schema_length=None))


def _write(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    # `frame` is found by name; quoting guards the table name, which comes from a checked id.
    connection.execute(f'create table {RAW_SCHEMA}."{table}" as select * from frame')
