"""The day as on which the series are seen: now, or an earlier one, with the editions known then.

It stands in the address (``connu_le=2026-11-27``) and is kept for the session, as the language is.
Only days on which an edition became known can be chosen: between two of them nothing changed.
"""

from __future__ import annotations

import datetime as dt

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import controls
from dashboard import format as fmt
from dashboard.release import Store
from dashboard.texts import text

PARAMETER = "connu_le"
STATE_KEY = "_known_on"
NOW = "maintenant"
CONTAINER = "known"  # shown in an embedded block too
DAYS = "select distinct available_on from fct_observation order by available_on desc"


def day() -> dt.date | None:
    """The chosen day; None for the present."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    found = st.session_state.get(STATE_KEY)
    return found if isinstance(found, dt.date) else None


def days(store: Store) -> list[dt.date]:
    """The days on which an edition became known, the last one first.

    A release that knows only one has nothing to choose; an older one does not know any.
    """
    if "available_on" not in store.columns("fct_observation"):
        return []
    return [found for (found,) in store.query(DAYS).rows()]


def choose(store: Store) -> None:
    """The selector, where there is something to choose; above the page, what was chosen."""
    if PARAMETER not in st.query_params and day() is not None:
        st.query_params[PARAMETER] = str(day())  # the menu of the pages drops the address
    earlier = days(store)[1:]
    if not earlier:
        _forget()
        return
    with st.sidebar:
        chosen = controls.choose_from(
            PARAMETER,
            text("known.label"),
            {NOW: text("known.now"), **{str(one): fmt.day(one) for one in earlier}},
        )
    is_now = chosen is None or chosen == NOW
    st.session_state[STATE_KEY] = None if is_now else dt.date.fromisoformat(str(chosen))


def notice() -> None:
    """Says that an earlier state of knowledge is shown."""
    chosen = day()
    if chosen is not None:
        with st.container(key=CONTAINER):
            st.info(text("known.notice", day=fmt.day(chosen)), icon=":material/history:")


def _forget() -> None:
    st.session_state[STATE_KEY] = None
    asked = st.query_params.get(PARAMETER)
    if asked:
        controls.notice(text("known.label"), asked)
