"""Small answers leave at once.

Streamlit binds its socket so that asyncio does not see that it is TCP, and leaves Nagle's algorithm
on: the body of each small answer then waits for the browser to acknowledge the header, 40 ms on a
connection that is kept open. What the listening socket is told, its connections inherit.
"""

from __future__ import annotations

import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def sending_at_once(_: Any) -> AsyncIterator[None]:
    """The server's lifespan: its sockets listen already, and nobody was answered yet."""
    for found in gc.get_objects():
        if type(found) is socket.socket and _listens(found):
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    yield


def _listens(found: socket.socket) -> bool:
    return (
        found.fileno() >= 0
        and found.family in (socket.AF_INET, socket.AF_INET6)
        and found.type == socket.SOCK_STREAM
        and bool(found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    )
