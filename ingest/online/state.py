"""What is remembered of each live source between two runs; may be lost without harm to data.

One JSON file a source, replaced atomically. What was landed and decided is in the journal of the
landing store, not here.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.online.http import Validators
from ingest.paths import DataPaths


class KnownFile(BaseModel):
    """What a host last said of one file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    sha256: str
    etag: str | None = None
    last_modified: str | None = None

    def validators(self) -> Validators:
        return Validators(self.etag, self.last_modified)


class Trouble(BaseModel):
    """The last thing that went wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: dt.datetime
    problem: str
    remedy: str


class SourceState(BaseModel):
    """One source.

    Attributes:
        last_attempt: Last time that its hosts were asked.
        last_success: Last time that everything of it was had and could be read.
        last_error: What went wrong since then; none after a success.
        skipped: Why it was not even tried; empty when it was.
        files: What hosts said of each file, by key.
    """

    model_config = ConfigDict(extra="ignore")

    last_attempt: dt.datetime | None = None
    last_success: dt.datetime | None = None
    last_error: Trouble | None = None
    skipped: str = ""
    files: dict[str, KnownFile] = {}


def read_state(paths: DataPaths, source_id: str) -> SourceState:
    """The state of a source; an empty one where there is none, or none that can be read."""
    try:
        return SourceState.model_validate_json(_file(paths, source_id).read_bytes())
    except (OSError, ValidationError):
        return SourceState()


def write_state(paths: DataPaths, source_id: str, state: SourceState) -> None:
    """Replaces the state of a source in one move."""
    file = _file(paths, source_id)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".new")
    beside.write_text(state.model_dump_json(indent=1) + "\n", encoding="utf-8")
    os.replace(beside, file)  # noqa: PTH105 - the atomic call, by its name


def _file(paths: DataPaths, source_id: str) -> Path:
    return paths.state / f"{source_id}.json"
