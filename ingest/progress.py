"""Progress on the terminal: a line a source, a bar for dbt, a line a stage."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ingest.transform import Step


class RichProgress:
    """Shows a refresh on a console; use as a context manager.

    On a terminal the dbt steps move a bar; in a log only the lines are written.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("  [bold]build[/]"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, visible=False)

    def __enter__(self) -> RichProgress:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def source(self, source_id: str, tables: int, rows: int, seconds: float) -> None:
        self._console.print(
            f"  [green]✓[/] {source_id:<34} {tables:>2} tables {rows:>7} rows {seconds:>6.2f} s"
        )

    def fetched(self, source_id: str, outcome: str, detail: str) -> None:
        mark = {"failed": "[red]✗[/]", "skipped": "[dim]–[/]"}.get(outcome, "[green]✓[/]")
        self._console.print(f"  {mark} {source_id:<34} {outcome:<10} {escape(detail)}")

    def step(self, step: Step) -> None:
        self._bar.update(
            self._task,
            visible=True,
            completed=step.index,
            total=step.total or None,
            description=step.name,
        )

    def stage(self, name: str, detail: str, seconds: float) -> None:
        self._bar.update(self._task, visible=False)
        self._console.print(f"[bold]{name:<8}[/] {detail} in {seconds:.1f} s")
