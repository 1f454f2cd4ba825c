"""What is the same for every answer: validators, compression, CORS, kept answers, limits."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import server
from ingest.paths import DATA_VARIABLE, DataPaths
from ingest.release import Release
from opendata.api import limits, observations, opened
from opendata.api.app import application, create_api
from opendata.api.cache import Answer, KeptAnswers
from opendata.api.door import Door
from opendata.api.limits import PIECE, Queries
from opendata.api.problems import Problem
from tests.api.conftest import Client

pytestmark = pytest.mark.integration
SERIES = "series?indicator=vacancy_rate&population=section_q__all_sizes"


class Counting:
    """An application that counts how often it was asked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        await self.app(scope, receive, send)


@pytest.fixture
def counted(data_root: Path) -> Iterator[tuple[Client, Counting]]:
    """The interface with nothing kept yet, and how often its endpoints were asked."""
    endpoints = Counting(create_api())
    client = Client(Door(None, endpoints))
    yield client, endpoints
    client.close()


# Validators


def test_an_answer_that_did_not_change_is_not_sent_again(client: Client) -> None:
    first = client.get(SERIES)
    again = client.get(SERIES, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert "content-type" not in again.headers
    for several in (f'"other", W/{first.headers["etag"]}', "*"):
        assert client.get(SERIES, headers={"If-None-Match": several}).status_code == 304
    assert client.get(SERIES, headers={"If-None-Match": '"other"'}).status_code == 200


def test_each_representation_has_a_validator_of_its_own(client: Client, release: Release) -> None:
    addresses = [SERIES, f"{SERIES}&lang=en", f"{SERIES}&format=csv", f"{SERIES}&limit=3"]
    tags = [
        client.get(address, headers={"Accept-Encoding": coding}).headers["etag"]
        for address in addresses
        for coding in ("gzip", "identity")
    ]
    assert len(set(tags)) == len(tags)
    assert all(tag.startswith(f'"{release.id}-') for tag in tags)


def test_the_same_release_gives_the_same_bytes(data_root: Path) -> None:
    """Whoever starts the server: nothing of an answer depends on the process or the day."""
    answers = []
    for _ in range(2):
        client = Client(application())
        answers.append(client.get(SERIES))
        client.close()
    assert answers[0].content == answers[1].content
    assert answers[0].headers["etag"] == answers[1].headers["etag"]


def test_head_is_get_without_the_body(client: Client) -> None:
    got, headed = client.get(SERIES), client.request("HEAD", f"/api/v1/{SERIES}")
    assert headed.content == b""
    assert dict(headed.headers) == dict(got.headers)
    assert client.request("HEAD", "/api/v1/series").status_code == 400


# Compression


def raw(client: Client, address: str, coding: str) -> tuple[Any, bytes]:
    """An answer and its bytes as they went over the wire."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    path, _, query = f"/api/v1/{address}".partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1"), (b"accept-encoding", coding.encode())],
        "http_version": "1.1",
        "scheme": "http",
    }
    asyncio.run_coroutine_threadsafe(client.app(scope, receive, send), client._loop).result(30)  # type: ignore[arg-type]
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert [part["more_body"] for part in sent[1:]] == [True] * (len(sent) - 2) + [False]
    assert all(len(part["body"]) <= PIECE for part in sent[1:])
    return headers, b"".join(part["body"] for part in sent[1:])


@pytest.mark.parametrize("form", ["json", "csv", "csv-fr", "jsonstat"])
def test_gzip_is_sent_to_whom_takes_it(client: Client, form: str) -> None:
    plain_headers, plain = raw(client, f"{SERIES}&format={form}", "identity")
    headers, packed = raw(client, f"{SERIES}&format={form}", "gzip, br")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 2
    assert headers["content-length"] == str(len(packed))
    assert "content-encoding" not in plain_headers
    assert headers["vary"] == plain_headers["vary"] == "Accept, Accept-Encoding"


def test_a_large_answer_leaves_in_pieces(client: Client) -> None:
    address = "series?indicator=hiring_projects&limit=2000"
    headers, body = raw(client, address, "identity")
    assert len(body) > 4 * PIECE
    assert headers["content-length"] == str(len(body))
    assert json.loads(body)["observations"]


@pytest.mark.parametrize("coding", ["", "br", "gzip;q=0", "deflate"])
def test_nobody_gets_gzip_against_his_will(client: Client, coding: str) -> None:
    headers, _ = raw(client, SERIES, coding)
    assert "content-encoding" not in headers


def test_what_is_packed_already_is_sent_as_it_is(client: Client) -> None:
    headers, body = raw(client, f"{SERIES}&format=parquet", "gzip")
    assert "content-encoding" not in headers
    assert body.startswith(b"PAR1")


# Who may ask


@pytest.mark.parametrize("address", [SERIES, "series", "nowhere", "series?colour=blue"])
def test_a_page_of_any_site_may_read_every_answer(client: Client, address: str) -> None:
    answer = client.get(address, headers={"Origin": "https://elsewhere.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"ETag", "Link"} <= set(answer.headers["access-control-expose-headers"].split(", "))
    assert "access-control-allow-credentials" not in answer.headers


def test_a_browser_is_told_which_methods_there_are(client: Client) -> None:
    answer = client.request(
        "OPTIONS",
        f"/api/v1/{SERIES}",
        headers={"Origin": "https://x.example", "Access-Control-Request-Method": "GET"},
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "BREW"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    assert client.get(SERIES).status_code == 200  # kept now
    answer = client.request(method, f"/api/v1/{SERIES}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("address", ["/api", "/api/", "/api/v1"])
def test_a_nearly_right_address_leads_to_the_index(client: Client, address: str) -> None:
    answer = client.request("GET", f"{address}?lang=en")
    assert answer.status_code == 307
    place = answer.request.url.join(answer.headers["location"])
    assert (place.path, place.query) == ("/api/v1/", b"lang=en")


@pytest.mark.parametrize("address", ["/api/v2/series", "/api/v1/nowhere", "/api/v1/series/x"])
def test_what_is_not_there_is_a_problem(client: Client, address: str) -> None:
    answer = client.request("GET", address)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["title"] == "Introuvable"


# Answers kept ready


def test_a_kept_answer_is_the_same_without_asking_again(
    counted: tuple[Client, Counting],
) -> None:
    client, endpoints = counted
    first, second = client.get(SERIES), client.get(SERIES)
    assert endpoints.asked == 1
    assert first.content == second.content
    assert dict(first.headers) == dict(second.headers)
    head, _, tail = SERIES.partition("?")
    parameters = tail.split("&")
    client.get(f"{head}?{'&'.join(reversed(parameters))}")
    client.get(f"{head}?{tail.replace('_', '%5F')}")
    assert endpoints.asked == 1  # one spelling for all


def test_refusals_and_what_may_change_are_never_kept(counted: tuple[Client, Counting]) -> None:
    client, endpoints = counted
    for address in ("series?indicator=nothing", "releases", "nowhere"):
        before = endpoints.asked
        client.get(address)
        client.get(address)
        assert endpoints.asked == before + 2, address


def test_a_new_release_is_answered_at_once(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept of the former release stays with those who name it."""
    paths = DataPaths(tmp_path)
    paths.releases.mkdir(parents=True)
    later = "29991231T235959Z-00000000"
    for name in (release.id, later):
        shutil.copytree(release.folder, paths.releases / name)
    manifest = json.loads((paths.releases / later / "manifest.json").read_text())
    manifest["release_id"] = later
    (paths.releases / later / "manifest.json").write_text(json.dumps(manifest))
    paths.current.symlink_to(f"releases/{release.id}")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    client = Client(application())
    first = client.get(SERIES).json()["release"]
    _link(tmp_path, f"releases/{later}").replace(paths.current)
    assert (first, client.get(SERIES).json()["release"]) == (release.id, later)
    named = client.get(f"{SERIES}&release={release.id}")
    assert named.json()["release"] == release.id
    assert named.headers["observatoire-release"] == release.id
    assert "max-age=86400" in named.headers["cache-control"]
    client.close()


def test_an_answer_is_not_kept_for_a_release_that_it_is_not_of(
    data_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A publication while the answer is made, then the way back to the former release."""
    paths = DataPaths(tmp_path)
    paths.current.parent.mkdir()
    paths.current.symlink_to("releases/former")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))

    async def publishing(scope: Scope, receive: Receive, send: Send) -> None:
        asked_for = paths.current.readlink().name
        if asked_for == "former" and not endpoints_asked:
            _link(tmp_path, "releases/later").replace(paths.current)
        endpoints_asked.append(asked_for)
        answer = Response(paths.current.readlink().name, headers={"Cache-Control": "max-age=1"})
        await answer(scope, receive, send)

    endpoints_asked: list[str] = []
    client = Client(Door(None, publishing))
    assert client.get("x").text == "later"
    _link(tmp_path, "releases/former").replace(paths.current)
    assert client.get("x").text == "former"
    assert client.get("x").text == "former"
    assert len(endpoints_asked) == 2
    client.close()


def _link(folder: Path, target: str) -> Path:
    link = folder / "new"
    link.symlink_to(target)
    return link


def test_what_is_kept_has_a_bound() -> None:
    kept = KeptAnswers(most_bytes=10_000, largest=5_000)
    for number in range(50):
        kept.put(number, Answer(200, (), b"x" * 1_000))
        assert kept.get(0) is not None or number > 3
        kept.get(0)
    assert kept.bytes <= 10_000
    assert len(kept) == 5
    assert kept.get(0) is not None  # asked for all the time, hence not dropped
    assert kept.get(1) is None
    kept.put("large", Answer(200, (), b"x" * 5_001))
    assert kept.get("large") is None
    kept.put(0, Answer(200, (), b"y"))
    assert kept.bytes <= 10_000


def test_a_mart_too_large_for_memory_gives_the_same_bytes(
    client: Client, data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read from its file instead, in the same order."""
    addresses = ("series?indicator=vacancy_rate", f"{SERIES}&format=parquet&as_of=2026-11-20")
    expected = [client.get(address).content for address in addresses]
    monkeypatch.setattr(opened, "_open", OrderedDict())
    monkeypatch.setattr(opened, "MOST_ROWS_IN_MEMORY", 0)
    from_file = Client(application())
    assert [from_file.get(address).content for address in addresses] == expected
    from_file.close()


def test_only_a_few_releases_stay_open(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "_open", OrderedDict())
    monkeypatch.setattr(opened, "KEPT_OPEN", 1)
    first = opened.open_release(release.folder)
    assert opened.open_release(release.folder) is first
    other = tmp_path / release.id
    other.symlink_to(release.folder)
    opened.open_release(other)
    assert opened.already_open(release.folder) is None
    assert opened.already_open(other) is not None


# Limits


def test_a_long_address_is_refused_before_it_is_read(client: Client) -> None:
    answer = client.get(f"{SERIES}&lang=en&as_of={'x' * limits.LONGEST_ADDRESS}")
    assert answer.status_code == 414
    assert answer.json()["code"] == "too_long"


def _series_answer(client: Client) -> tuple[int, str]:
    answer = client.get(SERIES)
    return answer.status_code, answer.json().get("code", "")


def test_a_query_that_takes_too_long_is_stopped(
    release: Release, data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine itself is stopped: the thread is free again for the next request."""
    queries = Queries(at_once=1, longest=0.5)
    client = Client(application(queries))
    assert client.get(SERIES).status_code == 200
    slow = "select count(*) from range(1000000) a, range(1000000) b where a.range % 7 = b.range % 3"

    def endless(cursor: duckdb.DuckDBPyConnection, *_: Any) -> Any:
        return cursor.execute(slow).fetchall()

    monkeypatch.setattr("opendata.api.series.observations.count", endless)
    started = time.monotonic()
    answer = client.get(f"{SERIES}&lang=en")
    assert time.monotonic() - started < 10
    assert (answer.status_code, answer.json()["code"]) == (503, "too_slow")
    assert answer.headers["retry-after"]
    monkeypatch.undo()
    assert client.get(f"{SERIES}&limit=5").status_code == 200
    assert queries.under_way == 0
    client.close()


def test_only_so_many_wait_and_none_for_ever(data_root: Path) -> None:
    queries = Queries(at_once=1, waiting=1, longest=0.5)
    gate = threading.Event()

    async def ask() -> list[str]:
        first = asyncio.create_task(_code(queries.call(lambda: gate.wait(20))))
        second = asyncio.create_task(_code(queries.call(lambda: True)))
        await asyncio.sleep(0.1)
        refused = await _code(queries.call(lambda: True))
        waited = await second
        gate.set()
        return [await first, waited, refused]

    assert asyncio.run(ask()) == ["", "busy", "busy"]
    assert queries.under_way == 0


def test_a_small_answer_does_not_wait_for_large_ones(
    data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many large ones are asked for."""
    gate = threading.Event()
    read = observations.read

    def held(cursor: Any, table: Any, selection: Any, limit: int, offset: int) -> Any:
        if limit > limits.LARGE_ROWS:
            gate.wait(20)
        return read(cursor, table, selection, limit, offset)

    monkeypatch.setattr("opendata.api.series.observations.read", held)
    client = Client(application())
    with ThreadPoolExecutor(4) as pool:
        large = "series?indicator=hiring_projects&vintages=all&limit={}"
        waiting = [pool.submit(client.get, large.format(5000 + number)) for number in range(4)]
        time.sleep(0.5)
        assert client.get(SERIES).status_code == 200
        assert not any(one.done() for one in waiting)
        gate.set()
        assert [one.result().status_code for one in waiting] == [200] * 4
    client.close()


async def _code(asked: Any) -> str:
    try:
        await asked
    except Problem as problem:
        return problem.code
    return ""


LARGE_ANSWER = b"x" * (3 * PIECE)


async def _large(scope: Scope, receive: Receive, send: Send) -> None:
    await Response(LARGE_ANSWER)(scope, receive, send)


def _asked_by(door: Door, send: Send) -> Any:
    scope = {"type": "http", "method": "GET", "path": "/api/x", "query_string": b"", "headers": []}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    return door(scope, receive, send)


def test_slow_readers_hold_so_much_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes when the budget is spent is told to come again; then the slow ones are let go."""
    monkeypatch.setattr("opendata.api.door.MOST_UNDER_WAY", 2 * len(LARGE_ANSWER))
    monkeypatch.setattr("opendata.api.door.SLOWEST_PIECE", 0.3)
    door = Door(None, _large)
    statuses: list[int] = []

    async def never_reads(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        elif message["more_body"]:
            await asyncio.sleep(60)

    async def ask() -> int:
        slow = [asyncio.create_task(_asked_by(door, never_reads)) for _ in range(2)]
        await asyncio.sleep(0.1)
        held = door.under_way
        await _asked_by(door, never_reads)
        await asyncio.gather(*slow)
        return held

    assert asyncio.run(ask()) == 2 * len(LARGE_ANSWER)
    assert statuses == [200, 200, 503]
    assert door.under_way == 0


def test_a_format_that_an_address_has_not_is_refused(client: Client) -> None:
    answer = client.get("key-figures", headers={"Accept": "application/vnd.apache.parquet"})
    assert answer.status_code == 406
    assert answer.json()["code"] == "no_such_format"
    assert "json" in answer.json()["allowed"]
    assert client.get("key-figures", headers={"Accept": "text/html, */*"}).status_code == 200


# What goes wrong inside


def test_without_a_release_the_interface_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    client = Client(application())
    answer = client.get(SERIES)
    client.close()
    assert (answer.status_code, answer.json()["code"]) == (503, "no_release")
    assert answer.headers["cache-control"] == "no-store"
    assert str(tmp_path) not in answer.text


def test_a_release_that_does_not_say_its_rights_is_refused_by_name(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was published before rights were described; others are served."""
    paths = DataPaths(tmp_path)
    old = "20200101T000000Z-00000000"
    paths.releases.mkdir(parents=True)
    (paths.releases / release.id).symlink_to(release.folder)
    shutil.copytree(release.folder, paths.releases / old)
    manifest = json.loads((paths.releases / old / "manifest.json").read_text())
    del manifest["files"]["tables.parquet"]
    manifest["release_id"] = old
    (paths.releases / old / "manifest.json").write_text(json.dumps(manifest))
    paths.current.symlink_to(f"releases/{release.id}")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    client = Client(application())
    answers = [client.get(f"{SERIES}&release={name}") for name in (old, release.id)]
    client.close()
    assert [answer.status_code for answer in answers] == [400, 200]
    said = answers[0].json()
    assert (said["code"], said["parameter"], said["given"]) == ("closed_release", "release", old)


def test_a_broken_release_is_no_secret_and_no_path(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = DataPaths(tmp_path)
    paths.releases.mkdir(parents=True)
    shutil.copytree(release.folder, paths.releases / release.id)
    paths.current.symlink_to(f"releases/{release.id}")
    file = paths.releases / release.id / "fct_observation.parquet"
    file.write_bytes(file.read_bytes()[:1000])
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    client = Client(application())
    answer = client.get(SERIES)
    client.close()
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text


def test_a_fault_of_ours_tells_nothing_of_the_inside(
    data_root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("/a/secret/path")

    monkeypatch.setattr("opendata.api.series.observations.count", broken)
    client = Client(application())
    answer = client.get(SERIES)
    client.close()
    assert (answer.status_code, answer.json()["code"]) == (500, "failed")
    assert "secret" not in answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "/a/secret/path" in caplog.text


# In the dashboard's process


async def _streamlit(request: Request) -> Response:
    return PlainTextResponse(f"streamlit saw {request.url.path}")


@pytest.fixture
def dashboard(data_root: Path) -> Iterator[Client]:
    """The dashboard's routes and middleware with a stand-in for Streamlit behind them."""
    ours = server.routes()
    stack = server.middleware(ours, server.LOOPBACK)
    app = Starlette(routes=[*ours, Route("/{path:path}", _streamlit)], middleware=stack)
    client = Client(app)
    yield client
    client.close()


def test_the_dashboard_answers_for_the_interface_with_its_headers(dashboard: Client) -> None:
    for _ in range(2):  # made, then kept
        answer = dashboard.get(SERIES)
        assert answer.status_code == 200
        assert answer.json()["observations"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_another_host_is_refused_although_the_answer_is_kept(dashboard: Client) -> None:
    assert dashboard.get(SERIES).status_code == 200
    refused = dashboard.get(SERIES, headers={"Host": "elsewhere.example"})
    assert refused.status_code == 400
    assert "observations" not in refused.text


def test_the_pages_stay_as_they_were(dashboard: Client) -> None:
    page = dashboard.request("GET", "/healthz")
    assert page.status_code == 200
    assert "access-control-allow-origin" not in page.headers
    assert dashboard.request("GET", f"/embed/api/v1/{SERIES}").status_code == 404
    assert "streamlit saw" not in dashboard.request("GET", "/api/x").text
