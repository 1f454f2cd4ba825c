"""Reads one workbook or Parquet file in a process of its own; run as a script, with `-I`.

The file comes from outside and its parser is native code: this process gives up memory, time and
disk before it opens the file, imports nothing of the project, and leaves only text (CSV files and
one line of JSON) to its parent. Usage: reader_child.py JOB, where JOB is a JSON object.
"""

import contextlib
import csv
import datetime as dt
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

XLSX_PART = "xl/workbook.xml"


class Refused(Exception):
    """The file is beyond a limit, or is not what it should be; a person reads this."""


def main(job: dict[str, Any]) -> dict[str, Any]:
    """Does one job; returns the answer that the parent reads."""
    _give_up_resources(job["limits"])
    try:
        read = {"workbook": _read_workbook, "parquet": _read_parquet}[job["kind"]]
        return {"tables": read(job)}
    except Refused as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"refused": "reading it needs more memory than is allowed"}
    except OSError as error:
        return {"refused": f"cannot be read: {error.strerror or error}"}
    except BaseException as error:  # panics of native readers are no plain exceptions
        return {"refused": f"is damaged ({type(error).__name__}: {str(error)[:200]})"}


def _give_up_resources(limits: dict[str, int]) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, limits["output_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


# --- workbooks ---------------------------------------------------------------------------------


def _read_workbook(job: dict[str, Any]) -> list[dict[str, Any]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    limits = job["limits"]
    content = _workbook_bytes(Path(job["file"]), limits)
    tables: list[dict[str, Any]] = []
    cells = 0
    content.seek(0)  # the archive's directory, at its end, has been read
    with CalamineWorkbook.from_filelike(content) as workbook:
        if len(workbook.sheet_names) > limits["sheets"]:
            raise Refused(f"has {len(workbook.sheet_names)} sheets, {limits['sheets']} are allowed")
        for number, about in enumerate(workbook.sheets_metadata):
            if about.typ is not SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_index(number)
            cells += sheet.height * sheet.width
            if cells > limits["cells"] or sheet.width > limits["columns"]:
                raise Refused(
                    f"sheet {about.name!r} is {sheet.height} × {sheet.width} cells, "
                    f"more than is allowed ({limits['cells']} cells, {limits['columns']} columns)"
                )
            file = Path(job["folder"]) / f"{number}.csv"
            _write_csv(file, ([_text(cell) for cell in row] for row in sheet.iter_rows()))
            tables.append({"name": about.name, "file": file.name})
    return tables


def _workbook_bytes(file: Path, limits: dict[str, int]) -> io.BytesIO:
    """The workbook itself: the file, or the one workbook in a ZIP."""
    content = io.BytesIO(file.read_bytes())
    names = _check_archive(content, limits)
    if XLSX_PART in names:
        return content
    inner = [name for name in names if name.lower().endswith(".xlsx")]
    if len(inner) != 1:
        raise Refused(f"is a ZIP that holds {len(inner)} workbooks; exactly one is awaited")
    with zipfile.ZipFile(content) as archive, archive.open(inner[0]) as member:
        unpacked = io.BytesIO(member.read(limits["unpacked_bytes"] + 1))
    if len(unpacked.getvalue()) > limits["unpacked_bytes"]:
        raise Refused(f"{inner[0]} unpacks to more than {limits['unpacked_bytes']} bytes")
    if XLSX_PART not in _check_archive(unpacked, limits):
        raise Refused(f"{inner[0]} is no workbook")
    return unpacked


def _check_archive(content: io.BytesIO, limits: dict[str, int]) -> list[str]:
    """Refuses too many entries, too much content and the ratio of a bomb, before unpacking."""
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise Refused(f"is no ZIP archive, hence no workbook ({error})") from None
    if len(entries) > limits["entries"]:
        raise Refused(f"holds {len(entries)} entries, {limits['entries']} are allowed")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits["unpacked_bytes"]:
        raise Refused(f"unpacks to {unpacked} bytes, {limits['unpacked_bytes']} are allowed")
    for entry in entries:
        if entry.flag_bits & 1:
            raise Refused("is protected by a password")
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > 1_000_000 and ratio > limits["ratio"]:
            raise Refused(f"{entry.filename} is packed 1:{ratio:.0f}, like a bomb")
    return [entry.filename for entry in entries]


def _text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, dates as ISO, nothing as empty."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


# --- Parquet -----------------------------------------------------------------------------------


def _read_parquet(job: dict[str, Any]) -> list[dict[str, Any]]:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    limits = job["limits"]
    arrow.set_cpu_count(1)
    arrow.set_io_thread_count(1)
    with parquet.ParquetFile(job["file"], memory_map=False) as file:
        shape = file.metadata
        if shape.num_columns > limits["columns"]:
            raise Refused(f"has {shape.num_columns} columns, {limits['columns']} are allowed")
        if shape.num_rows * shape.num_columns > limits["cells"]:
            raise Refused(
                f"has {shape.num_rows} × {shape.num_columns} cells, {limits['cells']} are allowed"
            )
        target = Path(job["folder"]) / "0.csv"
        _write_csv(target, _parquet_rows(file))
    return [{"name": "parquet", "file": target.name}]


def _parquet_rows(file: Any) -> Iterator[list[str]]:
    yield [str(name) for name in file.schema_arrow.names]
    for batch in file.iter_batches(batch_size=10_000, use_threads=False):
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            yield [_text(cell) for cell in row]


def _write_csv(file: Path, rows: Iterable[list[str]]) -> None:
    with file.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    answer = main(json.loads(sys.argv[1]))
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(answer))
        sys.stdout.flush()
