"""A declaration says everything it must, and nothing that is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ingest.declarations import read_declarations
from ingest.errors import DataProblem
from ingest.paths import PROJECT_ROOT
from tests.ingest.conftest import SmallSource

Change = Callable[[dict[str, Any]], None]


def facts(declared: dict[str, Any]) -> dict[str, Any]:
    table: dict[str, Any] = declared["tables"][0]
    return table


WRONG: dict[str, tuple[Change, str]] = {
    "an unknown key": (lambda d: d.update(colour="blue"), "colour"),
    "a missing scope": (lambda d: d.pop("scope_fr"), "scope_fr"),
    "a scope without English": (lambda d: d.pop("scope_en"), "scope_en"),
    "an unknown warning": (lambda d: d.update(warnings=["careful"]), "warnings.0"),
    "a licence without address": (
        lambda d: d.update(licence={"name": "Licence Ouverte"}),
        "licence.Licence.url",
    ),
    "a number without unit": (
        lambda d: facts(d)["columns"][2].pop("unit"),
        "tables.0.columns.2",
    ),
    "a grain of unknown columns": (lambda d: facts(d).update(grain=["nowhere"]), "tables.0"),
    "a short checksum": (lambda d: facts(d).update(sha256="abc"), "tables.0.sha256"),
    "shape and columns at once": (lambda d: facts(d).update(shape="provenance"), "tables.0"),
    "a period that runs backwards": (
        lambda d: facts(d).update(period={"first": "2024-01-02", "last": "2024-01-01"}),
        "tables.0.period",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_declaration_names_its_key(small_source: SmallSource, case: str) -> None:
    change, key = WRONG[case]
    change(small_source.declared)
    small_source.fix_checksums = False
    with pytest.raises(DataProblem) as caught:
        small_source.check()
    assert caught.value.file.name == "source.yml"
    assert caught.value.column == key


def test_an_id_that_is_not_the_folder_is_refused(small_source: SmallSource) -> None:
    small_source.declared["id"] = "other"
    with pytest.raises(DataProblem, match="not the folder's name"):
        small_source.check()


def test_an_unknown_unit_is_refused(small_source: SmallSource) -> None:
    small_source.declared["tables"][0]["columns"][2]["unit"] = "bushels"  # type: ignore[index]
    with pytest.raises(DataProblem, match="unknown unit 'bushels'"):
        small_source.check()


def test_every_bundled_source_is_declared() -> None:
    raw = PROJECT_ROOT / "data" / "raw"
    declared = {source.id for source in read_declarations(raw)}
    assert declared == {path.name for path in raw.iterdir() if path.is_dir()}


def test_bundled_tables_stay_small() -> None:
    raw = PROJECT_ROOT / "data" / "raw"
    assert sum(path.stat().st_size for path in raw.rglob("*") if path.is_file()) < 8 * 2**20
