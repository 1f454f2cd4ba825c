"""dbt's own description of the project, parsed once."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ingest.paths import DBT_PROJECT
from ingest.transform import dbt_command

Node = dict[str, Any]


def run_dbt(
    *arguments: str, project: Path, work: Path, warehouse: Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            *(str(dbt_command()), "--log-path", str(work / "logs"), *arguments),
            *("--project-dir", str(project), "--profiles-dir", str(project)),
            *("--target-path", str(work / "target")),
        ],
        env=os.environ | {"OBSERVATOIRE_WAREHOUSE": str(warehouse), "DO_NOT_TRACK": "1"},
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    work = tmp_path_factory.mktemp("dbt")
    run = run_dbt("parse", project=DBT_PROJECT, work=work, warehouse=work / "none.duckdb")
    assert run.returncode == 0, run.stdout
    content: dict[str, Any] = json.loads((work / "target" / "manifest.json").read_text())
    return content


@pytest.fixture(scope="session")
def models(manifest: dict[str, Any]) -> dict[str, Node]:
    """All models by unique id."""
    return {
        key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"
    }
