"""Work accidents, occupational diseases and commuting accidents, by activity."""

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.work_accidents import loading, profile

VIEWS = ("profile", "time", "rank", "causes", "reclassified", "claims")

store = current_store()
st.title(text("work_accidents.title"))
st.markdown(text("work_accidents.intro"))
opened = controls.views("atmp", {name: text(f"work_accidents.view_{name}") for name in VIEWS})
tabs = dict(zip(VIEWS, opened, strict=True))

if tabs["profile"].open:
    with tabs["profile"]:
        profile.show(store)

for name in ("time", "rank"):
    if not tabs[name].open:
        continue
    with tabs[name]:
        with controls.row():
            risk = controls.choose_one(
                "risque",
                text("work_accidents.risk"),
                {name: text(f"work_accidents.risk_{name}") for name in loading.MEASURES},
            )
            measures = loading.measure_labels(store, risk)
            measure = controls.choose_from(
                f"mesure_{risk}", text("work_accidents.measure"), measures, width=420
            )
        table = loading.by_activity(store, measure or "")
        label = measures.get(measure or "", "")
        if name == "time":
            chosen = controls.choose_some(
                "activites",
                text("work_accidents.activities"),
                loading.activities(table),
                default=(
                    loading.GENERAL,
                    "naf_8710a__general_scheme",
                    "naf_8730a__general_scheme",
                    "naf_8810a__general_scheme",
                ),
            )
            blocks.observation_block(
                store,
                "atmp-evolution",
                text("work_accidents.time_title", label=label),
                table.filter(pl.col("population_id").is_in(chosen)),
                notes=[text("work_accidents.scheme_note")],
            )
        else:
            year = controls.choose_from(
                "annee_atmp",
                text("work_accidents.year"),
                {str(y): str(y) for y in loading.years(table)},
                width=140,
            )
            blocks.observation_block(
                store,
                "atmp-activites",
                text("work_accidents.rank_title", label=label, year=year),
                loading.ranking(table, int(year or 0)),
                draw=charts.bars,
                notes=[text("work_accidents.scheme_note")],
                summary="",
            )

if tabs["causes"].open:
    with tabs["causes"]:
        counted = loading.by_activity(store, loading.KNOWN)
        activities = loading.activities(counted)
        activity = controls.choose_from(
            "activite_cause",
            text("work_accidents.activity"),
            activities,
            default="naf_8710a__general_scheme",
        )
        causes = loading.causes(store, activity or "")
        blocks.observation_block(
            store,
            "atmp-causes",
            text(
                "work_accidents.causes_title",
                activity=activities.get(activity or "", ""),
                year=", ".join(str(year) for year in loading.years(causes)),
            ),
            causes,
            draw=charts.bars,
            notes=[text("work_accidents.causes_note")],
            summary=loading.causes_in_words(causes),
        )

if tabs["reclassified"].open:
    with tabs["reclassified"]:
        st.markdown(text("work_accidents.reclassified_intro"))
        with controls.row():
            counted_as = controls.choose_one(
                "reclassement",
                text("work_accidents.measure"),
                loading.labels_of(store, loading.RECLASSIFIED_COUNTS),
            )
        moved = loading.reclassified(store, counted_as)
        blocks.observation_block(
            store,
            "atmp-reclassement",
            text("work_accidents.reclassified_title"),
            moved,
            notes=[text("work_accidents.reclassified_note")],
            summary=loading.reclassified_in_words(moved),
        )

if tabs["claims"].open:
    with tabs["claims"]:
        with controls.row():
            group = controls.choose_one(
                "debat",
                text("work_accidents.claim"),
                {name: text(f"work_accidents.{name}") for name in loading.CONFLICTS},
            )
        blocks.conflict_block(store, group)
