"""Charts: pure functions from a table to a figure.

A table of observations has the columns of :func:`dashboard.data.observations` and a text column
``series``. The rules of honesty are kept here, whatever the page asks for:

- a line joins two values only if they have the same comparability group and source and no period
  is missing between them; elsewhere there is a gap, and a mark where the series breaks;
- values of a source that publishes only points are never joined;
- a null value is never drawn, least of all as 0;
- second-rank evidence has hollow markers, a provisional or estimated value a dot in its marker and
  a dotted line to it.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboard import format as fmt
from dashboard.texts import text
from dashboard.theme import Palette, dash, palette, symbol

STEP_MONTHS = {"annual": 12, "quarterly": 3, "monthly": 1}
NOT_FINAL = ("provisional", "estimated")
ZERO_BASED = frozenset({"fraction", "count", "rate", "amount", "duration", "other"})
LABEL_WIDTH = 36  # characters of a legend entry on one line
ROW_WIDTH = 44  # characters of a row's label on one line
LABEL_ROOM = 0.42  # of the scale: what a figure with its date takes on a phone
BREAK_ROOM = 0.14  # of the time shown: nearer marks of a break share one word
CROWDED = 24  # points of a series above which only the telling ones have a mark
QUOTED = 2  # second-rank values up to which a series is a quote rather than a line
SECOND_RANK = 2  # look of the series that share the entry of second-rank points
LEGEND_LINE = 20  # pixels of a line of the legend
AFTER_MARK = 16  # characters of a value that has its place after the mark on a phone
PHONE = 40  # characters of a line on a phone
LINE, BAR = 18, 14  # pixels of a line of text, and of a bar
# Spaces of French typography that no line may break at.
UNBROKEN = re.compile(r" (?=[:;?!»%])|(?<=«) ")
# Shape of the verdict on a reading; colour only repeats it.
VERDICT_SHAPES = {"match": "circle", "near": "diamond", "no_match": "x", "not_computable": "cross"}


@dataclass(frozen=True)
class Mark:
    """A date that matters, drawn as a numbered line; what it is stands under the chart."""

    day: dt.date
    label: str


@dataclass(frozen=True)
class Calendar:
    """What happened while a series ran.

    Attributes:
        marks: Dates, each with a number.
        spans: First and last day of the spells to shade.
        ticks: Dates drawn as short strokes at the foot of the chart, each with its hover text.
    """

    marks: Sequence[Mark] = ()
    spans: Sequence[tuple[dt.date, dt.date]] = ()
    ticks: Sequence[tuple[dt.date, str]] = ()


def segments(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Cuts one series into the runs that a line may join.

    Args:
        rows: The rows of one series, in time order.

    Returns:
        The runs, in time order, without the null values.
    """
    runs: list[list[int]] = []
    previous: dict[str, Any] | None = None
    for index, row in enumerate(rows.iter_rows(named=True)):
        if row["value"] is None or row["period_start"] is None:
            previous = None
            continue
        if previous is None or not _may_join(previous, row):
            runs.append([])
        runs[-1].append(index)
        previous = row
    return [rows[run] for run in runs]


def _may_join(before: dict[str, Any], after: dict[str, Any]) -> bool:
    step = STEP_MONTHS.get(after["frequency"])
    if step is None or after["frequency"] != before["frequency"]:
        return False
    if before["is_points_only"] or after["is_points_only"] or after["break_before"]:
        return False
    same = ("comparability_group", "source_id", "geography_id", "population_id", "occupation_id")
    if any(before[column] != after[column] for column in same):
        return False
    return _months(before["period_start"], after["period_start"]) == step


def _months(first: dt.date, second: dt.date) -> int:
    return (second.year - first.year) * 12 + second.month - first.month


def one_vintage_a_series(table: pl.DataFrame) -> pl.DataFrame:
    """Gives each vintage a series of its own where a series holds several of one period."""
    cell = ["series", "source_id", "period_start", "period_end"]
    mixed = table.filter(pl.struct(cell).is_duplicated())["series"].unique()
    return table.with_columns(
        series=pl.when(pl.col("series").is_in(mixed.to_list()))
        .then(pl.format("{} ({})", "series", "vintage"))
        .otherwise("series")
    )


