"""Numbers, dates and words as they are written in the language of the screen.

Numbers come unrounded from the release and are rounded here, for the screen, and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any

from babel import dates, numbers

from dashboard.language import language
from dashboard.texts import text

LOCALES = {"fr": "fr_FR", "en": "en_GB"}
NARROW = "\u202f"  # narrow no-break space: between thousands, before % and €
NO_BREAK = "\u00a0"  # before a unit in words

# How the value of each kind of unit is written (babel patterns).
PATTERNS = {
    "count": "#,##0.#",
    "index": "#,##0.##",
    "rate": "#,##0.##",
    "duration": "#,##0.##",
    "ordinal": "#,##0",
    "amount": "#,##0.##",
    "other": "#,##0.###",
}
SIGNS = frozenset("+-\u2212")
THOUSANDS = re.compile(r"(?<=\d) (?=\d{3})")
UP_TO_CENTS = frozenset({"€", "€/mois", "€/h", "€/month"})


def missing() -> str:
    """What stands in the place of a value that is not known."""
    return text("format.missing")


def separators() -> str:
    """Decimal and thousands separators, as Plotly wants them."""
    return f",{NARROW}" if language() == "fr" else ".,"


def number(value: float | None, pattern: str = "#,##0.##") -> str:
    """A number: ``1 234,5`` with narrow no-break spaces, in English ``1,234.5``.

    A missing one is said, never 0.
    """
    if value is None:
        return missing()
    written = _decimal(value, pattern, _locale())
    if not _is_written(written):
        written = written.lstrip("-")  # what rounds to 0 has no sign
    return written.replace("\u00a0", NARROW)


@lru_cache(maxsize=16_384)
def _decimal(value: float, pattern: str, locale: str) -> str:
    """Babel works out each number anew; a page writes the same hundreds at each run."""
    written: str = numbers.format_decimal(value, pattern, locale=locale)
    return written


def _is_written(number_written: str) -> bool:
    """Whether a number still differs from 0 as it is written."""
    return any(figure in "123456789" for figure in number_written)


def _locale() -> str:
    return LOCALES[language()]


def integer(value: float | None) -> str:
    """A whole number: ``1 234 567``."""
    return number(value, "#,##0")


def percent(value: float | None, digits: int | None = None) -> str:
    """A fraction as a percentage: ``12,5 %``; up to two decimals unless ``digits`` is given."""
    if value is None:
        return missing()
    pattern = "#,##0.##" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return with_symbol(number(100 * value, pattern), "%")


def euros(value: float | None, digits: int = 2) -> str:
    """An amount: ``1 234,50 €``."""
    if value is None:
        return missing()
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return with_symbol(number(value, pattern), "€")


def signed(value: float | None, written: str) -> str:
    """Puts the sign before what was written: ``+3,2 %`` or ``−3,2 %``."""
    if value is None:
        return missing()
    sign = "" if value == 0 or not _is_written(written) else "+" if value > 0 else "\u2212"
    return sign + written.lstrip("-\u2212")


def quantity(value: float | None, kind: str, symbol: str | None = "") -> str:
    """A value of a unit: its kind gives the pattern, its symbol follows."""
    if value is None:
        return missing()
    symbol = symbol or ""
    if kind == "fraction":
        return percent(value)
    if kind == "change":
        if symbol == "%":
            return signed(value, percent(abs(value)))
        return with_symbol(signed(value, number(abs(value), "#,##0.##")), symbol)
    if symbol in UP_TO_CENTS:
        return with_symbol(number(value, "#,##0.00"), symbol)
    return with_symbol(number(value, PATTERNS.get(kind, "#,##0.##")), symbol)


def with_symbol(written: str, symbol: str) -> str:
    """A number already written, with the symbol of its unit: ``1,62 SMIC``, ``41 %``, ``€12``."""
    if not symbol:
        return written
    if language() == "en":
        return _english(written, symbol)
    symbol = THOUSANDS.sub(NARROW, symbol)
    return f"{written}{NARROW if symbol[0] in '%€×' else NO_BREAK}{symbol}"


def _english(written: str, symbol: str) -> str:
    """``12.5%``, ``€1,234.50/month``, ``26.4 per 1,000 employees``."""
    if symbol[0] == "€":
        number_at = 1 if written[:1] in SIGNS else 0
        return f"{written[:number_at]}€{written[number_at:]}{symbol[1:]}"
    if symbol[0] == "%":
        return f"{written}{symbol}"
    return f"{written}{NO_BREAK}{THOUSANDS.sub(',', symbol)}"


def observed(
    value: float | None, kind: str, symbol: str | None, status: str, qualifier: str = "exact"
) -> str:
    """A value as it is shown, with its qualifier; a null one says why it is null."""
    if value is None:
        return text("format.secret") if status == "secret" else missing()
    written = quantity(value, kind, symbol)
    return written if qualifier == "exact" else f"{word('qualifier', qualifier)} {written}"


def word(catalogue: str, code: str | None) -> str:
    """The word for a code of a closed list (status, qualifier, evidence, warning…)."""
    return missing() if code is None else text(f"{catalogue}.{code}")


def day(value: dt.date | None) -> str:
    """``1er mars 2024``, in English ``1 March 2024``."""
    if value is None:
        return missing()
    if value.day == 1 and language() == "fr":
        return f"1er {month(value)}"
    return _date(value, "d MMMM y", _locale())


def month(value: dt.date | None) -> str:
    """``mars 2024``."""
    if value is None:
        return missing()
    return _date(value, "MMMM y", _locale())


@lru_cache(maxsize=4096)
def _date(value: dt.date, pattern: str, locale: str) -> str:
    return str(dates.format_date(value, pattern, locale=locale))


def period(start: dt.date | None, end: dt.date | None) -> str:
    """A period by its first and last day: ``2024``, ``T4 2024``, ``mars 2024``, ``2016-2019``."""
    if start is None or end is None:
        return text("format.undated")
    if start == end:
        return day(start)
    starts_month, ends_month = start.day == 1, (end + dt.timedelta(days=1)).day == 1
    if starts_month and ends_month:
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        if months == 1:
            return month(start)
        if months == 3 and start.month % 3 == 1:
            return text("format.quarter", n=start.month // 3 + 1, year=start.year)
        if start.month == 1 and end.month == 12:
            return str(start.year) if months == 12 else f"{start.year}-{end.year}"
        return text("format.span", first=month(start), last=month(end))
    return text("format.span", first=day(start), last=day(end))


def markdown(value: Any) -> str:
    """Text of the data for a Markdown element: nothing in it is taken for markup."""
    written = str(value)
    for character in "\\`*_{}[]()<>#+-!|$~:":
        written = written.replace(character, "\\" + character)
    return written


def link(label: str, address: str | None) -> str:
    """A Markdown link, only to an http address; else the label alone."""
    if not address or not address.startswith(("https://", "http://")):
        return markdown(label)
    safe = address.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
    return f"[{markdown(label)}]({safe})"


def inside(words: str) -> str:
    """Words of a label inside a sentence: without their capital, unless it is an acronym's."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def plural(count: int, catalogue: str) -> str:
    """``1 valeur masquée`` or ``12 valeurs masquées``, from ``<catalogue>.one`` and ``.many``."""
    single = count == 1 or (count == 0 and language() == "fr")  # 0 valeur, but 0 values
    return text(f"{catalogue}.{'one' if single else 'many'}", n=integer(count))
