"""Work accidents, occupational diseases and commuting accidents, by activity."""

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.work_accidents import loading

store = current_store()
st.title(text("work_accidents.title"))
st.markdown(text("work_accidents.intro"))

index = loading.by_activity(store, "at_frequency_index")
blocks.headlines(
    [
        (
            text("work_accidents.headline_ehpad"),
            blocks.latest(index, population_id="naf_8710a__general_scheme"),
        ),
        (
            text("work_accidents.headline_home"),
            blocks.latest(index, population_id="naf_8810a__general_scheme"),
        ),
        (
            text("work_accidents.headline_all"),
            blocks.latest(index, population_id=loading.GENERAL),
        ),
    ]
)

view_time, view_rank, view_causes, view_claims = controls.views(
    "atmp",
    {name: text(f"work_accidents.view_{name}") for name in ("time", "rank", "causes", "claims")},
)

if view_time.open or view_rank.open:
    with view_time if view_time.open else view_rank:
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

        if view_time.open:
            chosen = controls.choose_some(
                "activites",
                text("work_accidents.activities"),
                loading.activities(table),
                default=(
                    "naf_8710a__general_scheme",
                    "naf_8730a__general_scheme",
                    "naf_8810a__general_scheme",
                    loading.GENERAL,
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
            years = loading.years(table)
            year = controls.choose_from(
                "annee_atmp",
                text("work_accidents.year"),
                {str(y): str(y) for y in years},
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

if view_causes.open:
    with view_causes:
        counted = loading.by_activity(store, f"{loading.CAUSE}manual_handling")
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

if view_claims.open:
    with view_claims:
        blocks.conflict_block(store, "atmp_lost_days")
        blocks.conflict_block(store, "absence_change_41")
