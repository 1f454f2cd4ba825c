"""France Travail, hiring intentions (BMO): one workbook a survey, found in the catalogue.

Each survey feeds four tables: the employment areas as published (``*`` kept) for the social and
care occupations, their sums by department, region and country for these occupations and for all,
the wording of the occupations, and the employment areas themselves, whose codes change each year.
"""

from __future__ import annotations

import re

import polars as pl
from pydantic import Field

from ingest.online.connector import Connector, Fetch, Gathered, Landed, Remote, Unreadable
from ingest.online.connectors.data_gouv import Resource, newest, resources
from ingest.online.connectors.support import (
    Parameters,
    as_table,
    parameters,
    refuse_rows,
    require_whole,
    safe_url,
    whole,
)
from ingest.online.formats.grid import ROW, Columns, has_header, take_columns
from ingest.online.formats.limited import read_workbook
from ingest.paths import SEEDS

MASK = "*"
YEARS = range(13, 60)
COUNTS = {"met": "n_projects", "xmet": "n_difficult", "smet": "n_seasonal"}
COLUMNS = Columns(
    {
        "year": ("annee", "année"),
        "fap_code": ("Code métier BMO", "code_metier_BMO"),
        "label_fr": ("Nom métier BMO", "nom_metier BMO", "nom_metier_BMO"),
        "family_code": ("Famille_met", "Famille_metier", "Famille de métier"),
        "family_label_fr": ("Lbl_fam_met", "Libellé de famille de métier"),
        "region": ("REG",),
        "department": ("Dept", "DEP"),
        "area": tuple(f"BE{year}" for year in YEARS),
        "area_label": tuple(f"NOMBE{year}" for year in YEARS),
        "met": ("met",),
        "xmet": ("xmet",),
        "smet": ("smet",),
    },
    ignored=("NOM_REG", "NomDept", "NOMDEP", "clpe", "nom_clpe", "lib_clpe"),
)
HELD = "compare with the description sheet of the workbook"


class BmoParameters(Parameters):
    """Which surveys and occupations.

    Attributes:
        first_year: Surveys before it are not fetched.
        nomenclatures: First survey year of each nomenclature.
        occupations: FAP codes to keep, by nomenclature.
        own_ids: Occupations whose identifier is not nomenclature + code: the code of the survey
            names another job than the same code elsewhere.
        absent: FAP codes that a survey is known not to have, by its year.
    """

    first_year: int
    nomenclatures: dict[str, int]
    occupations: dict[str, tuple[str, ...]]
    own_ids: dict[str, str] = Field(default_factory=dict)
    absent: dict[int, tuple[str, ...]] = Field(default_factory=dict)


