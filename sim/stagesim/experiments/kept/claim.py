"""A folder of results belongs to one run at a time, and only a folder of ours is ever written to.

The lock is one of the operating system's: it goes with the process that has it, however that ends. The file that it
is on may stay behind, and means nothing by itself.
"""

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

try:
    import fcntl

    HAS_LOCKS = True
except ImportError:  # pragma: no cover - where there are no such locks, nothing keeps two runs apart
    HAS_LOCKS = False

from stagesim.experiments.kept.manifests import BEFORE, MANIFEST, SESSIONS, StoreError, manifest_in

LOCK: Final = ".stagesim-lock"

OURS: Final = (
    *(
        "report.html",
        "scenario.yaml",
        "scenario_as_written.yaml",
        "checks.json",
        "metrics.csv",
        "metrics_by_group.csv",
        "metrics_by_client.csv",
    ),
    *("shares_within.csv", "waits.csv", "differences.csv", "winners.csv", "sweep.csv", "size.csv", "rank.csv"),
    *(
        "sensitivity.csv",
        "answer.json",
        "tip.csv",
        "turns.csv",
        "tip.json",
        "why.csv",
        "minutes.csv",
        "gains.csv",
        "why.json",
        "diff.md",
        "diff.html",
    ),
)
"""Files by whose names somebody may have something in our way: looked at before anything is simulated."""

_held: dict[Path, int] = {}
"""The folders that this process has, each with the thread that has it: such a lock is of the whole process."""


@contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Make the folder, and have it alone. StoreError where somebody else has it, and where it is not ours to write to.

    What was not there before and is still empty afterwards is taken away again. Whoever has a folder may claim it
    again.
    """
    place = path.resolve()
    if _held.get(place) == threading.get_ident():
        yield
        return
    if place in _held:
        raise _is_busy(path)
    check_is_ours(path)
    made = _made(path)
    lock = None
    try:
        lock = _locked(path)
        check_is_ours(path)  # somebody may have come in between
        _held[place] = threading.get_ident()
        try:
            yield
        finally:
            del _held[place]
    finally:
        if lock is not None:
            (path / LOCK).unlink(missing_ok=True)
            os.close(lock)
        for each in reversed(made):
            with suppress(OSError):
                each.rmdir()


def check_is_ours(path: Path) -> None:
    """Raise StoreError for a folder with files in our way that no earlier run of ours has left there."""
    if manifest_in(path) or any((path / name).is_file() for name in (SESSIONS, LOCK, BEFORE)):
        return
    foreign = [name for name in OURS if (path / name).exists()]
    if foreign:
        raise StoreError(
            f"`{path / foreign[0]}` is there already, and no `{MANIFEST}` says that it is an earlier result\n"
            "  hint: choose another folder (`out`), or move the file away"
        )


def _made(path: Path) -> list[Path]:
    """Make the folder and those around it that are not there; the ones that were made, outermost first."""
    missing = [each for each in (path, *path.parents) if not each.exists()]
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"cannot make the folder `{path}`: {(error.strerror or str(error)).lower()}\n"
            "  hint: choose another one (`out`)"
        ) from error
    return missing[::-1]


def _locked(path: Path) -> int | None:
    """The descriptor of the lock of a folder; None where there are no locks."""
    if not HAS_LOCKS:
        return None
    file = path / LOCK
    while True:
        try:
            lock = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise _is_closed(path, error) from error
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EAGAIN):
                os.close(lock)
                raise _is_busy(path) from None
        # Whoever was here last may have taken the file away in between.
        if file.exists() and file.stat().st_ino == os.fstat(lock).st_ino:
            return lock
        os.close(lock)


def _is_closed(path: Path, error: OSError) -> StoreError:
    why = (error.strerror or str(error)).lower()
    return StoreError(f"cannot write to the folder `{path}`: {why}\n  hint: choose another one (`out`)")


def _is_busy(path: Path) -> StoreError:
    hint = "wait for its end, or choose another folder (`out`)"
    return StoreError(f"another run writes to `{path}` at this moment\n  hint: {hint}")
