"""Staffing: the smallest value of a count, such as the number of moderators, that meets goals with stated confidence.
Or the largest, such as how many people a room can bear.

Both ends of the range are tried first: only they can show whether more is better or worse. Where exactly one of them
meets the goals, halving the range finds the edge between; where neither does, the middle says whether something between
may. Each value tried gets replications at looks that were declared before, until it is decided whether the goals are
met; the allowed error is shared among all decisions that the search can need and all goals, so that whatever is said of
one mode holds together.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from stagesim.experiments import pooling
from stagesim.experiments.questions.factors import is_count
from stagesim.experiments.questions.goals import check_limits, interval, is_met, nobody_on_stage, value
from stagesim.experiments.questions.question import Question, Watch, watched
from stagesim.experiments.questions.why import Reason, explain
from stagesim.experiments.study import StudyError, check_confidence
from stagesim.looks import BUDGET
from stagesim.metrics import Measured
from stagesim.scenario.demands.goals import Goal
from stagesim.scenario.scenario import Scenario
from stagesim.statistics import Interval, Look, planned_looks, spending_looks

if TYPE_CHECKING:
    import pandas as pd

Answer = Literal["met", "missed", "undecided"]
More = Literal["better", "worse", "no matter", "neither", "unknown"]
ANSWERS: Final[Mapping[bool | None, Answer]] = {True: "met", False: "missed", None: "undecided"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one goal at one value; `nobody` where it is about a wait for the stage that nobody reached."""

    goal: Goal
    answer: Answer
    interval: Interval
    nobody: bool = False


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


Notice = Callable[[str, Trial], None]
"""Gets a mode and what came of a value in it."""


