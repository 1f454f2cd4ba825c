"""Entry of the dashboard: opens the release, lists the pages, runs the chosen one."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import format as fr
from dashboard.release import STATE_KEY, MissingData, NoRelease, open_store
from dashboard.texts import text

# A material icon here would be fetched from another host by the browser.
ICON = Path(__file__).parent / "assets" / "icon.svg"
# The folder is not called "pages": Streamlit would take it for its own and answer the first visitor
# of a deep link with "Page not found".
# Module folder, address and icon of each page, in the order of the menu, by section.
PAGES = {
    "menu.start": [("overview", "vue-d-ensemble", ":material/dashboard:")],
    "menu.themes": [
        ("vacancies", "postes-vacants", ":material/person_search:"),
        ("turnover", "rotation", ":material/sync_alt:"),
        ("absenteeism", "absenteisme", ":material/event_busy:"),
        ("work_accidents", "at-mp", ":material/health_and_safety:"),
        ("pay", "salaires-smic", ":material/payments:"),
        ("training", "formation-departs", ":material/school:"),
    ],
    "menu.check": [
        ("claims", "verification", ":material/rule:"),
        ("white_papers", "livres-blancs", ":material/fact_check:"),
        ("sources", "sources", ":material/source:"),
    ],
}
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
    st.set_page_config(page_title=text("app.title"), page_icon=str(ICON), layout="wide")
    st.html(STYLE)
    pages = {
        text(section): [
            st.Page(
                f"views/{folder}/page.py",
                title=text(f"{folder}.title"),
                icon=icon,
                url_path=address,
                default=folder == "overview",
            )
            for folder, address, icon in entries
        ]
        for section, entries in PAGES.items()
    }
    page = st.navigation(pages, expanded=True)
    try:
        store = open_store()
        st.session_state[STATE_KEY] = store
        page.run()
        st.divider()
        st.caption(
            text(
                "app.release",
                release=store.id,
                day=fr.day(store.release.manifest.created_at.date()),
            )
        )
    except NoRelease as problem:
        st.error(text("app.no_release"))
        st.code("observatoire refresh --offline", language="bash")
        st.caption(fr.markdown(problem))
    except MissingData as problem:
        st.warning(text("app.missing_data"))
        st.code("observatoire refresh --offline", language="bash")
        st.caption(fr.markdown(problem.what))


main()
