"""The key figures as a workbook, for those who open a spreadsheet first.

What the sheets hold and how it is called stands in ``workbook.toml``. Numbers and dates are such;
no text is run as a formula; a value that is not known is an empty cell.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import duckdb
import polars as pl
import xlsxwriter

from ingest.release import sha256_of
from opendata.cells import escape_text
from opendata.description import Source, describe, holdings
from opendata.model import OpenEdition, OpenFile, Reason
from opendata.terms import tables_in, terms_in

OBSERVATIONS = "fct_observation"
PATH = "data/key_figures.xlsx"
TABLE = "key_figures"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767  # characters
WIDEST = 60  # characters of a column
README_WIDTHS = (38, 38, 18, 46, 56, 14, 18, 18)
REASONS = get_args(Reason)
# Columns of numbers whose look is that of the row's unit, and those that are plain numbers.
IN_UNITS = frozenset({"value", "value_high"})
PLAIN = frozenset({"numerator", "denominator", "stated_value", "recomputed_value"})

QUERIES = {
    "figures": "select * from mart_key_figures order by document_published_on, document, "
    "text_line, figure_id",
    # One row a series: its last period. A cell that has two values of one period (two methods,
    # two fields that must not be compared) keeps both.
    "latest": """
        select o.*, o.unit as unit_id, i.label_fr as indicator,
            i.unit_symbol_fr, p.label_fr as population_label,
            c.label_fr as occupation_label, coalesce(o.scope_fr, p.scope_note_fr) as scope,
            s.title_fr as source_title, s.licence_name
        from fct_observation o
        left join dim_indicator i using (indicator_id)
        left join dim_population p using (population_id)
        left join dim_occupation c using (occupation_id)
        left join dim_source s using (source_id)
        where o.is_latest and o.geography_id = 'fr'
        qualify o.period_end is not distinct from max(o.period_end) over (
            partition by o.indicator_id, o.population_id, o.occupation_id, o.source_id,
                o.method_group, o.comparability_group, o.frequency)
        order by indicator, o.population_id, o.occupation_id, o.source_id, o.comparability_group,
            o.period_end, o.period_start
    """,
    "claims": "select * from mart_claim_audit where is_preferred order by document, text_line, "
    "claim_id",
}


@cache
def words() -> dict[str, Any]:
    """The workbook's own catalogue."""
    text = files(__package__).joinpath("workbook.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def write_workbook(edition: OpenEdition, folder: Path) -> OpenFile:
    """Writes the workbook of an edition."""
    file = folder / PATH
    file.parent.mkdir(parents=True, exist_ok=True)
    created = edition.release.manifest.created_at.replace(tzinfo=None, microsecond=0)
    book = xlsxwriter.Workbook(
        file,
        {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": words()["formats"]["date"],
        },
    )
    book.set_properties({"title": edition.publication.title_fr, "created": created})
    rows = 0
    with handed_out(edition) as connection:
        _write_readme(book, edition, _sources(edition, connection))
        for sheet in words()["sheet"]:
            table = connection.sql(QUERIES[sheet["query"]]).pl()
            rows += _write_sheet(book, sheet, table)
    book.close()
    return OpenFile(PATH, TABLE, "xlsx", XLSX_TYPE, rows, file.stat().st_size, sha256_of(file))


def handed_out(edition: OpenEdition) -> duckdb.DuckDBPyConnection:
    """A connection on which the marts hold what is handed out of them, and nothing else."""
    connection = edition.release.connect()
    connection.execute("create schema handed_out")
    for name, table in edition.rights.tables.items():
        connection.execute(f'create view handed_out."{name}" as {table.selection()}')
    connection.execute("set search_path = 'handed_out'")
    return connection


def _write_sheet(book: Any, said: dict[str, Any], table: pl.DataFrame) -> int:
    columns = [(name, title) for name, title in said["columns"] if name in table.columns]
    looks = {key: book.add_format({"num_format": it}) for key, it in words()["formats"].items()}
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(said["name"])
    for place, (name, title) in enumerate(columns):
        sheet.write_string(0, place, title, head)
        longest = len(title)
        for line, row in enumerate(table.iter_rows(named=True), start=1):
            value = _in_words(name, row[name])
            unit = str(row.get("unit_id")) if name in IN_UNITS else ""
            look = looks.get(unit, looks["number"]) if name in IN_UNITS | PLAIN else None
            _write_cell(sheet, line, place, value, look)
            longest = max(longest, len(str(value or "")))
        sheet.set_column(place, place, min(WIDEST, longest + 2))
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.autofilter(0, 0, max(table.height, 1), len(columns) - 1)
    return table.height


def _in_words(column: str, value: Any) -> Any:
    """A code as a word; one without a word stands there as it is (a test looks for those)."""
    return words()["words"].get(column, {}).get(value, value)


def _write_cell(sheet: Any, line: int, place: int, value: Any, look: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value, look)
    elif isinstance(value, dt.date):
        sheet.write_datetime(line, place, value)
    else:
        sheet.write_string(line, place, escape_text(str(value))[:LONGEST_CELL])


def _write_readme(book: Any, edition: OpenEdition, sources: list[list[Any]]) -> None:
    said = words()["readme"]
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"text_wrap": True, "valign": "top", "bold": True})
    sheet = book.add_worksheet(said["sheet"])
    for place, width in enumerate(README_WIDTHS):
        sheet.set_column(place, place, width, wrap)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    told = _told(edition)
    for line, (label, text) in enumerate(told):
        sheet.write_string(line, 0, label, bold)
        sheet.merge_range(line, 1, line, 4, "", wrap)
        sheet.write_string(line, 1, escape_text(text), wrap)
        # A spreadsheet measures no merged cells: it would show their first line only.
        sheet.set_row(line, _height((label, text), (README_WIDTHS[0], sum(README_WIDTHS[1:5]))))
    head = len(told) + 1
    for line, row in enumerate([said["source_columns"], *sources], start=head):
        for place, value in enumerate(row):
            if line == head:
                sheet.write_string(line, place, value, bold)
            else:
                _write_cell(sheet, line, place, value, None)
        sheet.set_row(line, _height(row, README_WIDTHS))


