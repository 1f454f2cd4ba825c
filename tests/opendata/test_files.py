"""What leaves as Parquet and as CSV comes back as it was; each file says what it holds."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import math
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import ReleaseProblem
from ingest.release import Release
from opendata import cells
from opendata.description import Column, describe
from opendata.files import tables, writers
from opendata.files.dialects import BOM, FRENCH, LIST_DELIMITER, PLAIN, Dialect, check
from opendata.files.tables import parquet_bytes
from opendata.files.writers import TYPES, CsvParts, arrow_schema
from opendata.model import OpenEdition

DIALECTS = pytest.mark.parametrize("dialect", [PLAIN, FRENCH], ids=["plain", "french"])


# --- any table ---------------------------------------------------------------------------------

ITEMS = st.text(min_size=1, max_size=5).filter(lambda item: LIST_DELIMITER not in item)
TEXTS = (
    st.text(max_size=8) | st.text("'=+-@\t\r\n;,\" 0", max_size=6) | st.sampled_from(["01", "2A"])
)
VALUES: dict[str, st.SearchStrategy[object]] = {
    "varchar": TEXTS,
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "date": st.dates(dt.date(1583, 1, 1)),
    "varchar[]": st.lists(ITEMS, max_size=3),
}


@st.composite
def any_table(draw: st.DrawFn) -> tuple[tuple[str, ...], pa.Table]:
    """A table of two columns or more (a line without a character is no row for most readers)."""
    types = tuple(draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=2, max_size=6)))
    n = draw(st.integers(0, 5))
    cells_of = [draw(st.lists(st.none() | VALUES[it], min_size=n, max_size=n)) for it in types]
    arrays = [pa.array(cell, TYPES[it]) for it, cell in zip(types, cells_of, strict=True)]
    return types, pa.table(arrays, schema=_schema(types))


def _schema(types: Sequence[str]) -> pa.Schema:
    columns = [
        Column(f"c{place}", it, "", "", "", False, (), None) for place, it in enumerate(types)
    ]
    return arrow_schema(columns, (), {})


def read_back(content: bytes, dialect: Dialect, schema: pa.Schema) -> pl.DataFrame:
    """A CSV read as docs/open-data.md tells: the types are known, texts are restored."""
    types = pl.DataFrame(schema.empty_table()).schema
    texts = [name for name, type_ in types.items() if type_ in (pl.String, pl.Boolean, pl.List)]
    read = pl.read_csv(
        io.BytesIO(content),
        separator=dialect.delimiter,
        decimal_comma=dialect.decimal_comma,
        schema={name: pl.String if name in texts else type_ for name, type_ in types.items()},
    )
    return read.with_columns(
        cells.unescape(pl.col(name))
        if type_ == pl.String
        else pl.col(name).replace_strict(
            dict(zip(dialect.words, (True, False), strict=True)), return_dtype=pl.Boolean
        )
        if type_ == pl.Boolean
        else pl.when(pl.col(name) == "")
        .then(pl.lit([], dtype=pl.List(pl.String)))
        .otherwise(cells.unescape(pl.col(name)).str.split(LIST_DELIMITER))
        .alias(name)
        for name, type_ in types.items()
        if name in texts
    )


def bits(table: pl.DataFrame) -> list[tuple[object, ...]]:
    """The rows, each float by its bits: 0.0 and -0.0 are two."""
    return [
        tuple(struct.pack("<d", cell) if isinstance(cell, float) else cell for cell in row)
        for row in table.iter_rows()
    ]


@DIALECTS
@settings(deadline=None)  # the first table that a process writes is slow
@given(made=any_table())
def test_any_table_comes_back_from_csv_as_it_was(
    dialect: Dialect, made: tuple[tuple[str, ...], pa.Table]
) -> None:
    _, table = made
    rows = pl.DataFrame(pl.from_arrow(table))
    read = read_back(dialect.document(rows), dialect, table.schema)
    assert read.schema == rows.schema
    assert bits(read) == bits(rows)


@settings(deadline=None)
@given(made=any_table())
def test_any_table_comes_back_from_parquet_as_it_was(
    made: tuple[tuple[str, ...], pa.Table],
) -> None:
    _, table = made
    content = parquet_bytes(table, table.schema)
    assert bits(pl.read_parquet(io.BytesIO(content))) == bits(pl.DataFrame(pl.from_arrow(table)))
    assert content == parquet_bytes(table, table.schema)


@DIALECTS
@settings(deadline=None)  # the first table that a process writes is slow
@given(made=any_table())
def test_no_field_of_a_csv_runs_in_a_spreadsheet(
    dialect: Dialect, made: tuple[tuple[str, ...], pa.Table]
) -> None:
    types, table = made
    content = dialect.document(pl.DataFrame(pl.from_arrow(table)))
    read = pl.read_csv(io.BytesIO(content), separator=dialect.delimiter, infer_schema=False)
    for place, type_ in enumerate(types):
        if type_ in ("varchar", "varchar[]"):
            for field in read[f"c{place}"].drop_nulls():
                assert not field.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    "bad",
    [
        pl.Series("x", [math.nan]),
        pl.Series("x", [1.0, math.inf]),
        pl.Series("x", [["a|b"]]),
        pl.Series("x", [["a", ""]]),
        pl.Series("x", [["a", None]]),
    ],
    ids=["not a number", "infinite", "delimiter in an item", "empty item", "null item"],
)
def test_what_a_csv_cannot_give_back_is_refused(bad: pl.Series) -> None:
    with pytest.raises(ReleaseProblem, match=r"mart_pay\.x holds what a CSV cannot give back"):
        check("mart_pay", pl.DataFrame({"x": bad}))


def test_the_two_kinds_of_csv_as_they_stand_in_the_file() -> None:
    rows = pl.DataFrame(
        {
            "code": ["01", "2A"],
            "value": [0.045, None],
            "on": [dt.date(2024, 1, 31), None],
            "is_known": [True, False],
            "list": [["a", "b"], []],
            "note": ["-5 % ; dit « l’été »", ""],
        }
    )
    assert PLAIN.document(rows).decode() == (
        "code,value,on,is_known,list,note\r\n"
        "01,0.045,2024-01-31,true,a|b,'-5 % ; dit « l’été »\r\n"
        '2A,,,false,"",""\r\n'
    )
    assert FRENCH.document(rows).decode("utf-8-sig") == (
        "code;value;on;is_known;list;note\r\n"
        '01;0,045;2024-01-31;VRAI;a|b;"\'-5 % ; dit « l’été »"\r\n'
        '2A;;;FAUX;"";""\r\n'
    )


# --- long tables -------------------------------------------------------------------------------


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.integers(0, 9), max_size=6), room=st.integers(1, 4))
def test_a_long_table_is_cut_into_sheets_that_each_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batches: list[int], room: int
) -> None:
    monkeypatch.setattr(writers, "SHEET_ROWS", room)
    file = tmp_path / "long.zip"
    parts = CsvParts(file, FRENCH)
    numbers = iter(range(sum(batches)))
    for size in [0, *batches]:
        values = [next(numbers) for _ in range(size)]
        parts.write(pa.RecordBatch.from_pydict({"n": pa.array(values, pa.int64())}))
    parts.close()
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        read = [archive.read(name) for name in archive.namelist()]
        assert archive.namelist() == [f"long-{n}.csv" for n in range(1, len(read) + 1)]
    rows = [content.decode("utf-8-sig").split() for content in read]
    assert all(content.startswith(BOM) for content in read)
    assert all(part[0] == "n" and 1 <= len(part) - 1 <= room for part in rows)
    assert [int(n) for part in rows for n in part[1:]] == list(range(sum(batches)))


def test_a_table_that_a_sheet_can_hold_is_a_plain_file_and_a_longer_one_is_compressed() -> None:
    limit = 2**20 - 1
    assert [target.path for target in tables.targets("t", limit)] == [
        "data/parquet/t.parquet",
        "data/csv/t.csv",
        "data/csv-fr/t.csv",
    ]
    assert [(t.path, t.compression) for t in tables.targets("t", limit + 1)] == [
        ("data/parquet/t.parquet", ""),
        ("data/csv/t.csv.gz", "gz"),
        ("data/csv-fr/t.zip", "zip"),
    ]


# --- the real edition --------------------------------------------------------------------------


def content_of(edition: OpenEdition, folder: Path, table: str, form: str) -> list[bytes]:
    """The CSV files of a table, decompressed."""
    (item,) = (item for item in edition.files if (item.table, item.form) == (table, form))
    content = (folder / item.path).read_bytes()
    if item.compression == "gz":
        return [gzip.decompress(content)]
    if item.compression == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [archive.read(name) for name in archive.namelist()]
    return [content]


def parquet_of(folder: Path, table: str) -> Path:
    return folder / "data" / "parquet" / f"{table}.parquet"


def test_every_table_that_may_be_handed_out_has_its_three_files(edition: OpenEdition) -> None:
    forms = {(item.table, item.form) for item in edition.files}
    assert forms == {
        *((name, form) for name in edition.rights.tables for form in ("parquet", "csv", "csv-fr")),
        ("key_figures", "xlsx"),
    }


def test_a_parquet_file_holds_the_handed_out_rows_in_the_order_of_the_grain(
    edition: OpenEdition, edition_folder: Path
) -> None:
    with duckdb.connect() as connection:
        for name, table in edition.rights.tables.items():
            keys = ", ".join(f'"{key}"' for key in table.keys)
            unordered = connection.execute(
                f"""
                select count(*) from (
                    select row({keys}) as key, lag(row({keys})) over (order by file_row_number)
                        as before
                    from read_parquet(?, file_row_number = true)
                ) where key <= before
                """,
                [str(parquet_of(edition_folder, name))],
            ).fetchall()
            assert unordered == [(0,)], name


@DIALECTS
def test_every_table_comes_back_from_csv_as_it_stands_in_the_release(
    edition: OpenEdition, edition_folder: Path, dialect: Dialect
) -> None:
    compared = 0
    for item in edition.files:
        if item.form != dialect.folder or item.compression:
            continue
        rows = edition.release.sql(edition.rights.tables[item.table].selection())
        schema = pq.read_schema(parquet_of(edition_folder, item.table))
        content = (edition_folder / item.path).read_bytes()
        read = read_back(content, dialect, schema)
        assert read.equals(rows, null_equal=True), item.path
        assert read.schema == rows.schema
        compared += 1
    assert compared >= 20


@DIALECTS
def test_a_long_table_comes_back_from_its_compressed_csv(
    edition: OpenEdition, edition_folder: Path, dialect: Dialect, tmp_path: Path
) -> None:
    """By DuckDB, which reads it piece by piece; every cell is in the sum that is compared."""
    compared = 0
    for item in edition.files:
        if item.form != dialect.folder or not item.compression:
            continue
        parquet = parquet_of(edition_folder, item.table)
        file = edition_folder / item.path
        if item.compression == "zip":
            zipfile.ZipFile(file).extractall(tmp_path)
            file = tmp_path / "*.csv"
        assert _sum_of_csv(file, parquet, dialect) == _sum_of_parquet(parquet)
        compared += 1
    assert compared >= 1


def _sum_of_parquet(file: Path) -> object:
    with duckdb.connect() as connection:
        columns = ", ".join(f'"{name}"' for name in pq.read_schema(file).names)
        return connection.execute(
            f"select count(*), sum(hash({columns})) from read_parquet(?)", [str(file)]
        ).fetchall()


def _sum_of_csv(file: Path, parquet: Path, dialect: Dialect) -> object:
    schema = pq.read_schema(parquet)
    numbers = {"double", "int32", "int64", "date32[day]"}
    restored = {
        field.name: f'"{field.name}"'
        if str(field.type) in numbers
        else f"regexp_replace(\"{field.name}\", '^''(''*[=+@\\t\\r-])', '\\1')"
        for field in schema
    }
    types = {
        field.name: {
            "double": "DOUBLE",
            "int32": "INTEGER",
            "int64": "BIGINT",
            "date32[day]": "DATE",
        }.get(str(field.type), "VARCHAR")
        for field in schema
    }
    assert not any(str(field.type).startswith(("list", "bool")) for field in schema)
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        return connection.execute(
            f"""
            select count(*), sum(hash({", ".join(restored.values())})) from read_csv(
                ?, header = true, delim = '{dialect.delimiter}', quote = '"', escape = '"',
                decimal_separator = '{"," if dialect.decimal_comma else "."}',
                auto_detect = false, columns = {types}, nullstr = '', allow_quoted_nulls = false)
            """,
            [str(file)],
        ).fetchall()


def test_types_units_and_descriptions_travel_with_a_parquet_file(
    edition: OpenEdition, edition_folder: Path, release: Release
) -> None:
    described = describe(release).tables["fct_observation"].columns
    file = parquet_of(edition_folder, "fct_observation")
    schema = pq.read_schema(file)
    for name in edition.rights.tables["fct_observation"].columns:
        told = {key.decode(): text.decode() for key, text in schema.field(name).metadata.items()}
        assert told["description_en"] == described[name].description_en
        assert told.get("unit", "") == described[name].unit
        assert schema.field(name).nullable is not described[name].is_required
    with duckdb.connect() as connection:
        told = dict(
            connection.execute(
                "select decode(key), decode(value) from parquet_kv_metadata(?)", [str(file)]
            ).fetchall()
        )
        types = dict(
            connection.execute(
                "select column_name, column_type from (describe from read_parquet(?))", [str(file)]
            ).fetchall()
        )
    assert (
        json.loads(told["columns"])["value"]["description_en"] == described["value"].description_en
    )
    assert json.loads(told["sources"]) == ["dares_vacancies", "france_travail_bmo"]
    assert "Dares" in told["attribution"]
    assert {item["name"] for item in json.loads(told["licence"])} >= {"Licence Ouverte 2.0"}
    assert edition.publication.publisher in told["terms"]
    assert "France Travail" in told["terms"]
    assert sum(item["rows"] for item in json.loads(told["withheld_rows"])) > 0
    assert types["period_start"] == "DATE"
    assert types["value"] == "DOUBLE"
    assert types["is_latest"] == "BOOLEAN"
    assert pl.scan_parquet(file).collect_schema()["period_start"] == pl.Date


def test_a_file_of_quotations_claims_none_and_cites_those_that_it_quotes(
    edition: OpenEdition, edition_folder: Path
) -> None:
    operands = pq.read_table(parquet_of(edition_folder, "mart_claim_operands"))
    told = {key.decode(): text.decode() for key, text in operands.schema.metadata.items()}
    assert "cette licence ne le couvre pas" in told["terms"]
    assert "this licence does not cover it" in told["terms_en"]
    citations = dict(edition.release.sql("select source_id, citation from dim_source").iter_rows())
    quoted = set(operands["source_id"].to_pylist()) - {None}
    assert len(quoted) > 10
    for source in quoted:
        assert citations[source] in told["attribution"]


def test_no_file_names_the_release_so_that_an_unchanged_one_stays_the_same(
    edition: OpenEdition, edition_folder: Path
) -> None:
    release_id = edition.release.id.encode()
    for item in edition.files:
        if item.form != "xlsx":
            assert release_id not in (edition_folder / item.path).read_bytes(), item.path


def test_long_tables_can_be_read_in_part(edition_folder: Path) -> None:
    meta = pq.ParquetFile(parquet_of(edition_folder, "mart_salary_smic")).metadata
    place = meta.schema.names.index("agreement_id")
    groups = [meta.row_group(number) for number in range(meta.num_row_groups)]
    limits = [
        (group.column(place).statistics.min, group.column(place).statistics.max) for group in groups
    ]
    assert len(groups) > 20
    assert max(group.num_rows for group in groups) <= writers.BATCH_ROWS
    assert sum(low <= "bad" <= high for low, high in limits) < len(groups) / 2
