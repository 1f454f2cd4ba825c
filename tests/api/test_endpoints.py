"""What the interface answers is what the release holds, row for row, save what it names."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ingest.paths import DATA_VARIABLE, DataPaths
from ingest.release import Release
from opendata.api import claims, pay, salary
from opendata.api.app import application
from opendata.files.dialects import FRENCH, PLAIN, Dialect
from opendata.model import OpenTable, Rights
from opendata.rights import rights_of
from tests.api.conftest import Client

pytestmark = pytest.mark.integration
EDUCATOR = (
    "salary?agreement=ccn66&job=educateur_specialise&scale=day&seniority=0&employer_group=other"
    "&convention=base&reference=smic_35h"
)


@pytest.fixture(scope="module")
def rights(release: Release) -> Rights:
    return rights_of(release)


def pages(client: Client, address: str, limit: int) -> Iterator[dict[str, Any]]:
    """All parts of a list, by the addresses that the answers give."""
    here, _, query = address.partition("?")
    following: str | None = f"?{query}&limit={limit}".replace("?&", "?")
    while following:
        answer = client.get(here + following)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield page
        following = page["paging"]["next"]


def held(table: OpenTable, release: Release) -> pl.DataFrame:
    """The handed-out rows of a mart, in the order of its grain."""
    return release.sql(table.query())


def as_table(rows: list[dict[str, Any]], like: pl.DataFrame) -> pl.DataFrame:
    """Rows of JSON with the types of a table; a column that it does not know fails."""
    read = pl.DataFrame(rows, schema={name: _read_as(kind) for name, kind in like.schema.items()})
    assert all(set(row) == set(like.columns) for row in rows)
    return read.with_columns(
        pl.col(name).str.to_date("%Y-%m-%d")
        for name, kind in like.schema.items()
        if kind == pl.Date
    )


def _read_as(kind: pl.DataType) -> pl.DataType:
    return pl.String() if kind == pl.Date else kind


@pytest.mark.parametrize("limit", [37, 1000])
def test_key_figures_equal_the_mart(
    client: Client, release: Release, rights: Rights, limit: int
) -> None:
    expected = held(rights.tables["mart_key_figures"], release)
    told = list(pages(client, "key-figures", limit))
    assert {page["paging"]["total"] for page in told} == {expected.height}
    rows = [row for page in told for row in page["key_figures"]]
    assert_frame_equal(as_table(rows, expected), expected, check_exact=True)


def test_a_filter_gives_those_rows_and_no_others(
    client: Client, release: Release, rights: Rights
) -> None:
    expected = held(rights.tables["mart_key_figures"], release)
    groups = expected["conflict_group"].drop_nulls().unique().sort().to_list()[:2]
    query = "&".join(f"conflict_group={group}" for group in groups)
    rows = client.get(f"key-figures?{query}").json()["key_figures"]
    expected = expected.filter(pl.col("conflict_group").is_in(groups))
    assert expected.height
    assert_frame_equal(as_table(rows, expected), expected, check_exact=True)


@pytest.mark.parametrize(("form", "dialect"), [("csv", PLAIN), ("csv-fr", FRENCH)])
def test_csv_is_what_the_files_hold(
    client: Client, release: Release, rights: Rights, form: str, dialect: Dialect
) -> None:
    expected = held(rights.tables["mart_key_figures"], release)
    answer = client.get(f"key-figures?format={form}&limit=100000")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["total-count"] == str(expected.height)
    assert answer.content == dialect.document(expected)


def test_the_parameter_goes_before_the_header(client: Client) -> None:
    csv = {"Accept": "text/csv"}
    assert client.get("claims?limit=1", headers=csv).headers["content-type"].startswith("text/csv")
    assert client.get("claims?limit=1&format=json", headers=csv).json()["claims"]


def test_indicators_equal_the_mart_and_count_what_is_withheld(
    client: Client, release: Release, rights: Rights
) -> None:
    expected = held(rights.tables["dim_indicator"], release)
    rows = [row for page in pages(client, "indicators", 50) for row in page["indicators"]]
    own = [{name: row[name] for name in expected.columns} for row in rows]
    assert_frame_equal(as_table(own, expected), expected, check_exact=True)
    facts = release.sql("select indicator_id, source_id, is_second_rank from fct_observation")
    is_open = pl.col("source_id").is_in(
        release.sql("select source_id from dim_source where is_redistributable")[
            "source_id"
        ].to_list()
    ) & ~pl.col("is_second_rank")
    counted = {
        name: (n_open, n - n_open)
        for name, n_open, n in facts.group_by("indicator_id")
        .agg(is_open.sum(), pl.len())
        .iter_rows()
    }
    assert {
        row["indicator_id"]: (row["n_observations"], row["n_withheld"])
        for row in rows
        if row["n_observations"] + row["n_withheld"]
    } == counted
    assert sum(withheld for _, withheld in counted.values())


def test_each_indicator_says_what_there_is_of_it(
    client: Client, release: Release, rights: Rights
) -> None:
    condition = rights.tables["fct_observation"].condition
    facts = release.sql(
        f"select *, ({condition}) as is_open from fct_observation order by indicator_id"
    )
    for (indicator,), own in facts.partition_by("indicator_id", as_dict=True).items():
        told = client.get(f"indicators/{indicator}").json()
        for dimension, key in (
            ("populations", "population_id"),
            ("occupations", "occupation_id"),
            ("geographies", "geography_id"),
            ("sources", "source_id"),
        ):
            expected = own.group_by(key).agg(pl.col("is_open").sum(), pl.len()).sort(key)
            assert [
                (row[key], row["n_observations"], row["n_observations"] + row["n_withheld"])
                for row in told[dimension]
            ] == expected.rows()
        frequencies = own.filter("is_open")["frequency"].unique().sort().to_list()
        assert told["frequencies"] == frequencies


def test_sources_are_all_listed_with_their_terms(client: Client, release: Release) -> None:
    expected = release.sql("from dim_source order by source_id")
    rows = client.get("sources").json()["sources"]
    own = [{name: row[name] for name in expected.columns} for row in rows]
    assert_frame_equal(as_table(own, expected), expected, check_exact=True)
    freshness = release.sql("from mart_source_freshness order by source_id")
    own = [{name: row[name] for name in freshness.columns} for row in rows]
    assert_frame_equal(as_table(own, freshness), freshness, check_exact=True)
    for row in rows:
        if not row["is_redistributable"] and row["n_observations"]:
            assert "licence_unknown" in row["why_withheld"]
            assert row["n_rows_withheld"] >= row["n_observations"]


def test_a_source_says_which_columns_and_marts_repeat_it(client: Client, rights: Rights) -> None:
    told = client.get("sources/smic").json()["withheld_of_source"]
    assert "mart_smic" in told["marts"]
    assert {"mart": "mart_salary_smic", "column": "reference_eur"} in told["columns"]
    open_one = client.get("sources/dares_vacancies").json()["withheld_of_source"]
    assert {row["reason"] for row in open_one["rows"]} == {"second_rank"}


def test_every_claim_with_its_readings_and_operands(
    client: Client, release: Release, rights: Rights
) -> None:
    """The answers put together again are the four marts."""
    listed = [row for page in pages(client, "claims", 20) for row in page["claims"]]
    audit = held(rights.tables[claims.AUDIT], release)
    assert [row["claim_id"] for row in listed] == audit["claim_id"].unique().sort().to_list()
    readings, operands, combinations, audited = [], [], [], []
    for row in listed:
        for page in pages(client, f"claims/{row['claim_id']}", 1500):
            assert page["claim"] == row
            cited = {source["source_id"] for source in page["sources"]}
            for reading in page["readings"]:
                used = reading.pop("operands")
                assert {part["source_id"] for part in used} - {None} <= cited
                operands += used
                if own := reading.pop("combination"):
                    assert {"ccn66", "segur", "smic", "gmr"} <= cited
                    combinations.append(own)
                readings.append(reading)
                if reading["kind"] != "context":
                    audited.append(row | reading | {"unit_id": row["unit_id"]} | _symbols(row))
    for mart, rows in (
        (claims.READINGS, readings),
        (claims.OPERANDS, operands),
        (claims.COMBINATIONS, combinations),
        (claims.AUDIT, audited),
    ):
        expected = held(rights.tables[mart], release)
        own = [{name: row[name] for name in expected.columns} for row in rows]
        found = as_table(own, expected).sort(rights.tables[mart].keys)
        assert_frame_equal(found, expected.sort(rights.tables[mart].keys), check_exact=True)


def _symbols(claim: dict[str, Any]) -> dict[str, Any]:
    return {name: claim[name] for name in ("unit_symbol_fr", "unit_symbol_en")}


def test_the_preferred_reading_comes_first(client: Client) -> None:
    readings = client.get("claims/educator_smic_2001?limit=5").json()["readings"]
    assert [reading["is_preferred"] for reading in readings] == [True] + [False] * 4


def test_a_sample_of_pay_equals_the_mart(client: Client, release: Release, rights: Rights) -> None:
    combinations = release.sql(salary.COMBINATIONS)
    chance = random.Random(20261120)
    for place in chance.sample(range(combinations.height), 40):
        own = combinations.row(place, named=True)
        query = "&".join(f"{name}={own[column]}" for name, column in pay.DIMENSIONS.items())
        answer = client.get(f"salary?{query}&seniority={own['seniority_years']}")
        assert answer.status_code == 200, answer.text
        told = answer.json()
        named = {column: own[column] for column in pay.DIMENSIONS.values()}
        where = " and ".join(f"{column} = ${column}" for column in named)
        columns = ", ".join(rights.tables["mart_salary_smic"].columns)
        expected = release.sql(
            f"select {columns} from mart_salary_smic where {where} and $years between "
            "seniority_years and coalesce(seniority_years_to, 99) order by month",
            named | {"years": own["seniority_years"]},
        )
        assert_frame_equal(as_table(told["salary"], expected), expected, check_exact=True)
        gaps = release.sql(
            "from mart_pay_gaps where agreement_id = $agreement_id and job_id in ('all', $job_id) "
            "order by gap_kind, first_month, job_id, missing_fr",
            {name: own[name] for name in ("agreement_id", "job_id")},
        )
        assert_frame_equal(as_table(told["gaps"], gaps), gaps, check_exact=True)
        first = dt.date.fromisoformat(told["asked"]["first"])
        last = dt.date.fromisoformat(told["asked"]["last"])
        missing = _months(told["missing_months"])
        assert sorted([*expected["month"], *missing]) == list(
            pl.date_range(first, last, "1mo", eager=True)
        )


def test_one_month_quotes_what_several_withhold(
    client: Client, release: Release, rights: Rights
) -> None:
    withheld = {column.name for column in rights.tables["mart_salary_smic"].withheld_columns}
    assert "reference_eur" in withheld
    for month in ("month=2023-01", "from=2023-01&to=2023-01", "from=2023-01-15&to=2023-01-31"):
        told = client.get(f"{EDUCATOR}&{month}").json()
        assert told["is_quotation"]
        assert told["withheld"]["columns"] == []
        expected = release.sql(
            "from mart_salary_smic where agreement_id = 'ccn66' and scale = 'day' "
            "and job_id = 'educateur_specialise' and seniority_years = 0 and month = '2023-01-01' "
            "and employer_group = 'other' and pay_convention = 'base' "
            "and reference_wage = 'smic_35h'"
        )
        assert_frame_equal(as_table(told["salary"], expected), expected, check_exact=True)
    several = client.get(f"{EDUCATOR}&from=2023-01&to=2023-02").json()
    assert not several["is_quotation"]
    assert {column["column"] for column in several["withheld"]["columns"]} == withheld
    assert all(column["sources"] for column in several["withheld"]["columns"])
    assert not withheld & set(several["salary"][0])
    assert {part["column"] for part in several["components"]} >= withheld
    as_file = client.get(f"{EDUCATOR}&from=2023-01&to=2023-02&format=csv").text
    assert not withheld & set(as_file.splitlines()[0].split(","))


def _months(runs: list[dict[str, str]]) -> list[dt.date]:
    return [
        month
        for run in runs
        for month in pl.date_range(
            dt.date.fromisoformat(run["first_month"]),
            dt.date.fromisoformat(run["last_month"]),
            "1mo",
            eager=True,
        )
    ]


def test_each_component_of_a_pay_is_cited(client: Client, release: Release) -> None:
    told = client.get(f"{EDUCATOR}&month=2023-01").json()
    [month] = told["salary"]
    parts = {part["column"]: part for part in told["components"]}
    assert "prime_decentralisee_eur" not in parts, "CCN 66 has none"
    assert parts["point_value_eur"]["sources"] == ["ccn66"]
    assert parts["segur_eur"] == {
        "column": "segur_eur",
        "is_in_pay": False,
        "status_column": None,
        "evidence_column": None,
        "provenance_column": None,
        "sources": ["segur"],
    }
    assert "smic" in parts["reference_eur"]["sources"]
    assert "gmr" not in parts["reference_eur"]["sources"]
    cited = {source["source_id"]: source for source in told["sources"]}
    assert set(cited) == {source for part in parts.values() for source in part["sources"]}
    assert all(source["citation"] for source in cited.values())
    assert month[parts["point_value_eur"]["provenance_column"]]
    assert month["coefficient"] * month["point_value_eur"] == pytest.approx(month["base_eur"])


def test_a_guarantee_is_cited_as_such(client: Client) -> None:
    told = client.get(EDUCATOR.replace("smic_35h", "gmr2") + "&month=2001-01").json()
    parts = {part["column"]: part for part in told["components"]}
    assert parts["reference_eur"]["sources"] == ["gmr"]


def test_every_agreement_has_its_source(client: Client, release: Release) -> None:
    agreements = release.sql("select distinct agreement_id from mart_pay_jobs")["agreement_id"]
    assert set(agreements) <= set(pay.AGREEMENTS)
    sources = release.sql("select source_id from dim_source")["source_id"]
    assert set(pay.AGREEMENTS.values()) <= set(sources)


def test_months_without_pay_say_why(client: Client, release: Release) -> None:
    """CCN 51 has no table of seniority from January 2013 to October 2014: nothing is made up."""
    told = client.get(
        "salary?agreement=ccn51&job=auxiliaire_de_vie_sociale&employer_group=other&convention=base"
        "&reference=smic_35h&seniority=0&from=2013&to=2013"
    ).json()
    assert told["salary"] == []
    assert told["missing_months"] == [{"first_month": "2013-01-01", "last_month": "2013-12-01"}]
    assert any(gap["gap_kind"] == "months" for gap in told["gaps"])
    assert all(gap["reason_fr"] for gap in told["gaps"])


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([], [("2020-11-01", "2021-02-01")]),
        (["2020-11-01", "2021-02-01"], [("2020-12-01", "2021-01-01")]),
        (["2020-12-01"], [("2020-11-01", "2020-11-01"), ("2021-01-01", "2021-02-01")]),
        (["2020-11-01", "2020-12-01", "2021-01-01", "2021-02-01"], []),
    ],
)
def test_missing_months_are_runs(known: list[str], expected: list[tuple[str, str]]) -> None:
    found = pay.missing_months(
        {dt.date.fromisoformat(month) for month in known}, dt.date(2020, 11, 1), dt.date(2021, 2, 1)
    )
    told = [(str(run["first_month"]), str(run["last_month"])) for run in found]
    assert told == expected


def test_several_combinations_are_refused_with_what_is_left_to_narrow(client: Client) -> None:
    answer = client.get("salary?agreement=ccn66&job=educateur_specialise&scale=day")
    assert answer.status_code == 400
    told = answer.json()
    assert told["code"] == "several_combinations"
    assert set(told["choices"]) == {"employer_group", "convention", "reference", "seniority"}
    assert told["choices"]["employer_group"] == ["nexem_member", "other"]
    narrowed = "&".join(f"{name}={values[0]}" for name, values in told["choices"].items())
    again = client.get(f"salary?agreement=ccn66&job=educateur_specialise&scale=day&{narrowed}")
    assert again.status_code == 200


def test_a_value_that_the_other_parameters_exclude_is_refused_with_those_they_leave(
    client: Client,
) -> None:
    told = client.get("salary?agreement=bad&job=educateur_specialise").json()
    assert (told["code"], told["parameter"]) == ("unknown_combination", "job")
    assert "employe_degre_1" in told["allowed"]
    assert "educateur_specialise" not in told["allowed"]


def test_seniority_between_two_steps_stands_on_the_lower_one(client: Client) -> None:
    between = client.get(EDUCATOR.replace("seniority=0", "seniority=4") + "&month=2023-01").json()
    on_the_step = client.get(
        EDUCATOR.replace("seniority=0", "seniority=3") + "&month=2023-01"
    ).json()
    assert between["salary"] == on_the_step["salary"]
    assert between["salary"][0]["seniority_years"] == 3


@pytest.mark.parametrize(
    ("query", "code", "parameter"),
    [
        ("key-figures?document=nobody", "unknown_value", "document"),
        ("indicators?source=nobody", "unknown_value", "source"),
        ("claims?verdict=true", "unknown_value", "verdict"),
        ("salary?agreement=ccn99", "unknown_combination", "agreement"),
        (f"{EDUCATOR}&month=2023-01&from=2022", "month_or_range", "month"),
        (f"{EDUCATOR}&month=2023", "bad_month", "month"),
        (f"{EDUCATOR}&month=", "bad_month", "month"),
        (f"{EDUCATOR}&from=", "bad_period", "from"),
        (f"{EDUCATOR}&from=2023&to=2022", "empty_range", "from"),
        (f"{EDUCATOR}&seniority=4", "repeated_parameter", "seniority"),
        ("salary?seniority=-1", "out_of_range", "seniority"),
        ("salary?colour=red", "unknown_parameter", "colour"),
        ("sources?limit=0", "out_of_range", "limit"),
        ("releases?release=20000101T000000Z-00000000", "unknown_release", "release"),
    ],
)
def test_what_is_refused_names_the_parameter(
    client: Client, query: str, code: str, parameter: str
) -> None:
    answer = client.get(query)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["code"], told["parameter"]) == (code, parameter)
    assert told["detail"]
    assert client.get(f"{query}&lang=en").json()["detail"] != told["detail"]


@pytest.mark.parametrize(
    "address",
    ["claims/nobody", "indicators/nobody", "sources/nobody", "releases/nobody", "nowhere"],
)
def test_what_is_not_there_is_404(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_releases_tell_what_the_manifest_tells(
    client: Client, release: Release, rights: Rights
) -> None:
    listed = client.get("releases").json()["releases"]
    [current] = [row for row in listed if row["is_current"]]
    assert current["release_id"] == release.id
    told = client.get(f"releases/{release.id}").json()["detail"]
    assert {row["mart"]: row["sha256"] for row in told["marts"]} == {
        name.removesuffix(".parquet"): entry.sha256
        for name, entry in release.manifest.files.items()
    }
    assert {row["mart"] for row in told["marts"] if row["is_handed_out"]} == set(rights.tables)
    assert str(release.folder) not in json.dumps(told)


def test_a_release_that_does_not_say_its_rights_is_told_apart(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was published before the rights were described hands nothing out."""
    paths = DataPaths(tmp_path)
    old = "20200101T000000Z-00000000"
    for name in (release.id, old):
        folder = paths.releases / name
        folder.mkdir(parents=True)
        manifest = json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))
        manifest["release_id"] = name
        for file in list(manifest["files"]):
            if name == old and file == "tables.parquet":
                del manifest["files"][file]
            else:
                (folder / file).symlink_to(release.folder / file)
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    paths.current.symlink_to(paths.releases / release.id)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    client = Client(application())
    listed = client.get("releases").json()["releases"]
    assert [(row["release_id"], row["is_open"]) for row in listed] == [
        (release.id, True),
        (old, False),
    ]
    told = client.get(f"releases/{old}").json()["detail"]
    assert not any(row["is_handed_out"] for row in told["marts"])
    refused = client.get(f"claims?release={old}")
    assert (refused.status_code, refused.json()["parameter"]) == (400, "release")
    assert client.get("claims").json()["release"] == release.id
    client.close()


