"""The overview: one card a family, read in ten seconds."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import blocks, data
from dashboard import format as fmt
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.overview import loading

# Widths in pixels of the cells of a card; on a narrow screen they wrap.
WIDTHS = (196, 122, 104, 104, 122, 136)

store = current_store()
st.title(text("overview.title"))
st.markdown(text("overview.intro"))
table = loading.rows(store)


def cells() -> list[DeltaGenerator]:
    """The cells of a card, side by side as far as the screen allows."""
    with st.container(horizontal=True, gap="small"):
        return [st.container(width=width, gap="xxsmall") for width in WIDTHS]


def cell(label: str, value: str, detail: str = "", origin: str | None = None) -> None:
    """One figure of a card: what it is, the figure, what is to be known of it, where it stands."""
    breakable = value.replace(fmt.NO_BREAK, " ")
    st.caption(label)
    st.markdown(f"**{fmt.markdown(breakable)}**", help=origin)
    if detail:
        st.caption(detail)


def card(headline: loading.Headline) -> None:
    """One family: latest value, changes, whole economy, what the documents say."""
    series, last = loading.headline_series(table, headline)
    with st.container(border=True, key=f"carte_{headline.key}"):
        name, value, one, five, whole, said = cells()
        with name:
            st.page_link(
                f"views/{headline.family}/page.py", label=f"**{text(f'overview.{headline.key}')}**"
            )
            if last:
                st.caption(
                    text(
                        "overview.source",
                        publisher=fmt.markdown(last["publisher"]),
                        population=fmt.markdown(last["population_text"]),
                    )
                )
        with value:
            cell(
                fmt.period(last["period_start"], last["period_end"]) if last else "",
                blocks.observed(last) if last else fmt.missing(),
                marks(last) if last else "",
                blocks.raw_line(last) if last else None,
            )
        for place, years in ((one, 1), (five, 5)):
            with place:
                change = loading.change(series, last, years)
                cell(text(f"overview.change_{years}"), change.written, change.detail)
        with whole:
            compared = loading.compared(table, headline, last)
            if last and compared:
                cell(
                    text(f"overview.whole_{headline.key}"),
                    blocks.observed(compared),
                    told_beside(last, compared),
                    blocks.raw_line(compared),
                )
            else:
                cell(text("overview.whole"), loading.NONE, text("overview.none_same_source"))
        with said:
            if headline.conflict:
                cell(text("overview.documents"), *loading.said(store, headline.conflict))


def told_beside(last: dict[str, Any], compared: dict[str, Any]) -> str:
    """When the value set beside the headline is of, and what is to be known of it."""
    when = fmt.period(compared["period_start"], compared["period_end"])
    if not data.same_period(last, compared):
        when = text("overview.other_period", period=when)
    return " · ".join(word for word in (when, marks(compared)) if word)


def marks(row: dict[str, object]) -> str:
    """Cautions about one value, in a few words."""
    words = [fmt.word("status", str(row["status"]))] if row["status"] != "published" else []
    if row["is_second_rank"]:
        words.append(text("overview.second_rank"))
    return " · ".join(words)


def pay_card() -> None:
    """Pay: a ratio computed from the agreement and the minimum wage, not an observation."""
    pay = loading.educator(store)
    with st.container(border=True, key="carte_pay"):
        name, value, one, five, whole, said = cells()
        with name:
            st.page_link("views/pay/page.py", label=f"**{text('overview.pay')}**")
            st.caption(text("overview.pay_scope"))
        if not pay.height:
            with value:
                cell("", fmt.missing())
            return
        last = pay.row(-1, named=True)
        with value:
            cell(
                fmt.month(last["month"]),
                text("overview.smic", n=fmt.number(last["ratio_conventional"], "#,##0.00")),
                text("overview.pay_paid", n=fmt.number(last["ratio_paid"], "#,##0.00")),
            )
        for place, years in ((one, 1), (five, 5)):
            with place:
                wanted = last["month"].replace(year=last["month"].year - years)
                before = dict(pay.select("month", "ratio_conventional").rows()).get(wanted)
                if before is None:
                    cell(text(f"overview.change_{years}"), fmt.missing())
                    continue
                difference = last["ratio_conventional"] - before
                cell(
                    text(f"overview.change_{years}"),
                    text(
                        "overview.smic",
                        n=fmt.signed(difference, fmt.number(abs(difference), "#,##0.00")),
                    ),
                    text("overview.worse" if difference < 0 else "overview.better"),
                )
        with whole:
            cell(text("overview.whole_pay"), text("overview.smic", n="1"))
        with said:
            cell(text("overview.documents"), *loading.said_of_educators(store))


for headline in loading.HEADLINES:
    if headline.key == "training":
        pay_card()
    card(headline)
st.caption(text("overview.note"))
