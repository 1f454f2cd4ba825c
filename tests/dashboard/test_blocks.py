"""The component of all charts: what stands around them, embedding, laziness, the table to read."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import plotly.graph_objects as go
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard import blocks, chart_tools, embedding, keeping, tables
from dashboard import format as fmt
from dashboard.language import speaking
from dashboard.theme import Palette, palette
from ingest.release import Release
from tests.dashboard.conftest import Make

APP = Path(dashboard.__file__).parent / "app.py"
Open = Callable[..., AppTest]


def _cells(written: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", written)
    return [
        [
            html.unescape(re.sub(r"<[^>]+>", "", cell))
            for cell in re.findall(r"<t[hd].*?</t[hd]>", r)
        ]
        for r in rows
    ]


def _read(table: pl.DataFrame, most: int = tables.MAX_ROWS) -> list[dict[str, str]]:
    head, *rows = _cells(
        tables.reading_table(
            tables.observation_rows(table), tables.observation_columns(table), "Taux", most
        )
    )
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_table_says_masked_and_missing_apart(make: Make) -> None:
    rows = _read(
        make(
            {"year": 2019, "value": None, "status": "secret"},
            {"year": 2020, "value": None, "status": "missing"},
            {"year": 2021, "value": 0.0},
        )
    )
    assert [row["Valeur"] for row in rows] == ["secret statistique", "non disponible", "0\u202f%"]


def test_base_counts_stand_beside_a_rate_where_the_source_gives_them(make: Make) -> None:
    with_counts = _read(make({"year": 2021, "numerator": 17535.0, "denominator": 213658.0}))
    assert with_counts[0]["Numérateur"] == "17\u202f535"
    assert with_counts[0]["Dénominateur"] == "213\u202f658"
    assert "Numérateur" not in _read(make({"year": 2021}))[0]


def test_a_long_table_says_that_it_is_cut_and_a_short_one_does_not(make: Make) -> None:
    table = make(*({"year": year} for year in range(2000, 2010)))
    columns = tables.observation_columns(table)
    listed = tables.observation_rows(table)
    cut = tables.reading_table(listed, columns, "x", most=3)
    assert len(_cells(cut)) == 1 + 3
    assert "Les 3 premières lignes sur 10" in cut
    whole = tables.reading_table(listed, columns, "x", most=10)
    assert len(_cells(whole)) == 1 + 10
    assert "premières lignes" not in whole


def test_what_the_data_say_is_no_markup_in_the_table(make: Make) -> None:
    table = make(
        {"year": 2021, "note": '<img src=x onerror="alert(1)">', "provenance_url": "javascript:x"}
    )
    written = tables.reading_table(
        tables.observation_rows(table), tables.observation_columns(table), '"><b>'
    )
    assert "<img" not in written
    assert "<b>" not in written
    assert 'href="javascript' not in written


def test_words_of_the_documents_are_said_to_be_french() -> None:
    table = pl.DataFrame({"a": ["métiers"], "b": ["jobs"]})
    columns = [tables.Column("a", "A", is_quoted=True), tables.Column("b", "B")]
    written = tables.reading_table(table, columns, "x")
    assert '<td class="text" lang="fr">métiers</td><td class="text">jobs</td>' in written


def test_a_number_sorts_by_its_value_and_not_by_what_is_written(make: Make) -> None:
    table = make({"year": 2021, "value": 0.1234567})
    written = tables.reading_table(
        tables.observation_rows(table), tables.observation_columns(table), "x"
    )
    assert 'data-sort="0.1234567"' in written


def test_the_buttons_carry_what_a_picture_has_to_say() -> None:
    written = chart_tools.buttons(
        "taux", title='Taux "brut"', subtitle="Unité : %", sources=["Dares, Acemo"], mode="dark"
    )
    assert 'data-title="Taux &quot;brut&quot;"' in written
    assert "Dares, Acemo" in written
    assert written.count("<button") == 5
    assert 'role="status"' in written
    colours = html.unescape(re.findall(r'data-colours="([^"]*)"', written)[0])
    assert palette("dark").series[0] in colours
    assert palette("light").series[0] in colours
    light = chart_tools.buttons(
        "taux", title="", subtitle="", sources=[], mode="light", is_drawn=False
    )
    assert 'data-colours="{}"' in light
    assert 'data-do="png"' not in light
    assert "Copier le lien" in light


def test_the_script_handles_every_button_and_every_word() -> None:
    script = chart_tools.SCRIPT.read_text(encoding="utf-8")
    written = chart_tools.buttons("k", title="", subtitle="", sources=[], mode="light")
    for does in re.findall(r'data-do="(\w+)"', written):
        assert f"async {does}(" in script
    for word in chart_tools.WORDS:
        assert f'"{word}"' in script


def test_what_is_kept_depends_on_the_table_the_function_and_the_language(make: Make) -> None:
    made = []

    def make_one() -> object:
        made.append(object())
        return made[-1]

    table = make({"year": 2021})
    other = make({"year": 2021, "value": 0.5})
    first = blocks.kept(make_one, "test", table)
    assert blocks.kept(make_one, "test", make({"year": 2021})) is first
    assert blocks.kept(make_one, "test", other) is not first
    assert blocks.kept(make_one, "test", table, {"zero": False}) is not first
    with speaking("en"):
        assert blocks.kept(make_one, "test", table) is not first


def test_a_function_that_closes_over_something_is_not_kept() -> None:
    factor = [1]
    assert keeping.is_plain(_plain)
    assert not keeping.is_plain(lambda: factor)


def _plain() -> None: ...


DRAWINGS: list[float] = []


def draw(value: float, *, colours: Palette) -> go.Figure:
    """Says that it was called; the value is that of the chart."""
    DRAWINGS.append(value)
    return go.Figure(layout={"paper_bgcolor": colours.background}).add_scatter(y=[1, value])


def _one_drawing() -> None:
    import polars as pl
    import streamlit as st

    from dashboard import blocks
    from dashboard.caption import Caption
    from tests.dashboard import test_blocks

    value = st.number_input("Valeur", value=2, key="value")
    drawing = blocks.drawing(test_blocks.draw, value)
    caption = Caption(unit="%", summary=f"La valeur {value}.")
    blocks.chart_block("one", caption, drawing, pl.DataFrame({"a": [1]}), [], title="Un")


@pytest.mark.usefixtures("data_root")
def test_a_chart_is_drawn_once_for_all_visitors_and_anew_for_other_data() -> None:
    DRAWINGS.clear()
    first, second = (AppTest.from_function(_one_drawing).run() for _ in range(2))
    charts = [test.get("plotly_chart")[0].proto for test in (first, second)]
    assert DRAWINGS == [2]
    assert charts[0].spec == charts[1].spec
    assert charts[0].alt == charts[1].alt == "La valeur 2."
    second.number_input[0].set_value(5).run()
    assert DRAWINGS == [2, 5]
    assert second.get("plotly_chart")[0].proto.spec != charts[0].spec
    second.number_input[0].set_value(2).run()
    assert DRAWINGS == [2, 5]
    assert second.get("plotly_chart")[0].proto.spec == charts[0].spec


def test_a_table_to_read_is_kept_by_its_cells_columns_and_label(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []
    monkeypatch.setattr("dashboard.blocks.st.html", shown.append)
    one = tables.Column("a", "A", fmt.integer, "number")
    table = pl.DataFrame({"a": [1000]})
    blocks.show_table(table, [one], "Un")
    blocks.show_table(table, [one], "Un")
    blocks.show_table(pl.DataFrame({"a": [2000]}), [one], "Un")
    blocks.show_table(table, [tables.Column("a", "A", fmt.percent, "number")], "Un")
    blocks.show_table(table, [tables.Column("a", "B", fmt.integer, "number")], "Un")
    blocks.show_table(table, [one], "Deux")
    blocks.show_table(table, [tables.Column("a", "A", partial(fmt.number), "number")], "Un")
    assert shown[0] is shown[1]
    assert len(set(shown)) == 5
    assert "2\u202f000" in shown[2]
    assert "100\u202f000\u202f%" in shown[3]


@pytest.fixture
def open_page(release: Release) -> Open:
    def _open(page: str, **address: str) -> AppTest:
        test = AppTest.from_file(str(APP), default_timeout=60).run()
        test.switch_page(f"views/{page}/page.py")
        for key, value in address.items():
            test.query_params[key] = value
        return test.run()

    return _open


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The visitor's address stands under ``/embed``."""
    monkeypatch.setattr(embedding, "is_embedded", lambda: True)


