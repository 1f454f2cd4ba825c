"""How an audited claim is written and drawn."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from dashboard.views.claims import loading

ROW: dict[str, Any] = {
    "unit_id": "percent",
    "unit_symbol_text": "%",
    "stated_value": 25.0,
    "stated_decimals": 0,
    "qualifier": "exact",
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "25\u202f%"),
        ({"stated_value": 1.6, "stated_decimals": 1, "unit_symbol_text": "SMIC"}, "1,6\u00a0SMIC"),
        (
            {"stated_value": 3.5e6, "stated_decimals": -5, "unit_symbol_text": "jours"},
            "3\u202f500\u202f000\u00a0jours",
        ),
        ({"unit_id": "percent_change", "stated_value": 41.0}, "+41\u202f%"),
        ({"stated_value": -25.0, "qualifier": "approx"}, "environ \u221225\u202f%"),
        ({"unit_id": "share", "unit_symbol_text": None, "stated_value": 0.9}, "90\u202f%"),
    ],
)
def test_the_value_is_written_as_it_is_printed(changed: dict[str, Any], expected: str) -> None:
    assert loading.stated(ROW | changed) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(26.84, "26,84\u202f%"), (2986.4, "2\u202f986\u202f%"), (None, "non calculable")],
)
def test_a_recomputed_value_has_two_decimals_more(value: float | None, expected: str) -> None:
    assert loading.recomputed(ROW, value) == expected


def _audit(count: int) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "reading_id": f"r{number}",
                "reading_text": f"Lecture {number}",
                "unit_id": "share",
                "recomputed_value": 0.1,
                "written": "10 %",
                "verdict_text": "Donne autre chose",
                "reading_verdict": "no_match",
                "is_preferred": number == 0,
                "is_counted": True,
            }
            for number in range(count)
        ]
    )


def test_a_few_readings_have_a_row_each_the_preferred_one_starred() -> None:
    rows = loading.chart_rows(_audit(3), pl.DataFrame())
    assert rows["label"].to_list() == ["★ Lecture 0", "Lecture 1", "Lecture 2"]
    assert rows["value"].to_list() == pytest.approx([10.0] * 3)  # a share is shown in percent


def test_many_readings_share_a_row_by_what_they_count() -> None:
    choices = pl.DataFrame(
        {
            "reading_id": [f"r{number}" for number in range(60)],
            "pay_convention": ["base"] * 30 + ["base_sujetion"] * 30,
            "reference_wage": ["smic_35h"] * 60,
        }
    )
    rows = loading.chart_rows(_audit(60), choices)
    assert rows["label"].n_unique() == 2
    assert rows["label"][0] == "Indiciaire seul\u202f; SMIC, 35 heures"  # that of the preferred one
    assert rows["hover"][0].startswith("Lecture")
