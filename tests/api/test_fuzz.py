"""Nothing of a request reaches SQL as text, whatever stands in it; nothing breaks the interface."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any
from urllib.parse import quote

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from opendata.api.app import PREFIX
from opendata.api.documentation import words
from tests.api.conftest import Client

pytestmark = pytest.mark.integration
LONGEST = 10.0  # seconds that an answer may take on a busy machine; most take milliseconds
EXAMPLES = 150
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
HOSTILE = [
    "' or '1'='1",
    "'; drop table fct_observation; --",
    '" or ""="',
    "x') union select * from read_csv('/etc/passwd') --",
    "${jndi:ldap://x}",
    "$family",
    "?",
    "%",
    "\\",
    "\x00",
    "a\x00b",
    "\r\nSet-Cookie: a=b",
    "=cmd|' /C calc'!A0",
    "../../../etc/passwd",
    "..%2f..%2fmanifest.json",
    "%252e%252e%252f",
    "％＇",
    "é" * 50,
    "\u202e\ufeff\U0001f4a9",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "null",
    "[]",
    "{}",
    "0x10",
    "١٢",
    "2023-13",
    "0000",
    "9999-12-31",
    "A" * 3_000,
]
NAMES = sorted(words()["parameters"])
ADDRESSES = [
    *("", "series", "indicators", "key-figures", "claims", "salary", "sources", "releases"),
    *("openapi.json", "documentation"),
    *("indicators/vacant_posts", "claims/educator_smic_2001", "sources/smic"),
]
FORMS = ("json", "csv", "csv-fr", "parquet", "jsonstat")


def every_way_to_narrow() -> Iterator[str]:
    """Every set of the parameters of ``/series``: its queries depend on which are given."""
    some = (
        *("&population=b_s__10_plus", "&occupation=all", "&geography=fr"),
        *("&source=dares_vacancies", "&from=2020", "&to=2024"),
        *("&as_of=2026-11-20", "&vintages=all"),
    )
    for given_ones in product((False, True), repeat=len(some)):
        yield "".join(part for part, is_given in zip(some, given_ones, strict=True) if is_given)


# Requests that are in order: each runs every query of its address.
IN_ORDER = [
    *(address for address in ADDRESSES if address not in ("series", "salary")),
    *(f"series?indicator=vacant_posts{narrowed}" for narrowed in every_way_to_narrow()),
    *(f"series?indicator=vacant_posts&geography=fr&format={form}" for form in FORMS),
    "salary?agreement=ccn66&job=educateur_specialise&scale=day&seniority=0&employer_group=other"
    "&convention=base&reference=smic_35h&from=2020",
]


class Spied:
    """A connection that notes the text of each query, and does what the real one does."""

    def __init__(self, real: Any, seen: set[str]) -> None:
        self._real = real
        self._seen = seen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __enter__(self) -> Spied:
        self._real.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._real.__exit__(*error)

    def cursor(self) -> Spied:
        return Spied(self._real.cursor(), self._seen)

    def execute(self, query: str, *arguments: Any, **named: Any) -> Any:
        self._seen.add(query)
        return self._real.execute(query, *arguments, **named)

    def sql(self, query: str, *arguments: Any, **named: Any) -> Any:
        self._seen.add(query)
        return self._real.sql(query, *arguments, **named)


@pytest.fixture(scope="module")
def texts() -> set[str]:
    """The texts of all queries that were run."""
    return set()


@pytest.fixture(scope="module")
def spied(data_root: object, texts: set[str]) -> Iterator[Client]:
    """The interface, every query of which is noted; nothing is kept ready."""
    from opendata.api import opened
    from opendata.api.app import create_api
    from opendata.api.cache import KeptAnswers
    from opendata.api.door import Door

    patch = pytest.MonkeyPatch()
    real = duckdb.connect
    patch.setattr(duckdb, "connect", lambda *given, **named: Spied(real(*given, **named), texts))
    patch.setattr(opened, "_open", OrderedDict())  # those that are open are not spied
    client = Client(Door(None, create_api(), KeptAnswers(most_bytes=0)))
    yield client
    client.close()
    patch.undo()


@pytest.fixture(scope="module")
def closed_list(spied: Client, texts: set[str]) -> frozenset[str]:
    """The texts of the queries that requests in order run."""
    for address in IN_ORDER:
        answer = spied.get(address)
        assert answer.status_code == 200, answer.text
    assert len(texts) > len(ADDRESSES)
    return frozenset(texts)


def asked(client: Client, path: str, pairs: list[tuple[str, str]]) -> Any:
    """One request, with what holds for the answer to any."""
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    began = time.monotonic()
    answer = client.get(f"{path}?{query}" if query else path)
    assert time.monotonic() - began < LONGEST
    assert answer.status_code < 500, (path, pairs, answer.text)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert {"title", "status", "detail", "code"} <= set(answer.json())
        assert "Traceback" not in answer.text
    return answer


@given(
    path=st.sampled_from(ADDRESSES),
    pairs=st.lists(
        st.tuples(
            st.one_of(st.sampled_from(NAMES), st.text(max_size=20)),
            st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60)),
        ),
        max_size=4,
    ),
)
@example(path="series", pairs=[("indicator", "vacant_posts"), ("indicator", HOSTILE[1])])
@SETTINGS
def test_no_query_is_made_of_what_was_asked(
    spied: Client,
    closed_list: frozenset[str],
    texts: set[str],
    path: str,
    pairs: list[tuple[str, str]],
) -> None:
    asked(spied, path, pairs)
    assert texts == closed_list


@pytest.fixture(scope="module")
def places(spied: Client) -> list[tuple[str, str]]:
    """Each address with each of its parameters."""
    paths = spied.get("openapi.json").json()["paths"]
    return [
        (path.removeprefix("/"), parameter["name"])
        for path, told in paths.items()
        if "{" not in path
        for parameter in told["get"]["parameters"]
    ]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_values_of_every_parameter(
    spied: Client,
    places: list[tuple[str, str]],
    closed_list: frozenset[str],
    texts: set[str],
    hostile: str,
) -> None:
    for path, name in places:
        with_others = [("indicator", "vacant_posts")] if path == "series" else []
        asked(spied, path, [*with_others, (name, hostile)])
    assert texts == closed_list


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("listing", ["indicators", "claims", "sources", "releases"])
def test_hostile_identifiers_lead_nowhere(
    spied: Client, closed_list: frozenset[str], texts: set[str], listing: str, hostile: str
) -> None:
    for written in (quote(hostile, safe=""), quote(quote(hostile, safe=""), safe="")):
        answer = spied.request("GET", f"{PREFIX}/{listing}/{written}")
        assert answer.status_code in (400, 404), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
    assert texts == closed_list


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/claims/..%2f..%2fmanifest.json",
        "/api/v1/claims/%2e%2e/series",
        "/api/v1/..%5c..%5cetc",
        "/api/v1//claims",
        "/api/v1/claims/",
        "/api/v1/claims//",
        "/api/v1/CLAIMS",
        "/api/v1/claims%00",
        "/api/v1/claims;x=1",
        "/api/v1/%63laims%2f",
        "/api/v2/claims",
        "/api/",
        "/api/v1/docs",
        "/api/v1/redoc",
        "/api/openapi.json",
    ],
)
def test_paths_that_are_none(spied: Client, path: str) -> None:
    answer = spied.request("GET", path)
    assert answer.status_code in (307, 404)
    assert "manifest" not in answer.text or answer.status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
@pytest.mark.parametrize("address", ["claims", "series", "salary", "openapi.json"])
def test_nothing_can_be_written(spied: Client, method: str, address: str) -> None:
    answer = spied.request(method, f"{PREFIX}/{address}", content=b"x" * 100_000)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["content-type"] == "application/problem+json"


def test_hostile_headers(spied: Client) -> None:
    for name in ("Accept", "Accept-Encoding", "If-None-Match", "X-Forwarded-For", "Range"):
        for value in ("x" * 20_000, "gzip;q=x, */*;q=1e999", '"' * 500, ",;,;,;" * 200):
            answer = spied.get("claims?limit=2", headers={name: value})
            assert answer.status_code in (200, 304)


def test_what_is_given_stands_in_no_header(spied: Client) -> None:
    """A value with an end of line adds no header to an answer."""
    for name in ("release", "lang", "format", "document"):
        answer = spied.get(f"key-figures?{name}=x%0d%0aSet-Cookie:%20a=b")
        assert answer.status_code == 400
        assert "set-cookie" not in answer.headers


def test_a_crowd_is_served_or_told_to_come_back(client: Client) -> None:
    """Many at once, all different: each is answered, late ones with a time to come back."""

    def ask(place: int) -> int:
        answer = client.get(f"claims/educator_smic_2001?limit=20&offset={place}")
        if answer.status_code == 503:
            assert int(answer.headers["retry-after"]) > 0
        return answer.status_code

    with ThreadPoolExecutor(40) as pool:
        statuses = list(pool.map(ask, range(120)))
    assert set(statuses) <= {200, 503}
    assert statuses.count(200) > len(statuses) / 2
    assert client.get("claims?limit=1").status_code == 200
