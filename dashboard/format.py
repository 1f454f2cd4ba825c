"""Numbers, dates and words as they are written in French.

Numbers come unrounded from the release and are rounded here, for the screen, and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from babel import dates, numbers

from dashboard.texts import text

LOCALE = "fr_FR"
NARROW = "\u202f"  # narrow no-break space: between thousands, before % and €
NO_BREAK = "\u00a0"  # before a unit in words
MISSING = text("format.missing")

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
THOUSANDS = re.compile(r"(?<=\d) (?=\d{3})")
UP_TO_CENTS = frozenset({"€", "€/mois", "€/h"})


def number(value: float | None, pattern: str = "#,##0.##") -> str:
    """A number with decimal comma and narrow no-break spaces; a missing one is said, never 0."""
    if value is None:
        return MISSING
    written: str = numbers.format_decimal(value, pattern, locale=LOCALE)
    return written.replace("\u00a0", NARROW)


def integer(value: float | None) -> str:
    """A whole number: ``1 234 567``."""
    return number(value, "#,##0")


def percent(value: float | None, digits: int | None = None) -> str:
    """A fraction as a percentage: ``12,5 %``; up to two decimals unless ``digits`` is given."""
    if value is None:
        return MISSING
    pattern = "#,##0.##" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return f"{number(100 * value, pattern)}{NARROW}%"


def euros(value: float | None, digits: int = 2) -> str:
    """An amount: ``1 234,50 €``."""
    if value is None:
        return MISSING
    return f"{number(value, '#,##0' + ('.' + '0' * digits if digits else ''))}{NARROW}€"


def signed(value: float | None, written: str) -> str:
    """Puts the sign before what was written: ``+3,2 %`` or ``−3,2 %``."""
    if value is None:
        return MISSING
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return sign + written.lstrip("-\u2212")


def quantity(value: float | None, kind: str, symbol: str | None = "") -> str:
    """A value of a unit: its kind gives the pattern, its symbol follows."""
    if value is None:
        return MISSING
    symbol = symbol or ""
    if kind == "fraction":
        return percent(value)
    if kind == "change":
        if symbol == "%":
            return signed(value, percent(abs(value)))
        return _with_symbol(signed(value, number(abs(value), "#,##0.##")), symbol)
    if symbol in UP_TO_CENTS:
        return _with_symbol(number(value, "#,##0.00"), symbol)
    return _with_symbol(number(value, PATTERNS.get(kind, "#,##0.##")), symbol)


def _with_symbol(written: str, symbol: str) -> str:
    if not symbol:
        return written
    symbol = THOUSANDS.sub(NARROW, symbol)
    return f"{written}{NARROW if symbol[0] in '%€×' else NO_BREAK}{symbol}"


def observed(
    value: float | None, kind: str, symbol: str | None, status: str, qualifier: str = "exact"
) -> str:
    """A value as it is shown, with its qualifier; a null one says why it is null."""
    if value is None:
        return text("format.secret") if status == "secret" else MISSING
    written = quantity(value, kind, symbol)
    return written if qualifier == "exact" else f"{word('qualifier', qualifier)} {written}"


def word(catalogue: str, code: str | None) -> str:
    """The French word for a code of a closed list (status, qualifier, evidence, warning…)."""
    return MISSING if code is None else text(f"{catalogue}.{code}")


def day(value: dt.date | None) -> str:
    """``1er mars 2024``."""
    if value is None:
        return MISSING
    if value.day == 1:
        return f"1er {month(value)}"
    return str(dates.format_date(value, "d MMMM y", locale=LOCALE))


def month(value: dt.date | None) -> str:
    """``mars 2024``."""
    if value is None:
        return MISSING
    return str(dates.format_date(value, "MMMM y", locale=LOCALE))


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
            return f"T{start.month // 3 + 1} {start.year}"
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
    return text(f"{catalogue}.{'one' if count < 2 else 'many'}", n=integer(count))
