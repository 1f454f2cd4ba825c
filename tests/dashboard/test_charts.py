"""The rules of honesty, read in the data of the figures."""

from __future__ import annotations

import datetime as dt
from itertools import groupby, pairwise, product
from typing import Any

import plotly.graph_objects as go
import polars as pl
import pytest

from dashboard import charts
from dashboard.language import speaking
from tests.dashboard.conftest import Make


def _lines(figure: go.Figure) -> list[tuple[list[Any], list[Any]]]:
    """The abscissas and ordinates of what each line joins: a trace is cut where it has no value."""
    found = []
    for trace in figure.data:
        if trace.type == "scatter" and "lines" in trace.mode:
            assert not trace.connectgaps
            points = zip(trace.x, trace.y, strict=True)
            for is_gap, run in groupby(points, key=lambda point: None in point):
                if not is_gap:
                    x, y = zip(*run, strict=True)
                    found.append((list(x), list(y)))
    return found


def _values(figure: go.Figure) -> list[Any]:
    return [value for trace in figure.data if trace.y is not None for value in trace.y]


def _hover(trace: Any, rank: int = 0) -> str:
    """What is said of a point under the pointer."""
    return str(trace.hovertemplate.replace("%{customdata}", trace.customdata[rank]))


def test_what_is_said_alike_of_all_points_is_sent_once(make: Make) -> None:
    alike = charts.time_series(make({"year": 2019}, {"year": 2020, "value": 0.03})).data[0]
    assert "Section Q" not in "".join(alike.customdata)
    apart = charts.time_series(make({"year": 2019}, {"year": 2020, "is_second_rank": True})).data[0]
    for trace in (alike, apart):
        assert _hover(trace).startswith("<b>2\u202f%</b> · 2019<br>Section Q")
        assert "2020<br>Section Q" in _hover(trace, 1)
    assert _hover(apart) != _hover(apart, 1)
    braces = charts.time_series(make({"year": 2019, "series": "%{x}"})).data[0]
    assert "%{x}" in braces.customdata[0]


def test_values_of_one_group_are_joined(make: Make) -> None:
    figure = charts.time_series(make({"year": 2019}, {"year": 2020}, {"year": 2021}))
    assert [len(x) for x, _ in _lines(figure)] == [3]


def test_no_line_crosses_two_comparability_groups(make: Make) -> None:
    figure = charts.time_series(
        make(
            {"year": 2019},
            {"year": 2020},
            {"year": 2021, "comparability_group": "dares:from_2021"},
            {"year": 2022, "comparability_group": "dares:from_2021"},
        )
    )
    assert [[day.year for day in x] for x, _ in _lines(figure)] == [[2019, 2020], [2021, 2022]]


@pytest.mark.parametrize(
    "last",
    [
        {"comparability_group": "dares:from_2021"},
        {"source_id": "another"},
        {"population_id": "another"},
        {"geography_id": "another"},
        {"break_before": True},
    ],
)
@pytest.mark.parametrize("status", ["published", "provisional"])
def test_runs_that_may_not_be_joined_share_a_trace_with_a_gap(
    make: Make, last: dict[str, Any], status: str
) -> None:
    after = {key: value for key, value in last.items() if key != "break_before"}
    figure = charts.time_series(
        make(
            {"year": 2018},
            {"year": 2019},
            {"year": 2020, "status": status},
            {"year": 2021, **last},
            {"year": 2022, **after},
            {"year": 2023, **after, "status": status},
        )
    )
    solid = [[2018, 2019, 2020], [2021, 2022, 2023]]
    tails = [] if status == "published" else [[2019, 2020], [2022, 2023]]
    if tails:
        solid = [[2018, 2019], [2021, 2022]]
    assert [[day.year for day in x] for x, _ in _lines(figure)] == [*solid, *tails]
    assert len(figure.data) == (2 if tails else 1)
    assert [trace.showlegend for trace in figure.data] == [True, False][: len(figure.data)]


