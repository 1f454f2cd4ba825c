"""A producer on this machine that can be told to misbehave."""

from __future__ import annotations

import gzip
import hashlib
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

CHUNK = 64 * 1024


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    host: str
    path: str
    is_conditional: bool


class Handler(BaseHTTPRequestHandler):
    """Answers from the server's files, or as the fault says."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        producer = self.server.producer
        host, path = self.headers.get("Host", ""), self.path
        conditional = "If-None-Match" in self.headers
        producer.asked.append(Asked(host, path, conditional))
        fault = producer.next_fault(path)
        try:
            if fault is not None:
                fault(self)
            else:
                self.regular(path)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_POST = do_GET  # noqa: N815 - the name that http.server calls

    def regular(self, path: str) -> None:
        producer = self.server.producer
        content = producer.content(path)
        if content is None:
            self.answer(404, b"not found")
            return
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        if producer.has_etags and self.headers.get("If-None-Match") == etag:
            self.answer(304, b"", {"ETag": etag})
            return
        time.sleep(producer.delay)
        self.answer(200, content, {"ETag": etag} if producer.has_etags else {})

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""


Fault = Callable[[Handler], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    producer: Producer


@dataclass
class Producer:
    """The server; a context manager. ``files`` maps a path, or its beginning, to its bytes."""

    files: dict[str, bytes] = field(default_factory=dict)
    certificate: Path | None = None
    has_etags: bool = True
    delay: float = 0.0
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._faults: dict[str, list[Fault]] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Producer:
        self._http = _Server(("127.0.0.1", 0), Handler)
        self._http.producer = self
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self) -> str:
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://127.0.0.1:{self._http.server_address[1]}"

    def break_(self, path: str, *faults: Fault, forever: bool = False) -> None:
        """The next answers for this path; the last one again and again if ``forever``."""
        with self._lock:
            self._faults[path] = [*faults, *(faults[-1:] * 1000 if forever else ())]

    def mend(self) -> None:
        """No more faults."""
        with self._lock:
            self._faults.clear()

    def content(self, path: str) -> bytes | None:
        """The bytes of a path; else those of its longest beginning that is known."""
        if path in self.files:
            return self.files[path]
        starts = [key for key in self.files if path.startswith(key) and not key.endswith(".csv")]
        return self.files[max(starts, key=len)] if starts else None

    def next_fault(self, path: str) -> Fault | None:
        with self._lock:
            waiting = self._faults.get(path, [])
            return waiting.pop(0) if waiting else None


def status(code: int, body: bytes = b"", **headers: str) -> Fault:
    """Any status; header names with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.answer(code, body, named)


def body(content: bytes, **headers: str) -> Fault:
    """Other bytes with status 200."""
    return status(200, content, **headers)


def late(seconds: float) -> Fault:
    """Says nothing for a while."""

    def fault(handler: Handler) -> None:
        time.sleep(seconds)
        handler.close_connection = True

    return fault


def cut(share: float) -> Fault:
    """Closes the connection in the middle of the body."""

    def fault(handler: Handler) -> None:
        content = handler.server.producer.content(handler.path) or b""
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[: int(len(content) * share)])
        handler.wfile.flush()
        handler.close_connection = True

    return fault


def gzip_bomb(megabytes: int) -> Fault:
    """Few bytes that unfold to many."""
    packed = gzip.compress(b"0" * (megabytes * 2**20), compresslevel=9)
    return body(packed, Content_Encoding="gzip")


def broken_gzip(handler: Handler) -> None:
    """Says that it is compressed, and is not."""
    handler.answer(200, b"this is no gzip", {"Content-Encoding": "gzip"})


def endless(handler: Handler) -> None:
    """A body without length and without end."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    while True:
        handler.wfile.write(b"2020-Q1;b_s__all_sizes;1;posts\n" * 2000)


def dripping(handler: Handler) -> None:
    """A byte now and then: each in time, never through."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    for _ in range(100):
        handler.wfile.write(b"2")
        handler.wfile.flush()
        time.sleep(0.1)
