"""Which coefficients, jobs and steps lie under the minimum wage, and since when."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls
from dashboard import format as fmt
from dashboard.blocks import Column
from dashboard.caption import Caption
from dashboard.release import Store
from dashboard.texts import text
from dashboard.views.pay import common, loading, selection


def show(store: Store) -> None:
    """The first coefficient at the SMIC in time, and when the steps of each job were under it."""
    with controls.row():
        names = loading.agreements(store)
        agreement = (
            controls.choose_from(
                "convention", text("pay.agreement"), names, default=loading.CCN66, width=330
            )
            or loading.CCN66
        )
        table = loading.immersion_choices(store, agreement)
        group = selection.employer(table["employer_group"].unique().sort().to_list(), every=False)
        scales = loading.scales_in_order(table["scale"].unique().to_list())
        scale = scales[0]
        if len(scales) > 1:
            scale = controls.choose_one(
                "echelle",
                text("pay.scale"),
                {name: text(f"pay.scale_{name}") for name in loading.scales_in_order(scales)},
            )
        conventions = table["pay_convention"].unique().sort(descending=True).to_list()
        convention = conventions[0]
        if len(conventions) > 1:
            convention = controls.choose_one(
                "compte_smic",
                text("pay.convention"),
                {name: text(f"pay.{name}") for name in conventions},
            )
    months = loading.immersion(store, agreement, group, scale, convention)
    if not months.height:
        st.info(text("block.empty"))
        return
    scope = ", ".join(
        words
        for words in (
            names[agreement],
            fmt.inside(text(f"pay.{group}")) if group != "all" else "",
            fmt.inside(text(f"pay.scale_{scale}")) if scale != "single" else "",
        )
        if words
    )
    sources = common.cited(store, *loading.sources_of(agreement))
    _threshold(months, scope, convention, sources)
    _steps(store, agreement, group, scale, convention, months, scope, sources)


def _threshold(months: pl.DataFrame, scope: str, convention: str, sources: tuple) -> None:  # type: ignore[type-arg]
    last = months.row(-1, named=True)
    blocks.chart_block(
        "seuil-smic",
        Caption(
            unit=text("pay.coefficient_unit"),
            scopes=(scope,),
            sources=sources,
            summary=text(
                "pay.threshold_words",
                month=fmt.month(last["month"]),
                threshold=fmt.integer(last["first_coefficient_at_smic"]),
                lowest=fmt.integer(last["lowest_coefficient"]),
                jobs=fmt.integer(last["n_jobs_under"]),
                every_job=fmt.integer(last["n_jobs"]),
                steps=fmt.integer(last["n_steps_under"]),
                every_step=fmt.integer(last["n_steps"]),
            ),
            notes=(
                text("pay.threshold_note", convention=fmt.inside(text(f"pay.{convention}"))),
                text("pay.axis_note"),
            ),
        ),
        blocks.drawing(charts.time_series, loading.immersion_series(months), zero=False),
        months,
        [
            Column("month", text("pay.month"), fmt.month),
            Column(
                "first_coefficient_at_smic", text("pay.series_threshold"), fmt.integer, "number"
            ),
            Column("lowest_coefficient", text("pay.series_lowest"), fmt.integer, "number"),
            Column("n_jobs_under", text("pay.n_jobs_under"), fmt.integer, "number"),
            Column("n_jobs", text("pay.n_jobs"), fmt.integer, "number"),
            Column("n_steps_under", text("pay.n_steps_under"), fmt.integer, "number"),
            Column("n_steps", text("pay.n_steps"), fmt.integer, "number"),
            Column("point_value_eur", text("pay.point"), lambda v: fmt.euros(v, 4), "number"),
            Column("smic_35h_eur", text("pay.smic_35h"), fmt.euros, "number"),
        ],
        title=text("pay.threshold_title"),
    )


def _steps(
    store: Store,
    agreement: str,
    group: str,
    scale: str,
    convention: str,
    months: pl.DataFrame,
    scope: str,
    sources: tuple,  # type: ignore[type-arg]
) -> None:
    steps = loading.immersion_steps(store, agreement, group, scale, convention)
    if not steps.height:
        st.info(text("pay.never_under"))
        return
    spells = loading.immersion_spells(
        steps, loading.steps_of_jobs(store, agreement, scale), months["month"].to_list()[-1]
    )
    blocks.chart_block(
        "echelons-sous-smic",
        Caption(
            unit=text("pay.spells_unit"),
            scopes=(scope,),
            sources=sources,
            notes=(text("pay.spells_note"), text("pay.spells_known_note")),
            alternative=text("format.between").join(
                spells["label"].unique(maintain_order=True).to_list()
            ),
        ),
        blocks.drawing(charts.spells, spells),
        steps,
        [
            Column("job_text", text("pay.job"), width="medium"),
            Column("seniority_years", text("pay.seniority"), fmt.integer, "number"),
            Column("coefficient", text("pay.coefficient"), fmt.number, "number"),
            Column("first_month_under", text("pay.first_month_under"), fmt.month),
            Column("last_month_under", text("pay.last_month_under"), fmt.month),
            Column("n_months", text("pay.n_months"), fmt.integer, "number"),
            Column("is_start_unknown", text("pay.is_start_unknown"), _yes),
            Column("is_still_under", text("pay.is_still_under"), _yes),
        ],
        title=text("pay.spells_title"),
    )


def _yes(value: object) -> str:
    return text("pay.yes") if value else text("pay.no")
