"""The programs that people use read an edition as it is, from disk and over HTTP."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from ingest.paths import PROJECT_ROOT
from opendata import cells
from opendata.files.dialects import FRENCH
from opendata.files.workbook import QUERIES, words
from opendata.model import OpenEdition
from opendata.terms import WORKBOOK
from tests.opendata.conftest import free_port, run, serving, tool

pytestmark = pytest.mark.loopback
ADDRESS = "https://donnees.example.fr/observatoire"
PAGE = (PROJECT_ROOT / "docs" / "open-data.md").read_text(encoding="utf-8")
EXAMPLES = {
    name: (language, code)
    for language, name, code in re.findall(r"^```(\w+) (\w+)\n(.*?)^```", PAGE, re.M | re.S)
}


@pytest.fixture(scope="module")
def served(
    edition: OpenEdition, edition_folder: Path
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Address of the edition on a plain web server with byte ranges, and what is asked of it."""
    assert edition.files
    with serving(edition_folder) as server:
        yield server


def example(name: str, address: str) -> str:
    """An example of the page, with another address."""
    code = EXAMPLES[name][1].replace(ADDRESS, address)
    assert ADDRESS not in code
    return code


# --- the examples of the page ------------------------------------------------------------------


def test_every_example_of_the_page_is_tried_here() -> None:
    assert set(EXAMPLES) == {"polars", "pandas", "duckdb", "r", "curl", "exact", "kv", "apply"}


def test_polars_asks_only_for_what_it_needs(served: tuple[str, list[tuple[str, str]]]) -> None:
    address, asked = served
    asked.clear()
    found: dict[str, pl.DataFrame] = {}
    exec(example("polars", address), found)  # noqa: S102 - the project's own page
    rates = found["taux"]
    assert rates.height > 400
    assert rates["period_end"].dtype == pl.Date
    assert rates["value"].max() < 0.2
    assert asked
    assert all(asked_range for _, asked_range in asked)


def test_pandas_keeps_the_zeros_of_the_codes(served: tuple[str, list[tuple[str, str]]]) -> None:
    found: dict[str, object] = {}
    exec(example("pandas", served[0]), found)  # noqa: S102
    places = found["lieux"]
    codes = set(places["code"])  # type: ignore[index]
    assert {"01", "2A", "75"} <= codes
    assert places["label_fr"][places["code"] == "2A"].tolist() == ["Corse-du-Sud"]  # type: ignore[index]


def test_pandas_reads_the_types_of_parquet(served: tuple[str, list[tuple[str, str]]]) -> None:
    import pandas as pd

    read = pd.read_parquet(f"{served[0]}/data/parquet/fct_observation.parquet")
    assert isinstance(read["period_end"].dropna().iloc[0], dt.date)
    assert str(read["value"].dtype) == "float64"
    assert str(read["is_latest"].dtype) == "bool"


def test_duckdb_runs_the_query_of_the_page_on_the_files(
    edition: OpenEdition, edition_folder: Path
) -> None:
    """Over HTTP it needs an extension that is downloaded: here the same query reads the disk."""
    with duckdb.connect() as connection:
        rows = connection.sql(example("duckdb", str(edition_folder))).fetchall()
    assert len(rows) == 10
    assert all(isinstance(row[1], dt.date) and isinstance(row[2], float) for row in rows)
    assert edition.files


