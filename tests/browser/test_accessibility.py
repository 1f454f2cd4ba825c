"""axe-core on every page and view: nothing serious or critical (WCAG 2.1 A and AA).

Every view is checked in French on light and in English on dark: each language, each mode, each
view. No element and no rule is left out, Streamlit's own markup included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.visiting import PAGES, views, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
REFUSED = ("serious", "critical")
RUN = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags},
      resultTypes: ['violations']});
  return found.violations.map(({id, impact, nodes}) => ({id, impact,
      nodes: nodes.map(node => ({target: node.target.join(' '), html: node.html.slice(0, 300),
                                 why: node.failureSummary}))}));
}"""


LOOKS = {"french, light": ("", "light"), "english, dark": ("lang=en", "dark")}


@pytest.fixture(scope="module", params=LOOKS, ids=lambda look: look)
def look(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[BrowserContext, str]]:
    """A profile of one mode, and the words of its addresses."""
    parameters, mode = LOOKS[request.param]
    profile = browser.new_context(
        viewport={"width": 1280, "height": 900},
        color_scheme="dark" if mode == "dark" else "light",
    )
    yield profile, parameters
    profile.close()


def _violations(page: Page, axe: str) -> list[dict[str, Any]]:
    """What axe finds on the page as it stands: one entry an element."""
    if page.evaluate("() => typeof window.axe") == "undefined":
        page.evaluate(axe)
    found = page.evaluate(RUN, STANDARD)
    return [
        {"rule": rule["id"], "impact": rule["impact"], **node}
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_serious(
    dashboard_url: str, look: tuple[BrowserContext, str], axe: str, address: str
) -> None:
    profile, parameters = look
    page = profile.new_page()
    refused: list[str] = []
    lesser: Counter[str] = Counter()
    try:
        visit(page, f"{dashboard_url}/{address}?{parameters}")
        for view in views(page):
            for violation in _violations(page, axe):
                if violation["impact"] not in REFUSED:
                    lesser[f"{violation['impact']} {violation['rule']}"] += 1
                else:
                    refused.append(
                        f"{view}: {violation['impact']} {violation['rule']} "
                        f"{violation['target']}\n    {violation['html']}\n    {violation['why']}"
                    )
    finally:
        page.close()
    print(f"/{address} lesser findings: {dict(lesser)}")
    assert not refused, "\n".join(refused)


@pytest.mark.parametrize(
    "address",
    [
        "verification?affirmation=educator_smic_2001",
        "sources?vue_sources=one",
        "embed/postes-vacants?bloc=emplois-vacants",
        "postes-vacants?postes=nulle",
    ],
)
def test_axe_finds_nothing_serious_below_the_pages(
    dashboard_url: str, look: tuple[BrowserContext, str], axe: str, address: str
) -> None:
    profile, parameters = look
    page = profile.new_page()
    try:
        visit(page, f"{dashboard_url}/{address}&{parameters}")
        found = _violations(page, axe)
    finally:
        page.close()
    assert not [violation for violation in found if violation["impact"] in REFUSED]


def test_axe_sees_what_is_wrong(browser: Browser, axe: str) -> None:
    page = browser.new_page()
    page.set_content('<html lang="fr"><title>x</title><main><img src="data:,"></main></html>')
    assert ("image-alt", "critical") in {
        (violation["rule"], violation["impact"]) for violation in _violations(page, axe)
    }
    page.close()
