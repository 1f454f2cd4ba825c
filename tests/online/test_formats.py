"""The readers of formats: what the producers really publish, and what they may not."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from ingest.online.connector import Unreadable
from ingest.online.formats.delimited import parse_delimited
from ingest.online.formats.grid import ROW, Columns, fold, grid_of, take_columns
from ingest.online.formats.jsonstat import parse_jsonstat
from ingest.online.formats.limited import DEFAULT, Limits, read_parquet, read_workbook
from ingest.online.formats.sdmx import parse_period, parse_sdmx

RECORDINGS = Path(__file__).parent / "recordings"
Sheets = dict[str, Sequence[Sequence[object]]]
ONE = Columns({"name": ("Nom", "name"), "count": ("Nombre d'emplois",)}, ignored=("clpe",))


def workbook(file: Path, sheets: Sheets) -> Path:
    """A workbook with the given cells."""
    with xlsxwriter.Workbook(str(file), {"strings_to_numbers": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return file


def recorded(name: str) -> bytes:
    return (RECORDINGS / name).read_bytes()


# --- delimited text ----------------------------------------------------------------------------


def test_one_or_two_byte_order_marks_and_any_line_end_are_read() -> None:
    for start in (b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf"):
        for end in ("\n", "\r\n"):
            content = start + f"Nom;Nombre d'emplois{end}a;1{end}".encode()
            rows = take_columns(parse_delimited(content), ONE)
            assert rows.rows() == [(2, "a", "1")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"  \n ", "the file is empty"),
        ("Libellé;n\né;1\n".encode("latin-1"), "not UTF-8: byte 0xe9 in line 1"),
        (b"a;b\n1;\x00\n", "NUL"),
        (b"a;b\n1;2\n3\n", "line 3 has 1 cells, the header has 2"),
        (b"a;b\n1;2\n3;4", "cut short"),
        (b'a;b\n1;"2\n', "line 2 is not readable"),
        (b"<!DOCTYPE html>\n<html><body>Maintenance</body></html>\n", "a web page came"),
    ],
    ids=["empty", "blank", "latin-1", "nul", "ragged", "cut", "open quote", "web page"],
)
def test_what_is_no_table_is_refused_with_its_place(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        parse_delimited(content)


# --- columns by name ---------------------------------------------------------------------------


def grid(rows: list[list[str]]) -> pl.DataFrame:
    width = max(len(row) for row in rows)
    padded = [row + [""] * (width - len(row)) for row in rows]
    names = [f"c{number}" for number in range(width)]
    return pl.DataFrame(padded, schema=dict.fromkeys(names, pl.String), orient="row")


def test_columns_are_found_in_any_order_below_a_shifted_header() -> None:
    cells = [["Titre"], [""], ["NOMBRE D’EMPLOIS", "clpe", " nom "], ["3", "x", "a"], ["", "", ""]]
    rows = take_columns(grid_of(grid(cells)), ONE)
    assert rows.to_dicts() == [{ROW: 4, "name": "a", "count": "3"}]


def test_names_are_compared_without_accents_case_and_typography() -> None:
    assert fold(" Libellé  du CTN* ") == fold("LIBELLE DU CTN")
    assert fold("dont IP avec taux ≥ 10% ") == fold("dont IP avec taux >=10%")
    assert fold("dont IP avec taux < 10%") != fold("dont IP avec taux ≥ 10%")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([["Nom", "Nombre de postes"], ["a", "1"]], "no line has the columns"),
        ([["Nom", "Nombre d'emplois", "Sexe"], ["a", "1", "F"]], "'Sexe' that nobody knows"),
        ([["Nom", "Nombre d'emplois", "name"], ["a", "1", "b"]], "'name' stands twice"),
        ([["", ""], ["", ""]], "no line has the columns"),
    ],
    ids=["renamed", "one more", "twice", "blank"],
)
def test_another_set_of_columns_is_a_report(cells: list[list[str]], said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        take_columns(grid_of(grid(cells)), ONE)


# --- workbooks in a limited process ------------------------------------------------------------


def test_cells_become_text_as_a_person_reads_them(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", {"S": [["x", 12.0, 0.5, True, None, "01", "*"]]})
    assert read_workbook(file)["S"].frame.row(0) == ("x", "12", "0.5", "true", None, "01", "*")


def test_a_zip_that_is_a_workbook_and_a_zip_that_holds_one_are_both_read(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", {"S": [["x"]]})
    misnamed = tmp_path / "misnamed.zip"
    misnamed.write_bytes(file.read_bytes())
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(file, "Base.xlsx")
        archive.writestr("lisezmoi.txt", "…")
    for each in (misnamed, packed):
        assert read_workbook(each)["S"].frame.rows() == [("x",)]


def test_rows_keep_their_line_when_the_sheet_starts_lower(tmp_path: Path) -> None:
    rows: list[list[object]] = [[], [], [], ["Nom", "Nombre d'emplois"], ["a", 1]]
    found = read_workbook(workbook(tmp_path / "a.xlsx", {"S": rows}))["S"]
    assert take_columns(found, ONE)[ROW].to_list() == [5]


def bomb(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 50_000_000)


def many_entries(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(DEFAULT.entries + 1):
            archive.writestr(f"xl/{number}.xml", "")


def huge_sheet(file: Path) -> None:
    """Two cells at the corners of the largest sheet: 17 thousand million cells between them."""
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet("S")
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "b")


def many_columns(file: Path) -> None:
    workbook(file, {"S": [[1] * (DEFAULT.columns + 1)]})


def web_page(file: Path) -> None:
    file.write_text("<!DOCTYPE html><html></html>")


def cut(file: Path) -> None:
    whole = workbook(file, {"S": [["x" * 50, number] for number in range(500)]}).read_bytes()
    file.write_bytes(whole[: len(whole) * 3 // 10])


def no_workbook_in_it(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("notes.txt", "…")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (bomb, "like a bomb"),
        (many_entries, "entries"),
        (huge_sheet, "memory|more than is allowed"),
        (many_columns, "columns"),
        (web_page, "begins with '<!DOCTYPE html"),
        (cut, "no ZIP archive"),
        (no_workbook_in_it, "holds 0 workbooks"),
        (lambda file: file.write_bytes(b""), "the file is empty"),
    ],
    ids=["bomb", "entries", "huge", "columns", "web page", "cut", "other zip", "empty"],
)
def test_a_hostile_workbook_is_a_report(
    make: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    file = tmp_path / "a.xlsx"
    make(file)
    with pytest.raises(Unreadable, match=said):
        read_workbook(file)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (replace(DEFAULT, wall_seconds=0), "took more than 0 s"),
        (replace(DEFAULT, output_bytes=10), "too much output|File too large"),
        (replace(DEFAULT, memory_bytes=60_000_000), "more memory than is allowed"),
        (replace(DEFAULT, cells=100), "more than is allowed"),
        (replace(DEFAULT, unpacked_bytes=1000), "1000 are allowed"),
        (replace(DEFAULT, sheets=0), "has 1 sheets"),
    ],
    ids=["time", "output", "memory", "cells", "unpacked", "sheets"],
)
def test_each_limit_stops_the_reading(limits: Limits, said: str, tmp_path: Path) -> None:
    rows = [[f"text {number} {'x' * 200}"] * 30 for number in range(8_000)]
    file = workbook(tmp_path / "a.xlsx", {"S": rows})
    with pytest.raises(Unreadable, match=said):
        read_workbook(file, limits)


def test_the_child_sees_nothing_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Credentials of the parent never reach the process that reads foreign files."""
    spy = tmp_path / "spy.py"
    spy.write_text(
        "import json, os\nprint(json.dumps({'refused': ' '.join(sorted(os.environ))}))\n"
    )
    monkeypatch.setenv("FRANCE_TRAVAIL_CLIENT_SECRET", "secret")
    monkeypatch.setattr("ingest.online.formats.limited.CHILD", spy)
    with pytest.raises(Unreadable) as caught:
        read_workbook(workbook(tmp_path / "a.xlsx", {"S": [["x"]]}))
    assert "SECRET" not in caught.value.problem
    assert "PATH" not in caught.value.problem.split()


