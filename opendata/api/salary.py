"""``/salary``: one pay at a time, with what it is made of and what is missing.

The bulk files leave out the series that a pay is computed from (points, coefficients, minimum
wage), because the terms of their sources are not known. Here the operands of one month of one
combination are quoted, each with its source; over several months they would be a series, and are
left out as well.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any

import duckdb
import polars as pl
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from opendata.api.about import (
    CITED,
    About,
    Form,
    Paged,
    answer_page,
    cited,
    read,
    repeats,
    withheld,
)
from opendata.api.asked import Ask, Asked
from opendata.api.kept import once_a_release
from opendata.api.limits import DEFAULT_ROWS
from opendata.api.opened import Opened
from opendata.api.parameters import PERIOD_PATTERN, Limit, Offset, first_day, last_day
from opendata.api.pay import DIMENSIONS, Refused, choose, components, missing_months
from opendata.api.problems import Problem
from opendata.api.rows import rows
from opendata.api.values import single

router = APIRouter()
MART = "mart_salary_smic"
GAPS = "mart_pay_gaps"
A_DAY = {"format": "date"}
MOST_YEARS = 60
MONTH_PATTERN = "^[12][0-9]{3}-(0[1-9]|1[0-2])$"
MONTHS = f"select min(month) as first, max(month) as last from {MART}"
COMBINATIONS = f"""
    select {", ".join(DIMENSIONS.values())}, seniority_years, seniority_years_to,
        min(month) as first_month, max(month) as last_month
    from {MART} group by all order by all
"""
ROWS = f"""
    select * from {MART}
    where {" and ".join(f"{column} = ${name}" for name, column in DIMENSIONS.items())}
        and seniority_years <= $seniority
        and (seniority_years_to is null or seniority_years_to >= $seniority)
        and month between $first and $last
    order by month
"""
GAPS_OF = f"""
    select * from {GAPS}
    where agreement_id = $agreement and job_id in ('all', $job)
        and first_month <= $last and coalesce(last_month, $last) >= $first
    order by gap_kind, first_month, job_id, missing_fr
