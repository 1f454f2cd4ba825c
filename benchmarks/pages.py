"""From navigation to the last chart of each page, against an empty Streamlit page.

The dashboard is served by its own server, the floor as Streamlit serves any script. Two kinds of
navigation are measured, warm (the first visits of each page are not counted):

- *load*: the address is opened in the browser; Streamlit itself and, for a page with a chart,
  Plotly's script are started anew;
- *menu*: the page is chosen in the menu of an open session, as visitors mostly do.

A changed selector is held against twice the rerun of the empty page plus the bare query on the
same Parquet file.

Each visit of a page is followed by one of the empty page, so that whatever else the machine does
meets both. A page with one chart of two points is shown among them: what Plotly alone costs.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.measure import Ratio
from benchmarks.refresh import refresh_offline
from benchmarks.users import measure_users
from ingest.paths import PROJECT_ROOT, DataPaths
from ingest.release import Release, current_release
from tests.browser.serving import ARGUMENTS, find_chromium, serve_dashboard, serve_launcher

TARGET = 2.0
EMPTY = "Empty"
LINKS = '[data-testid="stSidebarNavLink"]'
SAID = '[data-testid="stCaptionContainer"], [data-testid="stMain"] :is(h2, h3)'
# The script has ended, the page says its title, and each chart of it holds its drawing.
DRAWN = """title => {
    const app = document.querySelector('[data-testid="stApp"]');
    const charts = [...document.querySelectorAll('[data-testid="stPlotlyChart"]')];
    return app?.getAttribute('data-test-script-state') === 'notRunning'
        && document.querySelector('h1')
        && (!title || document.querySelector('h1').innerText.trim() === title)
        && !document.querySelector('[data-testid="stSkeleton"]')
        && charts.every(chart => chart.querySelector('.main-svg'));
}"""
# What was asked for before, a redrawn chart among it, is on the screen.
PAINTED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"


@dataclass(frozen=True)
class Selector:
    """A choice of a page that changes its chart, and the bare query for what it then shows.

    Attributes:
        page: Address of the page.
        choices: Two labels; the page says each when it is chosen.
        said: What it says for each.
        query: On the tables of the release.
    """

    page: str
    choices: tuple[str, str]
    said: tuple[str, str]
    query: str


SELECTORS = (
    Selector(
        "salaires-smic",
        ("Internat", "Externat"),
        ("internat", "externat"),
        """
        select * from mart_salary_smic
        where agreement_id = 'ccn66' and job_id = 'educateur_specialise' and seniority_years = 0
            and scale = 'boarding' and reference_wage = 'smic_35h'
        """,
    ),
    Selector(
        "postes-vacants",
        ("Nombre", "Taux"),
        ("Nombre d’emplois vacants", "Taux d’emplois vacants"),
        """
        select * from fct_observation
        where indicator_id = 'vacant_posts' and is_latest
            and population_id in ('section_q__all_sizes', 'b_s__all_sizes')
        order by population_id, period_start
        """,
    ),
)
EMPTY_CHOICES = ("second", "first")


@dataclass(frozen=True)
class Site:
    """A served program in a tab of its own, and the title of each page of its menu by address."""

    address: str
    page: Page
    titles: Mapping[str, str]

    def named(self, title: str) -> str:
        """Address of the page of a title."""
        return next(link for link, known in self.titles.items() if known == title)


def measure(root: Path, repeat: int) -> list[Ratio]:
    """Median seconds of each page and kind of navigation over `repeat` warm visits."""
    chromium = find_chromium()
    if chromium is None:
        raise RuntimeError("no Chromium is installed (apt install chromium)")
    data = root / "pages"
    refresh_offline(data)
    with (
        serve_dashboard(data, root / "dashboard.log") as dashboard,
        serve_launcher(
            PROJECT_ROOT / "benchmarks" / "floor" / "served.py", data, root / "floor.log"
        ) as floor,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        ratios = measure_served(browser, dashboard, floor, current_release(DataPaths(data)), repeat)
        browser.close()
    return ratios


def measure_served(
    browser: Browser, dashboard: str, floor: str, release: Release, repeat: int
) -> list[Ratio]:
    """The same on two servers that run already."""
    ours, empty = _open(browser, dashboard), _open(browser, floor)
    ratios = [
        _against_empty(name, visit, site, link, empty, repeat)
        for name, visit in (("load", _load), ("menu", _choose))
        for site in (ours, empty)
        for link, title in site.titles.items()
        if title != EMPTY
    ]
    ratios += [_selector(ours, empty, selector, release, repeat) for selector in SELECTORS]
    ratios += measure_users(dashboard, floor, repeat)
    print(f"load average at the end of the pages: {os.getloadavg()[0]:.1f}")
    return ratios


def _open(browser: Browser, address: str) -> Site:
    """Opens each page of a menu once, which warms the server."""
    page = browser.new_page()
    _goto(page, address)
    links = page.locator(LINKS).evaluate_all("links => links.map(link => link.href)")
    titles = {}
    for link in links:
        _goto(page, link)
        titles[link] = page.locator("h1").first.inner_text().strip()
    return Site(address, page, titles)


def _against_empty(
    kind: str,
    visit: Callable[[Site, str], float],
    site: Site,
    link: str,
    empty: Site,
    repeat: int,
) -> Ratio:
    """Visits a page and the empty one by turns; the first visit of each is not counted."""
    floor = empty.named(EMPTY)
    taken = [(visit(site, link), visit(empty, floor)) for _ in range(repeat + 1)][1:]
    value, base = (median(seconds) for seconds in zip(*taken, strict=True))
    title = site.titles[link] if site is not empty else "(one chart)"
    return Ratio(f"{kind}: {title} / empty page", value, base, "s", TARGET)


def _load(site: Site, link: str) -> float:
    """Seconds to open an address."""
    return _goto(site.page, link)


def _goto(page: Page, link: str) -> float:
    started = time.perf_counter()
    page.goto(link, wait_until="commit")
    _wait(page)
    return time.perf_counter() - started


def _choose(site: Site, link: str) -> float:
    """Seconds from a click in the menu, made on another page of the same session."""
    _click(site, next(address for address in site.titles if address != link))
    started = time.perf_counter()
    _click(site, link)
    return time.perf_counter() - started


def _click(site: Site, link: str) -> None:
    site.page.locator(LINKS).nth(list(site.titles).index(link)).click()
    _wait(site.page, site.titles[link])


def _wait(page: Page, title: str = "") -> None:
    page.wait_for_function(DRAWN, arg=title, timeout=60_000, polling=10)


def _selector(ours: Site, empty: Site, selector: Selector, release: Release, repeat: int) -> Ratio:
    """A changed choice against the same of the empty page and the bare query, by turns."""
    _goto(ours.page, f"{ours.address}/{selector.page}")
    _goto(empty.page, empty.named(EMPTY))
    changed, reruns = [], []
    for number in range(2 * (repeat + 1)):
        turn = number % 2
        changed.append(_change(ours.page, selector.choices[turn], selector.said[turn]))
        reruns.append(_change(empty.page, EMPTY_CHOICES[turn], EMPTY_CHOICES[turn]))
    return Ratio(
        f"selector: {selector.page} / 2 × empty rerun + query",
        median(changed[2:]),
        2 * median(reruns[2:]) + _bare_query(release, selector.query, repeat),
        "s",
        1,
    )


def _change(page: Page, choice: str, said: str) -> float:
    """Seconds from a click on a choice to the page that says it and has drawn its charts."""
    started = time.perf_counter()
    page.get_by_role("radio", name=choice, exact=True).first.dispatch_event("click")
    page.locator(SAID, has_text=re.compile(rf"\b{said}", re.IGNORECASE)).first.wait_for()
    _wait(page)
    page.evaluate(PAINTED)
    return time.perf_counter() - started


def _bare_query(release: Release, query: str, repeat: int) -> float:
    """Median seconds of a query on an open connection."""
    seconds = []
    with release.connect() as connection:
        for _ in range(repeat + 1):
            started = time.perf_counter()
            connection.execute(query).fetchall()
            seconds.append(time.perf_counter() - started)
    return median(seconds[1:])
