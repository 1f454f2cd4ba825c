"""Pay and the minimum wage: what the agreement pays, against which reference, since when."""

import streamlit as st

from dashboard import blocks, caption, charts, controls, data
from dashboard import format as fr
from dashboard.blocks import Column
from dashboard.caption import Caption
from dashboard.release import store as current_store
from dashboard.texts import text
from dashboard.views.pay import loading

store = current_store()
st.title(text("pay.title"))
st.markdown(text("pay.intro"))

smic = loading.smic_values(store)
points = loading.point_values(store)
blocks.headlines(
    [
        (text("pay.headline_hourly"), blocks.latest(smic, indicator_id="smic_hourly_eur")),
        (text("pay.headline_monthly"), blocks.latest(smic, indicator_id="smic_monthly_eur")),
        (text("pay.headline_point"), blocks.latest(points, population_id="ccn66")),
    ]
)

view_ratio, view_smic, view_point, view_gaps, view_claims = controls.views(
    "salaires", [text(f"pay.view_{name}") for name in ("ratio", "smic", "point", "gaps", "claims")]
)
every_source = data.sources(store)


def cited(*source_ids: str) -> tuple[caption.SourceRef, ...]:
    """The sources of a chart whose rows are computed from several."""
    return tuple(
        caption.source_ref(row)
        for row in every_source.iter_rows(named=True)
        if row["source_id"] in source_ids
    )


if view_ratio.open:
    with view_ratio:
        with controls.row():
            jobs = loading.jobs(store)
            job = controls.choose_from(
                "emploi", text("pay.job"), jobs, default=loading.EDUCATOR, width=330
            )
            seniorities, scales = loading.steps(store, job or "")
            seniority = controls.choose_from(
                "anciennete",
                text("pay.seniority"),
                {str(years): fr.plural(years, "pay.years") for years in seniorities},
                width=150,
            )
            group = controls.choose_one(
                "employeur",
                text("pay.group"),
                {name: text(f"pay.{name}") for name in loading.GROUPS},
            )
            scale = controls.choose_one(
                "echelle",
                text("pay.scale"),
                {name: text(f"pay.scale_{name}") for name in scales},
            )
            convention = controls.choose_from(
                "primes",
                text("pay.convention"),
                {name: text(f"pay.{name}") for name in loading.CONVENTIONS},
                width=330,
            )
            reference = controls.choose_from(
                "reference",
                text("pay.reference"),
                {name: text(f"pay.{name}") for name in loading.REFERENCES},
                width=330,
            )
        table = loading.pay(
            store, job or "", int(seniority or 0), scale, convention or "", reference or ""
        )
        ratios = loading.ratios(table, group)
        columns = [
            Column("employer_group", text("pay.group"), lambda code: text(f"pay.{code}")),
            Column("month", text("pay.month"), fr.month),
            Column("coefficient", text("pay.coefficient"), fr.number, "number"),
            Column("point_value_eur", text("pay.point"), lambda v: fr.euros(v, 4), "number"),
            Column("base_eur", text("pay.base_eur"), fr.euros, "number"),
            Column("sujetion_eur", text("pay.sujetion_eur"), fr.euros, "number"),
            Column("segur_eur", text("pay.segur_eur"), fr.euros, "number"),
            Column("pay_eur", text("pay.series_pay"), fr.euros, "number"),
            Column("reference_eur", text("pay.series_reference"), fr.euros, "number"),
            Column("ratio_conventional", text("pay.series_conventional"), fr.number, "number"),
            Column("ratio_paid", text("pay.series_paid"), fr.number, "number"),
            Column("point_status", text("pay.point_status"), lambda c: text(f"pay.{c}")),
            Column("point_evidence", text("pay.point_evidence"), lambda c: fr.word("evidence", c)),
            Column(
                "coefficient_evidence",
                text("pay.coefficient_evidence"),
                lambda c: fr.word("evidence", c),
            ),
            Column("point_provenance", text("pay.point_provenance"), width="large"),
            Column("coefficient_provenance", text("pay.coefficient_provenance"), width="large"),
        ]
        scope = (text("pay.scope", job=jobs.get(job or "", ""), group=text(f"pay.{group}")),)
        st.subheader(text("pay.ratio_title", job=jobs.get(job or "", "")), anchor="rapport-smic")
        if ratios.height:
            blocks.chart_block(
                "rapport-smic",
                Caption(
                    unit=text("pay.ratio_unit", reference=text(f"pay.{reference}")),
                    scopes=scope,
                    sources=cited("ccn66", "smic", "gmr", "segur"),
                    notes=(
                        text("pay.ratio_note"),
                        *(
                            [text("pay.legal_hours_note")]
                            if reference == "smic_legal_hours"
                            else []
                        ),
                        text("pay.axis_note"),
                        text("pay.rank_note"),
                    ),
                    summary=loading.in_words(table, group),
                    definitions=(text("pay.ratio_definition"),),
                ),
                charts.time_series(ratios, colours=blocks.colours(), zero=False, level=1.0),
                table,
                columns,
            )
            st.subheader(text("pay.amount_title"), anchor="montants")
            blocks.chart_block(
                "montants",
                Caption(
                    unit=text("pay.amount_unit"),
                    scopes=scope,
                    sources=cited("ccn66", "smic", "gmr", "segur"),
                    notes=(text("pay.amount_note"),),
                ),
                charts.time_series(loading.amounts(table, group), colours=blocks.colours()),
                table,
                columns,
            )
        else:
            st.info(text("block.empty"))

if view_smic.open:
    with view_smic:
        st.subheader(text("pay.smic_title"), anchor="smic")
        blocks.chart_block(
            "smic",
            Caption(
                unit=text("pay.amount_unit"),
                scopes=(text("pay.smic_scope"),),
                sources=cited("smic"),
                notes=(text("pay.smic_note"),),
                summary=caption.summary_of(loading.smic_monthly(store)),
            ),
            charts.time_series(loading.smic_monthly(store), colours=blocks.colours()),
            blocks.observation_rows(smic),
            blocks.observation_columns(smic),
        )

if view_point.open:
    with view_point:
        st.subheader(text("pay.point_title"), anchor="point")
        monthly = loading.points_monthly(store)
        blocks.chart_block(
            "point",
            Caption(
                unit=text("pay.point_unit"),
                scopes=(text("pay.point_scope"),),
                sources=cited("ccn66"),
                notes=(text("pay.point_note"), text("pay.axis_note"), text("pay.rank_note")),
                summary=caption.summary_of(monthly),
            ),
            charts.time_series(monthly, colours=blocks.colours(), zero=False),
            blocks.observation_rows(points),
            blocks.observation_columns(points),
        )

if view_gaps.open:
    with view_gaps:
        blocks.observation_block(
            store,
            "ecarts",
            text("pay.gaps_title"),
            loading.gaps(store),
            draw=charts.bars,
            notes=[text("pay.gaps_note")],
            summary="",
        )

if view_claims.open:
    with view_claims:
        blocks.conflict_block(store, "educator_pay")
