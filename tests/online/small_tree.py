"""A small copy of the project: the real code, the real core models, two made-up live sources.

A refresh takes seconds there instead of a minute, so that it can be broken and killed many times.
The sources are read by a connector that exists in this copy only.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from ingest.declarations import SHAPES
from ingest.online.settings import UPSTREAM_VARIABLE
from ingest.paths import DATA_VARIABLE, DBT_PROJECT, PROJECT_ROOT, DataPaths

MAKERS = ("maker_posts", "maker_rates")
SEEDS = (
    *("units", "indicators", "populations", "occupations", "geographies", "series_breaks"),
    *("department_tiles", "english_texts"),
)
CORE = ("docs", "staging/declared", "intermediate/core", "marts/core")
COLUMNS = ("quarter", "population", "value", "unit")
CONNECTOR = '''"""A connector for tests: CSV with `;`."""

import csv
import io

import polars as pl

from ingest.online.connector import Connector, Remote, Unreadable

COLUMNS = ["quarter", "population", "value", "unit"]
FIRST = {"1": "01-01", "2": "04-01", "3": "07-01", "4": "10-01"}
LAST = {"1": "03-31", "2": "06-30", "3": "09-30", "4": "12-31"}


class Maker(Connector):
    def discover(self, fetch):
        if page := self.online.endpoints.get("page"):
            fetch(Remote("page", page, "html"))
        names = self.online.parameters["files"]
        base = self.online.endpoints["files"]
        return [Remote(name, f"{base}/{name}.csv", "csv") for name in names]

    def edition_of(self, landed):
        return self._rows(landed)[-1][0]

    def parse(self, landed):
        rows = [
            {
                "indicator_id": self.online.parameters["indicator"],
                "population_id": population,
                "occupation_id": "all",
                "geography_id": "fr",
                "period_start": f"{quarter[:4]}-{FIRST[quarter[-1]]}",
                "period_end": f"{quarter[:4]}-{LAST[quarter[-1]]}",
                "frequency": "quarterly",
                "value": None if value == "*" else value,
                "unit_id": unit,
                "status": "secret" if value == "*" else "published",
                "qualifier": "exact",
                "method_group": None,
                "edition": landed.edition,
                "scope_fr": None,
                "publisher": "Producteur",
                "provenance_id": landed.provenance_id,
                "note_fr": None,
            }
            for quarter, population, value, unit in self._rows(landed)
        ]
        return {"observations": pl.DataFrame(rows, infer_schema_length=None)}

    def _rows(self, landed):
        try:
            text = landed.path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Unreadable(f"not UTF-8: byte {error.start}", "ask the producer") from None
        header, *rows = csv.reader(io.StringIO(text), delimiter=";") if text else [[]]
        if header != COLUMNS:
            raise Unreadable(f"columns {header} instead of {COLUMNS}", "compare the files")
        if not rows or any(len(row) != 4 for row in rows):
            raise Unreadable("no rows, or rows of another length", "compare the files")
        return rows
'''
SETTINGS = """fetch: {attempts: 4, first_wait_seconds: 0.02, longest_wait_seconds: 3}
"""
REGISTRY = """from ingest.online.connectors.maker import Maker

