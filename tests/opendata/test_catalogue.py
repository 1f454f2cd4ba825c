"""The catalogue is JSON-LD that other catalogues take: DCAT-AP 3, with the French that we need."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyshacl
import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SH, XSD, Graph, Literal, Namespace, URIRef

from opendata.catalogue import catalogue
from opendata.model import OpenEdition
from tests.opendata.small import OPEN_LICENCE, small_edition

SHAPES = Graph().parse(Path(__file__).parent / "shapes" / "dcat_ap.ttl")
ADDRESS = "https://donnees.example.fr/observatoire"
SPDX = Namespace("http://spdx.org/rdf/terms#")
WRONG = URIRef("urn:wrong")
FULL = {
    "base_url": f"{ADDRESS}/",
    "api_url": "https://observatoire.example.fr/api/v1",
    "contact": "donnees@example.fr",
    "homepage": "https://observatoire.example.fr/",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> OpenEdition:
    """The small edition, with everything said that a publisher can say."""
    folder = tmp_path_factory.mktemp("small")
    return small_edition(folder / "release", folder / "edition", **FULL)


@pytest.fixture(scope="module")
def described(small: OpenEdition) -> Graph:
    return graph_of(catalogue(small))


def graph_of(
    document: dict[str, Any], base: str = "https://elsewhere.example/catalog.jsonld"
) -> Graph:
    """The catalogue as a graph; no socket is open, so nothing remote is needed to read it."""
    return Graph().parse(data=json.dumps(document), format="json-ld", base=base)


def copy_of(graph: Graph) -> Graph:
    copied = Graph()
    for triple in graph:
        copied.add(triple)
    return copied


def findings(graph: Graph) -> set[tuple[Any, Any, Any]]:
    """What the shapes find wrong: path, kind of constraint, severity."""
    _, report, _ = pyshacl.validate(graph, shacl_graph=SHAPES, inference="none")
    return {
        (
            report.value(result, SH.resultPath),
            report.value(result, SH.sourceConstraintComponent),
            report.value(result, SH.resultSeverity),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def test_a_catalogue_with_everything_said_meets_every_shape(described: Graph) -> None:
    assert findings(described) == set()


def test_a_catalogue_without_address_meets_every_shape(tmp_path: Path) -> None:
    made = catalogue(small_edition(tmp_path / "release", tmp_path / "edition"))
    graph = graph_of(made)
    assert findings(graph) == set()
    files = {str(file) for file in graph.objects(None, DCAT.downloadURL)}
    assert "https://elsewhere.example/data/csv/fct_observation.csv" in files
    assert not list(graph.subjects(RDF.type, DCAT.DataService))


def test_addresses_are_those_of_the_publication(described: Graph) -> None:
    files = {str(file) for file in described.objects(None, DCAT.downloadURL)}
    assert f"{ADDRESS}/data/csv/fct_observation.csv" in files
    assert all(file.startswith(f"{ADDRESS}/data/") for file in files)


# Each shape refuses what it is there to refuse.


class Case:
    """One constraint of one property shape, with the way to break it."""

    def __init__(self, target: Any, path: Any, name: str, argument: Any, severity: Any) -> None:
        self.target, self.path, self.name = target, path, name
        self.argument, self.severity = argument, severity

    def __repr__(self) -> str:
        return f"{_short(self.target)}-{_short(self.path)}-{self.name}-{_short(self.argument)}"

    @property
    def finding(self) -> tuple[Any, Any, Any]:
        component = self.name[0].upper() + self.name[1:] + "ConstraintComponent"
        return self.path, SH[component], self.severity


def _short(term: Any) -> str:
    return str(term).rsplit("#", 1)[-1].rsplit("/", 1)[-1][:30]


BREAKABLE = {
    "minCount",
    "maxCount",
    "datatype",
    "class",
    "nodeKind",
    "pattern",
    "in",
    "uniqueLang",
    "lessThanOrEquals",
    "qualifiedMinCount",
}


def cases() -> Iterator[Case]:
    for shape in sorted(SHAPES.subjects(RDF.type, SH.NodeShape)):
        for target in sorted(SHAPES.objects(shape, SH.targetClass)):
            for constraint in SHAPES.objects(shape, SH.property):
                path = SHAPES.value(constraint, SH.path)
                severity = SHAPES.value(constraint, SH.severity) or SH.Violation
                for predicate, argument in SHAPES.predicate_objects(constraint):
                    name = _short(predicate)
                    if name in BREAKABLE:
                        yield Case(target, path, name, argument, severity)


def test_every_constraint_is_broken_by_some_case() -> None:
    known = BREAKABLE | {"path", "severity", "qualifiedValueShape"}
    used = {
        _short(predicate)
        for constraint in SHAPES.objects(None, SH.property)
        for predicate in SHAPES.predicates(constraint, None)
    }
    assert used <= known
    assert len(list(cases())) > 100


@pytest.mark.parametrize("case", sorted(cases(), key=repr), ids=repr)
def test_a_broken_catalogue_is_refused(described: Graph, case: Case) -> None:
    graph = copy_of(described)
    nodes = sorted(graph.subjects(RDF.type, case.target))
    having = [node for node in nodes if graph.value(node, case.path) is not None]
    assert having or case.name == "nodeKind"
    focus = (having or nodes)[0]
    values = sorted(graph.objects(focus, case.path))
    if case.name == "minCount":
        graph.remove((focus, case.path, None))
    elif case.name == "maxCount":
        graph.add((focus, case.path, _another(values[0])))
    elif case.name == "uniqueLang":
        graph.add((focus, case.path, Literal("encore", lang=values[0].language)))
    elif case.name == "qualifiedMinCount":
        for value in values:
            if value.language == "fr":
                graph.remove((focus, case.path, value))
    elif case.name == "lessThanOrEquals":
        graph.set((focus, case.path, Literal("2999-01-01", datatype=XSD.date)))
    elif case.name == "nodeKind" and case.argument == SH.Literal:
        graph.add((focus, case.path, WRONG))
    elif case.name in ("nodeKind", "datatype"):
        graph.set((focus, case.path, Literal("wrong", lang="fr")))
    else:
        graph.set((focus, case.path, WRONG))
    assert case.finding in findings(graph)


def _another(value: Any) -> Any:
    """A second value of the same kind."""
    if not isinstance(value, Literal):
        return WRONG
    day = value.datatype in (XSD.date, XSD.dateTime)
    return Literal("2999-01-01" if day else "0", datatype=value.datatype)


@pytest.mark.parametrize(
    "kind",
    sorted(
        target
        for shape in SHAPES.subjects(SH.closed, Literal(True))
        for target in SHAPES.objects(shape, SH.targetClass)
    ),
    ids=_short,
)
def test_a_misspelt_property_is_refused(described: Graph, kind: URIRef) -> None:
    graph = copy_of(described)
    graph.add((next(graph.subjects(RDF.type, kind)), DCAT.mediatype, Literal("x")))
    assert (DCAT.mediatype, SH.ClosedConstraintComponent, SH.Violation) in findings(graph)


def test_a_source_as_a_dataset_is_refused(described: Graph) -> None:
    graph = copy_of(described)
    graph.add((URIRef(f"{ADDRESS}/#source-ccn66"), RDF.type, DCAT.Dataset))
    assert (None, SH.NotConstraintComponent, SH.Violation) in findings(graph)
    assert (DCAT.distribution, SH.MinCountConstraintComponent, SH.Violation) in findings(graph)


# What it says is what the edition holds.


def test_each_file_is_one_distribution_of_its_table(small: OpenEdition, described: Graph) -> None:
    found = {}
    for dataset, distribution in described.subject_objects(DCAT.distribution):
        checksum = described.value(distribution, SPDX.checksum)
        found[str(described.value(distribution, DCAT.downloadURL)).removeprefix(f"{ADDRESS}/")] = (
            str(described.value(dataset, DCTERMS.identifier)),
            int(described.value(distribution, DCAT.byteSize).toPython()),
            str(described.value(checksum, SPDX.checksumValue)),
        )
    assert found == {file.path: (file.table, file.bytes, file.sha256) for file in small.files}


def test_only_what_is_ours_and_has_files_is_a_dataset(small: OpenEdition) -> None:
    """As a harvester reads it: the text alone, without the address where it was found."""
    graph = Graph().parse(data=json.dumps(catalogue(small)), format="json-ld")
    datasets = set(graph.subjects(RDF.type, DCAT.Dataset))
    assert datasets == {
        URIRef(f"{ADDRESS}/#{name}") for name in (*small.rights.tables, "key_figures")
    }
    for dataset in datasets:
        assert graph.value(dataset, DCTERMS.publisher) == URIRef(f"{ADDRESS}/#publisher")
        for distribution in graph.objects(dataset, DCAT.distribution):
            assert str(graph.value(distribution, DCAT.downloadURL)).startswith(f"{ADDRESS}/data/")


def test_withheld_tables_and_all_sources_are_listed_with_their_terms(described: Graph) -> None:
    sources = {
        str(described.value(node, DCTERMS.identifier))
        for node in described.objects(URIRef(f"{ADDRESS}/#catalogue"), DCTERMS.relation)
    }
    assert sources == {"ccn66", "dares_vacancies", "france_travail_bmo"}
    assert rights_of(described, "source-ccn66") == (
        "Les conditions de réutilisation ne sont pas connues : la source est signalée et citée, "
        "ses données ne sont pas rediffusées ici. 1 ligne retenue."
    )
    assert "Licence Ouverte 2.0" in rights_of(described, "source-dares_vacancies")
    assert rights_of(described, "catalogue") == (
        "Table mart_smic (mart_smic) : table non diffusée, car elle ne contient presque que des "
        "séries dont les conditions de réutilisation ne sont pas connues. "
        "Source : Partenaires sociaux."
    )


def test_a_table_says_what_of_it_is_withheld_and_on_whose_account(described: Graph) -> None:
    assert rights_of(described, "fct_observation").endswith(
        " 1 ligne retenue : conditions de réutilisation non connues. 1 ligne retenue : valeurs "
        "lues ailleurs que chez le producteur (presse, pages secondaires)."
    )
    assert "Colonne retenue : point_value_eur." in rights_of(described, "mart_pay")


def test_our_licence_does_not_claim_the_figures_of_others(described: Graph) -> None:
    assert "cette licence ne les couvre pas" in rights_of(described, "mart_pay")
    assert rights_of(described, "dim_geography").startswith("Établi par l’observatoire : Licence")


def rights_of(graph: Graph, name: str) -> str:
    statement = graph.value(URIRef(f"{ADDRESS}/#{name}"), DCTERMS.rights)
    return next(str(text) for text in graph.objects(statement, RDFS.label) if text.language == "fr")


def test_a_table_under_two_licences_says_whose_is_whose(
    small: OpenEdition, described: Graph
) -> None:
    file = next(
        described.subjects(DCAT.downloadURL, URIRef(f"{ADDRESS}/data/csv/fct_observation.csv"))
    )
    terms = described.value(file, DCTERMS.license)
    parts = {str(part) for part in described.objects(terms, DCTERMS.hasPart)}
    assert parts == {
        "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    }
    labels = {str(label) for label in described.objects(terms, RDFS.label)}
    assert (
        f"Chaque ligne aux conditions de sa source : Licence Ouverte 2.0 ({OPEN_LICENCE}), Dares ; "
        "Licence Ouverte (https://www.etalab.gouv.fr/licence-ouverte-open-licence/), "
        "France Travail. Identifiants, libellés et regroupements ajoutés : "
        f"Licence Ouverte 2.0 ({OPEN_LICENCE}), {small.publication.publisher}."
    ) in labels


def test_the_workbook_is_on_the_terms_of_all_that_it_holds(described: Graph) -> None:
    workbook = URIRef(f"{ADDRESS}/#key_figures")
    terms = described.value(described.value(workbook, DCAT.distribution), DCTERMS.license)
    assert len(list(described.objects(terms, DCTERMS.hasPart))) == 2
    titles = {str(title) for title in described.objects(workbook, DCTERMS.title)}
    assert titles == {"Chiffres clés (classeur)", "Key figures (workbook)"}


def test_the_countries_are_those_of_the_rows_handed_out(described: Graph) -> None:
    france = URIRef("http://publications.europa.eu/resource/authority/country/FRA")
    places = dict(described.subject_objects(DCTERMS.spatial))
    assert places == {
        URIRef(f"{ADDRESS}/#{name}"): france
        for name in ("catalogue", "fct_observation", "key_figures")
    }


def test_the_period_is_that_of_the_rows_handed_out(described: Graph) -> None:
    period = described.value(URIRef(f"{ADDRESS}/#fct_observation"), DCTERMS.temporal)
    ends = [described.value(period, DCAT.startDate), described.value(period, DCAT.endDate)]
    assert [str(end) for end in ends] == ["2023-01-01", "2024-12-31"]
    assert described.value(URIRef(f"{ADDRESS}/#dim_geography"), DCTERMS.temporal) is None


def test_no_contact_is_invented(tmp_path: Path) -> None:
    graph = graph_of(catalogue(small_edition(tmp_path / "release", tmp_path / "edition")))
    assert not list(graph.objects(None, DCAT.contactPoint))
    assert all(str(page).endswith("index.html") for page in graph.objects(None, FOAF.homepage))


def test_the_same_edition_gives_the_same_bytes(small: OpenEdition) -> None:
    assert json.dumps(catalogue(small)) == json.dumps(catalogue(small))


@pytest.fixture(scope="module")
def real_folder(edition: OpenEdition, edition_folder: Path) -> Path:
    """The whole edition of the session's release; not to be changed."""
    assert edition.files
    return edition_folder


def test_the_real_edition_meets_every_shape(real_folder: Path) -> None:
    graph = Graph().parse(real_folder / "catalog.jsonld")
    assert findings(graph) == set()
    base = (real_folder / "catalog.jsonld").as_uri().removesuffix("catalog.jsonld")
    ours = [*graph.subjects(RDF.type, DCAT.Dataset), *graph.subjects(RDF.type, DCAT.Distribution)]
    for link in (DCAT.downloadURL, DCTERMS.conformsTo, FOAF.page):
        for target in (target for node in ours for target in graph.objects(node, link)):
            file = str(target).removeprefix(base)
            assert (real_folder / file).is_file(), file
