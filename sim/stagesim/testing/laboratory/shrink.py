"""Shrinking: of a story that fails, the smallest that fails in the same way.

Each attempt leaves out or simplifies something and tells the rest to a fresh engine; it stands if the first failure has
the same fingerprint, and never otherwise. People go first, then lines, then what is left of details, times and names.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, dataclass, field, replace
from dataclasses import fields as fields_of
from typing import Any, Final, TypeVar

from stageaccess import Action, Client, Command, Mode, Role, RoomConfig
from stagesim.engines.contract import EngineMaker
from stagesim.testing.laboratory.failures import Failure
from stagesim.testing.laboratory.stories import Line, Story
from stagesim.testing.laboratory.trial import Demand, Trial, tried

T = TypeVar("T")

Demands = Callable[[Story], Sequence[Demand]]
"""What must hold of a whole story, by the story: a statement may be one of some settings only."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What has become of a story: it fails in the same way. `tries` is how many others were told on the way, `is_done`
    whether nothing more could be left out; else the time was over.
    """

    story: Story
    failure: Failure
    tries: int
    is_done: bool


class TimeOver(Exception):
    """The time for shrinking is over."""


@dataclass(slots=True)
class Shrinking:
    """A story that fails, and what is tried of it. `deadline_s` is a moment of the monotonic clock, None for never;
    `judges` is as in a `Trial`.
    """

    story: Story
    failure: Failure
    maker: EngineMaker | None = None
    demands: Demands = lambda _: ()
    deadline_s: float | None = None
    judges: bool = True
    tries: int = 0
    _requests: dict[str, tuple[str, int]] = field(default_factory=dict)

    def shrunk(self) -> Shrunk:
        """The smallest story that is found, and in what time there is."""
        is_done = True
        try:
            self._requests = dict(_requests(self.story, self.maker))
            self._cut_off()
            size = None
            while size != (size := _size(self.story)):
                self._leave_out_people()
                self._leave_out_lines()
                self._one_for_another()
                self._simplify()
            self._retime()
            self._simplify()
            self._rename()
        except TimeOver:
            is_done = False
        return Shrunk(self.story, self.failure, self.tries, is_done)

    @property
    def _is_of_whole(self) -> bool:
        """Whether a statement about the whole story fails, and not one of its lines."""
        return self.failure.fingerprint.startswith("statement: ")

    # What is tried.

    def _fails(self, story: Story) -> Failure | None:
        """The failure of a story, if it is the same."""
        if self.deadline_s is not None and time.monotonic() > self.deadline_s:
            raise TimeOver
        self.tries += 1
        failure = tried(story, self.maker, self.demands(story), judges=self.judges)
        return failure if failure is not None and failure.fingerprint == self.failure.fingerprint else None

    def _take(self, story: Story) -> bool:
        """Go on with a story, if it fails in the same way."""
        story = self._with_requests(story)
        failure = self._fails(story)
        if failure is None:
            return False
        self.failure = failure
        self.story = story.with_lines(story.lines[: failure.line + 1])
        if _names_requests(self.story):
            self._requests = dict(_requests(self.story, self.maker))  # the numbers are others now
        return True

    def _with_requests(self, story: Story) -> Story:
        """The story with other numbers of requests: each command means the one that it meant, of the same person."""
        if not _names_requests(story):
            return story
        numbers = {place: key for key, place in _requests(story, self.maker)}
        lines = []
        for line in story.lines:
            command = line.command
            if command is None or command.request not in self._requests:
                lines.append(line)
            else:
                meant = numbers.get(self._requests[command.request], NO_REQUEST)
                lines.append(line._replace(command=command._replace(request=meant)))
        return story.with_lines(lines)

    # The steps.

    def _cut_off(self) -> None:
        """Nothing after the failure; and nothing that was asked beside."""
        self.story = self.story.with_lines(self.story.lines[: self.failure.line + 1])
        while self._is_of_whole and self._take(self.story.with_lines(self.story.lines[: len(self.story.lines) // 2])):
            pass
        lines = self.story.lines
        self._take(self.story.with_lines([*(line._replace(looks=False) for line in lines[:-1]), lines[-1]]))

    def _leave_out_people(self) -> None:
        """Everybody's lines, and those about them, together; first of all, but for whoever the last line is about, and
        those who have to do with them.
        """
        near = set(self.story.lines[-1].names)
        beside = {name for line in self.story.lines if near.intersection(line.names) for name in line.names}
        for names in (near, near | beside):
            if len(names) < len(self.story.people) and self._take(self._only(sorted(names))):
                break
        _fewest(self.story.people, lambda names: self._take(self._only(names)))

    def _only(self, names: Sequence[str]) -> Story:
        known = set(names)
        return self.story.with_lines(line for line in self.story.lines if known.issuperset(line.names))

    def _leave_out_lines(self) -> None:
        """All lines, in ever smaller parts; but for the last one, where it is that which fails."""
        *others, last = self.story.lines
        if self._is_of_whole:
            _fewest([*others, last], lambda lines: self._take(self.story.with_lines(lines)))
        else:
            _fewest(others, lambda lines: self._take(self.story.with_lines([*lines, last])))

    def _one_for_another(self) -> None:
        """One person does what another one does, too."""
        for one in reversed(self.story.people):
            for other in self.story.people:
                if one != other and one in self.story.people and self._take(self._merged(one, other)):
                    break

    def _merged(self, one: str, other: str) -> Story:
        def renamed(line: Line) -> Line:
            command = line.command
            if command is None:
                return line
            by, to = (other if name == one else name for name in (command.by, command.to))
            return line._replace(command=command._replace(by=by, to=to))

        lines = [line for line in self.story.lines if not _enters(line, one)]
        return self.story.with_lines(map(renamed, lines))

    def _simplify(self) -> None:
        """Plain settings, and commands without what need not be there."""
        for plainer in (_off, _rounder):
            for change in plainer(self.story.config):
                self._take(replace(self.story, config=replace(self.story.config, **change)))
        for mode in Mode:
            lines = [line for line in self.story.lines if line.command is None or line.command.do != Action.SET_MODE]
            if len(lines) < len(self.story.lines):
                self._take(replace(self.story, config=replace(self.story.config, mode=mode), lines=tuple(lines)))
        for index in range(len(self.story.lines)):
            for fields in PLAINER:
                if index < len(self.story.lines):
                    self._plain(index, fields)

    def _plain(self, index: int, fields: dict[str, Any]) -> None:
        lines = list(self.story.lines)
        line = lines[index]
        if line.looks and index < len(lines) - 1:
            lines[index] = line = line._replace(looks=False)
        command = line.command
        if command is not None and any(getattr(command, key) not in (value, None) for key, value in fields.items()):
            lines[index] = line._replace(command=command._replace(**fields))
        if tuple(lines) != self.story.lines:
            self._take(self.story.with_lines(lines))

    def _retime(self) -> None:
        """A second between two lines, or no time, or a round one; else the time that there was."""
        if self.story.zero_ms and not self.failure.fingerprint.startswith("step: "):  # a step may name moments
            self.story = replace(self.story, zero_ms=0)
        if self._take(self.story.with_lines(line.at(1000 * number) for number, line in enumerate(self.story.lines))):
            return
        for index in range(len(self.story.lines)):
            for gap_ms in (1000, 0, 10_000, 60_000):
                if index < len(self.story.lines) and self._take(self.story.with_lines(self._with_gap(index, gap_ms))):
                    break

    def _with_gap(self, index: int, gap_ms: int) -> Iterator[Line]:
        """The lines with another time before one of them."""
        lines = self.story.lines
        before_ms = lines[index - 1].at_ms if index else 0
        shift_ms = before_ms + (gap_ms if index else 0) - lines[index].at_ms
        for number, line in enumerate(lines):
            yield line.at(line.at_ms + shift_ms) if number >= index else line

    def _rename(self) -> None:
        """Names as people have them, in the order of the old ones."""
        people = self.story.people
        staff = {line.command.by for line in self.story.lines if line.command is not None and _is_staff(line.command)}
        pools = {True: iter(STAFF_NAMES), False: iter(NAMES)}
        names = {name: next(pools[name in staff], name) for name in sorted(people)}

        def renamed(line: Line) -> Line:
            command = line.command
            if command is None:
                return line
            by, to = (None if each is None else names[each] for each in (command.by, command.to))
            return line._replace(command=command._replace(by=by, to=to))

        self._requests = {key: (names.get(who, who), place) for key, (who, place) in self._requests.items()}
        self._take(self.story.with_lines(map(renamed, self.story.lines)))


NO_REQUEST: Final = "r999"
"""The number of a request that there is none of."""

NAMES: Final = ("ana", "bob", "cem", "dee", "eva", "fay", "gus", "hal", "ida", "jan", "kim", "lea")
STAFF_NAMES: Final = ("mia", "max", "mo", "nina", "noor", "olga")

PLAINER: Final[tuple[dict[str, Any], ...]] = (
    {"id": None},
    {"request": None},
    {"connection": None},
    {"client": Client.DESKTOP},
    {"role": Role.MODERATOR},
    {"role": Role.PARTICIPANT},
)
"""What makes a command plainer."""


def _off(config: RoomConfig) -> Iterator[dict[str, Any]]:
    """Each setting that is on, off."""
    for name, off in OFF.items():
        if getattr(config, name) != off:
            yield {name: off}


def _rounder(config: RoomConfig) -> Iterator[dict[str, Any]]:
    """Each setting that is on, round or small."""
    for name in (name for name in OFF if name.endswith("_ms")):
        if getattr(config, name):
            yield from ({name: round_ms} for round_ms in (60_000, 10_000) if getattr(config, name) != round_ms)
    if config.stage_capacity is not None and config.stage_capacity > 1:
        yield {"stage_capacity": 1}


OFF: Final[dict[str, Any]] = {each.name: each.default for each in fields_of(RoomConfig) if each.default is not MISSING}
"""The settings of a room where they are off."""


def _names_requests(story: Story) -> bool:
    return any(line.command is not None and line.command.request for line in story.lines)


def _size(story: Story) -> tuple[int, int]:
    return len(story.people), len(story.lines)


def _enters(line: Line, name: str) -> bool:
    return line.command is not None and line.command.do == Action.ENTER_ROOM and line.command.by == name


def _is_staff(command: Command) -> bool:
    return command.do == Action.ENTER_ROOM and command.role is not None and command.role.is_staff


def _fewest(items: Sequence[T], take: Callable[[Sequence[T]], bool]) -> None:
    """Leave out items in ever smaller parts, as long as `take` takes what is left (delta debugging)."""
    left, part = list(items), max(1, len(items) // 2)
    while left:
        index, shorter = 0, False
        while index < len(left):
            rest = left[:index] + left[index + part :]
            if take(rest):
                left, shorter = rest, True
            else:
                index += part
        if part == 1 and not shorter:
            return
        part = max(1, part // 2)


def _requests(story: Story, maker: EngineMaker | None) -> Iterator[tuple[str, tuple[str, int]]]:
    """Every request of a story: its number, whose it is, and which of theirs."""
    trial, counts = Trial(story, maker), dict[str, int]()
    for line in story.lines:
        if trial.ask(line) is not None:
            break
    for key, request in trial.room.requests.items():
        counts[request.who] = counts.get(request.who, 0) + 1
        yield key, (request.who, counts[request.who])
