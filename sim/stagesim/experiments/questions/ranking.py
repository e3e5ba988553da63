"""Which mode: a ranking by stated goals, how probable it is that each mode is best, and a selection that may be a tie.

The score of a session is the weight of the goals that it meets, as a share of all weights. Which mode is best is said
by the pairs of sessions, after looks that were declared beforehand, as in any comparison by one metric: a difference in
score within the indifference margin does not matter, and modes that are certainly within it are tied. The probability
of being best is a bootstrap over replications, all modes resampled together.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

from stagesim.experiments import pooling
from stagesim.experiments.questions.goals import check_limits, check_once, holds, interval, score, value
from stagesim.experiments.questions.question import Question, Watch, watched
from stagesim.experiments.study import StudyError, check_confidence
from stagesim.looks import BUDGET
from stagesim.metric_table import METRIC, silence
from stagesim.metrics import Measured
from stagesim.scenario.demands.goals import Goal
from stagesim.statistics import Interval, Says, among, mean_interval, paired, planned_looks

if TYPE_CHECKING:
    import pandas as pd

RESAMPLES: Final = 10_000
ALPHA: Final = 0.05
"""The error of everything that is said of being heard, work and disruption together."""

AIMS: Final = ("wishes_heard_share", "moderator_actions_per_wish_heard", "disrupted_time")
"""Being heard, moderator work and disruption: no weights are needed to see who is dominated."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One goal in one mode: the share of sessions that meet it, its metric over all sessions, and in how many nobody
    got to the stage whose wait it could be, or there was nothing to measure.
    """

    goal: Goal
    met_share: float
    mean: Interval
    unreached: int
    unmeasured: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """One mode: its score, how probable it is that it is best, and how it compares in what is aimed at."""

    mode: str
    score: Interval
    best_probability: float
    goals: tuple[Standing, ...] = field(repr=False)
    aims: tuple[Interval, ...] = field(repr=False)
    dominated_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankResults:
    """The modes from the best score to the worst, and what may be said: one mode in `best`, or several that are tied.

    `decided` is False where the sessions ran out before that: the modes in `best` are those that none is ahead of.
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
    horizon_ms: int


def rank_modes(
    question: Question,
    goals: Sequence[Goal],
    *,
    indifference: float = 0.05,
    confidence: float = 0.95,
    limit: int = BUDGET,
    watch: Watch | None = None,
) -> RankResults:
    """Simulate until it is decided which mode is best, at most `limit` sessions in each mode, and rank by the score."""
    scenario = question.scenario()
    modes = question.chosen(scenario)
    _check(goals, modes, indifference, limit)
    check_confidence(confidence)
    check_limits(goals, scenario)
    sessions: dict[str, list[Measured]] = {mode: [] for mode in modes}
    scores: dict[str, list[float]] = {mode: [] for mode in modes}
    at = planned_looks(limit)

    def looks() -> Iterator[tuple[tuple[str, ...], bool]]:
        """Who is best at each look, and whether that is decided."""
        for look, whole in enumerate(at):
            for mode, measured in question.measured(scenario, modes, range(len(sessions[modes[0]]), whole)):
                sessions[mode].append(measured)
                scores[mode].append(score(goals, measured))
            says = paired(scores, "higher", margin=indifference, alpha=1 - confidence, looks=at, look=look)
            yield _best(modes, says)

    said = [(modes, False)]
    for found in watched(watch, looks(), len(at), "looks"):
        said.append(found)
        if found[1]:
            break
    best, decided = said[-1]
    look = len(said) - 2
    ranked = _ranked(sessions, scores, goals, _probabilities(list(scores.values()), question.seed), (at, look))
    best = tuple(each.mode for each in ranked if each.mode in best)
    size = len(sessions[modes[0]])
    return RankResults(
        question,
        scenario.title,
        tuple(goals),
        ranked,
        best,
        decided,
        indifference,
        confidence,
        size,
        scenario.horizon_ms,
    )


def _check(goals: Sequence[Goal], modes: Sequence[str], indifference: float, limit: int) -> None:
    check_once(goals)
    if not goals:
        hint = "state `goals:` in the scenario, or a goal beside it, such as `p95(time_to_stage) < 60 s`"
        raise StudyError(f"no goals to rank the modes by\n  hint: {hint}")
    if len(modes) < 2:
        raise StudyError(f"expected several modes, got `{','.join(modes)}`\n  hint: name two or more `modes`")
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


def _best(modes: Sequence[str], says: Says) -> tuple[tuple[str, ...], bool]:
    """The modes at the top by the pairs, or while that is open those that none is ahead of; and if it is settled."""
    known = among(modes, says)
    top = tuple(mode for mode in modes if known[mode] in {"best", "tied", "alike"})
    return top or tuple(mode for mode in modes if known[mode] == "undecided"), bool(top)


def _ranked(
    sessions: Mapping[str, Sequence[Measured]],
    scores: Mapping[str, Sequence[float]],
    goals: Sequence[Goal],
    probabilities: Sequence[float],
    looks: tuple[Sequence[int], int],
) -> tuple[Ranked, ...]:
    aims = {mode: tuple(_aim(aim, each) for aim in AIMS) for mode, each in sessions.items()}
    ahead = _dominating(sessions, *looks)
    rows = [
        Ranked(
            mode,
            mean_interval(scores[mode]),
            probability,
            tuple(_standing(goal, sessions[mode]) for goal in goals),
            aims[mode],
            tuple(other for other in sessions if (other, mode) in ahead),
        )
        for mode, probability in zip(sessions, probabilities, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: -row.score.mean))


def _aim(aim: str, sessions: Sequence[Measured]) -> Interval:
    """An aim over all sessions; nothing where nobody gets to the stage in any."""
    found = pooling.interval(METRIC[aim], sessions)
    return replace(found, n=0) if _is_silent(aim, sessions) else found


def _is_silent(aim: str, sessions: Sequence[Measured]) -> bool:
    nothing = all(math.isnan(each) for each in pooling.values(METRIC[aim], sessions))
    return nothing or silence(aim, [session.figures for session in sessions]) is not None


def _dominating(sessions: Mapping[str, Sequence[Measured]], looks: Sequence[int], look: int) -> set[tuple[str, str]]:
    """The pairs of modes of which the first is shown to be better by one aim or more, and as good by the others."""
    values = {
        aim: {mode: pooling.values(METRIC[aim], each) for mode, each in sessions.items()}
        for aim in AIMS
        if not any(_is_silent(aim, each) for each in sessions.values())
    }
    if len(values) < len(AIMS):
        return set()
    alpha = ALPHA / len(AIMS)
    says = {
        aim: paired(each, METRIC[aim].better or "lower", alpha=alpha, looks=looks, look=look)
        for aim, each in values.items()
    }
    found = set()
    for one, other in permutations(sessions, 2):
        verdicts = {each(one, other) for each in says.values()}
        if "better" in verdicts and verdicts <= {"better", "equivalent"}:
            found.add((one, other))
    return found


def _standing(goal: Goal, sessions: Sequence[Measured]) -> Standing:
    measured = [value(goal, session) for session in sessions]
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
