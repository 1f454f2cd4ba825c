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
from ingest.release import current_release, read_release, release_folders, verify_release
from tests.conftest import run_observatoire
from tests.ingest.test_publish import MONDAY, make_release

pytestmark = pytest.mark.faults
PUBLISH_KILLS = 25
REFRESH_KILLS = 6
PUBLISH_MOMENTS = (0.0, 0.5, 1.5)  # seconds after the candidate folder appears
REFRESH = [
    str(Path(sys.executable).parent / "observatoire"),
    *("refresh", "--offline", "--force"),
]


def start(command: list[str], root: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=PROJECT_ROOT,
        env=os.environ | {DATA_VARIABLE: str(root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill_after(command: list[str], seconds: float, root: Path) -> None:
    process = start(command, root)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_in_publication(root: Path, wait: float) -> None:
    """Kills a refresh some time after its candidate folder has appeared."""
    process = start(REFRESH, root)
    releases = DataPaths(root).releases
    left = set(releases.glob(".candidate-*"))
    deadline = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < deadline:
        if set(releases.glob(".candidate-*")) - left:
            time.sleep(wait)
            break
        time.sleep(0.005)
    assert process.poll() is None, "the refresh ended before it could be killed"
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
        assert all(verify_release(read_release(x)) == [] for x in release_folders(paths)[-3:])
        served.add(release.id)
    assert len(served) > 1, "no kill came late enough to let a release through"


def test_refresh_killed_at_random_moments_of_its_whole_length(
    data_root: Path, tmp_path: Path
) -> None:
    shutil.copytree(data_root / "marts", tmp_path / "marts", symlinks=True)
    paths = DataPaths(tmp_path)
    first = current_release(paths)
    started = time.monotonic()
    whole = run_observatoire("refresh", "--offline", "--force", root=tmp_path)
    length = time.monotonic() - started
    assert whole.returncode == 0, whole.stdout + whole.stderr
    second = current_release(paths)
    assert second.id != first.id
    assert second.manifest.files == first.manifest.files, "the same inputs give the same bytes"

    chance = random.Random(20261120)
    for _ in range(REFRESH_KILLS):
        kill_after(REFRESH, length * chance.random(), tmp_path)
        assert verify_release(current_release(paths)) == []
    for wait in PUBLISH_MOMENTS:
        kill_in_publication(tmp_path, wait)
        assert verify_release(current_release(paths)) == []

    run = run_observatoire("refresh", "--offline", "--force", root=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    last = current_release(paths)
    assert last.manifest.files == first.manifest.files
    assert not list(paths.releases.glob(".candidate-*"))
    assert all(verify_release(read_release(folder)) == [] for folder in release_folders(paths))
