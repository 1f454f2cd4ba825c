"""Each page on the real release: no error, two selections two results, lacks said plainly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import format as fr
from ingest.paths import DATA_VARIABLE
from ingest.release import Release
from tests.dashboard.test_release import without

APP = Path(dashboard.__file__).parent / "app.py"
# The views of each page: key of its tabs, and their labels.
VIEWS: dict[str, tuple[str, list[str]]] = {
    "overview": ("", [""]),
    "vacancies": (
        "postes",
        [
            "Emplois vacants",
            "Projets de recrutement",
            "Territoires",
            "Tensions par métier",
            "Enquêtes du secteur",
            "Chiffres en débat",
        ],
    ),
    "turnover": (
        "rotation",
        ["Enquêtes du secteur", "Par métier, 2007-2014", "Motifs de sortie", "Chiffres en débat"],
    ),
    "absenteeism": (
        "absence",
        ["Par baromètre", "Dans le temps", "Jours et présence", "Chiffres en débat"],
    ),
    "work_accidents": (
        "atmp",
        ["Évolution", "Par activité", "Causes des accidents", "Chiffres en débat"],
    ),
    "pay": (
        "salaires",
        [
            "Rapport au SMIC",
            "SMIC depuis 1970",
            "Point CCN 66",
            "Écarts de salaire",
            "Chiffres en débat",
        ],
    ),
    "training": (
        "formation",
        ["Formation", "Départs en retraite", "Effectifs", "Chiffres en débat"],
    ),
    "white_papers": ("chiffres", ["Tous les chiffres", "Chiffres en débat"]),
    "sources": ("vue_sources", ["Toutes les sources", "Une source en détail"]),
}
EVERY_VIEW = [(page, key, label) for page, (key, labels) in VIEWS.items() for label in labels]
Open = Callable[..., AppTest]


@pytest.fixture
def open_page(release: Release) -> Open:
    """Opens a page of the dashboard, in a given state."""

    def _open(page: str, **state: object) -> AppTest:
        test = AppTest.from_file(str(APP), default_timeout=60)
        test.run()
        test.switch_page(f"views/{page}/page.py")
        for key, value in state.items():
            test.session_state[key] = value
        return test.run()

    return _open


def _charts(test: AppTest) -> list[str]:
    return [element.proto.spec for element in test.get("plotly_chart")]


def _words(test: AppTest) -> str:
    elements = [*test.markdown, *test.caption, *test.info, *test.warning, *test.subheader]
    return "\n".join(str(element.value) for element in elements)


@pytest.mark.parametrize(("page", "key", "label"), EVERY_VIEW)
def test_every_view_opens_without_error(open_page: Open, page: str, key: str, label: str) -> None:
    test = open_page(page, **({key: label} if key else {}))
    assert not test.exception
    assert not test.error
    assert not test.warning
    assert test.title[0].value
    if page not in ("overview", "sources", "white_papers"):
        assert _charts(test)
        assert "Source" in _words(test) or label == "Chiffres en débat"


@pytest.mark.parametrize(
    ("page", "view", "first", "second"),
    [
        ("vacancies", {}, {"mesure": "vacancy_rate"}, {"mesure": "vacant_posts"}),
        ("vacancies", {}, {"champ": "10_plus"}, {"champ": "all_sizes"}),
        ("vacancies", {}, {"edition": "latest"}, {"edition": "all"}),
        (
            "vacancies",
            {"postes": "Projets de recrutement"},
            {"enquete": "2025"},
            {"enquete": "2024"},
        ),
        (
            "vacancies",
            {"postes": "Territoires"},
            {"decoupage": "department"},
            {"decoupage": "region"},
        ),
        (
            "turnover",
            {"rotation": "Par métier, 2007-2014"},
            {"mouvement": "entry_rate"},
            {"mouvement": "exit_rate"},
        ),
        ("absenteeism", {}, {"perimetre": "sector"}, {"perimetre": "whole"}),
        ("work_accidents", {}, {"risque": "at"}, {"risque": "mp"}),
        (
            "work_accidents",
            {"atmp": "Par activité"},
            {"annee_atmp": "2024"},
            {"annee_atmp": "2023"},
        ),
        ("pay", {}, {"employeur": "nexem_member"}, {"employeur": "other"}),
        ("pay", {}, {"emploi": "educateur_specialise"}, {"emploi": "moniteur_educateur"}),
        ("pay", {}, {"reference": "smic_35h"}, {"reference": "smic_legal_hours"}),
        ("training", {}, {"etape": "training_enrolments"}, {"etape": "training_graduates"}),
    ],
)
def test_two_selections_give_two_charts(
    open_page: Open,
    page: str,
    view: dict[str, str],
    first: dict[str, str],
    second: dict[str, str],
) -> None:
    one, other = open_page(page, **view, **first), open_page(page, **view, **second)
    assert not one.exception
    assert not other.exception
    assert _charts(one)
    assert _charts(one) != _charts(other)


def test_two_searches_find_two_sets_of_figures(open_page: Open) -> None:
    retirements = open_page("white_papers", recherche="retraite")
    homes = open_page("white_papers", recherche="EHPAD")
    assert len(retirements.dataframe[0].value) > 3
    assert not retirements.dataframe[0].value.equals(homes.dataframe[0].value)


def test_all_figures_are_listed(open_page: Open, release: Release) -> None:
    expected = release.sql("select count(*) as n from mart_key_figures")["n"][0]
    assert len(open_page("white_papers").dataframe[0].value) == expected == 343


def test_search_ignores_accents_and_case(open_page: Open) -> None:
    with_accents = open_page("white_papers", recherche="éducateur")
    without_accents = open_page("white_papers", recherche="EDUCATEUR")
    assert with_accents.dataframe[0].value.equals(without_accents.dataframe[0].value)


@pytest.mark.parametrize(
    ("page", "state"),
    [
        ("vacancies", {"secteurs": []}),
        ("vacancies", {"postes": "Tensions par métier", "metiers_tension": []}),
        ("work_accidents", {"activites": []}),
        ("absenteeism", {"absence": "Dans le temps", "barometres": []}),
    ],
)
def test_an_empty_selection_is_said(open_page: Open, page: str, state: dict[str, object]) -> None:
    test = open_page(page, **state)
    assert not test.exception
    assert "Aucune valeur pour cette sélection." in [info.value for info in test.info]


def test_a_search_without_result_is_said(open_page: Open) -> None:
    test = open_page("white_papers", recherche="zzzz introuvable")
    assert not test.exception
    assert not test.dataframe
    assert "0 chiffre" in _words(test)


def test_the_table_under_a_chart_leads_to_the_raw_rows(open_page: Open) -> None:
    test = open_page("vacancies", **{"emplois-vacants_table": True})
    table = test.dataframe[0].value
    assert {"raw_file", "raw_row", "status", "provenance", "vintage"} <= set(table.columns)
    assert table["raw_file"].str.startswith("data/raw/dares_vacancies/").all()


def test_headlines_are_the_values_of_the_release(open_page: Open, release: Release) -> None:
    row = release.sql(
        """
        select value from fct_observation
        where is_latest and value is not null and indicator_id = 'vacant_posts'
            and source_id = 'dares_vacancies' and population_id = 'section_q__all_sizes'
        order by period_end desc limit 1
        """
    )
    shown = open_page("vacancies").metric[0].value
    assert shown == fr.quantity(row["value"][0], "count", "postes")


def test_masked_cells_are_counted(open_page: Open, release: Release) -> None:
    hidden = release.sql(
        """
        select count(*) as n from fct_observation as f
        left join dim_geography as g using (geography_id)
        where f.indicator_id = 'share_difficult_hiring_projects' and f.status = 'secret'
            and g.level = 'department' and year(f.period_start) = 2025 and f.is_latest
            and f.occupation_id = 'fap2021_v4x83'
        """
    )["n"][0]
    test = open_page(
        "vacancies",
        postes="Territoires",
        annee_territoire="2025",
        metier_territoire="fap2021_v4x83",
    )
    assert f"(masqués\u00a0: {hidden})" in _words(test)


@pytest.mark.parametrize(
    ("page", "mart"),
    [
        ("pay", "mart_salary_smic"),
        ("white_papers", "mart_key_figures"),
        ("vacancies", "fct_observation"),
        ("sources", "mart_source_freshness"),
    ],
)
def test_an_older_release_without_a_mart_is_said(
    open_page: Open,
    release: Release,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    mart: str,
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(without(release, tmp_path, mart)))
    test = open_page(page)
    assert not test.exception
    assert "plus ancienne que le tableau de bord" in test.warning[0].value
    assert "observatoire refresh --offline" in test.code[0].value
    assert mart in _words(test).replace("\\", "")


def test_no_release_is_said_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    test = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not test.exception
    assert "Aucune publication" in test.error[0].value
    assert "observatoire refresh --offline" in test.code[0].value
