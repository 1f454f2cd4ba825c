"""Tables: the one to read (plain HTML), its columns and cells."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from dashboard import format as fmt
from dashboard.texts import text

MAX_ROWS = 250  # shown in a table; the files hold all
# How a workbook writes the fractions that the screen writes as percentages.
PERCENT_PATTERN = "0.0##%"


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: In the frame.
        label: Heading in the language of the screen.
        write: From a value to text; the value itself keeps its order for sorting.
        kind: ``text``, ``number`` or ``link``.
        width: ``medium`` or ``large`` for long text; by default what the content needs.
        pattern: Number format in a workbook; a general one by default.
        on_paper: Whether the report has it; what only a file has room for stays out.
        is_quoted: Whether it holds words of the French documents, in French in both languages.
    """

    name: str
    label: str
    write: Callable[[Any], str] | None = None
    kind: str = "text"
    width: Literal["medium", "large"] | None = None
    pattern: str | None = None
    on_paper: bool = True
    is_quoted: bool = False

    def written(self, row: dict[str, Any]) -> str:
        """The cell of a row as it is read; a masked number is said to be masked."""
        value = row[self.name]
        absent = value is None or value != value
        if absent and self.kind == "number" and row.get("status") == "secret":
            return text("format.secret")
        if self.write is not None:
            return self.write(None if absent else value)
        if absent:
            return fmt.missing() if self.kind == "number" else ""
        return fmt.day(value) if isinstance(value, dt.date) else str(value)


def shown_columns(table: pl.DataFrame, columns: Sequence[Column]) -> list[Column]:
    """The columns that say something; one of numbers does even where all are missing."""
    return [
        column
        for column in columns
        if column.kind == "number" or table[column.name].drop_nulls().len() > 0
    ]


def reading_table(
    table: pl.DataFrame,
    columns: Sequence[Column],
    label: str,
    most: int = MAX_ROWS,
    *,
    is_tall: bool = False,
) -> str:
    """A table in HTML that any reader can follow; a click on a heading sorts its rows.

    Args:
        table: The rows.
        columns: What is shown of them.
        label: What the table holds, for those who do not see it.
        most: Rows shown; more are said to be left out.
        is_tall: Whether it may take most of the screen, as what the page is there for.
    """
    shown = shown_columns(table, columns)
    heads = "".join(
        f'<th scope="col" class="{column.kind}"><button type="button">'
        f"{html.escape(column.label)}</button></th>"
        for column in shown
    )
    rows = "".join(
        "<tr>" + "".join(_cell(column, row) for column in shown) + "</tr>"
        for row in table.head(most).iter_rows(named=True)
    )
    capped = ""
    if table.height > most:
        words = text("block.capped", n=fmt.integer(most), total=fmt.integer(table.height))
        capped = f'<p class="capped">{html.escape(words)}</p>'
    return (
        f'{capped}<div class="reading-table{" tall" * is_tall}" role="region" tabindex="0"'
        f' aria-label="{html.escape(label)}"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(column: Column, row: dict[str, Any]) -> str:
    value = row[column.name]
    written = html.escape(column.written(row))
    if column.kind == "link" and _is_address(value):
        label = html.escape(text("column.open"))
        about = html.escape(f"{text('column.open')} {value}")
        written = (
            f'<a href="{html.escape(value)}" target="_blank" rel="noopener"'
            f' aria-label="{about}">{label}</a>'
        )
    sort = f' data-sort="{value}"' if isinstance(value, int | float) else ""
    wide = f" {column.width}" if column.width else ""
    spoken = ' lang="fr"' if column.is_quoted else ""
    return f'<td class="{column.kind}{wide}"{sort}{spoken}>{written}</td>'


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def observation_rows(table: pl.DataFrame) -> pl.DataFrame:
    """The rows as they are listed and exported: each leads to its source and raw line."""
    return table.select(
        "series",
        "indicator_id",
        "indicator_text",
        "population_text",
        "occupation_text",
        "nomenclature",
        "geography_text",
        "period_start",
        "period_end",
        period_text=_periods(table),
        value="value",
        unit="unit",
        status="status",
        qualifier="qualifier",
        numerator="numerator",
        denominator="denominator",
        comparability_group="comparability_group",
        break_before="break_before",
        break_reason_text="break_reason_text",
        source_id="source_id",
        vintage="vintage",
        is_latest="is_latest",
        evidence="evidence",
        is_second_rank="is_second_rank",
        publisher="publisher",
        provenance="provenance",
        provenance_url="provenance_url",
        raw_file=pl.format("data/raw/{}/{}.csv", "source_id", "raw_table"),
        raw_row="raw_row",
        scope_text="scope_text",
        note="note",
    )


def _periods(table: pl.DataFrame) -> pl.Series:
    written = {
        pair: fmt.period(*pair)
        for pair in table.select("period_start", "period_end").unique().iter_rows()
    }
    pairs = table.select("period_start", "period_end").iter_rows()
    return pl.Series([written[pair] for pair in pairs], dtype=pl.String)


def observation_columns(table: pl.DataFrame) -> list[Column]:
    """Columns of the table under a chart of observations."""
    kind, symbol = table.select("unit_kind", "unit_symbol_text").row(0)

    def written(value: float | None) -> str:
        return fmt.quantity(value, kind, symbol)

    counts = [
        Column(name, text(f"column.{name}"), fmt.number, "number")
        for name in ("numerator", "denominator")
        if table[name].drop_nulls().len()
    ]
    pattern = PERCENT_PATTERN if kind == "fraction" else None
    return [
        Column("series", text("column.series"), width="medium"),
        Column("period_text", text("column.period")),
        Column("value", text("column.value"), written, "number", pattern=pattern),
        *counts,
        Column("status", text("column.status"), lambda code: fmt.word("status", code)),
        Column("qualifier", text("column.qualifier"), _qualifier),
        Column("vintage", text("column.vintage")),
        Column("publisher", text("column.publisher"), width="medium", on_paper=False),
        Column("evidence", text("column.evidence"), lambda code: fmt.word("evidence", code)),
        Column("scope_text", text("column.scope"), width="medium", on_paper=False),
        Column("provenance", text("column.provenance"), width="large", on_paper=False),
        Column("provenance_url", text("column.address"), kind="link", on_paper=False),
        Column("raw_file", text("column.raw_file"), width="medium", on_paper=False),
        Column("raw_row", text("column.raw_row"), _line, "number", on_paper=False),
        Column("note", text("column.note"), width="large", on_paper=False),
    ]


def _line(row: float | None) -> str:
    return "" if row is None else str(int(row))


def _qualifier(code: str | None) -> str:
    return "" if code in (None, "exact") else fmt.word("qualifier", code)
