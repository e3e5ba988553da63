"""The harness in Python: load a scenario, run it once or compare the modes, look at the results.

import stagesim

study = stagesim.compare("scenarios/seminar.yaml", replications=10)
study.summary()
study.plot.time_to_stage()
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from stagesim.agents.surroundings import Behaviour
from stagesim.engines.contract import EngineMaker
from stagesim.engines.subprocess import in_use
from stagesim.experiments.comparison.analysis import Analysis
from stagesim.experiments.comparison.compare import Aim, analysed, carry_out
from stagesim.experiments.comparison.decision import chosen_rule
from stagesim.experiments.comparison.differences import contrasts_frame
from stagesim.experiments.comparison.pairs import replications_of
from stagesim.experiments.comparison.same_people import SamePeople
from stagesim.experiments.comparison.unchanged import variants_alike
from stagesim.experiments.comparison.winners import effects_frame
from stagesim.experiments.executors import Executors
from stagesim.experiments.origin import UNTIL, Given, Origin, given
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import (
    Results,
    checks_frame,
    events_frame,
    metrics_frame,
    split_frame,
    summary_frame,
)
from stagesim.experiments.shares import quantile_frame, share_frame, share_of, wait_of
from stagesim.experiments.size.rules import FixedSize, amounts
from stagesim.experiments.study import Plan, StudyError, chosen_modes, known_metric, study
from stagesim.looks import FIRST_LOOK
from stagesim.scenario.reading.loader import load
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.units import format_duration
from stagesim.statistics import Precision

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from stagesim.eventlog import EventLog

__all__ = ["Comparison", "Plots", "Run", "Until", "Variants", "compare", "compare_variants", "load", "run"]

Source = Scenario | str | PathLike[str]
"""A scenario, or the path of its file."""


@dataclass(frozen=True, slots=True)
class Until:
    """When a comparison is large enough.

    `precision`, such as `{"queue_mean": "5%"}`, is the half-width of the 95 % interval on every side; `decision` names
    metrics by which every pair is to get a verdict, with looks that were declared beforehand. `margins` are the largest
    differences that do not matter.
    """

    precision: Mapping[str, str | float] = field(default_factory=dict)
    decision: Sequence[str] = ()
    margins: Mapping[str, str | float] = field(default_factory=dict)


class Plots:
    """The charts of a study, each a matplotlib figure. `names` lists them."""

    def __init__(self, results: Results) -> None:
        self._results = results

    @property
    def names(self) -> list[str]:
        """The names of all charts that there are for this study."""
        from stagesim.reporting.charts import drawable

        return [chart.name for chart in drawable(self._results)]

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self.names]

    def __getattr__(self, name: str) -> "Chart":
        if name.startswith("_") or name not in self.names:
            raise AttributeError(f"unknown chart `{name}`; there are {', '.join(self.names)}")
        return Chart(self._results, name)


class Chart:
    """One chart, drawn when called."""

    def __init__(self, results: Results, name: str) -> None:
        self._results = results
        self._name = name

    def __call__(self) -> "Figure":
        from stagesim.reporting.charts import draw

        return draw(self._results, self._name)


class Study:
    """What a simulation found, as tables and charts."""

    def __init__(self, results: Results) -> None:
        self.results = results

    @cached_property
    def events(self) -> "pd.DataFrame":
        """Every event, one row each; `run_mode` and `replication` say of which run."""
        return events_frame(self.results)

    @cached_property
    def metrics(self) -> "pd.DataFrame":
        """Every metric, one row a mode and replication."""
        return metrics_frame(self.results)

    @cached_property
    def by_group(self) -> "pd.DataFrame":
        """The metrics that can be split, one row a mode, replication and group of the scenario."""
        return split_frame(self.results, "group")

    @cached_property
    def by_client(self) -> "pd.DataFrame":
        """The same, one row a mode, replication and kind of device."""
        return split_frame(self.results, "client")

    @cached_property
    def checks(self) -> "pd.DataFrame":
        """The expectations of the scenario's script, one row each, with what came of them."""
        return checks_frame(self.results)

    @property
    def advice(self) -> list[str]:
        """What to think of the scenario's settings before believing the figures, as `stagesim validate` says it."""
        from stagesim.reporting.words.advice import advice_lines_of

        return advice_lines_of(self.results)

    @property
    def plot(self) -> Plots:
        """The charts: `study.plot.stage_and_queue()`."""
        return Plots(self.results)

    def summary(self, confidence: float = 0.95, *, by: Literal["group", "client"] | None = None) -> "pd.DataFrame":
        """One row a metric, mode and part of the people: what it is over all sessions, its interval, and in how many
        there was something to measure.
        """
        return summary_frame(self.results, _confidence(confidence), by)

    def share_within(
        self, what: str, *times: str, by: Literal["group", "client"] | None = None, confidence: float = 0.95
    ) -> "pd.DataFrame":
        """What share got there within a time: `study.share_within("wishes on stage", "60 s")`, of all of all sessions.

        One row a mode, part of the people by `by`, and time; without times those of the scenario. `what` is
        `wishes on stage` or `requests decided`. The session is the unit of the interval.
        """
        limits = times or tuple(map(format_duration, self.results.scenario.shares_within))
        shares = [share_of(what, time) for time in limits]
        return share_frame(self.results, shares, by, _confidence(confidence))

    def quantile(
        self, what: str, percent: float, *, by: Literal["group", "client"] | None = None, confidence: float = 0.95
    ) -> "pd.DataFrame":
        """The time after which so many per cent got there, of all of all sessions: `quantile("requests decided", 80)`.

        One row a mode and part of the people, in seconds; infinite where so many never get there.
        """
        wait, known = wait_of(what), _confidence(confidence)
        if not 0 < percent < 100:
            raise StudyError(f"expected per cent above 0 and below 100, got `{percent:g}`\n  hint: 80 is usual")
        return quantile_frame(self.results, wait, percent / 100, by, known)

    def save(self, folder: str | PathLike[str], *, fresh: bool = False) -> Path:
        """Write tables, logs, charts and the report into a folder; the path of the report.

        Another study that is there is replaced only if that is said (`fresh`).
        """
        from stagesim.reporting.publish import publish

        return publish(self.results, Path(folder), fresh=fresh)

    def _repr_html_(self) -> str:
        from stagesim.reporting.page.page import fragment

        return fragment(self.results)


