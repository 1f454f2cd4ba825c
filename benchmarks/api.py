"""The interface for programs: its series against the bare query, and against a bare endpoint.

- *asked anew*: eight clients ask for series that nobody asked for before; the floor is eight
  threads that run the same queries on the same Parquet file and fetch the same rows.
- *kept*: one address asked again and again of the whole server, with all that stands before the
  endpoints; the floor is one Starlette route that returns the same bytes, under the same uvicorn
  settings, with the same client, in turn.
- *memory*: that of the server's process in the last tenth of so many requests of all kinds, most of
  them kept, over that in the first; before them, the kept answers have reached their bound.

The client is a socket and little else: what the client costs is in both sides of each ratio.
"""

from __future__ import annotations

import itertools
import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode, urlsplit

import duckdb
import psutil

from benchmarks.measure import Ratio
from benchmarks.refresh import refresh_offline
from ingest.paths import PROJECT_ROOT, DataPaths
from ingest.release import Release, current_release
from opendata.api.cache import MOST_BYTES
from opendata.rights import rights_of
from tests.browser.serving import serve_dashboard, serve_launcher

CLIENTS = 8
ROUNDS = 4  # of all queries, by all clients together
LIMIT = 1_000
QUERY_TARGET = 3.0
KEPT_TARGET = 2.0  # half the rate is twice the time
KEPT_REQUESTS = 1_500
MANY = 50_000
ANEW_EVERY = 50  # of the many, one in so many was never asked before
SAMPLED_EVERY = 50
MEMORY_TARGET = 1.1
KEPT = "/api/v1/series?indicator=vacancy_rate&population=section_q__all_sizes"
OTHERS = (
    KEPT,
    f"{KEPT}&format=csv",
    f"{KEPT}&format=csv-fr",
    f"{KEPT}&format=parquet",
    f"{KEPT}&format=jsonstat",
    f"{KEPT}&lang=en",
    f"{KEPT}&colour=blue",
    "/api/v1/series?indicator=nothing",
    "/api/v1/nowhere",
)
FLOOR = PROJECT_ROOT / "benchmarks" / "floor" / "bare.py"


@dataclass(frozen=True)
class Asked:
    """One request for series, as an address and as a query on the file."""

    values: dict[str, str]

    def address(self, limit: int) -> str:
        return f"/api/v1/series?{urlencode({**self.values, 'limit': limit})}"

    def conditions(self) -> str:
        return " and ".join(f"{name}_id = ${name}" for name in self.values)


