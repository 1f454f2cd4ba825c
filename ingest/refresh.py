"""The refresh run: check, load, build, publish. Nothing is served before all of it succeeded."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import yaml

from ingest import documentation, transform
from ingest.checks import CheckedTable, Codes, check_source
from ingest.declarations import Source, read_declarations
from ingest.errors import DataProblem, ReleaseProblem
from ingest.load import load_declarations, load_table, open_warehouse
from ingest.lock import only_run
from ingest.paths import DBT_PROJECT, PROJECT_ROOT, SEEDS, DataPaths
from ingest.publish import discard_candidates, held_back, publish, write_candidate
from ingest.release import Release, current_release, verify_release

DBT_SOURCES = DBT_PROJECT / "models" / "staging" / "_raw__sources.yml"
DECLARATIONS = frozenset({"declared_sources", "declared_tables"})
LOCK_FILE = PROJECT_ROOT / "requirements.lock"
GENERATED = frozenset({"target", "logs", "__pycache__"})


class Progress(Protocol):
    """What a run tells while it goes on; see :class:`ingest.progress.RichProgress`."""

    def source(self, source_id: str, tables: int, rows: int, seconds: float) -> None: ...

    def step(self, step: transform.Step) -> None: ...

    def stage(self, name: str, detail: str, seconds: float) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """The release that is served after the run, and whether this run made it."""

    release: Release
    is_new: bool


def refresh_offline(
    paths: DataPaths,
    progress: Progress,
    *,
    force: bool = False,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Outcome:
    """Makes a release from the bundled tables.

    Args:
        paths: The data root.
        progress: Told of each source, step and stage.
        force: Publish again although the inputs are those of the current release.
        now: The clock.

    Returns:
        The current release.

    Raises:
        DataProblem: A table, a model or a check is wrong. The last release stays in place.
    """
    with only_run(paths):
        fingerprint = input_fingerprint(paths)
        if not force and (release := _unchanged(paths, fingerprint)):
            return Outcome(release, is_new=False)
        work = paths.build / "work"
        shutil.rmtree(work, ignore_errors=True)
        try:
            release = _make_release(paths, work, fingerprint, progress, now())
        except BaseException:
            discard_candidates(paths)
            _keep_log(work, paths.build)
            raise
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return Outcome(release, is_new=True)


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


def input_fingerprint(paths: DataPaths) -> str:
    """Hash of all that a release's files depend on: raw tables, dbt project, code, libraries."""
    digest = hashlib.sha256(LOCK_FILE.read_bytes())
    for base in (paths.raw, DBT_PROJECT, PROJECT_ROOT / "ingest"):
        for file in sorted(path for path in base.rglob("*") if path.is_file()):
            relative = file.relative_to(base)
            if not GENERATED & set(relative.parts):
                digest.update(f"{relative.as_posix()}\0".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _unchanged(paths: DataPaths, fingerprint: str) -> Release | None:
    try:
        release = current_release(paths)
    except ReleaseProblem:
        return None
    same = fingerprint in (release.manifest.input_fingerprint, held_back(paths))
    return release if same and not verify_release(release) else None


def _make_release(
    paths: DataPaths, work: Path, fingerprint: str, progress: Progress, started_at: dt.datetime
) -> Release:
    warehouse = work / "warehouse.duckdb"
    sources = _load_all(paths, warehouse, progress, started_at)

    started = time.monotonic()
    target = transform.build(warehouse, work, progress.step)
    manifest = transform.read_manifest(target)
    marts = transform.marts(manifest)
    progress.stage("build", f"{len(marts)} marts built and tested", time.monotonic() - started)

    started = time.monotonic()
    described = documentation.tables(manifest)
    candidate = write_candidate(
        warehouse, marts, sources, fingerprint, paths, started_at, described
    )
    release = publish(candidate, paths)
    rows = sum(entry.rows for entry in release.manifest.files.values())
    progress.stage("publish", f"{rows} rows in {release.id}", time.monotonic() - started)
    return release


def _load_all(
    paths: DataPaths, warehouse: Path, progress: Progress, loaded_at: dt.datetime
) -> list[Source]:
    started = time.monotonic()
    sources = []
    total = 0
    with open_warehouse(warehouse) as connection:
        begun = time.monotonic()
        for source, tables in check_bundled(paths.raw):
            rows = sum(load_table(connection, table, loaded_at) for table in tables)
            progress.source(source.id, len(tables), rows, time.monotonic() - begun)
            sources.append(source)
            total += rows
            begun = time.monotonic()
        load_declarations(connection, sources)
    progress.stage("load", f"{total} rows of {len(sources)} sources", time.monotonic() - started)
    return sources


def _keep_log(work: Path, build: Path) -> None:
    """Keeps dbt's log of a failed run for the person who mends it."""
    log = work / "logs" / "dbt.log"
    if log.is_file():
        shutil.copy(log, build / "last_failure.log")
