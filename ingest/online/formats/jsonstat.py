"""JSON-stat 2.0, as the statistics API of Eurostat answers.

One value stands at a flat index, the last dimension running fastest; a missing value is an absent
index; ``status`` holds the flags by the same index.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import product
from typing import Any

import polars as pl

from ingest.online.connector import Unreadable
from ingest.online.formats.delimited import decode

MOST_CELLS = 2_000_000
LOOK = "open the address in a browser and compare with the shape of JSON-stat 2.0"
VALUE, FLAG = "value", "flag"


@dataclass(frozen=True)
class DataSet:
    """One data set.

    Attributes:
        label: Its title.
        updated: Time of the producer's last update, as sent, or empty.
        frame: One column a dimension (codes), ``value`` (number) and ``flag`` (text, null if none);
            one row for each value or flag that is there.
        labels: dimension → code → label.
    """

    label: str
    updated: str
    frame: pl.DataFrame
    labels: dict[str, dict[str, str]]


def parse_jsonstat(content: bytes) -> DataSet:
    """Reads one data set.

    Raises:
        Unreadable: No JSON, an error message of the API, or not the shape of JSON-stat 2.0.
    """
    try:
        document = json.loads(decode(content))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"no JSON: {str(error)[:200]}", LOOK) from None
    try:
        return _data_set(document)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, OverflowError) as error:
        raise Unreadable(
            f"not the shape of JSON-stat 2.0 ({type(error).__name__}: {str(error)[:120]})", LOOK
        ) from None


def _data_set(document: Any) -> DataSet:
    if "error" in document:
        raise Unreadable(f"the API answers with an error: {str(document['error'])[:200]}", LOOK)
    if document["class"] != "dataset" or str(document["version"]) != "2.0":
        raise Unreadable("the answer is no JSON-stat 2.0 data set", LOOK)
    names = [str(name) for name in document["id"]]
    sizes = [int(size) for size in document["size"]]
    if len(names) != len(sizes) or len(set(names)) != len(names) or {VALUE, FLAG} & set(names):
        raise Unreadable(f"dimensions {names} and sizes {sizes} do not fit", LOOK)
    if any(size < 0 for size in sizes) or math.prod(sizes) > MOST_CELLS:
        raise Unreadable(f"sizes {sizes} are more than {MOST_CELLS} cells", LOOK)
    codes = [
        _codes(document["dimension"][name]["category"], size)
        for name, size in zip(names, sizes, strict=True)
    ]
    total = math.prod(sizes)
    values = _sparse(document["value"], total)
    flags = _sparse(document.get("status") or {}, total)
    rows = [
        (*key, _number(values.get(index)), flags.get(index))
        for index, key in enumerate(product(*codes))
        if values.get(index) is not None or flags.get(index) is not None
    ]
    schema = dict.fromkeys(names, pl.String) | {VALUE: pl.Float64, FLAG: pl.String}
    labels = {
        name: {
            str(code): str(label)
            for code, label in document["dimension"][name]["category"].get("label", {}).items()
        }
        for name in names
    }
    return DataSet(
        str(document.get("label", "")),
        str(document.get("updated", "")),
        pl.DataFrame(rows, schema=schema, orient="row"),
        labels,
    )


def _codes(category: Any, size: int) -> list[str]:
    """The codes of a dimension in their order."""
    index = category.get("index")
    if index is None:  # a dimension of one code may have a label only
        index = list(category["label"])
    if isinstance(index, dict):
        places = {int(place): str(code) for code, place in index.items()}
        codes = [places[place] for place in range(size)] if len(places) == size else []
        found = len(index)
    else:
        codes = [str(code) for code in index]
        found = len(codes)
    if found != size or len(codes) != size or len(set(codes)) != size:
        raise Unreadable(f"a dimension of size {size} names {found} codes", LOOK)
    return codes


def _sparse(cells: Any, total: int) -> dict[int, Any]:
    """The filled cells by flat index; a list and an object are both allowed."""
    if isinstance(cells, list):
        if len(cells) != total:
            raise Unreadable(f"{len(cells)} values where the dimensions make {total}", LOOK)
        return {place: cell for place, cell in enumerate(cells) if cell is not None}
    if isinstance(cells, str):  # one flag for all
        return dict.fromkeys(range(total), cells)
    found = {int(place): cell for place, cell in cells.items() if cell is not None}
    if any(not 0 <= place < total for place in found):
        raise Unreadable(f"a value stands outside the {total} cells of the dimensions", LOOK)
    return found


def _number(cell: Any) -> float | None:
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not math.isfinite(cell):
        raise Unreadable(f"a value is no number: {str(cell)[:40]!r}", LOOK)
    return float(cell)
