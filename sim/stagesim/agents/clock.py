"""SimPy's environment as the harness needs it: its time is whole milliseconds, and found at once."""

from typing import TYPE_CHECKING, Any

import simpy
from simpy.events import Timeout


class Clock(simpy.Environment):
    """An environment whose time is an int, in milliseconds since the room was made.

    SimPy's own `now` is a property in Python, and agents ask for it several times a command: here it is a slot.
    """

    __slots__ = ("_now",)

    if TYPE_CHECKING:
        now: int

    def timeout(self, delay: float = 0, value: Any = None) -> Timeout:
        """A simpy event after a delay in milliseconds, which is rounded to whole ones."""
        return Timeout(self, round(delay), value)


if not TYPE_CHECKING:
    Clock.now = Clock._now  # the slot that SimPy writes to, by the name that everybody reads
