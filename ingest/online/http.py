"""The one HTTP client: declared hosts, https, limits, retries, conditional requests.

Nothing here knows a source. What a host sends is counted while it arrives, after decompression, so
that neither an endless body nor a compressed bomb fills the memory or the disk.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import email.utils
import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import httpx
import stamina

from ingest import __version__
from ingest.declarations import Online
from ingest.online.connector import Media, Remote, Reply, SourceProblem
from ingest.online.settings import Fetching

USER_AGENT = f"observatoire-attractivite/{__version__}"
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
KEPT_HEADERS = ("etag", "last-modified", "content-type", "content-disposition", "content-range")
SNIFFED = 512
STARTS: Mapping[Media, tuple[bytes, ...]] = {
    "json": (b"{", b"["),
    "xml": (b"<",),
    "xlsx": (b"PK\x03\x04",),
    "zip": (b"PK\x03\x04",),
    "parquet": (b"PAR1",),
}
LATER = "wait: the next run tries again; if it lasts, open the address in a browser"
MOVED = (
    "open the landing page of the source; if the producer has moved the file, mend endpoints or "
    "hosts in its source.yml"
)


@dataclass(frozen=True)
class Validators:
    """What a host said of a file that is landed already."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class Download:
    """A complete answer in a temporary file."""

    path: Path
    sha256: str
    size: int
    status: int
    headers: Mapping[str, str]
    url: str


class Hear(Protocol):
    """Told of each request: for the log of the run."""

    def __call__(self, event: str, **facts: object) -> None: ...


class _Passing(Exception):
    """A failure that may pass: worth another try."""

    def __init__(self, problem: str, wait_seconds: float | None = None) -> None:
        super().__init__(problem)
        self.wait_seconds = wait_seconds


