"""Training and departures: who enters the professions, and who retires."""

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls, data
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.training import loading

VIEWS = ("training", "diplomas", "departures", "workforce", "claims")

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
opened = controls.views("formation", {name: text(f"training.view_{name}") for name in VIEWS})
tabs = dict(zip(VIEWS, opened, strict=True))

if tabs["training"].open:
    with tabs["training"]:
        drawn = loading.one_a_period(steps)
        blocks.observation_block(
            store,
            "formations",
            text("training.steps_title"),
            drawn,
            notes=[
                text("training.steps_note"),
                *loading.left_out(steps, drawn),
            ],
            listed=steps,
        )

if tabs["diplomas"].open:
    with tabs["diplomas"]:
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
            default=[name for name in loading.MAIN_DIPLOMAS if name in labels] or tuple(labels)[:4],
        )
        every = diplomas.filter(pl.col("occupation_id").is_in(chosen))
        drawn = loading.one_a_period(every)
        blocks.observation_block(
            store,
            "diplomes",
            text("training.diplomas_title", step=text(f"training.{step}")),
            drawn,
            notes=loading.left_out(every, drawn),
            listed=every,
        )

if tabs["departures"].open:
    with tabs["departures"]:
        asked = controls.choose_one(
            "departs",
            text("training.measure"),
            {name: text(f"training.departures_{name}") for name in loading.DEPARTURES},
        )
        if asked == "expected":
            blocks.conflict_block(store, "retirements")
        else:
            blocks.observation_block(
                store,
                "departs",
                text(f"training.title_{asked}"),
                loading.points(store, *loading.DEPARTURES[asked]),
                draw=charts.dots,
                notes=[text(f"training.note_{asked}")],
                summary="",
            )

if tabs["workforce"].open:
    with tabs["workforce"]:
        asked = controls.choose_one(
            "effectif",
            text("training.measure"),
            {name: text(f"training.workforce_{name}") for name in ("levels", "time", "change")},
        )
        if asked == "levels":
            blocks.observation_block(
                store,
                "effectifs",
                text("training.workforce_title"),
                loading.last_a_series(loading.workforce(store)),
                draw=charts.bars,
                notes=[text("training.workforce_note")],
                summary="",
                listed=loading.workforce(store),
            )
        elif asked == "time":
            blocks.observation_block(
                store,
                "effectifs-temps",
                text("training.workforce_time_title"),
                loading.long_series(loading.workforce(store)),
                notes=[text("training.workforce_note")],
            )
        else:
            changes = loading.changes(store)
            spans = loading.spans(changes)
            span = controls.choose_from("periode", text("training.period"), spans, width=200)
            blocks.observation_block(
                store,
                "effectifs-evolution",
                text("training.workforce_change_title", period=spans.get(span or "", "")),
                changes.filter(pl.col("span") == span),
                draw=charts.bars,
                notes=[text("training.workforce_change_note")],
                summary="",
            )

if tabs["claims"].open:
    with tabs["claims"]:
        group = controls.choose_one(
            "debat",
            text("training.claim"),
            {name: text(f"training.claim_{name}") for name in loading.CONFLICTS},
        )
        blocks.conflict_block(store, group)
