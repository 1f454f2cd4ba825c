"""What the overview shows: for each family one headline series and what is set against it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard import data
from dashboard import format as fmt
from dashboard.release import Store
from dashboard.texts import text


@dataclass(frozen=True)
class Headline:
    """The series that stands for a family.

    Attributes:
        family: Folder of the family's page, and key of its texts.
        indicator: What is measured.
        population: Of whom.
        source: By whom.
        occupation: Of which job.
        compared: Population or occupation of the same source to set against it.
        conflict: Group of contradictory figures of the documents.
    """

    family: str
    key: str
    indicator: str
    population: str
    source: str
    occupation: str = "all"
    compared: tuple[str, str] | None = None
    conflict: str | None = None


NONE = "–"
HEADLINES = (
    Headline(
        "vacancies",
        "vacancies",
        "vacancy_rate",
        "section_q__all_sizes",
        "dares_vacancies",
        compared=("population_id", "b_s__all_sizes"),
        conflict="vacant_posts",
    ),
    Headline(
        "vacancies",
        "recruitment",
        "share_difficult_hiring_projects",
        "bmo_employers",
        "france_travail_bmo",
        occupation="fap2021_v4x83",
        compared=("occupation_id", "all"),
        conflict="recruitment_difficulty_71",
    ),
    Headline(
        "turnover", "turnover", "rotation_rate", "esms", "cnsa_tdb_esms", conflict="leavers_2021"
    ),
    Headline(
        "absenteeism",
        "absenteeism",
        "absence_rate",
        "esms",
        "cnsa_tdb_esms",
        conflict="absence_change_41",
    ),
    Headline(
        "work_accidents",
        "work_accidents",
        "at_frequency_index",
        "naf_87__general_scheme",
        "ameli_work_accidents",
        compared=("population_id", "all_sectors__general_scheme"),
        conflict="atmp_lost_days",
    ),
    Headline(
        "training",
        "training",
        "training_enrolments",
        "social_work_students",
        "drees_training",
        conflict="students_entrants",
    ),
    Headline(
        "training",
        "departures",
        "expected_retirements",
        "opco_sante_field",
        "opco_sante_barometer",
        conflict="retirements",
    ),
    Headline(
        "training",
        "workforce",
        "employees",
        "associations_health_social",
        "associations_employment_review",
        conflict="workforce_sector",
    ),
)


@dataclass(frozen=True)
class Change:
    """A change over some years, or why there is none.

    Attributes:
        written: The change, signed; or a dash.
        detail: Better or worse, in words; or why no change is given.
    """

    written: str
    detail: str = ""


def rows(store: Store) -> pl.DataFrame:
    """All observations that the overview needs, in one query."""
    indicators = tuple(sorted({headline.indicator for headline in HEADLINES}))
    origins = tuple(sorted({headline.source for headline in HEADLINES}))
    return data.observations(store, indicators, sources=origins, geographies=("fr",))


def series_of(table: pl.DataFrame, headline: Headline, **other: str) -> pl.DataFrame:
    """The dated values of a headline in time order; some columns replaced for a comparison."""
    fixed = {
        "indicator_id": headline.indicator,
        "population_id": headline.population,
        "occupation_id": headline.occupation,
        "source_id": headline.source,
    } | other
    return table.filter(
        pl.col("value").is_not_null(),
        pl.col("period_end").is_not_null(),
        *(pl.col(column) == value for column, value in fixed.items()),
    ).sort("period_end")


def headline_series(
    table: pl.DataFrame, headline: Headline
) -> tuple[pl.DataFrame, dict[str, Any] | None]:
    """The series of a headline, of one method, and its last value."""
    series = series_of(table, headline)
    last = data.last_value(series)
    return (series, None) if last is None else (data.one_method(series, last), last)


def compared(
    table: pl.DataFrame, headline: Headline, last: dict[str, Any] | None
) -> dict[str, Any] | None:
    """What is set against a headline: of the same period, else the nearest; None if nothing is."""
    if headline.compared is None or last is None:
        return None
    column, value = headline.compared
    return data.beside(series_of(table, headline, **{column: value}), last)


def change(series: pl.DataFrame, last: dict[str, Any] | None, years: int) -> Change:
    """The change of a series over some years, within one comparability group or not at all."""
    if last is None:
        return Change(fmt.missing())
    wanted = _years_before(last["period_start"], years)
    earlier = series.filter(
        pl.col("period_start") == wanted, pl.col("frequency") == last["frequency"]
    )
    if not earlier.height:
        return Change(NONE, text("overview.no_value", year=wanted.year))
    alike = pl.col("comparability_group") == last["comparability_group"]
    before = earlier.sort(alike, ~pl.col("is_second_rank")).row(-1, named=True)
    if before["comparability_group"] != last["comparability_group"]:
        return Change(NONE, text("overview.not_comparable"))
    difference = last["value"] - before["value"]
    if last["unit_kind"] == "fraction":
        points = abs(100 * difference)
        word = "overview.points.one" if points < 2 else "overview.points.many"
        written = fmt.signed(difference, text(word, n=fmt.number(points, "#,##0.0")))
    elif before["value"]:
        relative = difference / before["value"]
        written = fmt.signed(relative, fmt.percent(abs(relative), 1))
    else:
        return Change(fmt.missing())
    return Change(written, _sense(difference, last["better_when"]))


def _years_before(start: dt.date, years: int) -> dt.date:
    return start.replace(year=start.year - years, day=min(start.day, 28))


def _sense(difference: float, better_when: str | None) -> str:
    if not difference or better_when not in ("lower", "higher"):
        return ""
    better = (difference < 0) == (better_when == "lower")
    return text("overview.better" if better else "overview.worse")


def said(store: Store, group: str) -> tuple[str, str]:
    """What the documents say: from which figure to which, and how many figures."""
    table = data.conflicts(store, group)
    if not table.height:
        return fmt.missing(), ""
    main, _ = data.main_unit(table)
    values = table.filter(pl.col("unit_id") == main)["value"].sort()
    unit = data.units(store).get(main, data.Unit("other", ""))
    low, high = values[0], values[-1]
    count = text(
        "overview.count",
        count=fmt.plural(table.height, "overview.figures"),
        label=fmt.markdown(table["conflict_label_text"][0]),
    )
    if low == high:
        return unit.write(low), count
    bare = data.Unit(unit.kind, unit.symbol if unit.kind in ("fraction", "change") else "")
    return text("overview.said", low=bare.write(low), high=unit.write(high)), count


def educator(store: Store) -> pl.DataFrame:
    """A beginning educator's conventional pay over the minimum wage, by employer group."""
    return store.query(
        """
        select employer_group, month, ratio_conventional, ratio_paid from mart_salary_smic
        where agreement_id = 'ccn66' and job_id = 'educateur_specialise' and scale = 'day'
            and seniority_years = 0 and pay_convention = 'base_sujetion'
            and reference_wage = 'smic_legal_hours' and employer_group = 'other'
        order by month
        """
    )


def said_of_educators(store: Store) -> tuple[str, str]:
    """What the documents say of an educator's pay over the minimum wage, oldest first."""
    table = data.key_figures(store, ("salary_smic",)).filter(
        pl.col("unit_id") == "ratio", pl.col("label_text").str.contains("éducateur spécialisé")
    )
    if not table.height:
        return fmt.missing(), ""
    said = [
        text(
            "overview.ratio_on",
            ratio=fmt.number(row["value"], "#,##0.0"),
            when=fmt.period(row["period_start"], row["period_end"]),
        )
        for row in table.sort("period_start", "value").iter_rows(named=True)
    ]
    return " ; ".join(said), fmt.plural(table.height, "overview.figures")