class Client:
    """Fetches for one source; to be used by one thread.

    Args:
        online: The declaration: hosts, size, time, pause.
        fetching: Patience.
        hear: Told of each request and each retry, without headers or forms.
        upstream: Stand-ins for hosts (tests).
        now: The clock, for a date in ``Retry-After``.
    """

    def __init__(
        self,
        online: Online,
        fetching: Fetching,
        hear: Hear,
        upstream: Mapping[str, str] | None = None,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._online = online
        self._fetching = fetching
        self._hear = hear
        self._upstream = upstream or {}
        self._now = now
        self._pace = Pace(online.pause_seconds)
        self._http = httpx.Client(
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"},
            timeout=httpx.Timeout(
                min(online.timeout_seconds, 60.0), connect=fetching.connect_seconds
            ),
            follow_redirects=False,
            trust_env=not self._upstream,
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def read(self, remote: Remote, into: Path) -> Reply:
        """A small document, read into memory (pages and catalogues that discovery looks at)."""
        download = self.download(remote, into)
        assert download is not None  # noqa: S101 - without validators nothing is "unchanged"
        try:
            content = download.path.read_bytes()
        finally:
            download.path.unlink()
        return Reply(download.status, download.headers, content, download.url)

    def download(
        self, remote: Remote, into: Path, known: Validators | None = None
    ) -> Download | None:
        """Fetches one file into ``into``; ``None`` where the host says that it is unchanged.

        Raises:
            SourceProblem: It cannot be had, or is not what is awaited. Nothing is left in ``into``.
        """
        try:
            for attempt in stamina.retry_context(
                on=self._wait_for,
                attempts=self._fetching.attempts,
                timeout=None,
                wait_initial=self._fetching.first_wait_seconds,
                wait_max=self._fetching.longest_wait_seconds,
                wait_jitter=self._fetching.first_wait_seconds,
            ):
                with attempt:
                    return self._once(remote, into, known, attempt.num)
        except _Passing as problem:
            raise SourceProblem(f"{problem}, {self._fetching.attempts} times", LATER) from None
        raise AssertionError("unreachable")

    def _wait_for(self, error: Exception) -> bool | float:
        """Whether to try again; a wait that the host asked for is kept to."""
        if not isinstance(error, _Passing):
            return False
        self._hear("retry", problem=str(error))
        return True if error.wait_seconds is None else error.wait_seconds

    def _once(
        self, remote: Remote, into: Path, known: Validators | None, number: int
    ) -> Download | None:
        started = time.monotonic()
        url = remote.url
        for _ in range(MOST_REDIRECTS):
            self._check_host(url)
            self._pace.wait(urlsplit(url).hostname or "")
            with self._answer(remote, url, known) as answer:
                self._hear(
                    "request", key=remote.key, url=url, status=answer.status_code, attempt=number
                )
                if answer.status_code in REDIRECTS:
                    url = urljoin(url, answer.headers.get("location", ""))
                    continue
                if answer.status_code == 304 and known:
                    return None
                self._check_status(answer, remote)
                return self._receive(answer, remote, url, into, started)
        raise SourceProblem(f"more than {MOST_REDIRECTS} redirects", MOVED)

    def _check_host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https":
            raise SourceProblem(f"{url} is not https: refused", MOVED)
        if parts.hostname not in self._online.hosts:
            raise SourceProblem(f"led to the host {parts.hostname}, which is not declared", MOVED)

    @contextlib.contextmanager
    def _answer(
        self, remote: Remote, url: str, known: Validators | None
    ) -> Iterator[httpx.Response]:
        parts = urlsplit(url)
        stand_in = self._upstream.get(parts.hostname or "") or self._upstream.get("*")
        headers = {**remote.headers, **(known.headers() if known else {})}
        if stand_in:
            headers["Host"] = parts.netloc
            url = stand_in + url.removeprefix(f"https://{parts.netloc}")
        if urlsplit(remote.url).netloc != parts.netloc:  # a secret goes to its own host only
            headers.pop("Authorization", None)
        try:
            with self._http.stream(
                "POST" if remote.form is not None else "GET",
                url,
                headers=headers,
                data=dict(remote.form) if remote.form is not None else None,
            ) as answer:
                yield answer
        except httpx.TimeoutException:
            raise _Passing(f"{parts.hostname} did not answer in time") from None
        except httpx.DecodingError:
            raise _Passing("the compressed answer is broken") from None
        except httpx.ConnectError as error:
            if "certificate" in str(error).lower():
                raise SourceProblem(
                    f"the certificate of {parts.hostname} is not valid: {error}",
                    "do not trust this host until its certificate is mended; check the clock of "
                    "this machine; tell the producer",
                ) from None
            raise _Passing(f"{parts.hostname} cannot be reached ({error})") from None
        except httpx.TransportError as error:
            raise _Passing(f"the connection was cut ({error})") from None
        except httpx.InvalidURL as error:
            raise SourceProblem(f"{url} is no address: {error}", MOVED) from None

    def _check_status(self, answer: httpx.Response, remote: Remote) -> None:
        status = answer.status_code
        if (
            status == 200
            or (status == 206 and remote.partial)
            or (status == 204 and remote.partial)
        ):
            return
        if status in TRY_AGAIN:
            wait = self._asked_wait(answer)
            if wait is not None and wait > self._fetching.longest_wait_seconds:
                raise SourceProblem(f"answers {status} and asks to wait {wait:.0f} s", LATER)
            raise _Passing(f"answers {status}", wait)
        if status in (401, 403):
            raise SourceProblem(
                f"answers {status}: access refused",
                "check the credentials in the environment, or whether the producer has closed "
                "this address",
            )
        raise SourceProblem(f"answers {status}", MOVED)

    def _asked_wait(self, answer: httpx.Response) -> float | None:
        asked = answer.headers.get("retry-after", "").strip()
        if asked.isdigit():
            return float(asked)
        try:
            day = email.utils.parsedate_to_datetime(asked)
        except ValueError:
            return None
        wait: float = (day - self._now()).total_seconds()
        return max(0.0, wait)

    def _receive(
        self, answer: httpx.Response, remote: Remote, url: str, into: Path, started: float
    ) -> Download:
        limit = remote.largest_bytes or self._online.largest_bytes
        announced = answer.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > limit:
            raise SourceProblem(f"announces {int(announced):,} bytes, {limit:,} are allowed", MOVED)
        into.mkdir(parents=True, exist_ok=True)
        path = into / f"{remote.key}-{threading.get_ident()}.part"
        digest, size, head = hashlib.sha256(), 0, b""
        try:
            with path.open("wb") as stream:
                for chunk in answer.iter_bytes():
                    size += len(chunk)
                    if size > limit:
                        raise SourceProblem(
                            f"sends more than the {limit:,} bytes that are allowed",
                            "if the producer's file has grown, raise largest_bytes in source.yml",
                        )
                    if time.monotonic() - started > self._online.timeout_seconds:
                        raise _Passing(f"is not through after {self._online.timeout_seconds:g} s")
                    digest.update(chunk)
                    head = (head + chunk)[:SNIFFED] if len(head) < SNIFFED else head
                    stream.write(chunk)
            _check_media(head, size, remote)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        return Download(path, digest.hexdigest(), size, answer.status_code, headers, url)


class Pace:
    """At least ``pause`` seconds between two requests to one host."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._last: dict[str, float] = {}

    def wait(self, host: str) -> None:
        if host in self._last and self._pause:
            time.sleep(max(0.0, self._last[host] + self._pause - time.monotonic()))
        self._last[host] = time.monotonic()


def _check_media(head: bytes, size: int, remote: Remote) -> None:
    if size == 0:
        if remote.partial:
            return
        raise SourceProblem("the file is empty", LATER)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    is_page = start.startswith((b"<!doctype html", b"<html"))
    if remote.media not in ("html", "any") and is_page:
        raise SourceProblem(f"sends a web page where a {remote.media} file is awaited", MOVED)
    wanted = STARTS.get(remote.media)
    text = start if remote.media in ("json", "xml") else head
    if wanted and not text.startswith(wanted):
        raise SourceProblem(f"what is sent is no {remote.media} file", MOVED)
