"""The interface asked without a socket, on the release that was built for the tests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from opendata.api.app import PREFIX, application

PATIENCE = 60  # seconds


class Client:
    """Asks an application; its loop stands in a thread, as browser tests keep one in theirs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url="http://127.0.0.1",
        )

    def get(self, address: str, **keywords: Any) -> httpx.Response:
        """An address under ``/api/v1``."""
        return self.request("GET", f"{PREFIX}/{address}", **keywords)

    def request(self, method: str, address: str, **keywords: Any) -> httpx.Response:
        asked = self._client.request(method, address, **keywords)
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result(PATIENCE)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="session")
def client(data_root: Path) -> Iterator[Client]:
    """The interface on the built release."""
    client = Client(application())
    yield client
    client.close()
