"""SimPy's environment as the harness needs it: its time is whole milliseconds, and found at once."""

import math
from typing import TYPE_CHECKING, Any

import simpy
from simpy.events import Timeout

from stagesim.agents.names import NEVER


class Clock(simpy.Environment):
    """An environment whose time is an int, in milliseconds since the room was made.

    SimPy's own `now` is a property in Python, and agents ask for it several times a command: here it is a slot. Make
    timeouts with `timeout`, which keeps the time whole.
    """

    __slots__ = ("_now",)

    if TYPE_CHECKING:
        now: int

    def timeout(self, delay: float = 0, value: Any = None) -> Timeout:
        """A simpy event after a delay in milliseconds, which is rounded up to whole ones."""
        return Timeout(self, whole_ms(delay), value)


if not TYPE_CHECKING:
    Clock.now = Clock._now  # the slot that SimPy writes to, by the name that everybody reads


def whole_ms(ms: float) -> int:
    """A moment or a duration in whole milliseconds: never too early, and `NEVER` for what is infinite."""
    return math.ceil(ms) if ms < NEVER else NEVER
