"""How an answer's model says "a row of this mart", so that no column is described twice.

The models of the answers leave a mark where a row stands; ``documentation`` puts the schema there
that the release's own dictionary gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import WithJsonSchema

from opendata.description import Column, Description
from opendata.model import OpenTable, Rights

MARK = "x-row"
# Types of the dictionary → JSON Schema.
TYPES: dict[str, dict[str, Any]] = {
    "varchar": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "double": {"type": "number"},
    "integer": {"type": "integer"},
    "bigint": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "varchar[]": {"type": "array", "items": {"type": "string"}},
}


def row(
    name: str,
    mart: str,
    *,
    only: Sequence[str] = (),
    joined: str = "",
    without: Sequence[str] = (),
    more: Mapping[str, Any] | None = None,
    every_column: bool = False,
) -> dict[str, Any]:
    """The mark of a row.

    Args:
        name: Of the schema that will stand for it.
        mart: Whose columns it has, those that are handed out.
        only: Only these of them.
        joined: A mart whose further columns are added where it has such a row, else null.
        without: Columns of ``joined`` that are left aside.
        more: Schemas of what is no column of a mart.
        every_column: Columns that are withheld from files may be there, too: a quotation.
    """
    told = {
        "name": name,
        "mart": mart,
        "only": list(only),
        "joined": joined,
        "without": list(without),
        "more": dict(more or {}),
        "every_column": every_column,
    }
    return {MARK: told}


def rows(*args: Any, **kwargs: Any) -> WithJsonSchema:
    """The mark of a list of rows; as :func:`row`."""
    return WithJsonSchema({"type": "array", "items": row(*args, **kwargs)})


def one(*args: Any, **kwargs: Any) -> WithJsonSchema:
    """The mark of one row, as a field; as :func:`row`."""
    return WithJsonSchema(row(*args, **kwargs))


def schema(told: Mapping[str, Any], description: Description, rights: Rights) -> dict[str, Any]:
    """The schema of a marked row: exactly the columns that are answered."""
    table = description.tables[told["mart"]]
    names = (
        list(table.columns) if told["every_column"] else _handed_out(rights.tables[told["mart"]])
    )
    columns = {
        name: column_schema(table.columns[name])
        for name in names
        if not told["only"] or name in told["only"]
    }
    if told["joined"]:
        further = description.tables[told["joined"]]
        columns |= {
            name: column_schema(further.columns[name], nullable=True)
            for name in _handed_out(rights.tables[told["joined"]])
            if name not in columns and name not in told["without"]
        }
    columns |= told["more"]
    withheld = {column.name for column in rights.tables[told["mart"]].withheld_columns}
    return {
        "type": "object",
        "title": told["name"],
        "description": table.description_fr or table.description_en,
        "properties": columns,
        "required": [name for name in columns if name not in withheld],
        "additionalProperties": False,
        "x-mart": told["mart"],
    }


def column_schema(column: Column, *, nullable: bool = False) -> dict[str, Any]:
    """The schema of one column, as the dictionary describes it.

    Args:
        column: As the release describes it.
        nullable: Null although the mart always has a value.
    """
    told = dict(TYPES[column.type])
    if column.allowed and told["type"] == "string":
        told["enum"] = list(column.allowed)
    if nullable or not column.is_required:
        told["type"] = [told["type"], "null"]
        if "enum" in told:
            told["enum"] = [*told["enum"], None]
    told["description"] = column.description_fr or column.description_en
    if column.unit:
        told["x-unit"] = column.unit
    return told


def _handed_out(table: OpenTable) -> Sequence[str]:
    return table.columns
