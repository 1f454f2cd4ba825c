"""What the overview shows: for each family one headline series and what is set against it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from dashboard import blocks, charts, data
from dashboard import format as fmt
from dashboard.language import Language, language
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
OLD_MONTHS = 24  # a value that ended earlier than this before the release says its age
YEARS = (1, 5)
# The claims about the pay of an educator, each audited; they have no one group of contradictions.
PAY_CLAIMS = ("educator_smic_2001", "educator_smic_2023", "educator_smic_2023_segur")
PAY_CONFLICT = "educator_pay"
Point = tuple[dt.date, float]
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
        sense: ``better``, ``worse`` or nothing: only a stated sense gives an arrow.
        is_rise: Whether the value rose.
    """

    written: str
    detail: str = ""
    sense: str = ""
    is_rise: bool = False


@dataclass(frozen=True)
class Told:
    """A figure set beside the headline, and what is to be known of it."""

    label: str
    written: str
    detail: str = ""


@dataclass(frozen=True)
class Claim:
    """An audited claim of the documents: what was said, and the verdict."""

    claim_id: str
    said: str
    verdict: str


@dataclass(frozen=True)
class Documents:
    """What the documents say.

    Attributes:
        written: From which figure to which.
        count: How many figures.
        conflict: Group of contradictory figures to look at.
        claims: The audited claims.
    """

    written: str = NONE
    count: str = ""
    conflict: str | None = None
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Card:
    """One row of the board, all in plain text.

    Attributes:
        key: Of its texts.
        family: Folder of the page that tells more.
        title: What is measured.
        value: The last value, with its unit if that is short.
        unit: The unit in words, if it is not.
        qualifier: With what word the value begins (about, more than…), if with one.
        period: When it is of.
        publisher: Who says it.
        population: Of whom.
        marks: Cautions about it, a few words each.
        origin: Where it was read.
        changes: Over each of :data:`YEARS`.
        beside: The whole economy, of the same source.
        documents: What the documents say.
        runs: The points that a line may join, run by run; a run of one is a point.
    """

    key: str
    family: str
    title: str
    value: str = ""
    unit: str = ""
    qualifier: str = ""
    period: str = ""
    publisher: str = ""
    population: str = ""
    marks: tuple[str, ...] = ()
    origin: str = ""
    changes: tuple[Change, ...] = ()
    beside: Told | None = None
    documents: Documents = Documents()
    runs: tuple[tuple[Point, ...], ...] = ()


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
    sense = _sense(difference, last["better_when"])
    return Change(written, text(f"overview.{sense}") if sense else "", sense, difference > 0)


def _years_before(start: dt.date, years: int) -> dt.date:
    return start.replace(year=start.year - years, day=min(start.day, 28))


def _sense(difference: float, better_when: str | None) -> str:
    if not difference or better_when not in ("lower", "higher"):
        return ""
    return "better" if (difference < 0) == (better_when == "lower") else "worse"


def said(store: Store, group: str) -> tuple[str, str]:
    """What the documents say: from which figure to which, and how many figures."""
    table = data.conflicts(store, group)
    if not table.height:
        return fmt.missing(), ""
    main, _ = data.main_unit(table)
    values = table.filter(pl.col("unit_id") == main)["value"].sort()
    unit = data.units(store).get(main, data.Unit("other", ""))
    low, high = values[0], values[-1]
    count = fmt.plural(table.height, "overview.figures")
    if low == high:
        return unit.write(low), count
    bare = data.Unit(unit.kind, unit.symbol if unit.kind in ("fraction", "change") else "")
    return text("overview.said", low=bare.write(low), high=unit.write(high)), count


def board(store: Store) -> list[Card]:
    """The rows of the overview, in its order, in the language of the screen."""
    return _board(store, str(store.release.folder), language())


@st.cache_data(show_spinner=False, max_entries=6)
def _board(_store: Store, folder: str, spoken: Language) -> list[Card]:
    store = _store  # kept out of the key of the cache by its name; the release's folder is in it
    table = rows(store)
    read_on = store.release.manifest.created_at.date()
    audited = verdicts(store)
    cards = [card(store, table, headline, read_on, audited) for headline in HEADLINES]
    place = next(n for n, headline in enumerate(HEADLINES) if headline.key == "training")
    return [*cards[:place], pay_card(store, audited), *cards[place:]]


