"""Runs pages of the dashboard without a server and keeps what they show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from streamlit.testing.v1 import AppTest

from dashboard.language import STATE_KEY as LANGUAGE_KEY
from dashboard.language import Language, speaking
from dashboard.pages import PAGES
from dashboard.report.recording import STATE_KEY, Entry, Headlines, Recorder
from dashboard.texts import text

APP = Path(__file__).parents[1] / "app.py"
PATIENCE = 120  # seconds that one view of a page may take


class PageFailed(Exception):
    """A page stopped with an error."""


@dataclass(frozen=True)
class View:
    """One view of a page: its title (empty where the page has one view only) and its blocks."""

    title: str
    address: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Page:
    """A page as it opens, view by view; ``lack`` is what it says if the release lacks its data."""

    name: str
    address: str
    headlines: tuple[Headlines, ...]
    views: tuple[View, ...]
    lack: bool = False


def names() -> dict[str, str]:
    """Address by name of each page that a report can hold: the overview and the themes."""
    return {
        name: address
        for section in ("menu.start", "menu.themes")
        for name, address, _ in PAGES[section]
    }


def read(name: str, spoken: Language) -> Page:
    """Runs each view of a page and keeps its blocks.

    Args:
        name: Of the page (see :func:`names`).
        spoken: Language of the screen.

    Raises:
        PageFailed: The page stopped with an error.
    """
    runs = list(_runs(name, spoken))
    headlines: list[Headlines] = []
    views: list[View] = []
    seen: set[str] = set()
    for title, address, run in runs:
        entries = []
        for entry in run.entries:
            if isinstance(entry, Headlines):
                headlines += [entry] if not views else []
            elif entry.key not in seen:
                seen.add(entry.key)
                entries.append(entry)
        views.append(View(title, address, tuple(entries)))
    return Page(name, names()[name], tuple(headlines), tuple(views), lack=not runs)


def _runs(name: str, spoken: Language) -> Iterator[tuple[str, str, Recorder]]:
    """Each view with its title, its address and what it shows; none if the page lacks its data."""
    address = names()[name]
    app = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    app.session_state[LANGUAGE_KEY] = spoken
    app.run()  # the first run makes the pages known
    app.switch_page(f"views/{name}/page.py")
    first = _run(app, spoken)
    if first is None:
        return
    if not first.views:
        yield "", address, first
        return
    key, titles = next(iter(first.views.items()))
    for rank, (view, title) in enumerate(titles.items()):
        if rank:
            app.query_params[key] = view
        run = _run(app, spoken) if rank else first
        if run is not None:
            yield title, address + (f"?{urlencode({key: view})}" if rank else ""), run


def _run(app: AppTest, spoken: Language) -> Recorder | None:
    """What one run of a page shows; None if the release lacks what the page reads."""
    recorder = Recorder()
    app.session_state[STATE_KEY] = recorder
    app.run()
    if app.exception:
        raise PageFailed(str(app.exception[0].message))
    with speaking(spoken):
        lack = text("app.missing_data")
    return None if any(told.value == lack for told in app.warning) else recorder
