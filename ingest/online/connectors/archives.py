"""Files that are kept each week but not yet read into tables.

DREES attaches workbooks to its data sets, whose inside changes from one survey to the next. They
are landed and checked to be readable workbooks, so that an edition is never lost and a person is
told of it; which of their cells are figures is decided by that person, who adds a parser.
"""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from ingest.online.connector import Connector, Fetch, Gathered, Landed, Remote, Unreadable
from ingest.online.connectors.data_gouv import resources
from ingest.online.connectors.support import LOOK, Parameters, fetch_json, parameters, safe_url
from ingest.online.formats.grid import fold
from ingest.online.formats.limited import read_workbook


class ArchiveParameters(Parameters):
    """Where the files are listed.

    Attributes:
        attachments: Data sets of the portal (endpoint ``datasets``) whose attachments are kept.
        catalogues: Names of endpoints that are data sets of data.gouv.fr.
        title_like: Pattern of the titles or names that are kept.
    """

    attachments: tuple[str, ...] = ()
    catalogues: tuple[str, ...] = ()
    title_like: str = r".*"


class Archive(Connector):
    """Workbooks attached to data sets: landed and checked, not read."""

    def discover(self, fetch: Fetch) -> list[Remote | Gathered]:
        wanted = parameters(ArchiveParameters, self.source)
        found: dict[str, Remote] = {}
        for name in wanted.attachments:
            for title, url in self._attachments(fetch, name):
                self._keep(found, title, url, wanted)
        for name in wanted.catalogues:
            for item in resources(fetch, self.online.endpoints[name], f"catalogue_{name}"):
                if item.form == "xlsx" or item.url.lower().endswith(".xlsx"):
                    self._keep(found, item.title or item.resource_id, item.url, wanted)
        if not found:
            raise Unreadable("no workbook is listed under the declared data sets", LOOK)
        return [found[key] for key in sorted(found)]

    def edition_of(self, landed: Landed) -> str:
        modified = landed.headers.get("last-modified", "")
        return f"{landed.key} {modified}".strip()

    def parse(self, landed: Landed) -> dict[str, pl.DataFrame]:
        sheets = read_workbook(landed.path)
        if all(grid.frame.is_empty() for grid in sheets.values()):
            raise Unreadable("the workbook is empty", LOOK)
        return {}

    def _attachments(self, fetch: Fetch, name: str) -> list[tuple[str, str]]:
        """Title and address of the workbooks attached to a data set of the portal."""
        base = f"{self.online.endpoints['datasets']}/{name}/attachments"
        document: Any = fetch_json(
            fetch, Remote(key=f"list_{key_of(name)}", url=base, media="json")
        )
        try:
            listed = document["attachments"]
            found = []
            for item in listed:
                about = item.get("metas") or item
                title = str(about.get("title") or about["id"])
                links = {link["rel"]: link["href"] for link in item.get("links", [])}
                url = str(item.get("href") or f"{base}/{about['id']}")
                form = f"{about.get('mime-type') or about.get('mimetype') or ''} {title}".lower()
                if "spreadsheet" in form or "xlsx" in form or "xlsx" in str(links):
                    found.append((title, url))
        except (KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"{base} has not the shape of a list ({error!r})", LOOK) from None
        return found

    def _keep(
        self, found: dict[str, Remote], title: str, url: str, wanted: ArchiveParameters
    ) -> None:
        if re.search(wanted.title_like, title, re.IGNORECASE):
            key = key_of(title)
            found[key] = Remote(key=key, url=safe_url(url, self.online.hosts), media="xlsx")


def key_of(title: str) -> str:
    """A title as a key: small letters, digits and ``_``."""
    key = re.sub(r"[^a-z0-9]+", "_", fold(title)).strip("_")[:90]
    return key or "file"
