"""A broken bundled file stops the run with one message; the last release stays in place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.paths import PROJECT_ROOT, DataPaths
from ingest.release import current_release, verify_release
from tests.conftest import run_observatoire

pytestmark = pytest.mark.faults


def _edit(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        text = content.decode()
        assert old in text, "the case no longer fits the bundled file"
        return text.replace(old, new, 1).encode()

    return change


def _repeat_a_line(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join([*lines[:3], lines[2], *lines[3:]])


OBSERVATIONS = "cnsa_tdb_esms/observations.csv"
BROKEN: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "truncated": (OBSERVATIONS, lambda content: content[: len(content) // 2], "cut short"),
    "a column renamed": (OBSERVATIONS, _edit("period_start", "debut"), "column period_start"),
    "a stray unit": (OBSERVATIONS, _edit(",percent,", ",pourcent,"), "unknown unit 'pourcent'"),
    "a duplicate key": (OBSERVATIONS, _repeat_a_line, "line 4"),
    "another encoding": (
        OBSERVATIONS,
        lambda content: content.decode().encode("latin-1", "replace"),
        "not UTF-8",
    ),
    "a decimal comma": (OBSERVATIONS, _edit(",11.5,", ',"11,5",'), "column value: decimal comma"),
    "a wrong checksum": (OBSERVATIONS, _edit(",11.5,", ",11.6,"), "wrong checksum"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_the_run_stops_and_the_last_release_stays(
    data_root: Path, tmp_path: Path, case: str
) -> None:
    name, change, says = BROKEN[case]
    shutil.copytree(data_root / "marts", tmp_path / "marts", symlinks=True)
    shutil.copytree(PROJECT_ROOT / "data" / "raw", tmp_path / "raw")
    before = current_release(DataPaths(tmp_path))
    file = tmp_path / "raw" / name
    whole = file.read_bytes()
    file.write_bytes(change(whole))
    assert file.read_bytes() != whole, "the case no longer breaks the bundled file"

    run = run_observatoire("refresh", "--offline", root=tmp_path)

    assert run.returncode == 1
    assert str(file) in run.stderr
    assert says in run.stderr
    assert "Remedy:" in run.stderr
    assert "Traceback" not in run.stderr
    after = current_release(DataPaths(tmp_path))
    assert after.id == before.id
    assert verify_release(after) == []
    assert not (tmp_path / "build" / "work").exists()


def test_a_missing_source_folder_is_named(data_root: Path, tmp_path: Path) -> None:
    shutil.copytree(PROJECT_ROOT / "data" / "raw", tmp_path / "raw")
    shutil.rmtree(tmp_path / "raw" / "smic")
    for command in (["check"], ["refresh", "--offline"]):
        run = run_observatoire(*command, root=tmp_path)
        assert run.returncode == 1
        assert str(tmp_path / "raw" / "smic") in run.stderr
        assert "no declaration names it" in run.stderr


def test_a_stray_file_among_the_sources_is_named(tmp_path: Path) -> None:
    shutil.copytree(PROJECT_ROOT / "data" / "raw", tmp_path / "raw")
    (tmp_path / "raw" / "loop").symlink_to("loop")
    run = run_observatoire("check", root=tmp_path)
    assert run.returncode == 1
    assert "loop: is no folder of a source" in run.stderr


@pytest.mark.parametrize("root", ["a file", "a loop of links"])
def test_a_data_root_that_is_no_folder_is_said(tmp_path: Path, root: str) -> None:
    place = tmp_path / "root"
    if root == "a file":
        place.write_text("")
    else:
        place.symlink_to(place)
    run = run_observatoire("refresh", "--offline", root=place)
    assert run.returncode == 1
    assert "Remedy:" in run.stderr
    assert "Traceback" not in run.stderr


def test_two_refreshes_at_once_do_not_meet(tmp_path: Path) -> None:
    import fcntl

    lock = tmp_path / "build" / "refresh.lock"
    lock.parent.mkdir()
    with lock.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        run = run_observatoire("refresh", "--offline", root=tmp_path)
    assert run.returncode == 1
    assert "another refresh is running" in run.stderr
