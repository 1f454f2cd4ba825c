"""Vacant posts: how many, since when, in which jobs, where, and what is said of them."""

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls, data
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.vacancies import loading

store = current_store()
st.title(text("vacancies.title"))
st.markdown(text("vacancies.intro"))

jobs = loading.vacant_jobs(store)
rate = blocks.latest(jobs, indicator_id="vacancy_rate", population_id="section_q__all_sizes")
whole = blocks.beside(jobs, rate, indicator_id="vacancy_rate", population_id="b_s__all_sizes")
blocks.headlines(
    [
        (
            text("vacancies.headline_q"),
            blocks.latest(jobs, indicator_id="vacant_posts", population_id="section_q__all_sizes"),
        ),
        (text("vacancies.headline_q_rate"), rate),
        (text("vacancies.headline_all_rate"), whole),
    ]
)
if rate and whole and not data.same_period(rate, whole):
    st.caption(text("headline.other_period"))

view_jobs, view_projects, view_places, view_tension, view_survey, view_claims = controls.views(
    "postes",
    {
        name: text(f"vacancies.view_{name}")
        for name in ("jobs", "projects", "places", "tension", "survey", "claims")
    },
)

if view_jobs.open:
    with view_jobs:
        with controls.row():
            measure = controls.choose_one(
                "mesure",
                text("vacancies.measure"),
                {
                    "vacancy_rate": text("vacancies.measure_rate"),
                    "vacant_posts": text("vacancies.measure_number"),
                },
            )
            size = controls.choose_one(
                "champ",
                text("vacancies.size"),
                {name: text(f"vacancies.size_{name}") for name in ("both", "10_plus", "all_sizes")},
            )
            editions = controls.choose_one(
                "edition",
                text("vacancies.editions"),
                {name: text(f"vacancies.editions_{name}") for name in ("latest", "all")},
            )
        sectors = controls.choose_some(
            "secteurs",
            text("vacancies.sectors"),
            loading.sectors(jobs),
            default=("section_q", "b_s"),
            most=3,
        )
        shown = loading.of_sectors(
            loading.vacant_jobs(store, all_editions=True) if editions == "all" else jobs,
            measure,
            sectors,
            size,
        )
        blocks.observation_block(
            store,
            "emplois-vacants",
            text(
                "vacancies.jobs_rate_title"
                if measure == "vacancy_rate"
                else "vacancies.jobs_number_title"
            ),
            shown,
            notes=[
                text("vacancies.jobs_note" if editions == "latest" else "vacancies.editions_note")
            ],
        )

if view_projects.open:
    with view_projects:
        years = loading.survey_years(store)
        year = controls.choose_from(
            "enquete",
            text("vacancies.year"),
            {str(y): str(y) for y in years},
            default=loading.full_year(store, years),
            width=140,
        )
        ranked = loading.projects_by_occupation(store, int(year or 0))
        blocks.observation_block(
            store,
            "projets-par-metier",
            text("vacancies.projects_title", year=year),
            ranked,
            draw=charts.bars,
            inner="difficult",
            notes=[text("vacancies.projects_note")],
            summary=loading.projects_in_words(ranked),
        )
        trend = loading.difficult_share(store)
        labels = dict(
            trend.select("occupation_id", "series")
            .unique(maintain_order=True)
            .sort("series")
            .rows()
        )
        chosen = controls.choose_some(
            "metiers",
            text("vacancies.occupations"),
            labels,
            default=("all", "fap2009_v4x83", "fap2021_v4x83", "fap2009_t2a60", "fap2021_t2a60"),
        )
        blocks.observation_block(
            store,
            "part-difficile",
            text("vacancies.share_title"),
            trend.filter(pl.col("occupation_id").is_in(chosen)),
            notes=[text("vacancies.share_note")],
        )

if view_places.open:
    with view_places:
        with controls.row():
            level = controls.choose_one(
                "decoupage",
                text("vacancies.level"),
                {name: text(f"vacancies.level_{name}") for name in ("department", "region")},
            )
            place_measure = controls.choose_one(
                "mesure_territoire",
                text("vacancies.places_measure"),
                {
                    "share_difficult_hiring_projects": text("vacancies.places_share"),
                    "hiring_projects": text("vacancies.places_projects"),
                },
            )
            place_year = controls.choose_from(
                "annee_territoire",
                text("vacancies.year"),
                {str(y): str(y) for y in loading.survey_years(store, level)},
                width=140,
            )
        jobs_there = loading.occupations_of_year(store, level, int(place_year or 0))
        job = controls.choose_from(
            "metier_territoire", text("vacancies.occupation"), jobs_there, default="fap2021_v4x83"
        )
        places = loading.places(store, place_measure, level, int(place_year or 0), job or "all")
        published = places.filter(pl.col("value").is_not_null())
        top = published.head(loading.TOP)
        blocks.observation_block(
            store,
            "territoires",
            text(
                "vacancies.places_title",
                label=jobs_there.get(job or "", ""),
                n=top.height,
                total=places.height,
            ),
            pl.concat([top, places.filter(pl.col("value").is_null())]),
            draw=lambda table, **options: charts.bars(
                table.filter(pl.col("value").is_not_null()), **options
            ),
            listed=places,
            notes=[text("vacancies.places_note", hidden=places.height - published.height)],
            summary=loading.ranking_in_words(published),
        )

if view_tension.open:
    with view_tension:
        tension = loading.tension(store)
        labels = data.labels(tension, "occupation_id")
        chosen = controls.choose_some(
            "metiers_tension",
            text("vacancies.occupations"),
            labels,
            default=("fap2009_v4z83", "fap2009_t2a60", "fap2009_v4z85", "fap2009_v0z60"),
        )
        blocks.observation_block(
            store,
            "tension",
            text("vacancies.tension_title"),
            tension.filter(pl.col("occupation_id").is_in(chosen)),
            notes=[text("vacancies.tension_note")],
        )
        job = controls.choose_from(
            "metier_facteurs", text("vacancies.occupation"), labels, default="fap2009_v4z83"
        )
        blocks.observation_block(
            store,
            "facteurs-de-tension",
            text("vacancies.tension_parts_title", occupation=labels.get(job or "", "")),
            loading.tension_parts(store, job or ""),
            draw=charts.bars,
            notes=[text("vacancies.tension_parts_note")],
            summary="",
        )

if view_survey.open:
    with view_survey:
        blocks.observation_block(
            store,
            "enquetes-taux",
            text("vacancies.survey_title"),
            loading.survey_points(store, "vacancy_rate"),
            draw=charts.dots,
            summary="",
            notes=[text("vacancies.survey_note")],
        )
        blocks.observation_block(
            store,
            "enquetes-nombre",
            text("vacancies.survey_count_title"),
            loading.survey_points(store, "vacant_posts"),
            draw=charts.dots,
            summary="",
            notes=[text("vacancies.survey_note")],
        )

if view_claims.open:
    with view_claims:
        blocks.conflict_block(store, "vacant_posts")
        blocks.conflict_block(store, "vacant_posts_per_establishment")
        blocks.conflict_block(store, "recruitment_difficulty_71")
