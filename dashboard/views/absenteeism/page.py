"""Absenteeism: what each barometer says, of whom, and by which definition."""

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.absenteeism import loading

store = current_store()
st.title(text("absenteeism.title"))
st.markdown(text("absenteeism.intro"))

rates = loading.rates(store)
sector = blocks.latest(rates, source_id="wtw_barometer", population_id="private_section_q")
blocks.headlines(
    [
        (
            text("absenteeism.headline_esms"),
            blocks.latest(rates, source_id="cnsa_tdb_esms", population_id="esms"),
        ),
        (text("absenteeism.headline_q"), sector),
        (
            text("absenteeism.headline_all"),
            blocks.beside(rates, sector, source_id="wtw_barometer", population_id="private_sector"),
        ),
    ],
    note=text("absenteeism.headline_note"),
)

view_points, view_time, view_days, view_claims = controls.views(
    "absence",
    {name: text(f"absenteeism.view_{name}") for name in ("points", "time", "days", "claims")},
)

if view_points.open:
    with view_points:
        field = controls.choose_one(
            "perimetre",
            text("absenteeism.field"),
            {name: text(f"absenteeism.field_{name}") for name in loading.FIELDS},
        )
        points = loading.of_field(rates, field)
        blocks.observation_block(
            store,
            "absence-points",
            text("absenteeism.points_title", field=text(f"absenteeism.field_{field}")),
            points,
            draw=charts.dots,
            notes=[text(f"absenteeism.note_{field}"), text("absenteeism.points_note")],
            summary=loading.in_words(points),
        )

if view_time.open:
    with view_time:
        chosen = controls.choose_some(
            "barometres",
            text("absenteeism.series"),
            loading.labels(rates),
            default=loading.FIRST_SERIES,
        )
        blocks.observation_block(
            store,
            "absence-temps",
            text("absenteeism.time_title"),
            rates.filter(pl.col("series_id").is_in(chosen)),
            notes=[text("absenteeism.points_note")],
        )

if view_days.open:
    with view_days:
        measure = controls.choose_one(
            "jours",
            text("absenteeism.measure"),
            {name: text(f"absenteeism.days_{name}") for name in loading.OTHERS},
        )
        others = loading.others(store, measure)
        blocks.observation_block(
            store,
            "absence-jours",
            text(f"absenteeism.title_{measure}"),
            others,
            draw=charts.bars,
            summary=loading.in_words(others),
        )

if view_claims.open:
    with view_claims:
        blocks.conflict_block(store, "absence_change_41")
