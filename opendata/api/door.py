"""The outermost layer of the interface: all that is HTTP and the same for every answer.

It stands before the gate of the dashboard, answers everything under ``/api`` and leaves the rest.
Validators, compression, CORS and the answers kept ready are here and nowhere else, so that an
endpoint only says what it has to say.
"""

from __future__ import annotations

import asyncio
import dataclasses
import gzip
import hashlib
import logging
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.paths import data_paths
from opendata.api.cache import Answer, Header, KeptAnswers
from opendata.api.limits import (
    AT_ONCE,
    LONGEST_ADDRESS,
    LONGEST_HEADER,
    MOST_UNDER_WAY,
    PIECE,
    RETRY_AFTER,
    SLOWEST_PIECE,
)
from opendata.api.parameters import preferred
from opendata.api.problems import Problem, lang_of

ROOT = "/api"
COMPRESSIBLE = ("text/", "application/json", "application/problem+json", "application/vnd.json")
SMALLEST = 1_000  # bytes below which compressing costs more than it saves
LEVEL = 5
LARGE = 50_000  # bytes that are compressed beside the event loop
HUGE = 2**21  # bytes that are hashed there
METHODS = "GET, HEAD, OPTIONS"
EXPOSED = "ETag, Link, Total-Count, Withheld-Count, Known-From, Observatoire-Release, Retry-After"
EVERY: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", EXPOSED.encode()),
    (b"vary", b"Accept, Accept-Encoding"),
)
PREFLIGHT = {
    "Allow": METHODS,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
MOVED = {"/api": "api/v1/", "/api/": "v1/", "/api/v1": "v1/"}
log = logging.getLogger(__name__)


class Wanted(NamedTuple):
    """What the headers of a request say that changes its answer."""

    accept: str
    encoding: str
    if_none_match: str


class Door:
    """Answers for the interface; see above."""

    def __init__(self, app: ASGIApp | None, api: ASGIApp, kept: KeptAnswers | None = None) -> None:
        """Puts the interface before another application.

        Args:
            app: Answers whatever is not under ``/api``; none where nothing else is served.
            api: The endpoints.
            kept: Where answers are kept.
        """
        self.app = app
        self.api = api
        self.kept = KeptAnswers() if kept is None else kept
        self.under_way = 0  # bytes of large answers that are being sent
        self.pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="api-encoding")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        ours = path == ROOT or path.startswith(f"{ROOT}/")
        if scope["type"] == "http" and (ours or self.app is None):
            await self._answer(scope, receive, send)
        elif self.app is not None:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        if method == "OPTIONS":
            await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
            return
        if path in MOVED:  # relative, so that a prefix of a proxy is kept
            query = scope["query_string"].decode("latin-1")
            place = MOVED[path] + (f"?{query}" if query else "")
            headers = {"Location": place, "Access-Control-Allow-Origin": "*"}
            await Response(status_code=307, headers=headers)(scope, receive, send)
            return
        wanted = _wanted(scope)
        key = self._key(scope, wanted) if method in ("GET", "HEAD") else None
        answer = self.kept.get(key)
        if answer is None:
            answer = await self._made(scope, receive, wanted)
            # Another release may have become current meanwhile: whose answer is it then?
            if key is not None and _may_be_kept(answer) and key == self._key(scope, wanted):
                self.kept.put(key, answer)
        if answer.etag and _matches(wanted.if_none_match, answer.etag):
            answer = _not_modified(answer)
        elif method == "HEAD":
            answer = dataclasses.replace(answer, body=b"")
        await self._send(answer, scope, send)

    async def _send(self, answer: Answer, scope: Scope, send: Send) -> None:
        """Sends an answer, unless too much is on its way to readers who take their time."""
        size = len(answer.body) if len(answer.body) > PIECE else 0
        if self.under_way + size > MOST_UNDER_WAY:
            answer, size = _refusal(Problem(503, "busy", headers=RETRY_AFTER), scope), 0
        self.under_way += size
        try:
            await _send(answer, send)
        except TimeoutError:
            log.info("%s: the reader was too slow", scope["path"])  # the server hangs up
        finally:
            self.under_way -= size

    def _key(self, scope: Scope, wanted: Wanted) -> Hashable:
        """The release that is current, the request in one spelling, its representation."""
        return (
            _current(),
            scope["path"],
            _one_spelling(scope["query_string"]),
            preferred(wanted.accept),
            takes_gzip(wanted.encoding),
        )

    async def _made(self, scope: Scope, receive: Receive, wanted: Wanted) -> Answer:
        """Asks the endpoint, then compresses and marks what it says."""
        if len(scope["query_string"]) > LONGEST_ADDRESS:
            return _refusal(Problem(414, "too_long", limits=LONGEST_ADDRESS), scope)
        inner = dict(scope) | {"method": "GET"} if scope["method"] == "HEAD" else scope
        answer = await _captured(self.api, inner, receive)
        gzipped = takes_gzip(wanted.encoding)
        if len(answer.body) < (LARGE if gzipped else HUGE):
            return finished(answer, gzipped)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, finished, answer, gzipped)