def _html(test: AppTest) -> str:
    return "\n".join(element.proto.body for element in test.get("html"))


@pytest.mark.usefixtures("embedded")
def test_an_embedded_page_draws_one_block_with_its_source_and_a_link(open_page: Open) -> None:
    plain = "conflit-vacant_posts"
    test = open_page("vacancies", postes="claims", bloc=plain)
    assert not test.exception
    assert len(test.get("plotly_chart")) == 1
    assert len(test.header) == 1
    assert not test.get("download_button")
    assert "Source" in "\n".join(str(caption.value) for caption in test.caption)
    assert f"postes=claims#{plain}" in _html(test)
    assert f".{blocks.css_class(plain)}" in _html(test)
    assert not test.sidebar.button


def _two_blocks() -> None:
    import plotly.graph_objects as go
    import polars as pl
    import streamlit as st

    from dashboard import blocks
    from dashboard.caption import Caption

    st.title("Page")
    for key in ("one", "two"):

        def figure(key: str = key) -> go.Figure:
            st.session_state.setdefault("made", []).append(f"figure of {key}")
            return go.Figure().add_scatter(y=[1, 2])

        def table(key: str = key) -> pl.DataFrame:
            st.session_state.setdefault("made", []).append(f"table of {key}")
            return pl.DataFrame({"a": [1]})

        columns = [blocks.Column("a", "A", None, "number")]
        blocks.chart_block(key, Caption(unit="%"), figure, table, columns, title=key, count=1)


