"""What a run leaves to read: ``log.jsonl`` (each event), ``run.json`` and ``run.md`` (one page)."""

from __future__ import annotations

import datetime as dt
import json
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from ingest.paths import DataPaths

Clock = Callable[[], dt.datetime]
Outcome = Literal["new", "unchanged", "failed", "held", "skipped"]
ATTENTION = frozenset({"failed", "held"})


@dataclass
class SourceReport:
    """What became of one live source in a run.

    Attributes:
        outcome: ``new`` (a new edition was published), ``unchanged``, ``failed`` (its last good
            data stay), ``held`` (a person must look), ``skipped`` (not tried).
        notes: Facts in plain words: what is new, or the reasons.
        remedy: What a person must do; empty when nothing.
    """

    source_id: str
    outcome: Outcome = "unchanged"
    notes: list[str] = field(default_factory=list)
    remedy: str = ""


@dataclass
class Report:
    """What became of a run."""

    run_id: str
    started_at: dt.datetime
    ended_at: dt.datetime | None = None
    sources: dict[str, SourceReport] = field(default_factory=dict)
    release_id: str | None = None
    is_new: bool = False
    problem: str = ""
    notes: list[str] = field(default_factory=list)

    def of(self, source_id: str) -> SourceReport:
        return self.sources.setdefault(source_id, SourceReport(source_id))

    def fail(self, source_id: str, problem: str, remedy: str) -> None:
        """Notes that a source failed; the first remedy is the one to follow."""
        item = self.of(source_id)
        item.outcome = "failed"
        item.notes.append(problem)
        item.remedy = item.remedy or remedy

    @property
    def exit_code(self) -> int:
        bad = any(item.outcome in ATTENTION for item in self.sources.values())
        return 1 if bad or self.problem else 0

    def to_do(self) -> list[str]:
        """What a person must do, one sentence a source."""
        wanted = [f"the run stopped: {self.problem}"] if self.problem else []
        for item in self._sorted():
            if item.outcome in ATTENTION:
                wanted.append(f"{item.source_id}: {item.remedy}")
        return wanted

    def as_json(self) -> dict[str, Any]:
        return {
            "run_id": self.run_id,
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "exit_code": self.exit_code,
            "release_id": self.release_id,
            "is_new_release": self.is_new,
            "problem": self.problem,
            "to_do": self.to_do(),
            "notes": self.notes,
            "sources": [vars(item) for item in self._sorted()],
        }

    def as_page(self) -> str:
        """The page ``run.md``: first what to do, then what happened."""
        served = f"release {self.release_id}" if self.release_id else "no release"
        lines = [f"# Run {self.run_id}", ""]
        if self.is_new:
            lines.append(f"Published {served}.")
        else:
            lines.append(f"Nothing was published; {served} is served.")
        lines += ["", "## What to do", ""]
        lines += [f"- {item}" for item in self.to_do()] or ["Nothing."]
        lines += ["", "## Sources", ""]
        for item in self._sorted():
            lines.append(f"- **{item.source_id}**: {item.outcome}")
            lines += [f"    - {_one_line(note)}" for note in item.notes]
        if not self.sources:
            lines.append("No live source was asked.")
        if self.notes:
            lines += ["", "## Notes", "", *(f"- {_one_line(note)}" for note in self.notes)]
        return "\n".join(lines) + "\n"

    def _sorted(self) -> list[SourceReport]:
        return sorted(self.sources.values(), key=lambda item: item.source_id)


class RunFolder:
    """``runs/<run id>`` while the run goes on. Writing there never stops a run."""

    def __init__(self, paths: DataPaths, now: Clock) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._is_broken = False
        started = now()
        self.run_id, number = f"{started:%Y%m%dT%H%M%SZ}", 1
        while (paths.runs / self.run_id).exists():
            number += 1
            self.run_id = f"{started:%Y%m%dT%H%M%SZ}-{number}"
        self.folder = paths.runs / self.run_id
        self.folder.mkdir(parents=True)
        self.started_at = started

    def log(self, event: str, **facts: object) -> None:
        """Adds one line to ``log.jsonl``."""
        line = json.dumps(
            {"at": self._now().isoformat(), "event": event, **facts},
            ensure_ascii=False,
            default=str,
        )
        with self._lock:
            self._try(partial(self._append, line))

    def write(self, report: Report) -> None:
        """Writes ``run.json`` and ``run.md``."""
        page = json.dumps(report.as_json(), ensure_ascii=False, indent=1, default=str)
        for name, text in (("run.json", page + "\n"), ("run.md", report.as_page())):
            self._try(partial((self.folder / name).write_text, text, encoding="utf-8"))

    def _append(self, line: str) -> None:
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    def _try(self, write: Callable[[], object]) -> None:
        try:
            write()
        except OSError as error:
            if not self._is_broken:
                print(f"the log cannot be written: {error}", file=sys.stderr)
            self._is_broken = True


def _one_line(text: str) -> str:
    return " ".join(text.split())
