"""SDMX 2.1 data messages in XML, generic and structure-specific, as the BDM of Insee sends them."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers import expat

from ingest.online.connector import Unreadable

LOOK = "open the address in a browser and compare with an SDMX 2.1 data message"
MOST_OBSERVATIONS = 2_000_000
DEEPEST = 60
PERIODS = {  # months of a period by the letter before its number
    "S": 6,
    "Q": 3,
    "T": 3,
    "B": 2,
    "M": 1,
}
FREQUENCIES = {12: "annual", 6: "half_yearly", 3: "quarterly", 2: "two_monthly", 1: "monthly"}


@dataclass(frozen=True)
class Observation:
    """One value: its period and value as sent (None where there is none), its attributes."""

    period: str
    value: str | None
    attributes: dict[str, str]


@dataclass(frozen=True)
class Series:
    """One series: its key and attributes together, in capital letters as sent."""

    attributes: dict[str, str]
    observations: tuple[Observation, ...]


@dataclass(frozen=True)
class Period:
    """First and last day, and the frequency in words."""

    start: dt.date
    end: dt.date
    frequency: str


def parse_period(text: str) -> Period:
    """A period of Insee or Eurostat: 2024, 2024-S1, 2024-Q1 or -T1, 2024-B1, 2024-01 or -M01.

    Raises:
        Unreadable: None of these.
    """
    found = re.fullmatch(r"(\d{4})(?:-?([SQTBM])(\d{1,2})|-(\d{2}))?", text, re.ASCII)
    if not found:
        raise Unreadable(f"{text[:40]!r} is no period that is known", LOOK)
    year, letter, number, month = found.groups()
    months, place = (PERIODS[letter], int(number)) if letter else (1, int(month or 0))
    if letter is None and month is None:
        months, place = 12, 1
    if not 1 <= place <= 12 // months or not 1800 <= int(year) <= 2200:
        raise Unreadable(f"{text!r} is no period of a year", LOOK)
    first, last = (place - 1) * months + 1, place * months
    end = calendar.monthrange(int(year), last)[1]
    return Period(dt.date(int(year), first, 1), dt.date(int(year), last, end), FREQUENCIES[months])


def parse_sdmx(content: bytes) -> list[Series]:
    """All series of a data message.

    Raises:
        Unreadable: No XML, with declarations of entities, an error message, or no data message.
    """
    root = _root(content)
    kind = _local(root.tag)
    if kind in {"Error", "ErrorMessage"} or _find(root, "ErrorMessage") is not None:
        text = " ".join("".join(root.itertext()).split())
        raise Unreadable(f"the service answers with an error: {text[:200]}", LOOK)
    if kind not in {
        "GenericData",
        "StructureSpecificData",
        "GenericTimeSeriesData",
        "StructureSpecificTimeSeriesData",
    }:
        raise Unreadable(f"the message is <{kind[:60]}>, no SDMX 2.1 data message", LOOK)
    generic = kind.startswith("Generic")
    series = [
        _generic(element) if generic else _specific(element)
        for data in root
        if _local(data.tag) == "DataSet"
        for element in data
        if _local(element.tag) == "Series"
    ]
    if sum(len(one.observations) for one in series) > MOST_OBSERVATIONS:
        raise Unreadable(f"more than {MOST_OBSERVATIONS} observations", LOOK)
    return series


def _root(content: bytes) -> ElementTree.Element:
    """The document, refusing entities and deep nesting while it is read, not afterwards."""
    if not content.strip():
        raise Unreadable("the file is empty", LOOK)
    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    depth = 0

    def refuse(*_: object) -> None:
        raise Unreadable("the XML has a document type; entities are not allowed", LOOK)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Unreadable(f"the XML is nested more than {DEEPEST} deep", LOOK)
        builder.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
        return builder.close()
    except expat.ExpatError as error:
        raise Unreadable(f"no XML: {error}", LOOK) from None
    except (LookupError, ValueError, AssertionError) as error:  # unknown encoding, odd names
        raise Unreadable(f"no XML: {str(error)[:200]}", LOOK) from None


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _find(parent: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return next((child for child in parent if _local(child.tag) == name), None)


def _specific(element: ElementTree.Element) -> Series:
    observations = []
    for child in element:
        if _local(child.tag) != "Obs":
            continue
        found = {_local(name): text for name, text in child.attrib.items()}
        if "TIME_PERIOD" not in found:
            raise Unreadable("an observation has no TIME_PERIOD", LOOK)
        period = found.pop("TIME_PERIOD")
        observations.append(Observation(period, _value(found.pop("OBS_VALUE", None)), found))
    attributes = {_local(name): text for name, text in element.attrib.items()}
    return Series(attributes, tuple(observations))


def _generic(element: ElementTree.Element) -> Series:
    attributes: dict[str, str] = {}
    observations = []
    for child in element:
        kind = _local(child.tag)
        if kind in {"SeriesKey", "Attributes"}:
            attributes |= _pairs(child)
        elif kind == "Obs":
            observations.append(_generic_observation(child))
    return Series(attributes, tuple(observations))


def _generic_observation(element: ElementTree.Element) -> Observation:
    period = _find(element, "ObsDimension")
    value = _find(element, "ObsValue")
    attributes = _find(element, "Attributes")
    if period is None or "value" not in period.attrib:
        raise Unreadable("an observation has no ObsDimension", LOOK)
    return Observation(
        period.attrib["value"],
        _value(None if value is None else value.attrib.get("value")),
        {} if attributes is None else _pairs(attributes),
    )


def _pairs(element: ElementTree.Element) -> dict[str, str]:
    return {
        child.attrib["id"]: child.attrib["value"]
        for child in element
        if _local(child.tag) == "Value" and {"id", "value"} <= child.attrib.keys()
    }


def _value(text: str | None) -> str | None:
    """A value as sent; Insee writes NaN, Eurostat nothing, for one that is not there."""
    if text is None or text.strip() in {"", "NaN", ":"}:
        return None
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?([eE][-+]?\d{1,2})?", text.strip(), re.ASCII):
        raise Unreadable(f"{text[:40]!r} is no number", LOOK)
    return text.strip()
