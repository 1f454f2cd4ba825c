"""An agreement's table that cannot be true is refused before anything is computed from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from ingest.checks import Codes, check_source
from ingest.declarations import Column, NoOverlap, RangeBy, Table, read_declaration
from ingest.errors import DataProblem
from ingest.paths import PROJECT_ROOT, SEEDS

RAW = PROJECT_ROOT / "data" / "raw"


def check(folder: Path) -> None:
    check_source(folder, read_declaration(folder / "source.yml"), Codes(SEEDS))


# name: (source, table, text that stands in the file, text in its place, column, what is said)
BROKEN = {
    "a point in francs said to be euros": (
        "ccn66", "points", "2001-09-01,day,all,22.62,frf_per_point,FRF",
        "2001-09-01,day,all,22.62,frf_per_point,EUR", "point_as_published",
        "'22.62' is not plausible for currency_code EUR (3 to 6)",
    ),
    "a point in euros said to be francs": (
        "ccn66", "points", "2010-01-01,day,all,3.74,eur_per_point,EUR",
        "2010-01-01,day,all,3.74,eur_per_point,FRF", "point_as_published",
        "'3.74' is not plausible for currency_code FRF (18 to 30)",
    ),
    "a point in francs where only euros are known": (
        "ccn51", "points", "2000-12-01,4.07,", "2000-12-01,26.68,", "point_value_eur",
        "'26.68' lies over the maximum of 10",
    ),
    "a hourly SMIC in francs said to be euros": (
        "smic", "hourly", "43.72,frf_per_hour,FRF", "43.72,frf_per_hour,EUR",
        "hourly_as_published", "not plausible for currency_code EUR (5 to 30)",
    ),
    "a point in the future": (
        "ccn66", "points", "2022-07-01,day,nexem_members", "2027-07-01,day,nexem_members",
        "valid_from", "2027-07-01 lies after 2026-11-20",
    ),
    "a negative premium": (
        "ccn51", "premiums", "prime_grand_age,prime grand âge,70",
        "prime_grand_age,prime grand âge,-70", "amount", "'-70' lies under the minimum of 0",
    ),
    "a coefficient without a job": (
        "ccn51", "coefficients", "\nagent_de_soins,", "\n,", "job_id", "the cell is empty",
    ),
    "a coefficient of a job that nobody knows": (
        "ccn51", "coefficients", "\nagent_de_soins,", "\nagent_de_soin,", "job_id",
        "unknown code 'agent_de_soin'",
    ),
    "a coefficient of a job of another agreement": (
        "ccn51", "coefficients", "\nagent_de_soins,", "\ncategorie_a,", "job_id",
        "unknown code 'categorie_a'",
    ),
    "two coefficients of a job on the same day": (
        "ccn51", "coefficients", "2018-08-01,2019-07-31", "2018-07-01,2019-07-31", "valid_from",
        "holds from 2018-07-01 while line 6 of the same key (job_id=aide_soignant) "
        "holds from 2017-08-01 to 2018-07-31",
    ),
    "a grid that begins under one with no end": (
        "bad", "coefficients_avenant43", ",308,2024-01-01,", ",308,2021-12-01,", "valid_from",
        "holds from 2021-12-01 while line",
    ),
    "a row that ends before it begins": (
        "ccn51", "coefficients", "2018-08-01,2019-07-31", "2018-08-01,2018-07-31", "valid_to",
        "lies before the row's valid_from",
    ),
    "a coefficient ten times too high": (
        "bad", "coefficients_avenant43", ",344,", ",3440,", "coefficient",
        "'3440' lies over the maximum of 1500",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_agreement_is_refused_with_its_place(tmp_path: Path, case: str) -> None:
    source, table, there, instead, column, says = BROKEN[case]
    folder = tmp_path / source
    shutil.copytree(RAW / source, folder)
    file = folder / f"{table}.csv"
    content = file.read_text(encoding="utf-8")
    assert there in content, "the table has changed: mend the case"
    file.write_text(content.replace(there, instead, 1), encoding="utf-8")
    with pytest.raises(DataProblem) as caught:
        check(folder)
    problem = caught.value
    assert (problem.file, problem.column) == (file, column)
    assert says in problem.problem
    assert problem.line
    assert problem.remedy


@pytest.mark.parametrize("source", ["bad", "ccn51", "ccn66", "civil_service", "segur", "smic"])
def test_the_bundled_agreements_pass(source: str) -> None:
    check(RAW / source)


def test_an_open_end_is_an_overlap_unless_the_next_row_closes_it(tmp_path: Path) -> None:
    folder = tmp_path / "ccn51"
    shutil.copytree(RAW / "ccn51", folder)
    file = folder / "coefficients.csv"
    text = file.read_text(encoding="utf-8").replace("2018-08-01,2019-07-31", "2018-08-01,", 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataProblem, match="to no stated end"):
        check(folder)

    declared = folder / "source.yml"
    closing = declared.read_text(encoding="utf-8").replace(
        "no_overlap: {key: [job_id]}", "no_overlap: {key: [job_id], open_end: next}"
    )
    declared.write_text(closing, encoding="utf-8")
    with pytest.raises(DataProblem, match="wrong checksum"):  # nothing else is wrong
        check(folder)


def table(**more: object) -> dict[str, object]:
    return {
        "name": "facts", "grain": ["day"], "rows": 1, "sha256": "0" * 64,
        "retrieved_on": "2026-11-20", "columns": [{"name": "day", "type": "date"}],
    } | more  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        (table(no_overlap={"key": ["job_id"]}), "names unknown columns"),
        (table(not_after_retrieval=["valid_from"]), "names unknown columns"),
        (
            table(columns=[
                {"name": "day", "type": "date"},
                {"name": "pay", "type": "decimal", "unit": "eur_per_month",
                 "range_by": {"column": "currency", "ranges": {"EUR": [1, 2]}}},
            ]),
            "names unknown columns",
        ),
    ],
    ids=["no_overlap", "not_after_retrieval", "range_by"],
)  # fmt: skip
def test_a_check_of_a_column_that_is_not_there_is_refused(
    declared: dict[str, object], says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        Table.model_validate(declared)


def test_limits_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValidationError, match="only a number has a minimum"):
        Column.model_validate({"name": "day", "type": "date", "minimum": 1})
    with pytest.raises(ValidationError, match="maximum lies under the minimum"):
        Column.model_validate(
            {"name": "n", "type": "integer", "unit": "posts", "minimum": 2, "maximum": 1}
        )
    with pytest.raises(ValidationError, match="codes_prefix without codes"):
        Column.model_validate({"name": "job_id", "type": "text", "codes_prefix": "ccn66_"})
    with pytest.raises(ValidationError, match="under the lowest"):
        RangeBy.model_validate({"column": "currency_code", "ranges": {"EUR": [6, 3]}})
    with pytest.raises(ValidationError):
        NoOverlap.model_validate({"key": []})
