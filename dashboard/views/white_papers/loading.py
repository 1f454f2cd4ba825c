"""What the page of the white papers' figures loads."""

from __future__ import annotations

import polars as pl

from dashboard import data
from dashboard.keeping import remembered
from dashboard.release import Store


@remembered
def figures(store: Store) -> pl.DataFrame:
    """All figures: one row each, with the value as it is written."""
    return data.with_written(data.key_figures(store), data.units(store))


def matching(
    table: pl.DataFrame, words: str, family: str, document: str, only: str
) -> pl.DataFrame:
    """The figures that hold all the words, of one family, document and kind (empty for all)."""
    said = pl.concat_str(
        [
            "label_text",
            "population",
            "geography",
            "family_text",
            "cited_source",
            "section",
            "written",
        ],
        separator=" ",
        ignore_nulls=True,
    )
    plain = said.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    for word in _plain(words).split():
        table = table.filter(plain.str.contains(word, literal=True))
    if family:
        table = table.filter(pl.col("family") == family)
    if document:
        table = table.filter(pl.col("document") == document)
    if only == "conflict":
        table = table.filter(pl.col("conflict_group").is_not_null())
    return table


def _plain(words: str) -> str:
    marks = pl.Series([words]).str.to_lowercase().str.normalize("NFKD")
    return str(marks.str.replace_all(r"\p{M}", "")[0])


def groups(store: Store) -> dict[str, str]:
    """Contradictions by id."""
    rows = store.query(
        """
        select conflict_group, any_value(conflict_label_text) as label_text from mart_conflicts
        group by conflict_group order by count(*) desc, conflict_group
        """
    ).rows()
    return {str(group): str(label) for group, label in rows}
