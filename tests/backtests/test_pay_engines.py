"""Pay of every agreement computed by hand from the texts, and what must hold for all of them.

Amounts that a text or the press prints (479 × 4.447 = 2 130 €, 339 × 4.248 = 1 440.07 €,
308 × 5.77 = 1 777.16 €, 390 × 4.92278 = 1 919.88 €) come out of the release as printed.
"""

from __future__ import annotations

from typing import Any

import pytest

from ingest.release import Release

FRANC = 6.55957
MONTH_35H = 35 * 52 / 12
SMIC_JUNE_2026 = 12.31 * MONTH_35H

pytestmark = pytest.mark.integration

# agreement, group, job, scale, years, month, base
BASES = [
    pytest.param("ccn51", "other", "educateur_specialise", "single", 0, "2019-01-01",
                 479 * 4.447, id="CCN 51 educator of 2019, 2 130 € in the press"),
    pytest.param("ccn51", "fehap_member", "educateur_specialise", "single", 10, "2023-10-01",
                 479 * 4.58 * 1.10, id="CCN 51 educator after 10 years, member of Fehap"),
    pytest.param("ccn51", "other", "educateur_specialise", "single", 10, "2023-10-01",
                 479 * 4.447 * 1.10, id="CCN 51 educator after 10 years, outside Fehap"),
    pytest.param("ccn51", "other", "auxiliaire_de_vie_sociale", "single", 0, "2005-12-01",
                 (306 + 33) * 4.248, id="CCN 51 home carer of 2005, 1 440.07 € in the press"),
    pytest.param("ccn51", "other", "auxiliaire_de_vie_sociale", "single", 30, "2012-12-01",
                 339 * 4.403 * 1.30, id="CCN 51 seniority of 2003 capped at 30 %"),
    pytest.param("ccn51", "other", "auxiliaire_de_vie_sociale", "single", 34, "2014-11-01",
                 339 * 4.403 * 1.34, id="CCN 51 seniority of 2014 capped at 34 %"),
    pytest.param("ccn51", "other", "aide_soignant", "single", 0, "2018-08-01", 367 * 4.447,
                 id="CCN 51 care assistant on the second step of avenant 2017-02"),
    pytest.param("ccn51", "other", "agent_des_services_logistiques_niveau_1", "single", 6,
                 "2025-09-01", 291 * 4.447 * 1.06, id="CCN 51 cleaner before the complement"),
    pytest.param("ccn51", "other", "agent_des_services_logistiques_niveau_1", "single", 7,
                 "2025-09-01", (291 + 15) * 4.447 * 1.07, id="CCN 51 cleaner with the complement"),
    pytest.param("bad", "all", "categorie_a", "single", 0, "2005-07-01", 239 * 5.115,
                 id="home helper without diploma, avenant 7"),
    pytest.param("bad", "all", "categorie_a", "single", 0, "2013-01-01", 270 * 5.302,
                 id="home helper without diploma, avenant 8"),
    pytest.param("bad", "all", "categorie_c", "single", 29, "2021-09-01", 398 * 5.5,
                 id="home carer at the end of the last month of categories"),
    pytest.param("bad", "all", "employe_degre_1", "intervention", 0, "2024-01-01", 308 * 5.77,
                 id="home helper of 2024, 1 777.16 € in the press"),
    pytest.param("bad", "all", "employe_degre_1", "intervention", 30, "2021-10-01",
                 318 * 5.5 * 1.20, id="home helper after 30 years, first month of avenant 43"),
    pytest.param("bad", "all", "employe_degre_2", "intervention", 5, "2022-07-01",
                 359 * 5.62 * 1.02, id="home carer after 5 years, second échelon"),
    pytest.param("fpt", "all", "assistants_socio_educatifs", "grade_1", 0, "2023-10-01",
                 390 * 4.922783, id="local social worker at entry, 1 919.88 € on the page"),
    pytest.param("fpt", "all", "assistants_socio_educatifs", "grade_1", 18, "2023-10-01",
                 523 * 4.922783, id="local social worker on step 10, 2 574.61 € on the page"),
    pytest.param("fpt", "all", "assistants_socio_educatifs", "grade_1", 0, "2024-01-01",
                 395 * 4.922783, id="local social worker with the five points of 2024"),
    pytest.param("fpe", "all", "assistants_service_social", "grade_1", 0, "2023-05-01",
                 390 * 4.850033, id="State social worker of May 2023"),
]  # fmt: skip


