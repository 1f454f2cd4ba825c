"""Fixtures shared by all tests: sockets are closed, one real release is built per session."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import disable_socket, enable_socket, socket_allow_hosts

from ingest.paths import DATA_VARIABLE, PROJECT_ROOT, DataPaths
from ingest.release import Release, current_release

# A data root with a release, to be tested as it is instead of a new one: for the minutes in which
# one page is worked on. CI never sets it.
BUILT = "OBSERVATOIRE_TEST_DATA"
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