def time_series(
    table: pl.DataFrame,
    *,
    colours: Palette | None = None,
    order: Sequence[str] = (),
    zero: bool | None = None,
    level: float | None = None,
    height: int = 380,
    calendar: Calendar | None = None,
) -> go.Figure:
    """Values in time, one colour, dash and marker a series.

    Args:
        table: Observations of one unit; undated ones are left out. Series that share a
            ``colour_key`` share a colour, and differ by dash and marker.
        colours: Palette of the mode; light by default.
        order: Series named first, in this order.
        zero: Whether the axis starts at 0; by default it does unless the unit is an index or a
            change.
        level: A value to mark across the chart (1 for a ratio).
        height: Of the plot without its legend, in pixels.
        calendar: Dates and spells to mark; those outside the time shown are left out.
    """
    colours = colours or palette()
    table = one_vintage_a_series(table)
    kind, symbol_text = _unit(table)
    figure = go.Figure()
    names = list(dict.fromkeys([*order, *table["series"].to_list()]))
    names = [name for name in names if name in set(table["series"])]
    colour_keys, names_of_key = _colour_keys(table, names)
    shared = _shared_entry(table, names)
    in_legend: set[str] = set()
    for rank, name in enumerate(names):
        rows = table.filter(pl.col("series") == name).sort("period_start", "period_end")
        colour_rank, look_rank = _look(rows, rank, colour_keys, names_of_key)
        entry = text("chart.second_rank_group") if name in shared else name
        look = _Look(
            entry,
            colours.colour(colour_rank),
            SECOND_RANK if name in shared else look_rank,
            crowded=rows.height > CROWDED,
        )
        _draw_series(figure, rows, look, kind, symbol_text, first=entry not in in_legend)
        if rows["value"].is_not_null().any():
            in_legend.add(entry)
    _draw_breaks(figure, table, colours)
    if level is not None:
        figure.add_hline(y=level, line={"color": colours.text, "width": 1.25})
    drawn = table.filter(pl.col("value").is_not_null() & pl.col("period_start").is_not_null())
    zero = kind in ZERO_BASED if zero is None else zero
    _value_axis(figure, drawn["value"].to_list(), kind, colours, zero=zero)
    _time_axis(figure, drawn, colours)
    if calendar is not None:
        _draw_calendar(figure, drawn, calendar, colours)
    legend_lines = sum(_wrapped(name).count("<br>") + 1 for name in in_legend)
    _layout(
        figure,
        height + (LEGEND_LINE * legend_lines if len(names) > 1 else 0),
        colours,
        legend=len(names) > 1,
    )
    return figure


@dataclass(frozen=True)
class _Look:
    """How a series is drawn: its entry in the legend, colour, and rank of dash and symbol."""

    entry: str
    colour: str
    rank: int
    crowded: bool


def _shared_entry(table: pl.DataFrame, names: list[str]) -> set[str]:
    """Series of one or two second-rank values, if several: quotes that share a legend entry."""
    ranks = (
        table.filter(pl.col("value").is_not_null())
        .group_by("series")
        .agg(pl.col("is_second_rank").all(), n=pl.len())
    )
    found = set(ranks.filter("is_second_rank", pl.col("n") <= QUOTED)["series"])
    return found if 1 < len(found) < len(names) else set()


def _colour_keys(table: pl.DataFrame, names: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """The colour keys in order, and the series of each."""
    if "colour_key" not in table.columns:
        return [], {}
    key_of = dict(table.select("series", "colour_key").unique(maintain_order=True).rows())
    ordered = list(dict.fromkeys(key_of[name] for name in names))
    return ordered, {key: [n for n in names if key_of[n] == key] for key in ordered}


def _look(
    rows: pl.DataFrame, rank: int, colour_keys: list[str], names_of_key: dict[str, list[str]]
) -> tuple[int, int]:
    """Ranks of the colour and of the dash of a series.

    Two series of one colour differ by dash; so do two colours, which must not carry it alone.
    """
    if not colour_keys:
        return rank, rank
    key, name = rows["colour_key"][0], rows["series"][0]
    before = colour_keys[: colour_keys.index(key)]
    first = sum(len(names_of_key[other]) for other in before)
    return len(before), first + names_of_key[key].index(name)


@dataclass(frozen=True)
class _Stroke:
    """Points of one series that a line may join, all drawn in one way."""

    rows: Sequence[dict[str, Any]]
    mode: str
    is_tail: bool  # the dotted way to values that are not final
    shape: str


def _strokes(run: pl.DataFrame, *, crowded: bool) -> list[_Stroke]:
    """A run as it is drawn: what is final, and from its last value on what is not."""
    rows = list(run.iter_rows(named=True))
    final = len(rows)
    while final and rows[final - 1]["status"] in NOT_FINAL:
        final -= 1
    solid = rows if final in (0, len(rows)) else rows[:final]
    points_only = all(row["is_points_only"] for row in rows)
    shape = "hv" if rows[0]["frequency"] == "monthly" else "linear"
    mode = _mode(solid, points_only=points_only, count=len(rows), crowded=crowded)
    strokes = [_Stroke(solid, mode, is_tail=False, shape=shape)]
    if solid is not rows:
        tail = rows[final - 1 :]
        mode = _mode(tail, points_only=False, count=len(rows), crowded=False)
        strokes.append(_Stroke(tail, mode, is_tail=True, shape=shape))
    return strokes


def _draw_series(
    figure: go.Figure, rows: pl.DataFrame, look: _Look, kind: str, symbol_text: str, *, first: bool
) -> None:
    """Draws the runs of a series, those of one way in one trace: each costs the browser a drawing.

    Between two runs stands a point without a value, which no line crosses.
    """
    ways: dict[tuple[bool, bool, str, str], list[_Stroke]] = {}
    for run in segments(rows):
        for stroke in _strokes(run, crowded=look.crowded):
            way = (stroke.is_tail, "lines" not in stroke.mode, stroke.mode, stroke.shape)
            ways.setdefault(way, []).append(stroke)
    for _, strokes in sorted(ways.items(), key=lambda item: item[0]):
        _draw_strokes(figure, strokes, look, kind, symbol_text, first=first)
        first = False


def _draw_strokes(
    figure: go.Figure,
    strokes: Sequence[_Stroke],
    look: _Look,
    kind: str,
    symbol_text: str,
    *,
    first: bool,
) -> None:
    is_tail, mode, shape = strokes[0].is_tail, strokes[0].mode, strokes[0].shape
    points = _with_gaps([stroke.rows for stroke in strokes], joined="lines" in mode)
    sizes = [0 if row is None else _size(row, crowded=look.crowded) for row in points]
    if is_tail:  # each begins at a value that is drawn already
        starts = [rank for rank in range(len(points)) if rank == 0 or points[rank - 1] is None]
        sizes = [0 if rank in starts else size for rank, size in enumerate(sizes)]
    hovers, shared = _hovers(points, kind, symbol_text)
    figure.add_scatter(
        x=[None if row is None else row["period_start"] for row in points],
        y=[None if row is None else row["value"] for row in points],
        mode=mode,
        name=_wrapped(look.entry),
        legendgroup=look.entry,
        showlegend=first,
        line={
            "color": look.colour,
            "width": 1.75 if is_tail else 2.25,
            "dash": "dot" if is_tail else dash(look.rank),
            "shape": shape,
        },
        marker=_markers(points, sizes, look) if "markers" in mode else None,
        customdata=hovers,
        hovertemplate=f"%{{customdata}}{shared}<extra></extra>",
        connectgaps=False,
    )


def _markers(
    points: Sequence[dict[str, Any] | None], sizes: Sequence[int], look: _Look
) -> dict[str, Any]:
    return {
        "color": look.colour,
        "symbol": [_symbol(row, look.rank) for row in points],
        "size": sizes,
        "opacity": 1,
        "line": {"width": 1.75, "color": look.colour},
    }


def _with_gaps(
    runs: Sequence[Sequence[dict[str, Any]]], *, joined: bool
) -> list[dict[str, Any] | None]:
    """The rows of all runs; where a line joins rows, nothing stands between two runs."""
    points: list[dict[str, Any] | None] = []
    for rows in runs:
        points += [*([None] if joined and points else []), *rows]
    return points


def _symbol(row: dict[str, Any] | None, rank: int) -> str:
    if row is None:
        return symbol(rank)
    return symbol(rank, hollow=bool(row["is_second_rank"]), dotted=row["status"] in NOT_FINAL)


def _mode(rows: Sequence[dict[str, Any]], *, points_only: bool, count: int, crowded: bool) -> str:
    """Marks where they say more than the line does; each costs the browser as much as a word."""
    if points_only or count == 1:
        return "markers"
    plain = crowded and not any(row["is_second_rank"] for row in rows)
    return "lines" if rows[0]["frequency"] == "monthly" or plain else "lines+markers"


def _size(row: dict[str, Any], *, crowded: bool) -> int:
    if not crowded:
        return 9
    return 7 if row["status"] in NOT_FINAL else 5 if row["is_second_rank"] else 3


def _hovers(
    points: Sequence[dict[str, Any] | None], kind: str, symbol_text: str
) -> tuple[list[str], str]:
    """What is said of each point, and what is said alike of all: most of a long series' weight."""
    told = ["" if row is None else _hover(row, kind, symbol_text) for row in points]
    rests = {words.partition("<br>")[2] for words in told if words}
    if len(rests) > 1 or any("%{" in rest for rest in rests):
        return told, ""
    return [words.partition("<br>")[0] for words in told], f"<br>{rests.pop()}"


def _hover(row: dict[str, Any], kind: str, symbol_text: str) -> str:
    value = fmt.observed(row["value"], kind, symbol_text, row["status"], row["qualifier"])
    lines = [
        f"<b>{value}</b> · {fmt.period(row['period_start'], row['period_end'])}",
        _wrapped(_plain(row["series"])),
    ]
    if row["denominator"] is not None and row["numerator"] is not None:
        lines.append(f"{fmt.number(row['numerator'])} / {fmt.number(row['denominator'])}")
    if row["status"] != "published":
        lines.append(fmt.word("status", row["status"]))
    if row["is_second_rank"]:
        lines.append(fmt.word("evidence", row["evidence"]))
    if row.get("break_reason_text") and row["break_before"]:
        lines.append(_wrapped(text("chart.break_hover", reason=_plain(row["break_reason_text"]))))
    return "<br>".join(lines)


def _draw_breaks(figure: go.Figure, table: pl.DataFrame, colours: Palette) -> None:
    broken = table.filter(pl.col("break_before") & pl.col("period_start").is_not_null())
    dated = broken.group_by("period_start").agg(pl.col("break_reason_text").drop_nulls().unique())
    ends = _ends(table)
    room = (ends[1] - ends[0]) * BREAK_ROOM if ends else dt.timedelta()
    labelled: dt.date | None = None
    for start, reasons in dated.sort("period_start").iter_rows():
        crowded = labelled is not None and start - labelled < room
        labelled = labelled if crowded else start
        figure.add_shape(
            type="line",
            xref="x",
            yref="paper",
            x0=start,
            x1=start,
            y0=0,
            y1=1,
            line={"color": colours.series[4], "width": 1.25, "dash": "dot"},
            layer="below",
        )
        figure.add_annotation(
            x=start,
            y=1,
            xref="x",
            yref="paper",
            yanchor="bottom",
            text="" if crowded else text("chart.break_mark"),
            showarrow=False,
            font={"size": 12},
            hovertext=_wrapped("<br>".join(sorted(_plain(reason) for reason in reasons))),
        )


def _draw_calendar(
    figure: go.Figure, drawn: pl.DataFrame, calendar: Calendar, colours: Palette
) -> None:
    ends = _ends(drawn)
    if ends is None:
        return
    first, last = ends
    for start, end in calendar.spans:
        if end > first and start < last:
            figure.add_shape(
                type="rect",
                xref="x",
                yref="paper",
                x0=max(start, first),
                x1=min(end, last),
                y0=0,
                y1=1,
                fillcolor=colours.muted,
                opacity=0.35,
                line={"width": 0},
                layer="below",
            )
    for number, mark in enumerate(calendar.marks, start=1):
        if not first <= mark.day <= last:
            continue
        figure.add_shape(
            type="line",
            xref="x",
            yref="paper",
            x0=mark.day,
            x1=mark.day,
            y0=0,
            y1=1,
            line={"color": colours.text, "width": 1, "dash": "dot"},
            layer="below",
        )
        figure.add_annotation(
            x=mark.day,
            y=1,
            xref="x",
            yref="paper",
            yanchor="bottom",
            text=f"<b>{number}</b>",
            showarrow=False,
            font={"size": 12, "color": colours.text},
            hovertext=_wrapped(_plain(mark.label)),
        )
    strokes = [(day, words) for day, words in calendar.ticks if first <= day <= last]
    if strokes:
        foot = figure.layout.yaxis.range[0]
        figure.add_scatter(
            x=[day for day, _ in strokes],
            y=[foot] * len(strokes),
            mode="markers",
            marker={
                "symbol": "line-ns",
                "size": 14,
                "line": {"width": 1.5, "color": colours.text},
            },
            cliponaxis=False,
            showlegend=False,
            name="",
            customdata=[[_plain(words)] for _, words in strokes],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )


def bars(
    table: pl.DataFrame, *, colours: Palette | None = None, inner: str | None = None
) -> go.Figure:
    """Horizontal bars, one a row, the label above the bar so that it reads on a phone.

    Args:
        table: Observations of one unit with a column ``series`` (the label); the first row is
            drawn on top. A null value has no bar: its reason is written instead.
        colours: Palette of the mode; light by default.
        inner: Column of a part of the value, drawn darker over it; both are written in the label.
    """
    colours = colours or palette()
    kind, symbol_text = _unit(table)
    rows = list(table.iter_rows(named=True))
    written = [_bar_text(row, kind, symbol_text, inner) for row in rows]
    in_label = bool(inner) or _too_long(written)
    places, labels, height = _rows_of(
        [
            text("format.pair", name=row["series"], words=words) if in_label else row["series"]
            for row, words in zip(rows, written, strict=True)
        ]
    )
    values = [row["value"] for row in rows if row["value"] is not None]
    low, top = min([0.0, *values]), max([0.0, *values]) or 1.0
    hollow = [bool(row["is_second_rank"]) for row in rows]
    figure = go.Figure()
    figure.add_bar(
        y=places,
        x=[row["value"] for row in rows],
        orientation="h",
        width=BAR,
        marker={
            "color": ["rgba(0,0,0,0)" if open_ else colours.colour(0) for open_ in hollow],
            "line": {"color": colours.colour(0), "width": [1.75 if o else 0 for o in hollow]},
            "opacity": 0.4 if inner else 1,
        },
        customdata=[[_hover(row, kind, symbol_text)] for row in rows],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    if inner:
        figure.add_bar(
            y=places,
            x=[row[inner] for row in rows],
            orientation="h",
            width=BAR,
            marker={"color": colours.colour(0)},
            hoverinfo="skip",
        )
    _write(figure, [low] * len(rows), labels)
    if not in_label:
        _write(
            figure,
            [max(row["value"] or 0, 0) for row in rows],
            [(place, f"\u2002{words}") for place, words in zip(places, written, strict=True)],
        )
    figure.update_layout(barmode="overlay")
    _row_axes(figure, low, top * (1.02 if in_label else _room(written)), height)
    _layout(figure, height + 16, colours, legend=False)
    figure.update_layout(margin={"l": 4, "r": 8, "t": 8, "b": 8})
    return figure


def _bar_text(row: dict[str, Any], kind: str, symbol_text: str, inner: str | None) -> str:
    """The value of a bar, or why it has none; a unit in words stands once, above the chart."""
    symbol = short_symbol(symbol_text)
    said = fmt.observed(row["value"], kind, symbol, row["status"], row["qualifier"])
    rank = text("chart.second_rank_mark") if row["is_second_rank"] else ""
    return said + _inner(row, inner, kind) + rank


def _inner(row: dict[str, Any], column: str | None, kind: str) -> str:
    if column is None or row[column] is None:
        return ""
    return text("chart.inner", value=fmt.quantity(row[column], kind))


def dots(table: pl.DataFrame, *, colours: Palette | None = None) -> go.Figure:
    """Published points, one row a series, all on one scale from 0 and never joined.

    Each point is written with its date: the way to show surveys whose scopes differ.

    Args:
        table: Observations of one unit with a column ``series``.
        colours: Palette of the mode; light by default.
    """
    colours = colours or palette()
    kind, symbol_text = _unit(table)
    drawn = table.filter(pl.col("value").is_not_null())
    names = list(dict.fromkeys(drawn["series"].to_list()))
    places, labels, height = _rows_of(names, mark=54)
    top = max(drawn["value"].to_list(), default=1.0) or 1.0
    figure = go.Figure()
    rows_of = [
        list(
            drawn.filter(pl.col("series") == name)
            .sort("value", "period_start")
            .iter_rows(named=True)
        )
        for name in names
    ]
    _grounds(figure, [(place, top) for place in places], colours, width=1)
    last_of = [_last_day(points) for points in rows_of]
    points = [
        (place, point, point["period_end"] == last)
        for place, rows, last in zip(places, rows_of, last_of, strict=True)
        for point in rows
    ]
    figure.add_scatter(
        x=[point["value"] for _, point, _ in points],
        y=[place for place, _, _ in points],
        mode="markers",
        marker={
            "color": [colours.colour(0 if is_last else 4) for _, _, is_last in points],
            "size": 11,
            "symbol": [_symbol(point, 0 if is_last else 1) for _, point, is_last in points],
            "line": {"width": 2},
        },
        customdata=[[_hover(point, kind, symbol_text)] for _, point, _ in points],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    _write_points(figure, list(zip(places, rows_of, strict=True)), top, kind, symbol_text)
    _write(figure, [0.0] * len(names), labels)
    _row_axes(figure, 0, top * 1.25, height)
    _layout(figure, height + 16, colours, legend=False)
    figure.update_layout(margin={"l": 4, "r": 8, "t": 8, "b": 8})
    return figure


def _last_day(points: Sequence[dict[str, Any]]) -> dt.date | None:
    return max((point["period_end"] for point in points if point["period_end"]), default=None)


def _grounds(
    figure: go.Figure, ends: Sequence[tuple[float, float]], colours: Palette, width: int
) -> None:
    """A line from 0 in each row: height and end of each."""
    figure.add_scatter(
        x=[value for _, end in ends for value in (0, end, None)],
        y=[value for place, _ in ends for value in (place, place, None)],
        mode="lines",
        line={"color": colours.muted, "width": width},
        hoverinfo="skip",
        showlegend=False,
    )


def _write_points(
    figure: go.Figure,
    rows: Sequence[tuple[float, list[dict[str, Any]]]],
    top: float,
    kind: str,
    symbol_text: str,
) -> None:
    """Writes values and dates above and below each row."""
    written = [
        (value, place + side, f"{fmt.quantity(value, kind, short_symbol(symbol_text))} ({when})")
        for place, points in rows
        for value, side, when in _places_of_points(points, top)
    ]
    figure.add_scatter(
        x=[value for value, _, _ in written],
        y=[height for _, height, _ in written],
        mode="text",
        text=[words for _, _, words in written],
        textposition=[
            "middle right"
            if value < 0.2 * top
            else "middle left"
            if value > 0.8 * top
            else "middle center"
            for value, _, _ in written
        ],
        hoverinfo="skip",
        cliponaxis=False,
    )


def _places_of_points(points: list[dict[str, Any]], top: float) -> list[tuple[float, int, str]]:
    """Values of a row that are written, above or below it, with their dates.

    As many as do not run into each other. The last value in time comes first, then the first one,
    then the others; what finds no room is in the hover text and in the table.
    """
    same: dict[float, list[dict[str, Any]]] = {}
    for point in points:
        same.setdefault(point["value"], []).append(point)
    in_time = sorted(same, key=lambda value: str(same[value][-1]["period_end"]))
    first_come = [*in_time[-1:], *in_time[:1], *in_time[1:-1]]
    taken: dict[int, list[float]] = {15: [], -15: []}
    found = []
    for value in dict.fromkeys(first_come):
        side = next(
            (
                side
                for side, others in taken.items()
                if all(abs(value - other) > LABEL_ROOM * top for other in others)
            ),
            None,
        )
        if side is None:
            continue
        taken[side].append(value)
        when = ", ".join(
            dict.fromkeys(fmt.period(p["period_start"], p["period_end"]) for p in same[value])
        )
        found.append((value, side, when))
    return found


def short_symbol(symbol_text: str) -> str:
    """A symbol that is written after each figure; words stand once, beside the chart."""
    return symbol_text if len(symbol_text) <= 2 else ""


def claims(table: pl.DataFrame, *, colours: Palette | None = None) -> go.Figure:
    """Figures said of one thing, side by side on one scale from 0.

    Args:
        table: One row a claim: ``label``, ``value``, ``value_high`` (or null), ``written`` (the
            value as said), ``group`` (who says it) and ``hollow`` (second rank).
        colours: Palette of the mode; light by default.
    """
    colours = colours or palette()
    rows = list(table.iter_rows(named=True))
    groups = list(dict.fromkeys(table["group"].to_list()))
    written = [_plain(row["written"]) for row in rows]
    in_label = _too_long(written)
    places, labels, height = _rows_of(
        [
            text("format.pair", name=row["label"], words=words) if in_label else row["label"]
            for row, words in zip(rows, written, strict=True)
        ]
    )
    ends = [row["value"] if row["value_high"] is None else row["value_high"] for row in rows]
    low, top = min([0.0, *ends]), max([0.0, *ends]) or abs(min([1.0, *ends]))
    figure = go.Figure()
    _grounds(
        figure,
        [(place, row["value"]) for place, row in zip(places, rows, strict=True)],
        colours,
        width=2,
    )
    for rank, group in enumerate(groups):
        own = [
            (place, row) for place, row in zip(places, rows, strict=True) if row["group"] == group
        ]
        figure.add_scatter(
            x=[row["value"] for _, row in own],
            y=[place for place, _ in own],
            mode="markers",
            name=_wrapped(group),
            marker={
                "color": colours.colour(rank),
                "size": 12,
                "symbol": [symbol(rank, hollow=bool(row["hollow"])) for _, row in own],
                "line": {"width": 2, "color": colours.colour(rank)},
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [
                    0 if row["value_high"] is None else row["value_high"] - row["value"]
                    for _, row in own
                ],
                "arrayminus": [0 for _ in own],
                "width": 0,  # no caps: they would cross the symbol of a claim without a range
                "color": colours.colour(rank),
            },
            customdata=[
                [f"<b>{_plain(r['written'])}</b><br>{_wrapped(r['label'])}"] for _, r in own
            ],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
    _write(figure, [low] * len(rows), labels)
    if not in_label:
        _write(
            figure,
            ends,
            [
                (place, f"\u2003<b>{words}</b>")
                for place, words in zip(places, written, strict=True)
            ],
        )
    _row_axes(figure, low - top * 0.03, top * (1.06 if in_label else _room(written)), height)
    legend = len(groups) > 1
    _layout(figure, height + 16 + 34 * legend, colours, legend=legend)
    figure.update_layout(margin={"l": 4, "r": 8, "t": 8, "b": 8}, legend={"y": 0})
    return figure


def readings(
    table: pl.DataFrame,
    stated: float,
    written: str,
    *,
    tolerance: float = 0.0,
    colours: Palette | None = None,
) -> go.Figure:
    """What a claim would be under each reading, on one scale, with the value stated.

    Args:
        table: One row a reading: ``label`` (readings of one label share a row), ``value``,
            ``written``, ``hover``, ``verdict`` (id, gives the shape), ``verdict_text``,
            ``is_preferred`` and ``is_counted`` (hollow if not).
            Readings without a value are left out.
        stated: Value as printed, in the same unit.
        written: The same in words.
        tolerance: Distance from ``stated`` within which a reading is near; shaded.
        colours: Palette of the mode; light by default.
    """
    colours = colours or palette()
    drawn = table.filter(pl.col("value").is_not_null())
    names = list(dict.fromkeys(drawn["label"].to_list()))
    alone = {name: drawn.filter(pl.col("label") == name).height == 1 for name in names}
    value_of = dict(drawn.select("label", "written").rows())
    places, labels, height = _rows_of(
        [
            text("format.pair", name=name, words=value_of[name]) if alone[name] else name
            for name in names
        ]
    )
    place_of = dict(zip(names, places, strict=True))
    values = [*drawn["value"].to_list(), stated - tolerance, stated + tolerance]
    low, high = min(values), max(values)
    if low > 0 and low < high / 2:
        low = 0.0
    ticks = nice_ticks(low, high, 4)
    room = ticks[-1] - ticks[0]
    foot = 44  # pixels for the scale and for the stated value
    figure = go.Figure()
    for place in places:
        if tolerance:
            figure.add_shape(
                type="rect",
                x0=stated - tolerance,
                x1=stated + tolerance,
                y0=place - BAR,
                y1=place + BAR,
                fillcolor=colours.muted,
                opacity=0.6,
                line={"width": 0},
                layer="below",
            )
        figure.add_shape(
            type="line",
            x0=stated,
            x1=stated,
            y0=place - BAR,
            y1=place + BAR,
            line={"color": colours.text, "width": 1.5},
            layer="below",
        )
    for rank, verdict in enumerate(VERDICT_SHAPES):
        own = drawn.filter(pl.col("verdict") == verdict)
        if not own.height:
            continue
        rows = list(own.iter_rows(named=True))
        figure.add_scatter(
            x=[row["value"] for row in rows],
            y=[place_of[row["label"]] for row in rows],
            mode="markers",
            name=_plain(rows[0]["verdict_text"]),
            marker={
                "symbol": [
                    VERDICT_SHAPES[verdict] + ("" if row["is_counted"] else "-open") for row in rows
                ],
                "color": colours.colour(rank),
                "size": [15 if row["is_preferred"] else 10 for row in rows],
                "opacity": [
                    1 if row["is_preferred"] or alone[row["label"]] else 0.5 for row in rows
                ],
                "line": {
                    "color": colours.text,
                    "width": [
                        2.5 if row["is_preferred"] or not row["is_counted"] else 0 for row in rows
                    ],
                },
            },
            customdata=[
                [f"<b>{_plain(row['written'])}</b><br>{_wrapped(_plain(row['hover']))}"]
                for row in rows
            ],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
    _write(figure, [ticks[0]] * len(names), labels)
    figure.update_layout(
        xaxis={
            "range": [ticks[0] - room * 0.03, ticks[0] + room * 1.06],
            "fixedrange": True,
            "tickmode": "array",
            "tickvals": ticks,
            "ticktext": [fmt.number(tick, "#,##0.##") for tick in ticks],
            "gridcolor": colours.muted,
            "zeroline": False,
            "tickfont": {"color": colours.text},
            "title": None,
        },
        yaxis={"range": [-2, height + foot / 2], "visible": False, "fixedrange": True},
    )
    _write(figure, [stated], [(height + foot / 4, f"<b>{_plain(written)}</b>")])
    _layout(figure, height + 2 * foot + 24, colours, legend=True)
    figure.update_layout(margin={"l": 4, "r": 8, "t": 8, "b": 8}, legend={"y": -30 / (height + 60)})
    return figure


def spells(table: pl.DataFrame, *, colours: Palette | None = None) -> go.Figure:
    """When something held, one row a subject: a bar a spell, darker the more it held.

    Args:
        table: One row a spell: ``label``, ``first_day``, ``last_day``, ``share`` (0 to 1, the
            depth of the colour) and ``words`` (for the hover text).
        colours: Palette of the mode; light by default.
    """
    colours = colours or palette()
    names = list(dict.fromkeys(table["label"].to_list()))
    places, labels, height = _rows_of(names)
    place_of = dict(zip(names, places, strict=True))
    rows = list(table.iter_rows(named=True))
    first = min(row["first_day"] for row in rows)
    last = max(row["last_day"] for row in rows)
    figure = go.Figure()
    figure.add_bar(
        base=[row["first_day"] for row in rows],
        x=[1000 * 86400 * ((row["last_day"] - row["first_day"]).days + 1) for row in rows],
        y=[place_of[row["label"]] for row in rows],
        orientation="h",
        width=BAR,
        marker={
            "color": colours.colour(0),
            "opacity": [0.2 + 0.8 * row["share"] for row in rows],
            "line": {"width": 0},
        },
        customdata=[[_wrapped(_plain(row["words"]))] for row in rows],
        hovertemplate="%{customdata[0]}<extra></extra>",
        showlegend=False,
    )
    figure.add_scatter(
        x=[first] * len(names),
        y=[place for place, _ in labels],
        mode="text",
        text=[words for _, words in labels],
        textposition="middle right",
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )
    step = 5 if last.year - first.year > 9 else 2 if last.year - first.year > 4 else 1
    years = [year for year in range(first.year, last.year + 2) if year % step == 0]
    figure.update_layout(
        xaxis={
            "type": "date",
            "range": [first, last + dt.timedelta(days=60)],
            "fixedrange": True,
            "tickmode": "array",
            "tickvals": [dt.date(year, 1, 1) for year in years],
            "ticktext": [str(year) for year in years],
            "gridcolor": colours.muted,
            "showgrid": True,
            "tickfont": {"color": colours.text},
        },
        yaxis={"range": [0, height], "visible": False, "fixedrange": True},
    )
    _layout(figure, height + 60, colours, legend=False)
    figure.update_layout(margin={"l": 4, "r": 8, "t": 8, "b": 32})
    return figure


def _rows_of(
    labels: Sequence[str], mark: int = 30
) -> tuple[list[float], list[tuple[float, str]], int]:
    """Heights in pixels of rows that have a wrapped label above their mark.

    Returns:
        The height of each mark, the middle and text of each label, and the whole height; the
        first row is on top, and 0 at the bottom.
    """
    wrapped = [_wrapped(_plain(label), ROW_WIDTH) for label in labels]
    lines = [words.count("<br>") + 1 for words in wrapped]
    height = sum(LINE * count + mark for count in lines)
    places, middles, top = [], [], float(height)
    for count, words in zip(lines, wrapped, strict=True):
        middles.append((top - LINE * count / 2, words))
        places.append(top - LINE * count - mark / 2 + 3)
        top -= LINE * count + mark
    return places, middles, height


def _too_long(written: Sequence[str]) -> bool:
    """Whether a value is too long to stand after its mark on a phone: it then follows the label."""
    return max(map(len, written), default=0) > AFTER_MARK


def _room(written: Sequence[str]) -> float:
    """How much longer than the highest value the scale is, so that what follows a mark fits."""
    return 1 / (1 - (max(map(len, written), default=0) + 2) / PHONE)


def _write(figure: go.Figure, starts: Sequence[float], texts: Sequence[tuple[float, str]]) -> None:
    figure.add_scatter(
        x=list(starts),
        y=[place for place, _ in texts],
        mode="text",
        text=[words for _, words in texts],
        textposition="middle right",
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )


def _row_axes(figure: go.Figure, low: float, high: float, height: int) -> None:
    figure.update_layout(
        xaxis={"range": [low, high], "visible": False, "fixedrange": True},
        yaxis={"range": [0, height], "visible": False, "fixedrange": True},
    )


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round values that span an interval: steps of 1, 2, 2.5 or 5 times a power of ten."""
    if high <= low:
        high = low + (abs(low) or 1)
    raw = (high - low) / count
    power = 10 ** math.floor(math.log10(raw))
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _value_axis(
    figure: go.Figure,
    values: list[float],
    kind: str,
    colours: Palette,
    *,
    zero: bool,
) -> None:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    ticks = nice_ticks(min(low, 0) if zero else low, max(high, 0) if zero else high)
    figure.update_layout(
        {
            "yaxis": {
                "tickmode": "array",
                "tickvals": ticks,
                "ticktext": [_tick(tick, kind, ticks) for tick in ticks],
                "range": [ticks[0], ticks[-1] + (ticks[1] - ticks[0]) * 0.08],
                "fixedrange": True,
                "zeroline": ticks[0] < 0,
                "zerolinecolor": colours.muted,
                "gridcolor": colours.muted,
                "tickfont": {"color": colours.text},
                "title": None,
            }
        }
    )


def _tick(value: float, kind: str, ticks: list[float]) -> str:
    if kind == "fraction" or kind == "change":
        whole = all(abs(100 * tick - round(100 * tick)) < 1e-6 for tick in ticks)
        return fmt.percent(value, 0 if whole else 1)
    return fmt.number(value, "#,##0.##")


def _ends(table: pl.DataFrame) -> tuple[dt.date, dt.date] | None:
    starts: list[dt.date] = table["period_start"].drop_nulls().to_list()
    return (min(starts), max(starts)) if starts else None


def _time_axis(figure: go.Figure, drawn: pl.DataFrame, colours: Palette) -> None:
    axis: dict[str, Any] = {
        "type": "date",
        "fixedrange": True,
        "title": None,
        "tickfont": {"color": colours.text},
        "linecolor": colours.muted,
    }
    ends = _ends(drawn)
    if ends:
        first, last = ends
        years = last.year - first.year
        pad = dt.timedelta(days=max(45, round((last - first).days * 0.03)))
        axis["range"] = [first - pad, last + pad]
        step = next(step for limit, step in ((9, 1), (20, 2), (50, 5), (999, 10)) if years <= limit)
        marks = [year for year in range(first.year, last.year + 2) if year % step == 0]
        axis |= {
            "tickmode": "array",
            "tickvals": [dt.date(year, 1, 1) for year in marks],
            "ticktext": [str(year) for year in marks],
        }
        if years <= 2 and set(drawn["frequency"]) <= {"quarterly", "monthly"}:
            starts = sorted(set(drawn["period_start"].to_list()))
            axis["tickvals"] = starts
            axis["ticktext"] = [_tick_of(start, set(drawn["frequency"])) for start in starts]
    figure.update_layout(xaxis=axis)


def _tick_of(start: dt.date, frequencies: set[str]) -> str:
    """``T4`` over ``2024``, or ``oct.`` over it where there are values of single months."""
    months = 1 if "monthly" in frequencies else 3
    end = start
    for _ in range(months):
        end = (end.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    words = fmt.period(start, end - dt.timedelta(days=1))
    return "<br>".join(words.rsplit(" ", 1))


def _layout(figure: go.Figure, height: int, colours: Palette, *, legend: bool) -> None:
    figure.update_layout(
        height=height,
        separators=fmt.separators(),
        margin={"l": 8, "r": 12, "t": 26, "b": 8},
        hovermode="closest",
        dragmode=False,
        showlegend=legend,
        legend={
            "orientation": "v",
            "yanchor": "top",
            "y": -0.1,
            "x": 0,
            "xanchor": "left",
            "title": {"text": ""},
            "tracegroupgap": 0,
            "font": {"color": colours.text, "size": 13},
            "itemclick": "toggle",
            "itemdoubleclick": "toggleothers",
        },
        font={"size": 13, "color": colours.text},
        hoverlabel={"align": "left"},
    )


def _unit(table: pl.DataFrame) -> tuple[str, str]:
    units = table.select("unit_kind", "unit_symbol_text").unique()
    if units.height > 1:
        raise ValueError(f"one chart, several units: {units.rows()}")
    if not units.height:
        return "other", ""
    kind, symbol_text = units.row(0)
    return str(kind), str(symbol_text or "")


def _wrapped(words: str, width: int = LABEL_WIDTH) -> str:
    words = UNBROKEN.sub(fmt.NO_BREAK, words)
    return "<br>".join(
        line for part in words.split("<br>") for line in textwrap.wrap(part, width) or [""]
    )


def _plain(words: str) -> str:
    """Text of the data for a chart: plotly reads a few HTML tags, the data have none."""
    return words.replace("<", "‹").replace(">", "›")