def test_no_line_joins_what_may_not_be_joined_whatever_the_series(make: Make) -> None:
    """All ways in which three values may differ from one another and from those after them."""
    ways: tuple[dict[str, Any], ...] = (
        {},
        {"comparability_group": "another"},
        {"value": None, "status": "missing"},
        {"break_before": True},
        {"is_points_only": True},
        {"status": "provisional"},
    )
    for first in product(ways, repeat=3):
        given = (*first, {}, {})
        rows = [{"year": 2018 + n, "value": 0.01 * (n + 1), **way} for n, way in enumerate(given)]
        if sum("provisional" in way.values() for way in given) > 1:
            continue  # the tail of values that are not final is the last of its run
        figure = charts.time_series(make(*rows))
        joined = {pair for x, _ in _lines(figure) for pair in pairwise(day.year for day in x)}
        may = {
            (2018 + n, 2019 + n)
            for n, (one, other) in enumerate(pairwise(given))
            if one.get("comparability_group") == other.get("comparability_group")
            and not any("value" in way or "is_points_only" in way for way in (one, other))
            and "break_before" not in other
        }
        assert joined == may, given
        drawn = sorted({value for value in _values(figure) if value is not None})
        assert drawn == [row["value"] for row in rows if row["value"] is not None], given


def test_a_break_is_marked_with_its_reason(make: Make) -> None:
    table = make(
        {"year": 2020},
        {"year": 2021, "break_before": True, "break_reason_text": "Établissements reclassés"},
    )
    figure = charts.time_series(table)
    assert [shape.x0 for shape in figure.layout.shapes] == [dt.date(2021, 1, 1)]
    assert figure.layout.annotations[0].text == "rupture"
    assert "Établissements reclassés" in figure.layout.annotations[0].hovertext
    assert not [x for x, _ in _lines(figure) if len(x) > 1]


def test_marks_of_breaks_that_stand_close_share_one_word(make: Make) -> None:
    rows = [{"year": year, "break_before": year > 2000} for year in range(2000, 2004)]
    figure = charts.time_series(make(*rows, {"year": 2030}))
    assert [mark.text for mark in figure.layout.annotations].count("rupture") == 1


@pytest.mark.parametrize("column", ["source_id", "population_id", "geography_id"])
def test_no_line_crosses_two_sources_populations_or_places(make: Make, column: str) -> None:
    figure = charts.time_series(make({"year": 2020}, {"year": 2021, column: "another"}))
    assert not [x for x, _ in _lines(figure) if len(x) > 1]


def test_a_missing_period_leaves_a_gap(make: Make) -> None:
    figure = charts.time_series(make({"year": 2018}, {"year": 2019}, {"year": 2021}))
    assert [[day.year for day in x] for x, _ in _lines(figure)] == [[2018, 2019]]


@pytest.mark.parametrize("status", ["secret", "missing"])
def test_a_null_value_is_a_gap_and_never_zero(make: Make, status: str) -> None:
    table = make({"year": 2019}, {"year": 2020, "value": None, "status": status}, {"year": 2021})
    figure = charts.time_series(table)
    assert 0 not in _values(figure)
    assert None not in _values(figure)
    assert not [x for x, _ in _lines(figure) if len(x) > 1]


def test_published_points_are_never_joined(make: Make) -> None:
    rows = [{"year": year, "is_points_only": True} for year in (2019, 2020, 2021)]
    figure = charts.time_series(make(*rows))
    assert {trace.mode for trace in figure.data} == {"markers"}
    assert [list(trace.y) for trace in figure.data] == [[0.02, 0.02, 0.02]]


def test_two_vintages_are_two_series(make: Make) -> None:
    figure = charts.time_series(
        make(
            {"year": 2020, "vintage": "2024-T3", "value": 0.01},
            {"year": 2021, "vintage": "2024-T3", "value": 0.011},
            {"year": 2020, "vintage": "2025-T4", "value": 0.02},
            {"year": 2021, "vintage": "2025-T4", "value": 0.021},
        )
    )
    drawn = {trace.name: list(trace.y) for trace in figure.data}
    assert drawn == {"Section Q (2024-T3)": [0.01, 0.011], "Section Q (2025-T4)": [0.02, 0.021]}


