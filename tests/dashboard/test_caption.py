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
    assert "points publiés, non reliés" in caption.summary_of(points)


def test_the_summary_of_nulls_is_empty(make: Make) -> None:
    assert caption.summary_of(make({"year": 2019, "value": None, "status": "secret"})) == ""


def test_definitions_and_scopes_are_told(make: Make) -> None:
    told = " ".join(caption.definitions_of(make({"year": 2019})))
    assert "Part des postes vacants" in told
    assert "Hôpitaux compris" in told


def test_the_alternative_says_ends_extremes_breaks_and_masked_values(make: Make) -> None:
    told = caption.alternative_of(
        make(
            {"year": 2018, "value": 0.01},
            {"year": 2019, "value": 0.05},
            {"year": 2020, "value": 0.02, "break_before": True, "comparability_group": "b"},
            {"year": 2021, "value": None, "status": "secret"},
        )
    )
    assert "Taux de postes vacants" in told
    assert "1\u202f% (2018)" in told
    assert "2\u202f% (2020)" in told
    assert "Plus haut\u00a0: 5\u202f% (2019)" in told
    assert "plus bas\u00a0: 1\u202f% (2018)" in told
    assert "Ruptures de série\u00a0: 2020" in told
    assert "1 valeur sous secret" in told


def test_the_alternative_of_a_ranking_names_its_ends(make: Make) -> None:
    rows = [{"year": 2024, "series": f"D{n}", "value": n / 100} for n in range(1, 31)]
    told = caption.alternative_of(make(*rows))
    assert "Plus haut\u00a0: 30\u202f% (D30)" in told
    assert "plus bas\u00a0: 1\u202f% (D1)" in told
    assert "18 autres séries" in told


def test_a_series_without_value_is_said(make: Make) -> None:
    told = caption.alternative_of(make({"year": 2024, "value": None, "status": "missing"}))
    assert "Section Q\u00a0: aucune valeur publiée" in told


def test_the_edition_of_most_values_is_cited_first(make: Make, sources: pl.DataFrame) -> None:
    table = make(
        *({"year": year, "vintage": "2025-T4"} for year in range(2010, 2020)),
        *({"year": 2020, "vintage": vintage} for vintage in ("à citer", "b", "c")),
    )
    (source,) = caption.of_observations(table, sources).sources
    assert source.vintages[0] == "2025-T4"
    assert source.named().startswith("Dares, Emplois vacants (Acemo), édition\u00a0: 2025-T4, ")
    assert source.named().endswith(" et 2 autres")


def test_the_last_update_is_said_where_the_release_knows_it(
    make: Make, sources: pl.DataFrame
) -> None:
    known = sources.with_columns(retrieved_on=pl.date(2026, 11, 20))
    (source,) = caption.of_observations(make({"year": 2024}), known).sources
    assert source.cited().endswith("Mise à jour\u00a0: 20 novembre 2026.")
    (unknown,) = caption.of_observations(make({"year": 2024}), sources).sources
    assert "Mise à jour" not in unknown.cited()


def test_a_note_loses_its_marks_in_a_file() -> None:
    assert caption.plain(r"**Gras** : 10\-20 \* [ici](https://x.fr/a) `code`") == (
        "Gras : 10-20 * ici (https://x.fr/a) code"
    )
