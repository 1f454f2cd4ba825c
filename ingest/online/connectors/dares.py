"""Dares, vacant posts: the exports of four data sets of its Opendatasoft portal.

The raw vacancies feed the table ``quarterly``, as the bundled editions do; occupied posts and the
seasonally adjusted series feed ``observations``, as data series of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl

from ingest.online.connector import Connector, Fetch, Gathered, Landed, Remote, Unreadable
from ingest.online.connectors.support import Parameters, as_table, parameters, refuse_rows
from ingest.online.formats.delimited import read_delimited
from ingest.online.formats.grid import ROW, Columns, Grid, take_columns
from ingest.online.formats.limited import read_parquet
from ingest.online.formats.sdmx import parse_period

NUMBER, RATE = "n_posts", "rate_percent"
KEYS: dict[str, Sequence[str]] = {
    "quarter": ("date", "Date"),
    "field": ("champ", "Champ"),
    "nomenclature": ("nomenclature", "Nomenclature"),
    "code": ("code_naf", "Code NAF"),
    "label": ("libelle_naf", "Libellé NAF"),
    "kind": ("type_de_donnees", "Type de données"),
}
VACANT = Columns(
    {
        **KEYS,
        NUMBER: ("nombre_d_emplois_vacants", "Nombre d'emplois vacants"),
        RATE: (
            "taux_d_emplois_vacants_en",
            "taux_d_emplois_vacants",
            "Taux d'emplois vacants (en %)",
        ),
    }
)
OCCUPIED = Columns({**KEYS, NUMBER: ("nombre_d_emplois_occupes", "Nombre d'emplois occupés")})
FIELDS = {"Plus de 10 salariés": "10_plus", "Ensemble": "all_sizes"}
GROUPINGS = {"Tertiaire marchand": "TM", "Tertiaire non-marchand": "TNM"}
# Published, known, and of no use here: other sections of the NAF and two groupings.
LEFT_OUT = frozenset({*"BDEHJKLMR", "Industrie", "Construction"})
KINDS = {"raw": {"brutes", "brute", "brut"}, "sa": {"cvs-cjo", "cvs", "cvs - cjo"}}
QUARTER = r"^(\d{4})-[TQ]([1-4])$"
MIXED = (
    "the file mixes two vintages, as that of 2024-T4 did: compare with the portal and say in a "
    "model which row is the later one"
)


class DataSet(Parameters):
    """One data set of the portal.

    Attributes:
        content: Vacant or occupied posts.
        adjustment: ``raw``, or ``sa``: seasonally adjusted.
        label_fr: What an edition of it is called beside its last quarter; empty for the main one.
    """

    content: Literal["vacant", "occupied"]
    adjustment: Literal["raw", "sa"]
    label_fr: str = ""


class DaresParameters(Parameters):
    """The data sets by their identifier on the portal, and the export to ask for."""

    datasets: dict[str, DataSet]
    export: Literal["csv", "parquet"] = "csv"


class DaresVacancies(Connector):
    """Vacant and occupied posts by quarter, size of establishment and activity."""

    def discover(self, fetch: Fetch) -> list[Remote | Gathered]:
        wanted = parameters(DaresParameters, self.source)
        form = wanted.export
        options = "?delimiter=%3B&use_labels=false" if form == "csv" else ""
        base = self.online.endpoints["datasets"]
        return [
            Remote(key=name, url=f"{base}/{name}/exports/{form}{options}", media=form)
            for name in sorted(wanted.datasets)
        ]

    def edition_of(self, landed: Landed) -> str:
        data_set = self._data_set(landed)
        last = str(_rows(_grid(landed), data_set)["quarter"].max()).replace("Q", "T")
        return f"{last} {data_set.label_fr}".strip()

    def parse(self, landed: Landed) -> dict[str, pl.DataFrame]:
        data_set = self._data_set(landed)
        rows = _rows(_grid(landed), data_set)
        if data_set.content == "vacant" and data_set.adjustment == "raw":
            paired = quarterly(rows)
            refuse_rows(
                paired.filter(
                    pl.col("n_vacant_posts_alternative").is_not_null()
                    | (pl.col("n_source_rows") == "2")
                ),
                "quarter",
                "stands twice for one activity and size, with two values",
                MIXED,
            )
            table = paired.with_columns(
                pl.lit(landed.edition).alias("edition"),
                pl.lit(landed.provenance_id).alias("provenance_id"),
            )
            return {"quarterly": as_table(self.source, "quarterly", table)}
        return {"observations": self._observations(rows, data_set, landed)}

    def _data_set(self, landed: Landed) -> DataSet:
        wanted = parameters(DaresParameters, self.source).datasets
        if landed.key not in wanted:
            raise Unreadable(
                f"the data set {landed.key!r} is not declared",
                "see online.parameters in source.yml",
            )
        return wanted[landed.key]

    def _observations(self, rows: pl.DataFrame, data_set: DataSet, landed: Landed) -> pl.DataFrame:
        """One row a quarter, size, activity and measure."""
        refuse_rows(
            rows.filter(pl.struct("quarter", "field", "naf_code").is_duplicated()),
            "quarter",
            "stands twice for one activity and size",
            MIXED,
        )
        measures = (
            [("occupied_posts", "posts", NUMBER)]
            if data_set.content == "occupied"
            else [("vacant_posts", "posts", NUMBER), ("vacancy_rate", "percent", RATE)]
        )
        stems = self._population_stems()
        last = str(rows["quarter"].max())
        adjusted = (
            "données corrigées des variations saisonnières et des jours ouvrables"
            if data_set.adjustment == "sa"
            else "données brutes"
        )
        found = []
        for row in rows.iter_rows(named=True):
            period = parse_period(row["quarter"])
            for indicator, unit, column in measures:
                value = row[column]
                found.append(
                    {
                        "indicator_id": indicator,
                        "population_id": f"{stems[row['naf_code']]}__{row['field']}",
                        "occupation_id": "all",
                        "geography_id": "fr",
                        "period_start": period.start,
                        "period_end": period.end,
                        "frequency": period.frequency,
                        "value": value,
                        "unit_id": unit,
                        "status": _status(value, row["quarter"] == last),
                        "qualifier": "exact",
                        "method_group": data_set.adjustment,
                        "edition": landed.edition,
                        "scope_fr": f"{row['label']} | {adjusted} | France hors Mayotte",
                        "publisher": "Dares (Acemo)",
                        "provenance_id": landed.provenance_id,
                        ROW: row[ROW],
                    }
                )
        return as_table(self.source, "observations", found)

    def _population_stems(self) -> dict[str, str]:
        """Our population for each activity: ``section_q`` for Q."""
        groupings = {"BTS": "b_s", "TM": "market_services", "TNM": "non_market_services"}
        sections = {letter: f"section_{letter.lower()}" for letter in "CFGINPQS"}
        return groupings | sections


def _status(value: str | None, is_last: bool) -> str:
    if value is None:
        return "missing"
    return "provisional" if is_last else "published"


def _grid(landed: Landed) -> Grid:
    start = b""
    if landed.path.is_file():
        with landed.path.open("rb") as stream:
            start = stream.read(4)
    return read_parquet(landed.path) if start == b"PAR1" else read_delimited(landed.path)


def _rows(grid: Grid, data_set: DataSet) -> pl.DataFrame:
    """The rows of the activities that are kept, in the order of the file.

    Raises:
        Unreadable: An unknown code, a quarter or number that is none, or another kind of data.
    """
    frame = take_columns(grid, VACANT if data_set.content == "vacant" else OCCUPIED)
    if frame.is_empty():
        raise Unreadable("the file has a header and no row", MIXED)
    frame = frame.with_columns(
        pl.col("code").replace(GROUPINGS).alias("naf_code"),
        pl.col("field").replace_strict(FIELDS, default=None).alias("size"),
    )
    refuse_rows(
        frame.filter(~pl.col("quarter").str.contains(QUARTER).fill_null(False)),
        "quarter",
        "is no quarter",
    )
    refuse_rows(frame.filter(pl.col("size").is_null()), "field", "is no size that is known")
    kinds = KINDS[data_set.adjustment]
    refuse_rows(
        frame.filter(~pl.col("kind").str.to_lowercase().is_in(list(kinds)).fill_null(False)),
        "kind",
        f"is not the kind of data that is awaited ({sorted(kinds)[0]})",
    )
    known = {"BTS", "TM", "TNM", *"CFGINPQS", *LEFT_OUT}
    refuse_rows(
        frame.filter(~pl.col("naf_code").is_in(list(known)).fill_null(False)),
        "code",
        "is an activity that nobody knows",
        "name it in the connector (ingest/online/connectors/dares.py), kept or left out",
    )
    for name, pattern in ((NUMBER, r"^[0-9]{1,9}(\.0)?$"), (RATE, r"^[0-9]{1,3}(\.[0-9]+)?$")):
        if name in frame.columns:
            odd = pl.col(name).is_not_null() & ~pl.col(name).str.contains(pattern)
            refuse_rows(frame.filter(odd), name, "is no number that is awaited")
    kept = frame.filter(~pl.col("naf_code").is_in(list(LEFT_OUT)))
    return kept.with_columns(
        pl.col("quarter").str.replace("T", "Q"),
        pl.col("size").alias("field"),
        pl.col(NUMBER).str.replace(r"\.0$", ""),
    )


def quarterly(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a key, with the second row that a file may have for it beside the first.

    An empty row never stands first where its twin is filled. Equal twins count as one row.
    """
    key = ["quarter", "field", "naf_code"]
    ordered = (
        rows.unique([*key, NUMBER, RATE], keep="first")
        .with_columns(pl.col(NUMBER).is_null().alias("_is_empty"))
        .sort("_is_empty", ROW)
    )
    grouped = ordered.group_by(key).agg(
        pl.col(NUMBER).first().alias("n_vacant_posts"),
        pl.col(RATE).first().alias("rate_percent"),
        pl.col(NUMBER).get(1, null_on_oob=True).alias("n_vacant_posts_alternative"),
        pl.col(RATE).get(1, null_on_oob=True).alias("rate_percent_alternative"),
        pl.len().cast(pl.String).alias("n_source_rows"),
        pl.col(ROW).min(),
        pl.len().alias("_n"),
    )
    many = grouped.filter(pl.col("_n") > 2)
    refuse_rows(many, "quarter", "stands more than twice for one activity and size", MIXED)
    return grouped.drop("_n").sort(ROW)