def test_second_rank_is_hollow_and_a_value_not_final_is_dotted(make: Make) -> None:
    figure = charts.time_series(
        make(
            {"year": 2019, "is_second_rank": True},
            {"year": 2020},
            {"year": 2021, "status": "provisional"},
        )
    )
    solid, tail = figure.data
    assert list(solid.marker.symbol) == ["circle-open", "circle"]
    assert tail.line.dash == "dot"
    assert tail.marker.symbol[-1] == "circle-dot"
    assert [day.year for day in tail.x] == [2020, 2021]


def test_the_axis_of_a_rate_starts_at_zero_and_that_of_an_index_need_not(make: Make) -> None:
    rate = charts.time_series(make({"year": 2019, "value": 0.5}, {"year": 2020, "value": 0.6}))
    assert rate.layout.yaxis.range[0] == 0
    index = make({"year": 2019, "value": 101}, {"year": 2020, "value": 103})
    index = index.with_columns(unit_kind=pl.lit("index"), unit_symbol_text=pl.lit(""))
    assert charts.time_series(index).layout.yaxis.range[0] > 90


def test_ticks_are_french(make: Make) -> None:
    figure = charts.time_series(make({"year": 2019, "value": 0.021}, {"year": 2020, "value": 0.06}))
    assert figure.layout.yaxis.ticktext[-1] == "6\u202f%"
    assert figure.layout.separators == ",\u202f"
    assert list(figure.layout.xaxis.ticktext)[:2] == ["2019", "2020"]


def test_a_short_quarterly_series_names_its_quarters(make: Make) -> None:
    rows = [
        {
            "period_start": dt.date(2024, month, 1),
            "period_end": dt.date(2024, month + 2, 28),
            "frequency": "quarterly",
        }
        for month in (1, 4, 7, 10)
    ]
    figure = charts.time_series(make(*rows))
    assert list(figure.layout.xaxis.ticktext) == [f"T{n}<br>2024" for n in (1, 2, 3, 4)]
    assert [len(x) for x, _ in _lines(figure)] == [4]


def test_two_units_are_never_on_one_axis(make: Make) -> None:
    with pytest.raises(ValueError, match="several units"):
        charts.time_series(make({"year": 2019}, {"year": 2020, "unit_kind": "count"}))


def test_an_empty_table_and_an_undated_one_draw_nothing(make: Make) -> None:
    assert not charts.time_series(make({"year": 2019}).head(0)).data
    assert not charts.time_series(make({})).data


def test_a_masked_bar_has_no_length_and_says_why(make: Make) -> None:
    figure = charts.bars(
        make({"year": 2024, "value": 0.4}, {"year": 2024, "value": None, "status": "secret"})
    )
    bar = next(trace for trace in figure.data if trace.type == "bar")
    assert list(bar.x) == [0.4, None]
    written = [label for trace in figure.data if trace.type == "scatter" for label in trace.text]
    assert any("secret statistique" in label for label in written)


def test_the_first_row_is_on_top(make: Make) -> None:
    figure = charts.bars(make({"year": 2024, "value": 0.4}, {"year": 2024, "value": 0.2}))
    bar = next(trace for trace in figure.data if trace.type == "bar")
    assert bar.y[0] > bar.y[1]


def test_dots_stand_on_one_scale_from_zero_and_are_not_joined(make: Make) -> None:
    table = make(
        {"year": 2017, "value": 0.021, "is_points_only": True},
        {"year": 2023, "value": 0.045, "is_points_only": True, "is_second_rank": True},
        {"year": 2023, "value": 0.13, "is_points_only": True, "series": "Île-de-France"},
    )
    figure = charts.dots(table)
    assert figure.layout.xaxis.range[0] == 0
    (points,) = (trace for trace in figure.data if trace.mode == "markers")
    assert list(points.x) == [0.021, 0.045, 0.13]
    assert points.marker.symbol[1] == "circle-open"
    assert points.y[0] == points.y[1] != points.y[2]
    # The only lines are the grounds of the rows, from 0 to the end of the scale.
    assert {tuple(x) for x, _ in _lines(figure)} == {(0, 0.13)}


