"""The gate on small tables: what passes, what is held, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import duckdb
import pytest

from ingest.declarations import Gates
from ingest.online.gates import News, reasons_to_hold
from ingest.release import Release

COLUMNS = (
    "indicator_id varchar, population_id varchar, occupation_id varchar, geography_id varchar, "
    "method_group varchar, period_start date, period_end date, value double, unit varchar, "
    "source_id varchar, vintage varchar, is_latest boolean, raw_table varchar, raw_row integer"
)
Series = dict[int, float | None]


@dataclass
class Served:
    """A release that is served, as far as the gate asks."""

    rows: list[tuple[object, ...]] = field(default_factory=list)

    def tables(self) -> list[str]:
        return ["fct_observation"]

    def connect(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute(f"create table fct_observation ({COLUMNS})")
        if self.rows:
            marks = ", ".join("?" * 14)
            connection.executemany(f"insert into fct_observation values ({marks})", self.rows)
        return connection


def row(
    population: str, year: int, value: float | None, number: int, *, unit: str = "posts",
    raw_table: str = "yearly",
) -> tuple[object, ...]:  # fmt: skip
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return ("i", population, "all", "fr", None, first, last, value, unit, "s", "e", True,
            raw_table, number)  # fmt: skip


def judged(
    tmp_path: Path, editions: list[dict[str, Series]], gates: Gates | None = None,
    unit: str = "posts", served: Served | None = None,
) -> list[str]:  # fmt: skip
    """Reasons against the last of these editions, which follows the one before it."""
    warehouse = tmp_path / "w.duckdb"
    warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema marts; create schema raw")
        connection.execute(f"create table marts.fct_observation ({COLUMNS})")
        connection.execute("create table raw.s__yearly (_row_number int, _edition_order int)")
        number = 0
        for order, edition in enumerate(editions, start=1):
            is_new = order == len(editions)
            for population, values in edition.items():
                for year, value in values.items():
                    number += 1
                    one = row(population, year, value, number, unit=unit if is_new else "posts")
                    marks = ", ".join("?" * 14)
                    connection.execute(f"insert into marts.fct_observation values ({marks})", one)
                    connection.execute("insert into raw.s__yearly values (?, ?)", [number, order])
    last = len(editions)
    before = frozenset({("yearly", last - 1)} if last > 1 else ())
    news = News("s", ("yearly",), frozenset({last}), before, gates or Gates())
    release = cast(Release, served or Served())
    return reasons_to_hold(warehouse, release, [news]).get("s", [])


OLD: dict[str, Series] = {"a": {2020: 100.0, 2021: 110.0}, "b": {2020: 10.0, 2021: 11.0}}


def changed(**series: Series) -> dict[str, Series]:
    return {name: OLD[name] | series.get(name, {}) for name in OLD}


def test_a_quiet_edition_passes(tmp_path: Path) -> None:
    new = changed(a={2021: 111.0, 2022: 120.0}, b={2022: 12.0})
    assert judged(tmp_path, [OLD, new]) == []


def test_without_a_release_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    assert reasons_to_hold(tmp_path / "none.duckdb", None, []) == {}


@pytest.mark.parametrize("gone", [None, "row"])
def test_values_lost_or_masked(tmp_path: Path, gone: str | None) -> None:
    new = changed(b={2020: None})
    if gone:
        del new["b"][2020]
    [reason] = judged(tmp_path, [OLD, new])
    assert reason.startswith("1 of 4 values of the last edition are missing or masked now")
    assert "i · b · all · fr 2020-01-01" in reason
    assert judged(tmp_path, [OLD, new], Gates(rows_lost=0.25)) == []


def test_years_that_the_new_edition_does_not_cover_are_not_lost(tmp_path: Path) -> None:
    new: dict[str, Series] = {"a": {2021: 110.0, 2022: 1e2}, "b": {2021: 11.0, 2022: 10.0}}
    assert judged(tmp_path, [OLD, new]) == []


def test_an_edition_that_ends_earlier_than_the_one_before(tmp_path: Path) -> None:
    new: dict[str, Series] = {name: {2020: values[2020]} for name, values in OLD.items()}
    [reason] = judged(tmp_path, [OLD, new])
    assert reason.startswith("2 of 4 values of the last edition are missing")


def test_a_series_that_ends(tmp_path: Path) -> None:
    new = changed(a={2022: 120.0})
    [reason] = judged(tmp_path, [OLD, new])
    assert reason.startswith("1 series ended although others go on to 2022-12-31")
    assert judged(tmp_path, [OLD, new], Gates(series_may_end=True)) == []


def test_a_series_that_had_ended_before_is_no_news(tmp_path: Path) -> None:
    old: dict[str, Series] = {"a": {2020: 100.0, 2021: 110.0}, "b": {2020: 10.0}}
    new: dict[str, Series] = {"a": {**old["a"], 2022: 120.0}, "b": old["b"]}
    assert judged(tmp_path, [old, new]) == []


def test_a_jump_of_the_newest_value(tmp_path: Path) -> None:
    new = changed(a={2022: 400.0}, b={2022: 12.0})
    [reason] = judged(tmp_path, [OLD, new])
    assert reason == (
        "1 new values moved by more than a factor of 2 (i · a · all · fr 2022-01-01: 110 → 400)"
    )
    assert judged(tmp_path, [OLD, new], Gates(level_jump=4)) == []


def test_a_jump_down_and_through_zero(tmp_path: Path) -> None:
    for value in (40.0, 0.0, -110.0):
        new = changed(a={2022: value}, b={2022: 12.0})
        assert len(judged(tmp_path, [OLD, new])) == 1, value


def test_a_revision_has_a_bound_of_its_own(tmp_path: Path) -> None:
    new = changed(a={2020: 130.0})
    assert judged(tmp_path, [OLD, new]) == []
    [reason] = judged(tmp_path, [OLD, new], Gates(revision_jump=1.2))
    assert reason.startswith("1 revised values moved by more than a factor of 1.2")


def test_small_counts_are_not_measured_by_a_factor(tmp_path: Path) -> None:
    new = changed(b={2020: 30.0})
    assert len(judged(tmp_path, [OLD, new])) == 1
    assert judged(tmp_path, [OLD, new], Gates(small_counts=50)) == []


def test_another_unit(tmp_path: Path) -> None:
    reasons = judged(tmp_path, [OLD, OLD], unit="persons")
    assert reasons == ["the unit of 2 series changed (i · a · all · fr: posts → persons)"]


def test_the_first_edition_is_held_against_bundled_files_not_against_points(
    tmp_path: Path,
) -> None:
    bundled = [row(name, year, value, 1) for name, values in OLD.items()
               for year, value in values.items()]  # fmt: skip
    new = changed(a={2020: 900.0})
    [reason] = judged(tmp_path, [new], served=Served(bundled))
    assert reason.startswith("1 revised values moved")
    points = [row("a", 2020, 1.0, 1, raw_table="observations")]
    assert judged(tmp_path, [new], served=Served(points)) == []
