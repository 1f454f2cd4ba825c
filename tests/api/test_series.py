"""The series are the rows of the mart that may be handed out, in its order, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ingest.release import Release, as_known_on
from opendata.api.opened import OBSERVATIONS
from opendata.api.parameters import first_day, last_day
from opendata.api.problems import Problem
from opendata.model import OpenTable
from opendata.rights import rights_of
from tests.api.conftest import Client

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def table(release: Release) -> OpenTable:
    return rights_of(release).tables[OBSERVATIONS]


def rows_of(answer: dict[str, Any], table: OpenTable, release: Release) -> pl.DataFrame:
    """The observations of an answer, with the types of the mart."""
    schema = release.sql(f"select {', '.join(table.columns)} from {OBSERVATIONS} limit 0").schema
    read = {name: pl.String if type_ == pl.Date else type_ for name, type_ in schema.items()}
    frame = pl.DataFrame(answer["observations"], schema=read, orient="row")
    return frame.with_columns(
        pl.col(name).str.to_date() for name, type_ in schema.items() if type_ == pl.Date
    )


def all_of(client: Client, query: str) -> list[dict[str, Any]]:
    """Every page of a request."""
    answers = [client.get(f"series?{query}").json()]
    while following := answers[-1]["paging"]["next"]:
        answers.append(client.get(f"series{following}").json())
    return answers


def test_all_that_is_handed_out_comes_out_row_for_row(
    client: Client, release: Release, table: OpenTable
) -> None:
    """Every open observation, null and date and float, in the order of the mart's file."""
    indicators = release.sql(
        f"select distinct indicator_id from {OBSERVATIONS} where {table.condition} order by 1"
    )["indicator_id"]
    query = "&".join(f"indicator={name}" for name in indicators) + "&vintages=all&limit=10000"
    answers = all_of(client, query)
    got = pl.concat([rows_of(answer, table, release) for answer in answers])
    columns = ", ".join(table.columns)
    expected = release.sql(f"select {columns} from {OBSERVATIONS} where {table.condition}")
    assert expected.height > 60_000
    assert_frame_equal(got, expected, check_exact=True)
    assert {answer["paging"]["total"] for answer in answers} == {expected.height}
    assert len({str(answer["withheld"]) for answer in answers}) == 1


def test_what_is_latest_is_asked_for_unless_all_vintages_are(
    client: Client, release: Release, table: OpenTable
) -> None:
    latest = client.get("series?indicator=vacancy_rate").json()
    every = client.get("series?indicator=vacancy_rate&vintages=all&limit=10000").json()
    assert all(row["is_latest"] for row in latest["observations"])
    counted = release.sql(
        f"select count(*) as n, count(*) filter (where is_latest) as n_latest from {OBSERVATIONS} "
        f"where ({table.condition}) and indicator_id = 'vacancy_rate'"
    )
    assert [(every["paging"]["total"], latest["paging"]["total"])] == counted.rows()
    assert every["paging"]["total"] > latest["paging"]["total"]


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("population=section_q__all_sizes", "population_id = 'section_q__all_sizes'"),
        (
            "population=section_q__all_sizes&population=b_s__all_sizes",
            "population_id in ('section_q__all_sizes', 'b_s__all_sizes')",
        ),
        ("geography=fr", "geography_id = 'fr'"),
        ("occupation=all&source=dares_vacancies", "source_id = 'dares_vacancies'"),
        ("from=2020", "period_start >= '2020-01-01'"),
        ("to=2020-Q2", "period_end <= '2020-06-30'"),
        ("from=2019-04&to=2019-06", "period_start >= '2019-04-01' and period_end <= '2019-06-30'"),
        ("from=2019-04-02", "period_start >= '2019-04-02'"),
    ],
)
def test_each_parameter_narrows_as_it_says(
    client: Client, release: Release, table: OpenTable, query: str, condition: str
) -> None:
    answer = client.get(f"series?indicator=vacancy_rate&limit=10000&{query}").json()
    expected = release.sql(
        f"select {', '.join(table.columns)} from {OBSERVATIONS} where ({table.condition}) "
        f"and is_latest and indicator_id = 'vacancy_rate' and {condition}"
    )
    assert expected.height > 0
    assert_frame_equal(rows_of(answer, table, release), expected, check_exact=True)


