"""The pages of the dashboard: what the menu shows and which addresses the server answers."""

from __future__ import annotations

# The folder of the modules is not called "pages": Streamlit would take it for its own and answer
# the first visitor of a deep link with "Page not found".
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
        ("glossary", "glossaire", ":material/menu_book:"),
    ],
}
# The page that is shown at the root; its own address only leads there.
HOME = "vue-d-ensemble"


def addresses() -> list[str]:
    """The address of each page, in the order of the menu, that of the home page included."""
    return [address for entries in PAGES.values() for _, address, _ in entries]
