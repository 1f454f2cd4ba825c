"""Pay tables and figures: every value of the reference files is in data/raw, nothing else is."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from ingest.paths import PROJECT_ROOT

RAW = PROJECT_ROOT / "data" / "raw"
QUALITY_NOTE = "Qualité notée au relevé : « {} »."
# Working remarks of the compiler in a reference, said for a public reader in the raw table.
REWORDED = {
    "décret 2013-494 du 10 juin 2013 modifié, text stored in the pages corpus without address"
    " (same text: https://www.legifrance.gouv.fr/loda/id/JORFTEXT000027534404)": "décret 2013-494"
    " du 10 juin 2013 modifié, copie dont l’adresse n’est pas conservée (même texte :"
    " https://www.legifrance.gouv.fr/loda/id/JORFTEXT000027534404)",
}
STORED_PDF = re.compile(
    r"\(stored PDF of (.+?), (\w+) (\d{4}); figures only, do not copy the text\)"
)
MONTHS = {"Feb": "février", "April": "avril", "Sept": "septembre", "Oct": "octobre"}
LEGAL = ["legal_reference", "legal_reference_url", "source"]
EVIDENCED = ["text", "source_quality", "source", "note"]

# reference file: (source, table, {reference column: raw column}); a bare name stands for itself,
# `source` and `source_quality` are looked up in the table of provenances
CASES: dict[str, tuple[str, str, list[str | tuple[str, str]]]] = {
    "salary/smic.csv": ("smic", "hourly", [
        ("date", "valid_from"), ("smic_hourly_gross_eur", "hourly_rounded_eur"),
        ("smic_monthly_gross_35h_eur", "monthly_35h_eur"),
        ("smic_monthly_gross_39h_eur", "monthly_39h_eur"),
        ("smic_hourly_as_published", "hourly_as_published"),
        ("currency_as_published", "currency_code"),
        ("legal_full_time_hours_month_openfisca", "legal_hours_per_month"),
        ("smic_monthly_gross_legal_hours_eur", "monthly_legal_hours_eur"),
        ("smic_monthly_as_published_in_openfisca_eur", "monthly_as_recorded_eur"), *LEGAL,
    ]),
    "salary/gmr.csv": ("gmr", "monthly", [
        ("gmr", "gmr_id"), ("applies_to_firms_whose_35h_date_is", "firms_35h_date"),
        ("date", "valid_from"), ("gmr_monthly_gross_eur", "monthly_rounded_eur"),
        ("as_published", "monthly_as_published"), ("currency_as_published", "currency_code"),
        *LEGAL,
    ]),
    "salary/pss.csv": ("social_security_ceiling", "monthly", [
        ("date", "valid_from"), ("pss_monthly_eur", "monthly_rounded_eur"),
        ("as_published", "monthly_as_published"), ("currency_as_published", "currency_code"),
        *LEGAL,
    ]),
    "salary/wage_stats.csv": ("wage_gaps", "published_pay", [
        "year", "population", "statistic", ("unit", "unit_text"), ("value", "pay_as_published"),
        "comparison_value", "comparison", "gap_pct", "producer", "source_quality", "source", "note",
    ]),
    "salary/ccn66_point.csv": ("ccn66", "points", [
        ("effective_date", "valid_from"), "date_precision", "applies_to", "status",
        ("point_value_eur", "point_value_rounded_eur"),
        ("point_value_eur_2dp", "point_value_2dp_eur"),
        ("value_as_published", "point_as_published"), ("currency_as_published", "currency_code"),
        *EVIDENCED,
    ]),
    "salary/ccn66_point_not_applied.csv": ("ccn66", "points_not_applied", [
        ("proposed_effective_date", "proposed_from"), ("value", "proposed_as_published"),
        ("currency", "currency_code"), "text", "outcome", "source",
    ]),
    "salary/ccn66_coefficients.csv": ("ccn66", "coefficients", [
        "job", "annex", "seniority_years_from", ("coefficient", "coefficient_day"),
        ("coefficient_with_internat", "coefficient_boarding"), "valid_from", "valid_to", "source",
        "note",
    ]),
    "salary/ccn66_premiums.csv": ("ccn66", "premiums", [
        "premium", ("unit", "unit_text"), ("value", "amount"), "valid_from", "valid_to",
        "beneficiaries", "text", "source", "note",
    ]),
    "salary/ccn66_minimum.csv": ("ccn66", "minimum_coefficients", [
        "valid_from", "valid_to", "minimum_coefficient",
        ("minimum_coefficient_with_internat", "minimum_coefficient_boarding"), "scope", *EVIDENCED,
    ]),
    "salary/segur.csv": ("segur", "steps", [
        "step", ("eur_gross_month", "gross_eur"), ("eur_net_month", "net_eur"), "valid_from",
        "valid_to", "beneficiaries", *EVIDENCED,
    ]),
    "salary/ccn51_point.csv": ("ccn51", "points", [
        ("effective_date", "valid_from"), "point_value_eur", *EVIDENCED,
    ]),
    "salary/ccn51_coefficients.csv": ("ccn51", "coefficients", [
        "job", "reference_coefficient", ("complement_metier_points", "job_complement"),
        ("complement_diplome_points", "diploma_complement"),
        ("prime_fonctionnelle_points", "functional_premium"), "valid_from", "valid_to", *EVIDENCED,
    ]),
    "salary/ccn51_premiums.csv": ("ccn51", "premiums", [
        "premium", ("unit", "unit_text"), ("value", "amount"), "valid_from",
        ("valid_to", "valid_to_text"), "beneficiaries", *EVIDENCED,
    ]),
    "salary/ccn51_minimum.csv": ("ccn51", "minimum_pay", [
        ("effective_date", "valid_from"), ("minimum_gross_eur", "minimum_eur"),
        ("smic_gross_35h_eur", "smic_35h_eur"), ("ratio", "ratio_to_smic"), *EVIDENCED,
    ]),
    "salary/ccn51_seniority.csv": ("ccn51", "seniority_rates", [
        "completed_years", "rate_pct", "valid_from", ("valid_to", "valid_to_text"), *EVIDENCED,
    ]),
    "salary/bad_point.csv": ("bad", "points", [
        ("effective_date", "valid_from_text"), "point_value_eur", "status", *EVIDENCED,
    ]),
    "salary/bad_pre2003_point.csv": ("bad", "points_before_2003", [
        ("effective_date", "valid_from"), ("value", "point_as_published"),
        ("currency", "currency_code"), "convention", *EVIDENCED,
    ]),
    "salary/bad_grid_A_I.csv": ("bad", "coefficients_a_i", [
        "category", "jobs", ("year_of_seniority", "seniority_year"), "coefficient", "valid_from",
        "valid_to", "status", *EVIDENCED,
    ]),
    "salary/bad_grid_avenant43.csv": ("bad", "coefficients_avenant43", [
        ("filiere", "stream"), "category", ("degre", "degree"), ("echelon", "step"), "coefficient",
        "valid_from", "valid_to", "jobs", *EVIDENCED,
    ]),
    "salary/bad_ecr.csv": ("bad", "supplements", [
        ("ecr", "supplement"), "condition", ("value", "amount"), ("unit", "unit_text"),
        "valid_from", "valid_to", "source_quality", "source", "note",
    ]),
    "salary/fp_point.csv": ("civil_service", "index_points", [
        ("date", "valid_from"), ("point_value_annual_eur", "point_value_eur_per_year"),
        ("point_value_monthly_eur", "point_value_eur_per_month"),
        ("minimum_indice_majore", "minimum_index"),
        ("minimum_traitement_monthly_eur", "minimum_pay_eur"), "point_value_since",
        "minimum_index_since", "point_reference", "point_reference_url", "minimum_reference",
        "minimum_reference_url", "note", "source",
    ]),
    "salary/fp_point_2026.csv": ("civil_service", "index_points_2026", [
        ("date", "valid_from"), ("point_value_monthly_eur", "point_value_eur_per_month"),
        ("minimum_indice_majore", "minimum_index"),
        ("minimum_traitement_monthly_eur", "minimum_pay_eur"),
        ("smic_gross_35h_eur", "smic_35h_eur"), "differential_eur", "source_quality", "source",
        "note",
    ]),
    "salary/fp_grids.csv": ("civil_service", "grids", [
        ("fonction_publique", "civil_service"), "corps", "grade", "category",
        ("valid_from", "valid_from_text"), "valid_to", ("echelon", "step"), "duration",
        ("indice_brut", "gross_index"), ("indice_majore", "paid_index"), "gross_monthly_eur",
        "source_quality", "source", "note",
    ]),
    "salary/fp_cti_primes.csv": ("civil_service", "cti_premiums", [
        "measure", "points", "valid_from", "valid_to", "beneficiaries", *EVIDENCED,
    ]),
    "figures.csv": ("white_papers", "figures", [
        "figure_id", ("document", "document_id"), "section", "text_line", "family", "measure",
        "label_fr", "value", "value_high", ("unit", "unit_id"), "qualifier",
        ("period_start", "stated_period_start"), ("period_end", "stated_period_end"),
        "base_period", "population", "geography", "cited_source", "note",
    ]),
}  # fmt: skip


def reworded(source: str) -> str:
    """A reference as the raw table says it: without the working remarks of the compiler."""
    source = REWORDED.get(source, source)
    return STORED_PDF.sub(lambda found: f"({found[1]}, {MONTHS[found[2]]} {found[3]})", source)


def read(file: Path) -> pl.DataFrame:
    return pl.read_csv(file, infer_schema=False, null_values=[""])


def with_provenance(source_id: str, table: pl.DataFrame) -> pl.DataFrame:
    """Adds the text of the provenance as ``source`` and its quality note as ``source_quality``."""
    if "provenance_id" not in table.columns:
        return table
    known = read(RAW / source_id / "provenance.csv").select(
        "provenance_id", source="reference", source_quality="note_fr"
    )
    return table.join(known, on="provenance_id", how="left")


def as_in_reference(frame: pl.DataFrame, pairs: list[str | tuple[str, str]]) -> Counter[tuple]:
    """Rows of a raw table, in the words of the reference file."""
    names = [pair if isinstance(pair, str) else pair[1] for pair in pairs]
    return Counter(frame.select(names).iter_rows())


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_lost_and_nothing_is_invented(name: str, reference: Path) -> None:
    source_id, table, pairs = CASES[name]
    given = read(reference / name)
    names = [pair if isinstance(pair, str) else pair[0] for pair in pairs]
    assert sorted(given.columns) == sorted(names), "a column of the reference is not mapped"
    expected = given.select(names)
    if "source_quality" in names:
        expected = expected.with_columns(
            pl.format(QUALITY_NOTE, "source_quality").alias("source_quality")
        )
    if "source" in names:
        expected = expected.with_columns(pl.col("source").map_elements(reworded, pl.String))
    if name.endswith("gmr.csv"):
        expected = expected.with_columns(pl.col("gmr").str.to_lowercase())

    raw = with_provenance(source_id, read(RAW / source_id / f"{table}.csv"))

    found = as_in_reference(raw, pairs)
    wanted = Counter(expected.iter_rows())
    assert wanted - found == Counter(), "lost"
    assert found - wanted == Counter(), "invented"


def test_each_price_stands_in_the_long_table(reference: Path) -> None:
    given = read(reference / "salary" / "ipc.csv")
    wanted = given.unpivot(
        index="year", on=[c for c in given.columns if c not in ("year", "source")]
    ).drop_nulls("value")
    raw = read(RAW / "consumer_prices" / "annual.csv")
    assert sorted(wanted.select("variable", "year", "value").iter_rows()) == sorted(
        raw.select("series_id", "year", "value").iter_rows()
    )
    references = read(RAW / "consumer_prices" / "provenance.csv")["reference"].to_list()
    for part in given["source"].unique():
        assert all(reference_text in part for reference_text in references)


def test_every_pay_file_of_the_reference_is_reconciled(reference: Path) -> None:
    there = {f"salary/{file.name}" for file in (reference / "salary").glob("*.csv")}
    assert there | {"figures.csv"} == set(CASES) | {"salary/ipc.csv"}
