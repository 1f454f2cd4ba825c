"""The data package is valid, says what the edition holds, and notices whatever is broken."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import polars as pl
import pytest
from frictionless import Package, Report

from ingest.release import Release
from opendata.description import describe
from opendata.model import OpenEdition
from opendata.package import TYPES, datapackage, table_schema
from tests.opendata.small import SAID, small_edition, small_release, small_rights

LIMIT = 5_000  # rows that frictionless reads of a table in a test; DuckDB checks them all


@pytest.fixture(scope="module")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small")


@pytest.fixture(scope="module")
def small(small_folder: Path) -> OpenEdition:
    """The small edition, with its descriptor beside its data."""
    place = small_folder / "edition"
    edition = small_edition(small_folder / "release", place)
    text = json.dumps(datapackage(edition), ensure_ascii=False, indent=2)
    (place / "datapackage.json").write_text(text, encoding="utf-8")
    return edition


@pytest.fixture
def folder(small: OpenEdition, small_folder: Path, tmp_path: Path) -> Path:
    """A copy of the small edition, to be broken."""
    assert small.files
    return Path(shutil.copytree(small_folder / "edition", tmp_path / "edition"))


def validated(folder: Path, name: str | None = None, limit: int | None = None) -> Report:
    """What frictionless says of an edition, or of one of its resources."""
    return Package(str(folder / "datapackage.json")).validate(name=name, limit_rows=limit)


def errors(report: Report) -> set[tuple[str, str]]:
    """What is wrong: resource and kind of error."""
    return {("", error.type) for error in report.errors} | {
        (task.name, error.type) for task in report.tasks for error in task.errors
    }


def test_the_small_edition_is_valid(folder: Path) -> None:
    report = validated(folder)
    assert errors(report) == set()
    rows = {task.name: task.stats["rows"] for task in report.tasks if "rows" in task.stats}
    assert rows["fct_observation"] == rows["fct_observation-fr"] == 4
    # Parquet and workbook are not read as tables; their hash is compared.
    assert {task.type for task in report.tasks if task.name.endswith(("parquet", "xlsx"))} == {
        "file"
    }


Change = Callable[[str], str]


def renamed(text: str) -> str:
    return text.replace("method_group", "method", 1)


def without_last_row(text: str) -> str:
    return "\r\n".join(text.split("\r\n")[:-2]) + "\r\n"


def twice_the_last_row(text: str) -> str:
    return text + text.split("\r\n")[-2] + "\r\n"


# What happens to the text of a file, and what frictionless calls it.
BROKEN: dict[str, tuple[str, Change, str]] = {
    "a number is no number": (
        "fct_observation",
        lambda text: text.replace("0.045", "0,045x"),
        "type-error",
    ),
    "a French file has a decimal point": (
        "fct_observation-fr",
        lambda text: text.replace("0,045", "0.045"),
        "type-error",
    ),
    "a French file says true in English": (
        "dim_geography-fr",
        lambda text: text.replace("VRAI", "true", 1),
        "type-error",
    ),
    "a date is no date": (
        "fct_observation",
        lambda text: text.replace("2023-01-01", "01/01/2023"),
        "type-error",
    ),
    "a count is negative": (
        "fct_observation",
        lambda text: text.replace(",1200,", ",-1200,"),
        "constraint-error",
    ),
    "a status that there is not": (
        "fct_observation",
        lambda text: text.replace(",secret,", ",hidden,"),
        "constraint-error",
    ),
    "a source that is always said is missing": (
        "fct_observation",
        lambda text: text.replace(",france_travail_bmo,", ",,", 1),
        "constraint-error",
    ),
    "a place that no list has": (
        "fct_observation",
        lambda text: text.replace("\r\n2A,", "\r\n2B,"),
        "foreign-key",
    ),
    "a parent that the list itself has not": (
        "dim_geography",
        lambda text: text.replace("2A,fr,", "2A,xx,"),
        "foreign-key",
    ),
    "a key twice": ("dim_geography", twice_the_last_row, "primary-key"),
    "a row too few": ("fct_observation", without_last_row, "row-count"),
    "a column renamed": ("fct_observation", renamed, "incorrect-label"),
    "one letter of a text": (
        "fct_observation",
        lambda text: text.replace("deux", "deuX"),
        "hash-count",
    ),
    "one more byte": ("dim_source", lambda text: text + "\r\n", "byte-count"),
}


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case)
def test_what_is_broken_is_found(folder: Path, case: str) -> None:
    name, change, kind = BROKEN[case]
    file = folder / resource(folder, name)["path"]
    text = file.read_bytes().decode()
    assert change(text) != text
    file.write_bytes(change(text).encode())
    assert (name, kind) in errors(validated(folder, name))


@pytest.mark.parametrize(
    "name", ["fct_observation-parquet", "key_figures-xlsx", "mart_pay", "mart_pay-fr"]
)
def test_one_other_byte_is_found_in_every_form(folder: Path, name: str) -> None:
    file = folder / resource(folder, name)["path"]
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(bytes(content))
    found = errors(validated(folder, name))
    assert {kind for resource, kind in found if resource == name} & {
        "hash-count",
        "compression-error",
        "source-error",
        "scheme-error",
    }


def test_a_missing_file_is_found(folder: Path) -> None:
    (folder / resource(folder, "dim_source-fr")["path"]).unlink()
    assert ("dim_source-fr", "scheme-error") in errors(validated(folder, "dim_source-fr"))


def resource(folder: Path, name: str) -> dict[str, Any]:
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return next(one for one in descriptor["resources"] if one["name"] == name)


# What frictionless does not look at: the standard's other rules.


def against_the_standard(descriptor: dict[str, Any]) -> list[str]:
    """What of the Data Package standard, version 2, a descriptor does not meet."""
    found = []
    resources = {one["name"]: one for one in descriptor["resources"]}
    if len(resources) != len(descriptor["resources"]):
        found.append("two resources of one name")
    if descriptor["$schema"] != "https://datapackage.org/profiles/2.0/datapackage.json":
        found.append("not version 2")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", descriptor["created"]):
        found.append("created is no moment of RFC 3339")
    for holder in (descriptor, *resources.values()):
        for licence in holder.get("licenses", ()):
            if not licence.keys() & {"name", "path"}:
                found.append(f"a licence without name and path: {licence}")
    for source in descriptor["sources"]:
        if not source.get("title") or source.get("path", "https:")[:4] != "http":
            found.append(f"a source without title or address: {source}")
    for name, one in resources.items():
        path = PurePosixPath(one["path"])
        if path.is_absolute() or ".." in path.parts:
            found.append(f"{name}: a path that leaves the package")
        if not re.fullmatch(r"[a-z0-9._-]+", name):
            found.append(f"{name}: a name with other letters")
        if not re.fullmatch(r"sha256:[0-9a-f]{64}", one["hash"]):
            found.append(f"{name}: no hash")
        if one.get("type", "table") != "table":
            found.append(f"{name}: a type that the standard does not know")
        if "schema" in one:
            found += [f"{name}: {fault}" for fault in _faults(one["schema"], name, resources)]
    return found


def _faults(schema: dict[str, Any], name: str, resources: dict[str, Any]) -> list[str]:
    fields = {field["name"]: field for field in schema["fields"]}
    found = [
        f"{field['name']} is of no type of the standard"
        for field in schema["fields"]
        if field["type"] not in {"string", "number", "integer", "boolean", "date", "list"}
    ]
    found += [
        f"the key {key} may be empty"
        for key in schema.get("primaryKey", ())
        if not fields[key].get("constraints", {}).get("required")
    ]
    if not schema.get("primaryKey") and not schema.get("uniqueKeys"):
        found.append("no key")
    for keys in (*schema.get("uniqueKeys", ()), schema["grain"]):
        found += [f"a key of no field {key}" for key in keys if key not in fields]
    for link in schema.get("foreignKeys", ()):
        target = resources[link["reference"].get("resource", name)]["schema"]["fields"]
        if not {*link["reference"]["fields"]} <= {field["name"] for field in target}:
            found.append(f"a link to no field: {link}")
    return found


def test_the_small_descriptor_meets_the_standard(small: OpenEdition) -> None:
    assert against_the_standard(datapackage(small)) == []


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        (("created",), "yesterday", "created"),
        (("$schema",), "https://datapackage.org/profiles/1.0/datapackage.json", "version"),
        (("resources", 0, "path"), "../secret.csv", "leaves"),
        (("resources", 0, "hash"), "sha256:", "hash"),
        (("resources", 3, "name"), "Présence", "letters"),
        (("resources", 3, "name"), "dim_source", "two resources"),
        (("resources", 0, "type"), "file", "type"),
        (("resources", 0, "schema", "fields", 0, "type"), "text", "no type"),
        (("resources", 0, "schema", "primaryKey"), ["parent_id"], "may be empty"),
        (("resources", 0, "schema", "grain"), ["nowhere"], "no field"),
        (("licenses", 0), {"title": "free"}, "licence"),
        (("sources", 0, "title"), "", "source"),
    ],
)
def test_what_is_against_the_standard_is_found(
    small: OpenEdition, place: tuple[str | int, ...], value: Any, fault: str
) -> None:
    descriptor = datapackage(small)
    holder: Any = descriptor
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    assert any(fault in found for found in against_the_standard(descriptor))


# What it says of columns, terms and what is withheld.


def test_columns_are_described_as_the_dictionary_does(small: OpenEdition) -> None:
    schema = next(
        one["schema"] for one in datapackage(small)["resources"] if one["name"] == "fct_observation"
    )
    fields = {field["name"]: field for field in schema["fields"]}
    assert list(fields) == list(small.rights.tables["fct_observation"].columns)
    assert fields["value"] == {
        "name": "value",
        "type": "number",
        "description": "La colonne value de <fct_observation>.",
        "description_en": "The column value of <fct_observation>.",
        "unit": "fraction",
    }
    # The file holds the text as a spreadsheet may see it, so the values do.
    assert fields["status"]["constraints"]["enum"] == ["published", "secret", "computed", "'-"]
    assert fields["n_posts"]["constraints"] == {"minimum": "0"}
    assert "primaryKey" not in schema
    assert schema["uniqueKeys"] == [schema["grain"]]
    assert schema["foreignKeys"][0] == {
        "fields": ["geography_id"],
        "reference": {"resource": "dim_geography", "fields": ["geography_id"]},
    }


def test_a_key_without_empty_parts_is_a_primary_key(small: OpenEdition) -> None:
    schema = table_schema(
        small.rights.tables["dim_geography"],
        describe(small.release),
        small.rights.tables,
    )
    assert schema["primaryKey"] == ["geography_id"]
    assert schema["foreignKeys"] == [
        {"fields": ["parent_id"], "reference": {"fields": ["geography_id"]}}
    ]
    fields = {field["name"]: field for field in schema["fields"]}
    assert fields["geography_id"]["constraints"] == {"required": True, "unique": True}
    assert (fields["aliases"]["type"], fields["aliases"]["delimiter"]) == ("list", "|")


def test_no_link_to_what_is_not_handed_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SAID, ("mart_pay", "month"), {"refers_to": "mart_smic.month"})
    release = small_release(tmp_path)
    rights = small_rights()
    schema = table_schema(rights.tables["mart_pay"], describe(release), rights.tables)
    assert "foreignKeys" not in schema
    assert [field["name"] for field in schema["fields"]] == ["month", "ratio_paid"]


def test_what_is_withheld_is_said_with_its_reason(small: OpenEdition) -> None:
    assert datapackage(small)["withheld"] == {
        "tables": [{"table": "mart_smic", "sources": ["ccn66"], "reason": "licence_unknown"}],
        "columns": [
            {
                "table": "mart_pay",
                "column": "point_value_eur",
                "sources": ["ccn66"],
                "reason": "licence_unknown",
            }
        ],
        "rows": [
            {
                "table": "fct_observation",
                "source": "ccn66",
                "reason": "licence_unknown",
                "rows": 1,
            },
            {
                "table": "fct_observation",
                "source": "dares_vacancies",
                "reason": "second_rank",
                "rows": 1,
            },
        ],
    }


def test_licences_are_those_that_are_stated_and_none_is_invented(small: OpenEdition) -> None:
    descriptor = datapackage(small)
    terms = {
        one["name"]: [licence["title"] for licence in one["licenses"]]
        for one in descriptor["resources"]
    }
    assert terms["mart_pay"] == ["Licence Ouverte 2.0"]
    assert terms["fct_observation"] == ["Licence Ouverte 2.0", "Licence Ouverte"]
    assert terms["key_figures-xlsx"] == ["Licence Ouverte 2.0", "Licence Ouverte"]
    said = {one["name"]: one["terms"] for one in descriptor["resources"]}
    for name in ("fct_observation", "key_figures-xlsx"):
        for owner in ("Dares", "France Travail", small.publication.publisher):
            assert owner in said[name]
    assert "cette licence ne les couvre pas" in said["mart_pay"]
    sources = {source["id"]: source for source in descriptor["sources"]}
    assert sources["ccn66"]["licence"] == {"title": "unknown"}
    assert sources["ccn66"]["redistributed"] is False
    assert sources["dares_vacancies"]["licence"]["title"] == "Licence Ouverte 2.0"


def test_nothing_is_said_that_is_not_known(small: OpenEdition, tmp_path: Path) -> None:
    assert "id" not in datapackage(small)
    assert datapackage(small)["contributors"][0].keys() == {"title", "roles"}
    known = small_edition(
        tmp_path / "other",
        tmp_path / "edition",
        base_url="https://donnees.example.fr",
        contact="donnees@example.fr",
    )
    assert datapackage(known)["id"] == "https://donnees.example.fr/datapackage.json"
    assert datapackage(known)["contributors"][0]["email"] == "donnees@example.fr"


def test_the_same_edition_gives_the_same_bytes(small: OpenEdition) -> None:
    assert json.dumps(datapackage(small)) == json.dumps(datapackage(small))


# The real edition.


@pytest.fixture(scope="module")
def real_folder(edition: OpenEdition, edition_folder: Path) -> Path:
    """The whole edition of the session's release; not to be changed."""
    assert edition.files
    return edition_folder


