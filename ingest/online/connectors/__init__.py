"""The connectors, by the name that a declaration gives them (``online.connector``)."""

from __future__ import annotations

from ingest.online.connector import Connector
from ingest.online.connectors.ameli import AmeliAtMp
from ingest.online.connectors.archives import Archive
from ingest.online.connectors.bmo import FranceTravailBmo
from ingest.online.connectors.dares import DaresVacancies
from ingest.online.connectors.eurostat import EurostatObservations
from ingest.online.connectors.france_travail_offers import FranceTravailOffers
from ingest.online.connectors.insee import InseeBdm

CONNECTORS: dict[str, type[Connector]] = {
    "ameli_at_mp": AmeliAtMp,
    "archive": Archive,
    "dares_vacancies": DaresVacancies,
    "eurostat": EurostatObservations,
    "france_travail_bmo": FranceTravailBmo,
    "france_travail_offers": FranceTravailOffers,
    "insee_bdm": InseeBdm,
}
