"""HTML of the report: words, lists and tables, every text escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from typing import Any

import polars as pl
from markdown_it import MarkdownIt

from dashboard import format as fmt
from dashboard.tables import Column, shown_columns
from dashboard.texts import text

MOST_ROWS = 12  # of a table on paper; the files of the dashboard hold all
WIDEST_CELL, PAPER = 30, 92  # letters on one line of a cell, and across the page
# Columns in which a table is in time order, the first that it has.
TIMES = ("period_end", "month", "year", "last_day")
# What is said once, under the chart, where it is the same of all rows.
SAID_ONCE = frozenset({"status", "vintage", "evidence", "numerator", "denominator", "member_id"})
ICON = re.compile(r":material/\w+:")


@cache
def _markdown() -> MarkdownIt:
    """Markdown without HTML in it; only links to the outside are links on paper."""
    reader = MarkdownIt("js-default", {"html": False})
    reader.disable("image")
    reader.validateLink = _leads_outside  # type: ignore[method-assign]
    return reader


def _leads_outside(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def inline(markdown: str) -> str:
    """A line of Markdown as HTML."""
    written: str = _markdown().renderInline(ICON.sub("", markdown).strip())
    return written


def prose(markdown: str) -> str:
    """Paragraphs of Markdown as HTML."""
    written: str = _markdown().render(ICON.sub("", markdown))
    return written


def listed(items: Iterable[str], kind: str = "") -> str:
    """A list of lines of Markdown; nothing if there is none."""
    lines = "".join(f"<li>{inline(item)}</li>" for item in items)
    return f'<ul class="{kind}">{lines}</ul>' if lines else ""


def heading(level: int, words: str, name: str = "") -> str:
    """A heading, with an anchor if it has a name."""
    anchor = f' id="{escape(name)}"' if name else ""
    return f"<h{level}{anchor}>{escape(words)}</h{level}>"


def table_of(title: str, table: pl.DataFrame, columns: Sequence[Column]) -> str:
    """The values of a chart, the most recent ones where there are many; their number is said."""
    if not table.height:
        return ""
    rows, which = _kept(table)
    said = text(
        f"report.{which}", title=title, n=fmt.integer(rows.height), total=fmt.integer(table.height)
    )
    shown = [
        column
        for column in shown_columns(rows, columns)
        if column.on_paper and column.kind != "link"
    ]
    cells = [[column.written(row) for column in shown] for row in rows.iter_rows(named=True)]
    kept = _columns_that_fit(shown, cells)
    made = grid(
        said,
        [shown[rank].label for rank in kept],
        [[row[rank] for rank in kept] for row in cells],
        numbers=[place for place, rank in enumerate(kept) if shown[rank].kind == "number"],
    )
    whole = rows.height == table.height and len(kept) == len(shown)
    return made if whole else f'{made}<p class="more">{escape(text("report.table_more"))}</p>'


def _columns_that_fit(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> list[int]:
    """Places of the columns that say something of a row, as many as paper is wide."""
    told = [{row[rank] for row in cells} for rank in range(len(columns))]
    kept = [
        rank
        for rank, column in enumerate(columns)
        if len(told[rank]) > 1 or (column.name not in SAID_ONCE and told[rank] != {""})
    ]
    widths = {rank: _width(columns[rank], told[rank]) for rank in kept}
    if sum(widths.values()) > PAPER:
        kept = [rank for rank in kept if not rank or len(told[rank]) > 1]
    while sum(widths[rank] for rank in kept) > PAPER:
        kept.pop()
    return kept


def _width(column: Column, cells: Iterable[str]) -> int:
    """Letters that a column takes: text breaks, a heading between words only, a number never."""
    content = max(map(len, cells), default=0)
    if column.kind != "number":
        content = min(content, WIDEST_CELL)
    return 2 + max(content, *map(len, column.label.split()), 0)


def _kept(table: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """The rows to show, in the order of the table, and which of them they are."""
    if table.height <= MOST_ROWS:
        return table, "table"
    time = next((name for name in TIMES if name in table.columns), None)
    if time is None or table[time].n_unique() < 2:
        return table.head(MOST_ROWS), "table_first"
    last = (
        table.with_row_index("_place")
        .sort(time, descending=True, nulls_last=True, maintain_order=True)
        .head(MOST_ROWS)
    )
    return last.sort("_place").drop("_place"), "table_last"


def grid(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Sequence[int] = (),
    markup: bool = False,
) -> str:
    """A table whose first column heads its rows.

    Args:
        caption: What it holds.
        heads: Heading of each column.
        rows: Cells of each row.
        numbers: Places of the columns of numbers.
        markup: Whether the cells are Markdown.
    """
    write = inline if markup else escape
    kinds = [' class="number"' if rank in numbers else "" for rank in range(len(heads))]
    head = "".join(
        f'<th scope="col"{kind}>{escape(words)}</th>'
        for words, kind in zip(heads, kinds, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{write(cell)}</th>' if not rank else f"<td{kind}>{write(cell)}</td>"
            for rank, (cell, kind) in enumerate(zip(row, kinds, strict=True))
        )
        + "</tr>"
        for row in rows
    )
    return (
        '<div class="table" role="region" tabindex="0" aria-label="'
        + escape(caption)
        + f'"><table><caption>{escape(caption)}</caption>'
        + f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def definitions(pairs: Iterable[tuple[str, Any, str]]) -> str:
    """Figures that open a page: what, how much, and in Markdown of whom and when."""
    return (
        '<dl class="headlines">'
        + "".join(
            f"<div><dt>{escape(label)}</dt><dd class='figure'>{escape(str(value))}</dd>"
            f"<dd>{inline(words)}</dd></div>"
            for label, value, words in pairs
        )
        + "</dl>"
    )
