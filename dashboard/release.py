"""The one way to the data: the release that ``current`` points at, read through cursors.

One in-memory connection a release and language, one cursor a query (a shared cursor gives wrong
values under threads), results cached likewise. ``current`` is resolved once a run, so that a page
never mixes two releases and a new publication is seen at the next run.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from dashboard.language import Language, language
from dashboard.memory import Memory
from ingest.errors import ReleaseProblem
from ingest.paths import data_paths
from ingest.release import Release, read_release

if TYPE_CHECKING:
    import duckdb

STATE_KEY = "_release"
# The tables are never changed, so that all runs may share them without a copy each.
_QUERIES: Memory[tuple[str, str, str, tuple[Any, ...]], pl.DataFrame] = Memory(400)


class NoRelease(Exception):
    """Nothing is published, or what is published cannot be read."""


class MissingData(Exception):
    """The served release has not the table or the column that the page reads.

    Attributes:
        what: The table, or the message about the column.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True)
class Store:
    """One release, opened for reading."""

    release: Release

    @property
    def id(self) -> str:
        return self.release.id

    def has(self, table: str) -> bool:
        return f"{table}.parquet" in self.release.manifest.files

    def columns(self, table: str) -> list[str]:
        """The columns of a table, as it is read on a page."""
        return self.query(f'from "{table}" limit 0').columns

    def query(self, sql: str, params: tuple[Any, ...] = ()) -> pl.DataFrame:
        """Runs a query on the release; equal queries are answered from the cache.

        A text ``<x>_fr`` of a mart is read as ``<x>_text``, in the language of the screen.

        Args:
            sql: Text of the program, never of a user.
            params: Bound values; lists as tuples.

        Raises:
            MissingData: The release lacks a table or a column.
        """
        spoken = language()
        return _QUERIES.get(
            (str(self.release.folder), spoken, sql, params),
            lambda: _query(self.release, spoken, sql, params),
        )


def open_store() -> Store:
    """The current release.

    Raises:
        NoRelease: Nothing readable is published.
    """
    current = data_paths().current
    if not current.is_symlink():
        raise NoRelease(str(current))
    try:
        return Store(_release(current.resolve()))
    except ReleaseProblem as problem:
        raise NoRelease(str(problem)) from None


def store() -> Store:
    """The release that this run of the script opened (see ``app.py``)."""
    opened = st.session_state.get(STATE_KEY)
    return opened if isinstance(opened, Store) else open_store()


@lru_cache(maxsize=8)
def _release(folder: Path) -> Release:
    return read_release(folder)  # a release folder never changes


@st.cache_resource(show_spinner=False, max_entries=6)
def _connection(release_id: str, folder: str, spoken: Language) -> duckdb.DuckDBPyConnection:
    return _release(Path(folder)).connect(spoken)


def _query(release: Release, spoken: Language, sql: str, params: tuple[Any, ...]) -> pl.DataFrame:
    import duckdb

    bound = [list(value) if isinstance(value, tuple) else value for value in params]
    try:
        with _connection(release.id, str(release.folder), spoken).cursor() as cursor:
            table: pl.DataFrame = cursor.sql(sql, params=bound).pl()
            return table
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise MissingData(str(error).splitlines()[0]) from None
    except duckdb.IOException as error:
        raise NoRelease(str(error).splitlines()[0]) from None
