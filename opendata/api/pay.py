"""Which pay is asked for, and what it is made of; without a release or a request at hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

# Parameter → column, in the order in which a choice narrows the next one.
DIMENSIONS = {
    "agreement": "agreement_id",
    "job": "job_id",
    "scale": "scale",
    "employer_group": "employer_group",
    "convention": "pay_convention",
    "reference": "reference_wage",
}
# The raw source that each agreement is computed from.
AGREEMENTS = {
    "ccn66": "ccn66",
    "ccn51": "ccn51",
    "bad": "bad",
    "fpe": "civil_service",
    "fpt": "civil_service",
    "fph": "civil_service",
}
MONTHLY_GUARANTEE = "gmr"
REFERENCE = "reference_eur"


@dataclass(frozen=True)
class Component:
    """A column of the answer that enters into the pay or into the ratio.

    Attributes:
        counts_in: What the name of a pay convention holds where this is part of the pay; empty for
            what is part of each.
        status: Column with the status of the value, empty if it has none of its own.
    """

    name: str
    counts_in: str = ""
    status: str = ""
    evidence: str = ""
    provenance: str = ""


COMPONENTS = (
    Component(
        "coefficient", "", "coefficient_status", "coefficient_evidence", "coefficient_provenance"
    ),
    Component("point_value_eur", "", "point_status", "point_evidence", "point_provenance"),
    Component("seniority_rate"),
    Component("base_eur"),
    Component("sujetion_eur", "sujetion"),
    Component("segur_eur", "segur"),
    Component("prime_decentralisee_eur", "decentralisee"),
    Component("supplements_eur", "supplements"),
    Component(REFERENCE),
)


@dataclass(frozen=True)
class Refused:
    """A parameter whose value cannot be answered for.

    Attributes:
        given: What was asked; none where something has to be asked.
        allowed: The values that the parameters before it leave.
    """

    parameter: str
    given: str | None
    allowed: tuple[str, ...]


def choose(
    combinations: pl.DataFrame, given: Mapping[str, str], seniority: int | None
) -> tuple[dict[str, Any], tuple[Refused, ...]]:
    """The one combination that is asked for, or what stands in the way.

    A dimension that the others leave one value for need not be given.

    Args:
        combinations: Those that a release has pay of, with first and last year of each step.
        given: Values by parameter (:data:`DIMENSIONS`).
        seniority: Completed years of service.

    Returns:
        The values to bind, and nothing refused; or else the first value that does not exist given
        those before it, or every parameter that has to be narrowed.
    """
    left = combinations
    for name, column in DIMENSIONS.items():
        if name in given:
            narrowed = left.filter(pl.col(column) == given[name])
            if not narrowed.height:
                return {}, (Refused(name, given[name], _values(left, column)),)
            left = narrowed
    if seniority is not None:
        narrowed = left.filter(
            pl.col("seniority_years") <= seniority,
            pl.col("seniority_years_to").fill_null(seniority) >= seniority,
        )
        if not narrowed.height:
            return {}, (Refused("seniority", str(seniority), _steps(left)),)
        left = narrowed
    open_ones = [
        Refused(name, None, values)
        for name, column in DIMENSIONS.items()
        if len(values := _values(left, column)) > 1
    ]
    if seniority is None and len(_steps(left)) > 1:
        open_ones.append(Refused("seniority", None, _steps(left)))
    if open_ones:
        return {}, tuple(open_ones)
    found = left.row(0, named=True)
    asked = {name: found[column] for name, column in DIMENSIONS.items()}
    return asked | {"seniority": found["seniority_years"] if seniority is None else seniority}, ()


def _values(combinations: pl.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(combinations[column].unique().sort().to_list())


def _steps(combinations: pl.DataFrame) -> tuple[str, ...]:
    return tuple(str(years) for years in combinations["seniority_years"].unique().sort())


def components(
    asked: Mapping[str, Any], months: pl.DataFrame, repeated: Mapping[str, tuple[str, ...]]
) -> list[dict[str, Any]]:
    """What the pay and the reference are made of, and where each is read.

    What an agreement does not have, or is not known of it, is no component (see the gaps).

    Args:
        asked: The combination.
        months: The pay, all columns.
        repeated: Sources that each column of the mart repeats.
    """
    return [
        {
            "column": component.name,
            "is_in_pay": component.name != REFERENCE and component.counts_in in asked["convention"],
            "status_column": component.status or None,
            "evidence_column": component.evidence or None,
            "provenance_column": component.provenance or None,
            "sources": sources_of(component, asked, repeated.get(component.name, ())),
        }
        for component in COMPONENTS
        if months[component.name].count()
    ]


def sources_of(
    component: Component, asked: Mapping[str, Any], repeated: tuple[str, ...]
) -> list[str]:
    """The sources of a component under one combination.

    A column repeats the sources of all agreements and references: those of the others are left
    out. What repeats no source is worked out from the agreement's own texts.
    """
    if component.name == REFERENCE:
        is_guarantee = str(asked["reference"]).startswith(MONTHLY_GUARANTEE)
        return [source for source in repeated if (source == MONTHLY_GUARANTEE) == is_guarantee]
    own = AGREEMENTS[str(asked["agreement"])]
    of_no_agreement = [source for source in repeated if source not in AGREEMENTS.values()]
    return [own] if own in repeated or not of_no_agreement else of_no_agreement


def missing_months(months: set[dt.date], first: dt.date, last: dt.date) -> list[dict[str, dt.date]]:
    """Runs of months between two, both included, that have no value."""
    runs: list[dict[str, dt.date]] = []
    month, goes_on = first, False
    while month <= last:
        if month in months:
            goes_on = False
        elif goes_on:
            runs[-1]["last_month"] = month
        else:
            runs.append({"first_month": month, "last_month": month})
            goes_on = True
        month = (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return runs
