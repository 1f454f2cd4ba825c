"""The sources: who publishes what, under which licence, how old, and how good the evidence is."""

import datetime as dt

import polars as pl
import streamlit as st

from dashboard import blocks, caption, controls, data, export
from dashboard import format as fmt
from dashboard.blocks import Column
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.sources import loading

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
    )
)

view_all, view_one = controls.views(
    "vue_sources", {name: text(f"sources.view_{name}") for name in ("all", "one")}
)

if view_all.open:
    with view_all:
        blocks.show_table(
            sources,
            [
                Column("title_text", text("column.source"), width="medium"),
                Column("publisher", text("column.publisher"), width="medium"),
                Column("licence_text", text("column.licence"), width="medium"),
                Column("last_period_end", text("column.last_value"), fmt.day),
                Column("state_text", text("column.state")),
                Column("frequency_days", text("column.frequency"), fmt.integer, "number"),
                Column("age_days", text("column.age"), fmt.integer, "number"),
                Column("retrieved_on", text("column.retrieved"), fmt.day),
                Column("n_raw_rows", text("column.raw_rows"), fmt.integer, "number"),
                Column("n_observations", text("column.values"), fmt.integer, "number"),
                Column("n_second_rank", text("column.second_rank"), fmt.integer, "number"),
                Column("n_secret", text("column.secret"), fmt.integer, "number"),
                Column("n_vintages", text("column.vintages"), fmt.integer, "number"),
                Column("landing_page", text("column.address"), kind="link"),
            ],
            key="liste-des-sources",
            tallest=760,
        )
        st.caption(text("sources.late_note", times=loading.LATE_AFTER))
        st.download_button(
            text("block.download"),
            data=lambda: export.to_csv(sources),
            file_name="sources.csv",
            mime="text/csv",
            key="sources_csv",
            on_click="ignore",
            icon=":material/download:",
        )

if view_one.open:
    with view_one:
        chosen = controls.choose_from(
            "source",
            text("sources.one"),
            {
                row["source_id"]: f"{row['publisher']} – {row['title_text']}"
                for row in sources.iter_rows(named=True)
            },
            default="dares_vacancies",
        )
        row = sources.filter(pl.col("source_id") == chosen).row(0, named=True)
        st.subheader(row["title_text"])
        st.markdown(
            "\n".join(
                f"- **{text(f'sources.{name}')}** : {said}"
                for name, said in (
                    ("publisher", fmt.markdown(row["publisher"])),
                    ("page", fmt.link(row["landing_page"] or fmt.missing(), row["landing_page"])),
                    ("licence", fmt.link(caption.licence(row["licence_name"]), row["licence_url"])),
                    ("citation", fmt.markdown(row["citation"])),
                    ("scope", fmt.markdown(row["scope_text"] or fmt.missing())),
                    ("method", fmt.markdown(row["method_text"] or fmt.missing())),
                    ("warnings", " ".join(fmt.word("warning", w) for w in row["warnings"] or ())),
                    (
                        "period",
                        fmt.period(row["first_period_start"], row["last_period_end"]),
                    ),
                    ("retrieved", fmt.day(row["retrieved_on"])),
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
                key="preuves",
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
                key="provenances",
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
                key="indicateurs",
            )
