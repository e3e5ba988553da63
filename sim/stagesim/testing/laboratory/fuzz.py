"""Fuzzing: drawn rooms with drawn people, one after another, until something that must hold does not.

Every other run is steered towards a cell (mode, role, position, action) that was rarely reached, and some tell another
story in the room in which a rare answer was seen first. What is rare depends on the rooms before; it becomes part of
the name of a run, so that each can be told again on its own.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final, NamedTuple

from stageaccess import Action, RuleSet
from stageaccess.ruleset import places
from stagesim.engines.contract import EngineMaker
from stagesim.scenario.demands.statements import Property
from stagesim.testing.laboratory.crowd import Crowd
from stagesim.testing.laboratory.demands import SameAgain, statements_for
from stagesim.testing.laboratory.failures import Failure
from stagesim.testing.laboratory.mishaps import MISHAPS
from stagesim.testing.laboratory.settings import Base, habits
from stagesim.testing.laboratory.stories import Story
from stagesim.testing.laboratory.trial import Cell, Demand, Seen, Trial, of_trial


class Run(NamedTuple):
    """One drawn room and story: the numbers that each is drawn from, and the cell that it is steered towards."""

    room: int
    story: int
    aim: Cell | None = None

    def __str__(self) -> str:
        """As the ledger has it."""
        aim = "" if self.aim is None else f":{'/'.join(map(str, self.aim))}"
        return f"{self.room}.{self.story}{aim}"

    @classmethod
    def of(cls, text: str) -> "Run":
        """The run of a text that `str` gave; a ValueError for any other."""
        numbers, _, aim = text.partition(":")
        room, story = map(int, numbers.split("."))
        if not aim:
            return cls(room, story)
        mode, is_staff, *position, action = aim.split("/")
        return cls(room, story, Cell(mode, is_staff == "True", "/".join(position), action))


@dataclass(slots=True)
class Fuzzing:
    """What is fuzzed, and what has been seen so far. `maker` None is `stageaccess`.

    `properties` are those of the scenario, `base` is what all rooms have in common. `commands` is the number of them in
    each room, where it is not to be drawn. `tells` says whether the engine says who is told.
    """

    base: Base
    maker: EngineMaker | None = None
    properties: tuple[Property, ...] = ()
    commands: int | None = None
    seen: Seen = field(default_factory=Seen)
    runs: int = 0
    asked: int = 0
    tells: bool = True
    _first: dict[tuple[Cell, str], Run] = field(default_factory=dict)

    def story(self, run: Run) -> Story:
        """What a run tells: always the same."""
        drawn = habits(self.base, Random(f"room {run.room}"), self.commands)
        crowd = Crowd(drawn, self.base.rules, Random(f"story {run.room} {run.story}"), run.aim)
        return Story(drawn.config, self.base.change, tuple(crowd.story(MISHAPS)))

    def demands(self, story: Story) -> list[Demand]:
        """What must hold of a whole story."""
        return [*statements_for(self.properties, story.config, self.base.config), SameAgain(self.maker)]

    def tried(self, run: Run) -> tuple[Story, Failure | None]:
        """Tell a run's story to the engine."""
        story = self.story(run)
        seen = Seen()
        trial = Trial(story, self.maker, seen)
        failure = of_trial(trial, story.lines, self.demands(story))
        self.tells = self.tells and trial.tells
        for what in seen:
            self._first.setdefault(what, run)
        self.seen += seen
        self.runs += 1
        self.asked += len(story.lines)
        return story, failure

    def plan(self, seed: int) -> Iterator[Run]:
        """The runs, one after another without end: each is made when it is asked for, on what was seen until then."""
        chance, cells = Random(f"fuzz {seed}"), reachable(self.base.rules)
        number = 0
        while True:
            number += 1
            room, story = chance.randrange(1_000_000), chance.randrange(1_000_000)
            if number % 4 == 0:
                rare = sorted(self.seen.items(), key=lambda each: (each[1], each[0]))[: 1 + len(self.seen) // 10]
                if rare:
                    room = self._first[chance.choice(rare)[0]].room
            aim = None
            if number % 2 == 0:
                counts = self.cells()
                cells.sort(key=lambda cell: (counts.get(cell, 0), cell))
                aim = chance.choice(cells[: 1 + len(cells) // 10])
            yield Run(room, story, aim)

    def cells(self) -> dict[Cell, int]:
        """How often each cell was reached."""
        counts: dict[Cell, int] = {}
        for (cell, _), count in self.seen.items():
            counts[cell] = counts.get(cell, 0) + count
        return counts

    def reached(self) -> tuple[int, list[Cell]]:
        """How many cells can be reached by the rules, and those of them that were not."""
        cells, counts = reachable(self.base.rules), self.cells()
        return len(cells), [cell for cell in cells if cell not in counts]


def reachable(rules: RuleSet) -> list[Cell]:
    """Every cell that somebody present can come to by the rules: each action at each place."""
    actions = [action for action in Action if action not in SESSION]
    return sorted(
        Cell(mode, is_staff, position, action) for mode, is_staff, position in places(rules) for action in actions
    )


SESSION: Final = (Action.START_SESSION, Action.END_SESSION)


class Found(NamedTuple):
    """A failure, with the run and its story."""

    run: Run
    story: Story
    failure: Failure


def fuzz(
    fuzzing: Fuzzing, seed: int, known: Iterable[Run], goes_on: Callable[[], bool], number: int | None = None
) -> Found | None:
    """Try the runs that are known to have failed, then new ones; the first failure, None where there is none.

    It ends when `goes_on` says so, and after `number` new runs.
    """
    for run in known:
        story, failure = fuzzing.tried(run)
        if failure is not None:
            return Found(run, story, failure)
    for tries, run in enumerate(fuzzing.plan(seed)):
        if tries == number or not goes_on():
            return None
        story, failure = fuzzing.tried(run)
        if failure is not None:
            return Found(run, story, failure)
    return None
