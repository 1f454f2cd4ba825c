"""The overview: an arrow only with a stated sense, no change across a break, lacks said."""

from __future__ import annotations

import datetime as dt
import re

import polars as pl
import pytest

from dashboard import format as fmt
from dashboard.language import speaking
from dashboard.release import Store
from dashboard.theme import palette
from dashboard.views.overview import loading
from dashboard.views.overview.board import board
from ingest.release import Release
from tests.dashboard.conftest import Make
from tests.dashboard.test_pages import Open, open_page

__all__ = ["open_page"]


@pytest.fixture
def cards(release: Release) -> list[loading.Card]:
    return loading.board(Store(release))


def _change(series: pl.DataFrame, years: int = 1) -> loading.Change:
    return loading.change(series, series.sort("period_end").row(-1, named=True), years)


def test_a_rise_is_a_worsening_where_lower_is_better(make: Make) -> None:
    series = make({"year": 2023, "value": 0.02}, {"year": 2024, "value": 0.03})
    change = _change(series)
    assert (change.sense, change.is_rise, change.detail) == ("worse", True, "dégradation")
    assert change.written == "+1,0 point"


def test_without_a_stated_sense_there_is_no_word_and_no_arrow(make: Make) -> None:
    series = make({"year": 2023, "value": 0.02}, {"year": 2024, "value": 0.03})
    change = _change(series.with_columns(better_when=pl.lit("none")))
    assert (change.sense, change.detail) == ("", "")
    drawn = board([loading.Card("vacancies", "vacancies", "X", changes=(change,))], palette())
    assert "▲" not in drawn
    assert change.written in drawn


def test_across_a_break_no_change_is_given(make: Make) -> None:
    series = make(
        {"year": 2019, "value": 0.02},
        {"year": 2024, "value": 0.03, "comparability_group": "dares:later"},
    )
    change = _change(series, 5)
    assert change.written == loading.NONE
    assert change.detail == "pas comparable"


def test_a_year_without_value_is_said(make: Make) -> None:
    change = _change(make({"year": 2022, "value": 0.02}, {"year": 2024, "value": 0.03}))
    assert change.detail == "pas de valeur pour 2023"


def test_the_small_curve_is_cut_where_the_series_breaks(make: Make) -> None:
    series = make(
        *({"year": year, "value": 0.01 * year} for year in (2018, 2019)),
        *(
            {"year": year, "value": 0.02 * year, "comparability_group": "dares:later"}
            for year in (2020, 2021, 2023)
        ),
    )
    runs = loading.runs(series)
    assert [[day.year for day, _ in run] for run in runs] == [[2018, 2019], [2020, 2021], [2023]]


def test_an_old_value_says_so() -> None:
    assert loading.age(dt.date(2023, 12, 31), dt.date(2026, 11, 20)) == ("ancien\u00a0: 2 ans",)
    assert loading.age(dt.date(2025, 12, 31), dt.date(2026, 11, 20)) == ()


def test_each_family_has_its_value_of_the_release(
    cards: list[loading.Card], release: Release
) -> None:
    assert [card.key for card in cards] == [
        *("vacancies", "recruitment", "turnover", "absenteeism", "work_accidents"),
        *("pay", "training", "departures", "workforce"),
    ]
    rate = release.sql(
        """
        select value from fct_observation
        where is_latest and value is not null and indicator_id = 'vacancy_rate'
            and source_id = 'dares_vacancies' and population_id = 'section_q__all_sizes'
        order by period_end desc limit 1
        """
    )["value"][0]
    assert cards[0].value == fmt.percent(rate)
    assert all(card.value != fmt.missing() for card in cards)


def test_only_indicators_with_a_sense_have_an_arrow(
    cards: list[loading.Card], release: Release
) -> None:
    stated = dict(release.sql("select indicator_id, better_when from dim_indicator").rows())
    indicator = {headline.key: headline.indicator for headline in loading.HEADLINES}
    for card in cards:
        has_sense = stated.get(indicator.get(card.key, ""), "none") in ("lower", "higher")
        assert has_sense or not any(change.sense for change in card.changes), card.key


def test_a_pay_whose_point_is_carried_forward_says_since_when(
    cards: list[loading.Card], release: Release
) -> None:
    pay = next(card for card in cards if card.key == "pay")
    read = release.sql(
        """
        select max(month) as month from mart_salary_smic
        where agreement_id = 'ccn66' and job_id = 'educateur_specialise' and scale = 'day'
            and seniority_years = 0 and employer_group = 'other' and point_status = 'in_force'
            and coefficient_status = 'in_force'
        """
    )["month"][0]
    last = release.sql("select max(month) as m from mart_salary_smic")["m"][0]
    assert read < last
    assert f"point reconduit, dernier texte lu en {fmt.month(read)}" in " ".join(pay.marks)
    assert all(fmt.month(read) in change.detail for change in pay.changes)
    assert max(day for run in pay.runs for day, _ in run) == read


def test_each_verdict_leads_to_its_claim(cards: list[loading.Card], release: Release) -> None:
    known = set(release.sql("select claim_id from mart_claim_audit")["claim_id"])
    linked = re.findall(r"\./verification\?affirmation=(\w+)", board(cards, palette()))
    assert len(linked) > 20
    assert set(linked) <= known
    groups = set(release.sql("select conflict_group from mart_conflicts")["conflict_group"])
    assert {card.documents.conflict for card in cards} <= groups


def test_the_board_is_drawn_once_a_family_in_both_languages(open_page: Open) -> None:
    french, english = (
        "".join(str(element.proto.body) for element in open_page("overview", **state).get("html"))
        for state in ({}, {"lang": "en"})
    )
    for drawn in (french, english):
        assert drawn.count("<tr id=") == len(loading.HEADLINES) + 1
    assert "Dernière valeur" in french
    assert "Latest value" in english
    assert "lang=en" in english
    assert "Dernière" not in english


def test_words_of_the_data_cannot_become_markup() -> None:
    card = loading.Card("vacancies", "vacancies", "<b>x</b>", value="<i>", publisher='"><script>')
    with speaking("fr"):
        drawn = board([card], palette())
    assert "<script>" not in drawn
    assert "<b>x</b>" not in drawn
