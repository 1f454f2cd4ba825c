"""Reading and checking of bundled tables.

Each check raises one :class:`~ingest.errors.DataProblem` that names file, line, column and remedy.
Content comes before the checksum, so that the message names the cause and not only the effect.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import polars as pl

from ingest.declarations import NUMERIC_TYPES, UNIT_IN_ROW, Column, Source, Table
from ingest.errors import DataProblem

LINE = "_row_number"
RESTORE = "restore the file from the repository (git checkout), or mend this cell"
PATTERNS = {
    "integer": r"^-?[0-9]+$",
    "decimal": r"^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$",
    "date": r"^(18|19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$",
}
# Beyond it a value is a slip of the pen: the largest counts here are hours, some 10^10 a year.
LARGEST = 1e12
FORMATS = {
    "integer": "a whole number such as 1234",
    "decimal": "a number such as 12.5",
    "date": "a date such as 2024-12-31",
}


@dataclass(frozen=True)
class CheckedTable:
    """A table that passed every check.

    Attributes:
        frame: All columns as text (empty = null) and ``_row_number``, the line in the file.
    """

    source: Source
    table: Table
    frame: pl.DataFrame

    @property
    def raw_name(self) -> str:
        return f"{self.source.id}__{self.table.name}"


class Codes:
    """The code lists of the dbt seeds, each read once."""

    def __init__(self, seeds: Path) -> None:
        self.seeds = seeds
        self._known: dict[str, frozenset[str]] = {}

    def file(self, name: str) -> Path:
        return self.seeds / f"{name.split('.')[0]}.csv"

    def __getitem__(self, name: str) -> frozenset[str]:
        """The values of ``<seed>.<column>``."""
        if name not in self._known:
            file, column = self.file(name), name.split(".")[1]
            if not file.is_file():
                raise DataProblem(file, "the code list is missing", "restore the seed")
            frame = pl.read_csv(file, infer_schema=False)
            if column not in frame.columns:
                raise DataProblem(file, "the code column is missing", RESTORE, column=column)
            self._known[name] = frozenset(frame[column].drop_nulls())
        return self._known[name]


def check_source(folder: Path, source: Source, codes: Codes) -> list[CheckedTable]:
    """Reads and checks all tables of one source.

    Args:
        folder: Folder that holds ``source.yml`` and the CSV files.
        source: Its declaration.
        codes: The code lists that columns may refer to.

    Returns:
        The checked tables, in the order of the declaration.

    Raises:
        DataProblem: At the first thing that is wrong.
    """
    _check_declared_units(folder / "source.yml", source, codes)
    _check_no_stray_file(folder, source)
    checked = []
    for table in source.tables:
        file = folder / f"{table.name}.csv"
        frame = _empty(table) if table.online_only else _check_content(file, table, codes)
        checked.append(CheckedTable(source, table, frame))
    _check_references(folder, checked)
    for item in checked:
        if not item.table.online_only:
            file = folder / f"{item.table.name}.csv"
            _check_rows_and_checksum(file, item.table, item.frame.height)
    return checked


def check_landed(
    file: Path,
    source: Source,
    frames: Mapping[str, pl.DataFrame],
    bundled: Mapping[str, pl.DataFrame],
    codes: Codes,
) -> None:
    """Checks the tables read from one landed file as those of a bundled one.

    Row counts, checksums and periods are declared for bundled tables only; the labels of editions
    are new by nature.

    Args:
        file: The landed file, named in messages.
        source: The declaration.
        frames: Tables read from the file, with ``_row_number``.
        bundled: The bundled tables of the source, which references may point into.
        codes: The code lists.

    Raises:
        DataProblem: At the first thing that is wrong.
    """
    tables = {table.name: table for table in source.tables}
    for name, frame in frames.items():
        table = tables[name]
        for column in table.all_columns:
            is_label = column.name == "edition"
            closed = column.model_copy(update={"allowed": None}) if is_label else column
            _check_column(file, frame, closed, codes)
        _check_grain(file, frame, table)
        _check_no_overlap(file, frame, table)
        for column in table.all_columns:
            if column.references is None:
                continue
            target, target_column = column.references.split(".")
            known = [part[target][target_column] for part in (bundled, frames) if target in part]
            value = pl.col(column.name)
            bad = frame.filter(value.is_not_null() & ~value.is_in(pl.concat(known).implode()))
            _fail_at(
                file,
                bad,
                column.name,
                f"{{value!r}} does not stand in the table {target}",
                f"the producer uses a new code: add it to {target}.csv of {source.id}",
            )


def _empty(table: Table) -> pl.DataFrame:
    """No rows, all columns: a table of which nothing is bundled."""
    names = {column.name: pl.String for column in table.all_columns}
    return pl.DataFrame(schema=names).with_row_index(LINE, offset=2)


def read_text(file: Path) -> str:
    """The file as UTF-8 text, refusing other encodings, a byte-order mark and a cut end."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise DataProblem(file, "the declared table is missing", RESTORE) from None
    except OSError as error:
        raise DataProblem(file, f"cannot be read: {error.strerror}", RESTORE) from None
    if content.startswith(b"\xef\xbb\xbf"):
        raise DataProblem(
            file, "starts with a byte-order mark", "save the file as UTF-8 without BOM", line=1
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        start = content.rfind(b"\n", 0, error.start) + 1
        header = content.split(b"\n", 1)[0].decode("utf-8", "replace").split(",")
        number = len(next(csv.reader([content[start : error.start].decode("utf-8")]), [""])) - 1
        raise DataProblem(
            file,
            f"not UTF-8: byte 0x{content[error.start]:02x}",
            "save the file as UTF-8 (it looks like Latin-1 or Windows-1252)",
            line=line,
            column=header[number] if number < len(header) else None,
        ) from None
    if not text:
        raise DataProblem(file, "the file is empty", RESTORE, line=1)
    for character, name in (("\r", "a carriage return"), ("\0", "a NUL character")):
        if character in text:
            raise DataProblem(
                file,
                f"holds {name}",
                "save the file with line ends LF and without control characters",
                line=text.count("\n", 0, text.index(character)) + 1,
            )
    if not text.endswith("\n"):
        raise DataProblem(
            file,
            "the file is cut short: its last line has no end",
            RESTORE,
            line=text.count("\n") + 1,
        )
    return text


def _check_content(file: Path, table: Table, codes: Codes) -> pl.DataFrame:
    text = read_text(file)
    _check_header(file, table, text)
    frame = _parse(file, text, [column.name for column in table.all_columns])
    for column in table.all_columns:
        _check_column(file, frame, column, codes)
    _check_grain(file, frame, table)
    _check_period(file, frame, table)
    _check_no_overlap(file, frame, table)
    _check_not_after_retrieval(file, frame, table)
    return frame


def _check_header(file: Path, table: Table, text: str) -> None:
    found = next(csv.reader([text.split("\n", 1)[0]]))
    expected = [column.name for column in table.all_columns]
    if found == expected:
        return
    for number, name in enumerate(expected):
        if number >= len(found) or found[number] != name:
            there = found[number] if number < len(found) else "nothing"
            raise DataProblem(
                file,
                f"expected the column {name!r} in place {number + 1}, found {there!r}",
                "restore the column's name, or change the declaration in source.yml",
                line=1,
                column=name,
            )
    raise DataProblem(
        file,
        f"columns that no declaration names: {found[len(expected) :]}",
        "remove them, or declare them in source.yml",
        line=1,
        column=found[len(expected)],
    )


def _parse(file: Path, text: str, columns: list[str]) -> pl.DataFrame:
    rows: list[list[str]] = []
    reader = csv.reader(StringIO(text), strict=True)
    try:
        for row in reader:
            number = len(rows) + 1
            # A quoted line break would shift every line number that a message names.
            if reader.line_num != number:
                raise DataProblem(file, "a cell holds a line break", RESTORE, line=number)
            if len(row) != len(columns):
                raise DataProblem(
                    file,
                    f"{len(row)} cells where {len(columns)} are declared",
                    RESTORE,
                    line=number,
                )
            rows.append(row)
    except csv.Error as error:
        raise DataProblem(file, f"not readable: {error}", RESTORE, line=len(rows) + 1) from None
    frame = pl.DataFrame(rows[1:], schema=dict.fromkeys(columns, pl.String), orient="row")
    emptied = frame.with_columns(pl.all().replace("", None))
    return emptied.with_row_index(LINE, offset=2)


def _fail_at(
    file: Path, bad: pl.DataFrame, column: str, problem: str, remedy: str = RESTORE
) -> None:
    """Raises for the first of the bad rows, and says how many there are."""
    if bad.is_empty():
        return
    row = bad.row(0, named=True)
    more = f" (and in {bad.height - 1} more lines)" if bad.height > 1 else ""
    raise DataProblem(
        file,
        problem.format(value=row.get(column)) + more,
        remedy,
        line=row[LINE],
        column=column,
    )


def _check_column(file: Path, frame: pl.DataFrame, column: Column, codes: Codes) -> None:
    name = column.name
    filled = frame.filter(pl.col(name).is_not_null())
    if column.masked is not None:
        filled = filled.filter(pl.col(name) != column.masked)
    if not column.nullable:
        _fail_at(file, frame.filter(pl.col(name).is_null()), name, "the cell is empty")
    if column.type in NUMERIC_TYPES:
        comma = filled.filter(pl.col(name).str.contains(r"^-?[0-9]+,[0-9]+$"))
        _fail_at(file, comma, name, "decimal comma in {value!r}", "write a decimal point")
    if column.type in PATTERNS:
        bad = filled.filter(~pl.col(name).str.contains(PATTERNS[column.type]))
        _fail_at(file, bad, name, f"{{value!r}} is not {FORMATS[column.type]}")
    if column.type == "date":
        bad = filled.filter(pl.col(name).str.to_date("%Y-%m-%d", strict=False).is_null())
        _fail_at(file, bad, name, "{value!r} is no day of the calendar")
    if column.allowed is not None:
        bad = filled.filter(~pl.col(name).is_in(list(column.allowed)))
        _fail_at(file, bad, name, f"{{value!r}} is none of {', '.join(column.allowed)}")
    if column.codes is not None:
        looked_up = pl.lit(column.codes_prefix or "") + pl.col(name)
        bad = filled.filter(~looked_up.is_in(list(codes[column.codes])))
        what = "unit" if column.codes.startswith("units.") else "code"
        _fail_at(
            file,
            bad,
            name,
            f"unknown {what} {{value!r}}",
            f"mend the cell, or add the {what} to {codes.file(column.codes)}",
        )

    if column.type in NUMERIC_TYPES:
        _check_limits(file, filled, column)


def _check_limits(file: Path, filled: pl.DataFrame, column: Column) -> None:
    name, value = column.name, pl.col(column.name).cast(pl.Float64)
    mend = "mend the cell, or its limits in source.yml"
    bad = filled.filter(~value.is_finite() | (value.abs() > LARGEST))
    _fail_at(file, bad, name, "{value!r} is beyond any figure of the sector", RESTORE)
    if column.minimum is not None:
        bad = filled.filter(value < column.minimum)
        _fail_at(file, bad, name, f"{{value!r}} lies under the minimum of {column.minimum:g}", mend)
    if column.maximum is not None:
        bad = filled.filter(value > column.maximum)
        _fail_at(file, bad, name, f"{{value!r}} lies over the maximum of {column.maximum:g}", mend)
    if column.range_by is not None:
        by = column.range_by.column
        for code, (low, high) in column.range_by.ranges.items():
            bad = filled.filter((pl.col(by) == code) & ~value.is_between(low, high))
            _fail_at(
                file,
                bad,
                name,
                f"{{value!r}} is not plausible for {by} {code} ({low:g} to {high:g}): "
                "is it in another currency or unit?",
                f"mend the cell or its {by}, or the range in source.yml",
            )


def _check_grain(file: Path, frame: pl.DataFrame, table: Table) -> None:
    grain = list(table.grain)
    repeated = frame.filter(pl.struct(grain).is_duplicated()).sort(*grain, LINE)
    if repeated.is_empty():
        return
    first, second = repeated.row(0, named=True), repeated.row(1, named=True)
    key = ", ".join(f"{name}={first[name]}" for name in grain)
    raise DataProblem(
        file,
        f"the key of line {first[LINE]} stands again: {key}",
        "remove one of the two lines, or tell them apart by their edition",
        line=second[LINE],
        column=grain[0] if len(grain) == 1 else " + ".join(grain),
    )


def _check_period(file: Path, frame: pl.DataFrame, table: Table) -> None:
    if table.period is None or table.shape != "observations":
        return
    for column, day, found in (
        ("period_start", table.period.first, str(frame["period_start"].min())),
        ("period_end", table.period.last, str(frame["period_end"].max())),
    ):
        if found != day.isoformat():
            raise DataProblem(
                file,
                f"the declaration says that the table covers {table.period.first} to "
                f"{table.period.last}, but its extreme {column} is {found}",
                "mend the table, or period in source.yml",
                column=column,
            )


def _check_no_overlap(file: Path, frame: pl.DataFrame, table: Table) -> None:
    """No two rows of a key hold on the same day."""
    rule = table.no_overlap
    if rule is None:
        return
    start, end, key = rule.valid_from, rule.valid_to, list(rule.key)
    upside_down = frame.filter(pl.col(end) < pl.col(start))
    _fail_at(file, upside_down, end, f"{{value!r}} lies before the row's {start}")
    ordered = frame.filter(pl.col(start).is_not_null()).sort(*key, start, LINE)
    earlier = ordered.with_columns(
        pl.col(LINE).shift().over(key).alias("_earlier_line"),
        pl.col(start).shift().over(key).alias("_earlier_start"),
        pl.col(end).shift().over(key).alias("_earlier_end"),
    ).filter(pl.col("_earlier_line").is_not_null())
    # Dates are text in ISO form: their order is that of their characters.
    holds_on = pl.col("_earlier_end").is_null()
    if rule.open_end == "next":
        holds_on = holds_on & (pl.col("_earlier_start") == pl.col(start))
    bad = earlier.filter(holds_on | (pl.col("_earlier_end") >= pl.col(start)))
    if bad.is_empty():
        return
    row = bad.row(0, named=True)
    identity = ", ".join(f"{name}={row[name]}" for name in key)
    _fail_at(
        file,
        bad,
        start,
        f"holds from {{value}} while line {row['_earlier_line']} of the same key ({identity}) "
        f"holds from {row['_earlier_start']} to {row['_earlier_end'] or 'no stated end'}",
        f"end the earlier row ({end}) on the day before the later one begins, or mend the dates",
    )


def _check_not_after_retrieval(file: Path, frame: pl.DataFrame, table: Table) -> None:
    day = table.retrieved_on.isoformat() if table.retrieved_on else ""
    for name in table.not_after_retrieval:
        _fail_at(
            file,
            frame.filter(pl.col(name) > day),
            name,
            f"{{value}} lies after {day}, the day on which the table was retrieved",
            "enter a value once it is in force and read; mend the date, or retrieved_on "
            "in source.yml",
        )


def _check_rows_and_checksum(file: Path, table: Table, height: int) -> None:
    if height != table.rows:
        raise DataProblem(
            file,
            f"{height} rows where the declaration says {table.rows}",
            "restore the file from the repository; if the change is meant, "
            f"write rows: {height} in source.yml",
            line=height + 1,
        )
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != table.sha256:
        raise DataProblem(
            file,
            f"wrong checksum: sha256 is {found}, the declaration says {table.sha256}",
            "restore the file from the repository; if the change is meant, review it "
            "(git diff) and write the new sha256 in source.yml",
        )


def _check_references(folder: Path, checked: list[CheckedTable]) -> None:
    frames: Mapping[str, pl.DataFrame] = {item.table.name: item.frame for item in checked}
    for item in checked:
        for column in item.table.all_columns:
            if column.references is None:
                continue
            target, target_column = column.references.split(".")
            if target not in frames or target_column not in frames[target].columns:
                raise DataProblem(
                    folder / "source.yml",
                    f"{item.table.name}.{column.name} refers to {column.references}, "
                    "which is declared nowhere",
                    "declare that table, or mend the reference",
                    column=column.name,
                )
            known = frames[target][target_column].implode()
            name = pl.col(column.name)
            bad = item.frame.filter(name.is_not_null() & ~name.is_in(known))
            _fail_at(
                folder / f"{item.table.name}.csv",
                bad,
                column.name,
                f"{{value!r}} does not stand in {target}.csv",
                f"mend the cell, or add the row to {folder.name}/{target}.csv",
            )


def _check_declared_units(file: Path, source: Source, codes: Codes) -> None:
    for table in source.tables:
        for column in table.all_columns:
            if column.unit not in (None, UNIT_IN_ROW) and column.unit not in codes["units.unit_id"]:
                raise DataProblem(
                    file,
                    f"table {table.name}: unknown unit {column.unit!r}",
                    "use a unit of dbt_project/seeds/units.csv, or add it there",
                    column=column.name,
                )


def _check_no_stray_file(folder: Path, source: Source) -> None:
    declared = {f"{table.name}.csv" for table in source.tables} | {"source.yml"}
    for path in sorted(folder.iterdir()):
        if path.name not in declared:
            raise DataProblem(
                path, "no declaration names this file", "declare it in source.yml, or remove it"
            )
