"""Runs :mod:`ingest.online.formats.reader_child` under limits and takes back its tables."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from ingest.online.connector import Unreadable
from ingest.online.formats.grid import Grid, grid_of

CHILD = Path(__file__).with_name("reader_child.py")
AGAIN = (
    "open the file and look; if it is whole and the producer means it, the reader or its limits "
    "(ingest/online/formats) have to follow"
)


@dataclass(frozen=True)
class Limits:
    """What a file may cost.

    The largest known workbook (3.5 MB, 800 000 cells, 30 MB unpacked, packed 1:8) takes some
    250 MB and two seconds.
    """

    memory_bytes: int = 1_000_000_000
    cpu_seconds: int = 60
    wall_seconds: int = 120
    output_bytes: int = 300_000_000
    entries: int = 2_000
    unpacked_bytes: int = 400_000_000
    ratio: int = 100
    sheets: int = 60
    cells: int = 6_000_000
    columns: int = 2_000


DEFAULT = Limits()


def read_workbook(file: Path, limits: Limits = DEFAULT) -> dict[str, Grid]:
    """All sheets of a workbook (XLSX, or a ZIP that holds one), by name, in its order.

    Raises:
        Unreadable: No workbook, damaged, or beyond a limit.
    """
    return _read("workbook", file, b"PK\x03\x04", limits)


def read_parquet(file: Path, limits: Limits = DEFAULT) -> Grid:
    """A Parquet file as text, its column names as the first line.

    Raises:
        Unreadable: No Parquet file, damaged, or beyond a limit.
    """
    return _read("parquet", file, b"PAR1", limits)["parquet"]


def _read(
    kind: Literal["workbook", "parquet"], file: Path, magic: bytes, limits: Limits
) -> dict[str, Grid]:
    _check_start(kind, file, magic)
    with tempfile.TemporaryDirectory(prefix="observatoire-read-") as folder:
        job = {"kind": kind, "file": str(file), "folder": folder, "limits": asdict(limits)}
        answer = _run(job, limits)
        if "refused" in answer:
            raise Unreadable(f"the {kind} {answer['refused']}", AGAIN)
        return {table["name"]: _load(Path(folder) / table["file"]) for table in answer["tables"]}


def _check_start(kind: str, file: Path, magic: bytes) -> None:
    try:
        with file.open("rb") as stream:
            start = stream.read(200)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}", "see to the landing store") from None
    if not start:
        raise Unreadable("the file is empty", AGAIN)
    if not start.startswith(magic):
        shown = start[:40].decode("utf-8", "replace")
        raise Unreadable(f"is no {kind}: it begins with {shown!r}", AGAIN)


def _run(job: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """The child's answer; whatever ends it is a report."""
    # A fixed small environment: nothing of the parent's (credentials) reaches the child.
    environment = {
        "LC_ALL": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }
    if "TMPDIR" in os.environ:
        environment["TMPDIR"] = os.environ["TMPDIR"]
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD), json.dumps(job)],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=limits.wall_seconds,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(
            f"reading it took more than {limits.wall_seconds} s and was stopped", AGAIN
        ) from None
    if done.returncode < 0:
        raise Unreadable(f"reading it was stopped: {_why(-done.returncode)}", AGAIN)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = None
    if done.returncode != 0 or not isinstance(answer, dict):
        said = done.stderr.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1][:200]
        raise Unreadable(f"its reader failed ({said or done.returncode})", AGAIN)
    return answer


def _why(number: int) -> str:
    known = {
        signal.SIGXCPU: "too much computing time",
        signal.SIGXFSZ: "too much output",
        signal.SIGABRT: "more memory than is allowed, or a damaged file",
        signal.SIGKILL: "killed (computing time, or the memory of the machine)",
    }
    try:
        which = signal.Signals(number)
    except ValueError:
        return f"signal {number}"
    return known.get(which, which.name)


def _load(file: Path) -> Grid:
    if file.stat().st_size == 0:
        return Grid(pl.DataFrame())
    frame = pl.read_csv(
        file, has_header=False, infer_schema=False, quote_char='"', truncate_ragged_lines=False
    )
    return grid_of(frame)
