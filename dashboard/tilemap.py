"""Tile map of the departments: one square of equal size each, a link that selects it.

It is plain HTML, not a chart: each square can be reached with the keyboard, and says its value to
those who do not see its colour. What the colours stand for is written under the map, in words.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import polars as pl

from dashboard import format as fmt
from dashboard.texts import text
from dashboard.theme import Palette

N_CLASSES = 5
# How much of the first series colour each class mixes into the background, lowest class first.
SHADES = (0.10, 0.27, 0.46, 0.76, 1.0)
SIDE, EDGE, LINE = 44, 10, 24  # pixels of a square, of the margin and of a line in the picture
SECRET, MISSING = "secret", "missing"  # what a square is that has no class
BOUND = "bound"  # what a square is whose value leaves masked cells out: it has a dashed border

Write = Callable[[float | None], str]


@dataclass(frozen=True)
class Classes:
    """The classes of colour of a map.

    Attributes:
        bounds: Their ends, ascending: class ``n`` holds the values from ``bounds[n]`` to below
            ``bounds[n + 1]``, the last class its upper end too.
    """

    bounds: tuple[float, ...]

    def of(self, value: float) -> int:
        """Class of a value between the ends, the lowest being 0."""
        inner = self.bounds[1:-1]
        return sum(value >= bound for bound in inner)

    def __len__(self) -> int:
        return max(len(self.bounds) - 1, 0)


def classes_of(values: Sequence[float], digits: int) -> Classes:
    """Classes of about equal numbers, between round bounds so that the legend is exact.

    Args:
        values: The values shown.
        digits: Decimals of the bounds; -1 rounds to tens.

    Returns:
        Five classes; fewer where values are equal or lie within the rounding, none without values.
    """
    if not values:
        return Classes(())
    ranked = sorted(values)
    step = 10.0**-digits
    low = round(math.floor(ranked[0] / step) * step, max(digits, 0))
    high = round(math.ceil(ranked[-1] / step) * step, max(digits, 0))
    inner = {round(ranked[len(ranked) * n // N_CLASSES], digits) for n in range(1, N_CLASSES)} - {
        low,
        high,
    }
    return Classes((low, *sorted(inner), high if high > low else low + step))


def rounding(values: Sequence[float], *, is_fraction: bool) -> int:
    """Decimals of the bounds: whole per cents, or two figures of the median."""
    if is_fraction or not values:
        return 2
    median = sorted(values)[len(values) // 2]
    return 1 - math.floor(math.log10(median)) if median > 0 else 0


def shades(colours: Palette, n: int = N_CLASSES) -> list[tuple[str, str]]:
    """Colour of the square and of its code, lowest class first.

    The ramp goes from the background to the first series colour, so that more is always farther
    from the background, in dark mode too.
    """
    chosen = {1: (2,), 2: (0, 4), 3: (0, 2, 4), 4: (0, 1, 3, 4)}.get(n, range(N_CLASSES))
    ramp = [mixed(colours.background, colours.colour(0), SHADES[rank]) for rank in chosen]
    return [(fill, more_legible(fill, colours.text, colours.background)) for fill in ramp]


def mixed(first: str, second: str, share: float) -> str:
    """The colour that lies between two others, ``share`` of the way to the second."""
    return "#" + "".join(
        f"{round(a + (b - a) * share):02x}" for a, b in zip(_rgb(first), _rgb(second), strict=True)
    )


def more_legible(fill: str, *inks: str) -> str:
    """Of some colours, the one that contrasts most with a fill."""
    return max(inks, key=lambda ink: contrast(fill, ink))


def contrast(first: str, second: str) -> float:
    """Contrast of two colours as WCAG 2 defines it, from 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if (part := channel / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for channel in _rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def squares(table: pl.DataFrame) -> list[str]:
    """What each row of a map is, in its order: ``c0`` to ``c4``, ``secret`` or ``missing``.

    Args:
        table: As :func:`tile_map` takes it.
    """
    classes = classes_of_table(table)
    return [
        f"c{classes.of(value)}" if value is not None else SECRET if status == SECRET else MISSING
        for value, status in table.select("value", "status").iter_rows()
    ]


def classes_of_table(table: pl.DataFrame) -> Classes:
    """The classes of the values of a map."""
    values = table["value"].drop_nulls().to_list()
    kinds = table["unit_kind"].drop_nulls().to_list()
    return classes_of(values, rounding(values, is_fraction="fraction" in kinds))


def tile_map(
    table: pl.DataFrame,
    write: Write,
    *,
    label: str,
    colours: Palette,
    key: str = "territoire",
    address: Mapping[str, str] | None = None,
) -> str:
    """The map and its legend, as HTML.

    Args:
        table: One row per department: ``geography_id``, ``geography_code``, ``geography_text``,
            ``tile_row``, ``tile_column``, ``value`` (or null), ``written`` (it with its unit and
            qualifier), ``base`` (of how many it is a share, or null), ``status`` (or null),
            ``unit_kind``, ``is_bound`` (whether the value is only a lower bound).
        write: Writes a bound of a class with its unit.
        label: What the map shows.
        colours: Palette of the visitor's mode.
        key: Name in the address that a square sets to its department.
        address: What else the address holds.
    """
    kinds = squares(table)
    classes = classes_of_table(table)
    ordered = sorted(
        zip(table.iter_rows(named=True), kinds, strict=True),
        key=lambda pair: (pair[0]["tile_row"], pair[0]["tile_column"]),
    )
    tiles = "".join(_tile(row, kind, key, address or {}) for row, kind in ordered)
    return (
        _style(table, len(classes), colours)
        + f'<a class="tm-skip" href="#tm-legend">{html.escape(text("tilemap.skip"))}</a>'
        + f'<div class="tm" role="group" aria-label="{html.escape(label)}">{tiles}</div>'
        + _legend(_entries(table, kinds, classes, write))
    )


def tile_id(geography_id: str) -> str:
    """Id of a square in the page."""
    return f"tm-{geography_id}"


def _said(written: str | None, kind: str) -> str:
    """A value, or why there is none."""
    return text(f"tilemap.{kind}") if written is None or kind in (SECRET, MISSING) else written


def _tile(row: dict[str, Any], kind: str, key: str, address: Mapping[str, str]) -> str:
    said = _said(row["written"], kind)
    if row["base"] is not None:
        said = text("tilemap.share", share=said, base=fmt.integer(row["base"]))
    words = html.escape(
        text("tilemap.tile", name=row["geography_text"], code=row["geography_code"], value=said)
    )
    query = html.escape(urlencode({**address, key: str(row["geography_id"])}))
    looks = f"tm-tile tm-{kind}" + (f" tm-{BOUND}" if row["is_bound"] else "")
    return (
        f'<a id="{tile_id(str(row["geography_id"]))}" class="{looks}" href="?{query}" '
        f'style="grid-row:{row["tile_row"]};grid-column:{row["tile_column"]}" '
        f'title="{words}" aria-label="{words}">{html.escape(str(row["geography_code"]))}</a>'
    )


def _legend(entries: Sequence[tuple[str, str, int]]) -> str:
    """The classes in words, each with how many departments it holds."""
    items = "".join(
        f'<li><span class="tm-key tm-{kind}" aria-hidden="true"></span>'
        f"{html.escape(words)} <small>({count})</small></li>"
        for kind, words, count in entries
    )
    title = html.escape(text("tilemap.legend"))
    return f'<p class="tm-title" id="tm-legend">{title}</p><ul class="tm-legend">{items}</ul>'


def _entries(
    table: pl.DataFrame, kinds: Sequence[str], classes: Classes, write: Write
) -> list[tuple[str, str, int]]:
    """What each colour, hatching or border means, in words, and for how many departments."""
    last = len(classes) - 1
    entries = [
        (
            f"c{rank}",
            text(
                "tilemap.range" if rank < last else "tilemap.range_last",
                low=write(low),
                high=write(high),
            ),
        )
        for rank, (low, high) in enumerate(pairwise(classes.bounds))
    ]
    entries += [(kind, text(f"tilemap.{kind}")) for kind in (SECRET, MISSING) if kind in kinds]
    counted = [(kind, words, kinds.count(kind)) for kind, words in entries]
    n_bounds = int(table["is_bound"].sum())
    return [*counted, *([(BOUND, text("tilemap.bound"), n_bounds)] if n_bounds else [])]


def _style(table: pl.DataFrame, n_classes: int, colours: Palette) -> str:
    columns = max(table["tile_column"].to_list())
    fills = "".join(
        f".tm-c{rank} {{background: {fill}; color: {ink} !important;}}"
        for rank, (fill, ink) in enumerate(shades(colours, n_classes))
    )
    return f"""<style>
.tm {{display: grid; grid-template-columns: repeat({columns}, minmax(0, 1fr)); gap: 2px;
  max-width: 34rem;}}
a.tm-tile {{aspect-ratio: 1; display: flex; align-items: center; justify-content: center;
  font-size: clamp(.66rem, 1.1vw + .35rem, .9rem); font-variant-numeric: tabular-nums;
  text-decoration: none !important; border: 1px solid {colours.muted}; border-radius: 3px;
  box-sizing: border-box; min-width: 0;}}
a.tm-tile:hover, a.tm-tile:focus-visible {{outline: 3px solid {colours.colour(1)};
  outline-offset: 0; position: relative; z-index: 2;}}
{fills}
.tm-secret {{background: repeating-linear-gradient(45deg, {colours.background} 0 4px,
  {mixed(colours.background, colours.text, 0.28)} 4px 6px); color: {colours.text} !important;}}
a.tm-secret {{text-shadow: 0 0 3px {colours.background}, 0 0 3px {colours.background},
  0 0 2px {colours.background}; font-weight: 600;}}
.tm-missing {{background: transparent; border-style: dotted !important;
  color: {colours.text} !important;}}
.tm-{BOUND} {{border: 2px dashed !important;}}
.tm-title {{margin: .8rem 0 .25rem; font-size: .9rem; font-weight: 600;}}
ul.tm-legend {{list-style: none; padding: 0 !important; margin: 0; display: flex; flex-wrap: wrap;
  gap: .25rem 1.1rem; font-size: .9rem;}}
ul.tm-legend li {{display: flex; align-items: center; gap: .4rem; margin: 0;}}
.tm-key {{width: 1.1rem; height: 1.1rem; border: 1px solid {colours.muted}; border-radius: 3px;
  display: inline-block; flex: none; box-sizing: border-box;}}
a.tm-skip {{position: absolute; left: -999rem;}}
a.tm-skip:focus {{position: static; display: inline-block; margin-bottom: .4rem;}}
@media print {{.tm-tile, .tm-key {{print-color-adjust: exact; -webkit-print-color-adjust: exact;}}}}
</style>"""


def marked(geography_ids: Sequence[str], colours: Palette) -> str:
    """Style that outlines some squares; apart from the map, which thus stays as it is.

    The square that has the keyboard's focus keeps it when it is chosen.
    """
    chosen = ", ".join(f"#{tile_id(geography_id)}" for geography_id in geography_ids)
    return (
        f"<style>{chosen or '.tm-none'} {{outline: 3px solid {colours.colour(1)};"
        " position: relative; z-index: 1;}</style>"
    )


def value_list(table: pl.DataFrame, *, colours: Palette) -> str:
    """The values of a map as a table, the highest first, in a box that scrolls.

    Args:
        table: As :func:`tile_map` takes it.
        colours: Palette of the visitor's mode.
    """
    ordered = table.with_columns(kind=pl.Series(squares(table))).sort(
        "value", "geography_code", descending=[True, False], nulls_last=True
    )
    has_base = table["base"].drop_nulls().len() > 0
    rows = "".join(
        f'<tr><th scope="row">{html.escape(f"{name} ({code})")}</th>'
        f"<td>{html.escape(_said(written, kind))}</td>"
        + (f"<td>{'' if base is None else fmt.integer(base)}</td></tr>" if has_base else "</tr>")
        for name, code, written, kind, base in ordered.select(
            "geography_text", "geography_code", "written", "kind", "base"
        ).iter_rows()
    )
    names = ["list", "department", "value", *(["base"] if has_base else [])]
    caption, *heads = (html.escape(text(f"tilemap.{name}")) for name in names)
    head = "".join(f'<th scope="col">{words}</th>' for words in heads)
    return f"""<style>
.tm-list {{max-height: 43rem; overflow-y: auto; border: 1px solid {colours.muted};
  border-radius: 4px;}}
.tm-list table {{width: 100%; border-collapse: collapse; font-size: .9rem;}}
.tm-list caption {{text-align: left; padding: .4rem .6rem; font-weight: 600;}}
.tm-list th, .tm-list td {{padding: .2rem .6rem; text-align: left; font-weight: 400;
  border-top: 1px solid {colours.muted};}}
.tm-list td {{text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums;}}
.tm-list thead th {{position: sticky; top: 0; background: {colours.background};
  font-weight: 600;}}
.tm-list thead th + th {{text-align: right;}}
@media (max-width: 1000px) {{.tm-list {{max-height: 24rem;}}}}
@media print {{.tm-list {{max-height: none;}}}}
</style><div class="tm-list" role="region" tabindex="0" aria-label="{caption}"><table>
<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"""


def beside(board: str, listed: str) -> str:
    """The map and the list of its values, side by side where there is room."""
    return (
        "<style>.tm-both {display: flex; flex-wrap: wrap; gap: 1rem 1.5rem;}"
        " .tm-both > :first-child {flex: 1 1 24rem; max-width: 34rem; min-width: 0;}"
        " .tm-both > :last-child {flex: 1 1 19rem; min-width: 0;}</style>"
        f'<div class="tm-both"><div>{board}</div><div>{listed}</div></div>'
    )


def picture(table: pl.DataFrame, write: Write, *, colours: Palette) -> str:
    """The map and its legend as an SVG, for the files that leave the page.

    Args:
        table: As :func:`tile_map` takes it.
        write: Writes a bound of a class with its unit.
        colours: Palette of the picture.
    """
    kinds = squares(table)
    classes = classes_of_table(table)
    looks = dict(
        zip((f"c{n}" for n in range(len(classes))), shades(colours, len(classes)), strict=True)
    )
    looks |= {SECRET: (f"url(#{SECRET})", colours.text)}
    looks |= dict.fromkeys((MISSING, BOUND), ("none", colours.text))
    entries = _entries(table, kinds, classes, write)
    wide = SIDE * max(table["tile_column"].to_list()) + 2 * EDGE
    foot = SIDE * max(table["tile_row"].to_list()) + 2 * EDGE
    shapes = []
    for row, kind in zip(table.iter_rows(named=True), kinds, strict=True):
        x = EDGE + SIDE * (row["tile_column"] - 1)
        y = EDGE + SIDE * (row["tile_row"] - 1)
        border = looks[kind][1] if row["is_bound"] else ""
        shapes.append(_square(x, y, SIDE - 2, looks[kind][0], colours, border))
        shapes.append(
            f'<text x="{x + SIDE / 2 - 1}" y="{y + SIDE / 2 + 4}" text-anchor="middle" '
            f'font-size="13" fill="{looks[kind][1]}">{html.escape(row["geography_code"])}</text>'
        )
    for place, (kind, words, count) in enumerate(entries):
        y = foot + LINE * place
        border = colours.text if kind == BOUND else ""
        shapes.append(_square(EDGE, y, LINE - 6, looks[kind][0], colours, border))
        shapes.append(
            f'<text x="{EDGE + LINE}" y="{y + 13}" font-size="13" fill="{colours.text}">'
            f"{html.escape(words)} ({count})</text>"
        )
    tall = foot + LINE * len(entries) + EDGE
    hatching = (
        f'<defs><pattern id="{SECRET}" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="2" height="6" '
        f'fill="{mixed(colours.background, colours.text, 0.28)}"/></pattern></defs>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{tall}" '
        f'viewBox="0 0 {wide} {tall}" font-family="sans-serif">{hatching}{"".join(shapes)}</svg>'
    )


def _square(x: float, y: float, side: float, fill: str, colours: Palette, dashes: str) -> str:
    """A square of the picture; ``dashes`` is the colour of its border if that is dashed."""
    border = f'stroke="{dashes}" stroke-dasharray="4 3"' if dashes else f'stroke="{colours.muted}"'
    return f'<rect x="{x}" y="{y}" width="{side}" height="{side}" rx="3" fill="{fill}" {border}/>'
