"""The rules of the dbt project, checked on dbt's own manifest."""

from __future__ import annotations

import re
from typing import Any

import yaml

from ingest.declarations import read_declarations
from ingest.paths import DBT_PROJECT, PROJECT_ROOT
from tests.dbt.conftest import Node

PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "marts": ("dim_", "fct_", "mart_"),
}
READS = {
    "staging": {"source", "seed"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"intermediate", "marts", "seed"},
}

# Numbers of the marts of results that are results, not somebody's series.
RESULTS = {
    "mart_educator_fall.pay_2001_eur",
    "mart_educator_fall.pay_2023_eur",
    "mart_educator_fall.pay_2023_segur_eur",
    "mart_educator_fall.ratio_2001_on_35h",
    "mart_educator_fall.ratio_2001_on_floor",
    "mart_educator_fall.ratio_2023",
    "mart_educator_fall.ratio_2023_segur",
    "mart_educator_fall.share_of_fall_from_convergence",
    "mart_educator_fall.real_pay_change",
    "mart_educator_fall.real_pay_change_with_segur",
    "mart_educator_fall.real_smic_35h_change",
    "mart_educator_fall.real_floor_change",
    "mart_educator_ratios.pay_eur",
    "mart_educator_ratios.ratio_conventional",
    "mart_educator_ratios.ratio_paid",
    "mart_educator_readings.ratio_2001",
    "mart_educator_readings.ratio_2023",
    "mart_educator_readings.ratio_2023_segur",
    "mart_immersion.first_coefficient_at_smic",
    "mart_indexation_pay.real_pay_eur",
    "mart_indexation_pay.path_pay_eur",
    "mart_indexation_pay.gap_eur",
    "mart_indexation_pay.share_gap",
    "mart_indexation_pay.ratio_real",
    "mart_indexation_pay.ratio_path",
    "mart_indexation_paths.pay_factor",
    "mart_indexation_paths.share_gap",
    "mart_salary_real.pay_eur",
    "mart_salary_real.paid_eur",
    "mart_salary_real.real_pay_eur",
    "mart_salary_real.real_paid_eur",
    "mart_salary_smic.base_eur",
    "mart_salary_smic.sujetion_eur",
    "mart_salary_smic.pay_eur",
    "mart_salary_smic.ratio_conventional",
    "mart_salary_smic.ratio_paid",
    "mart_salary_smic.seniority_eur",
    "mart_salary_smic.prime_decentralisee_eur",
    "mart_salary_smic.supplements_eur",
    "mart_salary_smic.paid_eur",
}


def layer(node: Node) -> str:
    """Layer of a node: its folder for a model, its kind for a seed or a source."""
    if node["resource_type"] == "model":
        return str(node["fqn"][1])
    return str(node["resource_type"])


def of_layer(models: dict[str, Node], name: str) -> list[Node]:
    return [node for node in models.values() if layer(node) == name]


def test_each_layer_reads_only_the_one_below(
    manifest: dict[str, Any], models: dict[str, Node]
) -> None:
    everything = manifest["nodes"] | manifest["sources"]
    wrong = [
        f"{node['name']} ({layer(node)}) reads {everything[parent]['name']}"
        for node in models.values()
        for parent in node["depends_on"]["nodes"]
        if layer(everything[parent]) not in READS[layer(node)]
    ]
    assert wrong == []


def test_names_say_the_layer(models: dict[str, Node]) -> None:
    wrong = [
        node["name"]
        for node in models.values()
        if not node["name"].startswith(PREFIXES[layer(node)])
    ]
    assert wrong == []


def test_each_model_states_its_grain_first(models: dict[str, Node]) -> None:
    wrong = [
        node["name"]
        for node in models.values()
        if not node["description"].startswith("Grain: one row per ")
    ]
    assert wrong == []


def test_each_mart_has_an_enforced_contract_and_a_tested_grain(
    manifest: dict[str, Any], models: dict[str, Node]
) -> None:
    tested = {
        (test["attached_node"], tuple(test["test_metadata"]["kwargs"]["columns"]))
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test"
        and (test.get("test_metadata") or {}).get("name") == "unique_grain"
    }
    for key, node in models.items():
        if layer(node) == "marts":
            assert node["config"]["contract"]["enforced"], node["name"]
            assert (key, tuple(node["config"]["meta"]["grain"])) in tested, node["name"]


def test_each_mart_column_is_described_and_typed(models: dict[str, Node]) -> None:
    wrong = [
        f"{node['name']}.{name}"
        for node in of_layer(models, "marts")
        for name, column in node["columns"].items()
        if not column["description"].strip() or not column["data_type"]
    ]
    assert wrong == []


