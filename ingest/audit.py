"""What the current release says of each audited claim, for the command line.

Nothing is computed here: readings, values and verdicts are rows of ``mart_claim_audit``, the
reference points beside them rows of ``mart_claim_readings`` (docs/audit.md).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from enum import StrEnum
from itertools import groupby
from typing import Any

import polars as pl
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from ingest.errors import ReleaseProblem
from ingest.release import Release

Row = dict[str, Any]

MAX_READINGS_SHOWN = 40
READING_VERDICTS = {
    "match": "identique",
    "near": "proche",
    "no_match": "différent",
    "not_computable": "non calculable",
}
BASES = {
    "official_series": "série publiée",
    "internal_arithmetic": "arithmétique interne",
    "none": "–",
}
CONTEXT = "context"
# Columns that the other columns of the list of claims take, at their widest.
OTHER_COLUMNS = 70
# What a spreadsheet would run as a formula, by the first character of a cell.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Format(StrEnum):
    """How the audit is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def readings(release: Release, claim_id: str | None = None) -> pl.DataFrame:
    """The rows of ``mart_claim_audit``: the preferred reading first, then those that match.

    After the readings of a claim come its reference points (``kind`` context), in a unit of their
    own: nothing is stated or judged in their rows.

    Args:
        release: The release to read.
        claim_id: One claim; all of them for ``None``.

    Raises:
        ReleaseProblem: The release has no audit, or no such claim.
    """
    if "mart_claim_audit" not in release.tables():
        raise ReleaseProblem(f"release {release.id} holds no audit: run `observatoire refresh`")
    found = release.sql(
        """
        with reference_points as (
            select
                claims.* replace (
                    readings.reading_id as reading_id,
                    readings.reading_fr as reading_fr,
                    false as is_preferred,
                    null as preferred_why_fr,
                    null as stated_value,
                    null as stated_decimals,
                    readings.shown_value as recomputed_value,
                    null as reading_verdict,
                    readings.missing_fr as missing,
                    readings.unit_id as unit_id,
                    readings.unit_symbol_fr as unit_symbol_fr,
                    null as tolerance,
                    null as tolerance_why_fr,
                    readings.kind as kind,
                    'repère' as kind_fr,
                    false as is_counted,
                    readings.formula_fr as formula_fr,
                    readings.data_used_fr as data_used_fr,
                    readings.is_second_rank as is_second_rank,
                    readings.is_derived as is_derived
                )
            from mart_claim_audit as claims
            inner join mart_claim_readings as readings
                on claims.claim_id = readings.claim_id and readings.kind = 'context'
            where claims.is_preferred
        )

        select * from (
            select * from mart_claim_audit
            union all by name
            select * from reference_points
        )
        where $1 is null or claim_id = $1
        order by
            claim_id, kind = 'context', is_preferred desc,
            array_position(['match', 'near', 'no_match', 'not_computable'], reading_verdict),
            is_counted desc, reading_id
        """,
        [claim_id],
    )
    if found.is_empty():
        known = release.sql("select distinct claim_id from mart_claim_audit order by claim_id")
        raise ReleaseProblem(
            f"no claim {claim_id!r}; the claims are:\n  " + "\n  ".join(known["claim_id"].to_list())
        )
    return found


def as_json(found: pl.DataFrame) -> str:
    """A list of ``{claim_id, stated, verdict, readings, verdict_basis, context}``.

    A reading is ``{reading_id, value, verdict, preferred}``; a reference point of ``context`` is
    ``{reading_id, reading, value, unit}``.

    Values are in the unit printed and not rounded; ``null`` where not computable.
    """
    return json.dumps(
        [
            {
                "claim_id": claim["claim_id"],
                "stated": claim["stated_value"],
                "verdict": claim["claim_verdict"],
                "readings": [
                    {
                        "reading_id": row["reading_id"],
                        "value": row["recomputed_value"],
                        "verdict": row["reading_verdict"],
                        "preferred": row["is_preferred"],
                    }
                    for row in _judged(rows)
                ],
                "verdict_basis": claim["verdict_basis"],
                "context": [
                    {
                        "reading_id": row["reading_id"],
                        "reading": row["reading_fr"],
                        "value": row["recomputed_value"],
                        "unit": row["unit_symbol_fr"],
                    }
                    for row in _reference_points(rows)
                ],
            }
            for claim, rows in _by_claim(found)
        ],
        ensure_ascii=False,
        allow_nan=False,
        indent=1,
    )


