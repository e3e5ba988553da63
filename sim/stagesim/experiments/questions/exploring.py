"""A scenario beside itself with other values of its assumptions: the same people, a few sessions at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from stagesim.experiments.questions.factors import Bounds, bounds_of, value_in
from stagesim.experiments.replications import Job, Outcome, one
from stagesim.experiments.results import Results
from stagesim.experiments.study import StudyError
from stagesim.looks import FIRST_LOOK
from stagesim.scenario.demands.assumptions import Assumption
from stagesim.scenario.scenario import Scenario

FIRST: Final = 5
"""Sessions of a first picture: few enough for a second, enough to see what is large."""

GoOn = Callable[[], bool]
"""Whether what is being done is still wanted."""


@dataclass(frozen=True, slots=True)
class Dial:
    """An assumption that can be turned, its value in the scenario `now`, in the unit of its bounds, and its source."""

    bounds: Bounds
    now: float
    source: str


def dials(scenario: Scenario, assumptions: Sequence[Assumption]) -> tuple[Dial, ...]:
    """The dial of each assumption. StudyError where there is none, or where the scenario has no number at its key."""
    if not assumptions:
        hint = 'state `assumptions:` in the scenario, or give `ranges="audience.answer.accept=0.5:1"`'
        raise StudyError(f"no assumptions to vary\n  hint: {hint}")
    found = [_dial(scenario, each) for each in assumptions]
    paths = [each.bounds.path for each in found]
    if len(set(paths)) < len(paths):
        raise StudyError("expected each assumption once\n  hint: leave one of those with the same key out")
    return tuple(found)


def _dial(scenario: Scenario, assumption: Assumption) -> Dial:
    bounds = bounds_of(assumption.range)
    now = value_in(scenario, bounds)
    if now is None:
        what = f"`{bounds.path}` is not one number in this scenario, so that there is nothing to begin with"
        raise StudyError(
            f"{what}\n  hint: write the number into the scenario, or name the group: `audience.groups.NAME.`"
        )
    return Dial(bounds, now, assumption.source)


class Sessions:
    """The sessions of a scenario in some modes, as many as were asked for; what is there is not made again."""

    def __init__(self, scenario: Scenario, modes: tuple[str, ...], seed: int, variant: str) -> None:
        self.scenario, self.modes, self.seed, self.variant = scenario, modes, seed, variant
        self._job = Job(scenario, seed, keeps_logs=False)
        self._outcomes: list[Outcome] = []

    def grown(self, replications: int, goes_on: GoOn = lambda: True) -> Results | None:
        """The results of so many replications; None once they are not wanted, which is asked before each session."""
        count = len(self.modes)
        for place in range(len(self._outcomes), replications * count):
            if not goes_on():
                return None
            self._outcomes.append(one(self._job, self.modes[place % count], place // count))
        outcomes = tuple(self._outcomes[: replications * count])
        return Results(self.scenario, self.seed, self.modes, outcomes, variant=self.variant)


def sizes(most: int = FIRST_LOOK) -> list[int]:
    """How many sessions a picture has: few at first, then twice as many each time."""
    found = [FIRST]
    while found[-1] * 2 < most:
        found.append(found[-1] * 2)
    return [*(each for each in found if each < most), most]
