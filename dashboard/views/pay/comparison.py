"""One job under several agreements, side by side."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls
from dashboard import format as fmt
from dashboard.caption import Caption
from dashboard.release import Store
from dashboard.texts import text
from dashboard.views.pay import common, loading


def show(store: Store) -> None:
    """The ratios of the jobs of a line, each on its own line, with what is missing."""
    with controls.row():
        labels = loading.lines(store)
        line = controls.choose_from("metier_compare", text("pay.line"), labels, width=330)
        years = controls.choose_from(
            "annees",
            text("pay.seniority"),
            {str(year): fmt.plural(year, "pay.years") for year in loading.SENIORITIES},
            width=150,
        )
        counted = controls.choose_one(
            "compte",
            text("pay.convention"),
            {name: text(f"pay.counted_{name}") for name in ("base", "fullest")},
        )
        group = controls.choose_one(
            "adhesion",
            text("pay.group"),
            {name: text(f"pay.side_{name}") for name in ("member", "other")},
        )
        reference = controls.choose_from(
            "reference",
            text("pay.reference"),
            {name: text(f"pay.{name}") for name in loading.REFERENCES[:2]},
            width=330,
        )
    if line is None:
        st.info(text("block.empty"))
        return
    jobs = loading.line_jobs(store, line)
    names = _names(jobs)
    table = loading.side_by_side(
        store, line, int(years or 0), counted, group, reference or "smic_35h"
    )
    if not table.height:
        st.info(text("block.empty"))
    else:
        agreements = table["agreement_id"].unique(maintain_order=True).to_list()
        sources = {name for agreement in agreements for name in loading.sources_of(agreement)}
        series = loading.compared_series(table, names)
        calendar = loading.calendar(store, table, one_job=False)
        blocks.chart_block(
            "conventions-comparees",
            Caption(
                unit=text("pay.ratio_unit", reference=text(f"pay.{reference}")),
                scopes=tuple(series["series"].unique(maintain_order=True).to_list()),
                sources=common.cited(store, *sources),
                notes=(
                    *_known(jobs, table),
                    *common.told(calendar),
                    text("pay.entry_note"),
                    text(f"pay.counted_{counted}_note"),
                    text("pay.axis_note"),
                    common.rank_note(table),
                ),
                summary=_in_words(table, names),
                definitions=tuple(
                    text(
                        "pay.line_job",
                        agreement=text(f"pay.agreement_{row['agreement_id']}"),
                        job=fmt.markdown(row["job_text"]),
                        reason=fmt.markdown(row["line_reason_text"] or ""),
                    )
                    for row in jobs.iter_rows(named=True)
                ),
            ),
            blocks.drawing(charts.time_series, series, zero=False, level=1.0, calendar=calendar),
            table,
            common.pay_columns(),
            title=text("pay.compare_title", line=labels[line]),
        )
    for agreement, job in names:
        common.missing(store, agreement, job)


def _names(jobs: pl.DataFrame) -> dict[tuple[str, str], str]:
    """Short names of the jobs of a line, by agreement and job."""
    return {
        (row["agreement_id"], row["job_id"]): loading.short_job(row["job_text"])
        for row in jobs.iter_rows(named=True)
    }


def _in_words(table: pl.DataFrame, names: dict[tuple[str, str], str]) -> str:
    """The last value of each job, at the same month."""
    last = table["month"].max()
    words = [
        text(
            "pay.compare_words",
            agreement=text(f"pay.agreement_{row['agreement_id']}"),
            job=names[row["agreement_id"], row["job_id"]],
            ratio=common.ratio(row["ratio_conventional"]),
            amount=fmt.euros(row["pay_eur"], 0),
        )
        for row in table.filter(pl.col("month") == last).iter_rows(named=True)
    ]
    return text("pay.compare_last", month=fmt.month(last), words=text("format.between").join(words))  # type: ignore[arg-type]


def _known(jobs: pl.DataFrame, table: pl.DataFrame) -> list[str]:
    """From when to when each job has pay, and which one has none at this seniority."""
    found = []
    for row in jobs.iter_rows(named=True):
        own = table.filter(
            pl.col("agreement_id") == row["agreement_id"], pl.col("job_id") == row["job_id"]
        )
        name = text(
            "pay.known_of",
            agreement=text(f"pay.agreement_{row['agreement_id']}"),
            job=loading.short_job(row["job_text"]),
        )
        if not own.height:
            found.append(text("pay.known_never", name=name))
            continue
        months = own["month"].sort().to_list()
        first, last = months[0], months[-1]
        holes = len(months) < (last.year - first.year) * 12 + last.month - first.month + 1
        key = "pay.known_with_holes" if holes else "pay.known"
        found.append(text(key, name=name, first=fmt.month(first), last=fmt.month(last)))
    return found
