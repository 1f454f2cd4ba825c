"""The landing store: every file that was ever downloaded, and what was decided about it.

``blobs/<sha256[:2]>/<sha256>`` holds the bytes, written beside, flushed, then renamed: a name is
there whole or not at all. ``index/<source_id>.jsonl`` is a journal that is only ever appended to,
a line flushed at a time. A line that a crash cut short is dropped by the next run; the program
changes or removes nothing else.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from ingest.errors import DataProblem
from ingest.online.connector import Landed
from ingest.release import sha256_of

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Event(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Arrival(_Event):
    """Bytes that differ from the last ones under this key.

    Attributes:
        number: 1 for the first arrival of the source, then one more each time; its identity.
    """

    event: Literal["landed"] = "landed"
    number: Annotated[int, Field(gt=0)]
    key: str
    url: str
    sha256: Sha256
    bytes: int
    retrieved_at: dt.datetime
    status: int
    headers: dict[str, str]


class Decision(_Event):
    """What became of an arrival.

    ``admitted`` (part of releases from now on, under this label), ``identical`` (same rows as the
    edition before), ``held`` (a person must look), ``accepted`` (a person did), ``refused`` (the
    build failed with it: tried again until a newer arrival takes its place).
    """

    event: Literal["admitted", "identical", "held", "accepted", "refused"]
    number: Annotated[int, Field(gt=0)]
    at: dt.datetime
    edition: str = ""
    reasons: tuple[str, ...] = ()


class _Line(RootModel[Annotated[Arrival | Decision, Field(discriminator="event")]]):
    """One line of a journal."""


@dataclass(frozen=True)
class Journal:
    """All arrivals of one source and the last decision on each."""

    arrivals: tuple[Arrival, ...]
    decisions: Mapping[int, Decision]

    def last(self, key: str) -> Arrival | None:
        """The newest arrival under a key."""
        return next((item for item in reversed(self.arrivals) if item.key == key), None)

    def of(self, *events: str) -> list[Arrival]:
        """Arrivals whose last decision is one of these; ``""`` for none yet."""
        return [item for item in self.arrivals if self.decided(item) in events]

    def decided(self, arrival: Arrival) -> str:
        decision = self.decisions.get(arrival.number)
        return decision.event if decision else ""

    def edition(self, arrival: Arrival) -> str:
        """The label under which an arrival was admitted or held; empty before."""
        decision = self.decisions.get(arrival.number)
        return decision.edition if decision else ""


class LandingStore:
    """The store under one folder; writing needs the lock of the data root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def incoming(self) -> Path:
        """Where downloads grow; emptied by :meth:`recover`."""
        return self.root / "incoming"

    def blob(self, sha256: str) -> Path:
        return self.root / "blobs" / sha256[:2] / sha256

    def journal_file(self, source_id: str) -> Path:
        return self.root / "index" / f"{source_id}.jsonl"

    def journal(self, source_id: str) -> Journal:
        """Reads a journal; a line that was cut short at its end does not count.

        Raises:
            DataProblem: Another line is damaged.
        """
        file = self.journal_file(source_id)
        arrivals: list[Arrival] = []
        decisions: dict[int, Decision] = {}
        lines, _ = _whole_lines(file)
        for number, line in enumerate(lines, start=1):
            try:
                item = _Line.model_validate_json(line).root
            except ValidationError as error:
                raise DataProblem(
                    file,
                    f"the journal is damaged: {error.errors()[0]['msg']}",
                    "restore the folder landing from the backup; `observatoire verify` says what "
                    "else is wrong",
                    line=number,
                ) from None
            if isinstance(item, Arrival):
                arrivals.append(item)
            else:
                decisions[item.number] = item
        return Journal(tuple(arrivals), decisions)

    def landed(self, source_id: str, arrival: Arrival, edition: str = "") -> Landed:
        """An arrival as connectors see it."""
        return Landed(
            source_id=source_id,
            key=arrival.key,
            url=arrival.url,
            sha256=arrival.sha256,
            path=self.blob(arrival.sha256),
            retrieved_at=arrival.retrieved_at,
            headers=arrival.headers,
            edition=edition,
        )

    def land(self, source_id: str, arrival: Arrival, content: Path) -> None:
        """Takes in a complete file, then says so in the journal."""
        target = self.blob(arrival.sha256)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            flush(content)
            content.chmod(0o444)
            content.rename(target)
            flush(target.parent)
            flush(target.parent.parent)
        else:
            content.unlink()
        self._append(source_id, arrival)

    def decide(self, source_id: str, decision: Decision) -> None:
        """Adds a decision to the journal."""
        self._append(source_id, decision)

    def recover(self) -> list[str]:
        """Clears up after a crash: half downloads, and the line that was being written.

        Returns:
            What was dropped, one sentence each.
        """
        found = []
        for left in sorted(self.incoming.glob("*")) if self.incoming.is_dir() else []:
            left.unlink()
            found.append(f"{left.name}: a download that was not finished")
        for file in self._journals():
            lines, torn = _whole_lines(file)
            if torn:
                with file.open("r+b") as stream:
                    stream.truncate(sum(len(line) + 1 for line in lines))
                    os.fsync(stream.fileno())
                found.append(f"{file.name}: the last line was not finished")
        return found

    def verify(self) -> list[str]:
        """Reads every journal and every file again.

        Returns:
            What is wrong, one sentence each; empty when nothing is lost or altered.
        """
        found = []
        for file in self._journals():
            try:
                journal = self.journal(file.stem)
            except DataProblem as problem:
                found.append(f"{file.name}, line {problem.line}: {problem.problem}")
                continue
            numbers = [item.number for item in journal.arrivals]
            if numbers != list(range(1, len(numbers) + 1)):
                found.append(f"{file.name}: arrivals are not numbered 1, 2, 3…")
            for item in journal.arrivals:
                blob = self.blob(item.sha256)
                name = f"{file.stem}, {item.key} of {item.retrieved_at:%Y-%m-%d}"
                if not blob.is_file():
                    found.append(f"{name}: {blob.name} is missing")
                elif blob.stat().st_size != item.bytes or sha256_of(blob) != item.sha256:
                    found.append(f"{name}: {blob.name} was altered")
        return found

    def _journals(self) -> list[Path]:
        folder = self.root / "index"
        return sorted(folder.glob("*.jsonl")) if folder.is_dir() else []

    def _append(self, source_id: str, item: Arrival | Decision) -> None:
        file = self.journal_file(source_id)
        file.parent.mkdir(parents=True, exist_ok=True)
        is_new = not file.exists()
        before = 0 if is_new else file.stat().st_size
        with file.open("ab", buffering=0) as stream:
            try:
                line = item.model_dump_json().encode() + b"\n"
                written = stream.write(line)
                if written != len(line):  # a full disk may take half a line
                    raise OSError(28, "No space left on device", str(file))
                os.fsync(stream.fileno())
            except OSError:
                with contextlib.suppress(OSError):
                    stream.truncate(before)
                raise
        if is_new:
            flush(file.parent)


def stage(content: bytes, into: Path, name: str) -> tuple[Path, str]:
    """Writes bytes that a connector gathered to a file that can be landed."""
    into.mkdir(parents=True, exist_ok=True)
    path = into / f"{name}.part"
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


def _whole_lines(file: Path) -> tuple[list[bytes], bytes]:
    """The complete lines of a file, and what stands after the last line end."""
    if not file.exists():
        return [], b""
    *lines, rest = file.read_bytes().split(b"\n")
    return lines, rest


def flush(path: Path) -> None:
    """Forces a file or a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