def card(
    store: Store, table: pl.DataFrame, headline: Headline, read_on: dt.date, audited: pl.DataFrame
) -> Card:
    """The row of one family.

    Args:
        store: The release.
        table: As :func:`rows` gives it.
        headline: The family.
        read_on: Day of the release.
        audited: As :func:`verdicts` gives it.
    """
    series, last = headline_series(table, headline)
    title = text(f"overview.{headline.key}")
    documents = Documents()
    if headline.conflict:
        claims = claims_of(store, headline.conflict, audited)
        documents = Documents(*said(store, headline.conflict), headline.conflict, claims)
    if last is None:
        return Card(headline.key, headline.family, title, value=fmt.missing(), documents=documents)
    symbol = last["unit_symbol_text"] or ""
    in_words = len(symbol) > blocks.LONG_SYMBOL
    return Card(
        key=headline.key,
        family=headline.family,
        title=title,
        value=blocks.observed(last | {"unit_symbol_text": ""} if in_words else last),
        unit=symbol if in_words else "",
        qualifier="" if last["qualifier"] == "exact" else fmt.word("qualifier", last["qualifier"]),
        period=fmt.period(last["period_start"], last["period_end"]),
        publisher=last["publisher"].split(" (")[0],
        population=last["population_text"],
        marks=(*marks(last), *age(last["period_end"], read_on)),
        origin=blocks.raw_line(last),
        changes=tuple(change(series, last, years) for years in YEARS),
        beside=told_beside(headline, last, compared(table, headline, last)),
        runs=runs(series),
        documents=documents,
    )


def marks(row: dict[str, Any]) -> tuple[str, ...]:
    """Cautions about one value, in a few words each."""
    words = [fmt.word("status", row["status"])] if row["status"] != "published" else []
    return (*words, *([text("overview.second_rank")] if row["is_second_rank"] else []))


