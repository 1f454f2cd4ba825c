"""The bundled tables on vacancies, turnover, tensions, hiring projects and pay by occupation hold
the reference data, value by value: nothing lost, nothing invented.

Values are compared as decimal texts by key. A reference value is looked for at the one place where
it belongs, and each bundled value has to be looked for by some reference value.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from ingest.paths import PROJECT_ROOT, SEEDS

RAW = PROJECT_ROOT / "data" / "raw"
Row = dict[str, str]
Cells = Counter[tuple[str, ...]]

SECTOR_CODES = {"Tertiaire non-marchand": "TNM", "Tertiaire marchand": "TM"}
TWIN = re.compile(r"\[doublon dans la source: n=([^,]*), taux=([^\]]*)\]$")
BMO_SERIES = re.compile(
    r"bmo_(?P<measure>projets|projets_difficiles|projets_saisonniers|part_difficiles"
    r"|part_difficiles_paires)_(?P<code>[A-Z]\d[A-Z]\d+|ENS)$"
)
BMO_COLUMNS = {
    "projets": "n_projects",
    "projets_difficiles": "n_difficult",
    "projets_saisonniers": "n_seasonal",
    "part_difficiles": "share_difficult_percent",
    "part_difficiles_paires": "share_difficult_paired_percent",
}
BMO_MASKED = ("n_masked_projects", "n_masked_difficult", "n_masked_seasonal")
BMO_FILES = (
    "bmo_2023_2025_national.csv",
    "bmo_2023_regions.csv",
    "bmo_2025_regions.csv",
    "bmo_2023_departements.csv",
    "bmo_2024_departements.csv",
    "bmo_2025_departements.csv",
)
OTHER_JOBS_IN_BMO = {"V1Z81", "V4Z80"}  # the survey of 2023 gives these codes to other occupations
# The base of 2024 ranks the part of this area that lies in Loire-Atlantique with Brittany.
REDON_IN_BRITTANY = (2024, "44", "5313", "53")
EXIT_REASONS = {
    "Démissions": "resignation",
    "Départs en retraite": "retirement",
    "Fins de CDD": "fixed_term_end",
    "Fins de période d'essai": "trial_period_end",
    "Licenciements": "dismissal",
    "Ruptures conventionnelles": "mutual_termination",
    "Autres sorties": "other",
}
TENSION_COLUMNS = {
    "Emploi moyen": "n_employed",
    "Tension ": "tension_index",
    "Catégorie Tension": "tension_level",
    "Intensité d'embauches": "hiring_intensity",
    "Lien formation-emploi": "training_job_link",
    "Manque de main-d'œuvre disponible": "workforce_shortage",
    "Non-durabilité de l'emploi": "job_instability",
    "Conditions de travail contraignantes": "working_conditions",
    "Inadéquation géographique": "geographic_mismatch",
}


@pytest.fixture(scope="module")
def series(reference: Path) -> Path:
    return reference / "series"


def rows(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def raw(source: str, table: str) -> list[Row]:
    return rows(RAW / source / f"{table}.csv")


def occupation(code: str, nomenclature: str = "2009", *, bmo: bool = False) -> str:
    if code in {"ENS", "Ensemble"}:
        return "all"
    other = "_bmo" if bmo and nomenclature == "2009" and code in OTHER_JOBS_IN_BMO else ""
    return f"fap{nomenclature}_{code.lower()}{other}"


def territory(label: str) -> str:
    if label == "France":
        return "fr"
    code = label.removeprefix("département ").split(" ")[0]
    return f"fr_r{code[1:]}" if code.startswith("R") else f"fr_d{code.lower()}"


def cells(table: Iterable[Row], key: tuple[str, ...], columns: Iterable[str]) -> Cells:
    """Each filled cell of a wide table, as (key…, column, text)."""
    return Counter(
        (*(row[name] for name in key), column, row[column])
        for row in table
        for column in columns
        if row[column] != ""
    )


def vacancy_cells(files: Iterable[Path], edition: str) -> Cells:
    found: set[tuple[str, ...]] = set()
    for row in (row for file in files for row in rows(file)):
        kind, code = row["series"].removeprefix("dares_").split("_emplois_vacants_")
        field = "all_sizes" if "champ: Ensemble" in row["scope"] else "10_plus"
        key = (edition, row["period"], field, SECTOR_CODES.get(code, code))
        column = {"nb": "n_vacant_posts", "taux": "rate_percent"}[kind]
        found.add((*key, column, row["value"]))
        if twin := TWIN.search(row["provenance"]):
            found.add((*key, "n_vacant_posts_alternative", twin[1]))
            found.add((*key, "rate_percent_alternative", twin[2]))
    return Counter(found)


@pytest.mark.parametrize(
    ("edition", "files"),
    [
        ("2024-T4", ["dares_emplois_vacants_trim.csv"]),
        (
            "2025-T4",
            [
                "dares_emplois_vacants_Q_BTS_2003_2025_millesime_T4_2025.csv",
                "dares_emplois_vacants_2024_2025.csv",
            ],
        ),
        ("2026-T2", ["dares_emplois_vacants_ensemble_2011_2026.csv"]),
    ],
)
def test_vacancies_of_each_edition(series: Path, edition: str, files: list[str]) -> None:
    bundled = [row for row in raw("dares_vacancies", "quarterly") if row["edition"] == edition]
    columns = [name for name in bundled[0] if name.startswith(("n_vacant", "rate_"))]
    here = cells(bundled, ("edition", "quarter", "field", "naf_code"), columns)
    assert here == vacancy_cells([series / name for name in files], edition)


def test_only_the_suspended_quarter_has_no_value() -> None:
    empty = [r for r in raw("dares_vacancies", "quarterly") if r["n_vacant_posts"] == ""]
    assert {row["quarter"] for row in empty} == {"2020-Q1"}


def observation_values(source: str) -> Counter[tuple[str, str]]:
    return Counter((row["value"], row["publisher"]) for row in raw(source, "observations"))


def test_vacancies_quoted_by_the_press(series: Path) -> None:
    quoted = rows(series / "dares_emplois_vacants_publie_2024_2025.csv")
    wanted = Counter((row["value"], row["publisher"]) for row in quoted)
    assert observation_values("dares_vacancies") == wanted


def test_european_points(series: Path) -> None:
    published = rows(series / "vacances_europe.csv")
    countries = {"France": "fr", "Pays-Bas": "nl"}
    wanted = Counter(
        (
            row["value"],
            countries.get(row["geography"], row["geography"].lower()),
            f"{row['period'][:4]}-{3 * int(row['period'][-1]) - 2:02d}-01",
            row["publisher"],
        )
        for row in published
    )
    here = Counter(
        (row["value"], row["geography_id"], row["period_start"], row["publisher"])
        for row in raw("eurostat_vacancies", "observations")
    )
    assert here == wanted


def test_labour_turnover(series: Path) -> None:
    columns = {
        "taux_entree": "entry_rate_percent",
        "taux_sortie": "exit_rate_percent",
        "taux_rotation": "rotation_rate_percent",
        "part_cdd_entrees": "fixed_term_share_percent",
    }
    rates: Cells = Counter()
    reasons: Cells = Counter()
    for row in rows(series / "dares_mmo_fap.csv"):
        measure, code = row["series"].removeprefix("mmo_").rsplit("_", 1)
        if measure in columns:
            rates[(row["period"], occupation(code), columns[measure], row["value"])] += 1
        else:
            reason = EXIT_REASONS[measure.removeprefix("part_sorties_")]
            reasons[(occupation(code), reason, "share_percent", row["value"])] += 1
    turnover = raw("dares_labour_turnover", "turnover")
    assert cells(turnover, ("year", "occupation_id"), columns.values()) == rates
    exits = raw("dares_labour_turnover", "exit_reasons")
    assert cells(exits, ("occupation_id", "reason"), ["share_percent"]) == reasons


def tension_territory(row: Row) -> str:
    level = row["niveau_geo"].strip()
    if level == "nat":
        return "fr"
    return f"fr_r{int(float(row['reg'])):02d}" if level == "reg" else f"fr_d{row['dep'].lower()}"


def test_tensions(series: Path) -> None:
    wide = rows(series / "dares_tensions_2019_fap_sociales_nat_reg_dep.csv")
    wanted = Counter(
        (row["Année"], tension_territory(row), occupation(row["fap"]), column, row[name])
        for row in wide
        for name, column in TENSION_COLUMNS.items()
        if row[name] != ""
    )
    bundled = raw("dares_tensions", "territories_2019")
    here = cells(bundled, ("year", "geography_id", "occupation_id"), TENSION_COLUMNS.values())
    assert len(bundled) == len(wide)
    assert here == wanted

    # The other file: a national series, and values that stand in the wide file as well.
    by_label = {name.strip(): column for name, column in TENSION_COLUMNS.items()}
    national: Cells = Counter()
    for row in rows(series / "dares_tensions_fap.csv"):
        measure, code = row["series"].removeprefix("dares_").rsplit("_", 1)
        if "evol_tensions" in row["provenance"]:
            national[(row["period"], occupation(code), "tension_index", row["value"])] += 1
            continue
        special = {"tension": "tension_index", "emploi_moyen": "n_employed"}
        column = special.get(measure) or by_label[measure.removeprefix("tension_")]
        place = territory(row["geography"])
        assert (row["period"], place, occupation(code), column, row["value"]) in here
    index = raw("dares_tensions", "national_index")
    assert cells(index, ("year", "occupation_id"), ["tension_index"]) == national


def test_hiring_projects(series: Path) -> None:
    wanted: Cells = Counter()
    masked: set[tuple[str, ...]] = set()
    others: Counter[tuple[str, str]] = Counter()
    for name in (*BMO_FILES, "bmo.csv", "bmo_complement.csv"):
        for row in rows(series / name):
            found = BMO_SERIES.match(row["series"])
            if found is None or "github:" not in row["provenance"]:
                others[(row["value"], row["publisher"])] += 1
                continue
            nomenclature = "2009" if row["scope"].startswith("FAP2009") else "2021"
            job = occupation(found["code"], nomenclature, bmo=True)
            key = (row["period"], territory(row["geography"]), job)
            wanted[(*key, BMO_COLUMNS[found["measure"]], row["value"])] += 1
            if counts := re.search(r"met/xmet/smet: (\d+)/(\d+)/(\d+)$", row["scope"]):
                masked |= {
                    (*key, column, count)
                    for column, count in zip(BMO_MASKED, counts.groups(), strict=True)
                }
    bundled = raw("france_travail_bmo", "hiring_projects")
    key_columns = ("year", "geography_id", "occupation_id")
    assert cells(bundled, key_columns, BMO_COLUMNS.values()) == wanted
    assert cells(bundled, key_columns, BMO_MASKED) == Counter(masked)
    assert observation_values("france_travail_bmo") == others


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_employment_areas(series: Path, year: int) -> None:
    """Values, masks, codes, and the names that live in the seeds."""
    nomenclature = "2009" if year == 2023 else "2021"
    area, name = f"BE{year - 2000}", f"NOMBE{year - 2000}"
    published = rows(series / f"bmo_{year}_bassins_metiers_sociaux.csv")
    wanted = Counter(
        (
            *(row["annee"], f"fr_be{year}_{row[area]}", f"fr_d{row['Dept'].lower()}"),
            occupation(row["Code métier BMO"], nomenclature, bmo=True),
            *(row["met"], row["xmet"], row["smet"]),
        )
        for row in published
    )
    bundled = raw("france_travail_bmo", "hiring_projects_by_employment_area")
    columns = ("year", "geography_id", "department_id", "occupation_id")
    here = Counter(
        (*(row[c] for c in columns), row["n_projects"], row["n_difficult"], row["n_seasonal"])
        for row in bundled
        if row["year"] == str(year)
    )
    assert here == wanted

    places = {row["geography_id"]: row for row in rows(SEEDS / "geographies.csv")}
    for row in published:
        assert places[f"fr_be{year}_{row[area]}"]["label_fr"] == row[name]
        department = places[f"fr_d{row['Dept'].lower()}"]
        if (year, row["Dept"], row[area], row["REG"]) != REDON_IN_BRITTANY:
            assert department["parent_geography_id"] == f"fr_r{row['REG']}"
        assert row["Dept"] == "978" or department["label_fr"] == row["NomDept"]
        assert places[f"fr_r{row['REG']}"]["label_fr"] == row["NOM_REG"]
    families = {
        (row["fap_code"], row["label_fr"], row["family_code"], row["family_label_fr"])
        for row in raw("france_travail_bmo", "occupation_families")
        if row["year"] == str(year)
    }
    assert families == {
        (row["Code métier BMO"], row["Nom métier BMO"], row["Famille_met"], row["Lbl_fam_met"])
        for row in published
    }


def test_wages_and_employment_by_occupation(series: Path) -> None:
    employment: Cells = Counter()
    others: Counter[tuple[str, str]] = Counter()
    for row in rows(series / "salaires_effectifs_fap.csv"):
        if row["series"].startswith("effectif_emploi_"):
            job = occupation(row["series"].rsplit("_", 1)[1])
            employment[(row["period"][:4], job, "employed_thousand", row["value"])] += 1
        else:
            others[(row["value"], row["publisher"])] += 1
    bundled = raw("dares_wages_by_occupation", "employment")
    assert cells(bundled, ("centre_year", "occupation_id"), ["employed_thousand"]) == employment
    assert observation_values("dares_wages_by_occupation") == others


def test_catalogue_of_series(series: Path) -> None:
    published = rows(series / "insee_bdm_idbanks_smic_qb.csv")
    wanted = Counter(
        (row["idbank"], row["topic"], row["dataset"], row["key"], row["labels_fr"])
        for row in published
    )
    here = Counter(
        (row["idbank"], row["topic"], row["dataset"], row["series_key"], row["label_fr"])
        for row in raw("insee_bdm_catalogue", "series")
    )
    assert here == wanted
