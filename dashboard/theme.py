"""Colours, symbols and dashes of the charts, read from ``.streamlit/config.toml``.

That file is the one theme, for the pages and for the charts. Colour never carries meaning alone:
each series also has a dash and a marker symbol.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

CONFIG = Path(__file__).parent / ".streamlit" / "config.toml"
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")

Mode = Literal["light", "dark"]


@dataclass(frozen=True)
class Palette:
    """Colours of one mode.

    Attributes:
        series: One colour a series, in order of importance.
        muted: For grid lines and break marks.
        accent: For what is chosen or has the focus.
    """

    series: tuple[str, ...]
    text: str
    background: str
    muted: str
    accent: str

    def colour(self, rank: int) -> str:
        """Colour of the series of this rank; after the last one they start again."""
        return self.series[rank % len(self.series)]


@cache
def palette(mode: Mode = "light") -> Palette:
    """The palette that the configuration states for a mode."""
    with CONFIG.open("rb") as stream:
        theme = tomllib.load(stream)["theme"][mode]
    return Palette(
        series=tuple(theme["chartCategoricalColors"]),
        text=theme["textColor"],
        background=theme["backgroundColor"],
        muted=theme["borderColor"],
        accent=theme["primaryColor"],
    )


def dash(rank: int) -> str:
    """Dash of the series of this rank."""
    return DASHES[rank % len(DASHES)]


def symbol(rank: int, *, hollow: bool = False, dotted: bool = False) -> str:
    """Marker of a series: hollow for second-rank evidence, dotted for a value not yet final."""
    name = SYMBOLS[rank % len(SYMBOLS)]
    return name + ("-open" if hollow else "") + ("-dot" if dotted else "")
