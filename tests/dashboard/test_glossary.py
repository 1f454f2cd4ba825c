"""The glossary: every term of the release, in order, found by search and by address."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.release import Store
from dashboard.search import matching, plain
from dashboard.views.glossary import loading
from ingest.release import Release
from tests.dashboard.test_pages import Open, open_page

__all__ = ["open_page"]


def _html(test: AppTest) -> str:
    return "".join(str(element.proto.body) for element in test.get("html"))


def _anchors(test: AppTest) -> list[str]:
    return re.findall(r'<dt id="([^"]+)"', _html(test))


@pytest.mark.parametrize(
    ("view", "table", "column"),
    [("terms", "glossary", "term_id"), ("indicators", "fct_observation", "indicator_id")],
)
def test_every_entry_of_the_release_stands_once(
    open_page: Open, release: Release, view: str, table: str, column: str
) -> None:
    wanted = release.sql(f"select distinct {column} as id from {table}")["id"]
    anchors = _anchors(open_page("glossary", lexique=view))
    assert sorted(anchors) == sorted(wanted)
    assert len(anchors) > 30


def test_terms_are_in_alphabetical_order_whatever_their_accents(release: Release) -> None:
    terms = loading.terms(Store(release))["term_text"].to_list()
    assert [plain(term) for term in terms] == sorted(plain(term) for term in terms)


def test_each_letter_leads_to_an_entry(open_page: Open) -> None:
    drawn = _html(open_page("glossary"))
    asked = re.findall(r'href="#(lettre-\w+)"', drawn)
    assert asked
    assert asked == re.findall(r'<div id="(lettre-\w+)"', drawn)


def test_a_search_keeps_what_holds_all_its_words(open_page: Open) -> None:
    every, few = _anchors(open_page("glossary")), _anchors(open_page("glossary", recherche="SMIC"))
    assert 0 < len(few) < len(every)
    none = open_page("glossary", recherche="zzzz introuvable")
    assert not none.exception
    assert _anchors(none) == []
    assert "0 terme" in none.markdown[1].value


def test_a_link_to_one_term_shows_it_alone(open_page: Open) -> None:
    first = _anchors(open_page("glossary"))[0]
    alone = open_page("glossary", terme=first)
    assert _anchors(alone) == [first]
    assert not alone.info


def test_an_unknown_term_is_said(open_page: Open) -> None:
    test = open_page("glossary", terme="nulle_part")
    assert not test.exception
    assert "cette valeur n’existe pas ici" in test.info[0].value
    assert len(_anchors(test)) > 30


def test_the_glossary_speaks_english(open_page: Open, release: Release) -> None:
    drawn = _html(open_page("glossary", lang="en"))
    row = release.sql("select term_en, definition_en from glossary where term_id = 'vacancy_rate'")
    assert row["definition_en"][0].split(".")[0] in drawn
    assert "lang=en" in drawn


def test_search_ignores_accents_and_capitals(release: Release) -> None:
    table = loading.indicators(Store(release))
    one, other = (matching(table, ("term_text",), w) for w in ("RÉMUNÉRATION", "remuneration"))
    assert one.height
    assert one.equals(other)
