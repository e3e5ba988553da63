"""Expectations of metrics: the mean over the replications against a limit, at looks that spend the error.

The unit is the replication. A limit by a baseline is compared replication by replication, on the same draws, so that
only what has changed counts.
"""

import math
from dataclasses import dataclass, field, replace

from stagesim.exit_codes import ExitCode
from stagesim.experiments import pooling
from stagesim.experiments.questions.goals import is_met
from stagesim.experiments.replications import Outcome
from stagesim.metrics import Measured
from stagesim.scenario.demands.comparisons import written
from stagesim.scenario.demands.statements import Expectation
from stagesim.statistics import Decision, decide, spending_looks
from stagesim.testing.baselines.baseline import Baseline, BaselineError, Values, same_values
from stagesim.testing.baselines.fit import check_engine
from stagesim.testing.gate.pooled import VERDICTS, ExpectedPooled, nobody_on_stage, part_of, ways_out
from stagesim.testing.gate.verdicts import Finding, Kind, Question, Verdict, limits_said


def expected(
    stated: Expectation,
    mode: str,
    line: int | None,
    looks: tuple[int, ...],
    exact: bool = False,
    baseline: Baseline | None = None,
    fault: str = "no baseline was given",
) -> Question:
    """The question that an expectation raises in one mode."""
    if stated.comparison.metric.pooled and not stated.comparison.limit.needs_baseline:
        return ExpectedPooled(stated, mode, line, looks, exact)
    return Expected(stated, mode, line, looks, exact, baseline, fault)