CONNECTORS = {"maker": Maker}
"""


@dataclass(frozen=True)
class SmallTree:
    """The copy of the project, and a data root for it."""

    root: Path
    data: Path

    @property
    def paths(self) -> DataPaths:
        return DataPaths(self.data)

    def fork(self, data: Path) -> SmallTree:
        """The same project with a copy of the data root."""
        skipped = shutil.ignore_patterns("raw", "*.lock")
        shutil.copytree(self.data, data, symlinks=True, ignore=skipped)
        return SmallTree(self.root, data)

    def environment(self, upstream: str = "", **more: str) -> dict[str, str]:
        return os.environ | {
            "PYTHONPATH": str(self.root),
            DATA_VARIABLE: str(self.paths.root),
            UPSTREAM_VARIABLE: f"*={upstream}" if upstream else "",
            "NO_COLOR": "1",
            "COLUMNS": "200",
            **more,
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "ingest.cli", *arguments]

    def run(
        self, *arguments: str, upstream: str = "", **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs the command line of the copy."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.root,
            env=self.environment(upstream, **more),
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )

    def last_run(self) -> dict[str, object]:
        """``run.json`` of the newest run."""
        folders = sorted(self.paths.runs.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        content: dict[str, object] = json.loads((folders[-1] / "run.json").read_text())
        return content

    def outcome(self, source_id: str) -> dict[str, object]:
        """What the newest run says of one source."""
        sources = self.last_run()["sources"]
        assert isinstance(sources, list)
        return next(item for item in sources if item["source_id"] == source_id)


def make(root: Path, *, is_lean: bool = False) -> SmallTree:
    """Writes the copy.

    Args:
        root: Where.
        is_lean: Without the tests of the models: where the way is killed, not the values judged.
    """
    skipped = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT_ROOT / "ingest", root / "ingest", ignore=skipped)
    connectors = root / "ingest" / "online" / "connectors"
    (connectors / "maker.py").write_text(CONNECTOR)
    (connectors / "__init__.py").write_text(REGISTRY)
    shutil.copy(PROJECT_ROOT / "requirements.lock", root)
    _dbt_project(root / "dbt_project")
    if is_lean:
        _drop_tests(root / "dbt_project")
    raw = root / "data" / "raw"
    _source(raw, "maker_posts", "vacant_posts", "posts", ["first", "second"])
    _source(raw, "maker_rates", "vacancy_rate", "percent", ["rates"])
    (root / "data" / "settings.yml").write_text(SETTINGS)
    return SmallTree(root, root / "data")


def table(
    start: int = 2020,
    quarters: int = 16,
    level: float = 100.0,
    step: float = 1.0,
    unit: str = "posts",
    populations: tuple[str, ...] = ("section_q__all_sizes", "b_s__all_sizes"),
) -> str:
    """A file of the producer: quarters from the first of ``start`` on, values that rise slowly."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for number in range(quarters):
        for rank, population in enumerate(populations):
            value = level * (rank + 1) + step * number
            quarter = f"{start + number // 4}-Q{number % 4 + 1}"
            writer.writerow([quarter, population, f"{value:g}", unit])
    return out.getvalue()


def files(**changed: str) -> dict[str, bytes]:
    """What the producers serve, by path; a keyword replaces the file of that name."""
    texts = {
        "first": table(populations=("section_q__all_sizes",)),
        "second": table(populations=("b_s__all_sizes",)),
        "rates": table(level=2.0, step=0.01, unit="percent"),
    } | changed
    return {f"/files/{name}.csv": text.encode() for name, text in texts.items()}


def _dbt_project(target: Path) -> None:
    (target / "seeds").mkdir(parents=True)
    shutil.copy(DBT_PROJECT / "dbt_project.yml", target)
    shutil.copy(DBT_PROJECT / "profiles.yml", target)
    shutil.copytree(DBT_PROJECT / "macros", target / "macros")
    shutil.copytree(DBT_PROJECT / "tests" / "generic", target / "tests" / "generic")
    for name in SEEDS:
        shutil.copy(DBT_PROJECT / "seeds" / f"{name}.csv", target / "seeds")
    described = [
        seed
        for file in (DBT_PROJECT / "seeds").glob("_*.yml")
        for seed in yaml.safe_load(file.read_text())["seeds"]
        if seed["name"] in SEEDS
    ]
    (target / "seeds" / "_seeds.yml").write_text(yaml.safe_dump({"seeds": described}))
    for folder in CORE:
        shutil.copytree(DBT_PROJECT / "models" / folder, target / "models" / folder)
    staging = target / "models" / "staging"
    names = ["declared_sources", "declared_tables", "declared_editions"]
    for maker in MAKERS:
        names += [f"{maker}__observations", f"{maker}__provenance"]
        for kind in ("observations", "provenance"):
            model = f"{{{{ stage_{kind}('{maker}') }}}}\n"
            (staging / f"stg_{maker}__{kind}.sql").write_text(model)
    listed = {"name": "raw", "schema": "raw", "tables": [{"name": name} for name in names]}
    (staging / "_raw__sources.yml").write_text(yaml.safe_dump({"sources": [listed]}))
    core = target / "models" / "intermediate" / "core"
    if (core / "int_geographies__unioned.sql").exists():  # the real one reads a source besides
        (core / "int_geographies__unioned.sql").write_text(
            "select * from {{ ref('geographies') }}\n"
        )
    for kind, columns in (("observations", "{{ observation_columns() | join(', ') }}"),
                          ("provenance", "*")):  # fmt: skip
        parts = [f"select {columns} from {{{{ ref('stg_{maker}__{kind}') }}}}" for maker in MAKERS]
        (core / f"int_{kind}__unioned.sql").write_text("\nunion all\n".join(parts) + "\n")


