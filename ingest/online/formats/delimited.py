"""Delimited text as the Opendatasoft portals export it: UTF-8, byte-order marks, ``;``."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import polars as pl

from ingest.online.connector import Unreadable
from ingest.online.formats.grid import Grid, grid_of

MOST_COLUMNS = 2_000
BOM = "\ufeff"
LOOK = "open the address in a browser and compare; the last good edition stays in use meanwhile"


def read_delimited(file: Path, delimiter: str = ";") -> Grid:
    """A delimited file, its header as the first line.

    Raises:
        Unreadable: Empty, not UTF-8, a web page, cut short, or with lines of unequal length.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}", "see to the landing store") from None
    return parse_delimited(content, delimiter)


def parse_delimited(content: bytes, delimiter: str = ";") -> Grid:
    """As :func:`read_delimited`, from bytes."""
    text = decode(content)
    rows: list[list[str]] = []
    width = 0
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if not row:
                continue
            width = width or len(row)
            if len(row) != width or width > MOST_COLUMNS:
                raise Unreadable(
                    f"line {len(rows) + 1} has {len(row)} cells, the header has {width}", LOOK
                )
            rows.append(row)
    except csv.Error as error:
        raise Unreadable(f"line {len(rows) + 1} is not readable: {error}", LOOK) from None
    if not rows:
        raise Unreadable("the file holds no line", LOOK)
    if not text.endswith(("\n", "\r")):
        raise Unreadable("the file is cut short: its last line has no end", LOOK)
    names = {f"column_{number}": pl.String for number in range(1, width + 1)}
    return grid_of(pl.DataFrame(rows, schema=names, orient="row"))


def decode(content: bytes) -> str:
    """UTF-8 text without its byte-order marks.

    Raises:
        Unreadable: Empty, not UTF-8, with control characters, or a web page.
    """
    try:
        text = content.decode("utf-8").lstrip(BOM)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"not UTF-8: byte 0x{content[error.start]:02x} in line {line}",
            "the producer has changed the encoding; compare with the portal before reading it so",
        ) from None
    if not text.strip():
        raise Unreadable("the file is empty", LOOK)
    if "\0" in text:
        raise Unreadable("the file holds NUL characters: it is no text", LOOK)
    if text.lstrip()[:200].lower().startswith(("<!doctype html", "<html")):
        raise Unreadable("a web page came where a table was awaited", LOOK)
    return text
