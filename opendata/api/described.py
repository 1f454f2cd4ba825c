"""What is said beside observations: which series they are of, on whose terms, what is missing."""

from __future__ import annotations

from typing import Any

import polars as pl

from opendata.api.observations import Counted
from opendata.api.opened import Opened
from opendata.api.problems import Lang
from opendata.model import OpenTable

# Observations that agree in all of these may be drawn on one line.
SERIES = (
    "indicator_id",
    "population_id",
    "occupation_id",
    "geography_id",
    "source_id",
    "frequency",
    "unit",
    "method_group",
    "comparability_group",
)
LABELLED = ("indicator", "population", "occupation", "geography")


def series_of(opened: Opened, observations: pl.DataFrame, lang: Lang) -> list[dict[str, Any]]:
    """The series of which there are observations, with labels and breaks, in their order."""
    labels = opened.labels[lang]
    symbols = opened.unit_symbols[lang]
    found = observations.group_by(SERIES, maintain_order=True).agg(
        n_observations=pl.len(),
        breaks=pl.struct(
            pl.col("period_start").dt.to_string("%Y-%m-%d"), reason=f"break_reason_{lang}"
        ).filter(pl.col("break_before")),
    )
    return [
        line
        | {f"{name}_label": labels[name][line[f"{name}_id"]] for name in LABELLED}
        | {"unit_symbol": symbols.get((line["indicator_id"], line["unit"]))}
        for line in found.iter_rows(named=True)
    ]


def attribution(opened: Opened, counted: Counted, lang: Lang) -> list[dict[str, Any]]:
    """Whose figures these are, on which terms, how many."""
    return [
        opened.source(source_id, lang) | {"n_rows": n}
        for source_id, n in counted.handed_out.items()
    ]


def withheld(
    opened: Opened, table: OpenTable, counted: Counted, lang: Lang
) -> list[dict[str, Any]]:
    """What answers the request and is not handed out: whose, why, how much, where to find it."""
    reasons = {held.source_id: held.reason for held in table.withheld_rows}
    return [
        opened.source(source_id, lang) | {"reason": reasons[source_id], "n_rows": n}
        for source_id, n in counted.withheld.items()
    ]