def test_the_child_imports_nothing_of_the_project() -> None:
    from ingest.online.formats import limited

    source = limited.CHILD.read_text(encoding="utf-8")
    assert "import ingest" not in source
    assert "from ingest" not in source
    assert sys.executable


# --- Parquet -----------------------------------------------------------------------------------


def test_parquet_is_read_as_text(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    frame = pl.DataFrame({"date": ["2025-T4", None], "n": [1.0, 2.5], "k": [3, None]})
    frame.write_parquet(file)
    assert read_parquet(file).frame.rows() == [
        ("date", "n", "k"),
        ("2025-T4", "1", "3"),
        (None, "2.5", None),
    ]


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"PAR1" + b"\x00" * 100 + b"PAR1", b"PK\x03\x04"]
)
def test_a_damaged_parquet_file_is_a_report(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    file.write_bytes(content)
    with pytest.raises(Unreadable):
        read_parquet(file)


def test_parquet_beyond_the_limits_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pl.DataFrame({"n": range(1000)}).write_parquet(file)
    with pytest.raises(Unreadable, match="1000 × 1 cells, 10 are allowed"):
        read_parquet(file, replace(DEFAULT, cells=10))


# --- JSON-stat ---------------------------------------------------------------------------------


def test_jsonstat_values_and_flags_stand_at_their_codes() -> None:
    data = parse_jsonstat(recorded("eurostat_jvs_q_nace2.json"))
    assert data.updated.startswith("2026-11-16")
    flagged = data.frame.filter(
        (pl.col("geo") == "EU27_2020") & (pl.col("nace_r2") == "Q") & (pl.col("flag") == "bu")
    )
    assert set(flagged["time"]) == {"2025-Q3"}
    secret = data.frame.filter(pl.col("value").is_null())
    assert secret.select("geo", "nace_r2", "sizeclas", "flag").rows() == [("FR", "Q", "GE10", "c")]
    # The last dimension runs fastest: index 1 is the second period of the first codes.
    first = data.frame.row(1, named=True)
    assert (first["time"], first["geo"], first["s_adj"]) == ("2025-Q4", "EU27_2020", "NSA")


def test_jsonstat_lists_and_objects_of_values_are_the_same() -> None:
    start = b'{"version":"2.0","class":"dataset","id":["a"],"size":[3],"dimension":{"a":{"category"'
    whole = start + b':{"index":["x","y","z"]}}},"value":[1,null,3]}'
    sparse = start + b':{"index":{"y":1,"x":0,"z":2}}}},"value":{"0":1,"2":3}}'
    assert parse_jsonstat(whole).frame.rows() == parse_jsonstat(sparse).frame.rows()


SHAPE = '{{"version":"2.0","class":"dataset","id":["a"],"size":[{size}],"dimension":{{"a":{{"category":{{"index":{{"x":0}}}}}}}},"value":{value}}}'  # noqa: E501


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "no JSON"),
        (b"<html></html>", "web page"),
        (b"[]", "shape"),
        (recorded("eurostat_error.json"), "answers with an error"),
        (b'{"class":"collection","version":"2.0"}', "no JSON-stat"),
        (SHAPE.format(size=2, value="{}").encode(), "size 2 names 1 codes"),
        (SHAPE.format(size=1, value='{"1": 3}').encode(), "outside the 1 cells"),
        (SHAPE.format(size=1, value='{"0": "n"}').encode(), "no number"),
        (SHAPE.format(size=1, value="[1, 2]").encode(), "2 values where"),
        (SHAPE.format(size=10**9, value="{}").encode(), "more than"),
        (b"[" * 100_000, "no JSON"),
    ],
)
def test_what_is_no_jsonstat_is_a_report(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        parse_jsonstat(content)


# --- SDMX --------------------------------------------------------------------------------------


def test_generic_and_structure_specific_messages_say_the_same() -> None:
    specific = {one.attributes["IDBANK"]: one for one in parse_sdmx(recorded("insee_bdm.xml"))}
    [generic] = parse_sdmx(recorded("insee_bdm_generic.xml"))
    same = specific["001577289"]
    assert [(seen.period, seen.value) for seen in generic.observations] == [
        (seen.period, seen.value) for seen in same.observations
    ]
    assert generic.attributes["UNIT_MULT"] == same.attributes["UNIT_MULT"] == "3"
    assert same.observations[0].attributes["OBS_QUAL"] == "P"
    assert same.observations[2].value is None


@pytest.mark.parametrize(
    ("text", "start", "end", "frequency"),
    [
        ("2024", "2024-01-01", "2024-12-31", "annual"),
        ("2024-S2", "2024-07-01", "2024-12-31", "half_yearly"),
        ("2024-Q1", "2024-01-01", "2024-03-31", "quarterly"),
        ("2024-T4", "2024-10-01", "2024-12-31", "quarterly"),
        ("2024-B1", "2024-01-01", "2024-02-29", "two_monthly"),
        ("2023-B6", "2023-11-01", "2023-12-31", "two_monthly"),
        ("2023-02", "2023-02-01", "2023-02-28", "monthly"),
        ("2024-M02", "2024-02-01", "2024-02-29", "monthly"),
    ],
)
def test_periods_of_every_frequency(text: str, start: str, end: str, frequency: str) -> None:
    period = parse_period(text)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)
    assert period.frequency == frequency


