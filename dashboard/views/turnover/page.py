"""Turnover: how many come and leave, in which jobs, why, and what is said of it."""

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls, data
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.turnover import loading

store = current_store()
st.title(text("turnover.title"))
st.markdown(text("turnover.intro"))

rotation = loading.surveys(store, "rotation_rate")
movements = loading.movements(store, "rotation_rate")
blocks.headlines(
    [
        (
            text("turnover.headline_esms"),
            blocks.latest(rotation, source_id="cnsa_tdb_esms", population_id="esms"),
        ),
        (
            text("turnover.headline_ehpad"),
            blocks.latest(rotation, source_id="cnsa_tdb_esms", population_id="ehpad"),
        ),
        (text("turnover.headline_all"), blocks.latest(movements, occupation_id=loading.ALL)),
    ],
    note=text("turnover.headline_note"),
)

view_survey, view_jobs, view_reasons, view_claims = controls.views(
    "rotation",
    {name: text(f"turnover.view_{name}") for name in ("survey", "jobs", "reasons", "claims")},
)

if view_survey.open:
    with view_survey:
        measure = controls.choose_one(
            "enquetes",
            text("turnover.rate"),
            {name: text(f"turnover.survey_{name}") for name in loading.SURVEYED},
        )
        points = loading.surveys(store, measure)
        blocks.observation_block(
            store,
            "rotation-enquetes",
            text(f"turnover.title_{measure}"),
            points,
            draw=charts.dots,
            notes=[text(f"turnover.note_{measure}")],
            summary=loading.in_words(points),
        )

if view_jobs.open:
    with view_jobs:
        with controls.row():
            rate = controls.choose_one(
                "mouvement",
                text("turnover.rate"),
                {name: text(f"turnover.{name}") for name in loading.RATES},
            )
        table = loading.movements(store, rate)
        labels = data.labels(table, "occupation_id")
        chosen = controls.choose_some(
            "metiers_mouvement",
            text("turnover.occupations"),
            labels,
            default=(loading.ALL, "fap2009_v4z", "fap2009_t2a", "fap2009_v0z"),
        )
        blocks.observation_block(
            store,
            "mouvements",
            text("turnover.jobs_title", rate=text(f"turnover.{rate}")),
            table.filter(pl.col("occupation_id").is_in(chosen)),
            notes=[text("turnover.jobs_note")],
        )

if view_reasons.open:
    with view_reasons:
        labels = {
            name: label
            for name, label in data.labels(movements, "occupation_id").items()
            if name != loading.ALL
        }
        occupation = controls.choose_from(
            "metier_sortie", text("turnover.occupation"), labels, default="fap2009_v4z"
        )
        blocks.observation_block(
            store,
            "motifs-de-sortie",
            text("turnover.reasons_title", occupation=labels.get(occupation or "", "")),
            loading.reasons(store, occupation or ""),
            draw=charts.bars,
            notes=[*loading.survey_reasons(store), text("turnover.reasons_note")],
            summary="",
        )

if view_claims.open:
    with view_claims:
        blocks.conflict_block(store, "leavers_2021")