class FranceTravailBmo(Connector):
    """Hiring projects by year, territory and occupation."""

    def discover(self, fetch: Fetch) -> list[Remote | Gathered]:
        first = parameters(BmoParameters, self.source).first_year
        by_year: dict[int, list[Resource]] = {}
        for item in resources(fetch, self.online.endpoints["catalogue"], "catalogue"):
            year = survey_year(item)
            if year is not None and year >= first:
                by_year.setdefault(year, []).append(item)
        if not by_year:
            raise Unreadable(
                f"the catalogue names no workbook of a survey from {first} on",
                "look at the data set's page: has the naming of its files changed?",
            )
        return [
            Remote(
                key=f"bmo_{year}",
                url=safe_url(newest(by_year[year]).url, self.online.hosts),
                media="xlsx",
            )
            for year in sorted(by_year)
        ]

    def edition_of(self, landed: Landed) -> str:
        return f"BMO {landed.key.removeprefix('bmo_')}"  # parse compares it with the content

    def parse(self, landed: Landed) -> dict[str, pl.DataFrame]:
        wanted = parameters(BmoParameters, self.source)
        rows = _rows(landed)
        year = _year(rows)
        if landed.key != f"bmo_{year}":
            raise Unreadable(f"the file found as {landed.key} holds the survey of {year}", HELD)
        kept = self._kept(rows, year, wanted)
        same = [
            pl.lit(landed.edition).alias("edition"),
            pl.lit(landed.provenance_id).alias("provenance_id"),
        ]
        areas = kept.select(
            "year",
            "geography_id",
            "department_id",
            "occupation_id",
            *(pl.col(raw).alias(name) for raw, name in COUNTS.items()),
            *same,
            ROW,
        )
        families = kept.select(
            "year",
            "occupation_id",
            "fap_code",
            "label_fr",
            "family_code",
            "family_label_fr",
            *same[:1],
        ).unique("occupation_id", keep="first", maintain_order=True)
        known_areas = employment_areas(kept).with_columns(*same)
        sums = pl.concat(
            [_sums(rows.with_columns(pl.lit("all").alias("occupation_id"))), _sums(kept)]
        ).with_columns(pl.lit(str(year)).alias("year"), *same)
        return {
            name: as_table(self.source, name, frame)
            for name, frame in (
                ("hiring_projects", sums),
                ("hiring_projects_by_employment_area", areas),
                ("occupation_families", families),
                ("employment_areas", known_areas),
            )
        }

    def _kept(self, rows: pl.DataFrame, year: int, wanted: BmoParameters) -> pl.DataFrame:
        """The rows of the occupations that are kept, with our identifiers."""
        begun = {name: first for name, first in wanted.nomenclatures.items() if first <= year}
        if not begun:
            raise Unreadable(f"no nomenclature of occupations is declared for {year}", HELD)
        nomenclature = max(begun, key=lambda name: begun[name])
        codes = wanted.occupations[nomenclature]
        missing = sorted(set(codes) - set(rows["fap_code"]) - set(wanted.absent.get(year, ())))
        if missing:
            raise Unreadable(
                f"the survey of {year} has no occupation {', '.join(missing)}",
                "the nomenclature may have changed: compare, then say so in "
                "online.parameters (nomenclatures, occupations, absent) of source.yml",
            )
        ids = {code: f"{nomenclature}_{code.lower()}" for code in codes}
        ids |= {code: own for code, own in wanted.own_ids.items() if own.startswith(nomenclature)}
        kept = rows.filter(pl.col("fap_code").is_in(list(codes)))
        kept = kept.with_columns(
            pl.col("fap_code").replace_strict(ids, default=None).alias("occupation_id")
        )
        key = ["geography_id", "department_id", "occupation_id"]
        refuse_rows(
            kept.filter(pl.struct(key).is_duplicated()),
            "geography_id",
            "stands twice for one department and occupation",
            HELD,
        )
        return kept


def survey_year(item: Resource) -> int | None:
    """The year of the survey whose workbook a file of the catalogue is; None for other files."""
    name = item.url.split("?")[0].rsplit("/", 1)[-1]
    is_book = item.form in {"xlsx", "zip"} or name.lower().endswith((".xlsx", ".zip"))
    text = f"{item.title} {name}".lower()
    if not is_book or re.search(r"dictionnaire|description|m[ée]thod|questionnaire", text):
        return None
    years = re.findall(r"(?<!\d)(20\d{2})(?!\d)", name) or re.findall(
        r"(?<!\d)(20\d{2})(?!\d)", item.title
    )
    short = re.findall(r"open_data_(\d{2})(?!\d)", name.lower())
    return int(years[-1]) if years else 2000 + int(short[0]) if short else None


def _rows(landed: Landed) -> pl.DataFrame:
    """All rows of the survey with our territories.

    Raises:
        Unreadable: No sheet has the columns, or a cell is not what it should be.
    """
    sheets = read_workbook(landed.path)
    fitting = [grid for grid in sheets.values() if has_header(grid, COLUMNS)]
    if len(fitting) > 1:
        raise Unreadable("more than one sheet has the columns of the survey", HELD)
    # Without a fitting sheet the largest one says which column is missing.
    grid = fitting[0] if fitting else max(sheets.values(), key=lambda one: one.frame.height)
    rows = take_columns(grid, COLUMNS)
    if rows.is_empty():
        raise Unreadable("the sheet of the survey holds no row", HELD)
    require_whole(rows, ["year", "area"])
    require_whole(rows, COUNTS, MASK)
    for name in ("fap_code", "department", "area", "area_label", *COUNTS):
        refuse_rows(rows.filter(pl.col(name).is_null()), name, "is empty", HELD)
    rows = rows.with_columns(
        ("fr_d" + pl.col("department").str.to_lowercase().str.zfill(2)).alias("department_id"),
        ("fr_be" + pl.col("year") + "_" + pl.col("area")).alias("geography_id"),
    )
    parents = _regions()
    rows = rows.with_columns(
        pl.col("department_id").replace_strict(parents, default=None).alias("region_id")
    )
    refuse_rows(
        rows.filter(pl.col("region_id").is_null()),
        "department",
        "is no department that is known",
        "add it to dbt_project/seeds/geographies.csv",
    )
    return rows


