"""What leaves the dashboard runs in no spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import export


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
        assert not cell.startswith(export.RUNS_IN_A_SPREADSHEET)
