"""France Travail, offers API v2: how many offers are open, by ROME code and department.

The number of offers stands in ``Content-Range`` of the first page (``offres 0-0/353``): one short
answer a code and department, no page of offers is kept and no cap of paging is met. Needs a free
registration: without ``FRANCE_TRAVAIL_CLIENT_ID`` and ``…_SECRET`` the source is skipped.
"""

from __future__ import annotations

import json
import re
from typing import Any

import polars as pl

from ingest.online.connector import (
    Connector,
    Fetch,
    Gathered,
    Landed,
    Remote,
    Reply,
    SourceProblem,
    Unreadable,
)
from ingest.online.connectors.support import (
    LOOK,
    Parameters,
    as_table,
    fetch_json,
    parameters,
    read_bytes,
)

ID, SECRET = "FRANCE_TRAVAIL_CLIENT_ID", "FRANCE_TRAVAIL_CLIENT_SECRET"
NONE_OPEN = 204


class OffersParameters(Parameters):
    """Which offers are counted.

    Attributes:
        scope: OAuth2 scope.
        rome_codes: ROME code → our occupation.
        departments: Official codes; ``fr`` counts the whole country.
    """

    scope: str
    rome_codes: dict[str, str]
    departments: tuple[str, ...]


class FranceTravailOffers(Connector):
    """Open offers of the day, by occupation and department."""

    def discover(self, fetch: Fetch) -> list[Remote | Gathered]:
        wanted = parameters(OffersParameters, self.source)
        bearer = self._token(fetch, wanted.scope)
        counts = [
            {
                "department": department,
                "n_offers": self._count(fetch, bearer, rome, department),
                "rome_code": rome,
            }
            for rome in sorted(wanted.rome_codes)
            for department in sorted(wanted.departments)
        ]
        content = json.dumps({"counts": counts}, sort_keys=True, indent=0).encode()
        return [Gathered(key="open_offers", url=self.online.endpoints["offers"], content=content)]

    def edition_of(self, landed: Landed) -> str:
        year, week, _ = landed.retrieved_at.date().isocalendar()
        return f"semaine {year}-{week:02d}"

    def parse(self, landed: Landed) -> dict[str, pl.DataFrame]:
        wanted = parameters(OffersParameters, self.source)
        day = landed.retrieved_at.date().isoformat()
        try:
            counts = json.loads(read_bytes(landed.path))["counts"]
            rows: list[dict[str, Any]] = [
                {
                    "rome_code": str(item["rome_code"]),
                    "department_code": str(item["department"]),
                    "counted_on": day,
                    "n_offers": _whole(item["n_offers"]),
                    "edition": landed.edition,
                    "provenance_id": landed.provenance_id,
                }
                for item in counts
            ]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Unreadable(f"the gathered counts are damaged ({error!r})", LOOK) from None
        unknown = sorted({row["rome_code"] for row in rows} - set(wanted.rome_codes))
        if unknown or not rows:
            raise Unreadable(f"the gathered counts are empty or of other codes {unknown}", LOOK)
        return {"open_offers": as_table(self.source, "open_offers", rows)}

    def _token(self, fetch: Fetch, scope: str) -> str:
        reply = fetch_json(
            fetch,
            Remote(
                key="token",
                url=self.online.endpoints["token"],
                media="json",
                form={
                    "grant_type": "client_credentials",
                    "client_id": self.environment.get(ID, ""),
                    "client_secret": self.environment.get(SECRET, ""),
                    "scope": scope,
                },
            ),
        )
        token = reply.get("access_token") if isinstance(reply, dict) else None
        if not isinstance(token, str) or not re.fullmatch(r"[\w.~+/=-]{8,4096}", token):
            raise SourceProblem(
                "no access token was given",
                f"renew {ID} and {SECRET} on francetravail.io, and the subscription to the API",
            )
        return token

    def _count(self, fetch: Fetch, bearer: str, rome: str, department: str) -> int:
        place = "" if department == "fr" else f"&departement={department}"
        remote = Remote(
            key=f"offers_{rome.lower()}_{department.lower()}",
            url=f"{self.online.endpoints['offers']}?codeROME={rome}{place}&range=0-0",
            media="json",
            headers={"Authorization": f"Bearer {bearer}", "Accept": "application/json"},
            partial=True,
        )
        return total_of(fetch(remote))


def total_of(reply: Reply) -> int:
    """The number of offers that ``Content-Range`` states; 204 is none.

    Raises:
        Unreadable: The header is missing or says something else.
    """
    if reply.status == NONE_OPEN:
        return 0
    stated = reply.headers.get("content-range", "")
    found = re.fullmatch(r"\s*(?:offres|items)?\s*(?:\d+-\d+|\*)/(\d{1,9})\s*", stated, re.ASCII)
    if not found:
        raise Unreadable(f"Content-Range {stated[:60]!r} does not state a total", LOOK)
    return int(found.group(1))


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no count")
    return int(value)
