"""The slide of a pay against the minimum wage, month by month."""

from __future__ import annotations

import datetime as dt

import polars as pl
import streamlit as st

from dashboard import blocks, charts
from dashboard.caption import Caption
from dashboard.release import Store
from dashboard.texts import text
from dashboard.views.pay import common, loading, selection

# Until then several minimum wages stood side by side.
BEFORE_ONE_SMIC = dt.date(2005, 7, 1)


def show(store: Store) -> None:
    """Ratio to the reference and amounts in euros, with the dates that matter."""
    chosen = selection.pay(store)
    table = loading.pay(store, chosen)
    st.subheader(text("pay.ratio_title", job=chosen.job_text), anchor="rapport-smic")
    if not table.height:
        st.info(text("block.empty"))
        common.missing(store, chosen.agreement, chosen.job)
        return
    calendar = loading.calendar(store, table)
    sources = common.cited(store, *loading.sources_of(chosen.agreement))
    scope = (common.scope(chosen),)
    blocks.chart_block(
        "rapport-smic",
        Caption(
            unit=text("pay.ratio_unit", reference=text(f"pay.{chosen.reference}")),
            scopes=scope,
            sources=sources,
            notes=(
                *common.told(calendar),
                text("pay.ratio_note"),
                *([text("pay.same_line_note")] if table["employer_group"].n_unique() > 1 else []),
                *(
                    [text("pay.reference_note")]
                    if chosen.reference == "smic_35h"
                    and table["month"].to_list()[0] < BEFORE_ONE_SMIC
                    else [text("pay.legal_hours_note")]
                    if chosen.reference == "smic_legal_hours"
                    else []
                ),
                text("pay.axis_note"),
                common.rank_note(table),
            ),
            summary=loading.in_words(table),
            definitions=(text("pay.ratio_definition"),),
        ),
        charts.time_series(
            pl.concat([loading.slide(table), loading.stated(store, chosen)]),
            colours=blocks.colours(),
            zero=False,
            level=1.0,
            calendar=calendar,
        ),
        table,
        common.pay_columns(),
    )
    common.missing(store, chosen.agreement, chosen.job)
    st.subheader(text("pay.amount_title"), anchor="montants")
    blocks.chart_block(
        "montants",
        Caption(
            unit=text("pay.amount_unit"),
            scopes=scope,
            sources=sources,
            notes=(text("pay.amount_note"), common.rank_note(table)),
        ),
        charts.time_series(loading.amounts(table), colours=blocks.colours()),
        table,
        common.pay_columns(),
    )
