"""The catalogue of words: no key is missing, none is left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard import texts
from dashboard.texts import keys, text

SOURCES = Path(texts.__file__).parent
# Sections whose keys are codes of the data (closed lists), read with a code.
OF_THE_DATA = {
    "status",
    "qualifier",
    "evidence",
    "warning",
    "unit",
    "unit_kind",
    "conflict",
    "revision",
}


def _code() -> str:
    whole = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))
    return whole.replace("'", '"')


def _every_key() -> list[str]:
    return sorted(texts.catalogue("fr"))


def test_every_key_that_the_code_names_is_in_the_catalogue() -> None:
    named = set(re.findall(r'text\(\s*"([a-z_]+\.[a-z_0-9.]+)"', _code()))
    named |= set(re.findall(r'"((?:vacancies|pay|overview|sources)\.[a-z_0-9]+)"\s*if', _code()))
    missing = [key for key in named if key not in set(_every_key())]
    assert not missing


def test_no_text_is_left_over() -> None:
    code = _code()
    families = set(re.findall(r'f"([a-z_]+\.(?:[a-z]+_)?)\{', code))
    families |= {
        f"{name}." for name in re.findall(r'fmt\.plural\([^"]*"([a-z_]+\.?[a-z_]*)"', code)
    }
    families |= {f"{section}." for section in OF_THE_DATA} | {"menu.", "caption."}
    left = [
        key
        for key in _every_key()
        if f'"{key}"' not in code
        and f'"{key.rsplit(".", 1)[0]}"' not in code
        and not any(key.startswith(family) for family in families)
    ]
    assert not left


def test_a_text_with_a_name_left_open_is_refused() -> None:
    with pytest.raises(KeyError):
        text("caption.break", period="2021")


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(KeyError):
        text("no.such_key")


def test_every_code_of_the_contract_has_a_french_word() -> None:
    statuses = {"published", "provisional", "estimated", "computed", "secret", "missing"}
    assert statuses <= set(keys("status"))
    assert {"official_file", "official_copy", "producer_statement", "press"} <= set(
        keys("evidence")
    )
    assert {"revised", "withdrawn", "filled"} == set(keys("revision"))
    assert {"series_break", "masked_values", "estimate", "secondary_source"} <= set(keys("warning"))


def test_both_languages_have_the_same_keys_and_the_same_names_to_fill() -> None:
    french, english = texts.catalogue("fr"), texts.catalogue("en")
    assert french.keys() == english.keys()
    different = [key for key in french if _names(french[key]) != _names(english[key])]
    assert not different


def _names(words: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", words))


# Words that no English sentence has, and letters that hardly any English word has.
FRENCH = re.compile(
    r"[àâçèêëîïôœùûÀÂÇÈÊËÎÏÔŒÙÛ«»\u202f]|(?<!\w)(?:d|l|n|s|qu|j)’|(?<![\w’])(?:le|les|des|une|est|"
    r"sont|dans|avec|pour|aux|ou|sur|ce|cette|par|et|du|au|qui|que)(?!\w)",
    re.IGNORECASE,
)
# Names and titles that stay as they are in both languages.
KEPT = re.compile(
    r"“[^”]*”|`[^`]*`|Cour des comptes|Observatoire de l’attractivité|"
    r"Acemo|BAD|Les Echos|Ma Santé|Ségur|Laforcade|Haut Conseil du travail social|"
    r"indemnité de sujétion spéciale|sujétion|prime décentralisée|Île-de-France|Fédération|œuvres"
)


def test_no_french_is_left_in_the_english_catalogue() -> None:
    left = {
        key: words
        for key, words in texts.catalogue("en").items()
        if key != "language.change" and FRENCH.search(KEPT.sub("", words))
    }
    assert not left


def test_english_is_not_spaced_like_french() -> None:
    spaced = [key for key, words in texts.catalogue("en").items() if re.search(r" [:;?!%]", words)]
    assert not spaced


def test_nothing_french_is_written_in_the_code() -> None:
    accents = re.compile(r"\"[^\"\n]*[éèêàçùôîœ][^\"\n]*\"")
    found = {
        path.name: accents.findall(_without_documentation(path.read_text(encoding="utf-8")))
        for path in SOURCES.rglob("*.py")
    }
    known = {"caption.py": ['"édition "']}  # as the sources write an edition
    assert {name: words for name, words in found.items() if words} == known


def _without_documentation(code: str) -> str:
    return re.sub(r"\"\"\".*?\"\"\"|#[^\n]*", "", code, flags=re.DOTALL)
