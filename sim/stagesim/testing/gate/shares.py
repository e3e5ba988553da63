"""Expectations of shares within a time, and of quantiles: judged over all replications together.

What is judged is a mean all the same, that of the sums of (y - limit), so that looks, error and margins are those of
every other expectation. Whoever never gets there counts as not within.
"""

from dataclasses import dataclass, field
from typing import Final

from stagesim.exit_codes import ExitCode
from stagesim.experiments.questions.goals import is_met
from stagesim.experiments.replications import Outcome
from stagesim.metric_table import Within
from stagesim.metrics import By, Tally, tally
from stagesim.scenario.demands.comparisons import written
from stagesim.scenario.demands.statements import Expectation
from stagesim.statistics import Decision, decide_share, share, spending_looks
from stagesim.testing.gate.verdicts import Finding, Kind, Verdict

VERDICTS: Final = {True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.UNDECIDED}


@dataclass(slots=True)
class ExpectedShare:
    """One such expectation in one mode, with how many of how many got there in time in each replication so far.

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
    counts: list[Tally] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The expectation as it was written."""
        return self.stated.title

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks for pytest."""
        return self.stated.marks

    @property
    def _within(self) -> Within:
        within = self.stated.comparison.metric.within
        assert within is not None
        return within

    def see(self, outcome: Outcome) -> None:
        """Count who got there in time, of how many."""
        by, value = self._part()
        self.counts.append(tally(self._within, outcome.times, by, value))

    def _part(self) -> tuple[By, str]:
        if self.stated.group is not None:
            return "group", self.stated.group
        return ("all", "") if self.stated.client is None else ("client", self.stated.client)

    def judge(self, n: int, last: bool) -> Finding:
        """Say what the looks so far say."""
        comparison, limit = self.stated.comparison, self.stated.comparison.limit.offset
        have = sum(found.number > 0 for found in self.counts)
        if not have:
            said = f"no samples: no {self._within.wait.things} in {n} replication{'s' * (n > 1)}"
            return Finding(Verdict.UNDECIDED, said, 0, code=ExitCode.NOTHING)
        if self.exact:
            verdict = Verdict.PASS if comparison.holds(share(self.counts), limit) else Verdict.FAIL
            return Finding(verdict, f"it is {self._pooled(self.counts)}, without chance", n)
        looks = spending_looks(self.looks, 1 - self.stated.confidence) if min(self.looks) > 1 else ()
        answer = decide_share(self.counts, looks, limit, self.stated.margin_value)
        said = self._said(answer)
        if have < self.stated.samples:
            said = f"{have} of the {self.stated.samples} samples that are needed{'' if last else ' so far'}; {said}"
            return Finding(Verdict.UNDECIDED, said, have)
        return Finding(VERDICTS[is_met(comparison, answer, limit, self.stated.margin_value)], said, have)

    def _said(self, answer: Decision) -> str:
        if answer.look is None:
            have = len(self.counts)
            return f"{self._pooled(self.counts)} in {have} replication{'s' * (have > 1)}: too few for a verdict"
        metric, found = self.stated.comparison.metric, answer.interval
        low, high = (written(end, metric) for end in (found.low, found.high))
        percent = f"{self.stated.confidence * 100:g} %"
        pooled = self._pooled(self.counts[: answer.look.n])
        return f"{pooled}, {percent} interval {low} to {high}, {found.n} replications"

    def _pooled(self, counts: list[Tally]) -> str:
        """`83.1 % of 1,234 requests decided within 20 s`."""
        metric, number = self.stated.comparison.metric, sum(found.number for found in counts)
        return f"{written(share(counts), metric)} of {number:,} {self._within.wait.things} {metric.label}"