def _regions() -> dict[str, str]:
    """The region of each department."""
    seed = pl.read_csv(SEEDS / "geographies.csv", infer_schema=False)
    departments = seed.filter(pl.col("level") == "department")
    return dict(departments.select("geography_id", "parent_geography_id").iter_rows())


def _year(rows: pl.DataFrame) -> int:
    years = rows["year"].unique().to_list()
    if len(years) != 1:
        raise Unreadable(f"the workbook mixes the years {sorted(years)[:5]}", HELD)
    return int(years[0])


def employment_areas(rows: pl.DataFrame) -> pl.DataFrame:
    """The employment areas of these rows; one that lies in several departments has its region."""
    grouped = rows.group_by("geography_id", maintain_order=True).agg(
        pl.col("year").first(),
        pl.col("area").first().alias("code"),
        pl.col("area_label").first().alias("label_fr"),
        pl.col("department_id").unique().sort(),
        ("fr_r" + pl.col("region").str.zfill(2)).unique().sort().alias("region_id"),
        pl.col(ROW).min(),
    )

    def only(name: str) -> pl.Expr:
        return pl.when(pl.col(name).list.len() == 1).then(pl.col(name).list.first())

    parent = pl.coalesce(only("department_id"), only("region_id"), pl.lit("fr"))
    return grouped.select(
        "year", "geography_id", "code", "label_fr", parent.alias("parent_geography_id"), ROW
    )


def _sums(rows: pl.DataFrame) -> pl.DataFrame:
    """Sums of the areas by department, region and country; masked cells are left out and counted.

    The two shares are rounded to a tenth, as in the bundled table: the models recompute them.
    """
    counted = rows.with_columns(
        *(whole(raw, MASK).alias(f"_{raw}") for raw in COUNTS),
        *((pl.col(raw) == MASK).alias(f"_masked_{raw}") for raw in COUNTS),
    ).with_columns((~pl.col("_masked_met") & ~pl.col("_masked_xmet")).alias("_paired"))
    parts = []
    for level in (pl.lit("fr"), pl.col("region_id"), pl.col("department_id")):
        grouped = counted.group_by(level.alias("geography_id"), "occupation_id").agg(
            *(pl.col(f"_{raw}").sum().alias(name) for raw, name in COUNTS.items()),
            *(
                pl.col(f"_masked_{raw}").sum().alias(f"n_masked_{name[2:]}")
                for raw, name in COUNTS.items()
            ),
            pl.col("_met").filter("_paired").sum().alias("_met_paired"),
            pl.col("_xmet").filter("_paired").sum().alias("_xmet_paired"),
        )
        parts.append(grouped.sort("geography_id", "occupation_id"))
    return pl.concat(parts).select(
        "geography_id",
        "occupation_id",
        *COUNTS.values(),
        *(f"n_masked_{name[2:]}" for name in COUNTS.values()),
        _percent("n_difficult", "n_projects").alias("share_difficult_percent"),
        _percent("_xmet_paired", "_met_paired").alias("share_difficult_paired_percent"),
    )


def _percent(part: str, total: str) -> pl.Expr:
    """A share in per cent, rounded to a tenth; null where the total is 0."""
    share = (100 * pl.col(part) / pl.col(total)).round(1)
    return pl.when(pl.col(total) > 0).then(share).cast(pl.String)
