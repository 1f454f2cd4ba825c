"""What a person reads when calling `observatoire`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingest.paths import DataPaths
from ingest.release import current_release
from tests.conftest import run_observatoire


def test_help_lists_the_commands(tmp_path: Path) -> None:
    run = run_observatoire("--help", root=tmp_path)
    assert run.returncode == 0
    for command in (
        "refresh",
        "accept",
        "rebuild",
        "check",
        "status",
        "releases",
        "verify",
        "rollback",
        "export",
        "serve",
    ):
        assert command in run.stdout


def test_a_wrong_option_is_a_usage_error(tmp_path: Path) -> None:
    assert run_observatoire("refresh", "--sideways", root=tmp_path).returncode == 2
    assert run_observatoire("accept", root=tmp_path).returncode == 2
    assert run_observatoire("serve", "--port", "0", root=tmp_path).returncode == 2


@pytest.mark.parametrize("command", ["status", "verify", "releases", "serve"])
def test_without_a_release_it_says_what_to_run(tmp_path: Path, command: str) -> None:
    run = run_observatoire(command, root=tmp_path)
    assert run.returncode == 1
    assert "observatoire refresh --offline" in run.stderr
    assert "Traceback" not in run.stderr


def test_check_reads_the_bundled_tables(tmp_path: Path) -> None:
    run = run_observatoire("check", root=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "dares_vacancies" in run.stdout


@pytest.mark.integration
def test_a_release_is_listed_verified_and_rolled_back(data_root: Path, tmp_path: Path) -> None:
    shutil.copytree(data_root / "marts", tmp_path / "marts", symlinks=True)
    release = current_release(DataPaths(tmp_path))
    assert f"→ {release.id}" in run_observatoire("releases", root=tmp_path).stdout
    assert "is whole" in run_observatoire("verify", release.id, root=tmp_path).stdout
    assert run_observatoire("rollback", release.id, root=tmp_path).returncode == 0
    assert run_observatoire("rollback", "20200101T000000Z-00000000", root=tmp_path).returncode == 1
    status = run_observatoire("status", root=tmp_path)
    assert status.returncode == 0, status.stderr
    assert release.id in status.stdout
    assert "dares_vacancies" in status.stdout
    (release.folder / "dim_source.parquet").unlink()
    broken = run_observatoire("verify", root=tmp_path)
    assert broken.returncode == 1
    assert "dim_source.parquet is missing" in broken.stderr


@pytest.mark.integration
def test_a_second_run_without_news_publishes_nothing(data_root: Path) -> None:
    before = current_release(DataPaths(data_root)).id
    run = run_observatoire("refresh", "--offline", root=data_root)
    assert run.returncode == 0, run.stderr
    assert "nothing new" in run.stdout
    assert current_release(DataPaths(data_root)).id == before
