"""What the page of vacant posts loads."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard import data
from dashboard import format as fmt
from dashboard.keeping import remembered
from dashboard.release import Store
from dashboard.texts import text

DARES = ("dares_vacancies",)
BMO = ("france_travail_bmo",)
# Surveys of the sector: all sources of vacancies but the official whole-economy ones.
OFFICIAL = ("dares_vacancies", "eurostat_vacancies")
BY_OCCUPATION = ("france_travail_bmo", "dares_tensions")
# Only these name an occupation by a code; single points of the press have labels of their own.
NOMENCLATURES = ("fap2021", "fap2009")
TENSION_PARTS = (
    "tension_level",
    "tension_hiring_intensity",
    "tension_training_job_link",
    "tension_workforce_shortage",
    "tension_job_instability",
    "tension_working_conditions",
    "tension_geographic_mismatch",
)
TILES = "dim_department_tile"
TOP = 15
FRANCE = "fr"
SUMMED = "area_sums"  # made of the areas that the producer publishes, as every territory's value
LARGEST = 2  # occupations of each nomenclature that stand for the others where none is chosen
MOST_TENSE = 4  # likewise where tensions are drawn
SIZES = ("10_plus", "all_sizes")


@remembered
def occupations(store: Store) -> dict[str, str]:
    """Occupations that a survey names, by id: the social ones first, the newer code first."""
    rows = store.query(
        """
        select occupation_id, o.label_text, o.nomenclature, o.code
        from dim_occupation as o
        where list_contains($2::varchar[], o.nomenclature) and occupation_id in (
            select f.occupation_id from fct_observation as f
            where list_contains($1::varchar[], f.source_id)
        )
        order by o.is_social desc, o.nomenclature desc, o.label_text
        """,
        (BY_OCCUPATION, NOMENCLATURES),
    ).rows()
    return {
        str(name): f"{label} ({text(f'vacancies.{nomenclature}')} {code})"
        for name, label, nomenclature, code in rows
    }


@remembered
def territories(store: Store) -> dict[str, dict[str, str]]:
    """France, the regions and the departments: name, label and level by id."""
    rows = store.query(
        """
        select geography_id, label_text, level, code from dim_geography
        where geography_id = 'fr' or level in ('region', 'department')
        order by level = 'country' desc, level = 'region' desc, label_text
        """
    ).rows()
    return {
        str(name): {
            "name": str(label),
            "level": str(level),
            "label": {
                "country": text("vacancies.all_france", name=label),
                "region": text("vacancies.region", name=label),
            }.get(level, f"{label} ({code})"),
        }
        for name, label, level, code in rows
    }


def departments_of(store: Store, region: str) -> list[str]:
    """Ids of the departments of a region."""
    return store.query(
        "select geography_id from dim_geography "
        "where parent_geography_id = $1 and level = 'department' order by 1",
        (region,),
    )["geography_id"].to_list()


def years(store: Store) -> list[int]:
    """Years from the first to the last value that the page can show."""
    first, last = store.query(
        """
        select min(year(f.period_start)), max(year(f.period_end))
        from fct_observation as f
        left join dim_indicator as i using (indicator_id)
        where f.value is not null and f.is_latest and (
            f.indicator_id in ('vacancy_rate', 'vacant_posts')
            or list_contains($1::varchar[], f.source_id)
        )
        """,
        (BY_OCCUPATION,),
    ).row(0)
    return list(range(int(first), int(last) + 1))


@remembered
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


def _bmo(store: Store, indicators: tuple[str, ...], **filters: tuple[str, ...]) -> pl.DataFrame:
    return data.observations(store, indicators, all_vintages=False, sources=BMO, **filters)


def _year() -> pl.Expr:
    return pl.col("period_start").dt.year()


def survey_years(store: Store, territory: str) -> list[int]:
    """Years of the hiring survey that give several social occupations of a territory, last first.

    A year of which the press gave a single point is none of them.
    """
    table = _bmo(store, ("hiring_projects",), geographies=(territory,)).filter("is_social")
    counted = table.group_by(_year().alias("year")).agg(pl.col("occupation_id").n_unique())
    return sorted(counted.filter(pl.col("occupation_id") > 1)["year"].to_list(), reverse=True)


def projects_by_occupation(
    store: Store, year: int, territory: str, chosen: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Hiring projects of one survey by social occupation, and ``difficult`` among them.

    Args:
        store: The release.
        year: Of the survey.
        territory: Id.
        chosen: Occupations to mark, social or not.
    """
    table = _bmo(
        store, ("hiring_projects", "difficult_hiring_projects"), geographies=(territory,)
    ).filter(_year() == year, pl.col("is_social") | pl.col("occupation_id").is_in(chosen))
    difficult = one_an_occupation(
        table.filter(pl.col("indicator_id") == "difficult_hiring_projects")
    ).select("occupation_id", difficult="value")
    return (
        table.filter(pl.col("indicator_id") == "hiring_projects")
        .join(difficult, on="occupation_id", how="left")
        .with_columns(series=_marked("occupation_text", "occupation_id", chosen))
        .sort("value", descending=True, nulls_last=True)
    )


