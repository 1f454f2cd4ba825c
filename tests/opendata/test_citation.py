"""``CITATION.cff`` meets the Citation File Format 1.2.0 and cites what the edition rests on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from opendata.citation import citation
from opendata.model import Licence, OpenEdition
from tests.opendata.small import RELEASE_ID, small_edition

# What the format allows, as far as it is used here (its schema allows nothing else besides).
TEXT = r"(?s).+"
ADDRESS = r"(https|http|ftp|sftp)://.+"
ENTITY = {"name": TEXT, "website": ADDRESS, "email": r"[\S]+@[\S]+\.[\S]{2,}"}
ROOT = {
    "cff-version": r"1\.2\.0",
    "message": TEXT,
    "type": "dataset|software",
    "title": TEXT,
    "abstract": TEXT,
    "version": TEXT,
    "date-released": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    "license": r"etalab-2\.0|ODbL-1\.0|ODC-By-1\.0|CC-BY(-SA)?-4\.0|CC0-1\.0",
    "license-url": ADDRESS,
    "url": ADDRESS,
}
REFERENCE = {"type": "data", "title": TEXT, "url": ADDRESS, "notes": TEXT, "license-url": ADDRESS}


@pytest.fixture
def small(tmp_path: Path) -> OpenEdition:
    return small_edition(tmp_path / "release", tmp_path / "edition")


def faults(document: dict[str, Any]) -> list[str]:
    """What of the format a file does not meet."""
    document = dict(document)
    found = [
        f"{key} is missing"
        for key in ("cff-version", "message", "title", "authors")
        if not document.get(key)
    ]
    keywords = document.pop("keywords", ["x"])
    if not keywords or len(keywords) != len(set(keywords)):
        found.append("keywords are none or double")
    references = document.pop("references", [{"type": "data", "title": "x", "authors": []}])
    for holder, allowed in ((document, ROOT), *((one, REFERENCE) for one in references)):
        holder = dict(holder)
        for author in holder.pop("authors", ()):
            found += _texts(author, ENTITY)
        found += _texts(holder, allowed)
    return found


def _texts(holder: dict[str, Any], allowed: dict[str, str]) -> list[str]:
    return [
        f"{key}: {value!r}"
        for key, value in holder.items()
        if key not in allowed or not isinstance(value, str) or not re.fullmatch(allowed[key], value)
    ]


def read(edition: OpenEdition) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(citation(edition))
    return document


def test_the_citation_meets_the_format(small: OpenEdition) -> None:
    assert faults(read(small)) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cff-version", 1.2),
        ("title", ""),
        ("authors", []),
        ("authors", [{"name": "x", "mail": "y"}]),
        ("date-released", "20 novembre 2026"),
        ("license", "free"),
        ("keywords", ["a", "a"]),
        ("references", [{"type": "data", "title": "x", "path": "y"}]),
        ("licence", "etalab-2.0"),
    ],
)
def test_what_the_format_does_not_allow_is_found(small: OpenEdition, key: str, value: Any) -> None:
    assert faults(read(small) | {key: value})


def test_it_names_release_day_licence_and_every_source(small: OpenEdition) -> None:
    document = read(small)
    assert (document["version"], document["date-released"]) == (RELEASE_ID, "2026-11-20")
    assert document["license"] == "etalab-2.0"
    licences = {one["title"]: one.get("license-url") for one in document["references"]}
    assert len(licences) == 3
    assert licences["Convention de 1966"] is None
    assert licences["Emplois vacants"].startswith("https://www.etalab.gouv.fr/")


def test_a_licence_that_the_format_does_not_list_is_named_by_its_address(tmp_path: Path) -> None:
    own = Licence("own-1", "Conditions à nous", "https://observatoire.example.fr/conditions")
    edition = small_edition(tmp_path / "release", tmp_path / "edition", own_licence=own)
    document = read(edition)
    assert faults(document) == []
    assert document["license-url"] == own.url
    assert "license" not in document


def test_the_real_citation_meets_the_format(edition: OpenEdition, edition_folder: Path) -> None:
    text = (edition_folder / "CITATION.cff").read_text(encoding="utf-8")
    assert text == citation(edition)
    assert faults(yaml.safe_load(text)) == []
