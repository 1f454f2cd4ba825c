"""Tests of the tests: each generic dbt test passes on good rows and finds the bad ones."""

from __future__ import annotations

import json
import shutil

import pytest

from ingest.paths import DBT_PROJECT
from tests.dbt.conftest import run_dbt

PROJECT = """
name: generic
version: "1.0.0"
profile: generic
flags: {send_anonymous_usage_stats: false}
seed-paths: [seeds]
test-paths: [tests]
seeds: {+column_types: {period_start: date}}
"""
PROFILE = """
generic:
  target: local
  outputs:
    local: {type: duckdb, path: "{{ env_var('OBSERVATOIRE_WAREHOUSE') }}"}
"""

# name of the test: (arguments, column or None, good rows, bad rows, number of rows it must find)
CASES: dict[str, tuple[dict[str, object], str | None, str, str, int]] = {
    "unique_grain": (
        {"columns": ["a", "b"]},
        None,
        "a,b\nx,1\nx,2\n,1\n",
        "a,b\nx,1\nx,1\n,1\n,1\n",
        2,
    ),
    "between": ({"low": 0, "high": 1}, "a", "a\n0\n1\n0.5\n", "a\n-0.1\n1.1\n0.5\n", 2),
    "same_row_count_as": ({"compare_model": "ref('other')"}, None, "a\n1\n2\n", "a\n1\n", 1),
    "expression_holds": ({"expression": "a < b"}, None, "a,b\n1,2\n", "a,b\n2,1\n1,\n1,2\n", 2),
    "no_holes_in_calendar": (
        {"by": ["a"], "step": "3 months"},
        "period_start",
        "a,period_start\nx,2024-01-01\nx,2024-04-01\ny,2025-01-01\n",
        "a,period_start\nx,2024-01-01\nx,2024-07-01\ny,2025-01-01\n",
        1,
    ),
    "parts_equal_total": (
        {"by": ["y"], "is_part": "k = 'p'", "is_total": "k = 't'", "tolerance": 0.5},
        "v",
        "y,k,v\n1,p,2\n1,p,3\n1,t,5.4\n2,p,1\n2,p,\n2,t,9\n",
        "y,k,v\n1,p,2\n1,p,3\n1,t,6\n",
        1,
    ),
    "no_overlapping_validity": (
        {"by": ["a"]},
        None,
        "a,valid_from,valid_to\nx,2020-01-01,2020-12-31\nx,2021-01-01,\ny,2020-06-01,\n",
        "a,valid_from,valid_to\nx,2020-01-01,2021-06-30\nx,2021-01-01,\n"
        "y,2020-01-01,\ny,2021-01-01,\n",
        2,
    ),
    "translated": (
        {"columns": ["a", "b"], "official": "k = 'name'"},
        None,
        "k,a_fr,a_en,b_fr,b_en\n-,Poste vacant,Vacant post,,\n"
        "name,Puy de la Croix,Puy de la Croix,,\n-,Part,Share « dans la branche »,CCN 66,CCN 66\n",
        "k,a_fr,a_en,b_fr,b_en\n-,Poste vacant,,,\n-,,Vacant post,,\n"
        "-,Trois mots français,Trois mots français,Part,Share\n"
        "-,Part,Share,Un poste,Post dans la branche\n",
        4,
    ),
    "covers_at_least": ({"rows": 2, "where": "a = 1"}, None, "a\n1\n1\n", "a\n1\n2\n", 1),
}


def test_each_generic_test_has_a_case() -> None:
    here = {path.stem for path in (DBT_PROJECT / "tests" / "generic").glob("*.sql")}
    assert here == set(CASES)


def _seed_yaml(seed: str, test: str) -> str:
    arguments, column, *_ = CASES[test]
    entry = json.dumps([{test: {"name": f"{seed}_case", "arguments": arguments}}])
    if column is None:
        return f"  - {{name: {seed}, data_tests: {entry}}}\n"
    return f"  - {{name: {seed}, columns: [{{name: {column}, data_tests: {entry}}}]}}\n"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Rows that each case found, from one run of dbt over a project of nothing but cases."""
    project = tmp_path_factory.mktemp("generic")
    shutil.copytree(DBT_PROJECT / "tests" / "generic", project / "tests" / "generic")
    (project / "dbt_project.yml").write_text(PROJECT)
    (project / "profiles.yml").write_text(PROFILE)
    (project / "seeds").mkdir()
    properties = "seeds:\n"
    for test, (_, _, good, bad, _) in CASES.items():
        for kind, rows in (("good", good), ("bad", bad)):
            (project / "seeds" / f"{test}_{kind}.csv").write_text(rows)
            properties += _seed_yaml(f"{test}_{kind}", test)
    (project / "seeds" / "other.csv").write_text("a\n1\n2\n")
    (project / "seeds" / "seeds.yml").write_text(properties)
    run = run_dbt("build", project=project, work=project, warehouse=project / "w.duckdb")
    assert (project / "target" / "run_results.json").is_file(), run.stdout + run.stderr
    results = json.loads((project / "target" / "run_results.json").read_text())["results"]
    return {
        result["unique_id"].split(".")[2]: result["failures"]
        for result in results
        if result["unique_id"].startswith("test.")
    }


@pytest.mark.parametrize("test", CASES)
def test_it_passes_on_good_rows_and_finds_bad_ones(found: dict[str, int], test: str) -> None:
    assert found[f"{test}_good_case"] == 0
    assert found[f"{test}_bad_case"] == CASES[test][4]
