"""The list of audited claims."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import blocks, controls, data
from dashboard import format as fmt
from dashboard.blocks import Column
from dashboard.texts import text
from dashboard.views.claims import loading, one, verdicts

AT_ONCE = 12  # claims on screen


def show(claims: pl.DataFrame) -> None:
    """The claims with their verdicts, filtered by theme and verdict; each opens its own page."""
    st.markdown(
        text(
            "claims.intro",
            n=fmt.integer(claims.height),
            documents=fmt.integer(claims["document"].n_unique()),
        )
    )
    _counts(claims)
    every = {"": text("claims.every")}
    with controls.row():
        topic = controls.choose_from(
            "theme",
            text("claims.theme"),
            every | data.labels(claims, "topic", "topic_text"),
            width=330,
        )
        verdict = controls.choose_from(
            "verdict",
            text("claims.verdict"),
            every
            | {
                name: text(f"claims.verdict_{name}")
                for name in loading.VERDICTS
                if name in claims["claim_verdict"]
            },
            width=330,
        )
        basis = controls.choose_from(
            "fondement",
            text("claims.basis"),
            every | {name: text(f"claims.basis_{name}") for name in loading.BASES},
            width=330,
        )
    found = loading.matching(claims, topic or "", verdict or "", basis or "")
    st.markdown(f"**{fmt.plural(found.height, 'claims.found')}**")
    if not found.height:
        st.info(text("block.empty"))
        return
    for row in controls.part_of("partie", text("claims.parts"), found, AT_ONCE).iter_rows(
        named=True
    ):
        _card(row)
    st.caption(text("claims.note"))
    with st.container(horizontal=True):
        blocks.downloads("verification-des-chiffres", found, _columns())


def _columns() -> list[Column]:
    """Columns of the workbook of the list."""
    return [
        Column("claim_text", text("claims.claim"), width="large"),
        Column("claim_verdict_text", text("claims.verdict")),
        Column("stated_text", text("claims.stated")),
        Column("preferred_text", text("claims.preferred")),
        Column("n_readings_match", text("claims.n_match"), fmt.integer, "number"),
        Column("n_readings_computed", text("claims.n_computed"), fmt.integer, "number"),
        Column("topic_text", text("claims.theme")),
        Column("document_title_text", text("claims.document"), width="medium"),
        Column("section", text("column.section")),
        Column("text_line", text("column.text_line"), fmt.integer, "number"),
        Column("claim_id", text("column.reference"), width="medium"),
    ]


def _counts(claims: pl.DataFrame) -> None:
    """How many claims have each verdict, and how many of them rest on the documents alone."""
    counted = dict(claims.group_by("claim_verdict").len().rows())
    with st.container(horizontal=True, gap="small"):
        for name in loading.VERDICTS:
            if name in counted:
                verdicts.badge(
                    name,
                    text("claims.count", n=counted[name], verdict=text(f"claims.verdict_{name}")),
                )
    internal = claims.filter(pl.col("verdict_basis") == "internal_arithmetic").height
    if internal:
        st.caption(fmt.plural(internal, "claims.internal"))


def _card(row: dict[str, object]) -> None:
    with st.container(border=True, gap="xxsmall", key=f"affirmation_{row['claim_id']}"):
        verdicts.badge(str(row["claim_verdict"]), str(row["claim_verdict_text"]))
        st.page_link(
            "views/claims/page.py",
            label=f"**{fmt.markdown(row['claim_text'])}**",
            icon=":material/chevron_right:",
            query_params={one.ADDRESS: str(row["claim_id"])},
        )
        st.markdown(
            text(
                "claims.in_short",
                stated=fmt.markdown(row["stated_text"]),
                preferred=fmt.markdown(row["preferred_text"]),
                match=row["n_readings_match"],
                computed=row["n_readings_computed"],
            )
        )
        st.caption(
            text(
                "claims.place",
                topic=fmt.markdown(row["topic_text"]),
                document=fmt.markdown(row["document_title_text"]),
                section=fmt.markdown(row["section"] or fmt.missing()),
                line=row["text_line"],
            )
        )
