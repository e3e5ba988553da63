"""When people wish to speak, and what they will want then: fixed before anything happens, so the same in every mode."""

import math
from collections.abc import Iterable, Iterator
from typing import Final

from stageaccess import Mode
from stagesim.agents.agent import Agent
from stagesim.agents.drawing import Distribution, duration_ms
from stagesim.agents.names import NEVER
from stagesim.scenario.habits import Habits, Wishes
from stagesim.scenario.values.distributions import Fixed
from stagesim.scenario.values.rates import Rates, highest
from stagesim.streams import Stream

# The things that are decided once for a wish, by their place among its numbers.
PATIENCE: Final = 0
SILENT: Final = 1
STAY: Final = 2
OVERSTAY: Final = 3
OVERSTAY_BY: Final = 4
BALK: Final = 5
ACCEPT: Final = 6
IGNORE: Final = 7
ANSWER: Final = 8
SETUP: Final = 9
FAILURE: Final = 10
NEXT: Final = 11
SPEAKING: Final = 12
"""The first place for how long a person is silent on stage, before speaking for the first time, the second, …"""


class Wish:
    """One wish to speak. What is decided once for it has a number at a place of its own in the wish's stream.

    `number` counts the wishes of the log, `ordinal` those of the person.
    """

    __slots__ = (
        *("asked_in", "asks", "ending", "gives_up_ms", "had_ms", "has_acted", "has_come_off", "is_held_back"),
        *("is_unsuitable", "number", "ordinal", "reached", "restarts", "setups", "since_ms", "stream", "waiting"),
        *("wanted_ms",),
    )

    def __init__(self, number: int, ordinal: int, stream: Stream) -> None:
        self.number = number
        self.ordinal = ordinal
        self.stream = stream
        self.wanted_ms = 0
        """How long a stay it wants."""
        self.waiting = [number]
        """Its number, and those of the wishes that share its fate, until they reach the stage."""
        self.reached: list[int] = []
        """Those that have reached it."""
        self.asks = 0
        self.asked_in: Mode | None = None
        """The mode of the last ask that was accepted."""
        self.gives_up_ms = NEVER
        """When the person's patience ends."""
        self.setups = 0
        self.restarts = 0
        """How often its person has set out again after being cut short."""
        self.is_unsuitable = False
        """Whether it is one that the organiser would not want on stage."""
        self.has_acted = False
        """Whether its person has tried anything for it."""
        self.is_held_back = False
        """Whether its person has not, and is not ready to in the present mode."""
        # On stage.
        self.had_ms = 0
        """The time on stage with a connection so far, up to `since_ms`."""
        self.since_ms: int | None = None
        """Since when such time goes on; None while it does not."""
        self.ending = ""
        """What ended the last stay, in a word of the log."""
        self.has_come_off = False
        """Whether a stay is over, and the person has not reacted to it yet."""

    def count(self, at_ms: int, *, goes_on: bool) -> None:
        """Count the time on stage up to a moment, and say whether it goes on."""
        if self.since_ms is not None:
            self.had_ms += at_ms - self.since_ms
        self.since_ms = at_ms if goes_on else None

    def ms(self, place: int, distribution: Distribution) -> int:
        """A duration that is drawn once, in whole milliseconds, never below 0."""
        return duration_ms(distribution, 0.5 if type(distribution) is Fixed else self.stream.at(place))

    def chance(self, place: int, probability: float) -> bool:
        """Whether something of this probability happens, decided once."""
        return probability >= 1 or (probability > 0 and self.stream.at(place) < probability)


def draw_wish(person: Agent, habits: Habits, number: int, ordinal: int) -> Wish:
    """The next wish of a person, with a stream of its own; `number` 0 is nobody's wish, and never unsuitable."""
    wish = Wish(number, ordinal, person.around.streams.stream(person.name, "wish", ordinal, SPEAKING))
    stay, wishes = habits.on_stage.stay, habits.wishes
    if number and wishes.unsuitable:
        wish.is_unsuitable = person.stream("unsuitable", ordinal).chance(wishes.unsuitable)
        if wish.is_unsuitable and wishes.unsuitable_stay is not None:
            stay = wishes.unsuitable_stay
    wish.wanted_ms = wish.ms(STAY, stay)
    return wish


def wish_times(person: Agent, habits: Habits, entry_ms: int) -> list[int]:
    """The moments of a person's wishes, but for those that follow the end of another, on the room's clock."""
    around, wishes = person.around, habits.wishes
    start_ms, end_ms = max(entry_ms, around.live_from_ms), around.end_ms
    times: list[int] = []
    if wishes.on_arrival and person.stream("wish on arrival").chance(wishes.on_arrival):
        times.append(start_ms)
    for number, opened in enumerate(wishes.rounds):
        stream = person.stream("question round", number)
        delay_ms = duration_ms(opened.delay, stream.uniform())
        if stream.chance(opened.share):
            times.append(around.start_ms + opened.at + delay_ms)
    if wishes.rate is not None:
        times += _poisson_times(person, wishes, start_ms, around.load(person.group))
    return sorted(time for time in times if start_ms <= time < end_ms)


def _poisson_times(person: Agent, wishes: Wishes, start_ms: int, load: float) -> list[int]:
    """Random moments at the person's own rate: exponential gaps, thinned where the rate changes with time."""
    own = wishes.unequal.quantile(person.stream("eagerness").uniform())
    rate = highest(wishes.rate) * own * load
    if rate <= 0:
        return []
    stream, end_ms = person.stream("wish times"), person.around.end_ms
    times: list[float] = []
    at_ms = float(start_ms)
    while True:
        at_ms -= math.log(stream.uniform()) / rate
        if at_ms >= end_ms:
            break
        times.append(at_ms)
    if isinstance(wishes.rate, Rates):
        times = list(thinned(times, wishes.rate, person.around.start_ms, person.stream("wish times kept")))
    return [int(at_ms) for at_ms in times]


def thinned(moments: Iterable[float], rates: Rates, start_ms: int, stream: Stream) -> Iterator[float]:
    """Those of the moments of a Poisson process of the highest rate that are left of one whose rate changes: each with
    the chance rate / highest rate (Lewis and Shedler 1979). Rates count from the session's start.
    """
    most = rates.highest
    for at_ms in moments:
        if stream.uniform() * most < rates.at(at_ms - start_ms):
            yield at_ms
