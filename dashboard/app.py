"""Entry of the dashboard: opens the release, lists the pages, runs the chosen one."""

from __future__ import annotations

import json

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import blocks, embedding, frame, known, language
from dashboard import format as fmt
from dashboard.release import STATE_KEY, MissingData, NoRelease, open_store
from dashboard.texts import text
from dashboard.theme import palette

PROBLEM = "problem"  # the container that is shown even where only one block is


def main() -> None:
    """Runs the chosen page on the release of this moment."""
    language.from_address()
    st.set_page_config(page_title=text("app.title"), page_icon=frame.icon(), layout="wide")
    block = embedding.embedded_block()
    embedded = embedding.is_embedded()
    st.html(
        f"<style>{frame.style()}{own_style()}{embedded_style(block) if embedded else ''}</style>"
    )
    page = st.navigation(frame.menu(), expanded=True, position="hidden" if embedded else "sidebar")
    if not embedded:
        with st.sidebar:
            language_switch()
    try:
        store = open_store()
        st.session_state[STATE_KEY] = store
        st.session_state[blocks.DRAWN] = set()
        known.choose(store)
        known.notice()
        # Asked for with each text; from the state of the session it would be dear.
        with language.speaking(language.language()):
            page.run()
        if block is not None and not blocks.is_drawn(block):
            unknown_block(block, page)
        if not embedded:
            st.divider()
            st.caption(
                text(
                    "app.release",
                    release=store.id,
                    day=fmt.day(store.release.manifest.created_at.date()),
                )
            )
    except NoRelease as problem:
        with st.container(key=PROBLEM):
            st.error(text("app.no_release"))
            st.code("observatoire refresh --offline", language="bash")
            st.caption(fmt.markdown(problem))
    except MissingData as problem:
        with st.container(key=PROBLEM):
            st.warning(text("app.missing_data"))
            st.code("observatoire refresh --offline", language="bash")
            st.caption(fmt.markdown(problem.what))


def own_style() -> str:
    """What the style takes from the catalogue and from the theme."""
    name = json.dumps(text("app.title"), ensure_ascii=False)
    shades, paper = blocks.colours(), palette("light")
    return (
        f":root {{--name: {name}; --ground: {shades.background}; --accent: {shades.accent};"
        f" --ink: {paper.text};}}"
    )


def embedded_style(block: str | None) -> str:
    """Hides all but one block and what says why it is not there; all of the page if none is named.

    The page still runs from top to bottom, because its selectors give the block its data.
    """
    bare = (
        '[data-testid="stHeader"], [data-testid="stSidebar"] {display: none !important;}'
        '[data-testid="stMainBlockContainer"] {padding: .75rem;}'
    )
    if block is None:
        return bare
    shown = f".{blocks.css_class(block)}", f".st-key-{PROBLEM}", f".st-key-{known.CONTAINER}"
    kept = ", ".join(f"{one}, {one} *, :has({one})" for one in shown)
    return bare + (
        f'[data-testid="stMainBlockContainer"] *:not({kept}) {{display: none !important;}}'
    )


def unknown_block(block: str, page: StreamlitPage) -> None:
    """Says that the page has no such block, and leads to the page."""
    with st.container(key=PROBLEM):
        st.info(text("embed.unknown", block=fmt.markdown(block[:60])))
        st.html(blocks.way_to_the_page(text("embed.page")))


def language_switch() -> None:
    """A button, in the other language, that changes to it."""
    other: language.Language = "en" if language.language() == "fr" else "fr"
    with language.speaking(other):
        label = text("language.change")
    st.button(
        label,
        key="langue",
        icon=":material/translate:",
        on_click=language.choose,
        args=(other,),
        type="tertiary",
    )


main()
