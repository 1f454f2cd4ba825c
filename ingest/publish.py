"""Publication: a candidate beside the releases, then one rename, then one pointer.

At any moment ``current`` is whole and old, or whole and new:

1. the Parquet files and the manifest are written to ``releases/.candidate-<release_id>`` and
   flushed to disk;
2. the folder is renamed to ``releases/<release_id>``;
3. a new symbolic link replaces ``current`` by ``os.replace``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import polars as pl

from ingest import __version__
from ingest.declarations import Source
from ingest.errors import DataProblem, ReleaseProblem
from ingest.online.vintages import Edition
from ingest.paths import DBT_PROJECT, DataPaths
from ingest.release import (
    MANIFEST,
    EditionEntry,
    FileEntry,
    Manifest,
    Release,
    SourceEntry,
    current_release,
    read_release,
    sha256_of,
    verify_release,
)

CANDIDATE = ".candidate-"
ROW_GROUP = 122_880
# One thread: with two, the dictionaries of coded texts came out in another order now and then.
# What does not fit into memory is sorted on disk.
EXPORT_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "300MB",
    "preserve_insertion_order": True,
}


def write_candidate(
    warehouse: Path,
    marts: dict[str, dict[str, Any]],
    sources: Iterable[Source],
    input_fingerprint: str,
    paths: DataPaths,
    created_at: dt.datetime,
    editions: Mapping[str, Sequence[Edition]] = MappingProxyType({}),
    stale: Mapping[str, str] = MappingProxyType({}),
    described: Mapping[str, pl.DataFrame] | None = None,
) -> Release:
    """Writes every mart as Parquet and the manifest, in a folder that nobody reads yet.

    The rows are ordered by the mart's grain, which is unique, so that equal inputs give equal
    bytes.

    Args:
        warehouse: The built warehouse.
        marts: The mart models by name, from dbt's manifest; each states its grain in its meta.
        sources: The declarations that were loaded.
        input_fingerprint: See :class:`~ingest.release.Manifest`.
        paths: Where releases stand.
        created_at: Time of this run, UTC.
        editions: Landed editions that were loaded, by source.
        stale: Sources that could not be brought up to date, and why.
        described: Tables that describe the marts (see :mod:`ingest.documentation`), as they are
            ordered.

    Returns:
        The candidate.

    Raises:
        DataProblem: A mart states no grain, or holds no row.
    """
    discard_candidates(paths)
    folder = paths.releases / f"{CANDIDATE}{created_at:%Y%m%dT%H%M%SZ}"
    folder.mkdir(parents=True)
    files = {}
    with duckdb.connect(str(warehouse), read_only=True, config=EXPORT_SETTINGS) as connection:
        for name, node in sorted(marts.items()):
            files[f"{name}.parquet"] = _export(connection, name, node, folder)
        for name, frame in sorted((described or {}).items()):
            files[f"{name}.parquet"] = _export_frame(connection, name, frame, folder)
    content = hashlib.sha256(
        "".join(f"{name} {entry.sha256}\n" for name, entry in files.items()).encode()
    )
    manifest = Manifest(
        release_id=f"{created_at:%Y%m%dT%H%M%SZ}-{content.hexdigest()[:8]}",
        created_at=created_at,
        code_version=__version__,
        input_fingerprint=input_fingerprint,
        files=files,
        sources={
            source.id: _entry(source, editions.get(source.id, ()), stale.get(source.id, ""))
            for source in sources
        },
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    for path in folder.iterdir():
        _flush(path)
    _flush(folder)
    return Release(folder, manifest)


def _entry(source: Source, editions: Sequence[Edition], stale: str) -> SourceEntry:
    days = [table.retrieved_on for table in source.tables if table.retrieved_on]
    return SourceEntry(
        vintage=max([*days, *(edition.available_on for edition in editions)], default=None),
        sha256={table.name: table.sha256 for table in source.tables if table.sha256},
        editions=tuple(
            EditionEntry(
                key=edition.key,
                edition=edition.label,
                sha256=edition.sha256,
                available_on=edition.available_on,
            )
            for edition in editions
        ),
        stale=stale,
    )


def publish(candidate: Release, paths: DataPaths) -> Release:
    """Turns a candidate into the current release.

    Raises:
        ReleaseProblem: The candidate does not match its own manifest.
    """
    found = verify_release(candidate)
    if found:
        raise ReleaseProblem(f"the candidate is not whole: {'; '.join(found)}")
    folder = paths.releases / candidate.id
    candidate.folder.rename(folder)
    _flush(paths.releases)
    point_current_at(folder, paths)
    _held_back_file(paths).unlink(missing_ok=True)
    return read_release(folder)


def point_current_at(folder: Path, paths: DataPaths) -> None:
    """Replaces ``current`` atomically."""
    link = paths.current.with_name(f".{paths.current.name}.new")
    link.unlink(missing_ok=True)
    link.symlink_to(folder.relative_to(paths.current.parent))
    os.replace(link, paths.current)  # noqa: PTH105 - the atomic call, by its name
    _flush(paths.current.parent)


def rollback(release: Release, paths: DataPaths) -> None:
    """Serves another release, after verifying it.

    The inputs of the release that is left are held back: a refresh without other news does not
    publish them again, unless it is forced.

    Raises:
        ReleaseProblem: The release is not whole; ``current`` stays as it was.
    """
    found = verify_release(release)
    if found:
        raise ReleaseProblem(f"release {release.id} is not whole: {'; '.join(found)}")
    try:
        left = current_release(paths).manifest.input_fingerprint
    except ReleaseProblem:
        left = ""
    if left != release.manifest.input_fingerprint:
        _held_back_file(paths).write_text(left, encoding="utf-8")
    point_current_at(release.folder, paths)


def held_back(paths: DataPaths) -> str | None:
    """Fingerprint of the inputs that a rollback left, until something else is published."""
    file = _held_back_file(paths)
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _held_back_file(paths: DataPaths) -> Path:
    return paths.current.with_name("held_back")


def discard_candidates(paths: DataPaths) -> None:
    """Removes what a killed run left behind; releases are never touched."""
    for left in paths.releases.glob(f"{CANDIDATE}*"):
        shutil.rmtree(left)


def _export(
    connection: duckdb.DuckDBPyConnection, name: str, node: dict[str, Any], folder: Path
) -> FileEntry:
    meta = node["config"].get("meta", {})
    grain = meta.get("grain")
    where = DBT_PROJECT / node["original_file_path"]
    if not grain:
        raise DataProblem(where, f"{name} states no grain", "add config.meta.grain to its YAML")
    file = folder / f"{name}.parquet"
    [(rows,)] = connection.execute(f'select count(*) from marts."{name}"').fetchall()
    if rows == 0 and not meta.get("may_be_empty"):
        raise DataProblem(where, f"{name} holds no row", "mend the model: nothing is published")
    order = ", ".join(f'"{column}"' for column in grain)
    texts = _as_codes(connection, name) if rows > ROW_GROUP else ""
    target = str(file).replace("'", "''")
    connection.execute(
        f"copy (select * {texts} from marts.\"{name}\" order by {order}) to '{target}' "
        f"(format parquet, compression zstd, row_group_size {ROW_GROUP})"
    )
    return FileEntry(rows=rows, bytes=file.stat().st_size, sha256=sha256_of(file))


def _export_frame(
    connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame, folder: Path
) -> FileEntry:
    file = folder / f"{name}.parquet"
    target = str(file).replace("'", "''")
    # `frame` is found by name.
    connection.execute(
        f"copy (select * from frame) to '{target}' (format parquet, compression zstd)"
    )
    return FileEntry(rows=frame.height, bytes=file.stat().st_size, sha256=sha256_of(file))


def _as_codes(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """A `replace` clause that sorts the texts of a long table as small codes.

    Long texts that repeat (a provenance, say) would otherwise be moved through the sort once a
    row. The codes are numbered in the order of their texts, and are texts again in the file.
    """
    columns = connection.execute(
        "select column_name from duckdb_columns() "
        "where schema_name = 'marts' and table_name = ? and data_type = 'VARCHAR'",
        [name],
    ).fetchall()
    replaced = []
    for (column,) in columns:
        code = f'"{name}_{column}_code"'
        connection.execute(
            f'create temp type {code} as enum (select distinct "{column}" '
            f'from marts."{name}" where "{column}" is not null order by 1)'
        )
        replaced.append(f'cast("{column}" as {code}) as "{column}"')
    return f"replace ({', '.join(replaced)})" if replaced else ""


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