def test_an_answer_of_a_named_release_is_that_of_the_current_one(
    client: Client, release: Release
) -> None:
    now, named = client.get("claims"), client.get(f"claims?release={release.id}")
    assert now.json() == named.json()
    assert named.json()["release"] == release.id


def test_every_answer_is_the_release_s_and_carries_its_etag(client: Client) -> None:
    for address in ("", "claims", "indicators", "sources", "key-figures", f"{EDUCATOR}"):
        answer = client.get(address)
        etag = answer.headers["etag"]
        assert answer.json()["release"] in etag
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_no_withheld_column_is_handed_out_but_by_quotation(client: Client, rights: Rights) -> None:
    """A list of rows never has a withheld column; a single pay quotes its operands."""
    for address, name, mart in (
        ("key-figures", "key_figures", "mart_key_figures"),
        ("claims", "claims", "mart_claim_audit"),
    ):
        withheld = {column.name for column in rights.tables[mart].withheld_columns}
        assert not withheld & set(client.get(address).json()[name][0])
    combination = client.get("claims/educator_smic_2001?limit=1").json()["readings"][0]
    assert "reference_eur" not in combination["combination"]
    assert "reference_eur" in client.get(f"{EDUCATOR}&month=2023-01").json()["salary"][0]


def test_the_index_tells_all_that_is_withheld(client: Client, rights: Rights) -> None:
    withheld = client.get("").json()["withheld"]
    assert {table["mart"] for table in withheld["tables"]} == set(rights.withheld_tables)
    assert {(column["mart"], column["column"]) for column in withheld["columns"]} == {
        (table.name, column.name)
        for table in rights.tables.values()
        for column in table.withheld_columns
    }
    assert sum(rows["n_rows"] for rows in withheld["rows"]) == sum(
        held.n_rows for table in rights.tables.values() for held in table.withheld_rows
    )
