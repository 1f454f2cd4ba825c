"""The minimum wage since 1970 and the point of CCN 66."""

from __future__ import annotations

from dashboard import blocks, caption, charts, controls
from dashboard.caption import Caption
from dashboard.release import Store
from dashboard.texts import text
from dashboard.views.pay import common, loading

SHOWN = ("smic", "point")


def show(store: Store) -> None:
    """Today's values, and one of the two in time."""
    smic = loading.smic_values(store)
    points = loading.point_values(store)
    blocks.headlines(
        [
            (text("pay.headline_hourly"), blocks.latest(smic, indicator_id="smic_hourly_eur")),
            (text("pay.headline_monthly"), blocks.latest(smic, indicator_id="smic_monthly_eur")),
            (text("pay.headline_point"), blocks.latest(points, population_id=loading.CCN66)),
        ]
    )
    shown = controls.choose_one(
        "serie", text("pay.shown"), {name: text(f"pay.shown_{name}") for name in SHOWN}
    )
    is_smic = shown == "smic"
    series = loading.smic_monthly(store) if is_smic else loading.points_monthly(store)
    rows = smic if is_smic else points
    notes = ("smic_note",) if is_smic else ("point_note", "axis_note", "rank_note")
    blocks.chart_block(
        shown,
        Caption(
            unit=text("pay.amount_unit" if is_smic else "pay.point_unit"),
            scopes=(text(f"pay.{shown}_scope"),),
            sources=common.cited(store, "smic" if is_smic else loading.CCN66),
            notes=tuple(text(f"pay.{note}") for note in notes),
            summary=caption.summary_of(series),
        ),
        blocks.drawing(charts.time_series, series, zero=is_smic),
        blocks.observation_rows(rows),
        blocks.observation_columns(rows),
        title=text(f"pay.{shown}_title"),
    )
