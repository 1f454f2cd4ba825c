"""Absenteeism: what each barometer says, of whom, and by which definition."""

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls, data
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.absenteeism import loading

store = current_store()
st.title(text("absenteeism.title"))
st.markdown(text("absenteeism.intro"))

rates = loading.rates(store)
blocks.headlines(
    [
        (
            text("absenteeism.headline_esms"),
            blocks.latest(rates, source_id="cnsa_tdb_esms", population_id="esms"),
        ),
        (
            text("absenteeism.headline_q"),
            blocks.latest(rates, source_id="wtw_barometer", population_id="private_section_q"),
        ),
        (
            text("absenteeism.headline_all"),
            blocks.latest(rates, source_id="wtw_barometer", population_id="private_sector"),
        ),
    ]
)

view_points, view_time, view_days, view_claims = controls.views(
    "absence",
    {name: text(f"absenteeism.view_{name}") for name in ("points", "time", "days", "claims")},
)

if view_points.open:
    with view_points:
        with controls.row():
            field = controls.choose_one(
                "perimetre",
                text("absenteeism.field"),
                {name: text(f"absenteeism.field_{name}") for name in ("sector", "whole")},
            )
        blocks.observation_block(
            store,
            "absence-points",
            text(f"absenteeism.points_title_{field}"),
            rates.filter(pl.col("whole") == (field == "whole")),
            draw=charts.dots,
            notes=[text("absenteeism.points_note")],
            summary="",
        )

if view_time.open:
    with view_time:
        labels = data.labels(rates.sort("series"), "series")
        chosen = controls.choose_some(
            "barometres",
            text("absenteeism.series"),
            labels,
            default=[
                row["series"]
                for row in (
                    blocks.latest(rates, source_id="cnsa_tdb_esms", population_id="esms"),
                    blocks.latest(
                        rates,
                        publisher="Ayming / AG2R La Mondiale",
                        population_id="private_health_sector__permanent_contracts",
                    ),
                    blocks.latest(
                        rates,
                        publisher="Ayming / AG2R La Mondiale",
                        population_id="private_sector__permanent_contracts",
                    ),
                    blocks.latest(rates, source_id="wtw_barometer", population_id="private_sector"),
                )
                if row
            ],
        )
        blocks.observation_block(
            store,
            "absence-temps",
            text("absenteeism.time_title"),
            rates.filter(pl.col("series").is_in(chosen)),
            notes=[text("absenteeism.points_note")],
        )

if view_days.open:
    with view_days:
        blocks.observation_block(
            store,
            "absence-jours",
            text("absenteeism.days_title"),
            loading.days(store),
            draw=charts.dots,
            summary="",
        )
        blocks.observation_block(
            store,
            "presence",
            text("absenteeism.presence_title"),
            loading.presence(store),
            draw=charts.bars,
            summary="",
        )

if view_claims.open:
    with view_claims:
        blocks.conflict_block(store, "absence_change_41")
