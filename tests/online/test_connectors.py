"""The connectors: from the producers' own files to the bundled rows, and what they refuse.

The real files stand beside the project (``../shared/reference/samples``); where they are missing
the tests that need them are skipped.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingest.declarations import Source, read_declaration
from ingest.online.connector import (
    Connector,
    Gathered,
    Landed,
    Remote,
    Reply,
    SourceProblem,
    Unreadable,
)
from ingest.online.connectors import CONNECTORS, ameli, bmo, dares
from ingest.online.connectors.france_travail_offers import total_of
from ingest.online.formats.delimited import read_delimited
from ingest.online.formats.grid import ROW
from ingest.paths import PROJECT_ROOT, SEEDS
from tests.conftest import SHARED_REFERENCE
from tests.online.test_formats import RECORDINGS, recorded, workbook

RAW = PROJECT_ROOT / "data" / "raw"
SAMPLES = SHARED_REFERENCE / "samples"
ONLINE = [
    folder.name
    for folder in sorted(RAW.iterdir())
    if "\nonline:" in (folder / "source.yml").read_text(encoding="utf-8")
]
AT_HAND = {"FRANCE_TRAVAIL_CLIENT_ID": "me", "FRANCE_TRAVAIL_CLIENT_SECRET": "secret"}


@pytest.fixture(scope="module")
def samples() -> Path:
    if not SAMPLES.is_dir():
        pytest.skip("the producers' files are not beside the project")
    return SAMPLES


def declared(source_id: str) -> Source:
    return read_declaration(RAW / source_id / "source.yml")


def connector(source_id: str) -> Connector:
    source = declared(source_id)
    assert source.online is not None
    return CONNECTORS[source.online.connector](source, AT_HAND)


def landed(source_id: str, key: str, path: Path, edition: str = "") -> Landed:
    content = path.read_bytes() if path.is_file() else b""
    return Landed(
        source_id,
        key,
        "https://example.test/file",
        hashlib.sha256(content).hexdigest(),
        path,
        dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC),
        edition=edition,
    )


def bundled(source_id: str, table: str) -> pl.DataFrame:
    return pl.read_csv(RAW / source_id / f"{table}.csv", infer_schema=False)


def rows(frame: pl.DataFrame, leave_out: Iterable[str] = ()) -> set[tuple[object, ...]]:
    """Rows without what says where they come from; numbers are compared as numbers."""
    gone = {"provenance_id", "edition", ROW, *leave_out}
    kept = frame.select(sorted(name for name in frame.columns if name not in gone))
    return {tuple(_number(cell) for cell in row) for row in kept.iter_rows()}


def _number(cell: Any) -> Any:
    try:
        return Decimal(cell)
    except (ArithmeticError, TypeError, ValueError):
        return cell


def told(answers: Mapping[str, bytes | Reply]) -> Any:
    """A client that knows some answers, by a part of the address."""

    def fetch(remote: Remote) -> Reply:
        for part, answer in answers.items():
            if part in remote.url:
                if isinstance(answer, Reply):
                    return answer
                return Reply(200, {}, answer, remote.url)
        raise SourceProblem(f"answers 404: {remote.url}", "look")

    return fetch


def remotes(found: Iterable[Remote | Gathered]) -> list[Remote]:
    return [one for one in found if isinstance(one, Remote)]


# --- all of them -------------------------------------------------------------------------------


def test_there_are_online_sources() -> None:
    assert len(ONLINE) >= 10


@pytest.mark.parametrize("source_id", ONLINE)
def test_an_empty_or_foreign_file_is_a_report_whatever_the_source(
    source_id: str, tmp_path: Path
) -> None:
    for name, content in (
        ("empty", b""),
        ("page", b"<!DOCTYPE html><html><body>Maintenance</body></html>"),
        ("rubbish", bytes(range(256)) * 10),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        for key in ("series", "bmo_2025", "at_2024", "mp_2024", "open_offers", "jvs_q_nace2"):
            with pytest.raises(SourceProblem) as caught:
                connector(source_id).parse(landed(source_id, key, path, "e"))
            assert caught.value.problem
            assert caught.value.remedy


@pytest.mark.parametrize("source_id", ONLINE)
def test_a_wrong_parameter_is_a_report_that_names_the_declaration(source_id: str) -> None:
    source = declared(source_id)
    assert source.online is not None
    online = source.online.model_copy(update={"parameters": {"no_such_key": 1}})
    broken = CONNECTORS[online.connector](source.model_copy(update={"online": online}), AT_HAND)
    with pytest.raises(SourceProblem, match=r"online\.parameters") as caught:
        broken.discover(told({}))
    assert "source.yml" in caught.value.remedy


def test_addresses_are_https_on_declared_hosts() -> None:
    for source_id in (
        "dares_vacancies",
        "eurostat_vacancies",
        "eurostat_work_accidents",
        "insee_bdm",
    ):
        one = connector(source_id)
        found = remotes(one.discover(told({})))
        assert found
        for remote in found:
            assert remote.url.startswith("https://")
            assert remote.url.split("/")[2] in one.online.hosts


# --- Dares -------------------------------------------------------------------------------------

MAIN = "dares_emploivacants_brut_emploisvacants"
ADJUSTED = "dares_emploivacants_cvs_emploisvacants"
OCCUPIED = "dares_emploivacants_brut_emploisoccupes"


@pytest.mark.parametrize(
    ("file", "edition"),
    [(f"{MAIN}.csv", "2024-T4"), (f"{MAIN}_2003T2_2025T4.csv", "2025-T4")],
)
def test_the_real_files_of_the_dares_give_the_bundled_figures(
    file: str, edition: str, samples: Path
) -> None:
    """Cell by cell, the second rows of the file that mixes two vintages included."""
    data_set = dares.DataSet(content="vacant", adjustment="raw")
    found = dares.quarterly(dares._rows(read_delimited(samples / file), data_set))
    expected = bundled("dares_vacancies", "quarterly").filter(pl.col("edition") == edition)
    assert expected.height > 500
    assert rows(expected) <= rows(found)


def test_the_real_file_of_2025_is_an_edition_and_that_of_2024_is_refused(samples: Path) -> None:
    one = connector("dares_vacancies")
    clean = landed("dares_vacancies", MAIN, samples / f"{MAIN}_2003T2_2025T4.csv", "2025-T4 live")
    assert one.edition_of(clean) == "2025-T4"
    table = one.parse(clean)["quarterly"]
    assert set(table["edition"]) == {"2025-T4 live"}
    assert set(table["provenance_id"]) == {clean.provenance_id}
    mixed = landed("dares_vacancies", MAIN, samples / f"{MAIN}.csv", "x")
    with pytest.raises(Unreadable, match="stands twice for one activity and size"):
        one.parse(mixed)


def test_labels_and_technical_names_and_parquet_give_the_same_rows(tmp_path: Path) -> None:
    one = connector("dares_vacancies")
    names = ("dares_brut_emploisvacants_labels.csv", "dares_brut_emploisvacants.csv")
    first, second = (
        one.parse(landed("dares_vacancies", MAIN, RECORDINGS / name, "e"))["quarterly"]
        for name in names
    )
    assert rows(first) == rows(second)
    assert first.height == 8
    assert first.filter(pl.col("n_vacant_posts").is_null())["naf_code"].to_list() == ["P"]
    frame = pl.read_csv(RECORDINGS / names[1], separator=";")
    frame.write_parquet(tmp_path / "a.parquet")
    third = one.parse(landed("dares_vacancies", MAIN, tmp_path / "a.parquet", "e"))["quarterly"]
    assert rows(third) == rows(first)


def test_adjusted_and_occupied_posts_are_series_of_their_own() -> None:
    one = connector("dares_vacancies")
    path = RECORDINGS / "dares_cvs_emploisvacants.csv"
    adjusted = landed("dares_vacancies", ADJUSTED, path, "2025-T4 CVS")
    assert one.edition_of(adjusted) == "2025-T4 CVS"
    table = one.parse(adjusted)["observations"]
    assert set(table["method_group"]) == {"sa"}
    last = table.filter(pl.col("period_start") == "2025-10-01")
    assert set(last["status"]) == {"provisional", "missing"}
    q = table.filter(
        (pl.col("population_id") == "section_q__all_sizes")
        & (pl.col("period_start") == "2025-07-01")
    )
    assert dict(q.select("indicator_id", "value").iter_rows()) == {
        "vacant_posts": "60123",
        "vacancy_rate": "2.5",
    }
    posts = one.parse(
        landed("dares_vacancies", OCCUPIED, RECORDINGS / "dares_brut_emploisoccupes.csv", "e")
    )["observations"]
    assert set(posts["indicator_id"]) == {"occupied_posts"}
    known = pl.read_csv(SEEDS / "populations.csv", infer_schema=False)["population_id"]
    assert set(posts["population_id"]) <= set(known)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("code_naf", "naf", "no line has the columns"),
        ("date;", "date;sexe;", "has 8 cells, the header has 9"),
        (";Q;", ";QX;", "activity that nobody knows"),
        ("Brutes", "CVS", "not the kind of data"),
        ("2025-T3;Ensemble;A21;Q", "T3 2025;Ensemble;A21;Q", "is no quarter"),
        ("Plus de 10 salariés", "10 et plus", "size that is known"),
        (";61000;", ";*;", "no number that is awaited"),
        (";61000;", ";61 000;", "no number that is awaited"),
        ("2025-T3;Ensemble;A21;P;", "2025-T3;Ensemble;A21;Q;", "stands twice"),
    ],
    ids=[
        "renamed",
        "one more",
        "unknown code",
        "kind",
        "quarter",
        "size",
        "mask",
        "space",
        "twice",
    ],
)
def test_a_surprise_in_a_file_of_the_dares_is_a_report(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    text = recorded("dares_brut_emploisvacants.csv").decode()
    assert old in text
    path = tmp_path / "a.csv"
    path.write_bytes(text.replace(old, new).encode())
    with pytest.raises(Unreadable, match=said):
        connector("dares_vacancies").parse(landed("dares_vacancies", MAIN, path, "e"))


# --- BMO ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2024, 2025])
def test_the_real_workbooks_of_the_survey_give_the_bundled_figures(
    year: int, samples: Path
) -> None:
    """Areas as published, their sums, the wording and the areas' own codes; masks are kept."""
    path = samples / f"Base_open_data_BMO_{year}.xlsx"
    one = landed("france_travail_bmo", f"bmo_{year}", path, f"BMO {year}")
    tables = connector("france_travail_bmo").parse(one)
    of_year = {
        name: bundled("france_travail_bmo", name).filter(pl.col("year") == str(year))
        for name in tables
    }
    kept = set(tables["occupation_families"]["occupation_id"])
    for name, expected in of_year.items():
        assert expected.height > 0
        occupations = kept | {"all"}
        comparable = (
            expected.filter(pl.col("occupation_id").is_in(list(occupations)))
            if "occupation_id" in expected.columns
            else expected
        )
        # Of 2024 the shares were not written down (the models compute them), and two more
        # occupations were, which have a cell of one area (Bergerac) in a second department.
        of_2024 = ["share_difficult_percent", "share_difficult_paired_percent"]
        gone = [*of_2024, "parent_geography_id"] if year == 2024 else []
        assert rows(comparable, gone) <= rows(tables[name], gone), name
    total = tables["hiring_projects"].filter(
        (pl.col("geography_id") == "fr") & (pl.col("occupation_id") == "all")
    )
    assert total["n_projects"].to_list() == [{2024: "2751069", 2025: "2401105"}[year]]


