"""``/claims``: what the documents claim, and what each reading of the data makes of it."""

from __future__ import annotations

from typing import Annotated, Any

import duckdb
import polars as pl
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from opendata.api.about import CITED, About, Form, Paged, about, answer_page, cited, read, repeats
from opendata.api.asked import Ask, Asked
from opendata.api.limits import DEFAULT_ROWS
from opendata.api.opened import Opened
from opendata.api.parameters import Limit, Offset, paging
from opendata.api.pay import AGREEMENTS
from opendata.api.problems import Problem
from opendata.api.rows import one, row, rows
from opendata.api.values import admit, chosen, known, several
from opendata.model import OpenTable, Rights

router = APIRouter()
AUDIT = "mart_claim_audit"
READINGS = "mart_claim_readings"
OPERANDS = "mart_claim_operands"
COMBINATIONS = "mart_educator_ratios"
PAY = "mart_salary_smic"
EDUCATORS = AGREEMENTS["ccn66"]  # the agreement whose educators the documents speak of
MARTS = (AUDIT, READINGS, OPERANDS, COMBINATIONS)
SEE = "/api/v1/claims"
# With their operands, readings are large: the educator's claims have up to 2,880.
READINGS_AT_ONCE = 100
MOST_READINGS = 3_000
# Columns of the audit that say the same in each reading of a claim.
OF_THE_CLAIM = (
    *("claim_id", "figure_id", "claim_fr", "claim_en", "topic", "document"),
    *("document_title_fr", "document_title_en", "section", "text_line"),
    *("also_said_fr", "also_said_en", "sibling_claim_id", "conflict_group"),
    *("stated_value", "stated_decimals", "qualifier", "unit_id"),
    *("unit_symbol_fr", "unit_symbol_en", "tolerance", "tolerance_why_fr", "tolerance_why_en"),
    *("claim_verdict", "claim_verdict_fr", "claim_verdict_en", "verdict_basis"),
    *("preferred_verdict", "n_readings_computed", "n_readings_match"),
    *("what_would_settle_fr", "what_would_settle_en", "note_fr", "note_en"),
)
# Parameter → column.
FILTERS = {
    "document": "document",
    "topic": "topic",
    "verdict": "claim_verdict",
    "conflict_group": "conflict_group",
}
PLACES = {name: f"{AUDIT}.{column}" for name, column in FILTERS.items()}


class Claims(About, Paged):
    """Claims that the data can recompute."""

    claims: Annotated[list[dict[str, Any]], rows("Claim", AUDIT, only=OF_THE_CLAIM)]


class OneClaim(About, Paged):
    """One claim, with its readings."""

    claim: Annotated[dict[str, Any], one("Claim", AUDIT, only=OF_THE_CLAIM)]
    readings: Annotated[
        list[dict[str, Any]],
        rows(
            "Reading",
            READINGS,
            joined=AUDIT,
            without=OF_THE_CLAIM,
            more={
                "operands": {"type": "array", "items": row("Operand", OPERANDS)},
                "combination": {"anyOf": [row("EducatorRatio", COMBINATIONS), {"type": "null"}]},
            },
        ),
    ]
    sources: Annotated[
        list[dict[str, Any]],
        rows("CitedSource", "dim_source", only=CITED),
    ]


@router.get("/claims", operation_id="claims", responses={200: {"model": Claims}})
async def claims(
    ask: Ask,
    document: Annotated[list[str], several(PLACES["document"])],
    topic: Annotated[list[str], several(PLACES["topic"])],
    verdict: Annotated[list[str], several(PLACES["verdict"])],
    conflict_group: Annotated[list[str], several(PLACES["conflict_group"])],
    limit: Limit = DEFAULT_ROWS,
    offset: Offset = 0,
    format: Form | None = None,
) -> Response:
    """Claims and their verdicts."""
    given = {
        "document": document,
        "topic": topic,
        "verdict": verdict,
        "conflict_group": conflict_group,
    }
    return await ask.run(answer, ask, given, limit, offset, format)


@router.get("/claims/{claim_id}", operation_id="claim", responses={200: {"model": OneClaim}})
async def claim(
    ask: Ask,
    claim_id: Annotated[str, Path()],
    limit: Annotated[int, Query(ge=1, le=MOST_READINGS)] = READINGS_AT_ONCE,
    offset: Offset = 0,
) -> Response:
    """One claim with its readings."""
    return await ask.run(answer_one, ask, claim_id, limit, offset)


def answer(
    cursor: duckdb.DuckDBPyConnection,
    ask: Asked,
    given: dict[str, list[str]],
    limit: int,
    offset: int,
    form: Form | None,
) -> Response:
    """The claims that are asked for, written."""
    found = find(cursor, ask.opened, given)
    return answer_page(ask, "claims", found, limit, offset, form, [AUDIT])


