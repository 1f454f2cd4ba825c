"""A figure of :mod:`dashboard.charts` as SVG: vector, static, drawn without a browser.

It draws the part of Plotly that those charts use, and refuses every attribute that it does not
know: a picture is the chart of the screen, or there is none.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDE, NARROW = 680, 380  # widths in which a figure is drawn: paper or desk, phone
PLOT_HEIGHT = 280  # of a figure whose values stand upright
FONT, LINE = 13, 18  # size of the text and height of its lines, in pixels
SMALLEST = 9.5  # letters of a label that has not enough room
LETTER = 6.9  # mean width of a letter of that size
LEAST = 0.5  # of the width that the scale of a row keeps, however long what is written there
KEY = 34  # width of the line or marker of a legend entry
DASHES = {
    "solid": "",
    "dot": "2 3",
    "dash": "7 5",
    "longdash": "11 5",
    "dashdot": "7 4 2 4",
    "longdashdot": "11 4 2 4",
}
DAY = 86_400_000  # milliseconds: how Plotly counts the width of a bar on an axis of dates
# What only the screen needs: it changes nothing of a still picture.
IGNORED = re.compile(
    r"(trace\.(type|uid|customdata|hover\w+|connectgaps|cliponaxis|hoverlabel.*|meta|ids))"
    r"|(layout\.(template.*|hover\w+.*|dragmode|separators|legend\..*|margin\..*|uirevision|modebar.*"
    r"|barmode|height|autosize|clickmode|.axis\.(fixedrange|title.*|automargin|tickmode|linecolor"
    r"|layer|ticks|showline)))"
    r"|((shape|annotation)\.(hover\w+.*|layer|captureevents|name|templateitemname))"
)
DRAWN = re.compile(
    r"(trace\.(name|legendgroup|showlegend|x|y|mode|text|textposition|base|width|orientation|opacity"
    r"|line\.(color|width|dash|shape)|textfont\.(color|size)|error_x\.\w+"
    r"|marker\.(color|size|symbol|opacity|line\.(color|width))))"
    r"|(layout\.(showlegend|font\.(color|size)"
    r"|.axis\.(range|type|visible|tickvals|ticktext|tickfont\.\w+|gridcolor|showgrid|zeroline"
    r"|zerolinecolor|showticklabels)))"
    r"|(shape\.(type|[xy][01]|[xy]ref|fillcolor|opacity|line\.(color|width|dash)))"
    r"|(annotation\.([xy]|[xy]ref|[xy]anchor|text|showarrow|font\.(color|size)|align|[xy]shift))"
)
TAG = re.compile(r"<(/?)(\w+)[^>]*>")

Drawn = dict[str, Any]


class CannotDraw(Exception):
    """The figure has something that this module does not draw."""


@dataclass(frozen=True)
class Scale:
    """From values of an axis to pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: object) -> float:
        share = (number(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


@dataclass(frozen=True)
class Frame:
    """Where the marks stand: both axes, the width of the picture, the colour of its words."""

    x: Scale
    y: Scale
    width: int
    colour: str


def svg(figure: go.Figure, alternative: str, width: int = WIDE) -> str:
    """Draws a figure.

    Args:
        figure: A figure of :mod:`dashboard.charts`.
        alternative: Its content in words.
        width: In pixels; the text keeps its size.

    Raises:
        CannotDraw: The figure has a trace or an attribute that is not known here.
    """
    made = figure.to_plotly_json()
    traces, layout = made["data"], made["layout"]
    _check(traces, layout)
    entries = _entries(traces) if layout.get("showlegend") else []
    upright = layout["yaxis"].get("visible", True)
    low, high = (number(end) for end in layout["yaxis"]["range"])
    annotations = layout.get("annotations", ())
    top = 24.0 if annotations else 8.0
    bottom = top + (PLOT_HEIGHT if upright else high - low)
    ticked = layout["xaxis"].get("visible", True)
    legend_top = bottom + (_x_ticks_room(layout["xaxis"]) if ticked else 8)
    legend, foot = _legend(entries, legend_top, _limit(width), layout)
    left = 10.0 + (_widest(layout["yaxis"]["ticktext"]) if upright else 0)
    first, last = (number(end) for end in layout["xaxis"]["range"])
    x = Scale(first, last, left, width - 12.0)
    if not ticked:
        x = _with_room(x, traces, width)
    y = Scale(low, high, bottom, top)
    colour = layout["font"]["color"]
    frame = Frame(x, y, width, colour)
    parts = [
        *_grid(layout, x, y),
        *(_shape(shape, x, y) for shape in layout.get("shapes", ()) if _is_below(shape)),
        *(part for trace in traces for part in _trace(trace, frame)),
        *(_shape(shape, x, y) for shape in layout.get("shapes", ()) if not _is_below(shape)),
        *(_annotation(note, x, y, colour) for note in annotations),
        *(_x_ticks(layout["xaxis"], x, bottom, colour) if ticked else ()),
        *(_y_ticks(layout["yaxis"], y, left, colour) if upright else ()),
        *legend,
    ]
    return (
        f'<svg viewBox="0 0 {width} {_n(foot)}" role="img" aria-label="{escape(alternative)}" '
        f'font-size="{FONT}" xmlns="http://www.w3.org/2000/svg">' + "".join(parts) + "</svg>"
    )


def number(value: object) -> float:
    """A value of an axis as a number; a date in milliseconds, as Plotly counts."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=dt.UTC).timestamp() * 1000
    if isinstance(value, dt.date):
        return (value - dt.date(1970, 1, 1)).days * DAY
    return float(value)  # type: ignore[arg-type]


def _with_room(x: Scale, traces: Sequence[Drawn], width: int) -> Scale:
    """A scale without ticks, shortened until what is written at the end of a row fits."""
    end = x.end
    for trace in traces:
        if "text" not in trace.get("mode", ""):
            continue
        count = len(trace["x"])
        places = _each(trace.get("textposition", "middle center"), count)
        words = zip(trace["x"], _each(trace["text"], count), places, strict=True)
        for value, said, place in words:
            share = (number(value) - x.low) / (x.high - x.low) if value is not None else 0.0
            if share > 0.05 and place.endswith("right"):
                end = min(end, x.start + (width - _widest([said]) - x.start) / share)
    return Scale(x.low, x.high, x.start, max(end, x.start + LEAST * (x.end - x.start)))


def _check(traces: Sequence[Drawn], layout: Drawn) -> None:
    shapes, notes = layout.get("shapes", ()), layout.get("annotations", ())
    bare = {key: value for key, value in layout.items() if key not in ("shapes", "annotations")}
    named = [("trace", trace) for trace in traces] + [("layout", bare)]
    named += [("shape", shape) for shape in shapes] + [("annotation", note) for note in notes]
    for name, branch in named:
        for path in _paths(name, branch):
            if not IGNORED.fullmatch(path) and not DRAWN.fullmatch(path):
                raise CannotDraw(path)
    for trace in traces:
        if trace["type"] not in ("scatter", "bar"):
            raise CannotDraw(f"a trace of type {trace['type']}")
        if trace["type"] == "bar" and trace.get("orientation") != "h":
            raise CannotDraw("upright bars")
    for axis in ("xaxis", "yaxis"):
        if "range" not in layout.get(axis, ()):
            raise CannotDraw(f"{axis} without a range")
        if layout[axis].get("visible", True) and "ticktext" not in layout[axis]:
            raise CannotDraw(f"{axis} without written ticks")


def _paths(prefix: str, branch: Mapping[str, Any]) -> Iterable[str]:
    for key, value in branch.items():
        if key == "template":
            continue
        if isinstance(value, Mapping):
            yield from _paths(f"{prefix}.{key}", value)
        elif value is not None:
            yield f"{prefix}.{key}"


# --- axes ---------------------------------------------------------------------------------------


def _grid(layout: Drawn, x: Scale, y: Scale) -> list[str]:
    parts = []
    across, up = layout["yaxis"], layout["xaxis"]
    if across.get("visible", True) and across.get("gridcolor"):
        for tick in across["tickvals"]:
            parts.append(_line(x.start, y(tick), x.end, y(tick), across["gridcolor"], 1))
        if across.get("zeroline"):
            parts.append(_line(x.start, y(0), x.end, y(0), layout["font"]["color"], 1))
    if up.get("visible", True) and up.get("gridcolor") and up.get("showgrid", True):
        for tick in up["tickvals"]:
            if x.low <= number(tick) <= x.high:
                parts.append(_line(x(tick), y.start, x(tick), y.end, up["gridcolor"], 1))
    return parts


def _x_ticks(axis: Drawn, x: Scale, bottom: float, colour: str) -> list[str]:
    """The labels under the plot; one that would run into the one before it is left out."""
    parts, free = [], -math.inf
    for value, words in zip(axis["tickvals"], axis["ticktext"], strict=True):
        if not x.low <= number(value) <= x.high:
            continue
        half = _widest([words]) / 2
        middle = min(max(x(value), half), x.end + 12 - half)
        if middle - half > free:
            parts.append(_text(words, middle, bottom + 18, colour, "middle", first=True))
            free = middle + half
    return parts


def _x_ticks_room(axis: Drawn) -> float:
    return 14.0 + LINE * max((words.count("<br>") + 1 for words in axis["ticktext"]), default=0)


def _y_ticks(axis: Drawn, y: Scale, left: float, colour: str) -> list[str]:
    return [
        _text(words, left - 8, y(value), colour, "end")
        for value, words in zip(axis["tickvals"], axis["ticktext"], strict=True)
    ]


# --- marks --------------------------------------------------------------------------------------


def _trace(trace: Drawn, frame: Frame) -> list[str]:
    return _bars(trace, frame) if trace["type"] == "bar" else _scatter(trace, frame)


def _bars(trace: Drawn, frame: Frame) -> list[str]:
    x, y = frame.x, frame.y
    count = len(trace["y"])
    marker = trace.get("marker", {})
    bases, thick = _each(trace.get("base", 0), count), _each(trace["width"], count)
    fills, opacity = _each(marker.get("color"), count), _each(marker.get("opacity", 1), count)
    edge = marker.get("line", {})
    edges, widths = _each(edge.get("color"), count), _each(edge.get("width", 0), count)
    parts = []
    for rank, (length, place) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        if length is None:
            continue
        start = number(bases[rank])
        ends = sorted((x(start), x(start + number(length))))
        tall = abs(y(0) - y(thick[rank]))
        fill = "none" if str(fills[rank]).startswith("rgba(0,0,0,0") else fills[rank]
        stroke = f' stroke="{edges[rank]}" stroke-width="{widths[rank]}"' if widths[rank] else ""
        parts.append(
            f'<rect x="{_n(ends[0])}" y="{_n(y(place) - tall / 2)}" '
            f'width="{_n(ends[1] - ends[0])}" height="{_n(tall)}" fill="{fill}" '
            f'opacity="{_n(float(opacity[rank]), 2)}"{stroke}/>'
        )
    return parts


def _scatter(trace: Drawn, frame: Frame) -> list[str]:
    x, y = frame.x, frame.y
    points = [
        None if a is None or b is None else (x(a), y(b))
        for a, b in zip(trace["x"], trace["y"], strict=True)
    ]
    mode = trace.get("mode", "")
    parts = []
    if "lines" in mode:
        parts += _path(points, trace["line"])
    if "error_x" in trace:
        parts += _ranges(trace, x, y)
    if "markers" in mode:
        parts += _markers(points, trace["marker"])
    if "text" in mode:
        parts += _texts(points, trace, frame)
    opacity = trace.get("opacity", 1)
    return parts if opacity == 1 else [f'<g opacity="{opacity}">', *parts, "</g>"]


def _path(points: Sequence[tuple[float, float] | None], line: Drawn) -> list[str]:
    steps, before = [], None
    for point in points:
        if point is None:
            before = None
            continue
        if before is None:
            steps.append(f"M{_n(point[0])} {_n(point[1])}")
        elif line.get("shape") == "hv":
            steps.append(f"H{_n(point[0])}V{_n(point[1])}")
        else:
            steps.append(f"L{_n(point[0])} {_n(point[1])}")
        before = point
    return [f'<path d="{"".join(steps)}" fill="none"{_stroke(line)}/>'] if steps else []


def _stroke(line: Drawn) -> str:
    dashes = DASHES[line.get("dash", "solid")]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f' stroke="{line["color"]}" stroke-width="{line.get("width", 2)}"{dashed}'


def _ranges(trace: Drawn, x: Scale, y: Scale) -> list[str]:
    error = trace["error_x"]
    less = error.get("arrayminus") or [0] * len(trace["x"])
    parts = []
    for value, place, up, down in zip(trace["x"], trace["y"], error["array"], less, strict=True):
        if value is None or not (up or down):
            continue
        low, high, at = x(value - (down or 0)), x(value + (up or 0)), y(place)
        colour = error["color"]
        parts.append(_line(low, at, high, at, colour, 2))
        parts.append(_line(high, at - 5, high, at + 5, colour, 2))
    return parts


def _markers(points: Sequence[tuple[float, float] | None], marker: Drawn) -> list[str]:
    count = len(points)
    edge = marker.get("line", {})
    names, sizes = _each(marker.get("symbol", "circle"), count), _each(marker.get("size", 6), count)
    fills, opacity = _each(marker.get("color"), count), _each(marker.get("opacity", 1), count)
    edges, widths = _each(edge.get("color"), count), _each(edge.get("width", 0), count)
    return [
        marker_of(
            str(names[rank]),
            *point,
            float(sizes[rank]),
            fills[rank] or edges[rank],
            edge=edges[rank],
            width=float(widths[rank] or 0),
            opacity=float(opacity[rank]),
        )
        for rank, point in enumerate(points)
        if point is not None and sizes[rank]
    ]


def marker_of(
    name: str,
    x: float,
    y: float,
    size: float,
    fill: str,
    *,
    edge: str | None = None,
    width: float = 0,
    opacity: float = 1,
) -> str:
    """One marker by its Plotly name: ``diamond``, ``square-open``, ``circle-open-dot``."""
    shape, *looks = re.sub("-(open|dot)", r"|\1", name).split("|")
    if shape not in SHAPES:
        raise CannotDraw(f"a marker {name}")
    hollow = "open" in looks
    stroke = fill if hollow else edge or fill
    drawn = SHAPES[shape](x, y, size / 2)
    wide = max(width, 1.5 if hollow or shape == "line-ns" else 0)
    faint = f' opacity="{_n(opacity, 2)}"' if opacity < 1 else ""
    part = (
        f'<path d="{drawn}" fill="{"#fff" if hollow else fill}" stroke="{stroke}" '
        f'stroke-width="{_n(wide)}"{faint}/>'
    )
    if "dot" in looks:
        centre = fill if hollow else "#fff"
        part += f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(max(size / 7, 1))}" fill="{centre}"/>'
    return part


def _polygon(corners: Sequence[tuple[float, float]]) -> Callable[[float, float, float], str]:
    """A closed shape by its corners, in half sizes from the centre."""

    def drawn(x: float, y: float, r: float) -> str:
        return "M" + "L".join(f"{_n(x + a * r)} {_n(y + b * r)}" for a, b in corners) + "Z"

    return drawn


def _circle(x: float, y: float, r: float) -> str:
    half = f"a{_n(r)} {_n(r)} 0 1 0"
    return f"M{_n(x - r)} {_n(y)}{half} {_n(2 * r)} 0{half} {_n(-2 * r)} 0Z"


def _star() -> list[tuple[float, float]]:
    radii = (1.25, 0.5)
    angles = [math.pi * (rank / 5 - 0.5) for rank in range(10)]
    return [
        (radii[rank % 2] * math.cos(angle), radii[rank % 2] * math.sin(angle))
        for rank, angle in enumerate(angles)
    ]


_THIRD = 0.4
_PLUS = [
    *((-_THIRD, -1.2), (_THIRD, -1.2), (_THIRD, -_THIRD), (1.2, -_THIRD)),
    *((1.2, _THIRD), (_THIRD, _THIRD), (_THIRD, 1.2), (-_THIRD, 1.2)),
    *((-_THIRD, _THIRD), (-1.2, _THIRD), (-1.2, -_THIRD), (-_THIRD, -_THIRD)),
]
SHAPES: dict[str, Callable[[float, float, float], str]] = {
    "circle": _circle,
    "square": _polygon([(-1, -1), (1, -1), (1, 1), (-1, 1)]),
    "diamond": _polygon([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)]),
    "triangle-up": _polygon([(0, -1), (1.15, 1), (-1.15, 1)]),
    "triangle-down": _polygon([(0, 1), (1.15, -1), (-1.15, -1)]),
    "cross": _polygon(_PLUS),
    "x": _polygon([((a - b) * 0.71, (a + b) * 0.71) for a, b in _PLUS]),
    "star": _polygon(_star()),
    "line-ns": lambda x, y, r: f"M{_n(x)} {_n(y - r)}V{_n(y + r)}",
}


def _texts(points: Sequence[tuple[float, float] | None], trace: Drawn, frame: Frame) -> list[str]:
    anchors = {"right": "start", "left": "end", "center": "middle"}
    places = _each(trace.get("textposition", "middle center"), len(points))
    colour = trace.get("textfont", {}).get("color", frame.colour)
    parts = []
    for point, words, place in zip(points, _each(trace["text"], len(points)), places, strict=True):
        if point is None or not words:
            continue
        upright, _, side = place.partition(" ")
        shift = {"top": -12, "bottom": 12}.get(upright, 0)
        size = float(FONT)
        if side == "right":  # on a phone a label that is too long for a line gets smaller letters
            room = max(frame.width - point[0], 1)
            size = max(min(size, size * room / _widest([words])), SMALLEST)
        parts.append(_text(words, point[0], point[1] + shift, colour, anchors[side], size=size))
    return parts


# --- shapes and words ---------------------------------------------------------------------------


def _is_below(shape: Drawn) -> bool:
    return bool(shape.get("layer") == "below")


def _at(value: object, reference: str, scale: Scale) -> float:
    """A place on an axis, or a share of the plot."""
    if reference.endswith("domain") or reference == "paper":
        return scale.start + number(value) * (scale.end - scale.start)
    return scale(value)


def _shape(shape: Drawn, x: Scale, y: Scale) -> str:
    x_ref, y_ref = shape.get("xref", "x"), shape.get("yref", "y")
    x0, x1 = (_at(shape[end], x_ref, x) for end in ("x0", "x1"))
    y0, y1 = (_at(shape[end], y_ref, y) for end in ("y0", "y1"))
    line = shape.get("line", {})
    if shape["type"] == "line":
        return f'<path d="M{_n(x0)} {_n(y0)}L{_n(x1)} {_n(y1)}"{_stroke(line)}/>'
    if shape["type"] != "rect":
        raise CannotDraw(f"a shape of type {shape['type']}")
    stroke = _stroke(line) if line.get("width") else ""
    return (
        f'<rect x="{_n(min(x0, x1))}" y="{_n(min(y0, y1))}" width="{_n(abs(x1 - x0))}" '
        f'height="{_n(abs(y1 - y0))}" fill="{shape.get("fillcolor", "none")}" '
        f'opacity="{shape.get("opacity", 1)}"{stroke}/>'
    )


def _annotation(note: Drawn, x: Scale, y: Scale, colour: str) -> str:
    if note.get("showarrow", True):
        raise CannotDraw("an arrow")
    if not note.get("text"):
        return ""
    at_x = _at(note["x"], note.get("xref", "x"), x) + note.get("xshift", 0)
    at_y = _at(note["y"], note.get("yref", "y"), y) - note.get("yshift", 0)
    lift = {"bottom": -9, "top": 9}.get(note.get("yanchor", "middle"), 0)
    anchors = {"left": "start", "right": "end", "center": "middle", "auto": "middle"}
    font = note.get("font", {})
    return _text(
        note["text"],
        at_x,
        at_y + lift,
        font.get("color", colour),
        anchors[note.get("xanchor", "auto")],
        size=font.get("size", 12),
    )


def _line(x0: float, y0: float, x1: float, y1: float, colour: str, width: float) -> str:
    return (
        f'<path d="M{_n(x0)} {_n(y0)}L{_n(x1)} {_n(y1)}" stroke="{colour}" stroke-width="{width}"/>'
    )


def _text(
    words: str,
    x: float,
    y: float,
    colour: str,
    anchor: str,
    *,
    size: float = FONT,
    first: bool = False,
) -> str:
    """Lines of text, bold where Plotly's ``<b>`` says so, centred on ``y`` (or from it down)."""
    lines = words.split("<br>")
    top = y if first else y - LINE * (len(lines) - 1) / 2 + size * 0.35
    parts, bold = [], False
    for rank, line in enumerate(lines):
        spans = []
        for piece in re.split(r"(<[^>]*>)", line):
            tag = TAG.fullmatch(piece)
            if tag:
                bold = tag[1] == "" if tag[2] == "b" else bold
            elif piece:
                said = escape(piece.replace("\u2002", "\u00a0").replace("\u2003", "\u00a0\u00a0"))
                spans.append(f'<tspan font-weight="700">{said}</tspan>' if bold else said)
        parts.append(f'<tspan x="{_n(x)}" y="{_n(top + LINE * rank)}">{"".join(spans)}</tspan>')
    sized = "" if size == FONT else f' font-size="{_n(size)}"'
    return f'<text fill="{colour}" text-anchor="{anchor}"{sized}>{"".join(parts)}</text>'


# --- legend -------------------------------------------------------------------------------------


def _entries(traces: Sequence[Drawn]) -> list[Drawn]:
    """The traces that have an entry of their own in the legend."""
    found: dict[str, Drawn] = {}
    for trace in traces:
        if trace.get("showlegend", True) and trace.get("name"):
            found.setdefault(str(trace.get("legendgroup") or trace["name"]), trace)
    return list(found.values())


def _limit(width: int) -> int:
    """Letters of a legend entry on one line."""
    return int((width - KEY - 16) / LETTER)


def _legend(
    entries: Sequence[Drawn], top: float, limit: int, layout: Drawn
) -> tuple[list[str], float]:
    """The entries one under the other, and where the picture ends."""
    parts, y = [], top + 12
    colour = layout["font"]["color"]
    for trace in entries:
        words = _broken(str(trace["name"]), limit)
        if "lines" in trace.get("mode", ""):
            parts.append(f'<path d="M6 {_n(y)}H{KEY - 6}"{_stroke(trace["line"])}/>')
        if "markers" in trace.get("mode", ""):
            symbol = _each(trace["marker"].get("symbol", "circle"), 1)[0]
            drawn = trace["marker"] | {"symbol": symbol, "size": 10, "opacity": 1}
            drawn["color"] = _each(drawn.get("color"), 1)[0]
            drawn["line"] = {
                key: _each(value, 1)[0] for key, value in drawn.get("line", {}).items()
            }
            parts += _markers([(KEY / 2, y)], drawn)
        parts.append(_text(words, KEY, y + FONT * 0.35, colour, "start", first=True))
        y += LINE * (words.count("<br>") + 1) + 3
    return parts, (y if entries else top) + 2


def _broken(words: str, limit: int) -> str:
    """A name on as few lines as the width allows, whatever the screen made of it."""
    lines = [""]
    for word in words.replace("<br>", " ").split(" "):
        if len(lines[-1]) + len(word) >= limit:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip(" ")
    return "<br>".join(lines)


# --- small things -------------------------------------------------------------------------------


def _widest(texts: Iterable[str]) -> float:
    lines = (TAG.sub("", line) for words in texts for line in str(words).split("<br>"))
    return LETTER * max((len(line) for line in lines), default=0) + 6


def _each(value: Any, count: int) -> list[Any]:
    """A value for each point: the one that all share, or their own."""
    if isinstance(value, str) or not hasattr(value, "__len__"):
        return [value] * count
    return list(value)


def _n(value: float, digits: int = 1) -> str:
    """A number as short as it can be written."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))
