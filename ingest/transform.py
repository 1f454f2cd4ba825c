"""Runs dbt as the command it is, and turns what it says into progress and plain errors."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import DataProblem, SystemTrouble
from ingest.paths import DBT_PROJECT

FAILED = frozenset({"error", "fail", "runtime error"})
FINISHED_EVENTS = frozenset({"LogModelResult", "LogTestResult", "LogSeedResult", "LogNodeResult"})
MAX_FAILURES_SHOWN = 5
# dbt says nothing readable when its disk is full; what is left then is less than this.
FULL_DISK_BYTES = 32 * 2**20


@dataclass(frozen=True)
class Step:
    """One dbt node that has finished: ``index`` of ``total``."""

    name: str
    status: str
    index: int
    total: int


def dbt_command() -> Path:
    """The ``dbt`` that is installed beside the running Python."""
    return Path(sys.executable).parent / "dbt"


def build(warehouse: Path, work: Path, on_step: Callable[[Step], None]) -> Path:
    """Builds and tests every model in a warehouse whose schema ``raw`` is loaded.

    Args:
        warehouse: The DuckDB file.
        work: Folder for dbt's own files (``target/``, ``logs/``).
        on_step: Called for each finished node.

    Returns:
        The folder of dbt's artefacts.

    Raises:
        DataProblem: A model failed to build or a test found rows.
    """
    target = work / "target"
    command = [
        str(dbt_command()),
        "--log-format", "json",
        "--log-path", str(work / "logs"),
        "build",
        "--project-dir", str(DBT_PROJECT),
        "--profiles-dir", str(DBT_PROJECT),
        "--target-path", str(target),
    ]  # fmt: skip
    environment = os.environ | {"OBSERVATOIRE_WAREHOUSE": str(warehouse), "DO_NOT_TRACK": "1"}
    said: list[str] = []
    with subprocess.Popen(
        command,
        env=environment,
        cwd=DBT_PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None  # noqa: S101 - asked for above
        for event in _events(process.stdout, said):
            if event["info"]["name"] in FINISHED_EVENTS:
                on_step(_step(event["data"]))
    if process.returncode != 0:
        if shutil.disk_usage(work).free < FULL_DISK_BYTES:
            raise SystemTrouble(work, "the disk is full", "free some space and run again")
        raise _failure(target, said)
    return target


def blamed_sources(target: Path) -> set[str]:
    """The sources whose raw tables lie upstream of a model or test that failed."""
    results = target / "run_results.json"
    if not (results.is_file() and (target / "manifest.json").is_file()):
        return set()
    parents = read_manifest(target)["parent_map"]
    todo = [
        result["unique_id"]
        for result in json.loads(results.read_text(encoding="utf-8"))["results"]
        if result["status"] in FAILED
    ]
    seen: set[str] = set()
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += parents.get(node, [])
    tables = {node.rsplit(".", 1)[-1] for node in seen if node.startswith("source.")}
    return {table.rsplit("__", 1)[0] for table in tables if "__" in table}


def read_manifest(target: Path) -> dict[str, Any]:
    """The description of the project that dbt leaves among the artefacts of a build."""
    content: dict[str, Any] = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return content


def marts(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The models of the marts layer, by name, as dbt's manifest describes them."""
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }


def _events(lines: Iterable[str], said: list[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            said.append(line.rstrip())
            continue
        if event["info"]["level"] in {"error", "warn"}:
            said.append(event["info"]["msg"])
        yield event


def _step(data: dict[str, Any]) -> Step:
    node = data.get("node_info", {})
    return Step(
        name=node.get("node_name", ""),
        status=str(data.get("status", "")).lower(),
        index=int(data.get("index", 0)),
        total=int(data.get("total", 0)),
    )


def _failure(target: Path, said: list[str]) -> DataProblem:
    """The first failures of the run, each with the file that holds the model or the test."""
    results = target / "run_results.json"
    failed = []
    if results.is_file():
        content = json.loads(results.read_text(encoding="utf-8"))
        failed = [result for result in content["results"] if result["status"] in FAILED]
    if not failed:
        return DataProblem(
            DBT_PROJECT, "dbt stopped: " + " | ".join(said[-8:]), "mend the model that it names"
        )
    lines = [f"{_what(result)}: {result['message']}" for result in failed[:MAX_FAILURES_SHOWN]]
    more = f" (and {len(failed) - len(lines)} more)" if len(failed) > len(lines) else ""
    return DataProblem(
        DBT_PROJECT / "models",
        f"{len(failed)} checks or models failed{more}:\n    " + "\n    ".join(lines),
        "mend the data or the model that is named; `make test` runs the same checks",
    )


def _what(result: dict[str, Any]) -> str:
    return str(result["unique_id"]).split(".", 2)[-1]