async def _captured(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """What an application answers, whole."""
    status, headers, parts = 500, [], []

    async def hear(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    try:
        await app(scope, receive, hear)
    except Exception:  # its answer is made already; see app._failed
        log.exception("%s failed", scope["path"])
    return Answer(status, tuple(headers), b"".join(parts))


def finished(answer: Answer, gzipped: bool) -> Answer:
    """An answer with what every answer has: encoding, length, validator, CORS."""
    length = (b"content-length",)
    headers = [header for header in answer.headers if header[0] not in length]
    told = dict(headers)
    body = answer.body
    kind = told.get(b"content-type", b"").decode("latin-1")
    if gzipped and len(body) >= SMALLEST and kind.startswith(COMPRESSIBLE):
        body = gzip.compress(body, LEVEL, mtime=0)
        headers.append((b"content-encoding", b"gzip"))
    etag = ""
    if answer.status == 200:
        release = told.get(b"observatoire-release", b"").decode("latin-1")
        etag = f'"{release}-{hashlib.sha256(body).hexdigest()[:20]}"'
        headers.append((b"etag", etag.encode()))
    headers.append((b"content-length", str(len(body)).encode()))
    return Answer(answer.status, (*headers, *EVERY), body, etag)


async def _send(answer: Answer, send: Send) -> None:
    headers = list(answer.headers)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    for begin in range(0, max(len(answer.body), 1), PIECE):
        end = begin + PIECE
        piece, more = answer.body[begin:end], end < len(answer.body)
        async with asyncio.timeout(SLOWEST_PIECE):
            await send({"type": "http.response.body", "body": piece, "more_body": more})


def _refusal(problem: Problem, scope: Scope) -> Answer:
    said = problem.answer(lang_of(Request(scope)))
    return Answer(said.status_code, (*said.raw_headers, *EVERY), bytes(said.body))


def _not_modified(answer: Answer) -> Answer:
    about_the_body = {b"content-length", b"content-type", b"content-encoding"}
    headers = tuple(header for header in answer.headers if header[0] not in about_the_body)
    return Answer(304, headers, b"", answer.etag)


def _matches(if_none_match: str, etag: str) -> bool:
    if not if_none_match:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag in tags


def _may_be_kept(answer: Answer) -> bool:
    control = dict(answer.headers).get(b"cache-control", b"")
    return answer.status == 200 and b"max-age" in control


def _wanted(scope: Scope) -> Wanted:
    headers = Headers(scope=scope)
    return Wanted(
        headers.get("accept", "")[:LONGEST_HEADER],
        headers.get("accept-encoding", "")[:LONGEST_HEADER],
        headers.get("if-none-match", ""),
    )


@lru_cache(1_000)
def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client takes gzip."""
    for part in accept_encoding.lower().split(","):
        coding, _, option = (word.strip() for word in part.partition(";"))
        if coding in ("gzip", "*"):
            return option.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


@lru_cache(500)
def _one_spelling(query: bytes) -> bytes:
    """A query whatever the order of its parameters and the way it is escaped; short as a key."""
    pairs = sorted(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    return hashlib.blake2b(repr(pairs).encode("utf-8", "replace"), digest_size=16).digest()


def _current() -> str:
    """Where ``current`` leads now; empty where it leads nowhere."""
    link = data_paths().current
    try:
        return f"{link}>{link.readlink()}"
    except OSError:
        return ""
