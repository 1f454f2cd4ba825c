"""A release is whole or it is not there; `current` moves in one step."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from ingest.errors import DataProblem, ReleaseProblem
from ingest.paths import DataPaths
from ingest.publish import CANDIDATE, held_back, publish, rollback, write_candidate
from ingest.release import (
    Release,
    current_release,
    find_release,
    read_release,
    release_folders,
    verify_release,
)

MONDAY = dt.datetime(2026, 11, 16, 6, 0, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)


def mart(grain: list[str] | None) -> dict[str, Any]:
    return {
        "config": {"meta": {"grain": grain} if grain else {}},
        "original_file_path": "models/marts/mart_posts.sql",
    }


def make_release(
    paths: DataPaths,
    *,
    rows: int,
    at: dt.datetime,
    inputs: str = "f",
    grain: list[str] | None = ["code"],  # noqa: B006
) -> Release:
    """Publishes a mart of `rows` rows, written in the opposite order of its grain."""
    warehouse = paths.root / "warehouse.duckdb"
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute(
            "create or replace table marts.mart_posts as "
            f"select printf('%06d', {rows} - i) as code, i / 7.0 as value from range({rows}) t(i)"
        )
    candidate = write_candidate(warehouse, {"mart_posts": mart(grain)}, [], inputs, paths, at)
    return publish(candidate, paths)


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path)


def test_a_release_is_readable_whole_and_current(paths: DataPaths) -> None:
    release = make_release(paths, rows=100, at=MONDAY)
    assert current_release(paths).id == release.id
    assert verify_release(release) == []
    assert release.id.startswith("20261116T060000Z-")
    rows = release.sql("select code from mart_posts")["code"].to_list()
    assert rows == sorted(rows), "rows stand in the order of the grain"


def test_equal_inputs_give_equal_bytes(tmp_path: Path) -> None:
    one = make_release(DataPaths(tmp_path / "one"), rows=200_000, at=MONDAY)
    two = make_release(DataPaths(tmp_path / "two"), rows=200_000, at=MONDAY + WEEK)
    assert one.manifest.files == two.manifest.files
    assert one.id[-8:] == two.id[-8:], "the id ends with the hash of the content"


def test_tables_that_describe_the_marts_are_files_of_the_release(tmp_path: Path) -> None:
    described = {
        "glossary": pl.DataFrame(
            {"term_id": ["b", "a"], "used_by": [["mart_posts.code"], []]},
            schema={"term_id": pl.String, "used_by": pl.List(pl.String)},
        )
    }
    hashes = set()
    for name in ("one", "two"):
        paths = DataPaths(tmp_path / name)
        make_release(paths, rows=3, at=MONDAY)
        candidate = write_candidate(
            paths.root / "warehouse.duckdb",
            {"mart_posts": mart(["code"])},
            [],
            "f",
            paths,
            MONDAY + WEEK,
            described=described,
        )
        release = publish(candidate, paths)
        assert verify_release(release) == []
        assert release.manifest.files["glossary.parquet"].rows == 2
        assert release.sql("select * from glossary").equals(described["glossary"])
        hashes.add(release.manifest.files["glossary.parquet"].sha256)
    assert len(hashes) == 1, "equal tables give equal bytes"


def test_a_long_mart_keeps_texts_nulls_and_order(paths: DataPaths) -> None:
    warehouse = paths.root / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.mart_posts as select printf('%06d', 300000 - i) as code, "
            "case when i % 3 = 0 then null else 'élément ' || (i % 7) end as label, "
            "i as number from range(300000) t(i)"
        )
        expected = connection.execute("select * from marts.mart_posts order by code").fetchall()
    candidate = write_candidate(
        warehouse, {"mart_posts": mart(["code"])}, [], "f" * 64, paths, MONDAY
    )
    release = publish(candidate, paths)
    assert release.sql("select * from mart_posts").rows() == expected


def test_an_earlier_release_stays_and_can_be_served_again(paths: DataPaths) -> None:
    first = make_release(paths, rows=10, at=MONDAY)
    second = make_release(paths, rows=11, at=MONDAY + WEEK)
    assert [folder.name for folder in release_folders(paths)] == [first.id, second.id]
    assert current_release(paths).id == second.id
    rollback(find_release(paths, first.id), paths)
    assert current_release(paths).id == first.id
    assert verify_release(read_release(second.folder)) == []


def test_a_rollback_holds_back_the_inputs_that_it_left(paths: DataPaths) -> None:
    first = make_release(paths, rows=10, at=MONDAY, inputs="a")
    make_release(paths, rows=11, at=MONDAY + WEEK, inputs="b")
    assert held_back(paths) is None
    rollback(first, paths)
    assert held_back(paths) == "b"
    make_release(paths, rows=12, at=MONDAY + 2 * WEEK, inputs="c")
    assert held_back(paths) is None, "what is published next ends it"


def test_a_broken_neighbour_does_not_hide_the_others(paths: DataPaths) -> None:
    first = make_release(paths, rows=10, at=MONDAY)
    (paths.releases / "20200101T000000Z-00000000").mkdir()
    (paths.releases / "stray").touch()
    assert find_release(paths, first.id).id == first.id
    with pytest.raises(ReleaseProblem, match="no readable manifest"):
        find_release(paths, "20200101T000000Z-00000000")


def test_a_path_with_characters_of_patterns_is_read_as_it_stands(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path / "a[1]*'\"b c")
    release = make_release(paths, rows=10, at=MONDAY)
    assert verify_release(release) == []
    assert release.sql("select count(*) as n from mart_posts").item() == 10


def test_a_manifest_names_only_files_of_its_own_folder(paths: DataPaths) -> None:
    release = make_release(paths, rows=10, at=MONDAY)
    manifest = release.folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace("mart_posts.parquet", "../../../x.parquet"))
    with pytest.raises(ReleaseProblem, match=r"manifest\.json"):
        current_release(paths)


def test_a_release_that_cannot_be_read_says_what_to_do(paths: DataPaths) -> None:
    release = make_release(paths, rows=10, at=MONDAY)
    (release.folder / "mart_posts.parquet").write_bytes(b"")
    with pytest.raises(ReleaseProblem, match="observatoire verify"):
        release.sql("select * from mart_posts")


def test_a_current_that_is_no_link_or_leads_to_itself_is_refused(paths: DataPaths) -> None:
    paths.current.parent.mkdir(parents=True)
    paths.current.symlink_to(paths.current.name)
    with pytest.raises(ReleaseProblem, match="leads back to itself"):
        current_release(paths)
    paths.current.unlink()
    paths.current.mkdir()
    with pytest.raises(ReleaseProblem, match="no link to a release"):
        current_release(paths)


def test_an_open_reader_stays_on_its_release(paths: DataPaths) -> None:
    make_release(paths, rows=10, at=MONDAY)
    with current_release(paths).connect() as reader:
        make_release(paths, rows=99, at=MONDAY + WEEK)
        assert reader.execute("select count(*) from mart_posts").fetchall() == [(10,)]
    with current_release(paths).connect() as reader:
        assert reader.execute("select count(*) from mart_posts").fetchall() == [(99,)]


ALTERED = {
    "one flipped byte": (lambda file: _flip(file), "altered"),
    "a truncated file": (lambda file: file.write_bytes(file.read_bytes()[:-1]), "bytes instead of"),
    "a missing file": (lambda file: file.unlink(), "is missing"),
    "a file too many": (lambda file: file.with_name("x.parquet").touch(), "in no manifest"),
}


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("case", ALTERED)
def test_an_altered_release_is_noticed_and_not_served(paths: DataPaths, case: str) -> None:
    change, says = ALTERED[case]
    first = make_release(paths, rows=10, at=MONDAY)
    second = make_release(paths, rows=11, at=MONDAY + WEEK)
    change(first.folder / "mart_posts.parquet")
    assert any(says in sentence for sentence in verify_release(first))
    with pytest.raises(ReleaseProblem, match="not whole"):
        rollback(first, paths)
    assert current_release(paths).id == second.id


def test_an_empty_mart_is_not_published(paths: DataPaths) -> None:
    first = make_release(paths, rows=10, at=MONDAY)
    with pytest.raises(DataProblem, match="holds no row"):
        make_release(paths, rows=0, at=MONDAY + WEEK)
    assert current_release(paths).id == first.id


def test_a_mart_without_grain_is_not_published(paths: DataPaths) -> None:
    with pytest.raises(DataProblem, match="states no grain"):
        make_release(paths, rows=10, at=MONDAY, grain=None)


def test_what_a_killed_run_left_is_cleared_and_never_listed(paths: DataPaths) -> None:
    left = paths.releases / f"{CANDIDATE}20261101T000000Z"
    left.mkdir(parents=True)
    (left / "half.parquet").write_bytes(b"PAR1")
    assert release_folders(paths) == []
    make_release(paths, rows=10, at=MONDAY)
    assert not left.exists()


def test_without_a_release_the_message_says_what_to_run(paths: DataPaths) -> None:
    with pytest.raises(ReleaseProblem, match="observatoire refresh --offline"):
        current_release(paths)


def test_a_broken_manifest_is_refused(paths: DataPaths) -> None:
    release = make_release(paths, rows=10, at=MONDAY)
    (release.folder / "manifest.json").write_text("{}")
    with pytest.raises(ReleaseProblem, match=r"manifest\.json"):
        current_release(paths)