@dataclass(frozen=True, slots=True)
class Size:
    """The answer for one mode: the smallest, or largest, `value` shown to meet the goals, or None; all trials by value.

    `more` is what the trials show of larger values. `better`, `worse`: one end of the range is shown to meet the goals,
    the other is not. `no matter`: the goals' metrics were the same in every session at both ends. `neither`: the goals
    are met in the middle, and at no end. `unknown`: both ends gave the same answer.

    `certain` says whether the value next to it was shown to miss the goals, or is outside the range; otherwise that one
    may do as well, and more sessions are needed to tell. Where there is no value, whether all that were tried were
    shown to miss them, and the `reason`: what holds people up at the highest value.
    """

    mode: str
    value: int | None
    certain: bool
    more: More
    trials: tuple[Trial, ...] = field(repr=False)
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched: a count at `path` from `low` to `high`, that meets all `goals` with `confidence`; the `largest`
    one, or else the smallest.
    """

    path: str
    goals: tuple[Goal, ...]
    low: int = 1
    high: int = 20
    confidence: float = 0.95
    budget: int = BUDGET
    largest: bool = False

    def looks(self) -> tuple[Look, ...]:
        """The looks of each decision, with its share of the allowed error."""
        ends_and_between = 2 + math.ceil(math.log2(max(1, self.high - self.low)))
        decisions = ends_and_between * len(self.goals)
        return spending_looks(planned_looks(self.budget), (1 - self.confidence) / decisions)


@dataclass(frozen=True, slots=True)
class SizeResults:
    """What the search found, mode by mode."""

    question: Question
    title: str
    search: Search
    sizes: tuple[Size, ...]
    horizon_ms: int


def find_sizes(
    question: Question, search: Search, notice: Notice | None = None, watch: Watch | None = None
) -> SizeResults:
    """Search in every mode. `notice` is told of every value tried."""
    _check(search)
    search = replace(search, path=question.meant(search.path))
    scenario = question.scenario([f"{search.path}={search.high}"])
    check_limits(search.goals, scenario)
    modes = question.chosen(scenario)
    each = (_Hunt(question, search, mode, notice).size() for mode in modes)
    sizes = tuple(watched(watch, each, len(modes), "modes"))
    return SizeResults(question, scenario.title, search, sizes, scenario.horizon_ms)


def _check(search: Search) -> None:
    if not is_count(search.path):
        hint = "vary a count, such as `moderators.count` or `room.stage_capacity`"
        raise StudyError(f"`{search.path}` is not a count of anything\n  hint: {hint}")
    if not search.goals:
        raise StudyError("no goal to meet\n  hint: state one, such as `p95(time_to_stage) < 60 s`")
    if not 0 <= search.low <= search.high:
        raise StudyError(f"expected a range, got `{search.low}` to `{search.high}`\n  hint: try 1 to 20")
    check_confidence(search.confidence)
    if search.budget < 2:
        raise StudyError(f"a budget of `{search.budget}` sessions decides nothing\n  hint: give {BUDGET} or more")


@dataclass(slots=True)
class _Hunt:
    """The search in one mode, with the values tried so far."""

    question: Question
    search: Search
    mode: str
    notice: Notice | None
    trials: dict[int, Trial] = field(default_factory=dict)
    sessions: dict[int, list[Measured]] = field(default_factory=dict)

    def size(self) -> Size:
        """Try both ends, and then what lies between as they ask for."""
        low, high = self.search.low, self.search.high
        at_low, at_high = self._meets(low), self._meets(high)
        wanted = high if self.search.largest else low
        if at_low and at_high:
            return self._found(wanted, self._idle() or "unknown")
        if not at_low and not at_high:
            return self._nothing()
        more: More = "better" if at_high else "worse"
        if self._meets(wanted):
            return self._found(wanted, more)
        return self._edge(*((low, high) if at_high else (high, low)), more)

    def _edge(self, not_met: int, met: int, more: More) -> Size:
        """Halve the range between a value that does not do and one that does."""
        while abs(met - not_met) > 1:
            middle = (not_met + met) // 2
            if self._meets(middle):
                met = middle
            else:
                not_met = middle
        return self._found(met, more, certain=self.trials[not_met].answer == "missed")

    def _nothing(self) -> Size:
        """No end meets the goals; whether the middle does, unless nothing differs between the ends."""
        more = self._idle()
        middle = (self.search.low + self.search.high) // 2
        if more is None and self._meets(middle):
            return self._found(None, "neither", certain=False)
        certain = all(trial.answer == "missed" for trial in self.trials.values())
        return replace(self._found(None, more or "unknown", certain=certain), reason=self._reason())

    def _reason(self) -> Reason:
        """What holds people up at the highest value."""
        scenario = self.question.scenario([f"{self.search.path}={self.search.high}"])
        return explain(self.question, scenario, self.mode, self.trials[self.search.high].replications)

    def _found(self, value: int | None, more: More, *, certain: bool = True) -> Size:
        return Size(self.mode, value, certain, more, tuple(self.trials[value] for value in sorted(self.trials)))

    def _idle(self) -> Literal["no matter"] | None:
        """Whether the value changed nothing that the goals are about, in any session that both ends have."""
        low, high = self.search.low, self.search.high
        at_low, at_high = self.sessions[low], self.sessions[high]
        shared = min(len(at_low), len(at_high))
        same = all(
            repr(value(goal, one)) == repr(value(goal, other))
            for goal in self.search.goals
            for one, other in zip(at_low[:shared], at_high[:shared], strict=True)
        )
        return "no matter" if same and low < high else None

    def _meets(self, value: int) -> bool:
        """Whether a value is shown to meet the goals; it is tried once."""
        return (self.trials.get(value) or self.trial(value)).answer == "met"

    def trial(self, value: int) -> Trial:
        """Simulate until it is decided, or the budget is spent."""
        scenario = self.question.scenario([f"{self.search.path}={value}"])
        looks, sessions = self.search.looks(), list[Measured]()
        trial = Trial(value, 0, ())
        for look in looks:
            sessions += self._sessions(scenario, range(len(sessions), look.n))
            findings = tuple(finding(goal, sessions, looks) for goal in self.search.goals)
            trial = Trial(value, look.n, findings)
            if trial.answer != "undecided":
                break
        self.trials[value], self.sessions[value] = trial, sessions
        if self.notice is not None:
            self.notice(self.mode, trial)
        return trial

    def _sessions(self, scenario: Scenario, replications: Sequence[int]) -> list[Measured]:
        return [measured for _, measured in self.question.measured(scenario, (self.mode,), replications)]


def finding(goal: Goal, sessions: Sequence[Measured], looks: Sequence[Look]) -> Finding:
    """Whether the metric over all possible sessions meets the goal, as far as these sessions tell.

    A wait for the stage where nobody gets there is beyond every limit.
    """
    comparison, limit = goal.comparison, goal.comparison.limit.offset
    if nobody_on_stage(goal, sessions):
        return Finding(goal, "missed" if comparison.upper else "met", interval(goal, sessions), nobody=True)
    decision = pooling.decided(comparison.metric, sessions, looks, limit)
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
            "nobody_on_stage": found.nobody,
            "replications": trial.replications,
            "answer": found.answer,
            "chosen": trial.value == size.value,
        }
        for size in results.sizes
        for trial in size.trials
        for found in trial.findings
    ]
    return pd.DataFrame(rows)
