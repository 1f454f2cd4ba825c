"""Any bytes into any reader or connector: a table or a report, never a crash and never a hang.

Bytes are drawn at random, and real ones are damaged: cut, with bytes changed, doubled or swapped.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.declarations import Source, read_declaration
from ingest.online.connector import Connector, Landed, SourceProblem, Unreadable
from ingest.online.connectors import CONNECTORS, ameli, dares
from ingest.online.connectors.ameli import links
from ingest.online.formats.delimited import parse_delimited
from ingest.online.formats.grid import Columns, Grid, fold, grid_of, take_columns
from ingest.online.formats.jsonstat import parse_jsonstat
from ingest.online.formats.limited import DEFAULT, read_parquet, read_workbook
from ingest.online.formats.sdmx import parse_period, parse_sdmx
from ingest.paths import PROJECT_ROOT
from tests.online.test_connectors import ADJUSTED, MAIN, OCCUPIED, accidents
from tests.online.test_formats import recorded, workbook

RAW = PROJECT_ROOT / "data" / "raw"
IN_PROCESS = settings(
    max_examples=300, deadline=5_000, suppress_health_check=[HealthCheck.too_slow]
)
# Each example starts a process.
IN_CHILD = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
TEXTS = (
    "dares_brut_emploisvacants.csv",
    "dares_brut_emploisoccupes.csv",
    "eurostat_jvs_q_nace2.json",
    "insee_bdm.xml",
    "insee_bdm_generic.xml",
)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """A real file with up to five wounds."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, max(len(content) - 1, 0)))
        length = draw(st.integers(0, 40))
        match draw(st.sampled_from(["cut", "change", "double", "drop", "insert"])):
            case "cut":
                del content[place:]
            case "change":
                content[place : place + 1] = draw(st.binary(min_size=1, max_size=4))
            case "double":
                content[place:place] = content[place : place + length]
            case "drop":
                del content[place : place + length]
            case _:
                content[place:place] = draw(st.binary(max_size=20))
    return bytes(content)


def files() -> st.SearchStrategy[bytes]:
    """Random bytes, and each recording damaged."""
    return st.one_of(st.binary(max_size=2_000), *(damaged(recorded(name)) for name in TEXTS))


def is_readable(report: SourceProblem) -> None:
    """A person is told what is wrong and what to do."""
    assert report.problem
    assert report.remedy


READERS: dict[str, Callable[[bytes], object]] = {
    "delimited": parse_delimited,
    "jsonstat": parse_jsonstat,
    "sdmx": parse_sdmx,
}


@pytest.mark.parametrize("reader", READERS)
@IN_PROCESS
@given(content=files())
@example(content=b"")
@example(content=b"\xef\xbb\xbf")
@example(content=b"[" * 50_000)
@example(content=b"<a>" * 50_000)
@example(content=b'"' * 999)
@example(content=b'{"a":' * 20_000)
@example(content=b'{"version":"2.0","class":"dataset","id":[],"size":[],"value":{},"dimension":{}}')
@example(content=b'{"version":"2.0","class":"dataset","id":["a"],"size":[1e308],"value":{}}')
@example(content=b'{"version":"2.0","class":"dataset","id":["a"],"size":["9"],"dimension":[]}')
def test_any_bytes_into_a_reader_give_a_table_or_a_report(reader: str, content: bytes) -> None:
    try:
        READERS[reader](content)
    except Unreadable as report:
        is_readable(report)


def declared() -> list[Source]:
    found = [read_declaration(folder / "source.yml") for folder in sorted(RAW.iterdir())]
    return [source for source in found if source.online is not None]


def made(source: Source) -> Connector:
    assert source.online is not None
    return CONNECTORS[source.online.connector](source, {})


SOURCES = {source.id: source for source in declared()}
KEYS = {
    "dares_vacancies": (MAIN, ADJUSTED, OCCUPIED),
    "eurostat_vacancies": ("jvs_q_nace2",),
    "eurostat_work_accidents": ("hsw_n2_01",),
    "insee_bdm": ("series",),
    "france_travail_offers": ("open_offers",),
}


def try_to_parse(source_id: str, key: str, content: bytes, folder: Path) -> None:
    """Names and parses; whatever comes out has exactly the declared columns."""
    path = folder / "landed"
    path.write_bytes(content)
    now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    sha256 = hashlib.sha256(content).hexdigest()
    landed = Landed(source_id, key, "https://x.test/", sha256, path, now, edition="e")
    source = SOURCES[source_id]
    try:
        label = made(source).edition_of(landed)
        tables = made(source).parse(landed)
    except SourceProblem as report:
        is_readable(report)
        return
    assert label
    for name, frame in tables.items():
        table = next(one for one in source.tables if one.name == name)
        wanted = {column.name for column in table.all_columns} - {"edition_rank"}
        assert wanted <= set(frame.columns)
        assert all(frame[column].dtype == pl.String for column in wanted)


