"""``make bench``: each measure as a ratio against a floor taken in the same run."""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import api, online, pages, pay, refresh
from benchmarks.measure import Ratio
from ingest.paths import PROJECT_ROOT

RESULTS = PROJECT_ROOT / "benchmarks" / "results"


def show(console: Console, ratios: list[Ratio]) -> None:
    """Prints the measures; a target missed is said, it does not fail the run."""
    table = Table("measure", "value", "floor", "ratio", "target", "met")
    for ratio in ratios:
        table.add_row(
            ratio.name,
            ratio.shown(ratio.value),
            ratio.shown(ratio.floor),
            f"{ratio.ratio:.2f}",
            f"≤ {ratio.target:g}" if math.isfinite(ratio.target) else "–",
            "–" if math.isinf(ratio.target) else "yes" if ratio.met else "NO",
        )
    console.print(table)


def main() -> None:
    """Runs what was asked for (everything by default) and keeps the figures as JSON."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--only", choices=["refresh", "online", "pages", "pay", "api"])
    parser.add_argument("--repeat", type=int, default=3, help="runs of each measure; median taken")
    arguments = parser.parse_args()
    console = Console(width=120)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        ratios = [
            ratio
            for measured in (refresh, online, pay, api, pages)
            if arguments.only in (None, measured.__name__.rsplit(".", 1)[-1])
            for ratio in measured.measure(root, arguments.repeat)
        ]
    show(console, ratios)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "last.json").write_text(
        json.dumps([ratio.as_dict() for ratio in ratios], indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