BMO_2026 = [
    "annee", "Code métier BMO", "Nom métier BMO", "Famille_met", "Lbl_fam_met", "REG", "NOM_REG",
    "Dept", "NomDept", "BE26", "NOMBE26", "clpe", "met", "xmet", "smet",
]  # fmt: skip
BMO_2023 = [
    "annee", "Code métier BMO", "Nom métier BMO", "Famille_met", "Lbl_fam_met", "BE23", "NOMBE23",
    "Dept", "NomDept", "REG", "NOM_REG", "met", "xmet", "smet",
]  # fmt: skip
BMO_2019 = [
    "annee", "Famille_metier", "Libellé de famille de métier", "code métier BMO", "nom_metier BMO",
    "REG", "NOM_REG", "Dept", "NomDept", "BE19", "NOMBE19", "met", "xmet", "smet",
]  # fmt: skip
FAP = {
    2019: "fap2009",
    2023: "fap2009",
    2026: "fap2021",
}


def survey(year: int, header: list[str], **changes: object) -> list[list[object]]:
    """A small survey: each occupation in two areas, one of which lies in two departments."""
    source = declared("france_travail_bmo")
    assert source.online is not None
    codes = source.online.parameters["occupations"][FAP[year]]
    short = str(year)[2:]
    lines = []
    for code in codes:
        for area, department, met, xmet, smet in (
            (101, "971", "30", "10", "*"),
            (5313, "35", "12", "*", "*"),
            (5313, "56", "*", "*", "*"),
        ):
            line = {
                "annee": float(year), "code": code, "label": f"Métier {code}", "family": "S",
                "family_label": "Fonctions sociales", "REG": "01" if department == "971" else "53",
                "NOM_REG": "R", "Dept": department, "NomDept": "D", f"BE{short}": float(area),
                f"NOMBE{short}": f"AREA {area}", "clpe": "x",
                "met": met, "xmet": xmet, "smet": smet,
            }  # fmt: skip
            lines.append(line | changes)
    ours = {
        "Code métier BMO": "code", "code métier BMO": "code", "Nom métier BMO": "label",
        "nom_metier BMO": "label", "Famille_met": "family", "Famille_metier": "family",
        "Lbl_fam_met": "family_label", "Libellé de famille de métier": "family_label",
    }  # fmt: skip
    return [list(header), *([line[ours.get(name, name)] for name in header] for line in lines)]


