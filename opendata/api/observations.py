"""Which observations a request is about: those handed out, in their order, and those withheld.

A request reaches a query as bound values only. The texts of the queries are a closed set: they
depend on which parameters are given, never on what is given.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import polars as pl

from ingest.release import as_known_on
from opendata.api.opened import DIMENSIONS, OBSERVATIONS
from opendata.model import OpenTable

# Parameter → the condition that it sets, bound under the name of the parameter.
CONDITIONS = {
    **{
        name: f"list_contains(${name}::varchar[], {column})"
        for name, (_, column) in DIMENSIONS.items()
    },
    "first_day": "period_start >= $first_day",
    "last_day": "period_end <= $last_day",
}


@dataclass(frozen=True)
class Selection:
    """What a request asks for.

    Attributes:
        ids: Values by dimension; a dimension that is not there is not narrowed.
        first_day: Periods that begin before are left out.
        last_day: Periods that end after are left out.
        as_of: What was known on a day, instead of what is known now.
        all_vintages: Every edition rather than the one that speaks.
    """

    ids: dict[str, list[str]] = field(default_factory=dict)
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    as_of: dt.date | None = None
    all_vintages: bool = False

    def bound(self) -> dict[str, Any]:
        """The values to bind, by name."""
        named = {"first_day": self.first_day, "last_day": self.last_day, "day": self.as_of}
        return {**self.ids, **{name: day for name, day in named.items() if day}}

    def rows(self, condition: str) -> str:
        """A query for the rows of the mart under a condition of ours, all columns, no order."""
        bound = self.bound()
        conditions = [f"({condition})"]
        conditions += [CONDITIONS[name] for name in CONDITIONS if name in bound]
        if self.as_of and self.all_vintages:
            conditions.append("available_on <= $day")
        elif not self.as_of and not self.all_vintages:
            conditions.append("is_latest")
        rows = f"select * from {OBSERVATIONS} where {' and '.join(conditions)}"
        return as_known_on(f"({rows})") if self.is_of_a_day else rows

    @property
    def is_of_a_day(self) -> bool:
        """Whether the edition that spoke on a day is looked for."""
        return self.as_of is not None and not self.all_vintages


@dataclass(frozen=True)
class Counted:
    """How many rows there are, by source.

    Attributes:
        handed_out: Source → rows that are handed out.
        withheld: Source → rows that are not.
    """

    handed_out: dict[str, int]
    withheld: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.handed_out.values())


def count(cursor: duckdb.DuckDBPyConnection, table: OpenTable, selection: Selection) -> Counted:
    """Counts what a request is about."""
    is_open = f"({table.condition})"
    # What was known on a day is known among the open rows, and among the others.
    parts = (is_open, f"not {is_open}") if selection.is_of_a_day else ("true",)
    asked_for = " union all ".join(
        f"select source_id, {is_open} as is_open from ({selection.rows(part)})" for part in parts
    )
    counted = cursor.execute(
        f"select source_id, is_open, count(*) from ({asked_for}) group by all order by source_id",
        selection.bound(),
    ).fetchall()
    return Counted(
        {source: n for source, handed_out, n in counted if handed_out},
        {source: n for source, handed_out, n in counted if not handed_out},
    )


def known_from(
    cursor: duckdb.DuckDBPyConnection, table: OpenTable, selection: Selection
) -> dt.date | None:
    """The first day on which something of what is handed out was known; none if nothing is."""
    whenever = replace(selection, as_of=None, all_vintages=True)
    [(day,)] = cursor.execute(
        f"select min(available_on) from ({whenever.rows(table.condition)})", whenever.bound()
    ).fetchall()
    return day if isinstance(day, dt.date) else None


def read(
    cursor: duckdb.DuckDBPyConnection,
    table: OpenTable,
    selection: Selection,
    limit: int,
    offset: int,
) -> pl.DataFrame:
    """The rows that are handed out, in the order of the mart, all columns that are handed out."""
    columns = ", ".join(f'"{name}"' for name in table.columns)
    # A mart stands in the order of its grain, which a plain query keeps.
    order = ", ".join(f'"{name}"' for name in table.keys) if selection.is_of_a_day else ""
    query = (
        f"select {columns} from ({selection.rows(table.condition)}) "
        f"{order and f'order by {order}'} limit $limit offset $offset"
    )
    bound = {**selection.bound(), "limit": limit, "offset": offset}
    # Through a reader: `.pl()` plans the query once more.
    rows = cursor.sql(query, params=bound).to_arrow_reader(limit).read_all()
    return pl.DataFrame(pl.from_arrow(rows))
