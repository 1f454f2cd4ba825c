"""The language of the screen: French, or English when the address says ``lang=en``.

It is kept for the session, because the menu of the pages drops what stands in the address; it is
then written back there, so that any address can be sent on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, cast, get_args

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT: Language = "fr"
PARAMETER = "lang"
STATE_KEY = "_language"

_fixed: ContextVar[Language | None] = ContextVar("fixed_language", default=None)


def language() -> Language:
    """The language in which to write now."""
    fixed = _fixed.get()
    if fixed is not None:
        return fixed
    if get_script_run_ctx(suppress_warning=True) is None:
        return DEFAULT
    return cast(Language, st.session_state.get(STATE_KEY, DEFAULT))


@contextmanager
def speaking(chosen: Language) -> Iterator[None]:
    """Writes in one language until the block ends, whatever the session says."""
    token = _fixed.set(chosen)
    try:
        yield
    finally:
        _fixed.reset(token)


def from_address() -> None:
    """Takes the language from the address, or writes that of the session there.

    An address with a language that is not known is one without any.
    """
    asked = st.query_params.get(PARAMETER)
    if asked in LANGUAGES:
        st.session_state[STATE_KEY] = asked
    chosen = language()
    if chosen == DEFAULT:
        st.query_params.pop(PARAMETER, None)
    elif asked != chosen:
        st.query_params[PARAMETER] = chosen


def choose(chosen: Language) -> None:
    """Changes the language of the session and of the address."""
    st.session_state[STATE_KEY] = chosen
    if chosen == DEFAULT:
        st.query_params.pop(PARAMETER, None)
    else:
        st.query_params[PARAMETER] = chosen
