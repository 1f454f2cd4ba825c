"""``index.html``: the edition for people. One French page without script, with an English summary.

It can be put on any web server or object store: all links are relative, nothing is fetched from
elsewhere. How to read the data stands in ``docs/open-data.md``, whose examples it repeats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.paths import PROJECT_ROOT
from opendata.description import Description, Holding, Source, describe, holdings
from opendata.html import render
from opendata.model import Form, OpenEdition, OpenFile, OpenTable, Rule
from opendata.terms import sources_in, withheld_in
from opendata.words import words

HOW_TO = PROJECT_ROOT / "docs" / "open-data.md"
# The address that stands in its examples for that of the edition.
EXAMPLE_ADDRESS = "https://donnees.example.fr/observatoire"
EXAMPLE = re.compile(r"^```\w+ (?P<name>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = ("polars", "pandas", "duckdb", "r", "curl")
# What people look for first comes first.
RULES: tuple[Rule, ...] = ("by_source", "quoted", "computed", "own")
FORMS: tuple[Form, ...] = ("csv-fr", "csv", "parquet")


@dataclass(frozen=True)
class TableShown:
    """One table of the page.

    Attributes:
        withheld: What of it is not handed out, one sentence each.
    """

    name: str
    title: str
    description: str
    rule: Rule
    rows: int
    n_columns: int
    period: str
    files: tuple[OpenFile, ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True)
class SourceShown:
    """One source of the page, with the number of its rows that are withheld, by reason."""

    source: Source
    withheld: tuple[tuple[str, int], ...]


def index_page(edition: OpenEdition) -> str:
    """The page as text."""
    description = describe(edition.release)
    tables = _tables(edition, description)
    return render(
        "index.html",
        "fr",
        edition=edition,
        publication=edition.publication,
        released_on=edition.release.manifest.created_at.date(),
        groups=[(rule, [table for table in tables if table.rule == rule]) for rule in RULES],
        others=[file for file in edition.files if file.table not in edition.rights.tables],
        sources=_sources(edition, description),
        withheld_tables=[
            (description.tables[name], sources_in("fr", sources, description))
            for name, sources in sorted(edition.rights.withheld_tables.items())
        ],
        examples=examples(edition.publication.base_url),
        english=words("en"),
    )


def examples(base_url: str) -> dict[str, str]:
    """The examples of ``docs/open-data.md`` by name, with the edition's own address if known."""
    found = {
        match["name"]: match["code"].strip()
        for match in EXAMPLE.finditer(HOW_TO.read_text(encoding="utf-8"))
    }
    address = base_url or EXAMPLE_ADDRESS
    return {
        name: found[name].replace(EXAMPLE_ADDRESS, address) for name in EXAMPLES if name in found
    }


def _tables(edition: OpenEdition, description: Description) -> list[TableShown]:
    held = holdings(edition)
    return [
        _table(table, held[name], edition, description)
        for name, table in sorted(edition.rights.tables.items())
    ]


def _table(
    table: OpenTable, held: Holding, edition: OpenEdition, description: Description
) -> TableShown:
    said = description.tables[table.name]
    files = [file for file in edition.files if file.table == table.name]
    return TableShown(
        name=table.name,
        title=said.title_fr,
        description=said.description_fr,
        rule=table.rule,
        rows=files[0].rows,
        n_columns=len(table.columns),
        period=_years(held),
        files=tuple(sorted(files, key=lambda file: FORMS.index(file.form))),
        withheld=tuple(withheld_in("fr", table, description)),
    )


def _years(held: Holding) -> str:
    if held.first is None or held.last is None:
        return ""
    years = dict.fromkeys((held.first.year, held.last.year))
    return "–".join(str(year) for year in years)


def _sources(edition: OpenEdition, description: Description) -> list[SourceShown]:
    """All sources, those that are handed out first."""
    counted: dict[str, dict[str, int]] = {}
    for table in edition.rights.tables.values():
        for rows in table.withheld_rows:
            reasons = counted.setdefault(rows.source_id, {})
            reasons[rows.reason] = reasons.get(rows.reason, 0) + rows.n_rows
    ordered = sorted(
        description.sources.values(),
        key=lambda source: (not source.is_redistributable, source.publisher.casefold(), source.id),
    )
    return [SourceShown(source, tuple(counted.get(source.id, {}).items())) for source in ordered]
