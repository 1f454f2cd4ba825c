"""Eight sessions at once see what one session sees, value by value; an address restores a view."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.visiting import PATIENCE, settle, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

# Eight views that differ by page, selection and language, so that a mixed answer would be seen.
ADDRESSES = (
    "postes-vacants",
    "postes-vacants?lang=en&postes=places",
    "rotation?rotation=jobs",
    "absenteisme?absence=time",
    "at-mp?atmp=rank&lang=en",
    "salaires-smic",
    "formation-departs?formation=workforce",
    "sources",
)
ROUNDS = 2
# What stands in the page: its words, those of its charts, those of its open tables.
SEEN = """() => {
  const main = document.querySelector('[data-testid=stMainBlockContainer]');
  const words = [...main.querySelectorAll(
      'h1, h2, h3, p, li, dt, dd, td, th, button, [data-testid=stMetricValue], .main-svg text')]
    .map(element => element.textContent.trim()).filter(Boolean);
  const marks = [...main.querySelectorAll('.main-svg .point, .main-svg .js-line')].length;
  return [...words, `${marks} marks`];
}"""


def _unfold(page: Page) -> None:
    """Opens the first table of the page."""
    tables = page.locator("[data-testid=stExpander] summary")
    if tables.count():
        tables.first.click()
        settle(page)


def _seen(page: Page) -> list[str]:
    seen: list[str] = page.evaluate(SEEN)
    return seen


def _alone(browser: Browser, url: str) -> list[str]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    visit(page, url)
    _unfold(page)
    seen = _seen(page)
    context.close()
    return seen


def _together(contexts: list[BrowserContext], urls: list[str]) -> list[list[str]]:
    """Opens all addresses before any is drawn, then unfolds and reads each."""
    pages = [context.new_page() for context in contexts]
    for page, url in zip(pages, urls, strict=True):
        page.goto(url, wait_until="commit")
    for page in pages:
        settle(page)
    for page in pages:
        tables = page.locator("[data-testid=stExpander] summary")
        if tables.count():
            tables.first.click(no_wait_after=True)
    for page in pages:
        settle(page)
    seen = [_seen(page) for page in pages]
    for page in pages:
        page.close()
    return seen


def test_eight_sessions_at_once_see_what_one_sees(dashboard_url: str, browser: Browser) -> None:
    urls = [f"{dashboard_url}/{address}" for address in ADDRESSES]
    alone = [_alone(browser, url) for url in urls]
    assert len({tuple(seen) for seen in alone}) == len(urls)
    assert sum(bool(re.search(r"\d", word)) for seen in alone for word in seen) > 500
    contexts = [browser.new_context(viewport={"width": 1280, "height": 900}) for _ in urls]
    for shift in range(ROUNDS):
        turned = [*urls[shift:], *urls[:shift]]  # each session sees another page each round
        for url, seen in zip(turned, _together(contexts, turned), strict=True):
            assert seen == alone[urls.index(url)], url
    for context in contexts:
        context.close()


def test_the_address_restores_view_and_selections(dashboard_url: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    visit(page, f"{dashboard_url}/at-mp")
    page.get_by_role("tab", name="Classement", exact=True).click()
    settle(page)
    page.get_by_role("radio", name="Trajet").or_(
        page.get_by_role("button", name="Trajet", exact=True)
    ).first.click()
    settle(page)
    years = page.locator("[data-testid=stSelectbox]").filter(has_text="Année")
    years.locator("input").click()
    options = page.get_by_role("option")
    options.nth(2).wait_for(timeout=PATIENCE)
    year = options.nth(2).inner_text().strip()
    options.nth(2).click()
    settle(page)
    assert re.search(r"atmp=\w+", page.url)
    assert len(page.url.partition("?")[2].split("&")) >= 3
    assert year in page.url
    page.locator("h2, h3").filter(has_text=year).first.wait_for(timeout=PATIENCE)
    settle(page)
    shown = _seen(page)
    address = page.url
    page.close()
    sent = browser.new_context(viewport={"width": 1280, "height": 900})
    restored = sent.new_page()
    visit(restored, address)
    assert _seen(restored) == shown
    assert restored.url == address
    sent.close()
