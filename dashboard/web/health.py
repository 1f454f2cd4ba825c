"""``/healthz``: whether the release can be read, for a monitor or a load balancer."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from threading import Lock

from starlette.requests import Request
from starlette.responses import JSONResponse

from ingest.errors import ReleaseProblem
from ingest.paths import data_paths
from ingest.release import Release, current_release

NO_RELEASE = "no release is published"
UNREADABLE = "the published release cannot be read"
# Reads a column of the largest mart; opening the release has read the foot of every file before.
PROBE = "select count(value) as n from fct_observation"
KEPT_FOR = 5.0  # seconds, so that asking often costs nothing


@dataclass(frozen=True)
class Health:
    """What was found, and when.

    Attributes:
        reason: Why the release cannot be served; tells no path. None if it can.
    """

    release: Release | None
    reason: str | None
    looked_at: float


_last: Health | None = None
_looking = Lock()


def healthz(_: Request) -> JSONResponse:
    """200 with the release's id and age if it can be read, else 503 with a reason."""
    health = _health()
    headers = {"Cache-Control": "no-store"}
    if health.release is None:
        return JSONResponse({"status": "unavailable", "reason": health.reason}, 503, headers)
    created = health.release.manifest.created_at
    age = (dt.datetime.now(dt.UTC) - created).total_seconds()
    return JSONResponse(
        {
            "status": "ok",
            "release_id": health.release.id,
            "created_at": created.isoformat(),
            "age_seconds": int(age),
            "tables": len(health.release.manifest.files),
        },
        headers=headers,
    )


def _health() -> Health:
    global _last
    with _looking:
        if _last is None or time.monotonic() - _last.looked_at > KEPT_FOR:
            _last = look()
        return _last


def look() -> Health:
    """Opens the current release and reads from it."""
    now = time.monotonic()
    try:
        paths = data_paths()
        if not paths.current.is_symlink():
            return Health(None, NO_RELEASE, now)
        release = current_release(paths)
        found = release.sql(PROBE)["n"].item()
    except (ReleaseProblem, OSError):
        return Health(None, UNREADABLE, now)
    return Health(release, None, now) if found else Health(None, UNREADABLE, now)
