"""Training and departures: who enters the professions, and who retires."""

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls, data
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.training import loading

store = current_store()
st.title(text("training.title"))
st.markdown(text("training.intro"))

steps = loading.steps(store)
blocks.headlines(
    [
        (
            text(f"training.headline_{name}"),
            blocks.latest(steps, indicator_id=f"training_{name}"),
        )
        for name in ("enrolments", "entrants", "graduates")
    ]
)

view_training, view_departures, view_workforce, view_claims = controls.views(
    "formation",
    {
        name: text(f"training.view_{name}")
        for name in ("training", "departures", "workforce", "claims")
    },
)

if view_training.open:
    with view_training:
        blocks.observation_block(
            store,
            "formations",
            text("training.steps_title"),
            steps,
            notes=[text("training.steps_note")],
        )
        with controls.row():
            step = controls.choose_one(
                "etape",
                text("training.step"),
                {name: text(f"training.{name}") for name in loading.STEPS},
            )
        diplomas = loading.by_diploma(store, step)
        labels = data.labels(diplomas, "occupation_id")
        chosen = controls.choose_some(
            "diplomes",
            text("training.diplomas"),
            labels,
            default=("diploma_dees", "diploma_deass", "diploma_deaes")
            if step == "training_enrolments"
            else tuple(labels)[:4],
        )
        blocks.observation_block(
            store,
            "diplomes",
            text("training.diplomas_title", step=text(f"training.{step}")),
            diplomas.filter(pl.col("occupation_id").is_in(chosen)),
        )

if view_departures.open:
    with view_departures:
        blocks.conflict_block(store, "retirements")
        blocks.observation_block(
            store,
            "departs-attendus",
            text("training.retirements_title"),
            loading.retirements(store),
            draw=charts.dots,
            summary="",
        )
        blocks.observation_block(
            store,
            "plus-de-55-ans",
            text("training.ages_title"),
            loading.ages(store),
            draw=charts.dots,
            summary="",
        )

if view_workforce.open:
    with view_workforce:
        blocks.observation_block(
            store,
            "effectifs",
            text("training.workforce_title"),
            loading.workforce(store),
            draw=charts.dots,
            notes=[text("training.workforce_note")],
            summary="",
        )
        blocks.conflict_block(store, "workforce_sector")

if view_claims.open:
    with view_claims:
        blocks.conflict_block(store, "students_entrants")
        blocks.conflict_block(store, "training_applicants")
