"""A refresh killed at random moments, with eight readers at work all the time.

``OBSERVATOIRE_KILLS`` sets how often (a few by default; 200 by hand, see docs/adr/0007).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ingest.online.landing import LandingStore
from ingest.paths import DataPaths
from ingest.release import current_release, read_release, release_folders, verify_release
from tests.faults.server import Producer
from tests.online.small_tree import SmallTree, files, make, table

pytestmark = [pytest.mark.faults, pytest.mark.loopback]
KILLS = int(os.environ.get("OBSERVATOIRE_KILLS", "6"))
READERS = 8
SETTLE_EVERY = 10
FULL_YEARS = 4


@pytest.fixture(scope="module")
def lean_tree(tmp_path_factory: pytest.TempPathFactory) -> SmallTree:
    """A small tree, refreshed once, whose runs are short: most moments lie outside dbt's tests."""
    tree = make(tmp_path_factory.mktemp("lean") / "project", is_lean=True)
    with Producer(files()) as producer:
        run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 0, run.stdout + run.stderr
    return tree


@pytest.fixture
def tree(lean_tree: SmallTree, tmp_path: Path) -> SmallTree:
    """The lean tree with a data root of its own."""
    return lean_tree.fork(tmp_path / "data")


@dataclass
class Readers:
    """Eight readers that open the served release again and again; a context manager."""

    paths: DataPaths
    n_reads: int = 0
    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def __enter__(self) -> Readers:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._read) for _ in range(READERS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        while not self._stop.wait(0.5):
            try:
                release = current_release(self.paths)
                with release.connect() as connection:
                    counts = {
                        f"{name}.parquet": connection.execute(
                            f'select count(*) from "{name}"'
                        ).fetchall()[0][0]
                        for name in release.tables()
                    }
                told = {name: entry.rows for name, entry in release.manifest.files.items()}
                problem = "" if counts == told else f"{release.id}: mixed"
            except Exception as error:
                release, problem = None, f"{type(error).__name__}: {error}"
            with self._lock:
                self.n_reads += 1
                if problem:
                    self.wrong.append(problem)
                elif release:
                    self.seen.add(release.id)


class Kills:
    """Kills refreshes of one tree; the producers have news each time."""

    def __init__(self, tree: SmallTree, producer: Producer, seed: int) -> None:
        self.tree = tree
        self.producer = producer
        self.chance = random.Random(seed)
        self.store = LandingStore(tree.paths.landing)
        self.landed: dict[str, set[str]] = {}
        self.quarters = FULL_YEARS * 4
        self.phases: Counter[str] = Counter()
        self.length = self.settle()

    def news(self) -> None:
        """One quarter more in each file."""
        self.quarters += 1
        self.producer.files = files(
            first=table(quarters=self.quarters, populations=("section_q__all_sizes",)),
            second=table(quarters=self.quarters, populations=("b_s__all_sizes",)),
            rates=table(quarters=self.quarters, level=2.0, step=0.01, unit="percent"),
        )

    def settle(self) -> float:
        """A run that nobody kills: it must succeed by itself. Returns its length."""
        self.news()
        started = time.monotonic()
        run = self.tree.run("refresh", upstream=self.producer.url)
        assert run.returncode == 0, run.stdout + run.stderr
        for source, last in (("maker_posts", "first"), ("maker_rates", "rates")):
            journal = self.store.journal(source)
            newest = journal.last(last)
            assert newest is not None
            assert journal.decided(newest) == "admitted", "the newest edition is published"
        assert not list(self.tree.paths.releases.glob(".candidate-*"))
        assert list(self.store.incoming.glob("*")) == []
        self.check()
        return time.monotonic() - started

    def kill(self) -> None:
        """Starts a refresh and kills it with all its children."""
        self.news()
        process = subprocess.Popen(
            self.tree.command("refresh"),
            cwd=self.tree.root,
            env=self.tree.environment(self.producer.url),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(self.length * self.chance.random())
        self.phases[self.phase(process)] += 1
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.check()

    def phase(self, process: subprocess.Popen[bytes]) -> str:
        """Where a run is, by what it has written."""
        paths = self.tree.paths
        if process.poll() is not None:
            return "ended before"
        if list(paths.releases.glob(".candidate-*")):
            return "publish"
        work = paths.build / "work"
        if (work / "target").exists() or (work / "logs").exists():
            return "dbt"
        if work.exists():
            return "load"
        return "start, fetch, land, read"

    def check(self) -> None:
        """No release is mixed or unreadable, no landed file is lost."""
        release = current_release(self.tree.paths)
        assert verify_release(release) == []
        for folder in release_folders(self.tree.paths)[-2:]:
            assert verify_release(read_release(folder)) == []
        for source in ("maker_posts", "maker_rates"):
            now = {item.sha256 for item in self.store.journal(source).arrivals}
            lost = self.landed.get(source, set()) - now
            assert not lost, f"landed files are forgotten: {lost}"
            self.landed[source] = now
        assert self.store.verify() == []


def test_a_refresh_killed_at_random_moments(tree: SmallTree) -> None:
    with Producer(files()) as producer:
        kills = Kills(tree, producer, seed=20261120)
        with Readers(tree.paths) as readers:
            for number in range(1, KILLS + 1):
                kills.kill()
                if number % SETTLE_EVERY == 0:
                    kills.length = kills.settle()
                    print(f"{number} kills {dict(kills.phases)}, run {kills.length:.1f} s")
            kills.settle()
    n_landed = sum(len(items) for items in kills.landed.values())
    print(
        f"\n{KILLS} kills ({dict(kills.phases)}), {n_landed} landed files, 0 lost; "
        f"{readers.n_reads} reads over {len(readers.seen)} releases by {READERS} readers, "
        f"{len(readers.wrong)} mixed or unreadable"
    )
    assert readers.wrong == []
    assert readers.n_reads > KILLS


def test_readers_see_whole_releases_only(tree: SmallTree) -> None:
    """Without kills: the release changes under eight readers."""
    with Producer(files()) as producer, Readers(tree.paths) as readers:
        Kills(tree, producer, seed=1).settle()
    assert readers.wrong == []
    assert len(readers.seen) >= 2


def test_an_unreadable_current_would_be_noticed(tree: SmallTree) -> None:
    """The readers can fail: a release with a file of another one is seen."""
    release = current_release(tree.paths)
    file = release.folder / "fct_observation.parquet"
    file.write_bytes((release.folder / "dim_source.parquet").read_bytes())
    with Readers(tree.paths) as readers:
        time.sleep(1.0)
    assert readers.wrong
