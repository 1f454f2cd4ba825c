"""``CITATION.cff``: how to cite an edition (Citation File Format 1.2.0)."""

from __future__ import annotations

from typing import Any

import yaml

from opendata.description import Source, describe
from opendata.model import OpenEdition

MESSAGE = (
    "Citez cette publication et, pour un chiffre, sa source. / Please cite this release and, "
    "for a figure, its source."
)

# Of the SPDX ids that the format allows, those under which open data are published in France.
SPDX = frozenset({"etalab-2.0", "ODbL-1.0", "ODC-By-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"})


def citation(edition: OpenEdition) -> str:
    """The file as text; the sources are its references."""
    publication = edition.publication
    publisher = {
        "name": publication.publisher,
        **({"website": publication.homepage} if publication.homepage else {}),
        **({"email": publication.contact} if "@" in publication.contact else {}),
    }
    document: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": MESSAGE,
        "type": "dataset",
        "title": publication.title_fr,
        "abstract": f"{publication.description_fr} / {publication.description_en}",
        "authors": [publisher],
        "version": edition.release.id,
        "date-released": str(edition.release.manifest.created_at.date()),
        **_licence(edition),
        "keywords": [*publication.keywords_fr, *publication.keywords_en],
        **({"url": publication.base_url} if publication.base_url else {}),
        "references": [_reference(source) for source in describe(edition.release).sources.values()],
    }
    text: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=1000)
    return text


def _licence(edition: OpenEdition) -> dict[str, str]:
    """By its SPDX id where the format knows it, which lists that of Etalab; by address else."""
    own = edition.publication.own_licence
    return {"license": own.id} if own.id in SPDX else {"license-url": own.url}


def _reference(source: Source) -> dict[str, Any]:
    return {
        "type": "data",
        "title": source.title_fr,
        "authors": [{"name": source.publisher}],
        "url": source.landing_page,
        "notes": source.citation,
        **({"license-url": source.licence.url} if source.licence and source.licence.url else {}),
    }
