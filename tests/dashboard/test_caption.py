"""What stands around a chart says what the rows hold."""

from __future__ import annotations

import polars as pl

from dashboard import caption
from tests.dashboard.conftest import Make


def test_the_source_is_cited_with_link_vintage_and_last_date(
    make: Make, sources: pl.DataFrame
) -> None:
    found = caption.of_observations(make({"year": 2024}, {"year": 2025}), sources)
    (source,) = found.sources
    said = source.cited()
    assert "https://dares.example/emplois_%28vacants%29" in said
    assert "2025\\-T4" in said
    assert "Dernière valeur\u00a0: 2025." in said


def test_an_unknown_licence_is_said() -> None:
    assert "inconnue" in caption.licence("unknown")
    assert caption.licence("Licence Ouverte 2.0") == "Licence Ouverte 2.0"


def test_cautions_are_counted(make: Make) -> None:
    notes = " ".join(
        caption.notes_of(
            make(
                {"year": 2019, "value": None, "status": "secret"},
                {"year": 2020, "value": None, "status": "secret"},
                {"year": 2021, "break_before": True, "break_reason_text": "FAP 2021"},
                {"year": 2022, "is_second_rank": True},
                {"year": 2023, "status": "provisional"},
                {"is_points_only": True},
            )
        )
    )
    assert "2 valeurs sous secret statistique" in notes
    assert "Rupture de série à partir de 2021\u00a0: FAP 2021" in notes
    assert "1 valeur de second rang" in notes
    assert "1 valeur provisoire" in notes
    assert "ne sont pas reliés" in notes
    assert "1 valeur non datée" in notes


def test_one_break_of_many_series_is_told_once(make: Make) -> None:
    rows = [
        {"year": year, "series": str(year), "break_before": True, "break_reason_text": "Cnam"}
        for year in (2022, 2023)
    ]
    assert len([note for note in caption.notes_of(make(*rows)) if "Cnam" in note]) == 1


def test_a_single_period_shows_no_break(make: Make) -> None:
    rows = [{"year": 2024, "series": name, "break_before": True} for name in ("a", "b")]
    assert not [note for note in caption.notes_of(make(*rows)) if "Rupture" in note]


def test_the_summary_compares_only_within_one_group(make: Make) -> None:
    whole = make({"year": 2019, "value": 0.01}, {"year": 2020, "value": 0.02})
    assert caption.summary_of(whole) == "Section Q\u00a0: de 1\u202f% (2019) à 2\u202f% (2020)."
    broken = make({"year": 2019}, {"year": 2020, "comparability_group": "other"})
    assert "sans comparaison directe" in caption.summary_of(broken)
    points = make({"year": 2019, "is_points_only": True}, {"year": 2020, "is_points_only": True})
    assert "sans comparaison directe" in caption.summary_of(points)


def test_the_summary_of_nulls_is_empty(make: Make) -> None:
    assert caption.summary_of(make({"year": 2019, "value": None, "status": "secret"})) == ""


def test_definitions_and_scopes_are_told(make: Make) -> None:
    told = " ".join(caption.definitions_of(make({"year": 2019})))
    assert "Part des postes vacants" in told
    assert "Hôpitaux compris" in told
