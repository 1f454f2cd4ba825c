"""Pay and the minimum wage: what agreements pay, against which reference, since when."""

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.pay import (
    comparison,
    immersion,
    loading,
    minimum,
    numbers,
    real,
    simulator,
    slide,
)

VIEWS = (
    "ratio",
    "numbers",
    "compare",
    "immersion",
    "simulator",
    "real",
    "smic",
    "gaps",
    "claims",
)

store = current_store()
st.title(text("pay.title"))
st.markdown(text("pay.intro"))

numbers.headline(store)
opened = controls.views("salaires", {name: text(f"pay.view_{name}") for name in VIEWS})
tabs = dict(zip(VIEWS, opened, strict=True))
SHOWN = {
    "ratio": slide.show,
    "numbers": numbers.show,
    "compare": comparison.show,
    "immersion": immersion.show,
    "simulator": simulator.show,
    "real": real.show,
    "smic": minimum.show,
}
for name, show in SHOWN.items():
    if tabs[name].open:
        with tabs[name]:
            show(store)

if tabs["gaps"].open:
    with tabs["gaps"]:
        gaps = loading.wage_gaps(store)
        job = controls.choose_from(
            "metier_ecart", text("pay.gaps_job"), loading.jobs_of_gaps(gaps), width=420
        )
        blocks.observation_block(
            store,
            "ecarts",
            text("pay.gaps_title"),
            gaps.filter(pl.col("occupation_id") == job),
            draw=charts.bars,
            notes=[text("pay.gaps_note")],
            summary="",
        )

if tabs["claims"].open:
    with tabs["claims"]:
        blocks.conflict_block(store, "educator_pay")
