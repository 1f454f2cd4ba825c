"""What a request may say: only documented parameters, each with the values that it takes."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Query
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.requests import Request

from opendata.api.limits import MOST_ROWS_FILE
from opendata.api.problems import Lang as Lang
from opendata.api.problems import Problem

Limit = Annotated[int, Query(ge=1, le=MOST_ROWS_FILE, description="Most rows of one answer.")]
Offset = Annotated[int, Query(ge=0, le=10**9, description="Rows to pass over.")]
YEAR, MONTH, DAY = "[12][0-9]{3}", "0[1-9]|1[0-2]", "0[1-9]|[12][0-9]|3[01]"
PERIOD = re.compile(f"({YEAR})(?:-(?:Q([1-4])|({MONTH})(?:-({DAY}))?))?")
PERIOD_PATTERN = f"^{YEAR}(-(Q[1-4]|({MONTH})(-({DAY}))?))?$"
DAY_PATTERN = f"^{YEAR}-({MONTH})-({DAY})$"


class Paging(BaseModel):
    """Which part of the rows an answer holds."""

    total: Annotated[int, Field(description="Rows that answer the request.")]
    limit: int
    offset: int
    next: Annotated[
        str | None,
        Field(
            description="The next part, of the same release: an address relative to the one asked."
        ),
    ]


def paging(request: Request, release_id: str, total: int, limit: int, offset: int) -> Paging:
    """The part that a request asked for, and the address of the next one."""
    more = offset + limit < total
    following = next_address(request, release_id, limit, offset + limit) if more else None
    return Paging(total=total, limit=limit, offset=offset, next=following)


def next_address(request: Request, release_id: str, limit: int, offset: int) -> str:
    """The same request for the rows from ``offset`` on, tied to the release."""
    moved = {"release", "limit", "offset"}
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in moved]
    here = [("release", release_id), ("limit", str(limit)), ("offset", str(offset))]
    return "?" + urlencode([*kept, *here])


def in_json(request: Request, release_id: str) -> str:
    """The same request for JSON, tied to the release."""
    moved = {"release", "limit", "format"}
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in moved]
    return "?" + urlencode([*kept, ("release", release_id), ("format", "json")])


def first_day(parameter: str, written: str) -> dt.date:
    """The first day of a period as it may be written.

    Raises:
        Problem: It is no year, quarter, month or day.
    """
    return _days(parameter, written)[0]


def last_day(parameter: str, written: str) -> dt.date:
    """The last day of a period as it may be written.

    Raises:
        Problem: It is no year, quarter, month or day.
    """
    return _days(parameter, written)[1]


def one_day(parameter: str, written: str) -> dt.date:
    """A day.

    Raises:
        Problem: It is none.
    """
    try:
        if re.fullmatch(DAY_PATTERN, written):
            return dt.date.fromisoformat(written)
    except ValueError:
        pass
    raise Problem(400, "bad_day", parameter=parameter, given=written)


def _days(parameter: str, written: str) -> tuple[dt.date, dt.date]:
    found = PERIOD.fullmatch(written)
    try:
        if found:
            year, quarter, month, day = (int(part) if part else None for part in found.groups())
            return _bounds(year or 0, quarter, month, day)
    except ValueError:
        pass
    raise Problem(400, "bad_period", parameter=parameter, given=written)


def _bounds(
    year: int, quarter: int | None, month: int | None, day: int | None
) -> tuple[dt.date, dt.date]:
    if month and day:
        return dt.date(year, month, day), dt.date(year, month, day)
    first = month or (3 * quarter - 2 if quarter else 1)
    last = month or (3 * quarter if quarter else 12)
    start = dt.date(year, first, 1)
    return start, dt.date(year, last, calendar.monthrange(year, last)[1])


Format = Literal["json", "csv", "csv-fr", "parquet", "jsonstat"]
MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "jsonstat": "application/vnd.json-stat+json",
}


@lru_cache(1_000)
def preferred(accept: str) -> str | None:
    """The format of ours that an ``Accept`` header names; none where it leaves the choice."""
    named: dict[str, float] = {}
    for part in accept.split(","):
        media_type, *options = (word.strip() for word in part.split(";"))
        weight = next((option[2:] for option in options if option.startswith("q=")), "1")
        try:
            named.setdefault(media_type.lower(), float(weight))
        except ValueError:
            continue
    ours = [name for name, media_type in MEDIA_TYPES.items() if named.get(media_type, 0) > 0]
    return max(ours, key=lambda name: named[MEDIA_TYPES[name]], default=None)


async def refuse_what_is_not_documented(request: Request) -> None:
    """A dependency of every address: no unknown parameter, none given twice that is single.

    Raises:
        Problem: The parameter, and those that there are.
    """
    documented = documented_parameters(request.scope["route"])
    seen = set()
    for name, _ in request.query_params.multi_items():
        if name not in documented:
            raise Problem(
                400, "unknown_parameter", parameter=name[:100], allowed=sorted(documented)
            )
        if name in seen and not _is_list(documented[name]):
            raise Problem(400, "repeated_parameter", parameter=name)
        seen.add(name)


def documented_parameters(route: APIRoute) -> dict[str, dict[str, Any]]:
    """The query parameters of a route with their JSON schemas, from its own documentation."""
    known = _documented.get(route.endpoint)
    if known is None:
        known = _documented[route.endpoint] = _read_documentation(route)
    return known


_documented: dict[Callable[..., Any], dict[str, dict[str, Any]]] = {}


def _read_documentation(route: APIRoute) -> dict[str, dict[str, Any]]:
    paths = get_openapi(title="", version="", routes=[route]).get("paths", {})
    return {
        parameter["name"]: parameter["schema"]
        for operations in paths.values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query"
    }


def _is_list(schema: dict[str, Any]) -> bool:
    return any(part.get("type") == "array" for part in (schema, *schema.get("anyOf", ())))


def _stated(schema: dict[str, Any], key: str) -> Any:
    """What a schema states, be it behind ``null`` or within a list."""
    parts = [schema, *schema.get("anyOf", ())]
    parts += [part["items"] for part in parts if "items" in part]
    return next((part[key] for part in parts if key in part), None)


def problem_of(request: Request, error: RequestValidationError) -> Problem:
    """The first thing that is wrong with a request, in our words."""
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    if place[0] == "path":
        return Problem(404, "not_found")
    name = place[1] if len(place) > 1 else ""
    schema = documented_parameters(request.scope["route"]).get(name, {})
    kind, given = first["type"], first.get("input")
    if kind == "missing":
        return Problem(400, "missing_parameter", parameter=name)
    if kind == "literal_error":
        return Problem(
            400, "unknown_value", parameter=name, given=given, allowed=_stated(schema, "enum")
        )
    if kind in ("int_parsing", "int_type", "int_parsing_size", "int_from_float"):
        return Problem(400, "not_a_number", parameter=name, given=given)
    if kind in ("greater_than_equal", "less_than_equal"):
        limits = f"{_stated(schema, 'minimum')}–{_stated(schema, 'maximum')}"
        return Problem(400, "out_of_range", parameter=name, given=given, limits=limits)
    if kind == "too_long":
        return Problem(400, "too_many_values", parameter=name, limits=_stated(schema, "maxItems"))
    return Problem(400, "bad_value", parameter=name, given=given)
