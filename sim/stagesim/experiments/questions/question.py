"""What every simulation behind one answer has in common: the scenario, modes, seed, engine, workers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, TypeVar

from stagesim.agents.surroundings import Behaviour
from stagesim.engines.contract import EngineMaker
from stagesim.experiments.executors import THIS_PROCESS, Executors, replicate
from stagesim.experiments.origin import UNSAID, Given, Origin, ScenarioLike, given, read_anything
from stagesim.experiments.replications import Job, Outcome
from stagesim.experiments.study import StudyError, chosen_modes
from stagesim.metrics import Measured
from stagesim.scenario.moderators import Moderators
from stagesim.scenario.participants import Participants
from stagesim.scenario.reading.groups import FIELDS
from stagesim.scenario.reading.loader import ScenarioError
from stagesim.scenario.reading.overrides import settings_of
from stagesim.scenario.scenario import Changes, Scenario

T = TypeVar("T")

Watch = Callable[[Iterable[Any], int, str], Iterator[Any]]
"""Gets things as they are done, how many there will be, and what they are called; hands them on."""


def watched(watch: Watch | None, items: Iterable[T], total: int, unit: str) -> Iterable[T]:
    """The items as they are done, watched by whoever wants to."""
    return items if watch is None else watch(items, total, unit)


@dataclass(frozen=True, slots=True)
class Question:
    """A scenario, as it was given, with changes that hold throughout, and how it is simulated.

    `modes` None are the scenario's own. `asked` says what was asked beside scenario and code.
    """

    source: ScenarioLike = field(repr=False)
    sets: Changes = ()
    modes: tuple[str, ...] | None = None
    seed: int = 1
    executors: Executors = THIS_PROCESS
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    engine: EngineMaker | None = None
    asked: Origin = UNSAID

    @property
    def origin(self) -> Origin:
        """What was asked for."""
        asked = replace(self.asked, scenarios={"": self.given})
        return asked.played_by(self.behaviours, self.engine)

    @property
    def given(self) -> Given:
        """How the scenario was given."""
        return given(self.source, self.sets)[1]

    def played_by(self, behaviours: Mapping[str, Behaviour]) -> "Question":
        """The same, with code of the user's in the place of groups."""
        return replace(self, behaviours=behaviours)

    def scenario(self, settings: Iterable[str] = ()) -> Scenario:
        """The scenario with these settings on top."""
        return read_anything(self.source, (*settings_of(self.sets), *settings))

    def check_varied(self, varied: Sequence[str], settings: Sequence[str], whose: str) -> None:
        """Raise StudyError where a key that is varied is set as well, by `whose`: then that would be passed over."""
        for path in (self.meant(each.partition("=")[0].strip()) for each in settings):
            if path in varied:
                raise StudyError(f"`{path}` is varied, and {whose} sets it\n  hint: leave out one of the two")

    def meant(self, path: str) -> str:
        """The key that is varied by a path: the `count` of groups that have counts of their own is that of the first.

        Where the groups have shares of it, it is that of all of them.
        """
        field, _, key = path.partition(".")
        if field not in FIELDS or key != "count":
            return path
        groups: Mapping[str, Participants | Moderators] = getattr(self.scenario(), field)
        total = sum(group.count or 0 for group in groups.values())
        try:
            self.scenario([f"{path}={total}"])
        except ScenarioError:
            return f"{field}.groups.{next(iter(groups))}.count"
        return path

    def chosen(self, scenario: Scenario) -> tuple[str, ...]:
        """The modes that are to be simulated."""
        return chosen_modes(scenario, self.modes)

    def measured(
        self, scenario: Scenario, modes: Sequence[str], replications: Sequence[int]
    ) -> Iterator[tuple[str, Measured]]:
        """The mode and what was measured, by replication, then by mode; logs are dropped at once."""
        for outcome in self.outcomes(scenario, modes, replications):
            yield outcome.mode, outcome.measured

    def marked(
        self, scenario: Scenario, modes: Sequence[str], replications: Sequence[int]
    ) -> Iterator[tuple[str, Measured, bytes]]:
        """The same with a mark that two sessions share which have the same people and events."""
        for outcome in self.outcomes(scenario, modes, replications):
            people = "\0".join((*outcome.log.names, "", *outcome.log.groups)).encode()
            yield outcome.mode, outcome.measured, sha256(people + b"\1" + outcome.log.packed).digest()

    def outcomes(
        self, scenario: Scenario, modes: Sequence[str], replications: Sequence[int], *, explains: bool = False
    ) -> Iterator[Outcome]:
        """The outcomes in the same order; `explains` asks each of them what held people up."""
        job = Job(scenario, self.seed, self.behaviours, self.engine, explains=explains)
        yield from replicate(job, modes, replications, self.executors)
