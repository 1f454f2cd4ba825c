"""What the server answers before Streamlit is asked, and what it never lets through to it."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import shutil
import socket
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from dashboard import server
from dashboard.pages import HOME, addresses
from dashboard.texts import catalogue
from dashboard.web import health, shell
from dashboard.web.assets import COMPRESSED, frontend_files
from dashboard.web.sockets import sending_at_once
from ingest.paths import DATA_VARIABLE, DataPaths
from ingest.release import Release, current_release

NAME = "observatoire.example"
PAGES = [address for address in addresses() if address != HOME]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def policy(self) -> dict[str, str]:
        """The content security policy by directive."""
        directives = self.headers["content-security-policy"].split("; ")
        return dict(directive.split(" ", 1) for directive in directives)


async def _streamlit(request: Request) -> PlainTextResponse:
    """Stands for Streamlit, which answers any address."""
    return PlainTextResponse(f"streamlit saw {request.url.path}")


async def _streamlit_socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(socket.url.path)
    await socket.close()


async def _broken(_: Request) -> PlainTextResponse:
    raise RuntimeError("/a/secret/path")


@pytest.fixture(scope="module")
def app() -> Starlette:
    """Our routes and middleware, with a stand-in for Streamlit behind them."""
    ours = [*server.routes(), Route("/broken", _broken)]
    return Starlette(
        routes=[
            *ours,
            WebSocketRoute("/{path:path}", _streamlit_socket),
            Route("/{path:path}", _streamlit, methods=["GET", "HEAD", "PUT", "POST"]),
        ],
        middleware=server.middleware(ours, [*server.LOOPBACK, NAME]),
        exception_handlers={Exception: server.answer_that_it_failed},
    )


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Runs it in a thread of its own: the browser of other tests keeps a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, coroutine).result()


def _messages(app: Starlette, scope: dict[str, Any]) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    first = "http.request" if scope["type"] == "http" else "websocket.connect"

    async def receive() -> dict[str, Any]:
        return {"type": first, "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    run(app(scope, receive, send))
    return sent


def _scope(kind: str, address: str, headers: dict[str, str]) -> dict[str, Any]:
    path, _, query = address.partition("?")
    return {
        "type": kind,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "scheme": "http" if kind == "http" else "ws",
        "http_version": "1.1",
        "server": ("127.0.0.1", 8501),
        "client": ("127.0.0.1", 1),
        "headers": [
            (key.lower().encode(), value.encode())
            for key, value in ({"host": "127.0.0.1:8501"} | headers).items()
        ],
        "extensions": {"websocket.http.response": {}},
        "subprotocols": [],
    }


def ask(app: Starlette, address: str, method: str = "GET", **headers: str) -> Answer:
    """Asks the application without any socket."""
    given = {key.replace("_", "-"): value for key, value in headers.items()}
    scope = _scope("http", address, given) | {"method": method}
    start, *bodies = _messages(app, scope)
    return Answer(
        start["status"],
        {key.decode(): value.decode("latin-1") for key, value in start["headers"]},
        b"".join(part.get("body", b"") for part in bodies),
    )


EVERY_KIND = {
    "a page": ("/postes-vacants", 200),
    "the home page": ("/", 200),
    "a redirection": (f"/{HOME}", 307),
    "an unknown address": ("/xyz", 404),
    "a closed address": ("/_stcore/metrics", 404),
    "the script": ("/page.js", 200),
    "what Streamlit answers": ("/_stcore/health", 200),
}


@pytest.mark.parametrize(("address", "status"), EVERY_KIND.values(), ids=EVERY_KIND.keys())
@pytest.mark.parametrize("prefix", ["", "/embed"])
def test_every_answer_carries_the_security_headers(
    app: Starlette, address: str, status: int, prefix: str
) -> None:
    answer = ask(app, prefix + address)
    assert answer.status == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    policy = answer.policy
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'none'"
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert policy["connect-src"] == "'self' ws://127.0.0.1:8501 wss://127.0.0.1:8501"
    outside = re.findall(
        r"\w+://[^\s;]+|(?<![\w-])https?:", answer.headers["content-security-policy"]
    )
    assert all("127.0.0.1:8501" in host for host in outside)


@pytest.mark.parametrize("address", ["/", "/postes-vacants", "/embedded", "/xyz", "/media/embed/x"])
def test_no_site_may_frame_a_plain_address(app: Starlette, address: str) -> None:
    answer = ask(app, address)
    assert answer.policy["frame-ancestors"] == "'none'"
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("address", ["/embed/", "/embed/postes-vacants", "/embed/page.js"])
def test_any_site_may_frame_an_embed_address(app: Starlette, address: str) -> None:
    answer = ask(app, address)
    assert answer.status == 200
    assert answer.policy["frame-ancestors"] == "*"
    assert "x-frame-options" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", f"{NAME}.evil.example", "evil;script-src *", ""])
def test_another_host_is_refused_on_every_address(app: Starlette, host: str) -> None:
    for address in ("/", "/postes-vacants", "/healthz", "/_stcore/health", "/embed/"):
        answer = ask(app, address, host=host)
        assert answer.status == 400
        assert answer.policy["script-src"] == "'self' 'wasm-unsafe-eval'"


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost", NAME, f"{NAME}:443"])
def test_a_named_host_is_answered(app: Starlette, host: str) -> None:
    assert ask(app, "/postes-vacants", host=host).status == 200


def _socket(app: Starlette, path: str, host: str = "127.0.0.1:8501") -> list[dict[str, Any]]:
    return _messages(app, _scope("websocket", path, {"host": host}))


@pytest.mark.parametrize("path", ["/_stcore/stream", "/embed/_stcore/stream"])
def test_the_websocket_is_open_under_both_paths(app: Starlette, path: str) -> None:
    accepted, told, _ = _socket(app, path)
    assert accepted["type"] == "websocket.accept"
    assert told["text"] == "/_stcore/stream"


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [("/_stcore/stream", "evil.example", 400), ("/stream", "localhost", 404)],
    ids=["another host", "another path"],
)
def test_another_websocket_is_refused(app: Starlette, path: str, host: str, status: int) -> None:
    refused = _socket(app, path, host)
    assert refused[0]["type"] == "websocket.http.response.start"
    assert refused[0]["status"] == status


@pytest.mark.parametrize("prefix", ["", "/embed"])
@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/script-health-check",
        "/_stcore/agent/interact",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/upload_file/session/file",
        "/auth/login",
        "/auth/logout",
        "/oauth2callback",
        "/app/static/x",
        "/index.html",
        "/static/js/unknown.js",
        "/static/../../config.py",
        "/embed/embed/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_what_the_frontend_does_not_need_is_shut(
    app: Starlette, prefix: str, path: str, method: str
) -> None:
    answer = ask(app, prefix + path, method)
    assert answer.status == 404
    assert b"streamlit saw" not in answer.body


@pytest.mark.parametrize("path", ["/_stcore/health", "/_stcore/host-config", "/media/1.csv"])
def test_what_the_frontend_needs_reaches_streamlit_without_the_prefix(
    app: Starlette, path: str
) -> None:
    for prefix in ("", "/embed"):
        assert ask(app, prefix + path).body == f"streamlit saw {path}".encode()


@pytest.mark.parametrize(
    ("address", "to"),
    [
        (f"/{HOME}?a=1&lang=en", "./?a=1&lang=en"),
        (f"/embed/{HOME}?bloc=x", "./?bloc=x"),
        ("/postes-vacants/?mesure=Nombre", "../postes-vacants?mesure=Nombre"),
        ("/embed", "./embed/"),
    ],
)
def test_a_nearly_right_address_leads_to_the_page_with_its_query(
    app: Starlette, address: str, to: str
) -> None:
    answer = ask(app, address)
    assert answer.status == 307
    assert answer.headers["location"] == to


@pytest.mark.parametrize(
    ("address", "language", "title", "home"),
    [
        ("/xyz", "fr", "Page introuvable", 'href="/"'),
        ("/xyz?lang=en", "en", "Page not found", 'href="/?lang=en"'),
        ("/xyz?lang=%3Cscript%3E", "fr", "Page introuvable", 'href="/"'),
        ("/embed/xyz", "fr", "Page introuvable", 'href="/"'),
        ("/postes-vacants/detail", "fr", "Page introuvable", 'href="/"'),
    ],
)
def test_an_unknown_address_is_said_in_plain_words(
    app: Starlette, address: str, language: str, title: str, home: str
) -> None:
    answer = ask(app, address)
    page = answer.body.decode()
    assert answer.status == 404
    assert f'<html lang="{language}">' in page
    assert f"<h1>{title}</h1>" in page
    assert home in page
    assert "<script" not in page


@pytest.mark.parametrize("address", ["", *PAGES])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_page_says_its_language(app: Starlette, address: str, language: str) -> None:
    query = "?lang=en" if language == "en" else ""
    answer = ask(app, f"/{address}{query}")
    page = answer.body.decode()
    assert answer.headers["cache-control"] == "no-cache"
    assert re.findall(r"<html lang=\"(\w+)\"", page) == [language]
    assert catalogue(language)["app.title"] in page  # type: ignore[arg-type]
    assert "<title>Streamlit</title>" not in page
    assert "_stcore/agent" not in page


def test_the_page_has_no_inline_script_and_loads_only_from_here(app: Starlette) -> None:
    page = ask(app, "/").body.decode()
    assert re.findall(r"<script(?![^>]*\ssrc=)", page) == []
    loaded = re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"]+)"', page)
    assert loaded
    for address in loaded:
        assert address.startswith("./")
        path = address.removeprefix(".").split("?")[0]
        assert path in frontend_files() or path in ("/page.js", "/icon.svg")


def test_the_code_of_the_charts_is_fetched_ahead(app: Starlette) -> None:
    page = ask(app, "/").body.decode()
    assert re.search(r'rel="modulepreload"[^>]*href="\./static/js/PlotlyChart\.[\w-]+\.js"', page)


def test_another_page_of_streamlit_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(shell.FRONTEND / "static" / "js", tmp_path / "static" / "js")
    (tmp_path / "index.html").write_text("<html lang='fr'></html>", encoding="utf-8")
    monkeypatch.setattr(shell, "FRONTEND", tmp_path)
    with pytest.raises(ValueError, match=r"index\.html"):
        shell.shell.__wrapped__("fr")


def test_the_script_is_kept_only_under_the_name_of_its_content(app: Starlette) -> None:
    page = ask(app, "/").body.decode()
    (named,) = re.findall(r'src="\.(/page\.js\?v=\w+)"', page)
    assert "immutable" in ask(app, named).headers["cache-control"]
    assert ask(app, "/page.js?v=old").headers["cache-control"] == "no-cache"
    assert ask(app, named).body.decode() == shell.script()


def test_the_words_of_streamlit_are_known_in_both_languages() -> None:
    english, french = (
        {key: words for key, words in catalogue(spoken).items() if key.startswith("streamlit.")}
        for spoken in ("en", "fr")
    )
    assert english.keys() == french.keys()
    assert len(set(english.values())) == len(set(french.values())) == len(english)
    for key, words in english.items():
        assert words.endswith(" ") == french[key].endswith(" "), key


def test_streamlit_still_says_the_words_that_are_translated() -> None:
    said = "".join(
        file.read_text(encoding="utf-8")
        for path, file in frontend_files().items()
        if path.endswith(".js")
    )
    ours = {key: words for key, words in catalogue("en").items() if key.startswith("streamlit.")}
    # Some labels are put together: "Fullscreen" and a name, "Press Enter to" and a verb.
    parts = {words: words.rstrip(": ").removesuffix(" apply") for words in ours.values()}
    lost = [words for words, part in parts.items() if part not in said]
    assert not lost


@pytest.mark.parametrize("suffix", [".js", ".css"])
def test_a_script_is_sent_compressed_and_kept(app: Starlette, suffix: str) -> None:
    path, file = next((p, f) for p, f in frontend_files().items() if f.suffix == suffix)
    for prefix in ("", "/embed"):
        answer = ask(app, prefix + path, accept_encoding="gzip, br")
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(answer.body) == file.read_bytes()
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-security-policy"]


def test_who_takes_no_gzip_or_a_part_only_gets_it_from_streamlit(app: Starlette) -> None:
    path = next(p for p, f in frontend_files().items() if f.suffix in COMPRESSED)
    for headers in (
        {"accept_encoding": "identity"},
        {"accept_encoding": "gzip", "range": "bytes=0-1"},
    ):
        assert ask(app, path, **headers).body == f"streamlit saw {path}".encode()


def test_an_error_of_the_server_tells_nothing(app: Starlette) -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = _scope("http", "/broken", {}) | {"method": "GET"}
    with pytest.raises(RuntimeError):  # goes on to the log
        run(app(scope, receive, send))
    page = sent[1]["body"].decode()
    assert sent[0]["status"] == 500
    assert b"content-security-policy" in dict(sent[0]["headers"])
    assert "Le service a rencontré une erreur" in page
    assert "secret" not in page
    assert "Traceback" not in page


@pytest.fixture
def _fresh_health(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_last", None)


@pytest.fixture
def own_root(
    data_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _fresh_health: None
) -> Path:
    """A copy of the release that a test may break."""
    shutil.copytree(data_root / "marts", tmp_path / "marts", symlinks=True)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return tmp_path


def _told(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.body)
    return told


def test_health_tells_the_release_and_its_age(
    app: Starlette, own_root: Path, release: Release
) -> None:
    answer = ask(app, "/healthz")
    told = _told(answer)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert told["status"] == "ok"
    assert told["release_id"] == release.id
    assert told["created_at"] == release.manifest.created_at.isoformat()
    assert told["age_seconds"] >= 0


@pytest.mark.usefixtures("_fresh_health")
def test_health_without_a_release_is_503(
    app: Starlette, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    answer = ask(app, "/healthz")
    assert answer.status == 503
    assert _told(answer) == {"status": "unavailable", "reason": health.NO_RELEASE}


def _truncate(folder: Path) -> None:
    file = folder / "fct_observation.parquet"
    file.write_bytes(file.read_bytes()[:-100])


def _garble(folder: Path) -> None:
    file = folder / "fct_observation.parquet"
    content = bytearray(file.read_bytes())
    content[4 : len(content) // 2] = bytes(len(content) // 2 - 4)
    file.write_bytes(bytes(content))


BREAKS = {
    "a mart is cut off": _truncate,
    "a mart is overwritten": _garble,
    "a mart is gone": lambda folder: (folder / "dim_source.parquet").unlink(),
    "the manifest is no JSON": lambda folder: (folder / "manifest.json").write_text("{"),
    "the release is gone": shutil.rmtree,
}


@pytest.mark.parametrize("break_it", BREAKS.values(), ids=BREAKS.keys())
def test_health_of_a_broken_release_is_503_and_tells_no_path(
    app: Starlette, own_root: Path, break_it: Any
) -> None:
    break_it(current_release(DataPaths(own_root)).folder)
    answer = ask(app, "/healthz")
    assert answer.status == 503
    assert _told(answer) == {"status": "unavailable", "reason": health.UNREADABLE}
    assert str(own_root) not in answer.body.decode()


def test_health_is_looked_at_anew_after_a_while(
    app: Starlette, own_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(app, "/healthz").status == 200
    shutil.rmtree(own_root / "marts" / "releases")
    assert ask(app, "/healthz").status == 200  # what was found a moment ago
    monkeypatch.setattr(health, "KEPT_FOR", 0.0)
    assert ask(app, "/healthz").status == 503


def test_the_marts_that_health_reads_are_in_every_release(release: Release) -> None:
    assert release.sql(health.PROBE)["n"].item() > 0


@pytest.mark.loopback
def test_small_answers_are_not_held_back() -> None:
    """Connections to a socket that is bound as Streamlit binds it send at once."""
    told = []

    async def one_connection() -> None:
        async with sending_at_once(None):
            with socket.create_connection(listener.getsockname()), listener.accept()[0] as ours:
                told.append(ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        run(one_connection())
    assert len(told) == 1
    assert told[0]
