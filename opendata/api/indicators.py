"""``/indicators``: what is measured, how it is defined, and what of it is handed out."""

from __future__ import annotations

from typing import Annotated, Any

import duckdb
import polars as pl
from fastapi import APIRouter, Path
from starlette.responses import Response

from opendata.api.about import About, Form, Paged, about, answer_page, read
from opendata.api.asked import Ask, Asked
from opendata.api.kept import once_a_release
from opendata.api.limits import DEFAULT_ROWS
from opendata.api.opened import OBSERVATIONS, Opened
from opendata.api.parameters import Limit, Offset
from opendata.api.problems import Problem
from opendata.api.rows import one, rows
from opendata.api.values import admit, chosen, several
from opendata.model import Rights

router = APIRouter()
INDICATORS = "dim_indicator"
MARTS = (INDICATORS, OBSERVATIONS)
SEE = "/api/v1/indicators"
# Parameters that narrow the list → where their values stand.
FILTERS = {"family": f"{INDICATORS}.family", "source": "dim_source.source_id"}
# Dimension → its mart, its key and the columns that say what a value of it is.
DIMENSIONS = {
    "populations": ("dim_population", "population_id", ("label_fr", "label_en")),
    "occupations": ("dim_occupation", "occupation_id", ("label_fr", "label_en")),
    "geographies": ("dim_geography", "geography_id", ("level", "label_fr", "label_en")),
    "sources": ("dim_source", "source_id", ("title_fr", "title_en", "is_redistributable")),
}
COUNT = {"type": "integer", "minimum": 0}
DAY = {"type": ["string", "null"], "format": "date"}
EXTENT = {
    "n_observations": COUNT,
    "n_withheld": COUNT,
    "first_period_start": DAY,
    "last_period_end": DAY,
}


def _available(dimension: str) -> Any:
    mart, key, words = DIMENSIONS[dimension]
    name = f"Available{dimension.capitalize()}"
    return rows(name, mart, only=(key, *words), more=EXTENT)


class Indicators(About, Paged):
    """What is measured."""

    indicators: Annotated[list[dict[str, Any]], rows("Indicator", INDICATORS, more=EXTENT)]


class OneIndicator(About):
    """One indicator, and what there is of it."""

    indicator: Annotated[dict[str, Any], one("Indicator", INDICATORS, more=EXTENT)]
    populations: Annotated[list[dict[str, Any]], _available("populations")]
    occupations: Annotated[list[dict[str, Any]], _available("occupations")]
    geographies: Annotated[list[dict[str, Any]], _available("geographies")]
    sources: Annotated[list[dict[str, Any]], _available("sources")]
    frequencies: list[str]


@router.get("/indicators", operation_id="indicators", responses={200: {"model": Indicators}})
async def indicators(
    ask: Ask,
    family: Annotated[list[str], several(FILTERS["family"])],
    source: Annotated[list[str], several(FILTERS["source"])],
    limit: Limit = DEFAULT_ROWS,
    offset: Offset = 0,
    format: Form | None = None,
) -> Response:
    """What is measured."""
    given = {"family": family, "source": source}
    return await ask.run(answer, ask, given, limit, offset, format)


@router.get(
    "/indicators/{indicator_id}",
    operation_id="indicator",
    responses={200: {"model": OneIndicator}},
)
async def indicator(ask: Ask, indicator_id: Annotated[str, Path()]) -> Response:
    """One indicator, and what there is of it."""
    return await ask.run(answer_one, ask, indicator_id)


def answer(
    cursor: duckdb.DuckDBPyConnection,
    ask: Asked,
    given: dict[str, list[str]],
    limit: int,
    offset: int,
    form: Form | None,
) -> Response:
    """The indicators that are asked for, written."""
    found = find(cursor, ask.opened, given)
    return answer_page(ask, "indicators", found, limit, offset, form, MARTS)


def answer_one(cursor: duckdb.DuckDBPyConnection, ask: Asked, indicator_id: str) -> Response:
    """One indicator, written."""
    return ask.json(about(ask.opened, MARTS, ask.lang) | find_one(cursor, ask.opened, indicator_id))