@pytest.mark.usefixtures("embedded", "data_root")
def test_what_is_not_shown_is_not_made() -> None:
    test = AppTest.from_function(_two_blocks)
    test.query_params["bloc"] = "two"
    test.run()
    assert [title.value for title in test.header] == ["two"]
    assert test.session_state["made"] == ["figure of two"]


@pytest.mark.usefixtures("data_root")
def test_a_table_is_made_when_it_is_opened() -> None:
    test = AppTest.from_function(_two_blocks).run()
    assert test.session_state["made"] == ["figure of one", "figure of two"]
    test.session_state["two_table"] = True
    test.run()
    assert test.session_state["made"][2:] == ["figure of one", "figure of two", "table of two"]


@pytest.mark.usefixtures("embedded")
def test_an_unknown_block_is_said(open_page: Open) -> None:
    test = open_page("vacancies", bloc="*rien*")
    assert not test.exception
    assert not test.get("plotly_chart")
    assert any("n’a pas de graphique" in str(info.value) for info in test.info)


def test_outside_an_embedding_the_parameter_changes_nothing(open_page: Open) -> None:
    test = open_page("vacancies", postes="claims", bloc="conflit-vacant_posts")
    assert test.get("plotly_chart")
    assert test.get("download_button")
    assert test.sidebar.button


def test_every_chart_has_title_source_alternative_and_files(open_page: Open) -> None:
    test = open_page("vacancies", postes="claims")
    charts = test.get("plotly_chart")
    assert len(test.header) >= len(charts) > 0
    for chart in charts:
        assert len(chart.proto.alt) > 40
    labels = [button.proto.label for button in test.get("download_button")]
    assert labels.count("Télécharger (CSV)") == labels.count("XLSX") >= len(charts)
    assert _html(test).count('class="chart-tools"') == len(charts)
