"""Which mode: a ranking by stated goals, how probable it is that each mode is best, and a selection that may be a tie.

The score of a session is the weight of the goals that it meets, as a share of all weights. The probability of being
best is a bootstrap over replications, all modes resampled together. The selection is Kim and Nelson's, on the same
sessions: where it picks a mode, that is the best one with the stated confidence, if it is ahead by the indifference
margin or more. A mode that is certainly within that margin of the one selected is tied with it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stagesim.experiments.questions.goals import holds, interval, score, values
from stagesim.experiments.questions.question import Question
from stagesim.experiments.study import StudyError
from stagesim.looks import BUDGET
from stagesim.metrics import Measured
from stagesim.scenario.demands.goals import Goal
from stagesim.statistics import Interval, Selection, kim_nelson, paired_interval, t_interval

if TYPE_CHECKING:
    import pandas as pd

FIRST: Final = 20
BATCH: Final = 20
RESAMPLES: Final = 10_000
AIMS: Final = ("time_to_stage_mean", "moderator_actions_per_hour", "disrupted_time")
"""Wait, moderator work and disruption: less is better of each, and no weights are needed to see who is dominated."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One goal in one mode: the share of sessions that meet it, the mean (of a share within a time, the share over all
    sessions), and how many never reached it or had nothing to measure.
    """

    goal: Goal
    met_share: float
    mean: Interval
    unreached: int
    unmeasured: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """One mode: its score, how probable it is that it is best, and how it compares in wait, work and disruption."""

    mode: str
    score: Interval
    best_probability: float
    goals: tuple[Standing, ...]
    aims: tuple[Interval, ...]
    dominated_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankResults:
    """The modes from the best score to the worst, and what may be said: one mode in `best`, or several that are tied.

    `decided` is False where the sessions ran out before the selection was made: the modes in `best` are those left.
    """

    question: Question
    title: str
    goals: tuple[Goal, ...]
    modes: tuple[Ranked, ...]
    best: tuple[str, ...]
    decided: bool
    indifference: float
    confidence: float
    replications: int


def rank_modes(
    question: Question,
    goals: Sequence[Goal],
    *,
    indifference: float = 0.05,
    confidence: float = 0.95,
    limit: int = BUDGET,
) -> RankResults:
    """Simulate until a mode is selected, at most `limit` sessions in each mode, and rank by the score."""
    scenario = question.scenario()
    modes = question.chosen(scenario)
    _check(goals, modes, indifference, limit)
    sessions: dict[str, list[Measured]] = {mode: [] for mode in modes}

    def more(mode: str, count: int) -> None:
        start = len(sessions[mode])
        found = question.measured(scenario, (mode,), range(start, min(limit, start + count)))
        sessions[mode] += [measured for _, measured in found]

    taken = dict.fromkeys(modes, 0)

    def draw(system: int, count: int) -> list[float]:
        mode = modes[system]
        while len(sessions[mode]) < taken[mode] + count:
            more(mode, BATCH)
        taken[mode] += count
        return [score(goals, each) for each in sessions[mode][taken[mode] - count : taken[mode]]]

    first = min(FIRST, limit)
    selection = kim_nelson(draw, len(modes), indifference, alpha=1 - confidence, first=first, limit=limit)
    # Modes that dropped out get as many sessions as the others: the bootstrap and the intervals take them together.
    whole = max(map(len, sessions.values()))
    for mode in modes:
        more(mode, whole - len(sessions[mode]))
    scores = [[score(goals, each) for each in sessions[mode]] for mode in modes]
    ranked = _ranked(modes, [sessions[mode] for mode in modes], scores, goals, _probabilities(scores, question.seed))
    best, decided = _best(selection, scores, indifference, confidence)
    names = tuple(modes[place] for place in best)
    return RankResults(question, scenario.title, tuple(goals), ranked, names, decided, indifference, confidence, whole)


def _check(goals: Sequence[Goal], modes: Sequence[str], indifference: float, limit: int) -> None:
    if not goals:
        hint = 'state `goals:` in the scenario, or give `--goal "p95(time_to_stage) < 60 s"`'
        raise StudyError(f"no goals to rank the modes by\n  hint: {hint}")
    if len(modes) < 2:
        raise StudyError(f"expected several modes, got `{','.join(modes)}`\n  hint: name two or more with `--modes`")
    if not 0 < indifference < 1:
        hint = "0.05 means that a twentieth of all weights does not matter"
        raise StudyError(f"expected an indifference between 0 and 1, got `{indifference:g}`\n  hint: {hint}")
    if limit < 2:
        raise StudyError(f"expected 2 sessions or more in each mode, got `{limit}`\n  hint: {BUDGET} is usual")


def _probabilities(scores: Sequence[Sequence[float]], seed: int) -> list[float]:
    """How often each mode has the best mean among resampled sessions; where several have, they share it."""
    import numpy as np

    values: Any = np.array(scores)
    drawn = np.random.default_rng(seed).integers(0, values.shape[1], size=(RESAMPLES, values.shape[1]))
    means = np.array([mode[drawn].mean(axis=1) for mode in values]).round(12)
    best = means == means.max(axis=0)
    return [float(share) for share in (best / best.sum(axis=0)).mean(axis=1)]


def _best(
    selection: Selection, scores: Sequence[Sequence[float]], indifference: float, confidence: float
) -> tuple[list[int], bool]:
    """The modes that nobody can tell to be worse than the one selected, and whether that is settled."""
    others = [place for place in range(len(scores)) if place != selection.best]
    # The intervals of all pairs hold together.
    each = 1 - (1 - confidence) / len(others)
    apart = {place: paired_interval(scores[selection.best], scores[place], each) for place in others}
    tied = [place for place in others if -indifference <= apart[place].low and apart[place].high <= indifference]
    open_yet = [place for place in selection.left if place != selection.best and place not in tied]
    best = sorted({selection.best, *tied, *open_yet}, key=lambda place: -math.fsum(scores[place]))
    return best, selection.decided or not open_yet


def _ranked(
    modes: Sequence[str],
    sessions: Sequence[Sequence[Measured]],
    scores: Sequence[Sequence[float]],
    goals: Sequence[Goal],
    probabilities: Sequence[float],
) -> tuple[Ranked, ...]:
    aims = [tuple(t_interval([session.figures[aim] for session in each]) for aim in AIMS) for each in sessions]
    rows = [
        Ranked(
            mode,
            t_interval(scores[place]),
            probabilities[place],
            tuple(_standing(goal, sessions[place]) for goal in goals),
            aims[place],
            tuple(other for at, other in enumerate(modes) if dominates(aims[at], aims[place])),
        )
        for place, mode in enumerate(modes)
    ]
    return tuple(sorted(rows, key=lambda row: -row.score.mean))


def dominates(one: Sequence[Interval], other: Sequence[Interval]) -> bool:
    """Whether the means of one are nowhere greater, and somewhere less."""
    pairs = [(mine.mean, yours.mean) for mine, yours in zip(one, other, strict=True)]
    return all(mine <= yours for mine, yours in pairs) and any(mine < yours for mine, yours in pairs)


def _standing(goal: Goal, sessions: Sequence[Measured]) -> Standing:
    measured = values(goal, sessions)
    return Standing(
        goal,
        sum(holds(goal, each) for each in measured) / len(measured),
        interval(goal, sessions),
        sum(map(math.isinf, measured)),
        sum(map(math.isnan, measured)),
    )


def rank_frame(results: RankResults) -> "pd.DataFrame":
    """One row a mode, from the best score to the worst."""
    import pandas as pd

    rows = [
        {
            "mode": each.mode,
            "score": each.score.mean,
            "low": each.score.low,
            "high": each.score.high,
            "best_probability": each.best_probability,
            "selected": each.mode in results.best,
            **{f"met: {found.goal.that}": found.met_share for found in each.goals},
            **{aim: found.mean for aim, found in zip(AIMS, each.aims, strict=True)},
            "dominated_by": ", ".join(each.dominated_by),
        }
        for each in results.modes
    ]
    return pd.DataFrame(rows)
