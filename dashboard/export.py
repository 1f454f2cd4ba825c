"""Files that leave the dashboard."""

from __future__ import annotations

import polars as pl

RUNS_IN_A_SPREADSHEET = ("=", "+", "-", "@", "\t", "\r")


def to_csv(table: pl.DataFrame) -> bytes:
    """CSV in UTF-8: comma, ISO dates, decimal point, null as empty.

    A text cell that a spreadsheet would run as a formula is preceded by an apostrophe.
    """
    table = table.with_columns(
        pl.col(name).list.join(" | ")
        for name, type_ in table.schema.items()
        if isinstance(type_, pl.List)
    )
    texts = [name for name, type_ in table.schema.items() if type_ == pl.String]
    neutral = table.with_columns(
        pl.when(pl.any_horizontal(pl.col(n).str.starts_with(c) for c in RUNS_IN_A_SPREADSHEET))
        .then("'" + pl.col(n))
        .otherwise(pl.col(n))
        .alias(n)
        for n in texts
    )
    return neutral.write_csv(date_format="%Y-%m-%d").encode("utf-8")
