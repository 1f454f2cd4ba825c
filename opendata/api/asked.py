"""What every endpoint has at hand: the release asked for, the language, how to answer."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

import duckdb
import polars as pl
from fastapi import Depends, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from ingest.errors import ReleaseProblem
from ingest.release import Release
from opendata.api.limits import LONGEST_HEADER, Queries
from opendata.api.opened import Opened, already_open, folder_of, open_release
from opendata.api.parameters import Lang, Paging, in_json, preferred
from opendata.api.problems import Problem

P = ParamSpec("P")
T = TypeVar("T")
FOR_THE_CURRENT = "public, max-age=300"  # seconds after which a new release is seen
FOR_ONE = "public, max-age=86400"
RELEASE_HEADER = "Observatoire-Release"


class Asked:
    """One request, its release opened."""

    def __init__(self, request: Request, opened: Opened, lang: Lang, pinned: bool) -> None:
        self.request = request
        self.opened = opened
        self.lang: Lang = lang
        self.pinned = pinned

    @property
    def release(self) -> Release:
        return self.opened.release

    def format(self, given: str | None, admitted: tuple[str, ...]) -> str:
        """The format asked for by the parameter, else by ``Accept``, else JSON.

        Raises:
            Problem: ``Accept`` names one of our formats that this address has not.
        """
        wanted = given or preferred(self.request.headers.get("accept", "")[:LONGEST_HEADER])
        if wanted is not None and wanted not in admitted:
            raise Problem(406, "no_such_format", parameter="format", given=wanted, allowed=admitted)
        return wanted or "json"

    async def run(
        self,
        function: Callable[Concatenate[duckdb.DuckDBPyConnection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Calls a function with a cursor on the release, in a thread, within the limits.

        Raises:
            Problem: 503, as the server is busy or the query took too long.
        """
        queries: Queries = self.request.app.state.queries
        return await queries.run(self.opened.connection, function, *args, **kwargs)

    async def run_large(
        self,
        function: Callable[Concatenate[duckdb.DuckDBPyConnection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """As :meth:`run`, for a large answer; see :meth:`Queries.run_large`."""
        queries: Queries = self.request.app.state.queries
        return await queries.run_large(self.opened.connection, function, *args, **kwargs)

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As :meth:`run`, for what reads no table."""
        queries: Queries = self.request.app.state.queries
        return await queries.call(lambda: function(*args, **kwargs))

    def json(
        self, members: Mapping[str, Any], *, keep: bool = True, media_type: str = "application/json"
    ) -> Response:
        """An answer in JSON.

        Args:
            members: Of the outermost object; a table becomes a list of its rows, bytes are JSON
                already.
            keep: Whether the answer depends on nothing but the release and the address.
            media_type: Of the answer.
        """
        paging = members.get("paging")
        return self.bytes(
            json_bytes(members),
            media_type,
            keep=keep,
            paging=paging if isinstance(paging, Paging) else None,
        )

    def bytes(
        self,
        body: bytes,
        media_type: str,
        *,
        keep: bool = True,
        paging: Paging | None = None,
        links: Sequence[tuple[str, str]] = (),
        file_name: str = "",
        withheld: int | None = None,
        known_from: str | None = None,
    ) -> Response:
        """An answer that is written already.

        Args:
            body: All of it.
            media_type: With its charset where it is a text.
            keep: As in :meth:`json`.
            paging: Which part it is.
            links: Relation and address, for the ``Link`` header.
            file_name: Under which a browser saves it; none to show it.
            withheld: How many rows answer and are not handed out, where the body cannot say it;
                the answer then links to the same in JSON, which says which.
            known_from: Likewise since when something is known.
        """
        related = list(links)
        if paging and paging.next:
            related.append(("next", paging.next))
        headers = {RELEASE_HEADER: self.release.id}
        if keep:
            headers["Cache-Control"] = FOR_ONE if self.pinned else FOR_THE_CURRENT
        else:
            headers["Cache-Control"] = "no-cache"
        if withheld is not None:
            headers["Withheld-Count"] = str(withheld)
            related.append(("alternate", in_json(self.request, self.release.id)))
        if related:
            headers["Link"] = ", ".join(f'<{url}>; rel="{name}"' for name, url in related)
        if paging:
            headers["Total-Count"] = str(paging.total)
        if known_from:
            headers["Known-From"] = known_from
        if file_name:
            headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
        return Response(body, headers=headers, media_type=media_type)


async def asked(
    request: Request,
    release: Annotated[
        str | None,
        Query(description="Id of a release that is still there; the current one by default."),
    ] = None,
    lang: Annotated[Lang, Query(description="Language of labels and messages.")] = "fr",
) -> Asked:
    """The dependency of every endpoint: ``current`` is resolved here, once a request."""
    queries: Queries = request.app.state.queries
    folder = folder_of(release)
    try:
        opened = already_open(folder)
        if opened is None:
            opened = await queries.call(lambda: open_release(folder))
    except ReleaseProblem:
        if release is None:
            raise
        raise Problem(400, "closed_release", parameter="release", given=release) from None
    return Asked(request, opened, lang, pinned=release is not None)


Ask = Annotated[Asked, Depends(asked)]


def json_bytes(members: Mapping[str, Any]) -> bytes:
    """A JSON object; its tables are written by polars, row by row, at no cost in Python."""
    parts = [f"{json.dumps(name)}:{_text(value)}" for name, value in members.items()]
    return ("{" + ",".join(parts) + "}").encode("utf-8")


def _text(value: Any) -> str:
    if isinstance(value, pl.DataFrame):
        return value.write_json()
    if isinstance(value, bytes):
        return value.decode("utf-8")
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
    )


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, pl.DataFrame):
        return value.to_dicts()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
