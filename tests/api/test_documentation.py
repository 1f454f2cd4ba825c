"""The description of the interface is complete and exact, and what its page tells runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from threading import Thread
from typing import Any

import jsonschema
import pytest
import uvicorn

from ingest.release import Release
from opendata.api.app import PREFIX, application
from opendata.api.documentation import own_parameters, words
from opendata.api.limits import MOST_VALUES
from opendata.api.problems import ProblemAnswer
from tests.api.conftest import Client

pytestmark = pytest.mark.integration
EXAMPLES = words()["page"]["example"]
NAMES = sorted(words()["operations"])


@pytest.fixture(scope="module")
def document(client: Client) -> dict[str, Any]:
    answer = client.get("openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def page(client: Client) -> str:
    answer = client.get("documentation")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        told["operationId"]: told | {"path": path}
        for path, methods in document["paths"].items()
        for told in methods.values()
    }


def schema_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    """The schema of a component, with all that it refers to."""
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["servers"] == [{"url": PREFIX}]
    assert document["info"]["license"]["name"]
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    text = json.dumps(document)
    for reference in set(re.findall(r'"#/components/schemas/(\w+)"', text)):
        assert reference in document["components"]["schemas"]
    assert not re.search(r'"x-(row|values)"', text), "a mark was left"


def test_every_word_is_used_and_none_is_missing(document: dict[str, Any]) -> None:
    """What has no words stops the document; what nobody says any more fails here."""
    told = operations(document)
    assert set(told) == set(words()["operations"])
    named = {part["name"] for operation in told.values() for part in operation["parameters"]}
    assert named == set(words()["parameters"])
    schemas = document["components"]["schemas"]
    models = {name for name, schema in schemas.items() if "x-mart" not in schema}
    assert models == set(words()["schemas"])
    members = {name for schema in schemas.values() for name in schema.get("properties", {})} | {
        f"{name}.{member}" for name in schemas for member in schemas[name].get("properties", {})
    }
    assert set(words()["fields"]) <= members


def test_each_operation_says_what_it_takes_and_answers(document: dict[str, Any]) -> None:
    for operation in operations(document).values():
        assert operation["summary"]
        assert operation["description"]
        assert {"200", "304", "400", "503"} <= set(operation["responses"])
        for parameter in operation["parameters"]:
            schema = parameter["schema"]
            assert parameter["description"]
            assert "null" not in json.dumps(schema), parameter["name"]
            assert schema["type"] in ("string", "integer", "array")
        for status, answer in operation["responses"].items():
            assert answer["description"]
            if status not in ("200", "304"):
                assert set(answer["content"]) == {"application/problem+json"}


def test_parameters_list_the_values_that_the_release_has(
    document: dict[str, Any], release: Release
) -> None:
    told = {part["name"]: part["schema"] for part in operations(document)["series"]["parameters"]}
    indicators = release.sql("select indicator_id from dim_indicator order by 1")["indicator_id"]
    assert told["indicator"]["items"]["enum"] == indicators.to_list()
    assert told["indicator"]["maxItems"] == MOST_VALUES
    places = release.sql("select geography_id from dim_geography order by 1")["geography_id"]
    assert told["geography"]["items"]["enum"] == places.to_list()
    jobs = {part["name"]: part["schema"] for part in operations(document)["salary"]["parameters"]}
    assert "educateur_specialise" in jobs["job"]["enum"]


def test_rows_are_described_column_by_column(document: dict[str, Any], release: Release) -> None:
    """Names, order, emptiness and words are those of the release's dictionary."""
    described = release.sql(
        'select mart, "column", description_fr, is_required from dictionary order by position'
    )
    told = {
        (mart, column): (description, required)
        for mart, column, description, required in described.iter_rows()
    }
    for name in ("Observation", "KeyFigure", "SalaryMonth", "Source", "Claim"):
        schema = document["components"]["schemas"][name]
        assert not schema["additionalProperties"]
        for column, part in schema["properties"].items():
            if (schema["x-mart"], column) in told:
                description, required = told[schema["x-mart"], column]
                assert part["description"] == description
                assert ("null" in part["type"]) == (not required)
    assert document["components"]["schemas"]["SalaryMonth"]["properties"]["month"]["format"]


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_each_address_answers_as_described(
    client: Client, document: dict[str, Any], release: Release, name: str
) -> None:
    operation = operations(document)[name]
    answer = client.get(operation["x-example"])
    assert answer.status_code == 200, answer.text
    kind = answer.headers["content-type"].split(";")[0]
    content = operation["responses"]["200"]["content"][kind]
    if kind == "application/json" and "$ref" in content["schema"]:
        model = content["schema"]["$ref"].rsplit("/", 1)[1]
        jsonschema.validate(answer.json(), schema_of(document, model))


