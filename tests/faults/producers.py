"""All live sources as the producers serve them: real files where at hand, else recordings."""

from __future__ import annotations

import io
import json
from pathlib import Path

import xlsxwriter

from ingest.paths import PROJECT_ROOT

RECORDINGS = PROJECT_ROOT / "tests" / "online" / "recordings"
SAMPLES = PROJECT_ROOT.parent / "shared" / "reference" / "samples"
DARES = "/api/explore/v2.1/catalog/datasets"
EUROSTAT = "/eurostat/api/dissemination/statistics/1.0/data"
STATIC = "https://static.data.gouv.fr/resources"
EHPA = "587_l-enquete-aupres-des-etablissements-d-hebergement-pour-personnes-agees-ehpa"
TENSIONS = (
    "les-tensions-dans-les-professions-du-social-par-profession-au-niveau-national-au-niveau-"
    "regional-et-departemental"
)


def real_files(samples: Path = SAMPLES) -> dict[str, bytes]:
    """What each address answers, by the beginning of its path.

    Raises:
        FileNotFoundError: The producers' own files are not beside the project.
    """
    recorded = {path.name: path.read_bytes() for path in RECORDINGS.iterdir()}
    vacancies = "dares_emploivacants_brut_emploisvacants"
    found = {
        f"{DARES}/{vacancies}/exports/": (samples / f"{vacancies}_2003T2_2025T4.csv").read_bytes(),
        f"{EUROSTAT}/jvs_q_nace2": recorded["eurostat_jvs_q_nace2.json"],
        f"{EUROSTAT}/hsw_n2_01": recorded["eurostat_hsw_n2_01.json"],
        "/series/sdmx/data/SERIES_BDM/": recorded["insee_bdm.xml"],
        "/api/1/datasets/enquete-besoins-en-main-doeuvre-bmo/": _catalogue(
            {f"BMO {year}": f"{STATIC}/bmo/{year}.xlsx" for year in (2024, 2025)}
        ),
        f"/api/1/datasets/{TENSIONS}/": _catalogue({"Tensions": f"{STATIC}/tensions/2022.xlsx"}),
        "/resources/tensions/2022.xlsx": _workbook("Tensions"),
        "/etudes-et-donnees/risque-at-ctn-x-naf-serie-annuelle": _page(
            "2024_Risque-AT-CTN-x-NAF_serie_annuelle.xlsx",
            "2024_Risque-MP-par-CTN-x-NAF_serie-annuelle.xlsx",
        ),
    }
    for name in ("brut_emploisoccupes", "cvs_emploisvacants", "cvs_emploisoccupes"):
        export = f"{DARES}/dares_emploivacants_{name}/exports/"
        found[export] = recorded[f"dares_{name}.csv"]
    for year in (2024, 2025):
        workbook = samples / f"Base_open_data_BMO_{year}.xlsx"
        found[f"/resources/bmo/{year}.xlsx"] = workbook.read_bytes()
    for kind, name in (("AT-CTN-x-NAF_serie_annuelle", "at"),
                       ("MP-par-CTN-x-NAF_serie-annuelle", "mp")):  # fmt: skip
        workbook = samples / f"ameli_{name}-by-ctn-naf.xlsx"
        found[f"/sites/default/files/2024_Risque-{kind}.xlsx"] = workbook.read_bytes()
    for data_set in (EHPA, "492_la-formation-aux-professions-sociales"):
        base = f"{DARES}/{data_set}/attachments"
        found[base] = json.dumps(
            {
                "total_count": 1,
                "links": [],
                "attachments": [
                    {
                        "href": f"https://data.drees.solidarites-sante.gouv.fr{base}/a_xlsx",
                        "metas": {
                            "mime-type": "application/vnd.openxmlformats-officedocument."
                            "spreadsheetml.sheet",
                            "title": "Effectifs de personnel - séries longues.xlsx",
                            "id": "a_xlsx",
                        },
                    }
                ],
            }
        ).encode()
        found[f"{base}/a_xlsx"] = _workbook(data_set)
    return found


def _catalogue(files: dict[str, str]) -> bytes:
    resources = [
        {
            "id": f"r{number}", "title": title, "description": None, "type": "main",
            "format": "xlsx", "url": url, "latest": url, "filesize": None, "checksum": None,
            "last_modified": "2026-04-20T08:00:00", "mime": None,
        }
        for number, (title, url) in enumerate(files.items())
    ]  # fmt: skip
    return json.dumps({"id": "d", "slug": "s", "title": "t", "resources": resources}).encode()


def _page(*names: str) -> bytes:
    links = "".join(f'<a href="/sites/default/files/{name}">{name}</a>' for name in names)
    return f"<!DOCTYPE html><html><body>{links}</body></html>".encode()


def _workbook(title: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Feuille")
        sheet.write_row(0, 0, ["Titre", "Valeur"])
        sheet.write_row(1, 0, [title, 1])
    return out.getvalue()
