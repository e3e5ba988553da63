"""Expectations of metrics: the mean over the replications against a limit, at looks that spend the error.

The unit is the replication. A limit by a baseline is compared replication by replication, on the same draws, so that
only what has changed counts.
"""

import math
from dataclasses import dataclass, field
from typing import Final

from stagesim.exit_codes import ExitCode
from stagesim.experiments.questions.goals import is_met
from stagesim.experiments.replications import Outcome
from stagesim.metric_table import never_reached, silence
from stagesim.scenario.demands.comparisons import written
from stagesim.scenario.demands.statements import Expectation
from stagesim.statistics import Decision, decide, spending_looks
from stagesim.testing.baselines.baseline import Baseline, BaselineError, check_engine
from stagesim.testing.gate.verdicts import Finding, Kind, Verdict

VERDICTS: Final = {True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.UNDECIDED}


@dataclass(slots=True)
class Expected:
    """One expectation in one mode. `looks` are those of the check, without the one after a single replication.

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
    values: list[float] = field(default_factory=list)
    unreached: list[int] = field(default_factory=list)
    somebody: bool = False

    @property
    def name(self) -> str:
        """The expectation as it was written."""
        return self.stated.title

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks for pytest."""
        return self.stated.marks

    def see(self, outcome: Outcome) -> None:
        """Keep the value, the number of a replication in which a quantile was never reached, and if anybody gets to
        where the metric leads.
        """
        if self.baseline is not None:
            try:
                check_engine(self.baseline, outcome.log)
            except BaselineError as error:
                self.baseline, self.fault = None, str(error).partition("\n")[0]
        figures = outcome.metrics
        if self.stated.group is not None:
            figures = outcome.by_group.get(self.stated.group, {})
        elif self.stated.client is not None:
            figures = outcome.by_client.get(self.stated.client, {})
        metric = self.stated.comparison.metric.name
        if figures and never_reached(metric, figures):
            self.unreached.append(outcome.replication)
        self.somebody |= silence(metric, [figures]) != "nobody served"
        self.values.append(figures.get(metric, math.nan))

    def judge(self, n: int, last: bool) -> Finding:
        """Say what the looks so far say."""
        if self.stated.comparison.limit.needs_baseline:
            try:
                return self._judge(self._excess(), n, last)
            except BaselineError as error:
                verdict = Verdict.FAIL if last else Verdict.UNDECIDED
                said, *details = str(error).splitlines()
                return Finding(verdict, said, 0, tuple(details), None, ExitCode.BASELINE)
        return self._judge(self.values, n, last)

    def _judge(self, values: list[float], n: int, last: bool) -> Finding:
        have = [value for value in values if not math.isnan(value)]
        if self.unreached:
            return self._never_reached(len(have))
        if have and not self.somebody:
            verdict = Verdict.FAIL if self.stated.comparison.upper else Verdict.PASS
            return Finding(verdict, f"nobody got to the stage in {n} replications", n)
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
        return Finding(VERDICTS[is_met(self.stated.comparison, answer, limit, self.stated.margin_value)], said, have)

    def _never_reached(self, have: int) -> Finding:
        """A quantile that was not reached is beyond every limit, and so is the mean over the replications."""
        verdict = Verdict.FAIL if self.stated.comparison.upper else Verdict.PASS
        count = len(self.unreached)
        said = f"never reached in {count} of {have + count} replications: fewer got there than the quantile asks for"
        hint = "hint: expect a share, such as `share of wishes on stage within 60 s >= 80 %`"
        return Finding(verdict, said, have + count, (hint,), self.unreached[0])

    def _limit(self) -> float:
        """The limit of the values that are judged: of the excess over the baseline, only the offset is left."""
        return self.stated.comparison.limit.offset

    def _excess(self) -> list[float]:
        """Each value less its share of the baseline's value in the same replication."""
        if self.baseline is None:
            raise BaselineError(f"{self.fault}\n  hint: `stagesim baseline save` makes one")
        metric, factor = self.stated.comparison.metric.name, self.stated.comparison.limit.factor
        if self.stated.group is not None:
            series = self.baseline.series(metric, self.mode, "group", self.stated.group)
        elif self.stated.client is not None:
            series = self.baseline.series(metric, self.mode, "client", self.stated.client)
        else:
            series = self.baseline.series(metric, self.mode)
        if len(series) < len(self.values) and len(series) < self.stated.samples:
            raise BaselineError(f"the baseline has {len(series)} replications\n  hint: save it with more")
        return [value - factor * old for value, old in zip(self.values, series, strict=False)]

    def _said(self, answer: Decision, values: list[float]) -> str:
        metric, found, have = self.stated.comparison.metric, answer.interval, len(values)
        of = " above its share of the baseline" if self.stated.comparison.limit.needs_baseline else ""
        if answer.look is None or math.isnan(found.low):
            mean = written(math.fsum(values) / have, metric)
            return f"mean {mean}{of} in {have} replication{'s' * (have > 1)}: too few for a verdict"
        percent = f"{self.stated.confidence * 100:g} %"
        bounded = metric.unit == "share" and not self.stated.comparison.limit.needs_baseline
        ends = [min(max(end, 0.0), 1.0) if bounded else end for end in (found.low, found.high)]
        low, high = (written(end, metric) for end in ends)
        return f"mean {written(found.mean, metric)}{of}, {percent} interval {low} to {high}, {found.n} replications"
