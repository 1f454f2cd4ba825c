"""What several pages load: observations with their labels, sources, key figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard import format as fmt
from dashboard import known
from dashboard.release import Store
from dashboard.texts import keys, text
from ingest.release import as_known_on

# Grain: one row per observation (see fct_observation), with the labels of its dimensions.
OBSERVATIONS = """
select
    f.* replace (f.publisher_text as publisher, f.vintage_text as vintage),
    i.label_text as indicator_text, i.family, i.unit_kind, i.unit_symbol_text, i.definition_text,
    i.formula_text as formula, i.better_when,
    p.label_text as population_text, p.scope_note_text, p.establishment_size,
    o.label_text as occupation_text, o.nomenclature, o.code as occupation_code, o.is_social,
    g.label_text as geography_text, g.level as geography_level, g.code as geography_code,
    s.is_points_only
from {observed} as f
left join dim_indicator as i using (indicator_id)
left join dim_population as p using (population_id)
left join dim_occupation as o using (occupation_id)
left join dim_geography as g using (geography_id)
left join dim_source as s using (source_id)
where list_contains($1::varchar[], f.indicator_id)
"""
ORDER = """
order by f.indicator_id, f.source_id, f.population_id, f.occupation_id, f.geography_id,
    f.period_start, f.period_end, f.vintage
"""
SOURCES = """
select
    s.* replace (s.publisher_text as publisher),
    f.retrieved_on, f.n_tables, f.n_raw_rows, f.n_observations, f.n_secret, f.n_second_rank,
    f.n_vintages, f.first_period_start, f.last_period_end
from dim_source as s
left join mart_source_freshness as f using (source_id)
order by s.publisher, s.title_text
"""
# The filters that a page may name, each bound as a list.
FILTERS = {
    "sources": "f.source_id",
    "populations": "f.population_id",
    "occupations": "f.occupation_id",
    "geographies": "f.geography_id",
    "levels": "g.level",
    "statuses": "f.status",
}


def observations(
    store: Store,
    indicators: tuple[str, ...],
    *,
    all_vintages: bool = False,
    **filters: tuple[str, ...],
) -> pl.DataFrame:
    """The observations of some indicators, as they are known, or were on the chosen day.

    Args:
        store: The release.
        indicators: Their ids.
        all_vintages: Also the values that a later edition replaced.
        **filters: Admitted ids by filter (keys of :data:`FILTERS`); an absent one admits all.

    Returns:
        One row per observation, in time order within each series; empty if there is none.
    """
    conditions: list[str] = []
    params: list[Any] = [indicators]
    for name, admitted in filters.items():
        params.append(admitted)
        conditions.append(f"and list_contains(${len(params)}::varchar[], {FILTERS[name]})")
    observed, chosen = "fct_observation", known.day()
    if chosen is not None:
        params.append(str(chosen))
        bound = f"${len(params)}::date"
        observed = f"({as_known_on(day=bound)})"
        if all_vintages:
            observed = f"(from fct_observation where available_on <= {bound})"
    elif not all_vintages:
        conditions.append("and f.is_latest")
    sql = OBSERVATIONS.format(observed=observed) + "\n".join(conditions) + ORDER
    return store.query(sql, tuple(params))


def sources(store: Store) -> pl.DataFrame:
    """The sources: one row each, declaration and freshness."""
    return store.query(SOURCES)


def key_figures(store: Store, families: tuple[str, ...] = ()) -> pl.DataFrame:
    """Figures of the documents: one row each, in the order of the documents."""
    where = "where list_contains($1::varchar[], family)" if families else ""
    sql = f"select * from mart_key_figures {where} order by document, text_line, figure_id"
    return store.query(sql, (families,) if families else ())


def last_value(table: pl.DataFrame) -> dict[str, Any] | None:
    """The last dated value of a table of observations, first-rank evidence before any other.

    Returns:
        The row; None if no value is dated.
    """
    dated = table.filter(pl.col("value").is_not_null(), pl.col("period_end").is_not_null())
    rows = dated.sort("period_end", "period_start", ~pl.col("is_second_rank"), maintain_order=True)
    return rows.row(-1, named=True) if rows.height else None


def one_method(table: pl.DataFrame, row: dict[str, Any]) -> pl.DataFrame:
    """The rows that were made by the method of one of them (raw or seasonally adjusted, say).

    A series keeps its method through its breaks; a release without the column holds one method.
    """
    if "method_group" not in table.columns:
        return table
    return table.filter(pl.col("method_group").eq_missing(pl.lit(row["method_group"])))


def beside(table: pl.DataFrame, row: dict[str, Any]) -> dict[str, Any] | None:
    """The value to set beside another one: that of the same period.

    Of several, the one of the same comparability group, then of first-rank evidence. If that period
    has none, the nearest one of the same group, else of any; whoever shows it has to say its date.

    Args:
        table: The candidates.
        row: What they are compared with.

    Returns:
        The row; None if there is no dated value.
    """
    dated = table.filter(pl.col("value").is_not_null(), pl.col("period_end").is_not_null())
    apart = (pl.col("period_end") - pl.lit(row["period_end"])).dt.total_days().abs()
    same = (pl.col("period_start") == row["period_start"]) & (
        pl.col("period_end") == row["period_end"]
    )
    alike = pl.col("comparability_group").eq_missing(pl.lit(row["comparability_group"]))
    rows = dated.sort(~same, ~alike, apart, "is_second_rank", maintain_order=True)
    return rows.row(0, named=True) if rows.height else None


def same_period(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether two observations are of the same period."""
    ends = ("period_start", "period_end")
    return all(first[end] == second[end] for end in ends)


