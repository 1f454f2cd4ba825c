"""The tile map: every department once, what its colours stand for, what it says without them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import polars as pl
import pytest

from dashboard import format as fmt
from dashboard import tilemap
from dashboard.theme import Mode, palette
from ingest.release import Release

VALUES = [0.10, 0.20, 0.30, 0.40, 0.50, 0.60, 0.70, 0.80, 0.90, 1.00]


def _map(values: Sequence[float | None], status: str = "published") -> pl.DataFrame:
    """A row of departments, one value each; a null one has the status given."""
    n = len(values)
    return pl.DataFrame(
        {
            "geography_id": [f"fr_d{number:02}" for number in range(n)],
            "geography_code": [f"{number:02}" for number in range(n)],
            "geography_text": [f"Département <{number}>" for number in range(n)],
            "tile_row": [1] * n,
            "tile_column": list(range(1, n + 1)),
            "value": list(values),
            "written": [fmt.percent(value) for value in values],
            "base": [None] * n,
            "status": ["published" if value is not None else status for value in values],
            "unit_kind": ["fraction"] * n,
            "is_bound": [False] * n,
        },
        schema_overrides={"value": pl.Float64, "base": pl.Float64},
    )


def _drawn(table: pl.DataFrame, **address: str) -> str:
    return tilemap.tile_map(
        table, fmt.percent, label="Carte", colours=palette("light"), address=address
    )


def test_the_bounds_are_round_and_hold_every_value() -> None:
    classes = tilemap.classes_of([0.101, 0.203, 0.304, 0.406, 0.507, 0.988], digits=2)
    assert len(classes) == tilemap.N_CLASSES
    assert classes.bounds[0] <= 0.101
    assert classes.bounds[-1] >= 0.988
    assert all(round(bound, 2) == bound for bound in classes.bounds)


def test_a_value_on_a_bound_is_of_the_class_that_begins_there() -> None:
    classes = tilemap.Classes((0.0, 0.2, 0.4, 1.0))
    assert [classes.of(value) for value in (0.0, 0.19, 0.2, 0.4, 1.0)] == [0, 0, 1, 2, 2]


@pytest.mark.parametrize("values", [[0.5], [0.5, 0.5, 0.5], [0.501, 0.502]])
def test_equal_values_make_one_class(values: list[float]) -> None:
    classes = tilemap.classes_of(values, digits=2)
    assert len(classes) == 1
    assert {classes.of(value) for value in values} == {0}


def test_without_values_there_is_no_class() -> None:
    table = _map([None, None], status="secret")
    assert tilemap.squares(table) == ["secret", "secret"]
    assert 'class="tm-tile tm-c' not in _drawn(table)
    assert 'class="tm-key tm-c' not in _drawn(table)


def test_a_count_is_classed_between_round_numbers() -> None:
    assert tilemap.rounding([310.0, 720.0, 900.0], is_fraction=False) == -1
    assert tilemap.classes_of([310.0, 315.0, 720.0, 905.0], digits=-1).bounds[-1] == 910


def test_masked_and_unpublished_cells_have_no_colour_class_and_are_counted() -> None:
    table = pl.concat(
        [_map([*VALUES, None], status="secret"), _map([None]).with_columns(status=pl.lit(None))],
        how="vertical_relaxed",
    )
    kinds = tilemap.squares(table)
    assert kinds[-2:] == ["secret", "missing"]
    legend = _drawn(table).split("tm-legend")[-1]
    counts = [int(n) for n in re.findall(r"<small>\((\d+)\)</small>", legend)]
    assert sum(counts) == table.height
    assert counts[-2:] == [1, 1]
    assert "secret statistique" in legend


def test_a_square_says_its_department_and_value_and_links_to_it() -> None:
    drawn = _drawn(_map(VALUES), postes="places", metiers="fap2021_v4x83")
    label = "00 Département &lt;0&gt;\u00a0: 10\u202f%"
    assert f'aria-label="{label}"' in drawn
    assert 'href="?postes=places&amp;metiers=fap2021_v4x83&amp;territoire=fr_d00"' in drawn
    assert "<0>" not in drawn


def test_the_base_of_a_share_is_said() -> None:
    table = _map([0.5]).with_columns(base=pl.lit(1234.0))
    assert "50\u202f% de 1\u202f234 projets" in _drawn(table)
    assert "1\u202f234</td>" in tilemap.value_list(table, colours=palette("light"))


def test_the_list_beside_the_map_holds_every_department_the_masked_last() -> None:
    listed = tilemap.value_list(_map([0.1, None, 0.9], status="secret"), colours=palette("light"))
    names = re.findall(r"\((\d\d)\)</th>", listed)
    assert names == ["02", "00", "01"]
    assert listed.count("secret statistique") == 1


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("n", range(1, tilemap.N_CLASSES + 1))
def test_the_code_in_a_square_can_be_read(mode: Mode, n: int) -> None:
    for fill, ink in tilemap.shades(palette(mode), n):
        assert tilemap.contrast(fill, ink) >= 4.5, (fill, ink)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_each_class_is_farther_from_the_background_than_the_one_before(mode: Mode) -> None:
    colours = palette(mode)
    apart = [tilemap.contrast(fill, colours.background) for fill, _ in tilemap.shades(colours)]
    steps = [after / before for before, after in pairwise(apart)]
    assert min(steps) > 1.15, steps


def test_the_picture_holds_each_department_and_the_legend() -> None:
    picture = tilemap.picture(_map(VALUES), fmt.percent, colours=palette("light"))
    assert picture.count('text-anchor="middle"') == len(VALUES)
    assert "de 10\u202f% à moins de" in picture


def test_a_lower_bound_is_marked_and_counted() -> None:
    table = _map(VALUES).with_columns(is_bound=pl.Series([n < 3 for n in range(len(VALUES))]))
    drawn = _drawn(table)
    assert len(re.findall(r'<a [^>]*class="tm-tile tm-c\d tm-bound"', drawn)) == 3
    assert "borne basse, des cellules sont masquées <small>(3)</small>" in drawn
    picture = tilemap.picture(table, fmt.percent, colours=palette("light"))
    assert picture.count("stroke-dasharray") == 4  # three squares and the key
    assert "borne basse" not in _drawn(_map(VALUES))


def test_only_the_chosen_squares_are_outlined() -> None:
    style = tilemap.marked(["fr_d75", "fr_d13"], palette("light"))
    assert "#tm-fr_d75, #tm-fr_d13 {" in style
    assert "#tm-" not in tilemap.marked([], palette("light"))


def test_every_department_of_the_release_has_a_tile_of_its_own(release: Release) -> None:
    tiles = release.sql("select * from dim_department_tile")
    known = release.sql("select geography_id from dim_geography where level = 'department'")
    assert sorted(tiles["geography_id"]) == sorted(known["geography_id"])
    assert tiles.select("tile_row", "tile_column").is_unique().all()
    assert {"971", "972", "973", "974", "976"} <= set(tiles["geography_code"])


def test_neighbours_stand_near_each_other(release: Release) -> None:
    tiles = release.sql("select geography_code, tile_row, tile_column from dim_department_tile")
    place = {code: (row, column) for code, row, column in tiles.iter_rows()}
    near = [("59", "62"), ("75", "92"), ("29", "22"), ("67", "68"), ("2A", "2B"), ("33", "24")]
    for one, other in near:
        assert max(abs(a - b) for a, b in zip(place[one], place[other], strict=True)) <= 1
    assert place["59"][0] < place["75"][0] < place["13"][0]
    assert place["29"][1] < place["75"][1] < place["67"][1]