def test_claims_are_ranked_on_one_scale_with_their_ranges() -> None:
    table = pl.DataFrame(
        {
            "label": ["Nexem", "Axess"],
            "value": [18000.0, 30000.0],
            "value_high": [None, 35000.0],
            "written": ["18 000", "30 000 à 35 000"],
            "group": ["Document", "Enquête"],
            "hollow": [True, False],
        }
    )
    figure = charts.claims(table)
    marks = {t.name: t for t in figure.data if t.mode == "markers"}
    assert list(marks["Enquête"].x) == [30000.0]
    assert list(marks["Enquête"].error_x.array) == [5000.0]
    assert marks["Document"].marker.symbol[0].endswith("-open")
    assert figure.layout.xaxis.range[1] > 35000


@pytest.mark.parametrize(
    ("low", "high", "first", "last"),
    [(0, 0.047, 0, 0.05), (0, 93000, 0, 100000), (-0.8, 1.4, -1, 1.5), (3, 3, 3, 6)],
)
def test_ticks_are_round_and_hold_the_values(
    low: float, high: float, first: float, last: float
) -> None:
    ticks = charts.nice_ticks(low, high)
    assert ticks[0] == pytest.approx(first)
    assert ticks[-1] == pytest.approx(last)
    steps = {round(b - a, 9) for a, b in pairwise(ticks)}
    assert len(steps) == 1


def test_text_of_the_data_is_no_markup_in_a_chart(make: Make) -> None:
    figure = charts.bars(make({"year": 2024, "series": "<a href=x>moins de <10</a>"}))
    written = [label for trace in figure.data if trace.type == "scatter" for label in trace.text]
    assert not any("<a" in label for label in written)


def _readings(*rows: tuple[str, float | None, str, bool]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "label": label,
                "value": value,
                "written": f"{value}",
                "hover": label,
                "verdict": verdict,
                "verdict_text": verdict,
                "is_preferred": preferred,
                "is_counted": True,
            }
            for label, value, verdict, preferred in rows
        ],
        schema_overrides={"value": pl.Float64},
    )


def test_readings_have_a_shape_by_verdict_and_null_ones_are_not_drawn() -> None:
    table = _readings(
        ("préférée", 1.6, "match", True),
        ("autre", 1.2, "no_match", False),
        ("sans donnée", None, "not_computable", False),
    )
    figure = charts.readings(table, 1.6, "1,6", tolerance=0.1)
    drawn = {trace.name: trace for trace in figure.data if trace.mode == "markers"}
    assert set(drawn) == {"match", "no_match"}
    assert drawn["match"].marker.symbol == ("circle",)
    assert drawn["no_match"].marker.symbol == ("x",)
    assert drawn["match"].marker.size[0] > drawn["no_match"].marker.size[0]
    assert list(drawn["no_match"].x) == [1.2]


def test_readings_of_one_label_share_a_row_and_the_stated_value_is_marked() -> None:
    table = _readings(
        ("base", 1.4, "no_match", False),
        ("base", 1.5, "near", False),
        ("autre", 1.6, "match", True),
    )
    figure = charts.readings(table, 1.6, "1,6")
    places = {trace.name: trace.y[0] for trace in figure.data if trace.mode == "markers"}
    assert places["no_match"] == places["near"] != places["match"]
    lines = [shape for shape in figure.layout.shapes if shape.type == "line"]
    assert {shape.x0 for shape in lines} == {1.6}
    low, high = figure.layout.xaxis.range
    assert low <= 1.4 < 1.6 <= high


def test_spells_are_bars_from_their_first_to_their_last_day() -> None:
    table = pl.DataFrame(
        {
            "label": ["Emploi", "Emploi"],
            "first_day": [dt.date(2022, 1, 1), dt.date(2023, 1, 1)],
            "last_day": [dt.date(2022, 1, 31), dt.date(2023, 12, 31)],
            "share": [0.1, 1.0],
            "words": ["un", "deux"],
        }
    )
    bar = charts.spells(table).data[0]
    assert list(bar.base) == table["first_day"].to_list()
    assert [x / 86_400_000 for x in bar.x] == [31, 365]
    assert bar.marker.opacity[0] < bar.marker.opacity[1] == 1


