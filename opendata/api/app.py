"""The application: every endpoint, one way to say what is wrong, nothing that calls elsewhere."""

from __future__ import annotations

import logging

import duckdb
from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from ingest.errors import ReleaseProblem
from opendata.api import (
    claims,
    documentation,
    index,
    indicators,
    key_figures,
    releases,
    salary,
    series,
    sources,
)
from opendata.api.door import Door
from opendata.api.limits import Queries
from opendata.api.parameters import problem_of, refuse_what_is_not_documented
from opendata.api.problems import Problem, ProblemAnswer, lang_of

PREFIX = "/api/v1"
VERSION = "1"
# In the order of the documentation.
ENDPOINTS = (
    *(index, series, indicators, key_figures, claims, salary, sources, releases),
    documentation,
)
log = logging.getLogger(__name__)


def create_api(queries: Queries | None = None) -> FastAPI:
    """The endpoints under ``/api/v1``; to be served behind :class:`Door`."""
    api = FastAPI(
        title="Observatoire : données ouvertes",
        version=VERSION,  # of the interface; the answers name the release
        openapi_url=None,  # see documentation.py: its values come from the release
        docs_url=None,  # FastAPI's own pages load their scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(refuse_what_is_not_documented)],
        responses={400: {"model": ProblemAnswer}, 503: {"model": ProblemAnswer}},
    )
    api.state.queries = queries or Queries()
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(ReleaseProblem, _no_release)
    api.add_exception_handler(duckdb.IOException, _no_release)
    api.add_exception_handler(Exception, _failed)
    for module in ENDPOINTS:
        api.include_router(module.router, prefix=PREFIX)
    return api


def application(queries: Queries | None = None) -> ASGIApp:
    """The interface alone, as the server answers it."""
    return Door(None, create_api(queries))


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101
    return error.answer(lang_of(request))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return problem_of(request, error).answer(lang_of(request))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == 405:
        problem = Problem(405, "method_not_allowed", headers={"Allow": "GET, HEAD, OPTIONS"})
    elif error.status_code == 404:
        problem = Problem(404, "not_found")
    else:
        problem = Problem(400, "bad_value")
    return problem.answer(lang_of(request))


async def _no_release(request: Request, error: Exception) -> Response:
    log.error("the release cannot be read", exc_info=error)
    return Problem(503, "no_release").answer(lang_of(request))


async def _failed(request: Request, _: Exception) -> Response:
    return Problem(500, "failed").answer(lang_of(request))
