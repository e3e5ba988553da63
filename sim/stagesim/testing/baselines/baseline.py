"""Baselines: what a scenario gave when somebody looked at it and found it good, in a file that is kept in git.

A baseline holds of every replication of each mode every metric, the digest of its log, and its decisions with who was
told of what. `baseline_file` reads and writes it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from stageaccess import EngineIdentity
from stagesim.engines.reel import unwound
from stagesim.engines.tape import Tape
from stagesim.errors import StagesimError
from stagesim.experiments import pooling
from stagesim.metrics import By, Metric, Times
from stagesim.scenario.demands.shares import metric_named
from stagesim.statistics import per_session

T = TypeVar("T")

Values = tuple[float, ...]
"""One metric, a value for each replication; not a number where there was nothing to measure."""

Table = Mapping[str, Mapping[str, Values]]
"""Mode -> metric -> values. For a part of the people the metric is `metric @ group=name` or `metric @ client=name`."""


TimesTable = Mapping[str, Mapping[str, tuple[Times, ...]]]
"""Mode -> name of a time -> the times of each replication, from which any share within a time can be told."""


class BaselineError(StagesimError):
    """A baseline that is missing, stale, narrower than what is asked of it, or of another scenario."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One acceptance: what was taken over from a later run, and why."""

    only: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a scenario gave.

    `situation` is the digest of the scenario without its rules, `settings` what it says. `logs` are digests, one for
    each replication of a mode, `reels` their decisions. `answers` and `commands` are digests of what was decided and of
    what was done, so that a change of names in the code is no change here. `made_by` is who decided.
    """

    title: str
    situation: str
    seed: int
    replications: int
    logs: Mapping[str, tuple[str, ...]]
    reels: Mapping[str, str]
    answers: str
    commands: str
    values: Table
    times: TimesTable
    versions: Mapping[str, str]
    made_by: EngineIdentity
    accepted: tuple[Acceptance, ...] = ()
    path: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes that it has."""
        return tuple(self.values)

    def tapes(self, mode: str) -> tuple[Tape, ...]:
        """The decisions of every replication in one mode."""
        try:
            return unwound(self.reels[mode])
        except ValueError as error:
            raise BaselineError(f"the baseline `{self.name}`: {error}\n  hint: save the baseline again") from None

    def series(
        self, metric: str, mode: str, part: Literal["group", "client"] | None = None, of: str | None = None
    ) -> Values:
        """One metric in one mode, of everybody or of one group or client; a BaselineError where it is not there."""
        key = metric if part is None else f"{metric} @ {part}={of}"
        return self._known(key, mode, self.values.get(mode, {}).get(key))

    def kept(
        self, metric: Metric, mode: str, numbers: Sequence[int], by: By = "all", value: str = ""
    ) -> tuple[float, ...]:
        """A value for each of these replications, whose mean is the metric over all of them; BaselineError where it is
        not there.
        """
        if metric.within is not None:
            key = key_of(metric.within.wait.name, by, value)
            times = self._known(key, mode, self.times.get(mode, {}).get(key))
            limit_ms = metric.within.limit_ms
            return tuple(per_session([(times[each].within(limit_ms), times[each].number) for each in numbers]))
        part = None if by == "all" else by

        def series(name: str) -> Values:
            whole = self.series(name, mode, part, value)
            return tuple(whole[number] for number in numbers)

        return tuple(pooling.of_series(metric, series))

    def _known(self, key: str, mode: str, found: T | None) -> T:
        if found is None:
            raise BaselineError(
                f"the baseline `{self.name}` is narrower than what is asked: it has no `{key}` in `{mode}`\n"
                "  hint: save it again with `stagesim baseline save`"
            )
        return found

    def mean(self, metric: str, mode: str, by: By = "all", of: str = "") -> float:
        """One metric over all replications; not a number where none has a value."""
        return mean(self.kept(metric_named(metric), mode, range(self.replications), by, of))

    @property
    def name(self) -> str:
        """The file that it was read from, or the title of its scenario."""
        return self.path or self.title


def mean(values: Sequence[float]) -> float:
    """The mean of the values that are numbers; not a number where none is."""
    found = [value for value in values if not math.isnan(value)]
    return math.fsum(found) / len(found) if found else math.nan


def key_of(name: str, by: By, value: str) -> str:
    """What a metric, or a time, of a part of the people is called in a table."""
    return name if by == "all" else f"{name} @ {by}={value}"


def equal(one: Mapping[str, Values], other: Mapping[str, Values]) -> bool:
    """Whether two tables of one mode say the same; rounding of another machine is no difference."""
    return one.keys() == other.keys() and all(same_values(one[key], other[key]) for key in one)


def same_values(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two series say the same, number by number."""
    return len(one) == len(other) and all(map(same_value, one, other))


def same_value(one: float, other: float) -> bool:
    """Whether two values say the same: nothing twice, or numbers that differ by rounding at most."""
    return math.isnan(one) == math.isnan(other) and (math.isnan(one) or math.isclose(one, other, rel_tol=1e-9))
