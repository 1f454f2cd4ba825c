"""Vacant posts: how many, since when, in which jobs, where, and what is said of them."""

import polars as pl
import streamlit as st

from dashboard import blocks, charts, controls, data
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.vacancies import loading, selection
from dashboard.views.vacancies.places import show_places

CLAIMS = ("vacant_posts", "vacant_posts_per_establishment", "recruitment_difficulty_71")

store = current_store()
st.title(text("vacancies.title"))
st.markdown(text("vacancies.intro"))
chosen = selection.choose(store)

jobs = chosen.in_period(loading.vacant_jobs(store))
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
    ],
    note=text("headline.other_period")
    if rate and whole and not data.same_period(rate, whole)
    else "",
)
# Its place is kept even where nothing is said: what stands below then stays where it is, and keeps
# the keyboard's focus when a square of the map is chosen.
unfiltered = st.empty()
if chosen.occupations or not chosen.is_france:
    unfiltered.caption(text("vacancies.headline_unfiltered"))

view_jobs, view_projects, view_places, view_tension, view_survey, view_claims = controls.views(
    "postes",
    {
        name: text(f"vacancies.view_{name}")
        for name in ("jobs", "projects", "places", "tension", "survey", "claims")
    },
)


def show_jobs() -> None:
    """Vacant jobs of the Dares in time: rate or number, section Q against the others."""
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
    everything = loading.vacant_jobs(store, all_editions=editions == "all")
    sectors = controls.choose_some(
        "secteurs",
        text("vacancies.sectors"),
        loading.sectors(everything),
        default=("section_q", "b_s"),
        most=3,
    )
    selection.ignored(chosen, occupation="jobs_no_occupation", territory="jobs_no_territory")
    blocks.observation_block(
        store,
        "emplois-vacants",
        text(
            "vacancies.jobs_rate_title"
            if measure == "vacancy_rate"
            else "vacancies.jobs_number_title"
        ),
        loading.of_sectors(chosen.in_period(everything), measure, sectors, size),
        notes=[text("vacancies.jobs_note" if editions == "latest" else "vacancies.editions_note")],
    )


def show_projects() -> None:
    """Hiring intentions and their difficulty: by occupation, and in time."""
    years = [y for y in loading.survey_years(store, chosen.territory) if chosen.admits(y)]
    year = years[0] if years else 0
    projects = loading.projects_by_occupation(store, year, chosen.territory, chosen.occupations)
    ranked = loading.one_an_occupation(projects)
    blocks.observation_block(
        store,
        "projets-par-metier",
        text("vacancies.projects_title", year=year or "–", territory=chosen.territory_text),
        ranked,
        draw=charts.bars,
        inner="difficult",
        listed=projects,
        notes=[text("vacancies.projects_note"), *loading.cited_below(projects)],
        summary=loading.projects_in_words(ranked),
    )
    trend = loading.difficult_share(store, chosen.occupations, chosen.territory)
    blocks.observation_block(
        store,
        "part-difficile",
        text("vacancies.share_title", territory=chosen.territory_text),
        chosen.in_period(trend),
        notes=[
            text("vacancies.share_note"),
            *([] if chosen.occupations else [text("vacancies.share_largest")]),
        ],
    )


def show_tension() -> None:
    """Tensions by occupation in time, and where those of one occupation come from."""
    tension = loading.tension(store)
    known = data.labels(tension, "occupation_id")
    named = [name for name in chosen.occupations if name in known]
    if chosen.occupations and not named:
        st.info(text("vacancies.tension_no_occupation"), icon=":material/filter_alt_off:")
    shown = named or loading.most_tense(tension)
    selection.ignored(chosen, territory="tension_no_territory")
    blocks.observation_block(
        store,
        "tension",
        text("vacancies.tension_title"),
        chosen.in_period(tension.filter(pl.col("occupation_id").is_in(shown))),
        notes=[
            text("vacancies.tension_note"),
            *([] if named else [text("vacancies.tension_most", n=len(shown))]),
        ],
    )
    job = controls.choose_from(
        "metier_facteurs",
        text("vacancies.tension_occupation"),
        {name: known[name] for name in sorted(known, key=lambda name: name not in shown)},
        default=shown[0] if shown else None,
    )
    blocks.observation_block(
        store,
        "facteurs-de-tension",
        text(
            "vacancies.tension_parts_title",
            occupation=known.get(job or "", ""),
            territory=chosen.territory_text,
        ),
        chosen.in_period(loading.tension_parts(store, job or "", chosen.territory)),
        draw=charts.bars,
        notes=[text("vacancies.tension_parts_note")],
        summary="",
    )


def show_surveys() -> None:
    """What the surveys of the sector say, as points."""
    selection.ignored(chosen, occupation="survey_no_occupation")
    for key, indicator in (("enquetes-taux", "vacancy_rate"), ("enquetes-nombre", "vacant_posts")):
        points = chosen.in_period(loading.survey_points(store, indicator))
        there = points.filter(pl.col("geography_id") == chosen.territory)
        if not chosen.is_france and not there.height:
            st.info(
                text("vacancies.survey_no_territory", territory=chosen.territory_text),
                icon=":material/filter_alt_off:",
            )
        blocks.observation_block(
            store,
            key,
            text(f"vacancies.survey_{indicator}"),
            there if there.height and not chosen.is_france else points,
            draw=charts.dots,
            summary="",
            notes=[text("vacancies.survey_note")],
        )


def show_claims() -> None:
    """One contradiction of the documents, on one scale with what the surveys published."""
    labels = loading.claims(store, CLAIMS)
    group = controls.choose_from("debat", text("vacancies.claim"), labels)
    if group:
        blocks.conflict_block(store, group)


for view, show in (
    (view_jobs, show_jobs),
    (view_projects, show_projects),
    (view_places, lambda: show_places(store, chosen)),
    (view_tension, show_tension),
    (view_survey, show_surveys),
    (view_claims, show_claims),
):
    if view.open:
        with view:
            show()
