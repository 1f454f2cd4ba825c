"""What is handed out of the real release, what stays, and that it is all counted."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import polars as pl
import pytest

from ingest.documentation import RULES
from ingest.errors import ReleaseProblem
from ingest.paths import PROJECT_ROOT
from ingest.release import Release
from opendata.model import Rights, Rule
from opendata.rights import rights_of

KNOWN = {"dares_vacancies", "france_travail_bmo"}
PAY_SOURCES = ("smic", "insee_bdm", "gmr", "consumer_prices", "social_security_ceiling")


@pytest.fixture(scope="module")
def rights(release: Release) -> Rights:
    return rights_of(release)


@pytest.fixture
def with_licences(release: Release, tmp_path: Path) -> Callable[[set[str]], Release]:
    """The release as it would be if the licences of just these sources were known."""

    def doctored(known: set[str]) -> Release:
        folder = tmp_path / f"release-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for name in release.manifest.files:
            (folder / name).symlink_to(release.folder / name)
        sources = pl.read_parquet(release.folder / "dim_source.parquet")
        changed = sources.with_columns(is_redistributable=pl.col("source_id").is_in(known))
        (folder / "dim_source.parquet").unlink()
        changed.write_parquet(folder / "dim_source.parquet")
        return replace(release, folder=folder)

    return doctored


def test_the_rules_are_those_that_publication_accepts() -> None:
    assert get_args(Rule) == RULES


def test_each_table_is_handed_out_or_withheld(release: Release, rights: Rights) -> None:
    assert sorted([*rights.tables, *rights.withheld_tables]) == release.tables()
    assert set(rights.withheld_tables) == {"mart_smic", "mart_price_index"}
    assert rights.withheld_tables["mart_price_index"] == ("consumer_prices",)


def test_no_row_of_an_unknown_licence_or_of_second_rank_is_handed_out(
    release: Release, rights: Rights
) -> None:
    by_source = {name: table for name, table in rights.tables.items() if table.rule == "by_source"}
    assert set(by_source) == {"fct_observation", "mart_revisions"}
    for table in by_source.values():
        rows = release.sql(table.query())
        assert set(rows["source_id"]) <= KNOWN, table.name
        assert not rows["is_second_rank"].any(), table.name
    assert set(release.sql(by_source["fct_observation"].query())["source_id"]) == KNOWN


def test_rows_handed_out_and_rows_withheld_are_all_rows(release: Release, rights: Rights) -> None:
    for name, table in rights.tables.items():
        [(out,)] = release.sql(f"select count(*) from ({table.query()})").iter_rows()
        kept = sum(rows.n_rows for rows in table.withheld_rows)
        assert out + kept == release.manifest.files[f"{name}.parquet"].rows, name


def test_what_is_withheld_is_counted_by_source_and_reason(release: Release, rights: Rights) -> None:
    """The same count, made from the files without the code under test."""
    rows = pl.read_parquet(release.folder / "fct_observation.parquet")
    counted = (
        rows.with_columns(is_known=pl.col("source_id").is_in(KNOWN))
        .filter(~pl.col("is_known") | pl.col("is_second_rank"))
        .group_by("source_id", "is_known")
        .len()
    )
    wanted = {
        (source, "second_rank" if is_known else "licence_unknown"): n
        for source, is_known, n in counted.iter_rows()
    }
    found = {
        (item.source_id, item.reason): item.n_rows
        for item in rights.tables["fct_observation"].withheld_rows
    }
    assert found == wanted
    assert {reason for _, reason in found} == {"licence_unknown", "second_rank"}


def test_columns_handed_out_and_columns_withheld_are_all_columns(
    release: Release, rights: Rights
) -> None:
    for name, table in rights.tables.items():
        withheld = {column.name for column in table.withheld_columns}
        every = list(pl.read_parquet_schema(release.folder / f"{name}.parquet"))
        assert [column for column in every if column not in withheld] == list(table.columns), name
        assert withheld <= set(every), name
        assert set(table.keys) <= set(table.columns), name
        assert all(column.sources for column in table.withheld_columns), name


def test_the_series_of_others_are_withheld(rights: Rights) -> None:
    withheld = {
        f"{name}.{column.name}"
        for name, table in rights.tables.items()
        for column in table.withheld_columns
    }
    assert {
        "mart_salary_smic.coefficient",
        "mart_salary_smic.point_value_eur",
        "mart_salary_smic.reference_eur",
        "mart_indexation_paths.real_point_eur",
        "mart_immersion.smic_35h_eur",
    } <= withheld
    results = {"pay_eur", "ratio_conventional", "ratio_paid", "paid_eur"}
    assert results <= set(rights.tables["mart_salary_smic"].columns)


def raw_values() -> list[float]:
    """Each broken number of the bundled tables that may not be handed out.

    As it stands, as a fraction (of per cents) and in euros (of francs).
    """
    files = (PROJECT_ROOT / "data" / "raw").glob("*/*.csv")
    found = set()
    for file in files:
        if file.parent.name not in KNOWN:
            with file.open(encoding="utf-8", newline="") as opened:
                found |= {cell for row in csv.reader(opened) for cell in row}
    numbers = [float(cell) for cell in found if re.fullmatch(r"-?\d+(\.\d+)?", cell)]
    return [number / divisor for number in numbers for divisor in (1, 100, 6.55957)]


def test_no_result_is_a_series_of_others_under_another_name(
    release: Release, rights: Rights
) -> None:
    """Values of the columns handed out, against those of raw tables and columns that are not.

    Whole numbers meet by chance and are left out, and a broken one may; a few steps are paid the
    SMIC itself. A column that is a series of others meets it nearly everywhere.
    """
    numbers = {
        (mart, column)
        for mart, column in release.sql(
            """select mart, "column" from dictionary where "type" = 'double'"""
        ).iter_rows()
    }
    kept = [
        f'select "{column}" as value from "{mart}"'
        for mart, column in sorted(numbers)
        if mart in rights.withheld_tables
        or (mart in rights.tables and column not in rights.tables[mart].columns)
    ]
    shares = {}
    with release.connect() as connection:
        connection.execute(
            "create temp table kept as select distinct round(value, 9) as value "
            f"from (select unnest($raw) as value union all {' union all '.join(kept)}) "
            "where value <> round(value)",
            {"raw": raw_values()},
        )
        for mart, table in rights.tables.items():
            for column in table.columns if table.rule == "computed" else ():
                if (mart, column) in numbers:
                    [(n, share)] = connection.execute(
                        "select count(*), avg((value in (select value from kept))::integer) "
                        f'from (select distinct round("{column}", 9) as value from "{mart}") '
                        "where value <> round(value)"
                    ).fetchall()
                    shares[f"{mart}.{column}"] = share if n else 0.0
        [(n_kept,)] = connection.execute("select count(*) from kept").fetchall()
    assert n_kept > 10_000
    assert len(shares) > 35
    assert {name: share for name, share in shares.items() if share > 0.1} == {}


def test_a_licence_that_becomes_known_opens_rows_and_columns(
    release: Release, with_licences: Callable[[set[str]], Release]
) -> None:
    opened = rights_of(with_licences(KNOWN | {"ccn66"}))
    rows = release.sql(opened.tables["fct_observation"].query())
    assert "ccn66" in set(rows["source_id"])
    assert not rows["is_second_rank"].any(), "second-rank rows stay, whatever the licence"
    assert {
        item.reason
        for item in opened.tables["fct_observation"].withheld_rows
        if item.source_id == "ccn66"
    } == {"second_rank"}
    assert "real_point_eur" in opened.tables["mart_indexation_paths"].columns
    salary = {column.name: column for column in opened.tables["mart_salary_smic"].withheld_columns}
    assert salary["coefficient"].sources == ("bad", "ccn51", "civil_service"), "others still bar it"


def test_a_table_opens_once_all_its_sources_are_known(
    release: Release, with_licences: Callable[[set[str]], Release]
) -> None:
    opened = rights_of(with_licences(set(PAY_SOURCES)))
    assert opened.withheld_tables == {}
    every = list(pl.read_parquet_schema(release.folder / "mart_smic.parquet"))
    assert list(opened.tables["mart_smic"].columns) == every
    assert opened.tables["mart_smic"].withheld_columns == ()


def test_a_licence_that_is_withdrawn_closes_rows(
    with_licences: Callable[[set[str]], Release],
) -> None:
    closed = with_licences({"dares_vacancies"})
    table = rights_of(closed).tables["fct_observation"]
    assert set(closed.sql(table.query())["source_id"]) == {"dares_vacancies"}
    assert ("france_travail_bmo", "licence_unknown") in {
        (item.source_id, item.reason) for item in table.withheld_rows
    }


def test_no_known_licence_at_all_hands_out_no_row_and_says_so(
    release: Release, with_licences: Callable[[set[str]], Release]
) -> None:
    closed = with_licences(set())
    table = rights_of(closed).tables["fct_observation"]
    assert closed.sql(table.query()).is_empty()
    kept = sum(item.n_rows for item in table.withheld_rows)
    assert kept == release.manifest.files["fct_observation.parquet"].rows
    assert {item.reason for item in table.withheld_rows} == {"licence_unknown"}


@pytest.mark.parametrize("lacking", ["tables.parquet", "dim_source.parquet"])
def test_a_release_that_does_not_say_its_rights_is_refused_with_a_remedy(
    release: Release, lacking: str
) -> None:
    files = {name: entry for name, entry in release.manifest.files.items() if name != lacking}
    old = replace(release, manifest=release.manifest.model_copy(update={"files": files}))
    with pytest.raises(ReleaseProblem, match="observatoire refresh --offline --force"):
        rights_of(old)