def _height(row: Sequence[Any], widths: Sequence[int]) -> int:
    """Points for the longest of some wrapped texts."""
    lines = (1 + len(str(cell)) // width for cell, width in zip(row, widths, strict=True))
    return 15 * max(lines)


def _told(edition: OpenEdition) -> list[tuple[str, str]]:
    """Label and text of what has to be known; what is not known is not said."""
    said, publication, manifest = words()["readme"], edition.publication, edition.release.manifest
    date = manifest.created_at.date().isoformat()
    withheld = _withheld(edition)
    terms = terms_in(
        "fr",
        tables_in(TABLE, edition),
        holdings(edition),
        edition,
        describe(edition.release),
    )
    told = [
        (publication.title_fr, publication.description_fr),
        (said["release"], edition.release.id),
        (said["created"], date),
        (said["publisher"], publication.publisher),
        (said["contact"], publication.contact),
        (said["homepage"], publication.homepage),
        (said["base_url"], publication.base_url),
        (said["licence"], terms),
        (
            said["cite"],
            said["cite_text"].format(
                title=publication.title_fr, release=edition.release.id, date=date
            ),
        ),
        (said["reading"], said["reading_text"]),
        *((said["contents"].format(sheet=it["name"]), it["about"]) for it in words()["sheet"]),
        (
            said["withheld"],
            said["withheld_text"].format(
                rows=sum(sum(counts) for counts in withheld.values()), sources=len(withheld)
            ),
        ),
        (said["withheld_tables"], ", ".join(sorted(edition.rights.withheld_tables))),
    ]
    return [(label, text) for label, text in told if text]


def _withheld(edition: OpenEdition) -> dict[str, list[int]]:
    """Observations that stay with us, by source: how many for each of the reasons."""
    counted: dict[str, list[int]] = {}
    for item in edition.rights.tables[OBSERVATIONS].withheld_rows:
        counts = counted.setdefault(item.source_id, [0] * len(REASONS))
        counts[REASONS.index(item.reason)] += item.n_rows
    return counted


def _sources(edition: OpenEdition, connection: duckdb.DuckDBPyConnection) -> list[list[Any]]:
    """One row a source: who it is, on which terms, what of it is here and what is not."""
    counted = connection.execute(f"select source_id, count(*) from {OBSERVATIONS} group by all")
    out = dict(counted.fetchall())
    withheld = _withheld(edition)

    def row(source: Source) -> list[Any]:
        licence = source.licence.name if source.licence else words()["readme"]["unknown_licence"]
        who = [source.title_fr, source.publisher, licence, source.landing_page, source.citation]
        return [*who, out.get(source.id, 0), *withheld.get(source.id, [0] * len(REASONS))]

    return [row(source) for source in describe(edition.release).sources.values()]
