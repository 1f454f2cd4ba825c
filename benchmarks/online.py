"""The weekly refresh against floors of the same run: bare requests, bare readers, bare dbt build.

The producers are a server on this machine that serves the real files (skipped where they are not
beside the project). Growth with the number of kept vintages is measured in the small tree.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import duckdb
import httpx
import polars as pl
from python_calamine import CalamineWorkbook

from benchmarks.measure import Ratio, run
from benchmarks.refresh import _bare_build, load
from ingest.online.settings import UPSTREAM_VARIABLE
from ingest.paths import DATA_VARIABLE, DBT_PROJECT, PROJECT_ROOT
from tests.faults.producers import SAMPLES, real_files
from tests.faults.server import Producer
from tests.online.small_tree import SmallTree, make, table

MEMORY_TARGET_MB = 1000
VINTAGES = (1, 52, 520)
COMMAND = [str(Path(sys.executable).parent / "observatoire"), "refresh"]


def measure(root: Path, repeat: int) -> list[Ratio]:
    """Ratios of the refresh; see the module."""
    found = growth(root / "growth")
    if SAMPLES.is_dir():
        found = [*whole(root / "whole", repeat), *found]
    return found


def whole(root: Path, repeat: int) -> list[Ratio]:
    """A full refresh of all sources, then refreshes with nothing new."""
    root.mkdir(parents=True)
    served = real_files()
    with Producer(served) as producer:
        environment = {DATA_VARIABLE: str(root / "data"), UPSTREAM_VARIABLE: f"*={producer.url}"}
        full = run(COMMAND, PROJECT_ROOT, environment)
        paths = [asked.path for asked in producer.asked]
        readers = bare_readers(root, served)
        load(root / "loaded.duckdb")
        build = _bare_build(DBT_PROJECT, root / "bare", root / "loaded.duckdb")
        nothing = [run(COMMAND, PROJECT_ROOT, environment).seconds for _ in range(repeat)]
        requests = median(bare_requests(producer.url, paths) for _ in range(repeat))
    return [
        Ratio("refresh, nothing new / 1.3 × requests + 2 s", median(nothing), 1.3 * requests + 2,
              "s", 1),
        Ratio("refresh, all sources / bare readers + bare dbt build", full.seconds,
              readers + build.seconds, "s", 1.5),
        Ratio("peak memory, all sources / allowed", full.peak_mb, MEMORY_TARGET_MB, "MB", 1),
    ]  # fmt: skip


def bare_requests(url: str, paths: list[str]) -> float:
    """Seconds of the same requests, one after the other, by the bare client."""
    started = time.perf_counter()
    with httpx.Client() as client:
        for path in paths:
            client.get(url + path)
    return time.perf_counter() - started


def bare_readers(root: Path, served: dict[str, bytes]) -> float:
    """Seconds of reading the same files with the library of each format, and nothing else."""
    names = []
    for number, content in enumerate(served.values()):
        kind = "xlsx" if content.startswith(b"PK") else "text"
        names.append(root / f"{number}.{kind}")
        names[-1].write_bytes(content)
    started = time.perf_counter()
    for name in names:
        if name.suffix == ".xlsx":
            book = CalamineWorkbook.from_path(str(name))
            for sheet in book.sheet_names:
                book.get_sheet_by_name(sheet).to_python()
        elif name.read_bytes()[:3] == b"\xef\xbb\xbf":
            pl.read_csv(name, separator=";", infer_schema=False)
        else:
            name.read_text(encoding="utf-8", errors="replace")
    return time.perf_counter() - started


def growth(root: Path) -> list[Ratio]:
    """Seconds and memory of a rebuild against the number of kept vintages, per row of data."""
    tree = make(root / "project", is_lean=True)
    seconds, peaks, rows = {}, {}, {}
    for number in VINTAGES:
        one = SmallTree(tree.root, root / f"data{number}")
        one.data.mkdir()
        keep(one, number)
        done = run(one.command("refresh", "--offline", "--force"), tree.root, one.environment())
        again = run(one.command("refresh", "--offline", "--force"), tree.root, one.environment())
        seconds[number] = min(done.seconds, again.seconds)
        peaks[number] = max(done.peak_mb, again.peak_mb)
        rows[number] = raw_rows(one)
    first, middle, last = VINTAGES
    return [
        Ratio(f"seconds at {last} vintages / at {middle}, times the growth of rows", seconds[last],
              seconds[middle] * rows[last] / rows[middle], "s", 1),
        Ratio(f"seconds at {middle} vintages / at {first}, times the growth of rows",
              seconds[middle], seconds[first] * rows[middle] / rows[first], "s", 1),
        Ratio(f"peak memory at {last} vintages / at {middle}, times the growth of rows",
              peaks[last], peaks[middle] * rows[last] / rows[middle], "MB", 1),
        Ratio(f"peak memory at {last} vintages / allowed", peaks[last], MEMORY_TARGET_MB, "MB", 1),
    ]  # fmt: skip


def keep(tree: SmallTree, number: int) -> None:
    """Lands that many editions of one source, by the code of the project, without a build."""
    script = (
        "import datetime as dt, hashlib, pathlib, sys\n"
        "from ingest.online.landing import Arrival, LandingStore\n"
        "from ingest.paths import data_paths\n"
        "paths = data_paths(); store = LandingStore(paths.landing)\n"
        "store.incoming.mkdir(parents=True)\n"
        "for n, text in enumerate(sys.stdin.read().split('\\f'), start=1):\n"
        "    content = text.encode(); part = store.incoming / 'x.part'; part.write_bytes(content)\n"
        "    at = dt.datetime(2026, 1, 5, tzinfo=dt.UTC) + dt.timedelta(weeks=n)\n"
        "    store.land('maker_rates', Arrival(number=n, key='rates', url='https://x',\n"
        "        sha256=hashlib.sha256(content).hexdigest(), bytes=len(content),\n"
        "        retrieved_at=at, status=200, headers={}), part)\n"
    )
    texts = [
        table(start=1990, quarters=130, level=2.0 + week * 0.0001, step=0.001, unit="percent")
        for week in range(number)
    ]
    subprocess.run([sys.executable, "-c", script], input="\f".join(texts), text=True, check=True,
         cwd=tree.root, env=tree.environment())  # fmt: skip


def raw_rows(tree: SmallTree) -> int:
    """Observations of the release: what grows with the vintages."""
    file = tree.paths.current / "fct_observation.parquet"
    return int(duckdb.sql(f"select count(*) from read_parquet('{file}')").fetchall()[0][0])
