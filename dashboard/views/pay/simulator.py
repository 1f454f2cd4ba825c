"""The indexation simulator: the pay that would have followed from a rule."""

from __future__ import annotations

import datetime as dt

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls
from dashboard import format as fmt
from dashboard.blocks import Card, Column
from dashboard.caption import Caption
from dashboard.release import Store
from dashboard.texts import text
from dashboard.views.pay import common, loading, selection

FIRST_START = dt.date(2002, 1, 1)  # the first one at which every firm works 35 hours
MEASURES = ("ratio", "pay", "point")


def show(store: Store) -> None:
    """A rule from a start on, for one job: point, pay and ratio against the real ones."""
    st.markdown(text("pay.simulator_intro"))
    with controls.row():
        rule = controls.choose_from(
            "regle",
            text("pay.rule"),
            {name: text(f"pay.rule_{name}") for name in loading.rules(store)},
            default="mean_smic_rise_3y",
            width=460,
        )
        chosen = selection.step_of_ccn66(store)
        months = {
            month.isoformat(): month for month in loading.starts(store, rule or "", chosen.group)
        }
        start = controls.choose_from(
            "depart",
            text("pay.start"),
            {key: fmt.month(month) for key, month in months.items()},
            default=FIRST_START.isoformat(),
            width=200,
        )
        measure = controls.choose_one(
            "grandeur",
            text("pay.measure"),
            {name: text(f"pay.measure_{name}") for name in MEASURES},
        )
    if rule is None or start is None:
        st.info(text("block.empty"))
        return
    table = loading.path(store, rule, months[start], chosen)
    known = table.filter(pl.col("real_pay_eur").is_not_null())
    if not known.height:
        st.info(text("block.empty"))
        common.missing(store, loading.CCN66, chosen.job)
        return
    today = loading.path_today(store, rule, months[start], chosen)
    if today.height:
        _metrics(today.row(0, named=True))
    series = loading.path_series(table, measure)
    blocks.chart_block(
        "simulateur",
        Caption(
            unit=text(f"pay.measure_{measure}_unit"),
            scopes=(common.scope(chosen),),
            sources=common.cited(store, "ccn66", "smic"),
            notes=(
                text(f"pay.rule_{rule}_note"),
                text("pay.simulator_note"),
                text("pay.axis_note"),
                common.rank_note(known),
            ),
            summary=_in_words(known),
            definitions=(text("pay.simulator_definition"),),
        ),
        blocks.drawing(
            charts.time_series, series, zero=False, level=1.0 if measure == "ratio" else None
        ),
        table,
        [
            Column("month", text("pay.month"), fmt.month),
            Column("path_point_eur", text("pay.path_point"), lambda v: fmt.euros(v, 4), "number"),
            Column("real_point_eur", text("pay.real_point"), lambda v: fmt.euros(v, 4), "number"),
            Column("path_pay_eur", text("pay.path_pay"), fmt.euros, "number"),
            Column("real_pay_eur", text("pay.real_pay"), fmt.euros, "number"),
            Column("gap_eur", text("pay.gap_eur"), _signed_euros, "number"),
            Column("share_gap", text("pay.share_gap"), _signed_percent, "number"),
            Column("ratio_path", text("pay.ratio_path"), common.ratio, "number"),
            Column("ratio_real", text("pay.ratio_real"), common.ratio, "number"),
        ],
        title=text("pay.simulator_title", job=chosen.job_text, start=fmt.month(months[start])),
    )


def _metrics(row: dict[str, float]) -> None:
    month = fmt.month(row["month"])  # type: ignore[arg-type]
    blocks.cards(
        [
            Card(text(f"pay.{key}"), value, month)
            for key, value in (
                ("gap_eur", _signed_euros(row["gap_eur"])),
                ("share_gap", _signed_percent(row["share_gap"])),
                ("ratio_path", text("pay.smic", n=common.ratio(row["ratio_path"]))),
                ("ratio_real", text("pay.smic", n=common.ratio(row["ratio_real"]))),
            )
        ]
    )


def _in_words(table: pl.DataFrame) -> str:
    last = table.row(-1, named=True)
    return text(
        "pay.simulator_words",
        month=fmt.month(last["month"]),
        path=fmt.euros(last["path_pay_eur"], 0),
        real=fmt.euros(last["real_pay_eur"], 0),
        gap=_signed_euros(last["gap_eur"]),
        share=_signed_percent(last["share_gap"]),
        ratio_path=common.ratio(last["ratio_path"]),
        ratio_real=common.ratio(last["ratio_real"]),
    )


def _signed_euros(value: float | None) -> str:
    return fmt.signed(value, fmt.euros(None if value is None else abs(value), 0))


def _signed_percent(value: float | None) -> str:
    return fmt.signed(value, fmt.percent(None if value is None else abs(value), 1))