def test_duckdb_reads_the_metadata_of_the_page(
    edition: OpenEdition, edition_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(edition_folder)
    with duckdb.connect() as connection:
        told = dict(connection.sql(EXAMPLES["kv"][1].rstrip().rstrip(";")).fetchall())
    assert {"title", "licence", "attribution", "columns", "withheld_rows"} <= set(told)
    assert edition.files


def test_a_csv_is_read_exactly_by_its_schema(
    edition: OpenEdition, served: tuple[str, list[tuple[str, str]]]
) -> None:
    found: dict[str, pl.DataFrame] = {}
    exec(example("exact", served[0]), found)  # noqa: S102
    rows = edition.release.sql(edition.rights.tables["dim_source"].selection())
    integers = {name: pl.Int64 for name, type_ in rows.schema.items() if type_ == pl.Int32}
    restored = found["table"].with_columns(
        pl.col(name) == "true"
        for name, type_ in rows.schema.items()
        if type_ == pl.Boolean and found["table"].schema[name] == pl.String
    )
    assert restored.equals(rows.cast(integers), null_equal=True)


def test_curl_checks_its_copy(served: tuple[str, list[tuple[str, str]]], tmp_path: Path) -> None:
    tool("curl", "curl")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", example("curl", served[0])],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "mart_key_figures.csv: " in done.stdout
    (tmp_path / "mart_key_figures.csv").write_text("altered")
    again = subprocess.run(
        [
            "bash",
            "-euo",
            "pipefail",
            "-c",
            example("curl", served[0]).replace("--remote-name", "--head"),
        ],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert again.returncode != 0


def test_r_runs_the_example_of_the_page(served: tuple[str, list[tuple[str, str]]]) -> None:
    done = run(tool("Rscript", "r-base-core"), "-e", example("r", served[0]), LC_ALL="C.UTF-8")
    assert re.search(r"\b01\b.*\bAin\b", done.stdout)
    assert re.search(r"\b2A\b.*\bCorse-du-Sud\b", done.stdout)


# --- R -----------------------------------------------------------------------------------------

R_SCRIPT = """
suppressMessages(library(readr))
french_file <- "data/csv-fr/mart_key_figures.csv"
figures <- read.csv2(french_file, fileEncoding = "UTF-8-BOM", na.strings = "")
plain <- read_csv("data/csv/mart_key_figures.csv", show_col_types = FALSE)
french <- suppressMessages(read_csv2(french_file, show_col_types = FALSE))
places <- read_csv("data/csv/dim_geography.csv", col_types = cols(code = col_character()))
package <- jsonlite::fromJSON("datapackage.json", simplifyVector = FALSE)
total <- function(x) sum(x, na.rm = TRUE)
cat(jsonlite::toJSON(list(
  rows = c(nrow(figures), nrow(plain), nrow(french)),
  sums = c(total(figures$value), total(plain$value), total(french$value)),
  types = c(class(figures$value), class(plain$value), class(french$value)),
  missing = c(sum(is.na(figures$value)), sum(is.na(plain$value)), sum(is.na(french$value))),
  dates = c(class(plain$document_published_on), class(french$document_published_on)),
  labels = figures$label_fr,
  first_places = places$code[places$level == "department"],
  resources = length(package$resources)
), auto_unbox = TRUE, digits = NA))
"""


def test_r_reads_both_csv_and_the_description(edition: OpenEdition, edition_folder: Path) -> None:
    command = [tool("Rscript", "r-base-core"), "-e", R_SCRIPT]
    done = subprocess.run(
        command, cwd=edition_folder, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    figures = edition.release.sql("select * from mart_key_figures")
    assert read["rows"] == [figures.height] * 3
    assert read["sums"] == pytest.approx([figures["value"].sum()] * 3, rel=1e-12)
    assert read["types"] == ["numeric"] * 3
    assert read["missing"] == [figures["value"].null_count()] * 3
    assert read["dates"] == ["Date"] * 2
    assert read["labels"] == figures["label_fr"].to_list()
    assert {"01", "2A", "974"} <= set(read["first_places"])
    assert read["resources"] == len(edition.files)


# --- LibreOffice -------------------------------------------------------------------------------

# What a person answers who opens a CSV: semicolon, quotes, UTF-8, from line 1, French, no column
# of its own type, numbers and dates recognised.
FRENCH_CSV = "CSV:59,34,76,1,,1036,false,true,false"
HOSTILE = pl.DataFrame(
    {
        "text": [
            "=1+1",
            "+41 %",
            "-5",
            "@SUM(A1)",
            "\t=2",
            "'=3",
            '=HYPERLINK("http://x")',
            "é ; «",
        ],
        "value": [0.045, -1.5, 1e-7, 1234567.25, None, 0.0, 3.77, -0.1],
        "on": [dt.date(2024, 1, 31), None, dt.date(1998, 6, 30), *[dt.date(2025, 12, 1)] * 5],
        "is_known": [True, False, None, True, False, True, True, False],
    }
)


@pytest.fixture(scope="module")
def office(
    edition: OpenEdition, edition_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """What LibreOffice makes of two French CSV (workbooks) and of the workbook (CSV)."""
    soffice = tool("soffice", "libreoffice-calc-nogui")
    folder = tmp_path_factory.mktemp("office")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    (folder / "hostile.csv").write_bytes(FRENCH.document(HOSTILE))
    run(
        soffice, profile, "--headless", "--convert-to", "xlsx", f"--infilter={FRENCH_CSV}",
        "--outdir", folder, folder / "hostile.csv",
        edition_folder / "data" / "csv-fr" / "mart_key_figures.csv",
    )  # fmt: skip
    every_sheet = (
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,false,false,false,false,-1"
    )
    run(
        soffice, profile, "--headless", "--convert-to", every_sheet, "--outdir", folder,
        edition_folder / "data" / "key_figures.xlsx",
    )  # fmt: skip
    assert edition.files
    return folder


def sheet(file: Path, name: str | None = None) -> list[list[object]]:
    """The cells of one sheet; an empty one is an empty text."""
    book = CalamineWorkbook.from_path(file)
    return book.get_sheet_by_name(name or book.sheet_names[0]).to_python()


def test_office_takes_french_numbers_dates_and_words_for_what_they_are(office: Path) -> None:
    head, *rows = sheet(office / "hostile.xlsx")
    assert head == HOSTILE.columns
    for row, (text, value, on, known) in zip(rows, HOSTILE.iter_rows(), strict=True):
        assert row == [
            cells.escape_text(text),
            "" if value is None else value,
            on or "",
            "" if known is None else known,
        ]


def test_office_opens_the_key_figures_with_their_values(office: Path, edition: OpenEdition) -> None:
    head, *rows = sheet(office / "mart_key_figures.xlsx")
    figures = edition.release.sql("select * from mart_key_figures order by figure_id")
    assert head == figures.columns
    for name in ("value", "value_high", "label_fr", "document_published_on", "is_chartable"):
        shown = [row[head.index(name)] for row in rows]
        expected = ["" if cell is None else cell for cell in figures[name].to_list()]
        if name.startswith("value"):  # a workbook of LibreOffice holds 15 digits
            numbers = [math.nan if cell == "" else cell for cell in shown]
            known = [math.nan if cell == "" else cell for cell in expected]
            assert numbers == pytest.approx(known, rel=1e-14, nan_ok=True), name
        else:
            assert shown == expected, name


def test_office_shows_the_numbers_of_the_workbook_as_numbers(
    office: Path, edition: OpenEdition
) -> None:
    said = words()["sheet"][0]
    text = (office / f"key_figures-{said['name']}.csv").read_text(encoding="utf-8")
    read = list(csv.DictReader(io.StringIO(text)))
    values = {row["Identifiant"]: row["Valeur"] for row in read}
    figures = edition.release.sql("select figure_id, value from mart_key_figures")
    assert len(values) == figures.height
    for figure, value in figures.iter_rows():
        shown = values[figure]
        factor = 0.01 if shown.endswith("%") else 1
        number = float(shown.removesuffix("%")) * factor if shown else None
        assert number == pytest.approx(value)


# --- the workbook ------------------------------------------------------------------------------


def workbook(folder: Path) -> Path:
    return folder / "data" / "key_figures.xlsx"


def column(rows: list[list[object]], title: str) -> list[object]:
    place = rows[0].index(title)
    return [row[place] for row in rows[1:]]


def test_the_workbook_holds_what_it_says(edition: OpenEdition, edition_folder: Path) -> None:
    file = workbook(edition_folder)
    figures = sheet(file, "Chiffres clés")
    marts = edition.release.sql(
        "select value, document_published_on from mart_key_figures "
        "order by document_published_on, document, text_line, figure_id"
    )
    assert column(figures, "Valeur") == pytest.approx(
        ["" if v is None else v for v in marts["value"]]
    )
    assert column(figures, "Paru le") == marts["document_published_on"].to_list()
    claims = edition.release.sql("select claim_fr from mart_claim_audit where is_preferred")
    assert sorted(column(sheet(file, "Vérifications"), "Affirmation")) == sorted(
        cells.escape_text(claim) for claim in claims["claim_fr"]
    )


def test_the_terms_of_the_workbook_are_those_of_the_tables_that_it_reads() -> None:
    assert {re.search(r"from (\w+)", query)[1] for query in QUERIES.values()} == set(WORKBOOK)


def test_the_last_values_are_those_that_may_be_handed_out(
    edition: OpenEdition, edition_folder: Path
) -> None:
    latest = sheet(workbook(edition_folder), "Dernières valeurs")
    assert set(column(latest, "Identifiant de la source")) == {
        "dares_vacancies",
        "france_travail_bmo",
    }
    condition = edition.rights.tables["fct_observation"].condition
    newest = edition.release.sql(
        f"select indicator_id, max(period_end) as newest from fct_observation "
        f"where {condition} and is_latest and geography_id = 'fr' group by all"
    )
    for indicator, day in newest.iter_rows():
        shown = [
            end
            for name, end in zip(
                column(latest, "Identifiant de l’indicateur"), column(latest, "Fin"), strict=True
            )
            if name == indicator
        ]
        assert max(shown) == day  # type: ignore[type-var]


def test_every_code_of_the_workbook_is_said_in_french(
    edition: OpenEdition, edition_folder: Path
) -> None:
    known = words()["words"]
    codes = edition.release.sql(
        """
        select 'unit_id' as place, unit_id as code from mart_key_figures
        union select 'unit_id', unit_id from mart_claim_audit
        union select 'qualifier', qualifier from mart_key_figures
        union select 'qualifier', qualifier from fct_observation
        union select 'status', status from fct_observation
        union select 'frequency', frequency from fct_observation
        """
    )
    assert [row for row in codes.rows() if row[1] is not None and row[1] not in known[row[0]]] == []
    assert edition_folder.is_dir()


def test_the_workbook_says_where_it_comes_from_and_what_it_leaves_out(
    edition: OpenEdition, edition_folder: Path
) -> None:
    told = sheet(workbook(edition_folder))
    text = "\n".join(str(cell) for row in told for cell in row)
    withheld = edition.rights.tables["fct_observation"].withheld_rows
    assert edition.release.id in text
    assert edition.publication.own_licence.name in text
    assert f"{sum(item.n_rows for item in withheld)} observations" in text
    for source in edition.release.sql("select citation from dim_source")["citation"]:
        assert cells.escape_text(source) in text


# --- nginx -------------------------------------------------------------------------------------


@contextmanager
def nginx(folder: Path, place: Path) -> Iterator[str]:
    """The example of deploy/ in front of a folder."""
    program, port = tool("nginx", "nginx"), free_port()
    said = (PROJECT_ROOT / "deploy" / "nginx" / "donnees.conf").read_text()
    said = said.replace("/srv/observatoire/donnees/", f"{folder}/")
    user = "user root;" if os.geteuid() == 0 else ""  # who may read the test's folder
    (place / "nginx.conf").write_text(
        f"{user} pid {place}/pid; error_log {place}/error.log; daemon off; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {place}/b; proxy_temp_path {place}/p;\n"
        f"fastcgi_temp_path {place}/f; uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;\n"
        f"server {{ listen 127.0.0.1:{port};\n{said}\n}} }}\n"
    )
    with subprocess.Popen([program, "-c", str(place / "nginx.conf"), "-p", str(place)]) as server:
        try:
            for _ in range(100):
                if (place / "pid").exists():
                    break
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}/donnees"
        finally:
            server.terminate()


def test_nginx_serves_ranges_compression_and_other_sites(
    edition: OpenEdition, edition_folder: Path, tmp_path: Path
) -> None:
    curl = tool("curl", "curl")
    parquet = edition_folder / "data" / "parquet" / "dim_source.parquet"
    assert edition.files
    with nginx(edition_folder, tmp_path) as address:
        part = run(
            curl, "-sSi", "-H", "Range: bytes=-4", f"{address}/data/parquet/dim_source.parquet"
        )
        assert "206 Partial Content" in part.stdout
        assert part.stdout.endswith("PAR1")
        assert f"/{parquet.stat().st_size}" in part.stdout
        assert "Content-Type: application/vnd.apache.parquet" in part.stdout
        packed = run(
            curl, "-sSI", "-H", "Accept-Encoding: gzip", f"{address}/data/csv/dim_source.csv"
        )
        assert "Content-Encoding: gzip" in packed.stdout
        assert "Content-Type: text/csv; charset=utf-8" in packed.stdout
        assert "Access-Control-Allow-Origin: *" in packed.stdout
        asked = run(curl, "-sSi", "-X", "OPTIONS", f"{address}/data/csv/dim_source.csv")
        assert "204 No Content" in asked.stdout
        assert "Access-Control-Allow-Headers: Range" in asked.stdout
        for method, path, code in (
            ("POST", "/", "403"),
            ("GET", "/data/", "403"),
            ("GET", "/", "200"),
            ("GET", "/none", "404"),
        ):
            got = run(
                curl, "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, address + path
            )
            assert got.stdout == code, (method, path)
        asked_again = run(curl, "-sSI", f"{address}/index.html")
        tag = re.search(r"ETag: (\S+)", asked_again.stdout)
        assert tag
        same = run(curl, "-sSi", "-H", f"If-None-Match: {tag[1]}", f"{address}/index.html")
        assert "304 Not Modified" in same.stdout
        count = pl.scan_parquet(f"{address}/data/parquet/mart_salary_smic.parquet").select(pl.len())
        assert (
            count.collect().item()
            == edition.release.manifest.files["mart_salary_smic.parquet"].rows
        )
