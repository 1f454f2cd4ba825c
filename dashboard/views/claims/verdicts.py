"""How a verdict is shown: a word, a shape and a colour, never colour alone."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from dashboard.format import markdown

Colour = Literal["green", "blue", "orange", "red", "gray"]

LOOKS: dict[str, tuple[str, Colour]] = {
    "reproduced": (":material/check_circle:", "green"),
    "reproduced_under_one_reading": (":material/rule:", "blue"),
    "close": (":material/adjust:", "orange"),
    "contradicted": (":material/cancel:", "red"),
    "not_reproducible": (":material/help:", "gray"),
}


def badge(verdict: str, label: str) -> None:
    """The verdict of a claim: its word, with an icon of its own."""
    icon, colour = LOOKS.get(verdict, LOOKS["not_reproducible"])
    st.markdown(f":{colour}[{icon} **{markdown(label)}**]")  # wraps, which a badge does not