def find(
    cursor: duckdb.DuckDBPyConnection, opened: Opened, given: dict[str, list[str]]
) -> pl.DataFrame:
    """The indicators that are asked for."""
    admit(cursor, opened, given, FILTERS, SEE)
    return read(cursor, listing(opened.rights), chosen(given) | {"indicator": None})


def find_one(
    cursor: duckdb.DuckDBPyConnection, opened: Opened, indicator_id: str
) -> dict[str, Any]:
    """One indicator and what there is of it.

    Raises:
        Problem: 404, there is no such indicator.
    """
    if indicator_id not in opened.known_ids["indicator"]:
        raise Problem(404, "unknown_id", given=indicator_id, see=SEE)
    return extent(cursor, opened, indicator_id)


@once_a_release
def extent(cursor: duckdb.DuckDBPyConnection, opened: Opened, indicator_id: str) -> dict[str, Any]:
    """An indicator with the values of each dimension for which it has observations."""
    asked = {"indicator": indicator_id}
    everything = {"family": None, "source": None}
    [found] = read(cursor, listing(opened.rights), asked | everything).to_dicts()
    available_ones = {
        dimension: read(cursor, available(opened.rights, dimension), asked)
        for dimension in DIMENSIONS
    }
    lengths = read(cursor, frequencies(opened.rights), asked)["frequency"].to_list()
    return {"indicator": found, **available_ones, "frequencies": lengths}


def is_open(rights: Rights) -> str:
    """The condition under which an observation is handed out."""
    table = rights.tables.get(OBSERVATIONS)
    return table.condition if table else "false"


def listing(rights: Rights) -> str:
    """The indicators with the extent of what is handed out.

    Bind ``family`` and ``source`` (lists) and ``indicator``, null for all.
    """
    columns = ", ".join(f'i."{name}"' for name in rights.tables[INDICATORS].columns)
    return f"""
        with observed as (
            select *, ({is_open(rights)}) as is_open from {OBSERVATIONS}
        ),

        counted as (
            select
                indicator_id,
                count(*) filter (where is_open) as n_observations,
                count(*) filter (where not is_open) as n_withheld,
                min(period_start) filter (where is_open) as first_period_start,
                max(period_end) filter (where is_open) as last_period_end
            from observed group by indicator_id
        )

        select {columns}, coalesce(c.n_observations, 0) as n_observations,
            coalesce(c.n_withheld, 0) as n_withheld, c.first_period_start, c.last_period_end
        from {INDICATORS} as i
        left join counted as c using (indicator_id)
        where ($family::varchar[] is null or list_contains($family::varchar[], i.family))
            and ($source::varchar[] is null or i.indicator_id in (
                select indicator_id from {OBSERVATIONS}
                where list_contains($source::varchar[], source_id)
            ))
            and ($indicator::varchar is null or i.indicator_id = $indicator::varchar)
        order by i.indicator_id
    """


def available(rights: Rights, dimension: str) -> str:
    """The values of a dimension for which an indicator has observations; bind ``indicator``.

    Values of which all is withheld are listed too, with no observation.
    """
    mart, key, words = DIMENSIONS[dimension]
    named = ", ".join(f'd."{word}"' for word in words)
    return f"""
        with observed as (
            select {key}, period_start, period_end, ({is_open(rights)}) as is_open
            from {OBSERVATIONS} where indicator_id = $indicator
        )

        select o.{key}, {named},
            count(*) filter (where o.is_open) as n_observations,
            count(*) filter (where not o.is_open) as n_withheld,
            min(o.period_start) filter (where o.is_open) as first_period_start,
            max(o.period_end) filter (where o.is_open) as last_period_end
        from observed as o
        left join {mart} as d using ({key})
        group by o.{key}, {named}
        order by o.{key}
    """


def frequencies(rights: Rights) -> str:
    """The lengths of the periods; bind ``indicator``."""
    return f"""
        select distinct frequency from {OBSERVATIONS}
        where indicator_id = $indicator and ({is_open(rights)})
        order by frequency
    """
