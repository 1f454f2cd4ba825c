"""Killed at any moment, `current` is whole and old, or whole and new; the next run succeeds."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.paths import DATA_VARIABLE, PROJECT_ROOT, DataPaths
from ingest.release import current_release, list_releases, verify_release
from tests.conftest import run_observatoire
from tests.ingest.test_publish import MONDAY, make_release

pytestmark = pytest.mark.faults
PUBLISH_KILLS = 25
REFRESH_KILLS = 6


def kill_after(command: list[str], seconds: float, root: Path) -> None:
    process = subprocess.Popen(
        command,
        cwd=PROJECT_ROOT,
        env=os.environ | {DATA_VARIABLE: str(root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_publication_killed_at_random_moments(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    make_release(paths, rows=500, at=MONDAY)
    chance = random.Random(20261120)
    served = set()
    for number in range(PUBLISH_KILLS):
        start = MONDAY + dt.timedelta(days=number + 1)
        command = [sys.executable, "-m", "tests.faults.publish_forever", str(tmp_path)]
        kill_after([*command, start.isoformat()], 0.6 + chance.random(), tmp_path)
        release = current_release(paths)
        assert verify_release(release) == []
        assert all(verify_release(other) == [] for other in list_releases(paths)[-3:])
        served.add(release.id)
    assert len(served) > 1, "no kill came late enough to let a release through"


def test_refresh_killed_at_random_moments(data_root: Path, tmp_path: Path) -> None:
    shutil.copytree(data_root / "marts", tmp_path / "marts", symlinks=True)
    paths = DataPaths(tmp_path)
    first = current_release(paths)
    observatoire = str(Path(sys.executable).parent / "observatoire")
    chance = random.Random(20261120)
    for _ in range(REFRESH_KILLS):
        kill_after(
            [observatoire, "refresh", "--offline", "--force"], 0.5 + 12 * chance.random(), tmp_path
        )
        assert verify_release(current_release(paths)) == []
    run = run_observatoire("refresh", "--offline", "--force", root=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    last = current_release(paths)
    assert last.id != first.id
    assert last.manifest.files == first.manifest.files, "the same inputs give the same bytes"
    assert not list(paths.releases.glob(".candidate-*"))