"""


class Combination(BaseModel):
    """The combination that answers."""

    agreement: str
    job: str
    scale: str
    employer_group: str
    convention: str
    reference: str
    seniority: int
    first: Annotated[str, Field(json_schema_extra=A_DAY)]
    last: Annotated[str, Field(json_schema_extra=A_DAY)]


class ComponentAnswer(BaseModel):
    """A column that enters into the pay or into the ratio, and where it is read."""

    column: str
    is_in_pay: bool
    status_column: str | None
    evidence_column: str | None
    provenance_column: str | None
    sources: list[str]


class MissingMonths(BaseModel):
    """A run of months without a value; `gaps` says why."""

    first_month: Annotated[str, Field(json_schema_extra=A_DAY)]
    last_month: Annotated[str, Field(json_schema_extra=A_DAY)]


class Salary(About, Paged):
    """One pay, month by month."""

    asked: Combination
    is_quotation: bool
    salary: Annotated[list[dict[str, Any]], rows("SalaryMonth", MART, every_column=True)]
    components: list[ComponentAnswer]
    sources: Annotated[list[dict[str, Any]], rows("CitedSource", "dim_source", only=CITED)]
    missing_months: list[MissingMonths]
    gaps: Annotated[list[dict[str, Any]], rows("PayGap", GAPS)]


@router.get("/salary", operation_id="salary", responses={200: {"model": Salary}})
async def salary(
    ask: Ask,
    agreement: Annotated[str | None, single(f"{MART}.agreement_id")] = None,
    job: Annotated[str | None, single(f"{MART}.job_id")] = None,
    scale: Annotated[str | None, single(f"{MART}.scale")] = None,
    seniority: Annotated[int | None, Query(ge=0, le=MOST_YEARS)] = None,
    employer_group: Annotated[str | None, single(f"{MART}.employer_group")] = None,
    convention: Annotated[str | None, single(f"{MART}.pay_convention")] = None,
    reference: Annotated[str | None, single(f"{MART}.reference_wage")] = None,
    month: Annotated[str | None, Query(json_schema_extra={"pattern": MONTH_PATTERN})] = None,
    from_: Annotated[
        str | None, Query(alias="from", json_schema_extra={"pattern": PERIOD_PATTERN})
    ] = None,
    to: Annotated[str | None, Query(json_schema_extra={"pattern": PERIOD_PATTERN})] = None,
    limit: Limit = DEFAULT_ROWS,
    offset: Offset = 0,
    format: Form | None = None,
) -> Response:
    """One pay, month by month."""
    given = {
        "agreement": agreement,
        "job": job,
        "scale": scale,
        "employer_group": employer_group,
        "convention": convention,
        "reference": reference,
    }
    named = {name: value for name, value in given.items() if value is not None}
    span = span_of(month, from_, to)
    return await ask.run(answer, ask, named, seniority, span, limit, offset, format)


def answer(
    cursor: duckdb.DuckDBPyConnection,
    ask: Asked,
    given: Mapping[str, str],
    seniority: int | None,
    span: tuple[dt.date | None, dt.date | None],
    limit: int,
    offset: int,
    form: Form | None,
) -> Response:
    """The months of one pay, written."""
    found, more = find(cursor, ask.opened, given, seniority, span)
    if more["is_quotation"]:
        more["withheld"] = withheld(ask.opened.rights, ())
    return answer_page(ask, "salary", found, limit, offset, form, (MART,), more)


def span_of(
    month: str | None, first: str | None, last: str | None
) -> tuple[dt.date | None, dt.date | None]:
    """The months that are asked for, none where that end is open.

    Raises:
        Problem: 400, the parameters contradict each other.
    """
    if month is not None:
        if first is not None or last is not None:
            raise Problem(400, "month_or_range", parameter="month", given=month)
        if not re.fullmatch(MONTH_PATTERN, month):
            raise Problem(400, "bad_month", parameter="month", given=month)
        return first_day("month", month), last_day("month", month)
    start = None if first is None else first_day("from", first)
    end = None if last is None else last_day("to", last)
    if start and end and start > end:
        raise Problem(400, "empty_range", parameter="from", given=first)
    return start, end


def find(
    cursor: duckdb.DuckDBPyConnection,
    opened: Opened,
    given: Mapping[str, str],
    seniority: int | None,
    span: tuple[dt.date | None, dt.date | None],
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The months of one pay, and what is to be said of them.

    Raises:
        Problem: 400, a value does not exist, or several combinations answer.
    """
    asked, refused = choose(combinations(cursor, opened), given, seniority)
    if refused:
        raise problem_of(refused)
    first, last = months(cursor, opened, span)
    found = read(cursor, ROWS, asked | {"first": first, "last": last})
    told = components(asked, found, repeats(cursor, opened, MART))
    is_quotation = first == last
    if not is_quotation:
        found = found.select(opened.table(MART).columns)
    sources = {source for part in told for source in part["sources"]}
    whom = {"agreement": asked["agreement"], "job": asked["job"], "first": first, "last": last}
    return found, {
        "asked": asked | {"first": first, "last": last},
        "is_quotation": is_quotation,
        "components": told,
        "sources": cited(cursor, sources),
        "missing_months": missing_months(set(found["month"]), first, last),
        "gaps": read(cursor, GAPS_OF, whom),
    }


def months(
    cursor: duckdb.DuckDBPyConnection,
    opened: Opened,
    span: tuple[dt.date | None, dt.date | None],
) -> tuple[dt.date, dt.date]:
    """First and last month to answer for; an open end is that of all pay in the release."""
    first, last = span
    known_first, known_last = calendar(cursor, opened)
    start = first or min(known_first, last or known_first)
    end = last or max(known_last, start)
    return start.replace(day=1), end.replace(day=1)


@once_a_release
def calendar(cursor: duckdb.DuckDBPyConnection, opened: Opened) -> tuple[dt.date, dt.date]:
    """First and last month with any pay."""
    return read(cursor, MONTHS).row(0)


@once_a_release
def combinations(cursor: duckdb.DuckDBPyConnection, opened: Opened) -> pl.DataFrame:
    """Every combination of which the release has pay."""
    return read(cursor, COMBINATIONS)


def problem_of(refused: tuple[Refused, ...]) -> Problem:
    """The answer to what cannot be answered."""
    first = refused[0]
    if first.given is not None:
        return Problem(
            400,
            "unknown_combination",
            parameter=first.parameter,
            given=first.given,
            allowed=first.allowed,
        )
    return Problem(
        400,
        "several_combinations",
        parameter=first.parameter,
        allowed=first.allowed,
        choices={part.parameter: part.allowed for part in refused},
        limits=", ".join(part.parameter for part in refused),
    )
