"""Pay computed by hand from the primary texts, against the marts of a real release."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from ingest.release import Release

FRANC = 6.55957
MONTH_35H = 35 * 52 / 12

# Coefficients: avenant 250 of 1994, art. 13, 14 and 16; avenants 333 and 361; Nexem 2022.
# Points: avenants 271, 326, 361; Nexem 2022. Sujétion: avenants 226, 348, 354. SMIC: decrees.
BASES = [
    pytest.param("educateur_specialise", "day", 0, "2001-07-01", "other", 434 * 22.29 / FRANC,
                 id="educator at entry in July 2001, point frozen at 22.29 F"),
    pytest.param("educateur_specialise", "boarding", 28, "2001-09-01", "other", 783 * 22.62 / FRANC,
                 id="educator at the end of the boarding scale, September 2001"),
    pytest.param("educateur_specialise", "day", 0, "2023-10-01", "nexem_member", 434 * 3.93,
                 id="educator of a member of Nexem, 2023"),
    pytest.param("educateur_specialise", "day", 0, "2023-10-01", "other", 434 * 3.82,
                 id="educator outside Nexem, 2023"),
    pytest.param("educateur_de_jeunes_enfants", "day", 0, "2015-08-01", "other", 411 * 3.76,
                 id="early-years educator on the last month of the old grid"),
    pytest.param("educateur_de_jeunes_enfants", "day", 0, "2015-09-01", "other", 434 * 3.76,
                 id="early-years educator on the educators' grid"),
    pytest.param("agent_de_service_interieur", "boarding", 0, "2018-11-01", "other", 381 * 3.77,
                 id="minimum coefficient 381 of avenant 345 in the place of 380"),
    pytest.param("aide_medico_psychologique", "boarding", 0, "2022-07-01", "nexem_member",
                 413 * 3.93, id="minimum coefficient 413 of members in the place of 406"),
    pytest.param("aide_medico_psychologique", "boarding", 0, "2022-07-01", "other", 406 * 3.82,
                 id="no minimum of 413 outside Nexem"),
    pytest.param("chef_de_service_educatif", "day", 0, "2001-04-01", "other", 577 * 22.29 / FRANC,
                 id="head of service on the last month of the old grid"),
]  # fmt: skip


def row(release: Release, **key: Any) -> dict[str, Any]:
    """The one row of mart_salary_smic with this key."""
    where = " and ".join(f"{name} = ?" for name in key)
    frame = release.sql(f"select * from mart_salary_smic where {where}", list(key.values()))
    assert frame.height == 1, (key, frame.height)
    return frame.row(0, named=True)


def pay(release: Release, job: str, month: str, group: str, **more: Any) -> dict[str, Any]:
    key = {
        "agreement_id": "ccn66", "job_id": job, "month": month, "employer_group": group,
        "scale": "day", "seniority_years": 0, "pay_convention": "base_sujetion_segur",
        "reference_wage": "smic_35h",
    }  # fmt: skip
    return row(release, **(key | more))


@pytest.mark.integration
@pytest.mark.parametrize(("job", "scale", "seniority", "month", "group", "expected"), BASES)
def test_base_pay(
    release: Release, job: str, scale: str, seniority: int, month: str, group: str, expected: float
) -> None:
    found = pay(release, job, month, group, scale=scale, seniority_years=seniority)
    assert found["base_eur"] == pytest.approx(expected, abs=1e-9)


@pytest.mark.integration
@pytest.mark.parametrize(
    ("reference", "convention", "expected"),
    [
        ("smic_35h", "base", 434 * 22.29 / (43.72 * MONTH_35H)),
        ("smic_35h", "base_sujetion", 434 * 22.29 * 1.0821 / (43.72 * MONTH_35H)),
        ("smic_legal_hours", "base_sujetion", 434 * 22.29 * 1.0821 / (43.72 * 169)),
        ("gmr2", "base_sujetion", 434 * 22.29 * 1.0821 / 7180.83),
    ],
)
def test_an_educator_of_july_2001_against_each_reference(
    release: Release, reference: str, convention: str, expected: float
) -> None:
    found = pay(
        release, "educateur_specialise", "2001-07-01", "other",
        pay_convention=convention, reference_wage=reference,
    )  # fmt: skip
    assert found["ratio_conventional"] == pytest.approx(expected, abs=1e-12)
    assert found["ratio_paid"] == found["ratio_conventional"]


@pytest.mark.integration
@pytest.mark.parametrize(
    ("convention", "conventional", "paid"),
    [
        ("base", 1705.62 / 1747.2, 1.0),
        ("base_sujetion", 1705.62 * 1.0921 / 1747.2, 1705.62 * 1.0921 / 1747.2),
        ("base_segur", 1943.62 / 1747.2, 1985.2 / 1747.2),
        (
            "base_sujetion_segur",
            (1705.62 * 1.0921 + 238) / 1747.2,
            (1705.62 * 1.0921 + 238) / 1747.2,
        ),
    ],
)
def test_an_educator_of_october_2023_under_each_convention(
    release: Release, convention: str, conventional: float, paid: float
) -> None:
    found = pay(
        release, "educateur_specialise", "2023-10-01", "nexem_member", pay_convention=convention
    )
    assert found["ratio_conventional"] == pytest.approx(conventional, abs=1e-9)
    assert found["ratio_paid"] == pytest.approx(paid, abs=1e-9)


@pytest.mark.integration
def test_immersion_under_the_smic_and_segur_on_top(release: Release) -> None:
    before = pay(release, "agent_de_service_interieur", "2023-05-01", "other")
    assert before["pay_eur"] == pytest.approx(373 * 3.82 * 1.0921, abs=1e-9)
    assert before["segur_eur"] == 0
    assert before["ratio_paid"] == pytest.approx(1.0, abs=1e-12)

    after = pay(release, "agent_de_service_interieur", "2024-01-01", "other")
    smic = 11.65 * MONTH_35H
    assert after["ratio_paid"] == pytest.approx((smic + 238) / smic, abs=1e-12)
    assert after["ratio_conventional"] == pytest.approx(
        (373 * 3.82 * 1.0921 + 238) / smic, abs=1e-12
    )


@pytest.mark.integration
@pytest.mark.parametrize(
    ("job", "group", "first"),
    [
        ("educateur_specialise", "other", "2022-04-01"),
        ("educateur_specialise", "nexem_member", "2022-04-01"),
        ("aide_medico_psychologique", "nexem_member", "2021-11-01"),
        ("aide_medico_psychologique", "other", "2024-01-01"),
        ("agent_de_bureau", "nexem_member", "2024-01-01"),
        ("directeur_general", "other", "2024-01-01"),
    ],
)
def test_segur_begins_at_its_date_of_effect(
    release: Release, job: str, group: str, first: str
) -> None:
    frame = release.sql(
        "select min(month)::varchar as first, min(segur_eur) as low, max(segur_eur) as high "
        "from mart_salary_smic where job_id = ? and employer_group = ? and segur_eur > 0",
        [job, group],
    )
    assert frame.row(0) == (first, 238.0, 238.0)


@pytest.mark.integration
def test_directors_have_no_sujetion_and_heads_of_service_lost_it(release: Release) -> None:
    frame = release.sql(
        "select job_id, max(sujetion_eur) as highest, max(month)::varchar as last "
        "from mart_salary_smic where job_id like 'directeur%' or job_id like 'chef_de_service%' "
        "group by job_id"
    )
    by_job = {name: (highest, last) for name, highest, last in frame.iter_rows()}
    assert by_job.pop("chef_de_service_educatif")[1] == "2001-04-01"
    assert by_job
    assert all(highest == 0 for highest, _ in by_job.values())


@pytest.mark.integration
def test_a_value_without_a_recent_text_is_carried_forward_and_says_so(release: Release) -> None:
    frame = release.sql(
        "select point_status, min(month)::varchar as first, max(month)::varchar as last "
        "from mart_salary_smic where agreement_id = 'ccn66' group by point_status order by first"
    )
    assert frame.rows() == [
        ("in_force", "1999-01-01", "2025-02-01"),
        ("carried_forward", "2025-03-01", "2026-06-01"),
    ]


@pytest.mark.integration
def test_a_smic_of_mid_month_counts_from_the_next(release: Release) -> None:
    frame = release.sql(
        "select month::varchar as month, smic_hourly_eur from mart_smic "
        "where month between date '1986-07-01' and date '1986-08-01' order by month"
    )
    assert frame["smic_hourly_eur"].to_list() == pytest.approx([26.59 / FRANC, 26.92 / FRANC])


@pytest.mark.integration
def test_pay_series_reach_the_observations(release: Release) -> None:
    frame = release.sql(
        "select indicator_id, population_id, period_start::varchar as day, value, evidence "
        "from fct_observation where source_id in ('smic', 'ccn66', 'social_security_ceiling')"
    )
    values = {(i, p, d): (v, e) for i, p, d, v, e in frame.iter_rows()}
    assert values["agreement_point_eur", "ccn66__nexem_members", "2022-07-01"][0] == 3.93
    assert values["agreement_point_eur", "ccn66", "2001-09-01"][0] == pytest.approx(22.62 / FRANC)
    assert values["smic_hourly_eur", "france_all_employees", "2026-06-01"][0] == 12.31
    assert values["smic_monthly_eur", "france_all_employees", "2024-01-01"][0] == pytest.approx(
        11.65 * MONTH_35H
    )


@pytest.mark.integration
def test_every_figure_of_the_documents_is_there_in_canonical_units(release: Release) -> None:
    frame = release.sql(
        "select figure_id, value, unit_id, stated_value, stated_unit, is_chartable, conflict_group "
        "from mart_key_figures"
    )
    assert frame.height == 343
    students = frame.filter(pl.col("figure_id") == "nexem_communique_2023_10:00188:1")
    assert students.row(0)[1:5] == (-0.16, "fraction_change", -16.0, "percent_change")
    assert frame.filter(pl.col("unit_id") == "fraction")["value"].max() <= 1


@pytest.mark.integration
def test_contradictory_vacancies_stand_side_by_side(release: Release) -> None:
    frame = release.sql(
        "select value, conflict_reason_fr, member_note_fr from mart_conflicts "
        "where conflict_group = 'vacant_posts'"
    )
    assert set(frame["value"]) == {18000, 30000, 35000, 50000, 65000, 72000}
    assert frame.null_count().sum_horizontal()[0] == 0
