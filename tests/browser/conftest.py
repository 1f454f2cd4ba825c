"""The dashboard served on a free port of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.serving import serve_dashboard


@pytest.fixture(scope="session")
def dashboard_url(
    chromium: str, data_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Address of a dashboard that serves the session's release; ended at the end."""
    log = tmp_path_factory.mktemp("dashboard") / "server.log"
    with serve_dashboard(data_root, log) as url:
        yield url
