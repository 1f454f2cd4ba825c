"""What is worked out once for all visitors: by what it is made of, the language, mode and day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from types import FunctionType
from typing import Any, ParamSpec, TypeVar

import polars as pl
import streamlit as st

from dashboard import known
from dashboard.language import language
from dashboard.memory import Memory
from dashboard.release import Store
from dashboard.tables import Column
from dashboard.theme import Mode, Palette, palette

Value = TypeVar("Value")
Given = ParamSpec("Given")
_KEPT: Memory[tuple[str, ...], Any] = Memory(400)


def colours() -> Palette:
    """The palette of the visitor's light or dark mode."""
    return palette(mode())


def mode() -> Mode:
    """The visitor's light or dark mode."""
    return "dark" if st.context.theme.type == "dark" else "light"


def kept(make: Callable[[], Value], *parts: object) -> Value:
    """What a function makes, made once for all visitors; whoever gets it must not change it.

    Args:
        make: Makes it; depends on nothing but the parts, the language, the mode and the day as on
            which the series are seen.
        parts: All that it is made of: the release, tables, plain functions, and what has a telling
            ``repr``.
    """
    made: Value = _KEPT.get(fingerprints(parts), make)
    return made


def remembered(function: Callable[Given, Value]) -> Callable[Given, Value]:
    """A function whose results are kept; see :func:`kept`. For tables that each run asks for."""

    @wraps(function)
    def asked(*args: Given.args, **kwargs: Given.kwargs) -> Value:
        return kept(lambda: function(*args, **kwargs), function, *args, kwargs)

    return asked


def is_plain(part: object) -> bool:
    """Whether a function is all said by its place: what it closes over may make two of one."""
    return isinstance(part, FunctionType) and not part.__closure__


def fingerprints(parts: Iterable[object]) -> tuple[str, ...]:
    """The key of what is made of some parts."""
    return (language(), mode(), str(known.day()), *map(_fingerprint, parts))


def _fingerprint(part: object) -> str:
    if isinstance(part, Store):
        return str(part.release.folder)
    if isinstance(part, pl.DataFrame):
        return f"{part.schema} {hash(tuple(part.hash_rows().to_list()))}"
    if isinstance(part, FunctionType):
        return f"{part.__code__.co_filename}:{part.__code__.co_firstlineno} {part.__qualname__}"
    if isinstance(part, Column):
        return f"{replace(part, write=None)!r} {_fingerprint(part.write)}"
    if isinstance(part, dict):
        return repr({name: _fingerprint(value) for name, value in part.items()})
    return repr(part)
