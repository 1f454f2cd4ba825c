"""Where: the map of the departments, the ranking, and the chosen territory among the others."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls, data, tilemap
from dashboard import caption as captions
from dashboard import format as fmt
from dashboard.release import Store
from dashboard.texts import text
from dashboard.theme import palette
from dashboard.views.vacancies import loading
from dashboard.views.vacancies.selection import Selection

TERRITORY = "territoire"  # the filter that a square of the map sets
MEASURES = {
    "share_difficult_hiring_projects": "places_share",
    "hiring_projects": "places_projects",
}


def show_places(store: Store, chosen: Selection) -> None:
    """One measure of one occupation by territory, in the last survey of the period."""
    with controls.row():
        level = controls.choose_one(
            "decoupage",
            text("vacancies.level"),
            {name: text(f"vacancies.level_{name}") for name in ("department", "region")},
        )
        measure = controls.choose_one(
            "mesure_territoire",
            text("vacancies.places_measure"),
            {name: text(f"vacancies.{key}") for name, key in MEASURES.items()},
        )
    occupation = chosen.occupations[0] if chosen.occupations else "all"
    if len(chosen.occupations) > 1:
        st.info(text("vacancies.places_one_occupation"), icon=":material/filter_alt_off:")
    known = loading.place_years(store, level, occupation)
    year = next((y for y in known if chosen.admits(y)), 0)
    if known and not year:
        st.info(text("vacancies.places_years", years=", ".join(map(str, known))))
    found = loading.places(store, measure, level, year, occupation)
    country = loading.places(store, measure, "country", year, occupation)
    label = text(
        f"vacancies.places_title_{measure}",
        occupation=occupation_text(found, store, occupation),
        year=year or "–",
    )
    if not found.height:
        blocks.observation_block(store, "territoires", label, found)
        return
    if level == "department" and store.has(loading.TILES):
        show_map(store, chosen, found, country, label)
    show_ranking(store, chosen, found, level, label)


def occupation_text(found: pl.DataFrame, store: Store, occupation: str) -> str:
    """Name of the occupation shown, with its nomenclature."""
    if occupation == "all":
        return str(found["occupation_text"][0]) if found.height else ""
    return loading.occupations(store)[occupation]


def show_map(
    store: Store, chosen: Selection, found: pl.DataFrame, country: pl.DataFrame, label: str
) -> None:
    """The map with all values beside it, and the chosen territory in words."""
    places = loading.on_tiles(store, found)
    kind, symbol = found.select("unit_kind", "unit_symbol_text").row(0)
    address = {k: v for k, v in st.query_params.items() if k != TERRITORY}
    marked = marked_departments(store, chosen)

    def write(value: float | None) -> str:
        return fmt.quantity(value, kind, symbol)

    def draw() -> None:
        colours = blocks.colours()
        st.html(tilemap.marked(marked, colours))
        st.html(
            tilemap.beside(
                tilemap.tile_map(
                    places, write, label=label, colours=colours, key=TERRITORY, address=address
                ),
                tilemap.value_list(places, colours=colours),
            )
        )

    caption = captions.of_observations(found, data.sources(store))
    in_words = loading.place_in_words(
        found, chosen.territory, country.row(0, named=True) if country.height == 1 else None
    )
    published = found.filter(pl.col("value").is_not_null())
    blocks.chart_block(
        "carte",
        replace(
            caption,
            summary=in_words or loading.ranking_in_words(published),
            notes=(*loading.not_whole(found), text("vacancies.map_hint"), *caption.notes),
        ),
        None,
        lambda: blocks.observation_rows(found),
        lambda: blocks.observation_columns(found),
        title=label,
        count=found.height,
        picture=tilemap.picture(places, write, colours=palette()),
        body=draw,
    )


def marked_departments(store: Store, chosen: Selection) -> list[str]:
    """The department chosen, or those of the region chosen."""
    if chosen.level == "region":
        return loading.departments_of(store, chosen.territory)
    return [chosen.territory] if chosen.level == "department" else []


def show_ranking(
    store: Store, chosen: Selection, found: pl.DataFrame, level: str, label: str
) -> None:
    """The territories in order, the chosen one marked; of a region, its departments only."""
    published = found.filter(pl.col("value").is_not_null())
    of_region = level == "department" and chosen.level == "region"
    wanted = marked_departments(store, chosen) if level == "department" else [chosen.territory]
    drawn = loading.ranked(found, wanted, only=of_region)
    hidden = found.filter(pl.col("status") == "secret").height
    blocks.observation_block(
        store,
        "territoires",
        text(
            "vacancies.ranking_title_region" if of_region else "vacancies.ranking_title",
            label=label,
            territory=chosen.territory_text,
            n=drawn.height if of_region else min(loading.TOP, published.height),
            total=len(wanted) if of_region else found.height,
        ),
        drawn,
        draw=charts.bars,
        listed=found,
        notes=[*loading.not_whole(found), text("vacancies.places_note", hidden=hidden)],
        summary=loading.ranking_in_words(drawn if of_region else published),
    )
