"""Search in texts: all the words, whatever their accents and capitals."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import polars as pl


def plain(words: str) -> str:
    """Words without accents or capitals."""
    apart = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def matching(table: pl.DataFrame, columns: Sequence[str], words: str) -> pl.DataFrame:
    """The rows that hold every word of a search in one of their columns or another.

    Args:
        table: Any table.
        columns: The text columns to search.
        words: What was typed; nothing admits every row.
    """
    wanted = plain(words).split()
    if not wanted or not table.height:
        return table
    said = [
        plain(" ".join(part for part in row if part)) for row in table.select(columns).iter_rows()
    ]
    return table.filter(pl.Series([all(word in line for word in wanted) for line in said]))
