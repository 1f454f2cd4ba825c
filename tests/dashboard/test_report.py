"""The report: what the pages show, whole, the same each time, readable without anything else."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import plotly.graph_objects as go
import polars as pl
import pytest

from dashboard import charts
from dashboard import format as fmt
from dashboard.language import speaking
from dashboard.release import Store
from dashboard.report import command, picture, printing, reading, words
from dashboard.report.recording import Chart
from dashboard.tables import Column
from dashboard.texts import text
from dashboard.views.claims import loading as audit
from ingest.paths import DATA_VARIABLE
from ingest.release import Release
from tests.conftest import run_observatoire
from tests.dashboard.conftest import Make
from tests.dashboard.test_release import without

OUTSIDE = re.compile(r"""(src|srcset|data-src|poster)\s*=|url\(|@import|<link|<script|<iframe""")
HEADING = re.compile(r"<h([1-6])[ >]")


class Reader(HTMLParser):
    """What a program that reads pages aloud needs of a document."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return plain(" ".join(self.words))


def plain(words: str) -> str:
    """Words with one space between them; a space that does not break stays what it is."""
    return re.sub(r"[ \n]+", " ", words)


@pytest.fixture(scope="module")
def html(release: Release, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of all themes, by the command that a person calls."""
    target = tmp_path_factory.mktemp("report") / "rapport.html"
    run = run_observatoire("report", "--output", str(target), root=_root(release))
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stderr == ""
    return target.read_text(encoding="utf-8")


def _root(release: Release) -> Path:
    return release.folder.parents[2]


def test_it_holds_every_theme_the_sources_and_the_verdicts(html: str, release: Release) -> None:
    said = Reader(html).text
    for name in list(reading.names())[1:]:
        assert text(f"{name}.title") in said
    assert release.id in said
    assert fmt.day(release.manifest.created_at.date()) in said
    claims = audit.claims(Store(release))
    for row in claims.iter_rows(named=True):
        assert plain(row["claim_text"]) in said
    for verdict in claims["claim_verdict_text"].unique():
        assert verdict in said
    unknown = release.sql("select count(*) as n from dim_source where licence_name = 'unknown'")
    assert unknown["n"][0] > 0
    assert text("caption.licence_unknown") in said


def test_it_opens_each_theme_with_the_figures_and_the_caution_of_its_page(
    html: str, release: Release
) -> None:
    said = Reader(html).text
    answer = release.sql(
        "select * from mart_educator_readings where is_natural order by all limit 1"
    )
    for name in ("2001", "2023", "2023_segur"):
        label = text(f"pay.answer_{name}")
        ratio = fmt.number(answer[f"ratio_{name}"][0], "#,##0.00")
        assert re.search(rf"{re.escape(label)} *{re.escape(ratio)}", said), label
    for caution in ("absenteeism.headline_note", "turnover.headline_note"):
        assert text(caution) in said


def test_it_asks_nothing_of_anybody_when_it_is_opened(html: str) -> None:
    assert not OUTSIDE.findall(html)
    assert not [
        tag for tag, attributes in Reader(html).tags if any(a[:2] == "on" for a in attributes)
    ]


def test_it_is_built_for_those_who_do_not_see_it(html: str) -> None:
    read = Reader(html)
    assert read.of("html")[0]["lang"] == "fr"
    levels = [int(level) for level in HEADING.findall(html)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(head.get("scope") in ("col", "row") for head in read.of("th"))
    pairs = list(pairwise(attributes for _, attributes in read.tags))
    for before, image in pairs:
        if image in read.of("svg"):
            named = image if "role" in image else before
            assert named["role"] == "img"
            assert named["aria-label"]
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = [a["href"] for a in read.of("a") if str(a["href"]).startswith("#")]
    assert len(targets) == len(reading.names()) + 2
    assert all(str(target)[1:] in ids for target in targets)


def test_each_chart_of_the_pages_is_drawn_and_has_its_table(html: str) -> None:
    assert text("report.no_picture") not in html
    pages = [reading.read(name, "fr") for name in reading.names()]
    shown = [e for page in pages for view in page.views for e in view.entries]
    charts_shown = [entry for entry in shown if isinstance(entry, Chart)]
    drawn = [entry for entry in charts_shown if entry.figure is not None]
    assert len(drawn) > 20
    assert html.count("<figure>") >= len(drawn)
    said = Reader(html).text
    for entry in charts_shown:
        assert entry.title, entry.key
        assert plain(entry.title) in said
        assert entry.caption.sources, entry.key


def test_a_value_on_paper_is_the_value_of_the_release(html: str, release: Release) -> None:
    """The last vacancy rate of section Q, followed to its row."""
    rows = release.sql(
        "select value, period_start, period_end from fct_observation "
        "where indicator_id = 'vacancy_rate' and population_id = 'section_q__all_sizes' "
        "and occupation_id = 'all' and source_id = 'dares_vacancies' and is_latest "
        "and value is not null and not is_second_rank order by period_end desc limit 1"
    )
    value, start, end = rows.row(0)
    found = re.findall(r"<tr><th[^>]*>([^<]*)</th>(.*?)</tr>", html)
    cells = [(head, re.findall(r"<td[^>]*>(.*?)</td>", rest)) for head, rest in found]
    assert any(
        fmt.period(start, end) in row and fmt.percent(value) in row and "section Q" in head
        for head, row in cells
    )


def test_the_same_release_gives_the_same_bytes(release: Release, tmp_path: Path) -> None:
    targets = [tmp_path / "one.html", tmp_path / "two.html"]
    for target in targets:
        asked = ("--page", "turnover", "--page", "salaires-smic", "--output", str(target))
        assert run_observatoire("report", *asked, root=_root(release)).returncode == 0
    assert targets[0].read_bytes() == targets[1].read_bytes()


def test_a_page_is_chosen_by_name_or_address(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(_root(release)))
    target = tmp_path / "one.html"
    assert command.main(["--page", "/rotation", "--page", "turnover", f"--output={target}"]) == 0
    said = Reader(target.read_text(encoding="utf-8"))
    assert [a["id"] for a in said.of("h2") if a["id"] in reading.names()] == ["turnover"]


def test_a_page_that_does_not_exist_is_a_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main(["--page", "nope", f"--output={tmp_path / 'x.html'}"])
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert all(name in told and address in told for name, address in reading.names().items())


def test_an_ending_that_is_no_format_is_a_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main([f"--output={tmp_path / 'x.docx'}"])
    assert stopped.value.code == 2


def test_english_is_english(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(_root(release)))
    target = tmp_path / "report.html"
    assert command.main(["--page", "turnover", "--language", "en", f"--output={target}"]) == 0
    read = Reader(target.read_text(encoding="utf-8"))
    assert read.of("html")[0]["lang"] == "en"
    with speaking("en"):
        for key in ("report.title", "report.reading_secret", "turnover.title", "report.sources"):
            assert text(key) in read.text


def test_no_release_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert command.main([f"--output={tmp_path / 'x.html'}"]) == 1
    assert "observatoire refresh" in capsys.readouterr().err
    assert not list(tmp_path.glob("*x.html*"))


def test_an_older_release_says_which_pages_it_lacks(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(without(release, tmp_path, "mart_salary_smic")))
    target = tmp_path / "x.html"
    assert command.main(["--page", "pay", "--page", "turnover", f"--output={target}"]) == 0
    read = Reader(target.read_text(encoding="utf-8"))
    assert read.text.count(text("report.no_page")) == 1
    assert text("turnover.headline_all") in read.text


# --- the file -----------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_said_and_nothing_is_left(
    release: Release,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(_root(release)))
    target = tmp_path / "no" / "x.html"
    assert command.main(["--page", "turnover", f"--output={target}"]) == 1
    assert str(target) in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_earlier_file_stays_until_a_whole_one_is_there(tmp_path: Path) -> None:
    target = tmp_path / "x.html"
    target.write_text("earlier", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        printing.write_html("half \ud800", target)
    assert target.read_text(encoding="utf-8") == "earlier"
    assert list(tmp_path.iterdir()) == [target]
    printing.write_html("whole", target)
    assert target.read_text(encoding="utf-8") == "whole"
    assert list(tmp_path.iterdir()) == [target]


def test_without_chromium_a_pdf_is_refused_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(printing.CannotPrint, match="apt install chromium"):
        printing.write_pdf("<p>", tmp_path / "x.pdf")
    assert not list(tmp_path.iterdir())


def test_a_chromium_that_fails_leaves_the_earlier_pdf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    broken = tools / "chromium"
    broken.write_text("#!/bin/sh\necho no display >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    target = tmp_path / "x.pdf"
    target.write_bytes(b"earlier")
    with pytest.raises(printing.CannotPrint, match="no display"):
        printing.write_pdf("<p>", target)
    assert target.read_bytes() == b"earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bin", "x.pdf"]


# --- pictures -----------------------------------------------------------------------------------


def test_a_picture_has_the_gaps_of_the_chart(make: Make) -> None:
    table = make(
        {"year": 2018, "value": 0.02},
        {"year": 2019, "value": 0.03},
        {"year": 2021, "value": 0.04},
        {"year": 2022, "value": None, "status": "secret"},
        {"year": 2023, "value": 0.05},
    )
    drawn = picture.svg(charts.time_series(table), "Taux")
    paths = re.findall(r'<path d="([^"]*)" fill="none"', drawn)
    assert [path.count("L") for path in paths if "L" in path] == [1]
    markers = re.findall(r'<path d="M[^"]*Z"', drawn)
    assert len(markers) == 4


def test_a_picture_puts_values_in_their_order(make: Make) -> None:
    rows = [
        {"series": name, "value": value} for name, value in (("a", 3.0), ("b", 1.0), ("c", 2.0))
    ]
    table = make(*({"year": 2020, "unit_kind": "count", "unit_symbol_text": ""} | r for r in rows))
    drawn = picture.svg(charts.bars(table), "Rangs")
    lengths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', drawn)]
    assert lengths == pytest.approx([lengths[0], lengths[0] / 3, lengths[0] * 2 / 3], abs=0.2)
    heights = [float(y) for y in re.findall(r'<rect [^>]*? y="([\d.]+)"', drawn)]
    assert heights == sorted(heights)


def test_a_null_value_has_no_bar(make: Make) -> None:
    table = make(
        {"year": 2020, "series": "a"},
        {"year": 2020, "series": "b", "value": None, "status": "secret"},
    )
    drawn = picture.svg(charts.bars(table), "Rangs")
    assert drawn.count("<rect") == 1
    assert text("format.secret") in drawn


def test_words_of_the_data_cannot_become_markup(make: Make) -> None:
    hostile = "<script>alert(1)</script> & <b>"
    table = make({"year": 2020, "series": hostile}, {"year": 2021, "series": hostile})
    drawn = picture.svg(charts.bars(table), hostile)
    assert "<script" not in drawn
    assert "alert" in drawn
    Reader(drawn)


@pytest.mark.parametrize(
    "figure",
    [
        go.Figure(go.Heatmap(z=[[1]])),
        go.Figure(go.Bar(x=["a"], y=[1])),
        go.Figure(go.Scatter(x=[1], y=[1], mode="markers", fill="tozeroy")),
    ],
    ids=["a trace of another type", "upright bars", "an attribute that is not drawn"],
)
def test_what_is_not_known_is_refused_not_drawn_wrong(figure: go.Figure) -> None:
    figure.update_layout(
        xaxis={"range": [0, 1], "visible": False},
        yaxis={"range": [0, 1], "visible": False},
        font={"color": "#000"},
    )
    with pytest.raises(picture.CannotDraw):
        picture.svg(figure, "")


# --- tables -------------------------------------------------------------------------------------


def test_a_long_table_shows_its_last_rows_and_says_how_many() -> None:
    days = [dt.date(1990 + year, 12, 31) for year in range(30)]
    table = pl.DataFrame({"period_end": days, "value": [float(day.year) for day in days]})
    columns = [Column("period_end", "Fin"), Column("value", "Valeur", fmt.integer, "number")]
    made = words.table_of("Titre", table, columns)
    kept = [day.year for day in days[-words.MOST_ROWS :]]
    said = Reader(made).text
    assert all(fmt.integer(year) in said for year in kept)
    assert fmt.integer(kept[0] - 1) not in said
    assert text("report.table_last", title="Titre", n=words.MOST_ROWS, total=30) in said
    assert text("report.table_more") in said


def test_a_masked_value_is_not_a_number_on_paper() -> None:
    table = pl.DataFrame(
        {"series": ["a", "b"], "value": [1.0, None], "status": ["published", "secret"]}
    )
    columns = [Column("series", "Série"), Column("value", "Valeur", fmt.integer, "number")]
    made = words.table_of("Titre", table, columns)
    assert text("format.secret") in made
    assert ">0<" not in made


def test_columns_that_only_a_file_has_room_for_stay_out() -> None:
    table = pl.DataFrame({"a": ["x", "y"], "b": ["p", "q"]})
    made = words.table_of("Titre", table, [Column("a", "A"), Column("b", "B", on_paper=False)])
    assert "<td" not in made
    assert text("report.table_more") not in made
