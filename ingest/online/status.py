"""What ``observatoire status`` says of live sources, from their state and their journals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.declarations import Source, read_declarations
from ingest.online.landing import LandingStore
from ingest.online.state import read_state
from ingest.paths import DataPaths


@dataclass(frozen=True)
class LiveStatus:
    """One live source.

    Attributes:
        checked: When it was last found up to date, in words.
        mark: ``failed``, ``held back``, ``no credentials``, or nothing.
        lines: What a person should read below the table.
    """

    source_id: str
    last_success: dt.datetime | None
    checked: str
    mark: str
    lines: tuple[str, ...]


def live_status(paths: DataPaths, environment: Mapping[str, str]) -> dict[str, LiveStatus]:
    """The live sources by id."""
    sources = [source for source in read_declarations(paths.raw) if source.online]
    return {source.id: _one(paths, source, environment) for source in sources}


def _one(paths: DataPaths, source: Source, environment: Mapping[str, str]) -> LiveStatus:
    state = read_state(paths, source.id)
    journal = LandingStore(paths.landing).journal(source.id)
    online = source.online
    missing = [name for name in (online.credentials if online else ()) if not environment.get(name)]
    marks, lines = [], []
    if missing:
        marks.append("no credentials")
        lines.append(f"skipped: set {', '.join(missing)} in the environment")
    if state.last_error:
        marks.append("[red]failed[/]")
        error = state.last_error
        lines.append(f"failed on {error.at:%Y-%m-%d %H:%M}: {error.problem}")
        lines.append(f"  Remedy: {error.remedy}")
    for arrival in journal.of("held"):
        decision = journal.decisions[arrival.number]
        marks.append("[red]held back[/]")
        lines += [f"held back, edition {decision.edition}: {reason}" for reason in decision.reasons]
        lines.append(f"  Remedy: `observatoire accept {source.id}` publishes it")
    success = state.last_success
    checked = f"{success:%Y-%m-%d %H:%M}" if success else "never"
    return LiveStatus(
        source.id, success, checked, " ".join(dict.fromkeys(marks)), tuple(dict.fromkeys(lines))
    )