class Run(Study):
    """One replication in one mode."""

    @property
    def outcome(self) -> Outcome:
        """The replication itself."""
        return self.results.outcomes[0]

    @property
    def log(self) -> "EventLog":
        """The log of the replication, from which everything else was made."""
        return self.outcome.log

    def __repr__(self) -> str:
        log = self.log
        return (
            f"<Run {self.results.scenario.title!r}, {self.outcome.mode}, seed {self.results.seed}, {len(log)} events>"
        )


class Pairs:
    """What a comparison shows in pairs, on the same sessions. Margins are written `{"queue_max": "1"}` or `"5%"`."""

    def __init__(self, variants: Mapping[str, Results], aim: Aim) -> None:
        self._variants = variants
        self._aim = aim

    def analysis(
        self, metrics: Sequence[str] | None = None, margins: Mapping[str, str | float] | None = None
    ) -> Analysis:
        """Everything that the pairs show, as it stands in the report; a StudyError where there is nothing to pair."""
        aim = self._aim
        if metrics is not None:
            aim = replace(aim, metrics=tuple(known_metric(name) for name in metrics))
        if margins is not None:
            aim = replace(aim, margins=_amounts(margins, "`margins`"))
        found = analysed(self._variants, aim)
        if found is None:
            raise StudyError(f"pairs need two sides, and two replications of each\n  hint: `replications={FIRST_LOOK}`")
        return found

    def differences(
        self, metrics: Sequence[str] | None = None, margins: Mapping[str, str | float] | None = None
    ) -> "pd.DataFrame":
        """Paired differences with simultaneous limits, p-values and verdicts; one row a metric and pair."""
        return contrasts_frame(self.analysis(metrics, margins).contrasts)

    def winners(self) -> "pd.DataFrame":
        """Who wins and who loses; one row a pair and part of the people."""
        return effects_frame(self.analysis().effects)

    def same_people(self) -> SamePeople:
        """Whether both sides of the pairs had the same people with the same wishes."""
        return self.analysis().same_people

    def plot_differences(self) -> "Figure":
        """The differences as a forest plot."""
        from stagesim.reporting.page.comparison import draw

        return draw(self.analysis(), "paired_differences")

    def plot_winners(self) -> "Figure":
        """Who wins and who loses, as stacked bars."""
        from stagesim.reporting.page.comparison import draw

        return draw(self.analysis(), "winners_and_losers")


