"""The report as one HTML document: no request to anywhere, no script, the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path

import polars as pl

from dashboard import caption as captions
from dashboard import data
from dashboard import format as fmt
from dashboard.caption import Caption, SourceRef
from dashboard.language import language
from dashboard.release import MissingData, Store
from dashboard.report import picture, words
from dashboard.report.reading import Page, View
from dashboard.report.recording import Chart, Entry
from dashboard.texts import text
from dashboard.theme import palette
from dashboard.views.claims import loading as audit
from dashboard.views.overview import loading as overview

STYLE = Path(__file__).parent / "style.css"
OVERVIEW = "overview"


def document(store: Store, pages: Sequence[Page]) -> str:
    """Writes the report in the language that is spoken.

    Args:
        store: The release that the pages showed.
        pages: What they showed, in the order of the document.
    """
    title = text("report.title")
    about = text(
        "report.release", release=store.id, day=fmt.day(store.release.manifest.created_at.date())
    )
    sections = [
        (page.name, text("report.summary"), _of(_summary, store))
        if page.name == OVERVIEW
        else (page.name, text(f"{page.name}.title"), _page(page))
        for page in pages
    ]
    sections.append(("sources", text("report.sources"), _of(_sources, store, pages)))
    sections.append(("verdicts", text("report.verdicts"), _of(_verdicts, store)))
    return (
        f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(f'{title} – {store.id}')}</title><style>{_style(title, store.id)}</style>"
        f'</head><body>\n<header class="cover"><p class="owner">{escape(text("app.title"))}</p>'
        f'<h1>{escape(title)}</h1><p class="subtitle">{escape(text("report.subtitle"))}</p>'
        f"<p>{escape(about)}</p></header>\n<main>{_contents(sections)}{_how_to_read()}"
        + "".join(
            f'\n<section aria-labelledby="{name}">{words.heading(2, heading, name)}{body}</section>'
            for name, heading, body in sections
        )
        + f"</main>\n<footer><p>{escape(about)}</p></footer></body></html>\n"
    )


def _of(write: Callable[..., str], *given: object) -> str:
    """A part of the document; an older release may lack what it is made of, which is said."""
    try:
        return write(*given)
    except MissingData:
        return f"<p>{escape(text('report.no_page'))}</p>"


def _style(title: str, release_id: str) -> str:
    """The style sheet, with the colours of the one theme and the foot of the printed pages."""
    colours = palette("light")
    foot = json.dumps(text("report.foot", title=title, release=release_id), ensure_ascii=False)
    return (
        f":root{{--ink:{colours.text};--line:{colours.muted};--accent:{colours.colour(0)}}}"
        f"@page{{@bottom-left{{content:{foot}}}}}\n" + STYLE.read_text(encoding="utf-8")
    )


def _contents(sections: Iterable[tuple[str, str, str]]) -> str:
    entries = "".join(
        f'<li><a href="#{name}">{escape(title)}</a></li>' for name, title, _ in sections
    )
    heading = words.heading(2, text("report.pages"), "sommaire")
    return f'<nav aria-labelledby="sommaire">{heading}<ol>{entries}</ol></nav>'


def _how_to_read() -> str:
    lines = [text(f"report.reading_{name}") for name in ("same", "sources", "rank", "secret")]
    heading = words.heading(2, text("report.reading"), "lecture")
    return f'<section aria-labelledby="lecture">{heading}{words.listed(lines)}</section>'


# --- pages --------------------------------------------------------------------------------------


def _page(page: Page) -> str:
    if page.lack:
        return f"<p>{escape(text('report.no_page'))}</p>"
    opening = [
        (card.label, card.value, card.words) for group in page.headlines for card in group.cards
    ]
    notes = [group.note for group in page.headlines if group.note]
    shown = [
        entry.caption for view in page.views for entry in view.entries if isinstance(entry, Chart)
    ]
    lines = dict.fromkeys(line for caption in shown for line in caption.definitions)
    return (
        words.prose(text(f"{page.name}.intro"))
        + (words.definitions(opening) if opening else "")
        + words.listed(notes, "notes")
        + "".join(_view(view) for view in page.views)
        + (words.heading(3, text("report.method")) if lines else "")
        + words.listed(lines, "definitions")
    )


def _view(view: View) -> str:
    if not view.entries:
        return ""
    at = f'<p class="address">{escape(text("report.view_at", address="/" + view.address))}</p>'
    heading = words.heading(3, view.title) if view.title else ""
    level = 4 if view.title else 3
    return heading + at + "".join(_entry(entry, view, level) for entry in view.entries)


def _entry(entry: Entry, view: View, level: int) -> str:
    if not isinstance(entry, Chart):
        title = getattr(entry, "title", view.title)
        return words.heading(level, title) + f"<p>{escape(text('report.no_value'))}</p>"
    title = entry.title or view.title
    return (
        f'<article class="block"><div class="whole">{words.heading(level, title)}'
        + _told(entry.caption)
        + _picture(entry)
        + "</div>"
        + words.listed(entry.caption.notes, "notes")
        + "".join(
            f'<p class="source">{words.inline(source.cited())}</p>'
            for source in entry.caption.sources
        )
        + words.table_of(title, entry.table, entry.columns)
        + "</article>"
    )


def _told(caption: Caption) -> str:
    """Unit, who is counted, and the chart in words."""
    head = [text("block.unit", unit=caption.unit)] if caption.unit else []
    scopes = caption.scopes[: captions.SHOWN_SCOPES]
    if scopes:
        said = " ; ".join(scopes)
        if len(caption.scopes) > len(scopes):
            said += fmt.plural(len(caption.scopes) - len(scopes), "block.more_scopes")
        head.append(text("block.scope", scope=said))
    summary = f"<p>{escape(caption.summary)}</p>" if caption.summary else ""
    return f'<p class="head">{escape(" · ".join(head))}</p>{summary}'


def _picture(entry: Chart) -> str:
    """The chart twice: as wide as paper or a desk, and narrow for a phone."""
    alternative = entry.caption.alternative or entry.caption.summary or entry.title
    if entry.picture is not None:
        label = escape(alternative)
        return f'<figure class="own" role="img" aria-label="{label}">{entry.picture}</figure>'
    if entry.figure is None:
        return ""
    try:
        wide, narrow = (
            picture.svg(entry.figure, alternative, width)
            for width in (picture.WIDE, picture.NARROW)
        )
    except picture.CannotDraw:
        return f'<p class="more">{escape(text("report.no_picture"))}</p>'
    return f'<figure><div class="wide">{wide}</div><div class="narrow">{narrow}</div></figure>'


# --- the end ------------------------------------------------------------------------------------


def _cited(pages: Sequence[Page]) -> set[tuple[str, str]]:
    """Publisher and title of the sources that the charts cite."""
    refs: list[SourceRef] = [
        source
        for page in pages
        for view in page.views
        for entry in view.entries
        if isinstance(entry, Chart)
        for source in entry.caption.sources
    ]
    return {(source.publisher, source.title) for source in refs}


def _sources(store: Store, pages: Sequence[Page]) -> str:
    cited = _cited(pages)
    table = data.sources(store)
    if cited:
        table = table.filter(
            pl.struct("publisher", "title_text").map_elements(
                lambda row: (row["publisher"], row["title_text"]) in cited, return_dtype=pl.Boolean
            )
        )
    rows = [
        [
            _lines(
                fmt.markdown(row["title_text"]),
                fmt.link(row["landing_page"] or "", row["landing_page"]),
            ),
            fmt.markdown(row["publisher"]),
            fmt.link(captions.licence(row["licence_name"]), row["licence_url"]),
            fmt.day(row["retrieved_on"]),
            fmt.day(row["last_period_end"]),
        ]
        for row in table.iter_rows(named=True)
    ]
    heads = [
        text(f"report.{name}") for name in ("source", "publisher", "licence", "retrieved", "last")
    ]
    intro = f"<p>{escape(text('report.sources_intro'))}</p>"
    return intro + words.grid(text("report.sources"), heads, rows, markup=True)


def _verdicts(store: Store) -> str:
    rows = [
        [
            row["claim_text"],
            f"{row['document_title_text']}, {row['section']}"
            if row["section"]
            else row["document_title_text"],
            row["stated_text"],
            row["preferred_text"],
            row["claim_verdict_text"],
        ]
        for row in audit.claims(store).iter_rows(named=True)
    ]
    heads = [
        text(f"report.{name}") for name in ("claim", "document", "stated", "recomputed", "verdict")
    ]
    intro = text("report.verdicts_intro", page=text("claims.title"))
    return f"<p>{escape(intro)}</p>" + words.grid(text("report.verdicts"), heads, rows)


def _summary(store: Store) -> str:
    """The board of the overview: one row a family."""
    rows = [
        [
            fmt.markdown(card.title),
            _lines(
                f"**{fmt.markdown(' '.join(part for part in (card.value, card.unit) if part))}**",
                fmt.markdown(" · ".join(part for part in (card.period, card.publisher) if part)),
                fmt.markdown(card.population),
                fmt.markdown(" · ".join(card.marks)),
            ),
            _lines(
                *(
                    f"{text(f'overview.change_{years}')} {fmt.markdown(change.written)}"
                    + (f" ({fmt.markdown(change.detail)})" if change.detail else "")
                    for years, change in zip(overview.YEARS, card.changes, strict=False)
                )
            ),
            _lines(card.beside.label, card.beside.written, card.beside.detail)
            if card.beside
            else text("overview.none_same_source"),
            _lines(fmt.markdown(card.documents.written), fmt.markdown(card.documents.count)),
        ]
        for card in overview.board(store)
    ]
    heads = [
        text(f"overview.head_{name}") for name in ("theme", "value", "change", "whole", "documents")
    ]
    made = words.grid(text("overview.caption"), heads, rows, markup=True)
    return f"{made}<p>{escape(text('report.summary_note'))}</p>"


def _lines(*parts: str) -> str:
    """Lines of one cell, in Markdown."""
    return "\\\n".join(part for part in parts if part)
