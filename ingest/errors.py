"""The one kind of error that a person is meant to read."""

from __future__ import annotations

from pathlib import Path


class DataProblem(Exception):
    """Something in a file that a person has to mend.

    Args:
        file: The file to open.
        problem: What is wrong, in plain words.
        remedy: What to do about it.
        line: Line in the file, counted from 1 (the header is line 1), where it is known.
        column: Name of the column, where it is known.
    """

    def __init__(
        self,
        file: Path | str,
        problem: str,
        remedy: str,
        *,
        line: int | None = None,
        column: str | None = None,
    ) -> None:
        self.file = Path(file)
        self.line = line
        self.column = column
        self.problem = problem
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        place = str(self.file)
        if self.line is not None:
            place += f", line {self.line}"
        if self.column is not None:
            place += f", column {self.column}"
        return f"{place}: {self.problem}\n  Remedy: {self.remedy}"


class SystemTrouble(DataProblem):
    """The machine fails, not the data: no source is to blame."""


class EditionClash(DataProblem):
    """The landed editions of one source contradict each other: that source is to blame."""

    def __init__(self, source_id: str, table: str, problem: str, remedy: str) -> None:
        super().__init__(f"{source_id}/{table}", problem, remedy)
        self.source_id = source_id


class ReleaseProblem(Exception):
    """A release that is missing, incomplete or altered."""