class Comparison(Study, Pairs):
    """Several modes, a number of replications each."""

    def __init__(self, results: Results, plan: Plan | None = None, aim: Aim | None = None) -> None:
        Study.__init__(self, results)
        Pairs.__init__(self, {"": results}, aim or Aim())
        self._plan = plan

    def extended(self, replications: int, *, workers: int | Literal["auto"] = 1) -> "Comparison":
        """The same comparison with as many replications in all; those that are there are not simulated again."""
        if self._plan is None:
            raise StudyError("only a comparison made by `stagesim.compare` can be extended")
        known = {(outcome.mode, outcome.replication): outcome for outcome in self.results.outcomes}
        aim = replace(self._aim, rule=FixedSize(replications))
        options = {name: each for name, each in self._plan.asked.options.items() if name not in UNTIL}
        asked = replace(self._plan.asked, options={**options, "replications": replications})
        plan = replace(self._plan, asked=asked)
        with in_use(plan.engine):
            found = carry_out({"": plan}, aim, Executors(workers), known={"": known})
        return Comparison(found[""], plan, aim)

    def save(self, folder: str | PathLike[str], *, fresh: bool = False) -> Path:
        """Write tables, logs, charts and the report into a folder, the pairs included; the path of the report.

        Another study that is there is replaced only if that is said (`fresh`).
        """
        from stagesim.reporting.publish import publish

        return publish(self.results, Path(folder), analysed(self._variants, self._aim), fresh=fresh)

    def __repr__(self) -> str:
        found = self.results
        return (
            f"<Comparison {found.scenario.title!r}, {', '.join(found.modes)}, {found.replications} replications each>"
        )


class Variants(Pairs):
    """Several scenarios, or variants of one, each in the same modes. `variants["name"]` is a comparison of its own."""

    def __getitem__(self, name: str) -> Comparison:
        return Comparison(self._variants[name])

    @property
    def names(self) -> list[str]:
        """The names of the variants, in their order."""
        return list(self._variants)

    @property
    def unchanged(self) -> list[str]:
        """Which variants changed nothing in which modes: their sessions are the first's, event by event."""
        from stagesim.reporting.words.unchanged import sentence

        return [sentence(each) for each in variants_alike(self._variants)]

    def save(self, folder: str | PathLike[str], *, fresh: bool = False) -> Path:
        """Write a report that compares the variants, and one for each of them; the path of the first.

        Another study that is there is replaced only if that is said (`fresh`).
        """
        from stagesim.reporting.publish import publish_variants

        return publish_variants(self._variants, Path(folder), self.analysis(), fresh=fresh)

    def __repr__(self) -> str:
        return f"<Variants {', '.join(self.names)}, {replications_of(self.analysis().pairs)} replications each>"


def run(
    scenario: Source,
    *,
    mode: str | None = None,
    seed: int = 1,
    replication: int = 0,
    sets: Sequence[str] = (),
    behaviours: Mapping[str, Behaviour] | None = None,
    engine: EngineMaker | str | None = None,
) -> Run:
    """Simulate one session. `mode` None is the mode of the scenario's room.

    `sets` are changes such as `"audience.count=50"`, for a scenario given as a path. `behaviours` puts a generator
    function of your own in the place of a group's behaviour. `engine` puts another engine under test: the command line
    of a program that speaks the line protocol, or what makes an `Engine` for a room.
    """
    loaded, source = _loaded(scenario, sets)
    modes = chosen_modes(loaded, (loaded.room.mode if mode is None else mode,))
    asked = Origin("run", {"": source}, {"mode": modes[0], "seed": seed, "replication": replication})
    with in_use(engine) as maker:
        plan = Plan(loaded, modes, (replication,), seed, behaviours or {}, engine=maker, asked=asked)
        return Run(study(plan))


