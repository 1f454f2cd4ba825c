"""JSON-stat 2.0 (https://json-stat.org/full/): the rows as one cube, as Eurostat answers.

A cube has one value a cell, so that every dimension by which rows differ is one of its own. The
cells are given sparsely, by their place; one that is in neither ``value`` nor ``status`` is no row.
A masked value stands in ``status`` only.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from starlette.responses import Response

from opendata.api.asked import Asked
from opendata.api.described import series_of
from opendata.api.formats.rows import Rows
from opendata.api.limits import MOST_CELLS
from opendata.api.opened import Opened
from opendata.api.parameters import MEDIA_TYPES
from opendata.api.problems import Lang, Problem

WORDS = Path(__file__).parent / "jsonstat.toml"
# Dimensions of the cube, the last running fastest, and the column that holds their codes.
DIMENSIONS = {
    "indicator": "indicator_id",
    "population": "population_id",
    "occupation": "occupation_id",
    "geography": "geography_id",
    "source": "source_id",
    "method": "method_group",
    "time": "time",
}
ROLES = {"time": ["time"], "geo": ["geography"], "metric": ["indicator"]}
# What a request can narrow, in the order in which it is proposed.
NARROWED_BY = {
    "geography": "geography",
    "occupation": "occupation",
    "time": "from",
    "population": "population",
    "indicator": "indicator",
    "source": "source",
}
NO_METHOD = "_"
UNDATED = "undated"
AS_PUBLISHED = "published"


def answer(ask: Asked, found: Rows) -> Response:
    """The cube.

    Raises:
        Problem: There are too many rows or cells, or several rows fall into one cell.
    """
    if found.paging.total > found.frame.height:
        raise Problem(
            400,
            "too_many_rows",
            parameter=_not_given(ask),
            given=found.paging.total,
            limits=found.paging.limit,
        )
    rows = found.frame.with_columns(pl.col("method_group").fill_null(NO_METHOD), time=time_code())
    codes = {name: _codes(rows, name) for name in DIMENSIONS}
    cells = _cells(rows, codes)
    statuses = _statuses(rows)
    words = _words()[ask.lang]
    document = {
        "version": "2.0",
        "class": "dataset",
        "label": words["title"].format(release=ask.release.id),
        "source": " ; ".join(source["citation"] for source in found.attribution),
        "updated": ask.opened.created_at.isoformat(),
        "id": list(DIMENSIONS),
        "size": [len(codes[name]) for name in DIMENSIONS],
        "role": ROLES,
        "dimension": {
            name: {
                "label": words["dimension"][name],
                "category": _category(ask.opened, rows, name, codes[name], ask.lang),
            }
            for name in DIMENSIONS
        },
        "value": _by_cell(cells, rows["value"]),
        "status": _by_cell(cells, statuses),
        "extension": {
            "release": ask.release.id,
            "attribution": found.attribution,
            "withheld": found.withheld,
            "known_from": found.known_from,
            "status": _status_labels(statuses, ask.lang),
            "series": series_of(ask.opened, found.frame, ask.lang),
        },
    }
    return ask.json(document, media_type=MEDIA_TYPES["jsonstat"])


def time_code() -> pl.Expr:
    """A period as a code: 2024, 2024-Q1, 2024-01, 2024-01-31, else both days (ISO 8601)."""
    start, end = pl.col("period_start"), pl.col("period_end")
    year, month = start.dt.year(), start.dt.month()

    def spans(months: int) -> pl.Expr:
        whole = (start.dt.day() == 1) & ((month - 1) % months == 0)
        return whole & (end == start.dt.offset_by(f"{months}mo").dt.offset_by("-1d"))

    quarter = pl.format("{}-Q{}", start.dt.to_string("%Y"), start.dt.quarter())
    return (
        pl.when(start.is_null() | end.is_null())
        .then(pl.lit(UNDATED))
        .when(start == end)
        .then(start.dt.to_string("%Y-%m-%d"))
        .when(spans(12))
        .then(year.cast(pl.String))
        .when(spans(3))
        .then(quarter)
        .when(spans(1))
        .then(start.dt.to_string("%Y-%m"))
        .otherwise(pl.format("{}/{}", start.dt.to_string("%Y-%m-%d"), end.dt.to_string("%Y-%m-%d")))
    )


def _codes(rows: pl.DataFrame, name: str) -> list[str]:
    """The codes of a dimension that occur, in order; periods by their days."""
    column = DIMENSIONS[name]
    order = ["period_start", "period_end"] if name == "time" else [column]
    found = rows.select(column, *order).unique() if name == "time" else rows.select(column).unique()
    return found.sort(order, nulls_last=True)[column].to_list()


def _cells(rows: pl.DataFrame, codes: dict[str, list[str]]) -> pl.Series:
    """The place of each row in the cube."""
    if rows.is_empty():
        return pl.Series(dtype=pl.Int64)
    size = math.prod(len(values) for values in codes.values())
    if size > MOST_CELLS:
        widest = max(NARROWED_BY, key=lambda name: len(codes[name]))
        raise Problem(
            400,
            "too_many_cells",
            parameter=NARROWED_BY[widest],
            given=size,
            limits=MOST_CELLS,
        )
    place = pl.lit(0, pl.Int64)
    for name, column in DIMENSIONS.items():
        index = pl.col(column).replace_strict(
            codes[name], range(len(codes[name])), return_dtype=pl.Int64
        )
        place = place * len(codes[name]) + index
    cells = rows.select(place=place)["place"]
    if cells.n_unique() < rows.height:
        # The other dimensions are the mart's own grain: only editions are left.
        raise Problem(400, "cell_not_unique", parameter="vintages")
    return cells


def _statuses(rows: pl.DataFrame) -> pl.Series:
    """What has to be known of each value; null where it is published as it stands."""
    status, qualifier = pl.col("status"), pl.col("qualifier")
    is_exact = qualifier.is_null() | (qualifier == "exact")
    plain = is_exact & (status == AS_PUBLISHED)
    return rows.select(
        status=pl.when(plain)
        .then(None)
        .when(is_exact)
        .then(status)
        .otherwise(pl.format("{}:{}", status, qualifier))
    )["status"]


def _status_labels(statuses: pl.Series, lang: Lang) -> dict[str, str]:
    words = _words()[lang]
    labels = {}
    for code in statuses.drop_nulls().unique().sort():
        status, _, qualifier = code.partition(":")
        said = [words["status"][status]]
        if qualifier:
            said.append(words["qualifier"].get(qualifier, qualifier))
        labels[code] = ", ".join(said)
    return labels


def _by_cell(cells: pl.Series, values: pl.Series) -> dict[str, Any]:
    pairs = zip(cells.to_list(), values.to_list(), strict=True)
    return {str(cell): value for cell, value in pairs if value is not None}


def _category(
    opened: Opened, rows: pl.DataFrame, name: str, codes: list[str], lang: Lang
) -> dict[str, Any]:
    category: dict[str, Any] = {"index": codes, "label": _labels(opened, name, codes, lang)}
    if name == "indicator":
        category["unit"] = _units(opened, rows, lang)
    return category


def _labels(opened: Opened, name: str, codes: list[str], lang: Lang) -> dict[str, str]:
    words = _words()[lang]
    if name == "time":
        return {code: words["undated"] if code == UNDATED else code for code in codes}
    if name == "method":
        return {code: words["no_method"] if code == NO_METHOD else code for code in codes}
    known = opened.labels[lang][name]
    return {code: known[code] for code in codes}


def _units(opened: Opened, rows: pl.DataFrame, lang: Lang) -> dict[str, dict[str, str]]:
    """The unit of each indicator.

    Raises:
        Problem: The rows of one indicator have several units.
    """
    found: dict[str, dict[str, str]] = {}
    symbols = opened.unit_symbols[lang]
    for indicator, unit in rows.select("indicator_id", "unit").unique().sort(pl.all()).iter_rows():
        if indicator in found:
            raise Problem(400, "cell_not_unique", parameter="source", given=indicator)
        found[indicator] = {"label": unit, "symbol": symbols.get((indicator, unit)) or ""}
    return found


def _not_given(ask: Asked) -> str:
    """A parameter that would narrow the request, one that is not given rather than another."""
    given = ask.request.query_params
    return next((name for name in NARROWED_BY.values() if name not in given), "indicator")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
