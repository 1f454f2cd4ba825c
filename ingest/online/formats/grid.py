"""A sheet of text cells, and how its columns are found by name.

Producers move headers, change the order of columns and the wording of their names; they do not
(often) change what a column means. Columns are therefore found by name, in any order, with the
known wordings listed. A column that no list names stops the reading: somebody has to say whether
it is wanted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ingest.online.connector import Unreadable

HEADER_WITHIN = 30  # a header further down than this is not looked for
ROW = "_row_number"
LIST_IT = "compare with the producer's page; name the column in the connector's list of columns"


@dataclass(frozen=True)
class Grid:
    """Text cells without a header.

    Attributes:
        frame: Columns ``column_1``…, all text, empty cells null; the first row is line 1.
    """

    frame: pl.DataFrame


@dataclass(frozen=True)
class Columns:
    """The columns of one table.

    Attributes:
        wanted: Our name → the wordings under which producers have published it.
        optional: Names of ``wanted`` that may be missing (then null).
        ignored: Wordings of columns that are known and left out.
        ignored_like: Patterns of such wordings (folded).
    """

    wanted: Mapping[str, Sequence[str]]
    optional: frozenset[str] = frozenset()
    ignored: Sequence[str] = ()
    ignored_like: Sequence[str] = ()


def fold(name: str) -> str:
    """A column's name without what producers change: accents, case, apostrophes, spaces."""
    text = unicodedata.normalize(
        "NFKD", name.replace("’", "'").replace("≥", ">=").replace("≤", "<=")
    )
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"\s+", " ", text).strip(" *\ufeff").casefold()
    return re.sub(r"\s*([<>]=?)\s*", r" \1 ", text)


def grid_of(frame: pl.DataFrame) -> Grid:
    """Trims cells, empties blank ones and names the columns by their place."""
    renamed = frame.rename(
        {name: f"column_{number}" for number, name in enumerate(frame.columns, 1)}
    )
    cells = pl.all().cast(pl.String).str.strip_chars()
    return Grid(renamed.select(pl.when(cells != "").then(cells)))


def has_header(grid: Grid, columns: Columns) -> bool:
    """Whether the sheet has a line with all the columns that are needed."""
    return _header_line(grid, columns) is not None


def take_columns(grid: Grid, columns: Columns) -> pl.DataFrame:
    """The wanted columns under our names, below the header, and the line of each row.

    Rows that are empty throughout are left out.

    Raises:
        Unreadable: A column is missing, stands twice, or is not known.
    """
    line = _header_line(grid, columns)
    if line is None:
        raise Unreadable(_what_is_missing(grid, columns), LIST_IT)
    places = _places(grid.frame.row(line), columns)
    below = grid.frame.slice(line + 1).with_row_index(ROW, offset=line + 2)
    taken = below.select(
        pl.col(ROW).cast(pl.Int64),
        *(
            pl.col(f"column_{places[name] + 1}").alias(name)
            if name in places
            else pl.lit(None, dtype=pl.String).alias(name)
            for name in columns.wanted
        ),
    )
    return taken.filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))


def _known(columns: Columns) -> dict[str, str]:
    return {fold(label): name for name, labels in columns.wanted.items() for label in labels}


def _header_line(grid: Grid, columns: Columns) -> int | None:
    known, needed = _known(columns), set(columns.wanted) - columns.optional
    for number, row in enumerate(grid.frame.head(HEADER_WITHIN).iter_rows()):
        found = {known.get(fold(cell)) for cell in row if cell is not None}
        if needed <= found:
            return number
    return None


def _what_is_missing(grid: Grid, columns: Columns) -> str:
    """Names the columns that the likeliest header line lacks."""
    if grid.frame.is_empty():
        return "the table is empty"
    known, needed = _known(columns), set(columns.wanted) - columns.optional
    rows = [
        [fold(cell) for cell in row if cell is not None]
        for row in grid.frame.head(HEADER_WITHIN).iter_rows()
    ]
    best = max(rows, key=lambda row: len({known.get(cell) for cell in row} - {None}))
    found = {known.get(cell) for cell in best}
    missing = sorted(columns.wanted[name][0] for name in needed - found)
    there = [cell for cell in best if cell not in known][:8]
    return f"no line has the columns {missing}; unknown names there: {there}"


def _places(header: Sequence[str | None], columns: Columns) -> dict[str, int]:
    known = _known(columns)
    ignored = {fold(label) for label in columns.ignored}
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        if cell is None:
            continue
        label = fold(cell)
        if label in known:
            if known[label] in places:
                raise Unreadable(f"the column {cell!r} stands twice", LIST_IT)
            places[known[label]] = place
        elif label not in ignored and not any(
            re.fullmatch(pattern, label) for pattern in columns.ignored_like
        ):
            raise Unreadable(f"there is a column {cell!r} that nobody knows", LIST_IT)
    return places