def test_marks_outside_the_time_shown_are_left_out(make: Make) -> None:
    calendar = charts.Calendar(
        marks=[charts.Mark(dt.date(1990, 1, 1), "avant"), charts.Mark(dt.date(2020, 6, 1), "là")],
        spans=[
            (dt.date(1980, 1, 1), dt.date(1985, 1, 1)),
            (dt.date(2019, 1, 1), dt.date(2099, 1, 1)),
        ],
        ticks=[(dt.date(2020, 1, 1), "SMIC"), (dt.date(1970, 1, 1), "trop tôt")],
    )
    table = make({"year": 2019}, {"year": 2020}, {"year": 2021})
    figure = charts.time_series(table, calendar=calendar)
    assert [note.text for note in figure.layout.annotations] == ["<b>2</b>"]
    bands = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert [(band.x0, band.x1) for band in bands] == [(dt.date(2019, 1, 1), dt.date(2021, 1, 1))]
    strokes = next(trace for trace in figure.data if trace.marker.symbol == "line-ns")
    assert list(strokes.x) == [dt.date(2020, 1, 1)]


def test_colour_is_never_all_that_tells_two_series_apart(make: Make) -> None:
    rows = [
        {"year": year, "series": f"{key} {part}", "colour_key": key}
        for key in ("member", "other")
        for part in ("with", "without")
        for year in (2019, 2020)
    ]
    drawn = charts.time_series(make(*rows)).data
    assert len({trace.line.color for trace in drawn}) == 2
    assert len({trace.line.dash for trace in drawn}) == len(drawn) == 4


def test_a_value_carried_forward_is_a_step_too_never_a_slope(make: Make) -> None:
    rows = [
        {
            "period_start": dt.date(2024, month, 1),
            "period_end": dt.date(2024, month, 28),
            "frequency": "monthly",
            "status": "computed" if month < 4 else "estimated",
        }
        for month in range(1, 7)
    ]
    figure = charts.time_series(make(*rows))
    assert [trace.line.shape for trace in figure.data] == ["hv", "hv"]
    assert [trace.line.dash for trace in figure.data] == ["solid", "dot"]


def test_quotes_of_second_rank_share_one_entry_of_the_legend(make: Make) -> None:
    figure = charts.time_series(
        make(
            {"year": 2019},
            {"year": 2020},
            {"year": 2020, "series": "Les Echos", "is_second_rank": True},
            {"year": 2021, "series": "Le Monde", "is_second_rank": True},
        )
    )
    entries = [trace.name for trace in figure.data if trace.showlegend]
    assert entries == ["Section Q", "Points de second rang"]
    hovers = [_hover(trace) for trace in figure.data]
    assert [("Echos" in h, "Monde" in h) for h in hovers] == [
        (False, False),
        (True, False),
        (False, True),
    ]


def test_a_single_series_of_second_rank_keeps_its_name(make: Make) -> None:
    table = make({"year": 2019}, {"year": 2020, "series": "Les Echos", "is_second_rank": True})
    assert [trace.name for trace in charts.time_series(table).data] == ["Section Q", "Les Echos"]


def test_base_counts_stand_in_the_hover_of_a_rate(make: Make) -> None:
    table = make({"year": 2021, "numerator": 17535.0, "denominator": 213658.0})
    hover = _hover(charts.time_series(table).data[0])
    assert "17\u202f535 / 213\u202f658" in hover


def test_single_months_are_named_in_the_language_of_the_screen(make: Make) -> None:
    rows = [
        {
            "period_start": dt.date(2024, month, 1),
            "period_end": dt.date(2024, month, 28),
            "frequency": "monthly",
        }
        for month in (1, 2)
    ]
    assert charts.time_series(make(*rows)).layout.xaxis.ticktext[0] == "janvier<br>2024"
    with speaking("en"):
        english = charts.time_series(make(*rows)).layout.xaxis.ticktext
    assert english[0] == "January<br>2024"
