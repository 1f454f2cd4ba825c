"""Seen as on an earlier day, the pages show the editions that were known then."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from ingest.paths import DATA_VARIABLE, PROJECT_ROOT, DataPaths
from ingest.publish import point_current_at
from ingest.release import MANIFEST, Release, as_known_on

APP = PROJECT_ROOT / "dashboard" / "app.py"
EARLIER = "2025-03-20"
Open = Callable[..., AppTest]


@pytest.fixture
def two_days(release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The release, as if the first edition of the Dares had been known long before the rest."""
    paths = DataPaths(tmp_path)
    folder = paths.releases / f"{release.id[:-8]}00000001"
    shutil.copytree(release.folder, folder)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["release_id"] = folder.name
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    file = folder / "fct_observation.parquet"
    duckdb.sql(
        f"copy (select * replace (case when vintage like '2024-T4%' then date '{EARLIER}' "
        f"else available_on end as available_on) from '{release.folder / file.name}') "
        f"to '{file}' (format parquet)"
    )
    point_current_at(folder, paths)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return folder


@pytest.fixture
def open_page() -> Open:
    def _open(page: str, **parameters: str) -> AppTest:
        test = AppTest.from_file(str(APP), default_timeout=60)
        test.run()
        test.switch_page(f"views/{page}/page.py")
        for key, value in parameters.items():
            test.query_params[key] = value
        return test.run()

    return _open


def test_a_query_gives_the_edition_that_spoke_then(two_days: Path) -> None:
    file = two_days / "fct_observation.parquet"
    cell = "indicator_id = 'vacant_posts' and population_id = 'section_q__10_plus'"
    known = as_known_on(f"'{file}'")
    query = f"select * from ({known}) where {cell}"
    then = duckdb.sql(query, params={"day": EARLIER}).pl()
    now = duckdb.sql(query, params={"day": "2999-01-01"}).pl()
    assert set(then["vintage"]) == {"2024-T4"}
    assert now.filter(pl.col("is_latest")).height == now.height > then.height


def test_the_page_shows_what_was_known_and_says_so(two_days: Path, open_page: Open) -> None:
    now = open_page("vacancies")
    then = open_page("vacancies", connu_le=EARLIER)
    assert not now.exception
    assert not then.exception
    assert now.metric[0].value != then.metric[0].value
    said = "\n".join(str(info.value) for info in then.info)
    assert "20 mars 2025" in said
    assert not now.info


def test_a_day_that_nothing_became_known_on_is_refused(two_days: Path, open_page: Open) -> None:
    test = open_page("vacancies", connu_le="1999-01-01")
    assert not test.exception
    assert "cette valeur n’existe pas ici" in "\n".join(str(info.value) for info in test.info)


def test_there_is_no_choice_where_only_one_day_is_known(release: Release, open_page: Open) -> None:
    test = open_page("vacancies")
    assert "connu_le" not in [box.key for box in test.selectbox]


def test_revisions_are_listed_largest_first(release: Release, open_page: Open) -> None:
    expected = release.sql("select count(*) as n from mart_revisions")["n"][0]
    test = open_page("sources", vue_sources="revisions")
    assert not test.exception
    assert f"{expected:,}".replace(",", "\u202f") in _words(test)
    one = open_page("sources", vue_sources="revisions", revue="drees_training")
    n = release.sql("select count(*) as n from mart_revisions where source_id = 'drees_training'")[
        "n"
    ][0]
    assert f"{n} valeur" in _words(one)


def _words(test: AppTest) -> str:
    html = [str(element.proto.body) for element in test.get("html")]
    return "\n".join([*(str(element.value) for element in test.markdown), *html])
