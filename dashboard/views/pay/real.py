"""Pay in constant euros."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import blocks, caption, charts, controls
from dashboard import format as fmt
from dashboard.blocks import Column
from dashboard.caption import Caption
from dashboard.release import Store
from dashboard.texts import text
from dashboard.views.pay import common, loading, selection


def show(store: Store) -> None:
    """Yearly pay in euros of a year that the visitor chooses."""
    years = loading.price_years(store)
    chosen = selection.pay(store, with_reference=False)
    base = controls.choose_from(
        "euros", text("pay.base_year"), {str(year): str(year) for year in years}, width=150
    )
    table = loading.real(store, chosen, int(base or 0))
    series = loading.real_series(table)
    if not series.height:
        st.info(text("block.empty"))
        return
    left_out = (
        table.filter((pl.col("n_months") < 12) | pl.col("constant_pay_eur").is_null())["year"]
        .unique()
        .sort()
        .to_list()
    )
    blocks.chart_block(
        "euros-constants",
        Caption(
            unit=text("pay.real_unit", year=base),
            scopes=(common.scope(chosen),),
            sources=common.cited(store, *loading.sources_of(chosen.agreement), "consumer_prices"),
            notes=(
                *(
                    [text("pay.real_left_out", years=", ".join(map(str, left_out)))]
                    if left_out
                    else []
                ),
                text("pay.real_note"),
            ),
            summary=caption.summary_of(series, limit=4),
            definitions=(text("pay.real_definition"),),
        ),
        blocks.drawing(charts.time_series, series),
        table,
        [
            Column("employer_group", text("pay.group"), lambda code: text(f"pay.{code}")),
            Column("pay_convention", text("pay.convention"), lambda code: text(f"pay.{code}")),
            Column("year", text("pay.year"), str, "number"),
            Column("n_months", text("pay.n_months"), fmt.integer, "number"),
            Column("pay_eur", text("pay.current_pay"), fmt.euros, "number"),
            Column("constant_pay_eur", text("pay.constant_pay"), fmt.euros, "number"),
            Column("constant_paid_eur", text("pay.constant_paid"), fmt.euros, "number"),
            Column("deflator", text("pay.deflator"), lambda v: fmt.number(v, "0.0000"), "number"),
        ],
        title=text("pay.real_title", job=chosen.job_text, year=base),
    )
