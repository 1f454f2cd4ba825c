"""CSV and Parquet: written by what writes the open edition, so that an answer is a piece of it."""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa
from starlette.responses import Response

from opendata.api.asked import Asked
from opendata.api.formats.rows import Rows
from opendata.api.opened import Opened
from opendata.api.parameters import MEDIA_TYPES
from opendata.description import describe, holdings
from opendata.files.dialects import FRENCH, PLAIN, Dialect
from opendata.files.tables import parquet_bytes, schema_of
from opendata.model import OpenEdition
from opendata.publication import publication


def csv(ask: Asked, found: Rows) -> Response:
    """CSV for programs."""
    return _csv(ask, found, PLAIN)


def csv_fr(ask: Asked, found: Rows) -> Response:
    """CSV for French spreadsheets."""
    return _csv(ask, found, FRENCH)


def _csv(ask: Asked, found: Rows, dialect: Dialect) -> Response:
    return ask.bytes(
        dialect.document(found.frame),
        f"{MEDIA_TYPES['csv']}; charset=utf-8; header=present",
        paging=found.paging,
        links=_links(found),
        file_name=f"series-{ask.release.id}.csv",
        withheld=_withheld(found),
        known_from=found.known_from,
    )


def parquet(ask: Asked, found: Rows) -> Response:
    """Parquet, typed, with the metadata of the mart's file."""
    return ask.bytes(
        parquet_bytes(found.frame.to_arrow(), _schema(ask.opened, found.table.name)),
        MEDIA_TYPES["parquet"],
        paging=found.paging,
        links=_links(found),
        file_name=f"series-{ask.release.id}.parquet",
        withheld=_withheld(found),
        known_from=found.known_from,
    )


def _links(found: Rows) -> list[tuple[str, str]]:
    """Terms and description, which a CSV does not hold."""
    terms = {source["licence"]["url"] for source in found.attribution if source["licence"]}
    return [("describedby", "openapi.json"), *(("license", url) for url in sorted(terms) if url)]


def _withheld(found: Rows) -> int:
    return sum(source["n_rows"] for source in found.withheld)


@lru_cache(8)
def _schema(opened: Opened, table: str) -> pa.Schema:
    edition = OpenEdition(opened.release, opened.rights, publication(), ())
    holding = holdings(edition)[table]
    return schema_of(opened.table(table), edition, describe(opened.release), holding)
