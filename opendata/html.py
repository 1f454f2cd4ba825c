"""HTML of the open edition: the templates, and how numbers, sizes and dates are written in them."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from opendata.words import Language, words

TEMPLATES = Path(__file__).parent / "templates"
# Decimal steps, as file managers and French law count them.
SIZES = {"fr": ("octets", "ko", "Mo", "Go"), "en": ("bytes", "kB", "MB", "GB")}
NO_PROSE = re.compile(r"(<style.*?</style>|<pre.*?</pre>|<code.*?</code>|<[^>]*>)", re.DOTALL)
SPACE = "\u00a0"  # keeps a number and its unit on one line


def render(template: str, language: Language, **values: Any) -> str:
    """One page; every text is escaped, and a name that no value has is an error."""
    page = _environment(language).get_template(template).render(**values)
    return unbroken(page) if language == "fr" else page


def unbroken(page: str) -> str:
    """French punctuation kept on the line of its word; code, styles and tags stay as they are."""
    parts = NO_PROSE.split(page)
    for place in range(0, len(parts), 2):
        apart = re.sub(r" (?=[:;?!»%])", SPACE, parts[place])
        parts[place] = re.sub(r"(?<=«) ", SPACE, apart)
    return "".join(parts)


def number(value: float, language: Language) -> str:
    """A number with its thousands apart, as it is written in the language."""
    return format_decimal(value, locale=language)


def size(n_bytes: int, language: Language) -> str:
    """A size in bytes with at most one decimal."""
    value, units = float(n_bytes), list(SIZES[language])
    while value >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    written = format_decimal(value, format="#,##0" if value >= 100 else "#,##0.#", locale=language)
    return f"{written}{SPACE}{units[0]}"


def day(value: dt.date, language: Language) -> str:
    """A date in words."""
    return format_date(value, format="long", locale=language)


def prose(text: str) -> Markup:
    """A description: what stands between backticks is code, and all of it is escaped."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "prose": prose,
        "number": lambda value: number(value, language),
        "size": lambda value: size(value, language),
        "day": lambda value: day(value, language),
    }
    environment.globals |= {"words": words(language), "language": language}
    return environment
