"""``python -m opendata.export``, which ``observatoire export`` calls: writes an edition."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import duckdb
import pyarrow as pa
from rich.console import Console
from rich.markup import escape

from ingest.errors import DataProblem, ReleaseProblem
from ingest.paths import data_paths
from ingest.release import Release, find_release, verify_release
from opendata.changes import NEW, Change, Changes, compare, keep_changes
from opendata.edition import Tell, write_edition
from opendata.model import OpenEdition, OpenFile, Publication
from opendata.place import PlaceProblem, replacing
from opendata.publication import publication


def export(release: Release, terms: Publication, output: Path, tell: Tell) -> OpenEdition:
    """Writes the whole edition of a release to a folder, in one step for who reads there."""
    with replacing(output, is_difference=False) as folder:
        return write_edition(release, terms, folder, tell)


def export_changes(
    release: Release, since: Release, terms: Publication, output: Path, tell: Tell
) -> Changes:
    """Writes what an edition changes against that of another release.

    Both editions are made, so this takes twice the time of an export, and for that time the room
    of both: only equal bytes prove that a file did not change.
    """
    with replacing(output, is_difference=True) as folder:
        former_folder, new_folder = folder / "former", folder / NEW
        former_folder.mkdir()
        new_folder.mkdir()
        former = write_edition(since, terms, former_folder, tell)
        new = write_edition(release, terms, new_folder, tell)
        changes = compare(former, former_folder, new, new_folder)
        shutil.rmtree(former_folder)
        keep_changes(changes, new, folder)
        return changes


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes what was asked for.

    Returns:
        0; 1 if the data or the place does not allow it. A wrong use exits with 2.
    """
    asked = _parser().parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    os.umask(0o022)  # what is handed out may be read by the user under whom a web server runs
    try:
        with console.status("export") as status:
            _export(asked, console, _told(console, status.update))
    except (DataProblem, ReleaseProblem, PlaceProblem) as problem:
        return _failed(str(problem))
    except (OSError, pa.ArrowException) as error:
        place = getattr(error, "filename", None) or asked.output
        return _failed(
            f"{place}: {getattr(error, 'strerror', None) or error}\n"
            "  Remedy: check the folder, its permissions and the free space; what stood there "
            "stands there still"
        )
    except (duckdb.Error, MemoryError) as error:
        return _failed(
            f"the release could not be read: {str(error).splitlines()[0]}\n"
            "  Remedy: `observatoire verify`; check memory and free space; what stood there "
            "stands there still"
        )
    except KeyboardInterrupt:
        return _failed("interrupted; what stood there stands there still")
    return 0


def _export(asked: argparse.Namespace, console: Console, tell: Tell) -> None:
    terms = publication()
    if asked.base_url:
        terms = replace(terms, base_url=asked.base_url)
    if not terms.base_url:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            "[bold yellow]warning[/] without --base-url, or base_url in publication.toml, the "
            "addresses in catalog.jsonld are relative: no catalogue can harvest it"
        )
    release = _whole(asked.release)
    if asked.since is None:
        edition = export(release, terms, asked.output, tell)
        size = sum(file.bytes for file in edition.files) / 1e6
        console.print(f"[bold green]exported[/] release {release.id}: {size:.0f} MB of data")
    else:
        changes = export_changes(release, _whole(asked.since), terms, asked.output, tell)
        counts = ", ".join(f"{len(changes.of(kind))} {kind}" for kind in get_args(Change))
        console.print(f"[bold green]exported[/] {changes.since} → {changes.release}: {counts}")
    console.print(f"in {escape(str(asked.output))}")


def _whole(release_id: str | None) -> Release:
    """A release whose files are those of its manifest: a damaged one is not handed out."""
    release = find_release(data_paths(), release_id)
    if found := verify_release(release):
        raise ReleaseProblem(f"release {release.id} is not whole: {'; '.join(found)}")
    return release


def _told(console: Console, update: Callable[[str], None]) -> Tell:
    """Says which table is being written, and a line for each that is."""

    def tell(name: str, files: tuple[OpenFile, ...]) -> None:
        if not files:
            update(name)
            return
        size = sum(file.bytes for file in files) / 1e6
        console.print(f"  [green]✓[/] {name:<24} {files[0].rows:>9} rows {size:>8.1f} MB")

    return tell


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="observatoire export", description="Everything that may be handed out, as files."
    )
    parser.add_argument("release", nargs="?", metavar="RELEASE")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--since", metavar="RELEASE")
    parser.add_argument("--base-url", type=_address)
    return parser


def _address(asked: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", asked):
        raise argparse.ArgumentTypeError(f"{asked!r} is no address like https://example.org/data")
    return asked.rstrip("/")


def _failed(message: str) -> int:
    Console(stderr=True, highlight=False, soft_wrap=True).print(
        f"[bold red]error[/] {escape(message)}"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