@pytest.mark.parametrize(
    ("year", "header", "sheet"),
    [
        (2019, BMO_2019, "BMO_2019_open_data"),
        (2023, BMO_2023, "Base 2023"),
        (2026, BMO_2026, "BMO_2026_open_data"),
    ],
)
def test_each_known_order_of_columns_is_read(
    year: int, header: list[str], sheet: str, tmp_path: Path
) -> None:
    file = workbook(
        tmp_path / "a.xlsx",
        {"Description_des_variables": [["annee", year]], sheet: survey(year, header)},
    )
    tables = connector("france_travail_bmo").parse(
        landed("france_travail_bmo", f"bmo_{year}", file, f"BMO {year}")
    )
    areas = tables["hiring_projects_by_employment_area"]
    assert areas.filter(pl.col("n_projects") == "*").height == areas.height // 3
    sums = tables["hiring_projects"].filter(
        (pl.col("geography_id") == "fr_r53") & (pl.col("occupation_id") != "all")
    )
    assert set(sums.select("n_projects", "n_difficult", "n_masked_projects").rows()) == {
        ("12", "0", "1")
    }
    places = tables["employment_areas"].select("code", "parent_geography_id").rows()
    assert places == [("101", "fr_d971"), ("5313", "fr_r53")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"met": "s"}, "no whole number"),
        ({"xmet": "12,5"}, "no whole number"),
        ({"met": ""}, "is empty"),
        ({"Dept": "99"}, "no department that is known"),
        ({"annee": 2025}, "holds the survey of 2025"),
        ({"code": "V4X83"}, "has no occupation"),
        ({"NOMBE26": ""}, "is empty"),
    ],
    ids=["other mask", "decimal", "blank", "department", "year", "occupations", "area name"],
)
def test_a_surprise_in_a_survey_is_a_report(
    changes: dict[str, object], said: str, tmp_path: Path
) -> None:
    file = workbook(tmp_path / "a.xlsx", {"B": survey(2026, BMO_2026, **changes)})
    with pytest.raises(Unreadable, match=said):
        connector("france_travail_bmo").parse(
            landed("france_travail_bmo", "bmo_2026", file, "BMO 2026")
        )


