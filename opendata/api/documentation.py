"""The description of the interface: an OpenAPI 3.1 document, and a page in French made from it.

Three things come together: the routes (addresses, parameters, models of the answers), the words of
``documentation.fr.toml``, and the release (columns of the rows, values that parameters take). The
document is therefore that of one release, and exact.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from opendata.api import rows
from opendata.api.asked import Ask
from opendata.api.kept import once_a_release
from opendata.api.opened import Opened
from opendata.api.parameters import MEDIA_TYPES
from opendata.api.problems import MEDIA_TYPE
from opendata.api.values import MARK as VALUES
from opendata.api.values import known
from opendata.description import Description, describe
from opendata.model import Rights
from opendata.publication import publication

router = APIRouter()
PREFIX = "/api/v1"
HERE = Path(__file__).parent
WORDS = HERE / "documentation.fr.toml"
PAGE = "documentation.html.j2"
STYLE = HERE / "documentation.css"
MOST_VALUES = 2_000  # longer lists stand in the listing that the words name
PROBLEMS = ("400", "404", "406", "414", "500", "503")
COMMON = ("release", "lang")
NARROW = "\u202f"  # the space within a number
REF = "#/components/schemas/"
MARKDOWN = MarkdownIt("commonmark", {"html": False})


@router.get(
    "/openapi.json",
    operation_id="openapi",
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def openapi(ask: Ask) -> Response:
    """The description for programs."""
    return ask.json(await ask.run(document, ask.opened, ask.request.app))


@router.get(
    "/documentation",
    operation_id="documentation",
    response_class=HTMLResponse,
    responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}}},
)
async def documentation(ask: Ask) -> Response:
    """The description for readers."""
    # The address under which it is read stands in the examples: no two hosts share the answer.
    base = publication().api_url or str(ask.request.url.replace(path=PREFIX, query=""))
    body = await ask.run(written_page, ask.opened, ask.request.app, base)
    return ask.bytes(body, "text/html; charset=utf-8", keep=False)


@once_a_release
def written_page(
    cursor: duckdb.DuckDBPyConnection, opened: Opened, app: FastAPI, base: str
) -> bytes:
    """The page of a release; the hosts that it is read under are few."""
    return page(document(cursor, opened, app), base, opened.id).encode("utf-8")


@once_a_release
def document(cursor: duckdb.DuckDBPyConnection, opened: Opened, app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of a release.

    Args:
        cursor: On the release.
        opened: The release.
        app: The routes.

    Raises:
        KeyError: A route, a parameter or an answer has no words.
    """
    info, licence = words()["info"], publication().own_licence
    made = get_openapi(
        title=info["title"],
        summary=info["summary"],
        description=info["description"].strip(),
        version=opened.release.manifest.code_version,
        routes=app.routes,
        servers=[{"url": PREFIX}],
        license_info={"name": licence.name, "url": licence.url},
    )
    made["info"]["x-release"] = opened.id
    made["paths"] = {path.removeprefix(PREFIX): told for path, told in made["paths"].items()}
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for operation in operations(made):
        _describe(operation, cursor, opened)
    _put_rows(made, schemas, describe(opened.release), opened.rights)
    for name, schema in schemas.items():
        _put_words(name, schema)
    return made


def operations(made: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The operations of a document."""
    for path in made["paths"].values():
        yield from path.values()


def _describe(operation: dict[str, Any], cursor: duckdb.DuckDBPyConnection, opened: Opened) -> None:
    """Words, values and answers of one operation."""
    told = words()["operations"][operation["operationId"]]
    operation["summary"], operation["description"] = told["summary"], told["description"].strip()
    operation["x-example"] = told["example"].replace("{release}", opened.id)
    parameters = operation.get("parameters", ())
    for parameter in parameters:
        parameter["description"] = words()["parameters"][parameter["name"]]
        parameter["schema"] = _of_a_parameter(parameter["schema"], cursor, opened)
    answers = operation["responses"]
    answers.pop("422", None)
    answers["200"]["description"] = words()["answers"]["200"]
    answers["200"]["headers"] = _headers(*words()["headers"].keys() - {"Retry-After"})
    for parameter in parameters:
        if parameter["name"] == "format":
            answers["200"]["content"] |= _forms(parameter["schema"]["enum"])
    answers["304"] = {"description": words()["answers"]["304"], "headers": _headers("ETag")}
    for status in PROBLEMS:
        if status != "404" or any(parameter["in"] == "path" for parameter in parameters):
            answers[status] = {
                "description": words()["answers"][status],
                "content": {MEDIA_TYPE: {"schema": {"$ref": f"{REF}ProblemAnswer"}}},
            }
    answers["503"]["headers"] = _headers("Retry-After")


def _forms(names: list[str]) -> dict[str, Any]:
    """The media types of the forms beside JSON."""
    schemas = {"jsonstat": {"type": "object"}}
    return {
        MEDIA_TYPES[name.removesuffix("-fr")]: {"schema": schemas.get(name, {"type": "string"})}
        for name in names
        if name != "json"
    }


def _headers(*names: str) -> dict[str, Any]:
    return {
        name: {"description": words()["headers"][name], "schema": {"type": "string"}}
        for name in sorted(names)
    }


def _of_a_parameter(
    schema: dict[str, Any], cursor: duckdb.DuckDBPyConnection, opened: Opened
) -> dict[str, Any]:
    """The schema of a parameter: what is not given is no null, and marked values are put in."""
    told = {name: value for name, value in schema.items() if name not in ("anyOf", "title")}
    for part in schema.get("anyOf", ()):
        if part.get("type") != "null":
            told |= part
    place = told.pop(VALUES, None)
    values = known(cursor, opened, place) if place else ()
    if values and len(values) <= MOST_VALUES:
        target = told["items"] if told.get("type") == "array" else told
        target["enum"] = list(values)
    if told.get("default", "") is None:
        del told["default"]
    return told


def _put_words(name: str, schema: dict[str, Any]) -> None:
    """Words for what the release does not describe: models, and members that are no column."""
    told = words()["fields"]
    is_row = "x-mart" in schema
    if not is_row:
        schema["description"] = words()["schemas"][name]
    for member, part in schema.get("properties", {}).items():
        if not is_row or "description" not in part:
            part["description"] = told.get(f"{name}.{member}") or told[member]
        part.pop("title", None)


def _put_rows(made: Any, schemas: dict[str, Any], description: Description, rights: Rights) -> None:
    """Replaces the marks of rows by references to schemas, which it adds."""
    if isinstance(made, list):
        for item in made:
            _put_rows(item, schemas, description, rights)
    elif isinstance(made, dict):
        told = made.pop(rows.MARK, None)
        for item in list(made.values()):
            _put_rows(item, schemas, description, rights)
        if told is not None:
            schema = rows.schema(told, description, rights)
            _put_rows(schema, schemas, description, rights)
            schemas[told["name"]] = schema
            made["$ref"] = REF + told["name"]


@cache
def words() -> dict[str, Any]:
    """The words of the document and of the page."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def page(made: Mapping[str, Any], base: str, release_id: str) -> str:
    """The documentation in French, as one HTML page that calls nothing else.

    Args:
        made: The OpenAPI document.
        base: Address of the interface, for the examples.
        release_id: The release that it describes.
    """
    everything = [
        (path, operation) for path, told in made["paths"].items() for operation in told.values()
    ]
    in_common = [p for p in everything[0][1]["parameters"] if p["name"] in COMMON]
    rows_of = [
        (name, schema)
        for name, schema in sorted(made["components"]["schemas"].items())
        if "x-mart" in schema
    ]
    return _template().render(
        words=words()["page"],
        style=Markup(STYLE.read_text(encoding="utf-8")),  # noqa: S704 our own file
        release=release_id,
        licence=publication().own_licence,
        base=base,
        operations=everything,
        common=in_common,
        rows=rows_of,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["prose"] = prose
    environment.globals |= {
        "own_parameters": own_parameters,
        "remarks": remarks,
        "values_of": values_of,
        "kind_of": kind_of,
        "forms": forms,
    }
    return environment.get_template(PAGE)


def prose(text: str) -> Markup:
    """A description, whose code stands between backticks, as HTML; its HTML is shown as text."""
    return Markup(MARKDOWN.renderInline(text))  # noqa: S704 markdown-it escapes


def own_parameters(operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parameters that not every address has."""
    return [part for part in operation.get("parameters", ()) if part["name"] not in COMMON]


def forms(operation: Mapping[str, Any]) -> list[str]:
    """The media types of an operation's answer."""
    return list(operation["responses"]["200"]["content"])


def remarks(parameter: Mapping[str, Any]) -> list[str]:
    """What is to be known of a parameter besides its meaning."""
    said, schema = words()["page"], parameter["schema"]
    found = [said["required"]] if parameter.get("required") and parameter["in"] == "query" else []
    if schema.get("type") == "array":
        found.append(said["repeatable"])
    if "minimum" in schema and "maximum" in schema:
        low, high = (f"{schema[end]:,}".replace(",", NARROW) for end in ("minimum", "maximum"))
        found.append(said["between"].format(low=low, high=high))
    if schema.get("default") not in (None, []):
        found.append(f"{said['default']} : {schema['default']}")
    return found


def values_of(parameter: Mapping[str, Any]) -> list[str]:
    """The values that a parameter takes, where they are a list."""
    schema = parameter["schema"]
    return list(schema.get("enum") or schema.get("items", {}).get("enum", ()))


def kind_of(column: Mapping[str, Any]) -> str:
    """Type, unit and emptiness of a column in words."""
    said = words()["page"]
    types = column.get("type", "object")
    listed = [types] if isinstance(types, str) else types
    named = [
        said["types"]["date" if column.get("format") == "date" else name]
        for name in listed
        if name != "null"
    ]
    unit = [f"{said['unit']} : {column['x-unit']}"] if "x-unit" in column else []
    empty = [said["or_nothing"]] if "null" in listed else []
    return ", ".join([*named, *unit, *empty])
