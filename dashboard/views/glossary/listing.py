"""A list of definitions as HTML: letters to jump to, and entries that a link can name."""

from __future__ import annotations

import html

import polars as pl

from dashboard.links import address, link
from dashboard.texts import text
from dashboard.theme import Palette

PAGE = "glossary"


def letters(table: pl.DataFrame) -> str:
    """Links to the first entry of each letter that has one."""
    found = table["letter"].unique(maintain_order=True)
    items = "".join(
        f'<li><a href="#{_letter_id(letter)}">{html.escape(letter)}</a></li>' for letter in found
    )
    label = html.escape(text("glossary.letters"))
    return (
        "<style>ul.gl-letters {list-style: none; padding: 0 !important; margin: 0; display: flex;"
        " flex-wrap: wrap; gap: .2rem .3rem;} ul.gl-letters a {display: inline-block;"
        " min-width: 1.7rem; padding: .15rem .3rem; text-align: center; font-weight: 600;}</style>"
        f'<nav aria-label="{label}"><ul class="gl-letters">{items}</ul></nav>'
    )


def entries(table: pl.DataFrame, name: str, colours: Palette) -> str:
    """The entries, each with an anchor and a link to itself.

    Args:
        table: As :func:`dashboard.views.glossary.loading.terms` returns it.
        name: Of the list, as it stands in the address.
        colours: Palette of the visitor's mode.
    """
    shown, previous = [], None
    for row in table.iter_rows(named=True):
        anchor = "" if row["letter"] == previous else f' id="{_letter_id(row["letter"])}"'
        previous = row["letter"]
        shown.append(f"<div{anchor}>{_entry(row, name)}</div>")
    return (
        "<style>dl.gl {padding: 0 !important; margin: .4rem 0 0; max-width: 46rem;}"
        f" dl.gl > div {{padding: .55rem 0; border-bottom: 1px solid {colours.muted};"
        " scroll-margin-top: 4rem;} dl.gl dt {font-weight: 650;}"
        " dl.gl dt a {font-weight: 400; font-size: .85rem; margin-left: .5rem;}"
        " dl.gl dd {margin: .15rem 0 0;} dl.gl dd.gl-formula {font-size: .9rem; opacity: .9;}"
        f" dl.gl dt:target {{outline: 2px solid {colours.colour(0)}; outline-offset: 3px;}}"
        f'</style><dl class="gl">{"".join(shown)}</dl>'
    )


def _entry(row: dict[str, str | None], name: str) -> str:
    term, identifier = html.escape(row["term_text"] or ""), row["id"] or ""
    definition = html.escape(row["definition_text"] or text("format.missing"))
    label = html.escape(text("glossary.link_to", term=row["term_text"]))
    where = html.escape(address(PAGE, **_list(name), terme=identifier))
    formula = (
        f'<dd class="gl-formula">{html.escape(text("glossary.formula", formula=row["formula"]))}'
        "</dd>"
        if row["formula"]
        else ""
    )
    return (
        f'<dt id="{html.escape(identifier)}">{term}'
        f'<a href="{where}" aria-label="{label}">{html.escape(text("glossary.link"))}</a></dt>'
        f"<dd>{definition}</dd>{formula}"
    )


def way_back(name: str) -> str:
    """A link from one entry to the whole list."""
    return f"<p>{link(PAGE, text('glossary.all'), **_list(name))}</p>"


def _list(name: str) -> dict[str, str]:
    return {} if name == "terms" else {"lexique": name}


def _letter_id(letter: str) -> str:
    return f"lettre-{'autres' if letter == '#' else letter.lower()}"
