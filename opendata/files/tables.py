"""The files of one table: Parquet and both kinds of CSV, in one pass over its rows."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from ingest.release import Release, sha256_of
from opendata.description import Description, Holding, Table
from opendata.files.dialects import FRENCH, PLAIN, check
from opendata.files.writers import (
    BATCH_ROWS,
    SHEET_ROWS,
    CsvFile,
    CsvParts,
    ParquetFile,
    Writer,
    arrow_schema,
)
from opendata.model import Form, OpenEdition, OpenFile, OpenTable
from opendata.terms import licences_of, sources_of, terms_in

CSV_TYPE = "text/csv"
PARQUET_TYPE = "application/vnd.apache.parquet"
# The rows come in their order, and the machine stays free for others.
READING = "set threads = 1; set memory_limit = '300MB'; set preserve_insertion_order = true"


@dataclass(frozen=True)
class Target:
    """A file to be written."""

    path: str
    form: Form
    media_type: str
    compression: str = ""


def targets(name: str, rows: int) -> tuple[Target, ...]:
    """The files of a table, in the order in which they are listed."""
    is_large = rows > SHEET_ROWS
    return (
        Target(f"data/parquet/{name}.parquet", "parquet", PARQUET_TYPE),
        Target(f"data/csv/{name}.csv.gz", "csv", CSV_TYPE, "gz")
        if is_large
        else Target(f"data/csv/{name}.csv", "csv", CSV_TYPE),
        Target(f"data/csv-fr/{name}.zip", "csv-fr", CSV_TYPE, "zip")
        if is_large
        else Target(f"data/csv-fr/{name}.csv", "csv-fr", CSV_TYPE),
    )


def reading(release: Release) -> duckdb.DuckDBPyConnection:
    """A connection to a release that reads its rows in their order, with little memory."""
    connection = release.connect()
    connection.execute(READING)
    return connection


def write_table(
    table: OpenTable,
    edition: OpenEdition,
    description: Description,
    holding: Holding,
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
) -> tuple[OpenFile, ...]:
    """Writes the handed-out rows of one table in every form, over a connection of :func:`reading`.

    The rows stand in the order of the mart, which is that of its grain.

    Raises:
        ReleaseProblem: A value cannot be given back by every form.
    """
    [(rows,)] = connection.execute(f"select count(*) from ({table.selection()})").fetchall()
    wanted = targets(table.name, rows)
    schema = schema_of(table, edition, description, holding)
    with ExitStack() as stack:
        writers: list[Writer] = []
        for target in wanted:
            file = folder / target.path
            file.parent.mkdir(parents=True, exist_ok=True)
            writers.append(_writer(target, file, schema, table.keys))
            stack.callback(writers[-1].close)
        for batch in _batches(connection, table, schema):
            check(table.name, pl.DataFrame(pl.from_arrow(batch)))
            for writer in writers:
                writer.write(batch)
    return tuple(_noted(target, table.name, rows, folder) for target in wanted)


def schema_of(
    table: OpenTable, edition: OpenEdition, description: Description, holding: Holding
) -> pa.Schema:
    """Types and metadata of a table's Parquet file."""
    described = [description.tables[table.name].columns[name] for name in table.columns]
    told = metadata(table, edition, description, holding)
    return arrow_schema(described, table.keys, told)


def parquet_bytes(rows: pa.Table, schema: pa.Schema) -> bytes:
    """Some rows of a table as a Parquet file in memory; the schema is that of :func:`schema_of`."""
    stream = io.BytesIO()
    with ExitStack() as stack:
        writer = ParquetFile(stream, schema, ())
        stack.callback(writer.close)
        writer.add(rows)
    return stream.getvalue()


def metadata(
    table: OpenTable, edition: OpenEdition, description: Description, holding: Holding
) -> dict[str, str]:
    """What a Parquet file says of itself when it travels alone.

    The release is named by the hash of its mart, not by its id: a table that did not change stays
    the same file in the next release.
    """
    said = description.tables.get(table.name) or Table(table.name, "", "", "", "", {})
    cited = [description.sources[source].citation for source in sources_of(table, holding)]
    held = {table.name: holding}
    licences = licences_of([table], held, edition, description)
    publication = edition.publication
    return {
        "title": said.title_fr,
        "title_en": said.title_en,
        "description": said.description_fr,
        "description_en": said.description_en,
        "publisher": publication.publisher,
        "licence": _json([{"name": item.name, "url": item.url} for item in licences]),
        "terms": terms_in("fr", [table], held, edition, description),
        "terms_en": terms_in("en", [table], held, edition, description),
        "attribution": " ; ".join([*dict.fromkeys(cited), publication.title_fr]),
        "sources": _json(list(holding.sources)),
        "keys": _json(list(table.keys)),
        "mart_sha256": edition.release.manifest.files[f"{table.name}.parquet"].sha256,
        "withheld_rows": _json(
            [
                {"source": item.source_id, "reason": item.reason, "rows": item.n_rows}
                for item in table.withheld_rows
            ]
        ),
        "withheld_columns": _json(
            [
                {"column": item.name, "sources": list(item.sources)}
                for item in table.withheld_columns
            ]
        ),
        "columns": _json(
            {
                name: {
                    "description_fr": column.description_fr,
                    "description_en": column.description_en,
                    "unit": column.unit or None,
                }
                for name in table.columns
                if (column := said.columns.get(name))
            }
        ),
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _writer(target: Target, file: Path, schema: pa.Schema, keys: tuple[str, ...]) -> Writer:
    if target.form == "parquet":
        return ParquetFile(file, schema, keys)
    dialect = PLAIN if target.form == "csv" else FRENCH
    return CsvParts(file, dialect) if target.compression == "zip" else CsvFile(file, dialect)


def _batches(
    connection: duckdb.DuckDBPyConnection, table: OpenTable, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """At least one batch: an empty table has a header, too."""
    reader = connection.sql(table.selection()).to_arrow_reader(BATCH_ROWS)
    is_empty = True
    for batch in reader:
        is_empty = False
        yield batch
    if is_empty:
        yield pa.RecordBatch.from_pylist([], schema)


def _noted(target: Target, table: str, rows: int, folder: Path) -> OpenFile:
    file = folder / target.path
    return OpenFile(
        target.path,
        table,
        target.form,
        target.media_type,
        rows,
        file.stat().st_size,
        sha256_of(file),
        target.compression,
    )
