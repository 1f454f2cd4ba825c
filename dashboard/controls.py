"""Selectors whose state stands in the page's address, so that a view can be sent as a link.

The address holds ids, never labels: a link means the same in both languages and after a label is
bettered. A choice that is the default is not written. The address wins where it changed since the
last run (a link, the browser's Back); else what the visitor chose wins and is written there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_tab_container import TabContainer

from dashboard.format import markdown
from dashboard.report import recording
from dashboard.texts import text

Labels = Mapping[str, str]
MOST_SHOWN = 60  # characters of a bad value that the notice repeats
SEPARATOR = ","  # between the ids of several choices; no id holds one
NOTHING = "-"  # several may be chosen, and none is
SEEN = "_seen_in_address."  # what the address said of a key at the last run
STANDS_IN = "_stands_in."  # whether the default is shown in the place of a bad value


def row() -> DeltaGenerator:
    """A row of selectors that wraps on a narrow screen."""
    return st.container(horizontal=True, gap="medium")


def choose_one(key: str, label: str, options: Labels, default: str | None = None) -> str:
    """A closed choice between a few options, all visible.

    Args:
        key: Name in the address.
        label: What is chosen.
        options: Label by id.
        default: Id chosen at first; the first one if there is none.
    """
    first = _prepare(key, label, options, default)
    chosen = st.segmented_control(
        label,
        list(options),
        format_func=lambda option: options[option],
        required=True,
        key=key,
    )
    _to_address(key, [str(chosen)], [first])
    return str(chosen)


def choose_from(
    key: str,
    label: str,
    options: Labels,
    default: str | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> str | None:
    """A choice from a list that can be searched; None if the list is empty."""
    if not options:
        return None
    first = _prepare(key, label, options, default)
    chosen = st.selectbox(
        label,
        list(options),
        format_func=lambda option: options[option],
        key=key,
        placeholder=text("control.choose"),
        width=width,
    )
    _to_address(key, [str(chosen)], [first])
    return chosen


def choose_some(
    key: str, label: str, options: Labels, default: Sequence[str] = (), most: int = 6
) -> list[str]:
    """Several from a list, as many as a chart can bear."""
    first = [option for option in default if option in options]
    asked = _from_address(key, label, options, first, most)
    if asked is not None:
        st.session_state[key] = asked
    chosen = st.multiselect(
        label,
        list(options),
        format_func=lambda option: options[option],
        key=key,
        max_selections=most,
        placeholder=text("control.choose"),
        select_all=False,
    )
    _to_address(key, chosen, first)
    return chosen


def choose_number(key: str, label: str, lowest: int, highest: int, default: int) -> int:
    """A whole number within limits."""
    numbers = {str(n): str(n) for n in range(lowest, highest + 1)}
    asked = _from_address(key, label, numbers, [str(default)])
    if asked is not None:
        st.session_state[key] = int(asked[0])
    chosen = int(st.number_input(label, lowest, highest, key=key, step=1))
    _to_address(key, [str(chosen)], [str(default)])
    return chosen


def part_of(key: str, label: str, table: pl.DataFrame, at_once: int) -> pl.DataFrame:
    """The part of a long list that is read at once; which one stands in the address.

    Args:
        key: Name in the address; another one on each page.
        label: What is listed.
        table: The whole list.
        at_once: Rows of a part.
    """
    starts = range(0, table.height, at_once)
    if len(starts) < 2:
        return table
    parts = {
        str(number): text("control.part", first=start + 1, last=min(start + at_once, table.height))
        for number, start in enumerate(starts, start=1)
    }
    return table.slice((int(choose_one(key, label, parts)) - 1) * at_once, at_once)


def views(key: str, options: Labels) -> Sequence[TabContainer]:
    """Tabs of which only the open one is computed; the open one stands in the address.

    Args:
        key: Name in the address.
        options: Title by id, in the order of the tabs.
    """
    recording.views(key, options)
    first = next(iter(options))
    asked = _from_address(key, text("control.view"), options, [first])
    titles = list(options.values())
    if asked is not None:
        st.session_state[key] = options[asked[0]]
    tabs = st.tabs(titles, key=key, on_change="rerun")
    opened = next((name for name, tab in zip(options, tabs, strict=True) if tab.open), first)
    _to_address(key, [opened], [first])
    return tabs


def notice(label: str, value: str) -> None:
    """Says that the address holds a value that the page does not know, so that another is shown."""
    shown = value if len(value) <= MOST_SHOWN else f"{value[:MOST_SHOWN]}…"
    st.info(
        text("control.refused", label=markdown(label), value=markdown(shown)),
        icon=":material/info:",
    )


def _prepare(key: str, label: str, options: Labels, default: str | None) -> str:
    """Sets a choice of one to what the address asks for.

    Returns:
        The default: the given one, or the first option.
    """
    first = default if default is not None and default in options else next(iter(options))
    asked = _from_address(key, label, options, [first])
    if asked is not None:
        st.session_state[key] = asked[0]
    return first


def _from_address(
    key: str, label: str, options: Labels, default: Sequence[str], most: int = 1
) -> list[str] | None:
    """What the selector has to take before it is drawn; None if it keeps what it has.

    A value of the address that is no option is said, and stays there until another is chosen.
    """
    written = st.query_params.get(key, "")
    asked = [part for part in written.split(SEPARATOR) if part and written != NOTHING]
    kept = [part for part in asked if part in options][:most]
    refused = [part for part in asked if part not in kept]
    changed = st.session_state.get(SEEN + key, "") != written
    # A choice of the visitor that another selector has taken away falls back in silence.
    said = bool(refused) and (changed or st.session_state[STANDS_IN + key])
    if said:
        notice(label, SEPARATOR.join(refused))
    st.session_state[SEEN + key] = written
    st.session_state[STANDS_IN + key] = said and not kept
    if not changed and key in st.session_state and _known(st.session_state[key], options):
        return None
    return kept if kept or written == NOTHING else list(default)


def _known(value: object, options: Labels) -> bool:
    """Whether the state of a selector is still one of its options (of tabs: of its titles)."""
    if isinstance(value, list):
        return all(part in options for part in value)
    return str(value) in options or value in options.values()


def _to_address(key: str, chosen: Sequence[str], default: Sequence[str]) -> None:
    """Writes a choice to the address; the default is written only over another choice."""
    seen = st.session_state[SEEN + key]
    is_default = list(chosen) == list(default)
    written = "" if is_default else SEPARATOR.join(chosen) or NOTHING
    if written == seen or (is_default and st.session_state[STANDS_IN + key]):
        return
    st.session_state[SEEN + key] = written
    if written:
        st.query_params[key] = written
    else:
        st.query_params.pop(key, None)
