"""Both languages on screen: no word of the other one, and the language goes where the visitor goes.

What stays in its own language is left out before looking: publishers as they are cited, quotations
(in « » or in elements that say their language), addresses and file names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pytest

from dashboard.language import speaking
from dashboard.texts import text
from ingest.release import Release
from tests.browser.visiting import PAGES, PATIENCE, settle, views, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FRENCH = """
une dans pour avec sont cette ces selon dont où est entre leur taux champ valeur valeurs
tableau année métiers hôpitaux aucune télécharger afficher
"""
ENGLISH = """
the and with from for according which value values year rate more than other are is
download show hide close search none null undefined nan
"""
KEPT = re.compile(r"«[^»]*»|\S*[/\\.@]\S*|\S+-\S+")
# Every text of the page, and the words that only a reader aloud says.
SAID = """() => {
  // The button that changes the language speaks the other one.
  const quoted = 'style, script, q, blockquote, code, [lang]:not(html), .st-key-langue, '
    + '[data-testid=stIconMaterial]'; // an icon is written as a word
  const said = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode())
    if (!walk.currentNode.parentElement.closest(quoted)) said.add(walk.currentNode.nodeValue);
  for (const element of document.body.querySelectorAll('[aria-label], [title], [placeholder]'))
    if (!element.closest(quoted))
      for (const name of ['aria-label', 'title', 'placeholder'])
        said.add(element.getAttribute(name) ?? '');
  return [...said].map(words => words.trim()).filter(Boolean);
}"""
OTHERS = {"fr": set(ENGLISH.split()), "en": set(FRENCH.split())}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def publishers(release: Release) -> list[str]:
    """Who publishes, as cited; the longest name first."""
    names = release.sql(
        "select publisher from dim_source union select publisher from fct_observation"
    )["publisher"].drop_nulls()
    return sorted(names, key=len, reverse=True)


def _foreign(page: Page, language: str, names: Sequence[str] = ()) -> list[str]:
    """The texts that hold a word of the other language."""
    found = []
    for said in page.evaluate(SAID):
        own = said
        for name in names:
            own = own.replace(name, " ")
        words = set(re.findall(r"\w+", KEPT.sub(" ", own.lower())))
        if words & OTHERS[language]:
            found.append(f"{sorted(words & OTHERS[language])} in « {said[:160]} »")
    return found


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_no_word_of_the_other_language(
    dashboard_url: str, page: Page, publishers: list[str], address: str, language: str
) -> None:
    visit(page, f"{dashboard_url}/{address}?lang={language}")
    assert page.locator("html").get_attribute("lang") == language
    found = [
        f"{view or 'page'}: {problem}"
        for view in views(page)
        for problem in _foreign(page, language, publishers)
    ]
    assert not found, "\n".join(found)


def test_a_word_of_the_other_language_is_found(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<p>The rate « selon »</p><q>dans une valeur</q><p>dares.fr/dans/une</p>")
    assert _foreign(page, "en") == []
    assert len(_foreign(page, "fr")) == 1
    page.set_content('<button title="selon la source">x</button>')
    assert len(_foreign(page, "en")) == 1
    page.close()


def test_english_is_kept_over_menu_link_and_reload(dashboard_url: str, browser: Browser) -> None:
    page = browser.new_page()
    visit(page, f"{dashboard_url}/rotation")
    with speaking("en"):
        title, home = text("absenteeism.title"), text("overview.title")
    page.locator(".st-key-langue button").click()
    page.wait_for_url("**lang=en**", timeout=PATIENCE)
    settle(page)
    page.get_by_role("link", name=title, exact=False).first.click()
    page.wait_for_url("**/absenteisme**", timeout=PATIENCE)
    settle(page)
    assert page.locator("h1").first.inner_text() == title
    assert "lang=en" in page.url
    page.reload()
    settle(page)
    assert page.locator("h1").first.inner_text() == title
    assert page.locator("html").get_attribute("lang") == "en"
    sent = browser.new_context().new_page()
    visit(sent, page.url)
    assert sent.locator("h1").first.inner_text() == title
    sent.get_by_role("link", name=home).first.click()
    settle(sent)
    assert sent.locator("h1").first.inner_text() == home
    sent.context.close()
    page.close()


def test_french_is_not_written_into_the_address(dashboard_url: str, page: Page) -> None:
    visit(page, f"{dashboard_url}/rotation?lang=en")
    page.locator(".st-key-langue button").click()
    page.wait_for_function("() => !location.search.includes('lang')", timeout=PATIENCE)
    settle(page)
    with speaking("fr"):
        assert page.locator("h1").first.inner_text() == text("turnover.title")