def test_a_refusal_is_as_described(client: Client, document: dict[str, Any]) -> None:
    for address in ("salary", "claims?verdict=x", "claims/x", "series", "claims?limit=x"):
        told = client.get(address).json()
        jsonschema.validate(told, schema_of(document, "ProblemAnswer"))
        assert set(told) <= set(ProblemAnswer.model_fields)


def test_an_answer_that_lacks_a_column_is_not_as_described(
    client: Client, document: dict[str, Any]
) -> None:
    """The schema of a row is exact: less and more are refused."""
    told = client.get("key-figures?limit=1").json()
    figure = told["key_figures"][0]
    del figure["label_fr"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, schema_of(document, "KeyFigures"))
    figure |= {"label_fr": "x", "more": 1}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, schema_of(document, "KeyFigures"))


class Elements(HTMLParser):
    """What a page holds: its elements with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def test_the_page_says_all_of_it_and_calls_nobody(
    page: str, document: dict[str, Any], release: Release
) -> None:
    elements = Elements(page).found
    assert not [tag for tag, _ in elements if tag in ("script", "img", "iframe")]
    links = [attributes["href"] for tag, attributes in elements if tag == "link"]
    assert links == ["../../icon.svg"]
    assert ("html", {"lang": "fr"}) in elements
    assert "@import" not in page
    assert "url(" not in page
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in elements:
        target = attributes.get("href") or ""
        assert not target.startswith("#") or target[1:] in ids
    for operation in operations(document).values():
        assert operation["operationId"] in ids
        for parameter in own_parameters(operation):
            assert f"<code>{parameter['name']}</code>" in page
    assert release.id in page


def test_each_link_of_the_page_leads_somewhere(client: Client, page: str) -> None:
    for _, attributes in Elements(page).found:
        target = attributes.get("href") or ""
        if target and not target.startswith(("#", "http", "../")):
            assert client.get(target).status_code == 200, target


# ------------------------------------------------------------------ on a server of our own


@pytest.fixture(scope="module")
def server(data_root: Path) -> Iterator[str]:
    """The interface on a free port."""
    config = uvicorn.Config(application(), host="127.0.0.1", port=0, log_level="error")
    served = uvicorn.Server(config)
    thread = Thread(target=served.run, daemon=True)
    thread.start()
    while not served.started:
        thread.join(0.05)
        assert thread.is_alive()
    [socket] = served.servers[0].sockets
    yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    served.should_exit = True
    thread.join()


@pytest.mark.loopback
@pytest.mark.parametrize("place", range(len(EXAMPLES)), ids=lambda i: EXAMPLES[i]["title"])
def test_the_examples_of_the_page_run(server: str, place: int, tmp_path: Path) -> None:
    """As they stand on the page of the server, copied by a reader."""
    example = EXAMPLES[place]
    program = {"bash": "curl", "python": sys.executable, "r": "Rscript"}[example["language"]]
    if shutil.which(program) is None:
        if os.environ.get("OBSERVATOIRE_REQUIRE_BROWSER"):
            pytest.fail(f"{program} is not installed")
        pytest.skip(f"{program} is not installed")
    code = example["code"].replace("{base}", f"{server}{PREFIX}")
    suffix = {"bash": "sh", "python": "py", "r": "R"}[example["language"]]
    script = tmp_path / f"example.{suffix}"
    script.write_text(code, encoding="utf-8")
    command = {"bash": "bash", "python": sys.executable, "r": "Rscript"}[example["language"]]
    run = subprocess.run(
        [command, str(script)],
        cwd=tmp_path,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()
