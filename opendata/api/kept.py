"""What is worked out once a release, and kept as long as the release may be asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar

import duckdb

from opendata.api.opened import Opened

P = ParamSpec("P")
T = TypeVar("T")
MOST_KEPT = 100


def once_a_release(
    function: Callable[Concatenate[duckdb.DuckDBPyConnection, Opened, P], T],
) -> Callable[Concatenate[duckdb.DuckDBPyConnection, Opened, P], T]:
    """Keeps what a function of a release returns; further arguments come from a closed list."""
    kept: OrderedDict[Hashable, T] = OrderedDict()
    busy = Lock()

    @wraps(function)
    def keeping(
        cursor: duckdb.DuckDBPyConnection, opened: Opened, /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        key = (opened.release.folder, args, tuple(kwargs.items()))
        with busy:
            if key not in kept:
                kept[key] = function(cursor, opened, *args, **kwargs)
            kept.move_to_end(key)
            while len(kept) > MOST_KEPT:
                kept.popitem(last=False)
            return kept[key]

    return keeping
