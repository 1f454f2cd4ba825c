"""Opening pages as a visitor does: wait until all is drawn, go from view to view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dashboard.pages import HOME, addresses

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE = 40_000  # milliseconds
# Address of each page as a visitor calls it, the home page at the root.
PAGES = ["" if address == HOME else address for address in addresses()]
# The run has ended, the page has its title, every chart is drawn.
DRAWN = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  return app && app.getAttribute('data-test-script-state') === 'notRunning'
    && document.querySelector('h1')
    && !document.querySelector('[data-testid=stSkeleton]')
    && [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
         .every(chart => chart.querySelector('.main-svg'));
}"""
SETTLES = 150  # milliseconds between an action and the run that it starts


def visit(page: Page, address: str) -> None:
    """Opens an address and waits until the page is drawn."""
    page.goto(address)
    settle(page)


def settle(page: Page) -> None:
    """Waits until what the visitor did has its effect on the screen."""
    page.wait_for_timeout(SETTLES)
    page.wait_for_function(DRAWN, timeout=PATIENCE)


def views(page: Page) -> Iterator[str]:
    """Opens the views of the page one after the other; gives the title of each, or ``""``."""
    tabs = page.locator("[data-testid=stTabs]").first.get_by_role("tab")
    names = [tab.inner_text().strip() for tab in tabs.all()]
    if not names:
        yield ""
    for place, name in enumerate(names):
        if place:
            tabs.nth(place).click()
            settle(page)
        yield name