def test_the_real_edition_is_valid(real_folder: Path) -> None:
    report = validated(real_folder, limit=LIMIT)
    assert errors(report) == set()


def test_the_real_descriptor_meets_the_standard(real_folder: Path) -> None:
    descriptor = json.loads((real_folder / "datapackage.json").read_text(encoding="utf-8"))
    assert against_the_standard(descriptor) == []
    listed = {one["path"]: one for one in descriptor["resources"]}
    there = {
        file.relative_to(real_folder).as_posix()
        for file in (real_folder / "data").rglob("*")
        if file.is_file()
    }
    assert listed.keys() == there
    for path, one in listed.items():
        content = (real_folder / path).read_bytes()
        assert one["bytes"] == len(content), path
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}", path


def test_every_row_of_the_real_edition_meets_its_schema(
    real_folder: Path, release: Release
) -> None:
    """Types, keys, links and values of all rows, by DuckDB: frictionless reads the first ones."""
    descriptor = json.loads((real_folder / "datapackage.json").read_text(encoding="utf-8"))
    connection = duckdb.connect()
    schemas = {
        one["name"]: one["schema"] for one in descriptor["resources"] if one["format"] == "csv"
    }
    schemas = {name: schema for name, schema in schemas.items() if not name.endswith("-fr")}
    for name in schemas:
        file = str(real_folder / "data" / "parquet" / f"{name}.parquet")
        connection.execute(f"create view \"{name}\" as from read_parquet('{file}')")
    for name, schema in schemas.items():
        described = connection.execute(f'describe from "{name}"').fetchall()
        types = {column: TYPES[kind.lower()] for column, kind, *_ in described}
        assert types == {field["name"]: field["type"] for field in schema["fields"]}, name
        for what, query in checks(name, schema):
            (wrong,) = connection.execute(query).fetchone() or (0,)
            assert wrong == 0, f"{name}: {what}: {wrong} rows"


