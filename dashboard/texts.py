"""The one catalogue of words on screen, ``locale/fr.toml``; what the data say stays in the data."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

CATALOGUES = Path(__file__).parent / "locale"


@cache
def _catalogue(language: str = "fr") -> dict[str, str]:
    with (CATALOGUES / f"{language}.toml").open("rb") as stream:
        return {key: _spaced(words) for key, words in _flat(tomllib.load(stream), "")}


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
    """The French text of a key, its ``{names}`` filled.

    Raises:
        KeyError: The catalogue has no such key.
    """
    written = _catalogue()[key]
    return written.format(**values) if values else written


def keys(section: str) -> list[str]:
    """The keys of a section of the catalogue, without its name."""
    prefix = f"{section}."
    return [key.removeprefix(prefix) for key in _catalogue() if key.startswith(prefix)]
