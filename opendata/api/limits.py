"""How much one request, and all requests together, may ask of the process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

import duckdb

from opendata.api.problems import Problem

LONGEST_ADDRESS = 8_000  # characters of the query
LONGEST_HEADER = 500  # characters of a header that are looked at
MOST_VALUES = 100  # of one repeatable parameter
MOST_ROWS_JSON = 10_000
MOST_ROWS_CSV = 20_000
MOST_ROWS_FILE = 100_000  # of Parquet and JSON-stat, which are a tenth of the size
MOST_CELLS = 500_000  # of a JSON-stat cube
DEFAULT_ROWS = 1_000
AT_ONCE = 2  # queries, each on one core, and one large answer beside them
LARGE_ROWS = 2_000  # from which an answer is large, and waits for those alone
MEMORY = "600MB"  # of all queries on one release
WAITING = 64
LONGEST_QUERY = 10.0  # seconds, waiting included
PIECE = 2**18  # bytes of an answer that are handed to the network at once
SLOWEST_PIECE = 30.0  # seconds in which a reader takes them
MOST_UNDER_WAY = 128 * 2**20  # bytes of large answers on their way to slow readers
RETRY_AFTER = {"Retry-After": "5"}

P = ParamSpec("P")
T = TypeVar("T")


class Queries:
    """Runs work beside the event loop: a few at once, some waiting, none for long."""

    def __init__(
        self,
        at_once: int = AT_ONCE,
        waiting: int = WAITING,
        longest: float = LONGEST_QUERY,
    ) -> None:
        self.pool = ThreadPoolExecutor(at_once, thread_name_prefix="api")
        self.large = ThreadPoolExecutor(1, thread_name_prefix="api-large")
        self.most = at_once + waiting
        self.longest = longest
        self.under_way = 0

    async def run(
        self,
        connection: duckdb.DuckDBPyConnection,
        function: Callable[Concatenate[duckdb.DuckDBPyConnection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Calls a function with a cursor of its own, in a thread.

        Raises:
            Problem: 503, as too many requests wait or this one took too long.
        """
        return await self._run(self.pool, connection, lambda c: function(c, *args, **kwargs))

    async def run_large(
        self,
        connection: duckdb.DuckDBPyConnection,
        function: Callable[Concatenate[duckdb.DuckDBPyConnection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """As :meth:`run`, where a large answer is written: one after the other, so that small
        answers never wait for them.
        """
        return await self._run(self.large, connection, lambda c: function(c, *args, **kwargs))

    async def _run(
        self,
        pool: ThreadPoolExecutor,
        connection: duckdb.DuckDBPyConnection,
        function: Callable[[duckdb.DuckDBPyConnection], T],
    ) -> T:
        cursor = connection.cursor()

        def work() -> T:
            with cursor:
                return function(cursor)

        try:
            return await self.call(work, lambda: _interrupt(cursor), pool)
        except (duckdb.InterruptException, duckdb.OutOfMemoryException):
            raise too_slow(self.longest) from None

    async def call(
        self,
        work: Callable[[], T],
        stop: Callable[[], None] | None = None,
        pool: ThreadPoolExecutor | None = None,
    ) -> T:
        """Calls a function in a thread; ``stop`` is called when its time is over."""
        if self.under_way >= self.most:
            raise Problem(503, "busy", headers=RETRY_AFTER)
        loop = asyncio.get_running_loop()
        self.under_way += 1
        future = (pool or self.pool).submit(work)

        def give_up() -> None:
            if not future.cancel() and stop is not None:
                stop()

        timer = loop.call_later(self.longest, give_up)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            if stop is not None:
                stop()  # whoever asked has gone, or it never came to its turn
            if future.cancelled() and not _is_cancelled():
                raise Problem(503, "busy", headers=RETRY_AFTER) from None
            raise
        finally:
            timer.cancel()
            self.under_way -= 1


def _interrupt(cursor: duckdb.DuckDBPyConnection) -> None:
    with contextlib.suppress(duckdb.Error):  # it may have ended meanwhile
        cursor.interrupt()


def too_slow(longest: float) -> Problem:
    """The answer to a request whose time is over."""
    return Problem(503, "too_slow", limits=f"{longest:g}", headers=RETRY_AFTER)


def _is_cancelled() -> bool:
    """Whether the request itself is cancelled, rather than the work it waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
