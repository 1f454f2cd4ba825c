"""The glossary and the data dictionary come from dbt's manifest, whole or not at all."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from ingest.documentation import RULES, dictionary, glossary, table_list
from ingest.errors import DataProblem
from ingest.release import Release

BLOCKS = {
    "glossary_vacant_post_fr": "Postes vacants\n\nPostes libres\nà pourvoir.",
    "glossary_vacant_post_en": "Vacant posts\n\nPosts that are free.",
    "other": "not a term",
}
FRENCH = {"description_fr": "Postes."}
TABLE = FRENCH | {
    "description_fr": "Une ligne par code. [[vacant_post]]",
    "title_fr": "Postes",
    "title_en": "Posts",
    "open_data": "own",
}


def described(
    description: str, *cited: str, meta: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """One column, or one table, as dbt describes it."""
    return {
        "description": description,
        "doc_blocks": [f"doc.p.{name}" for name in cited],
        "config": {"meta": FRENCH | (meta or {})},
        "constraints": [],
        **more,
    }


def dbt_test(column: str, test: str, where: str | None = None, **arguments: Any) -> dict[str, Any]:
    """One dbt test of a column of the mart."""
    return {
        "resource_type": "test",
        "name": test,
        "attached_node": "model.p.mart_posts",
        "column_name": column,
        "test_metadata": {"name": test, "kwargs": arguments},
        "config": {"where": where},
    }


def manifest(
    blocks: dict[str, str],
    *tests: dict[str, Any],
    table: dict[str, Any] | None = None,
    **columns: dict[str, Any],
) -> dict[str, Any]:
    """As dbt writes it: one mart, keyed by its first column, over the given blocks.

    Args:
        blocks: The docs blocks by name.
        tests: The dbt tests of the mart's columns.
        table: What differs in the meta of the mart.
        columns: The mart's columns.
    """
    meta = TABLE | {"grain": list(columns)[:1]} | (table or {})
    return {
        "docs": {
            f"doc.p.{name}": {
                "name": name,
                "block_contents": contents,
                "original_file_path": "models/docs/glossary.md",
            }
            for name, contents in blocks.items()
        },
        "nodes": {
            "model.p.mart_posts": described(
                f"Grain: one row per code. {BLOCKS['glossary_vacant_post_en']}",
                "glossary_vacant_post_en",
                meta=meta,
                name="mart_posts",
                unique_id="model.p.mart_posts",
                resource_type="model",
                schema="marts",
                patch_path="p://models/marts/_marts.yml",
                original_file_path="models/marts/mart_posts.sql",
                columns={
                    name: {"name": name, "data_type": "double"} | column
                    for name, column in columns.items()
                },
            ),
            "test.p.unique": {"resource_type": "test", "name": "unique"},
        }
        | {f"test.p.{number}": test for number, test in enumerate(tests)},
        "sources": {
            "source.p.raw.ccn66__points": {"source_name": "raw", "name": "ccn66__points"},
            "source.p.raw.smic__hourly": {"source_name": "raw", "name": "smic__hourly"},
        },
    }


def test_a_term_stands_in_both_languages_with_what_cites_it() -> None:
    posts = described(BLOCKS["glossary_vacant_post_en"], "glossary_vacant_post_en")
    found = glossary(manifest(BLOCKS, posts=posts, other=described("Other.", "other")))
    assert found.to_dicts() == [
        {
            "term_id": "vacant_post",
            "term_fr": "Postes vacants",
            "term_en": "Vacant posts",
            "definition_fr": "Postes libres à pourvoir.",
            "definition_en": "Posts that are free.",
            "used_by": ["mart_posts", "mart_posts.posts"],
        }
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"glossary_rate_fr": "Taux\n\nPart."}, "rate is not said in the language en"),
        ({"glossary_rate_de": "Quote\n\nAnteil."}, "no known language"),
        ({"glossary_rate_fr": "Taux", "glossary_rate_en": "Rate\n\nShare."}, "no definition"),
    ],
    ids=["one language only", "an unknown language", "a term without a definition"],
)
def test_a_block_that_is_not_whole_stops_publication(changed: dict[str, str], said: str) -> None:
    with pytest.raises(DataProblem, match=said) as problem:
        glossary(manifest(BLOCKS | changed, posts=described("Posts.")))
    assert "glossary.md" in str(problem.value)


def test_a_column_says_type_key_unit_and_terms() -> None:
    rows = dictionary(
        manifest(
            BLOCKS,
            posts=described(
                f"Posts. {BLOCKS['glossary_vacant_post_en']}",
                "glossary_vacant_post_en",
                meta={"description_fr": "Postes. [[vacant_post]]"},
            ),
            pay_eur=described("Pay."),
            value=described("Value.", meta={"unit": "that of the column unit"}),
            plain=described("Plain."),
        )
    ).to_dicts()
    assert [(row["position"], row["column"], row["is_key"], row["unit"]) for row in rows] == [
        (1, "posts", True, None),
        (2, "pay_eur", False, "eur"),
        (3, "value", False, "that of the column unit"),
        (4, "plain", False, None),
    ]
    assert rows[0]["description"] == "Posts. Posts that are free.", "the definition, not the term"
    assert rows[0]["description_fr"] == "Postes. Postes libres à pourvoir.", "of the French block"
    assert [row["terms"] for row in rows] == [["vacant_post"], [], [], []]


def test_a_column_without_description_stops_publication() -> None:
    with pytest.raises(DataProblem, match=r"mart_posts\.silent has no description"):
        dictionary(manifest(BLOCKS, posts=described("Posts."), silent=described(" ")))


def test_a_column_says_what_its_tests_and_constraints_say() -> None:
    rows = dictionary(
        manifest(
            BLOCKS,
            dbt_test("kind", "accepted_values", values=["a", "b"]),
            dbt_test("partly", "accepted_values", where="code is null", values=["a"]),
            dbt_test("indicator", "relationships", to="ref('dim_indicator')", field="indicator_id"),
            dbt_test("filled", "not_null"),
            dbt_test("elsewhere", "not_null"),
            code=described("Code.", constraints=[{"type": "not_null"}]),
            kind=described("Kind."),
            partly=described("Kind of some."),
            indicator=described("Indicator."),
            filled=described("Filled."),
        )
    ).to_dicts()
    assert [
        (row["column"], row["is_required"], row["allowed"], row["refers_to"]) for row in rows
    ] == [
        ("code", True, None, None),
        ("kind", False, ["a", "b"], None),
        ("partly", False, None, None),
        ("indicator", False, None, "dim_indicator.indicator_id"),
        ("filled", True, None, None),
    ]


def test_a_table_says_its_rule_and_its_grain() -> None:
    assert table_list(manifest(BLOCKS, code=described("Code."))).to_dicts() == [
        {
            "mart": "mart_posts",
            "title_fr": "Postes",
            "title_en": "Posts",
            "description_fr": "Une ligne par code. Postes libres à pourvoir.",
            "description_en": "Grain: one row per code. Posts that are free.",
            "open_data": "own",
            "grain": ["code"],
        }
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"open_data": None}, "states no open_data"),
        ({"open_data": "free"}, "'free' is no rule"),
        ({"open_data": ["own"]}, "states no open_data"),
        ({"open_data": "by_source"}, "no column is_second_rank and no source_id"),
        ({"title_fr": " "}, "states no title_fr"),
        ({"title_en": None}, "states no title_en"),
        ({"description_fr": None}, "no description in French"),
        (
            {"description_fr": "Une ligne par code."},
            r"vacant_post in English and \(none\) in French",
        ),
    ],
)
def test_a_table_that_is_not_whole_stops_publication(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(DataProblem, match=said) as problem:
        table_list(manifest(BLOCKS, table=changed, code=described("Code.")))
    assert "models/marts/_marts.yml" in str(problem.value), "the file to mend is named"
    assert "config.meta" in problem.value.remedy
    assert "mart_posts" in problem.value.problem


@pytest.mark.parametrize(
    ("column", "meta", "said"),
    [
        ("value", {"description_fr": ""}, r"mart_posts\.value has no description in French"),
        ("value", {"description_fr": "[[point]]"}, r"\(none\) in English and point in French"),
        ("value", {"repeats": ["ccn67"]}, r"mart_posts\.value repeats what is no source: ccn67"),
        ("value", {"repeats": "ccn66"}, "no source: 'ccn66'"),
        ("code", {"repeats": ["ccn66"]}, "identifies a row and cannot be withheld"),
    ],
    ids=["no French", "another term", "an unknown source", "no list", "a key"],
)
def test_a_column_whose_meta_is_wrong_stops_publication(
    column: str, meta: dict[str, Any], said: str
) -> None:
    columns = {"code": described("Code."), "value": described("Value.")}
    columns[column] = described("Value.", meta=meta)
    with pytest.raises(DataProblem, match=said) as problem:
        dictionary(manifest(BLOCKS, **columns))
    assert "models/marts/_marts.yml" in str(problem.value)


def test_a_column_names_the_sources_that_it_repeats() -> None:
    value = described("Value.", meta={"repeats": ["smic", "ccn66"]})
    rows = dictionary(manifest(BLOCKS, code=described("Code."), value=value)).to_dicts()
    assert [row["repeats"] for row in rows] == [[], ["ccn66", "smic"]]


def test_the_release_describes_each_of_its_files_as_it_is(release: Release) -> None:
    """Names, order and types of columns; the three tables of this module included."""
    wanted = release.sql(
        'select mart, "column", upper("type") as "type" from dictionary order by mart, position'
    )
    listed = release.sql("select mart from tables order by mart")["mart"].to_list()
    assert listed == release.tables()
    found = [
        (name, column, kind)
        for name in release.tables()
        for column, kind in release.sql(
            f'select column_name, column_type from (describe select * from "{name}")'
        ).iter_rows()
    ]
    assert found == list(wanted.iter_rows())


def test_what_the_dictionary_says_of_values_is_true_of_the_release(release: Release) -> None:
    """No null where a value is required, none outside a closed list, none without its target."""
    wrong = []
    said = release.sql("select * from dictionary")
    with release.connect() as connection:
        for row in said.iter_rows(named=True):
            table, column = f'"{row["mart"]}"', f'"{row["column"]}"'
            conditions = []
            if row["is_required"]:
                conditions.append(f"{column} is null")
            if row["allowed"] is not None:
                conditions.append(f"not list_contains($allowed, {column})")
            if row["refers_to"]:
                other, _, target = row["refers_to"].partition(".")
                conditions.append(
                    f'({column} is not null and {column} not in (select "{target}" from "{other}"))'
                )
            if conditions:
                query = f"select count(*) from {table} where {' or '.join(conditions)}"
                values = {"allowed": row["allowed"]} if row["allowed"] is not None else {}
                [(found,)] = connection.execute(query, values).fetchall()
                if found:
                    wrong.append(f"{row['mart']}.{row['column']}: {found} rows")
    assert wrong == []
    assert said["refers_to"].is_not_null().sum() >= 15, "the checks are not empty"
    assert said["allowed"].is_not_null().sum() >= 25
    assert said["is_required"].sum() >= 300


def test_the_keys_of_a_table_are_its_grain(release: Release) -> None:
    keys = release.sql('select mart, "column" from dictionary where is_key').group_by("mart")
    found = {mart: set(rows["column"]) for (mart,), rows in keys}
    tables = release.sql("select * from tables")
    assert found == {row["mart"]: set(row["grain"]) for row in tables.to_dicts()}
    assert set(tables["open_data"]) <= set(RULES)
    assert tables.filter(pl.col("description_fr").str.contains(r"\[\[")).is_empty()
