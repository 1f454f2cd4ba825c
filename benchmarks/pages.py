"""From navigation to the last chart of each page, against an empty Streamlit page.

Two kinds of navigation are measured, warm (the first visit of each page is not counted):

- *load*: the address is opened in the browser; Streamlit itself and, for a page with a chart,
  Plotly's script are started anew;
- *menu*: the page is chosen in the menu of an open session, as visitors mostly do.

A changed selector of the pay page is held against twice the rerun of the empty page plus the bare
query on the same Parquet file.

The floor of each is the empty page of a two-page Streamlit program, reached in the same way. A page
with one chart of two points is shown beside it: what Plotly alone costs.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.measure import Ratio
from ingest.online.run import Wish, refresh
from ingest.paths import PROJECT_ROOT, DataPaths
from ingest.release import Release, current_release
from ingest.transform import Step
from tests.browser.serving import ARGUMENTS, find_chromium, serve, serve_dashboard

TARGET = 2.0
LINKS = '[data-testid="stSidebarNavLink"]'
SAID = '[data-testid="stCaptionContainer"]'
PAY_QUERY = """
select * from mart_salary_smic
where agreement_id = 'ccn66' and job_id = 'educateur_specialise' and seniority_years = 0
    and scale = 'boarding' and reference_wage = 'smic_35h'
"""
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


class Silent:
    """A refresh that tells nothing."""

    def source(self, source_id: str, tables: int, rows: int, seconds: float) -> None: ...

    def step(self, step: Step) -> None: ...

    def stage(self, name: str, detail: str, seconds: float) -> None: ...

    def fetched(self, source_id: str, outcome: str, detail: str) -> None: ...


def measure(root: Path, repeat: int) -> list[Ratio]:
    """Median seconds of each page and kind of navigation over `repeat` warm visits."""
    chromium = find_chromium()
    if chromium is None:
        raise RuntimeError("no Chromium is installed (apt install chromium)")
    data = root / "pages"
    refresh(DataPaths(data), Silent(), Wish(offline=True), {})
    with (
        serve_dashboard(data, root / "dashboard.log") as dashboard,
        serve(PROJECT_ROOT / "benchmarks" / "floor" / "app.py", data, root / "floor.log") as floor,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page()
        floors = _both(page, floor, repeat)
        pages = _both(page, dashboard, repeat)
        rerun = _selector(page, f"{floor}/empty", ("second", "first"), repeat)
        changed = _selector(page, f"{dashboard}/salaires-smic", ("Internat", "Externat"), repeat)
        browser.close()
    query = _bare_query(current_release(DataPaths(data)), repeat)
    selector = Ratio(
        "selector: Salaires et SMIC / 2 × empty rerun + query", changed, 2 * rerun + query, "s", 1
    )
    return [
        Ratio(f"{kind}: {title} / empty page", taken, floors[kind]["Empty"], "s", TARGET)
        for kind in ("load", "menu")
        for title, taken in {**pages[kind], "(one chart)": floors[kind]["One chart"]}.items()
    ] + [selector]


def _both(page: Page, address: str, repeat: int) -> dict[str, dict[str, float]]:
    """Median seconds by kind of navigation and title of the page."""
    titles = _titles(page, address)
    return {
        "load": _medians(repeat, titles, lambda link: _load(page, link)),
        "menu": _medians(repeat, titles, lambda link: _choose(page, link, titles)),
    }


def _medians(
    repeat: int, titles: dict[str, str], visit: Callable[[str], float]
) -> dict[str, float]:
    seconds: dict[str, list[float]] = {link: [] for link in titles}
    for number in range(repeat + 1):
        for link, taken in seconds.items():
            spent = visit(link)
            if number:
                taken.append(spent)
    return {titles[link]: median(taken) for link, taken in seconds.items()}


def _titles(page: Page, address: str) -> dict[str, str]:
    """Title of each page of the menu, by address; visiting them warms the server."""
    _load(page, address)
    links = page.locator(LINKS).evaluate_all("links => links.map(link => link.href)")
    titles = {}
    for link in links:
        _load(page, link)
        titles[link] = page.locator("h1").first.inner_text().strip()
    return titles


def _load(page: Page, address: str) -> float:
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(DRAWN, arg="", timeout=60_000, polling=10)
    return time.perf_counter() - started


def _choose(page: Page, link: str, titles: dict[str, str]) -> float:
    """Seconds from a click in the menu, made on another page of the same session."""
    other = next(address for address in titles if address != link)
    page.locator(LINKS).nth(list(titles).index(other)).click()
    page.wait_for_function(DRAWN, arg=titles[other], timeout=60_000, polling=10)
    started = time.perf_counter()
    page.locator(LINKS).nth(list(titles).index(link)).click()
    page.wait_for_function(DRAWN, arg=titles[link], timeout=60_000, polling=10)
    return time.perf_counter() - started


def _selector(page: Page, address: str, choices: tuple[str, str], repeat: int) -> float:
    """Median seconds from a click on a choice to the page that says it and has drawn its charts."""
    _load(page, address)
    seconds = []
    for number in range(2 * (repeat + 1)):
        choice = choices[number % 2]
        started = time.perf_counter()
        page.get_by_role("radio", name=choice, exact=True).dispatch_event("click")
        page.locator(SAID, has_text=re.compile(choice, re.IGNORECASE)).first.wait_for()
        page.wait_for_function(DRAWN, arg="", timeout=60_000, polling=10)
        if number > 1:
            seconds.append(time.perf_counter() - started)
    return median(seconds)


def _bare_query(release: Release, repeat: int) -> float:
    """Median seconds of the query for one job and step, on an open connection."""
    seconds = []
    with release.connect() as connection:
        for _ in range(repeat + 1):
            started = time.perf_counter()
            connection.execute(PAY_QUERY).fetchall()
            seconds.append(time.perf_counter() - started)
    return median(seconds[1:])
