"""What a page shows, written down instead of drawn.

The report runs the pages themselves. Where a session has a recorder, the blocks of the dashboard
hand it what they would have drawn; so the report has the figures, words and charts of the screen,
and no definition of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

if TYPE_CHECKING:
    import plotly.graph_objects as go
    import polars as pl

    from dashboard.blocks import Column
    from dashboard.caption import Caption

STATE_KEY = "_recorder"
Value = TypeVar("Value")


@dataclass(frozen=True)
class Card:
    """A figure that opens a page, as it is written.

    Attributes:
        words: When, who says it, of whom; Markdown.
        origin: Where it was read.
    """

    label: str
    value: str
    words: str = ""
    origin: str | None = None


@dataclass(frozen=True)
class Headlines:
    """The figures that open a page, and what has to be said of all of them."""

    cards: tuple[Card, ...]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """One chart with what stands around it.

    Attributes:
        figure: A chart of Plotly; None where there is none.
        picture: SVG of a chart that is not Plotly's.
    """

    key: str
    title: str
    caption: Caption
    figure: go.Figure | None
    table: pl.DataFrame
    columns: tuple[Column, ...]
    picture: str | None = None


@dataclass(frozen=True)
class Empty:
    """A block for which the release has no value."""

    key: str
    title: str


Entry = Headlines | Chart | Empty


@dataclass
class Recorder:
    """What one run of a page shows, from top to bottom.

    Attributes:
        entries: The blocks.
        views: Titles by id of the views of each selector of views, by its key.
    """

    entries: list[Entry] = field(default_factory=list)
    views: dict[str, dict[str, str]] = field(default_factory=dict)

    def headlines(self, cards: Iterable[Card], note: str = "") -> None:
        self.entries.append(Headlines(tuple(cards), note))

    def chart(
        self,
        *,
        key: str,
        title: str,
        caption: Caption,
        figure: go.Figure | Callable[[], go.Figure] | None,
        table: pl.DataFrame | Callable[[], pl.DataFrame],
        columns: Sequence[Column] | Callable[[], Sequence[Column]],
        picture: str | None = None,
    ) -> None:
        """Writes down a chart; what would be made only when it is shown is made now."""
        self.entries.append(
            Chart(key, title, caption, _made(figure), _made(table), tuple(_made(columns)), picture)
        )

    def empty(self, *, key: str, title: str) -> None:
        self.entries.append(Empty(key, title))


def _made(value: Value | Callable[[], Value]) -> Value:
    return value() if callable(value) else value


def recorder() -> Recorder | None:
    """The recorder of this session; None on screen."""
    found = st.session_state.get(STATE_KEY)
    return found if isinstance(found, Recorder) else None


def views(key: str, options: Mapping[str, str]) -> None:
    """Tells the recorder, if there is one, that the page has several views."""
    if (paper := recorder()) is not None:
        paper.views[key] = dict(options)