def checks(name: str, schema: dict[str, Any]) -> list[tuple[str, str]]:
    """Queries that count the rows which break a schema."""
    grain = ", ".join(f'"{key}"' for key in schema["grain"])
    found = [
        (
            f"grain {grain}",
            f'select (select count(*) from "{name}") '
            f'- (select count(*) from (select distinct {grain} from "{name}"))',
        )
    ]
    for field in schema["fields"]:
        column, constraints = f'"{field["name"]}"', field.get("constraints", {})
        if constraints.get("required"):
            found.append((column, f'select count(*) from "{name}" where {column} is null'))
        if "minimum" in constraints:
            found.append((column, f'select count(*) from "{name}" where {column} < 0'))
        if "enum" in constraints:
            allowed = ", ".join(
                "'" + value.replace("'", "''") + "'" for value in constraints["enum"]
            )
            found.append(
                (column, f'select count(*) from "{name}" where {column} not in ({allowed})')
            )
    for link in schema.get("foreignKeys", ()):
        (column,), reference = link["fields"], link["reference"]
        target, (key,) = reference.get("resource", name), reference["fields"]
        found.append(
            (
                f"{column} → {target}.{key}",
                f'select count(*) from "{name}" where "{column}" is not null '
                f'and "{column}" not in (select "{key}" from "{target}")',
            )
        )
    return found


