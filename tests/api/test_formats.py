"""Every format of the series holds the same rows, read back by readers that are not ours."""

from __future__ import annotations

import io
import json
from typing import Any

import httpx
import polars as pl
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal
from pyjstat import pyjstat

from ingest.online.formats.jsonstat import parse_jsonstat
from ingest.release import Release
from opendata.api import limits
from opendata.api.formats import jsonstat
from opendata.api.opened import OBSERVATIONS
from opendata.cells import unescape
from opendata.files.dialects import BOM, FRENCH, PLAIN
from opendata.model import OpenTable
from opendata.rights import rights_of
from tests.api.conftest import Client

pytestmark = pytest.mark.integration
DARES = "indicator=vacancy_rate&indicator=vacant_posts"
MASKED = "indicator=hiring_projects&occupation=fap2021_v4x83"
CODES = ["indicator", "population", "occupation", "geography", "source", "method", "time"]


@pytest.fixture(scope="module")
def table(release: Release) -> OpenTable:
    return rights_of(release).tables[OBSERVATIONS]


def rows(release: Release, table: OpenTable, query: str) -> pl.DataFrame:
    """The rows that answer a query of this file."""
    pairs = [pair.split("=") for pair in query.split("&")]
    chosen = {f"{name}_id" for name, _ in pairs}
    conditions = " and ".join(
        f"{column} in ({', '.join(repr(v) for n, v in pairs if f'{n}_id' == column)})"
        for column in sorted(chosen)
    )
    return release.sql(
        f"select {', '.join(table.columns)} from {OBSERVATIONS} "
        f"where ({table.condition}) and is_latest and {conditions}"
    )


@pytest.mark.parametrize("query", [DARES, MASKED])
@pytest.mark.parametrize("dialect", [PLAIN, FRENCH], ids=lambda dialect: dialect.folder)
def test_a_csv_is_a_piece_of_the_open_edition(
    client: Client, release: Release, table: OpenTable, query: str, dialect: Any
) -> None:
    answer = client.get(f"series?{query}&format={dialect.folder}")
    expected = rows(release, table, query)
    assert answer.content == dialect.document(expected)
    assert answer.content.startswith(BOM) == (dialect is FRENCH)
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert answer.headers["total-count"] == str(expected.height)
    assert 'rel="license"' in answer.headers["link"]
    told = client.get(f"series?{query}&limit=1").json()["withheld"]
    assert answer.headers["withheld-count"] == str(sum(held["n_rows"] for held in told))
    same = client.get(f"series{_linked(answer, 'alternate')}").json()
    assert same["withheld"] == told
    assert same["paging"]["total"] == expected.height


def _linked(answer: httpx.Response, relation: str) -> str:
    parts = (part.split("; ") for part in answer.headers["link"].split(", "))
    return next(url.strip("<>") for url, named in parts if named == f'rel="{relation}"')


def test_a_csv_gives_the_values_back(client: Client, release: Release, table: OpenTable) -> None:
    expected = rows(release, table, MASKED)
    content = client.get(f"series?{MASKED}&format=csv").content
    read = pl.read_csv(io.BytesIO(content), schema=expected.schema)
    texts = [name for name, type_ in expected.schema.items() if type_ == pl.String]
    read = read.with_columns(unescape(pl.col(name)).alias(name) for name in texts)
    assert_frame_equal(read, expected, check_exact=True)
    assert expected["value"].null_count() > 0


@pytest.mark.parametrize("query", [DARES, MASKED])
def test_parquet_holds_the_rows_with_their_types_and_description(
    client: Client, release: Release, table: OpenTable, query: str
) -> None:
    answer = client.get(f"series?{query}&format=parquet")
    expected = rows(release, table, query)
    assert_frame_equal(pl.read_parquet(io.BytesIO(answer.content)), expected, check_exact=True)
    metadata = pq.read_schema(io.BytesIO(answer.content)).metadata
    assert json.loads(metadata[b"licence"])
    assert json.loads(metadata[b"withheld_rows"])
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"


def test_json_and_files_hold_the_same_rows_part_by_part(client: Client) -> None:
    part = f"series?{DARES}&limit=7&offset=11"
    as_json = client.get(part).json()["observations"]
    as_csv = client.get(f"{part}&format=csv")
    as_parquet = pl.read_parquet(io.BytesIO(client.get(f"{part}&format=parquet").content))
    values = [row["value"] for row in as_json]
    assert pl.read_csv(io.BytesIO(as_csv.content))["value"].to_list() == values
    assert as_parquet["value"].to_list() == values
    assert 'rel="next"' in as_csv.headers["link"]


def cube(client: Client, query: str) -> dict[str, Any]:
    answer = client.get(f"series?{query}&format=jsonstat")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def coded(expected: pl.DataFrame) -> pl.DataFrame:
    """The rows by the codes of a cube."""
    names = {f"{name}_id": name for name in CODES[:5]} | {"method_group": "method"}
    return expected.with_columns(
        pl.col("method_group").fill_null(jsonstat.NO_METHOD), time=jsonstat.time_code()
    ).rename(names)


