"""Each page in a real browser: drawn, without error, without a call to any other host."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest

from dashboard import format as fmt
from ingest.release import Release
from tests.browser.visiting import settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

# Address, title, and least number of charts of each page and of its views.
PAGES = {
    "": ("Vue d’ensemble", [({}, 0)]),
    "postes-vacants": (
        "Postes vacants",
        [
            ({}, 1),
            ({"postes": "projects"}, 2),
            ({"postes": "places"}, 1),
            ({"postes": "tension"}, 2),
            ({"postes": "survey"}, 2),
            ({"postes": "claims"}, 1),
        ],
    ),
    "rotation": ("Rotation", [({}, 1), ({"rotation": "jobs"}, 1)]),
    "absenteisme": ("Absentéisme", [({}, 1), ({"absence": "time"}, 1)]),
    "at-mp": (
        "Accidents et maladies (AT-MP)",
        [
            ({}, 1),
            ({"atmp": "profile"}, 0),
            ({"atmp": "rank"}, 1),
            ({"atmp": "causes"}, 1),
            ({"atmp": "reclassified"}, 1),
        ],
    ),
    "salaires-smic": (
        "Salaires et SMIC",
        [
            ({}, 1),
            ({"salaires": "numbers"}, 1),
            ({"salaires": "numbers", "partie": "pairs"}, 0),
            ({"salaires": "numbers", "partie": "fall"}, 0),
            ({"salaires": "compare"}, 1),
            ({"salaires": "immersion"}, 2),
            ({"salaires": "simulator"}, 1),
            ({"salaires": "real"}, 1),
            ({"salaires": "smic"}, 1),
            ({"salaires": "gaps"}, 1),
        ],
    ),
    "formation-departs": ("Formation et départs", [({}, 1), ({"formation": "workforce"}, 1)]),
    "verification": (
        "Vérification des chiffres",
        [
            ({}, 0),
            ({"verdict": "contradicted"}, 0),
            ({"affirmation": "educator_smic_2001"}, 1),
            ({"affirmation": "atmp_days_2019"}, 2),
            ({"affirmation": "home_helpers_at_smic"}, 0),
        ],
    ),
    "livres-blancs": (
        "Chiffres des livres blancs",
        [({}, 0), ({"chiffres": "conflicts"}, 1)],
    ),
    "sources": (
        "Sources et fraîcheur",
        [({}, 0), ({"vue_sources": "one"}, 0), ({"vue_sources": "revisions"}, 0)],
    ),
    "glossaire": ("Glossaire", [({}, 0), ({"lexique": "indicators"}, 0)]),
}
EVERY_VIEW = [
    (address, title, parameters, charts)
    for address, (title, views) in PAGES.items()
    for parameters, charts in views
]
WIDTHS = (1280, 390)
PATIENCE = 30_000  # milliseconds


@dataclass
class Visit:
    """A page and what happened while it was open."""

    page: Page
    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def open(self, url: str) -> None:
        """Goes to an address and waits until Streamlit has drawn it."""
        self.page.goto(url)
        self.page.wait_for_selector("h1", timeout=PATIENCE)
        self.page.wait_for_function(
            "() => document.querySelector('[data-testid=stApp]')"
            "?.getAttribute('data-test-script-state') === 'notRunning'",
            timeout=PATIENCE,
        )


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One profile for all visits, so that the scripts are fetched once."""
    profile = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    yield profile
    profile.close()


@pytest.fixture
def visit(context: BrowserContext) -> Iterator[Visit]:
    """A visitor in a page of its own."""
    visiting = Visit(context.new_page())
    visiting.page.on("pageerror", lambda error: visiting.errors.append(str(error)))
    visiting.page.on(
        "request", lambda request: visiting.hosts.add(urlsplit(request.url).hostname or "")
    )
    visiting.page.on(
        "websocket", lambda socket: visiting.hosts.add(urlsplit(socket.url).hostname or "")
    )
    yield visiting
    visiting.page.close()


def _address(url: str, page: str, parameters: dict[str, str]) -> str:
    return f"{url}/{page}" + (f"?{urlencode(parameters)}" if parameters else "")


