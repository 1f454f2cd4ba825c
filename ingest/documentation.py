"""What a release says of itself, from dbt's own description of the project.

Three tables: the glossary, the data dictionary, and the list of tables (which the YAML of
``models/docs`` describes, as that of the marts describes the marts). A concept is written once, as
a docs block in each language (``models/docs/glossary.md``); an English description cites the
English block by ``doc``, a French one cites the term between double brackets, ``[[secret]]``.
Nothing is written again here.
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
# Rules by which a table is handed out; opendata/model.py says what each means.
RULES = ("own", "by_source", "quoted", "computed")
# What a table must hold to be handed out row by row.
BY_SOURCE = frozenset({"source_id", "is_second_rank"})
# The source, in dbt's words, whose tables are not read but written: those of this module.
WRITTEN = "release"
RAW = "raw"
TERM_MARK = re.compile(r"\[\[(?P<term>\w+)\]\]")
REFERENCE = re.compile(r"ref\(['\"](?P<model>\w+)['\"]\)")
TERM_BLOCK = re.compile(r"glossary_(?P<term>\w+)_(?P<language>\w+)")
# The names of columns tell their unit (a test of the dbt project holds them to it); a value whose
# unit stands in another column says so in its meta.
UNITS_BY_NAME = (
    (re.compile(r"_eur$"), "eur"),
    (re.compile(r"_hours$"), "hours"),
    (re.compile(r"_days$"), "days"),
    (re.compile(r"_years(_to)?$"), "years"),
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
    "is_required": pl.Boolean,
    "allowed": pl.List(pl.String),
    "refers_to": pl.String,
    "unit": pl.String,
    "description": pl.String,
    "description_fr": pl.String,
    "terms": pl.List(pl.String),
    "repeats": pl.List(pl.String),
}
TABLES_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "mart": pl.String,
    "title_fr": pl.String,
    "title_en": pl.String,
    "description_fr": pl.String,
    "description_en": pl.String,
    "open_data": pl.String,
    "grain": pl.List(pl.String),
}


class Block(NamedTuple):
    """One docs block of the glossary: a term and its definition, in one language."""

    term_id: str
    language: str
    term: str
    definition: str
    contents: str


class Limits(NamedTuple):
    """What dbt's tests and constraints say of the values of one column."""

    is_required: bool = False
    allowed: list[str] | None = None
    refers_to: str | None = None


def tables(manifest: dict[str, Any]) -> dict[str, pl.DataFrame]:
    """What a release says of itself: ``glossary``, ``dictionary`` and ``tables``."""
    return {
        "glossary": glossary(manifest),
        "dictionary": dictionary(manifest),
        "tables": table_list(manifest),
    }


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
    """One row per column of a table of the release, in the order of tables and columns.

    ``unit`` is what the column's meta states, or else what its name tells; null for what has none.
    ``terms`` are the terms of the glossary that its description cites. ``is_required``,
    ``allowed`` and ``refers_to`` (``table.column``) say what dbt tests; ``repeats`` names the
    sources whose series the column holds as they are.

    Raises:
        DataProblem: A column is not described in both languages, or its meta is wrong.
    """
    blocks = _blocks(manifest)
    limits = _limits(manifest)
    sources = _source_ids(manifest)
    rows = []
    for mart, node in _described_tables(manifest).items():
        keys = _meta(node).get("grain", ())
        for position, column in enumerate(node["columns"].values(), start=1):
            name = column["name"]
            english, french, terms = _both_languages(node, column, f"{mart}.{name}", blocks)
            rows.append(
                {
                    "mart": mart,
                    "position": position,
                    "column": name,
                    "type": column["data_type"],
                    "is_key": name in keys,
                    **limits[node["unique_id"], name]._asdict(),
                    "unit": _unit(column),
                    "description": english,
                    "description_fr": french,
                    "terms": terms,
                    "repeats": _repeats(node, column, sources),
                }
            )
    return pl.DataFrame(rows, schema=DICTIONARY_SCHEMA)


def table_list(manifest: dict[str, Any]) -> pl.DataFrame:
    """One row per table of the release, the three of this module included, in their order.

    ``open_data`` is the rule by which a table is handed out, one of :data:`RULES`.

    Raises:
        DataProblem: A table lacks its title, its description or its rule in the YAML, or its rule
            asks for columns that it has not.
    """
    blocks = _blocks(manifest)
    rows = []
    for name, node in _described_tables(manifest).items():
        english, french, _ = _both_languages(node, node, name, blocks)
        rows.append(
            {
                "mart": name,
                "title_fr": _stated(node, "title_fr", name),
                "title_en": _stated(node, "title_en", name),
                "description_fr": french,
                "description_en": english,
                "open_data": _rule(node, name),
                "grain": list(_meta(node).get("grain", ())),
            }
        )
    return pl.DataFrame(rows, schema=TABLES_SCHEMA)


