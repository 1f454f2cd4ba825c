"""Assurance Maladie – Risques professionnels: workbooks by CTN × NAF, found on the landing page.

A file of work accidents feeds ``ctn_naf`` (divisions 86 to 88, one row a CTN and NAF) and the
official total in ``yearly_by_naf``; a file of occupational diseases feeds ``yearly_by_naf``, summed
over CTN and tables of diseases. Empty cells are 0, as the workbook itself says; a missing NAF
(``xxxxx``) counts in the total only.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Literal
from urllib.parse import unquote, urljoin

import polars as pl

from ingest.online.connector import Connector, Fetch, Gathered, Landed, Remote, Unreadable
from ingest.online.connectors.support import (
    Parameters,
    as_table,
    parameters,
    refuse_rows,
    require_whole,
    safe_url,
)
from ingest.online.formats.grid import Columns, Grid, fold, take_columns
from ingest.online.formats.limited import read_workbook

DIVISIONS = ("86", "87", "88")
MISSING_NAF = "xxxxx"
MEASURES: dict[str, tuple[str, ...]] = {
    "n_employees": (
        "Nombre de salariés",
        "Nombre de salariés en activités ou au chômage partiel",
        "Nombre de salariés en activité ou au chômage partiel",
    ),
    "n_hours_worked": ("Nombre d'heures travaillées",),
    "n_establishments": ("Nombre de SIRET", "Nombre d'établissements"),
    "n_accidents_first_payment": ("AT en 1er règlement",),
    "n_accidents_4_days": ("dont AT avec 4 jours d'arrêt ou plus sur l'année",),
    "n_new_permanent_disabilities": ("Nouvelles IP",),
    "n_new_permanent_disabilities_under_10": ("dont IP avec taux < 10%",),
    "n_new_permanent_disabilities_10_and_over": ("dont IP avec taux ≥ 10%",),
    "n_deaths": ("Décès",),
    "n_days_lost": ("Journées d'IT",),
    "sum_disability_rates_under_10": ("Somme des taux d'IP <10%",),
    "sum_disability_rates": ("Somme des taux d'IP",),
    "n_cause_hand_tools": ("Outillage à main",),
    "n_cause_same_level_falls": ("Chutes de plain-pied",),
    "n_cause_manual_handling": ("Manutention manuelle",),
    "n_cause_machines": ("Risque machines",),
    "n_cause_falls_from_height": ("Chutes de hauteur",),
    "n_cause_physical": ("Risque physique dont risque électrique",),
    "n_cause_road": ("Risque routier",),
    "n_cause_assaults": ("Agressions (y compris par animaux)",),
    "n_cause_other": ("Autres risques",),
    "n_cause_chemical": ("Risque chimique",),
    "n_cause_mechanical_handling": ("Manutention mécanique",),
    "n_cause_other_vehicles": ("Autres véhicules de transport",),
}
NAF: dict[str, tuple[str, ...]] = {
    "naf_code": ("Code NAF",),
    "naf_label_fr": ("Libellé du code NAF",),
    "naf_division_code": ("Code NAF2",),
    "naf_division_label_fr": ("Libellé du code NAF2",),
    "naf38_code": ("Code NAF38",),
    "naf38_label_fr": ("Libellé du code NAF38", "Libellé du code NAF 38"),
}
SHEET = tuple(f"fait l'objet d'une fiche de sinistralité {year}" for year in range(2015, 2061))
ACCIDENTS = Columns(
    {
        "ctn_code": ("CTN", "code CTN"),
        "ctn_label_fr": ("Libellé du CTN", "libellé CTN"),
        **NAF,
        **MEASURES,
        "has_sheet": SHEET,
    },
    optional=frozenset({"has_sheet"}),
)
CLAIMS = ("n_accidents_first_payment", "n_new_permanent_disabilities", "n_deaths", "n_days_lost")
DISEASES = Columns(
    {
        "ctn_code": ("code CTN / Compte spécial MP",),
        "naf_code": NAF["naf_code"],
        "naf_division_code": NAF["naf_division_code"],
        "n_accidents_first_payment": ("MP en 1er règlement",),
        **{name: MEASURES[name] for name in CLAIMS[1:]},
    },
    ignored=(
        "libellé CTN / Compte spécial MP",
        "Libellé du code NAF",
        "Libellé du code NAF2",
        "Code NAF38",
        "Libellé du code NAF 38",
        "Libellé du code NAF38",
        "code Tableau de MP",
        "Libellé tableau de MP",
        "Code syndrome / CIM 10",
        "Libellé syndrome/ CIM 10",
        "Nombre de salariés*",
        "Nombre d'heures travaillées*",
        "Nombre d'établissements*",
        "Somme des taux d'IP",
        *MEASURES["n_new_permanent_disabilities_under_10"],
        *MEASURES["n_new_permanent_disabilities_10_and_over"],
    ),
    ignored_like=(r"somme des taux d'ip .*", r"top .*"),
)
LOOK = "compare with the workbook; the naming of its columns may have changed"


class AmeliParameters(Parameters):
    """Which risk, and the first year that is fetched."""

    risk: Literal["AT", "MP"]
    first_year: int


class AmeliAtMp(Connector):
    """Work accidents, or occupational diseases, of the general scheme by CTN and NAF."""

    def discover(self, fetch: Fetch) -> list[Remote | Gathered]:
        wanted = parameters(AmeliParameters, self.source)
        page = fetch(Remote(key="landing", url=self.online.endpoints["landing"], media="html"))
        found: dict[int, str] = {}
        for link in links(decode_page(page.content), page.url):
            year = book_year(link, wanted.risk)
            if year is not None and year >= wanted.first_year:
                found[year] = safe_url(link, self.online.hosts)
        if not found:
            raise Unreadable(
                f"the page has no link to a workbook {wanted.risk} by CTN × NAF from "
                f"{wanted.first_year} on",
                "look at the page: the files may have been renamed or moved",
            )
        key = wanted.risk.lower()
        return [
            Remote(key=f"{key}_{year}", url=found[year], media="xlsx") for year in sorted(found)
        ]

    def edition_of(self, landed: Landed) -> str:
        return f"fichier CTN × NAF {landed.key[-4:]}"  # parse compares it with the content

    def parse(self, landed: Landed) -> dict[str, pl.DataFrame]:
        risk = parameters(AmeliParameters, self.source).risk
        grid, year = _sheet(landed)
        same = [
            pl.lit(str(year)).alias("year"),
            pl.lit(landed.edition).alias("edition"),
            pl.lit(landed.provenance_id).alias("provenance_id"),
        ]
        if risk == "MP":
            yearly = diseases(grid).with_columns(*same)
            return {"yearly_by_naf": as_table(self.source, "yearly_by_naf", yearly)}
        rows = accidents(grid)
        kept = rows.filter(pl.col("naf_division_code").is_in(list(DIVISIONS))).with_columns(*same)
        total = rows.select(
            pl.lit("ENS").alias("naf_code"),
            pl.lit("total").alias("naf_level"),
            *(_sum(name) for name in ("n_employees", *CLAIMS)),
        ).with_columns(*same)
        return {
            "ctn_naf": as_table(self.source, "ctn_naf", kept),
            "yearly_by_naf": as_table(self.source, "yearly_by_naf", total),
        }


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def decode_page(content: bytes) -> str:
    """A web page as text, whatever its accents are worth."""
    return content.decode("utf-8", "replace")


def links(page: str, base: str) -> list[str]:
    """Absolute addresses of the links of a page, in their order."""
    reader = _Links()
    reader.feed(page)
    found = []
    for link in reader.found:
        try:
            found.append(urljoin(base, link.strip()))
        except ValueError:  # not an address at all
            continue
    return found


def book_year(link: str, risk: str) -> int | None:
    """The year of the workbook by CTN × NAF of this risk that a link leads to, else None."""
    name = fold(unquote(link.split("?")[0].rsplit("/", 1)[-1]))
    words = set(re.split(r"[^a-z0-9]+", name))
    years = re.findall(r"(?<!\d)(20\d{2})(?!\d)", name)
    if not name.endswith(".xlsx") or not years or not {risk.lower(), "ctn", "naf"} <= words:
        return None
    return int(years[0])


def accidents(grid: Grid) -> pl.DataFrame:
    """All rows of a workbook of work accidents; empty measures are 0."""
    rows = _cleaned(take_columns(grid, ACCIDENTS), tuple(MEASURES))
    key = ["ctn_code", "naf_code"]
    refuse_rows(rows.filter(pl.struct(key).is_duplicated()), "naf_code", "stands twice for a CTN")
    sheet = pl.when(pl.col("has_sheet").str.to_lowercase() == "ok").then(pl.lit("ok"))
    odd = rows.filter(pl.col("has_sheet").is_not_null() & sheet_is_odd())
    refuse_rows(odd, "has_sheet", "is neither empty nor ok")
    return rows.with_columns(sheet.alias("has_sheet"))


def sheet_is_odd() -> pl.Expr:
    """Whether the mark of a sheet is neither empty nor ``ok``."""
    return pl.col("has_sheet").str.to_lowercase() != "ok"


def diseases(grid: Grid) -> pl.DataFrame:
    """Occupational diseases by sub-class and division, summed over CTN and tables."""
    rows = _cleaned(take_columns(grid, DISEASES), CLAIMS)
    kept = rows.filter(pl.col("naf_division_code").is_in(list(DIVISIONS)))
    parts = [
        kept.group_by(pl.col(column).alias("naf_code"))
        .agg(*(_sum(name) for name in CLAIMS))
        .with_columns(pl.lit(level).alias("naf_level"))
        for column, level in (("naf_division_code", "division"), ("naf_code", "sub_class"))
    ]
    both = pl.concat(parts)
    # Division 86 is kept whole, as in the bundled table: its sub-classes are no part of the sector.
    return both.filter(
        (pl.col("naf_level") == "division") | ~pl.col("naf_code").str.starts_with("86")
    ).sort("naf_code")


def _sum(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int64).sum()


def _cleaned(rows: pl.DataFrame, measures: tuple[str, ...]) -> pl.DataFrame:
    if rows.is_empty():
        raise Unreadable("the workbook holds no row", LOOK)
    require_whole(rows, measures)
    refuse_rows(rows.filter(pl.col("ctn_code").is_null()), "ctn_code", "is empty")
    is_naf = pl.col("naf_code").str.contains(r"^[0-9]{4}[A-Z]$")
    refuse_rows(
        rows.filter(~(is_naf | (pl.col("naf_code") == MISSING_NAF)).fill_null(False)),
        "naf_code",
        "is no NAF code",
    )
    # The division is written as a number in some files; it is the start of the code.
    return rows.with_columns(
        *(pl.col(name).fill_null("0") for name in measures),
        pl.col("naf_code").str.slice(0, 2).alias("naf_division_code"),
    )


def _sheet(landed: Landed) -> tuple[Grid, int]:
    """The one sheet that names a year, and that year, which must be the file's."""
    sheets = read_workbook(landed.path)
    found = {
        int(years[0]): grid
        for name, grid in sheets.items()
        if "naf" in fold(name) and (years := re.findall(r"(?<!\d)(20\d{2})(?!\d)", name))
    }
    if len(found) != 1:
        raise Unreadable(
            f"one sheet named by NAF and year is awaited; there are {list(sheets)[:8]}", LOOK
        )
    year, grid = next(iter(found.items()))
    if landed.key[-4:] != str(year):
        raise Unreadable(f"the file found as {landed.key} holds the year {year}", LOOK)
    return grid, year