def pay(release: Release, **key: Any) -> dict[str, Any]:
    """The one row of mart_salary_smic with this key."""
    key = {"pay_convention": "base", "reference_wage": "smic_35h"} | key
    where = " and ".join(f"{name} = ?" for name in key)
    frame = release.sql(f"select * from mart_salary_smic where {where}", list(key.values()))
    assert frame.height == 1, (key, frame.height)
    return frame.row(0, named=True)


def count(release: Release, query: str) -> int:
    return int(release.sql(query).row(0)[0])


@pytest.mark.parametrize(
    ("agreement", "group", "job", "scale", "years", "month", "expected"), BASES
)
def test_base_pay(
    release: Release, agreement: str, group: str, job: str, scale: str, years: int, month: str,
    expected: float,
) -> None:  # fmt: skip
    found = pay(
        release, agreement_id=agreement, employer_group=group, job_id=job, scale=scale,
        seniority_years=years, month=month,
    )  # fmt: skip
    assert found["base_eur"] == pytest.approx(expected, abs=1e-9)
    assert found["pay_eur"] == found["base_eur"]


def test_the_decentralised_premium_is_a_convention_of_its_own(release: Release) -> None:
    key = {
        "agreement_id": "ccn51", "employer_group": "fehap_member", "job_id": "educateur_specialise",
        "seniority_years": 0, "month": "2023-10-01",
    }  # fmt: skip
    base = 479 * 4.58
    expected = {
        "base": base,
        "base_segur": base + 238,
        "base_decentralisee": base * 1.05,
        "base_decentralisee_segur": base * 1.05 + 238,
    }
    for convention, amount in expected.items():
        assert pay(release, **key, pay_convention=convention)["pay_eur"] == pytest.approx(amount)


def test_seniority_of_ccn51_does_not_count_against_the_smic(release: Release) -> None:
    found = pay(
        release, agreement_id="ccn51", employer_group="other", seniority_years=10,
        job_id="agent_de_soins", month="2026-06-01",
    )  # fmt: skip
    counted = 306 * 4.447
    assert counted * 1.10 < SMIC_JUNE_2026
    assert found["paid_eur"] == pytest.approx(SMIC_JUNE_2026 + counted * 0.10)


def test_seniority_in_home_care_is_due_on_the_top_up_too(release: Release) -> None:
    found = pay(
        release, agreement_id="bad", job_id="employe_degre_1", scale="intervention",
        seniority_years=5, month="2026-06-01",
    )  # fmt: skip
    assert found["pay_eur"] == pytest.approx(315 * 5.77 * 1.02)
    assert found["paid_eur"] == pytest.approx(SMIC_JUNE_2026 * 1.02)


def test_a_diploma_in_home_care_is_paid_on_top(release: Release) -> None:
    key = {"agreement_id": "bad", "scale": "intervention", "seniority_years": 0,
           "month": "2024-01-01", "pay_convention": "base_supplements"}  # fmt: skip
    assert pay(release, **key, job_id="employe_degre_1")["supplements_eur"] == 0
    found = pay(release, **key, job_id="employe_degre_2")
    assert found["pay_eur"] == pytest.approx((344 + 11) * 5.77)


def test_a_home_helper_without_diploma_enters_at_the_smic_throughout(release: Release) -> None:
    frame = release.sql(
        "select min(ratio_paid), max(ratio_paid), count(*) from mart_salary_smic "
        "where agreement_id = 'bad' and job_id in ('categorie_a', 'employe_degre_1') "
        "and scale <> 'support' and seniority_years = 0 "
        "and pay_convention = 'base' and reference_wage = 'smic_35h'"
    )
    low, high, months = frame.row(0)
    assert low == 1
    assert high < 1.01
    assert months == 36 + 117 + 57  # July 2005 to June 2008, 2012 to September 2021, then degrees


