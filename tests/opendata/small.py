"""A small release and its open edition, made by hand: one table of each rule, every type once."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import polars as pl

from ingest.paths import PROJECT_ROOT
from ingest.release import Release, read_release, sha256_of
from opendata.files.dialects import FRENCH, PLAIN
from opendata.model import (
    Form,
    Licence,
    OpenEdition,
    OpenFile,
    OpenTable,
    Publication,
    Rights,
    WithheldColumn,
    WithheldRows,
)

RELEASE_ID = "20261120T141035Z-eeac4426"
OPEN_LICENCE = (
    "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf"
)

SOURCES = [
    ("dares_vacancies", "Emplois vacants", "Job vacancies", "Dares", "Licence Ouverte 2.0", 91),
    ("france_travail_bmo", "Besoins en main-d’œuvre", "Labour needs", "France Travail", "", 365),
    ("ccn66", "Convention de 1966", "Agreement of 1966", "Partenaires sociaux", "unknown", None),
]
OBSERVATIONS = [
    # geography, period, method, value, count, status, source, note
    ("fr", 2023, "net", 0.045, 1200, "published", "dares_vacancies", "+41 % en un an"),
    ("fr", 2024, None, None, None, "secret", "dares_vacancies", "masqué ; sous le seuil"),
    ("01", 2024, None, 0.1, 12, "published", "france_travail_bmo", 'dit "environ"\nen deux'),
    ("2A", None, None, -1e-7, 0, "computed", "france_travail_bmo", None),
    ("fr", 2024, None, 3.77, None, "published", "ccn66", "jamais diffusé"),
    ("fr", 2024, "press", 0.05, None, "published", "dares_vacancies", "presse"),
]  # fmt: skip


def tables() -> dict[str, pl.DataFrame]:
    """The marts of the small release, by name."""
    days = [
        (dt.date(year, 1, 1), dt.date(year, 12, 31)) if year else (None, None)
        for _, year, *_ in OBSERVATIONS
    ]
    geography, _, method, value, count, status, source, note = zip(*OBSERVATIONS, strict=True)
    return {
        "dim_source": pl.DataFrame([_source(*row) for row in SOURCES], infer_schema_length=None),
        "dim_geography": pl.DataFrame(
            {
                "geography_id": ["fr", "01", "2A"],
                "parent_id": [None, "fr", "fr"],
                "label_fr": ["France", "Ain", "Corse-du-Sud"],
                "is_current": [True, True, None],
                "aliases": [["France", "République"], None, ["Corse du Sud"]],
            }
        ),
        "fct_observation": pl.DataFrame(
            {
                "geography_id": geography,
                "period_start": [first for first, _ in days],
                "period_end": [last for _, last in days],
                "method_group": method,
                "value": value,
                "n_posts": count,
                "status": status,
                "source_id": source,
                "is_second_rank": [note == "presse" for note in note],
                "note": note,
            },
            schema_overrides={"n_posts": pl.Int64},
        ),
        "mart_pay": pl.DataFrame(
            {
                "month": [dt.date(2024, 1, 1), dt.date(2024, 2, 1)],
                "ratio_paid": [1.1, 1.2],
                "point_value_eur": [3.93, 3.93],
            }
        ),
        "mart_smic": pl.DataFrame({"month": [dt.date(2024, 1, 1)], "smic_hourly_eur": [11.65]}),
    }


# What the dictionary says beyond name and type: unit, required, allowed, refers_to.
SAID: dict[tuple[str, str], dict[str, Any]] = {
    ("dim_source", "source_id"): {"is_required": True},
    ("dim_geography", "geography_id"): {"is_required": True},
    ("dim_geography", "parent_id"): {"refers_to": "dim_geography.geography_id"},
    ("fct_observation", "geography_id"): {
        "is_required": True,
        "refers_to": "dim_geography.geography_id",
    },
    ("fct_observation", "value"): {"unit": "fraction"},
    ("fct_observation", "n_posts"): {"unit": "count"},
    ("fct_observation", "status"): {
        "is_required": True,
        "allowed": ["published", "secret", "computed", "-"],
    },
    ("fct_observation", "source_id"): {"is_required": True, "refers_to": "dim_source.source_id"},
    ("mart_pay", "month"): {"is_required": True},
    ("mart_pay", "point_value_eur"): {"unit": "eur", "repeats": ["ccn66"]},
}
GRAINS = {
    "dim_source": ("source_id",),
    "dim_geography": ("geography_id",),
    "fct_observation": (
        "geography_id",
        "period_start",
        "period_end",
        "method_group",
        "source_id",
    ),
    "mart_pay": ("month",),
    "mart_smic": ("month",),
}
TYPES = {
    pl.String: "varchar",
    pl.Date: "date",
    pl.Boolean: "boolean",
    pl.Float64: "double",
    pl.Int32: "integer",
    pl.Int64: "bigint",
    pl.List: "varchar[]",
}


def small_release(folder: Path) -> Release:
    """Writes the small release into a folder of its own."""
    place = folder / RELEASE_ID
    place.mkdir(parents=True)
    marts = tables()
    rows = [
        {
            "mart": mart,
            "position": position,
            "column": name,
            "type": TYPES[type_.base_type()],
            "is_key": name in GRAINS[mart],
            "unit": None,
            "description": f"The column {name} of <{mart}>.",
            "description_fr": f"La colonne {name} de <{mart}>.",
            "terms": [],
            "is_required": False,
            "allowed": None,
            "refers_to": None,
            "repeats": [],
        }
        | SAID.get((mart, name), {})
        for mart, frame in marts.items()
        for position, (name, type_) in enumerate(frame.schema.items(), start=1)
    ]
    marts["dictionary"] = pl.DataFrame(
        rows,
        schema_overrides={
            "unit": pl.String,
            "allowed": pl.List(pl.String),
            "refers_to": pl.String,
            "terms": pl.List(pl.String),
            "repeats": pl.List(pl.String),
        },
        infer_schema_length=None,
    )
    marts["tables"] = pl.DataFrame(
        [
            {
                "mart": mart,
                "title_fr": f"Table {mart}",
                "title_en": f"The table {mart}",
                "description_fr": f"Grain : une ligne par clé de {mart} & « voisins ».",
                "description_en": f"Grain: one row per key of {mart}.",
                "open_data": "own",
                "grain": list(grain),
            }
            for mart, grain in GRAINS.items()
        ]
    )
    for name, frame in marts.items():
        frame.write_parquet(place / f"{name}.parquet")
    manifest = {
        "release_id": RELEASE_ID,
        "created_at": "2026-11-20T14:10:35.879536Z",
        "code_version": "0.1.0",
        "input_fingerprint": "0" * 64,
        "files": {
            f"{name}.parquet": {
                "rows": frame.height,
                "bytes": (place / f"{name}.parquet").stat().st_size,
                "sha256": sha256_of(place / f"{name}.parquet"),
            }
            for name, frame in marts.items()
        },
        "sources": {row[0]: {"vintage": "2026-11-20", "sha256": {}} for row in SOURCES},
    }
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return read_release(place)


def small_rights() -> Rights:
    """What of the small release may be handed out."""
    columns = {name: tuple(frame.columns) for name, frame in tables().items()}
    return Rights(
        tables={
            "dim_geography": OpenTable(
                "dim_geography", "own", columns["dim_geography"], GRAINS["dim_geography"]
            ),
            "dim_source": OpenTable(
                "dim_source", "own", columns["dim_source"], GRAINS["dim_source"]
            ),
            "fct_observation": OpenTable(
                "fct_observation",
                "by_source",
                columns["fct_observation"],
                GRAINS["fct_observation"],
                condition="source_id <> 'ccn66' and not is_second_rank",
                withheld_rows=(
                    WithheldRows("ccn66", "licence_unknown", 1),
                    WithheldRows("dares_vacancies", "second_rank", 1),
                ),
            ),
            "mart_pay": OpenTable(
                "mart_pay",
                "computed",
                ("month", "ratio_paid"),
                GRAINS["mart_pay"],
                withheld_columns=(WithheldColumn("point_value_eur", ("ccn66",)),),
            ),
        },
        withheld_tables={"mart_smic": ("ccn66",)},
    )


def small_publication(**changes: Any) -> Publication:
    """The terms of publication as they stand in the project, with changes."""
    file = PROJECT_ROOT / "opendata" / "publication.toml"
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    said["own_licence"] = Licence(**said["own_licence"])
    for name in ("keywords_fr", "keywords_en"):
        said[name] = tuple(said[name])
    return Publication(**(said | changes))


def small_edition(release_folder: Path, folder: Path, **publication: Any) -> OpenEdition:
    """Writes the data files of the small edition and says what it holds."""
    release = small_release(release_folder)
    rights = small_rights()
    files: list[OpenFile] = []
    for name, table in rights.tables.items():
        rows = release.sql(table.query())
        large = name == "mart_pay"
        plain, french = PLAIN.document(rows), FRENCH.document(rows)
        if large:
            plain, french = gzip.compress(plain, mtime=0), _zipped(name, french)
        files.append(_file(folder, name, "csv", rows, plain, "gz" if large else ""))
        files.append(_file(folder, name, "csv-fr", rows, french, "zip" if large else ""))
        path = folder / "data" / "parquet" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows.write_parquet(path)
        files.append(_file(folder, name, "parquet", rows, path.read_bytes()))
    files.append(_file(folder, "key_figures", "xlsx", pl.DataFrame(), b"PK no workbook"))
    return OpenEdition(release, rights, small_publication(**publication), tuple(files))


ENDINGS: dict[Form, tuple[str, str, str]] = {
    "csv": ("data/csv/", ".csv", "text/csv"),
    "csv-fr": ("data/csv-fr/", ".csv", "text/csv"),
    "parquet": ("data/parquet/", ".parquet", "application/vnd.apache.parquet"),
    "xlsx": (
        "data/",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}


def _file(
    folder: Path,
    table: str,
    form: Form,
    rows: pl.DataFrame,
    content: bytes,
    compression: str = "",
) -> OpenFile:
    start, ending, media_type = ENDINGS[form]
    ending = {"gz": f"{ending}.gz", "zip": ".zip"}.get(compression, ending)
    path = f"{start}{table}{ending}"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)
    return OpenFile(
        path=path,
        table=table,
        form=form,
        media_type=media_type,
        rows=rows.height,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        compression=compression,
    )


def _zipped(name: str, content: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(f"{name}_1.csv", content)
    return archive.getvalue()


def _source(
    source_id: str, french: str, english: str, publisher: str, licence: str, days: int | None
) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "title_fr": french,
        "title_en": english,
        "publisher": publisher,
        "publisher_en": publisher,
        "landing_page": f"https://{source_id.replace('_', '-')}.example/",
        "licence_name": licence or "Licence Ouverte",
        "licence_url": None
        if licence == "unknown"
        else OPEN_LICENCE
        if licence
        else "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
        "is_redistributable": licence != "unknown",
        "citation": f"{publisher}, {french}",
        "frequency_days": days,
        "scope_fr": "Qui est compté.",
        "scope_en": "Who is counted.",
    }
