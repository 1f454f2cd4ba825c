"""One run at a time on a data root."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator

from ingest.errors import DataProblem
from ingest.paths import DataPaths


@contextlib.contextmanager
def only_run(paths: DataPaths) -> Iterator[None]:
    """Holds the lock of a data root; the system releases it even after a kill.

    Raises:
        DataProblem: Another run holds it.
    """
    paths.build.mkdir(parents=True, exist_ok=True)
    lock = paths.build / "refresh.lock"
    with lock.open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataProblem(
                lock, "another refresh is running on this data root", "wait until it has ended"
            ) from None
        yield
