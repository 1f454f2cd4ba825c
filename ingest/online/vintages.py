"""From landed files to rows: read, check, compare with the edition before.

What a landed file says is read once and kept in ``build/parsed``, which may be deleted at any time:
reading the same file with the same code and declaration again gives the same rows.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ingest.checks import LINE, CheckedTable, Codes, check_landed
from ingest.declarations import Source, Table
from ingest.errors import DataProblem
from ingest.online.connector import Connector, Landed, SourceProblem, Unreadable
from ingest.online.landing import Arrival, Journal

PROVENANCE = "provenance"
EDITION = "edition"
RANK = "edition_rank"
# What tells two editions apart without being a value of the producer.
LABELS = (EDITION, RANK, "provenance_id", LINE)
REPORT = "keep the file, compare it with the last one, and mend the connector or the declaration"


@dataclass(frozen=True)
class ReadTable:
    """One table of one landed file, on disk.

    Attributes:
        content: Hash of its values, apart from what names the edition.
        is_bundled: Whether each of its rows stands in the bundled table.
    """

    name: str
    file: Path
    rows: int
    content: str
    is_bundled: bool = False


@dataclass(frozen=True)
class Edition:
    """A landed file that takes part in a release, with the tables that it changes.

    Attributes:
        number: Its arrival; see :class:`ingest.online.landing.Arrival`.
        available_on: Day from which its values were known to this observatory.
    """

    source_id: str
    number: int
    key: str
    label: str
    sha256: str
    available_on: dt.date
    tables: tuple[ReadTable, ...]

    def identity(self) -> str:
        """All that a release depends on; equal identities give equal rows."""
        parts = (self.source_id, self.number, self.key, self.label, self.sha256, self.available_on)
        return "|".join(str(part) for part in parts)


@dataclass(frozen=True)
class Reader:
    """Reads the landed files of one source.

    Attributes:
        bundled: Its bundled tables.
        cache: Folder for what was read.
        version: Changes with the code, the declaration and the bundled tables.
    """

    connector: Connector
    bundled: Mapping[str, CheckedTable]
    codes: Codes
    cache: Path
    version: str

    @property
    def source(self) -> Source:
        return self.connector.source

    def label(self, landed: Landed, taken: Mapping[str, Iterable[tuple[str, dt.date]]]) -> str:
        """A label that no other edition of the source has.

        Args:
            landed: The file.
            taken: For each label in use, the keys and days of retrieval that use it. Files of one
                retrieval may share a label; a bundled label has the key ``""``.
        """
        with _one_source(self.source.id, landed):
            named = self.connector.edition_of(landed).strip()
        if not named:
            raise Unreadable("the file names no edition", REPORT, self.source.id, str(landed.path))
        day = landed.retrieved_at.date()
        for label in (named, f"{named} ({day})", f"{named} ({day}, {landed.sha256[:8]})"):
            users = list(taken.get(label, ()))
            if all(key not in ("", landed.key) and when == day for key, when in users):
                return label
        return f"{named} ({landed.retrieved_at:%Y-%m-%dT%H:%M:%S}, {landed.sha256[:8]})"

    def read(self, landed: Landed, arrival: Arrival) -> tuple[ReadTable, ...]:
        """The tables of a landed file, from the cache where they are there.

        Raises:
            SourceProblem: The file cannot be read, or fails a check.
        """
        name = hashlib.sha256(f"{landed.edition}|{self.version}".encode()).hexdigest()[:16]
        folder = self.cache / self.source.id / f"{arrival.number:06d}-{arrival.sha256[:12]}-{name}"
        if not folder.is_dir():
            self._write(folder, landed, arrival)
        kept = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
        return tuple(
            ReadTable(
                item["name"],
                folder / f"{item['name']}.parquet",
                item["rows"],
                item["content"],
                item["is_bundled"],
            )
            for item in kept
        )

    def _write(self, folder: Path, landed: Landed, arrival: Arrival) -> None:
        with _one_source(self.source.id, landed):
            frames = self._frames(landed, arrival)
            bundled = {name: item.frame for name, item in self.bundled.items()}
            check_landed(landed.path, self.source, frames, bundled, self.codes)
        beside = folder.with_name(f".{folder.name}")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        kept = []
        for name, frame in frames.items():
            content = io.BytesIO()  # a full disk is then an OSError, not one of Polars
            frame.write_parquet(content)
            (beside / f"{name}.parquet").write_bytes(content.getvalue())
            kept.append(
                {
                    "name": name,
                    "rows": frame.height,
                    "content": _content(frame),
                    "is_bundled": _stands_in(frame, self.bundled[name].frame),
                }
            )
        (beside / "tables.json").write_text(json.dumps(kept), encoding="utf-8")
        os.rename(beside, folder)  # noqa: PTH104 - one move: the folder is there whole or not

    def _frames(self, landed: Landed, arrival: Arrival) -> dict[str, pl.DataFrame]:
        given = self.connector.parse(landed)
        if not given:  # a file that is only kept
            return {}
        if not any(frame.height for name, frame in given.items() if name != PROVENANCE):
            raise Unreadable("no row was found in the file", REPORT)
        tables = {table.name: table for table in self.source.tables}
        unknown = sorted(set(given) - set(tables))
        if unknown:
            raise Unreadable(f"tables that no declaration names: {unknown}", REPORT)
        if PROVENANCE in tables and PROVENANCE not in given:
            given[PROVENANCE] = _provenance(landed)
        return {
            name: self._shaped(tables[name], frame, arrival)
            for name, frame in sorted(given.items())
            if frame.height
        }

    def _shaped(self, table: Table, frame: pl.DataFrame, arrival: Arrival) -> pl.DataFrame:
        wanted = [column.name for column in table.all_columns]
        if table.name != PROVENANCE and EDITION not in table.grain:
            raise Unreadable(
                f"table {table.name}: its grain names no edition, two editions would collide",
                f"add the column edition to the table and its grain in {self.source.id}/source.yml",
            )
        if RANK in wanted:
            frame = frame.with_columns(
                pl.lit(str(self._highest(table) + arrival.number)).alias(RANK)
            )
        if LINE not in frame.columns:
            frame = frame.with_row_index(LINE, offset=1)
        missing = [name for name in wanted if name not in frame.columns]
        more = [name for name in frame.columns if name not in (*wanted, LINE)]
        if missing or more:
            raise Unreadable(
                f"table {table.name}: columns missing {missing}, unknown {more}", REPORT
            )
        texts = [pl.col(name).cast(pl.String).replace("", None) for name in wanted]
        return frame.select(pl.col(LINE).cast(pl.Int64), *texts)

    def _highest(self, table: Table) -> int:
        """The highest rank among the bundled editions: landed ones rank above."""
        ranks = self.bundled[table.name].frame[RANK].cast(pl.Int64).max()
        return ranks if isinstance(ranks, int) else 0


class _one_source:  # noqa: N801 - reads as a clause
    """Whatever goes wrong inside is one source's problem, said in plain words."""

    def __init__(self, source_id: str, landed: Landed) -> None:
        self._source_id = source_id
        self._landed = landed

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        where = f"{self._landed.key} ({self._landed.path})"
        match error:
            case None | OSError() | KeyboardInterrupt() | SystemExit():
                return
            case SourceProblem():
                error.source_id = error.source_id or self._source_id
                error.where = error.where or where
            case DataProblem():
                place = f", row {error.line}" if error.line is not None else ""
                place += f", column {error.column}" if error.column else ""
                raise Unreadable(
                    error.problem, error.remedy, self._source_id, where + place
                ) from error
            case _:
                raise Unreadable(
                    f"the connector did not expect this ({type(error).__name__}: {error})",
                    REPORT,
                    self._source_id,
                    where,
                ) from error


