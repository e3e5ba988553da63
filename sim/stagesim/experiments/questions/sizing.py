"""Staffing: the smallest value of a count, such as the number of moderators, that meets goals with stated confidence.

More is taken to be never worse, so that halving the range finds the smallest value. Each value tried gets replications
at looks that were declared before, until it is decided whether the goals are met; the allowed error is shared among all
decisions that the search can need and all goals, so that whatever is said of one mode holds together.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from stagesim.experiments.questions.factors import is_count
from stagesim.experiments.questions.goals import is_met, values
from stagesim.experiments.questions.question import Question
from stagesim.experiments.replications import Figures
from stagesim.experiments.study import StudyError
from stagesim.looks import BUDGET
from stagesim.scenario.demands.goals import Goal
from stagesim.scenario.scenario import Scenario
from stagesim.statistics import Interval, Look, decide, planned_looks, spending_looks, t_interval

if TYPE_CHECKING:
    import pandas as pd

Answer = Literal["met", "missed", "undecided"]
ANSWERS: Final[Mapping[bool | None, Answer]] = {True: "met", False: "missed", None: "undecided"}
Notice = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one goal at one value: `unreached` sessions never got to the quantile that it is about."""

    goal: Goal
    answer: Answer
    interval: Interval
    unreached: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """One value in one mode, after `replications` sessions."""

    value: int
    replications: int
    findings: tuple[Finding, ...]

    @property
    def answer(self) -> Answer:
        """`met` if all goals are, `missed` if any is."""
        answers = {finding.answer for finding in self.findings}
        return "missed" if "missed" in answers else "undecided" if "undecided" in answers else "met"


@dataclass(frozen=True, slots=True)
class Size:
    """The answer for one mode: the `smallest` value shown to meet the goals, or None; all trials, by value.

    `certain` says whether the value below was shown to miss them, or is outside the range; otherwise a smaller one may
    do, and more sessions are needed to tell. Where there is no such value, whether the largest was shown to miss them.
    """

    mode: str
    smallest: int | None
    certain: bool
    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched: a count at `path` from `low` to `high`, that meets all `goals` with `confidence`."""

    path: str
    goals: tuple[Goal, ...]
    low: int = 1
    high: int = 20
    confidence: float = 0.95
    budget: int = BUDGET

    def looks(self) -> tuple[Look, ...]:
        """The looks of each decision, with its share of the allowed error."""
        decisions = math.ceil(math.log2(self.high - self.low + 2)) * len(self.goals)
        return spending_looks(planned_looks(self.budget), (1 - self.confidence) / decisions)


@dataclass(frozen=True, slots=True)
class SizeResults:
    """What the search found, mode by mode."""

    question: Question
    title: str
    search: Search
    sizes: tuple[Size, ...]


def find_sizes(question: Question, search: Search, notice: Notice | None = None) -> SizeResults:
    """Search in every mode. `notice` is told of every value tried."""
    _check(search)
    scenario = question.scenario([f"{search.path}={search.high}"])
    sizes = tuple(_Hunt(question, search, mode, notice).size() for mode in question.chosen(scenario))
    return SizeResults(question, scenario.title, search, sizes)


def _check(search: Search) -> None:
    if not is_count(search.path):
        hint = "vary a count, such as `moderators.count` or `room.stage_capacity`"
        raise StudyError(f"`{search.path}` is not a count of anything\n  hint: {hint}")
    if not search.goals:
        raise StudyError('no goal to meet\n  hint: state one, such as `--goal "p95(time_to_stage) < 60 s"`')
    if not 0 <= search.low <= search.high:
        raise StudyError(f"expected a range, got `{search.low}` to `{search.high}`\n  hint: try 1 to 20")
    if not 0.5 <= search.confidence < 1:
        raise StudyError(f"expected a confidence from 0.5 to 1, got `{search.confidence:g}`\n  hint: 0.95 is usual")
    if search.budget < 2:
        raise StudyError(f"a budget of `{search.budget}` sessions decides nothing\n  hint: give 20 or more")


@dataclass(slots=True)
class _Hunt:
    """The search in one mode, with the values tried so far."""

    question: Question
    search: Search
    mode: str
    notice: Notice | None
    trials: dict[int, Trial] = field(default_factory=dict)

    def size(self) -> Size:
        """Halve the range between what is known not to do and what is known to do."""
        below, enough = self.search.low - 1, self.search.high + 1
        while enough - below > 1:
            middle = (below + enough) // 2
            if self.trial(middle).answer == "met":
                enough = middle
            else:
                below = middle
        smallest = enough if enough <= self.search.high else None
        certain = below < self.search.low or self.trials[below].answer == "missed"
        return Size(self.mode, smallest, certain, tuple(self.trials[value] for value in sorted(self.trials)))

    def trial(self, value: int) -> Trial:
        """Simulate until it is decided, or the budget is spent."""
        scenario = self.question.scenario([f"{self.search.path}={value}"])
        looks, sessions = self.search.looks(), list[Figures]()
        trial = Trial(value, 0, ())
        for look in looks:
            sessions += self._sessions(scenario, range(len(sessions), look.n))
            trial = Trial(value, look.n, tuple(finding(goal, sessions, looks) for goal in self.search.goals))
            if trial.answer != "undecided":
                break
        self.trials[value] = trial
        if self.notice is not None:
            self.notice(f"{self.mode}: {self.search.path} {value}: {trial.answer} after {trial.replications} sessions")
        return trial

    def _sessions(self, scenario: Scenario, replications: Sequence[int]) -> list[Figures]:
        return [figures for _, figures in self.question.figures(scenario, (self.mode,), replications)]


def finding(goal: Goal, sessions: Sequence[Figures], looks: Sequence[Look]) -> Finding:
    """Whether the mean over all possible sessions meets the goal, as far as these sessions tell.

    A quantile that even one session never reaches has no finite mean: a goal to stay below a limit is then missed.
    """
    comparison = goal.comparison
    measured = values(goal, sessions)
    unreached = sum(map(math.isinf, measured))
    if unreached:
        found = t_interval([math.nan if math.isinf(each) else each for each in measured])
        return Finding(goal, "missed" if comparison.upper else "met", found, unreached)
    limit = comparison.limit.offset
    decision = decide(measured, looks, limit)
    return Finding(goal, ANSWERS[is_met(comparison, decision, limit)], decision.interval)


def size_frame(results: SizeResults) -> "pd.DataFrame":
    """One row a mode, value tried and goal."""
    import pandas as pd

    rows = [
        {
            "mode": size.mode,
            results.search.path: trial.value,
            "goal": found.goal.that,
            "mean": found.interval.mean,
            "low": found.interval.low,
            "high": found.interval.high,
            "unreached": found.unreached,
            "replications": trial.replications,
            "answer": found.answer,
            "smallest": trial.value == size.smallest,
        }
        for size in results.sizes
        for trial in size.trials
        for found in trial.findings
    ]
    return pd.DataFrame(rows)
