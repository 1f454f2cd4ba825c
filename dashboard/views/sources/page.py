"""The sources: who publishes what, under which licence, how old, and how good the evidence is."""

import datetime as dt

import polars as pl
import streamlit as st

from dashboard import blocks, caption, controls, data, export
from dashboard import format as fr
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
        n=fr.integer(sources.height),
        unknown=fr.integer(unknown),
        rows=fr.integer(float(sources["n_observations"].sum())),
        second=fr.integer(float(sources["n_second_rank"].sum())),
        secret=fr.integer(float(sources["n_secret"].sum())),
    )
)

view_all, view_one = controls.views(
    "vue_sources", [text(f"sources.view_{name}") for name in ("all", "one")]
)

if view_all.open:
    with view_all:
        blocks.show_table(
            sources,
            [
                Column("title_fr", text("column.source"), width="medium"),
                Column("publisher", text("column.publisher"), width="medium"),
                Column("licence_fr", text("column.licence"), width="medium"),
                Column("last_period_end", text("column.last_value"), fr.day),
                Column("state_fr", text("column.state")),
                Column("frequency_days", text("column.frequency"), fr.integer, "number"),
                Column("age_days", text("column.age"), fr.integer, "number"),
                Column("retrieved_on", text("column.retrieved"), fr.day),
                Column("n_raw_rows", text("column.raw_rows"), fr.integer, "number"),
                Column("n_observations", text("column.values"), fr.integer, "number"),
                Column("n_second_rank", text("column.second_rank"), fr.integer, "number"),
                Column("n_secret", text("column.secret"), fr.integer, "number"),
                Column("n_vintages", text("column.vintages"), fr.integer, "number"),
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
                row["source_id"]: f"{row['publisher']} – {row['title_fr']}"
                for row in sources.iter_rows(named=True)
            },
            default="dares_vacancies",
        )
        row = sources.filter(pl.col("source_id") == chosen).row(0, named=True)
        st.subheader(row["title_fr"])
        st.markdown(
            "\n".join(
                f"- **{text(f'sources.{name}')}** : {said}"
                for name, said in (
                    ("publisher", fr.markdown(row["publisher"])),
                    ("page", fr.link(row["landing_page"] or fr.MISSING, row["landing_page"])),
                    ("licence", fr.link(caption.licence(row["licence_name"]), row["licence_url"])),
                    ("citation", fr.markdown(row["citation"])),
                    ("scope", fr.markdown(row["scope_fr"] or fr.MISSING)),
                    ("method", fr.markdown(row["method_fr"] or fr.MISSING)),
                    ("warnings", " ".join(fr.word("warning", w) for w in row["warnings"] or ())),
                    (
                        "period",
                        fr.period(row["first_period_start"], row["last_period_end"]),
                    ),
                    ("retrieved", fr.day(row["retrieved_on"])),
                    ("state", row["state_fr"]),
                )
            )
        )
        st.subheader(text("sources.evidence_title"))
        evidence = loading.evidence(store, chosen or "")
        if evidence.height:
            blocks.show_table(
                evidence,
                [
                    Column("evidence", text("column.evidence"), lambda c: fr.word("evidence", c)),
                    Column("status", text("column.status"), lambda c: fr.word("status", c)),
                    Column("n", text("column.values"), fr.integer, "number"),
                    Column("first_on", text("column.first"), fr.day),
                    Column("last_on", text("column.last_value"), fr.day),
                ],
                key="preuves",
            )
            st.subheader(text("sources.provenance_title"))
            blocks.show_table(
                loading.provenances(store, chosen or ""),
                [
                    Column("provenance", text("column.provenance"), width="large"),
                    Column("provenance_url", text("column.address"), kind="link"),
                    Column("evidence", text("column.evidence"), lambda c: fr.word("evidence", c)),
                    Column("n", text("column.values"), fr.integer, "number"),
                    Column("raw_file", text("column.raw_file"), width="medium"),
                    Column("first_row", text("column.first_row"), fr.integer, "number"),
                    Column("last_row", text("column.last_row"), fr.integer, "number"),
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
                    Column("label_fr", text("column.indicator"), width="medium"),
                    Column("definition_fr", text("column.definition"), width="large"),
                    Column("formula", text("column.formula"), width="medium"),
                    Column("n", text("column.values"), fr.integer, "number"),
                ],
                key="indicateurs",
            )
