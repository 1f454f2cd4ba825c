"""One real edition a session, small editions to break, and a web server for their files."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest

from ingest.release import FileEntry, Release, read_release, sha256_of
from opendata.edition import write_edition
from opendata.model import OpenEdition
from opendata.publication import publication
from tests.conftest import REQUIRED

# Long tables of a release, cut so that an edition of it is made in a moment.
SHORT = {
    "fct_observation": "select * from {} where hash(indicator_id, raw_row) % 20 = 0 "
    "or source_id = 'dares_vacancies' and geography_id = 'fr'",
    "mart_indexation_pay": "select * from {} limit 400",
    "mart_indexation_paths": "select * from {} limit 400",
    "mart_salary_real": "select * from {} limit 400",
    "mart_salary_smic": "select * from {} limit 400",
    "mart_educator_readings": "select * from {} limit 400",
    "mart_claim_audit": "select * from {} where claim_id < 'f'",
}


@pytest.fixture(scope="session")
def edition_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where :func:`edition` stands; not to be changed."""
    return tmp_path_factory.mktemp("open") / "edition"


@pytest.fixture(scope="session")
def edition(release: Release, edition_folder: Path) -> OpenEdition:
    """The whole edition of the session's release."""
    edition_folder.mkdir()
    return write_edition(release, publication(), edition_folder, lambda name, files: None)


@pytest.fixture(scope="session")
def short_release(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The session's release with its long tables cut."""
    root = tmp_path_factory.mktemp("short")
    return doctored(release, root, "20260102T030405Z-00000001", SHORT)


def doctored(release: Release, root: Path, release_id: str, queries: Mapping[str, str]) -> Release:
    """A release of which some tables are others; its manifest tells the truth of them.

    Args:
        root: The data root in which it stands from then on.
        queries: What each of these tables becomes; ``{}`` is what it was.
    """
    folder = root / "marts" / "releases" / release_id
    shutil.copytree(release.folder, folder)
    files = dict(release.manifest.files)
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, query in queries.items():
            file = folder / f"{name}.parquet"
            former = f"read_parquet('{release.folder / file.name}')"
            connection.execute(f"copy ({query.format(former)}) to '{file}' (format parquet)")
            [(rows,)] = connection.execute(f"select count(*) from '{file}'").fetchall()
            files[file.name] = FileEntry(
                rows=rows, bytes=file.stat().st_size, sha256=sha256_of(file)
            )
    manifest = release.manifest.model_copy(update={"release_id": release_id, "files": files})
    (folder / "manifest.json").write_text(manifest.model_dump_json(), encoding="utf-8")
    return read_release(folder)


def tool(name: str, package: str) -> str:
    """Path of a program; without it the test is skipped, or fails if it is compulsory."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        reason = f"{name} is not installed (apt install {package})"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{reason} and {REQUIRED}=1")
        pytest.skip(reason)
    return found


def free_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end and shows what it said if it failed."""
    done = subprocess.run(
        [str(part) for part in command],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


class RangeHandler(SimpleHTTPRequestHandler):
    """Static files with byte ranges, as every object store serves them."""

    asked: list[tuple[str, str]]

    def __init__(self, *arguments: object, asked: list[tuple[str, str]], **named: object) -> None:
        self.asked = asked
        super().__init__(*arguments, **named)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        self.asked.append((self.path, self.headers.get("Range", "")))
        if not wanted or not file.is_file():
            super().do_GET()
            return
        size = file.stat().st_size
        first, last = wanted.groups()
        start = int(first) if first else size - int(last)
        end = min(int(last), size - 1) if first and last else size - 1
        self.send_response(206)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        with file.open("rb") as stream:
            stream.seek(start)
            self.wfile.write(stream.read(end - start + 1))

    def end_headers(self) -> None:
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: a test's output is the test's."""


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A folder on a free port of this machine.

    Yields:
        Its address, and the list of what is asked: path and range of each request.
    """
    asked: list[tuple[str, str]] = []
    handler = partial(RangeHandler, directory=str(folder), asked=asked)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()
