"""The catalogue of translations: nothing stale, and the same numbers in both languages."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.declarations import read_declarations
from ingest.paths import DBT_PROJECT, PROJECT_ROOT, SEEDS

CATALOGUE = SEEDS / "english_texts.csv"
RAW = PROJECT_ROOT / "data" / "raw"


def pairs() -> list[tuple[str, str]]:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return [(row["text_fr"], row["text_en"]) for row in csv.DictReader(file)]


def declared() -> Iterator[tuple[str, str]]:
    for source in read_declarations(RAW):
        yield source.title, source.title_en
        yield source.scope_fr, source.scope_en
        yield source.method_fr, source.method_en


def numbers_fr(text: str) -> list[str]:
    """The numbers of a French text, without spaces between thousands, with a point for the comma.

    Example:
        >>> numbers_fr("1 234,5 et 12 %")
        ['12', '1234.5']
    """
    joined = re.sub(r"(?<![\d,.])(\d{1,3})((?:[ \u00a0\u202f]\d{3})+)(?!\d)", _joined, text)
    return sorted(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d)", ".", joined)))


def numbers_en(text: str) -> list[str]:
    """The numbers of an English text, without commas between thousands; « » quotes French.

    Example:
        >>> numbers_en("1,234.5 and 12%, « 1 234 »")
        ['12', '1234', '1234.5']
    """
    quoted = " ".join(re.findall(r"«[^»]*»", text))
    said = re.sub(r"(?<=\d),(?=\d{3})", "", re.sub(r"«[^»]*»", "", text))
    return sorted([*numbers_fr(quoted), *re.findall(r"\d+(?:\.\d+)?", said)])


def _joined(found: re.Match[str]) -> str:
    return re.sub(r"[ \u00a0\u202f]", "", found[0])


def cells(file: Path) -> set[str]:
    with file.open(encoding="utf-8", newline="") as opened:
        return {cell for row in csv.reader(opened) for cell in row}


def test_a_translation_has_the_numbers_of_its_text() -> None:
    wrong = [
        (french, english)
        for french, english in [*pairs(), *declared()]
        if numbers_en(english) != numbers_fr(french)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("french", "english", "same"),
    [
        ("1 607 h, 4,7 % en 2019-2020", "1,607 h, 4.7% in 2019-2020", True),
        ("en 2023 133 000 postes", "133,000 posts in 2023", True),
        ("1 607 h", "1,670 h", False),
        ("+ 41 % de 2016 à 2019", "+41% since 2016", False),
    ],
)
def test_numbers_are_told_apart(french: str, english: str, *, same: bool) -> None:
    assert (numbers_en(english) == numbers_fr(french)) is same


def test_no_translation_is_stale() -> None:
    """A text that was changed in its seed leaves a translation behind that nobody reads."""
    seeds = [file for file in SEEDS.glob("*.csv") if file != CATALOGUE]
    spoken = set().union(*(cells(file) for file in [*seeds, *RAW.glob("*/*.csv")]))
    spoken |= {source.publisher for source in read_declarations(RAW)}
    models = "".join(file.read_text("utf-8") for file in DBT_PROJECT.glob("m*/**/*.sql"))
    assert [text for text, _ in pairs() if text not in spoken and f"'{text}'" not in models] == []
