"""Source declarations: what each ``data/raw/<source_id>/source.yml`` must say.

A declaration is checked in full before any data is read. A key that is not known here is refused.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingest.errors import DataProblem

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
Warning_ = Literal[
    "series_break",
    "masked_values",
    "estimate",
    "secondary_source",
    "partial_coverage",
    "published_points_only",
    "provisional_last_period",
    "mixed_editions",
]
UNIT_IN_ROW = "in_row"
NUMERIC_TYPES = frozenset({"integer", "decimal"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Licence(_Strict):
    """A licence as the publisher states it."""

    name: Text
    url: Text


class Period(_Strict):
    """First and last day covered."""

    first: dt.date
    last: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.last < self.first:
            raise ValueError("period.last lies before period.first")
        return self


class RangeBy(_Strict):
    """The plausible range of a number, by the code in another column of the row.

    Attributes:
        column: Column that holds the code, for instance ``currency_code``.
        ranges: Lowest and highest plausible value for each code; both ends are allowed.
    """

    column: Identifier
    ranges: dict[str, tuple[float, float]]

    @model_validator(mode="after")
    def _in_order(self) -> RangeBy:
        for code, (low, high) in self.ranges.items():
            if high < low:
                raise ValueError(f"range_by.{code}: the highest value lies under the lowest")
        return self


class Column(_Strict):
    """One column of a bundled table.

    Attributes:
        unit: A ``unit_id`` of the seed ``units``, or ``in_row`` where the table has a column
            ``unit_id``. Mandatory for numbers: a number without a sensible unit is a code.
        masked: Token by which the producer masks a cell; kept as it is in the raw table.
        allowed: Closed list of values.
        codes: ``<seed>.<column>`` that must hold each value.
        codes_prefix: What stands before the value in that seed, as ``ccn66_`` before a job.
        minimum: Lowest value allowed (numbers only).
        maximum: Highest value allowed (numbers only).
        range_by: Plausible range by the code in another column (numbers only).
        references: ``<table>.<column>`` of the same source that must hold each value.
    """

    name: Identifier
    type: Literal["text", "integer", "decimal", "date"]
    unit: Text | None = None
    nullable: bool = False
    masked: Text | None = None
    allowed: tuple[str, ...] | None = None
    codes: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")] | None = None
    references: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")] | None = None
    codes_prefix: Text | None = None
    minimum: float | None = None
    maximum: float | None = None
    range_by: RangeBy | None = None
    description_fr: Text | None = None

    @model_validator(mode="after")
    def _number_has_a_unit(self) -> Column:
        if self.type in NUMERIC_TYPES and self.unit is None:
            raise ValueError(f"column {self.name}: a number needs a unit (a code is text)")
        return self

    @model_validator(mode="after")
    def _limits_make_sense(self) -> Column:
        limits = (self.minimum, self.maximum, self.range_by)
        if self.type not in NUMERIC_TYPES and any(limit is not None for limit in limits):
            raise ValueError(f"column {self.name}: only a number has a minimum or a maximum")
        if self.minimum is not None and self.maximum is not None and self.maximum < self.minimum:
            raise ValueError(f"column {self.name}: the maximum lies under the minimum")
        if self.codes_prefix is not None and self.codes is None:
            raise ValueError(f"column {self.name}: codes_prefix without codes")
        return self


def _columns(*specs: dict[str, Any]) -> tuple[Column, ...]:
    return tuple(Column(**spec) for spec in specs)


EVIDENCE = (
    "official_file",
    "official_copy",
    "producer_statement",
    "press",
    "secondary_page",
    "address_not_kept",
    "computed",
)
STATUSES = ("published", "provisional", "estimated", "computed", "secret", "missing")
QUALIFIERS = ("exact", "approx", "more_than", "less_than", "up_to", "almost", "estimate")
FREQUENCIES = ("annual", "quarterly", "monthly", "multi_year", "point", "undated")

SHAPES: dict[str, tuple[Column, ...]] = {
    "observations": _columns(
        {"name": "indicator_id", "type": "text", "codes": "indicators.indicator_id"},
        {"name": "population_id", "type": "text", "codes": "populations.population_id"},
        {"name": "occupation_id", "type": "text", "codes": "occupations.occupation_id"},
        {"name": "geography_id", "type": "text", "codes": "geographies.geography_id"},
        {"name": "period_start", "type": "date", "nullable": True},
        {"name": "period_end", "type": "date", "nullable": True},
        {"name": "frequency", "type": "text", "allowed": FREQUENCIES},
        {"name": "value", "type": "decimal", "unit": UNIT_IN_ROW, "nullable": True},
        {"name": "unit_id", "type": "text", "codes": "units.unit_id"},
        {"name": "status", "type": "text", "allowed": STATUSES},
        {"name": "qualifier", "type": "text", "allowed": QUALIFIERS},
        {"name": "method_group", "type": "text", "nullable": True},
        {"name": "edition", "type": "text"},
        {"name": "edition_rank", "type": "integer", "unit": "ordinal"},
        {"name": "scope_fr", "type": "text", "nullable": True},
        {"name": "publisher", "type": "text"},
        {"name": "provenance_id", "type": "text", "references": "provenance.provenance_id"},
        {"name": "note_fr", "type": "text", "nullable": True},
    ),
    "provenance": _columns(
        {"name": "provenance_id", "type": "text"},
        {"name": "reference", "type": "text"},
        {"name": "url", "type": "text", "nullable": True},
        {"name": "evidence", "type": "text", "allowed": EVIDENCE},
        {"name": "note_fr", "type": "text", "nullable": True},
    ),
}


class NoOverlap(_Strict):
    """Rows of one key never hold at the same time.

    Attributes:
        key: Columns of the key.
        valid_from: Column of the first day; a row without it is not compared.
        valid_to: Column of the last day.
        open_end: What an empty last day means: the row holds on (``never``), or to the eve of the
            next row of its key (``next``), which only a common first day then contradicts.
    """

    key: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    valid_from: Identifier = "valid_from"
    valid_to: Identifier = "valid_to"
    open_end: Literal["never", "next"] = "never"


class Table(_Strict):
    """One table: ``<name>.csv`` beside the declaration, and the editions that were landed since.

    Attributes:
        online_only: Nothing is bundled: no CSV, and none of ``rows``, ``sha256``, ``retrieved_on``.
        editions_stated_on: Day on which the producer says that it published a bundled edition;
            without it an edition counts as known from ``retrieved_on``.
        no_overlap: Rows of one key that must not hold at the same time.
        not_after_retrieval: Date columns that may not lie after ``retrieved_on``.
    """

    name: Identifier
    reader: Literal["csv"] = "csv"
    shape: Literal["observations", "provenance"] | None = None
    columns: tuple[Column, ...] | None = None
    grain: Annotated[tuple[str, ...], Field(min_length=1)]
    online_only: bool = False
    rows: Annotated[int, Field(ge=0)] = 0
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    retrieved_on: dt.date | None = None
    editions_stated_on: dict[str, dt.date] = {}
    period: Period | None = None
    no_overlap: NoOverlap | None = None
    not_after_retrieval: tuple[Identifier, ...] = ()
    description_fr: Text | None = None

    @property
    def all_columns(self) -> tuple[Column, ...]:
        return SHAPES[self.shape] if self.shape else (self.columns or ())

    @model_validator(mode="after")
    def _bundled_or_online_only(self) -> Table:
        said = (self.rows > 0, self.sha256 is not None, self.retrieved_on is not None)
        if self.online_only and (any(said) or self.period):
            raise ValueError(f"table {self.name}: online_only goes without rows, sha256, dates")
        if not self.online_only and not all(said):
            raise ValueError(f"table {self.name}: rows, sha256 and retrieved_on are needed")
        return self

    @model_validator(mode="after")
    def _columns_are_known(self) -> Table:
        if (self.shape is None) == (self.columns is None):
            raise ValueError(f"table {self.name}: say either shape or columns")
        names = [column.name for column in self.all_columns]
        if len(names) != len(set(names)):
            raise ValueError(f"table {self.name}: a column stands twice")
        unknown = [name for name in self.grain if name not in names]
        if unknown:
            raise ValueError(f"table {self.name}: grain names unknown columns {unknown}")
        overlap = self.no_overlap
        spoken_of = [
            *self.not_after_retrieval,
            *((*overlap.key, overlap.valid_from, overlap.valid_to) if overlap else ()),
            *(column.range_by.column for column in self.all_columns if column.range_by),
        ]
        unknown = [name for name in spoken_of if name not in names]
        if unknown:
            raise ValueError(f"table {self.name}: a check names unknown columns {unknown}")
        in_row = any(column.unit == UNIT_IN_ROW for column in self.all_columns)
        if in_row and "unit_id" not in names:
            raise ValueError(f"table {self.name}: unit in_row needs a column unit_id")
        return self


class Gates(_Strict):
    """Bounds within which a new edition is published without a person.

    Attributes:
        rows_lost: Share of the observations of the last release, in the periods that the new
            edition covers, that it may lack.
        level_jump: Largest change of a value against the one before (the same period revised, or
            the period before), as a factor: 2 allows half to double.
        revision_jump: Same for a revised value of a period that was published already; that of
            ``level_jump`` where it is empty.
        small_counts: Values under it are not measured by a factor (masked or tiny cells).
        series_may_end: Whether a series may stop while its neighbours go on.
    """

    rows_lost: Annotated[float, Field(ge=0, lt=1)] = 0.0
    level_jump: Annotated[float, Field(gt=1)] = 2.0
    revision_jump: Annotated[float, Field(gt=1)] | None = None
    small_counts: Annotated[float, Field(ge=0)] = 0.0
    series_may_end: bool = False


class Online(_Strict):
    """How a source is fetched by the weekly refresh.

    Attributes:
        connector: Name in ``ingest.online.connectors.CONNECTORS``.
        hosts: Closed list of hosts; a redirect elsewhere is refused.
        endpoints: Named addresses, https, each on one of the hosts.
        largest_bytes: A longer answer is refused.
        timeout_seconds: Time allowed for one answer, retries apart.
        pause_seconds: Least time between two requests to one host.
        credentials: Environment variables that must be set; the source is skipped without them.
        parameters: What else the connector wants to know (data sets, series); it checks them.
    """

    connector: Identifier
    hosts: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[a-z0-9.-]+$")], ...], Field(min_length=1)
    ]
    endpoints: Annotated[dict[Identifier, str], Field(min_length=1)]
    largest_bytes: Annotated[int, Field(gt=0)]
    timeout_seconds: Annotated[float, Field(gt=0)] = 60.0
    pause_seconds: Annotated[float, Field(ge=0)] = 0.0
    credentials: tuple[str, ...] = ()
    parameters: dict[str, Any] = {}
    gates: Gates = Gates()

    @model_validator(mode="after")
    def _endpoints_are_on_the_hosts(self) -> Online:
        for name, url in self.endpoints.items():
            parts = urlsplit(url)
            if parts.scheme != "https" or parts.hostname not in self.hosts:
                raise ValueError(f"endpoint {name}: {url} is not https on a declared host")
        return self


class Source(_Strict):
    """A source: who publishes, under which licence, about whom, with which cautions."""

    id: Identifier
    title: Text
    title_en: Text
    publisher: Text
    landing_page: Text
    licence: Licence | Literal["unknown"]
    citation: Text
    frequency_days: Annotated[int, Field(gt=0)] | None
    scope_fr: Text
    scope_en: Text
    method_fr: Text
    method_en: Text
    warnings: tuple[Warning_, ...]
    tables: Annotated[tuple[Table, ...], Field(min_length=1)]
    online: Online | None = None

    @property
    def licence_name(self) -> str:
        return self.licence if isinstance(self.licence, str) else self.licence.name

    @property
    def licence_url(self) -> str | None:
        return None if isinstance(self.licence, str) else self.licence.url

    @model_validator(mode="after")
    def _tables_are_distinct(self) -> Source:
        names = [table.name for table in self.tables]
        if len(names) != len(set(names)):
            raise ValueError("a table stands twice")
        lonely = [table.name for table in self.tables if table.online_only]
        if lonely and self.online is None:
            raise ValueError(f"tables {lonely} are online_only, but there is no section online")
        return self


def read_declaration(file: Path) -> Source:
    """Reads and checks one ``source.yml``.

    Raises:
        DataProblem: The file is missing, is no YAML, or says something that is not allowed.
    """
    remedy = "mend the declaration; CONTRIBUTING.md, section “A new source”, shows each key"
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataProblem(file, "the declaration is missing", remedy) from None
    except OSError as error:
        raise DataProblem(file, f"cannot be read: {error.strerror}", remedy) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataProblem(file, f"not readable as YAML: {error}", remedy) from None
    try:
        source = Source.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or None
        raise DataProblem(file, first["msg"], remedy, column=key) from None
    if source.id != file.parent.name:
        raise DataProblem(file, f"id {source.id!r} is not the folder's name", remedy, column="id")
    return source


def read_declarations(raw: Path) -> list[Source]:
    """All declarations under a raw folder, in the order of their ids.

    Raises:
        DataProblem: A folder has no valid declaration, or there is none at all.
    """
    restore = "restore data/raw from the repository"
    if not raw.is_dir():
        raise DataProblem(raw, "is no folder of sources", restore)
    entries = sorted(path for path in raw.iterdir() if not path.name.startswith("."))
    for entry in entries:
        if not entry.is_dir():
            raise DataProblem(entry, "is no folder of a source", f"remove it, or {restore}")
    if not entries:
        raise DataProblem(raw, "no source folder found", restore)
    return [read_declaration(folder / "source.yml") for folder in entries]