def _drop_tests(project: Path) -> None:
    for file in project.rglob("_*.yml"):
        described = yaml.safe_load(file.read_text())
        described.pop("unit_tests", None)
        for node in [*described.get("models", []), *described.get("seeds", [])]:
            for item in (node, *node.get("columns", [])):
                item.pop("data_tests", None)
        file.write_text(yaml.safe_dump(described))


def _source(raw: Path, source_id: str, indicator: str, unit: str, files: list[str]) -> None:
    """A source with one bundled edition of one value a population."""
    folder = raw / source_id
    folder.mkdir(parents=True)
    columns = [column.name for column in SHAPES["observations"]]
    base = {
        "indicator_id": indicator, "occupation_id": "all", "geography_id": "fr",
        "period_start": "2019-10-01", "period_end": "2019-12-31", "frequency": "quarterly",
        "unit_id": unit, "status": "published", "qualifier": "exact", "edition": "2019-Q4",
        "edition_rank": "1", "publisher": "Producteur", "provenance_id": "bundled",
    }  # fmt: skip
    rows = [
        base | {"population_id": "section_q__all_sizes", "value": "1.5"},
        base | {"population_id": "b_s__all_sizes", "value": "2.5"},
    ]
    texts = {
        "observations": _csv(columns, rows),
        "provenance": _csv(
            [column.name for column in SHAPES["provenance"]],
            [{"provenance_id": "bundled", "reference": "Fichier", "evidence": "official_file"}],
        ),
    }
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    host = f"{source_id.replace('_', '-')}.example.org"
    grain = ["indicator_id", "population_id", "occupation_id", "geography_id"]
    grains = {
        "observations": [*grain, "period_start", "period_end", "edition"],
        "provenance": ["provenance_id"],
    }
    declared = {
        "id": source_id, "title": "Postes", "publisher": "Producteur",
        "landing_page": f"https://{host}/", "licence": "unknown", "citation": "Producteur",
        "frequency_days": 91, "scope_fr": "Tous", "method_fr": "Comptage", "warnings": [],
        "title_en": "Posts", "scope_en": "All", "method_en": "Count",
        "tables": [
            {
                "name": name, "shape": name, "grain": grains[name], "rows": text.count("\n") - 1,
                "sha256": hashlib.sha256(text.encode()).hexdigest(), "retrieved_on": "2026-11-20",
            }
            for name, text in texts.items()
        ],
        "online": {
            "connector": "maker", "hosts": [host], "largest_bytes": 200_000,
            "endpoints": {"files": f"https://{host}/files"}, "timeout_seconds": 2,
            "parameters": {"indicator": indicator, "files": files},
            "gates": {"level_jump": 2.0, "rows_lost": 0.05},
        },
    }  # fmt: skip
    (folder / "source.yml").write_text(yaml.safe_dump(declared, sort_keys=False))


def _csv(columns: list[str], rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
