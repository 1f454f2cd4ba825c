"""``/series``: observations, row by row as the mart holds them, in five formats."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import duckdb
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from opendata.api import described, observations, parameters
from opendata.api.asked import Ask, Asked
from opendata.api.formats import FORMATS, Rows
from opendata.api.limits import (
    DEFAULT_ROWS,
    LARGE_ROWS,
    MOST_ROWS_CSV,
    MOST_ROWS_FILE,
    MOST_ROWS_JSON,
    MOST_VALUES,
)
from opendata.api.observations import Counted, Selection
from opendata.api.opened import DIMENSIONS, OBSERVATIONS
from opendata.api.parameters import DAY_PATTERN, PERIOD_PATTERN, Format, Paging, paging
from opendata.api.problems import Problem
from opendata.api.rows import rows as rows_of
from opendata.api.values import MARK, several

router = APIRouter()
MOST_ROWS = {"json": MOST_ROWS_JSON, "csv": MOST_ROWS_CSV, "csv-fr": MOST_ROWS_CSV}
LISTINGS = {"indicator": "/api/v1/indicators", "source": "/api/v1/sources"}


PLACES = {name: f"{table}.{column}" for name, (table, column) in DIMENSIONS.items()}
Ids = list[str]
Period = Annotated[str | None, Query(json_schema_extra={"pattern": PERIOD_PATTERN})]
Day = Annotated[str | None, Query(json_schema_extra={"pattern": DAY_PATTERN})]


class Break(BaseModel):
    """Where a series stops being comparable with what came before."""

    period_start: str
    reason: str | None


class Series(BaseModel):
    """Observations that may be drawn on one line, but for the breaks."""

    indicator_id: str
    population_id: str
    occupation_id: str
    geography_id: str
    source_id: str
    frequency: str
    unit: str
    method_group: str | None
    comparability_group: Annotated[
        str, Field(description="Series of different groups may not be joined.")
    ]
    n_observations: Annotated[int, Field(description="In this answer.")]
    breaks: list[Break]
    indicator_label: str
    population_label: str
    occupation_label: str
    geography_label: str
    unit_symbol: str | None


class Licence(BaseModel):
    """Terms, as the publisher states them."""

    name: str
    url: str | None


class Source(BaseModel):
    """Whose figures they are."""

    source_id: str
    title: str
    publisher: str
    landing_page: str
    citation: str
    licence: Licence | None


class Attribution(Source):
    """The source of rows that are handed out, with its terms."""

    n_rows: int


class Withheld(Source):
    """The source of rows that answer the request and are not handed out."""

    reason: Literal["licence_unknown", "second_rank"]
    n_rows: int


class SeriesAnswer(BaseModel):
    """Observations, and what has to be known to use them."""

    release: Annotated[str, Field(description="Release that answers; give it as `release=`.")]
    attribution: list[Attribution]
    withheld: list[Withheld]
    known_from: Annotated[
        str | None, Field(json_schema_extra={"format": "date"}, description="With `as_of`.")
    ]
    paging: Paging
    series: list[Series]
    observations: Annotated[list[dict[str, Any]], rows_of("Observation", OBSERVATIONS)]


@router.get("/series", operation_id="series", responses={200: {"model": SeriesAnswer}})
async def series(
    ask: Ask,
    indicator: Annotated[
        Ids, Query(max_length=MOST_VALUES, json_schema_extra={MARK: PLACES["indicator"]})
    ],
    population: Annotated[Ids, several(PLACES["population"])],
    geography: Annotated[Ids, several(PLACES["geography"])],
    occupation: Annotated[Ids, several(PLACES["occupation"])],
    source: Annotated[Ids, several(PLACES["source"])],
    from_: Annotated[Period, Query(alias="from")] = None,
    to: Period = None,
    as_of: Day = None,
    vintages: Literal["latest", "all"] = "latest",
    limit: Annotated[int | None, Query(ge=1, le=MOST_ROWS_FILE)] = None,
    offset: Annotated[int | None, Query(ge=0, le=10**9)] = None,
    format: Format | None = None,
) -> Response:
    """Observations of some indicators; ``documentation.fr.toml`` says what each parameter does."""
    asked_for = {
        "indicator": indicator,
        "population": population,
        "geography": geography,
        "occupation": occupation,
        "source": source,
    }
    selection = Selection(
        ids=admitted(ask, asked_for),
        first_day=None if from_ is None else parameters.first_day("from", from_),
        last_day=None if to is None else parameters.last_day("to", to),
        as_of=None if as_of is None else parameters.one_day("as_of", as_of),
        all_vintages=vintages == "all",
    )
    if selection.first_day and selection.last_day and selection.first_day > selection.last_day:
        raise Problem(400, "empty_range", parameter="from", given=from_)
    chosen = ask.format(format, tuple(FORMATS))
    part = part_wanted(chosen, limit, offset)
    small = await ask.run(answer, ask, chosen, selection, *part, most=LARGE_ROWS)
    if small is not None:
        return small
    return await ask.run_large(written, ask, chosen, selection, *part)


def part_wanted(chosen: str, limit: int | None, offset: int | None) -> tuple[int, int]:
    """How many rows, from which on, for a format.

    Raises:
        Problem: The format does not hold so many, or is not given in parts.
    """
    if chosen == "jsonstat":
        for name, value in (("limit", limit), ("offset", offset)):
            if value is not None:
                raise Problem(400, "not_paged", parameter=name, given=value)
    most = MOST_ROWS.get(chosen, MOST_ROWS_FILE)
    if limit is not None and limit > most:
        raise Problem(400, "out_of_range", parameter="limit", given=limit, limits=f"1–{most}")
    return limit or (DEFAULT_ROWS if chosen == "json" else most), offset or 0


def admitted(ask: Asked, given: dict[str, list[str]]) -> dict[str, list[str]]:
    """The ids that were given, by dimension, each once.

    Raises:
        Problem: One is not in the release.
    """
    for dimension, values in given.items():
        for value in values:
            if value not in ask.opened.known_ids[dimension]:
                raise Problem(
                    400,
                    "unknown_value",
                    parameter=dimension,
                    given=value,
                    allowed=ask.opened.ids[dimension],
                    see=LISTINGS.get(dimension, f"{LISTINGS['indicator']}/{given['indicator'][0]}"),
                )
    return {dimension: sorted(set(values)) for dimension, values in given.items() if values}


def answer(
    cursor: duckdb.DuckDBPyConnection,
    ask: Asked,
    chosen: str,
    selection: Selection,
    limit: int,
    offset: int,
    *,
    most: int,
) -> Response | None:
    """The answer; none if it would have more rows than ``most``."""
    counted = observations.count(cursor, ask.opened.table(OBSERVATIONS), selection)
    if min(counted.total - offset, limit) > most:
        return None
    return written(cursor, ask, chosen, selection, limit, offset, counted)


def written(
    cursor: duckdb.DuckDBPyConnection,
    ask: Asked,
    chosen: str,
    selection: Selection,
    limit: int,
    offset: int,
    counted: Counted | None = None,
) -> Response:
    """Reads the rows and writes them in a format."""
    table = ask.opened.table(OBSERVATIONS)
    counted = counted or observations.count(cursor, table, selection)
    known = observations.known_from(cursor, table, selection) if selection.as_of else None
    part = paging(ask.request, ask.release.id, counted.total, limit, offset)
    found = Rows(
        table=table,
        frame=observations.read(cursor, table, selection, limit, offset),
        paging=part,
        attribution=described.attribution(ask.opened, counted, ask.lang),
        withheld=described.withheld(ask.opened, table, counted, ask.lang),
        known_from=known.isoformat() if known else None,
    )
    return FORMATS[chosen](ask, found)