def test_a_deep_link_opened_first_is_no_page_not_found(dashboard_url: str, visit: Visit) -> None:
    visit.open(f"{dashboard_url}/postes-vacants")
    assert visit.page.locator("h1").first.inner_text() == "Postes vacants"
    assert visit.page.get_by_role("dialog").count() == 0


@pytest.mark.parametrize(("address", "title", "parameters", "charts"), EVERY_VIEW)
def test_every_view_is_drawn_without_error_and_calls_nobody(
    dashboard_url: str,
    visit: Visit,
    address: str,
    title: str,
    parameters: dict[str, str],
    charts: int,
) -> None:
    visit.open(_address(dashboard_url, address, parameters))
    page = visit.page
    if charts:
        drawn = page.locator(".js-plotly-plot .main-svg")
        drawn.nth(0).wait_for(timeout=PATIENCE)
        page.wait_for_function(
            f"() => document.querySelectorAll('.js-plotly-plot').length >= {charts}",
            timeout=PATIENCE,
        )
        page.wait_for_function(
            "() => [...document.querySelectorAll('.js-plotly-plot')]"
            ".every(plot => plot.querySelector('.trace, .points, .textpoint, .bars'))",
            timeout=PATIENCE,
        )
    assert page.locator("h1").first.inner_text() == title
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.get_by_role("dialog").count() == 0
    assert not visit.errors
    assert visit.hosts <= {"127.0.0.1", ""}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", PAGES)
def test_no_page_is_wider_than_the_screen(
    dashboard_url: str, visit: Visit, address: str, width: int
) -> None:
    visit.page.set_viewport_size({"width": width, "height": 800})
    visit.open(f"{dashboard_url}/{address}")
    visit.page.wait_for_timeout(500)
    assert visit.page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def _headline(release: Release, where: str) -> dict[str, object]:
    table = release.sql(
        f"""
        select f.value, f.status, f.qualifier, i.unit_kind, i.unit_symbol_fr
        from fct_observation as f left join dim_indicator as i using (indicator_id)
        where f.is_latest and f.value is not null and f.period_end is not null and {where}
        order by f.period_end desc, f.period_start desc limit 1
        """
    )
    return table.row(0, named=True)


@pytest.mark.parametrize(
    ("address", "place", "where"),
    [
        (
            "postes-vacants",
            1,
            "indicator_id = 'vacancy_rate' and source_id = 'dares_vacancies' "
            "and population_id = 'section_q__all_sizes'",
        ),
        (
            "rotation",
            0,
            "indicator_id = 'rotation_rate' and source_id = 'cnsa_tdb_esms' "
            "and population_id = 'esms'",
        ),
        (
            "absenteisme",
            0,
            "indicator_id = 'absence_rate' and source_id = 'cnsa_tdb_esms' "
            "and population_id = 'esms'",
        ),
        (
            "at-mp",
            0,
            "indicator_id = 'at_frequency_index' and population_id = 'naf_8710a__general_scheme'",
        ),
        ("salaires-smic?salaires=smic", 4, "indicator_id = 'smic_hourly_eur'"),
        ("formation-departs", 0, "indicator_id = 'training_enrolments' and occupation_id = 'all'"),
    ],
)
def test_the_headline_is_the_value_of_the_release(
    dashboard_url: str, visit: Visit, release: Release, address: str, place: int, where: str
) -> None:
    row = _headline(release, where)
    visit.open(f"{dashboard_url}/{address}")
    settle(visit.page)  # a card may come before the one to its left
    metric = visit.page.locator("[data-testid=stMetricValue]").nth(place)
    shown = metric.inner_text().strip()
    symbol = str(row["unit_symbol_fr"] or "")
    long = fmt.observed(row["value"], row["unit_kind"], symbol, row["status"], row["qualifier"])
    short = fmt.observed(row["value"], row["unit_kind"], "", row["status"], row["qualifier"])
    assert shown in (long, short)


