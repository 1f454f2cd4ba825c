"""Insee, series of the BDM by their idbank: one SDMX 2.1 query for all of them."""

from __future__ import annotations

from datetime import date

import polars as pl

from ingest.online.connector import Connector, Fetch, Gathered, Landed, Remote, Unreadable
from ingest.online.connectors.support import Parameters, as_table, parameters, read_bytes
from ingest.online.formats.sdmx import Series, parse_period, parse_sdmx

MOST_SERIES = 400  # limit of the service for one query
LOOK = "look the series up on insee.fr; mend online.parameters.series in source.yml"


class InseeParameters(Parameters):
    """The series wanted, and the first period to ask for.

    Attributes:
        series: idbank → what it is (for people; the models read the seed ``insee_series``).
        start_period: First period of the query.
        may_be_stopped: Series that have ended or may be absent.
    """

    series: dict[str, str]
    start_period: str
    may_be_stopped: tuple[str, ...] = ()


class InseeBdm(Connector):
    """Values of the series as published, one row a series and period."""

    def discover(self, fetch: Fetch) -> list[Remote | Gathered]:
        wanted = parameters(InseeParameters, self.source)
        if len(wanted.series) > MOST_SERIES:
            raise Unreadable(f"more than {MOST_SERIES} series in one query", LOOK)
        listed = "+".join(sorted(wanted.series))
        url = f"{self.online.endpoints['data']}/{listed}?startPeriod={wanted.start_period}"
        return [Remote(key="series", url=url, media="xml")]

    def edition_of(self, landed: Landed) -> str:
        days = [
            text
            for one in parse_sdmx(read_bytes(landed.path))
            if (text := one.attributes.get("LAST_UPDATE", ""))
        ]
        if not days:
            raise Unreadable("no series says when it was updated (LAST_UPDATE)", LOOK)
        return f"BDM, mise à jour {_day(max(days))}"

    def parse(self, landed: Landed) -> dict[str, pl.DataFrame]:
        wanted = parameters(InseeParameters, self.source)
        series = parse_sdmx(read_bytes(landed.path))
        found = [_idbank(one) for one in series]
        twice = sorted({idbank for idbank in found if found.count(idbank) > 1})
        unknown = sorted(set(found) - set(wanted.series))
        missing = sorted(set(wanted.series) - set(found) - set(wanted.may_be_stopped))
        for what, which in (("stand twice", twice), ("were not asked for", unknown)):
            if which:
                raise Unreadable(f"series {', '.join(which)} {what}", LOOK)
        if missing:
            raise Unreadable(f"series {', '.join(missing)} are not in the answer", LOOK)
        rows = [row for one in series for row in _rows(one, landed)]
        if not rows:
            raise Unreadable("the answer holds no value", LOOK)
        return {"series_values": as_table(self.source, "series_values", rows)}


def _idbank(one: Series) -> str:
    idbank = one.attributes.get("IDBANK", "")
    if not idbank.isdigit():
        raise Unreadable("a series has no IDBANK", LOOK)
    return idbank


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise Unreadable(f"LAST_UPDATE={text[:20]!r} is no day", LOOK) from None


def _rows(one: Series, landed: Landed) -> list[dict[str, object]]:
    idbank = _idbank(one)
    multiplier = one.attributes.get("UNIT_MULT", "")
    if not multiplier.lstrip("-").isdigit():
        raise Unreadable(f"series {idbank}: UNIT_MULT={multiplier[:20]!r} is no whole number", LOOK)
    rows: list[dict[str, object]] = []
    for seen in one.observations:
        period = parse_period(seen.period)
        rows.append(
            {
                "idbank": idbank,
                "period": seen.period,
                "period_start": period.start,
                "period_end": period.end,
                "frequency": period.frequency,
                "value": seen.value,
                "unit_measure": one.attributes.get("UNIT_MEASURE"),
                "unit_multiplier": multiplier,
                "observation_status": seen.attributes.get("OBS_STATUS"),
                "observation_quality": seen.attributes.get("OBS_QUAL"),
                "title_fr": one.attributes.get("TITLE_FR"),
                "edition": landed.edition,
                "provenance_id": landed.provenance_id,
            }
        )
    return rows
