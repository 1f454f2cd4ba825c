"""Parameters whose values stand in the release: which there are, and what is said to others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
from fastapi import Query

from opendata.api.kept import once_a_release
from opendata.api.limits import MOST_VALUES
from opendata.api.opened import Opened
from opendata.api.problems import Problem

MARK = "x-values"  # in the schema of a parameter; ``documentation`` puts the values there


def several(place: str) -> Any:
    """A parameter that may be repeated.

    Args:
        place: Where its values stand (``mart.column``).
    """
    return Query(default_factory=_nothing, max_length=MOST_VALUES, json_schema_extra={MARK: place})


def _nothing() -> list[str]:
    """Instead of ``list``, whose signature pydantic would look up with every request, slowly."""
    return []


def single(place: str) -> Any:
    """A parameter that is given once at most; as :func:`several`."""
    return Query(json_schema_extra={MARK: place})


@once_a_release
def known(cursor: duckdb.DuckDBPyConnection, opened: Opened, place: str) -> tuple[str, ...]:
    """The values of a column of the release, in order.

    Args:
        cursor: On the release.
        opened: The release.
        place: ``mart.column``; it stands in our code, never in a request.
    """
    mart, column = place.split(".")
    found = cursor.execute(
        f'select distinct "{column}" from "{mart}" where "{column}" is not null order by 1'
    ).fetchall()
    return tuple(value for (value,) in found)


def admit(
    cursor: duckdb.DuckDBPyConnection,
    opened: Opened,
    given: Mapping[str, Iterable[str]],
    places: Mapping[str, str],
    see: str,
) -> None:
    """Refuses a value that the release does not have.

    Args:
        cursor: On the release.
        opened: The release.
        given: Values by parameter.
        places: Where the values of each parameter stand (``mart.column``).
        see: Address that lists them.

    Raises:
        Problem: 400, with the parameter and the values that there are.
    """
    for parameter, asked in given.items():
        allowed = known(cursor, opened, places[parameter])
        for value in asked:
            if value not in allowed:
                raise Problem(
                    400,
                    "unknown_value",
                    parameter=parameter,
                    given=value,
                    allowed=allowed,
                    see=see,
                )


def chosen(given: Mapping[str, Iterable[str]]) -> dict[str, list[str] | None]:
    """Values to bind: null where a parameter is not given."""
    return {parameter: list(values) or None for parameter, values in given.items()}
