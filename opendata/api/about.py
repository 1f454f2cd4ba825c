"""What the answers have in common beside their rows: release, terms, what is withheld."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, cast

import duckdb
import polars as pl
from pydantic import BaseModel
from starlette.responses import Response

from opendata.api.asked import Asked
from opendata.api.kept import once_a_release
from opendata.api.opened import Opened
from opendata.api.parameters import Paging, paging
from opendata.api.problems import Lang
from opendata.files.dialects import FRENCH, PLAIN
from opendata.model import Rights, Rule
from opendata.publication import publication
from opendata.words import words

Form = Literal["json", "csv", "csv-fr"]
FORMS = ("json", "csv", "csv-fr")
DIALECTS = {"csv": PLAIN, "csv-fr": FRENCH}
CSV = "text/csv; charset=utf-8"
# What is said of a source wherever it is quoted.
CITED = (
    *("source_id", "title_fr", "title_en", "publisher", "landing_page", "citation"),
    *("licence_name", "licence_url", "is_redistributable"),
)
REPEATS = 'select "column", repeats from dictionary where mart = $mart'
CITATIONS = f"""
    select {", ".join(CITED)} from dim_source
    where list_contains($sources::varchar[], source_id) order by source_id
"""


class Terms(BaseModel):
    """The licence of what the observatory made, and what of an answer that is."""

    name: str
    url: str
    covers: str


class WithheldColumn(BaseModel):
    """A column that is left out, as it repeats series of sources whose licence is not known."""

    mart: str
    column: str
    sources: list[str]


class WithheldRows(BaseModel):
    """Rows that are left out, by source and reason."""

    mart: str
    source_id: str
    reason: Literal["licence_unknown", "second_rank"]
    n_rows: int


class WithheldTable(BaseModel):
    """A table of which nothing is handed out, as all that it holds repeats such series."""

    mart: str
    sources: list[str]


class NotHandedOut(BaseModel):
    """What of the tables that an answer reads is not handed out."""

    tables: list[WithheldTable]

    rows: list[WithheldRows]
    columns: list[WithheldColumn]


class About(BaseModel):
    """What every answer says of itself."""

    release: str
    licence: Terms
    withheld: NotHandedOut


class Paged(BaseModel):
    """An answer that holds a part of a list."""

    paging: Paging


def about(opened: Opened, marts: Sequence[str], lang: Lang) -> dict[str, Any]:
    """The members of :class:`About` for an answer that reads some marts."""
    return {
        "release": opened.id,
        "licence": terms(opened.rights, marts, lang),
        "withheld": withheld(opened.rights, marts),
    }


def terms(rights: Rights, marts: Iterable[str], lang: Lang) -> dict[str, str]:
    """Our licence, and what of some marts it covers: a figure that is quoted stays its author's."""
    own = publication().own_licence
    said = words(lang)["rules"]
    covers = [said[rule] for rule in _rules(rights, marts)] or [said["own"]]
    return {"name": own.name, "url": own.url, "covers": " ".join(covers)}


def _rules(rights: Rights, marts: Iterable[str]) -> list[Rule]:
    """The rules by which some marts are handed out, each once, in the order of the marts."""
    return list(dict.fromkeys(rights.tables[mart].rule for mart in marts if mart in rights.tables))


def withheld(rights: Rights, marts: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """What of some marts is not handed out."""
    marts = list(marts)
    tables = [rights.tables[mart] for mart in marts if mart in rights.tables]
    return {
        "tables": [
            {"mart": mart, "sources": list(rights.withheld_tables[mart])}
            for mart in marts
            if mart in rights.withheld_tables
        ],
        "rows": [
            {
                "mart": table.name,
                "source_id": held.source_id,
                "reason": held.reason,
                "n_rows": held.n_rows,
            }
            for table in tables
            for held in table.withheld_rows
        ],
        "columns": [
            {"mart": table.name, "column": column.name, "sources": list(column.sources)}
            for table in tables
            for column in table.withheld_columns
        ],
    }


def answer_page(
    ask: Asked,
    name: str,
    found: pl.DataFrame,
    limit: int,
    offset: int,
    form: Form | None,
    marts: Sequence[str],
    more: Mapping[str, Any] | None = None,
) -> Response:
    """A part of a list, in the form that is asked for.

    Args:
        ask: The request.
        name: Of the list, which is also the name of a file.
        found: All rows that answer.
        limit: Most rows.
        offset: Rows to pass over.
        form: As the parameter says; without it ``Accept`` may say.
        marts: What the rows come from.
        more: Further members of an answer in JSON.
    """
    part = paging(ask.request, ask.release.id, found.height, limit, offset)
    rows = found.slice(offset, limit)
    chosen = cast(Form, ask.format(form, FORMS))
    if chosen == "json":
        members = (
            about(ask.opened, marts, ask.lang) | dict(more or {}) | {"paging": part, name: rows}
        )
        return ask.json(members)
    dialect = DIALECTS[chosen]
    links = [("describedby", "openapi.json")]
    if set(_rules(ask.opened.rights, marts)) <= {
        "own"
    }:  # else the licence is not that of all of it
        links.append(("license", publication().own_licence.url))
    return ask.bytes(
        dialect.document(rows),
        CSV,
        paging=part,
        links=links,
        file_name=f"{name}-{ask.release.id}.csv",
        withheld=sum(held["n_rows"] for held in withheld(ask.opened.rights, marts)["rows"]),
    )


def read(
    cursor: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any] | None = None
) -> pl.DataFrame:
    """The rows of a query whose text never depends on a request."""
    frame: pl.DataFrame = cursor.sql(query, params=dict(parameters or {})).pl()
    return frame


@once_a_release
def repeats(
    cursor: duckdb.DuckDBPyConnection, opened: Opened, mart: str
) -> dict[str, tuple[str, ...]]:
    """Sources that each column of a mart repeats."""
    told = read(cursor, REPEATS, {"mart": mart})
    return {column: tuple(sources or ()) for column, sources in told.iter_rows()}


def cited(cursor: duckdb.DuckDBPyConnection, sources: Iterable[str]) -> pl.DataFrame:
    """What is to be said of the sources of a quotation."""
    return read(cursor, CITATIONS, {"sources": sorted(set(sources))})
