"""What the glossary loads."""

from __future__ import annotations

import polars as pl

from dashboard.release import Store
from dashboard.search import plain


def terms(store: Store) -> pl.DataFrame:
    """The terms in alphabetical order, whatever their accents.

    Returns:
        One row per term: ``id``, ``term_text``, ``definition_text``, ``formula``, ``letter``.

    Raises:
        MissingData: The release has no glossary.
    """
    return _ordered(
        store.query(
            """
            select term_id as id, term_text, definition_text, null::varchar as formula
            from glossary
            """
        )
    )


def indicators(store: Store) -> pl.DataFrame:
    """The indicators that have values, in alphabetical order: columns as :func:`terms`."""
    return _ordered(
        store.query(
            """
            select indicator_id as id, label_text as term_text, definition_text,
                formula_text as formula
            from dim_indicator
            where indicator_id in (select indicator_id from fct_observation)
            """
        )
    )


def _ordered(table: pl.DataFrame) -> pl.DataFrame:
    keys = [plain(term) for term in table["term_text"]]
    letters = [next((mark for mark in key if mark.isalnum()), "").upper() for key in keys]
    return (
        table.with_columns(
            letter=pl.Series(
                [letter if letter.isalpha() else "#" for letter in letters], dtype=pl.String
            ),
            key=pl.Series(keys, dtype=pl.String),
        )
        .sort("key", "id")
        .drop("key")
    )