def one_an_occupation(table: pl.DataFrame) -> pl.DataFrame:
    """One value an occupation: of two, that of first-rank evidence; sums then count none twice."""
    return table.filter(
        pl.col("is_second_rank") == pl.col("is_second_rank").min().over("occupation_id")
    ).unique("occupation_id", keep="first", maintain_order=True)


def cited_below(projects: pl.DataFrame) -> list[str]:
    """What is to be said of an occupation of which a lower figure is cited than our lower bound."""
    bounds = one_an_occupation(projects).filter(pl.col("qualifier") == "more_than")
    cited = projects.filter("is_second_rank", pl.col("qualifier") == "exact")
    pairs = bounds.join(cited, on="occupation_id", suffix="_cited").filter(
        pl.col("value") > pl.col("value_cited")
    )
    return [
        text(
            "vacancies.projects_cited",
            occupation=fmt.markdown(row["occupation_text"]),
            sum=fmt.integer(row["value"]),
            edition=fmt.markdown(row["vintage_cited"]),
            cited=fmt.integer(row["value_cited"]),
        )
        for row in pairs.iter_rows(named=True)
    ]


def _marked(label: str, column: str, chosen: tuple[str, ...] | list[str]) -> pl.Expr:
    """A label, with a sign before it where its row is one of the chosen."""
    return pl.when(pl.col(column).is_in(chosen)).then(pl.lit("▶ ") + pl.col(label)).otherwise(label)


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
        n=_bound(row["value"], ranked[:1]),
        difficult=_bound(row["difficult"], ranked[:1]),
        total=_bound(float(ranked["value"].sum()), ranked),
    )


def _bound(number: float, rows: pl.DataFrame) -> str:
    """A number of projects; where cells are masked it is a lower bound, and says so."""
    masked = "more_than" in rows["qualifier"].to_list()
    return fmt.observed(number, "count", "", "computed", "more_than" if masked else "exact")


def difficult_share(store: Store, chosen: tuple[str, ...], territory: str) -> pl.DataFrame:
    """Share of difficult projects in time: one series per occupation, territory and method.

    All occupations stand beside those chosen, and France beside a territory, by the same method. A
    job of the FAP 2009 and one of the FAP 2021 are two series, whatever their names.
    """
    shown = ("all", *(chosen or largest(store)))
    places = (territory, FRANCE) if territory != FRANCE else (FRANCE,)
    table = _bmo(store, ("share_difficult_hiring_projects",), geographies=places, occupations=shown)
    here = pl.col("geography_id") == territory
    if territory != FRANCE:
        table = table.filter(here | (pl.col("method_group") == SUMMED))
    several = pl.col("method_group").n_unique().over("occupation_id", "geography_id") > 1
    named = {name: text(f"vacancies.method_{name}") for name in (SUMMED, "published")}
    method = pl.when(several).then(
        pl.lit(", ") + pl.col("method_group").replace_strict(named, default=None)
    )
    place = pl.when(~here).then(pl.lit(", ") + pl.col("geography_text"))
    return table.with_columns(
        series=pl.concat_str(_occupation_label(), place.fill_null(""), method.fill_null("")),
        colour_key="occupation_id",
    ).sort(
        pl.col("occupation_id").replace_strict({name: n for n, name in enumerate(shown)}),
        ~here,
        "method_group",
        "period_start",
    )


