"""The figures of the white papers: all of them, and the contradictions side by side."""

import streamlit as st

from dashboard import blocks, controls, data
from dashboard import format as fmt
from dashboard.blocks import Column
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.white_papers import loading

AT_ONCE = 50  # figures on screen

store = current_store()
figures = loading.figures(store)
groups = loading.groups(store)
st.title(text("white_papers.title"))
st.markdown(
    text(
        "white_papers.intro",
        n=fmt.integer(figures.height),
        documents=fmt.integer(figures["document"].n_unique()),
        groups=fmt.integer(len(groups)),
    )
)

view_all, view_conflicts = controls.views(
    "chiffres", {name: text(f"white_papers.view_{name}") for name in ("all", "conflicts")}
)

if view_all.open:
    with view_all:
        words = st.text_input(
            text("white_papers.search"),
            key="recherche",
            bind="query-params",
            placeholder=text("white_papers.search_help"),
            icon=":material/search:",
        )
        every = {"": text("white_papers.every")}
        with controls.row():
            family = controls.choose_from(
                "famille",
                text("white_papers.family"),
                every | data.labels(figures.sort("family_text"), "family", "family_text"),
                width=300,
            )
            document = controls.choose_from(
                "document",
                text("white_papers.document"),
                every | data.labels(figures, "document", "document_title_text"),
                width=420,
            )
            only = controls.choose_one(
                "seulement",
                text("white_papers.only"),
                {name: text(f"white_papers.only_{name}") for name in ("all", "conflict")},
            )
        found = loading.matching(figures, words or "", family or "", document or "", only)
        st.markdown(f"**{fmt.plural(found.height, 'white_papers.found')}**")
        if found.height:
            columns = [
                Column("written", text("column.value")),
                Column("label_text", text("column.label"), width="medium"),
                Column("period_text", text("column.period")),
                Column("population", text("column.population"), width="medium", is_quoted=True),
                Column("geography", text("column.geography"), is_quoted=True),
                Column("family_text", text("white_papers.family")),
                Column("document_title_text", text("white_papers.document"), width="medium"),
                Column("section", text("column.section"), is_quoted=True),
                Column("text_line", text("column.text_line"), fmt.integer, "number"),
                Column("cited_source", text("column.cited_source"), width="medium", is_quoted=True),
                Column("conflict_label_text", text("column.conflict"), width="medium"),
                Column("member_note_text", text("column.note"), width="medium"),
                Column("not_chartable_reason_text", text("column.not_charted"), width="medium"),
                Column("figure_id", text("column.reference"), width="medium"),
            ]
            shown = controls.part_of("chiffres_montres", text("white_papers.parts"), found, AT_ONCE)
            blocks.show_table(shown, columns, text("white_papers.title"), is_tall=True)
            with st.container(horizontal=True):
                blocks.downloads("chiffres-des-livres-blancs", found, columns)
        st.caption(text("white_papers.note"))

if view_conflicts.open:
    with view_conflicts:
        group = controls.choose_from(
            "contradiction", text("white_papers.group"), groups, default="vacant_posts"
        )
        if group:
            blocks.conflict_block(store, group)
