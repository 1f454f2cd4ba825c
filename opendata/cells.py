"""Text that a spreadsheet would run: neutralised when it leaves, restored when it is read back.

A text that begins like a formula gets one apostrophe in front. So does one that begins like a
formula behind apostrophes: taking one apostrophe away again gives every text back as it was.
Numbers are no texts: they keep their sign.
"""

from __future__ import annotations

import re

import polars as pl

# One pattern for two engines: `^` is the beginning of the text, of no later line.
RUNS = r"^'*[=+\-@\t\r]"
NEUTRALISED = r"^'+[=+\-@\t\r]"


def escape(text: pl.Expr) -> pl.Expr:
    """Texts that no spreadsheet takes for a formula; a null stays a null."""
    return pl.when(~text.str.contains(RUNS)).then(text).otherwise(pl.lit("'") + text)


def unescape(text: pl.Expr) -> pl.Expr:
    """The texts as they were before :func:`escape`."""
    return pl.when(text.str.contains(NEUTRALISED)).then(text.str.slice(1)).otherwise(text)


def escape_text(text: str) -> str:
    """One text, as :func:`escape` does."""
    return f"'{text}" if re.match(RUNS, text) else text


def unescape_text(text: str) -> str:
    """One text, as :func:`unescape` does."""
    return text[1:] if re.match(NEUTRALISED, text) else text
