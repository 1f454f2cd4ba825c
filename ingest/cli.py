"""The command line: ``observatoire``. Exit codes: 0 ok, 1 data or source problem, 2 usage."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import duckdb
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ingest.audit import Format
from ingest.audit import readings as audit_readings
from ingest.audit import write as write_audit
from ingest.errors import DataProblem, ReleaseProblem
from ingest.lock import only_run
from ingest.online.landing import LandingStore
from ingest.online.report import ATTENTION, Report
from ingest.online.run import Wish
from ingest.online.run import accept as accept_held
from ingest.online.run import rebuild as rebuild_release
from ingest.online.run import refresh as run_refresh
from ingest.online.status import live_status
from ingest.paths import DATA_VARIABLE, PROJECT_ROOT, DataPaths, data_paths
from ingest.progress import RichProgress
from ingest.publish import rollback as roll_back_to
from ingest.refresh import check_bundled
from ingest.release import (
    NO_RELEASE,
    current_release,
    find_release,
    read_release,
    release_folders,
    verify_release,
)

LOOPBACK = "127.0.0.1"
app = typer.Typer(
    help="Observatory of workforce attractiveness: refresh, publish, verify and show the data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# In a pipe nothing is cut to the width of a terminal that is not there.
console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 160)


@app.command()
def refresh(
    offline: Annotated[
        bool, typer.Option(help="Ask no host: use the bundled tables and what is landed.")
    ] = False,
    source: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Ask only this source; repeatable.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Publish again even if nothing changed.")] = False,
) -> None:
    """Fetch what is new, check, load, build and publish a new release."""
    _refresh(Wish(offline=offline, only=tuple(source or ()), force=force))


def _refresh(wish: Wish) -> None:
    paths = data_paths()
    origin = "bundled and landed tables" if wish.offline else "live sources and bundled tables"
    console.print(f"[bold]refresh[/]  {origin} of {paths.root}")
    with RichProgress(console) as progress:
        report = run_refresh(paths, progress, wish, os.environ)
    if report.is_new:
        console.print(f"[bold green]published[/] release {report.release_id}")
    else:
        console.print(f"[bold]nothing new[/]: release {report.release_id} holds these inputs")
    _tell(report, paths)


def _tell(report: Report, paths: DataPaths) -> None:
    """What a person must do and know; exits with 1 where there is something to do."""
    for item in sorted(report.sources.values(), key=lambda item: item.source_id):
        if item.outcome in ATTENTION:
            console.print(f"[bold red]{item.outcome}[/] {item.source_id}")
            for note in item.notes:
                console.print(f"  {escape(note)}")
            console.print(f"  Remedy: {escape(item.remedy)}")
    for note in report.notes:
        console.print(f"[yellow]note[/] {escape(note)}")
    console.print(f"report: {paths.runs / report.run_id / 'run.md'}")
    if report.exit_code:
        raise typer.Exit(report.exit_code)


@app.command()
def accept(source_id: Annotated[str, typer.Argument(metavar="SOURCE")]) -> None:
    """Publish the editions of a source that the gate held back."""
    for reason in accept_held(data_paths(), source_id):
        console.print(f"accepted although {escape(reason)}")
    _refresh(Wish(offline=True))


@app.command()
def rebuild() -> None:
    """Make the release anew, without network, and compare it byte for byte."""
    paths = data_paths()
    with RichProgress(console) as progress:
        release, is_new = rebuild_release(paths, progress)
    files = len(release.manifest.files)
    if is_new:
        console.print(f"[bold green]published[/] release {release.id}: {files} files")
    else:
        console.print(f"[bold]the same bytes[/]: {files} files of release {release.id}")


@app.command()
def check() -> None:
    """Check the bundled tables against their declarations, without building anything."""
    for source, tables in check_bundled(data_paths().raw):
        rows = sum(table.frame.height for table in tables)
        console.print(f"  [green]✓[/] {source.id:<34} {len(tables):>2} tables {rows:>7} rows")


@app.command()
def status() -> None:
    """Show the current release, the age of each source and what a person must do."""
    paths = data_paths()
    release = current_release(paths)
    age = dt.datetime.now(dt.UTC) - release.manifest.created_at
    console.print(f"release {release.id}, published {age.days} days ago")
    rows = release.sql(
        "select source_id, last_period_end, retrieved_on, frequency_days, licence_name "
        "from mart_source_freshness order by source_id"
    )
    live = live_status(paths, os.environ)
    source = Column("source", no_wrap=True)  # an id must be readable in full to be typed
    table = Table(
        source, "covers to", "retrieved on", "age, days", "every, days", "", "checked", "licence"
    )
    today = dt.datetime.now(dt.UTC).date()
    for row in rows.iter_rows(named=True):
        item = live.get(row["source_id"])
        known = item.last_success.date() if item and item.last_success else row["retrieved_on"]
        age_days = (today - known).days if known else None
        every = row["frequency_days"]
        is_late = every and (age_days is None or age_days > every)
        table.add_row(
            row["source_id"],
            str(row["last_period_end"] or "–"),
            str(row["retrieved_on"] or "–"),
            "–" if age_days is None else str(age_days),
            str(every or "once"),
            " ".join(filter(None, ["[red]late[/]" if is_late else "", item.mark if item else ""])),
            item.checked if item else "bundled",
            row["licence_name"],
        )
    console.print(table)
    for item in live.values():
        for line in item.lines:
            console.print(f"{item.source_id}: {escape(line)}")


@app.command()
def releases() -> None:
    """List the releases, oldest first; the current one is marked."""
    paths = data_paths()
    folders = release_folders(paths)
    if not folders:
        raise ReleaseProblem(NO_RELEASE)
    serving = paths.current.readlink().name if paths.current.is_symlink() else None
    for folder in folders:
        mark = "→" if folder.name == serving else " "
        try:
            release = read_release(folder)
        except ReleaseProblem as problem:
            console.print(f"{mark} {folder.name}  [red]not readable[/]: {escape(str(problem))}")
            continue
        rows = sum(entry.rows for entry in release.manifest.files.values())
        console.print(f"{mark} {release.id}  {len(release.manifest.files)} files  {rows} rows")


@app.command()
def verify(
    release_id: Annotated[str | None, typer.Argument(metavar="[RELEASE]")] = None,
) -> None:
    """Compare a release (the current one unless named) and the landed files with what is noted."""
    paths = data_paths()
    release = find_release(paths, release_id)
    found = verify_release(release)
    if found:
        raise ReleaseProblem(f"release {release.id} is not whole:\n  " + "\n  ".join(found))
    console.print(f"release {release.id} is whole: {len(release.manifest.files)} files")
    if lost := LandingStore(paths.landing).verify():
        raise ReleaseProblem("the landing store is not whole:\n  " + "\n  ".join(lost))


@app.command()
def rollback(release_id: Annotated[str, typer.Argument(metavar="RELEASE")]) -> None:
    """Serve an earlier release again."""
    paths = data_paths()
    with only_run(paths):
        release = find_release(paths, release_id)
        roll_back_to(release, paths)
    console.print(
        f"current is now release {release.id}; what it replaces is published again only when its "
        "inputs change, or by `observatoire refresh --force`"
    )


@app.command()
def audit(
    claim_id: Annotated[
        str | None, typer.Argument(metavar="[CLAIM_ID]", help="One claim; all unless named.")
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="table to read, json or csv to reuse.")
    ] = Format.TABLE,
) -> None:
    """Compare the figures of the documents with what official series give (docs/audit.md)."""
    write_audit(audit_readings(current_release(data_paths()), claim_id), form, console)


@app.command()
def report(
    output: Annotated[Path, typer.Option(help="File to write; it ends in .html or .pdf.")],
    page: Annotated[
        list[str] | None,
        typer.Option(help="Page, by name or address; may be repeated. All themes unless named."),
    ] = None,
    language: Annotated[str, typer.Option(help="fr or en.")] = "fr",
) -> None:
    """Write key figures, charts and sources as one file to hand over (PDF: through Chromium)."""
    paths = data_paths()
    current_release(paths)
    command = [sys.executable, "-m", "dashboard.report", "--output", str(output.absolute())]
    command += [f"--language={language}", *(f"--page={name}" for name in page or [])]
    os.environ[DATA_VARIABLE] = str(paths.root)
    os.chdir(PROJECT_ROOT)
    os.execv(sys.executable, command)  # noqa: S606 - its exit code is the command's


@app.command()
def export(
    output: Annotated[Path, typer.Option(help="Folder to write; empty, or a former edition.")],
    release_id: Annotated[str | None, typer.Argument(metavar="[RELEASE]")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="RELEASE", help="Only what changed since this release.")
    ] = None,
    base_url: Annotated[str, typer.Option(help="Address at which the files will stand.")] = "",
) -> None:
    """Write all that may be handed out as files for any web server (docs/open-data.md)."""
    paths = data_paths()
    find_release(paths, release_id)
    command = [sys.executable, "-m", "opendata.export", "--output", str(output.absolute())]
    command += [f"--since={since}"] if since else []
    command += [f"--base-url={base_url}"] if base_url else []
    command += [release_id] if release_id else []
    os.environ[DATA_VARIABLE] = str(paths.root)
    os.chdir(PROJECT_ROOT)
    os.execv(sys.executable, command)  # noqa: S606 - its exit code is the command's


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = LOOPBACK,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            envvar="OBSERVATOIRE_ALLOWED_HOSTS",
            metavar="NAME",
            help="Name under which visitors call it, besides this machine's own; may be repeated.",
        ),
    ] = None,
) -> None:
    """Open the dashboard, on this machine only unless told otherwise (docs/adr/0006)."""
    paths = data_paths()
    current_release(paths)
    names = allowed_host or []
    console.print(f"dashboard: [bold]http://{host}:{port}[/]  (Ctrl+C stops it)")
    if host != LOOPBACK and not names:
        console.print("only http://localhost is answered: name the others with --allowed-host")
    sys.stdout.flush()
    os.environ[DATA_VARIABLE] = str(paths.root)  # a relative path must outlive the next line
    os.chdir(PROJECT_ROOT / "dashboard")  # Streamlit reads .streamlit/config.toml from there
    command = [sys.executable, "-m", "dashboard.server", "--host", host, "--port", str(port)]
    for name in names:
        command += ["--allowed-host", name]
    os.execv(sys.executable, command)  # noqa: S606 - it takes this process's place: signals reach it


def main() -> None:
    """Runs the command line; a problem that a person can mend is printed without a traceback."""
    try:
        app()
    except (DataProblem, ReleaseProblem) as problem:
        _fail(str(problem))
    except OSError as error:
        _fail(
            f"{error.filename or 'the system'}: {error.strerror or error}\n"
            "  Remedy: check the path, its permissions and the free space; the last release is "
            "untouched"
        )
    except duckdb.Error as error:
        _fail(
            f"the database stopped: {str(error).splitlines()[0]}\n"
            "  Remedy: check the free space and memory; the last release is untouched"
        )


def _fail(message: str) -> NoReturn:
    Console(stderr=True, highlight=False, soft_wrap=True).print(
        f"[bold red]error[/] {escape(message)}"
    )
    sys.exit(1)


if __name__ == "__main__":
    main()
