"""Every view at each width and at 200 % zoom: nothing to scroll sideways, no words cut off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.visiting import PAGES, views, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

# Desk, tablet, desk at 200 % zoom (which halves the width in CSS pixels), phone, the least width.
WIDTHS = (1280, 768, 640, 390, 320)
SETTLES = 500  # milliseconds that the charts take to follow the width
WIDER = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  return [document.documentElement, main].filter(Boolean)
    .filter(box => box.scrollWidth > box.clientWidth + 1)
    .map(box => `${box.tagName} ${box.scrollWidth} > ${box.clientWidth}`);
}"""
# Words that run over the edge of a box that hides what runs over; a box that scrolls shows it.
CUT = """() => {
  const words = 'h1, h2, h3, h4, label, [role=tab], summary, button, dt, dd, th, p, li, '
    + '[data-testid=stMetricLabel], [data-testid=stMetricValue], .main-svg text';
  const edge = element => {
    for (let box = element.parentElement; box; box = box.parentElement) {
      const flow = getComputedStyle(box).overflowX;
      if (flow === 'auto' || flow === 'scroll') return null;
      if (flow === 'hidden' || flow === 'clip') return box.getBoundingClientRect();
    }
    return {left: 0, right: innerWidth};
  };
  const cut = [];
  for (const element of document.querySelectorAll(words)) {
    if (!element.textContent.trim() || element.closest('[data-testid=stSidebar], [aria-hidden]'))
      continue;
    const range = document.createRange();
    range.selectNodeContents(element);
    const own = range.getBoundingClientRect();
    if (own.width <= 1 || own.height <= 1) continue;
    const box = edge(element);
    if (box && box.right - box.left > 1 && (own.right > box.right + 2 || own.left < box.left - 2))
      cut.push(`${element.tagName} « ${element.textContent.trim().slice(0, 70)} » `
        + `${Math.round(own.left)}–${Math.round(own.right)} in `
        + `${Math.round(box.left)}–${Math.round(box.right)}`);
  }
  return cut;
}"""


@pytest.fixture(scope="module", params=["", "lang=en"], ids=["french", "english"])
def visitor(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str]]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page, request.param
    page.close()


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_cut_and_nothing_scrolls_sideways(
    dashboard_url: str, visitor: tuple[Page, str], address: str
) -> None:
    page, parameters = visitor
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    visit(page, f"{dashboard_url}/{address}?{parameters}")
    found = []
    for view in views(page):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(SETTLES)
            found += [
                f"{view or 'page'} at {width}: {problem}"
                for problem in [*page.evaluate(WIDER), *page.evaluate(CUT)]
            ]
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    assert not found, "\n".join(found)


def test_words_that_are_cut_are_found(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 600})
    page.set_content(
        "<div style='overflow:hidden;width:40px;white-space:nowrap'><p>much too long</p></div>"
        "<div style='overflow:auto;width:40px;white-space:nowrap'><p>long, but it scrolls</p></div>"
    )
    assert ["much too long" in problem for problem in page.evaluate(CUT)] == [True]
    page.set_content("<div style='width:900px'>wide</div>")
    assert page.evaluate(WIDER)
    page.close()
