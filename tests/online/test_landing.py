"""The landing store: whole or not at all, appended only, nothing lost unseen."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from ingest.errors import DataProblem
from ingest.online.landing import Arrival, Decision, LandingStore

MONDAY = dt.datetime(2026, 11, 23, 6, 30, tzinfo=dt.UTC)


def land(store: LandingStore, number: int, content: bytes, key: str = "a") -> Arrival:
    store.incoming.mkdir(parents=True, exist_ok=True)
    path = store.incoming / "x.part"
    path.write_bytes(content)
    arrival = Arrival(
        number=number,
        key=key,
        url="https://example.org/a.csv",
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        retrieved_at=MONDAY + dt.timedelta(weeks=number),
        status=200,
        headers={"etag": '"1"'},
    )
    store.land("s", arrival, path)
    return arrival


def decide(store: LandingStore, arrival: Arrival, event: str, edition: str = "e") -> None:
    decision = {"event": event, "number": arrival.number, "at": MONDAY, "edition": edition}
    store.decide("s", Decision.model_validate(decision))


def test_a_landed_file_is_named_by_its_bytes_and_read_only(tmp_path: Path) -> None:
    store = LandingStore(tmp_path)
    arrival = land(store, 1, b"one")
    blob = store.blob(arrival.sha256)
    assert blob.read_bytes() == b"one"
    assert blob.stat().st_mode & 0o222 == 0
    assert store.landed("s", arrival).path == blob
    assert store.verify() == []
    assert list(store.incoming.iterdir()) == []


def test_the_same_bytes_twice_are_one_file_and_two_arrivals(tmp_path: Path) -> None:
    """A producer who takes a revision back: the third arrival has the bytes of the first."""
    store = LandingStore(tmp_path)
    for number, content in enumerate((b"one", b"two", b"one"), start=1):
        land(store, number, content)
    journal = store.journal("s")
    assert [item.number for item in journal.arrivals] == [1, 2, 3]
    assert len(list(tmp_path.glob("blobs/*/*"))) == 2
    last = journal.last("a")
    assert last is not None
    assert last.number == 3
    assert journal.last("b") is None


def test_decisions_belong_to_arrivals_and_the_last_one_holds(tmp_path: Path) -> None:
    store = LandingStore(tmp_path)
    first, second = land(store, 1, b"one"), land(store, 2, b"two")
    decide(store, first, "admitted", "2024-T1")
    decide(store, second, "held", "2024-T2")
    journal = store.journal("s")
    assert journal.of("admitted") == [first]
    assert journal.of("held") == [second]
    assert journal.edition(second) == "2024-T2"
    decide(store, second, "accepted", "2024-T2")
    assert store.journal("s").of("", "accepted") == [second]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_line_that_a_crash_cut_short_is_dropped(tmp_path: Path, cut: int) -> None:
    store = LandingStore(tmp_path)
    first = land(store, 1, b"one")
    whole = store.journal_file("s").read_bytes()
    land(store, 2, b"two")
    file = store.journal_file("s")
    file.write_bytes(file.read_bytes()[:-cut])
    assert store.journal("s").arrivals == (first,), "a torn line does not count"
    assert store.recover() == ["s.jsonl: the last line was not finished"]
    assert file.read_bytes() == whole
    assert store.recover() == []
    land(store, 2, b"two")
    assert store.verify() == []


def test_damage_elsewhere_is_told_and_stops(tmp_path: Path) -> None:
    store = LandingStore(tmp_path)
    for number in (1, 2):
        land(store, number, b"%d" % number)
    file = store.journal_file("s")
    file.write_bytes(file.read_bytes().replace(b'"landed"', b'"lended"', 1))
    with pytest.raises(DataProblem, match="the journal is damaged") as caught:
        store.journal("s")
    assert caught.value.line == 1
    assert "line 1" in store.verify()[0]


def test_a_lost_or_altered_file_is_seen(tmp_path: Path) -> None:
    store = LandingStore(tmp_path)
    arrivals = [land(store, number, b"file %d" % number) for number in (1, 2, 3)]
    store.blob(arrivals[0].sha256).unlink()
    altered = store.blob(arrivals[1].sha256)
    altered.chmod(0o644)
    altered.write_bytes(b"file x")
    found = store.verify()
    assert len(found) == 2
    assert "is missing" in found[0]
    assert "was altered" in found[1]


def test_half_downloads_are_cleared(tmp_path: Path) -> None:
    store = LandingStore(tmp_path)
    assert store.recover() == []
    store.incoming.mkdir(parents=True)
    (store.incoming / "a-1.part").write_bytes(b"ha")
    assert store.recover() == ["a-1.part: a download that was not finished"]
    assert list(store.incoming.iterdir()) == []
