"""Writers of one table in one form, fed batch by batch: no table is ever whole in memory.

Equal rows give equal bytes: no writer looks at a clock, and nothing names the release. A mirror
fetches again only what changed.
"""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from opendata.description import Column
from opendata.files.dialects import BOM, Dialect

# Rows of a sheet without its header. A table that one sheet cannot hold is compressed, and cut
# into sheets for those who need them.
SHEET_ROWS = 2**20 - 1
BATCH_ROWS = 122_880
TEXT_ROWS = 8_192
GZIP_LEVEL = 6

TYPES: dict[str, pa.DataType] = {
    "varchar": pa.string(),
    "double": pa.float64(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "varchar[]": pa.list_(pa.string()),
}


class Writer(Protocol):
    """Takes the batches of a table; whole once it is closed."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Adds rows."""

    def close(self) -> None:
        """Ends the file."""


def arrow_schema(
    columns: Sequence[Column], keys: Sequence[str], told: Mapping[str, str]
) -> pa.Schema:
    """The types of a table, with what is to be known of each column and of the table.

    Args:
        columns: Those that are handed out.
        keys: The table's grain.
        told: Metadata of the whole file.
    """
    fields = []
    for column in columns:
        words = {
            "description_fr": column.description_fr,
            "description_en": column.description_en,
            "unit": column.unit,
            "key": "true" if column.name in keys else "",
        }
        said = {name: text for name, text in words.items() if text}
        fields.append(
            pa.field(
                column.name,
                TYPES[column.type],
                nullable=not column.is_required,
                metadata=said,
            )
        )
    return pa.schema(fields, metadata=dict(told))


class ParquetFile:
    """Typed columns, zstd, one row group a batch: their limits let readers skip the others."""

    def __init__(self, file: Path | IO[bytes], schema: pa.Schema, keys: Sequence[str]) -> None:
        self._schema = schema
        order = [(key, "ascending") for key in keys]
        self._writer = pq.ParquetWriter(
            file,
            schema,
            compression="zstd",
            compression_level=9,
            write_page_index=True,
            sorting_columns=pq.SortingColumn.from_ordering(schema, order) if order else None,
        )

    def write(self, batch: pa.RecordBatch) -> None:
        self.add(pa.Table.from_batches([batch]))

    def add(self, table: pa.Table) -> None:
        self._writer.write_table(table.cast(self._schema), row_group_size=BATCH_ROWS)

    def close(self) -> None:
        self._writer.close()


class CsvFile:
    """One CSV, compressed where its name ends in ``.gz``."""

    def __init__(self, file: Path, dialect: Dialect) -> None:
        self._dialect = dialect
        self._file: IO[bytes] = file.open("wb")
        self._target: IO[bytes] | gzip.GzipFile = self._file
        if file.suffix == ".gz":
            # Neither a name nor a time: equal rows, equal bytes.
            self._target = gzip.GzipFile("", "wb", GZIP_LEVEL, self._file, mtime=0)
        self._is_new = True

    def write(self, batch: pa.RecordBatch) -> None:
        if self._is_new and self._dialect.bom:
            self._target.write(BOM)
        for rows in _slices(batch):
            self._target.write(self._dialect.text(rows, header=self._is_new))
            self._is_new = False

    def close(self) -> None:
        self._target.close()
        self._file.close()


class CsvParts:
    """A zip of CSV files, each no longer than a sheet, each with its header."""

    def __init__(self, file: Path, dialect: Dialect) -> None:
        self._dialect = dialect
        self._stem = file.stem
        self._archive = zipfile.ZipFile(file, "w")
        self._part: IO[bytes] | None = None
        self._number = 0
        self._room = 0

    def write(self, batch: pa.RecordBatch) -> None:
        for rows in _slices(batch):
            while rows.height:
                is_new = self._room == 0
                part = self._next_part() if is_new or self._part is None else self._part
                now, rows = rows.head(self._room), rows.slice(self._room)
                part.write(self._dialect.text(now, header=is_new))
                self._room -= now.height

    def _next_part(self) -> IO[bytes]:
        if self._part:
            self._part.close()
        self._number += 1
        entry = zipfile.ZipInfo(f"{self._stem}-{self._number}.csv")  # dated 1980, always
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        self._part = self._archive.open(entry, "w")
        if self._dialect.bom:
            self._part.write(BOM)
        self._room = SHEET_ROWS
        return self._part

    def close(self) -> None:
        if self._part:
            self._part.close()
        self._archive.close()


def _slices(batch: pa.RecordBatch) -> Iterator[pl.DataFrame]:
    """A batch in pieces whose text is small; at least one, so that an empty one has a header."""
    rows = pl.DataFrame(pl.from_arrow(batch))
    return rows.iter_slices(TEXT_ROWS) if rows.height else iter([rows])
