"""What stands around every page, made once: its style, its icon, the menu.

``app.py`` is a script, which forgets at each run what it has made.
"""

from __future__ import annotations

import base64
from copy import copy
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard.language import Language, language
from dashboard.pages import HOME, PAGES
from dashboard.texts import text

FOLDER = Path(__file__).parent
ASSETS = FOLDER / "assets"


@cache
def style() -> str:
    """The style that all pages share."""
    return (ASSETS / "style.css").read_text(encoding="utf-8")


@cache
def icon() -> str:
    """The icon as an address that holds it: a material one would be fetched from another host."""
    drawn = base64.b64encode((ASSETS / "icon.svg").read_bytes()).decode()
    return f"data:image/svg+xml;base64,{drawn}"


def menu() -> dict[str, list[StreamlitPage]]:
    """The pages by section; each run has its own, because a page remembers that it has run."""
    return {section: [copy(page) for page in pages] for section, pages in _menu(language()).items()}


@cache
def _menu(spoken: Language) -> dict[str, list[StreamlitPage]]:
    """The pages in one language; to make one looks up its file on the disk."""
    return {
        text(section): [
            st.Page(
                FOLDER / "views" / folder / "page.py",
                title=text(f"{folder}.title"),
                icon=icon,
                url_path=address,
                default=address == HOME,
            )
            for folder, address, icon in entries
        ]
        for section, entries in PAGES.items()
    }