def bundled_labels(bundled: Mapping[str, CheckedTable]) -> dict[str, list[tuple[str, dt.date]]]:
    """The labels that bundled rows use, in the form that :meth:`Reader.label` wants."""
    return {
        label: [("", item.table.retrieved_on or dt.date.min)]
        for item in bundled.values()
        if EDITION in item.frame.columns
        for label in item.frame[EDITION].unique().drop_nulls()
    }


def availability(journal: Journal) -> dict[int, dt.date]:
    """Day from which each arrival was known; never earlier than that of an earlier arrival.

    A clock that went back would otherwise make an edition known before the one that it revises.
    """
    known: dict[int, dt.date] = {}
    latest = dt.date.min
    for arrival in journal.arrivals:
        latest = max(latest, arrival.retrieved_at.astimezone(dt.UTC).date())
        known[arrival.number] = latest
    return known


def changed_only(editions: Sequence[Edition]) -> list[Edition]:
    """Editions with the tables that differ from the edition before under the same key.

    The edition before the first one is what is bundled: a file that brings those rows only brings
    nothing.
    """
    before: dict[tuple[str, str], str] = {}
    kept = []
    for edition in editions:
        tables = []
        for table in edition.tables:
            if table.name == PROVENANCE:
                continue
            place = (edition.key, table.name)
            is_known = before[place] == table.content if place in before else table.is_bundled
            if not is_known:
                tables.append(table)
            before[place] = table.content
        if tables:
            tables += [table for table in edition.tables if table.name == PROVENANCE]
        kept.append(dataclasses.replace(edition, tables=tuple(tables)))
    return kept


