"""The audit of claims on a real release: values by hand, verdicts derived again from the rows."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
import pytest

from ingest.release import Release

pytestmark = pytest.mark.integration

FRANC = 6.55957
MONTH_35H = 35 * 52 / 12
EDUCATOR = "educator_smic_2001"
NATURAL = "base_sujetion__smic_35h__nexem_member__day__year_0"

# 2001: point of 22.29 F to August, then 22.62 F; SMIC of 42.02 F to June, then 43.72 F.
PAY_DAYS_2001 = 434 * 1.0821 * (22.29 * 243 + 22.62 * 122)
SMIC_DAYS_2001 = MONTH_35H * (42.02 * 181 + 43.72 * 184)

HAND_COMPUTED = [
    pytest.param(EDUCATOR, "base_sujetion__smic_35h__other__day__year_0__july_1",
                 434 * 22.29 * 1.0821 / (43.72 * MONTH_35H), "match", id="educator, 1 July 2001"),
    pytest.param(EDUCATOR, "base__smic_35h__other__day__year_0__july_1",
                 434 * 22.29 / (43.72 * MONTH_35H), "no_match", id="educator without sujétion"),
    pytest.param(EDUCATOR, "base_sujetion__smic_legal_hours__other__day__year_0__july_1",
                 434 * 22.29 * 1.0821 / (43.72 * 169), "no_match", id="educator on 169 hours"),
    pytest.param(EDUCATOR, "base_sujetion__gmr2__other__day__year_0__july_1",
                 434 * 22.29 * 1.0821 / 7180.83, "no_match", id="educator on the guarantee"),
    pytest.param(EDUCATOR, f"{NATURAL}__year_average", PAY_DAYS_2001 / SMIC_DAYS_2001, "match",
                 id="educator, average of 2001"),
    pytest.param("educator_smic_2023", f"{NATURAL}__october_24", 434 * 3.93 * 1.0921 / 1747.2,
                 "match", id="educator of a member of Nexem, 24 October 2023"),
    pytest.param("educator_smic_2023", "base_sujetion__smic_35h__other__day__year_0__october_24",
                 434 * 3.82 * 1.0921 / 1747.2, "near", id="educator outside Nexem, 2023"),
    pytest.param("educator_smic_2023_segur",
                 "base_sujetion_segur__smic_35h__nexem_member__day__year_0__october_24",
                 (434 * 3.93 * 1.0921 + 238) / 1747.2, "match", id="educator with Ségur"),
    pytest.param("educator_gross_1530", "base_entry_other", 434 * 3.82, "no_match",
                 id="1 530 € is under the entry pay"),
    pytest.param("atmp_days_2019", "naf_87__at_mp", 2_922_832 + 528_912, "match",
                 id="days lost, NAF 87"),
    pytest.param("atmp_days_2019", "court_two_fields", 2_700_000 + 746_000, "near",
                 id="days lost, the Court's two fields"),
    pytest.param("atmp_days_2020", "naf_8710a_8810a__at_mp",
                 1_597_952 + 1_997_734 + 301_821 + 443_271, "near",
                 id="days lost, nursing homes and home care"),
    pytest.param("atmp_days_per_employee_2020", "naf_8710a_8810a__at_mp",
                 4_340_778 / (205_963 + 200_441), "no_match", id="days per employee"),
    pytest.param("atmp_ratio_all_sectors", "naf_8710a__at",
                 (1_545_061 / 196_874) / (45_744_582 / 19_180_587), "match",
                 id="nursing homes against all sectors"),
    pytest.param("atmp_fte_2019", "calendar_year", 3_500_000 / 365, "no_match", id="days in FTE"),
    pytest.param("vacant_posts_members_18000", "per_establishment", 4.7 * 11_000, "no_match",
                 id="4.7 posts for each establishment"),
    pytest.param("vacant_posts_sector_65000", "proportional", 18_000 * 785 / 330, "no_match",
                 id="18 000 in proportion"),
    pytest.param("vacant_posts_social_50000", "axess_extrapolated_2023", 5_900 / 0.17, "no_match",
                 id="Axess 2023"),
    pytest.param("students_change_2010_2020", "constant_scope",
                 100 * ((56_500 - 1_000) / 67_070 - 1), "no_match", id="students, same field"),
    pytest.param("students_change_2010_2020", "mixed_scopes", 100 * (56_500 / 67_070 - 1), "match",
                 id="students, fields mixed"),
    pytest.param("growth_3_4_a_year", "from_40_percent", 100 * (1.4**0.1 - 1), "match",
                 id="3.4 % a year out of 40 %"),
    pytest.param("growth_40_ten_years", "unifaf_ash", 100 * (1.30 * 1.12 - 1), "no_match",
                 id="ten years out of two surveys"),
    pytest.param("population_at_risk_15_percent", "of_poverty_base",
                 100 * 10_000_000 / (9_300_000 / 0.147), "near", id="10 million against 15 %"),
    pytest.param("morbihan_field_staff", "six_categories", 197 + 14 + 67 + 22 + 13 + 35,
                 "no_match", id="six categories"),
    pytest.param("pay_gap_25", "drees_all_2021", 100 * (1_830 / 2_524 - 1), "no_match",
                 id="pay gap, all social professions"),
    pytest.param("pay_gap_25", "drees_educator_median_2021", 100 * (2_090 / 2_012 - 1), "no_match",
                 id="pay gap, educators, medians"),
]  # fmt: skip

VERDICTS = {
    "educator_smic_2001": "reproduced_under_one_reading",
    "educator_smic_2023": "reproduced_under_one_reading",
    "educator_smic_2023_segur": "reproduced_under_one_reading",
    "atmp_days_change_2016_2019": "not_reproducible",
    "absence_days_change_since_2016": "contradicted",
    "vacant_posts_per_establishment": "contradicted",
    "students_change_2010_2020": "reproduced_under_one_reading",
    "pay_main_obstacle_84": "not_reproducible",
    "autonomy_loss_doubling": "reproduced",
    "pay_gap_25": "close",
}


@pytest.fixture(scope="module")
def audit(release: Release) -> pl.DataFrame:
    return release.sql("select * from mart_claim_audit")


@pytest.mark.parametrize(("claim", "reading", "value", "verdict"), HAND_COMPUTED)
def test_reading(audit: pl.DataFrame, claim: str, reading: str, value: float, verdict: str) -> None:
    [row] = audit.filter(claim_id=claim, reading_id=reading).to_dicts()
    assert row["recomputed_value"] == pytest.approx(value, rel=1e-12)
    assert row["reading_verdict"] == verdict


@pytest.mark.parametrize(("claim", "verdict"), VERDICTS.items())
def test_verdict(audit: pl.DataFrame, claim: str, verdict: str) -> None:
    assert audit.filter(claim_id=claim)["claim_verdict"].unique().to_list() == [verdict]


def test_each_claim_has_one_preferred_reading_and_its_reason(audit: pl.DataFrame) -> None:
    preferred = audit.filter("is_preferred")
    assert sorted(preferred["claim_id"]) == sorted(audit["claim_id"].unique())
    assert preferred["preferred_why_fr"].null_count() == 0


def test_what_cannot_be_computed_says_what_is_missing(audit: pl.DataFrame) -> None:
    for row in audit.iter_rows(named=True):
        absent = row["reading_verdict"] == "not_computable"
        assert absent == (row["recomputed_value"] is None), row["reading_id"]
        assert absent == bool(row["missing"]), row["reading_id"]


def test_each_verdict_follows_from_its_rows(audit: pl.DataFrame) -> None:
    for (claim,), rows in audit.group_by("claim_id"):
        counted = [
            row["reading_verdict"]
            for row in rows.filter("is_counted").iter_rows(named=True)
            if row["reading_verdict"] != "not_computable"
        ]
        [preferred] = rows.filter("is_preferred")["reading_verdict"]
        if not counted:
            expected = "not_reproducible"
        elif set(counted) == {"match"} and preferred == "match":
            expected = "reproduced"
        elif "match" in counted:
            expected = "reproduced_under_one_reading"
        elif "near" in counted:
            expected = "close"
        else:
            expected = "contradicted"
        assert rows["claim_verdict"].unique().to_list() == [expected], claim


def rounded(value: float, decimals: int) -> Decimal:
    """Half up, to so many decimals; negative ones are round numbers."""
    unit = Decimal(1).scaleb(-decimals)
    return (Decimal(repr(value)) / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def test_values_are_rounded_as_the_claims_were_printed(audit: pl.DataFrame) -> None:
    """A match is an equality after rounding; a bound may also lie within the tolerance."""
    for row in audit.filter(pl.col("recomputed_value").is_not_null()).iter_rows(named=True):
        decimals = row["stated_decimals"]
        equal = rounded(row["recomputed_value"], decimals) == rounded(row["stated_value"], decimals)
        if row["reading_verdict"] != "match":
            assert not equal, (row["claim_id"], row["reading_id"])
        elif row["qualifier"] not in {"more_than", "less_than", "up_to"}:
            assert equal, (row["claim_id"], row["reading_id"])


def test_the_stated_values_are_those_of_the_documents(
    release: Release, audit: pl.DataFrame
) -> None:
    figures = release.sql("select figure_id, stated_value, stated_unit from mart_key_figures")
    joined = audit.join(figures, on="figure_id", how="left", suffix="_document")
    assert joined["stated_value"].equals(joined["stated_value_document"])
    assert joined["unit_id"].equals(joined["stated_unit"].rename("unit_id"))


def test_what_rests_on_the_documents_alone_is_not_said_to_be_official(audit: pl.DataFrame) -> None:
    """The basis derived again: a series must be among the readings that carry the verdict."""
    for (claim,), rows in audit.group_by("claim_id"):
        counted = rows.filter(
            pl.col("is_counted") & (pl.col("reading_verdict") != "not_computable")
        )
        best = next(
            (v for v in ("match", "near", "no_match") if v in counted["reading_verdict"]), None
        )
        kinds = set(counted.filter(reading_verdict=best)["kind"]) if best else set()
        expected = (
            "none"
            if not kinds
            else "official_series"
            if "reading" in kinds
            else "internal_arithmetic"
        )
        assert rows["verdict_basis"].unique().to_list() == [expected], claim
        internal = "des documents" in rows["claim_verdict_fr"][0]
        assert internal == (expected == "internal_arithmetic"), claim


@pytest.mark.parametrize(
    "claim",
    [
        "vacant_posts_members_18000", "vacant_posts_per_establishment", "digital_difficulty_third",
        "absence_days_change_since_2016", "absence_days_2019", "autonomy_loss_doubling",
        "jobs_380000", "morbihan_field_staff", "population_at_risk_15_percent",
        "population_at_risk_10_million", "atmp_fte_2019", "employment_share_5", "share_women_90",
    ],
)  # fmt: skip
def test_internal_arithmetic(audit: pl.DataFrame, claim: str) -> None:
    assert audit.filter(claim_id=claim)["verdict_basis"].unique().to_list() == [
        "internal_arithmetic"
    ]


def test_a_repetition_never_makes_a_verdict(audit: pl.DataFrame) -> None:
    repeated = audit.filter(kind="repetition")
    assert repeated.height > 5
    assert not repeated["is_counted"].any()
    rows = audit.filter(claim_id="atmp_days_change_2016_2019")
    assert "match" in rows.filter(kind="repetition")["reading_verdict"].to_list()
    assert rows["n_readings_computed"].unique().to_list() == [0]


def test_the_number_given_to_two_things_shows_both(audit: pl.DataFrame) -> None:
    days, absences = "atmp_days_change_2016_2019", "absence_days_change_since_2016"
    siblings = audit.select("claim_id", "sibling_claim_id").unique()
    assert (days, absences) in siblings.rows()
    assert (absences, days) in siblings.rows()
    assert audit.filter(pl.col("claim_id").is_in([days, absences]))[
        "stated_value"
    ].unique().to_list() == [41]


def test_the_three_numbers_at_once(release: Release) -> None:
    """The natural combination is the only one that holds whatever the dates of the two years."""
    all_three = release.sql("select * from mart_educator_readings where is_all_three")
    key = ["pay_convention", "reference_wage", "employer_group", "scale", "seniority_years"]
    always = all_three.group_by(key).len().filter(pl.col("len") == 25).drop("len")
    assert always.rows() == [("base_sujetion", "smic_35h", "nexem_member", "day", 0)]
    [natural] = all_three.filter("is_natural").to_dicts()
    assert [natural[name] for name in key] == list(always.row(0))
    assert (natural["date_rule_2001"], natural["date_rule_2023"]) == ("year_average", "october_24")


def test_what_of_the_fall_is_convergence_and_what_is_left_in_real_terms(release: Release) -> None:
    [row] = release.sql(
        "select * from mart_educator_fall where pay_convention = 'base_sujetion' and scale = 'day' "
        "and employer_group = 'nexem_member' and seniority_years = 0 and floor_2001 = 'gmr2'"
    ).to_dicts()
    floor = (6_981.46 * 181 + 7_180.83 * 184) / 365 / FRANC  # GMR 2 to June and from July 2001
    assert row["floor_2001_eur"] == pytest.approx(floor, rel=1e-5)
    before = PAY_DAYS_2001 / SMIC_DAYS_2001
    after = row["pay_2023_eur"] / row["smic_2023_eur"]
    smic = SMIC_DAYS_2001 / 365 / FRANC
    assert row["ratio_2001_on_35h"] == pytest.approx(before)
    assert row["share_of_fall_from_convergence"] == pytest.approx(
        math.log(row["floor_2001_eur"] / smic) / math.log(before / after)
    )
    pay = PAY_DAYS_2001 / 365 / FRANC
    prices = release.sql(
        "select max(price_index_2015) filter (where year(month) = 2023) / "
        "max(price_index_2015) filter (where year(month) = 2001) as factor from mart_smic"
    ).item()
    assert row["real_pay_change"] == pytest.approx(434 * 3.93 * 1.0921 / pay / prices - 1)


@pytest.mark.parametrize(
    ("claim", "reading", "value"),
    [
        ("vacant_posts_members_18000", "implied_share_members", 18_000 / 348_000),
        ("vacant_posts_members_18000", "rate_dares_q_2020_t2", 0.0271),
        ("fte_298710", "fte_per_employee", 298_710 / 380_798),
        ("apprentices_2022", "multiple_2020_2021", 816 / 131),
        ("entrants_2017", "printed_change", 19_560 / 32_000 - 1),
    ],
)
def test_reference_point(release: Release, claim: str, reading: str, value: float) -> None:
    [row] = release.sql(
        "select * from mart_claim_readings where claim_id = ? and reading_id = ?", [claim, reading]
    ).to_dicts()
    assert row["kind"] == "context"
    assert row["value"] == pytest.approx(value, rel=1e-12)


def test_every_value_used_is_listed_with_its_quality(release: Release) -> None:
    operands = release.sql("select * from mart_claim_operands").to_dicts()
    for row in operands:
        assert (row["value"] is None) == row["is_expected_missing"], row
        if row["operand_kind"] == "observation" and row["value"] is not None:
            assert row["evidence"], row
    counts: dict[tuple[str, str], int] = {}
    for row in operands:
        key = (row["claim_id"], row["reading_id"])
        counts[key] = counts.get(key, 0) + 1
    readings: list[dict[str, Any]] = release.sql(
        "select claim_id, reading_id, n_operands from mart_claim_readings "
        "where claim_id not like 'educator_smic%'"
    ).to_dicts()
    for row in readings:
        assert row["n_operands"] == counts.get((row["claim_id"], row["reading_id"]), 0)
