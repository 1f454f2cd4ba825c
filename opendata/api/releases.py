"""``/releases``: the releases that can be asked for, and what each holds."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel
from starlette.responses import Response

from ingest.errors import ReleaseProblem
from ingest.paths import DataPaths, data_paths
from ingest.release import Release, current_release, read_release, release_folders
from opendata.api.about import About, Paged, about
from opendata.api.asked import Ask
from opendata.api.limits import DEFAULT_ROWS
from opendata.api.opened import open_release
from opendata.api.parameters import Limit, Offset, paging
from opendata.api.problems import Problem
from opendata.model import Rights
from opendata.rights import NEEDED

router = APIRouter()
SEE = "/api/v1/releases"


class ReleaseSummary(BaseModel):
    """A release in a few words."""

    release_id: str
    is_current: bool
    is_open: bool
    created_at: str
    code_version: str
    input_fingerprint: str
    n_marts: int
    n_rows: int
    n_stale_sources: int


class Mart(BaseModel):
    """A table of the release; the hash is that of the release's own file, which has all rows."""

    mart: str
    rows: int
    bytes: int
    sha256: str
    is_handed_out: bool
    withheld_for: list[str]


class Edition(BaseModel):
    """A file of a source that was fetched."""

    key: str
    edition: str
    sha256: str
    available_on: str


class SourceState(BaseModel):
    """What went into the release of one source."""

    source_id: str
    vintage: str | None
    sha256: dict[str, str]
    editions: list[Edition]
    stale: str


class ReleaseDetail(ReleaseSummary):
    """A release with its tables and the state of its sources."""

    marts: list[Mart]
    sources: list[SourceState]


class Releases(About, Paged):
    """The releases that can be asked for."""

    releases: list[ReleaseSummary]


class OneRelease(About):
    """One release."""

    detail: ReleaseDetail


@router.get("/releases", operation_id="releases", responses={200: {"model": Releases}})
async def releases(ask: Ask, limit: Limit = DEFAULT_ROWS, offset: Offset = 0) -> Response:
    """The releases on disk."""
    found = await ask.call(listing, data_paths())
    part = paging(ask.request, ask.release.id, len(found), limit, offset)
    members = {"paging": part, "releases": found[offset : offset + limit]}
    return ask.json(about(ask.opened, (), ask.lang) | members, keep=False)


@router.get(
    "/releases/{release_id}", operation_id="release", responses={200: {"model": OneRelease}}
)
async def release(ask: Ask, release_id: Annotated[str, Path()]) -> Response:
    """One release."""
    found = await ask.call(find, data_paths(), release_id)
    return ask.json(about(ask.opened, (), ask.lang) | {"detail": found}, keep=False)


def find(paths: DataPaths, release_id: str) -> dict[str, Any]:
    """One release, in detail.

    Raises:
        Problem: 404, it is not there.
    """
    folders = {folder.name: folder for folder in release_folders(paths)}
    if release_id not in folders:
        raise Problem(404, "unknown_id", given=release_id, see=SEE)
    try:
        release = read_release(folders[release_id])
    except ReleaseProblem as problem:
        raise Problem(503, "no_release") from problem
    is_open = set(release.tables()) >= NEEDED
    rights = open_release(release.folder.resolve()).rights if is_open else Rights({}, {})
    return detail(release, rights, current_release(paths).id)


def listing(paths: DataPaths) -> list[dict[str, Any]]:
    """The releases on disk, newest first; one whose manifest cannot be read is left out."""
    current = current_release(paths).id
    found = []
    for folder in reversed(release_folders(paths)):
        try:
            release = read_release(folder)
        except ReleaseProblem:
            continue
        found.append(summary(release, current))
    return found


def summary(release: Release, current: str) -> dict[str, Any]:
    """A release in a few words."""
    manifest = release.manifest
    return {
        "release_id": release.id,
        "is_current": release.id == current,
        "is_open": set(release.tables()) >= NEEDED,
        "created_at": manifest.created_at.isoformat(),
        "code_version": manifest.code_version,
        "input_fingerprint": manifest.input_fingerprint,
        "n_marts": len(manifest.files),
        "n_rows": sum(entry.rows for entry in manifest.files.values()),
        "n_stale_sources": sum(bool(source.stale) for source in manifest.sources.values()),
    }


def detail(release: Release, rights: Rights, current: str) -> dict[str, Any]:
    """A release with its files and the state of its sources.

    The hashes are those of the release's own files, which hold all rows; the edition that is
    handed out has its own (``SHA256SUMS``).
    """
    return summary(release, current) | {
        "marts": [
            {
                "mart": name.removesuffix(".parquet"),
                "rows": entry.rows,
                "bytes": entry.bytes,
                "sha256": entry.sha256,
                "is_handed_out": name.removesuffix(".parquet") in rights.tables,
                "withheld_for": list(rights.withheld_tables.get(name.removesuffix(".parquet"), ())),
            }
            for name, entry in sorted(release.manifest.files.items())
        ],
        "sources": [
            {
                "source_id": name,
                "vintage": entry.vintage and entry.vintage.isoformat(),
                "sha256": entry.sha256,
                "editions": [edition.model_dump(mode="json") for edition in entry.editions],
                "stale": entry.stale,
            }
            for name, entry in sorted(release.manifest.sources.items())
        ],
    }