def message(observations: bytes) -> bytes:
    """A structure-specific message with one series."""
    series = b"<Series>" + observations + b"</Series>"
    return b"<StructureSpecificData><DataSet>" + series + b"</DataSet></StructureSpecificData>"


@pytest.mark.parametrize("text", ["2024-Q5", "2024-13", "2024-B7", "2024-S0", "24", "2024-X1", ""])
def test_no_period_is_a_report(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_period(text)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<html>", "no XML"),
        (b"<html></html>", "<html>"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (b"<a>" * 100 + b"</a>" * 100, "nested"),
        (
            b"<Error><ErrorMessage code='140'><Text>no results</Text></ErrorMessage></Error>",
            "no res",
        ),
        (message(b"<Obs/>"), "no TIME_PERIOD"),
        (message(b'<Obs TIME_PERIOD="2024" OBS_VALUE="2,5"/>'), "no number"),
        (b"<?xml version='1.0' encoding='x-unheard-of'?><a/>", "no XML"),
    ],
)
def test_what_is_no_sdmx_is_a_report(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        parse_sdmx(content)


def test_a_billion_laughs_are_refused_at_the_first() -> None:
    lines = [b'<!ENTITY l0 "ha">']
    lines += [b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)]
    content = b"<!DOCTYPE a [" + b"".join(lines) + b"]><a>&l9;</a>"
    with pytest.raises(Unreadable, match="document type"):
        parse_sdmx(content)


def test_no_reader_leaves_a_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    read_workbook(workbook(tmp_path / "a.xlsx", {"S": [["x"]]}))
    bad = tmp_path / "b.xlsx"
    bad.write_bytes(b"PK\x03\x04" + io.BytesIO(b"rubbish").getvalue())
    with pytest.raises(Unreadable):
        read_workbook(bad)
    assert list((tmp_path / "tmp").iterdir()) == []
