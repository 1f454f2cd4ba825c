"""Which value is the last one, and which one stands beside it."""

from __future__ import annotations

import datetime as dt

import polars as pl

from dashboard import data
from dashboard.views.overview import loading
from tests.dashboard.conftest import Make

GROUP = "dares:raw:from_start"


def _quarter(year: int, quarter: int) -> dict[str, dt.date]:
    start = dt.date(year, 3 * quarter - 2, 1)
    following = dt.date(year + quarter // 4, 3 * (quarter % 4) + 1, 1)
    return {"period_start": start, "period_end": following - dt.timedelta(days=1)}


def _row(make: Make, year: int, quarter: int, **given: object) -> pl.DataFrame:
    return make(
        {"comparability_group": GROUP, "frequency": "quarterly"} | _quarter(year, quarter) | given
    )


def test_the_value_beside_is_of_the_same_period_not_the_latest(make: Make) -> None:
    headline = _row(make, 2025, 4).row(0, named=True)
    table = pl.concat([_row(make, 2025, 4, value=0.0249), _row(make, 2026, 2, value=0.0242)])
    found = data.beside(table, headline)
    assert found is not None
    assert found["value"] == 0.0249
    assert data.same_period(headline, found)


def test_of_one_period_the_same_method_comes_before_first_rank_evidence(make: Make) -> None:
    headline = _row(make, 2025, 2).row(0, named=True)
    adjusted = _row(make, 2025, 2, value=0.025, comparability_group="dares:sa:from_start")
    raw = _row(make, 2025, 2, value=0.0251, is_second_rank=True)
    found = data.beside(pl.concat([adjusted, raw]), headline)
    assert found is not None
    assert found["value"] == 0.0251


def test_of_one_method_first_rank_evidence_comes_first(make: Make) -> None:
    headline = _row(make, 2025, 2).row(0, named=True)
    table = pl.concat(
        [
            _row(make, 2025, 2, value=0.03, is_second_rank=True),
            _row(make, 2025, 2, value=0.02),
        ]
    )
    found = data.beside(table, headline)
    assert found is not None
    assert found["value"] == 0.02


def test_without_that_period_the_nearest_is_given_and_is_not_the_same(make: Make) -> None:
    headline = _row(make, 2025, 4).row(0, named=True)
    table = pl.concat([_row(make, 2024, 4), _row(make, 2025, 3), _row(make, 2026, 2)])
    found = data.beside(table, headline)
    assert found is not None
    assert found["period_start"] == dt.date(2025, 7, 1)
    assert not data.same_period(headline, found)


def test_nothing_stands_beside_where_nothing_is_dated(make: Make) -> None:
    headline = _row(make, 2025, 4).row(0, named=True)
    assert data.beside(make({"value": 0.1}), headline) is None


def test_of_the_last_period_first_rank_evidence_is_the_last_value(make: Make) -> None:
    table = pl.concat(
        [
            _row(make, 2025, 4, value=0.02),
            _row(make, 2025, 4, value=0.03, is_second_rank=True),
            _row(make, 2025, 3, value=0.01),
        ]
    )
    found = data.last_value(table)
    assert found is not None
    assert found["value"] == 0.02


def test_a_series_keeps_one_method_where_the_release_tells_it(make: Make) -> None:
    table = pl.concat(
        [
            _row(make, 2025, 3).with_columns(method_group=pl.lit("sa")),
            _row(make, 2025, 4).with_columns(method_group=pl.lit("raw")),
        ]
    )
    last = data.last_value(table)
    assert last is not None
    assert data.one_method(table, last)["period_start"].to_list() == [dt.date(2025, 10, 1)]


def test_a_change_is_taken_within_one_method(make: Make) -> None:
    last = _row(make, 2025, 4, value=0.03)
    same, other = (
        _row(make, 2024, 4, value=0.02),
        _row(make, 2024, 4, value=0.01, comparability_group="dares:sa:from_start"),
    )
    series = pl.concat([same, other, last])
    change = loading.change(series, last.row(0, named=True), 1)
    assert change.written == "+1,0\u202fpoint" or change.written.startswith("+1,0")
