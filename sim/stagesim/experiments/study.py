"""A study: what is to be simulated, and carrying it out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from stagesim.agents.surroundings import Behaviour
from stagesim.engines.contract import EngineMaker
from stagesim.errors import StagesimError
from stagesim.experiments.executors import THIS_PROCESS, Executors, replicate
from stagesim.experiments.origin import UNSAID, Origin
from stagesim.experiments.replications import Job, Outcome
from stagesim.experiments.results import Results
from stagesim.looks import EXPLAINED
from stagesim.metric_table import METRIC
from stagesim.scenario.demands.shares import (
    SHARE_EXAMPLE,
    metric_named,
    parse_quantile,
    parse_share,
    quantile_metric,
)
from stagesim.scenario.faults import METRICS_LISTED, FaultError, one_of
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.units import format_duration


class StudyError(StagesimError):
    """A study that cannot be carried out as it was asked for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be simulated: each of `replications` in each of `modes`.

    `asked` says what was asked for, apart from the code that takes part, and `variant` which of its scenarios this is.
    `engine` None is `stageaccess`.
    """

    scenario: Scenario
    modes: tuple[str, ...]
    replications: Sequence[int] = range(1)
    seed: int = 1
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    engine: EngineMaker | None = None
    asked: Origin = field(default=UNSAID, repr=False)
    variant: str = ""
    keeps_logs: bool = True

    @property
    def job(self) -> Job:
        """What all its replications have in common."""
        return Job(self.scenario, self.seed, self.behaviours, self.engine, keeps_logs=self.keeps_logs, hinted=EXPLAINED)

    def results(self, outcomes: Iterable[Outcome]) -> Results:
        """What came of it."""
        origin = self.asked.played_by(self.behaviours, self.engine)
        return Results(self.scenario, self.seed, self.modes, tuple(outcomes), origin, self.variant)


def study(plan: Plan, executors: Executors = THIS_PROCESS) -> Results:
    """Carry out a plan. Who carries it out changes nothing in the results."""
    return plan.results(replicate(plan.job, plan.modes, plan.replications, executors))


def chosen_modes(scenario: Scenario, names: Sequence[str] | str | None) -> tuple[str, ...]:
    """The modes with these names, or all that the scenario compares; a text is one name. StudyError for a wrong one."""
    known = [str(mode) for mode in type(scenario.room.mode)]
    names = (names,) if isinstance(names, str) else names
    chosen = tuple(map(str, scenario.modes if names is None else names))
    for name in chosen:
        if name not in known:
            raise StudyError(f"unknown mode `{name}`\n  hint: {one_of(known, name)}")
    if not chosen or len(set(chosen)) < len(chosen):
        raise StudyError(f"expected one or more modes, each once, got `{','.join(chosen)}`\n  hint: name each once")
    return chosen


def one_horizon(scenarios: Iterable[Scenario]) -> int:
    """How much of a wait is counted at most in averages, ms, the same on all sides of what is compared; StudyError
    where it is not.
    """
    found = sorted({scenario.horizon_ms for scenario in scenarios})
    if len(found) > 1:
        said = ", ".join(f"`{format_duration(each)}`" for each in found)
        hint = f"write `horizon: {format_duration(found[0])}` in all of them"
        raise StudyError(f"expected one horizon for all that is compared, got {said}\n  hint: {hint}")
    return found[0]


def check_confidence(confidence: float) -> None:
    """Raise StudyError for what is no confidence: 0.5 or more, and less than 1."""
    if not 0.5 <= confidence < 1:
        raise StudyError(f"expected a confidence from 0.5 to 1, got `{confidence:g}`\n  hint: 0.95 is usual")


def known_metric(name: str) -> str:
    """The name of the metric that is meant, one of `METRICS` or a share within a time; StudyError if none is."""
    found = known_figure(name)
    if metric_named(found).quantile is not None:
        hint = f"take a share within a time, such as {SHARE_EXAMPLE}; `sweep`, goals and expectations take quantiles"
        raise StudyError(f"`{name}` is a quantile, of which single sessions say nothing\n  hint: {hint}")
    return found


def known_figure(name: str) -> str:
    """The same, or the name of the quantile that is meant: of what is asked of all sessions together."""
    if name in METRIC:
        return name
    try:
        share, quantile = parse_share(name), parse_quantile(name)
    except FaultError as error:
        raise StudyError(str(error)) from None
    if share is not None:
        return share.name
    if quantile is not None:
        return quantile_metric(quantile).name
    raise StudyError(f"unknown metric `{name}`\n  hint: {one_of(METRIC, name, METRICS_LISTED)}")
