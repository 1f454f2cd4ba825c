"""JSON: the rows with the series that they are of."""

from __future__ import annotations

from starlette.responses import Response

from opendata.api.asked import Asked
from opendata.api.described import series_of
from opendata.api.formats.rows import Rows


def answer(ask: Asked, found: Rows) -> Response:
    """All that :class:`opendata.api.series.SeriesAnswer` says."""
    return ask.json(
        {
            "release": ask.release.id,
            "attribution": found.attribution,
            "withheld": found.withheld,
            "known_from": found.known_from,
            "paging": found.paging,
            "series": series_of(ask.opened, found.frame, ask.lang),
            "observations": found.frame,
        }
    )
