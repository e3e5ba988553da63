"""How far a study has come, on standard error: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

Item = TypeVar("Item")

QUIET_S: Final = 5.0
"""Seconds between two lines where there is no terminal; shorter studies print none."""


def shown(items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
    """The items as they come, with the progress shown."""
    return _bar(items, total, unit) if sys.stderr.isatty() else _lines(items, total, unit)


def _bar(items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
    """A bar that is drawn when an item comes: without a thread of its own, so that processes may be forked safely."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn(unit), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True) as progress:
        task = progress.add_task(unit, total=total)
        progress.refresh()
        for item in items:
            progress.update(task, advance=1, refresh=True)
            yield item


def _lines(items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
    last = time.monotonic()
    for number, item in enumerate(items, 1):
        now = time.monotonic()
        if now - last >= QUIET_S and number < total:
            print(f"{number} of {total} {unit}", file=sys.stderr, flush=True)
            last = now
        yield item
