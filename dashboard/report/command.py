"""Writes the report as it was asked for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dashboard.language import DEFAULT, LANGUAGES, speaking
from dashboard.release import MissingData, NoRelease, open_store
from dashboard.report import reading
from dashboard.report.document import document
from dashboard.report.printing import CannotPrint, write_html, write_pdf

WRITERS = {".html": write_html, ".htm": write_html, ".pdf": write_pdf}


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the pages, writes the file.

    Returns:
        0; 1 if there is no release, no PDF or no place to write. A wrong use exits with 2.
    """
    asked = _parser().parse_args(arguments)
    writer = WRITERS[asked.output.suffix.lower()]
    names = dict.fromkeys(asked.page) or reading.names()
    try:
        store = open_store()
        pages = [reading.read(name, asked.language) for name in names]
        with speaking(asked.language):
            html = document(store, pages)
        writer(html, asked.output)
    except NoRelease as problem:
        return _failed(f"no release can be read: {problem}\n  Remedy: observatoire refresh")
    except MissingData as problem:
        return _failed(f"the release lacks what the report reads: {problem.what}")
    except (reading.PageFailed, CannotPrint) as problem:
        return _failed(str(problem))
    except OSError as error:
        return _failed(
            f"{asked.output}: {error.strerror or error}\n"
            "  Remedy: check the folder, its permissions and the free space; nothing was written"
        )
    print(f"{asked.output}  {asked.output.stat().st_size / 1000:.0f} kB, release {store.id}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="observatoire report", description="Key figures as one file."
    )
    parser.add_argument("--page", action="append", type=_page, default=[])
    parser.add_argument("--language", choices=LANGUAGES, default=DEFAULT)
    parser.add_argument("--output", type=_output, required=True)
    return parser


def _page(asked: str) -> str:
    """Name of a page, given by its name or address."""
    known = reading.names()
    for name, address in known.items():
        if asked.strip("/") in (name, address):
            return name
    listed = ", ".join(f"{name} ({address})" for name, address in known.items())
    raise argparse.ArgumentTypeError(f"{asked!r} is no page; there are {listed}")


def _output(asked: str) -> Path:
    path = Path(asked)
    if path.suffix.lower() not in WRITERS:
        raise argparse.ArgumentTypeError(f"{asked!r} ends neither in .html nor in .pdf")
    return path


def _failed(message: str) -> int:
    print(f"error {message}", file=sys.stderr)
    return 1
