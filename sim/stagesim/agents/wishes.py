"""When people wish to speak, and what they will want then: fixed before anything happens, so the same in every mode."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stagesim.agents.agent import duration_ms
from stagesim.scenario.participants import Participants
from stagesim.streams import Stream

if TYPE_CHECKING:
    from stagesim.agents.participant import Participant


@dataclass(slots=True)
class Wish:
    """One wish to speak. The fractions `u_…` are drawn when the wish arises, one for each thing that is decided once.

    `number` counts the wishes of the log, `ordinal` those of the person. `speaking` is the rest of the wish's stream:
    a fraction for each time its person speaks on stage.
    """

    number: int
    ordinal: int
    speaking: Stream
    u_patience: float
    u_silent: float
    u_stay: float
    u_overstay: float
    u_overstay_by: float
    u_balk: float
    u_accept: float
    u_ignore: float
    u_answer: float
    u_setup: float
    u_failure: float
    u_next: float
    asks: int = field(default=0, init=False)
    setups: int = field(default=0, init=False)


def draw_wish(person: "Participant", number: int, ordinal: int) -> Wish:
    """The next wish of a person, with a stream of its own."""
    stream = person.stream("wish", ordinal)
    return Wish(number, ordinal, stream, *stream.take(12))


def wish_times(person: "Participant", group: Participants, entry_ms: int, load: float) -> list[int]:
    """The moments of a person's wishes, but for those that follow the end of another, on the room's clock."""
    start_ms, end_ms = max(entry_ms, person.world.start_ms), person.world.end_ms
    wishes = group.wishes
    times: list[int] = []
    if wishes.on_arrival and person.stream("wish on arrival").chance(wishes.on_arrival):
        times.append(start_ms)
    for number, opened in enumerate(wishes.rounds):
        stream = person.stream("question round", number)
        delay_ms = duration_ms(opened.delay, stream.uniform())
        if stream.chance(opened.share):
            times.append(person.world.start_ms + opened.at + delay_ms)
    if wishes.rate is not None:
        times += _poisson_times(person, group, start_ms, load)
    return sorted(time for time in times if start_ms <= time < end_ms)


def _poisson_times(person: "Participant", group: Participants, start_ms: int, load: float) -> list[int]:
    """Random moments at the person's own rate: exponential gaps."""
    own = group.wishes.unequal.quantile(person.stream("eagerness").uniform())
    rate = (group.wishes.rate or 0.0) * own * load
    if rate <= 0:
        return []
    stream, end_ms = person.stream("wish times"), person.world.end_ms
    times: list[int] = []
    at_ms = float(start_ms)
    while True:
        at_ms -= math.log(stream.uniform()) / rate
        if at_ms >= end_ms:
            return times
        times.append(int(at_ms))