@pytest.mark.parametrize("day", ["2026-11-01", "2026-11-20", "2030-01-01"])
def test_as_of_is_what_was_known_on_that_day_of_the_open_rows(
    client: Client, release: Release, table: OpenTable, day: str
) -> None:
    answer = client.get(f"series?indicator=vacancy_rate&as_of={day}&limit=10000").json()
    chosen = f"(select * from {OBSERVATIONS} where {table.condition})"
    columns, keys = ", ".join(table.columns), ", ".join(table.keys)
    expected = release.sql(
        f"select {columns} from ({as_known_on(chosen)}) "
        f"where indicator_id = 'vacancy_rate' order by {keys}",
        {"day": dt.date.fromisoformat(day)},
    )
    assert_frame_equal(rows_of(answer, table, release), expected, check_exact=True)
    assert (expected.height > 0) == (day > "2026-11-19")
    assert answer["known_from"] == "2026-11-20"  # why an earlier day gives nothing
    assert client.get("series?indicator=vacancy_rate&limit=1").json()["known_from"] is None


def test_what_is_withheld_is_counted_by_source_and_reason(
    client: Client, release: Release, table: OpenTable
) -> None:
    answer = client.get("series?indicator=vacancy_rate").json()
    counted = release.sql(
        f"select source_id, count(*) as n_rows from {OBSERVATIONS} where not ({table.condition}) "
        "and is_latest and indicator_id = 'vacancy_rate' group by all order by source_id"
    )
    told = [(held["source_id"], held["n_rows"]) for held in answer["withheld"]]
    assert told == counted.rows()
    reasons = {held["source_id"]: held["reason"] for held in answer["withheld"]}
    assert reasons["dares_vacancies"] == "second_rank"
    assert reasons["cnsa_tdb_esms"] == "licence_unknown"
    assert all(held["landing_page"] and held["citation"] for held in answer["withheld"])
    everything = release.sql(
        f"select count(*) as n from {OBSERVATIONS} where is_latest "
        "and indicator_id = 'vacancy_rate'"
    )
    assert answer["paging"]["total"] + counted["n_rows"].sum() == everything["n"].item()


def test_an_indicator_that_is_wholly_withheld_is_answered_with_the_reason(
    client: Client, release: Release, table: OpenTable
) -> None:
    withheld = release.sql(
        f"select indicator_id, count(*) as n from {OBSERVATIONS} where is_latest "
        f"group by 1 having not bool_or({table.condition}) order by n desc, 1 limit 1"
    ).row(0, named=True)
    answer = client.get(f"series?indicator={withheld['indicator_id']}")
    assert answer.status_code == 200
    said = answer.json()
    assert said["observations"] == said["series"] == said["attribution"] == []
    assert said["paging"]["total"] == 0
    assert sum(held["n_rows"] for held in said["withheld"]) == withheld["n"]


def test_each_source_of_an_answer_states_its_terms(client: Client) -> None:
    answer = client.get("series?indicator=vacancy_rate&indicator=hiring_projects").json()
    terms = {source["source_id"]: source["licence"]["name"] for source in answer["attribution"]}
    assert terms == {
        "dares_vacancies": "Licence Ouverte 2.0",
        "france_travail_bmo": terms["france_travail_bmo"],
    }
    assert terms["france_travail_bmo"].startswith("Licence Ouverte")
    total = sum(source["n_rows"] for source in answer["attribution"])
    assert total == answer["paging"]["total"]


def test_the_series_of_an_answer_may_each_be_drawn_on_one_line(client: Client) -> None:
    answer = client.get("series?indicator=vacancy_rate&limit=10000").json()
    keys = ("indicator_id", "population_id", "occupation_id", "geography_id", "source_id")
    lines: dict[tuple[str, ...], int] = {}
    for row in answer["observations"]:
        line = (*(row[key] for key in keys), row["frequency"], row["comparability_group"])
        lines[line] = lines.get(line, 0) + 1
    told = {
        (*(line[key] for key in keys), line["frequency"], line["comparability_group"]): line[
            "n_observations"
        ]
        for line in answer["series"]
    }
    assert told == lines
    breaks = [row["period_start"] for row in answer["observations"] if row["break_before"]]
    assert sorted(breaks) == sorted(
        point["period_start"] for line in answer["series"] for point in line["breaks"]
    )
    first = answer["series"][0]
    assert first["indicator_label"] == "Taux d’emplois vacants" or first["indicator_label"]
    assert first["unit"] == "fraction"
    assert first["unit_symbol"] is None  # 0.03 is no "0.03 %"


def test_labels_are_in_the_language_asked_for(client: Client) -> None:
    french, english = (
        client.get(f"series?indicator=vacancy_rate&limit=1&lang={lang}").json()["series"][0]
        for lang in ("fr", "en")
    )
    assert english["indicator_label"] == "Job vacancy rate"
    assert french["indicator_label"] != english["indicator_label"]
    assert client.get("series?indicator=vacancy_rate&limit=1").json()["series"][0] == french


