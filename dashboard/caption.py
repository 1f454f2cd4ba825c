"""What must be said beside a chart: unit, scope, sources, cautions. Derived from the rows drawn."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from dashboard import format as fmt
from dashboard.texts import text

# Warnings of the declarations that the rows themselves do not already tell.
TOLD_BY_THE_ROWS = frozenset({"published_points_only", "secondary_source", "masked_values"})
SHOWN_SCOPES = 3
SHOWN_VINTAGES = 2
SPOKEN_SERIES = 12  # of a chart in words: a longer list is read in the table


@dataclass(frozen=True)
class SourceRef:
    """A source as a chart cites it."""

    title: str
    publisher: str
    address: str | None
    licence: str
    vintages: tuple[str, ...]
    last_on: str
    scope: str
    method: str
    warnings: tuple[str, ...]
    updated_on: str = ""
    licence_address: str | None = None

    def cited(self) -> str:
        """The citation, in Markdown: who, what, which edition, last value, last update."""
        cited = text(
            "caption.source",
            publisher=fmt.markdown(self.publisher),
            title=fmt.link(self.title, self.address),
            vintage=fmt.markdown(self._editions()),
        )
        return " ".join(part for part in (cited, self.last_on, self.updated_on) if part)

    def named(self) -> str:
        """The source in plain words, for a picture and for the metadata of a file."""
        return f"{self.publisher}, {self.title}{self._editions()}"

    def _editions(self) -> str:
        if not self.vintages:
            return ""
        others = len(self.vintages) - SHOWN_VINTAGES
        shown = text("caption.vintage", vintage=", ".join(self.vintages[:SHOWN_VINTAGES]))
        return shown + (fmt.plural(others, "caption.more_vintages") if others > 0 else "")


@dataclass(frozen=True)
class Caption:
    """All that stands around a chart.

    Attributes:
        summary: The chart in words, visible.
        alternative: The chart in words for those who do not see it, if longer.
    """

    unit: str
    scopes: tuple[str, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    notes: tuple[str, ...] = ()
    summary: str = ""
    alternative: str = ""
    definitions: tuple[str, ...] = field(default=())


def of_observations(table: pl.DataFrame, sources: pl.DataFrame) -> Caption:
    """The caption of a table of observations.

    Args:
        table: Rows as :func:`dashboard.data.observations` returns them, with ``series``.
        sources: All sources (:func:`dashboard.data.sources`).
    """
    return Caption(
        unit=unit_of(table),
        scopes=tuple(_distinct(table, "population_text")),
        sources=source_refs(table, sources),
        notes=tuple(notes_of(table)),
        summary=summary_of(table),
        alternative=alternative_of(table),
        definitions=tuple(definitions_of(table)),
    )


def plain(markdown: str) -> str:
    """A text of the page without its Markdown, for a file."""
    words = re.sub(r"\[([^\]]*)\]\((https?://[^)]*)\)", r"\1 (\2)", markdown)
    words = re.sub(r"(?<!\\)\*\*|(?<!\\)`", "", words)
    return re.sub(r"\\([\\`*_{}\[\]()<>#+\-!|$~:])", r"\1", words)


def unit_of(table: pl.DataFrame) -> str:
    """The unit in words."""
    if not table.height:
        return ""
    kind, symbol = table.select("unit_kind", "unit_symbol_text").row(0)
    return str(symbol) if symbol else text(f"unit_kind.{kind}")


def source_refs(table: pl.DataFrame, sources: pl.DataFrame) -> tuple[SourceRef, ...]:
    """The sources of the rows, with their vintages and last dates among these rows."""
    used = table.group_by("source_id", maintain_order=True).agg(
        pl.col("vintage").drop_nulls(),
        pl.struct("period_start", "period_end").sort_by("period_end", nulls_last=False).last(),
    )
    found = []
    for source_id, vintages, last in used.iter_rows():
        known = sources.filter(pl.col("source_id") == source_id)
        if known.height:
            found.append(source_ref(known.row(0, named=True), _by_weight(vintages), last))
    return tuple(found)


def _by_weight(vintages: list[str]) -> tuple[str, ...]:
    """The edition of most values first: points cited elsewhere have editions of their own."""
    counted = Counter(vintages)
    return tuple(sorted(counted, key=lambda vintage: (-counted[vintage], vintage)))


def source_ref(
    source: dict[str, Any],
    vintages: tuple[str, ...] = (),
    last: dict[str, dt.date | None] | None = None,
) -> SourceRef:
    """One source as it is cited; the unknown licence is said."""
    if last:
        last_on = text("caption.last", last=fmt.period(last["period_start"], last["period_end"]))
    elif source.get("last_period_end"):
        last_on = text("caption.last", last=fmt.day(source["last_period_end"]))
    else:
        last_on = ""
    return SourceRef(
        title=source["title_text"],
        publisher=source["publisher"],
        address=source["landing_page"],
        licence=licence(source["licence_name"]),
        vintages=tuple(v.removeprefix("édition ") for v in vintages if v and v != "unique"),
        last_on=last_on,
        scope=source["scope_text"] or "",
        method=source["method_text"] or "",
        warnings=tuple(source["warnings"] or ()),
        updated_on=(
            text("caption.updated", day=fmt.day(source["retrieved_on"]))
            if source.get("retrieved_on")
            else ""
        ),
        licence_address=source.get("licence_url"),
    )


def licence(name: str | None) -> str:
    """Name of a licence; one that the publisher does not state is said to be unknown."""
    return text("caption.licence_unknown") if name in (None, "unknown") else str(name)


def notes_of(table: pl.DataFrame) -> list[str]:
    """Cautions about the rows: breaks, masked values, second rank, values not final."""
    in_time = table["period_start"].n_unique() > 1  # a single period shows no break
    breaks = (
        table.filter(pl.col("break_before") & in_time)
        .group_by("break_reason_text")
        .agg(pl.struct("period_start", "period_end").sort_by("period_start").first())
        .sort(pl.nth(1).struct.field("period_start"))
    )
    notes = [
        text(
            "caption.break",
            period=fmt.period(first["period_start"], first["period_end"]),
            reason=fmt.markdown(reason or text("caption.break_unknown")),
        )
        for reason, first in breaks.iter_rows()
    ]
    count = {
        "secret": table.filter(pl.col("status") == "secret").height,
        "missing": table.filter(pl.col("status") == "missing").height,
        "provisional": table.filter(pl.col("status") == "provisional").height,
        "estimated": table.filter(pl.col("status") == "estimated").height,
        "computed": table.filter(pl.col("status") == "computed").height,
        "second_rank": table.filter("is_second_rank").height,
        "undated": table.filter(pl.col("period_start").is_null()).height,
    }
    if table.filter("is_points_only").height:
        notes.append(text("caption.points_only"))
    notes += [fmt.plural(n, f"caption.{name}") for name, n in count.items() if n]
    return notes


def definitions_of(table: pl.DataFrame) -> list[str]:
    """Definition and formula of each indicator drawn, and what its population means."""
    found = []
    for label, definition, formula in (
        table.select("indicator_text", "definition_text", "formula")
        .unique(maintain_order=True)
        .rows()
    ):
        line = _defined(label, definition or fmt.missing())
        if formula:
            line += " " + text("caption.formula", formula=fmt.markdown(formula))
        found.append(line)
    for label, note in (
        table.select("population_text", "scope_note_text")
        .drop_nulls()
        .unique(maintain_order=True)
        .rows()
    ):
        found.append(_defined(label, note))
    return found


def _defined(term: str, words: str) -> str:
    return text("format.pair", name=f"**{fmt.markdown(term)}**", words=fmt.markdown(words))


def summary_of(table: pl.DataFrame, limit: int = 2) -> str:
    """The content of the chart in words: first and last value of each series.

    The two ends are set against each other only within one comparability group.
    """
    sentences = []
    names = list(dict.fromkeys(table["series"].to_list()))
    for name in names[:limit]:
        rows = table.filter(
            (pl.col("series") == name)
            & pl.col("value").is_not_null()
            & pl.col("period_start").is_not_null()
        ).sort("period_start")
        if rows.height:
            sentences.append(_sentence(name, rows))
    if len(names) > limit:
        sentences.append(fmt.plural(len(names) - limit, "summary.others"))
    return " ".join(sentences)


def alternative_of(table: pl.DataFrame) -> str:
    """The chart in words for those who do not see it.

    What is counted and how many series, then of each its ends and extremes, then the breaks and how
    many values are masked: what the eye takes from the drawing.
    """
    if not table.height:
        return ""
    parts = table.partition_by("series", maintain_order=True)
    what = text("format.between").join(_distinct(table, "indicator_text"))
    said = [text("alternative.what", what=what, n=fmt.integer(len(parts)))]
    for rows in parts[:SPOKEN_SERIES]:
        said += _spoken(rows)
    if len(parts) > SPOKEN_SERIES:
        said.append(fmt.plural(len(parts) - SPOKEN_SERIES, "summary.others"))
    if len(parts) == table.height > 2:  # a ranking
        said += _extremes(table, named=True)
    said += _breaks(table)
    masked = table.filter(pl.col("status") == "secret").height
    if masked:
        said.append(fmt.plural(masked, "caption.secret"))
    return " ".join(said)


def _spoken(rows: pl.DataFrame) -> list[str]:
    drawn = rows.filter(pl.col("value").is_not_null())
    if not drawn.height:
        return [text("alternative.nothing", series=rows["series"][0])]
    dated = drawn.filter(pl.col("period_start").is_not_null()).sort("period_start")
    ends = _sentence(drawn["series"][0], dated if dated.height else drawn)
    return [ends, *_extremes(dated)] if dated.height > 2 else [ends]


def _extremes(rows: pl.DataFrame, *, named: bool = False) -> list[str]:
    """The highest and the lowest value; each with its series where the rows are a ranking."""
    ranked = rows.filter(pl.col("value").is_not_null()).sort("value", maintain_order=True)
    if ranked.height < 2:
        return []
    low, high = ranked.row(0, named=True), ranked.row(-1, named=True)
    where = (lambda row: str(row["series"])) if named else _period
    return [
        text(
            "alternative.extremes",
            high=_value(high),
            high_at=where(high),
            low=_value(low),
            low_at=where(low),
        )
    ]


def _breaks(table: pl.DataFrame) -> list[str]:
    starts = (
        table.filter(pl.col("break_before") & pl.col("period_start").is_not_null())
        .select("period_start", "period_end")
        .unique()
        .sort("period_start")
    )
    if not starts.height or table["period_start"].n_unique() < 2:
        return []
    periods = ", ".join(fmt.period(first, last) for first, last in starts.rows())
    return [text("alternative.breaks", periods=periods)]


def _sentence(name: str, rows: pl.DataFrame) -> str:
    first, last = rows.row(0, named=True), rows.row(-1, named=True)
    said = {"series": name, "last": _value(last), "last_on": _period(last)}
    if rows.height == 1:
        return text("summary.one", **said)
    if rows["comparability_group"].n_unique() > 1:
        key = "broken"
    else:
        key = "points" if rows["is_points_only"].any() else "span"
    return text(f"summary.{key}", first=_value(first), first_on=_period(first), **said)


def _value(row: dict[str, Any]) -> str:
    return fmt.observed(
        row["value"], row["unit_kind"], row["unit_symbol_text"], row["status"], row["qualifier"]
    )


def _period(row: dict[str, Any]) -> str:
    return fmt.period(row["period_start"], row["period_end"])


def _distinct(table: pl.DataFrame, column: str) -> Iterable[str]:
    return (str(value) for value in table[column].drop_nulls().unique(maintain_order=True))
