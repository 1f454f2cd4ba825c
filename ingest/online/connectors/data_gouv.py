"""The catalogue of data.gouv.fr: which file of a data set is the current one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ingest.online.connector import Fetch, Remote, Unreadable
from ingest.online.connectors.support import LOOK, fetch_json


@dataclass(frozen=True)
class Resource:
    """One file of a data set, as the catalogue describes it."""

    resource_id: str
    title: str
    url: str
    form: str
    last_modified: str


def resources(fetch: Fetch, url: str, key: str) -> list[Resource]:
    """The files of a data set, in the order of the catalogue.

    Args:
        fetch: The client.
        url: ``https://www.data.gouv.fr/api/1/datasets/<slug>/``.
        key: Name of this query in the log.

    Raises:
        SourceProblem: No answer, or not the shape of the catalogue.
    """
    document: Any = fetch_json(fetch, Remote(key=key, url=url, media="json"))
    try:
        listed = document["resources"]
        found = [
            Resource(
                str(item["id"]),
                str(item.get("title") or ""),
                str(item["url"]),
                str(item.get("format") or "").lower(),
                str(item.get("last_modified") or ""),
            )
            for item in listed
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreadable(
            f"the catalogue at {url} has no resources with id and url ({error!r})", LOOK
        ) from None
    if not found:
        raise Unreadable(f"the catalogue at {url} lists no file", LOOK)
    return found


def newest(candidates: Iterable[Resource]) -> Resource:
    """The one that was changed last; equal dates are settled by the id."""
    return max(candidates, key=lambda item: (item.last_modified, item.resource_id))
