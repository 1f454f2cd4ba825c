"""The filters of the whole page: occupations, territory, period."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboard import controls
from dashboard.release import Store
from dashboard.texts import text
from dashboard.views.vacancies import loading

MOST_OCCUPATIONS = 3


@dataclass(frozen=True)
class Selection:
    """What the visitor chose for the whole page.

    Attributes:
        occupations: Ids, in the order chosen; none means all.
        territory: Id.
        territory_text: Its name.
        level: ``country``, ``region`` or ``department``.
        first_year: First year admitted.
        last_year: Last year admitted.
        is_whole_period: Whether the period is the longest one.
    """

    occupations: tuple[str, ...]
    territory: str
    territory_text: str
    level: str
    first_year: int
    last_year: int
    is_whole_period: bool

    @property
    def is_france(self) -> bool:
        return self.territory == loading.FRANCE

    def in_period(self, table: pl.DataFrame) -> pl.DataFrame:
        """The rows whose period ends in the years chosen; undated ones only without a choice."""
        if self.is_whole_period:
            return table
        first, last = dt.date(self.first_year, 1, 1), dt.date(self.last_year, 12, 31)
        return table.filter(pl.col("period_end").is_between(first, last))

    def admits(self, year: int) -> bool:
        """Whether a year lies within the period."""
        return self.first_year <= year <= self.last_year


def choose(store: Store) -> Selection:
    """Draws the filters and says what they hold."""
    territories = loading.territories(store)
    jobs, place, span = st.columns([5, 4, 5])
    with jobs:
        occupations = controls.choose_some(
            "metiers",
            text("vacancies.occupations"),
            loading.occupations(store),
            most=MOST_OCCUPATIONS,
        )
    with place:
        territory = (
            controls.choose_from(
                "territoire",
                text("vacancies.territory"),
                {name: row["label"] for name, row in territories.items()},
                default=loading.FRANCE,
            )
            or loading.FRANCE
        )
    with span, st.container(horizontal=True, gap="small"):
        years = loading.years(store)
        first = _year("de", text("vacancies.from_year"), years, years[0])
        last = _year("a", text("vacancies.to_year"), [y for y in years if y >= first], years[-1])
    return Selection(
        occupations=tuple(occupations),
        territory=territory,
        territory_text=territories[territory]["name"],
        level=territories[territory]["level"],
        first_year=first,
        last_year=last,
        is_whole_period=(first, last) == (years[0], years[-1]),
    )


def _year(key: str, label: str, years: list[int], default: int) -> int:
    options = {str(year): str(year) for year in years}
    return int(
        controls.choose_from(key, label, options, default=str(default), width=105) or default
    )


def ignored(selection: Selection, *, occupation: str = "", territory: str = "") -> None:
    """Says which of the filters in use a chart cannot follow.

    Args:
        selection: What is chosen.
        occupation: Key of the sentence that says why the chart has no occupations.
        territory: Key of the sentence that says why it has no territories.
    """
    said = []
    if occupation and selection.occupations:
        said.append(text(f"vacancies.{occupation}"))
    if territory and not selection.is_france:
        said.append(text(f"vacancies.{territory}", territory=selection.territory_text))
    if said:
        st.info("  \n".join(said), icon=":material/filter_alt_off:")
