"""Published releases: reading, listing and verifying them.

A release is a folder that never changes. Readers resolve ``current`` once and then stay on that
release, so that a publication in between never mixes two releases under one reader.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import duckdb
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import ReleaseProblem
from ingest.paths import DataPaths

MANIFEST = "manifest.json"
NO_RELEASE = "no release is published yet: run `observatoire refresh --offline`"


class FileEntry(BaseModel):
    """One Parquet file of a release."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int
    bytes: int
    sha256: str


class SourceEntry(BaseModel):
    """The state of one source that went into a release: file hashes by table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vintage: dt.date
    sha256: dict[str, str]


class Manifest(BaseModel):
    """What a release says of itself.

    Attributes:
        input_fingerprint: Hash of everything that the files depend on (raw tables, declarations,
            dbt project); equal fingerprints mean equal Parquet bytes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    release_id: Annotated[str, Field(pattern=r"^\d{8}T\d{6}Z-[0-9a-f]{8}$")]
    created_at: dt.datetime
    code_version: str
    input_fingerprint: str
    files: dict[str, FileEntry]
    sources: dict[str, SourceEntry]


@dataclass(frozen=True)
class Release:
    """One release on disk."""

    folder: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        return self.manifest.release_id

    def tables(self) -> list[str]:
        """Names of the marts that the release holds."""
        return sorted(Path(name).stem for name in self.manifest.files)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """An in-memory DuckDB with one view a mart over this release's files.

        Never share the connection's default cursor between threads: take ``.cursor()`` per use.
        """
        connection = duckdb.connect(
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        )
        for name in self.tables():
            file = str(self.folder / f"{name}.parquet").replace("'", "''")
            connection.execute(f"create view \"{name}\" as from read_parquet('{file}')")
        return connection

    def sql(self, query: str, parameters: list[object] | None = None) -> pl.DataFrame:
        """Runs one query on a connection of its own; for tools and tests, not for pages."""
        with self.connect() as connection:
            frame: pl.DataFrame = connection.sql(query, params=parameters).pl()
            return frame


def read_release(folder: Path) -> Release:
    """The release in a folder, its manifest read and checked.

    Raises:
        ReleaseProblem: There is no readable manifest.
    """
    try:
        content = (folder / MANIFEST).read_text(encoding="utf-8")
        return Release(folder, Manifest.model_validate_json(content))
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseProblem(f"{folder}: no readable manifest ({error})") from None
    except ValidationError as error:
        raise ReleaseProblem(f"{folder / MANIFEST}: {error.errors()[0]['msg']}") from None


def current_release(paths: DataPaths) -> Release:
    """The release that ``current`` points at, the link resolved once.

    Raises:
        ReleaseProblem: Nothing is published, or the link points nowhere.
    """
    if not paths.current.is_symlink():
        raise ReleaseProblem(NO_RELEASE)
    return read_release(paths.current.resolve())


def list_releases(paths: DataPaths) -> list[Release]:
    """All complete releases, oldest first."""
    if not paths.releases.is_dir():
        return []
    folders = sorted(path for path in paths.releases.iterdir() if not path.name.startswith("."))
    return [read_release(folder) for folder in folders]


def find_release(paths: DataPaths, release_id: str | None) -> Release:
    """A release by its id; the current one for ``None``."""
    if release_id is None:
        return current_release(paths)
    for release in list_releases(paths):
        if release.id == release_id:
            return release
    raise ReleaseProblem(f"no release {release_id!r}: `observatoire releases` lists them")


def verify_release(release: Release) -> list[str]:
    """Compares a release with its manifest: files, sizes, hashes, row counts.

    Returns:
        What is wrong, one sentence each; empty when the release is whole.
    """
    found = []
    for name, entry in release.manifest.files.items():
        file = release.folder / name
        if not file.is_file():
            found.append(f"{name} is missing")
        elif file.stat().st_size != entry.bytes:
            found.append(f"{name} has {file.stat().st_size} bytes instead of {entry.bytes}")
        elif sha256_of(file) != entry.sha256:
            found.append(f"{name} was altered: its sha256 is not the manifest's")
        elif pl.scan_parquet(file).select(pl.len()).collect().item() != entry.rows:
            found.append(f"{name} does not hold {entry.rows} rows")
    known = {*release.manifest.files, MANIFEST}
    found += [
        f"{path.name} stands in no manifest"
        for path in sorted(release.folder.iterdir())
        if path.name not in known
    ]
    return found


def sha256_of(file: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
