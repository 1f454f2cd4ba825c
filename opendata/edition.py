"""An edition: everything that is handed out of one release, as a folder of files.

The same release and the same terms give the same bytes, on any day and any machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.release import Release, sha256_of
from opendata import catalogue, citation, dictionary_pages, package, site
from opendata.description import describe, holdings
from opendata.files.tables import reading, write_table
from opendata.files.workbook import write_workbook
from opendata.model import OpenEdition, OpenFile, Publication
from opendata.rights import rights_of

SUMS = "SHA256SUMS"
# Called with each table's name before its files are written, and with its files after.
Tell = Callable[[str, tuple[OpenFile, ...]], None]


def write_edition(
    release: Release, publication: Publication, folder: Path, tell: Tell
) -> OpenEdition:
    """Writes an edition into an empty folder: data, metadata, and the sums of all files.

    Raises:
        ReleaseProblem: The release does not say what may be handed out, or holds a value that not
            every form can give back.
    """
    edition = OpenEdition(release, rights_of(release), publication, ())
    edition = replace(edition, files=_write_data(edition, folder, tell))
    _write_metadata(edition, folder)
    write_sums(folder)
    return edition


def _write_data(edition: OpenEdition, folder: Path, tell: Tell) -> tuple[OpenFile, ...]:
    description, held = describe(edition.release), holdings(edition)
    files: list[OpenFile] = []
    with reading(edition.release) as connection:
        for name, table in edition.rights.tables.items():
            tell(name, ())
            written = write_table(table, edition, description, held[name], connection, folder)
            tell(name, written)
            files += written
    workbook = write_workbook(edition, folder)
    tell(workbook.table, (workbook,))
    return (*files, workbook)


def _write_metadata(edition: OpenEdition, folder: Path) -> None:
    _write_json(folder / "datapackage.json", package.datapackage(edition))
    _write_json(folder / "catalog.jsonld", catalogue.catalogue(edition))
    dictionary_pages.write(edition, folder)
    write_text(folder / "CITATION.cff", citation.citation(edition))
    write_text(folder / "index.html", site.index_page(edition))


def _write_json(file: Path, value: dict[str, Any]) -> None:
    write_text(file, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_text(file: Path, text: str) -> None:
    """A text file in UTF-8 whose line ends are those of the text, on any system."""
    file.write_text(text, encoding="utf-8", newline="")


def write_sums(folder: Path) -> None:
    """Writes ``SHA256SUMS`` over all files of a folder, as ``sha256sum --check`` reads it."""
    lines = (f"{digest}  {path}\n" for path, digest in sums_of(folder).items())
    write_text(folder / SUMS, "".join(lines))


def sums_of(folder: Path) -> dict[str, str]:
    """Hash of each file under a folder by its path, ``SHA256SUMS`` of the folder itself apart."""
    paths = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*")}
    return {
        path: sha256_of(file)
        for path, file in sorted(paths.items())
        if file.is_file() and path != SUMS
    }


def read_sums(folder: Path) -> dict[str, str]:
    """What ``SHA256SUMS`` of a folder states."""
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
