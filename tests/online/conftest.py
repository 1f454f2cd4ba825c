"""Fixtures of the tests that run refreshes in the small tree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.server import Producer
from tests.online.small_tree import SmallTree, files, make


@pytest.fixture(scope="session")
def published_tree(tmp_path_factory: pytest.TempPathFactory) -> SmallTree:
    """A small tree whose live sources were refreshed once. Fork it: it is shared."""
    tree = make(tmp_path_factory.mktemp("tree") / "project")
    with Producer(files()) as producer:
        run = tree.run("refresh", upstream=producer.url)
    assert run.returncode == 0, run.stdout + run.stderr
    return tree


@pytest.fixture
def tree(published_tree: SmallTree, tmp_path: Path) -> SmallTree:
    """The small tree with a data root of its own."""
    return published_tree.fork(tmp_path / "data")


@pytest.fixture
def producer() -> Iterator[Producer]:
    """A server with the files that were landed already."""
    with Producer(files()) as server:
        yield server
