"""Eight users at once against one: seconds from asking for a page to its last message.

Each user is a session of its own, which speaks to the server as the browser does and walks through
all pages without a pause, so that only the server is measured: eight browsers on one machine would
measure the browsers.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from benchmarks.measure import Ratio
from dashboard.pages import HOME, addresses

USERS = 8
TARGET = 5.0
FLOOR_TARGET = 2.0
PATIENCE = 60  # seconds


def measure_users(address: str, floor: str, repeat: int) -> list[Ratio]:
    """The 95th percentile of eight users over that of one, and over that of eight on an empty page.

    The first says how a page slows down in company; with pages of 10 ms and one interpreter it
    is about the number of users. The second says what our pages add to it.
    """
    ours, empty = addresses(), [HOME] * len(addresses())
    _walk(address, ours, 1)  # the first visit of each page fills the caches
    _walk(floor, empty, 1)
    alone = _walk(address, ours, repeat)
    together = _at_once(address, ours, repeat)
    alone += _walk(address, ours, repeat)
    on_the_floor = _at_once(floor, empty, repeat)
    name = f"{USERS} users: p95 of a page"
    return [
        Ratio(f"{name} / one user's", _p95(together), _p95(alone), "s", TARGET),
        Ratio(f"{name} / of an empty page", _p95(together), _p95(on_the_floor), "s", FLOOR_TARGET),
    ]


def _at_once(address: str, pages: Sequence[str], repeat: int) -> list[float]:
    with ThreadPoolExecutor(USERS) as pool:
        walks = pool.map(lambda _: _walk(address, pages, repeat), range(USERS))
        return [seconds for walk in walks for seconds in walk]


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[-1]


def _walk(address: str, pages: Sequence[str], rounds: int) -> list[float]:
    """Seconds of each page, in one session."""
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(
        stream,
        origin=Origin(address),
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
    ) as session:
        return [_visit(session, page) for _ in range(rounds) for page in pages]


def _visit(session: ClientConnection, page: str) -> float:
    asked = BackMsg()
    asked.rerun_script.page_name = "" if page == HOME else page
    started = time.perf_counter()
    session.send(asked.SerializeToString())
    told = ForwardMsg()
    while told.WhichOneof("type") != "script_finished":
        told.ParseFromString(_bytes(session.recv(PATIENCE)))
        if told.WhichOneof("type") == "page_not_found":
            raise RuntimeError(f"the server knows no page {page}")
    if told.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
        raise RuntimeError(f"the script of {page} did not end well: {told.script_finished}")
    return time.perf_counter() - started


def _bytes(message: str | bytes) -> bytes:
    return message if isinstance(message, bytes) else message.encode()
