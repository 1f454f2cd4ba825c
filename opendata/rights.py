"""What of a release may be handed out, and what stays with us, why, and how much of it.

All of it is data of the release: the rule of each table (``tables``), the sources that a column
repeats (``dictionary``) and the licence of each source (``dim_source``). Once a licence is known,
rows and columns open by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

import polars as pl

from ingest.errors import ReleaseProblem
from ingest.release import Release
from opendata.model import OpenTable, Rights, WithheldColumn, WithheldRows

NEEDED = frozenset({"tables", "dictionary", "dim_source"})


def rights_of(release: Release) -> Rights:
    """What of a release may be handed out; reads the release, so keep the answer.

    - A column that repeats sources as they are is withheld while one of them is not
      redistributable; a table that is left with nothing but its keys is withheld as a whole.
    - Of a table that is handed out by source, the rows of redistributable sources are, save those
      on second-rank evidence.

    Raises:
        ReleaseProblem: The release does not say its rights (it was published before they were
            described), or cannot be read.
    """
    if missing := NEEDED - set(release.tables()):
        raise ReleaseProblem(
            f"release {release.id} does not say what of it may be handed out: it holds no "
            f"{' and no '.join(sorted(missing))}\n"
            "  Remedy: publish it again with `observatoire refresh --offline --force`"
        )
    redistributable = _redistributable(release)
    described = release.sql(
        'select mart, "column", is_key, repeats from dictionary order by mart, position'
    ).partition_by("mart", as_dict=True)
    tables: dict[str, OpenTable] = {}
    withheld: dict[str, tuple[str, ...]] = {}
    for table in release.sql("select mart, open_data, grain from tables order by mart").to_dicts():
        name = table["mart"]
        repeated = _repeated(described[(name,)], redistributable)
        columns = tuple(described[(name,)]["column"])
        if repeated and set(columns) - set(repeated) <= set(table["grain"]):
            withheld[name] = tuple(
                sorted({source for item in repeated.values() for source in item})
            )
            continue
        by_source = table["open_data"] == "by_source"
        condition = _condition(redistributable) if by_source else "true"
        tables[name] = OpenTable(
            name=name,
            rule=table["open_data"],
            columns=tuple(column for column in columns if column not in repeated),
            keys=tuple(table["grain"]),
            condition=condition,
            withheld_columns=tuple(
                WithheldColumn(column, sources) for column, sources in repeated.items()
            ),
            withheld_rows=_withheld_rows(release, name, condition, redistributable)
            if by_source
            else (),
        )
    return Rights(tables, withheld)


def _redistributable(release: Release) -> frozenset[str]:
    rows = release.sql("select source_id from dim_source where is_redistributable")
    return frozenset(rows["source_id"])


def _repeated(columns: pl.DataFrame, redistributable: Set[str]) -> Mapping[str, tuple[str, ...]]:
    """The columns that may not be handed out, each with the sources on whose account."""
    found = {
        column: tuple(source for source in repeats if source not in redistributable)
        for column, repeats in columns.select("column", "repeats").iter_rows()
    }
    return {column: sources for column, sources in found.items() if sources}


def _condition(redistributable: Set[str]) -> str:
    """Which rows of a table with a source in each row may be handed out, as SQL."""
    if not redistributable:
        return "false"
    return f"source_id in ({_texts(redistributable)}) and not is_second_rank"


def _withheld_rows(
    release: Release, table: str, condition: str, redistributable: Set[str]
) -> tuple[WithheldRows, ...]:
    """How many rows are withheld, by source and reason; an unknown licence comes first."""
    is_open = f"source_id in ({_texts(redistributable)})" if redistributable else "false"
    counted = release.sql(
        f"select source_id, if({is_open}, 'second_rank', 'licence_unknown') as reason, "
        f'count(*) as n_rows from "{table}" where not ({condition}) '
        "group by all order by source_id, reason"
    )
    return tuple(WithheldRows(**row) for row in counted.to_dicts())


def _texts(values: Set[str]) -> str:
    """Texts of the release as SQL literals."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(values))
