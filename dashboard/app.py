"""Entry of the dashboard: opens the release, lists the pages, runs the chosen one."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import format as fmt
from dashboard import language
from dashboard.pages import HOME, PAGES
from dashboard.release import STATE_KEY, MissingData, NoRelease, open_store
from dashboard.texts import text

# A material icon here would be fetched from another host by the browser.
ICON = Path(__file__).parent / "assets" / "icon.svg"
STYLE = """<style>
[data-testid="stMainBlockContainer"] {
  max-width: 70rem; padding: 3.2rem 2.5rem 3rem 2.5rem;
}
[data-testid="stMetricLabel"] p, [data-testid="stMetricValue"] > div,
[data-testid="stPageLink"] p {white-space: normal; overflow: visible;}
[data-testid="stPageLink"] a {padding-left: 0; height: auto;}
[data-testid="stCaptionContainer"] {opacity: .86;}
[data-testid="stMetricValue"] {font-variant-numeric: tabular-nums;}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] {padding-left: 1rem; padding-right: 1rem;}
}
@media (prefers-reduced-motion: reduce) {
  * {animation: none !important; transition: none !important;}
}
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stDownloadButton"] {
    display: none;
  }
}
</style>"""


def main() -> None:
    """Runs the chosen page on the release of this moment."""
    language.from_address()
    st.set_page_config(page_title=text("app.title"), page_icon=str(ICON), layout="wide")
    st.html(STYLE)
    pages = {
        text(section): [
            st.Page(
                f"views/{folder}/page.py",
                title=text(f"{folder}.title"),
                icon=icon,
                url_path=address,
                default=address == HOME,
            )
            for folder, address, icon in entries
        ]
        for section, entries in PAGES.items()
    }
    page = st.navigation(pages, expanded=True)
    with st.sidebar:
        language_switch()
    try:
        store = open_store()
        st.session_state[STATE_KEY] = store
        page.run()
        st.divider()
        st.caption(
            text(
                "app.release",
                release=store.id,
                day=fmt.day(store.release.manifest.created_at.date()),
            )
        )
    except NoRelease as problem:
        st.error(text("app.no_release"))
        st.code("observatoire refresh --offline", language="bash")
        st.caption(fmt.markdown(problem))
    except MissingData as problem:
        st.warning(text("app.missing_data"))
        st.code("observatoire refresh --offline", language="bash")
        st.caption(fmt.markdown(problem.what))


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
