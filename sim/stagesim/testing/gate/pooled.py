"""Expectations of shares, average waits and quantiles: judged over all things of all replications together.

What is judged is a mean all the same, that of the sums of (y - limit), so that looks, error and margins are those of
every other expectation. Whoever never gets there counts: as not within, or as a wait as long as the horizon.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from stagesim.exit_codes import ExitCode
from stagesim.experiments import pooling
from stagesim.experiments.questions.goals import is_met
from stagesim.experiments.replications import Outcome
from stagesim.metric_table import Metric, silence
from stagesim.metrics import By, Measured, Tally, tally
from stagesim.scenario.demands.comparisons import written
from stagesim.scenario.demands.statements import Expectation
from stagesim.scenario.values.units import format_duration
from stagesim.statistics import Decision, share, spending_looks
from stagesim.testing.gate.verdicts import Finding, Kind, Verdict, limits_said

VERDICTS: Final = {True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.UNDECIDED}


def part_of(stated: Expectation) -> tuple[By, str]:
    """The part of the people that an expectation is about."""
    if stated.group is not None:
        return "group", stated.group
    return ("all", "") if stated.client is None else ("client", stated.client)


def nobody_on_stage(stated: Expectation, sessions: Sequence[Measured]) -> Finding | None:
    """What there is to say of a wait for the stage where nobody gets there: it is beyond every limit."""
    metric, n = stated.comparison.metric.name, len(sessions)
    if silence(metric, [each.part(*part_of(stated)) for each in sessions]) != "nobody on stage":
        return None
    verdict = Verdict.FAIL if stated.comparison.upper else Verdict.PASS
    return Finding(verdict, f"nobody got to the stage in {n} replication{'s' * (n > 1)}", n)


def ways_out(verdict: Verdict, last: bool) -> tuple[str, ...]:
    """What to do about an expectation that is still open at the end."""
    if verdict is not Verdict.UNDECIDED or not last:
        return ()
    return ("hint: `margin` says how near to the limit is as good as at it; a larger `--budget` narrows the interval",)


@dataclass(slots=True)
class ExpectedPooled:
    """One such expectation in one mode, with what each replication so far adds to it.

    `looks` are those of the check, without the one after a single replication; `exact` says that the scenario leaves
    nothing to chance: then one replication says everything.
    """

    stated: Expectation
    mode: str
    line: int | None
    looks: tuple[int, ...]
    exact: bool = False
    kind: Kind = "expectation"
    lasting: bool = False
    end: int | None = None
    sessions: list[Measured] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The expectation as it was written."""
        return self.stated.title

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks for pytest."""
        return self.stated.marks

    @property
    def _metric(self) -> Metric:
        return self.stated.comparison.metric

    @property
    def _things(self) -> str:
        return self._metric.per.replace("_", " ") if self._metric.within is None else self._metric.within.wait.things

    def see(self, outcome: Outcome) -> None:
        """Keep what was measured."""
        self.sessions.append(outcome.measured)

    def _counts(self) -> list[Tally]:
        by, value = part_of(self.stated)
        return [tally(self._metric, session, by, value) for session in self.sessions]

    def judge(self, n: int, last: bool) -> Finding:
        """Say what the looks so far say."""
        comparison, limit, counts = self.stated.comparison, self.stated.comparison.limit.offset, self._counts()
        have = sum(found.number > 0 for found in counts)
        if not have:
            said = f"no samples: no {self._things} in {n} replication{'s' * (n > 1)}"
            return Finding(Verdict.UNDECIDED, said, 0, code=ExitCode.NOTHING)
        if (nobody := nobody_on_stage(self.stated, self.sessions)) is not None:
            return nobody
        if self.exact:
            verdict = Verdict.PASS if comparison.holds(share(counts), limit) else Verdict.FAIL
            return Finding(verdict, f"it is {self._pooled(counts)}, without chance", n)
        looks = spending_looks(self.looks, 1 - self.stated.confidence) if min(self.looks) > 1 else ()
        answer = pooling.decided(
            self._metric, self.sessions, looks, limit, self.stated.margin_value, *part_of(self.stated)
        )
        said = self._said(answer, counts)
        if have < self.stated.samples:
            said = f"{have} of the {self.stated.samples} samples that are needed{'' if last else ' so far'}; {said}"
            return Finding(Verdict.UNDECIDED, said, have)
        verdict = VERDICTS[is_met(comparison, answer, limit, self.stated.margin_value)]
        return Finding(verdict, said, have, ways_out(verdict, last))

    def _said(self, answer: Decision, counts: list[Tally]) -> str:
        if answer.look is None or math.isnan(answer.interval.low):
            have = len(counts)
            return f"{self._pooled(counts)} in {have} replication{'s' * (have > 1)}: too few for a verdict"
        pooled = self._pooled(counts[: answer.look.n])
        limits = limits_said(answer.interval, self.stated.confidence, lambda end: written(end, self._metric))
        return f"{pooled}, {limits}"

    def _pooled(self, counts: list[Tally]) -> str:
        """`83.1 % of 1,234 requests decided within 20 s`, or `average 12.5 s over 1,234 wishes`."""
        figure, number = written(share(counts), self._metric), f"{sum(found.number for found in counts):,}"
        if self._metric.unit != "share":
            horizon = format_duration(max(session.horizon_ms for session in self.sessions))
            counted = f", at most {horizon} counted" if self._metric.limited else ""
            return f"average {figure} over {number} {self._things}{counted}"
        label = self._metric.label if self._metric.within is not None else ""
        return f"{figure} of {number} {self._things} {label}".rstrip()
