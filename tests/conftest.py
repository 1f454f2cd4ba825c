"""Fixtures shared by all tests: sockets are closed, one real release is built per session."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_socket import disable_socket, enable_socket, socket_allow_hosts

from ingest.paths import DATA_VARIABLE, PROJECT_ROOT, DataPaths
from ingest.release import Release, current_release
from tests.browser.serving import ARGUMENTS, find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A data root with a release, to be tested as it is instead of a new one: for the minutes in which
# one page is worked on. CI never sets it.
BUILT = "OBSERVATOIRE_TEST_DATA"
# Set in CI: what is missing there fails instead of being skipped.
REQUIRED = "OBSERVATOIRE_REQUIRE_BROWSER"
AXE = Path(__file__).parent / "browser" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
SHARED_REFERENCE = PROJECT_ROOT.parent / "shared" / "reference"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for the built release is an integration test, whether it says so or not."""
    for item in items:
        if "data_root" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.integration)


@pytest.fixture(autouse=True)
def _no_sockets(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test opens a socket, but for those that drive a browser or a server on this machine."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    if request.node.get_closest_marker("loopback"):
        socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
        yield
        enable_socket()
        return
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()


def run_observatoire(*arguments: str, root: Path) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a user does, on its own data root."""
    return subprocess.run(
        [str(Path(sys.executable).parent / "observatoire"), *arguments],
        env=os.environ | {DATA_VARIABLE: str(root), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.fixture(scope="session")
def data_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data root with a release made from the bundled tables by the real command."""
    built = os.environ.get(BUILT)
    root = Path(built) if built else tmp_path_factory.mktemp("data")
    if not built:
        run = run_observatoire("refresh", "--offline", root=root)
        assert run.returncode == 0, run.stdout + run.stderr
    before = os.environ.get(DATA_VARIABLE)
    os.environ[DATA_VARIABLE] = str(root)
    yield root
    if before is None:
        del os.environ[DATA_VARIABLE]
    else:
        os.environ[DATA_VARIABLE] = before


@pytest.fixture(scope="session")
def release(data_root: Path) -> Release:
    """The release of :func:`data_root`."""
    return current_release(DataPaths(data_root))


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of reference data; a test that needs it is skipped where it is absent."""
    if not SHARED_REFERENCE.is_dir():
        pytest.skip(f"the reference data are not beside the project ({SHARED_REFERENCE})")
    return SHARED_REFERENCE


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
def browser(chromium: str) -> Iterator[Browser]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, installed by ``make`` from its lock file."""
    if not AXE.is_file():
        reason = "axe-core is not installed (npm ci in tests/browser/axe)"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{reason} and {REQUIRED}=1")
        pytest.skip(reason)
    return AXE.read_text(encoding="utf-8")
