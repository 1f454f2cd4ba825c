"""Published releases: reading, listing and verifying them.

A release is a folder that never changes. Readers resolve ``current`` once and then stay on that
release, so that a publication in between never mixes two releases under one reader.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import duckdb
import polars as pl
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import ReleaseProblem
from ingest.paths import DataPaths

MANIFEST = "manifest.json"
NO_RELEASE = "no release is published yet: run `observatoire refresh --offline`"
# Texts whose French column has no ending: names above all, of which few are translated.
PLAIN = frozenset({"formula", "publisher", "vintage"})


ReleaseId = Annotated[str, Field(pattern=r"^\d{8}T\d{6}Z-[0-9a-f]{8}$")]
FileName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.parquet$")]


class FileEntry(BaseModel):
    """One Parquet file of a release."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int
    bytes: int
    sha256: str


class EditionEntry(BaseModel):
    """One landed file that went into a release."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    edition: str
    sha256: str
    available_on: dt.date


class SourceEntry(BaseModel):
    """The state of one source that went into a release.

    Attributes:
        vintage: Newest day on which something of it was retrieved; none where nothing is.
        sha256: Hashes of the bundled tables by name.
        editions: Landed files beyond them, in the order of their retrieval.
        stale: Why newer data of this source may exist that the release does not hold; empty else.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    vintage: dt.date | None
    sha256: dict[str, str]
    editions: tuple[EditionEntry, ...] = ()
    stale: str = ""


class Manifest(BaseModel):
    """What a release says of itself.

    Attributes:
        input_fingerprint: Hash of everything that the files depend on (raw tables, declarations,
            dbt project); equal fingerprints mean equal Parquet bytes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    release_id: ReleaseId
    created_at: dt.datetime
    code_version: str
    input_fingerprint: str
    files: Annotated[dict[FileName, FileEntry], Field(min_length=1)]
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

    def connect(self, language: str | None = None) -> duckdb.DuckDBPyConnection:
        """An in-memory DuckDB with one view a mart over this release's files.

        Never share the connection's default cursor between threads: take ``.cursor()`` per use.

        Args:
            language: ``fr`` or ``en``: each text that a mart holds as ``<x>_fr`` (and ``<x>_en``)
                then also stands in a column ``<x>_text`` in that language; a text that has no
                translation stands there in French. Those of :data:`PLAIN` are held as ``<x>``.
        """
        connection = duckdb.connect(
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        )
        for name in self.tables():
            file = _literal(self.folder / f"{name}.parquet")
            try:
                columns = _texts(file, language, connection) if language else ""
                connection.execute(
                    f'create view "{name}" as select *{columns} from read_parquet({file})'
                )
            except duckdb.Error as error:
                raise self._unreadable(error) from None
        return connection

    def sql(
        self, query: str, parameters: list[object] | dict[str, object] | None = None
    ) -> pl.DataFrame:
        """Runs one query on a connection of its own; for tools and tests, not for pages."""
        with self.connect() as connection:
            try:
                frame: pl.DataFrame = connection.sql(query, params=parameters).pl()
            except duckdb.Error as error:
                raise self._unreadable(error) from None
            return frame

    def _unreadable(self, error: duckdb.Error) -> ReleaseProblem:
        what = str(error).splitlines()[0]
        return ReleaseProblem(
            f"release {self.id} cannot be read: {what}\n"
            "  Remedy: `observatoire verify` says what is wrong; `observatoire rollback RELEASE` "
            "serves an earlier one"
        )


def read_release(folder: Path) -> Release:
    """The release in a folder, its manifest read and checked.

    Raises:
        ReleaseProblem: There is no readable manifest.
    """
    try:
        content = (folder / MANIFEST).read_text(encoding="utf-8")
        manifest = Manifest.model_validate_json(content)
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseProblem(f"{folder}: no readable manifest ({error})") from None
    except ValidationError as error:
        raise ReleaseProblem(f"{folder / MANIFEST}: {error.errors()[0]['msg']}") from None
    if manifest.release_id != folder.name:
        raise ReleaseProblem(f"{folder / MANIFEST} is the manifest of {manifest.release_id}")
    return Release(folder, manifest)


def current_release(paths: DataPaths) -> Release:
    """The release that ``current`` points at, the link resolved once.

    Raises:
        ReleaseProblem: Nothing is published, or the link points nowhere.
    """
    if not paths.current.is_symlink():
        if paths.current.exists():
            raise ReleaseProblem(f"{paths.current} is no link to a release: remove it")
        raise ReleaseProblem(NO_RELEASE)
    try:
        folder = paths.current.resolve()
    except RuntimeError:
        raise ReleaseProblem(f"{paths.current} leads back to itself: remove it") from None
    return read_release(folder)


def release_folders(paths: DataPaths) -> list[Path]:
    """The folders of all releases, oldest first; what a killed run left is none."""
    if not paths.releases.is_dir():
        return []
    return sorted(path for path in paths.releases.iterdir() if not path.name.startswith("."))


def find_release(paths: DataPaths, release_id: str | None) -> Release:
    """A release by its id; the current one for ``None``."""
    if release_id is None:
        return current_release(paths)
    if release_id not in (folder.name for folder in release_folders(paths)):
        raise ReleaseProblem(f"no release {release_id!r}: `observatoire releases` lists them")
    return read_release(paths.releases / release_id)


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
        elif pq.read_metadata(file).num_rows != entry.rows:
            found.append(f"{name} does not hold {entry.rows} rows")
    known = {*release.manifest.files, MANIFEST}
    found += [
        f"{path.name} stands in no manifest"
        for path in sorted(release.folder.iterdir())
        if path.name not in known
    ]
    return found


def _texts(file: str, language: str, connection: duckdb.DuckDBPyConnection) -> str:
    """The extra columns of a view: each text in one language."""
    described = connection.execute(f"describe from read_parquet({file})").fetchall()
    names = {row[0] for row in described}
    french = {name.removesuffix("_fr"): name for name in names if name.endswith("_fr")}
    french |= {name: name for name in PLAIN & names}
    return "".join(
        f', coalesce("{stem}_{language}", "{name}") as "{stem}_text"'
        if f"{stem}_{language}" in names
        else f', "{name}" as "{stem}_text"'
        for stem, name in sorted(french.items())
    )


def as_known_on(table: str = "fct_observation", day: str = "$day") -> str:
    """A query for what was known on a day: one row a cell, with the edition that spoke then.

    Bind the parameter ``day``. Among the editions available on that day or before, the order is
    that of ``is_latest``: second-rank evidence supersedes first-rank evidence only where that is
    provisional, then the later edition speaks.
    """
    return f"""
        select * from {table} where available_on <= {day}
        qualify row_number() over (
            partition by indicator_id, population_id, occupation_id, geography_id, source_id,
                coalesce(method_group, ''), period_start, period_end
            order by is_second_rank or status = 'provisional', vintage_rank desc, vintage desc
        ) = 1
    """


def _literal(file: Path) -> str:
    """A path as SQL text; characters that DuckDB would take for a pattern stand for themselves."""
    plain = re.sub(r"([*?\[])", r"[\1]", str(file))
    return "'" + plain.replace("'", "''") + "'"


def sha256_of(file: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
