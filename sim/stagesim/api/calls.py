"""Load a scenario, run one session, compare modes or variants.

import stagesim

study = stagesim.compare("scenarios/seminar.yaml", replications=10)
study.summary()
study.plot.time_to_stage()
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from stagesim.agents.surroundings import Behaviour
from stagesim.api.arguments import (
    Hands,
    Keep,
    Keys,
    Texts,
    Workers,
    by_names,
    executors_of,
    keeps_logs,
    mode_names,
    own_code,
    text,
    texts,
    truth,
    whole,
)
from stagesim.api.pairs import Amounts, amounts_of
from stagesim.api.places import begun
from stagesim.api.studies import Comparison, Place, Run, Variants
from stagesim.engines.contract import EngineMaker
from stagesim.engines.subprocess import in_use
from stagesim.experiments.comparison.compare import Aim, carry_out
from stagesim.experiments.comparison.decision import chosen_rule
from stagesim.experiments.executors import Executors
from stagesim.experiments.origin import Origin, ScenarioLike, given, read_anything
from stagesim.experiments.study import Plan, StudyError, chosen_modes, known_metric, study
from stagesim.looks import FIRST_LOOK
from stagesim.scenario.faults import shown
from stagesim.scenario.scenario import Changes, Scenario


@dataclass(frozen=True, slots=True)
class Until:
    """When a comparison is large enough.

    `precision`, such as `{"queue_mean": "5%"}`, is the half-width of the 95 % interval on every side; `decision` names
    metrics by which every pair is to get a verdict, with looks that were declared beforehand. `margins` are the largest
    differences that do not matter.
    """

    precision: Amounts = field(default_factory=dict)
    decision: Texts = ()
    margins: Amounts = field(default_factory=dict)


def load(scenario: ScenarioLike, sets: Changes = ()) -> Scenario:
    """A scenario: of a file (its path), of a mapping that says what a file would say, or of the text of a file.

    `sets` are changes, such as `{"audience.count": 50, "duration": "30 min"}`. Raises ScenarioError with all that is
    wrong.
    """
    return read_anything(scenario, sets)


def run(
    scenario: ScenarioLike,
    *,
    mode: str | None = None,
    seed: int = 1,
    replication: int = 0,
    sets: Changes = (),
    behaviours: Mapping[str, Behaviour] | None = None,
    disciplines: Keys | None = None,
    engine: EngineMaker | str | None = None,
) -> Run:
    """Simulate one session. `mode` None is the mode of the scenario's room; `scenario` and `sets` are those of `load`.

    `behaviours` puts a generator function of your own in the place of a group's behaviour, `disciplines` a key by which
    a group of moderators chooses whom to turn to, `{"moderators": lambda who: who.stage_s}` (docs/howto/behaviours.md).
    `engine` puts another engine under test: the command line of a program that speaks the line protocol, or what makes
    an `Engine` for a room.
    """
    loaded, source = given(scenario, sets)
    (mode,) = chosen_modes(loaded, (str(loaded.room.mode) if mode is None else text("mode", mode),))
    seed, replication = whole("seed", seed), whole("replication", replication)
    asked = Origin("run", {"": source}, {"mode": mode, "seed": seed, "replication": replication})
    own = own_code(loaded, behaviours, disciplines)
    with in_use(engine) as maker:
        return Run(study(Plan(loaded, (mode,), (replication,), seed, own, engine=maker, asked=asked)))


def compare(  # noqa: PLR0913 - more than usual, each of them by name
    scenario: ScenarioLike,
    *,
    modes: Texts | None = None,
    replications: int | None = None,
    seed: int = 1,
    sets: Changes = (),
    behaviours: Mapping[str, Behaviour] | None = None,
    disciplines: Keys | None = None,
    engine: EngineMaker | str | None = None,
    until: Until | None = None,
    workers: Workers = 1,
    executor: Hands | None = None,
    out: Place | None = None,
    fresh: bool = False,
    progress: bool = False,
    keep: Keep = "logs",
) -> Comparison:
    """Simulate the scenario in several modes, with the same people and the same draws in each.

    `modes` None is the scenario's own list. There are 40 replications, or as many as `until` needs, and then never
    more than `replications`. `scenario`, `sets`, `behaviours`, `disciplines` and `engine` are those
    of `run`.

    `workers` are processes (a script that is not forked needs `if __name__ == "__main__":` around what it does); an
    `executor` of your own, or a client of Dask (docs/howto/cluster.md), is used instead. Into the folder `out` goes
    what `save` writes; sessions that it has already are not simulated again, so that the same call goes on after
    Ctrl-C; another study is replaced only if that is said (`fresh`). `progress` shows how far it has come.
    `keep="metrics"` keeps no events, for very many sessions: there are figures and pairs, and no tables of wishes or
    charts of them.
    """
    aim, keeps = _aim(replications, until), keeps_logs(keep, out)
    loaded, source = given(scenario, sets)
    chosen, seed = chosen_modes(loaded, mode_names(modes)), whole("seed", seed)
    asked = Origin("compare", {"": source}, _options(chosen, replications, seed, until))
    own = own_code(loaded, behaviours, disciplines)
    with in_use(engine) as maker:
        plan = Plan(loaded, chosen, seed=seed, behaviours=own, engine=maker, asked=asked, keeps_logs=keeps)
        with begun({"": plan}, aim, _executors(workers, executor, progress), out, fresh) as (executors, known):
            found = carry_out({"": plan}, aim, executors, known=known)
            compared = Comparison(found[""], plan, aim)
            if out is not None:
                compared.save(out, fresh=fresh)
    return compared


def compare_variants(  # noqa: PLR0913 - more than usual, each of them by name
    variants: Mapping[str, ScenarioLike],
    *,
    modes: Texts | None = None,
    replications: int | None = None,
    seed: int = 1,
    sets: Changes = (),
    behaviours: Mapping[str, Behaviour] | None = None,
    disciplines: Keys | None = None,
    engine: EngineMaker | str | None = None,
    until: Until | None = None,
    workers: Workers = 1,
    executor: Hands | None = None,
    out: Place | None = None,
    fresh: bool = False,
    progress: bool = False,
    keep: Keep = "logs",
) -> Variants:
    """Simulate several scenarios on the same draws, to compare them mode by mode; see `compare` for the options.

    Variants of one scenario are `{"as it is": scenario, "narrow": scenario.changed({"room.stage_capacity": 5})}`.
    """
    aim, seed, keeps = _aim(replications, until), whole("seed", seed), keeps_logs(keep, out)
    by_name: object = variants
    if not isinstance(by_name, Mapping) or len(by_name) < 2:
        raise StudyError("variants are two or more, by name\n  hint: `compare` compares the modes of one scenario")
    loaded = {name: given(source, sets) for name, source in by_names("variants", variants).items()}
    sources = {name: replace(each, sets=(), changes=each.sets) for name, (_, each) in loaded.items()}
    named = mode_names(modes)
    asked = Origin("compare_variants", sources, _options(named, replications, seed, until))
    own = {name: own_code(scenario, behaviours, disciplines) for name, (scenario, _) in loaded.items()}
    with in_use(engine) as maker:
        plans = {
            name: Plan(
                scenario,
                chosen_modes(scenario, named),
                seed=seed,
                behaviours=own[name],
                engine=maker,
                asked=asked,
                variant=name,
                keeps_logs=keeps,
            )
            for name, (scenario, _) in loaded.items()
        }
        with begun(plans, aim, _executors(workers, executor, progress), out, fresh) as (executors, known):
            found = Variants(carry_out(plans, aim, executors, known=known), plans, aim)
            if out is not None:
                found.save(out, fresh=fresh)
    return found


def _executors(workers: Workers, executor: Hands | None, progress: bool) -> Executors:
    from stagesim.reporting.terminal.progress import shown

    return executors_of(workers, executor, shown if truth("progress", progress) else None)


def _options(
    modes: tuple[str, ...] | None, replications: int | None, seed: int, until: Until | None
) -> dict[str, object]:
    """What a comparison was asked beside its scenarios."""
    size = FIRST_LOOK if replications is None and until is None else replications
    if until is None:
        return {"modes": modes, "replications": size, "seed": seed}
    ruled = {"precision": until.precision, "decision": texts("decision", until.decision), "margins": until.margins}
    return {"modes": modes, "replications": size, "seed": seed, **ruled}


def _aim(replications: int | None, until: object) -> Aim:
    if until is not None and not isinstance(until, Until):
        hint = 'such as `stagesim.Until(precision={"queue_mean": "5%"})`'
        raise StudyError(f"`until`: expected a `stagesim.Until`, got {shown(until)}\n  hint: {hint}")
    most = None if replications is None else whole("replications", replications, 1)
    asked = until or Until()
    margins = amounts_of("margins", asked.margins)
    decision = [known_metric(name) for name in texts("decision", asked.decision)]
    rule = chosen_rule(most, amounts_of("precision", asked.precision), decision, margins)
    return Aim(rule, margins=margins)
