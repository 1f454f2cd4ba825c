"""The glossary and the data dictionary of a release, from dbt's own description of the project.

A concept is written once, as a docs block in each language (``models/docs/glossary.md``);
columns cite the English block, pages show both. Nothing is written again here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from ingest.errors import DataProblem
from ingest.paths import DBT_PROJECT
from ingest.transform import marts

LANGUAGES = ("fr", "en")
TERM_BLOCK = re.compile(r"glossary_(?P<term>\w+)_(?P<language>\w+)")
# The names of columns tell their unit (a test of the dbt project holds them to it); a value whose
# unit stands in another column says so in its meta.
UNITS_BY_NAME = (
    (re.compile(r"_eur$"), "eur"),
    (re.compile(r"_hours$"), "hours"),
    (re.compile(r"_days$"), "days"),
    (re.compile(r"^n_"), "count"),
    (re.compile(r"^(rate|share)_|_(rate|change)$"), "fraction"),
    (re.compile(r"^ratio_"), "ratio"),
)
NUMBERS = frozenset({"double", "integer", "bigint"})

GLOSSARY_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "term_id": pl.String,
    "term_fr": pl.String,
    "term_en": pl.String,
    "definition_fr": pl.String,
    "definition_en": pl.String,
    "used_by": pl.List(pl.String),
}
DICTIONARY_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "mart": pl.String,
    "position": pl.Int32,
    "column": pl.String,
    "type": pl.String,
    "is_key": pl.Boolean,
    "unit": pl.String,
    "description": pl.String,
    "terms": pl.List(pl.String),
}


class Block(NamedTuple):
    """One docs block of the glossary: a term and its definition, in one language."""

    term_id: str
    language: str
    term: str
    definition: str
    contents: str


def tables(manifest: dict[str, Any]) -> dict[str, pl.DataFrame]:
    """What a release says of itself beside the marts: ``glossary`` and ``dictionary``."""
    return {"glossary": glossary(manifest), "dictionary": dictionary(manifest)}


def glossary(manifest: dict[str, Any]) -> pl.DataFrame:
    """One row per term, in both languages, in the order of ``term_id``.

    ``used_by`` names what cites the term: ``model.column``, or ``model``.

    Raises:
        DataProblem: A block lacks its sibling in the other language, or holds no definition.
    """
    blocks = _blocks(manifest)
    cited = _citations(manifest)
    terms: dict[str, dict[str, Block]] = {}
    for block in blocks.values():
        terms.setdefault(block.term_id, {})[block.language] = block
    for unique_id, block in blocks.items():
        for language in LANGUAGES:
            if language not in terms[block.term_id]:
                raise DataProblem(
                    _file(manifest["docs"][unique_id]),
                    f"the term {block.term_id} is not said in the language {language}",
                    f"add the block glossary_{block.term_id}_{language} beside its sibling",
                )
    return pl.DataFrame(
        [
            {
                "term_id": term_id,
                **{f"term_{key}": block.term for key, block in said.items()},
                **{f"definition_{key}": block.definition for key, block in said.items()},
                "used_by": sorted(cited.get(term_id, ())),
            }
            for term_id, said in sorted(terms.items())
        ],
        schema=GLOSSARY_SCHEMA,
    )


def dictionary(manifest: dict[str, Any]) -> pl.DataFrame:
    """One row per column of a mart, in the order of marts and columns.

    ``unit`` is what the column's meta states, or else what its name tells; null for what has none.
    ``terms`` are the terms of the glossary that its description cites.

    Raises:
        DataProblem: A column is not described.
    """
    blocks = _blocks(manifest)
    rows = []
    for mart, node in sorted(marts(manifest).items()):
        keys = node["config"].get("meta", {}).get("grain", ())
        for position, column in enumerate(node["columns"].values(), start=1):
            described = _described(column, blocks)
            if not described:
                raise DataProblem(
                    _file(node),
                    f"{mart}.{column['name']} has no description",
                    "describe it in the YAML of the model",
                )
            rows.append(
                {
                    "mart": mart,
                    "position": position,
                    "column": column["name"],
                    "type": column["data_type"],
                    "is_key": column["name"] in keys,
                    "unit": _unit(column),
                    "description": described,
                    "terms": sorted({blocks[key].term_id for key in _cited(column, blocks)}),
                }
            )
    return pl.DataFrame(rows, schema=DICTIONARY_SCHEMA)


def _blocks(manifest: dict[str, Any]) -> dict[str, Block]:
    """The glossary's blocks by their id in dbt's manifest."""
    found = {}
    for unique_id, doc in manifest["docs"].items():
        named = TERM_BLOCK.fullmatch(doc["name"])
        if not named:
            continue
        if named["language"] not in LANGUAGES:
            raise DataProblem(
                _file(doc), f"{doc['name']} is in no known language", "end its name in _fr or _en"
            )
        contents = doc["block_contents"].strip()
        term, _, definition = contents.partition("\n")
        if not definition.strip():
            raise DataProblem(
                _file(doc),
                f"{doc['name']} holds no definition",
                "write the term on its first line, and the definition below",
            )
        found[unique_id] = Block(
            named["term"], named["language"], term.strip(), _one_line(definition), contents
        )
    return found


def _citations(manifest: dict[str, Any]) -> dict[str, set[str]]:
    blocks = _blocks(manifest)
    cited: dict[str, set[str]] = {}
    for place, described in _described_places(manifest):
        for unique_id in _cited(described, blocks):
            cited.setdefault(blocks[unique_id].term_id, set()).add(place)
    return cited


def _described_places(manifest: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            yield node["name"], node
            for column in node["columns"].values():
                yield f"{node['name']}.{column['name']}", column


def _cited(described: dict[str, Any], blocks: dict[str, Block]) -> list[str]:
    return [key for key in described["doc_blocks"] if key in blocks]


def _described(column: dict[str, Any], blocks: dict[str, Block]) -> str:
    """The description, with the definition only of each block that it cites."""
    text = str(column["description"])
    for unique_id in _cited(column, blocks):
        text = text.replace(blocks[unique_id].contents, blocks[unique_id].definition)
    return _one_line(text)


def _unit(column: dict[str, Any]) -> str | None:
    stated: str | None = column["config"].get("meta", {}).get("unit")
    if stated or column["data_type"].lower() not in NUMBERS:
        return stated
    return next((unit for name, unit in UNITS_BY_NAME if name.search(column["name"])), None)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _file(node: dict[str, Any]) -> Path:
    return DBT_PROJECT / str(node["original_file_path"])
