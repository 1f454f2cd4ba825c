"""The publisher's file: read as it is, or refused with the key and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import DataProblem
from opendata.publication import PUBLICATION, PUBLICATION_VARIABLE, publication

GIVEN = PUBLICATION.read_text(encoding="utf-8")


def written(folder: Path, old: str, new: str) -> Path:
    """A copy of the project's file with one place changed."""
    assert GIVEN.count(old) == 1, f"{old!r} stands once in the file"
    file = folder / "publication.toml"
    file.write_text(GIVEN.replace(old, new), encoding="utf-8")
    return file


def test_the_file_of_the_project_is_whole() -> None:
    found = publication()
    assert found.own_licence.id == "etalab-2.0"
    assert "médico-social" in found.keywords_fr
    assert found.base_url == found.contact == ""


def test_another_file_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, 'base_url = ""', 'base_url = "https://donnees.example.fr/fichiers/"')
    monkeypatch.setenv(PUBLICATION_VARIABLE, str(file))
    assert publication().base_url == "https://donnees.example.fr/fichiers"
    assert publication(PUBLICATION).base_url == "", "a file that is given goes before the variable"


def test_an_address_of_contact_is_a_mailbox_or_a_page(tmp_path: Path) -> None:
    for contact in ("donnees@example.fr", "https://example.fr/contact"):
        found = publication(written(tmp_path, 'contact = ""', f'contact = "{contact}"'))
        assert found.contact == contact


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('publisher = "', 'editor = "', "lacks the key publisher"),
        ('homepage = ""', 'homepage = ""\nlogo = "x.png"', "the key logo means nothing"),
        ('homepage = ""', 'homepage = "example.fr"', "homepage: must be an address"),
        ('homepage = ""', "homepage = 3", "homepage: "),
        ('contact = ""', 'contact = "nobody"', "contact: must be an e-mail address"),
        ('base_url = ""', 'base_url = "file:///srv"', "base_url: must be an address"),
        ('title_en = "', 'title_en = "  ', "title_en: must be a text on one line"),
        ('id = "etalab-2.0"', "", r"lacks the key own_licence\.id"),
        ("[own_licence]", "[own_licence", "is not TOML"),
    ],
)
def test_a_file_that_is_wrong_names_the_place_and_the_remedy(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    file = written(tmp_path, old, new)
    with pytest.raises(DataProblem, match=said) as problem:
        publication(file)
    assert problem.value.file == file
    assert problem.value.remedy


def test_no_keyword_is_no_list_of_keywords(tmp_path: Path) -> None:
    line = next(line for line in GIVEN.splitlines() if line.startswith("keywords_fr"))
    with pytest.raises(DataProblem, match="keywords_fr"):
        publication(written(tmp_path, line, "keywords_fr = []"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PUBLICATION_VARIABLE, str(tmp_path / "none.toml"))
    with pytest.raises(DataProblem, match="No such file") as problem:
        publication()
    assert PUBLICATION_VARIABLE in problem.value.remedy
