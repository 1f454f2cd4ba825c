"""What a connector is: the one interface between the run and a live source.

A connector is told its declaration (``online:`` in ``source.yml``) and does three things, none of
which touches a clock, a disk or the network by itself:

1. ``discover``: says which files or queries are current (it may fetch small pages to find out);
2. ``edition_of``: names the edition that a landed file is;
3. ``parse``: turns one landed file into rows of the bundled tables.
"""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import polars as pl

from ingest.declarations import Online, Source

Media = Literal["csv", "json", "xml", "xlsx", "parquet", "zip", "html", "any"]
KEY = re.compile(r"^[a-z0-9][a-z0-9_.-]{0,99}$")


class SourceProblem(Exception):
    """A live source does not give what it should; a person reads this.

    Args:
        problem: What is wrong, in plain words, with the place (column, line) where it is known.
        remedy: What to do about it.
        source_id: Filled in by the run where it is empty.
        where: Address or file; filled in by the run where it is empty.
    """

    def __init__(self, problem: str, remedy: str, source_id: str = "", where: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        self.source_id = source_id
        self.where = where
        super().__init__(problem)

    def __str__(self) -> str:
        place = " ".join(part for part in (self.source_id, self.where) if part)
        return f"{place + ': ' if place else ''}{self.problem}\n  Remedy: {self.remedy}"


class Unreadable(SourceProblem):
    """A landed file is not what the connector can read (shape, columns, encoding, masks…)."""


@dataclass(frozen=True)
class Remote:
    """One file or query to fetch.

    Attributes:
        key: Stable name of this file within its source, the same at each run (``bmo_2026``).
        url: https address on a declared host.
        media: What the content must look like; a web page where a table is awaited is refused.
        headers: Request headers (``Accept``, ``Authorization``); never logged.
        form: Sent as a form by POST where it is given; never logged.
        partial: Whether 206 (a page of a longer list) is a success.
        largest_bytes: Size limit for this file; that of the declaration where it is empty.
    """

    key: str
    url: str
    media: Media = "any"
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    partial: bool = False
    largest_bytes: int | None = None

    def __post_init__(self) -> None:
        if not KEY.match(self.key):
            raise ValueError(f"key {self.key!r}: small letters, digits, '_', '.', '-' only")


@dataclass(frozen=True)
class Gathered:
    """A file that a connector put together itself out of many small replies.

    Equal replies must give equal bytes (sorted keys, no time of retrieval in them).
    """

    key: str
    url: str
    content: bytes
    media: Media = "json"

    def __post_init__(self) -> None:
        if not KEY.match(self.key):
            raise ValueError(f"key {self.key!r}: small letters, digits, '_', '.', '-' only")


@dataclass(frozen=True)
class Reply:
    """An answer of a host: 200, or 206 where it is allowed; header names in small letters."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str


class Fetch(Protocol):
    """Fetches a small page during discovery, with all limits, retries and pauses of the client.

    Raises:
        SourceProblem: The host does not give it.
    """

    def __call__(self, remote: Remote) -> Reply: ...


@dataclass(frozen=True)
class Landed:
    """One landed file, immutable.

    Attributes:
        path: The file, read-only, named by its sha256.
        retrieved_at: First time that these bytes were seen under this key, UTC.
        headers: ``etag``, ``last-modified``, ``content-type``, ``content-disposition`` if sent.
        edition: Label of the edition, unique within the source; empty until the run has asked
            ``edition_of`` and made it unique.
    """

    source_id: str
    key: str
    url: str
    sha256: str
    path: Path
    retrieved_at: dt.datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    edition: str = ""

    @property
    def provenance_id(self) -> str:
        """Written by ``parse`` into each row; the run adds the row of the table provenance."""
        return f"landed_{self.key}_{self.sha256[:12]}"


class Connector(ABC):
    """One live source; made anew for each run.

    Args:
        source: The declaration.
        environment: Where credentials are (never ``os.environ`` itself: it is passed in).
    """

    def __init__(self, source: Source, environment: Mapping[str, str]) -> None:
        if source.online is None:
            raise ValueError(f"{source.id} has no section online")
        self.source = source
        self.environment = environment

    @property
    def source_id(self) -> str:
        return self.source.id

    @property
    def online(self) -> Online:
        online = self.source.online
        assert online is not None  # noqa: S101 - checked in __init__
        return online

    @abstractmethod
    def discover(self, fetch: Fetch) -> list[Remote | Gathered]:
        """The current files or queries, in a stable order.

        Raises:
            SourceProblem: The landing page or catalogue does not name them.
        """

    @abstractmethod
    def edition_of(self, landed: Landed) -> str:
        """The producer's own name of this edition (last quarter covered, date of update…).

        Two different files may get the same label: the run adds the day of retrieval then.

        Raises:
            Unreadable: The file does not say.
        """

    @abstractmethod
    def parse(self, landed: Landed) -> dict[str, pl.DataFrame]:
        """The rows of one landed file, by bundled table.

        Returns:
            For each table that the file feeds, a frame with the columns of the declaration, all as
            text, null where empty: values as published, ``edition`` = ``landed.edition``,
            ``provenance_id`` = ``landed.provenance_id``. ``edition_rank`` may be left out (the run
            ranks editions by their retrieval), and so may ``provenance`` (the run writes its row).
            A column ``_row_number`` (line in the file, integer) is welcome and may be left out.

        Raises:
            Unreadable: Anything that is not as known; never a wrong or partial table.
        """
