"""The command `observatoire audit`: its formats, its exit codes, and what it writes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from ingest.audit import MAX_READINGS_SHOWN, Format, as_csv, as_json, write
from ingest.release import Release
from tests.conftest import run_observatoire


def rows(**changes: Any) -> dict[str, Any]:
    """One row of mart_claim_audit, some cells changed."""
    return {
        "claim_id": "educator", "figure_id": "f:1", "reading_id": "entry",
        "reading_fr": "À l’embauche",
        "is_preferred": True, "preferred_why_fr": "l’embauche", "stated_value": 1.6,
        "stated_decimals": 1, "recomputed_value": 1.5787, "reading_verdict": "match",
        "missing": None, "claim_verdict": "reproduced", "claim_verdict_fr": "reproduit",
        "preferred_verdict": "match", "n_readings_computed": 1, "n_readings_match": 1,
        "claim_fr": "Payé 1,6 SMIC.", "document_title_fr": "Communiqué", "section": "appel",
        "text_line": 82, "also_said_fr": None, "sibling_claim_id": None, "unit_symbol_fr": "SMIC",
        "kind_fr": "lecture", "is_second_rank": False, "is_derived": False, "note_fr": None,
        "what_would_settle_fr": "Le calcul.", "kind": "reading",
        "verdict_basis": "official_series", "data_used_fr": None,
    } | changes  # fmt: skip


ABSENT = {
    "reading_id": "mean", "is_preferred": False, "recomputed_value": None,
    "reading_verdict": "not_computable", "missing": "La répartition.",
}  # fmt: skip


POINT = {
    "reading_id": "share", "reading_fr": "Part des postes", "kind": "context", "kind_fr": "repère",
    "is_preferred": False, "reading_verdict": None, "recomputed_value": 2.714,
    "unit_symbol_fr": "%", "stated_value": None, "stated_decimals": None,
    "data_used_fr": "Taux (Dares)",
}  # fmt: skip


def written(found: pl.DataFrame, form: Format, width: int = 200) -> str:
    text = io.StringIO()
    write(found, form, Console(file=text, width=width))
    return text.getvalue()


def test_json_has_these_keys_and_a_null_where_nothing_is_computed() -> None:
    found = pl.DataFrame(
        [rows(), rows(**ABSENT), rows(**POINT), rows(claim_id="other", verdict_basis="none")]
    )
    assert json.loads(as_json(found)) == [
        {
            "claim_id": "educator",
            "stated": 1.6,
            "verdict": "reproduced",
            "readings": [
                {"reading_id": "entry", "value": 1.5787, "verdict": "match", "preferred": True},
                {
                    "reading_id": "mean",
                    "value": None,
                    "verdict": "not_computable",
                    "preferred": False,
                },
            ],
            "verdict_basis": "official_series",
            "context": [
                {
                    "reading_id": "share",
                    "reading": "Part des postes",
                    "value": 2.714,
                    "unit": "%",
                }
            ],
        },
        {
            "claim_id": "other",
            "stated": 1.6,
            "verdict": "reproduced",
            "readings": [
                {"reading_id": "entry", "value": 1.5787, "verdict": "match", "preferred": True}
            ],
            "verdict_basis": "none",
            "context": [],
        },
    ]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])
def test_no_text_cell_is_a_formula(start: str) -> None:
    [row] = csv.DictReader(io.StringIO(as_csv(pl.DataFrame([rows(reading_fr=start)])), newline=""))
    assert row["reading_fr"] == f"'{start}"


def test_a_negative_number_stays_a_number() -> None:
    [row] = csv.DictReader(io.StringIO(as_csv(pl.DataFrame([rows(recomputed_value=-16.5)]))))
    assert float(row["recomputed_value"]) == -16.5


def test_the_table_of_one_claim_says_all_that_a_reader_needs() -> None:
    found = pl.DataFrame([rows(note_fr="Attention.", also_said_fr="annexe, l. 3"), rows(**ABSENT)])
    text = written(found, Format.TABLE)
    for words in [
        "Payé 1,6 SMIC.", "Communiqué, appel (ligne 82)", "reproduit", "l’embauche", "Attention.",
        "annexe, l. 3", "Le calcul.", "1,58 SMIC", "★", "La répartition.", "non calculable",
    ]:  # fmt: skip
        assert words in text, words


def test_the_table_of_all_claims_has_a_line_each() -> None:
    posts = {"stated_value": 18000.0, "stated_decimals": -3, "unit_symbol_fr": "postes"}
    found = pl.DataFrame([rows(), rows(claim_id="posts", recomputed_value=51700.4, **posts)])
    text = written(found, Format.TABLE)
    assert "educator" in text
    assert "18\u202f000 postes" in text
    assert "51\u202f700 postes" in text


@pytest.mark.parametrize("width", [80, 100, 200])
def test_no_claim_id_is_cut(width: int) -> None:
    ids = ["recruiting_difficulty_2019_2021", "population_at_risk_15_percent"]
    long = {
        "claim_fr": "Une phrase longue. " * 8,
        "claim_verdict_fr": "contredit par d’autres " * 3,
    }
    posts = {"stated_value": 380000.0, "stated_decimals": -3, "unit_symbol_fr": "postes"}
    text = written(
        pl.DataFrame([rows(claim_id=i, **long, **posts) for i in ids]), Format.TABLE, width
    )
    for claim_id in ids:
        assert claim_id in text
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width


def test_the_table_says_what_the_verdict_rests_on() -> None:
    internal = {"verdict_basis": "internal_arithmetic"}
    both = pl.DataFrame([rows(claim_id="a", **internal), rows(claim_id="b")])
    assert "arithmétique interne" in written(both, Format.TABLE)
    assert "série publiée" in written(both, Format.TABLE)
    assert "arithmétique interne" in written(pl.DataFrame([rows(**internal)]), Format.TABLE)


def test_the_table_of_one_claim_ends_with_its_reference_points() -> None:
    text = written(pl.DataFrame([rows(), rows(**POINT)]), Format.TABLE)
    readings, points = text.split("Points de repère")
    assert "Part des postes" not in readings
    for words in ["Part des postes", "2,71 %", "Taux (Dares)"]:
        assert words in points, words
    assert "Points de repère" not in written(pl.DataFrame([rows()]), Format.TABLE)


def test_square_brackets_in_a_text_are_not_read_as_markup() -> None:
    assert "[red]x" in written(pl.DataFrame([rows(reading_fr="[red]x")]), Format.TABLE)


def test_a_long_table_says_what_it_leaves_out() -> None:
    found = pl.DataFrame(
        [rows()] + [rows(reading_id=str(n), is_preferred=False) for n in range(MAX_READINGS_SHOWN)]
    )
    assert "1 autres lectures" in written(found, Format.TABLE)


@pytest.mark.integration
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_each_format_of_one_claim(data_root: Path, form: str) -> None:
    run = run_observatoire("audit", "educator_smic_2001", "--format", form, root=data_root)
    assert run.returncode == 0, run.stderr
    if form == "json":
        [claim] = json.loads(run.stdout)
        assert set(claim) >= {"claim_id", "stated", "verdict", "readings"}
        assert claim["stated"] == 1.6
        assert claim["readings"][0]["preferred"]
        assert all(
            set(row) == {"reading_id", "value", "verdict", "preferred"} for row in claim["readings"]
        )
    elif form == "csv":
        lines = list(csv.DictReader(io.StringIO(run.stdout)))
        assert {line["claim_id"] for line in lines} == {"educator_smic_2001"}
    else:
        assert "1,62 SMIC" in run.stdout


@pytest.mark.integration
@pytest.mark.parametrize(
    ("claim_id", "point", "shown"),
    [
        ("vacant_posts_members_18000", "implied_share_members", "5,17 %"),
        ("apprentices_2022", "multiple_2020_2021", "6,23 ×"),
        ("entrants_2017", "printed_change", "-38,88 %"),
    ],
)
def test_reference_points_are_in_all_formats(
    data_root: Path, claim_id: str, point: str, shown: str
) -> None:
    said = {
        form: run_observatoire("audit", claim_id, "--format", form, root=data_root).stdout
        for form in ("table", "json", "csv")
    }
    [claim] = json.loads(said["json"])
    assert point in {row["reading_id"] for row in claim["context"]}
    assert point not in {row["reading_id"] for row in claim["readings"]}
    [line] = [r for r in csv.DictReader(io.StringIO(said["csv"])) if r["reading_id"] == point]
    assert (line["kind"], line["reading_verdict"], line["stated_value"]) == ("context", "", "")
    assert line["claim_id"] == claim_id
    assert shown in said["table"]


@pytest.mark.integration
def test_the_list_in_a_pipe_has_every_id_whole(data_root: Path, release: Release) -> None:
    run = run_observatoire("audit", root=data_root)
    known = release.sql("select distinct claim_id from mart_claim_audit")["claim_id"]
    assert [claim_id for claim_id in known if claim_id not in run.stdout] == []


@pytest.mark.integration
def test_all_claims_in_json_are_those_of_the_release(data_root: Path, release: Release) -> None:
    run = run_observatoire("audit", "--format", "json", root=data_root)
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    known = release.sql("select distinct claim_id from mart_claim_audit order by 1")
    assert [claim["claim_id"] for claim in said] == known["claim_id"].to_list()
    rows_known = release.sql("select count(*) from mart_claim_audit").item()
    assert sum(len(claim["readings"]) for claim in said) == rows_known


@pytest.mark.integration
def test_an_unknown_claim_is_answered_by_the_list(data_root: Path) -> None:
    run = run_observatoire("audit", "nope", root=data_root)
    assert run.returncode == 1
    assert "educator_smic_2001" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.integration
def test_an_unknown_format_is_a_usage_error(data_root: Path) -> None:
    run = run_observatoire("audit", "--format", "xml", root=data_root)
    assert run.returncode == 2


def test_without_a_release_the_command_says_what_to_do(tmp_path: Path) -> None:
    run = run_observatoire("audit", root=tmp_path)
    assert run.returncode == 1
    assert "refresh" in run.stderr
