"""The two kinds of CSV: one for programs, one for French spreadsheets.

Both are UTF-8 and RFC 4180 (CRLF, quotes where needed), hold dates as ``2024-01-31`` – the one way
to write a date that no reader turns round – and tell a null (nothing) from an empty text (``""``).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ingest.errors import ReleaseProblem
from opendata.cells import escape

LIST_DELIMITER = "|"
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Dialect:
    """How a table is written as text.

    Attributes:
        folder: Of an edition's ``data/``, and the form's name.
        bom: Whether the file begins with the mark by which spreadsheets know UTF-8.
        words: For true and false.
    """

    folder: str
    delimiter: str
    decimal_comma: bool
    bom: bool
    words: tuple[str, str]

    def text(self, rows: pl.DataFrame, *, header: bool = False) -> bytes:
        """Rows as lines of text, without the mark of the encoding."""
        written = rows.with_columns(self._cell(name, type_) for name, type_ in rows.schema.items())
        text: str = written.write_csv(
            separator=self.delimiter,
            decimal_comma=self.decimal_comma,
            line_terminator="\r\n",
            include_header=header,
            date_format="%Y-%m-%d",
        )
        return text.encode()

    def document(self, rows: pl.DataFrame) -> bytes:
        """A whole file."""
        return (BOM if self.bom else b"") + self.text(rows, header=True)

    def _cell(self, name: str, type_: pl.DataType) -> pl.Expr:
        cell = pl.col(name)
        if type_ == pl.String:
            return escape(cell)
        if isinstance(type_, pl.List):
            return escape(cell.list.join(LIST_DELIMITER)).alias(name)
        if type_ == pl.Boolean:
            true, false = self.words
            return pl.when(cell).then(pl.lit(true)).when(~cell).then(pl.lit(false)).alias(name)
        return cell


PLAIN = Dialect("csv", ",", decimal_comma=False, bom=False, words=("true", "false"))
FRENCH = Dialect("csv-fr", ";", decimal_comma=True, bom=True, words=("VRAI", "FAUX"))


def check(table: str, rows: pl.DataFrame) -> None:
    """Refuses what not every form of a table could give back as it is.

    Raises:
        ReleaseProblem: A number is none (NaN, infinite), or an item of a list is null, empty or
            holds the delimiter.
    """
    tests = {
        name: ~pl.col(name).is_finite()
        if type_.is_float()
        else pl.col(name).list.eval(_unfit_item()).list.any()
        for name, type_ in rows.schema.items()
        if type_.is_float() or isinstance(type_, pl.List)
    }
    found = rows.select(test.any().alias(name) for name, test in tests.items())
    for name in found.columns:
        if found[name].any():
            raise ReleaseProblem(
                f"{table}.{name} holds what a CSV cannot give back: a number that is none, or a "
                f"list item that is null, empty or holds {LIST_DELIMITER!r}\n"
                "  Remedy: mend the model; nothing is exported"
            )


def _unfit_item() -> pl.Expr:
    item = pl.element()
    return item.is_null() | (item == "") | item.str.contains(LIST_DELIMITER, literal=True)
