"""``/sources``: who publishes what, on which terms, how fresh, and what stays with us."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import duckdb
import polars as pl
from fastapi import APIRouter, Path
from pydantic import BaseModel
from starlette.responses import Response

from opendata.api.about import About, Form, Paged, about, answer_page, read
from opendata.api.asked import Ask, Asked
from opendata.api.limits import DEFAULT_ROWS
from opendata.api.opened import Opened
from opendata.api.parameters import Limit, Offset
from opendata.api.problems import Problem
from opendata.api.rows import one, rows
from opendata.model import Rights

router = APIRouter()
SOURCES = "dim_source"
FRESHNESS = "mart_source_freshness"
MARTS = (SOURCES, FRESHNESS)
SEE = "/api/v1/sources"
MORE = {
    "n_rows_withheld": {
        "type": "integer",
        "minimum": 0,
        "description": "Rows of this source that are withheld, in all marts.",
    },
    "why_withheld": {
        "type": "array",
        "items": {"enum": ["licence_unknown", "second_rank"]},
        "description": "Why rows, columns or marts of it are withheld; empty where nothing is.",
    },
    "stale": {
        "type": "string",
        "description": "Why newer data may exist that the release does not hold; empty else.",
    },
}


class RowsOfSource(BaseModel):
    """Rows of a source in one mart that are withheld."""

    mart: str
    reason: Literal["licence_unknown", "second_rank"]
    n_rows: int


class ColumnOfMart(BaseModel):
    """A column that repeats a source's series."""

    mart: str
    column: str


class WithheldOfSource(BaseModel):
    """What of a source is not handed out."""

    rows: list[RowsOfSource]
    columns: list[ColumnOfMart]
    marts: list[str]


class Sources(About, Paged):
    """The sources."""

    sources: Annotated[list[dict[str, Any]], rows("Source", SOURCES, joined=FRESHNESS, more=MORE)]


class OneSource(About):
    """One source, and what of it is not handed out."""

    source: Annotated[dict[str, Any], one("Source", SOURCES, joined=FRESHNESS, more=MORE)]
    withheld_of_source: WithheldOfSource


@router.get("/sources", operation_id="sources", responses={200: {"model": Sources}})
async def sources(
    ask: Ask, limit: Limit = DEFAULT_ROWS, offset: Offset = 0, format: Form | None = None
) -> Response:
    """All sources."""
    return await ask.run(answer, ask, limit, offset, format)


@router.get("/sources/{source_id}", operation_id="source", responses={200: {"model": OneSource}})
async def source(ask: Ask, source_id: Annotated[str, Path()]) -> Response:
    """One source."""
    if source_id not in ask.opened.sources:
        raise Problem(404, "unknown_id", given=source_id, see=SEE)
    return await ask.run(answer_one, ask, source_id)


def answer(
    cursor: duckdb.DuckDBPyConnection, ask: Asked, limit: int, offset: int, form: Form | None
) -> Response:
    """The sources, written."""
    return answer_page(ask, "sources", find(cursor, ask.opened), limit, offset, form, MARTS)


def answer_one(cursor: duckdb.DuckDBPyConnection, ask: Asked, source_id: str) -> Response:
    """One source, written."""
    found = find(cursor, ask.opened)
    return ask.json(
        about(ask.opened, MARTS, ask.lang)
        | {
            "source": found.row(by_predicate=pl.col("source_id") == source_id, named=True),
            "withheld_of_source": withheld(ask.opened.rights, source_id),
        }
    )


def find(cursor: duckdb.DuckDBPyConnection, opened: Opened) -> pl.DataFrame:
    """All sources: as they are declared, how fresh, and how much of each is withheld."""
    found = read(cursor, listing(opened.rights))
    states = opened.release.manifest.sources
    told = [withheld(opened.rights, source_id) for source_id in found["source_id"]]
    return found.with_columns(
        pl.Series("n_rows_withheld", [_n_rows(one) for one in told], pl.Int64),
        pl.Series("why_withheld", [_reasons(one) for one in told], pl.List(pl.String)),
        pl.Series(
            "stale",
            [states[name].stale if name in states else "" for name in found["source_id"]],
            pl.String,
        ),
    )


def _n_rows(told: dict[str, Any]) -> int:
    return sum(part["n_rows"] for part in told["rows"])


def _reasons(told: dict[str, Any]) -> list[str]:
    found = {part["reason"] for part in told["rows"]}
    if told["columns"] or told["marts"]:
        found.add("licence_unknown")
    return sorted(found)


def listing(rights: Rights) -> str:
    """The sources, with the extent and the age of what we hold of each."""
    own = rights.tables[SOURCES].columns
    fresh = [name for name in rights.tables[FRESHNESS].columns if name not in own]
    columns = ", ".join([*(f's."{name}"' for name in own), *(f'f."{name}"' for name in fresh)])
    return f"""
        select {columns} from {SOURCES} as s
        left join {FRESHNESS} as f using (source_id)
        order by s.source_id
    """


def withheld(rights: Rights, source_id: str) -> dict[str, Any]:
    """What of a source is not handed out.

    Returns:
        Rows by mart and reason, columns and whole marts that would repeat its series.
    """
    return {
        "rows": [
            {"mart": table.name, "reason": held.reason, "n_rows": held.n_rows}
            for table in rights.tables.values()
            for held in table.withheld_rows
            if held.source_id == source_id
        ],
        "columns": [
            {"mart": table.name, "column": column.name}
            for table in rights.tables.values()
            for column in table.withheld_columns
            if source_id in column.sources
        ],
        "marts": sorted(
            mart for mart, sources in rights.withheld_tables.items() if source_id in sources
        ),
    }
