"""The place of an edition: filled apart, checked, then exchanged in one step.

At any moment the folder is whole and old, or whole and new. A new one is written beside it, under
a name that no web server lists; a failure removes that and leaves the old one as it was.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opendata.edition import SUMS, read_sums

CHANGES = "changes.json"
AT_FDCWD = -100  # of the C library: a path is relative to the working directory
RENAME_EXCHANGE = 2


class PlaceProblem(Exception):
    """A folder that an edition cannot be written to."""


@contextmanager
def replacing(output: Path, *, is_difference: bool) -> Iterator[Path]:
    """A folder to be filled; when the block ends well, it stands at ``output``.

    Args:
        output: Not there, empty, or an edition of the same kind.
        is_difference: Whether the folder will hold the changes between two editions.

    Raises:
        PlaceProblem: Another export is writing there, or ``output`` holds what no edition of this
            kind wrote.
    """
    place = output.resolve()
    if place == place.parent:
        raise PlaceProblem(f"{place} is the root of the files: name a folder")
    place.parent.mkdir(parents=True, exist_ok=True)
    with _alone(place):
        _recover(place)
        check_place(place, is_difference=is_difference)
        candidate = _beside(place, "candidate")
        try:
            candidate.mkdir()
            yield candidate
            _flush(candidate)
            _exchange(candidate, place)
        finally:
            shutil.rmtree(candidate, ignore_errors=True)


def check_place(place: Path, *, is_difference: bool) -> None:
    """Refuses to replace what no edition wrote, and one kind of edition by the other."""
    if not place.exists():
        return
    if not place.is_dir():
        raise PlaceProblem(f"{place} is a file: name a folder")
    if not (held := _paths(place)):
        return
    try:
        known = {SUMS, *read_sums(place)}
    except (OSError, UnicodeDecodeError):
        known = set()
    if strange := sorted(held - known):
        raise PlaceProblem(
            f"{place} holds what no edition wrote: {', '.join(strange[:3])}\n"
            "  Remedy: name another folder, or move these files away"
        )
    if (CHANGES in held) != is_difference:
        kind = "a whole edition" if is_difference else "only the changes between two editions"
        raise PlaceProblem(
            f"{place} holds {kind}\n  Remedy: name another folder, or remove this one"
        )


def _paths(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


def _beside(place: Path, what: str) -> Path:
    return place.with_name(f".{place.name}.{what}")


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Keeps two exports from writing beside each other; ends with the process, killed or not."""
    descriptor = os.open(place.parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PlaceProblem(
                f"another export is writing in {place.parent}\n  Remedy: wait until it has ended"
            ) from None
        yield
    finally:
        os.close(descriptor)


def _recover(place: Path) -> None:
    """Clears what a killed export left; an edition that it had put aside comes back."""
    former = _beside(place, "former")
    if former.exists() and not place.exists():
        former.rename(place)
    for left in (former, _beside(place, "candidate")):
        if left.exists():
            shutil.rmtree(left)


def _exchange(candidate: Path, place: Path) -> None:
    """Puts the candidate in its place; what stood there is then where the candidate was."""
    if not place.exists() or not any(place.iterdir()):
        os.replace(candidate, place)  # noqa: PTH105 - the atomic call, by its name
    elif not _exchanged_at_once(candidate, place):
        # A file system without exchange: for a moment nothing is there, and a kill in that moment
        # is mended by the next run.
        former = _beside(place, "former")
        place.rename(former)
        try:
            candidate.rename(place)
        except OSError:
            former.rename(place)
            raise
        shutil.rmtree(former)
    _flush_folder(place.parent)


def _exchanged_at_once(one: Path, other: Path) -> bool:
    """Exchanges two folders in one step, where the system can.

    Raises:
        OSError: It can, and failed for another reason.
    """
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    if rename(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL):
        return False
    raise OSError(number, os.strerror(number), str(other))


def _flush(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_dir():
            _flush_folder(path)
            continue
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
