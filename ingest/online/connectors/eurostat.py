"""Eurostat: data sets of the statistics API in JSON-stat 2.0, read by the dimensions declared.

Which code of which dimension becomes what is data (``online.parameters`` in source.yml): a change
of codes, such as the announced NACE 2.1, is then a report and not another series in silence.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import polars as pl
from pydantic import Field

from ingest.online.connector import Connector, Fetch, Gathered, Landed, Remote, Unreadable
from ingest.online.connectors.support import Parameters, as_table, parameters, read_bytes
from ingest.online.formats.jsonstat import FLAG, VALUE, DataSet, parse_jsonstat
from ingest.online.formats.sdmx import parse_period

TIME = "time"
# The flags of Eurostat: https://ec.europa.eu/eurostat/data/database/information
FLAGS = {
    "b": "rupture de série",
    "c": "confidentiel",
    "d": "définition différente",
    "e": "estimé",
    "f": "prévision",
    "n": "non significatif",
    "p": "provisoire",
    "r": "révisé",
    "s": "estimation d'Eurostat",
    "u": "peu fiable",
    "z": "sans objet",
}
LOOK = "compare with the data set's page, then mend online.parameters in source.yml"


class Wanted(Parameters):
    """One request to a data set.

    Attributes:
        code: Code of the data set, where the request is not named by it.
        query: Filters of the request, beside the language; as few as keep the answer small, for a
            filter on an unknown code is refused by the API.
        dimensions: dimension → code → what it says in our columns. Codes that are not listed are
            left out. Every other dimension must have one code only, or one of ``totals``.
        totals: Codes that mean the whole of a dimension.
        population: Pattern of the population, for instance ``{activity}__{size}``.
        scope_fr: Who is counted.
    """

    code: str = ""
    query: dict[str, list[str]]
    dimensions: dict[str, dict[str, dict[str, str]]]
    totals: tuple[str, ...] = ("TOTAL", "T")
    population: str
    scope_fr: str


class EurostatParameters(Parameters):
    """The requests by their name; one for each method, for an edition holds a key once."""

    datasets: dict[str, Wanted] = Field(min_length=1)


class EurostatObservations(Connector):
    """Observations in the common shape from one or more data sets."""

    def discover(self, fetch: Fetch) -> list[Remote | Gathered]:
        base = self.online.endpoints["data"]
        declared = parameters(EurostatParameters, self.source).datasets
        found: list[Remote | Gathered] = []
        for name, one in sorted(declared.items()):
            query = urlencode({"format": "JSON", "lang": "en", **one.query}, doseq=True)
            url = f"{base}/{one.code or name}?{query}"
            found.append(Remote(key=name, url=url, media="json"))
        return found

    def edition_of(self, landed: Landed) -> str:
        updated = parse_jsonstat(read_bytes(landed.path)).updated
        if not updated:
            raise Unreadable("the answer does not say when it was updated", LOOK)
        return f"{landed.key}, mise à jour {updated[:10]}"

    def parse(self, landed: Landed) -> dict[str, pl.DataFrame]:
        wanted = parameters(EurostatParameters, self.source).datasets.get(landed.key)
        if wanted is None:
            raise Unreadable(f"the data set {landed.key!r} is not declared", LOOK)
        data = parse_jsonstat(read_bytes(landed.path))
        rows = [
            _observation(row, wanted, landed) for row in _select(data, wanted).iter_rows(named=True)
        ]
        return {"observations": as_table(self.source, "observations", rows)}


def _select(data: DataSet, wanted: Wanted) -> pl.DataFrame:
    """The rows whose codes are declared; the other dimensions are at their total.

    Raises:
        Unreadable: A dimension or every code of it is missing, or a dimension is not decided.
    """
    frame = data.frame
    names = [name for name in frame.columns if name not in (VALUE, FLAG)]
    for name in (TIME, *wanted.dimensions):
        if name not in names:
            raise Unreadable(f"there is no dimension {name!r}; there are {names}", LOOK)
    for name, codes in wanted.dimensions.items():
        there = frame[name].unique().sort().to_list()
        if not set(there) & set(codes):
            raise Unreadable(f"no code of {name} is one of {sorted(codes)}: {there[:15]}", LOOK)
        frame = frame.filter(pl.col(name).is_in(list(codes)))
    for name in set(names) - {TIME, *wanted.dimensions}:
        there = frame[name].unique().sort().to_list()
        if len(there) > 1:
            whole = [code for code in wanted.totals if code in there]
            if not whole:
                raise Unreadable(
                    f"the dimension {name!r} has the codes {there[:15]} and no total is known", LOOK
                )
            frame = frame.filter(pl.col(name) == whole[0])
    if frame.is_empty():
        raise Unreadable("no value has the declared codes together", LOOK)
    return frame


def _observation(row: dict[str, Any], wanted: Wanted, landed: Landed) -> dict[str, Any]:
    """One row of the common shape."""
    said: dict[str, str] = {}
    for name, codes in wanted.dimensions.items():
        said |= codes[row[name]]
    period = parse_period(row[TIME])
    value, flags = row[VALUE], row[FLAG] or ""
    try:
        population = wanted.population.format_map(said)
    except KeyError as error:
        raise Unreadable(
            f"online.parameters: nothing says {error} of the population", LOOK
        ) from None
    return {
        "indicator_id": said["indicator_id"],
        "population_id": population,
        "occupation_id": "all",
        "geography_id": said["geography_id"],
        "period_start": period.start,
        "period_end": period.end,
        "frequency": period.frequency,
        "value": value,
        "unit_id": said["unit_id"],
        "status": _status(value, flags),
        "qualifier": "exact",
        "method_group": said.get("method_group"),
        "edition": landed.edition,
        "scope_fr": wanted.scope_fr,
        "publisher": "Eurostat",
        "provenance_id": landed.provenance_id,
        "note_fr": _note(flags),
    }


def _status(value: float | None, flags: str) -> str:
    if value is None:
        return "secret" if "c" in flags else "missing"
    if "p" in flags:
        return "provisional"
    return "estimated" if set(flags) & set("efs") else "published"


def _note(flags: str) -> str | None:
    """The flags in words; one that nobody knows is shown as it is."""
    if not flags:
        return None
    said = [FLAGS.get(flag, f"« {flag} »") for flag in flags if flag.strip()]
    return f"Eurostat signale : {', '.join(said)}."