def test_the_catalogue_leads_to_one_workbook_a_survey() -> None:
    one = connector("france_travail_bmo")
    found = remotes(one.discover(told({"api/1/datasets": recorded("data_gouv_bmo.json")})))
    assert [remote.key for remote in found] == ["bmo_2024", "bmo_2025", "bmo_2026"]
    assert found[1].url.endswith("/Base%20open%20data%20BMO%202025.xlsx")
    elsewhere = recorded("data_gouv_bmo.json").replace(b"www.francetravail.org", b"example.org")
    with pytest.raises(SourceProblem, match="not https on a declared host"):
        one.discover(told({"api/1/datasets": elsewhere}))
    with pytest.raises(SourceProblem, match="names no workbook"):
        one.discover(told({"datasets": b'{"resources": [{"id": "a", "url": "https://x/a.pdf"}]}'}))
    with pytest.raises(SourceProblem, match="has no resources"):
        one.discover(told({"datasets": b'{"message": "moved"}'}))


# --- AT-MP -------------------------------------------------------------------------------------


def test_the_real_workbook_of_accidents_gives_the_bundled_figures(samples: Path) -> None:
    one = landed(
        "ameli_work_accidents", "at_2024", samples / "ameli_at-by-ctn-naf.xlsx", "CTN × NAF 2024"
    )
    tables = connector("ameli_work_accidents").parse(one)
    assert rows(tables["ctn_naf"]) == rows(bundled("ameli_work_accidents", "ctn_naf"))
    official = bundled("ameli_work_accidents", "yearly_by_naf").filter(
        (pl.col("naf_code") == "ENS") & (pl.col("year") == "2024")
    )
    indices = [name for name in official.columns if name.startswith("reported_")]
    assert rows(tables["yearly_by_naf"], indices) == rows(official, indices)