def edition_rows(
    source: Source, bundled: Iterable[CheckedTable], editions: Iterable[Edition]
) -> Iterator[dict[str, object]]:
    """Rows of ``raw.declared_editions``: when each edition of a source became known, and how so.

    The basis is ``retrieved`` (downloaded on that day), ``stated`` (the producer's own date) or
    ``bundled`` (written down with the project on that day; it may have been public before).
    """
    seen: dict[str, tuple[dt.date, str]] = {}
    for item in bundled:
        if EDITION not in item.frame.columns or item.table.retrieved_on is None:
            continue
        for label in sorted(item.frame[EDITION].unique().drop_nulls()):
            stated = item.table.editions_stated_on.get(label)
            row = (stated or item.table.retrieved_on, "stated" if stated else "bundled")
            seen[label] = min(seen.get(label, row), row)
    for edition in editions:
        seen.setdefault(edition.label, (edition.available_on, "retrieved"))
    for label, (day, basis) in sorted(seen.items()):
        yield {
            "source_id": source.id,
            "edition": label,
            "available_on": day,
            "available_on_basis": basis,
        }


def _provenance(landed: Landed) -> pl.DataFrame:
    seen = landed.retrieved_at.astimezone(dt.UTC).date()
    return pl.DataFrame(
        {
            "provenance_id": [landed.provenance_id],
            "reference": [f"{landed.url} (relevé le {seen}, sha256 {landed.sha256[:12]}…)"],
            "url": [landed.url],
            "evidence": ["official_file"],
            "note_fr": [None],
        },
        schema_overrides={"note_fr": pl.String},
    )


def _stands_in(frame: pl.DataFrame, bundled: pl.DataFrame) -> bool:
    values = [name for name in frame.columns if name not in LABELS]
    return frame.join(bundled, on=values, how="anti", nulls_equal=True).is_empty()


def _content(frame: pl.DataFrame) -> str:
    """Hash of the values of a table, whatever the order of its rows."""
    values = frame.drop([name for name in LABELS if name in frame.columns])
    ordered = values.select(sorted(values.columns)).sort(sorted(values.columns))
    return hashlib.sha256(ordered.write_csv().encode()).hexdigest()
