"""The tile map with the keyboard: a square is reached, says its value, chooses its department."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.visiting import settle, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SQUARE = "#tm-fr_d75"


@pytest.fixture
def page(browser: Browser, dashboard_url: str) -> Iterator[Page]:
    """The view of the territories, the window as wide as a laptop's."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    visit(opened, f"{dashboard_url}/postes-vacants?postes=places")
    yield opened
    context.close()


def _territory(page: Page) -> list[str]:
    return parse_qs(urlsplit(page.url).query).get("territoire", [])


def test_enter_on_a_square_chooses_its_department_and_keeps_the_focus(page: Page) -> None:
    loads: list[str] = []
    page.on("load", lambda opened: loads.append(opened.url))
    page.focus(SQUARE)
    label = page.locator(SQUARE).get_attribute("aria-label") or ""
    assert label.startswith("75 Paris")
    assert "%" in label
    page.keyboard.press("Enter")
    page.get_by_text("Paris (75)\u00a0: ", exact=False).first.wait_for()
    settle(page)
    assert _territory(page) == ["fr_d75"]
    assert loads == []  # the address changes, the page is not loaded again
    assert page.evaluate("document.activeElement.id") == SQUARE.removeprefix("#")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("tm-tile")


def test_back_takes_the_choice_away(page: Page) -> None:
    page.click(SQUARE)
    page.wait_for_url("**territoire=fr_d75**")
    settle(page)
    page.go_back()
    settle(page)
    assert _territory(page) == []
    assert page.get_by_role("combobox", name="Territoire").count() == 1


@pytest.mark.parametrize("width", [1280, 320])
def test_the_squares_are_equal_and_do_not_lie_over_each_other(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    settle(page)
    boxes = page.eval_on_selector_all(
        "a.tm-tile",
        "found => found.map(e => e.getBoundingClientRect())"
        ".map(r => [r.x, r.y, r.width, r.height])",
    )
    assert len(boxes) == 102
    sides = [side for box in boxes for side in box[2:]]
    assert max(sides) - min(sides) < 1.5
    assert min(sides) >= 22
    corners = {(round(x / sides[0]), round(y / sides[0])) for x, y, _, _ in boxes}
    assert len(corners) == len(boxes)
    assert all(x >= 0 and x + w <= width for x, _, w, _ in boxes)