def test_the_real_workbook_of_diseases_gives_the_bundled_figures(samples: Path) -> None:
    one = landed(
        "ameli_occupational_diseases", "mp_2024", samples / "ameli_mp-by-ctn-naf.xlsx", "2024"
    )
    table = connector("ameli_occupational_diseases").parse(one)["yearly_by_naf"]
    expected = bundled("ameli_occupational_diseases", "yearly_by_naf").filter(
        pl.col("year") == "2024"
    )
    index = ["reported_frequency_index"]
    assert expected.height == 19
    assert rows(table, index) == rows(expected, index)


AT_TITLE = ["CTN", "Libellé du CTN", *(labels[0] for labels in ameli.NAF.values())]


def accidents(year: int, **renamed: str) -> list[list[object]]:
    """A small workbook of accidents: two CTN of one NAF, and a missing NAF."""
    measures = [renamed.get(name, labels[0]) for name, labels in ameli.MEASURES.items()]
    header = [*AT_TITLE, *measures, f"fait l'objet d'une fiche de sinistralité {year}"]
    lines: list[list[object]] = []
    for ctn, naf in (("HH", "8810A"), ("II", "8810A"), ("II", "xxxxx")):
        division = naf[:2]
        lines.append([ctn, f"CTN {ctn}", naf, "n", division, "d", "QB", "q"])
        lines[-1] += [number if number % 2 else None for number in range(len(measures))] + ["ok"]
    return [["Risque Accident du travail"], ["Les cases vides…"], [], header, *lines]


