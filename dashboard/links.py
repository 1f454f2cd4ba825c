"""Links of our own HTML to pages of the dashboard; a click on one loads no page (web/page.js)."""

from __future__ import annotations

import html
from urllib.parse import urlencode

from dashboard import language
from dashboard.pages import PAGES

ADDRESS = {folder: address for pages in PAGES.values() for folder, address, _ in pages}


def address(folder: str, **parameters: str) -> str:
    """Relative address of a page in the language of the screen.

    Args:
        folder: Of the page's modules.
        **parameters: What else the address holds.
    """
    if language.language() != language.DEFAULT:
        parameters[language.PARAMETER] = language.language()
    query = f"?{urlencode(parameters)}" if parameters else ""
    return f"./{ADDRESS[folder]}{query}"


def link(folder: str, words: str, **parameters: str) -> str:
    """HTML of a link to a page."""
    where = html.escape(address(folder, **parameters))
    return f'<a href="{where}">{html.escape(words)}</a>'
