"""The catalogue of words on screen, in both languages; what the data say stays in the data.

Words of all pages stand in ``locale/<language>.toml``, those of one page in
``views/<page>/<language>.toml``, under a section of the page's name; those of the report in its own
folder.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from dashboard.language import Language, language

FOLDER = Path(__file__).parent


def catalogue_files(spoken: Language) -> list[Path]:
    """The files of one language: that of all pages first."""
    return [
        FOLDER / "locale" / f"{spoken}.toml",
        FOLDER / "report" / f"{spoken}.toml",
        *sorted((FOLDER / "views").glob(f"*/{spoken}.toml")),
    ]


@cache
def catalogue(spoken: Language) -> dict[str, str]:
    """Every text of one language by its key.

    Raises:
        ValueError: A key stands in two files.
    """
    found: dict[str, str] = {}
    for file in catalogue_files(spoken):
        with file.open("rb") as stream:
            for key, words in _flat(tomllib.load(stream), ""):
                if key in found:
                    raise ValueError(f"{file}: the key {key} stands in another file too")
                found[key] = _spaced(words) if spoken == "fr" else words
    return found


def _spaced(words: str) -> str:
    """No line may begin with a French colon or end with an opening quotation mark."""
    words = re.sub(r" (?=[:»])|(?<=«) ", "\u00a0", words)
    return re.sub(r" (?=[;?!%])", "\u202f", words)


def _flat(branch: dict[str, object], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in branch.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((prefix + key, str(value)))
    return found


def text(key: str, **values: object) -> str:
    """The text of a key in the language of the screen, its ``{names}`` filled.

    Raises:
        KeyError: The catalogue has no such key.
    """
    written = catalogue(language())[key]
    return written.format(**values) if values else written


def keys(section: str) -> list[str]:
    """The keys of a section of the catalogue, without its name."""
    prefix = f"{section}."
    return [key.removeprefix(prefix) for key in catalogue(language()) if key.startswith(prefix)]
