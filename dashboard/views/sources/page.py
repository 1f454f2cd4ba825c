"""The sources: who publishes what, under which licence, how old, and how good the evidence is."""

import datetime as dt

import polars as pl
import streamlit as st

from dashboard import blocks, caption, controls, data
from dashboard import format as fmt
from dashboard.blocks import Column
from dashboard.caption import Caption
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.sources import loading

INTERFACE = "./api/v1/documentation"  # answered by the server itself, not by a page

store = current_store()
sources = loading.freshness(store, dt.datetime.now(dt.UTC).date())
st.title(text("sources.title"))
unknown = sources.filter(pl.col("licence_name") == "unknown").height
st.markdown(
    text(
        "sources.intro",
        n=fmt.integer(sources.height),
        unknown=fmt.integer(unknown),
        rows=fmt.integer(float(sources["n_observations"].sum())),
        second=fmt.integer(float(sources["n_second_rank"].sum())),
        secret=fmt.integer(float(sources["n_secret"].sum())),
        late=fmt.integer(sources.filter(pl.col("state") == "late").height),
    )
)
st.markdown(text("sources.open_data", address=INTERFACE))

view_all, view_one, view_revisions = controls.views(
    "vue_sources", {name: text(f"sources.view_{name}") for name in ("all", "one", "revisions")}
)

if view_all.open:
    with view_all:
        asked = controls.choose_one(
            "etat",
            text("sources.shown"),
            {
                name: text(f"sources.shown_{name}", n=fmt.integer(own.height))
                for name, own in loading.selections(sources).items()
            },
        )
        found = loading.selections(sources)[asked]
        blocks.chart_block(
            "liste-des-sources",
            Caption(
                unit="",
                notes=(
                    text("sources.late_note", times=loading.LATE_AFTER),
                    text("sources.licence_note"),
                ),
            ),
            None,
            found,
            [
                Column("named_text", text("column.source"), width="medium"),
                Column("state_text", text("column.state")),
                Column("last_period_end", text("column.last_value"), fmt.day),
                Column("frequency_text", text("sources.frequency")),
                Column("age_text", text("sources.age_short")),
                Column("licence_text", text("column.licence")),
                Column("warnings_short", text("sources.warnings"), width="medium"),
                Column("n_observations", text("column.values"), fmt.integer, "number"),
                Column("n_second_rank", text("column.second_rank"), fmt.integer, "number"),
                Column("n_secret", text("column.secret"), fmt.integer, "number"),
                Column("retrieved_on", text("column.retrieved"), fmt.day),
                Column("landing_page", text("column.address"), kind="link"),
            ],
            title=text("sources.list_title"),
        )

if view_one.open:
    with view_one:
        chosen = controls.choose_from(
            "source",
            text("sources.one"),
            {
                row["source_id"]: row["named_text"]
                for row in sources.sort("named_text").iter_rows(named=True)
            },
            default="dares_vacancies",
        )
        row = sources.filter(pl.col("source_id") == chosen).row(0, named=True)
        st.header(row["title_text"])
        st.markdown(
            "\n".join(
                "- " + text("format.pair", name=f"**{text(f'sources.{name}')}**", words=said)
                for name, said in (
                    ("publisher", fmt.markdown(row["publisher"])),
                    ("page", fmt.link(row["landing_page"] or fmt.missing(), row["landing_page"])),
                    ("licence", fmt.link(caption.licence(row["licence_name"]), row["licence_url"])),
                    ("citation", fmt.markdown(row["citation"])),
                    ("scope", fmt.markdown(row["scope_text"] or fmt.missing())),
                    ("method", fmt.markdown(row["method_text"] or fmt.missing())),
                    ("warnings", row["warnings_text"] or text("sources.no_warning")),
                    (
                        "period",
                        fmt.period(row["first_period_start"], row["last_period_end"]),
                    ),
                    ("retrieved", fmt.day(row["retrieved_on"])),
                    ("frequency", row["frequency_text"]),
                    ("age", row["age_text"]),
                    ("state", row["state_text"]),
                )
            )
        )
        st.subheader(text("sources.evidence_title"))
        evidence = loading.evidence(store, chosen or "")
        if evidence.height:
            blocks.show_table(
                evidence,
                [
                    Column("evidence", text("column.evidence"), lambda c: fmt.word("evidence", c)),
                    Column("status", text("column.status"), lambda c: fmt.word("status", c)),
                    Column("n", text("column.values"), fmt.integer, "number"),
                    Column("first_on", text("column.first"), fmt.day),
                    Column("last_on", text("column.last_value"), fmt.day),
                ],
                text("sources.evidence_title"),
            )
            st.subheader(text("sources.provenance_title"))
            blocks.show_table(
                loading.provenances(store, chosen or ""),
                [
                    Column("provenance", text("column.provenance"), width="large"),
                    Column("provenance_url", text("column.address"), kind="link"),
                    Column("evidence", text("column.evidence"), lambda c: fmt.word("evidence", c)),
                    Column("n", text("column.values"), fmt.integer, "number"),
                    Column("raw_file", text("column.raw_file"), width="medium"),
                    Column("first_row", text("column.first_row"), fmt.integer, "number"),
                    Column("last_row", text("column.last_row"), fmt.integer, "number"),
                ],
                text("sources.provenance_title"),
            )
        else:
            st.caption(text("sources.no_observation"))
        definitions = data.indicators_of(store, chosen or "")
        if definitions.height:
            st.subheader(text("sources.indicators_title"))
            blocks.show_table(
                definitions,
                [
                    Column("label_text", text("column.indicator"), width="medium"),
                    Column("definition_text", text("column.definition"), width="large"),
                    Column("formula", text("column.formula"), width="medium"),
                    Column("n", text("column.values"), fmt.integer, "number"),
                ],
                text("sources.indicators_title"),
            )

if view_revisions.open:
    with view_revisions:
        revised = loading.revisions(store)
        named = dict(sources.sort("named_text").select("source_id", "named_text").rows())
        of = controls.choose_from(
            "revue",
            text("sources.revised_source"),
            {"": text("sources.every_source")}
            | {key: name for key, name in named.items() if key in set(revised["source_id"])},
        )
        found = loading.revisions(store, of or "")
        blocks.chart_block(
            "revisions",
            Caption(
                unit="",
                summary=fmt.plural(found.height, "sources.revisions"),
                notes=(text("sources.revisions_note"), text("sources.revisions_known")),
            ),
            None,
            found,
            [
                Column("indicator_text", text("column.indicator"), width="medium"),
                Column("population_text", text("column.scope"), width="medium"),
                Column("occupation_text", text("column.occupation")),
                Column("geography_text", text("column.geography")),
                Column("period", text("column.period")),
                Column("old", text("sources.before")),
                Column("new", text("sources.after")),
                Column("kind", text("sources.kind"), lambda code: fmt.word("revision", code)),
                Column(
                    "relative_change",
                    text("sources.change"),
                    lambda v: fmt.signed(v, fmt.percent(None if v is None else abs(v))),
                    "number",
                ),
                Column("old_edition", text("sources.edition_before")),
                Column("new_edition", text("sources.edition_after")),
                Column("new_available_on", text("sources.known_on"), fmt.day),
                Column("publisher_text", text("column.publisher")),
            ],
            title=text("sources.revisions_title"),
        )
