"""The slide of a pay against the minimum wage, month by month."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls
from dashboard.caption import Caption
from dashboard.charts import Calendar
from dashboard.release import Store
from dashboard.texts import text
from dashboard.theme import Palette
from dashboard.views.pay import common, loading, selection
from dashboard.views.pay.loading import Choice

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Until then several minimum wages stood side by side.
BEFORE_ONE_SMIC = dt.date(2005, 7, 1)
SHOWN = ("ratio", "amount")


def show(store: Store) -> None:
    """The ratio to the reference, or the amounts in euros, with the dates that matter."""
    chosen = selection.pay(store)
    shown = controls.choose_one(
        "montre", text("pay.shown"), {name: text(f"pay.shown_{name}") for name in SHOWN}
    )
    table = loading.pay(store, chosen)
    if not table.height:
        st.info(text("block.empty"))
        common.missing(store, chosen.agreement, chosen.job)
        return
    calendar = blocks.kept(lambda: loading.calendar(store, table), store.id, "calendar", chosen)
    is_ratio = shown == "ratio"
    key = "rapport-smic" if is_ratio else "montants"
    blocks.chart_block(
        key,
        Caption(
            unit=text("pay.ratio_unit", reference=text(f"pay.{chosen.reference}"))
            if is_ratio
            else text("pay.amount_unit"),
            scopes=(common.scope(chosen),),
            sources=common.cited(store, *loading.sources_of(chosen.agreement)),
            notes=_ratio_notes(chosen, table, calendar)
            if is_ratio
            else (text("pay.amount_note"), common.rank_note(table)),
            summary=loading.in_words(table) if is_ratio else "",
            definitions=(text("pay.ratio_definition"),),
        ),
        blocks.drawing(_figure, store, chosen, shown),
        table,
        common.pay_columns(),
        title=text(f"pay.{shown}_title", job=chosen.job_text),
    )
    common.missing(store, chosen.agreement, chosen.job)


def _ratio_notes(chosen: Choice, table: pl.DataFrame, calendar: Calendar) -> tuple[str, ...]:
    """The cautions about the ratio, those without which it is misread first."""
    first_month = table["month"].to_list()[0]
    of_reference = {
        "smic_35h": "pay.reference_note" if first_month < BEFORE_ONE_SMIC else "",
        "smic_legal_hours": "pay.legal_hours_note",
    }.get(chosen.reference, "")
    return (
        text("pay.axis_note"),
        text("pay.ratio_note"),
        *([text(of_reference)] if of_reference else []),
        *common.told(calendar),
        *([text("pay.same_line_note")] if table["employer_group"].n_unique() > 1 else []),
        common.rank_note(table),
    )


def _figure(store: Store, chosen: Choice, shown: str, colours: Palette) -> go.Figure:
    """The chart of a selection."""
    table = loading.pay(store, chosen)
    if shown == "amount":
        return charts.time_series(loading.amounts(table), colours=colours)
    return charts.time_series(
        pl.concat([loading.slide(table), loading.stated(store, chosen)]),
        colours=colours,
        zero=False,
        level=1.0,
        calendar=loading.calendar(store, table),
    )
