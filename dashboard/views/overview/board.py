"""The board of the overview as HTML: a table on a wide screen, cards on a narrow one."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence

from dashboard.links import link
from dashboard.texts import text
from dashboard.theme import Palette
from dashboard.views.overview.loading import (
    NONE,
    YEARS,
    Card,
    Change,
    Claim,
    Documents,
    Point,
    Told,
)

SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 96, 34, 4
ARROWS = {True: "▲", False: "▼"}


def board(cards: Sequence[Card], colours: Palette) -> str:
    """The whole board."""
    heads = ("theme", "value", "change", "whole", "documents")
    head = "".join(f'<th scope="col">{_t(f"head_{name}")}</th>' for name in heads)
    rows = "".join(_row(card, colours) for card in cards)
    return (
        f'{_style(colours)}<table class="ov"><caption>{_t("caption")}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _t(key: str) -> str:
    return html.escape(text(f"overview.{key}"))


def _row(card: Card, colours: Palette) -> str:
    cells = (
        _cell("value", _value(card, colours)),
        _cell("change", _changes(card.changes)),
        _cell("whole", _told(card.beside)),
        _cell("documents", _documents(card.documents)),
    )
    scope = " · ".join(part for part in (card.publisher, card.population) if part)
    name = f"{link(card.family, card.title)}<small>{html.escape(scope)}</small>"
    return f'<tr id="carte_{card.key}"><th scope="row">{name}</th>{"".join(cells)}</tr>'


def _cell(name: str, content: str) -> str:
    return f'<td class="ov-{name}"><span class="ov-label">{_t(f"head_{name}")}</span>{content}</td>'


def _value(card: Card, colours: Palette) -> str:
    origin = f' title="{html.escape(card.origin)}"' if card.origin else ""
    figure = html.escape(card.value.removeprefix(card.qualifier).strip())
    before, unit, period, marks = (
        f"<small>{html.escape(words)}</small>" if words else ""
        for words in (card.qualifier, card.unit, card.period, " · ".join(card.marks))
    )
    number = f"<div>{before}<strong{origin}>{figure}</strong>{unit}{period}</div>"
    return f'<div class="ov-figure">{number}{_spark(card, colours)}</div>{marks}'


def _changes(changes: Sequence[Change]) -> str:
    return "".join(
        f'<p><span class="ov-over">{_t(f"change_{years}")}</span> {_change(change)}</p>'
        for years, change in zip(YEARS, changes, strict=False)
    )


def _change(change: Change) -> str:
    """The change; an arrow and a word only where the indicator says which way is better."""
    shape = f'<span aria-hidden="true">{ARROWS[change.is_rise]}</span> ' if change.sense else ""
    detail = html.escape(change.detail)
    if change.written == NONE:
        return f"<small>{detail}</small>"
    after = f" <small>{detail}</small>" if detail else ""
    written = f"<b>{shape}{html.escape(change.written)}</b>"
    return f'<span class="ov-{change.sense or "plain"}">{written}{after}</span>'


def _told(told: Told | None) -> str:
    if told is None:
        return f"<small>{_t('none_same_source')}</small>"
    return (
        f"<small>{html.escape(told.label)}</small><b>{html.escape(told.written)}</b>"
        f"<small>{html.escape(told.detail)}</small>"
    )


def _documents(documents: Documents) -> str:
    words = f"<b>{html.escape(documents.written)}</b>"
    if documents.conflict:
        shown = link(
            "white_papers",
            text("overview.in_debate", count=documents.count),
            chiffres="conflicts",
            contradiction=documents.conflict,
        )
        words += f"<small>{shown}</small>"
    if not documents.claims:
        return words
    opened = html.escape(text("overview.verdicts", n=len(documents.claims)))
    claims = "".join(f"<li>{_claim(claim)}</li>" for claim in documents.claims)
    return f"{words}<details><summary>{opened}</summary><ul>{claims}</ul></details>"


def _claim(claim: Claim) -> str:
    words = text("overview.claim", said=claim.said, verdict=claim.verdict)
    return link("claims", words, affirmation=claim.claim_id)


def _spark(card: Card, colours: Palette) -> str:
    """A small curve without scale: broken wherever the series is; its ends are said in words."""
    points = [point for run in card.runs for point in run]
    if len(points) < 2:
        return ""
    words = text("overview.spark", first=points[0][0].year, last=points[-1][0].year)
    picture = base64.b64encode(_svg(card.runs, points, colours).encode()).decode()
    return (
        f'<img class="ov-spark" src="data:image/svg+xml;base64,{picture}" '
        f'alt="{html.escape(words)}" width="{SPARK_WIDTH}" height="{SPARK_HEIGHT}">'
    )


def _svg(runs: Sequence[Sequence[Point]], points: Sequence[Point], colours: Palette) -> str:
    days = [day.toordinal() for day, _ in points]
    low, high = min(value for _, value in points), max(value for _, value in points)

    def place(point: Point) -> tuple[float, float]:
        along = (point[0].toordinal() - days[0]) / ((days[-1] - days[0]) or 1)
        up = (point[1] - low) / ((high - low) or 1)
        wide, tall = SPARK_WIDTH - 2 * SPARK_EDGE, SPARK_HEIGHT - 2 * SPARK_EDGE
        return SPARK_EDGE + along * wide, SPARK_EDGE + (1 - up) * tall

    ink = colours.colour(0)
    shapes = []
    for run in runs:
        places = [place(point) for point in run]
        if len(places) > 1:
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            shapes.append(
                f'<polyline points="{line}" fill="none" stroke="{ink}" stroke-width="1.6"/>'
            )
        else:
            (x, y) = places[0]
            shapes.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{ink}"/>')
    x, y = place(points[-1])
    shapes.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colours.colour(1)}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SPARK_WIDTH}" height="{SPARK_HEIGHT}">'
        f"{''.join(shapes)}</svg>"
    )


def _style(colours: Palette) -> str:
    better, worse = colours.colour(2), colours.colour(1)
    return f"""<style>
