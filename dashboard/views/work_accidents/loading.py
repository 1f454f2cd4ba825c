"""What the page of work accidents loads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from dashboard import data
from dashboard import format as fmt
from dashboard.keeping import remembered
from dashboard.release import Store
from dashboard.texts import text

# Indicators offered for each risk.
MEASURES = {
    "at": (
        "at_frequency_index",
        "at_frequency_rate",
        "at_severity_rate",
        "at_days_lost",
        "at_accidents",
        "at_days_per_accident",
        "at_new_permanent_disabilities",
        "at_deaths",
        "at_employees",
    ),
    "mp": (
        "mp_frequency_index",
        "mp_cases",
        "mp_days_lost",
        "mp_new_permanent_disabilities",
        "mp_deaths",
    ),
    "commuting": (
        "commuting_frequency_index",
        "commuting_accidents",
        "commuting_days_lost",
        "commuting_new_permanent_disabilities",
        "commuting_deaths",
    ),
}
INDEX = "at_frequency_index"
CAUSE = "at_accidents_cause_"
KNOWN = f"{CAUSE}known"  # the sum of the causes, not one of them
GENERAL = "all_sectors__general_scheme"
SHEETS = "all_sectors__general_scheme_naf_sheets"
ACTIVITIES = "naf_"
# Establishments went from the second to the first between two years.
RECLASSIFIED = ("naf_8710a__general_scheme", "naf_8730a__general_scheme")
RECLASSIFIED_COUNTS = ("at_employees", "at_accidents", "at_days_lost")
CONFLICTS = ("atmp_lost_days", "absence_change_41")
RATES = frozenset({"index", "rate", "duration"})  # kinds of units of which a multiple has a sense


def labels_of(store: Store, names: Sequence[str]) -> dict[str, str]:
    """Labels of indicators by id, in the order given; those that the release lacks are left out."""
    known = dict(store.query("select indicator_id, label_text from dim_indicator").rows())
    return {name: known[name] for name in names if name in known}


def measure_labels(store: Store, risk: str) -> dict[str, str]:
    """Labels of the measures of a risk that the release has."""
    return labels_of(store, MEASURES[risk])


@remembered
def by_activity(store: Store, *indicators: str) -> pl.DataFrame:
    """Some indicators: one series per activity (NAF), and all sectors together."""
    return data.observations(store, indicators).with_columns(series=_activity())


def _activity() -> pl.Expr:
    """Name of an activity without the scheme, which the page says once for all."""
    return pl.col("population_text").str.strip_suffix(text("work_accidents.scheme"))


def activities(table: pl.DataFrame) -> dict[str, str]:
    """Activities by id: all sectors first, then by NAF code."""
    ordered = table.sort(~pl.col("population_id").str.starts_with("all_sectors"), "population_id")
    return data.labels(ordered, "population_id")


def ranking(table: pl.DataFrame, year: int) -> pl.DataFrame:
    """One year: the social and medico-social activities and all sectors, the highest first."""
    activity = pl.col("population_id")
    return table.filter(
        pl.col("period_start").dt.year() == year,
        activity.str.contains(r"^naf_8[78]\d\d") | activity.is_in([GENERAL, SHEETS]),
    ).sort("value", descending=True, nulls_last=True)


def years(table: pl.DataFrame) -> list[int]:
    """Years of a table, the last first."""
    found = table["period_start"].drop_nulls().dt.year().unique().sort(descending=True)
    return [int(year) for year in found]


@remembered
def profile(store: Store, activity: str) -> pl.DataFrame:
    """One activity: the last value of each measure, with that of all sectors.

    Returns:
        One row per measure: an observation, with ``first_on`` (first year published),
        ``all_value`` and its period, ``is_same_period``, and ``times_all``, how many times the
        value of all sectors (null for a count or another period).
    """
    names = tuple(name for of_risk in MEASURES.values() for name in of_risk)
    table = data.observations(store, names, populations=(activity, GENERAL, SHEETS))
    rows = []
    for name in names:
        measured = table.filter(pl.col("indicator_id") == name)
        own = measured.filter(pl.col("population_id") == activity)
        last = data.last_value(own)
        if last is None:
            continue
        whole = data.beside(measured.filter(pl.col("population_id") != activity), last)
        rows.append(last | beside(last, whole) | {"first_on": own["period_start"].min()})
    return pl.DataFrame(rows, schema_overrides={"all_value": pl.Float64, "times_all": pl.Float64})


def beside(own: dict[str, Any], whole: dict[str, Any] | None) -> dict[str, Any]:
    """What stands beside a value: that of all sectors, and the multiple of a rate of one year."""
    same = whole is not None and data.same_period(own, whole)
    is_rate = own["unit_kind"] in RATES
    return {
        "all_value": whole["value"] if whole else None,
        "all_period_start": whole["period_start"] if whole else None,
        "all_period_end": whole["period_end"] if whole else None,
        "all_population_text": whole["population_text"] if whole else None,
        "is_same_period": same,
        "times_all": own["value"] / whole["value"]
        if same and is_rate and whole and whole["value"]
        else None,
    }


@remembered
def compared(store: Store, table: pl.DataFrame) -> pl.DataFrame:
    """A profile with its words: value, base, all sectors, multiple, first year."""
    rows = list(table.iter_rows(named=True))

    def written(row: dict[str, Any], value: float | None) -> str:
        return fmt.quantity(value, row["unit_kind"], row["unit_symbol_text"])

    def whole(row: dict[str, Any]) -> str:
        value = written(row, row["all_value"])
        if row["all_value"] is None or row["is_same_period"]:
            return value
        return f"{value} ({fmt.period(row['all_period_start'], row['all_period_end'])})"

    words = {
        "written": [written(row, row["value"]) for row in rows],
        "base_text": [base(row) for row in rows],
        "period_text": [fmt.period(row["period_start"], row["period_end"]) for row in rows],
        "all_written": [whole(row) for row in rows],
        "times_text": [
            "" if row["times_all"] is None else f"× {fmt.number(row['times_all'], '#,##0.0')}"
            for row in rows
        ],
        "since_text": [str(row["first_on"].year) for row in rows],
    }
    return table.with_columns(
        **{name: pl.Series(name, said, dtype=pl.String) for name, said in words.items()}
    )


def base(row: dict[str, Any]) -> str:
    """Numerator and denominator of a rate in words; empty where the source gives none."""
    if row["numerator"] is None or row["denominator"] is None:
        return ""
    return f"{fmt.integer(row['numerator'])} / {fmt.integer(row['denominator'])}"


def reclassified(store: Store, indicator: str) -> pl.DataFrame:
    """A count of the two activities between which establishments moved."""
    return data.observations(store, (indicator,), populations=RECLASSIFIED).with_columns(
        series=_activity()
    )


def reclassified_in_words(table: pl.DataFrame) -> str:
    """What each activity counted before and after the move, and both together."""
    broken = table.filter("break_before")["period_start"].min()
    if broken is None:
        return ""
    after = table.filter(pl.col("period_start") == broken).sort("population_id")
    year = after["period_start"].dt.year()[0]
    before = table.filter(pl.col("period_start").dt.year() == year - 1).sort("population_id")
    if before["population_id"].to_list() != list(RECLASSIFIED) or after.height != before.height:
        return ""
    (gained, lost), (got, left) = before["value"].to_list(), after["value"].to_list()
    return text(
        "work_accidents.reclassified_words",
        before=year - 1,
        after=year,
        lost=_move(lost, left),
        gained=_move(gained, got),
        both_before=fmt.integer(gained + lost),
        both_after=fmt.integer(got + left),
    )


def _move(first: float, last: float) -> str:
    return text("work_accidents.move", first=fmt.integer(first), last=fmt.integer(last))


def causes(store: Store, population: str) -> pl.DataFrame:
    """Accidents of one activity by cause, the most frequent first, each with its part of them."""
    names = store.query(
        "select indicator_id from dim_indicator where starts_with(indicator_id, $1)", (CAUSE,)
    )["indicator_id"].to_list()
    table = data.observations(
        store, tuple(name for name in names if name != KNOWN), populations=(population,)
    )
    # Labels say "accidents, cause: falls"; the title has already said of what.
    cause = pl.col("indicator_text").str.split(": ").list.last()
    total = float(table["value"].sum())
    shares = [_share(value, total) for value in table["value"]]
    return (
        table.with_columns(cause=cause, share=pl.Series(shares, dtype=pl.String))
        .with_columns(series=pl.format("{} – {}", _capital(pl.col("cause")), "share"))
        .sort("value", descending=True, nulls_last=True)
    )


def _share(part: float | None, total: float) -> str:
    """A percentage without decimals, but for one that would be read as none."""
    share = part / total if part is not None and total else None
    return fmt.percent(share, 1 if share is not None and 0 < share < 0.01 else 0)


def _capital(label: pl.Expr) -> pl.Expr:
    return label.str.slice(0, 1).str.to_uppercase() + label.str.slice(1)


def causes_in_words(table: pl.DataFrame) -> str:
    """The first two causes and their part of the accidents of known cause."""
    if table.height < 2 or not table["value"].sum():
        return ""
    first, second = table.row(0, named=True), table.row(1, named=True)
    return text(
        "work_accidents.causes_words",
        first=first["cause"],
        share=first["share"],
        second=second["cause"],
        second_share=second["share"],
        total=fmt.integer(float(table["value"].sum())),
    )
