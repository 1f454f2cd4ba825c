"""The page that documents the interface for programs: readable at any width, by anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from tests.browser.test_accessibility import _violations as violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
ADDRESS = "api/v1/documentation"


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_it_fits_and_nothing_is_in_the_way(
    dashboard_url: str, browser: Browser, axe: str, width: int, mode: Literal["light", "dark"]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=mode)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{dashboard_url}/{ADDRESS}")
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page, axe) == []
    assert [url for url in asked if not url.startswith(dashboard_url)] == []
    assert said == []
    page.close()


def test_it_goes_by_keyboard(dashboard_url: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{dashboard_url}/{ADDRESS}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#contenu"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.close()


def test_the_dashboard_leads_to_it(dashboard_url: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{dashboard_url}/sources")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Interface de données").click()
    there = opened.value
    there.wait_for_load_state()
    assert there.url == f"{dashboard_url}/{ADDRESS}"
    assert there.get_by_role("heading", level=1).inner_text().startswith("Interface de données")
    there.close()
    page.close()
