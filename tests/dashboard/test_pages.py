"""Each page on the real release: no error, two selections two results, lacks said plainly."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import format as fmt
from dashboard.language import speaking
from dashboard.texts import text
from dashboard.views.sources import loading as sources_page
from dashboard.views.training import loading as training
from dashboard.views.work_accidents import loading as at_mp
from ingest.paths import DATA_VARIABLE
from ingest.release import Release
from tests.dashboard.conftest import Make
from tests.dashboard.test_release import without

APP = Path(dashboard.__file__).parent / "app.py"
# The views of each page: key of its tabs, and their labels.
VIEWS: dict[str, tuple[str, list[str]]] = {
    "overview": ("", [""]),
    "vacancies": (
        "postes",
        [
            "jobs",
            "projects",
            "places",
            "tension",
            "survey",
            "claims",
        ],
    ),
    "turnover": (
        "rotation",
        ["survey", "jobs", "reasons", "claims"],
    ),
    "absenteeism": (
        "absence",
        ["points", "time", "days", "claims"],
    ),
    "work_accidents": (
        "atmp",
        ["profile", "time", "rank", "causes", "reclassified", "claims"],
    ),
    "pay": (
        "salaires",
        [
            "ratio",
            "numbers",
            "compare",
            "immersion",
            "simulator",
            "real",
            "smic",
            "gaps",
            "claims",
        ],
    ),
    "training": (
        "formation",
        ["training", "diplomas", "departures", "workforce", "claims"],
    ),
    "claims": ("", [""]),
    "white_papers": ("chiffres", ["all", "conflicts"]),
    "sources": ("vue_sources", ["all", "one"]),
    "glossary": ("lexique", ["terms", "indicators"]),
}
COMPARED = {"salaires": "compare"}
UNDER = {"salaires": "immersion"}
SIMULATED = {"salaires": "simulator"}
EVERY_VIEW = [(page, key, label) for page, (key, labels) in VIEWS.items() for label in labels]
Open = Callable[..., AppTest]


@pytest.fixture
def open_page(release: Release) -> Open:
    """Opens a page of the dashboard at an address, some widgets (those not in it) already set."""

    def _open(page: str, **state: object) -> AppTest:
        test = AppTest.from_file(str(APP), default_timeout=60)
        test.run()
        test.switch_page(f"views/{page}/page.py")
        for key, value in state.items():
            if isinstance(value, str):
                test.query_params[key] = value
            else:
                test.session_state[key] = value
        return test.run()

    return _open


def _charts(test: AppTest) -> list[str]:
    return [element.proto.spec for element in test.get("plotly_chart")]


def _words(test: AppTest) -> str:
    elements = [
        *test.markdown,
        *test.caption,
        *test.info,
        *test.warning,
        *test.header,
        *test.subheader,
    ]
    return "\n".join(str(element.value) for element in elements)


def _html(test: AppTest) -> str:
    return "\n".join(element.proto.body for element in test.get("html"))


@pytest.mark.parametrize(("page", "key", "label"), EVERY_VIEW)
def test_every_view_opens_without_error(open_page: Open, page: str, key: str, label: str) -> None:
    test = open_page(page, **({key: label} if key else {}))
    assert not test.exception
    assert not test.error
    assert not test.warning
    assert test.title[0].value
    if page not in ("overview", "sources", "white_papers", "claims", "glossary"):
        assert _charts(test)
        assert "Source" in _words(test) or label == "claims"


@pytest.mark.parametrize(
    ("page", "view", "first", "second"),
    [
        ("vacancies", {}, {"mesure": "vacancy_rate"}, {"mesure": "vacant_posts"}),
        ("vacancies", {}, {"champ": "10_plus"}, {"champ": "all_sizes"}),
        ("vacancies", {}, {"edition": "latest"}, {"edition": "all"}),
        (
            "vacancies",
            {"postes": "projects"},
            {"a": "2025"},
            {"a": "2024"},
        ),
        (
            "vacancies",
            {"postes": "places"},
            {"decoupage": "department"},
            {"decoupage": "region"},
        ),
        (
            "turnover",
            {"rotation": "jobs"},
            {"mouvement": "entry_rate"},
            {"mouvement": "exit_rate"},
        ),
        ("turnover", {}, {"enquetes": "rotation_rate"}, {"enquetes": "exit_rate"}),
        (
            "turnover",
            {"rotation": "reasons"},
            {"metier_sortie": "fap2009_v4z"},
            {"metier_sortie": "fap2009_t2a"},
        ),
        ("absenteeism", {}, {"perimetre": "medico_social"}, {"perimetre": "whole"}),
        (
            "absenteeism",
            {"absence": "days"},
            {"jours": "presence_rate"},
            {"jours": "absence_rate_change"},
        ),
        (
            "work_accidents",
            {},
            {"activite": "naf_8710a__general_scheme"},
            {"activite": "naf_8810a__general_scheme"},
        ),
        ("work_accidents", {"atmp": "time"}, {"risque": "at"}, {"risque": "mp"}),
        (
            "work_accidents",
            {"atmp": "causes"},
            {"activite_cause": "naf_8710a__general_scheme"},
            {"activite_cause": "naf_8891a__general_scheme"},
        ),
        (
            "work_accidents",
            {"atmp": "reclassified"},
            {"reclassement": "at_employees"},
            {"reclassement": "at_accidents"},
        ),
        (
            "work_accidents",
            {"atmp": "rank"},
            {"annee_atmp": "2024"},
            {"annee_atmp": "2023"},
        ),
        ("pay", {}, {"employeur": "nexem_member"}, {"employeur": "other"}),
        ("pay", {}, {"emploi": "educateur_specialise"}, {"emploi": "moniteur_educateur"}),
        ("pay", {}, {"reference": "smic_35h"}, {"reference": "smic_legal_hours"}),
        ("pay", {}, {"anciennete": "0"}, {"anciennete": "9"}),
        ("pay", {}, {"echelle": "day"}, {"echelle": "boarding"}),
        ("pay", {}, {"primes": "base"}, {"primes": "base_sujetion"}),
        ("pay", {}, {"convention": "ccn66"}, {"convention": "ccn51"}),
        ("pay", COMPARED, {"annees": "0"}, {"annees": "20"}),
        ("pay", COMPARED, {"compte": "base"}, {"compte": "fullest"}),
        (
            "pay",
            COMPARED,
            {"metier_compare": "educateur_specialise"},
            {"metier_compare": "aide_soignant"},
        ),
        ("pay", UNDER, {"convention": "ccn66"}, {"convention": "bad"}),
        ("pay", UNDER, {"employeur": "nexem_member"}, {"employeur": "other"}),
        (
            "pay",
            {"salaires": "gaps"},
            {"metier_ecart": "all"},
            {"metier_ecart": "drees_aide_a_domicile"},
        ),
        ("pay", {"salaires": "real"}, {"euros": "2024"}, {"euros": "2001"}),
        ("pay", SIMULATED, {"regle": "mean_smic_rise_3y"}, {"regle": "mean_smic_rise_5y"}),
        ("pay", SIMULATED, {"depart": "2002-01-01"}, {"depart": "2010-01-01"}),
        ("pay", SIMULATED, {"grandeur": "ratio"}, {"grandeur": "point"}),
        ("pay", {}, {"montre": "ratio"}, {"montre": "amount"}),
        ("pay", {"salaires": "smic"}, {"serie": "smic"}, {"serie": "point"}),
        ("pay", {"salaires": "numbers"}, {"partie": "combinations"}, {"partie": "fall"}),
        (
            "training",
            {"formation": "diplomas"},
            {"etape": "training_enrolments"},
            {"etape": "training_graduates"},
        ),
        ("training", {"formation": "departures"}, {"departs": "ages"}, {"departs": "leavers"}),
        ("training", {"formation": "workforce"}, {"effectif": "levels"}, {"effectif": "change"}),
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


def _listed(test: AppTest) -> list[str]:
    """The references of the figures on the screen: the last cell of each row of the table."""
    rows = _html(test).partition('class="reading-table tall"')[2].split("<tr>")[2:]
    return [re.sub(r"<[^>]+>", "", row.split("<td")[-1].partition(">")[2]) for row in rows]


def test_two_searches_find_two_sets_of_figures(open_page: Open) -> None:
    retirements = open_page("white_papers", recherche="retraite")
    homes = open_page("white_papers", recherche="EHPAD")
    assert len(_listed(retirements)) > 3
    assert set(_listed(retirements)) != set(_listed(homes))


def test_all_figures_are_listed(open_page: Open, release: Release) -> None:
    expected = release.sql("select count(*) as n from mart_key_figures")["n"][0]
    parts = range(1, -(-expected // 50) + 1)
    found = [
        name
        for part in parts
        for name in _listed(open_page("white_papers", chiffres_montres=str(part)))
    ]
    assert len(found) == len(set(found)) == expected == 343


def test_search_ignores_accents_and_case(open_page: Open) -> None:
    with_accents = open_page("white_papers", recherche="éducateur")
    without_accents = open_page("white_papers", recherche="EDUCATEUR")
    assert _listed(with_accents) == _listed(without_accents) != []


@pytest.mark.parametrize(
    ("page", "state"),
    [
        ("vacancies", {"secteurs": "-"}),
        ("vacancies", {"postes": "tension", "de": "2020"}),
        ("turnover", {"rotation": "jobs", "metiers_mouvement": "-"}),
        ("absenteeism", {"absence": "time", "barometres": "-"}),
        ("work_accidents", {"atmp": "time", "activites": "-"}),
        ("training", {"formation": "diplomas", "diplomes": "-"}),
    ],
)
def test_an_empty_selection_is_said(open_page: Open, page: str, state: dict[str, object]) -> None:
    test = open_page(page, **state)
    assert not test.exception
    assert "Aucune valeur pour cette sélection." in [info.value for info in test.info]


def test_a_search_without_result_is_said(open_page: Open) -> None:
    test = open_page("white_papers", recherche="zzzz introuvable")
    assert not test.exception
    assert not _listed(test)
    assert "0 chiffre" in _words(test)


def test_the_table_under_a_chart_leads_to_the_raw_rows(open_page: Open) -> None:
    table = _html(open_page("turnover", **{"rotation-enquetes_table": True}))
    assert "<table" in table
    assert "data/raw/cnsa_tdb_esms/" in table


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
    assert shown == fmt.quantity(row["value"][0], "count", "postes")


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
        postes="places",
        a="2025",
        metiers="fap2021_v4x83",
    )
    assert f"(masqués\u00a0: {hidden})" in _words(test)


@pytest.mark.parametrize(
    ("page", "mart"),
    [
        ("pay", "mart_salary_smic"),
        ("pay", "mart_pay_jobs"),
        ("pay", "mart_pay_gaps"),
        ("claims", "mart_claim_audit"),
        ("white_papers", "mart_key_figures"),
        ("vacancies", "fct_observation"),
        ("turnover", "fct_observation"),
        ("absenteeism", "dim_population"),
        ("work_accidents", "dim_indicator"),
        ("training", "dim_occupation"),
        ("sources", "mart_source_freshness"),
        ("glossary", "glossary"),
        ("overview", "mart_claim_audit"),
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


@pytest.mark.parametrize(
    ("view", "mart"),
    [
        ("numbers", "mart_educator_readings"),
        ("numbers&partie=fall", "mart_educator_fall"),
        ("immersion", "mart_immersion_steps"),
        ("simulator", "mart_indexation_paths"),
        ("real", "mart_price_index"),
    ],
)
def test_a_view_whose_mart_is_missing_says_so(
    open_page: Open,
    release: Release,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    view: str,
    mart: str,
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(without(release, tmp_path, mart)))
    test = open_page("pay", **dict(parse_qsl(f"salaires={view}")))
    assert not test.exception
    assert "plus ancienne que le tableau de bord" in test.warning[0].value


@pytest.mark.parametrize(
    ("page", "parameters", "label"),
    [
        ("vacancies", {"mesure": "';drop"}, "Mesure"),
        ("vacancies", {"postes": "nulle part"}, "Onglet"),
        ("vacancies", {"secteurs": "<b>zzz</b>"}, "Secteurs"),
        ("pay", {"convention": "CCN 12"}, "Convention"),
        ("pay", {"anciennete": "-1"}, "Ancienneté"),
        ("pay", {"salaires": "simulator", "depart": "avril 1830"}, "Départ"),
        ("claims", {"theme": "Bidon"}, "Thème"),
        ("claims", {"affirmation": "nulle"}, "Affirmation"),
        ("claims", {"partie": "99"}, "Affirmations montrées"),
        ("turnover", {"enquetes": "zzz"}, "Mesure"),
        ("absenteeism", {"perimetre": "zzz"}, "Champ"),
        ("work_accidents", {"activite": "naf_0000z"}, "Activité"),
        ("training", {"formation": "workforce", "effectif": "zzz"}, "Mesure"),
        ("white_papers", {"chiffres": "conflicts", "contradiction": "zzz"}, "Sujet"),
        ("sources", {"etat": "zzz"}, "Montrer"),
    ],
)
def test_a_bad_value_in_the_address_is_said_and_falls_back(
    open_page: Open, page: str, parameters: dict[str, str], label: str
) -> None:
    test = open_page(page, **parameters)
    assert not test.exception
    said = "\n".join(str(info.value) for info in test.info)
    assert "cette valeur n’existe pas ici" in said
    assert label in said
    assert test.title[0].value


def test_a_good_value_in_the_address_is_not_refused(open_page: Open) -> None:
    test = open_page("pay", convention="ccn51", employeur="fehap_member")
    assert not test.exception
    assert not test.info
    assert test.selectbox(key="convention").value == "ccn51"


def test_a_choice_that_another_one_takes_away_falls_back_in_silence(open_page: Open) -> None:
    test = open_page("pay", echelle="boarding")
    test.selectbox(key="convention").set_value("fpt").run()
    assert not test.exception
    assert not test.info
    assert _charts(test)


def test_every_claim_has_its_page(open_page: Open, release: Release) -> None:
    claims = release.sql(
        """
        select claim_id, claim_fr, claim_verdict_fr from mart_claim_audit
        where is_preferred order by claim_id
        """
    )
    assert claims.height >= 20
    for claim_id, claim, verdict in claims.iter_rows():
        test = open_page("claims", affirmation=claim_id)
        assert not test.exception, claim_id
        assert not test.warning, claim_id
        assert fmt.markdown(claim) in test.header[0].value
        assert claim_id in test.code[0].value
        assert verdict in test.code[0].value


def test_the_page_of_a_claim_tells_all_that_a_quotation_needs(
    open_page: Open, release: Release
) -> None:
    row = release.sql(
        "select * from mart_claim_audit where claim_id = 'educator_smic_2001' and is_preferred"
    ).row(0, named=True)
    test = open_page("claims", affirmation="educator_smic_2001")
    words = _words(test).replace("\\", "")
    for told in ("document_title_fr", "reading_fr", "preferred_why_fr", "formula_fr"):
        assert row[told] in words
    assert row["what_would_settle_fr"] in words
    assert f"ligne {row['text_line']}" in words
    assert [metric.value for metric in test.metric] == ["1,6\u00a0SMIC", "1,618\u00a0SMIC"]
    assert _charts(test)


def test_a_claim_in_a_conflict_shows_the_conflict(open_page: Open) -> None:
    test = open_page("claims", affirmation="vacant_posts_sector_65000")
    assert "Ce chiffre est en débat" in [heading.value for heading in test.subheader]


def test_claims_are_filtered_by_verdict(open_page: Open, release: Release) -> None:
    expected = release.sql(
        """
        select count(distinct claim_id) as n from mart_claim_audit
        where claim_verdict = 'contradicted'
        """
    )["n"][0]
    test = open_page("claims", verdict="contradicted")
    assert f"**{expected} affirmations**" in [element.value for element in test.markdown]


def test_the_combinations_that_give_the_three_numbers_are_counted(
    open_page: Open, release: Release
) -> None:
    giving, every = release.sql(
        "select count(*) filter (is_all_three), count(*) from mart_educator_readings"
    ).row(0)
    words = _words(open_page("pay", salaires="numbers"))
    assert f"{fmt.integer(giving)} lectures sur {fmt.integer(every)}" in words


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"lectures": "three"}, {"lectures": "all"}),
        ({"date_2001": "january_1"}, {"date_2001": "july_1"}),
        ({"date_2023": "january_1"}, {"date_2023": "july_1"}),
    ],
)
def test_two_choices_of_readings_give_two_tables(
    open_page: Open, first: dict[str, str], second: dict[str, str]
) -> None:
    tables = [
        _html(open_page("pay", salaires="numbers", partie="pairs", **choice))
        for choice in (first, second)
    ]
    assert "<table" in tables[0]
    assert tables[0] != tables[1]


def test_the_simulator_shows_the_gap_of_the_release(open_page: Open, release: Release) -> None:
    row = release.sql(
        """
        select gap_eur, ratio_path from mart_indexation_pay
        where rule_id = 'mean_smic_rise_5y' and start_month = date '2010-01-01'
            and employer_group = 'other' and job_id = 'educateur_specialise' and scale = 'day'
            and seniority_years = 0
        """
    ).row(0, named=True)
    test = open_page(
        "pay",
        salaires="simulator",
        regle="mean_smic_rise_5y",
        depart="2010-01-01",
        employeur="other",
    )
    told = {metric.label: metric.value for metric in test.metric}
    assert told["Écart par mois"] == fmt.signed(row["gap_eur"], fmt.euros(abs(row["gap_eur"]), 0))
    assert told["Rapport, selon la règle"].startswith(fmt.number(row["ratio_path"], "#,##0.00"))


def test_what_a_job_lacks_is_said_beside_it(open_page: Open) -> None:
    test = open_page("pay", convention="ccn51", emploi="educateur_specialise")
    assert "mois sans salaire connu" in _words(test)


def test_the_whole_economy_is_of_the_quarter_of_section_q(open_page: Open) -> None:
    told = [column for column in open_page("vacancies").columns if column.metric]
    first, second, third = told[:3]
    quarters = [column.caption[0].value.split(" · ")[0] for column in (first, second, third)]
    assert quarters[1] == quarters[2]


def test_a_verdict_that_rests_on_the_documents_alone_says_so(
    open_page: Open, release: Release
) -> None:
    claims = release.sql(
        """
        select claim_id from mart_claim_audit
        where is_preferred and verdict_basis = 'internal_arithmetic' order by claim_id
        """
    )["claim_id"].to_list()
    assert claims
    words = _words(open_page("claims", affirmation=claims[0]))
    assert "ne repose que sur d’autres chiffres des documents" in words
    listed = open_page("claims", fondement="internal_arithmetic")
    assert f"**{len(claims)} affirmations**" in [element.value for element in listed.markdown]


@pytest.mark.parametrize("page", [page for page in VIEWS if page not in ("overview", "vacancies")])
def test_a_page_speaks_english_when_asked(open_page: Open, page: str) -> None:
    key, views = VIEWS[page]
    test = open_page(page, lang="en", **({key: views[-1]} if key else {}))
    assert not test.exception
    assert not test.warning
    with speaking("en"):
        assert test.title[0].value == text(f"{page}.title")
    for french in ("Unité", "Champ :", "Dernière valeur", "Valeur énoncée", "Formule :"):
        assert french not in _words(test)


def test_an_activity_is_shown_with_its_base_and_all_sectors(
    open_page: Open, release: Release
) -> None:
    own, whole = (
        release.sql(
            f"""
            select value, numerator, denominator from fct_observation
            where indicator_id = 'at_frequency_index' and year(period_start) = 2024
                and population_id = '{population}' and is_latest
            """
        ).row(0, named=True)
        for population in ("naf_8810a__general_scheme", "all_sectors__general_scheme")
    )
    test = open_page("work_accidents", activite="naf_8810a__general_scheme")
    base = f"{fmt.integer(own['numerator'])} / {fmt.integer(own['denominator'])}"
    words = _words(test)
    assert base in words
    assert f"{fmt.number(own['value'] / whole['value'], '#,##0.0')} fois" in words
    assert base in _html(test)


def test_the_reclassification_is_said_with_its_counts(open_page: Open, release: Release) -> None:
    counts = dict(
        release.sql(
            """
            select population_id || year(period_start), value from fct_observation
            where indicator_id = 'at_employees' and is_latest
                and population_id in ('naf_8710a__general_scheme', 'naf_8730a__general_scheme')
            """
        ).rows()
    )
    words = _words(open_page("work_accidents", atmp="reclassified"))
    for population in ("naf_8710a__general_scheme", "naf_8730a__general_scheme"):
        assert fmt.integer(counts[f"{population}2020"]) in words
        assert fmt.integer(counts[f"{population}2021"]) in words
    assert "Rupture de série à partir de 2021" in words


def test_the_pay_page_opens_with_the_three_numbers(open_page: Open, release: Release) -> None:
    row = release.sql(
        """
        select ratio_2001, ratio_2023, ratio_2023_segur from mart_educator_readings
        where is_natural
        """
    ).row(0)
    shown = [metric.value for metric in open_page("pay", salaires="smic").metric[:3]]
    assert shown == [f"{fmt.number(value, '#,##0.00')} SMIC" for value in row]


def test_the_whole_economy_stands_beside_each_field_of_absence(open_page: Open) -> None:
    for field in ("medico_social", "health", "social_economy"):
        test = open_page("absenteeism", perimetre=field)
        assert "Ensemble du secteur privé" in str(json.loads(_charts(test)[0]))


def test_claims_are_read_a_part_at_a_time(open_page: Open) -> None:
    first, second = (open_page("claims", partie=part) for part in ("1", "2"))
    shown = [
        {link.proto.label for link in test.get("page_link") if "**" in link.proto.label}
        for test in (first, second)
    ]
    assert len(shown[0]) == len(shown[1]) == 12
    assert not shown[0] & shown[1]


def test_late_sources_and_unknown_licences_can_be_listed(open_page: Open, release: Release) -> None:
    unknown = release.sql("select count(*) as n from dim_source where licence_name = 'unknown'")[
        "n"
    ][0]
    every, licences = (_html(open_page("sources", etat=name)) for name in ("every", "no_licence"))
    assert licences.count("<tr") == unknown + 1  # and the heading
    assert every.count("<tr") > licences.count("<tr")
    assert "inconnue" in licences


def test_one_value_a_period_is_drawn_and_the_others_are_counted(make: Make) -> None:
    computed = {"evidence": "computed", "is_second_rank": True, "vintage": "dérivé"}
    table = make(
        {"year": 2021, "value": 10.0, **computed},
        {"year": 2021, "value": 11.0, "is_second_rank": True, "vintage": "publié"},
        {"year": 2022, "value": 12.0, "is_second_rank": True, "vintage": "presse"},
        {"year": 2022, "value": 13.0, "vintage": "producteur"},
        {"year": 2023, "value": 14.0, **computed},
    )
    drawn = training.one_a_period(table)
    assert drawn["value"].to_list() == [11.0, 13.0, 14.0]
    assert "2 valeurs" in training.left_out(table, drawn)[0]
    assert training.left_out(drawn, drawn) == []


@pytest.mark.parametrize(
    ("age", "frequency", "expected"),
    [
        (100, 91, "on_time"),
        (182, 91, "on_time"),
        (183, 91, "late"),
        (5000, None, "one_off"),
        (None, 365, "unknown"),
    ],
)
def test_a_source_is_late_beyond_twice_its_frequency(
    age: int | None, frequency: int | None, expected: str
) -> None:
    assert sources_page.state(age, frequency) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-10, "période en cours"), (1, "1 jour"), (45, "45 jours"), (330, "11 mois"), (800, "2 ans")],
)
def test_an_age_is_said_in_the_unit_in_which_it_is_read(days: int, expected: str) -> None:
    assert sources_page.duration(days) == expected


def test_a_multiple_of_all_sectors_is_of_rates_of_one_year_only(make: Make) -> None:
    rate = {"unit_kind": "index", "value": 80.0, "year": 2024}
    own = make(rate).row(0, named=True)
    same = make(rate | {"value": 20.0}).row(0, named=True)
    earlier = make(rate | {"value": 20.0, "year": 2022}).row(0, named=True)
    count = make(rate | {"unit_kind": "count"}).row(0, named=True)
    assert at_mp.beside(own, same)["times_all"] == 4.0
    assert at_mp.beside(own, earlier)["times_all"] is None
    assert at_mp.beside(own, earlier)["all_value"] == 20.0
    assert at_mp.beside(count, same)["times_all"] is None
    assert at_mp.beside(own, None)["all_value"] is None
    assert at_mp.base(own) == ""
    assert at_mp.base(own | {"numerator": 8.0, "denominator": 1000.0}) == "8 / 1\u202f000"
