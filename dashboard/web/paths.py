"""The paths of the server, embedded or not."""

from __future__ import annotations

from dashboard.embedding import SEGMENT

EMBED = f"/{SEGMENT}"


def is_embedded(path: str) -> bool:
    """Whether a path stands under ``/embed``."""
    return path == EMBED or path.startswith(f"{EMBED}/")


def plain(path: str) -> str:
    """The path without ``/embed``."""
    return path.removeprefix(EMBED) if path.startswith(f"{EMBED}/") else path
