"""``/key-figures``: what the documents say, each figure quoted with its place."""

from __future__ import annotations

from typing import Annotated, Any

import duckdb
import polars as pl
from fastapi import APIRouter
from starlette.responses import Response

from opendata.api.about import About, Form, Paged, answer_page, read
from opendata.api.asked import Ask, Asked
from opendata.api.limits import DEFAULT_ROWS
from opendata.api.opened import Opened
from opendata.api.parameters import Limit, Offset
from opendata.api.rows import rows
from opendata.api.values import admit, chosen, several
from opendata.model import OpenTable

router = APIRouter()
MART = "mart_key_figures"
# Parameters that narrow the list → where their values stand.
FILTERS = {name: f"{MART}.{name}" for name in ("document", "family", "conflict_group", "measure")}


class KeyFigures(About, Paged):
    """Figures of the documents."""

    key_figures: Annotated[list[dict[str, Any]], rows("KeyFigure", MART)]


@router.get("/key-figures", operation_id="key_figures", responses={200: {"model": KeyFigures}})
async def key_figures(
    ask: Ask,
    document: Annotated[list[str], several(FILTERS["document"])],
    family: Annotated[list[str], several(FILTERS["family"])],
    conflict_group: Annotated[list[str], several(FILTERS["conflict_group"])],
    measure: Annotated[list[str], several(FILTERS["measure"])],
    limit: Limit = DEFAULT_ROWS,
    offset: Offset = 0,
    format: Form | None = None,
) -> Response:
    """Figures of the documents."""
    given = {
        "document": document,
        "family": family,
        "conflict_group": conflict_group,
        "measure": measure,
    }
    return await ask.run(answer, ask, given, limit, offset, format)


def answer(
    cursor: duckdb.DuckDBPyConnection,
    ask: Asked,
    given: dict[str, list[str]],
    limit: int,
    offset: int,
    form: Form | None,
) -> Response:
    """The figures that are asked for, written."""
    found = find(cursor, ask.opened, given)
    return answer_page(ask, "key_figures", found, limit, offset, form, [MART])


def find(
    cursor: duckdb.DuckDBPyConnection, opened: Opened, given: dict[str, list[str]]
) -> pl.DataFrame:
    """The figures that are asked for."""
    admit(cursor, opened, given, FILTERS, "/api/v1/key-figures")
    return read(cursor, listing(opened.table(MART)), chosen(given))


def listing(table: OpenTable) -> str:
    """The figures that are handed out; bind each of :data:`FILTERS`, null for all."""
    columns = ", ".join(f'"{name}"' for name in table.columns)
    order = ", ".join(f'"{name}"' for name in table.keys)
    wanted = " and ".join(
        f"(${name}::varchar[] is null or list_contains(${name}::varchar[], {name}))"
        for name in FILTERS
    )
    return f"select {columns} from {MART} where ({table.condition}) and {wanted} order by {order}"
