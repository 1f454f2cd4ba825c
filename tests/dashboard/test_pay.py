"""What the page of pay draws and says, on tables made by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from dashboard import charts
from dashboard.views.pay import loading

ROW: dict[str, Any] = {
    "employer_group": "other",
    "pay_convention": "base",
    "ratio_conventional": 1.1,
    "ratio_paid": 1.1,
    "pay_eur": 1700.0,
    "reference_eur": 1600.0,
    "point_value_eur": 3.8,
    "segur_eur": 0.0,
    "point_status": "in_force",
    "coefficient_status": "in_force",
    "point_evidence": "official_copy",
    "coefficient_evidence": "official_copy",
}


def _months(first: dt.date, count: int, **changed: Any) -> list[dict[str, Any]]:
    months = pl.date_range(first, first + dt.timedelta(days=31 * count), "1mo", eager=True)
    return [ROW | {"month": month} | changed for month in months[:count]]


def test_paid_is_drawn_only_where_the_minimum_raises_it() -> None:
    table = pl.DataFrame(
        [
            *_months(dt.date(2020, 1, 1), 3),
            *_months(dt.date(2020, 4, 1), 2, ratio_conventional=0.98, ratio_paid=1.0),
        ]
    )
    series = loading.slide(table)
    raised = series.filter(pl.col("series").str.contains("relevé au SMIC"))
    assert raised["period_start"].to_list() == [dt.date(2020, 4, 1), dt.date(2020, 5, 1)]
    assert raised["value"].to_list() == [1.0, 1.0]
    assert series.height == 5 + 2


def test_groups_share_a_colour_between_with_and_without_segur() -> None:
    rows = [
        ROW | {"month": dt.date(2023, 1, 1), "employer_group": group, "pay_convention": convention}
        for group in ("nexem_member", "other")
        for convention in ("base", "base_segur")
    ]
    series = loading.slide(pl.DataFrame(rows))
    assert series["series"].n_unique() == 4
    assert series.group_by("colour_key").agg(pl.col("series").n_unique())["series"].to_list() == [
        2,
        2,
    ]


def test_a_month_without_pay_is_a_gap_in_the_line() -> None:
    table = pl.DataFrame([*_months(dt.date(2012, 10, 1), 3), *_months(dt.date(2014, 11, 1), 3)])
    runs = charts.segments(loading.slide(table))
    assert [run.height for run in runs] == [3, 3]


def test_jobs_of_two_agreements_are_never_one_line() -> None:
    rows = [
        row | {"agreement_id": agreement, "job_id": "a"}
        for agreement, first in (("ccn66", dt.date(2020, 1, 1)), ("ccn51", dt.date(2020, 4, 1)))
        for row in _months(first, 3)
    ]
    series = loading.compared_series(
        pl.DataFrame(rows), {("ccn66", "a"): "Emploi", ("ccn51", "a"): "Emploi"}
    )
    assert series["series"].n_unique() == 2
    figure = charts.time_series(series)
    assert sorted(len(trace.x) for trace in figure.data) == [3, 3]


def test_a_freeze_is_two_years_without_a_rise_and_carried_months_do_not_count() -> None:
    table = pl.DataFrame(
        [
            *_months(dt.date(2010, 1, 1), 30),
            *_months(dt.date(2012, 7, 1), 12, point_value_eur=3.9),
            *_months(dt.date(2013, 7, 1), 12, point_value_eur=4.0),
            *_months(dt.date(2014, 7, 1), 36, point_value_eur=4.0, point_status="carried_forward"),
        ]
    )
    assert loading.freezes(table) == [(dt.date(2010, 1, 1), dt.date(2012, 7, 1))]
    assert loading.freezes(table.clear()) == []


def test_a_value_carried_forward_is_drawn_as_not_final() -> None:
    table = pl.DataFrame(
        [
            *_months(dt.date(2020, 1, 1), 2),
            *_months(dt.date(2020, 3, 1), 2, coefficient_status="carried_forward"),
        ]
    )
    assert loading.slide(table)["status"].to_list() == ["computed"] * 2 + ["estimated"] * 2


@pytest.mark.parametrize(
    ("convention", "expected"),
    [
        ("base", ("base", "base_segur")),
        ("base_sujetion", ("base_sujetion", "base_sujetion_segur")),
        ("base_segur", ("base_segur",)),
    ],
)
def test_a_convention_comes_with_its_segur(convention: str, expected: tuple[str, ...]) -> None:
    assert loading.with_segur(convention) == expected


def test_spells_count_the_steps_of_a_job_month_by_month() -> None:
    steps = pl.DataFrame(
        {
            "job_id": ["a", "a"],
            "job_text": ["Agent", "Agent"],
            "seniority_years": [0, 3],
            "first_month_under": [dt.date(2022, 1, 1), dt.date(2022, 3, 1)],
            "last_month_under": [dt.date(2022, 4, 1), dt.date(2022, 3, 1)],
        }
    )
    spells = loading.immersion_spells(steps, {"a": 4}, dt.date(2022, 4, 1))
    assert spells.select("first_day", "last_day", "n").rows() == [
        (dt.date(2022, 1, 1), dt.date(2022, 2, 28), 1),
        (dt.date(2022, 3, 1), dt.date(2022, 3, 31), 2),
        (dt.date(2022, 4, 1), dt.date(2022, 4, 30), 1),
    ]
    assert spells["share"].to_list() == [0.25, 0.5, 0.25]
    assert spells["label"].unique().to_list() == ["Agent – avril 2022\u00a0: 1 sur 4"]


def test_only_whole_years_with_a_price_index_are_drawn_in_real_terms() -> None:
    table = pl.DataFrame(
        {
            "employer_group": ["other"] * 3,
            "pay_convention": ["base"] * 3,
            "year": [2001, 2002, 2025],
            "n_months": [12, 5, 12],
            "constant_pay_eur": [1500.0, 1500.0, None],
        }
    )
    series = loading.real_series(table)
    assert series["period_start"].to_list() == [dt.date(2001, 1, 1)]
    assert series["period_end"].to_list() == [dt.date(2001, 12, 31)]
    assert series["frequency"].to_list() == ["annual"]
