"""The glossary: terms of the pages and definitions of the indicators, from A to Z."""

import polars as pl
import streamlit as st

from dashboard import blocks, controls
from dashboard import format as fmt
from dashboard.release import store as current_store
from dashboard.search import matching
from dashboard.texts import text
from dashboard.views.glossary import listing, loading

TERM = "terme"  # the one entry that a link asks for
SEARCHED = ("term_text", "definition_text", "formula", "id")
LOADED = {"terms": loading.terms, "indicators": loading.indicators}

store = current_store()
st.title(text("glossary.title"))
st.markdown(text("glossary.intro"))
words = st.text_input(
    text("glossary.search"),
    key="recherche",
    bind="query-params",
    placeholder=text("glossary.search_help"),
    icon=":material/search:",
)
views = controls.views("lexique", {name: text(f"glossary.view_{name}") for name in LOADED})


def show(name: str) -> None:
    """One list, or the one entry of it that the address asks for."""
    table = LOADED[name](store)
    asked = st.query_params.get(TERM)
    if asked and asked in table["id"]:
        chosen = table.filter(pl.col("id") == asked)
        st.html(listing.entries(chosen, name, blocks.colours()))
        st.html(listing.way_back(name))
        return
    if asked:
        controls.notice(text("glossary.term"), asked)
    found = matching(table, SEARCHED, words or "")
    st.markdown(f"**{fmt.plural(found.height, f'glossary.found_{name}')}**")
    if found.height:
        st.html(listing.letters(found))
        st.html(listing.entries(found, name, blocks.colours()))


for name, view in zip(LOADED, views, strict=True):
    if view.open:
        with view:
            show(name)