def answer_one(
    cursor: duckdb.DuckDBPyConnection, ask: Asked, claim_id: str, limit: int, offset: int
) -> Response:
    """One claim, written."""
    found, n_readings = find_one(cursor, ask.opened, claim_id, limit, offset)
    part = paging(ask.request, ask.release.id, n_readings, limit, offset)
    return ask.json(about(ask.opened, MARTS, ask.lang) | {"paging": part} | found)


def find(
    cursor: duckdb.DuckDBPyConnection, opened: Opened, given: dict[str, list[str]]
) -> pl.DataFrame:
    """The claims that are asked for."""
    admit(cursor, opened, given, PLACES, SEE)
    return read(cursor, listing(opened.rights), chosen(given) | {"claim": None})


def find_one(
    cursor: duckdb.DuckDBPyConnection, opened: Opened, claim_id: str, limit: int, offset: int
) -> tuple[dict[str, Any], int]:
    """A claim with some of its readings, each with what it combines; and how many there are.

    Raises:
        Problem: 404, there is no such claim.
    """
    if claim_id not in known(cursor, opened, f"{AUDIT}.claim_id"):
        raise Problem(404, "unknown_id", given=claim_id, see=SEE)
    rights, asked = opened.rights, {"claim": claim_id}
    everything = chosen(dict.fromkeys(FILTERS, ()))
    [told] = read(cursor, listing(rights), asked | everything).to_dicts()
    every_reading = read(cursor, readings(rights), asked)
    some = every_reading.slice(offset, limit).to_dicts()
    named = {"readings": [reading["reading_id"] for reading in some]}
    operands = read(cursor, parts(rights.tables[OPERANDS]), asked | named)
    combined = read(cursor, parts(rights.tables[COMBINATIONS]), asked | named)
    of_reading = operands.partition_by("reading_id", as_dict=True)
    combination = {line["reading_id"]: line for line in combined.iter_rows(named=True)}
    for reading in some:
        own = of_reading.get((reading["reading_id"],))
        reading["operands"] = own.to_dicts() if own is not None else []
        reading["combination"] = combination.get(reading["reading_id"])
    quoted = {*operands["source_id"].drop_nulls(), *sources_of(cursor, opened, combined)}
    sources = cited(cursor, quoted)
    return {"claim": told, "readings": some, "sources": sources}, every_reading.height


def sources_of(
    cursor: duckdb.DuckDBPyConnection, opened: Opened, combined: pl.DataFrame
) -> set[str]:
    """The sources of the educator's pay and of the wages that it is compared with."""
    if not combined.height:
        return set()
    reference = repeats(cursor, opened, COMBINATIONS)["reference_eur"]
    premium = set(repeats(cursor, opened, PAY)["segur_eur"]) - set(AGREEMENTS.values())
    return {EDUCATORS, *premium, *reference}


def listing(rights: Rights) -> str:
    """One row a claim; bind each of :data:`FILTERS`, and ``claim``, null for all."""
    chosen = " and ".join(
        f"(${name}::varchar[] is null or list_contains(${name}::varchar[], {column}))"
        for name, column in FILTERS.items()
    )
    return f"""
        select distinct {_named(of_the_claim(rights))} from {AUDIT}
        where ($claim::varchar is null or claim_id = $claim::varchar) and {chosen}
        order by claim_id
    """


def readings(rights: Rights) -> str:
    """The readings of a claim, the preferred one first; bind ``claim``.

    Reference points (kind ``context``) are no part of the audit: they have no verdict.
    """
    table = rights.tables[READINGS]
    more = _named(of_the_reading(rights), "a")
    return f"""
        select {_named(table.columns, "r")}, {more}
        from {READINGS} as r
        left join {AUDIT} as a using (claim_id, reading_id)
        where r.claim_id = $claim
        order by r.is_preferred desc, r.kind = 'context', r.reading_id
    """


def parts(table: OpenTable) -> str:
    """Operands, or combinations, of some readings of a claim; bind ``claim`` and ``readings``."""
    order = _named(table.keys)
    return f"""
        select {_named(table.columns)} from {table.name}
        where claim_id = $claim and list_contains($readings::varchar[], reading_id)
        order by {order}
    """


def of_the_claim(rights: Rights) -> tuple[str, ...]:
    """Columns of a claim, those that are handed out."""
    handed_out = set(rights.tables[AUDIT].columns)
    return tuple(name for name in OF_THE_CLAIM if name in handed_out)


def of_the_reading(rights: Rights) -> tuple[str, ...]:
    """What the audit adds to a reading."""
    elsewhere = {*OF_THE_CLAIM, *rights.tables[READINGS].columns}
    return tuple(name for name in rights.tables[AUDIT].columns if name not in elsewhere)


def _named(columns: tuple[str, ...], alias: str = "") -> str:
    before = f"{alias}." if alias else ""
    return ", ".join(f'{before}"{name}"' for name in columns)
