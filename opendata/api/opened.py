"""Opened releases: one connection each, what of it may be handed out, which ids there are."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

import duckdb
import polars as pl

from ingest.paths import data_paths
from ingest.release import Release, read_release, release_folders
from opendata.api.limits import MEMORY
from opendata.api.problems import Lang, Problem
from opendata.model import OpenTable, Rights
from opendata.rights import rights_of

LANGS: tuple[Lang, ...] = get_args(Lang)
OBSERVATIONS = "fct_observation"
KEPT_OPEN = 4
MOST_ROWS_IN_MEMORY = 3_000_000
UNKNOWN = "unknown"  # a licence that the publisher does not state
# The dimensions by which series are asked for: parameter → table and column.
DIMENSIONS = {
    "indicator": ("dim_indicator", "indicator_id"),
    "population": ("dim_population", "population_id"),
    "geography": ("dim_geography", "geography_id"),
    "occupation": ("dim_occupation", "occupation_id"),
    "source": ("dim_source", "source_id"),
}


@dataclass(frozen=True, eq=False)
class Opened:
    """One release, opened for reading.

    Attributes:
        connection: Never used itself: a cursor a query (see DESIGN, section 7).
    """

    release: Release
    connection: duckdb.DuckDBPyConnection
    rights: Rights

    @property
    def id(self) -> str:
        return self.release.id

    @property
    def created_at(self) -> dt.datetime:
        return self.release.manifest.created_at

    def table(self, name: str) -> OpenTable:
        """A mart as it is handed out.

        Raises:
            KeyError: Nothing of it is handed out.
        """
        return self.rights.tables[name]

    @cached_property
    def dimensions(self) -> dict[str, pl.DataFrame]:
        """The dimensions by parameter, each whole, in the order of its ids."""
        return {
            parameter: _read(self.connection, f'from "{table}" order by "{key}"')
            for parameter, (table, key) in DIMENSIONS.items()
        }

    @cached_property
    def ids(self) -> dict[str, tuple[str, ...]]:
        """The values that each parameter takes, in order."""
        return {
            parameter: tuple(self.dimensions[parameter][key].to_list())
            for parameter, (_, key) in DIMENSIONS.items()
        }

    @cached_property
    def known_ids(self) -> dict[str, frozenset[str]]:
        """As :attr:`ids`, to look one up."""
        return {parameter: frozenset(ids) for parameter, ids in self.ids.items()}

    @cached_property
    def labels(self) -> dict[Lang, dict[str, dict[str, str]]]:
        """Language → dimension → id → label; in French where there is no other."""
        return {
            lang: {parameter: self._words(parameter, lang) for parameter in DIMENSIONS}
            for lang in LANGS
        }

    def _words(self, parameter: str, lang: Lang) -> dict[str, str]:
        _, key = DIMENSIONS[parameter]
        column = "title" if parameter == "source" else "label"
        word = pl.coalesce(f"{column}_{lang}", f"{column}_fr")
        return dict(self.dimensions[parameter].select(key, word).iter_rows())

    @cached_property
    def unit_symbols(self) -> dict[Lang, dict[tuple[str, str], str | None]]:
        """Language → indicator and unit → symbol, as the values stand: a fraction has none, be it
        shown as a percentage elsewhere.
        """
        shares = pl.col("unit").str.starts_with("fraction")
        return {
            lang: {
                (indicator, unit): symbol
                for indicator, unit, symbol in self.dimensions["indicator"]
                .select(
                    "indicator_id",
                    "unit",
                    pl.when(~shares).then(pl.coalesce(f"unit_symbol_{lang}", "unit_symbol_fr")),
                )
                .iter_rows()
            }
            for lang in LANGS
        }

    @cached_property
    def sources(self) -> dict[str, dict[str, Any]]:
        """Sources by id."""
        rows = self.dimensions["source"].iter_rows(named=True)
        return {row["source_id"]: row for row in rows}

    def source(self, source_id: str, lang: Lang) -> dict[str, Any]:
        """What has to be said of a source wherever something of it is used or withheld."""
        row = self.sources[source_id]
        named = row["licence_name"] != UNKNOWN
        return {
            "source_id": source_id,
            "title": row[f"title_{lang}"] or row["title_fr"],
            "publisher": (row["publisher_en"] if lang == "en" else None) or row["publisher"],
            "landing_page": row["landing_page"],
            "citation": row["citation"],
            "licence": {"name": row["licence_name"], "url": row["licence_url"]} if named else None,
        }


def _read(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    with connection.cursor() as cursor:
        frame: pl.DataFrame = cursor.sql(query).pl()
        return frame


def folder_of(release_id: str | None) -> Path:
    """The folder of a release that is on disk; of the current one for none.

    Raises:
        Problem: There is none.
    """
    paths = data_paths()
    if release_id is None:
        if not paths.current.is_symlink():
            raise Problem(503, "no_release")
        try:
            return paths.current.resolve()
        except RuntimeError:
            raise Problem(503, "no_release") from None
    folders = {folder.name: folder for folder in release_folders(paths)}
    if release_id not in folders:
        raise Problem(
            400,
            "unknown_release",
            parameter="release",
            given=release_id,
            allowed=sorted(folders, reverse=True),
            see="/api/v1/releases",
        )
    return folders[release_id].resolve()


_open: OrderedDict[Path, Opened] = OrderedDict()  # the one asked for last at the end


def already_open(folder: Path) -> Opened | None:
    """A release that was opened before; its folder never changes."""
    found = _open.get(folder)
    if found is not None:
        with contextlib.suppress(KeyError):  # dropped meanwhile by another thread
            _open.move_to_end(folder)
    return found


def open_release(folder: Path) -> Opened:
    """Opens a release, and keeps a few open.

    Raises:
        ReleaseProblem: It cannot be read, or does not say what of it may be handed out.
    """
    found = already_open(folder)
    if found is None:
        release = read_release(folder)
        found = Opened(release, _connection(release), rights_of(release))
        _open[folder] = found
        while len(_open) > KEPT_OPEN:
            with contextlib.suppress(KeyError):
                _open.popitem(last=False)
    return found


def _connection(release: Release) -> duckdb.DuckDBPyConnection:
    """A connection that holds the observations compressed in memory, some 35 bytes a row.

    A query takes half as long as on the file, whose foot every query reads anew. The rows keep
    their order. Each query has one core, so that the dashboard in the same process finds another.
    """
    connection = release.connect()
    connection.execute("set threads = 1")
    connection.execute(f"set memory_limit = '{MEMORY}'")
    rows = release.manifest.files[f"{OBSERVATIONS}.parquet"].rows
    if rows <= MOST_ROWS_IN_MEMORY:
        connection.execute("attach ':memory:' as kept (compress)")
        connection.execute(f"create table kept.{OBSERVATIONS} as from {OBSERVATIONS}")
        connection.execute("checkpoint kept")  # compresses
        connection.execute(f"create or replace view {OBSERVATIONS} as from kept.{OBSERVATIONS}")
    return connection
