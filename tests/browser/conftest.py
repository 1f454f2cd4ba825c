"""The dashboard served on a free port of this machine, and a headless Chromium to open it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.serving import ARGUMENTS, find_chromium, serve_dashboard

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REQUIRED = "OBSERVATOIRE_REQUIRE_BROWSER"


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the installed Chromium; without one the test is skipped, or fails if compulsory."""
    found = find_chromium()
    if found is None:
        reason = "no Chromium is installed (apt install chromium)"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{reason} and {REQUIRED}=1")
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def dashboard_url(
    chromium: str, data_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Address of a dashboard that serves the session's release; ended at the end."""
    log = tmp_path_factory.mktemp("dashboard") / "server.log"
    with serve_dashboard(data_root, log) as url:
        yield url


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()
