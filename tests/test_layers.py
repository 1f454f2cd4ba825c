"""What each package may import: the table at the top of CONTRIBUTING.md, as a test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.paths import PROJECT_ROOT

PACKAGES = ("ingest", "dashboard", "opendata")
# What others may use of a package; a package uses all of its own.
MAY_IMPORT = {
    "ingest": frozenset[str](),
    "opendata": frozenset({"ingest.paths", "ingest.release", "ingest.errors"}),
    "dashboard": frozenset(
        {"ingest.paths", "ingest.release", "ingest.errors", "opendata.api", "opendata.cells"}
    ),
}


def imported(source: str) -> Iterator[str]:
    """Modules of the project that a Python text imports, by their full names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module in PACKAGES:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def strangers(package: str, source: str) -> set[str]:
    """What a Python text of a package imports of the others although it may not."""
    others = {name for name in imported(source) if name.split(".")[0] in PACKAGES}
    allowed = MAY_IMPORT[package]
    return {
        name
        for name in others
        if name.split(".")[0] != package
        and not any(name == module or name.startswith(f"{module}.") for module in allowed)
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_it_may(package: str) -> None:
    found = {
        str(file.relative_to(PROJECT_ROOT)): names
        for file in _modules(package)
        if (names := strangers(package, file.read_text(encoding="utf-8")))
    }
    assert found == {}


def _modules(package: str) -> list[Path]:
    files = sorted((PROJECT_ROOT / package).rglob("*.py"))
    assert files
    return files


@pytest.mark.parametrize(
    ("package", "source", "found"),
    [
        ("ingest", "from dashboard.texts import text", {"dashboard.texts"}),
        ("ingest", "import opendata.rights", {"opendata.rights"}),
        ("dashboard", "from ingest import paths, load", {"ingest.load"}),
        ("opendata", "def f():\n    from ingest.online.run import run", {"ingest.online.run"}),
        ("opendata", "from ingest.release import Release\nfrom opendata.cells import x", set()),
    ],
)
def test_a_forbidden_import_is_seen(package: str, source: str, found: set[str]) -> None:
    assert strangers(package, source) == found
