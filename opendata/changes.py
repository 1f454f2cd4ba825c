"""What changed between two editions, file by file and row by row."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import duckdb

from opendata.edition import sums_of, write_sums, write_text
from opendata.files.tables import READING
from opendata.html import render
from opendata.model import OpenEdition, OpenTable

Change = Literal["added", "changed", "removed", "unchanged"]
Counts = tuple[int | None, int | None, int | None]  # rows added, removed, changed
# The part of a difference that is copied over a former edition.
NEW = "edition"
DATA = "data/"


@dataclass(frozen=True)
class FileChange:
    """One file of the former or the new edition.

    Attributes:
        sha256: Of the new file; of the former one where it is removed.
        bytes: Its size.
    """

    path: str
    change: Change
    sha256: str
    bytes: int


@dataclass(frozen=True)
class TableChange:
    """What changed of a table; a row is known by its key.

    Attributes:
        rows_added: Rows whose key the former edition does not hold. The three counts are null
            where the key itself is another one: rows cannot be told apart then.
        rows_changed: Rows of both editions of which a common column differs.
        columns_added: Columns that only the new edition hands out.
    """

    table: str
    change: Change
    rows: int | None
    rows_added: int | None
    rows_removed: int | None
    rows_changed: int | None
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """The difference between two editions."""

    since: str
    release: str
    files: tuple[FileChange, ...]
    tables: tuple[TableChange, ...]

    def of(self, change: Change) -> list[FileChange]:
        """The files of one kind."""
        return [file for file in self.files if file.change == change]


def compare(former: OpenEdition, former_folder: Path, new: OpenEdition, folder: Path) -> Changes:
    """Compares two editions that stand in their folders."""
    return Changes(
        former.release.id,
        new.release.id,
        tuple(_files(former_folder, folder)),
        tuple(_tables(former, former_folder, new, folder)),
    )


def keep_changes(changes: Changes, edition: OpenEdition, folder: Path) -> None:
    """Makes a difference of a folder that holds a whole edition in :data:`NEW`.

    Data files that did not change are removed; metadata are small and stay, all of them.
    """
    for file in changes.of("unchanged"):
        if file.path.startswith(DATA):
            (folder / NEW / file.path).unlink()
    for left in sorted((folder / NEW).rglob("*"), reverse=True):
        if left.is_dir() and not any(left.iterdir()):
            left.rmdir()
    said = json.dumps(asdict(changes), ensure_ascii=False, indent=2) + "\n"
    write_text(folder / "changes.json", said)
    write_text(folder / "index.html", changes_page(edition, changes))
    write_sums(folder)


def changes_page(edition: OpenEdition, changes: Changes) -> str:
    """The difference for a reader, in French."""
    return render("changes.html", "fr", title=edition.publication.title_fr, changes=changes)


def _files(former: Path, new: Path) -> list[FileChange]:
    before, after = sums_of(former), sums_of(new)
    found = []
    for path in sorted({*before, *after}):
        change: Change
        if path not in after:
            change = "removed"
        elif path not in before:
            change = "added"
        else:
            change = "unchanged" if before[path] == after[path] else "changed"
        folder, sums = (former, before) if change == "removed" else (new, after)
        size = (folder / path).stat().st_size
        found.append(FileChange(path, change, sums[path], size))
    return found


def _tables(
    former: OpenEdition, former_folder: Path, new: OpenEdition, folder: Path
) -> list[TableChange]:
    before, after = _parquets(former, former_folder), _parquets(new, folder)
    found = []
    for name in sorted({*before, *after}):
        if name not in after:
            rows = before[name].rows
            found.append(TableChange(name, "removed", None, 0, rows, 0))
        elif name not in before:
            rows = after[name].rows
            found.append(TableChange(name, "added", rows, rows, 0, 0))
        else:
            found.append(_table(before[name], after[name]))
    return found


@dataclass(frozen=True)
class _Parquet:
    """The Parquet file of a table, and what it holds."""

    file: Path
    sha256: str
    rows: int
    table: OpenTable


def _parquets(edition: OpenEdition, folder: Path) -> dict[str, _Parquet]:
    return {
        item.table: _Parquet(
            folder / item.path, item.sha256, item.rows, edition.rights.tables[item.table]
        )
        for item in edition.files
        if item.form == "parquet"
    }


def _table(former: _Parquet, new: _Parquet) -> TableChange:
    name = new.table.name
    if former.sha256 == new.sha256:
        return TableChange(name, "unchanged", new.rows, 0, 0, 0)
    before, after = former.table.columns, new.table.columns
    counts: Counts = (None, None, None)
    if former.table.keys == new.table.keys:
        common = [column for column in after if column in before]
        counts = _rows(former.file, new.file, new.table.keys, common)
    return TableChange(
        name,
        "changed",
        new.rows,
        *counts,
        columns_added=tuple(column for column in after if column not in before),
        columns_removed=tuple(column for column in before if column not in after),
    )


def _rows(former: Path, new: Path, keys: tuple[str, ...], columns: list[str]) -> Counts:
    """Rows added, removed and changed, by key; a part of a key may be null."""
    names = ", ".join(f'"{column}"' for column in columns)
    is_same = " and ".join(f'n."{key}" is not distinct from f."{key}"' for key in keys)
    key_names = ", ".join(f'"{key}"' for key in keys)
    held = f"select {key_names}, hash({names}) as held, 1 as is_there"
    with TemporaryDirectory() as spill, duckdb.connect() as connection:
        connection.execute(READING)
        connection.execute("set temp_directory = ?", [spill])
        [(added, removed, changed)] = connection.execute(
            f"""
            with f as ({held} from read_parquet($former)), n as ({held} from read_parquet($new))
            select count(*) filter (f.is_there is null), count(*) filter (n.is_there is null),
                count(*) filter (n.held <> f.held)
            from n full join f on {is_same}
            """,
            {"former": str(former), "new": str(new)},
        ).fetchall()
    return added, removed, changed