def compare(  # noqa: PLR0913 - one more than usual, each of them by name
    scenario: Source,
    *,
    modes: Sequence[str] | str | None = None,
    replications: int | None = None,
    seed: int = 1,
    workers: int | Literal["auto"] = 1,
    sets: Sequence[str] = (),
    behaviours: Mapping[str, Behaviour] | None = None,
    engine: EngineMaker | str | None = None,
    executor: Executor | None = None,
    until: Until | None = None,
) -> Comparison:
    """Simulate the scenario in several modes, with the same people and the same draws in each.

    `modes` None is the scenario's own list. `workers` are processes; an `executor` of your own is used instead. There
    are 40 replications, or as many as `until` needs, and then never more than `replications`. `behaviours`
    and `engine` are those of `run`.
    """
    aim = _aim(replications, until)
    loaded, source = _loaded(scenario, sets)
    chosen = chosen_modes(loaded, modes)
    asked = Origin("compare", {"": source}, _options(chosen, replications, seed, until))
    with in_use(engine) as maker:
        plan = Plan(loaded, chosen, seed=seed, behaviours=behaviours or {}, engine=maker, asked=asked)
        found = carry_out({"": plan}, aim, Executors(workers, executor))
    return Comparison(found[""], plan, aim)


def compare_variants(
    variants: Mapping[str, Source],
    *,
    modes: Sequence[str] | str | None = None,
    replications: int | None = None,
    seed: int = 1,
    workers: int | Literal["auto"] = 1,
    engine: EngineMaker | str | None = None,
    until: Until | None = None,
) -> Variants:
    """Simulate several scenarios on the same draws, to compare them mode by mode; see `compare` for the options.

    Variants of one scenario are `{"as it is": load(path), "narrow": load(path, ["room.stage_capacity=5"])}`.
    """
    aim = _aim(replications, until)
    if len(variants) < 2:
        raise StudyError("variants are two or more\n  hint: `stagesim.compare` compares the modes of one scenario")
    loaded = {name: given(source) for name, source in variants.items()}
    sources = {name: replace(each, sets=(), changes=each.sets) for name, (_, each) in loaded.items()}
    named = None if modes is None else (modes,) if isinstance(modes, str) else tuple(modes)
    asked = Origin("compare_variants", sources, _options(named, replications, seed, until))
    with in_use(engine) as maker:
        plans = {
            name: Plan(scenario, chosen_modes(scenario, modes), seed=seed, engine=maker, asked=asked, variant=name)
            for name, (scenario, _) in loaded.items()
        }
        return Variants(carry_out(plans, aim, Executors(workers)), aim)


def _options(
    modes: tuple[str, ...] | None, replications: int | None, seed: int, until: Until | None
) -> dict[str, object]:
    """What a comparison was asked beside its scenarios."""
    size = FIRST_LOOK if replications is None and until is None else replications
    if until is None:
        return {"modes": modes, "replications": size, "seed": seed}
    ruled = {"precision": until.precision, "decision": tuple(until.decision), "margins": until.margins}
    return {"modes": modes, "replications": size, "seed": seed, **ruled}


def _confidence(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < 1:
        raise StudyError(f"`confidence`: expected a number between 0 and 1, got `{given}`\n  hint: 0.95 is usual")
    return given


def _aim(replications: int | None, until: Until | None) -> Aim:
    if replications is not None and replications < 1:
        raise StudyError(f"`replications`: expected 1 or more, got `{replications}`\n  hint: {FIRST_LOOK} is usual")
    asked = until or Until()
    margins = _amounts(asked.margins, "`margins`")
    decision = [known_metric(name) for name in asked.decision]
    rule = chosen_rule(replications, _amounts(asked.precision, "`precision`"), decision, margins)
    return Aim(rule, margins=margins)


def _amounts(values: Mapping[str, str | float], what: str) -> dict[str, Precision]:
    return amounts([f"{name}={value}" for name, value in values.items()], what)


def _loaded(scenario: Source, sets: Sequence[str]) -> tuple[Scenario, Given]:
    if sets and isinstance(scenario, Scenario):
        raise StudyError(
            "`sets` changes a file as it is read; this scenario has been read already\n"
            "  hint: give the path of its file, or use `scenario.model_copy`"
        )
    return given(scenario, sets)
