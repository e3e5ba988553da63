"""Who comes to the session: one agent for each person of each group, and one more for the work of each of the staff."""

import itertools
import math
from collections.abc import Iterator
from functools import partial

from stagesim.agents.attendee import Attendee
from stagesim.agents.attendee_life import live
from stagesim.agents.duties import Duties
from stagesim.agents.moderator import Moderator
from stagesim.agents.moderator_life import work
from stagesim.agents.names import DESKTOP, MOBILE, PARTICIPANT
from stagesim.agents.own import life_by
from stagesim.agents.surroundings import Steps, Surroundings
from stagesim.agents.wishes import thinned
from stagesim.scenario.habits import Habits
from stagesim.scenario.moderators import Moderators
from stagesim.scenario.participants import Participants
from stagesim.scenario.values.distributions import Distribution, Exponential
from stagesim.scenario.values.rates import Rates


class Population:
    """The people of one session. `people` maps a name to the person, in the order in which they were thought of."""

    def __init__(self, around: Surroundings, duties: Duties) -> None:
        self.around = around
        self.duties = duties
        self.people: dict[str, Attendee] = {}

    def spawn(self) -> None:
        """Set everybody going: staff first, then the audience, so that staff see who comes at the same moment."""
        scenario = self.around.scenario
        for group, staff in scenario.moderators.items():
            for number in range(1, staff.count + 1):
                self._spawn_moderator(group, staff, f"{group}-{number}")
        for group, habits in scenario.audience.items():
            if habits.comes_by is not None:
                self.around.env.process(self._stream_of_people(group, habits))
                continue
            for number in range(1, (habits.count or 0) + 1):
                self._spawn_participant(group, habits, f"{group}-{number}", None)

    def _spawn_moderator(self, group: str, habits: Moderators, name: str) -> None:
        person = Attendee(self.around, name, group, habits.role, habits.client, habits)
        if group not in self.around.behaviours:
            person.work = Moderator(person, habits, self._is_taken_up)
        self._set_going(person, self._entry_ms(habits, person.stream("arrival").uniform()))

    def _is_taken_up(self, moderator: Moderator) -> None:
        """Let a moderator get going: with the duties first, once the present event is over."""
        env = self.around.env
        env.at(env.now, lambda: self.duties.taken_up(moderator), priority=0)
        if not moderator.has_begun:
            moderator.start(work)

    def _spawn_participant(self, group: str, habits: Participants, name: str, entry_ms: int | None) -> None:
        stream = self.around.streams.stream(name, "arrival")
        u_arrival, u_client = stream.uniform(), stream.uniform()
        client = MOBILE if u_client < habits.mobile else DESKTOP
        person = Attendee(self.around, name, group, PARTICIPANT, client, habits)
        self._set_going(person, self._entry_ms(habits, u_arrival) if entry_ms is None else entry_ms)

    def _set_going(self, person: Attendee, entry_ms: int) -> None:
        around = self.around
        self.people[person.name] = person
        around.group_of[person.name] = person.group
        around.log.register(person.name, person.group)
        person.entry_ms = entry_ms
        own = around.behaviours.get(person.group)
        if own is not None:
            person.start(life_by(own))
        else:
            person.start(partial(live, entry_ms=entry_ms), live)

    def _entry_ms(self, habits: Habits, u: float) -> int:
        """When somebody comes, in whole milliseconds (a half is rounded up), never before the room is made."""
        return max(0, math.floor(self.around.start_ms + habits.arrival.quantile(u) + 0.5))

    def _stream_of_people(self, group: str, habits: Participants) -> Steps:
        """People who enter one after another from the session's start on, up to `count` of them, or without end."""
        around = self.around
        comes_by = habits.comes_by
        assert comes_by is not None
        moments = self._at_rates(group, comes_by) if isinstance(comes_by, Rates) else self._after_gaps(group, comes_by)
        for number, at_ms in enumerate(moments, start=1):
            if at_ms >= around.end_ms or (habits.count is not None and number > habits.count):
                return
            yield around.env.timeout(max(0, int(at_ms) - around.env.now))
            self._spawn_participant(group, habits, f"{group}-{number}", int(at_ms))

    def _after_gaps(self, group: str, gap: Distribution) -> Iterator[float]:
        """The moments at which they enter. Where the stream fades, the gaps are those of a clock that runs ever slower:
        it has come to `fades * (1 - exp(-t / fades))` at the time t, so that the rate falls by a factor of e each
        `fades`.
        """
        fades = self.around.scenario.audience[group].arrival_fades
        for clock_ms in self._clock(group, gap):
            if fades is None:
                yield self.around.start_ms + clock_ms
            elif clock_ms < fades:
                yield self.around.start_ms - fades * math.log1p(-clock_ms / fades)
            else:
                return

    def _at_rates(self, group: str, rates: Rates) -> Iterator[float]:
        """The moments at which they enter where the rate changes with time."""
        around = self.around
        length_ms = around.end_ms - around.start_ms
        if not rates.highest:
            return
        often = itertools.takewhile(lambda at_ms: at_ms < length_ms, self._clock(group, Exponential(1 / rates.highest)))
        moments = (around.start_ms + at_ms for at_ms in often)
        yield from thinned(moments, rates, around.start_ms, around.streams.stream(group, "arrivals kept"))

    def _clock(self, group: str, gap: Distribution) -> Iterator[float]:
        """The time from the start to each of them, gap after gap."""
        uniform = self.around.streams.stream(group, "arrival gap").uniform
        clock_ms = 0.0
        while True:
            clock_ms += gap.quantile(uniform())
            yield clock_ms