@dataclass(frozen=True)
class Unit:
    """How values of a unit are written."""

    kind: str
    symbol: str

    def write(self, value: float | None, qualifier: str = "exact") -> str:
        return fmt.observed(value, self.kind, self.symbol, "published", qualifier)


def units(store: Store) -> dict[str, Unit]:
    """Units by id: those of the indicators, and those that only the documents use."""
    rows = store.query(
        "select distinct unit, unit_kind, unit_symbol_text from dim_indicator"
    ).rows()
    return {
        **{name: Unit(*text(f"unit.{name}").split("|")) for name in keys("unit")},
        **{str(unit): Unit(str(kind), str(symbol or "")) for unit, kind, symbol in rows},
    }


def conflicts(store: Store, group: str | None = None) -> pl.DataFrame:
    """Contradictions: one row per group and member, the smallest value first.

    Adds ``written`` (the value as it is said; ``short`` without its unit in words),
    ``period_text``, ``unit_text`` and ``label`` (who says
    it, of whom, when).
    """
    where = "where conflict_group = $1" if group else ""
    table = store.query(
        f"select * from mart_conflicts {where} order by conflict_group, value, member_id",
        (group,) if group else (),
    )
    known = units(store)
    fallback = Unit("other", "")
    written, short, periods, symbols, labels = [], [], [], [], []
    for row in table.iter_rows(named=True):
        unit = known.get(row["unit_id"], fallback)
        written.append(_written(row, unit))
        brief = Unit(unit.kind, unit.symbol if len(unit.symbol) <= 2 else "")
        short.append(_written(row, brief))
        periods.append(fmt.period(row["period_start"], row["period_end"]))
        symbols.append(unit.symbol)
        labels.append(f"{row['said_by_text']} – {_of_whom(row)}")
    return table.with_columns(
        written=pl.Series(written, dtype=pl.String),
        short=pl.Series(short, dtype=pl.String),
        period_text=pl.Series(periods, dtype=pl.String),
        unit_text=pl.Series(symbols, dtype=pl.String),
        label=pl.Series(labels, dtype=pl.String),
    )


def _of_whom(row: dict[str, Any]) -> str:
    """What a member of a contradiction is said of; the value may follow, so no full stop."""
    return str(row["member_note_text"] or row["scope_text"]).removesuffix(".")


def main_unit(conflict: pl.DataFrame) -> tuple[str, str]:
    """Id and symbol of the unit that most members of a contradiction have."""
    counted = (
        conflict.group_by("unit_id", "unit_text").len().sort("len", "unit_id", descending=True)
    )
    unit_id, symbol, _ = counted.row(0)
    return str(unit_id), str(symbol)


def _written(row: dict[str, Any], unit: Unit) -> str:
    low = unit.write(row["value"], row["qualifier"])
    if row["value_high"] is None:
        return low
    return text("format.range", low=low, high=unit.write(row["value_high"]))


def with_written(figures: pl.DataFrame, known: dict[str, Unit]) -> pl.DataFrame:
    """Adds to figures of the documents the value as said (``written``) and ``period_text``."""
    fallback = Unit("other", "")
    rows = list(figures.iter_rows(named=True))
    return figures.with_columns(
        written=pl.Series(
            [_written(row, known.get(row["unit_id"], fallback)) for row in rows], dtype=pl.String
        ),
        period_text=pl.Series(
            [fmt.period(row["period_start"], row["period_end"]) for row in rows], dtype=pl.String
        ),
    )


def said_of() -> pl.Expr:
    """Name of a series of points: who says it, of whom, of which job and territory."""
    return pl.concat_str(
        pl.col("publisher").str.split(" (").list.first() + text("format.pair", name="", words=""),
        "population_text",
        pl.when(pl.col("occupation_id") != "all")
        .then(", " + pl.col("occupation_text"))
        .otherwise(pl.lit("")),
        pl.when(pl.col("geography_id") != "fr")
        .then(", " + pl.col("geography_text"))
        .otherwise(pl.lit("")),
    )


def labels(table: pl.DataFrame, id_column: str, label_column: str = "series") -> dict[str, str]:
    """Labels by id, in the order of the table, for a selector."""
    pairs = table.select(id=id_column, label=label_column).unique(maintain_order=True)
    return dict(pairs.rows())


def indicators_of(store: Store, source_id: str) -> pl.DataFrame:
    """The indicators of a source with their definitions, and how many values it gives."""
    return store.query(
        """
        select i.label_text, i.definition_text, i.formula_text as formula, count(*) as n
        from fct_observation as f
        left join dim_indicator as i using (indicator_id)
        where f.source_id = $1
        group by i.label_text, i.definition_text, i.formula_text
        order by n desc, i.label_text
        """,
        (source_id,),
    )
