"""Selectors of the page of pay; those of one key share their state and place in the address."""

from __future__ import annotations

import streamlit as st

from dashboard import controls
from dashboard import format as fmt
from dashboard.release import Store
from dashboard.texts import text
from dashboard.views.pay import loading
from dashboard.views.pay.loading import Choice

WIDE, NARROW = 330, 150
EVERY = "tous"  # in the address: all employer groups
# Counted at first, where the agreement has it.
PREFERRED_CONVENTION = "base_sujetion"


def pay(store: Store, *, with_reference: bool = True) -> Choice:
    """Agreement, job, seniority, scale; folded: elements counted, reference and employer."""
    with controls.row():
        names = loading.agreements(store)
        agreement = controls.choose_from(
            "convention", text("pay.agreement"), names, default=loading.CCN66, width=WIDE
        )
        agreement = agreement or loading.CCN66
        job, job_text, seniority = _job(store, agreement)
        scale = _scale(store, agreement, job)
    with st.expander(text("pay.more_choices")), controls.row():
        table = loading.choices(store, agreement, job)
        conventions = list(dict.fromkeys(table["pay_convention"].sort().to_list()))
        convention = controls.choose_from(
            "primes",
            text("pay.convention"),
            {name: text(f"pay.{name}") for name in conventions},
            default=PREFERRED_CONVENTION,
            width=WIDE,
        )
        reference = loading.REFERENCES[0]
        if with_reference:
            reference = (
                controls.choose_from(
                    "reference",
                    text("pay.reference"),
                    {name: text(f"pay.{name}") for name in loading.REFERENCES},
                    width=WIDE,
                )
                or reference
            )
        group = employer(table["employer_group"].unique().sort().to_list(), every=True)
    return Choice(
        agreement, job, job_text, seniority, scale, convention or "base", reference, group
    )


def step_of_ccn66(store: Store) -> Choice:
    """Job, seniority, scale and employer of CCN 66, for the simulator."""
    job, job_text, seniority = _job(store, loading.CCN66)
    scale = _scale(store, loading.CCN66, job)
    table = loading.choices(store, loading.CCN66, job)
    group = employer(table["employer_group"].unique().sort().to_list(), every=False)
    return Choice(
        loading.CCN66, job, job_text, seniority, scale, PREFERRED_CONVENTION, "smic_35h", group
    )


def _job(store: Store, agreement: str) -> tuple[str, str, int]:
    jobs = loading.jobs(store, agreement)
    job = controls.choose_from(
        "emploi", text("pay.job"), jobs, default=_first_job(agreement, jobs), width=WIDE
    )
    job = job or ""
    table = loading.choices(store, agreement, job)
    years = table["seniority_years"].unique().sort().to_list()
    seniority = controls.choose_from(
        "anciennete",
        text("pay.seniority"),
        {str(year): fmt.plural(year, "pay.years") for year in years},
        width=NARROW,
    )
    return job, jobs.get(job, ""), int(seniority or 0)


def _scale(store: Store, agreement: str, job: str) -> str:
    table = loading.choices(store, agreement, job)
    scales = table["scale"].unique(maintain_order=True).to_list()
    scale = scales[0] if scales else ""
    if len(scales) > 1:
        default = next((name for name in loading.ENTRY_SCALES if name in scales), scale)
        scale = controls.choose_one(
            "echelle",
            text("pay.scale"),
            {name: text(f"pay.scale_{name}") for name in scales},
            default=default,
        )
    return scale


def _first_job(agreement: str, jobs: dict[str, str]) -> str | None:
    wanted = {
        "fpt": "assistants_socio_educatifs",
        "bad": "technicien_agent_maitrise_degre_2",
    }.get(agreement, loading.EDUCATOR)
    return wanted if wanted in jobs else None


def employer(groups: list[str], *, every: bool) -> str:
    """One employer group, or all of them; no choice where a text binds everybody.

    Members of a federation come first: the three numbers were said of them, and a chart of one
    group is read at once.

    Returns:
        The group; empty for all.
    """
    if len(groups) < 2:
        return groups[0] if groups and not every else ""
    both = {EVERY: text("pay.both")} if every else {}
    chosen = controls.choose_one(
        "employeur",
        text("pay.group"),
        {name: text(f"pay.{name}") for name in groups} | both,
        default=next((name for name in loading.MEMBERS if name in groups), None),
    )
    return "" if chosen == EVERY else chosen
