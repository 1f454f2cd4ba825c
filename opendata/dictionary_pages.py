"""``schema/``: the data dictionary in both languages (CSV, HTML) and a Table Schema a table.

Generated from what the release says of itself, which comes from the dbt project. What is withheld
is in it too, and said to be.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from opendata.description import Column, Description, Table, describe
from opendata.files.dialects import FRENCH, PLAIN
from opendata.html import render
from opendata.model import OpenEdition
from opendata.package import table_schema
from opendata.terms import sources_in
from opendata.words import LANGUAGES, Language, words

DIALECTS = {"fr": FRENCH, "en": PLAIN}
THAT_OF = re.compile(r"that of the column (?P<column>\w+)")


@dataclass(frozen=True)
class ColumnSaid:
    """One column in one language.

    Attributes:
        refers_to: ``table.column`` that holds its values; empty where it refers to nothing.
        withheld: On whose account it is not handed out; empty where it is.
    """

    name: str
    type: str
    unit: str
    description: str
    is_key: bool
    is_required: bool
    allowed: tuple[str, ...]
    refers_to: str
    withheld: str


@dataclass(frozen=True)
class TableSaid:
    """One table in one language."""

    name: str
    title: str
    description: str
    keys: tuple[str, ...]
    columns: tuple[ColumnSaid, ...]
    withheld: str


def write(edition: OpenEdition, folder: Path) -> None:
    """Writes the folder ``schema`` of an edition.

    Args:
        edition: The edition.
        folder: That of the edition.
    """
    description = describe(edition.release)
    place = folder / "schema"
    place.mkdir(parents=True, exist_ok=True)
    for name, table in edition.rights.tables.items():
        schema = table_schema(table, description, edition.rights.tables)
        _write(place / f"{name}.json", json.dumps(schema, ensure_ascii=False, indent=2) + "\n")
    for language in LANGUAGES:
        said = tables_in(language, edition, description)
        file = words(language)["dictionary"]["file"]
        _write(
            place / file,
            render("dictionary.html", language, tables=said, edition=edition),
        )
        rows = _csv(said, language)
        (place / f"dictionary.{language}.csv").write_bytes(DIALECTS[language].document(rows))


def tables_in(
    language: Language, edition: OpenEdition, description: Description
) -> list[TableSaid]:
    """All tables of the release in one language, withheld ones included."""
    return [
        _table(table, language, edition, description)
        for _, table in sorted(description.tables.items())
    ]


def unit_in(language: Language, unit: str) -> str:
    """A unit of the dictionary in words; a unit that no catalogue names stands as it is."""
    said = words(language)["units"]
    if found := THAT_OF.fullmatch(unit):
        return str(said["that_of"].format(column=found["column"]))
    return str(said.get(unit, unit))


def _table(
    table: Table, language: Language, edition: OpenEdition, description: Description
) -> TableSaid:
    said = words(language)["dictionary"]
    handed_out = edition.rights.tables.get(table.name)
    cause = edition.rights.withheld_tables.get(table.name, ())
    withheld = {
        column.name: said["withheld_long"].format(
            sources=sources_in(language, column.sources, description)
        )
        for column in (handed_out.withheld_columns if handed_out else ())
    }
    keys = handed_out.keys if handed_out else ()
    return TableSaid(
        name=table.name,
        title=table.title_fr if language == "fr" else table.title_en,
        description=table.description_fr if language == "fr" else table.description_en,
        keys=keys,
        columns=tuple(
            _column(column, language, column.name in keys, withheld.get(column.name, ""))
            for column in table.columns.values()
        ),
        withheld=said["withheld_table"].format(sources=sources_in(language, cause, description))
        if cause
        else "",
    )


def _column(column: Column, language: Language, is_key: bool, withheld: str) -> ColumnSaid:
    return ColumnSaid(
        name=column.name,
        type=words(language)["types"][column.type],
        unit=unit_in(language, column.unit),
        description=column.description_fr if language == "fr" else column.description_en,
        is_key=is_key,
        is_required=column.is_required,
        allowed=column.allowed,
        refers_to=".".join(column.refers_to) if column.refers_to else "",
        withheld=withheld,
    )


def _csv(tables: list[TableSaid], language: Language) -> pl.DataFrame:
    """One row per column of a table; its own column names are in the language of the file."""
    names = words(language)["csv"]
    rows = [
        {
            "mart": table.name,
            "table_title": table.title,
            "position": position,
            "column": column.name,
            "type": column.type,
            "unit": column.unit or None,
            "is_required": column.is_required,
            "is_key": column.is_key,
            "allowed": list(column.allowed) or None,
            "refers_to": column.refers_to or None,
            "handed_out": not column.withheld and not table.withheld,
            "description": column.description,
        }
        for table in tables
        for position, column in enumerate(table.columns, start=1)
    ]
    schema: dict[str, Any] = {
        "unit": pl.String,
        "allowed": pl.List(pl.String),
        "refers_to": pl.String,
    }
    return pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None).rename(names)


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="")