def _described_tables(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The marts and the tables of this module by name, as dbt's manifest describes them."""
    written = {
        source["name"]: source
        for source in manifest["sources"].values()
        if source["source_name"] == WRITTEN
    }
    return dict(sorted((marts(manifest) | written).items()))


def _rule(node: dict[str, Any], name: str) -> str:
    rule = _stated(node, "open_data", name)
    if rule not in RULES:
        raise DataProblem(
            _file(node),
            f"{name}: {rule!r} is no rule by which a table is handed out",
            f"set config.meta.open_data to one of {', '.join(RULES)}",
        )
    if rule == "by_source" and (missing := BY_SOURCE - set(node["columns"])):
        raise DataProblem(
            _file(node),
            f"{name} is handed out by source, but has no column {' and no '.join(sorted(missing))}",
            "add what is missing, or choose another rule (config.meta.open_data)",
        )
    return rule


def _repeats(node: dict[str, Any], column: dict[str, Any], sources: set[str]) -> list[str]:
    """The sources whose series a column holds as they are."""
    stated = _meta(column).get("repeats", [])
    name = f"{node['name']}.{column['name']}"
    if not isinstance(stated, list) or (
        unknown := [item for item in stated if item not in sources]
    ):
        wrong = ", ".join(map(str, unknown)) if isinstance(stated, list) else repr(stated)
        raise DataProblem(
            _file(node),
            f"{name} repeats what is no source: {wrong}",
            "name the sources by their folders in data/raw, as a list (config.meta.repeats)",
        )
    if stated and column["name"] in _meta(node).get("grain", ()):
        raise DataProblem(
            _file(node),
            f"{name} identifies a row and cannot be withheld from it",
            "take it out of the grain, or take config.meta.repeats away",
        )
    return sorted(stated)


def _source_ids(manifest: dict[str, Any]) -> set[str]:
    """The sources that the project reads: tables of the schema raw are <source>__<table>."""
    return {
        source["name"].partition("__")[0]
        for source in manifest["sources"].values()
        if source["source_name"] == RAW
    }


def _limits(manifest: dict[str, Any]) -> dict[tuple[str, str], Limits]:
    """What is tested of each column, by unique id of its table and its name."""
    limits: dict[tuple[str, str], Limits] = {}
    for node in _described_tables(manifest).values():
        for column in node["columns"].values():
            meta = _meta(column)
            limits[node["unique_id"], column["name"]] = Limits(
                any(item["type"] == "not_null" for item in column["constraints"]),
                meta.get("allowed"),
                meta.get("refers_to"),
            )
    for test in manifest["nodes"].values():
        place = (test.get("attached_node"), test.get("column_name"))
        metadata = test.get("test_metadata")
        # A test of some rows only says nothing of the column.
        if not metadata or place not in limits or test["config"].get("where"):
            continue
        limits[place] = limits[place]._replace(**_limit(metadata["name"], metadata["kwargs"]))
    return limits


def _limit(test: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """What one test adds to the limits of its column."""
    if test == "not_null":
        return {"is_required": True}
    if test == "accepted_values":
        return {"allowed": [str(value) for value in arguments["values"]]}
    if test == "relationships" and (to := REFERENCE.fullmatch(arguments["to"].strip())):
        return {"refers_to": f"{to['model']}.{arguments['field']}"}
    return {}


def _both_languages(
    node: dict[str, Any], described: dict[str, Any], name: str, blocks: dict[str, Block]
) -> tuple[str, str, list[str]]:
    """A description in English and French, and the terms that it cites in both."""
    english = _described(described, blocks)
    if not english:
        raise DataProblem(
            _file(node), f"{name} has no description", "describe it in the YAML of the model"
        )
    terms = sorted({blocks[key].term_id for key in _cited(described, blocks)})
    text = _one_line(str(_meta(described).get("description_fr") or ""))
    if not text:
        raise DataProblem(
            _file(node),
            f"{name} has no description in French",
            "add config.meta.description_fr beside its description",
        )
    marked = sorted(set(TERM_MARK.findall(text)))
    if marked != terms:
        raise DataProblem(
            _file(node),
            f"{name} cites the terms {', '.join(terms) or '(none)'} in English and "
            f"{', '.join(marked) or '(none)'} in French",
            "cite the same: {{ doc('glossary_<term>_en') }} in description, [[<term>]] in "
            "config.meta.description_fr",
        )
    said = {block.term_id: block.definition for block in blocks.values() if block.language == "fr"}
    return english, TERM_MARK.sub(lambda mark: said[mark["term"]], text), terms


def _stated(node: dict[str, Any], key: str, name: str) -> str:
    """A text of a table's meta, which must be there."""
    stated = _meta(node).get(key)
    if not isinstance(stated, str) or not stated.strip():
        raise DataProblem(
            _file(node), f"{name} states no {key}", f"add config.meta.{key} to its YAML"
        )
    return stated


def _meta(described: dict[str, Any]) -> dict[str, Any]:
    meta: dict[str, Any] = described["config"].get("meta", {})
    return meta


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
    stated: str | None = _meta(column).get("unit")
    if stated or column["data_type"].lower() not in NUMBERS:
        return stated
    return next((unit for name, unit in UNITS_BY_NAME if name.search(column["name"])), None)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _file(node: dict[str, Any]) -> Path:
    """The file to mend: the YAML that describes a model, where there is one."""
    described_in = str(node.get("patch_path") or "").partition("://")[2]
    return DBT_PROJECT / (described_in or str(node["original_file_path"]))
