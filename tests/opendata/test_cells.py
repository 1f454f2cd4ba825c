"""No text that leaves runs in a spreadsheet, and each comes back as it was."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendata import cells

STARTS = ("=", "+", "-", "@", "\t", "\r")
FORMULAS = st.tuples(st.text("'", max_size=3), st.sampled_from(STARTS), st.text()).map("".join)
TEXTS = st.text() | st.text("'=+-@\t\r\n a", max_size=6) | FORMULAS


def _through(expression: object, texts: list[str | None]) -> list[str | None]:
    return (
        pl.DataFrame({"text": texts}, schema={"text": pl.String})
        .select(expression(pl.col("text")))["text"]  # type: ignore[operator]
        .to_list()
    )


@pytest.mark.parametrize("start", STARTS)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert cells.escape_text(f"{start}1") == f"'{start}1"
    assert cells.escape_text(f"'{start}1") == f"''{start}1"


@pytest.mark.parametrize(
    "text", ["", "'", "l’été", "'tis", "a=1", "1-2", " =1", "\n=1", "l'=1", "''"]
)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert cells.escape_text(text) == cells.unescape_text(text) == text


@given(st.lists(st.none() | TEXTS, max_size=8))
def test_each_text_comes_back_as_it_was(texts: list[str | None]) -> None:
    escaped = _through(cells.escape, texts)
    assert _through(cells.unescape, escaped) == texts
    assert not any(text.startswith(STARTS) for text in escaped if text is not None)


@given(st.lists(TEXTS, max_size=8))
def test_one_text_is_written_as_a_column_of_texts_is(texts: list[str]) -> None:
    assert _through(cells.escape, list(texts)) == [cells.escape_text(text) for text in texts]
    assert _through(cells.unescape, list(texts)) == [cells.unescape_text(text) for text in texts]
