"""The page of vacant posts: its filters, where they reach and where that is said, and the map."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import format as fmt
from dashboard.release import Store
from dashboard.views.vacancies import loading
from ingest.paths import DATA_VARIABLE
from ingest.release import Release
from tests.dashboard.test_pages import Open, open_page
from tests.dashboard.test_release import without

__all__ = ["open_page"]

AIDES = "fap2021_v4x84"  # an occupation with masked departments
EDUCATORS = "fap2021_v4x83"


def _html(test: AppTest) -> str:
    return "".join(str(element.proto.body) for element in test.get("html"))


def _charts(test: AppTest) -> list[str]:
    return [element.proto.spec for element in test.get("plotly_chart")]


def _said(test: AppTest) -> str:
    elements = [*test.markdown, *test.caption, *test.info, *test.header, *test.subheader]
    return "\n".join(str(element.value) for element in elements)


@pytest.mark.parametrize(
    ("view", "first", "second"),
    [
        ("jobs", {}, {"de": "2015"}),
        ("projects", {}, {"territoire": "fr_d75"}),
        ("projects", {"a": "2024"}, {"a": "2025"}),
        ("projects", {"metiers": EDUCATORS}, {"metiers": AIDES}),
        ("places", {"metiers": EDUCATORS}, {"metiers": AIDES}),
        ("places", {"a": "2024"}, {"a": "2025"}),
        ("places", {}, {"territoire": "fr_r53"}),
        ("tension", {"metiers": "fap2009_v4z83"}, {"metiers": "fap2009_v1z80"}),
        ("tension", {}, {"territoire": "fr_d59"}),
        ("tension", {}, {"a": "2015"}),
        ("survey", {}, {"de": "2022"}),
        ("survey", {}, {"territoire": "fr_r11"}),
        ("claims", {}, {"debat": "recruitment_difficulty_71"}),
    ],
)
def test_each_filter_reaches_the_charts_that_can_follow_it(
    open_page: Open, view: str, first: dict[str, str], second: dict[str, str]
) -> None:
    one, other = (open_page("vacancies", postes=view, **state) for state in (first, second))
    assert not one.exception
    assert not other.exception
    assert _charts(one)
    assert _charts(one) != _charts(other)


@pytest.mark.parametrize(
    ("view", "state", "words"),
    [
        ("jobs", {"metiers": EDUCATORS}, "ne suit pas le filtre des métiers"),
        ("jobs", {"territoire": "fr_d75"}, "ne suit pas le filtre du territoire (Paris)"),
        ("tension", {"metiers": EDUCATORS}, "aucun des métiers choisis n’y figure"),
        ("tension", {"territoire": "fr_d75"}, "ne suit pas le filtre du territoire (Paris)"),
        ("survey", {"territoire": "fr_d75"}, "Aucune enquête du secteur"),
        ("places", {"metiers": f"{EDUCATORS},{AIDES}"}, "un métier à la fois"),
    ],
)
def test_a_chart_that_cannot_follow_a_filter_says_so(
    open_page: Open, view: str, state: dict[str, str], words: str
) -> None:
    test = open_page("vacancies", postes=view, **state)
    assert words in _said(test)
    assert words not in _said(open_page("vacancies", postes=view))


def test_no_view_has_more_than_two_charts(open_page: Open) -> None:
    for view in ("jobs", "projects", "places", "tension", "survey", "claims"):
        assert 1 <= len(_charts(open_page("vacancies", postes=view))) <= 2, view


def test_the_map_shows_masked_departments_as_masked(open_page: Open, release: Release) -> None:
    hidden = release.sql(
        f"""
        select geography_id from fct_observation as f
        left join dim_geography as g using (geography_id)
        where f.indicator_id = 'share_difficult_hiring_projects' and f.status = 'secret'
            and g.level = 'department' and year(f.period_start) = 2025 and f.is_latest
            and f.occupation_id = '{AIDES}'
        """
    )["geography_id"].to_list()
    assert len(hidden) > 5
    drawn = _html(open_page("vacancies", postes="places", a="2025", metiers=AIDES))
    masked = re.findall(r'<a id="tm-(\w+)" class="tm-tile tm-secret"', drawn)
    assert sorted(masked) == sorted(hidden)
    assert f"secret statistique <small>({len(hidden)})" in drawn


def test_the_map_has_a_link_for_each_department_that_keeps_the_view(open_page: Open) -> None:
    drawn = _html(open_page("vacancies", postes="places", metiers=AIDES, lang="en"))
    links = re.findall(r'class="tm-tile [^"]+" href="\?([^"]+)"', drawn)
    assert len(links) == 102
    for part in ("postes=places", f"metiers={AIDES}", "lang=en"):
        assert all(part in link for link in links)


def test_a_chosen_department_is_outlined_and_told_with_its_rank(
    open_page: Open, release: Release
) -> None:
    test = open_page("vacancies", postes="places", territoire="fr_d48")
    assert "#tm-fr_d48 {" in _html(test)
    found = loading.places(
        Store(release), "share_difficult_hiring_projects", "department", 2025, "all"
    )
    value = found.filter(pl.col("geography_id") == "fr_d48")["value"][0]
    rank = int((found["value"] > value).sum()) + 1
    said = _said(test).replace("\\", "")
    assert f"rang {rank} sur {found['value'].drop_nulls().len()}" in said
    assert fmt.percent(value) in said


def test_a_lower_bound_is_marked_and_has_no_rank(open_page: Open, release: Release) -> None:
    (place, n), *_ = (
        release.connect()
        .execute(
            """
            select any_value(geography_id), count(*) from fct_observation
            where indicator_id = 'share_difficult_hiring_projects' and occupation_id = ?
                and geography_id like 'fr_d%' and year(period_start) = 2025 and is_latest
                and qualifier = 'more_than'
            """,
            [EDUCATORS],
        )
        .fetchall()
    )
    test = open_page("vacancies", postes="places", metiers=EDUCATORS, territoire=place)
    assert n > 1
    assert _html(test).count(' tm-bound" href') == n
    assert "pas de rang, car des cellules sont masquées" in _said(test)
    assert "laissent de côté des cellules masquées" in _said(test)


def test_a_region_keeps_only_its_departments_in_the_ranking(open_page: Open) -> None:
    test = open_page("vacancies", postes="places", territoire="fr_r53")
    [spec] = _charts(test)
    assert all(name in spec for name in ("Morbihan", "Finist"))
    assert "Creuse" not in spec
    assert "4 départements publiés sur 4" in _said(test)


def test_without_the_squares_the_ranking_still_stands(
    open_page: Open, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(without(release, tmp_path, loading.TILES)))
    test = open_page("vacancies", postes="places")
    assert not test.exception
    assert not test.warning
    assert "tm-tile" not in _html(test)
    assert _charts(test)


def test_an_occupation_counts_once_in_the_sum(release: Release) -> None:
    projects = loading.projects_by_occupation(Store(release), 2025, "fr")
    once = loading.one_an_occupation(projects)
    assert projects.height > once.height  # the press repeats one of them
    assert once["occupation_id"].is_unique().all()
    assert not once["is_second_rank"].any()


def test_a_cited_total_under_our_lower_bound_is_said_with_both_figures(release: Release) -> None:
    projects = loading.projects_by_occupation(Store(release), 2025, "fr")
    (said,) = loading.cited_below(projects)
    assert "61\u202f331" in said
    assert "61\u202f330" in said
    higher = projects.with_columns(value=pl.col("value") + 10 * pl.col("is_second_rank").cast(int))
    assert not loading.cited_below(higher)


def test_two_occupations_of_one_name_are_two_options(release: Release) -> None:
    options = loading.occupations(Store(release))
    assert len(set(options.values())) == len(options)
    assert all("(FAP 20" in label for label in options.values())


def test_a_series_of_a_share_has_one_value_a_period(release: Release) -> None:
    table = loading.difficult_share(Store(release), (EDUCATORS,), "fr_d75")
    assert table.select("series", "period_start").is_unique().all()
    assert table["geography_id"].unique().sort().to_list() == ["fr", "fr_d75"]


def test_a_period_turned_around_falls_back(open_page: Open) -> None:
    test = open_page("vacancies", de="2020", a="2010")
    assert not test.exception
    assert "cette valeur n’existe pas ici" in _said(test)
    assert _charts(test)


def test_a_period_without_survey_says_which_years_there_are(open_page: Open) -> None:
    test = open_page("vacancies", postes="places", metiers="fap2009_v4z83", a="2019")
    assert not test.exception
    assert not _charts(test)
    assert "pour\u00a0: 2023" in _said(test)
    assert "Aucune valeur pour cette sélection." in [info.value for info in test.info]
