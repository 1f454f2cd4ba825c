"""The whole refresh against the bare ``dbt build`` of the same project, and of an empty one."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from pathlib import Path
from statistics import median

from benchmarks.measure import Ratio, Run, run
from ingest.load import load_declarations, load_table, open_warehouse
from ingest.paths import DATA_VARIABLE, DBT_PROJECT, PROJECT_ROOT
from ingest.refresh import check_bundled
from ingest.transform import dbt_command

MEMORY_TARGET_MB = 700
EMPTY_PROJECT = {
    "dbt_project.yml": "name: empty\nversion: '1.0.0'\nprofile: observatoire\n"
    "flags: {send_anonymous_usage_stats: false}\n",
    "models/one.sql": "select 1 as one\n",
}


def measure(root: Path, repeat: int) -> list[Ratio]:
    """Median seconds of each command over `repeat` runs, and the refresh's highest memory."""
    loaded = root / "loaded.duckdb"
    load(loaded)
    empty = _empty_project(root / "empty")
    refreshes, bare, floor = [], [], []
    for number in range(repeat):
        refreshes.append(refresh_offline(root / f"data{number}"))
        bare.append(_bare_build(DBT_PROJECT, root / f"bare{number}", loaded))
        floor.append(_bare_build(empty, root / f"floor{number}", None))
    whole = median(item.seconds for item in refreshes)
    build = median(item.seconds for item in bare)
    return [
        Ratio("refresh --offline / bare dbt build", whole, build, "s", 1.5),
        Ratio(
            "refresh --offline / empty dbt project",
            whole,
            median(item.seconds for item in floor),
            "s",
            float("inf"),
        ),
        Ratio(
            "peak memory of refresh / allowed",
            max(item.peak_mb for item in refreshes),
            MEMORY_TARGET_MB,
            "MB",
            1,
        ),
    ]


def refresh_offline(root: Path) -> Run:
    """The whole refresh as the command line runs it, into a data root of its own."""
    command = [str(Path(sys.executable).parent / "observatoire"), "refresh", "--offline"]
    return run(command, PROJECT_ROOT, {DATA_VARIABLE: str(root)})


def load(warehouse: Path) -> None:
    """A warehouse with all bundled tables, before any model."""
    now = dt.datetime.now(dt.UTC)
    with open_warehouse(warehouse) as connection:
        sources = []
        for source, tables in check_bundled(PROJECT_ROOT / "data" / "raw"):
            sources.append(source)
            for table in tables:
                load_table(connection, table, now)
        load_declarations(connection, sources)


def _bare_build(project: Path, work: Path, loaded: Path | None) -> Run:
    work.mkdir()
    warehouse = work / "warehouse.duckdb"
    if loaded:
        shutil.copy(loaded, warehouse)
    command = [
        str(dbt_command()),
        *("--quiet", "--log-path", str(work / "logs"), "build"),
        *("--project-dir", str(project), "--profiles-dir", str(DBT_PROJECT)),
        *("--target-path", str(work / "target")),
    ]
    environment = {"OBSERVATOIRE_WAREHOUSE": str(warehouse), "DO_NOT_TRACK": "1"}
    return run(command, project, environment)


def _empty_project(folder: Path) -> Path:
    for name, content in EMPTY_PROJECT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder
