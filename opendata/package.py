"""``datapackage.json``: the edition as a Data Package, version 2 (https://datapackage.org).

French is the language of ``title`` and ``description``, for the French portals show them as they
stand; ``title_en`` and ``description_en`` say the same in English. Properties that the standard
does not know (it allows them): those two, ``terms`` (whose is which), ``terms_en``, ``unit``,
``grain``, ``rule``, ``rows``, ``withheld``.
"""

from __future__ import annotations

from typing import Any

from opendata.cells import escape_text
from opendata.description import (
    Column,
    Description,
    Holding,
    Source,
    describe,
    held_in,
    holdings,
    moment,
)
from opendata.files.dialects import FRENCH, LIST_DELIMITER, PLAIN, Dialect
from opendata.model import Licence, OpenEdition, OpenFile, OpenTable
from opendata.terms import licences_of, tables_in, terms_in

Descriptor = dict[str, Any]

NAME = "observatoire-attractivite"
PROFILES = "https://datapackage.org/profiles/2.0"
TYPES = {
    "varchar": "string",
    "date": "date",
    "boolean": "boolean",
    "integer": "integer",
    "bigint": "integer",
    "double": "number",
    "varchar[]": "list",
}
DIALECTS = {"csv": PLAIN, "csv-fr": FRENCH}
# The resource of a table is its CSV file; the other forms of the same table have names of their
# own. Tools that read workbooks and Parquet by these two words of the usual spelling would parse
# the file instead of comparing its hash: the standard leaves the word free.
SUFFIX = {"csv": "", "csv-fr": "-fr", "parquet": "-parquet", "xlsx": "-xlsx"}
FORMAT = {"csv": "csv", "csv-fr": "csv", "parquet": "apache-parquet", "xlsx": "excel-workbook"}


def datapackage(edition: OpenEdition) -> Descriptor:
    """The descriptor of an edition; the same for the same edition, whatever the day."""
    description = describe(edition.release)
    publication = edition.publication
    held = holdings(edition)
    all_tables = tuple(edition.rights.tables.values())
    return _filled(
        {
            "$schema": f"{PROFILES}/datapackage.json",
            "name": NAME,
            "id": f"{publication.base_url.rstrip('/')}/datapackage.json"
            if publication.base_url
            else "",
            "title": publication.title_fr,
            "title_en": publication.title_en,
            "description": publication.description_fr,
            "description_en": publication.description_en,
            "languages": ["fr", "en"],
            "homepage": publication.homepage,
            "version": edition.release.id,
            "created": moment(edition.release),
            "keywords": [*publication.keywords_fr, *publication.keywords_en],
            "contributors": [_publisher(edition)],
            "licenses": [
                _licence(licence) for licence in licences_of(all_tables, held, edition, description)
            ],
            "sources": [_source(source, edition) for source in description.sources.values()],
            "withheld": withheld(edition),
            "resources": [
                _resource(file, edition, description, held) for file in _in_order(edition.files)
            ],
        }
    )


def table_schema(
    table: OpenTable,
    description: Description,
    open_tables: dict[str, OpenTable],
    dialect: Dialect | None = None,
) -> Descriptor:
    """The Table Schema of a handed-out table.

    Args:
        table: The table.
        description: Where its columns are described.
        open_tables: The tables that are handed out; a key refers to no other.
        dialect: That of the file, where values are not written as the standard expects.
    """
    described = description.tables[table.name].columns
    columns = [described[name] for name in table.columns]
    written = dialect or PLAIN
    # A primary key has no empty part by the standard. Where the grain has one, the row is still
    # unique, empty parts being equal; `uniqueKeys` promises a little less, `grain` names it.
    whole = all(described[key].is_required for key in table.keys)
    return _filled(
        {
            "$schema": f"{PROFILES}/tableschema.json",
            "fields": [_field(column, table, written) for column in columns],
            "missingValues": [""],
            "primaryKey": list(table.keys) if whole else [],
            "uniqueKeys": [] if whole else [list(table.keys)],
            "foreignKeys": list(_foreign_keys(columns, table, open_tables)),
            "grain": list(table.keys),
        }
    )


def withheld(edition: OpenEdition) -> Descriptor:
    """What is listed but not handed out, and why: tables, columns and rows by table."""
    rights = edition.rights
    return _filled(
        {
            "tables": [
                {"table": name, "sources": list(sources), "reason": "licence_unknown"}
                for name, sources in sorted(rights.withheld_tables.items())
            ],
            "columns": [
                {
                    "table": table.name,
                    "column": column.name,
                    "sources": list(column.sources),
                    "reason": "licence_unknown",
                }
                for table in rights.tables.values()
                for column in table.withheld_columns
            ],
            "rows": [
                {
                    "table": table.name,
                    "source": rows.source_id,
                    "reason": rows.reason,
                    "rows": rows.n_rows,
                }
                for table in rights.tables.values()
                for rows in table.withheld_rows
            ],
        }
    )


