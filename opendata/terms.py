"""On which terms files are handed out, in words: whose is which, and what of it is withheld.

Our licence covers what the observatory made. What a producer made keeps the producer's terms, and
a figure that is quoted stays its author's: no file says more of our licence than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from opendata.description import Description, Holding
from opendata.html import number
from opendata.model import Licence, OpenEdition, OpenTable
from opendata.words import Language, words

# The marts whose rows the workbook holds.
WORKBOOK = ("mart_key_figures", "fct_observation", "mart_claim_audit")


def tables_in(name: str, edition: OpenEdition) -> list[OpenTable]:
    """The tables of which a file named so holds rows: one, or those of the workbook."""
    tables = edition.rights.tables
    return [tables[one] for one in ((name,) if name in tables else WORKBOOK) if one in tables]


def licences_of(
    tables: Sequence[OpenTable],
    held: dict[str, Holding],
    edition: OpenEdition,
    description: Description,
) -> tuple[Licence, ...]:
    """Our licence, and those of the sources whose rows the tables hold."""
    return tuple(_owners(tables, held, edition, description, "fr"))


def terms_in(
    language: Language,
    tables: Sequence[OpenTable],
    held: dict[str, Holding],
    edition: OpenEdition,
    description: Description,
) -> str:
    """What each licence of some tables covers, and what of them none does."""
    said = words(language)["terms"]
    own = edition.publication.own_licence
    owners = _owners(tables, held, edition, description, language)
    rows = said["joined"].join(
        said["whose"].format(licence=_named(licence, language), owners=joined(whose, language))
        for licence, whose in owners.items()
        if whose
    )
    whose = said["whose"].format(
        licence=_named(own, language), owners=edition.publication.publisher
    )
    rules = dict.fromkeys(
        "own" if table.rule == "by_source" and not rows else table.rule for table in tables
    )
    return " ".join(said[rule].format(own=whose, rows=rows) for rule in rules)


def sources_of(table: OpenTable, holding: Holding) -> tuple[str, ...]:
    """The sources that a table owes to: of its rows, its quotations, and what it was made from."""
    repeated = {source for column in table.withheld_columns for source in column.sources}
    return tuple(sorted({*holding.sources, *holding.cited, *repeated}))


def withheld_in(language: Language, table: OpenTable, description: Description) -> list[str]:
    """What of a table is withheld: columns with their sources, rows with the reason."""
    said: dict[str, Any] = words(language)["site"]
    found = []
    if table.withheld_columns:
        sources = {source for column in table.withheld_columns for source in column.sources}
        many = len(table.withheld_columns) > 1
        found.append(
            said["withheld_columns" if many else "withheld_column"].format(
                columns=", ".join(column.name for column in table.withheld_columns),
                sources=sources_in(language, sorted(sources), description),
            )
        )
    for reason, text in words(language)["reasons"].items():
        rows = sum(rows.n_rows for rows in table.withheld_rows if rows.reason == reason)
        if rows:
            sentence = said["withheld_rows" if rows > 1 else "withheld_row"]
            found.append(sentence.format(rows=number(rows, language), why=text))
    return found


def sources_in(language: Language, sources: Sequence[str], description: Description) -> str:
    """The publishers of sources, each once, after the word for one or for several."""
    names = publishers_in(language, sources, description)
    said = words(language)["terms"]["sources" if len(names) > 1 else "source"]
    return str(said.format(names=joined(names, language)))


def publishers_in(
    language: Language, sources: Sequence[str], description: Description
) -> tuple[str, ...]:
    """The publishers of sources, each once."""
    cited = [description.sources[source] for source in sources]
    return tuple(
        dict.fromkeys(one.publisher if language == "fr" else one.publisher_en for one in cited)
    )


def joined(names: Sequence[str], language: Language) -> str:
    """Names, some of which have a comma of their own, one after the other."""
    joint: str = words(language)["terms"]["joined"]
    return joint.join(names)


def _owners(
    tables: Sequence[OpenTable],
    held: dict[str, Holding],
    edition: OpenEdition,
    description: Description,
    language: Language,
) -> dict[Licence, tuple[str, ...]]:
    """Each licence, ours first, with the publishers of the rows that are under it."""
    own = edition.publication.own_licence
    sources = {
        source
        for table in tables
        if table.rule == "by_source"
        for source in held[table.name].sources
    }
    found: dict[Licence, list[str]] = {own: []}
    for source in sorted(sources):
        if stated := description.sources[source].licence:
            # An address says more than the wording of a name.
            licence = own if stated.url == own.url else stated
            found.setdefault(licence, []).append(source)
    return {
        licence: publishers_in(language, cited, description) for licence, cited in found.items()
    }


def _named(licence: Licence, language: Language) -> str:
    """A licence by name and address, from which a catalogue that reads texts finds it."""
    form: str = words(language)["terms"]["licence" if licence.url else "licence_without_url"]
    return form.format(name=licence.name, url=licence.url)
