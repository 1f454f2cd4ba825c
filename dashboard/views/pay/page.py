"""Pay and the minimum wage: what agreements pay, against which reference, since when."""

import streamlit as st

from dashboard import blocks, caption, charts, controls
from dashboard.caption import Caption
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.pay import (
    common,
    comparison,
    immersion,
    loading,
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

smic = loading.smic_values(store)
points = loading.point_values(store)
blocks.headlines(
    [
        (text("pay.headline_hourly"), blocks.latest(smic, indicator_id="smic_hourly_eur")),
        (text("pay.headline_monthly"), blocks.latest(smic, indicator_id="smic_monthly_eur")),
        (text("pay.headline_point"), blocks.latest(points, population_id="ccn66")),
    ]
)
opened = controls.views("salaires", {name: text(f"pay.view_{name}") for name in VIEWS})
tabs = dict(zip(VIEWS, opened, strict=True))
SHOWN = {
    "ratio": slide.show,
    "numbers": numbers.show,
    "compare": comparison.show,
    "immersion": immersion.show,
    "simulator": simulator.show,
    "real": real.show,
}
for name, show in SHOWN.items():
    if tabs[name].open:
        with tabs[name]:
            show(store)

if tabs["smic"].open:
    with tabs["smic"]:
        st.subheader(text("pay.smic_title"), anchor="smic")
        minimum = loading.smic_monthly(store)
        blocks.chart_block(
            "smic",
            Caption(
                unit=text("pay.amount_unit"),
                scopes=(text("pay.smic_scope"),),
                sources=common.cited(store, "smic"),
                notes=(text("pay.smic_note"),),
                summary=caption.summary_of(minimum),
            ),
            charts.time_series(minimum, colours=blocks.colours()),
            blocks.observation_rows(smic),
            blocks.observation_columns(smic),
        )
        st.subheader(text("pay.point_title"), anchor="point")
        monthly = loading.points_monthly(store)
        blocks.chart_block(
            "point",
            Caption(
                unit=text("pay.point_unit"),
                scopes=(text("pay.point_scope"),),
                sources=common.cited(store, "ccn66"),
                notes=(text("pay.point_note"), text("pay.axis_note"), text("pay.rank_note")),
                summary=caption.summary_of(monthly),
            ),
            charts.time_series(monthly, colours=blocks.colours(), zero=False),
            blocks.observation_rows(points),
            blocks.observation_columns(points),
        )

if tabs["gaps"].open:
    with tabs["gaps"]:
        blocks.observation_block(
            store,
            "ecarts",
            text("pay.gaps_title"),
            loading.wage_gaps(store),
            draw=charts.bars,
            notes=[text("pay.gaps_note")],
            summary="",
        )

if tabs["claims"].open:
    with tabs["claims"]:
        blocks.conflict_block(store, "educator_pay")