def test_cti_and_the_floor_of_the_civil_service(release: Release) -> None:
    educator = pay(
        release, agreement_id="fpt", job_id="assistants_socio_educatifs", scale="grade_1",
        seniority_years=0, month="2023-10-01", pay_convention="base_segur",
    )  # fmt: skip
    assert educator["pay_eur"] == pytest.approx((390 + 49) * 4.922783)

    carer = {"agreement_id": "fpt", "job_id": "auxiliaires_soins_agents_sociaux", "scale": "c1",
             "seniority_years": 0, "month": "2026-01-01"}  # fmt: skip
    found = pay(release, **carer)
    assert found["coefficient"] == 366
    # The management centre prints a differential allowance of 21.29 € for that month.
    assert found["paid_eur"] - found["pay_eur"] == pytest.approx(21.29, abs=0.01)


def test_an_educator_stands_side_by_side_in_three_statutes(release: Release) -> None:
    frame = release.sql(
        """
        select s.agreement_id, s.employer_group, max(s.ratio_conventional) as ratio
        from mart_salary_smic as s
        inner join mart_pay_jobs as j using (agreement_id, job_id, scale)
        where j.line_id = 'educateur_specialise' and s.month = date '2023-10-01'
            and s.scale in ('day', 'single', 'grade_1', 'intervention')
            and s.seniority_years <= 10 and coalesce(s.seniority_years_to, 99) >= 10
            and s.pay_convention = 'base_segur' and s.reference_wage = 'smic_35h'
        group by all order by all
        """
    )
    smic = 11.52 * MONTH_35H
    ratios = {(agreement, group): ratio for agreement, group, ratio in frame.iter_rows()}
    assert ratios == pytest.approx({
        ("ccn51", "fehap_member"): (479 * 4.58 * 1.1 + 238) / smic,
        ("ccn51", "other"): (479 * 4.447 * 1.1 + 238) / smic,
        ("ccn66", "nexem_member"): (570 * 3.93 + 238) / smic,
        ("ccn66", "other"): (570 * 3.82 + 238) / smic,
        ("fpt", "all"): (452 + 49) * 4.922783 / smic,
    })  # fmt: skip


def test_what_is_not_known_has_no_row_and_a_declared_reason(release: Release) -> None:
    unknown = {
        "a table of seniority that was not found":
            "agreement_id = 'ccn51' and month between date '2013-01-01' and date '2014-10-01'",
        "a complement that was not read":
            "agreement_id = 'ccn51' and job_id = 'technicien_intervention_sociale_familiale'",
        "coefficients of home care before July 2005":
            "agreement_id = 'bad' and month < date '2005-07-01'",
        "first coefficients of A from July 2008 to 2011":
            "job_id = 'categorie_a' and seniority_years < 29 "
            "and month between date '2008-07-01' and date '2011-12-01'",
        "an educator of CCN 51 before 2019":
            "agreement_id = 'ccn51' and job_id = 'educateur_specialise' and month < '2019-01-01'",
        "grids without a paid index": "agreement_id = 'fph'",
        "a town hall before July 2023":
            "job_id = 'assistants_socio_educatifs' and month < date '2023-07-01'",
    }  # fmt: skip
    for what, where in unknown.items():
        assert count(release, f"select count(*) from mart_salary_smic where {where}") == 0, what
    assert count(release, "select count(*) from mart_pay_gaps where reason_fr is null") == 0
    missing = release.sql(
        "select agreement_id, job_id from mart_pay_gaps "
        "where gap_kind = 'months' and last_month >= date '2026-06-01'"
    )
    assert ("ccn51", "technicien_intervention_sociale_familiale") in missing.rows()


def test_derived_values_are_visible_as_such(release: Release) -> None:
    frame = release.sql(
        "select distinct agreement_id, coefficient_evidence from mart_salary_smic "
        "where (agreement_id = 'fpt' and job_id like 'assistants%' and month >= date '2024-01-01') "
        "or (job_id = 'categorie_c' and month < date '2012-01-01')"
    )
    assert sorted(frame.rows()) == [("bad", "computed"), ("fpt", "computed")]


# What must hold for every row.


def test_a_higher_coefficient_never_pays_less_at_the_same_date(release: Release) -> None:
    wrong = count(
        release,
        """
        select count(*) from (
            select base_eur, lag(base_eur) over (
                partition by agreement_id, employer_group, month, seniority_rate
                order by coefficient, base_eur
            ) as of_a_lower_coefficient
            from mart_salary_smic
            where pay_convention = 'base' and reference_wage = 'smic_35h'
        ) where base_eur < of_a_lower_coefficient
        """,
    )
    assert wrong == 0