def test_a_masked_value_is_null_with_its_status(client: Client) -> None:
    answer = client.get("series?indicator=hiring_projects&limit=10000").json()
    masked = [row for row in answer["observations"] if row["status"] == "secret"]
    assert masked
    assert {row["value"] for row in masked} == {None}
    assert all(row["value"] is not None or row["status"] in ("secret", "missing")
               for row in answer["observations"])  # fmt: skip


def test_pages_join_without_a_gap_and_keep_to_one_release(client: Client) -> None:
    whole = client.get("series?indicator=vacancy_rate").json()["observations"]
    answers = all_of(client, "indicator=vacancy_rate&limit=100")
    assert [row for answer in answers for row in answer["observations"]] == whole
    assert f"release={answers[0]['release']}" in answers[0]["paging"]["next"]
    assert answers[-1]["paging"]["next"] is None
    beyond = client.get("series?indicator=vacancy_rate&offset=100000").json()
    assert beyond["observations"] == []
    assert beyond["paging"]["total"] == len(whole)


REFUSED = [
    ("", "indicator", "missing_parameter"),
    ("indicator=", "indicator", "unknown_value"),
    ("indicator=nothing", "indicator", "unknown_value"),
    ("indicator=vacancy_rate&population=nobody", "population", "unknown_value"),
    ("indicator=vacancy_rate&colour=blue", "colour", "unknown_parameter"),
    ("indicator=vacancy_rate&from=2020&from=2021", "from", "repeated_parameter"),
    ("indicator=vacancy_rate&from=20", "from", "bad_period"),
    ("indicator=vacancy_rate&from=2020-Q5", "from", "bad_period"),
    ("indicator=vacancy_rate&to=2023-02-30", "to", "bad_period"),
    ("indicator=vacancy_rate&to=", "to", "bad_period"),
    ("indicator=vacancy_rate&as_of=2023", "as_of", "bad_day"),
    ("indicator=vacancy_rate&from=2021&to=2020", "from", "empty_range"),
    ("indicator=vacancy_rate&limit=0", "limit", "out_of_range"),
    ("indicator=vacancy_rate&limit=10001", "limit", "out_of_range"),
    ("indicator=vacancy_rate&limit=100001&format=csv", "limit", "out_of_range"),
    ("indicator=vacancy_rate&limit=ten", "limit", "not_a_number"),
    ("indicator=vacancy_rate&offset=-1", "offset", "out_of_range"),
    ("indicator=vacancy_rate&vintages=old", "vintages", "unknown_value"),
    ("indicator=vacancy_rate&format=xml", "format", "unknown_value"),
    ("indicator=vacancy_rate&lang=de", "lang", "unknown_value"),
    ("indicator=vacancy_rate&release=20200101T000000Z-00000000", "release", "unknown_release"),
    ("indicator=vacancy_rate&release=../current", "release", "unknown_release"),
    ("&".join(f"indicator=i{n}" for n in range(101)), "indicator", "too_many_values"),
]


@pytest.mark.parametrize(("query", "parameter", "code"), REFUSED)
def test_a_refusal_names_the_parameter_and_what_it_takes(
    client: Client, query: str, parameter: str, code: str
) -> None:
    answer = client.get(f"series?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert (said["status"], said["code"], said["parameter"]) == (400, code, parameter)
    assert parameter in said["detail"]
    if code.startswith("unknown"):
        assert said["allowed"]
        assert said["n_allowed"] >= len(said["allowed"])
    english = client.get(f"series?{query}&lang=en" if "lang=" not in query else f"series?{query}")
    assert english.json()["code"] == code
    assert english.json()["detail"] != said["detail"] or "lang=" in query


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("2024", ("2024-01-01", "2024-12-31")),
        ("2024-Q1", ("2024-01-01", "2024-03-31")),
        ("2024-Q4", ("2024-10-01", "2024-12-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2024-02-29", ("2024-02-29", "2024-02-29")),
    ],
)
def test_a_period_is_read_as_its_days(written: str, days: tuple[str, str]) -> None:
    found = (first_day("from", written), last_day("to", written))
    assert tuple(day.isoformat() for day in found) == days


@pytest.mark.parametrize(
    "written", ["", "24", "2024-13", "2024-00", "2024-Q0", "2024-2", "2023-02-29", "٢٠٢٤", "2024\n"]
)
def test_what_is_no_period_is_refused(written: str) -> None:
    with pytest.raises(Problem, match="bad_period"):
        first_day("from", written)
