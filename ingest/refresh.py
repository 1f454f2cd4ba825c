"""From checked tables and landed editions to a release: load, build, publish.

What goes in is decided by :mod:`ingest.online.run`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import yaml

from ingest import documentation, transform
from ingest.checks import CheckedTable, Codes, check_source
from ingest.declarations import Source, read_declarations
from ingest.errors import DataProblem, ReleaseProblem
from ingest.load import load_declarations, load_source, open_warehouse
from ingest.online.vintages import Edition
from ingest.paths import DBT_PROJECT, PROJECT_ROOT, SEEDS, DataPaths
from ingest.publish import held_back, publish, write_candidate
from ingest.release import Release, current_release, verify_release

DBT_SOURCES = DBT_PROJECT / "models" / "staging" / "_raw__sources.yml"
DECLARATIONS = frozenset({"declared_sources", "declared_tables", "declared_editions"})
LOCK_FILE = PROJECT_ROOT / "requirements.lock"
GENERATED = frozenset({"target", "logs", "__pycache__"})


class Progress(Protocol):
    """What a run tells while it goes on; see :class:`ingest.progress.RichProgress`."""

    def source(self, source_id: str, tables: int, rows: int, seconds: float) -> None: ...

    def step(self, step: transform.Step) -> None: ...

    def stage(self, name: str, detail: str, seconds: float) -> None: ...

    def fetched(self, source_id: str, outcome: str, detail: str) -> None: ...


@dataclass(frozen=True)
class Inputs:
    """Everything that a release is made of.

    Attributes:
        bundled: The checked bundled tables, by source.
        editions: The landed editions that take part, by source, in the order of their retrieval.
        fingerprint: Hash of all of it and of the code; equal fingerprints give equal bytes.
    """

    sources: Sequence[Source]
    bundled: Mapping[str, Sequence[CheckedTable]]
    editions: Mapping[str, Sequence[Edition]]
    fingerprint: str


@dataclass(frozen=True)
class Built:
    """A warehouse whose models are built and tested."""

    warehouse: Path
    manifest: dict[str, Any] = field(repr=False)
    inputs: Inputs = field(repr=False)

    @property
    def marts(self) -> dict[str, dict[str, Any]]:
        """The mart models by name, as dbt describes them."""
        return transform.marts(self.manifest)


def check_bundled(raw: Path) -> Iterator[tuple[Source, list[CheckedTable]]]:
    """Reads and checks every bundled source, in the order of their ids.

    Raises:
        DataProblem: A source or a table is missing, or something in it is wrong.
    """
    sources = read_declarations(raw)
    _check_complete(raw, sources)
    codes = Codes(SEEDS)
    for source in sources:
        yield source, check_source(raw / source.id, source, codes)


def _check_complete(raw: Path, sources: list[Source]) -> None:
    """Compares what is declared with what the dbt project reads."""
    known = yaml.safe_load(DBT_SOURCES.read_text(encoding="utf-8"))["sources"][0]["tables"]
    wanted = {table["name"] for table in known} - DECLARATIONS
    declared = {f"{source.id}__{table.name}" for source in sources for table in source.tables}
    for name in sorted(wanted - declared):
        source_id, table = name.split("__", 1)
        raise DataProblem(
            raw / source_id / f"{table}.csv",
            "the dbt project reads this table, but no declaration names it",
            f"restore {raw / source_id} from the repository, or remove the table and its models "
            f"from {DBT_SOURCES}",
        )
    for name in sorted(declared - wanted):
        source_id, table = name.split("__", 1)
        raise DataProblem(
            raw / source_id / "source.yml",
            f"the table {table} is declared, but the dbt project does not read it",
            f"add {name} to {DBT_SOURCES} and a staging model (CONTRIBUTING.md, “A new source”)",
        )


def base_fingerprint(paths: DataPaths) -> str:
    """Hash of what a release depends on beside landed files: bundled tables, dbt project, code."""
    digest = hashlib.sha256(LOCK_FILE.read_bytes())
    for base in (paths.raw, DBT_PROJECT, PROJECT_ROOT / "ingest"):
        for file in sorted(path for path in base.rglob("*") if path.is_file()):
            relative = file.relative_to(base)
            if not GENERATED & set(relative.parts):
                digest.update(f"{relative.as_posix()}\0".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def input_fingerprint(base: str, editions: Mapping[str, Sequence[Edition]]) -> str:
    """The base with the landed editions that take part."""
    taking_part = [edition for _, items in sorted(editions.items()) for edition in items]
    if not taking_part:
        return base
    lines = "\n".join(edition.identity() for edition in taking_part)
    return hashlib.sha256(f"{base}\n{lines}".encode()).hexdigest()


def unchanged(paths: DataPaths, fingerprint: str) -> Release | None:
    """The served release, if it is whole and made of these inputs (or a rollback left them)."""
    try:
        release = current_release(paths)
    except ReleaseProblem:
        return None
    same = fingerprint in (release.manifest.input_fingerprint, held_back(paths))
    return release if same and not verify_release(release) else None


def build(inputs: Inputs, work: Path, progress: Progress, loaded_at: dt.datetime) -> Built:
    """Loads a warehouse and builds and tests every model in it.

    Raises:
        DataProblem: A model or a check is wrong.
    """
    shutil.rmtree(work, ignore_errors=True)
    warehouse = work / "warehouse.duckdb"
    started = time.monotonic()
    total = 0
    with open_warehouse(warehouse) as connection:
        for source in inputs.sources:
            begun = time.monotonic()
            tables = inputs.bundled[source.id]
            rows = load_source(connection, tables, inputs.editions.get(source.id, ()), loaded_at)
            progress.source(source.id, len(tables), rows, time.monotonic() - begun)
            total += rows
        load_declarations(connection, inputs.sources, inputs.editions, inputs.bundled)
    detail = f"{total} rows of {len(inputs.sources)} sources"
    progress.stage("load", detail, time.monotonic() - started)

    started = time.monotonic()
    target = transform.build(warehouse, work, progress.step)
    built = Built(warehouse, transform.read_manifest(target), inputs)
    detail = f"{len(built.marts)} marts built and tested"
    progress.stage("build", detail, time.monotonic() - started)
    return built


def release_from(
    built: Built,
    paths: DataPaths,
    stale: Mapping[str, str],
    progress: Progress,
    now: Callable[[], dt.datetime],
) -> Release:
    """Publishes what was built."""
    started = time.monotonic()
    candidate = candidate_of(built, paths, _after_the_last(paths, now()), stale)
    release = publish(candidate, paths)
    rows = sum(entry.rows for entry in release.manifest.files.values())
    progress.stage("publish", f"{rows} rows in {release.id}", time.monotonic() - started)
    return release


def candidate_of(
    built: Built,
    paths: DataPaths,
    created_at: dt.datetime,
    stale: Mapping[str, str] = MappingProxyType({}),
) -> Release:
    """Writes what was built as a candidate; see :func:`ingest.publish.write_candidate`."""
    inputs = built.inputs
    return write_candidate(
        built.warehouse,
        built.marts,
        inputs.sources,
        inputs.fingerprint,
        paths,
        created_at,
        editions=inputs.editions,
        stale=stale,
        described=documentation.tables(built.manifest),
    )


def _after_the_last(paths: DataPaths, now: dt.datetime) -> dt.datetime:
    """A time after that of the served release, although the clock went back: ids stay in order."""
    try:
        served = current_release(paths).manifest.created_at
    except ReleaseProblem:
        return now
    return max(now, served + dt.timedelta(seconds=1))


def keep_log(work: Path, build_folder: Path) -> None:
    """Keeps dbt's log of a failed run for the person who mends it."""
    log = work / "logs" / "dbt.log"
    if log.is_file():
        shutil.copy(log, build_folder / "last_failure.log")


def codes() -> Codes:
    """The code lists of the dbt seeds."""
    return Codes(SEEDS)
