"""Selectors whose state stands in the page's address, so that a view can be sent as a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_tab_container import TabContainer

from dashboard.format import markdown
from dashboard.texts import text

Labels = Mapping[str, str]
MOST_SHOWN = 60  # characters of a bad value that the notice repeats


def row() -> DeltaGenerator:
    """A row of selectors that wraps on a narrow screen."""
    return st.container(horizontal=True, gap="medium")


def choose_one(key: str, label: str, options: Labels, default: str | None = None) -> str:
    """A closed choice between a few options, all visible.

    Args:
        key: Name in the address.
        label: French label.
        options: Label by id.
        default: Id chosen at first; the first one if there is none.
    """
    ids = list(options)
    refused = _refused(key, options)
    _forget_if_gone(key, options)
    chosen = st.segmented_control(
        label,
        ids,
        format_func=lambda option: options[option],
        default=default if default in options else ids[0],
        required=True,
        key=key,
        bind="query-params",
    )
    _say(refused, label)
    return str(chosen)


def choose_from(
    key: str,
    label: str,
    options: Labels,
    default: str | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> str | None:
    """A choice from a list that can be searched; None if the list is empty."""
    ids = list(options)
    if not ids:
        return None
    refused = _refused(key, options)
    _forget_if_gone(key, options)
    chosen = st.selectbox(
        label,
        ids,
        index=ids.index(default) if default is not None and default in options else 0,
        format_func=lambda option: options[option],
        key=key,
        bind="query-params",
        placeholder=text("control.choose"),
        width=width,
    )
    _say(refused, label)
    return chosen


def choose_some(
    key: str, label: str, options: Labels, default: Sequence[str] = (), most: int = 6
) -> list[str]:
    """Several from a list, as many as a chart can bear."""
    refused = _refused(key, options)
    chosen = st.multiselect(
        label,
        list(options),
        default=[option for option in default if option in options],
        format_func=lambda option: options[option],
        key=key,
        bind="query-params",
        max_selections=most,
        placeholder=text("control.choose"),
        select_all=False,
    )
    _say(refused, label)
    return chosen


def views(key: str, labels: Sequence[str]) -> Sequence[TabContainer]:
    """Tabs of which only the open one is computed; the open one stands in the address."""
    refused = _refused(key, dict(zip(labels, labels, strict=True)))
    _say(refused, text("control.view"))
    return st.tabs(list(labels), key=key, on_change="rerun", bind="query-params")


def notice(label: str, value: str) -> None:
    """Says that the address holds a value that the page does not know, so that another is shown."""
    shown = value if len(value) <= MOST_SHOWN else f"{value[:MOST_SHOWN]}…"
    st.info(
        text("control.refused", label=markdown(label), value=markdown(shown)),
        icon=":material/info:",
    )


def _refused(key: str, options: Labels) -> list[str]:
    """Values of the address that are no option; empty once the selector has a state."""
    if key in st.session_state:
        return []
    known = set(options.values())
    return [value for value in st.query_params.get_all(key) if value not in known]


def _say(refused: list[str], label: str) -> None:
    if refused:
        notice(label, ", ".join(refused))


def _forget_if_gone(key: str, options: Labels) -> None:
    """Drops a choice that another selector has taken away, so that the default comes back."""
    if key in st.session_state and st.session_state[key] not in options:
        del st.session_state[key]
