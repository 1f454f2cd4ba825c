"""What leaves the dashboard runs in no spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import math
import re
import zipfile
from xml.etree import ElementTree

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import export
from dashboard.tables import Column

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_is_neutralised(start: str) -> None:
    (row,) = _read(export.to_csv(pl.DataFrame({"note": [f"{start}cmd|' /C calc'!A0"]})))
    assert row["note"].startswith("'" + start)


def test_numbers_keep_their_sign_dates_are_iso_and_nulls_are_empty() -> None:
    table = pl.DataFrame(
        {
            "value": [-0.25, None],
            "on": [dt.date(2024, 1, 31), None],
            "text": ["éducateur", None],
            "list": [["a", "b"], []],
        }
    )
    first, second = _read(export.to_csv(table))
    assert first == {"value": "-0.25", "on": "2024-01-31", "text": "éducateur", "list": "a | b"}
    assert second == {"value": "", "on": "", "text": "", "list": ""}


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_no_text_cell_starts_with_a_formula(cells: list[str]) -> None:
    content = export.to_csv(pl.DataFrame({"text": cells}, schema={"text": pl.String})).decode()
    read = pl.read_csv(io.BytesIO(content.encode()), schema={"text": pl.String})
    for cell in read["text"].drop_nulls():
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def _tree(parts: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(parts.read(name))  # noqa: S314  written a moment ago


def _workbook(content: bytes) -> dict[str, list[list[object]]]:
    """The cells of each sheet, read by another library than the one that wrote them."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = re.findall(r'<sheet name="([^"]+)"', parts.read("xl/workbook.xml").decode())
        shared = ["".join(part.itertext()) for part in _tree(parts, "xl/sharedStrings.xml")]
        sheets = {}
        for number, name in enumerate(names, start=1):
            tree = _tree(parts, f"xl/worksheets/sheet{number}.xml")
            assert not list(tree.iter(f"{SHEET}f"))  # no formula at all
            rows = []
            for row in tree.iter(f"{SHEET}row"):
                cells: list[object] = []
                for cell in row.iter(f"{SHEET}c"):
                    value = cell.findtext(f"{SHEET}v")
                    if value is None:
                        continue
                    kind = cell.get("t", "n")
                    cells.append(shared[int(value)] if kind == "s" else float(value))
                rows.append(cells)
            sheets[html.unescape(name)] = rows
    return sheets


def _export(table: pl.DataFrame, *columns: Column, metadata: export.Metadata = ()) -> bytes:
    return export.to_xlsx(table, columns, metadata, ("Données", "Métadonnées"))


def test_the_workbook_holds_the_rows_with_numbers_and_dates_as_such() -> None:
    table = pl.DataFrame(
        {
            "value": [0.0283, None, -1.5],
            "status": ["published", "secret", "published"],
            "on": [dt.date(2024, 1, 31), None, dt.date(2025, 1, 31)],
            "list": [["a", "b"], [], ["c"]],
        }
    )
    content = _export(
        table,
        Column("value", "Valeur", lambda value: "écrit", "number", pattern="0.0##%"),
        Column("status", "Statut", lambda code: f"mot {code}"),
    )
    head, first, second, third = _workbook(content)["Données"]
    assert head == ["Valeur", "Statut", "on", "list"]
    assert first == [0.0283, "mot published", 45322.0, "a | b"]
    assert second == ["mot secret", ""] or second == ["mot secret"]
    assert third[0] == -1.5


def test_the_second_sheet_says_what_has_to_be_known() -> None:
    content = _export(
        pl.DataFrame({"a": [1]}), metadata=[("Titre", "Taux"), ("Licence", "inconnue")]
    )
    assert _workbook(content)["Métadonnées"] == [["Titre", "Taux"], ["Licence", "inconnue"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_a_workbook_is_a_formula_or_a_link(start: str) -> None:
    bad = f"{start}HYPERLINK('http://x')"
    content = _export(
        pl.DataFrame({"note": [bad], "url": ["https://example.org"]}),
        Column("note", bad),
        metadata=[(bad, bad)],
    )
    sheets = _workbook(content)
    for cell in (*sheets["Données"][0][:1], *sheets["Données"][1][:1], *sheets["Métadonnées"][0]):
        assert str(cell).startswith("'")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not any("rels/sheet" in name for name in parts.namelist())


# The largest number that a cell of a workbook can hold is smaller than the largest double.
IN_A_CELL = st.floats(-9.99e307, 9.99e307) | st.sampled_from([math.nan, math.inf, -math.inf])


@given(
    st.lists(st.one_of(st.none(), IN_A_CELL, st.integers(-(2**53), 2**53)), min_size=1, max_size=5)
)
def test_any_number_makes_a_workbook_that_opens(values: list[float | None]) -> None:
    table = pl.DataFrame({"value": [None if v is None else float(v) for v in values]})
    table = table.with_columns(pl.col("value").cast(pl.Float64))
    rows = _workbook(_export(table, Column("value", "Valeur", None, "number")))["Données"]
    written = [row[0] for row in rows[1:] if row]
    finite = [float(v) for v in values if v is not None and math.isfinite(v)]
    assert written == pytest.approx(finite)