def largest(store: Store) -> tuple[str, ...]:
    """The social occupations with most projects in the last survey of each nomenclature."""
    table = _bmo(store, ("hiring_projects",), geographies=("fr",)).filter(
        pl.col("is_social"), pl.col("nomenclature").is_in(NOMENCLATURES)
    )
    full = (
        table.group_by("nomenclature", "period_start")
        .agg(pl.len())
        .filter(pl.col("len") > 1)
        .group_by("nomenclature")
        .agg(pl.col("period_start").max())
    )
    ranked = table.join(full, on=["nomenclature", "period_start"]).sort(
        "nomenclature", "value", descending=True, nulls_last=True
    )
    return tuple(
        ranked.group_by("nomenclature", maintain_order=True).head(LARGEST)["occupation_id"]
    )


def _occupation_label() -> pl.Expr:
    """``Infirmiers (FAP 2009 V1Z80)``: two codes of the same name are not the same job."""
    named = {name: text(f"vacancies.{name}") for name in NOMENCLATURES}
    code = pl.format(" ({} {})", pl.col("nomenclature").replace(named), "occupation_code")
    return (
        pl.when(pl.col("nomenclature").is_in(list(named)))
        .then(pl.col("occupation_text") + code)
        .otherwise("occupation_text")
    )


def place_years(store: Store, level: str, occupation: str) -> list[int]:
    """Years of the hiring survey that give an occupation by territory, the last first."""
    rows = store.query(
        """
        select distinct year(f.period_start) as year
        from fct_observation as f
        left join dim_geography as g using (geography_id)
        where f.source_id = 'france_travail_bmo' and f.indicator_id = 'hiring_projects'
            and f.occupation_id = $1 and g.level = $2
        group by f.period_start
        having count(*) > 2
        order by year desc
        """,
        (occupation, level),
    )
    return [int(year) for year in rows["year"]]


def places(store: Store, indicator: str, level: str, year: int, occupation: str) -> pl.DataFrame:
    """One value a territory, the highest first, the masked ones last."""
    return (
        _bmo(store, (indicator,), levels=(level,), occupations=(occupation,))
        .filter(_year() == year)
        .with_columns(series=pl.format("{} ({})", "geography_text", "geography_code"))
        .sort("value", "geography_code", descending=[True, False], nulls_last=True)
    )


def on_tiles(store: Store, found: pl.DataFrame) -> pl.DataFrame:
    """Every department with its square and its value; ``status`` is null where nothing is said.

    Raises:
        MissingData: The release has no squares.
    """
    tiles = store.query(
        f"select t.*, g.label_text as geography_text from {TILES} as t "
        "left join dim_geography as g using (geography_id) order by t.geography_id"
    )
    values = found.select(
        "geography_id",
        "value",
        "status",
        "unit_kind",
        written=pl.Series([_written(row) for row in found.iter_rows(named=True)], dtype=pl.String),
        base="denominator",
        is_bound=pl.col("qualifier") == "more_than",
    )
    return tiles.join(values, on="geography_id", how="left").with_columns(
        pl.col("is_bound").fill_null(value=False)
    )


def _with_base(row: dict[str, Any]) -> str:
    """A value, and of how many projects it is a share: 100 % of ten is no finding."""
    if row["value"] is None or row["denominator"] is None:
        return _written(row)
    base = fmt.integer(row["denominator"])
    return text("tilemap.share", share=_written(row), base=base)


def _written(row: dict[str, Any]) -> str:
    return fmt.observed(
        row["value"], row["unit_kind"], row["unit_symbol_text"], row["status"], row["qualifier"]
    )