def test_column_names_say_what_they_hold(models: dict[str, Node]) -> None:
    """STYLE of names: the ending or beginning tells the type, and the other way round."""
    rules = {
        r"(^|_)(is|has)_": {"boolean"},
        r"^n_": {"integer", "bigint"},
        r"_(eur|hours|days)$": {"double", "integer"},
        r"^(rate|share|ratio)_": {"double"},
        r"_(fr|code|id)$": {"varchar"},
        r"_on$|^period_(start|end)$|^month$": {"date"},
    }
    exceptions = {"break_before", "frequency_days"}
    wrong = []
    for node in of_layer(models, "marts"):
        for name, column in node["columns"].items():
            kind = column["data_type"].lower()
            wanted = [kinds for pattern, kinds in rules.items() if re.search(pattern, name)]
            named = f"{node['name']}.{name} {kind}"
            if wanted and not any(kind in kinds for kinds in wanted):
                wrong.append(named)
            if kind == "boolean" and not re.match(r"(is|has)_", name) and name not in exceptions:
                wrong.append(named)
            if name != name.lower() or not name.isascii():
                wrong.append(named)
    assert wrong == []


def test_no_technical_column_reaches_a_mart(models: dict[str, Node]) -> None:
    """`_loaded_at` and its like would make two equal runs differ."""
    for node in of_layer(models, "marts"):
        assert not [name for name in node["columns"] if name.startswith("_")], node["name"]


def test_dbt_knows_exactly_the_declared_tables() -> None:
    declared = {
        f"{source.id}__{table.name}"
        for source in read_declarations(PROJECT_ROOT / "data" / "raw")
        for table in source.tables
    } | {"declared_sources", "declared_tables", "declared_editions"}
    file = DBT_PROJECT / "models" / "staging" / "_raw__sources.yml"
    known = [table["name"] for table in yaml.safe_load(file.read_text())["sources"][0]["tables"]]
    assert sorted(known) == sorted(declared)


def test_each_raw_table_is_staged_once(manifest: dict[str, Any], models: dict[str, Node]) -> None:
    readers: dict[str, list[str]] = {
        key: [] for key, table in manifest["sources"].items() if table["source_name"] == "raw"
    }
    for node in models.values():
        for parent in node["depends_on"]["nodes"]:
            if parent in readers:
                readers[parent].append(node["name"])
    assert {key: names for key, names in readers.items() if len(names) != 1} == {}


def test_every_provenance_table_reaches_the_facts(models: dict[str, Node]) -> None:
    staged = {node["name"] for node in models.values() if node["name"].endswith("__provenance")}
    [union] = [node for node in models.values() if node["name"] == "int_provenance__unioned"]
    read = {parent.rsplit(".", 1)[-1] for parent in union["depends_on"]["nodes"]}
    assert read == staged


def test_every_observation_model_reaches_the_facts(models: dict[str, Node]) -> None:
    shaped = {node["name"] for node in models.values() if node["name"].endswith("__observations")}
    [union] = [node for node in models.values() if node["name"] == "int_observations__unioned"]
    read = {parent.rsplit(".", 1)[-1] for parent in union["depends_on"]["nodes"]}
    assert read == shaped


def test_a_column_repeats_only_what_its_mart_reads(
    manifest: dict[str, Any], models: dict[str, Node]
) -> None:
    """A source named in `repeats` lies upstream: a wrong name would withhold, or open, too much."""
    wrong = []
    for key, node in models.items():
        for name, column in node["columns"].items():
            repeats = set(column["config"].get("meta", {}).get("repeats", ()))
            if repeats and not repeats <= upstream_sources(manifest, key):
                wrong.append(f"{node['name']}.{name}")
    assert wrong == []


def upstream_sources(manifest: dict[str, Any], key: str) -> set[str]:
    """The sources whose raw tables a node reads, through whatever lies between."""
    seen: set[str] = set()
    todo = [key]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += manifest["parent_map"].get(node, [])
    raw = {manifest["sources"][node]["name"] for node in seen if node.startswith("source.")}
    return {table.partition("__")[0] for table in raw}


def test_each_series_of_others_that_a_mart_carries_is_named(models: dict[str, Node]) -> None:
    """A mart of results lists what is a result; any other number repeats a source, and says which.

    A new number of such a mart stands in neither list until somebody has decided.
    """
    unnamed = {
        f"{node['name']}.{name}"
        for node in of_layer(models, "marts")
        if node["config"]["meta"]["open_data"] == "computed"
        for name, column in node["columns"].items()
        if column["data_type"] == "double" and not column["config"].get("meta", {}).get("repeats")
    }
    assert unnamed == RESULTS


def test_no_description_is_cut_at_a_comma() -> None:
    """A text with a comma that is not quoted ends there in YAML, and its rest becomes a key."""
    wrong = [
        f"{model['name']}.{column['name']}: {sorted(column)}"
        for file in (DBT_PROJECT / "models").rglob("_*.yml")
        for model in yaml.safe_load(file.read_text()).get("models", [])
        for column in model.get("columns", [])
        if None in column.values()
    ]
    assert wrong == []