class Client:
    """One kept-alive connection."""

    def __init__(self, url: str, headers: str = "") -> None:
        place = urlsplit(url)
        self.host = place.netloc
        self.headers = headers
        self.socket = socket.create_connection((place.hostname, place.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, address: str) -> tuple[int, bytes]:
        """Status and body."""
        head = f"GET {address} HTTP/1.1\r\nHost: {self.host}\r\n{self.headers}\r\n"
        self.socket.sendall(head.encode())
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        lines = bytes(received[:end]).lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        while len(received) < end + 4 + length:
            received += self._more()
        return int(lines[0].split()[1]), bytes(received[end + 4 :])

    def _more(self) -> bytes:
        received = self.socket.recv(1 << 20)
        if not received:
            raise RuntimeError("the server hung up")
        return received

    def close(self) -> None:
        self.socket.close()


def measure(root: Path, repeat: int) -> list[Ratio]:
    """The three measures on a release of its own."""
    data = root / "api"
    refresh_offline(data)
    return measure_release(current_release(DataPaths(data)), data, root, repeat)


def measure_release(
    release: Release, data: Path, root: Path, repeat: int, many: int = MANY
) -> list[Ratio]:
    """The same on a release that stands already."""
    with serve_dashboard(data, root / "api.log") as url:
        queries = list(_queries(release))
        return [
            _anew(release, url, queries, repeat),
            _kept(url, data, root, repeat),
            _memory(url, queries, many),
        ]


def _queries(release: Release) -> Iterator[Asked]:
    """Series of each size: one line, one territory, a whole indicator cut at the limit."""
    table = rights_of(release).tables["fct_observation"]
    for narrowed in ("population", "geography"):
        found = release.sql(
            f"select distinct indicator_id, {narrowed}_id from fct_observation "
            f"where ({table.condition}) and is_latest order by hash({narrowed}_id) limit 40"
        )
        for indicator, value in found.iter_rows():
            yield Asked({"indicator": indicator, narrowed: value})


def _anew(release: Release, url: str, queries: Sequence[Asked], repeat: int) -> Ratio:
    """p95 of eight clients over that of eight threads, in turns."""
    limits = itertools.count(LIMIT, -1)  # each round's addresses are new to the server
    bare = _bare_query(release)
    ours, floors = [], []
    for _ in range(repeat + 1):
        floors.append(_p95_of_all(queries, lambda: _timed(bare)))
        limit = next(limits)
        ours.append(_p95_of_all(queries, lambda: _timed(_over_http(url, limit))))  # noqa: B023
    return Ratio(
        f"/series asked anew, {CLIENTS} clients: p95 / bare query's",
        1000 * median(ours[1:]),
        1000 * median(floors[1:]),
        "ms",
        QUERY_TARGET,
    )


def _bare_query(release: Release) -> Callable[[], Callable[[Asked], object]]:
    """Makes for each thread what runs the query of a request and fetches its rows."""
    table = rights_of(release).tables["fct_observation"]
    columns, order = ", ".join(table.columns), ", ".join(table.keys)
    file = str(release.folder / "fct_observation.parquet").replace("'", "''")
    connection = duckdb.connect()

    def start() -> Callable[[Asked], object]:
        cursor = connection.cursor()
        return lambda asked: cursor.execute(
            f"select {columns} from read_parquet('{file}') where ({table.condition}) "
            f"and is_latest and {asked.conditions()} order by {order} limit {LIMIT}",
            asked.values,
        ).fetchall()

    return start


def _over_http(url: str, limit: int) -> Callable[[], Callable[[Asked], object]]:
    def start() -> Callable[[Asked], object]:
        client = Client(url)

        def ask(asked: Asked) -> object:
            status, body = client.get(asked.address(limit))
            if status != 200:
                raise RuntimeError(f"{asked.address(limit)}: {status} {body[:300]!r}")
            return body

        return ask

    return start


def _timed(
    start: Callable[[], Callable[[Asked], object]],
) -> Callable[[Sequence[Asked]], list[float]]:
    def run(queries: Sequence[Asked]) -> list[float]:
        ask = start()
        seconds = []
        for asked in queries:
            began = time.perf_counter()
            ask(asked)
            seconds.append(time.perf_counter() - began)
        return seconds

    return run


def _p95_of_all(
    queries: Sequence[Asked], user: Callable[[], Callable[[Sequence[Asked]], list[float]]]
) -> float:
    """Eight users share the queries; each query is run once."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        parts = pool.map(lambda number: user()(queries[number::CLIENTS]), range(CLIENTS))
        return quantiles([s for part in parts for s in part], n=20, method="inclusive")[-1]


def _kept(url: str, data: Path, root: Path, repeat: int) -> Ratio:
    """Time of one request for a kept answer over that of the bare endpoint, in turns."""
    gzipped = "Accept-Encoding: gzip\r\n"
    status, body = Client(url, gzipped).get(KEPT)
    if status != 200:
        raise RuntimeError(f"{KEPT}: {status}")
    content = root / "body"
    content.write_bytes(body)
    with _environment(BYTES=str(content)), serve_launcher(FLOOR, data, root / "bare.log") as bare:
        pairs = [
            (
                _seconds_each(Client(url, gzipped), KEPT),
                _seconds_each(Client(bare, gzipped), "/series"),
            )
            for _ in range(2 * repeat + 1)
        ][1:]
    return Ratio(
        f"a kept /series ({len(body)} bytes, gzip) / bare endpoint, time of a request",
        1000 * median(mine for mine, _ in pairs),
        1000 * median(its for _, its in pairs),
        "ms",
        KEPT_TARGET,
    )


def _seconds_each(client: Client, address: str) -> float:
    began = time.perf_counter()
    for _ in range(KEPT_REQUESTS):
        client.get(address)
    seconds = time.perf_counter() - began
    client.close()
    return seconds / KEPT_REQUESTS


def _memory(url: str, queries: Sequence[Asked], many: int) -> Ratio:
    """Resident memory at the end of many requests over that at their begin."""
    server = _process_of(url)
    client = Client(url)
    fresh = (asked.address(limit) for limit in itertools.count(LIMIT + 1) for asked in queries)
    filled = 0
    while filled < 2 * MOST_BYTES:
        filled += len(client.get(next(fresh))[1])
    resident = []
    for number, address in enumerate(itertools.islice(itertools.cycle(OTHERS), many)):
        client.get(next(fresh) if number % ANEW_EVERY == 0 else address)
        if number % SAMPLED_EVERY == 0:
            resident.append(server.memory_info().rss / 1e6)
    tenth = max(len(resident) // 10, 1)
    return Ratio(
        f"memory in the last tenth of {many} requests / in the first",
        median(resident[-tenth:]),
        median(resident[:tenth]),
        "MB",
        MEMORY_TARGET,
    )


def _process_of(url: str) -> psutil.Process:
    """The server's process: the child of ours that listens on the port."""
    port = urlsplit(url).port
    return next(
        child
        for child in psutil.Process().children(recursive=True)
        if any(
            connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
            for connection in child.net_connections("tcp")
        )
    )


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            del os.environ[name]