@pytest.mark.parametrize("query", [DARES, MASKED])
def test_our_reader_of_eurostat_reads_the_cube(
    client: Client, release: Release, table: OpenTable, query: str
) -> None:
    content = client.get(f"series?{query}&format=jsonstat").content
    read = parse_jsonstat(content)
    expected = coded(rows(release, table, query))
    is_exact = pl.col("qualifier").is_null() | (pl.col("qualifier") == "exact")
    flag = (
        pl.when(is_exact & (pl.col("status") == "published"))
        .then(None)
        .when(is_exact)
        .then(pl.col("status"))
        .otherwise(pl.col("status") + ":" + pl.col("qualifier"))
    )
    assert_frame_equal(
        read.frame,
        expected.select(*CODES, "value", flag=flag),
        check_row_order=False,
        check_exact=True,
    )
    assert set(read.labels["geography"]) == set(expected["geography"])
    assert read.updated == release.manifest.created_at.isoformat()


@pytest.mark.parametrize("query", [DARES, MASKED])
def test_pyjstat_reads_the_cube(
    client: Client, release: Release, table: OpenTable, query: str
) -> None:
    content = client.get(f"series?{query}&format=jsonstat").text
    with pytest.warns(DeprecationWarning, match="read"):
        read = pyjstat.Dataset.read(content).write("dataframe", naming="id")
    got = pl.from_pandas(read).drop_nulls("value").select(*CODES, "value")
    expected = coded(rows(release, table, query)).drop_nulls("value").select(*CODES, "value")
    assert_frame_equal(got, expected, check_row_order=False, check_exact=True)


def test_a_cube_says_what_its_dimensions_units_and_statuses_are(client: Client) -> None:
    found = cube(client, f"{MASKED}&lang=en")
    assert (found["version"], found["class"]) == ("2.0", "dataset")
    assert found["role"] == {"time": ["time"], "geo": ["geography"], "metric": ["indicator"]}
    assert found["id"] == CODES
    assert found["size"] == [len(found["dimension"][name]["category"]["index"]) for name in CODES]
    unit = found["dimension"]["indicator"]["category"]["unit"]["hiring_projects"]
    assert unit["label"] == "projects"
    assert found["extension"]["status"]["secret"]
    assert found["extension"]["attribution"][0]["licence"]["name"].startswith("Licence Ouverte")
    assert {line["comparability_group"] for line in found["extension"]["series"]}
    assert "secret" in found["status"].values()
    masked = {cell for cell, status in found["status"].items() if status == "secret"}
    assert masked.isdisjoint(found["value"])


def test_a_cube_of_nothing_says_what_is_withheld(client: Client, release: Release) -> None:
    condition = rights_of(release).tables[OBSERVATIONS].condition
    indicator = release.sql(
        f"select indicator_id from {OBSERVATIONS} where is_latest group by 1 "
        f"having not bool_or({condition}) order by 1 limit 1"
    ).item()
    found = cube(client, f"indicator={indicator}")
    assert found["value"] == {}
    assert found["extension"]["withheld"]


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("indicator=vacancy_rate&vintages=all", "vintages", "cell_not_unique"),
        ("indicator=vacancy_rate&limit=10", "limit", "not_paged"),
        ("indicator=vacancy_rate&offset=0", "offset", "not_paged"),
    ],
)
def test_what_makes_no_cube_is_refused(
    client: Client, query: str, parameter: str, code: str
) -> None:
    answer = client.get(f"series?{query}&format=jsonstat")
    assert answer.status_code == 400
    assert (answer.json()["parameter"], answer.json()["code"]) == (parameter, code)


def test_a_cube_has_a_limit(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstat, "MOST_CELLS", 100)
    answer = client.get("series?indicator=vacancy_rate&format=jsonstat&from=2003").json()
    assert (answer["code"], answer["parameter"]) == ("too_many_cells", "from")
    monkeypatch.undo()
    assert jsonstat.MOST_CELLS == limits.MOST_CELLS


def test_periods_have_codes_that_tell_them_apart(release: Release, table: OpenTable) -> None:
    periods = release.sql(f"select distinct period_start, period_end from {OBSERVATIONS}")
    codes = periods.with_columns(code=jsonstat.time_code())
    undated = codes.filter(pl.col("code") == jsonstat.UNDATED).height
    assert codes.filter(pl.col("code") != jsonstat.UNDATED)["code"].n_unique() == (
        codes.height - undated
    )
    said = {(str(start), str(end)): code for start, end, code in codes.iter_rows()}
    assert said["2024-01-01", "2024-12-31"] == "2024"
    assert said["2024-01-01", "2024-03-31"] == "2024-Q1"
    assert all("/" in code for (start, end), code in said.items()
               if start[:4] != end[:4] and start != "None")  # fmt: skip


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/csv", "text/csv"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("application/vnd.json-stat+json", "application/vnd.json-stat+json"),
        ("text/csv;q=0.1, application/json", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/csv;q=0", "application/json"),
        ("nonsense;;;q=x", "application/json"),
    ],
)
def test_the_format_may_be_asked_for_by_header(
    client: Client, accept: str, media_type: str
) -> None:
    query = "series?indicator=vacancy_rate&population=section_q__all_sizes"
    answer = client.get(query, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(media_type)
    chosen = client.get(f"{query}&format=json", headers={"Accept": accept})
    assert chosen.headers["content-type"] == "application/json"
