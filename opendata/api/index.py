"""``/api/v1/``: where everything is."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from opendata.api.about import About, about
from opendata.api.asked import Ask
from opendata.publication import publication

router = APIRouter()
ADDRESSES = (
    *("series", "indicators", "key-figures", "claims", "salary", "sources", "releases"),
    *("openapi.json", "documentation"),
)


class Place(BaseModel):
    """An address of the interface."""

    name: str
    href: str


class Index(About):
    """Where everything is."""

    title: str
    description: str
    publisher: str
    addresses: list[Place]


@router.get("/", operation_id="index", responses={200: {"model": Index}})
async def index(ask: Ask) -> Response:
    """Where everything is."""
    told, rights = publication(), ask.opened.rights
    return ask.json(
        about(ask.opened, (*rights.tables, *rights.withheld_tables), ask.lang)
        | {
            "title": told.title_en if ask.lang == "en" else told.title_fr,
            "description": told.description_en if ask.lang == "en" else told.description_fr,
            "publisher": told.publisher,
            "addresses": [{"name": name, "href": name} for name in ADDRESSES],
        }
    )
