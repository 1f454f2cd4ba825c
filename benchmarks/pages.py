"""From navigation to the last chart of each page, against an empty Streamlit page.

Both servers run at once and are measured in turn, in one headless Chromium, warm: the first
visit of each address is not counted.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.measure import Ratio
from ingest.paths import DATA_VARIABLE, DataPaths
from ingest.refresh import refresh_offline
from ingest.transform import Step

TARGET = 2.0
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = Path(__file__).parent
DASHBOARD = HERE.parent / "dashboard"
# The script has ended and each chart of the page holds its drawing.
DRAWN = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    const charts = [...document.querySelectorAll('[data-testid="stPlotlyChart"]')];
    return app && app.getAttribute('data-test-script-state') === 'notRunning'
        && document.querySelector('[data-testid="stMainBlockContainer"]')?.innerText.trim()
        && !document.querySelector('[data-testid="stSkeleton"]')
        && charts.every(chart => chart.querySelector('.main-svg'));
}"""


class Silent:
    """A refresh that tells nothing."""

    def source(self, source_id: str, tables: int, rows: int, seconds: float) -> None: ...

    def step(self, step: Step) -> None: ...

    def stage(self, name: str, detail: str, seconds: float) -> None: ...


def measure(root: Path, repeat: int) -> list[Ratio]:
    """Median seconds of each page over `repeat` warm visits."""
    data = root / "pages"
    refresh_offline(DataPaths(data), Silent())
    with (
        _streamlit(DASHBOARD / "app.py", data) as dashboard,
        _streamlit(HERE / "empty_page.py", data) as empty,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        page = browser.new_page()
        names = _page_names(page, dashboard)
        seconds: dict[str, list[float]] = {name: [] for name in [*names, ""]}
        for visit in range(repeat + 1):
            for name in seconds:
                address = f"{dashboard}/{name}" if name else empty
                taken = _visit(page, address)
                if visit:
                    seconds[name].append(taken)
        browser.close()
    floor = median(seconds.pop(""))
    return [
        Ratio(f"page {name} / empty page", median(taken), floor, "s", TARGET)
        for name, taken in seconds.items()
    ]


def _page_names(page: Page, address: str) -> list[str]:
    _visit(page, address)
    links = page.locator('[data-testid="stSidebarNavLink"]').evaluate_all(
        "links => links.map(link => new URL(link.href).pathname.slice(1))"
    )
    return [str(link) or "." for link in links]


def _visit(page: Page, address: str) -> float:
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(DRAWN, timeout=60_000, polling=10)
    return time.perf_counter() - started


@contextmanager
def _streamlit(script: Path, data: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "streamlit", "run", script.name),
        *("--server.port", str(port), "--server.address", "127.0.0.1"),
        *("--server.headless", "true", "--browser.gatherUsageStats", "false"),
    ]
    process = subprocess.Popen(
        command,
        cwd=script.parent,
        env=os.environ | {DATA_VARIABLE: str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {address}")
