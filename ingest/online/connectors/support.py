"""What several connectors share: addresses, catalogues, whole numbers, rows of the common shape."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlsplit

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.declarations import SHAPES, Source
from ingest.online.connector import Fetch, Remote, Reply, SourceProblem, Unreadable
from ingest.online.formats.delimited import decode
from ingest.online.formats.grid import ROW

LOOK = "open the address in a browser and compare; the last good edition stays in use meanwhile"
# Left out by a connector, added by the run.
BY_THE_RUN = frozenset({"edition_rank"})


class Parameters(BaseModel):
    """What a connector wants to know; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


P = TypeVar("P", bound=Parameters)


def parameters(kind: type[P], source: Source) -> P:
    """The section ``online.parameters`` of a declaration, checked.

    Raises:
        SourceProblem: It says something else.
    """
    given = source.online.parameters if source.online else {}
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SourceProblem(
            f"online.parameters.{key}: {first['msg']}",
            f"mend data/raw/{source.id}/source.yml",
            source.id,
        ) from None


def read_bytes(file: Path) -> bytes:
    """The landed file.

    Raises:
        Unreadable: It cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}", "see to the landing store") from None


def fetch_json(fetch: Fetch, remote: Remote) -> Any:
    """A small JSON reply.

    Raises:
        SourceProblem: No answer, or no JSON.
    """
    return json_of(fetch(remote))


def json_of(reply: Reply) -> Any:
    """The JSON of a reply, or a report."""
    try:
        return json.loads(decode(reply.content))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{reply.url} gives no JSON: {str(error)[:120]}", LOOK) from None


def safe_url(url: str, hosts: Iterable[str]) -> str:
    """The address with spaces and accents quoted.

    Raises:
        SourceProblem: Not https, or on a host that the declaration does not name.
    """
    parts = urlsplit(url.strip())
    if parts.scheme != "https" or parts.hostname not in set(hosts):
        raise SourceProblem(
            f"the producer now points to {url!r}, which is not https on a declared host",
            "if the new host is the producer's own, add it to online.hosts in source.yml",
        )
    path = quote(unquote(parts.path), safe="/%:@!$&'()*+,;=-._~")
    query = f"?{parts.query}" if parts.query else ""
    return f"https://{parts.netloc}{path}{query}"


def whole(column: str, masked: str | None = None) -> pl.Expr:
    """A text column as integers; what is empty or masked is null."""
    cell = pl.col(column)
    return pl.when(cell != masked if masked else pl.lit(True)).then(cell).cast(pl.Int64)


def require_whole(frame: pl.DataFrame, names: Iterable[str], masked: str | None = None) -> None:
    """Refuses a cell that is neither a whole number, nor empty, nor the mask.

    Raises:
        Unreadable: Names the first such cell.
    """
    for name in names:
        cell = pl.col(name)
        odd = cell.is_not_null() & ~cell.str.contains(r"^-?[0-9]{1,15}$")
        if masked is not None:
            odd = odd & (cell != masked)
        refuse_rows(frame.filter(odd), name, "is no whole number")


def refuse_rows(
    bad: pl.DataFrame, name: str, why: str, remedy: str = "compare with the producer's file"
) -> None:
    """Raises for the first of the bad rows, and says how many there are."""
    if bad.is_empty():
        return
    more = f" (and {bad.height - 1} more lines)" if bad.height > 1 else ""
    line = bad[ROW][0] if ROW in bad.columns else "?"
    raise Unreadable(f"line {line}, column {name}: {bad[name][0]!r} {why}{more}", remedy)


def as_table(
    source: Source, table: str, rows: Iterable[Mapping[str, Any]] | pl.DataFrame
) -> pl.DataFrame:
    """Rows as text in the columns of a declared table; a column that no row has is null.

    Args:
        source: The declaration.
        table: Name of the table in it.
        rows: Rows with column names as keys; ``_row_number`` is kept where it is there.
    """
    declared = next(item for item in source.tables if item.name == table)
    columns = [column.name for column in declared.all_columns if column.name not in BY_THE_RUN]
    if isinstance(rows, pl.DataFrame):
        frame = rows
    else:
        listed = [dict(row) for row in rows]
        schema: dict[str, Any] = dict.fromkeys(columns, pl.String)
        if listed and ROW in listed[0]:
            schema[ROW] = pl.Int64
        texts = [
            tuple(row.get(name) if name == ROW else _text(row.get(name)) for name in schema)
            for row in listed
        ]
        frame = pl.DataFrame(texts, schema=schema, orient="row")
    kept = [
        pl.col(name).cast(pl.String)
        if name in frame.columns
        else pl.lit(None, pl.String).alias(name)
        for name in columns
    ]
    number = [pl.col(ROW).cast(pl.Int64)] if ROW in frame.columns else []
    return frame.select(*kept, *number)


def observation_columns() -> list[str]:
    """Names of the common shape, without what the run adds."""
    return [c.name for c in SHAPES["observations"] if c.name not in BY_THE_RUN]


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return str(value)
