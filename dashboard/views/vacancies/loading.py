"""What the page of vacant posts loads."""

from __future__ import annotations

import polars as pl

from dashboard import data
from dashboard import format as fmt
from dashboard.release import Store
from dashboard.texts import text

DARES = ("dares_vacancies",)
BMO = ("france_travail_bmo",)
# Surveys of the sector: all sources of vacancies but the official whole-economy ones.
OFFICIAL = ("dares_vacancies", "eurostat_vacancies")
TENSION_PARTS = (
    "tension_level",
    "tension_hiring_intensity",
    "tension_training_job_link",
    "tension_workforce_shortage",
    "tension_job_instability",
    "tension_working_conditions",
    "tension_geographic_mismatch",
)
TOP = 15
SIZES = ("10_plus", "all_sizes")


def vacant_jobs(store: Store, *, all_editions: bool = False) -> pl.DataFrame:
    """Vacant jobs of the Dares: one row per indicator, sector and size, quarter (and edition)."""
    return data.observations(
        store, ("vacancy_rate", "vacant_posts"), sources=DARES, all_vintages=all_editions
    ).with_columns(series="population_text")


def sectors(jobs: pl.DataFrame) -> dict[str, str]:
    """Sectors by id, without the size of the establishments."""
    rows = jobs.select("population_id", "population_text").unique().sort("population_id").rows()
    return {
        population.split("__")[0]: label.rsplit(", ", 1)[0]
        for population, label in rows
        if population.endswith("__all_sizes")
    }


def of_sectors(jobs: pl.DataFrame, indicator: str, chosen: list[str], size: str) -> pl.DataFrame:
    """The series of some sectors: one per sector and size."""
    sizes = SIZES if size == "both" else (size,)
    wanted = [f"{sector}__{s}" for sector in chosen for s in sizes]
    return (
        jobs.filter(pl.col("indicator_id") == indicator, pl.col("population_id").is_in(wanted))
        .with_columns(colour_key=pl.col("population_id").str.split("__").list.first())
        .sort(pl.col("population_id").replace_strict({w: i for i, w in enumerate(wanted)}))
    )


def survey_years(store: Store, level: str = "country") -> list[int]:
    """Years of the hiring survey that name occupations, the last first."""
    rows = store.query(
        """
        select distinct year(f.period_start) as year
        from fct_observation as f
        left join dim_geography as g using (geography_id)
        where f.source_id = 'france_travail_bmo' and f.occupation_id <> 'all' and g.level = $1
        order by year desc
        """,
        (level,),
    )
    return [int(year) for year in rows["year"]]


def full_year(store: Store, years: list[int]) -> str | None:
    """The last survey that gives several social occupations: a press point may be younger."""
    for year in years:
        if projects_by_occupation(store, year).height > 1:
            return str(year)
    return None


def _bmo(store: Store, indicators: tuple[str, ...], **filters: tuple[str, ...]) -> pl.DataFrame:
    return data.observations(store, indicators, all_vintages=False, sources=BMO, **filters)


def projects_by_occupation(store: Store, year: int) -> pl.DataFrame:
    """Hiring projects of one survey by social occupation, and ``difficult`` among them."""
    table = _bmo(
        store, ("hiring_projects", "difficult_hiring_projects"), geographies=("fr",)
    ).filter(pl.col("period_start").dt.year() == year, pl.col("is_social"))
    difficult = table.filter(pl.col("indicator_id") == "difficult_hiring_projects").select(
        "occupation_id", difficult="value"
    )
    return (
        table.filter(pl.col("indicator_id") == "hiring_projects")
        .join(difficult, on="occupation_id", how="left")
        .with_columns(series="occupation_text")
        .sort("value", descending=True, nulls_last=True)
    )


def projects_in_words(ranked: pl.DataFrame) -> str:
    """The first occupation and its difficult part."""
    if not ranked.height or ranked["value"][0] is None:
        return ""
    row = ranked.row(0, named=True)
    if row["difficult"] is None:
        return ""
    return text(
        "vacancies.projects_words",
        occupation=row["occupation_text"],
        n=fmt.integer(row["value"]),
        difficult=fmt.integer(row["difficult"]),
        total=fmt.integer(float(ranked["value"].sum())),
    )


def difficult_share(store: Store) -> pl.DataFrame:
    """Share of difficult projects in France: one series per occupation and nomenclature."""
    return _bmo(store, ("share_difficult_hiring_projects",), geographies=("fr",)).with_columns(
        series=_occupation_label()
    )


def _occupation_label() -> pl.Expr:
    named = {"fap2009": "FAP 2009", "fap2021": "FAP 2021"}
    return (
        pl.when(pl.col("nomenclature").is_in(list(named)))
        .then(pl.format("{} ({})", "occupation_text", pl.col("nomenclature").replace(named)))
        .otherwise("occupation_text")
    )


def occupations_of_year(store: Store, level: str, year: int) -> dict[str, str]:
    """Occupations that one survey gives at a level, by id; all occupations first."""
    rows = store.query(
        """
        select distinct f.occupation_id, o.label_text, o.is_social
        from fct_observation as f
        left join dim_occupation as o using (occupation_id)
        left join dim_geography as g using (geography_id)
        where f.source_id = 'france_travail_bmo' and f.indicator_id = 'hiring_projects'
            and g.level = $1 and year(f.period_start) = $2
        order by o.is_social desc, o.label_text
        """,
        (level, year),
    ).rows()
    return {str(occupation): str(label) for occupation, label, _ in rows}


def places(store: Store, indicator: str, level: str, year: int, occupation: str) -> pl.DataFrame:
    """One value a territory, the highest first, the masked ones last."""
    return (
        _bmo(store, (indicator,), levels=(level,), occupations=(occupation,))
        .filter(pl.col("period_start").dt.year() == year)
        .with_columns(series=pl.format("{} ({})", "geography_text", "geography_code"))
        .sort("value", descending=True, nulls_last=True)
    )


def ranking_in_words(published: pl.DataFrame) -> str:
    """First and last of a ranking."""
    if published.height < 2:
        return ""
    first, last = published.row(0, named=True), published.row(-1, named=True)
    return text(
        "vacancies.ranking_words",
        first=first["series"],
        high=fmt.quantity(first["value"], first["unit_kind"], first["unit_symbol_text"]),
        last=last["series"],
        low=fmt.quantity(last["value"], last["unit_kind"], last["unit_symbol_text"]),
    )


def tension(store: Store) -> pl.DataFrame:
    """Tension index in France: one series per occupation."""
    return data.observations(store, ("tension_index",), geographies=("fr",)).with_columns(
        series="occupation_text"
    )


def tension_parts(store: Store, occupation: str) -> pl.DataFrame:
    """The factors of tension of one occupation in France, as quintiles."""
    order = {name: place for place, name in enumerate(TENSION_PARTS)}
    return (
        data.observations(store, TENSION_PARTS, geographies=("fr",), occupations=(occupation,))
        .with_columns(
            series=pl.col("indicator_text").str.replace_all(r"^Tension : | \(quintile\)$", "")
        )
        .sort(pl.col("indicator_id").replace_strict(order))
    )


def survey_points(store: Store, indicator: str) -> pl.DataFrame:
    """What the surveys of the sector say: one series per survey and population."""
    return (
        data.observations(store, (indicator,))
        .filter(~pl.col("source_id").is_in(OFFICIAL))
        .with_columns(series=data.said_of())
    )
