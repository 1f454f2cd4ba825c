"""The report on disk: written whole or not at all, as HTML or printed to PDF by Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# It prints one local file: nothing of it may want the network or a profile.
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--proxy-server=127.0.0.1:9",  # where nothing answers
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)
PRINTS_WITHIN = 180  # seconds
PDF = b"%PDF-"


class CannotPrint(Exception):
    """There is no PDF to be had; the message says what a person can do."""


def write_html(html: str, target: Path) -> None:
    """Writes the document; an existing file is replaced only by a whole one."""
    with _new_file(target) as draft:
        draft.write_text(html, encoding="utf-8")


def write_pdf(html: str, target: Path) -> None:
    """Prints the document.

    Raises:
        CannotPrint: No Chromium is installed, or it made no PDF.
    """
    chromium = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if chromium is None:
        raise CannotPrint(
            f"a PDF is printed by Chromium, and none of {', '.join(CHROMIUM)} is installed\n"
            "  Remedy: install it (apt install chromium), or ask for a file that ends in .html"
        )
    with tempfile.TemporaryDirectory() as folder, _new_file(target) as draft:
        page = Path(folder) / "report.html"
        page.write_text(html, encoding="utf-8")
        command = [
            *(chromium, *ARGUMENTS),
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={draft}",
            page.as_uri(),
        ]
        try:
            run = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=PRINTS_WITHIN
            )
            said = run.stderr.strip().splitlines()
        except subprocess.TimeoutExpired:
            said = [f"it did not end within {PRINTS_WITHIN} s"]
        if not draft.read_bytes().startswith(PDF):
            raise CannotPrint(
                f"{chromium} made no PDF: {said[-1] if said else 'it gave no reason'}\n"
                "  Remedy: ask for a file that ends in .html and print it"
            )


@contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    """An empty file beside the target that takes its place when the block ends well."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    draft.touch(exist_ok=False)
    try:
        yield draft
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
