"""What holds people up, in each mode, which limit binds, and what one more of each would give.

Every millisecond of a wish has one cause (`stagesim.metrics.causes`). One more place, one more moderator and a quicker
review are simulated with the same people, and compared with the scenario as it is, session by session.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from stagesim.eventlog.not_kept import NotKept
from stagesim.experiments.comparison.differences import Contrast, contrasts
from stagesim.experiments.comparison.pairs import Pair, Side
from stagesim.experiments.questions.question import Question, Watch, watched
from stagesim.experiments.questions.reliefs import Relief, reliefs
from stagesim.experiments.replications import Outcome
from stagesim.experiments.study import StudyError, check_confidence, known_metric, one_horizon
from stagesim.looks import EXPLAINED, FIRST_LOOK
from stagesim.metrics.causes import CAUSES, Cause
from stagesim.metrics.hold_ups import NOTHING, Held, HoldUps, total
from stagesim.scenario.scenario import Scenario
from stagesim.statistics import differences

METRICS: Final = ("wishes_heard_share", "time_to_stage_mean")
"""By what it is told what one more of each would give, unless other metrics are named."""

MOST_OF_IT: Final = (4, 5)
"""The minutes of a cause are the shortest stretch that has so much of its time, as a fraction."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What held people up in one mode, by session. `leading` are the causes that may hold up most: one alone where that
    is shown, none where nothing holds anybody up.
    """

    mode: str
    scenario: Scenario = field(repr=False)
    sessions: tuple[HoldUps, ...] = field(repr=False)
    leading: tuple[Cause, ...] = ()

    @property
    def of_all(self) -> Held:
        """The wishes of all sessions."""
        return total(each.of_all for each in self.sessions)

    @property
    def by_group(self) -> Mapping[str, Held]:
        """The wishes of all sessions, by the group of their person."""
        groups = dict.fromkeys(group for each in self.sessions for group in each.by_group)
        return {group: total(each.by_group.get(group, NOTHING) for each in self.sessions) for group in groups}

    def share(self, cause: Cause) -> float:
        """What part of all the time a cause has; 0 where there is none."""
        held = self.of_all
        return held.ms[CAUSES.index(cause)] / held.total_ms if held.total_ms else 0.0

    def minutes(self, cause: Cause) -> list[int]:
        """How long a cause held people up in each minute of the session, ms, over all sessions."""
        place = CAUSES.index(cause)
        length = max((len(each.minutes[place]) for each in self.sessions), default=0)
        return [
            sum(each.minutes[place][minute] for each in self.sessions if minute < len(each.minutes[place]))
            for minute in range(length)
        ]

    def stretch(self, cause: Cause) -> tuple[int, int]:
        """From the start of which minute to the end of which a cause has most of its time."""
        return busiest(self.minutes(cause))


def busiest(minutes: Sequence[int]) -> tuple[int, int]:
    """The shortest stretch of minutes with `MOST_OF_IT`, the first of those: the minute it begins with, and its end."""
    of, whole = MOST_OF_IT
    wanted = sum(minutes) * of
    best, first, held = (0, len(minutes)), 0, 0
    for last, ms in enumerate(minutes):
        held += ms
        while first <= last and (held - minutes[first]) * whole >= wanted:
            held -= minutes[first]
            first += 1
        if held * whole >= wanted and last + 1 - first < best[1] - best[0]:
            best = first, last + 1
    return best


@dataclass(frozen=True, slots=True)
class WhyResults:
    """What was found: a reason for each mode, and for each relief and metric the difference that it makes there."""

    question: Question
    title: str
    metrics: tuple[str, ...]
    reasons: tuple[Reason, ...]
    reliefs: tuple[Relief, ...]
    gains: tuple[Contrast, ...] = field(repr=False)
    replications: int
    confidence: float
    horizon_ms: int

    @property
    def decided(self) -> bool:
        """Whether it is shown in every mode what holds up most."""
        return all(len(each.leading) <= 1 for each in self.reasons)

    def gains_of(self, mode: str, relief: Relief) -> list[Contrast]:
        """What a relief gives in a mode, by metric."""
        return [each for each in self.gains if (each.pair.side.variant, each.pair.side.mode) == (relief.name, mode)]


def find_reasons(
    question: Question,
    metrics: Sequence[str] = METRICS,
    *,
    replications: int = FIRST_LOOK,
    confidence: float = 0.95,
    watch: Watch | None = None,
) -> WhyResults:
    """Find what holds people up, and what one more of each would give by these metrics."""
    if replications < 2:
        raise StudyError(f"expected 2 sessions or more, got `{replications}`\n  hint: {FIRST_LOOK} is usual")
    check_confidence(confidence)
    known = tuple(dict.fromkeys(map(known_metric, metrics or METRICS)))
    scenario, tried = question.scenario(), tuple(reliefs(question))
    sides = {"": scenario, **{each.name: question.scenario(each.settings) for each in tried}}
    modes, horizon_ms = question.chosen(scenario), one_horizon(sides.values())
    rounds = (
        (
            name,
            [_without_events(each) for each in question.outcomes(side, modes, range(replications), explains=not name)],
        )
        for name, side in sides.items()
    )
    outcomes: dict[tuple[str, str], list[Outcome]] = {(name, mode): [] for name in sides for mode in modes}
    for name, found in watched(watch, rounds, len(sides), "rounds"):
        for outcome in found:
            outcomes[name, outcome.mode].append(outcome)
    sessions = {mode: _hold_ups(outcomes["", mode]) for mode in modes}
    pairs = [
        Pair(Side(each.name, mode, tuple(outcomes[each.name, mode])), Side("", mode, tuple(outcomes["", mode])))
        for mode in modes
        for each in tried
    ]
    gains = tuple(contrasts(pairs, known, alpha=1 - confidence))
    return WhyResults(
        question,
        scenario.title,
        known,
        tuple(reasons(scenario, sessions, 1 - confidence)),
        tried,
        gains,
        replications,
        confidence,
        horizon_ms,
    )


def explain(question: Question, scenario: Scenario, mode: str, sessions: int) -> Reason:
    """What holds people up in one mode of a scenario, by `EXPLAINED` sessions at most: why a number does not help."""
    outcomes = question.outcomes(scenario, (mode,), range(min(sessions, EXPLAINED)), explains=True)
    return next(reasons(scenario, {mode: _hold_ups(outcomes)}))


def reasons(scenario: Scenario, sessions: Mapping[str, tuple[HoldUps, ...]], alpha: float = 0.05) -> Iterator[Reason]:
    """The reason of each mode. That a cause leads alone holds for all modes together: by the intervals of its
    differences to all others that hold anybody up (Bonferroni).
    """
    held = {mode: total(each.of_all for each in every).ms for mode, every in sessions.items()}
    first = {mode: ms.index(max(ms)) for mode, ms in held.items()}
    others = [
        (mode, place) for mode, ms in held.items() for place in range(len(ms)) if ms[place] and place != first[mode]
    ]
    pairs = [(_ms(sessions[mode], first[mode]), _ms(sessions[mode], place)) for mode, place in others]
    behind = {key for key, each in zip(others, differences(pairs, alpha=alpha), strict=True) if each.interval.low > 0}
    for mode, every in sessions.items():
        near = [place for place in range(len(CAUSES)) if (mode, place) in others and (mode, place) not in behind]
        leading = sorted([first[mode], *near], key=lambda place: -held[mode][place]) if any(held[mode]) else ()
        yield Reason(mode, scenario, every, tuple(CAUSES[place] for place in leading))


def _ms(sessions: Sequence[HoldUps], place: int) -> list[float]:
    return [float(each.of_all.ms[place]) for each in sessions]


def _hold_ups(outcomes: Iterable[Outcome]) -> tuple[HoldUps, ...]:
    return tuple(each.hold_ups for each in outcomes if each.hold_ups is not None)


def _without_events(outcome: Outcome) -> Outcome:
    return replace(outcome, log=NotKept(outcome.log))