def ranked(found: pl.DataFrame, chosen: list[str], *, only: bool) -> pl.DataFrame:
    """The rows of a ranking: the highest ones and the chosen, or only the chosen.

    Args:
        found: One row a territory, the highest first.
        chosen: Ids of the territories to mark.
        only: Whether no other is shown (the departments of a region).
    """
    published = found.filter(pl.col("value").is_not_null())
    is_chosen = pl.col("geography_id").is_in(chosen)
    if only:
        return published.filter(is_chosen)
    top = published.with_row_index("place").filter((pl.col("place") < TOP) | is_chosen)
    return top.drop("place").with_columns(series=_marked("series", "geography_id", chosen))


def place_in_words(found: pl.DataFrame, territory: str, country: dict[str, Any] | None) -> str:
    """Value and rank of one territory, and the value of France; empty if nothing is said of it.

    A lower bound has no rank.
    """
    own = found.filter(pl.col("geography_id") == territory)
    if not own.height:
        return ""
    row = own.row(0, named=True)
    if row["value"] is None:
        return text("vacancies.place_secret", place=row["series"])
    published = found["value"].drop_nulls()
    said = text(
        "vacancies.place_words_bound"
        if row["qualifier"] == "more_than"
        else "vacancies.place_words",
        place=row["series"],
        value=_with_base(row),
        rank=int((published > row["value"]).sum()) + 1,
        total=published.len(),
    )
    if country is None or country["value"] is None or row["unit_kind"] != "fraction":
        return said
    return f"{said} {text('vacancies.place_france', value=_written(country))}"


def not_whole(found: pl.DataFrame) -> list[str]:
    """The note on values that leave masked cells out; none where all are whole."""
    published = found.filter(pl.col("value").is_not_null())
    n_partial = published.filter(pl.col("qualifier") != "exact").height
    if not n_partial:
        return []
    return [
        text(
            "vacancies.places_partial",
            n=fmt.integer(n_partial),
            total=fmt.integer(published.height),
        )
    ]


def ranking_in_words(published: pl.DataFrame) -> str:
    """First and last of a ranking; a lower bound is not called the lowest value."""
    whole = published.filter(pl.col("qualifier") != "more_than")
    if published.height < 2 or not whole.height:
        return ""
    first, last = published.row(0, named=True), whole.row(-1, named=True)
    return text(
        "vacancies.ranking_words"
        if published["qualifier"][-1] != "more_than"
        else "vacancies.ranking_words_bounds",
        first=first["series"],
        high=_written(first),
        last=last["series"],
        low=_written(last),
    )


def tension(store: Store) -> pl.DataFrame:
    """Tension index in France: one series per occupation."""
    return data.observations(store, ("tension_index",), geographies=("fr",)).with_columns(
        series=_occupation_label()
    )


def most_tense(table: pl.DataFrame) -> list[str]:
    """The occupations whose last index is highest, of those whose past is known."""
    in_time = table.filter(pl.len().over("occupation_id") > 1)
    last = in_time.sort("period_start").group_by("occupation_id").last()
    return last.sort("value", descending=True)["occupation_id"].head(MOST_TENSE).to_list()


def tension_parts(store: Store, occupation: str, territory: str) -> pl.DataFrame:
    """The factors of tension of one occupation in a territory, as quintiles."""
    order = {name: place for place, name in enumerate(TENSION_PARTS)}
    return (
        data.observations(store, TENSION_PARTS, geographies=(territory,), occupations=(occupation,))
        .with_columns(
            series=pl.col("indicator_id").replace_strict(
                {name: text(f"vacancies.{name}") for name in TENSION_PARTS}
            )
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


def claims(store: Store, groups: tuple[str, ...]) -> dict[str, str]:
    """Names of the contradictions that the release holds, in the order asked."""
    rows = store.query(
        """
        select distinct conflict_group, conflict_label_text from mart_conflicts
        where list_contains($1::varchar[], conflict_group)
        """,
        (groups,),
    ).rows()
    labels = {str(group): str(label) for group, label in rows}
    return {group: labels[group] for group in groups if group in labels}