def test_empty_cells_are_zero_and_a_missing_naf_counts_in_the_total_only(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", {"AT 2025 par CTN X NAF": accidents(2025)})
    one = connector("ameli_work_accidents")
    found = one.parse(landed("ameli_work_accidents", "at_2025", file, "e"))
    assert found["ctn_naf"].select("ctn_code", "n_employees", "n_hours_worked").rows() == [
        ("HH", "0", "1"),
        ("II", "0", "1"),
    ]
    assert found["yearly_by_naf"].select(
        "naf_code", "year", "n_accidents_first_payment"
    ).rows() == [("ENS", "2025", str(3 * 3))]


@pytest.mark.parametrize(
    ("sheet", "cells", "said"),
    [
        ("AT 2025 par CTN X NAF", accidents(2025, n_deaths="Morts"), "no line has the columns"),
        ("AT 2025 par CTN X NAF", accidents(2025)[:4], "holds no row"),
        ("AT 2024 par CTN X NAF", accidents(2025), "holds the year 2024"),
        ("Feuil1", accidents(2025), "one sheet named by NAF and year"),
        ("AT 2025 NAF", [*accidents(2025), accidents(2025)[4]], "stands twice for a CTN"),
        ("AT 2025 NAF", [*accidents(2025), ["II", "c", "87.10A"]], "no NAF code"),
        ("AT 2025 NAF", [*accidents(2025), [*accidents(2025)[4][:8], "*"]], "no whole number"),
    ],
    ids=["renamed", "no row", "year", "sheet", "twice", "code", "mask"],
)
def test_a_surprise_in_a_workbook_of_accidents_is_a_report(
    sheet: str, cells: list[list[object]], said: str, tmp_path: Path
) -> None:
    file = workbook(tmp_path / "a.xlsx", {sheet: cells})
    with pytest.raises(Unreadable, match=said):
        connector("ameli_work_accidents").parse(landed("x", "at_2025", file, "e"))


def test_a_column_more_stops_the_reading_of_accidents(tmp_path: Path) -> None:
    cells = [
        [*row, "Nouveau"] if number == 3 else row for number, row in enumerate(accidents(2025))
    ]
    file = workbook(tmp_path / "a.xlsx", {"AT 2025 NAF": cells})
    with pytest.raises(Unreadable, match="'Nouveau' that nobody knows"):
        connector("ameli_work_accidents").parse(landed("x", "at_2025", file, "e"))


def test_the_landing_page_leads_to_the_workbooks_of_each_risk() -> None:
    page = {"etudes-et-donnees": recorded("ameli_landing.html")}
    found = remotes(connector("ameli_work_accidents").discover(told(page)))
    assert [remote.key for remote in found] == ["at_2024"]
    assert found[0].url.endswith(
        "/sites/default/files/2024_Risque-AT-CTN-x-NAF_serie_annuelle.xlsx"
    )
    diseases = remotes(connector("ameli_occupational_diseases").discover(told(page)))
    assert [remote.key for remote in diseases] == ["mp_2024"]
    with pytest.raises(SourceProblem, match="has no link to a workbook AT"):
        connector("ameli_work_accidents").discover(
            told({"etudes": b"<html>Page introuvable</html>"})
        )


# --- Eurostat ----------------------------------------------------------------------------------


def test_vacancy_rates_of_eurostat_keep_their_flags() -> None:
    one = connector("eurostat_vacancies")
    file = landed(
        "eurostat_vacancies", "jvs_q_nace2", RECORDINGS / "eurostat_jvs_q_nace2.json", "e"
    )
    assert one.edition_of(file) == "jvs_q_nace2, mise à jour 2026-11-16"
    table = one.parse(file)["observations"]
    assert set(table["indicator_id"]) == {"vacancy_rate"}
    assert set(table["geography_id"]) == {"fr", "eu27"}
    assert set(table["method_group"]) == {"raw"}
    assert set(table["status"]) == {"published", "provisional"}
    adjusted = landed(
        "eurostat_vacancies", "jvs_q_nace2_sa", RECORDINGS / "eurostat_jvs_q_nace2.json", "e"
    )
    assert one.edition_of(adjusted) != one.edition_of(file)
    seasonal = one.parse(adjusted)["observations"]
    assert set(seasonal["method_group"]) == {"sa"}
    assert seasonal.filter(pl.col("status") == "secret")["value"].to_list() == [None]
    flagged = table.filter(pl.col("note_fr").str.contains("rupture de série, peu fiable"))
    assert set(flagged["period_start"]) == {"2025-07-01"}
    known = pl.read_csv(SEEDS / "populations.csv", infer_schema=False)["population_id"]
    assert set(table["population_id"]) <= set(known)
    assert not any("section_r" in name for name in table["population_id"])


def test_accidents_of_eurostat_are_taken_at_the_total_of_what_is_not_asked() -> None:
    one = connector("eurostat_work_accidents")
    file = landed("x", "hsw_n2_01", RECORDINGS / "eurostat_hsw_n2_01.json", "e")
    table = one.parse(file)["observations"]
    assert table.height == 2 * 2 * 2 * 2
    assert set(table["unit_id"]) == {"accidents", "per_100000_workers"}
    assert table.filter(pl.col("status") == "estimated")["geography_id"].unique().to_list() == [
        "eu27"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"RT_INC"', '"INC_RT"', ""),
        ('"unit"', '"unite"', "there is no dimension 'unit'"),
        ('"T": 0', '"A": 0', "no total is known"),
        ('"FR"', '"XX"', ""),
        ('"TOTAL"', '"A-S"', ""),
    ],
    ids=["unit code", "dimension", "no total", "country", "activity"],
)
def test_a_change_of_codes_at_eurostat_never_gives_another_series(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    text = recorded("eurostat_hsw_n2_01.json").decode()
    assert old in text
    path = tmp_path / "a.json"
    path.write_text(text.replace(old, new))
    file = landed("x", "hsw_n2_01", path, "e")
    if said:
        with pytest.raises(Unreadable, match=said):
            connector("eurostat_work_accidents").parse(file)
        return
    table = connector("eurostat_work_accidents").parse(file)["observations"]
    assert 0 < table.height < 16  # the gate then says which series ended


# --- Insee -------------------------------------------------------------------------------------


def test_the_series_of_insee_are_kept_as_published() -> None:
    one = connector("insee_bdm")
    file = landed("insee_bdm", "series", RECORDINGS / "insee_bdm.xml", "e")
    assert one.edition_of(file) == "BDM, mise à jour 2026-11-13"
    table = one.parse(file)["series_values"]
    smic = table.filter((pl.col("idbank") == "000822484") & (pl.col("period") == "2026-06"))
    assert smic.select("value", "period_start", "period_end").rows() == [
        ("12.31", "2026-06-01", "2026-06-30")
    ]
    jobs = table.filter(pl.col("idbank") == "001577289")
    assert jobs.select("period", "value", "unit_multiplier", "observation_quality").rows() == [
        ("2026-Q3", "2100.4", "3", "P"),
        ("2026-Q2", "2098.1", "3", "DEF"),
        ("2026-Q1", None, "3", "DEF"),
    ]


def test_each_series_that_is_fetched_has_a_meaning() -> None:
    source = declared("insee_bdm")
    assert source.online is not None
    known = pl.read_csv(SEEDS / "insee_series.csv", infer_schema=False)["idbank"]
    assert set(source.online.parameters["series"]) == set(known)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('IDBANK="000822484"', 'IDBANK="000000001"', "were not asked for"),
        ('IDBANK="000822484"', 'IDBANK="000879877"', "stand twice"),
        (' IDBANK="000822484"', "", "has no IDBANK"),
        ('UNIT_MULT="3"', 'UNIT_MULT="k"', "no whole number"),
        ("2026-Q3", "2026-Q9", "no period"),
        ("LAST_UPDATE", "LAST_CHANGE", "LAST_UPDATE"),
    ],
)
def test_a_surprise_in_a_message_of_insee_is_a_report(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    text = recorded("insee_bdm.xml").decode()
    assert old in text
    path = tmp_path / "a.xml"
    path.write_text(text.replace(old, new))
    one, file = connector("insee_bdm"), landed("insee_bdm", "series", path, "e")
    read = one.edition_of if "LAST_UPDATE" in said else one.parse
    with pytest.raises(Unreadable, match=said):
        read(file)


def test_a_missing_series_is_a_report_unless_it_may_have_ended(tmp_path: Path) -> None:
    text = recorded("insee_bdm.xml").decode()

    def without(idbank: str) -> Landed:
        start = text.index(f'    <Series IDBANK="{idbank}"')
        end = text.index("</Series>", start) + len("</Series>\n")
        path = tmp_path / f"{idbank}.xml"
        path.write_text(text[:start] + text[end:])
        return landed("insee_bdm", "series", path, "e")

    one = connector("insee_bdm")
    with pytest.raises(Unreadable, match="000822484 are not in the answer"):
        one.parse(without("000822484"))
    assert "001759970" not in one.parse(without("001759970"))["series_values"]["idbank"]


# --- DREES -------------------------------------------------------------------------------------


def test_attachments_are_landed_and_checked_not_read(tmp_path: Path) -> None:
    one = connector("drees_training")
    found = remotes(one.discover(told({"/attachments": recorded("drees_attachments.json")})))
    assert [remote.media for remote in found] == ["xlsx"]
    assert found[0].key == "la_formation_aux_professions_sociales_series_longues_xlsx"
    file = workbook(tmp_path / "a.xlsx", {"Tableau 1": [["Inscrits", 1]]})
    assert one.parse(landed("drees_training", found[0].key, file, "e")) == {}
    with pytest.raises(Unreadable, match="workbook is empty"):
        one.parse(landed("x", "k", workbook(tmp_path / "b.xlsx", {"S": []}), "e"))
    with pytest.raises(SourceProblem, match="no workbook is listed"):
        one.discover(told({"/attachments": b'{"attachments": []}'}))
    with pytest.raises(SourceProblem, match="has not the shape"):
        one.discover(told({"/attachments": b'{"error_code": "x"}'}))


# --- France Travail, offers --------------------------------------------------------------------


def test_open_offers_are_counted_by_content_range(tmp_path: Path) -> None:
    one = connector("france_travail_offers")
    asked: list[Remote] = []
    page = recorded("france_travail_offers_page.json")

    def fetch(remote: Remote) -> Reply:
        asked.append(remote)
        if remote.key == "token":
            return Reply(200, {}, recorded("france_travail_token.json"), remote.url)
        if "departement=2A" in remote.url:
            return Reply(204, {}, b"", remote.url)
        status = 200 if "departement=75" in remote.url else 206
        total = "1/1" if status == 200 else "0/353"
        return Reply(status, {"content-range": f"offres 0-{total}"}, page, remote.url)

    [gathered] = one.discover(fetch)
    assert isinstance(gathered, Gathered)
    assert asked[0].form is not None
    assert asked[0].form["grant_type"] == "client_credentials"
    assert asked[1].headers["Authorization"].startswith("Bearer ")
    assert all(remote.partial for remote in asked[1:])
    assert not any("secret" in remote.url for remote in asked)
    assert b"secret" not in gathered.content
    path = tmp_path / "gathered.json"
    path.write_bytes(gathered.content)
    file = landed("france_travail_offers", "open_offers", path, "semaine 2026-48")
    assert one.edition_of(file) == "semaine 2026-48"
    table = one.parse(file)["open_offers"]
    assert set(table["counted_on"]) == {"2026-11-23"}
    k1207 = table.filter(pl.col("rome_code") == "K1207")
    counts = dict(k1207.select("department_code", "n_offers").iter_rows())
    assert counts["fr"] == "353"
    assert counts["2A"] == "0"
    known = pl.read_csv(SEEDS / "occupations.csv", infer_schema=False)["occupation_id"]
    assert {f"rome_{code.lower()}" for code in table["rome_code"]} <= set(known)
    places = pl.read_csv(SEEDS / "geographies.csv", infer_schema=False)["geography_id"]
    assert {f"fr_d{code.lower()}" for code in counts if code != "fr"} <= set(places)


@pytest.mark.parametrize(
    ("header", "total"), [("offres 0-149/353", 353), ("items 0-0/12", 12), ("*/0", 0)]
)
def test_the_total_stands_behind_the_stroke(header: str, total: int) -> None:
    assert total_of(Reply(206, {"content-range": header}, b"", "u")) == total


@pytest.mark.parametrize("header", ["", "offres 0-149", "offres 0-149/*", "offres 0-149/-3"])
def test_a_count_that_is_not_stated_is_a_report(header: str) -> None:
    with pytest.raises(Unreadable, match="does not state a total"):
        total_of(Reply(206, {"content-range": header}, b"", "u"))


@pytest.mark.parametrize("reply", [b'{"error": "invalid_client"}', b'{"access_token": ""}', b"[]"])
def test_refused_credentials_are_a_report_without_the_secret(reply: bytes) -> None:
    with pytest.raises(SourceProblem) as caught:
        connector("france_travail_offers").discover(told({"access_token": reply}))
    assert "no access token" in caught.value.problem
    assert "secret" not in str(caught.value).replace("SECRET", "")


NO_COUNTS: list[object] = [
    [],
    {},
    [{"rome_code": "K1207"}],
    [{"rome_code": "X", "department": "75", "n_offers": 1}],
    [{"rome_code": "K1207", "department": "75", "n_offers": -1}],
]


@pytest.mark.parametrize("counts", NO_COUNTS)
def test_damaged_counts_are_a_report(counts: object, tmp_path: Path) -> None:
    path = tmp_path / "gathered.json"
    path.write_text(json.dumps({"counts": counts}))
    with pytest.raises(Unreadable):
        connector("france_travail_offers").parse(landed("x", "open_offers", path, "e"))


def test_survey_years_are_read_from_names_and_titles() -> None:
    from ingest.online.connectors.data_gouv import Resource

    def year(title: str, url: str, form: str = "xlsx") -> int | None:
        return bmo.survey_year(Resource("i", title, f"https://h/{url}", form, ""))

    assert year("BMO", "Base_open_data_BMO_2025.xlsx") == 2025
    assert year("Données 2022", "Donnees_consolidees.zip", "zip") == 2022
    assert year("x", "Base_open_data_23.xlsx") == 2023
    assert year("Résultats 2024", "BMO_2024.pdf", "pdf") is None
    assert year("Dictionnaire 2024", "variables_2024.xlsx") is None
