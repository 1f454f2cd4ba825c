"""Labels, days and differences of editions."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import cast

import polars as pl
import pytest

from ingest.checks import Codes
from ingest.declarations import Source
from ingest.online.connector import Connector, Fetch, Gathered, Landed, Remote, Unreadable
from ingest.online.fetch import by_host
from ingest.online.landing import Arrival, Journal
from ingest.online.vintages import Edition, Reader, ReadTable, availability, changed_only

MONDAY = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


class Named(Connector):
    """Names every file alike."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def source(self) -> Source:  # type: ignore[override]
        return cast(Source, type("S", (), {"id": "s"}))

    def discover(self, fetch: Fetch) -> list[Remote | Gathered]:
        return []

    def edition_of(self, landed: Landed) -> str:
        return self.name

    def parse(self, landed: Landed) -> dict[str, pl.DataFrame]:
        return {}


def reader(name: str = "2024-T4") -> Reader:
    return Reader(Named(name), {}, Codes(Path()), Path(), "v")


def landed(key: str, week: int = 0, sha256: str = "a" * 64) -> Landed:
    return Landed("s", key, "https://x", sha256, Path("f"), MONDAY + dt.timedelta(weeks=week))


def test_a_label_is_kept_while_it_is_free_and_told_apart_by_its_day() -> None:
    day, later = MONDAY.date(), MONDAY.date() + dt.timedelta(weeks=1)
    one = reader()
    assert one.label(landed("k"), {}) == "2024-T4"
    assert one.label(landed("k"), {"2024-T4": [("", day)]}) == f"2024-T4 ({day})", "bundled"
    assert one.label(landed("k"), {"2024-T4": [("other", day)]}) == "2024-T4", "one retrieval"
    taken = {"2024-T4": [("k", day)]}
    assert one.label(landed("k", 1), taken) == f"2024-T4 ({later})"
    taken[f"2024-T4 ({later})"] = [("k", later)]
    assert one.label(landed("k", 1, "b" * 64), taken) == f"2024-T4 ({later}, bbbbbbbb)"


def test_a_file_must_name_its_edition() -> None:
    with pytest.raises(Unreadable, match="names no edition"):
        reader(" ").label(landed("k"), {})


def arrival(number: int, day: int) -> Arrival:
    return Arrival(
        number=number, key="k", url="u", sha256="a" * 64, bytes=1, status=200, headers={},
        retrieved_at=MONDAY + dt.timedelta(days=day),
    )  # fmt: skip


def test_a_clock_that_went_back_makes_no_edition_older_than_its_forerunner() -> None:
    journal = Journal((arrival(1, 0), arrival(2, 7), arrival(3, -700), arrival(4, 14)), {})
    days = availability(journal)
    assert [(day - MONDAY.date()).days for day in days.values()] == [0, 7, 7, 14]


def edition(number: int, **tables: str) -> Edition:
    read = tuple(
        ReadTable(name, Path(name), 1, content.removeprefix("="), content.startswith("="))
        for name, content in (tables | {"provenance": str(number)}).items()
    )
    return Edition("s", number, "k", f"e{number}", "a" * 64, MONDAY.date(), read)


def brought(*editions: Edition) -> list[list[str]]:
    return [[table.name for table in item.tables] for item in changed_only(editions)]


def test_an_edition_brings_only_the_tables_that_differ_from_the_one_before() -> None:
    assert brought(
        edition(1, a="x", b="y"), edition(2, a="x", b="z"), edition(3, a="x", b="z")
    ) == [
        ["a", "b", "provenance"],
        ["b", "provenance"],
        [],
    ]


def test_a_value_taken_back_is_an_edition_of_its_own() -> None:
    assert brought(edition(1, a="x"), edition(2, a="y"), edition(3, a="x"))[2] == [
        "a",
        "provenance",
    ]


def test_a_file_with_the_bundled_rows_brings_nothing_until_it_changes() -> None:
    first, second = edition(1, a="=x"), edition(2, a="y")
    assert brought(first, second, edition(3, a="=x")) == [
        [],
        ["a", "provenance"],
        ["a", "provenance"],
    ]


def test_files_of_two_keys_are_not_compared() -> None:
    other = replace(edition(2, a="x"), key="other")
    assert brought(edition(1, a="x"), other) == [["a", "provenance"], ["a", "provenance"]]


def source(source_id: str, *hosts: str) -> Source:
    online = type("O", (), {"hosts": hosts})
    return cast(Source, type("S", (), {"id": source_id, "online": online}))


def test_sources_that_share_a_host_are_asked_one_after_the_other() -> None:
    groups = by_host([source("a", "x"), source("b", "y"), source("c", "z"), source("d", "x", "z")])
    assert sorted(sorted(group) for group in groups) == [["a", "c", "d"], ["b"]]
    assert by_host([]) == []