table.ov {{width: 100%; border-collapse: collapse; font-size: .92rem; line-height: 1.35;}}
.ov caption {{position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%);}}
.ov thead th {{text-align: left; font-weight: 600; font-size: .85rem; padding: .3rem .7rem .3rem 0;
  border-bottom: 2px solid {colours.muted};}}
.ov tbody th, .ov td {{text-align: left; vertical-align: top; font-weight: 400;
  padding: .55rem .7rem .55rem 0; border-bottom: 1px solid {colours.muted};}}
.ov tbody th {{width: 22%;}} .ov tbody th a {{font-weight: 650;}}
.ov td.ov-value {{width: 22%;}} .ov td.ov-change {{width: 24%;}} .ov td.ov-whole {{width: 13%;}}
.ov-figure {{display: flex; flex-wrap: wrap; gap: .2rem .5rem; align-items: flex-start;}}
.ov-figure div {{flex: 1 1 5.5rem;}}
.ov small {{display: block; font-size: .82rem; opacity: .88;}}
.ov strong {{display: block; font-size: 1.3rem; line-height: 1.2; font-weight: 650;
  white-space: nowrap; font-variant-numeric: tabular-nums;}}
.ov b {{font-weight: 600; font-variant-numeric: tabular-nums;}}
.ov-change p {{margin: 0 0 .2rem; font-size: .92rem;}} .ov-change small {{display: inline;}}
.ov-over {{display: inline; font-size: .82rem; opacity: .88;}}
.ov-better, .ov-better small {{color: {better}; opacity: 1;}}
.ov-worse, .ov-worse small {{color: {worse}; opacity: 1;}}
.ov-whole b, .ov-documents b {{display: block;}}
.ov-spark {{flex: none; margin-top: .2rem; max-width: none;}}
.ov details {{font-size: .82rem;}} .ov summary {{cursor: pointer; padding: .15rem 0;}}
.ov details ul {{margin: .2rem 0 0; padding-left: 1.1rem !important;}}
.ov-label {{display: none;}}
@media (max-width: 760px) {{
  .ov thead {{position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%);}}
  .ov, .ov tbody {{display: block;}}
  .ov tr {{display: grid; grid-template-columns: 1fr 1fr; gap: .5rem 1rem; padding: .8rem 0;
    border-bottom: 1px solid {colours.muted};}}
  .ov tbody th, .ov td, .ov td.ov-value, .ov td.ov-change, .ov td.ov-whole
    {{display: block; width: auto; border: 0; padding: 0; min-width: 0;}}
  .ov tbody th {{grid-column: 1 / -1;}}
  .ov-whole .ov-label, .ov-documents .ov-label {{display: block; font-weight: 600;
    font-size: .82rem;}}
}}
@media print {{.ov tr {{break-inside: avoid;}}}}
</style>"""
