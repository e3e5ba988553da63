"""What the exit code of `stagesim` says. The numbers are fixed: scripts and workflows rely on them."""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """One number for each way in which a command can end."""

    DONE = 0
    """Everything was done; of a check: everything was decided, and passed."""
    VIOLATED = 1
    """An expectation, a property or a comparison with a baseline does not hold, or the engine under test breaks its
    contract."""
    BAD_INPUT = 2
    """Usage, a file that is not valid, or an engine that cannot be started, or ends before its first answer."""
    UNDECIDED = 3
    """The budget was spent and an answer is still open."""
    BASELINE = 4
    """A baseline is missing, stale, edited, too short, or of another scenario or engine, or of none."""
    NOTHING = 5
    """Nothing ran, or an expectation had no samples."""
    INTERNAL = 70
    """A fault of the program itself."""
    INTERRUPTED = 130
    """Ctrl-C."""


GRAVEST_FIRST: Final = (
    *(ExitCode.INTERNAL, ExitCode.INTERRUPTED, ExitCode.BAD_INPUT, ExitCode.VIOLATED),
    *(ExitCode.BASELINE, ExitCode.NOTHING, ExitCode.UNDECIDED, ExitCode.DONE),
)
"""Which code stands for several: what is known to be wrong before what is not known."""


def gravest(codes: Iterable[ExitCode]) -> ExitCode:
    """The one code that stands for all; nothing at all is `NOTHING`, never a success."""
    return min(codes, key=GRAVEST_FIRST.index, default=ExitCode.NOTHING)