@dataclass(slots=True)
class Expected:
    """One expectation of a mean over the replications, or of a limit by a baseline, in one mode.

    `looks` are those of the check, without the one after a single replication; where a baseline is the limit they end
    with it.

    `exact` says that the scenario leaves nothing to chance: then one replication says everything. `fault` is why there
    is no baseline, where one is needed.
    """

    stated: Expectation
    mode: str
    line: int | None
    looks: tuple[int, ...]
    exact: bool = False
    baseline: Baseline | None = None
    fault: str = "no baseline was given"
    kind: Kind = "expectation"
    lasting: bool = False
    numbers: list[int] = field(default_factory=list)
    sessions: list[Measured] = field(default_factory=list)

    @property
    def end(self) -> int | None:
        """Where the baseline ends, there is no more to compare with."""
        return None if self.baseline is None else self.baseline.replications

    @property
    def name(self) -> str:
        """The expectation as it was written."""
        return self.stated.title

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks for pytest."""
        return self.stated.marks

    def see(self, outcome: Outcome) -> None:
        """Keep what was measured, unless the baseline is another engine's."""
        if self.baseline is not None:
            try:
                check_engine(self.baseline, outcome.log)
            except BaselineError as error:
                self.baseline, self.fault = None, str(error).partition("\n")[0]
        if self.end is None or outcome.replication < self.end:
            self.numbers.append(outcome.replication)
            self.sessions.append(outcome.measured)

    @property
    def _values(self) -> list[float]:
        """A value for each replication."""
        return pooling.values(self.stated.comparison.metric, self.sessions, *part_of(self.stated))

    def judge(self, n: int, last: bool) -> Finding:
        """Say what the looks so far say."""
        if self.stated.comparison.limit.needs_baseline:
            try:
                kept = self._kept()
                if last and self._is_unchanged(kept):
                    said = f"as in the baseline, in all {len(self.sessions)} replications"
                    return Finding(Verdict.PASS, said, len(self.sessions))
                return self._judge(self._excess(kept), n, last)
            except BaselineError as error:
                verdict = Verdict.FAIL if last else Verdict.UNDECIDED
                said, *details = str(error).splitlines()
                return Finding(verdict, said, 0, tuple(details), None, ExitCode.BASELINE)
        return self._judge(self._values, n, last)

    def _judge(self, values: list[float], n: int, last: bool) -> Finding:
        have = [value for value in values if not math.isnan(value)]
        if have and (nobody := nobody_on_stage(self.stated, self.sessions)) is not None:
            return nobody
        if not have:
            return Finding(
                Verdict.UNDECIDED, f"no samples: nothing to measure in {n} replications", 0, code=ExitCode.NOTHING
            )
        limit = self._limit()
        if self.exact:
            comparison = self.stated.comparison
            verdict = Verdict.PASS if comparison.holds(have[0], limit) else Verdict.FAIL
            return Finding(verdict, f"it is {written(have[0], comparison.metric)}, without chance", n)
        return self._decided(values, len(have), limit, last)

    def _decided(self, values: list[float], have: int, limit: float, last: bool) -> Finding:
        looks = spending_looks(self.looks, 1 - self.stated.confidence) if min(self.looks) > 1 else ()
        answer = decide(values, looks, limit, self.stated.margin_value)
        said = self._said(answer, [value for value in values if not math.isnan(value)])
        if have < self.stated.samples:
            said = f"{have} of the {self.stated.samples} samples that are needed{'' if last else ' so far'}; {said}"
            return Finding(Verdict.UNDECIDED, said, have)
        verdict = VERDICTS[is_met(self.stated.comparison, answer, limit, self.stated.margin_value)]
        return Finding(verdict, said, have, ways_out(verdict, last))

    def _limit(self) -> float:
        """The limit of the values that are judged: of the excess over the baseline, only the offset is left."""
        return self.stated.comparison.limit.offset

    def _kept(self) -> Values:
        """The values of the baseline in the replications so far."""
        if self.baseline is None:
            raise BaselineError(f"{self.fault}\n  hint: `stagesim baseline save` makes one")
        needed, there = self.stated.samples, self.baseline.replications
        if there < needed:
            raise BaselineError(
                f"the baseline `{self.baseline.name}` is too short: it has {there} replications, and {needed} are "
                f"needed\n  hint: `stagesim baseline save --replications {needed}`"
            )
        return self.baseline.kept(self.stated.comparison.metric, self.mode, self.numbers, *part_of(self.stated))

    def _is_unchanged(self, kept: Values) -> bool:
        """Whether every value is that of the baseline, and the limit leaves room for that: then chance has no say."""
        limit, upper = self.stated.comparison.limit, self.stated.comparison.upper
        have = sum(not math.isnan(value) for value in self._values)
        room = (limit.factor - 1, limit.offset) if upper else (1 - limit.factor, -limit.offset)
        allowed = min(room) >= 0 and (max(room) > 0 or self.stated.comparison.relation in {"<=", ">="})
        return allowed and have >= self.stated.samples and same_values(self._values, kept)

    def _excess(self, kept: Values) -> list[float]:
        """Each value less its share of the baseline's value in the same replication."""
        factor = self.stated.comparison.limit.factor
        return [value - factor * old for value, old in zip(self._values, kept, strict=True)]

    def _said(self, answer: Decision, values: list[float]) -> str:
        metric, found, have = self.stated.comparison.metric, answer.interval, len(values)
        of = " above its share of the baseline" if self.stated.comparison.limit.needs_baseline else ""
        if answer.look is None or math.isnan(found.low):
            mean = self._written(math.fsum(values) / have)
            return f"mean {mean}{of} in {have} replication{'s' * (have > 1)}: too few for a verdict"
        if metric.unit == "share" and not of:
            found = replace(found, low=max(found.low, 0.0), high=min(found.high, 1.0))
        return f"mean {self._written(found.mean)}{of}, {limits_said(found, self.stated.confidence, self._written)}"

    def _written(self, value: float) -> str:
        """A value with its unit; a difference to the baseline has digits enough to be seen, however small it is."""
        metric = self.stated.comparison.metric
        if not self.stated.comparison.limit.needs_baseline:
            return written(value, metric)
        return f"{value * 100:.3g} %" if metric.unit == "share" else f"{value:.3g} {metric.unit}"
