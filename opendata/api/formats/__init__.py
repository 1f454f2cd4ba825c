"""The formats in which observations leave, one module for each kind."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from opendata.api.asked import Asked
from opendata.api.formats import files, json, jsonstat
from opendata.api.formats.rows import Rows as Rows

FORMATS: dict[str, Callable[[Asked, Rows], Response]] = {
    "json": json.answer,
    "csv": files.csv,
    "csv-fr": files.csv_fr,
    "parquet": files.parquet,
    "jsonstat": jsonstat.answer,
}
