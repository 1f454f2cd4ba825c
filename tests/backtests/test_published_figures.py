"""Figures that were published are found again in the release, rounded as they were published.

``published_figures.csv`` holds one figure a line, in the canonical unit (a share of 4.5 % is
0.045); ``decimals`` may be negative (-2: rounded to hundreds). An empty vintage means the latest.
"""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from ingest.release import Release

with (Path(__file__).parent / "published_figures.csv").open(encoding="utf-8", newline="") as _file:
    FIGURES = list(csv.DictReader(_file))

QUERY = """
    select value
    from fct_observation
    where
        indicator_id = ? and population_id = ? and occupation_id = ? and geography_id = ?
        and period_start = cast(? as date) and period_end = cast(? as date)
        and source_id = ?
        and case when ? = '' then is_latest else vintage = ? end
"""


def rounded(value: float, decimals: int) -> Decimal:
    """Rounds half up, as the producers do, at a decimal place that may be negative."""
    step = Decimal(1).scaleb(-decimals)
    # repr gives the shortest decimal that is this float: 0.115 stays 0.115.
    return (Decimal(repr(value)) / step).quantize(Decimal(1), ROUND_HALF_UP) * step


@pytest.mark.integration
@pytest.mark.parametrize("figure", FIGURES, ids=[figure["case_id"] for figure in FIGURES])
def test_a_published_figure_is_found_again(release: Release, figure: dict[str, str]) -> None:
    keys: list[object] = [
        figure[name]
        for name in (
            "indicator_id",
            "population_id",
            "occupation_id",
            "geography_id",
            "period_start",
            "period_end",
            "source_id",
        )
    ]
    found = release.sql(QUERY, [*keys, figure["vintage"], figure["vintage"]])
    assert found.height == 1, f"{found.height} rows; published by: {figure['citation']}"
    value = rounded(found["value"].item(), int(figure["decimals"]))
    assert value == Decimal(figure["expected_value"]), figure["citation"]


def test_each_figure_stands_once_and_says_who_published_it() -> None:
    case_ids = [figure["case_id"] for figure in FIGURES]
    assert len(case_ids) == len(set(case_ids)) >= 25
    assert all(figure["citation"] for figure in FIGURES)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(57345.0, -2, "57300"), (0.1149999, 3, "0.115"), (26.45, 1, "26.5"), (0.045, 3, "0.045")],
)
def test_rounding_is_half_up(value: float, decimals: int, expected: str) -> None:
    assert rounded(value, decimals) == Decimal(expected)
