"""The bundled tables hold the reference data, value by value: nothing lost, nothing invented."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.paths import PROJECT_ROOT

RAW = PROJECT_ROOT / "data" / "raw"

LONG_FILES = (
    "absenteisme_barometres.csv",
    "atmp_at_naf87_88.csv",
    "atmp_national.csv",
    "atmp_secteur_avant_2019.csv",
    "axess_opco.csv",
    "drees_ehpad_recrutement.csv",
    "drees_formations_complement.csv",
    "drees_formations_sociales.csv",
    "effectifs_secteur.csv",
    "tdb_esms_cnsa.csv",
    "turnover_tensions.csv",
)
SOURCES = (
    "absence_barometers",
    "ameli_commuting_accidents",
    "ameli_occupational_diseases",
    "ameli_work_accidents",
    "associations_employment_review",
    "axess_barometer",
    "ayming_barometer",
    "chorum_barometer",
    "cnsa_tdb_esms",
    "cour_des_comptes_at_mp",
    "dares_work_accidents",
    "drees_es_handicap",
    "drees_nursing_homes",
    "drees_training",
    "fhf_survey",
    "opco_sante_barometer",
    "sector_surveys",
    "sector_workforce",
    "una_survey",
    "unifaf_employment_survey",
    "uriopss_idf_survey",
    "wtw_barometer",
)
NAF_SERIES = re.compile(r"(?P<measure>.+)_(?P<naf>\d{4}[A-Z]|\d\d|ENS|ENS_sommefiches)$")
YEARLY_COLUMNS = {
    "salaries": "n_employees",
    "nb_1er_reglement": "n_accidents_first_payment",
    "nouvelles_ip": "n_new_permanent_disabilities",
    "deces": "n_deaths",
    "journees_it": "n_days_lost",
    "indice_frequence": "reported_frequency_index",
    "taux_frequence": "reported_frequency_rate",
    "taux_gravite": "reported_severity_rate",
}
YEARLY_SOURCES = {
    "at": "ameli_work_accidents",
    "mp": "ameli_occupational_diseases",
    "trajet": "ameli_commuting_accidents",
}
# Said twice in the reference, written once: the second statement only points at the first.
SAID_TWICE = ("voir atmp_secteur_avant_2019.csv",)
# Working remarks of the compiler (« ligne ci-dessus »), as the raw tables say them for the public.
REWORDED = {
    "ligne ci-dessus": "calcul : 36 000 départs du troisième trimestre 2021 pour 610 000 salariés"
    " (Nexem et Fehap)",
    "calcul sur les lignes 2016 et 2019": "calcul : journées perdues de 2016 et de 2019"
    " (Assurance Maladie)",
    "calcul sur les lignes ci-dessus": "calcul : accidents et indice de fréquence de la même année"
    " (Assurance Maladie)",
    "lignes 2018 et 2018-2019": "calcul : taux de 2018 et évolution 2018-2019 du baromètre Ayming",
    "lignes 2020 dérivée et 2019-2020": "calcul : taux de 2020 (lui-même dérivé) et évolution"
    " 2019-2020 du baromètre Ayming",
    "lignes 2021 et 2020-2021": "calcul : taux de 2021 et évolution 2020-2021 du baromètre Ayming",
}
# Where the reference has no scope, the raw row gives that of its survey.
SURVEY_SCOPE = "champ de l’enquête : "


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def reference_rows(reference: Path, name: str) -> list[dict[str, str]]:
    file = reference / "series" / name
    if not file.is_file():
        pytest.skip(f"the reference file {name} is not beside the project")
    return rows_of(file)


def is_in_yearly_table(row: dict[str, str]) -> bool:
    """Series by NAF that come from the sheets or the file by CTN lie in the wide yearly tables."""
    return bool(NAF_SERIES.match(row["series"])) and row["provenance"].startswith("github:")


def last_year(period: str) -> str:
    years = re.findall(r"\d{4}", period)
    return max(years) if years else ""


def published_in_reference(reference: Path) -> Counter[tuple[str, str, str, str, Decimal]]:
    found: Counter[tuple[str, str, str, str, Decimal]] = Counter()
    for name in LONG_FILES:
        scope = ""
        for row in reference_rows(reference, name):
            if is_in_yearly_table(row) or row["provenance"] in SAID_TWICE:
                continue
            scope = scope if row["scope"] == "idem" else row["scope"]
            year = last_year(row["period"])
            provenance = REWORDED.get(row["provenance"], row["provenance"])
            found[(provenance, row["publisher"], year, scope, Decimal(row["value"]))] += 1
    return found


def published_in_raw() -> Counter[tuple[str, str, str, str, Decimal]]:
    found: Counter[tuple[str, str, str, str, Decimal]] = Counter()
    for source_id in SOURCES:
        provenance = {
            row["provenance_id"]: row["reference"]
            for row in rows_of(RAW / source_id / "provenance.csv")
        }
        for row in rows_of(RAW / source_id / "observations.csv"):
            reference = provenance[row["provenance_id"]]
            scope = row["scope_fr"].split(" – France (")[0]
            scope = "" if scope.startswith(SURVEY_SCOPE) else scope
            year = row["period_end"][:4]
            found[(reference, row["publisher"], year, scope, Decimal(row["value"]))] += 1
    return found


def test_each_published_point_is_in_the_raw_tables_and_the_other_way_round(reference: Path) -> None:
    expected, found = published_in_reference(reference), published_in_raw()
    assert sorted((expected - found).elements(), key=str) == []
    assert sorted((found - expected).elements(), key=str) == []
    assert expected.total() == 604


def test_the_statement_written_once_has_the_same_value_in_both_places(reference: Path) -> None:
    pointers = [
        row["value"]
        for row in reference_rows(reference, "absenteisme_barometres.csv")
        if row["provenance"] in SAID_TWICE
    ]
    written = [
        row["value"]
        for row in rows_of(RAW / "cour_des_comptes_at_mp" / "observations.csv")
        if row["indicator_id"] == "absence_rate"
    ]
    assert pointers == written == ["10.8"]


@pytest.mark.parametrize("kind", ["at", "mp", "trajet"])
def test_each_cell_of_the_yearly_tables_is_a_reference_value(reference: Path, kind: str) -> None:
    name = "atmp_at_naf87_88.csv" if kind == "at" else "atmp_mp_trajet_naf87_88.csv"
    expected: dict[tuple[str, str, str], Decimal] = {}
    provenance: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in reference_rows(reference, name):
        match = NAF_SERIES.match(row["series"])
        if not match or not is_in_yearly_table(row):
            continue
        prefix, _, measure = match["measure"].partition("_")
        if match["measure"] == "salaries":
            prefix, measure = "at", "salaries"
        if prefix == kind:
            key = (match["naf"], row["period"], YEARLY_COLUMNS[measure])
            assert key not in expected
            expected[key] = Decimal(row["value"])
            provenance[key[:2]].add(row["provenance"])
    source_id = YEARLY_SOURCES[kind]
    references = {
        row["provenance_id"]: row["reference"]
        for row in rows_of(RAW / source_id / "provenance.csv")
    }
    found: dict[tuple[str, str, str], Decimal] = {}
    for row in rows_of(RAW / source_id / "yearly_by_naf.csv"):
        for column in YEARLY_COLUMNS.values():
            if row.get(column):
                found[(row["naf_code"], row["year"], column)] = Decimal(row[column])
        assert provenance[(row["naf_code"], row["year"])] == {references[row["provenance_id"]]}
    assert found == expected


def test_the_file_by_ctn_and_naf_is_the_reference_file_cell_by_cell(reference: Path) -> None:
    def cells(row: list[str]) -> list[Decimal | str]:
        texts, numbers, sheet = row[:8], row[8:32], row[32]
        return [*(text.strip() for text in texts), *map(Decimal, numbers), sheet]

    rows = reference_rows(reference, "ameli_at_2024_ctn_x_naf_86_87_88.csv")
    expected = sorted((cells(list(row.values())) for row in rows), key=lambda row: row[:3:2])
    bundled = rows_of(RAW / "ameli_work_accidents" / "ctn_naf.csv")
    found = sorted((cells(list(row.values())[1:-2]) for row in bundled), key=lambda row: row[:3:2])
    assert {row["year"] for row in bundled} == {"2024"}
    assert len(found) == 151
    assert found == expected


def test_each_provenance_is_used() -> None:
    for source_id in SOURCES:
        folder = RAW / source_id
        used = {
            row["provenance_id"]
            for file in folder.glob("*.csv")
            if file.name != "provenance.csv"
            for row in rows_of(file)
        }
        assert used == {row["provenance_id"] for row in rows_of(folder / "provenance.csv")}


def test_each_rewording_is_used_and_no_working_remark_is_left() -> None:
    texts = [
        text
        for source_id in SOURCES
        for name, column in (("provenance", "reference"), ("observations", "scope_fr"))
        for text in (row[column] for row in rows_of(RAW / source_id / f"{name}.csv"))
    ]
    assert set(REWORDED.values()) <= set(texts)
    assert [text for text in texts if re.search(r"\blignes?\b|find_string|déjà détenu", text)] == []


def test_a_computed_value_says_from_what() -> None:
    silent = [
        (source_id, row["indicator_id"], row["period_start"])
        for source_id in SOURCES
        for row in rows_of(RAW / source_id / "observations.csv")
        if row["status"] == "computed" and not row["note_fr"]
    ]
    assert silent == []


def test_two_editions_of_one_cell_have_two_ranks() -> None:
    for source_id in SOURCES:
        ranks: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for row in rows_of(RAW / source_id / "observations.csv"):
            key = (
                row["indicator_id"],
                row["population_id"],
                row["occupation_id"],
                row["geography_id"],
                row["period_start"],
                row["period_end"],
            )
            ranks[key].append(row["edition_rank"])
        clashes = {key: given for key, given in ranks.items() if len(given) != len(set(given))}
        assert clashes == {}, source_id
