"""Streamlit served on a free port of this machine, and the Chromium to open it with."""

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

from ingest.paths import DATA_VARIABLE

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


def find_chromium() -> str | None:
    """Path of the installed Chromium, if there is one."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


@contextmanager
def serve(script: Path, data_root: Path, log: Path) -> Iterator[str]:
    """Serves a Streamlit script, run in its own folder, until the block ends.

    Args:
        script: The script; a `.streamlit` folder beside it is read.
        data_root: The data root that it sees.
        log: Where its output goes.

    Yields:
        Its address.

    Raises:
        RuntimeError: It does not answer within a minute; the message holds its output.
    """
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        *(sys.executable, "-m", "streamlit", "run", script.name),
        *("--server.port", str(port), "--server.address", "127.0.0.1"),
        *("--server.headless", "true", "--browser.gatherUsageStats", "false"),
    ]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=script.parent,
            env=os.environ | {DATA_VARIABLE: str(data_root)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + STARTS_WITHIN
        while not _healthy(url):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{script} did not start: {log.read_text(encoding='utf-8')}")
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
