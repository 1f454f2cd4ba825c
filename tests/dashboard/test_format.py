"""Numbers, dates and words in French."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard import format as fmt

N = "\u202f"  # narrow no-break space


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (fmt.integer(1234567), f"1{N}234{N}567"),
        (fmt.number(0.5), "0,5"),
        (fmt.number(-0.004), "0"),
        (fmt.number(-0.005, "#,##0.###"), "-0,005"),
        (fmt.quantity(-0.00001, "change", "%"), f"0{N}%"),
        (fmt.percent(0.125), f"12,5{N}%"),
        (fmt.percent(0.0222), f"2,22{N}%"),
        (fmt.percent(0.71), f"71{N}%"),
        (fmt.percent(0.058824), f"5,88{N}%"),
        (fmt.percent(0.5, 0), f"50{N}%"),
        (fmt.euros(1867.0166), f"1{N}867,02{N}€"),
        (fmt.quantity(59149, "count", "postes"), f"59{N}149\u00a0postes"),
        (fmt.quantity(-0.25, "change", "%"), f"\u221225{N}%"),
        (fmt.quantity(0.41, "change", "%"), f"+41{N}%"),
        (fmt.quantity(-3.5, "change", "points"), "\u22123,5\u00a0points"),
        (
            fmt.quantity(82.07, "rate", "pour 1 000 salariés"),
            f"82,07\u00a0pour 1{N}000 salariés",
        ),
        (fmt.quantity(12.31, "amount", "€/h"), f"12,31{N}€/h"),
        (fmt.quantity(3.5, "amount", "€/mois"), f"3,50{N}€/mois"),
    ],
)
def test_numbers_are_written_as_in_french(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(
    "written", [fmt.integer(None), fmt.percent(None), fmt.euros(None), fmt.quantity(None, "count")]
)
def test_a_missing_number_is_said_and_never_zero(written: str) -> None:
    assert written == "non disponible"


def test_a_masked_value_is_said_to_be_masked() -> None:
    assert fmt.observed(None, "count", "projets", "secret") == "secret statistique"
    assert fmt.observed(None, "count", "projets", "missing") == "non disponible"
    assert fmt.observed(0.0, "count", "projets", "published") == "0\u00a0projets"


def test_the_qualifier_stands_before_the_value() -> None:
    assert fmt.observed(72000, "count", "postes", "published", "more_than") == (
        f"plus de 72{N}000\u00a0postes"
    )


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2024-01-01", "2024-12-31", "2024"),
        ("2024-10-01", "2024-12-31", "T4 2024"),
        ("2024-02-01", "2024-02-29", "février 2024"),
        ("2023-09-30", "2023-09-30", "30 septembre 2023"),
        ("2026-06-01", "2026-06-01", "1er juin 2026"),
        ("2016-01-01", "2019-12-31", "2016-2019"),
        ("2021-06-01", "2021-09-30", "juin 2021 à septembre 2021"),
        ("2021-06-10", "2021-09-20", "10 juin 2021 à 20 septembre 2021"),
    ],
)
def test_periods_are_written_as_in_french(first: str, last: str, expected: str) -> None:
    assert fmt.period(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) == expected


def test_an_undated_period_is_said() -> None:
    assert fmt.period(None, None) == "date non précisée"
    assert fmt.period(None, dt.date(2025, 12, 31)) == "date non précisée"


def test_text_of_the_data_is_not_markup() -> None:
    assert fmt.markdown("*a* [b](c) :red[d] $x$") == (
        "\\*a\\* \\[b\\]\\(c\\) \\:red\\[d\\] \\$x\\$"
    )


def test_a_link_only_leads_to_an_http_address() -> None:
    assert fmt.link("Dares", "https://dares.fr/a_(b)") == "[Dares](https://dares.fr/a_%28b%29)"
    assert fmt.link("Dares", "javascript:alert(1)") == "Dares"
    assert fmt.link("Dares", None) == "Dares"


def test_plurals_begin_at_two() -> None:
    assert fmt.plural(1, "white_papers.found") == "1 chiffre"
    assert fmt.plural(2, "white_papers.found") == "2 chiffres"
