"""The dashboard or any Streamlit script on a free port of this machine, and the Chromium for it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.paths import DATA_VARIABLE, PROJECT_ROOT

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# Nothing but the page itself may want the network.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STARTS_WITHIN = 60  # seconds
DASHBOARD = PROJECT_ROOT / "dashboard"


def find_chromium() -> str | None:
    """Path of the installed Chromium, if there is one."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


@contextmanager
def serve_dashboard(data_root: Path, log: Path, *options: str) -> Iterator[str]:
    """Serves the dashboard as `observatoire serve` does, until the block ends.

    Args:
        data_root: The data root that it sees.
        log: Where its output goes.
        options: Further ones of `python -m dashboard.server`.

    Yields:
        Its address.
    """
    command = [sys.executable, "-m", "dashboard.server", *options]
    with _serving(command, "--port", DASHBOARD, data_root, log) as url:
        yield url


@contextmanager
def serve_launcher(launcher: Path, data_root: Path, log: Path) -> Iterator[str]:
    """Runs a Python file that serves on the port of its last argument, until the block ends."""
    with _serving(
        [sys.executable, launcher.name], "--port", launcher.parent, data_root, log
    ) as url:
        yield url


@contextmanager
def serve(script: Path, data_root: Path, log: Path) -> Iterator[str]:
    """Serves any Streamlit script as Streamlit itself does, run in its own folder.

    Args:
        script: The script; a `.streamlit` folder beside it is read.
        data_root: The data root that it sees.
        log: Where its output goes.

    Yields:
        Its address.
    """
    command = [
        *(sys.executable, "-m", "streamlit", "run", script.name),
        *("--server.address", "127.0.0.1", "--server.headless", "true"),
        *("--browser.gatherUsageStats", "false"),
    ]
    with _serving(command, "--server.port", script.parent, data_root, log) as url:
        yield url


@contextmanager
def _serving(
    command: list[str], port_option: str, folder: Path, data_root: Path, log: Path
) -> Iterator[str]:
    """Runs a server on a free port until the block ends.

    Raises:
        RuntimeError: It does not answer within a minute; the message holds its output.
    """
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, port_option, str(port)],
            cwd=folder,
            env=os.environ | {DATA_VARIABLE: str(data_root)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + STARTS_WITHIN
        while not _healthy(url):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"no answer: {log.read_text(encoding='utf-8')}")
            time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
            return bool(answer.read() == b"ok")
    except OSError:
        return False
