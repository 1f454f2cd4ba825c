"""The pay mart, all jobs and months, against a bare cross join that writes as many rows as wide."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.measure import Ratio, run
from benchmarks.refresh import load
from ingest.paths import DBT_PROJECT
from ingest.transform import dbt_command

MART = "mart_salary_smic"
ROWS_OF_THE_SAMPLE = 1000
BUILD_TARGET = 4
SIZE_TARGET_MB = 20
GRAIN = (
    "agreement_id, job_id, scale, seniority_years, employer_group, reference_wage, "
    "pay_convention, month"
)
# As in dbt_project/profiles.yml: both sides have the same threads and the same memory.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {"threads": 2, "memory_limit": "300MB"}


def measure(root: Path, repeat: int) -> list[Ratio]:
    """Median seconds of the mart's SQL over `repeat` builds, and the size of its Parquet file."""
    loaded = root / "loaded_for_pay.duckdb"
    load(loaded)
    builds, floors, size = [], [], 0.0
    for number in range(repeat):
        work = root / f"pay{number}"
        work.mkdir()
        warehouse = work / "warehouse.duckdb"
        shutil.copy(loaded, warehouse)
        _dbt(work, warehouse, "seed")
        builds.append(_dbt(work, warehouse, "run", "--select", f"+{MART}"))
        seconds, size = _bare_cross_join(warehouse, work)
        floors.append(seconds)
    return [
        Ratio(f"{MART} and all it reads / bare cross join", median(builds), median(floors), "s",
              BUILD_TARGET),
        Ratio(f"{MART}.parquet / allowed", size, SIZE_TARGET_MB, "MB", 1),
    ]  # fmt: skip


def _dbt(work: Path, warehouse: Path, *arguments: str) -> float:
    """Seconds that the models of one dbt run took by themselves, without dbt's own start."""
    command = [
        *(str(dbt_command()), "--quiet", "--log-path", str(work / "logs"), *arguments),
        *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
        *("--target-path", str(work / "target"), "--threads", "1"),
    ]
    run(command, DBT_PROJECT, {"OBSERVATOIRE_WAREHOUSE": str(warehouse), "DO_NOT_TRACK": "1"})
    results = json.loads((work / "target" / "run_results.json").read_text(encoding="utf-8"))
    return sum(result["execution_time"] for result in results["results"])


def _bare_cross_join(warehouse: Path, work: Path) -> tuple[float, float]:
    """Seconds to write as many rows of the mart's own columns, and the mart's size in MB."""
    with duckdb.connect(str(warehouse), config=SETTINGS) as connection:
        [(rows,)] = connection.execute(f"select count(*) from marts.{MART}").fetchall()
        connection.execute(
            f"create table sample as select * from marts.{MART} "
            f"using sample {ROWS_OF_THE_SAMPLE} rows (reservoir, 1)"
        )
        started = time.perf_counter()
        connection.execute(
            "create table bare as select sample.* from sample "
            f"cross join range({rows // ROWS_OF_THE_SAMPLE + 1}) limit {rows}"
        )
        connection.execute("checkpoint")
        seconds = time.perf_counter() - started
        file = work / f"{MART}.parquet"
        connection.execute(
            f"copy (from marts.{MART} order by {GRAIN}) to '{file}' "
            "(format parquet, compression zstd)"
        )
    return seconds, file.stat().st_size / 1e6