def test_more_years_never_pay_less_at_the_same_date(release: Release) -> None:
    wrong = count(
        release,
        """
        select count(*) from (
            select job_id, base_eur, lag(base_eur) over (
                partition by agreement_id, employer_group, job_id, scale, month
                order by seniority_years
            ) as with_fewer_years
            from mart_salary_smic
            where pay_convention = 'base' and reference_wage = 'smic_35h'
        ) where base_eur < with_fewer_years - 1e-9
        """,
    )
    assert wrong == 0


def test_full_time_pay_is_never_under_the_smic(release: Release) -> None:
    low = count(
        release,
        "select count(*) from mart_salary_smic "
        "where reference_wage = 'smic_35h' and ratio_paid < 1",
    )
    assert low == 0


def test_a_firm_under_a_guarantee_pays_it(release: Release) -> None:
    """GMR 5 from July 2004: 1 197.37 €, over a coefficient that is itself over the SMIC."""
    least = release.sql(
        "select min(paid_eur) as paid, min(ratio_paid) as ratio, min(ratio_conventional) as text "
        "from mart_salary_smic where reference_wage = 'gmr5' and month = date '2004-07-01'"
    ).row(0, named=True)
    assert least["text"] < 1
    assert least["paid"] == pytest.approx(1197.37, abs=1e-6)
    assert least["ratio"] == pytest.approx(1, abs=1e-12)


def test_a_frozen_point_and_a_rule_before_its_first_rise_do_not_move(release: Release) -> None:
    moved = count(
        release,
        """
        select count(*) from mart_indexation_paths as path
        inner join mart_indexation_paths as start
            on path.rule_id = start.rule_id and path.employer_group = start.employer_group
            and path.start_month = start.start_month and start.month = start.start_month
        where (path.rule_id = 'frozen_point'
            or (path.rule_id like 'mean%' and path.month < path.start_month + interval 1 year))
            and path.path_point_eur <> start.real_point_eur
        """,
    )
    assert moved == 0


def test_a_path_of_three_years_by_hand(release: Release) -> None:
    """From July 2001: risen in July 2002 and July 2003 by the mean rise of three years."""
    frame = release.sql(
        "select month::varchar, path_point_eur, real_point_eur, pay_factor, share_gap "
        "from mart_indexation_paths where rule_id = 'mean_smic_rise_3y' "
        "and employer_group = 'other' and start_month = date '2001-07-01' "
        "and month in (date '2002-06-01', date '2002-07-01', date '2003-07-01') order by month"
    )
    start = 22.29 / FRANC
    first = (6.83 / (40.72 / FRANC)) ** (1 / 3)
    second = (7.19 / (42.02 / FRANC)) ** (1 / 3)
    assert frame["path_point_eur"].to_list() == pytest.approx(
        [start, start * first, start * first * second], abs=1e-12
    )
    assert frame["real_point_eur"].to_list() == [3.47, 3.47, 3.49]
    assert frame["share_gap"].to_list() == pytest.approx(
        [start / 3.47 - 1, start * first / 3.47 - 1, start * first * second / 3.49 - 1]
    )


@pytest.mark.parametrize(("rule", "hours"), [("legal_hours", 169), ("35_hours", MONTH_35H)])
def test_a_ratio_of_december_1999_by_hand(release: Release, rule: str, hours: float) -> None:
    [(path, factor)] = release.sql(
        "select path_point_eur, pay_factor from mart_indexation_paths "
        "where rule_id = ? and employer_group = 'nexem_member' "
        "and start_month = date '2001-07-01' and month = date '2023-10-01'",
        [f"smic_ratio_before_35h_{rule}"],
    ).rows()
    expected = 22.29 / FRANC / (40.72 / FRANC * hours) * 11.52 * MONTH_35H
    assert path == pytest.approx(expected, abs=1e-9)
    assert factor == pytest.approx(expected / 3.93)


def test_the_gap_of_today_is_that_of_the_path(release: Release) -> None:
    wrong = count(
        release,
        """
        select count(*) from mart_indexation_pay as pay
        inner join mart_indexation_paths as path
            using (agreement_id, employer_group, rule_id, start_month, month)
        inner join mart_salary_smic as real
            using (agreement_id, employer_group, job_id, scale, seniority_years, month)
        where real.pay_convention = 'base_sujetion' and real.reference_wage = 'smic_35h'
            and (abs(pay.gap_eur - real.pay_eur * (path.pay_factor - 1)) > 1e-9
                or abs(pay.ratio_path - real.ratio_conventional * path.pay_factor) > 1e-12)
        """,
    )
    assert wrong == 0
    assert count(release, "select count(*) from mart_indexation_pay") > 200_000


@pytest.mark.parametrize(
    ("month", "group", "convention", "expected"),
    [
        ("2021-02-01", "other", "base_sujetion", 373),  # the minimum that avenant 361 set
        ("2023-10-01", "nexem_member", "base", 445),
        ("2023-10-01", "other", "base", 458),
        ("2023-10-01", "nexem_member", "base_sujetion", 408),
    ],
)
def test_the_first_coefficient_at_the_smic_by_hand(
    release: Release, month: str, group: str, convention: str, expected: int
) -> None:
    frame = release.sql(
        "select first_coefficient_at_smic from mart_immersion where agreement_id = 'ccn66' "
        "and scale = 'day' and month = ? and employer_group = ? and pay_convention = ?",
        [month, group, convention],
    )
    assert frame.rows() == [(expected,)]


def test_an_educator_at_entry_went_under_the_smic_and_stayed(release: Release) -> None:
    frame = release.sql(
        "select employer_group, pay_convention, first_month_under::varchar, is_still_under "
        "from mart_immersion_steps where agreement_id = 'ccn66' and scale = 'day' "
        "and job_id = 'educateur_specialise' and seniority_years = 0 order by 1, 2"
    )
    # 434 × 3.93 = 1 705.62 < 1 709.28 (January 2023), 434 × 3.82 = 1 657.88 < 1 678.95
    # (August 2022); with 9.21 %: 1 862.71 < 1 867.02 (June 2026), 1 810.57 < 1 823.03
    # (January 2026).
    assert frame.rows() == [
        ("nexem_member", "base", "2023-01-01", True),
        ("nexem_member", "base_sujetion", "2026-06-01", True),
        ("other", "base", "2022-08-01", True),
        ("other", "base_sujetion", "2026-01-01", True),
    ]


def test_the_immersion_list_adds_up_to_the_immersion_counts(release: Release) -> None:
    wrong = count(
        release,
        """
        with listed as (
            select m.month, s.agreement_id, s.employer_group, s.scale, s.pay_convention,
                count(*) as n
            from mart_immersion_steps as s
            inner join (select distinct month from mart_immersion) as m
                on m.month between s.first_month_under and s.last_month_under
            group by all
        )
        select count(*) from mart_immersion
        left join listed using (month, agreement_id, employer_group, scale, pay_convention)
        where n_steps_under <> coalesce(listed.n, 0)
        """,
    )
    assert wrong == 0


def test_real_pay_by_hand_and_from_any_base_year(release: Release) -> None:
    [(months, nominal, base_year, real)] = release.sql(
        "select n_months, pay_eur, base_year, real_pay_eur from mart_salary_real "
        "where agreement_id = 'ccn66' and employer_group = 'other' and scale = 'day' "
        "and job_id = 'educateur_specialise' and seniority_years = 0 and year = 2001 "
        "and pay_convention = 'base'"
    ).rows()
    expected = 434 * (8 * 22.29 + 4 * 22.62) / 12 / FRANC
    assert (months, base_year) == (12, 2024)
    assert nominal == pytest.approx(expected)
    assert real == pytest.approx(expected * 153.240 / 103.893)

    [(to_1999,)] = release.sql(
        "select deflator from mart_price_index "
        "where price_series = 'all_items' and year = 2024 and base_year = 1999"
    ).rows()
    assert real * to_1999 == pytest.approx(expected * 100.537 / 103.893)


def test_the_mart_stays_small(release: Release) -> None:
    """Issue 3: 20 MB at most on disk."""
    assert (release.folder / "mart_salary_smic.parquet").stat().st_size <= 20_000_000
