"""The accessor: one release a run, one cursor a query, plain words when data lack."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard.release import MissingData, NoRelease, Store, open_store
from ingest.paths import DATA_VARIABLE
from ingest.release import MANIFEST, Release


def without(release: Release, root: Path, *missing: str) -> Path:
    """A data root whose release is the given one without some tables."""
    folder = root / "marts" / "releases" / release.id
    folder.mkdir(parents=True)
    manifest = json.loads((release.folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"] = {
        name: entry
        for name, entry in manifest["files"].items()
        if name.removesuffix(".parquet") not in missing
    }
    for name in manifest["files"]:
        (folder / name).symlink_to(release.folder / name)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    (root / "marts" / "current").symlink_to(Path("releases") / release.id)
    return root


def test_no_release_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    with pytest.raises(NoRelease):
        open_store()


def test_a_link_that_points_nowhere_is_no_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "marts").mkdir()
    (tmp_path / "marts" / "current").symlink_to("releases/gone")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    with pytest.raises(NoRelease):
        open_store()


def test_a_missing_table_or_column_is_told_apart_from_an_error(release: Release) -> None:
    store = Store(release)
    with pytest.raises(MissingData, match="no_such_mart"):
        store.query("select * from no_such_mart")
    with pytest.raises(MissingData, match="no_such_column"):
        store.query("select no_such_column from dim_indicator")


def test_a_new_release_is_seen_without_restart(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = without(release, tmp_path)
    monkeypatch.setenv(DATA_VARIABLE, str(root))
    assert open_store().id == release.id
    newer = root / "marts" / "releases" / "20991231T000000Z-00000000"
    newer.mkdir()
    manifest = json.loads((release.folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["release_id"] = newer.name
    (newer / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    link = root / "marts" / ".new"
    link.symlink_to(Path("releases") / newer.name)
    os.replace(link, root / "marts" / "current")  # noqa: PTH105 - as the publication does
    assert open_store().id == newer.name


def test_eight_threads_read_what_one_reads(release: Release) -> None:
    store = Store(release)
    queries = [
        (
            "select sum(value) as total, count(*) as n from fct_observation "
            "where source_id = $1 and year(period_start) = $2",
            (source, year),
        )
        for source in ("dares_vacancies", "france_travail_bmo", "ameli_work_accidents")
        for year in range(2011, 2026)
    ]
    alone = [store.query(sql, params).row(0) for sql, params in queries]
    with ThreadPoolExecutor(8) as pool:
        together = list(
            pool.map(lambda query: release.sql(query[0], list(query[1])).row(0), queries)
        )
        cached = list(pool.map(lambda query: store.query(*query).row(0), queries * 4))
    assert together == alone
    assert cached == alone * 4


def test_values_reach_sql_only_bound(release: Release) -> None:
    hostile = "x'); drop view dim_source; --"
    store = Store(release)
    assert not store.query("select * from dim_source where source_id = $1", (hostile,)).height
    assert store.query("select count(*) as n from dim_source")["n"][0] > 0
