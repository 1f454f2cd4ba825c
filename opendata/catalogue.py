"""``catalog.jsonld``: the edition for other catalogues (DCAT-AP 3, as data.gouv.fr harvests it).

One dataset a table, one distribution a file, each distribution with its licence. Only what is ours
and is handed out is a dataset, for a harvester publishes every dataset under our name: sources are
``prov:Entity``, and tables that are withheld stand in the rights of the catalogue. The context
stands in the file: nothing has to be fetched to read it. Without a known address the links are
relative to the file, which suits no harvester (they read it without its address).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from opendata.description import (
    Description,
    Holding,
    Source,
    Table,
    describe,
    held_in,
    holdings,
    moment,
)
from opendata.html import number
from opendata.model import Form, Licence, OpenEdition, OpenFile
from opendata.terms import licences_of, sources_in, sources_of, tables_in, terms_in, withheld_in
from opendata.words import LANGUAGES, Language, words

Node = dict[str, Any]

EU = "http://publications.europa.eu/resource/authority"
IANA = "https://www.iana.org/assignments/media-types"
THEMES = (f"{EU}/data-theme/SOCI", f"{EU}/data-theme/ECON")
SPOKEN = (f"{EU}/language/FRA", f"{EU}/language/ENG")
FILE_TYPES: dict[Form, str] = {
    "csv": "CSV",
    "csv-fr": "CSV",
    "parquet": "PARQUET",
    "xlsx": "XLSX",
}
# One file made smaller, or several files in one.
PACKINGS = {
    "gz": ("dcat:compressFormat", "application/gzip"),
    "zip": ("dcat:packageFormat", "application/zip"),
}
WEEKLY = f"{EU}/frequency/WEEKLY"
# Days between two editions of a source, as its declaration states them.
FREQUENCIES = {
    7: "WEEKLY",
    30: "MONTHLY",
    91: "QUARTERLY",
    182: "ANNUAL_2",
    365: "ANNUAL",
    730: "BIENNIAL",
    1461: "QUADRENNIAL",
}
# The codes of the country vocabulary, by those that the sources use (ISO 3166; Greece is EL).
COUNTRIES = {
    "AT": "AUT",
    "BE": "BEL",
    "BG": "BGR",
    "CY": "CYP",
    "CZ": "CZE",
    "DE": "DEU",
    "DK": "DNK",
    "EE": "EST",
    "EL": "GRC",
    "ES": "ESP",
    "FI": "FIN",
    "FR": "FRA",
    "HR": "HRV",
    "HU": "HUN",
    "IE": "IRL",
    "IT": "ITA",
    "LT": "LTU",
    "LU": "LUX",
    "LV": "LVA",
    "MT": "MLT",
    "NL": "NLD",
    "PL": "POL",
    "PT": "PRT",
    "RO": "ROU",
    "SE": "SWE",
    "SI": "SVN",
    "SK": "SVK",
}

CONTEXT: Node = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def catalogue(edition: OpenEdition) -> Node:
    """The catalogue of an edition, as JSON-LD."""
    publication = edition.publication
    description = describe(edition.release)
    held = holdings(edition)
    context = dict(CONTEXT)
    if publication.base_url:
        context["@base"] = f"{publication.base_url.rstrip('/')}/"
    return {
        "@context": context,
        "@id": "#catalogue",
        "@type": "dcat:Catalog",
        **_titled(_both(publication, "title"), _both(publication, "description")),
        "dct:publisher": _publisher(edition),
        "dct:language": _links(SPOKEN),
        **_spatial(held.values()),
        "dct:modified": _moment(edition),
        "dct:license": _licence(publication.own_licence),
        "foaf:homepage": _link("index.html"),
        "dcat:themeTaxonomy": _link(f"{EU}/data-theme"),
        **_withheld_tables(edition, description),
        "dcat:dataset": [
            *(
                _dataset(description.tables[name], held, edition, description)
                for name in sorted(edition.rights.tables)
            ),
            *_workbooks(held, edition, description),
        ],
        "dct:relation": [_source(source, edition) for source in description.sources.values()],
        **_service(edition),
    }


def _dataset(
    table: Table, held: dict[str, Holding], edition: OpenEdition, description: Description
) -> Node:
    """What is handed out under one name: a table, or the workbook, which holds rows of several."""
    tables = tables_in(table.name, edition)
    holdings_of = [held[one.name] for one in tables]
    sources = sorted({source for one in tables for source in sources_of(one, held[one.name])})
    rights = _rights(table.name, held, edition, description)
    terms = _terms(table.name, held, edition, description)
    files = [file for file in edition.files if file.table == table.name]
    return _described(table, edition) | {
        "dct:accessRights": _concept(f"{EU}/access-right/PUBLIC", "dct:RightsStatement"),
        "dct:rights": rights,
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": _said("rules", tables[0].rule if len(tables) == 1 else "quoted"),
        },
        **_spatial(holdings_of),
        **(_temporal(holdings_of[0]) if len(tables) == 1 else {}),
        **({"prov:wasDerivedFrom": _links(f"#source-{one}" for one in sources)} if sources else {}),
        "dcat:distribution": [
            _distribution(file, _both(table, "title"), terms, _link(rights["@id"]), edition)
            for file in files
        ],
    }


def _described(table: Table, edition: OpenEdition) -> Node:
    """What is said of a table as such."""
    publication = edition.publication
    return {
        "@id": f"#{table.name}",
        "@type": "dcat:Dataset",
        "dct:identifier": table.name,
        **_titled(_both(table, "title"), _both(table, "description")),
        "dcat:keyword": [
            {"@value": keyword, "@language": language}
            for language in LANGUAGES
            for keyword in getattr(publication, f"keywords_{language}")
        ],
        "dct:publisher": _link("#publisher"),
        **_contact(edition),
        "dcat:theme": _links(THEMES),
        "dct:language": _links(SPOKEN),
        "dct:accrualPeriodicity": _concept(WEEKLY, "dct:Frequency"),
        "dct:modified": _moment(edition),
        "dcat:version": edition.release.id,
        "dcat:landingPage": _link(f"index.html#{table.name}"),
        "foaf:page": [_link(f"schema/{words(one)['dictionary']['file']}") for one in LANGUAGES],
    }


def _workbooks(
    held: dict[str, Holding], edition: OpenEdition, description: Description
) -> list[Node]:
    """Files that hold more than one table: datasets of their own, on the terms of all of them."""
    return [
        _dataset(held_in(file, description), held, edition, description)
        for file in edition.files
        if file.table not in edition.rights.tables
    ]


def _withheld_tables(edition: OpenEdition, description: Description) -> Node:
    """In words: the tables of which nothing is handed out."""
    withheld = sorted(edition.rights.withheld_tables.items())
    if not withheld:
        return {}
    return {
        "dct:rights": _statement(
            {
                language: " ".join(
                    words(language)["catalogue"]["withheld_table"].format(
                        title=getattr(description.tables[name], f"title_{language}"),
                        name=name,
                        sources=sources_in(language, sources, description),
                    )
                    for name, sources in withheld
                )
                for language in LANGUAGES
            }
        )
    }


def _rights(
    name: str, held: dict[str, Holding], edition: OpenEdition, description: Description
) -> Node:
    """In words: whose is which, and what is withheld."""
    tables = tables_in(name, edition)
    return {"@id": f"#rights-{name}"} | _statement(
        {
            language: " ".join(
                [
                    terms_in(language, tables, held, edition, description),
                    *(
                        text
                        for table in tables
                        for text in withheld_in(language, table, description)
                    ),
                ]
            )
            for language in LANGUAGES
        }
    )


def _source(source: Source, edition: OpenEdition) -> Node:
    """A source: who publishes it, where, on which terms, and what of it is withheld here."""
    frequency = FREQUENCIES.get(source.frequency_days or 0)
    return {
        "@id": f"#source-{source.id}",
        "@type": "prov:Entity",
        "dct:identifier": source.id,
        **_titled(_both(source, "title"), _both(source, "scope")),
        "dct:publisher": {
            "@id": f"#publisher-{source.id}",
            "@type": "foaf:Agent",
            "foaf:name": _texts((source.publisher, source.publisher_en)),
        },
        **(
            {"dct:accrualPeriodicity": _concept(f"{EU}/frequency/{frequency}", "dct:Frequency")}
            if frequency
            else {}
        ),
        "foaf:page": _link(source.landing_page),
        "dct:bibliographicCitation": {"@value": source.citation, "@language": "fr"},
        "dct:rights": _statement(
            {language: _terms_of(source, edition, language) for language in LANGUAGES}
        ),
    }


def _terms_of(source: Source, edition: OpenEdition, language: Language) -> str:
    """In words: the terms of a source, and how many of its rows are withheld."""
    said = words(language)["catalogue"]
    text = said["unknown_licence"]
    if source.licence:
        text = said["known_licence"].format(licence=source.licence.name)
    rows = _rows_withheld(edition)[source.id]
    if rows:
        sentence = said["rows_withheld" if rows > 1 else "row_withheld"]
        return f"{text} {sentence.format(rows=number(rows, language))}"
    return str(text)


def _distribution(
    file: OpenFile, titles: tuple[str, str], terms: Node, rights: Node, edition: OpenEdition
) -> Node:
    """One file."""
    schema = file.table in edition.rights.tables
    return {
        "@id": f"#{file.path}",
        "@type": "dcat:Distribution",
        "dct:title": _texts(
            tuple(
                words(language)["catalogue"]["form"].format(
                    title=title, form=words(language)["forms"][file.form]
                )
                for language, title in zip(LANGUAGES, titles, strict=True)
            )
        ),
        "dcat:accessURL": _link(file.path),
        "dcat:downloadURL": _link(file.path),
        "dcat:mediaType": _concept(f"{IANA}/{file.media_type}", "dct:MediaType"),
        "dct:format": _concept(f"{EU}/file-type/{FILE_TYPES[file.form]}", "dct:MediaTypeOrExtent"),
        **_packing(file),
        "dcat:byteSize": {"@value": str(file.bytes), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _concept("spdx:checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm"),
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
        "dct:license": terms,
        "dct:rights": rights,
        "dct:language": _links(SPOKEN),
        "dct:issued": _moment(edition),
        "dct:modified": _moment(edition),
        **(
            {"dct:conformsTo": {"@id": f"schema/{file.table}.json", "@type": "dct:Standard"}}
            if schema
            else {}
        ),
    }


def _packing(file: OpenFile) -> Node:
    if not file.compression:
        return {}
    link, media_type = PACKINGS[file.compression]
    return {link: _concept(f"{IANA}/{media_type}", "dct:MediaType")}


def _service(edition: OpenEdition) -> Node:
    """The interface for programs, where its address is known."""
    address = edition.publication.api_url.rstrip("/")
    if not address:
        return {}
    return {
        "dcat:service": [
            {
                "@id": "#api",
                "@type": "dcat:DataService",
                **_titled(
                    _both_said("catalogue", "service"),
                    _both_said("catalogue", "service_description"),
                ),
                "dcat:endpointURL": _link(address),
                "dcat:endpointDescription": _link(f"{address}/openapi.json"),
                "foaf:page": _link(f"{address}/documentation"),
                "dct:publisher": _link("#publisher"),
                **_contact(edition),
                "dcat:theme": _links(THEMES),
                "dct:license": _licence(edition.publication.own_licence),
                "dct:accessRights": _concept(f"{EU}/access-right/PUBLIC", "dct:RightsStatement"),
                "dcat:servesDataset": _links(f"#{name}" for name in sorted(edition.rights.tables)),
            }
        ]
    }


def _terms(
    name: str, held: dict[str, Holding], edition: OpenEdition, description: Description
) -> Node:
    """One licence, or where there are several the document that says which is whose.

    Its label names each by its address, by which data.gouv.fr finds the first of them.
    """
    tables = tables_in(name, edition)
    licences = licences_of(tables, held, edition, description)
    if len(licences) == 1:
        return _licence(licences[0])
    texts = _texts(
        tuple(terms_in(language, tables, held, edition, description) for language in LANGUAGES)
    )
    return {
        "@id": f"#terms-{name}",
        "@type": "dct:LicenseDocument",
        "dct:title": texts,
        "rdfs:label": texts,
        "dct:hasPart": [_licence(licence) for licence in licences],
    }


def _licence(licence: Licence) -> Node:
    """A licence by the address that its owner gives it."""
    document: Node = {"@type": "dct:LicenseDocument", "dct:title": licence.name}
    return {"@id": licence.url, **document} if licence.url else document


def _publisher(edition: OpenEdition) -> Node:
    publication = edition.publication
    return {
        "@id": "#publisher",
        "@type": "foaf:Agent",
        "foaf:name": {"@value": publication.publisher, "@language": "fr"},
        **({"foaf:homepage": _link(publication.homepage)} if publication.homepage else {}),
    }


def _contact(edition: OpenEdition) -> Node:
    contact = edition.publication.contact
    if not contact:
        return {}
    place = (
        {"vcard:hasEmail": _link(f"mailto:{contact}")}
        if "@" in contact
        else {"vcard:hasURL": _link(contact)}
    )
    return {
        "dcat:contactPoint": {
            "@type": "vcard:Kind",
            "vcard:fn": edition.publication.publisher,
            **place,
        }
    }


def _spatial(held: Iterable[Holding]) -> Node:
    """The countries that rows are about; left out where rows are about no place."""
    countries = sorted({country for one in held for country in one.countries} & set(COUNTRIES))
    if not countries:
        return {}
    return {
        "dct:spatial": [
            _concept(f"{EU}/country/{COUNTRIES[country]}", "dct:Location") for country in countries
        ]
    }


def _temporal(held: Holding) -> Node:
    if held.first is None or held.last is None:
        return {}
    return {
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": str(held.first), "@type": "xsd:date"},
            "dcat:endDate": {"@value": str(held.last), "@type": "xsd:date"},
        }
    }


def _rows_withheld(edition: OpenEdition) -> Counter[str]:
    """How many rows of each source are withheld, over all tables."""
    found: Counter[str] = Counter()
    for table in edition.rights.tables.values():
        for rows in table.withheld_rows:
            found[rows.source_id] += rows.n_rows
    return found


def _moment(edition: OpenEdition) -> Node:
    return {"@value": moment(edition.release), "@type": "xsd:dateTime"}


def _titled(titles: tuple[str, ...], descriptions: tuple[str, ...]) -> Node:
    return {"dct:title": _texts(titles), "dct:description": _texts(descriptions)}


def _both(described: object, name: str) -> tuple[str, str]:
    """A text in French and in English, as the record holds it."""
    return getattr(described, f"{name}_fr"), getattr(described, f"{name}_en")


def _both_said(section: str, key: str) -> tuple[str, str]:
    """A text in French and in English, from the catalogues."""
    return words("fr")[section][key], words("en")[section][key]


def _said(section: str, key: str) -> list[Node]:
    return _texts(_both_said(section, key))


def _texts(both: tuple[str, ...]) -> list[Node]:
    return [
        {"@value": text, "@language": language}
        for language, text in zip(LANGUAGES, both, strict=True)
        if text
    ]


def _statement(texts: dict[Language, str]) -> Node:
    return {"@type": "dct:RightsStatement", "rdfs:label": _texts(tuple(texts.values()))}


def _concept(address: str, kind: str) -> Node:
    return {"@id": address, "@type": kind}


def _link(address: str) -> Node:
    return {"@id": address}


def _links(addresses: Iterable[str]) -> list[Node]:
    return [_link(address) for address in addresses]
