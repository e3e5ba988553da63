"""One line on standard error, written anew in its place, by which a command says how far it is."""

import math
import shutil
import sys
import time
from collections.abc import Callable
from typing import Final, TextIO

EVERY_S: Final = 0.1
"""Seconds between two states of the line, so that it costs nothing."""

QUIET_S: Final = 5.0
"""Seconds between two lines where Python was asked for them and there is no terminal."""


class Line:
    """The line itself. Where nobody looks there is none; `always` is for Python, where it was asked for: without a
    terminal a line comes now and then.
    """

    standing: "Line | None" = None
    """The one that stands on the terminal, which has but one."""

    def __init__(
        self, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic, *, always: bool = False
    ) -> None:
        self.out = out or sys.stderr
        self.clock = clock
        self.is_live = self.out.isatty()
        self.is_read = self.is_live or always
        self._said_s = -math.inf if self.is_live else clock()

    def say(self, told: Callable[[], str]) -> None:
        """Say how far it is, if it is time for that."""
        if not self.is_read or self.clock() - self._said_s < (EVERY_S if self.is_live else QUIET_S):
            return
        self._said_s = self.clock()
        if self.is_live:
            columns = shutil.get_terminal_size().columns - 1
            text = told()
            self.out.write(f"\r{text if len(text) <= columns else f'{text[: columns - 1]}…'}\x1b[K")
        else:
            self.out.write(f"{told()}\n")
        self.out.flush()
        Line.standing = self if self.is_live else None

    def clear(self) -> None:
        """Take the line away, if it stands."""
        if Line.standing is self:
            self.out.write("\r\x1b[K")
            self.out.flush()
            Line.standing = None


def announce(what: str) -> None:
    """Say what takes a while, until something is printed."""
    Line().say(lambda: what)


def clear() -> None:
    """Take away the line that stands, whoever wrote it, so that something else can be printed there."""
    if Line.standing is not None:
        Line.standing.clear()