def test_the_overview_shows_the_vacancy_rate_of_the_release(
    dashboard_url: str, visit: Visit, release: Release
) -> None:
    row = _headline(
        release,
        "indicator_id = 'vacancy_rate' and source_id = 'dares_vacancies' "
        "and population_id = 'section_q__all_sizes'",
    )
    visit.open(dashboard_url)
    card = visit.page.locator("#carte_vacancies")
    card.wait_for(timeout=PATIENCE)
    assert fmt.percent(row["value"]) in card.inner_text()  # type: ignore[arg-type]


def test_the_address_restores_the_view(dashboard_url: str, visit: Visit) -> None:
    visit.open(f"{dashboard_url}/postes-vacants?mesure=vacant_posts")
    title = visit.page.get_by_role("heading", name="Nombre d’emplois vacants par trimestre")
    title.wait_for(timeout=PATIENCE)
    assert not visit.errors


def test_a_bad_value_in_the_address_falls_back(dashboard_url: str, visit: Visit) -> None:
    visit.open(f"{dashboard_url}/postes-vacants?mesure=%27%3Bdrop&postes=nulle&secteurs=zzz")
    visit.page.get_by_role("heading", name="Taux d’emplois vacants par trimestre").wait_for(
        timeout=PATIENCE
    )
    assert visit.page.locator("[data-testid=stException]").count() == 0
    assert not visit.errors


def test_a_bad_value_in_the_address_is_said(dashboard_url: str, visit: Visit) -> None:
    visit.open(f"{dashboard_url}/salaires-smic?convention=CCN+12")
    notice = visit.page.get_by_text("cette valeur n’existe pas ici")
    notice.wait_for(timeout=PATIENCE)
    assert visit.page.locator("[data-testid=stException]").count() == 0


def test_a_claim_opens_from_the_list_under_its_own_address(
    dashboard_url: str, visit: Visit
) -> None:
    visit.open(f"{dashboard_url}/verification?theme=salary")
    page = visit.page
    page.get_by_role("link", name="un éducateur spécialisé était payé 1,6 SMIC").first.click()
    page.wait_for_url("**/verification?affirmation=educator_smic_2001", timeout=PATIENCE)
    page.locator("h2").first.wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="Toutes les affirmations").click()
    page.wait_for_url(f"{dashboard_url}/verification", timeout=PATIENCE)
    page.get_by_text("56 affirmations").first.wait_for(timeout=PATIENCE)
    assert not visit.errors


def test_the_download_holds_the_rows_of_the_chart(
    dashboard_url: str, visit: Visit, release: Release, tmp_path: Path
) -> None:
    visit.open(f"{dashboard_url}/postes-vacants?champ=10_plus")
    with visit.page.expect_download(timeout=PATIENCE) as waiting:
        visit.page.get_by_role("button", name="Télécharger (CSV)").first.click()
    file = tmp_path / "download.csv"
    waiting.value.save_as(file)
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    expected = release.sql(
        """
        select raw_row, value from fct_observation
        where is_latest and indicator_id = 'vacancy_rate' and source_id = 'dares_vacancies'
            and population_id in ('section_q__10_plus', 'b_s__10_plus')
        """
    )
    written = {(int(row["raw_row"]), float(row["value"]) if row["value"] else None) for row in rows}
    assert len(rows) == expected.height > 100
    assert written == set(expected.rows())


def test_no_english_is_left_on_a_page(dashboard_url: str, visit: Visit) -> None:
    visit.open(f"{dashboard_url}/postes-vacants")
    words = visit.page.locator("body").inner_text().lower().split()
    assert not {"the", "and", "of", "choose", "loading", "deploy", "none", "null"} & set(words)


def test_the_chart_has_a_text_alternative(dashboard_url: str, visit: Visit) -> None:
    visit.open(f"{dashboard_url}/postes-vacants")
    chart = visit.page.locator("[data-testid=stPlotlyChart]").first
    chart.wait_for(timeout=PATIENCE)
    labels = chart.evaluate(
        "node => [node, ...node.querySelectorAll('[aria-label]')]"
        ".map(part => part.getAttribute('aria-label') || '').join(' ')"
    )
    assert "Santé humaine et action sociale" in labels
