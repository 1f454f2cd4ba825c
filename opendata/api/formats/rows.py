"""What every format is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from opendata.api.parameters import Paging
from opendata.model import OpenTable


@dataclass(frozen=True)
class Rows:
    """Observations that answer a request, and what has to be said beside them.

    Attributes:
        frame: One row an observation, all columns that are handed out, in the order of the mart.
        attribution: The sources of all rows that answer, not only of this part.
        withheld: Likewise what is not handed out.
        known_from: Where it is asked what was known on a day: since when something is.
    """

    table: OpenTable
    frame: pl.DataFrame
    paging: Paging
    attribution: list[dict[str, Any]]
    withheld: list[dict[str, Any]]
    known_from: str | None
