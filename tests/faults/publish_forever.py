"""Publishes releases of growing size without end, until it is killed. Run by test_kills.py."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from ingest.paths import DataPaths
from tests.ingest.test_publish import make_release

if __name__ == "__main__":
    paths = DataPaths(Path(sys.argv[1]))
    start = dt.datetime.fromisoformat(sys.argv[2])
    for number in range(10_000):
        make_release(paths, rows=1_000 + number, at=start + dt.timedelta(seconds=number))
