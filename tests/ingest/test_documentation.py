"""The glossary and the data dictionary come from dbt's manifest, whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.documentation import dictionary, glossary
from ingest.errors import DataProblem

BLOCKS = {
    "glossary_vacant_post_fr": "Postes vacants\n\nPostes libres\nà pourvoir.",
    "glossary_vacant_post_en": "Vacant posts\n\nPosts that are free.",
    "other": "not a term",
}


def described(description: str, *cited: str, meta: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "description": description,
        "doc_blocks": [f"doc.p.{name}" for name in cited],
        "config": {"meta": meta or {}},
    }


def manifest(blocks: dict[str, str], **columns: dict[str, Any]) -> dict[str, Any]:
    """As dbt writes it: one mart, keyed by its first column, over the given blocks."""
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
            "model.p.mart_posts": described("Grain: one row per code.", "glossary_vacant_post_en")
            | {
                "name": "mart_posts",
                "resource_type": "model",
                "schema": "marts",
                "original_file_path": "models/marts/_marts.yml",
                "config": {"meta": {"grain": list(columns)[:1]}},
                "columns": {
                    name: {"name": name, "data_type": "double"} | column
                    for name, column in columns.items()
                },
            },
            "test.p.unique": {"resource_type": "test", "name": "unique"},
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
                f"Posts. {BLOCKS['glossary_vacant_post_en']}", "glossary_vacant_post_en"
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
    assert [row["terms"] for row in rows] == [["vacant_post"], [], [], []]


def test_a_column_without_description_stops_publication() -> None:
    with pytest.raises(DataProblem, match=r"mart_posts\.silent has no description"):
        dictionary(manifest(BLOCKS, posts=described("Posts."), silent=described(" ")))
