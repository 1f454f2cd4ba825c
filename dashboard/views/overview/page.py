"""The overview: one row a family, read in ten seconds."""

import html

import streamlit as st

from dashboard import blocks
from dashboard.links import link
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.overview import loading
from dashboard.views.overview.board import board

# The way of each kind of reader: page, key of its words, and what the address holds.
WAYS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("vacancies", "federation", {"postes": "places"}),
    ("claims", "analyst", {}),
    ("white_papers", "journalist", {"chiffres": "conflicts"}),
)

store = current_store()
st.title(text("overview.title"))
st.markdown(text("overview.intro"))
ways = "".join(
    f"<li>{html.escape(text(f'overview.way_{key}'))} "
    f"{link(page, text(f'overview.way_{key}_link'), **parameters)}</li>"
    for page, key, parameters in WAYS
)
st.html(
    "<style>ul.ov-ways {list-style: none; padding: 0 !important; margin: 0; display: flex;"
    " flex-wrap: wrap; gap: .3rem 2rem; font-size: .95rem;}</style>"
    f'<ul class="ov-ways">{ways}</ul>'
)
st.html(board(loading.board(store), blocks.colours()))
st.caption(text("overview.note"))