@pytest.mark.parametrize("source_id", KEYS)
@IN_PROCESS
@given(data=st.data())
def test_any_bytes_into_a_connector_give_its_columns_or_a_report(
    source_id: str, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(KEYS[source_id]))
    content = data.draw(files())
    # Parquet is read in a process of its own, tested below.
    content = content.removeprefix(b"PAR1")
    with tempfile.TemporaryDirectory() as folder:
        try_to_parse(source_id, key, content, Path(folder))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A workbook and a Parquet file to be damaged."""
    folder = tmp_path_factory.mktemp("real")
    book = workbook(folder / "a.xlsx", {"AT 2025 par CTN X NAF": accidents(2025)})
    pl.DataFrame({"date": ["2025-T4"] * 50, "n": range(50)}).write_parquet(folder / "a.parquet")
    return {"workbook": book.read_bytes(), "parquet": (folder / "a.parquet").read_bytes()}


@pytest.mark.parametrize("kind", ["workbook", "parquet"])
@IN_CHILD
@given(data=st.data())
def test_any_bytes_into_the_limited_process_give_a_table_or_a_report(
    kind: str, data: st.DataObject, real: dict[str, bytes]
) -> None:
    magic = {"workbook": b"PK\x03\x04", "parquet": b"PAR1"}[kind]
    random = st.binary(max_size=300).map(lambda content: magic + content)
    content = data.draw(st.one_of(random, damaged(real[kind]), damaged(real[kind])))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "landed"
        path.write_bytes(content)
        try:
            read_workbook(path) if kind == "workbook" else read_parquet(path)
        except Unreadable as report:
            is_readable(report)


@pytest.mark.parametrize(
    ("source_id", "key"),
    [
        ("ameli_work_accidents", "at_2025"),
        ("ameli_occupational_diseases", "mp_2025"),
        ("france_travail_bmo", "bmo_2025"),
        ("drees_training", "any"),
        ("dares_vacancies", MAIN),
    ],
)
@settings(IN_CHILD, max_examples=8)
@given(data=st.data())
def test_damaged_workbooks_into_a_connector_give_its_columns_or_a_report(
    source_id: str, key: str, data: st.DataObject, real: dict[str, bytes]
) -> None:
    kind = "parquet" if source_id == "dares_vacancies" else "workbook"
    content = data.draw(damaged(real[kind]))
    with tempfile.TemporaryDirectory() as folder:
        try_to_parse(source_id, key, content, Path(folder))


cells = st.one_of(
    st.none(),
    st.sampled_from(["CTN", "Code NAF", "Nom", "*", "12", "-3", "1e9", "Date", "2025-T4", "BTS"]),
    st.text(max_size=12),
)


@IN_PROCESS
@given(
    table=st.integers(1, 8).flatmap(
        lambda width: st.lists(
            st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=40
        )
    ),
    columns=st.sampled_from(
        [
            ameli.ACCIDENTS,
            ameli.DISEASES,
            dares.VACANT,
            Columns({"a": ("Nom",), "b": ("Date", "CTN")}, optional=frozenset({"b"})),
        ]
    ),
)
def test_any_cells_give_the_wanted_columns_or_a_report(
    table: list[list[str | None]], columns: Columns
) -> None:
    names = {f"c{number}": pl.String for number in range(len(table[0]))}
    grid = grid_of(pl.DataFrame(table, schema=names, orient="row"))
    try:
        taken = take_columns(grid, columns)
    except Unreadable as report:
        is_readable(report)
        return
    assert taken.columns == ["_row_number", *columns.wanted]
    assert isinstance(grid, Grid)


@IN_PROCESS
@given(name=st.text(max_size=60))
def test_folding_a_name_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@IN_PROCESS
@given(year=st.integers(1800, 2199), month=st.integers(1, 12))
def test_periods_of_a_year_follow_one_another(year: int, month: int) -> None:
    period = parse_period(f"{year}-{month:02d}")
    following = f"{year + month // 12}-{month % 12 + 1:02d}"
    assert period.end + dt.timedelta(days=1) == parse_period(following).start
    quarter = parse_period(f"{year}-T{(month + 2) // 3}")
    assert quarter.start <= period.start
    assert period.end <= quarter.end


@IN_PROCESS
@given(text=st.text(max_size=12))
def test_any_text_is_a_period_or_a_report(text: str) -> None:
    try:
        period = parse_period(text)
    except Unreadable:
        return
    assert period.start <= period.end


@IN_PROCESS
@given(page=st.one_of(st.text(max_size=300), st.text("<a href='\"/:[]#>?x ", max_size=120)))
def test_any_page_gives_links_or_none(page: str) -> None:
    for link in links(page, "https://assurance-maladie.ameli.fr/etudes"):
        assert isinstance(ameli.book_year(link, "AT"), int | None)


def test_the_limits_are_those_that_the_decision_states() -> None:
    """docs/adr/0008: a gigabyte, one and two minutes."""
    assert (DEFAULT.memory_bytes, DEFAULT.cpu_seconds, DEFAULT.wall_seconds) == (10**9, 60, 120)
