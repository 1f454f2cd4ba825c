"""The words in which the parts of the open edition speak to one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest.release import Release

Form = Literal["parquet", "csv", "csv-fr", "xlsx"]
# Why rows are withheld, the first reason that holds.
Reason = Literal["licence_unknown", "second_rank"]
# own: made by the observatory (lists, texts). by_source: row by row, on the terms of the row's
# source. quoted: single figures of others, each with its citation. computed: our results, made
# from figures of others.
Rule = Literal["own", "by_source", "quoted", "computed"]


@dataclass(frozen=True)
class WithheldColumn:
    """A column that would hand out a series whose terms are not known.

    Attributes:
        sources: The sources it repeats that may not be redistributed.
    """

    name: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class WithheldRows:
    """Rows that stay with us, counted so that nothing is missing silently.

    Attributes:
        reason: ``licence_unknown`` or ``second_rank``.
    """

    source_id: str
    reason: Reason
    n_rows: int


@dataclass(frozen=True)
class OpenTable:
    """One mart as it is handed out.

    Attributes:
        columns: Those that are handed out, in the order of the mart.
        keys: The mart's grain.
        condition: SQL over the mart's columns; which rows are handed out.
        withheld_columns: What is left out of each row, and for whose sake.
        withheld_rows: Which rows are left out.
    """

    name: str
    rule: Rule
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    condition: str = "true"
    withheld_columns: tuple[WithheldColumn, ...] = ()
    withheld_rows: tuple[WithheldRows, ...] = ()

    def query(self) -> str:
        """The rows that are handed out, in the order of the grain."""
        order = ", ".join(f'"{name}"' for name in self.keys)
        return f"{self.selection()} order by {order}"

    def selection(self) -> str:
        """The rows that are handed out, as they stand in the release's file."""
        columns = ", ".join(f'"{name}"' for name in self.columns)
        return f'select {columns} from main."{self.name}" where {self.condition}'


@dataclass(frozen=True)
class Rights:
    """What of a release may be handed out.

    Attributes:
        tables: The marts of which something is handed out, by name.
        withheld_tables: The marts of which nothing is, with the sources on whose account.
    """

    tables: dict[str, OpenTable]
    withheld_tables: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class OpenFile:
    """One data file of an open edition.

    Attributes:
        path: Relative to the edition, with slashes.
        table: The mart it holds; the workbook of key figures is ``key_figures``.
        media_type: That of the content, before compression.
        compression: ``gz`` or ``zip``; empty for none.
    """

    path: str
    table: str
    form: Form
    media_type: str
    rows: int
    bytes: int
    sha256: str
    compression: str = ""


@dataclass(frozen=True)
class Licence:
    """Terms, as their owner states them."""

    id: str
    name: str
    url: str


@dataclass(frozen=True)
class Publication:
    """Who hands the data out (see ``publication.toml``).

    Attributes:
        base_url: Where the edition's files stand; empty where that is not known.
        api_url: Where the interface for programs answers; empty where that is not known.
    """

    title_fr: str
    title_en: str
    description_fr: str
    description_en: str
    keywords_fr: tuple[str, ...]
    keywords_en: tuple[str, ...]
    publisher: str
    contact: str
    homepage: str
    base_url: str
    own_licence: Licence
    api_url: str = ""


@dataclass(frozen=True)
class OpenEdition:
    """What is handed out of one release."""

    release: Release
    rights: Rights
    publication: Publication
    files: tuple[OpenFile, ...]
