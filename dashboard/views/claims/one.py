"""One audited claim, as it can be quoted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from dashboard import blocks, caption, charts, data
from dashboard import format as fmt
from dashboard.blocks import Column
from dashboard.caption import Caption
from dashboard.release import Store
from dashboard.texts import text
from dashboard.theme import Palette
from dashboard.views.claims import loading, verdicts

if TYPE_CHECKING:
    import plotly.graph_objects as go

PAGE = "views/claims/page.py"
ADDRESS = "affirmation"  # name in the address
DOCUMENTS = "white_papers"
MOST_VALUES = 6  # values used that are told in the text


def show(store: Store, claims: pl.DataFrame, claim_id: str) -> None:
    """The claim, its verdict, the preferred reading, the others, the data used, what is missing."""
    claim = claims.filter(pl.col("claim_id") == claim_id).row(0, named=True)
    table = loading.readings(store, claim_id)
    operands = loading.operands(store, claim_id)
    sources = _sources(store, operands, claim)
    st.button(
        text("claims.all"),
        key="retour",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=_close,
    )
    st.header(text("claims.quoted", claim=fmt.markdown(claim["claim_text"])), anchor="affirmation")
    _place(claim)
    _verdict(claim)
    _preferred(claim)
    _settle(claim, table)
    _chart(store, claim, table, sources)
    _context(store, claim_id)
    _operands(operands, claim, of_pay=table.height > loading.MANY)
    _beside(store, claims, claim)
    _quote(store, claim)


def _close() -> None:
    """Back to the list: a link to the page of this very address would leave it as it is."""
    st.query_params.pop(ADDRESS, None)


def _place(claim: dict[str, Any]) -> None:
    st.markdown(
        text(
            "claims.said_in",
            document=fmt.markdown(claim["document_title_text"]),
            section=fmt.markdown(claim["section"] or fmt.missing()),
            line=claim["text_line"],
        )
    )
    if claim["also_said_text"]:
        st.caption(text("claims.also_said", places=fmt.markdown(claim["also_said_text"])))


def _verdict(claim: dict[str, Any]) -> None:
    stated, preferred = st.columns(2)
    with stated, st.container(border=True, height="stretch"):
        st.metric(text("claims.stated"), claim["stated_text"])
        st.caption(text("claims.tolerance", tolerance=_tolerance(claim)))
        if claim["tolerance_why_text"]:
            st.caption(fmt.markdown(claim["tolerance_why_text"]))
    with preferred, st.container(border=True, height="stretch"):
        st.metric(text("claims.preferred"), claim["preferred_text"])
        st.caption(text(f"claims.reading_{claim['preferred_verdict']}"))
    verdicts.badge(claim["claim_verdict"], claim["claim_verdict_text"])
    st.markdown(
        text(
            "claims.means",
            meaning=text(f"claims.meaning_{claim['claim_verdict']}"),
            basis=text(f"claims.rests_on_{claim['verdict_basis']}"),
            match=claim["n_readings_match"],
            computed=claim["n_readings_computed"],
        )
    )
    if claim["note_text"]:
        st.info(fmt.markdown(claim["note_text"]), icon=":material/warning:")


def _tolerance(claim: dict[str, Any]) -> str:
    """The tolerance in words; that of a percentage is in points."""
    distance = float(claim["tolerance"])
    if claim["unit_id"] == loading.SHARE:
        distance *= 100
    elif claim["unit_symbol_text"] != "%":
        return loading.recomputed(claim, distance)
    key = "claims.points.one" if distance < 2 else "claims.points.many"
    return text(key, n=fmt.number(distance))


def _preferred(claim: dict[str, Any]) -> None:
    st.subheader(text("claims.preferred"), anchor="lecture-preferee")
    verdict = fmt.inside(text(f"claims.reading_{claim['preferred_verdict']}"))
    lines = [
        text(
            "claims.reading_value",
            reading=fmt.markdown(claim["reading_text"]),
            value=fmt.markdown(claim["preferred_text"]),
            told=verdict,
        ),
        text("claims.why", why=fmt.markdown(claim["preferred_why_text"] or fmt.missing())),
        text("claims.formula", formula=fmt.markdown(claim["formula_text"])),
    ]
    if claim["data_used_text"]:
        lines.append(text("claims.data_used", data=_shortened(claim["data_used_text"])))
        lines.append(text("claims.quality", quality=quality(claim)))
    st.markdown("\n".join(f"- {line}" for line in lines))


def _shortened(used: str) -> str:
    """The first values used, where they are many; all are in the table of the data."""
    values = re.split(r"\s*;\s+", used)
    if len(values) <= MOST_VALUES:
        return fmt.markdown(used)
    shown = fmt.markdown(text("format.between").join(values[:MOST_VALUES]))
    return shown + fmt.plural(len(values) - MOST_VALUES, "claims.more_values")


def quality(row: dict[str, Any]) -> str:
    """What the values that a reading uses are worth, in words."""
    words = [text(f"claims.{name}") for name in ("is_second_rank", "is_derived") if row[name]]
    return ", ".join(words) or text("claims.first_rank")


def _settle(claim: dict[str, Any], table: pl.DataFrame) -> None:
    st.subheader(text("claims.settle_title"), anchor="ce-qui-trancherait")
    st.markdown(fmt.markdown(claim["what_would_settle_text"]))
    lacking = table.filter(pl.col("missing_text").is_not_null())
    if lacking.height:
        shown = lacking.unique("missing_text", keep="first", maintain_order=True).head(12)
        st.markdown(
            "\n".join(
                text(
                    "claims.lacking",
                    reading=fmt.markdown(row["reading_text"]),
                    missing=fmt.markdown(row["missing_text"]),
                )
                for row in shown.iter_rows(named=True)
            )
        )


def _chart(
    store: Store,
    claim: dict[str, Any],
    table: pl.DataFrame,
    sources: tuple[caption.SourceRef, ...],
) -> None:
    drawable = table["recomputed_value"].drop_nulls().len() > 0
    counted = table.group_by("reading_verdict").len().sort("reading_verdict")
    blocks.chart_block(
        f"affirmation-{claim['claim_id']}",
        Caption(
            unit=claim["unit_symbol_text"] or ("%" if claim["unit_id"] == loading.SHARE else ""),
            sources=sources,
            summary=text("format.between").join(
                text("claims.counted", n=n, verdict=text(f"claims.reading_{verdict}"))
                for verdict, n in counted.iter_rows()
            )
            + ".",
            notes=(
                *([text("claims.chart_note")] if drawable else [text("claims.nothing_drawn")]),
                *([text("claims.grouped_note")] if table.height > loading.MANY else []),
                text("claims.kinds_note"),
            ),
        ),
        blocks.drawing(_figure, store, claim["claim_id"]) if drawable else None,
        table,
        [
            Column("is_preferred", text("claims.is_preferred"), _yes),
            Column("reading_text", text("claims.reading"), width="large"),
            Column("written", text("column.value")),
            Column("verdict_text", text("claims.verdict")),
            Column("kind_text", text("claims.kind")),
            Column("formula_text", text("column.formula"), width="large"),
            Column("data_used_text", text("claims.data"), width="large"),
            Column("is_second_rank", text("column.second_rank"), _yes),
            Column("is_derived", text("claims.derived"), _yes),
            Column("missing_text", text("claims.missing"), width="large"),
            Column("reading_id", text("column.reference"), width="medium"),
        ],
        title=text("claims.readings_title", n=fmt.integer(table.height)),
    )


def _figure(store: Store, claim_id: str, colours: Palette) -> go.Figure:
    """The readings of a claim, drawn: up to thousands of points."""
    table = loading.readings(store, claim_id)
    claim = table.filter("is_preferred").row(0, named=True)
    choices = loading.rank_rows(store, claim_id) if table.height > loading.MANY else pl.DataFrame()
    factor = 100.0 if claim["unit_id"] == loading.SHARE else 1.0
    return charts.readings(
        loading.chart_rows(table, choices),
        claim["stated_value"] * factor,
        text("claims.stated_mark", value=loading.stated(claim)),
        tolerance=claim["tolerance"] * factor,
        colours=colours,
    )


def _yes(value: object) -> str:
    return text("claims.yes") if value else text("claims.no")


def _context(store: Store, claim_id: str) -> None:
    table = loading.context(store, claim_id)
    if not table.height:
        return
    st.subheader(text("claims.context_title"), anchor="reperes")
    st.caption(text("claims.context_note"))
    st.markdown(
        "\n".join(
            "- "
            + text(
                "claims.reading_value",
                reading=fmt.markdown(row["reading_text"]),
                value=fmt.markdown(
                    row["written"] if row["value"] is not None else row["missing_text"]
                ),
                told=fmt.markdown(row["formula_text"]),
            )
            for row in table.iter_rows(named=True)
        )
    )


def _operands(table: pl.DataFrame, claim: dict[str, Any], *, of_pay: bool) -> None:
    if not table.height:
        st.subheader(text("claims.operands_title"), anchor="donnees")
    if not table.height and not of_pay:
        st.markdown(text("claims.no_operand"))
        return
    if not table.height:
        st.markdown(text("claims.operands_of_pay"))
        st.page_link("views/pay/page.py", label=text("claims.open_pay"), icon=":material/payments:")
        return
    blocks.chart_block(
        f"donnees-{claim['claim_id']}",
        Caption(unit="", notes=(text("claims.operands_note"),)),
        None,
        table,
        [
            Column("reading_text", text("claims.reading"), width="medium"),
            Column("is_preferred", text("claims.is_preferred"), _yes),
            Column("label_text", text("column.label"), width="large"),
            Column("written", text("column.value")),
            Column("period_text", text("column.period")),
            Column("status", text("column.status"), _status),
            Column("publisher", text("column.publisher"), width="medium"),
            Column("evidence", text("column.evidence"), _evidence),
            Column("is_second_rank", text("column.second_rank"), _yes),
            Column("vintage", text("column.vintage")),
            Column("place", text("claims.raw_place"), width="large"),
            Column("provenance", text("column.provenance"), width="medium"),
            Column("exponent", text("claims.exponent"), fmt.number, "number"),
            Column("operand_key", text("column.reference"), width="medium"),
        ],
        title=text("claims.operands_title"),
    )


def _status(code: str | None) -> str:
    return "" if code is None else fmt.word("status", code)


def _evidence(code: str | None) -> str:
    return "" if code is None else fmt.word("evidence", code)


def _beside(store: Store, claims: pl.DataFrame, claim: dict[str, Any]) -> None:
    sibling = claims.filter(pl.col("claim_id") == (claim["sibling_claim_id"] or ""))
    if sibling.height:
        row = sibling.row(0, named=True)
        st.subheader(text("claims.sibling_title"), anchor="a-lire-a-cote")
        verdicts.badge(row["claim_verdict"], row["claim_verdict_text"])
        st.page_link(
            PAGE,
            label=fmt.markdown(row["claim_text"]),
            icon=":material/chevron_right:",
            query_params={ADDRESS: row["claim_id"]},
        )
    if claim["conflict_group"]:
        st.subheader(text("claims.conflict_title"), anchor="en-debat")
        blocks.conflict_block(store, claim["conflict_group"], heading=False)


def _quote(store: Store, claim: dict[str, Any]) -> None:
    st.subheader(text("claims.quote_title"), anchor="citer")
    st.code(
        text(
            "claims.quote",
            claim=claim["claim_text"].rstrip("."),
            document=claim["document_title_text"],
            section=claim["section"] or fmt.missing(),
            line=claim["text_line"],
            verdict=claim["claim_verdict_text"],
            reading=claim["reading_text"],
            value=claim["preferred_text"],
            stated=claim["stated_text"],
            match=claim["n_readings_match"],
            computed=claim["n_readings_computed"],
            release=store.id,
            claim_id=claim["claim_id"],
        ),
        language=None,
        wrap_lines=True,
    )


def _sources(
    store: Store, operands: pl.DataFrame, claim: dict[str, Any]
) -> tuple[caption.SourceRef, ...]:
    """The sources of the values used; the documents, for figures and for the claim itself."""
    used = {DOCUMENTS, *operands["source_id"].drop_nulls().to_list()}
    if not operands.height or "pay" in operands["operand_kind"].to_list():
        used |= {"ccn66", "smic", "gmr", "segur"} if claim["topic"] == "salary" else set()
    return tuple(
        caption.source_ref(row)
        for row in data.sources(store).iter_rows(named=True)
        if row["source_id"] in used
    )
