"""The keyboard alone: it reaches everything, shows where it is, never gets caught, and acts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.visiting import PAGES, PATIENCE, settle, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

LONGEST_WAY = 400  # presses of Tab within which every page ends
# Where the keyboard is: the element, whether it shows it, whether it stands on the screen.
HERE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return null;
  const shows = (element) => {
    for (const part of [null, '::before', '::after']) {
      const style = getComputedStyle(element, part);
      if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) return true;
      if (style.boxShadow !== 'none') return true;
    }
    return false;
  };
  const box = at.getBoundingClientRect();
  at.dataset.visited = String(1 + Number(at.dataset.visited ?? 0));
  // A text box shows it by the border of its frame, a tab by that of its row.
  let shown = false, frame = at;
  for (let step = 0; step < 5 && frame && !shown; step += 1, frame = frame.parentElement)
    shown = shows(frame);
  const small = box.width <= 2 || box.height <= 2;
  const frameBox = small ? at.parentElement.getBoundingClientRect() : box;
  return {
    what: `${at.tagName.toLowerCase()} ${at.getAttribute('role') ?? ''} `
      + `« ${(at.getAttribute('aria-label') ?? at.textContent ?? '').trim().slice(0, 60)} »`,
    tag: at.tagName.toLowerCase(), role: at.getAttribute('role') ?? '',
    type: at.getAttribute('type') ?? '', href: at.getAttribute('href') ?? '',
    inMain: Boolean(at.closest('[data-testid=stMain]')),
    inMenu: Boolean(at.closest('[data-testid=stSidebar]')),
    shown, visits: Number(at.dataset.visited),
    onScreen: frameBox.bottom > 0 && frameBox.top < innerHeight
      && frameBox.right > 0 && frameBox.left < innerWidth,
  };
}"""
# What a mouse can use on the page and has no way for the keyboard.
UNREACHED = """() => [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [role=tab], [role=radio]')]
  .filter(element => element.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && element.getBoundingClientRect().width > 0 && !element.disabled && !element.dataset.visited
    && !element.closest('[inert], [aria-hidden=true]'))
  // Of a group of tabs or of choices one is a stop; the arrows reach the others. The arrow and the
  // crosses in a list are for the mouse: its text box opens it and takes a choice back.
  .filter(element => !['tab', 'radio'].includes(element.getAttribute('role'))
    && element.getAttribute('type') !== 'radio'
    && !(element.tabIndex < 0
      && element.closest('[data-testid=stSelectbox], [data-testid=stMultiSelect]')))
  .map(element => `${element.tagName} « ${(element.getAttribute('aria-label')
    ?? element.textContent).trim().slice(0, 60)} »`)"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


def _walk(page: Page) -> list[dict[str, Any]]:
    """Every stop of the Tab key, from the address bar until it leaves the page."""
    stops: list[dict[str, Any]] = []
    for _ in range(LONGEST_WAY):
        page.keyboard.press("Tab")
        stop = page.evaluate(HERE)
        if stop is None:
            return stops
        if stop["visits"] == 1:
            stops.append(stop)
        elif stop["what"] != stops[-1]["what"]:  # in a grid Tab goes from cell to cell
            return stops
    raise AssertionError(f"the way does not end: {[stop['what'] for stop in stops[-12:]]}")


@pytest.mark.parametrize("address", PAGES)
def test_tab_reaches_everything_and_shows_where_it_is(
    dashboard_url: str, page: Page, address: str
) -> None:
    visit(page, f"{dashboard_url}/{address}")
    stops = _walk(page)
    assert stops[0]["href"].startswith("#"), stops[0]["what"]  # the way past the menu comes first
    assert [stop for stop in stops if stop["inMenu"]]
    assert [stop for stop in stops if stop["inMain"]]
    hidden = [stop["what"] for stop in stops if not stop["shown"]]
    assert not hidden, hidden
    away = [stop["what"] for stop in stops if not stop["onScreen"]]
    assert not away, away
    unreached = page.evaluate(UNREACHED)
    assert not unreached, unreached


def test_a_stop_without_a_mark_is_found(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<a href='#x' style='outline: none'>bare</a><button>marked</button>")
    assert [stop["shown"] for stop in _walk(page)] == [False, True]
    page.close()


def test_the_way_past_the_menu_leads_to_the_content(dashboard_url: str, page: Page) -> None:
    visit(page, f"{dashboard_url}/rotation")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    page.keyboard.press("Tab")
    stop = page.evaluate(HERE)
    assert stop is not None
    assert stop["inMain"], stop["what"]


def _tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the focus is on an element or in it."""
    for _ in range(LONGEST_WAY):
        page.keyboard.press("Tab")
        if page.evaluate(
            "selector => Boolean(document.activeElement?.matches(selector))"
            " || Boolean(document.activeElement?.closest(selector))",
            selector,
        ):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_a_tab_is_opened_by_keyboard(dashboard_url: str, page: Page) -> None:
    visit(page, f"{dashboard_url}/at-mp")
    _tab_to(page, "[role=tab]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.includes('atmp=')", timeout=PATIENCE)
    settle(page)
    assert page.get_by_role("tab").nth(1).get_attribute("aria-selected") == "true"


def test_a_list_is_searched_and_chosen_by_keyboard(dashboard_url: str, page: Page) -> None:
    visit(page, f"{dashboard_url}/rotation?rotation=reasons")
    before = page.locator("h2, h3").all_inner_texts()
    _tab_to(page, "[data-testid=stMain] [data-testid=stSelectbox] input")
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for(timeout=PATIENCE)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.search.split('&').length > 1", timeout=PATIENCE)
    settle(page)
    assert page.locator("h2, h3").all_inner_texts() != before


def test_a_file_is_taken_away_by_keyboard(dashboard_url: str, page: Page) -> None:
    visit(page, f"{dashboard_url}/rotation")
    _tab_to(page, "[data-testid=stDownloadButton] button")
    with page.expect_download(timeout=PATIENCE) as waiting:
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename.endswith(".csv")


def test_the_table_is_opened_by_keyboard(dashboard_url: str, page: Page) -> None:
    visit(page, f"{dashboard_url}/rotation")
    _tab_to(page, "[data-testid=stExpander] summary")
    page.keyboard.press("Enter")
    page.locator(".reading-table td").first.wait_for(timeout=PATIENCE)


def test_a_department_is_chosen_on_the_map_by_keyboard(dashboard_url: str, page: Page) -> None:
    visit(page, f"{dashboard_url}/postes-vacants?postes=places")
    _tab_to(page, "a[href*='territoire=fr_d']")
    asked = page.evaluate("() => document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "asked => location.search.includes(asked.split('territoire=')[1])",
        arg=asked,
        timeout=PATIENCE,
    )
    settle(page)
