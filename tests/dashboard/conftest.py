"""Tables that the dashboard draws, made by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

DEFAULTS: dict[str, Any] = {
    "series": "Section Q",
    "indicator_id": "vacancy_rate",
    "indicator_text": "Taux de postes vacants",
    "family": "vacancies",
    "definition_text": "Part des postes vacants.",
    "formula": "vacants / postes",
    "better_when": "lower",
    "population_id": "section_q",
    "population_text": "Section Q, hôpitaux compris",
    "scope_note_text": "Hôpitaux compris.",
    "occupation_id": "all",
    "occupation_text": "Tous métiers",
    "nomenclature": "all",
    "geography_id": "fr",
    "geography_text": "France",
    "frequency": "annual",
    "value": 0.02,
    "numerator": None,
    "denominator": None,
    "unit": "fraction",
    "unit_kind": "fraction",
    "unit_symbol_text": "%",
    "status": "published",
    "qualifier": "exact",
    "comparability_group": "dares:from_start",
    "break_before": False,
    "break_reason_text": None,
    "source_id": "dares_vacancies",
    "vintage": "2025-T4",
    "is_latest": True,
    "is_points_only": False,
    "is_second_rank": False,
    "evidence": "official_copy",
    "provenance": "fichier",
    "provenance_url": None,
    "publisher": "Dares",
    "scope_text": "section Q",
    "note": None,
    "raw_table": "quarterly",
    "raw_row": 12,
}
SCHEMA = {
    "value": pl.Float64,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "break_reason_text": pl.String,
    "provenance_url": pl.String,
    "note": pl.String,
    "period_start": pl.Date,
    "period_end": pl.Date,
}
Make = Callable[..., pl.DataFrame]


def observations_of(*rows: dict[str, Any]) -> pl.DataFrame:
    """Observations: each row states a year and what differs from the defaults."""
    made = []
    for row in rows:
        given = dict(row)
        year = given.pop("year", None)
        dates = (
            {"period_start": None, "period_end": None}
            if year is None
            else {"period_start": dt.date(year, 1, 1), "period_end": dt.date(year, 12, 31)}
        )
        made.append(DEFAULTS | dates | given)
    return pl.DataFrame(made, schema_overrides=SCHEMA, infer_schema_length=None)


@pytest.fixture
def make() -> Make:
    return observations_of


@pytest.fixture
def sources() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "source_id": ["dares_vacancies"],
            "title_text": ["Emplois vacants (Acemo)"],
            "publisher": ["Dares"],
            "landing_page": ["https://dares.example/emplois_(vacants)"],
            "licence_name": ["unknown"],
            "licence_url": [None],
            "scope_text": ["Secteur privé"],
            "method_text": ["Données brutes"],
            "warnings": [["series_break"]],
            "last_period_end": [dt.date(2025, 12, 31)],
        }
    )
