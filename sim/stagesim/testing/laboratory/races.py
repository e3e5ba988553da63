"""Races: what depends on the order of things that happen at the same millisecond.

Of a script, every order of the commands of one millisecond is possible in which each person's own keep theirs. In a
simulated session one command may be the answer to another; there only those count as simultaneous that came in both
orders when the session was simulated several times with its ties shuffled. Orders are compared swap by swap, so that
each race is named by the two commands of which it is one.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from random import Random
from typing import Final, NamedTuple

from stageaccess import SYSTEM, Command, Decision, Event, EventKind, Mode, StageAccess
from stagesim.engines.contract import EngineMaker
from stagesim.scenario.room import room_config
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import simulate
from stagesim.testing.laboratory.failing import Noting
from stagesim.testing.laboratory.followed import following
from stagesim.testing.laboratory.outcomes import Outcome, in_words, outcome
from stagesim.testing.laboratory.small_room import Maker
from stagesim.testing.laboratory.stories import Line, Story


class Race(NamedTuple):
    """Two that happen at the same millisecond, and what depends on which comes first.

    `unlike` has the name of each thing that depends on it, with what it is when the first comes first, and when the
    second does. With `is_due` the second is what ends by itself then: that comes before whatever arrives in the same
    millisecond (rule T7), so that the first can only come first a millisecond sooner.
    """

    mode: str
    at_ms: int
    first: str
    second: str
    unlike: tuple[tuple[str, str, str], ...]
    is_due: bool = False

    @property
    def what_for(self) -> str:
        """What the two race for, as far as it can be told."""
        said = " ".join(f"{name} {one} {other}" for name, one, other in self.unlike)
        if "stage_full" in said or "capacity" in said:
            return "the last place"
        if "request_already_resolved" in said or "no_open_request" in said:
            return "the decision"
        return "the place in the queue" if all(name == "queue" for name, _, _ in self.unlike) else ""


ENDING: Final[Mapping[EventKind, str]] = {
    EventKind.REQUEST_CLOSED: "the end of the request of",
    EventKind.INVITATION_CLOSED: "the end of the invitation of",
    EventKind.LEFT_ROOM: "the end of the absence of",
}
"""What ends by itself, by the event that it ends with."""

Key = tuple[int, str]
"""A command of a session, as it is found again in another order: its time, and its words."""


def races(
    scenario: Scenario,
    mode: str,
    maker: EngineMaker | None = None,
    *,
    seed: int = 1,
    replication: int = 0,
    orders: int = 20,
) -> list[Race]:
    """What depends on the order of simultaneous things in one session of a scenario, in the order of time.

    `orders` is how many orders of each moment are tried of a script, and how often a session is simulated with other
    orders.
    """
    is_scripted = not scenario.audience and not scenario.moderators
    sessions = [_lines(scenario, mode, maker, seed, replication, None)]
    if not is_scripted:
        sessions += [_lines(scenario, mode, maker, seed, replication, each) for each in range(orders)]
    free = None if is_scripted else _in_both_orders(sessions) | _of_script(scenario)
    found: dict[tuple[int, str, str], Race] = {}
    room = scenario.room.model_copy(update={"mode": Mode(mode)})
    for lines in sessions:
        story = Story(room_config(room), scenario.rules, tuple(lines), scenario.doors_open)
        racing = Racing(story, maker, orders if is_scripted else 0, free, keeps_session=scenario.session == "automatic")
        for race in racing.races():
            one, other = sorted((race.first, race.second))
            found.setdefault((race.at_ms, one, other), race)
    return sorted(found.values(), key=lambda race: (race.at_ms, race.first, race.second))


def _lines(
    scenario: Scenario, mode: str, maker: EngineMaker | None, seed: int, replication: int, ties: int | None
) -> list[Line]:
    noting = Noting(maker)
    simulate(scenario, mode=mode, seed=seed, replication=replication, engine=noting, ties=ties)
    return [line for line in noting.lines if line.command is not None]


def _in_both_orders(sessions: Sequence[Sequence[Line]]) -> frozenset[tuple[Key, Key]]:
    """The pairs of commands of one millisecond of which each came first in some session."""
    seen: set[tuple[Key, Key]] = set()
    for lines in sessions:
        for _, together in groupby(lines, key=lambda line: line.at_ms):
            keys = [_key(line.command) for line in together if line.command is not None]
            seen |= {(one, other) for index, one in enumerate(keys) for other in keys[index + 1 :]}
    return frozenset(pair for pair in seen if pair[::-1] in seen)


def _of_script(scenario: Scenario) -> frozenset[tuple[Key, Key]]:
    """The pairs of steps of one millisecond: the script says no more than that."""
    keys = [
        (step.at + scenario.doors_open, in_words(Command(0, step.do, step.by, step.to, mode=step.mode, role=step.role)))
        for step in scenario.script
        if step.do is not None
    ]
    return frozenset((one, other) for one in keys for other in keys if one != other and one[0] == other[0])


def _key(command: Command) -> Key:
    return command.at_ms, in_words(command)


class Racing:
    """One session, moment by moment: at each its commands are tried in other orders, on what was so before.

    `orders` is how many orders of more than two commands are tried, `free` has the pairs that may be swapped; None is
    any. With `keeps_session` the session's start comes first and its end last, as the runner has it.
    """

    def __init__(
        self,
        story: Story,
        maker: EngineMaker | None,
        orders: int,
        free: frozenset[tuple[Key, Key]] | None,
        *,
        keeps_session: bool,
    ) -> None:
        self.story, self.orders, self.free, self.keeps_session = story, orders, free, keeps_session
        make: Maker = StageAccess if maker is None else following(maker)
        self._engine = make(story.config, story.rules)

    def races(self) -> Iterator[Race]:
        """Every race of the session; each is one of its moment alone, on what was so before."""
        commands = [line.command for line in self.story.lines if line.command is not None]
        for at_ms, together in groupby(commands, key=lambda command: command.at_ms):
            moment = list(together)
            if at_ms - 1 > self._engine.room.now_ms:
                self._engine.advance(at_ms - 1)
            if len({command.by for command in moment}) > 1:
                yield from self._of_commands(at_ms, moment)
            due = self._engine.room.agenda.next()
            if due is not None and due.deadline_ms == at_ms and self._engine.room.now_ms < at_ms:
                yield from self._of_due(moment, f"{ENDING[due.closes]} {due.who}")
            for command in moment:
                self._engine.submit(command)

    def _of_commands(self, at_ms: int, moment: list[Command]) -> Iterator[Race]:
        """Swap by swap, from the order that there was to others."""
        chance, tried = Random(f"races {at_ms}"), dict[tuple[Command, ...], Outcome]()
        goals = [[*moment[:index], b, a, *moment[index + 2 :]] for index, (a, b) in enumerate(pairwise(moment))]
        goals += [_shuffled(moment, chance) for _ in range(self.orders if len(moment) > 2 else 0)]
        seen: set[frozenset[Key]] = set()
        for goal in goals:
            order = list(moment)
            for index in _swaps(order, goal):
                one, other = order[index], order[index + 1]
                if not self._is_free(one, other):
                    break
                before = self._outcome(tuple(order), tried)
                order[index : index + 2] = other, one
                unlike = before.unlike(self._outcome(tuple(order), tried))
                pair = frozenset((_key(one), _key(other)))
                if unlike and pair not in seen:
                    seen.add(pair)
                    yield self._race(one, in_words(other), unlike)

    def _is_free(self, one: Command, other: Command) -> bool:
        """Whether the other might as well come first."""
        if one.by == other.by or (self.keeps_session and None in (one.by, other.by)):
            return False
        return self.free is None or (_key(one), _key(other)) in self.free

    def _of_due(self, moment: Sequence[Command], what: str) -> Iterator[Race]:
        """Each command a millisecond sooner, before what ends by itself at its own."""
        for command in moment:
            if command.by is not None:
                then = self._carried_out([command])
                sooner = self._carried_out([command._replace(at_ms=command.at_ms - 1)])
                unlike = [each for each in sooner.unlike(then) if each[0] == f"answer {in_words(command)}"]
                if unlike:
                    yield self._race(command, what, unlike)._replace(is_due=True)

    def _race(self, one: Command, second: str, unlike: Sequence[tuple[str, str, str]]) -> Race:
        at_ms = one.at_ms - self.story.zero_ms
        return Race(str(self.story.config.mode), at_ms, in_words(one), second, tuple(unlike))

    def _outcome(self, order: tuple[Command, ...], tried: dict[tuple[Command, ...], Outcome]) -> Outcome:
        if order not in tried:
            tried[order] = self._carried_out(order)
        return tried[order]

    def _carried_out(self, order: Sequence[Command]) -> Outcome:
        """What comes of the commands, in a copy of the room as it was before them."""
        engine = self._engine.copy()
        seq, answers, events = engine.room.seq, list[tuple[Command, Decision]](), list[Event]()
        for command in order:
            decision = engine.submit(command)
            answers.append((command, decision))
            events += (event for event in (*decision.due, *decision.events) if event.seq > seq + len(events))
        return outcome(engine.room, answers, events)


def _shuffled(moment: Sequence[Command], chance: Random) -> list[Command]:
    """Another order, in which everybody's own commands keep theirs."""
    order = [command.by or SYSTEM for command in moment]
    own = {who: [each for each in moment if (each.by or SYSTEM) == who] for who in order}
    chance.shuffle(order)
    return [own[who].pop(0) for who in order]


def _swaps(order: list[Command], goal: Sequence[Command]) -> Iterator[int]:
    """The places at which neighbours are to be swapped, one after another, to come to another order."""
    for place, command in enumerate(goal):
        yield from range(order.index(command) - 1, place - 1, -1)
