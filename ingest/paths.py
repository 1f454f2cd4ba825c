"""Where things are. The only module that looks at the environment for a path."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT_ROOT / "dbt_project"
SEEDS = DBT_PROJECT / "seeds"
DATA_VARIABLE = "OBSERVATOIRE_DATA"


@dataclass(frozen=True)
class DataPaths:
    """The folders under one data root; two roots never touch each other."""

    root: Path

    @property
    def raw(self) -> Path:
        """The bundled tables: those of this root, or the project's own where it has none."""
        own = self.root / "raw"
        return own if os.path.lexists(own) else PROJECT_ROOT / "data" / "raw"

    @property
    def releases(self) -> Path:
        return self.root / "marts" / "releases"

    @property
    def current(self) -> Path:
        """Symbolic link to the release that is served."""
        return self.root / "marts" / "current"

    @property
    def landing(self) -> Path:
        """Every file that was ever downloaded; nothing in it is changed or removed."""
        return self.root / "landing"

    @property
    def state(self) -> Path:
        """What the last runs learnt of each live source."""
        return self.root / "state"

    @property
    def runs(self) -> Path:
        """Log and report of each run."""
        return self.root / "runs"

    @property
    def settings(self) -> Path:
        """The operator's settings; may be absent."""
        return self.root / "settings.yml"

    @property
    def build(self) -> Path:
        """Work in progress; may be deleted whenever no refresh runs."""
        return self.root / "build"


def data_paths() -> DataPaths:
    """The data root that ``OBSERVATOIRE_DATA`` names, else ``data/`` of the project."""
    named = os.environ.get(DATA_VARIABLE)
    try:
        return DataPaths(Path(named).resolve() if named else PROJECT_ROOT / "data")
    except RuntimeError:  # a loop of symbolic links
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), named) from None