def _resource(
    file: OpenFile, edition: OpenEdition, description: Description, held: dict[str, Holding]
) -> Descriptor:
    """One file; with a schema where it is a CSV file of one table."""
    table = edition.rights.tables.get(file.table)
    tables = tables_in(file.table, edition)
    said = held_in(file, description)
    is_archive = file.compression == "zip"  # of several parts, each with a header of its own
    resource: Descriptor = {
        "name": file.table + SUFFIX[file.form],
        "path": file.path,
        "title": said.title_fr,
        "title_en": said.title_en,
        "description": said.description_fr,
        "description_en": said.description_en,
        "format": "zip" if is_archive else FORMAT[file.form],
        "mediatype": "application/zip" if is_archive else file.media_type,
        "compression": file.compression,
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "rule": table.rule if table else "",
        "licenses": [
            _licence(licence) for licence in licences_of(tables, held, edition, description)
        ],
        "terms": terms_in("fr", tables, held, edition, description),
        "terms_en": terms_in("en", tables, held, edition, description),
    }
    dialect = DIALECTS.get(file.form)
    if dialect and table and not is_archive:
        resource |= {
            "type": "table",
            "encoding": "utf-8",
            "rows": file.rows,
            "dialect": _dialect(dialect),
            "schema": table_schema(table, description, edition.rights.tables, dialect),
        }
    return _filled(resource)


def _dialect(dialect: Dialect) -> Descriptor:
    return {
        "$schema": f"{PROFILES}/tabledialect.json",
        "delimiter": dialect.delimiter,
        "lineTerminator": "\r\n",
        "quoteChar": '"',
        "doubleQuote": True,
        "header": True,
    }


def _field(column: Column, table: OpenTable, dialect: Dialect) -> Descriptor:
    kind = TYPES[column.type]
    field: Descriptor = {
        "name": column.name,
        "type": kind,
        "description": column.description_fr,
        "description_en": column.description_en,
        "unit": column.unit,
    }
    if kind == "number" and dialect.decimal_comma:
        field["decimalChar"] = ","
    if kind == "boolean":
        field |= {"trueValues": [dialect.words[0]], "falseValues": [dialect.words[1]]}
    if kind == "list":
        field |= {"delimiter": LIST_DELIMITER, "itemType": "string"}
    field["constraints"] = _filled(
        {
            # An empty list is an empty cell, as nothing is: only Parquet tells them apart.
            "required": (column.is_required and kind != "list") or None,
            "unique": (table.keys == (column.name,)) or None,
            "enum": [escape_text(text) for text in column.allowed] if kind == "string" else [],
            "minimum": "0" if column.unit == "count" and kind in ("integer", "number") else "",
        }
    )
    return _filled(field)


def _foreign_keys(
    columns: list[Column], table: OpenTable, open_tables: dict[str, OpenTable]
) -> list[Descriptor]:
    """Keys into tables that are handed out; a table that refers to itself names no resource."""
    found = []
    for column in columns:
        if not column.refers_to:
            continue
        target, key = column.refers_to
        if target in open_tables and key in open_tables[target].columns:
            resource = {} if target == table.name else {"resource": target}
            found.append({"fields": [column.name], "reference": {**resource, "fields": [key]}})
    return found


def _licence(licence: Licence) -> Descriptor:
    return _filled({"name": licence.id, "path": licence.url, "title": licence.name})


def _publisher(edition: OpenEdition) -> Descriptor:
    publication = edition.publication
    email = publication.contact if "@" in publication.contact else ""
    return _filled(
        {
            "title": publication.publisher,
            "path": publication.homepage,
            "email": email,
            "roles": ["dataCurator", *(["contact"] if email else [])],
        }
    )


def _source(source: Source, edition: OpenEdition) -> Descriptor:
    """A source, its terms as its publisher states them, or that they are not known."""
    state = edition.release.manifest.sources.get(source.id)
    licence = source.licence
    return _filled(
        {
            "id": source.id,
            "title": f"{source.publisher} – {source.title_fr}",
            "title_en": f"{source.publisher_en} – {source.title_en}",
            "path": source.landing_page,
            "version": str(state.vintage) if state and state.vintage else "",
            "publisher": source.publisher,
            "citation": source.citation,
            "licence": _licence(licence) if licence else {"title": "unknown"},
            "redistributed": source.is_redistributable,
        }
    )


def _in_order(files: tuple[OpenFile, ...]) -> list[OpenFile]:
    """CSV first, for a reader takes the first resources for the tables."""
    return sorted(files, key=lambda file: (list(SUFFIX).index(file.form), file.table))


def _filled(descriptor: Descriptor) -> Descriptor:
    """Without properties that say nothing: the standard knows no empty ones."""
    return {
        name: value
        for name, value in descriptor.items()
        if value is not None and value not in ("", [], {})
    }
