"""One activity: how much, out of how many, since when, against all sectors."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import blocks, caption, controls, data
from dashboard import format as fmt
from dashboard.blocks import Column
from dashboard.caption import Caption
from dashboard.release import Store
from dashboard.texts import text
from dashboard.views.work_accidents import loading

FIRST = "naf_8710a__general_scheme"
SHOWN = ("at_frequency_index", "at_severity_rate", "at_days_lost", "mp_frequency_index")


def show(store: Store) -> None:
    """The key figures of an activity, its frequency index in time, and every other measure."""
    index = loading.by_activity(store, loading.INDEX)
    activities = {
        name: label
        for name, label in loading.activities(index).items()
        if name.startswith(loading.ACTIVITIES)
    }
    activity = controls.choose_from(
        "activite", text("work_accidents.activity"), activities, default=FIRST
    )
    label = activities.get(activity or "", "")
    table = loading.profile(store, activity or "")
    if not table.height:
        st.info(text("block.empty"))
        return
    own = {row["indicator_id"]: row for row in table.iter_rows(named=True)}
    blocks.headlines([(text(f"work_accidents.short_{name}"), own.get(name)) for name in SHOWN])
    blocks.observation_block(
        store,
        "atmp-activite",
        text("work_accidents.profile_title", activity=label),
        index.filter(pl.col("population_id").is_in([activity, loading.GENERAL])).filter(
            pl.col("period_start")
            >= index.filter(pl.col("population_id") == activity)["period_start"].min()
        ),
        order=(label,),
        notes=[text("work_accidents.scheme_note")],
        summary=_in_words(own.get(loading.INDEX)),
    )
    compared = loading.compared(store, table)
    blocks.chart_block(
        "atmp-mesures",
        Caption(
            unit="",
            scopes=tuple(table["population_text"].unique()),
            sources=caption.source_refs(table, data.sources(store)),
            notes=(text("work_accidents.measures_note"),),
        ),
        None,
        compared,
        _columns(),
        title=text("work_accidents.measures_title", activity=label),
    )


def _in_words(row: dict[str, object] | None) -> str:
    """The index with what it is made of, against that of all sectors of the same year."""
    if row is None or row["value"] is None:
        return ""
    said = text(
        "work_accidents.profile_words",
        value=blocks.observed(row),
        period=fmt.period(row["period_start"], row["period_end"]),  # type: ignore[arg-type]
        base=loading.base(row),
    )
    if row["all_value"] is None or not row["is_same_period"]:
        return said
    return said + text(
        "work_accidents.profile_against",
        value=blocks.observed(row | {"value": row["all_value"]}),
        times=fmt.number(row["times_all"], "#,##0.0"),  # type: ignore[arg-type]
    )


def _columns() -> list[Column]:
    return [
        Column("indicator_text", text("column.indicator"), width="medium"),
        Column("written", text("column.value")),
        Column("base_text", text("work_accidents.base")),
        Column("period_text", text("column.period")),
        Column("all_written", text("work_accidents.all_sectors")),
        Column("times_text", text("work_accidents.times")),
        Column("since_text", text("work_accidents.since")),
    ]
