"""What the page of the audit loads."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard import data
from dashboard import format as fmt
from dashboard.keeping import remembered
from dashboard.language import Language, language
from dashboard.release import Store
from dashboard.texts import text

VERDICTS = (
    "reproduced",
    "reproduced_under_one_reading",
    "close",
    "contradicted",
    "not_reproducible",
)
# What carries a verdict: a published series, or other figures of the documents or their source.
BASES = ("official_series", "internal_arithmetic", "none")
SHARE = "share"  # printed in words ("a third"); shown in percent
EXTRA_DECIMALS = 2  # of a recomputed value beyond those printed
WHOLE_FROM = 1000  # from here on a recomputed value is written without decimals
MANY = 40  # readings above which the chart has one row a choice, not a reading


@remembered
def claims(store: Store) -> pl.DataFrame:
    """The audited claims: one row each, that of the preferred reading, by theme and place."""
    table = store.query(
        """
        select a.*, coalesce(f.family_text, a.topic) as topic_text
        from mart_claim_audit as a
        left join (select distinct family, family_text from mart_key_figures) as f
            on f.family = a.topic
        where a.is_preferred
        order by topic_text, a.document, a.text_line, a.claim_id
        """
    )
    rows = list(table.iter_rows(named=True))
    return table.with_columns(
        stated_text=pl.Series([stated(row) for row in rows], dtype=pl.String),
        preferred_text=pl.Series(
            [recomputed(row, row["recomputed_value"]) for row in rows], dtype=pl.String
        ),
    )


def matching(table: pl.DataFrame, topic: str, verdict: str, basis: str) -> pl.DataFrame:
    """The claims of one theme, verdict and basis of the verdict (empty for all)."""
    if topic:
        table = table.filter(pl.col("topic") == topic)
    if verdict:
        table = table.filter(pl.col("claim_verdict") == verdict)
    if basis:
        table = table.filter(pl.col("verdict_basis") == basis)
    return table


def readings(store: Store, claim_id: str) -> pl.DataFrame:
    """All readings of a claim: the preferred one first, then by kind and place."""
    return _readings(store.id, language(), claim_id, store)


@st.cache_data(show_spinner=False, max_entries=64)
def _readings(release_id: str, spoken: Language, claim_id: str, _store: Store) -> pl.DataFrame:
    # Kept: the claims about the educator have thousands, each to be written.
    table = _store.query(
        """
        select * from mart_claim_audit where claim_id = $1
        order by is_preferred desc, is_counted desc, kind desc, reading_id
        """,
        (claim_id,),
    )
    # What is missing has no ending of its own in French, the language it is written in first.
    translated = spoken == "en" and "missing_en" in table.columns
    rows = list(table.iter_rows(named=True))
    return table.with_columns(
        missing_text=pl.coalesce("missing_en", "missing") if translated else pl.col("missing"),
        written=pl.Series(
            [recomputed(row, row["recomputed_value"]) for row in rows], dtype=pl.String
        ),
        verdict_text=pl.Series(
            [text(f"claims.reading_{row['reading_verdict']}") for row in rows], dtype=pl.String
        ),
    )


def context(store: Store, claim_id: str) -> pl.DataFrame:
    """Reference points of a claim: another nature or scope, which no verdict counts."""
    table = store.query(
        """
        select * from mart_claim_readings where claim_id = $1 and kind = 'context'
        order by reading_id
        """,
        (claim_id,),
    )
    known = data.units(store)
    fallback = data.Unit("other", "")
    return table.with_columns(
        written=pl.Series(
            [
                known.get(row["unit_id"], fallback).write(row["value"])
                for row in table.iter_rows(named=True)
            ],
            dtype=pl.String,
        )
    )


def operands(store: Store, claim_id: str) -> pl.DataFrame:
    """The data that the readings of a claim use, with their rank and raw line: one row each."""
    table = store.query(
        """
        with raw as (
            select distinct source_id, indicator_id, population_id, occupation_id, geography_id,
                period_start, period_end, vintage, raw_table, raw_row, provenance
            from fct_observation
        )
        select o.*, a.reading_text, a.is_preferred, r.raw_table, r.raw_row, r.provenance,
            k.document, k.text_line
        from mart_claim_operands as o
        left join (
            select claim_id, reading_id, reading_text, is_preferred from mart_claim_readings
        ) as a using (claim_id, reading_id)
        left join raw as r
            on o.operand_kind = 'observation'
            and r.source_id = split_part(o.operand_key, '/', 1)
            and r.indicator_id = split_part(o.operand_key, '/', 2)
            and r.population_id = split_part(o.operand_key, '/', 3)
            and r.occupation_id = split_part(o.operand_key, '/', 4)
            and r.geography_id = split_part(o.operand_key, '/', 5)
            and cast(r.period_start as varchar) = split_part(o.operand_key, '/', 6)
            and cast(r.period_end as varchar) = split_part(o.operand_key, '/', 7)
            and r.vintage = split_part(o.operand_key, '/', 8)
        left join mart_key_figures as k
            on o.operand_kind = 'figure' and k.figure_id = o.operand_key
        where o.claim_id = $1
        order by a.is_preferred desc, o.reading_id, o.term, o.operand
        """,
        (claim_id,),
    ).unique(["reading_id", "term", "operand"], keep="first", maintain_order=True)
    known = data.units(store)
    fallback = data.Unit("other", "")
    rows = list(table.iter_rows(named=True))
    return table.with_columns(
        written=pl.Series(
            [known.get(row["unit_id"], fallback).write(row["value"]) for row in rows],
            dtype=pl.String,
        ),
        period_text=pl.Series(
            [
                fmt.period(row["period_start"], row["period_end"]) if row["period_start"] else ""
                for row in rows
            ],
            dtype=pl.String,
        ),
        place=pl.Series([_place(row) for row in rows], dtype=pl.String),
    )


def _place(row: dict[str, Any]) -> str | None:
    """Where a value used can be read: raw line, line of a document, or table of pay."""
    if row["raw_row"] is not None:
        return f"data/raw/{row['source_id']}/{row['raw_table']}.csv:{row['raw_row']}"
    if row["operand_kind"] == "figure" and row["text_line"] is not None:
        return text("claims.place_figure", document=row["document"], line=row["text_line"])
    if row["operand_kind"] == "pay":
        return text("claims.place_pay", pay=row["operand_key"])
    return None


def rank_rows(store: Store, claim_id: str) -> pl.DataFrame:
    """Choices behind each reading of the educator: one row per reading; empty for other claims."""
    return store.query(
        """
        select reading_id, pay_convention, reference_wage, employer_group, scale,
            seniority_years, date_rule
        from mart_educator_ratios where claim_id = $1
        """,
        (claim_id,),
    )


def chart_rows(table: pl.DataFrame, choices: pl.DataFrame) -> pl.DataFrame:
    """The readings as the chart draws them: one row a reading, or one a choice if there are many.

    The educator's claims have hundreds of readings: those that count the same elements against the
    same reference share a row.
    """
    factor = 100.0 if table["unit_id"][0] == SHARE else 1.0
    star = pl.when(pl.col("is_preferred")).then(pl.lit("★ ")).otherwise(pl.lit(""))
    if choices.height and table.height > MANY:
        named = choices.select(
            "reading_id",
            label=pl.Series(
                [
                    text("format.between").join(
                        (text(f"pay.{convention}"), text(f"pay.{reference}"))
                    )
                    for convention, reference in choices.select(
                        "pay_convention", "reference_wage"
                    ).iter_rows()
                ],
                dtype=pl.String,
            ),
        )
        table = table.join(named, on="reading_id", how="left").with_columns(
            label=pl.col("label").fill_null(pl.col("reading_text"))
        )
        ordered = table.sort(
            pl.col("is_preferred").any().over("label"),
            "label",
            "reading_id",
            descending=[True, False, False],
        )
    else:
        ordered = table.with_columns(label=star + pl.col("reading_text"))
    return ordered.select(
        "label",
        "written",
        "verdict_text",
        "is_preferred",
        "is_counted",
        hover="reading_text",
        verdict="reading_verdict",
        value=pl.col("recomputed_value") * factor,
    )


def stated(row: dict[str, Any]) -> str:
    """The value as it is printed, with its qualifier."""
    written = _written(row, row["stated_value"], max(row["stated_decimals"], 0))
    qualifier = row["qualifier"]
    return written if qualifier == "exact" else f"{fmt.word('qualifier', qualifier)} {written}"


def recomputed(row: dict[str, Any], value: float | None) -> str:
    """A recomputed value in the unit printed, with two decimals more than printed."""
    if value is None:
        return text("claims.not_computable")
    decimals = max(row["stated_decimals"], 0) + EXTRA_DECIMALS
    return _written(row, value, 0 if abs(value) >= WHOLE_FROM else decimals, optional=True)


def _written(row: dict[str, Any], value: float, decimals: int, *, optional: bool = False) -> str:
    if row["unit_id"] == SHARE:
        return fmt.percent(value)
    digit = "#" if optional else "0"
    number = fmt.number(abs(value), "#,##0" + ("." + digit * decimals if decimals else ""))
    if row["unit_id"].endswith("change"):
        number = fmt.signed(value, number)
    elif value < 0:
        number = f"\u2212{number}"
    return fmt.with_symbol(number, row["unit_symbol_text"] or "")
