"""What the views of the page of pay share: sources cited, columns, what is missing."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import caption, data
from dashboard import format as fmt
from dashboard.blocks import Column
from dashboard.charts import Calendar
from dashboard.release import Store
from dashboard.texts import text
from dashboard.views.pay import loading
from dashboard.views.pay.loading import Choice


def cited(store: Store, *source_ids: str) -> tuple[caption.SourceRef, ...]:
    """The sources of a chart whose rows are computed from several."""
    return tuple(
        caption.source_ref(row)
        for row in data.sources(store).iter_rows(named=True)
        if row["source_id"] in source_ids
    )


def scope(chosen: Choice) -> str:
    """Whose pay it is, in words."""
    words = [
        chosen.job_text,
        text(f"pay.agreement_{chosen.agreement}"),
        fmt.plural(chosen.seniority, "pay.years"),
    ]
    if chosen.scale != "single":
        words.append(fmt.inside(text(f"pay.scale_{chosen.scale}")))
    if chosen.group:
        words.append(fmt.inside(text(f"pay.{chosen.group}")))
    return ", ".join(words)


def ratio(value: float | None) -> str:
    """A ratio to the minimum wage with two decimals."""
    return fmt.number(value, "#,##0.00")


def pay_columns() -> list[Column]:
    """Columns of the table under a chart of pay."""
    return [
        Column("agreement_id", text("pay.agreement"), lambda code: text(f"pay.agreement_{code}")),
        Column("employer_group", text("pay.group"), lambda code: text(f"pay.{code}")),
        Column("month", text("pay.month"), fmt.month),
        Column("pay_convention", text("pay.convention"), lambda code: text(f"pay.{code}")),
        Column("coefficient", text("pay.coefficient"), fmt.number, "number"),
        Column("point_value_eur", text("pay.point"), lambda v: fmt.euros(v, 4), "number"),
        Column("base_eur", text("pay.base_eur"), fmt.euros, "number"),
        Column("seniority_eur", text("pay.seniority_eur"), fmt.euros, "number"),
        Column("sujetion_eur", text("pay.sujetion_eur"), fmt.euros, "number"),
        Column("segur_eur", text("pay.segur_eur"), fmt.euros, "number"),
        Column("prime_decentralisee_eur", text("pay.prime_decentralisee_eur"), fmt.euros, "number"),
        Column("supplements_eur", text("pay.supplements_eur"), fmt.euros, "number"),
        Column("pay_eur", text("pay.series_pay"), fmt.euros, "number"),
        Column("paid_eur", text("pay.paid_eur"), fmt.euros, "number"),
        Column("reference_eur", text("pay.series_reference"), fmt.euros, "number"),
        Column("ratio_conventional", text("pay.series_conventional"), ratio, "number"),
        Column("ratio_paid", text("pay.series_paid"), ratio, "number"),
        Column("point_status", text("pay.point_status"), lambda c: text(f"pay.{c}")),
        Column("coefficient_status", text("pay.coefficient_status"), lambda c: text(f"pay.{c}")),
        Column("point_evidence", text("pay.point_evidence"), lambda c: fmt.word("evidence", c)),
        Column(
            "coefficient_evidence",
            text("pay.coefficient_evidence"),
            lambda c: fmt.word("evidence", c),
        ),
        Column("point_provenance", text("pay.point_provenance"), width="large"),
        Column("coefficient_provenance", text("pay.coefficient_provenance"), width="large"),
    ]


def rank_note(table: pl.DataFrame) -> str:
    """How many months rest on second-rank evidence, and what the dotted line means."""
    weak = loading.second_rank_months(table)
    said = [fmt.plural(weak, "pay.weak_months")] if weak else []
    return " ".join([*said, text("pay.rank_note")])


def missing(store: Store, agreement: str, job: str) -> None:
    """What the data lack for a job: months without pay at once, the rest on demand."""
    table = loading.gaps(store, agreement, job)
    months = table.filter(pl.col("gap_kind") == "months")
    if months.height:
        st.markdown(
            "\n".join(
                [
                    f"**{text('pay.gaps_months', agreement=text(f'pay.agreement_{agreement}'))}**",
                    "",
                    *(f"- {_gap(row)}" for row in months.iter_rows(named=True)),
                ]
            )
        )
    others = table.filter(pl.col("gap_kind") != "months")
    if not others.height:
        return
    with st.expander(fmt.plural(others.height, "pay.gaps_others")):
        st.markdown("\n".join(f"- {_gap(row)}" for row in others.iter_rows(named=True)))


def _gap(row: dict[str, object]) -> str:
    return text(
        "pay.gap",
        kind=text(f"pay.gap_{row['gap_kind']}"),
        missing=fmt.markdown(row["missing_text"]),
        period=_spell(row),
        reason=fmt.markdown(row["reason_text"]),
        needed=fmt.markdown(row["needed_text"]),
    )


def _spell(row: dict[str, object]) -> str:
    first = fmt.month(row["first_month"])  # type: ignore[arg-type]
    if row["last_month"] is None:
        return text("pay.since_month", month=first)
    return text("format.span", first=first, last=fmt.month(row["last_month"]))  # type: ignore[arg-type]


def told(calendar: Calendar) -> list[str]:
    """What the numbers, the shaded spells and the strokes of the chart are."""
    marks = [
        text("pay.mark", number=number, month=fmt.month(mark.day), label=mark.label)
        for number, mark in enumerate(calendar.marks, start=1)
    ]
    told = [text("format.between").join(marks) + "."] if marks else []
    if calendar.spans:
        spells = text("format.between").join(
            text("format.span", first=fmt.month(first), last=fmt.month(last))
            for first, last in calendar.spans
        )
        told.append(text("pay.freeze_note", spells=spells))
    if calendar.ticks:
        told.append(text("pay.tick_note"))
    return told