def age(last_day: dt.date, read_on: dt.date) -> tuple[str, ...]:
    """How old a value is, if it is old."""
    months = (read_on.year - last_day.year) * 12 + read_on.month - last_day.month
    if months < OLD_MONTHS or last_day > read_on:
        return ()
    return (text("overview.old", n=months // 12),)


def told_beside(
    headline: Headline, last: dict[str, Any], other: dict[str, Any] | None
) -> Told | None:
    """The value set beside the headline, and of when it is; None if its source has none."""
    if other is None:
        return None
    when = fmt.period(other["period_start"], other["period_end"])
    if not data.same_period(last, other):
        when = text("overview.other_period", period=when)
    label = text(f"overview.whole_{headline.key}")
    return Told(label, blocks.observed(other), " · ".join((when, *marks(other))))


def runs(series: pl.DataFrame) -> tuple[tuple[Point, ...], ...]:
    """The points of a series, cut wherever no line may join two of them."""
    one_a_period = series.sort("period_start", "is_second_rank").unique(
        "period_start", keep="first", maintain_order=True
    )
    return tuple(
        tuple(run.select("period_start", "value").rows()) for run in charts.segments(one_a_period)
    )


def verdicts(store: Store) -> pl.DataFrame:
    """The verdict on each audited claim: one row a claim."""
    return store.query(
        """
        select claim_id, figure_id, conflict_group, claim_verdict_text, stated_value
        from mart_claim_audit where is_preferred order by stated_value, claim_id
        """
    )


def claims_of(store: Store, group: str | None, audited: pl.DataFrame) -> tuple[Claim, ...]:
    """The audited claims of a contradiction, with what was said in the words of the contradiction.

    Without a group, those about the pay of an educator.
    """
    if group is None:
        figures = data.with_written(data.key_figures(store, ("salary_smic",)), data.units(store))
        own = audited.filter(pl.col("claim_id").is_in(PAY_CLAIMS))
        written = dict(figures.select("figure_id", "written").rows())
    else:
        own = audited.filter(pl.col("conflict_group") == group)
        written = dict(data.conflicts(store, group).select("member_id", "written").rows())
    return tuple(
        Claim(claim_id, written.get(figure, fmt.number(value)), verdict)
        for claim_id, figure, verdict, value in own.select(
            "claim_id", "figure_id", "claim_verdict_text", "stated_value"
        ).iter_rows()
    )


def educator(store: Store) -> pl.DataFrame:
    """A beginning educator's conventional pay over the minimum wage, by employer group."""
    return store.query(
        """
        select
            month, ratio_conventional, ratio_paid,
            point_status = 'in_force' and coefficient_status = 'in_force' as is_read
        from mart_salary_smic
        where agreement_id = 'ccn66' and job_id = 'educateur_specialise' and scale = 'day'
            and seniority_years = 0 and pay_convention = 'base_sujetion'
            and reference_wage = 'smic_legal_hours' and employer_group = 'other'
        order by month
        """
    )


def said_of_educators(store: Store, audited: pl.DataFrame) -> tuple[str, str]:
    """What the documents say of an educator's pay over the minimum wage, oldest first."""
    own = audited.filter(pl.col("claim_id").is_in(PAY_CLAIMS))["figure_id"].to_list()
    table = data.key_figures(store, ("salary_smic",)).filter(pl.col("figure_id").is_in(own))
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
    return text("overview.and").join(said), fmt.plural(table.height, "overview.figures")


def pay_card(store: Store, audited: pl.DataFrame) -> Card:
    """Pay: a ratio computed from the agreement and the minimum wage, not an observation.

    Where the last months only carry the last known texts forward, that is said, and no change is
    taken to them: a rise may have escaped.
    """
    pay = educator(store)
    title = text("overview.pay")
    documents = Documents(
        *said_of_educators(store, audited), PAY_CONFLICT, claims_of(store, None, audited)
    )
    if not pay.height:
        return Card("pay", "pay", title, value=fmt.missing(), documents=documents)
    last = pay.row(-1, named=True)
    read = pay.filter("is_read")
    known = read.row(-1, named=True)["month"] if read.height else None
    carried = known is not None and known < last["month"]
    return Card(
        key="pay",
        family="pay",
        title=title,
        value=_smic(last["ratio_conventional"]),
        period=fmt.month(last["month"]),
        publisher=text("overview.pay_source"),
        population=text("overview.pay_scope"),
        marks=(
            text("overview.pay_paid", n=_ratio(last["ratio_paid"])),
            *([text("overview.pay_carried", month=fmt.month(known))] if carried else []),
        ),
        changes=tuple(_pay_change(read, years, carried=carried) for years in YEARS),
        beside=Told(text("overview.whole_pay"), _smic(1)),
        runs=(_steps(read),),
        documents=documents,
    )


def _smic(ratio: float) -> str:
    return text("overview.smic", n=_ratio(ratio))


def _ratio(value: float) -> str:
    return fmt.number(value, "#,##0.00")


def _pay_change(read: pl.DataFrame, years: int, *, carried: bool) -> Change:
    """The change up to the last month whose texts were read."""
    if not read.height:
        return Change(fmt.missing())
    last = read.row(-1, named=True)
    wanted = last["month"].replace(year=last["month"].year - years)
    before = dict(read.select("month", "ratio_conventional").rows()).get(wanted)
    if before is None:
        return Change(NONE, text("overview.no_value", year=wanted.year))
    difference = last["ratio_conventional"] - before
    written = text("overview.smic", n=fmt.signed(difference, _ratio(abs(difference))))
    detail = text("overview.until", month=fmt.month(last["month"])) if carried else ""
    return Change(written, detail)


def _steps(pay: pl.DataFrame) -> tuple[Point, ...]:
    """The months in which the ratio changed, each with the value before and after."""
    points: list[Point] = []
    for month, ratio in pay.select("month", "ratio_conventional").iter_rows():
        if points and ratio != points[-1][1]:
            points.append((month, points[-1][1]))
        if not points or ratio != points[-1][1]:
            points.append((month, ratio))
    if points:
        points.append((pay["month"][-1], points[-1][1]))
    return tuple(points)
