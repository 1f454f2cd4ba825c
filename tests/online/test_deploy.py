"""What deploy/ holds is tried as far as this machine allows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ingest.paths import DATA_VARIABLE, PROJECT_ROOT
from ingest.release import current_release
from tests.online.small_tree import SmallTree

pytestmark = [pytest.mark.faults, pytest.mark.loopback]
DEPLOY = PROJECT_ROOT / "deploy"
COMMAND = Path(sys.executable).parent / "observatoire"


def needs(program: str) -> str:
    """Path of a program; the test is skipped where it is not installed."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{program} is not installed here")
    return found


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False
    )


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    verify = needs("systemd-analyze")
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text().replace("/opt/observatoire/.venv/bin/observatoire", str(COMMAND))
        (tmp_path / unit.name).write_text(text)
    units = sorted(str(path) for path in tmp_path.iterdir())
    done = run(verify, "verify", "--man=no", *units)
    # Paths and users of the real machine are missing here; anything else is an error of ours.
    assert done.returncode == 0, done.stderr
    assert "Unknown" not in done.stderr, done.stderr
    timer = (DEPLOY / "systemd" / "observatoire-refresh.timer").read_text()
    assert "Persistent=true" in timer
    calendar = re.search(r"OnCalendar=(.*)", timer)
    assert calendar
    assert run(verify, "calendar", calendar.group(1)).returncode == 0


def test_nginx_accepts_the_site(tmp_path: Path) -> None:
    nginx, openssl = needs("nginx"), needs("openssl")
    made = run(
        openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x",
        "-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem"),
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    site = (DEPLOY / "nginx" / "observatoire.conf").read_text()
    (tmp_path / "site.conf").write_text(site.replace("/etc/ssl/observatoire", str(tmp_path)))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/nginx.pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\n"
        f"http {{ access_log off; include {tmp_path}/site.conf; }}\n"
    )
    done = run(nginx, "-t", "-c", str(tmp_path / "nginx.conf"))
    if "http2" in done.stderr and "unknown directive" in done.stderr:  # before nginx 1.25
        old = (tmp_path / "site.conf").read_text().replace("    http2 on;\n", "")
        (tmp_path / "site.conf").write_text(old.replace("443 ssl;", "443 ssl http2;"))
        done = run(nginx, "-t", "-c", str(tmp_path / "nginx.conf"))
    assert done.returncode == 0, done.stderr


def test_the_workflow_and_the_cron_line_call_what_exists() -> None:
    workflow = yaml.safe_load((DEPLOY / "ci" / "weekly-refresh.yml").read_text())
    steps = workflow["jobs"]["refresh"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert ".venv/bin/observatoire refresh" in commands
    for step in commands:
        for script in re.findall(r"deploy/\w+\.sh", step):
            assert os.access(PROJECT_ROOT / script, os.X_OK)
    declared = {
        name
        for file in (PROJECT_ROOT / "data" / "raw").glob("*/source.yml")
        for name in (yaml.safe_load(file.read_text()).get("online") or {}).get("credentials", [])
    }
    assert declared <= set(workflow["jobs"]["refresh"]["env"])
    [line] = [
        line
        for line in (DEPLOY / "cron" / "observatoire").read_text().splitlines()
        if re.match(r"\d", line)
    ]
    assert line.split()[:5] == ["37", "6", "*", "*", "1"]


def test_a_backup_comes_back_in_an_empty_folder(published_tree: SmallTree, tmp_path: Path) -> None:
    tree = published_tree.fork(tmp_path / "data")
    backup, restore = str(DEPLOY / "backup.sh"), str(DEPLOY / "restore.sh")
    archives = tmp_path / "archives"
    made = run(backup, str(tree.data), str(archives), "2")
    assert made.returncode == 0, made.stderr
    archive = made.stdout.strip()
    command = f"env PYTHONPATH={tree.root} {sys.executable} -m ingest.cli"
    target = tmp_path / "restored"
    done = run(restore, archive, str(target), OBSERVATOIRE=command)
    assert done.returncode == 0, done.stdout + done.stderr
    restored = SmallTree(tree.root, target)
    assert current_release(restored.paths).manifest == current_release(tree.paths).manifest
    again = restored.run("rebuild")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "the same bytes" in again.stdout

    refused = run(restore, archive, str(target), OBSERVATOIRE=command)
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr
    Path(archive).write_bytes(Path(archive).read_bytes()[:-100])
    broken = run(restore, archive, str(tmp_path / "other"), OBSERVATOIRE=command)
    assert broken.returncode != 0
    assert not list((tmp_path / "other").glob("*"))


def test_only_the_newest_archives_are_kept(tmp_path: Path) -> None:
    data, archives = tmp_path / "data", tmp_path / "archives"
    (data / "landing").mkdir(parents=True)
    archives.mkdir()
    for day in range(1, 5):
        (archives / f"observatoire-2026010{day}T000000Z.tar.gz").write_bytes(b"old")
    done = run(str(DEPLOY / "backup.sh"), str(data), str(archives), "2", **{DATA_VARIABLE: "x"})
    assert done.returncode == 0, done.stderr
    kept = sorted(path.name for path in archives.glob("*.tar.gz"))
    assert len(kept) == 2
    assert kept[0] == "observatoire-20260104T000000Z.tar.gz"