@pytest.mark.parametrize(
    ("fault", "rows"),
    [
        ("grain", [("a", "x", 1), ("a", "x", 2)]),
        ('"key"', [(None, "x", 1)]),
        ('"kind"', [("a", "z", 1)]),
        ('"n"', [("a", "x", -1)]),
        ("kind →", [("a", "y", 1)]),
    ],
)
def test_the_check_of_all_rows_finds_what_is_broken(
    fault: str, rows: list[tuple[Any, ...]]
) -> None:
    schema = {
        "grain": ["key"],
        "fields": [
            {"name": "key", "constraints": {"required": True}},
            {"name": "kind", "constraints": {"enum": ["x", "y"]}},
            {"name": "n", "constraints": {"minimum": "0"}},
        ],
        "foreignKeys": [{"fields": ["kind"], "reference": {"resource": "kinds", "fields": ["k"]}}],
    }
    connection = duckdb.connect()
    connection.execute("create table kinds as select 'x' as k")
    connection.execute("create table t (key varchar, kind varchar, n integer)")
    for row in rows:
        connection.execute("insert into t values (?, ?, ?)", row)
    wrong = {
        what for what, query in checks("t", schema) if connection.execute(query).fetchone() != (0,)
    }
    assert any(what.startswith(fault) for what in wrong)


def test_withheld_counts_are_those_of_the_release(real_folder: Path, release: Release) -> None:
    descriptor = json.loads((real_folder / "datapackage.json").read_text(encoding="utf-8"))
    withheld = {
        (rows["source"], rows["reason"]): rows["rows"]
        for rows in descriptor["withheld"]["rows"]
        if rows["table"] == "fct_observation"
    }
    counted = release.sql(
        """
        select source_id, if(is_redistributable, 'second_rank', 'licence_unknown'), count(*)
        from fct_observation inner join dim_source using (source_id)
        where not is_redistributable or is_second_rank group by all
        """
    ).rows()
    assert withheld == {(source, reason): rows for source, reason, rows in counted}


def test_compressed_files_are_read_through(folder: Path) -> None:
    file = folder / resource(folder, "mart_pay")["path"]
    assert file.suffix == ".gz"
    rows = list(csv.reader(io.StringIO(gzip.decompress(file.read_bytes()).decode())))
    assert rows[0] == ["month", "ratio_paid"]
    frame = pl.read_csv(file)
    assert frame.height == resource(folder, "mart_pay")["rows"]
