"""SimPy's environment as the harness needs it: its time is whole milliseconds, and found at once.

This is the one module that uses names of SimPy which are not public: `_now`, `_queue`, `_eid`, `_ok` and `_value`.
Tests say so when a version of SimPy has others.
"""

import math
from collections.abc import Callable, Generator
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any, Final

import simpy
from simpy.events import NORMAL, PENDING, URGENT, EventPriority, Timeout
from simpy.events import Event as Waiting

from stagesim.agents.names import NEVER
from stagesim.errors import StagesimError

FIRST: Final = -1
"""Before everything else of the same moment, also what is urgent."""
LAST: Final = 2
"""After everything else of the same moment: SimPy's own priorities are URGENT 0 and NORMAL 1."""
CROWDED: Final = 500_000
"""So many simpy events may fall on one moment of a small room; each person may add `CROWDED_EACH`."""
CROWDED_EACH: Final = 100


class EndlessMoment(StagesimError):
    """A moment in which so much happens that it would never end: time does not go on."""


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

    def at(self, at_ms: int, act: Callable[[], None] | None, priority: int = 1) -> Waiting:
        """A simpy event at a moment, or now if that is over, that carries something out."""
        event = Waiting(self)
        event._ok, event._value = True, None
        if act is not None:
            event.callbacks.append(lambda _: act())
        self.schedule(event, EventPriority(priority), max(0, at_ms - self.now))
        return event

    def shuffle_ties(self, seed: int) -> None:
        """From now on, what is as urgent at the same moment comes in an order drawn from a seed.

        It is otherwise that in which it was planned. What follows from something still comes after it.
        """
        chance = Random(f"ties {seed}")
        ties: Any = (chance.getrandbits(32) << 32 | number for number in count())  # all that is asked of it is `next`
        self._eid = ties

    def stop(self) -> None:
        """End the run, once the present simpy event is over."""
        self.at(self.now, None, FIRST).callbacks.append(_stop)

    def go_to(self, at_ms: int) -> None:
        """Let the clock show a later moment; whatever was planned before it does not happen any more."""
        self._now = at_ms

    def run_until(self, end: Waiting, people: Callable[[], int]) -> None:
        """Run until a simpy event has happened. `people` says how many there are: how much a moment may hold.

        It does what SimPy's own `step` does, without a call for each simpy event. Raises EndlessMoment where time
        stands still, so that no run hangs without a word; and what an agent has raised.
        """
        end.callbacks.append(_stop)
        queue = self._queue
        try:
            while True:
                began_ms = self.now
                for _ in range(max(CROWDED, CROWDED_EACH * people())):
                    self._now, _, _, event = heappop(queue)
                    callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]
                    for callback in callbacks:
                        callback(event)
                    if not event._ok and not event.defused:
                        raise event._value
                if self.now == began_ms:
                    raise EndlessMoment
        except _Stop:
            return


class Pause(Waiting):
    """A simpy event after so many whole milliseconds, which are not below 0: a timeout made with one call for three."""

    def __init__(self, env: Clock, duration_ms: int) -> None:
        self.env = env
        self.callbacks = []
        self._value = None
        self._ok = True
        heappush(env._queue, (env.now + duration_ms, NORMAL, next(env._eid), self))


class Life:
    """Lets somebody go on, from this moment: their steps get the news of each simpy event that they wait for.

    A `simpy.Process` can also be interrupted, be waited for, and wait for what has failed or is over. The people of the
    harness do none of this, and each command would pay for it; a behaviour of the user's may, so it is a process. What
    is raised in a life ends the run at once.
    """

    __slots__ = ("_onward", "_send")

    def __init__(self, env: Clock, steps: Generator[Waiting, Any, Any]) -> None:
        self._send = steps.send
        self._onward = self._go_on  # bound once
        env.at(env.now, None, URGENT).callbacks.append(self._onward)

    def _go_on(self, event: Waiting) -> None:
        try:
            awaited = self._send(event._value)
        except StopIteration:
            return
        awaited.callbacks.append(self._onward)


class _Stop(Exception):
    """The run is over."""


def _stop(_: Waiting) -> None:
    raise _Stop


if not TYPE_CHECKING:
    Clock.now = Clock._now  # the slot that SimPy writes to, by the name that everybody reads


def wake(awaited: Waiting, news: Any) -> None:
    """Resume those who wait for a simpy event with the news instead, before anything else of the moment.

    An interrupt does the same, at the price of an exception through every generator.
    """
    told, env = awaited, awaited.env
    if awaited._value is not PENDING:  # it has its time already: another takes its place
        told = Waiting(env)
        told.callbacks, awaited.callbacks = awaited.callbacks, []
    told._ok, told._value = True, news
    heappush(env._queue, (env.now, URGENT, next(env._eid), told))


def whole_ms(ms: float) -> int:
    """A moment or a duration in whole milliseconds: never too early, and `NEVER` for what is infinite."""
    return math.ceil(ms) if ms < NEVER else NEVER