def as_csv(found: pl.DataFrame) -> str:
    """One line a claim and reading, reference points included, all columns (RFC 4180).

    No text can be run by a spreadsheet.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(found.columns)
    writer.writerows([_safe_cell(cell) for cell in row] for row in found.iter_rows())
    return text.getvalue()


def as_table(found: pl.DataFrame, width: int) -> RenderableType:
    """The list of the claims, or the whole of one claim where only one is given.

    Args:
        found: What :func:`readings` gives.
        width: Columns of the screen. No claim_id is ever cut: its column is as wide as the longest.
    """
    claims = list(_by_claim(found))
    if len(claims) == 1:
        return _one_claim(*claims[0])
    table = Table()
    longest = max(len(claim["claim_id"]) for claim, _ in claims)
    table.add_column("affirmation", width=max(longest, min(60, width - OTHER_COLUMNS)))
    for heading in ["dit", "lecture préférée", "verdict"]:
        table.add_column(heading, overflow="fold")
    for claim, rows in claims:
        # A claim has one preferred reading: a dbt test.
        preferred = next(row for row in rows if row["is_preferred"])
        table.add_row(
            Text(f"{claim['claim_id']}\n{claim['claim_fr']}"),
            _number(claim["stated_value"], claim),
            _number(preferred["recomputed_value"], claim),
            _verdict(claim),
        )
    return table


def write(found: pl.DataFrame, form: Format, console: Console) -> None:
    """Writes the audit; JSON and CSV as they are, without wrapping or colours."""
    match form:
        case Format.JSON:
            console.file.write(as_json(found) + "\n")
        case Format.CSV:
            console.file.write(as_csv(found))
        case Format.TABLE:
            console.print(as_table(found, console.width))


def _by_claim(found: pl.DataFrame) -> Iterator[tuple[Row, list[Row]]]:
    """Each claim as its first row, with all its rows."""
    for _, group in groupby(found.iter_rows(named=True), key=lambda row: row["claim_id"]):
        rows = list(group)
        yield rows[0], rows


def _verdict(claim: Row) -> str:
    """The verdict, how many readings give the number, and what that rests on."""
    if claim["verdict_basis"] == "none":
        return str(claim["claim_verdict_fr"])
    share = f"{claim['n_readings_match']} sur {claim['n_readings_computed']}"
    return f"{claim['claim_verdict_fr']}\n({share} ; {BASES[claim['verdict_basis']]})"


def _judged(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["kind"] != CONTEXT]


def _reference_points(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["kind"] == CONTEXT]


def _one_claim(claim: Row, rows: list[Row]) -> RenderableType:
    place = f"{claim['document_title_fr']}, {claim['section']} (ligne {claim['text_line']})"
    lines = [
        Text(claim["claim_id"]),
        Text(claim["claim_fr"], style="bold"),
        Text(place),
        *([Text(f"Aussi : {claim['also_said_fr']}")] if claim["also_said_fr"] else []),
        Text(
            f"Verdict : {claim['claim_verdict_fr']} "
            f"(lectures qui le donnent : {claim['n_readings_match']} sur "
            f"{claim['n_readings_computed']} ; préférée : "
            f"{READING_VERDICTS[claim['preferred_verdict']]} ; "
            f"fondé sur : {BASES[claim['verdict_basis']]})"
        ),
        *(
            Text(f"Lecture préférée : {row['preferred_why_fr']}")
            for row in rows
            if row["is_preferred"]
        ),
        *([Text(f"À savoir : {claim['note_fr']}")] if claim["note_fr"] else []),
        *(
            [Text(f"À lire avec : {claim['sibling_claim_id']}")]
            if claim["sibling_claim_id"]
            else []
        ),
        Text(f"Pour trancher : {claim['what_would_settle_fr']}"),
    ]
    table = Table("", "lecture", "valeur", "comparaison", "données")
    judged = _judged(rows)
    for row in judged[:MAX_READINGS_SHOWN]:
        table.add_row(
            "★" if row["is_preferred"] else "",
            Text(f"{row['reading_fr']} [{row['kind_fr']}]"),
            _number(row["recomputed_value"], row),
            READING_VERDICTS[row["reading_verdict"]],
            Text(row["missing"] or _quality(row)),
        )
    left = len(judged) - MAX_READINGS_SHOWN
    more = (
        [Text(f"… et {left} autres lectures : --format csv les donne toutes")] if left > 0 else []
    )
    return Group(*lines, table, *more, *_context_table(_reference_points(rows)))


def _context_table(points: list[Row]) -> list[RenderableType]:
    """What is set beside the claim without being compared with it; nothing where there is none."""
    if not points:
        return []
    table = Table("repère", "valeur", "données", title="Points de repère", title_justify="left")
    for row in points:
        table.add_row(
            Text(row["reading_fr"]),
            _free_number(row["recomputed_value"], row["unit_symbol_fr"]),
            Text(row["missing"] or "\n".join(filter(None, [row["data_used_fr"], _quality(row)]))),
        )
    return [table]


def _quality(row: Row) -> str:
    marks = ["second rang"] if row["is_second_rank"] else []
    marks += ["valeur déduite"] if row["is_derived"] else []
    return ", ".join(marks)


def _number(value: float | None, claim: Row) -> str:
    """A number in French with its unit: one decimal more than printed, none for a round count."""
    if value is None:
        return "–"
    printed = claim["stated_decimals"]
    decimals = max(printed, 0) + (0 if printed < 0 or value == claim["stated_value"] else 1)
    return _french(value, decimals, claim["unit_symbol_fr"])


def _free_number(value: float | None, symbol: str | None) -> str:
    """A number of no printed form: two decimals, none from a thousand on or where it is whole."""
    if value is None:
        return "–"
    whole = abs(value) >= 1000 or value == int(value)
    return _french(value, 0 if whole else 2, symbol)


def _french(value: float, decimals: int, symbol: str | None) -> str:
    text = f"{value:,.{decimals}f}".translate(str.maketrans(",.", "\u202f,"))
    return f"{text} {symbol or ''}".rstrip()


def _safe_cell(cell: object) -> object:
    """A text that starts like a formula is quoted by an apostrophe; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
