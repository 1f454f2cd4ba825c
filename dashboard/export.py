"""Files that leave the dashboard."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Sequence
from typing import Any

import polars as pl
import xlsxwriter

from dashboard.tables import Column
from opendata import cells

LONGEST_CELL = 32_767  # characters that a cell of a workbook can hold
LONGEST_NAME = 31  # characters of the name of a sheet
WIDEST = 60  # characters of a column
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Metadata = Sequence[tuple[str, str]]


def to_csv(table: pl.DataFrame) -> bytes:
    """CSV in UTF-8: comma, ISO dates, decimal point, null as empty.

    A text cell that a spreadsheet would run as a formula is preceded by an apostrophe.
    """
    safe = _flat(table).with_columns(cells.escape(pl.col(pl.String)))
    return safe.write_csv(date_format="%Y-%m-%d").encode("utf-8")


def to_xlsx(
    table: pl.DataFrame,
    columns: Sequence[Column],
    metadata: Metadata,
    sheets: tuple[str, str],
) -> bytes:
    """A workbook: the rows, then what has to be known of them.

    The columns of the screen come first, under their headings; those that only the files hold
    follow under the name that they have in the release. Numbers and dates are such, a missing or
    masked value is empty (the status beside it says which), and no text is run as a formula.

    Args:
        table: The rows, all of them.
        columns: Those of the screen.
        metadata: Label and text, one a row of the second sheet.
        sheets: Names of the two sheets.
    """
    table = _flat(table)
    shown = {column.name: column for column in columns}
    names = [*shown, *(name for name in table.columns if name not in shown)]
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "valign": "top"})
    patterns = {
        column.pattern: book.add_format({"num_format": column.pattern})
        for column in columns
        if column.pattern
    }
    rows = book.add_worksheet(sheets[0][:LONGEST_NAME])
    for place, name in enumerate(names):
        column = shown.get(name)
        rows.write_string(0, place, neutral(column.label if column else name), head)
        written = table[name].to_list()
        if column and _is_code(column, table):
            written = [None if value is None else column.write(value) for value in written]  # type: ignore[misc]
        number_format = patterns.get(column.pattern or "") if column else None
        for line, value in enumerate(written, start=1):
            _write(rows, line, place, value, number_format)
        rows.set_column(place, place, _width(name, written))
    rows.freeze_panes(1, 0)
    if table.height:
        rows.autofilter(0, 0, table.height, len(names) - 1)
    told = book.add_worksheet(sheets[1][:LONGEST_NAME])
    told.set_column(0, 0, 28)
    told.set_column(1, 1, 110)
    for line, (label, words) in enumerate(metadata):
        told.write_string(line, 0, neutral(label), bold)
        told.write_string(line, 1, neutral(words), wrap)
    book.close()
    return stream.getvalue()


def neutral(words: str) -> str:
    """A text that no spreadsheet takes for a formula, cut to what a cell can hold."""
    return cells.escape_text(words)[:LONGEST_CELL]


def _flat(table: pl.DataFrame) -> pl.DataFrame:
    """Lists as one text."""
    return table.with_columns(
        pl.col(name).list.join(" | ")
        for name, type_ in table.schema.items()
        if isinstance(type_, pl.List)
    )


def _is_code(column: Column, table: pl.DataFrame) -> bool:
    """Whether the cells are codes or yes/no, for which the screen has a word."""
    return (
        column.write is not None
        and column.kind == "text"
        and table.schema[column.name] in (pl.String, pl.Boolean)
    )


def _write(sheet: Any, line: int, place: int, value: Any, number_format: Any) -> None:
    if value is None or value != value or value in (math.inf, -math.inf):
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value, number_format)
    elif isinstance(value, dt.date):
        sheet.write_datetime(line, place, value)
    else:
        sheet.write_string(line, place, neutral(str(value)))


def _width(name: str, values: Sequence[Any]) -> int:
    return min(WIDEST, 2 + max((len(str(value)) for value in (name, *values[:200])), default=8))
