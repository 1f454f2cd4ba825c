"""One definition per concept: the glossary says what the seeds say, in both languages."""

from __future__ import annotations

import csv
import re
from typing import Any

import polars as pl
import pytest

from ingest.documentation import dictionary, glossary, table_list, tables
from ingest.paths import SEEDS
from tests.dbt.conftest import Node
from tests.dbt.test_english_texts import numbers_en, numbers_fr
from tests.dbt.test_manifest import of_layer

# Who is counted, in the very words of the source: the population says it in both languages.
FRENCH_ONLY = {"fct_observation.scope_fr"}
BADLY_SET = re.compile(r"'|[^ ][;:?!»](\s|$)|« ?$|«[^ ]")


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    return {row["text_fr"]: row["text_en"] for row in seed("english_texts")}


@pytest.fixture(scope="module")
def terms(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return glossary(manifest).to_dicts()


def test_a_term_that_is_an_indicator_is_defined_as_it_is(
    terms: list[dict[str, Any]], english: dict[str, str]
) -> None:
    indicators = {row["label_fr"]: row["definition_fr"] for row in seed("indicators")}
    shared = [term for term in terms if term["term_fr"] in indicators]
    assert len(shared) >= 20, "the terms of indicators bear the indicators' labels"
    for term in shared:
        definition = indicators[term["term_fr"]]
        assert term["definition_fr"].startswith(definition), term["term_id"]
        assert term["definition_en"].startswith(english[definition]), term["term_id"]
        assert term["term_en"] == english[term["term_fr"]], term["term_id"]


def test_each_verdict_is_a_term_with_its_meaning(
    terms: list[dict[str, Any]], english: dict[str, str]
) -> None:
    by_id = {term["term_id"]: term for term in terms}
    for verdict in seed("claim_verdicts"):
        term = by_id[f"verdict_{verdict['claim_verdict']}"]
        assert term["definition_fr"] == verdict["meaning_fr"]
        assert term["term_fr"] == f"Verdict : {verdict['label_fr']}"
        assert term["term_en"] == f"Verdict: {english[verdict['label_fr']]}"


def test_both_languages_of_a_definition_have_the_same_numbers(
    terms: list[dict[str, Any]],
) -> None:
    wrong = [
        term["term_id"]
        for term in terms
        if numbers_fr(term["definition_fr"]) != numbers_en(term["definition_en"])
    ]
    assert wrong == []


def test_terms_are_distinct_and_cited(terms: list[dict[str, Any]]) -> None:
    for column in ("term_fr", "term_en"):
        assert len({term[column] for term in terms}) == len(terms)
    cited = {place for term in terms for place in term["used_by"]}
    assert {"mart_salary_smic.segur_eur", "fct_observation.vintage"} <= cited


def test_the_dictionary_describes_every_column_of_every_mart(
    manifest: dict[str, Any], models: dict[str, Node]
) -> None:
    rows = dictionary(manifest)
    wanted = {
        (node["name"], name) for node in of_layer(models, "marts") for name in node["columns"]
    }
    written = {
        (mart, column) for mart, frame in tables(manifest).items() for column in frame.columns
    }
    assert set(rows.select("mart", "column").iter_rows()) == wanted | written
    assert rows.filter(pl.col("description").str.contains("{{", literal=True)).is_empty()


def test_both_languages_of_a_description_have_the_same_numbers(manifest: dict[str, Any]) -> None:
    columns = dictionary(manifest).rename({"description": "description_en"})
    described = [*table_list(manifest).to_dicts(), *columns.to_dicts()]
    wrong = [
        f"{row['mart']}.{row.get('column', '')}"
        for row in described
        if numbers_fr(row["description_fr"]) != numbers_en(row["description_en"])
    ]
    assert len(described) > 500
    assert wrong == []


def test_a_french_description_is_french_and_typeset(manifest: dict[str, Any]) -> None:
    """No straight apostrophe, a space before double punctuation, a full stop at the end."""
    described = pl.concat(
        [
            frame.select("mart", "description_fr")
            for frame in (table_list(manifest), dictionary(manifest))
        ]
    )
    cited = glossary(manifest)["definition_fr"].to_list()
    wrong = [
        (mart, text)
        for mart, text in described.iter_rows()
        if BADLY_SET.search(_without(text, cited)) or not text.endswith((".", "?"))
    ]
    assert wrong == []


def _without(text: str, cited: list[str]) -> str:
    for definition in cited:
        text = text.replace(definition, "")
    return text


def test_each_french_text_of_a_mart_has_a_tested_english_sibling(
    manifest: dict[str, Any], models: dict[str, Node]
) -> None:
    tested = {
        (test["attached_node"], f"{name}_fr")
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test"
        and (test.get("test_metadata") or {}).get("name") == "translated"
        for name in test["test_metadata"]["kwargs"]["columns"]
    }
    french = {
        (key, name): f"{node['name']}.{name}"
        for key, node in models.items()
        if node in of_layer(models, "marts")
        for name in node["columns"]
        if name.endswith("_fr")
    }
    untested = {place for found, place in french.items() if found not in tested}
    assert untested == FRENCH_ONLY
