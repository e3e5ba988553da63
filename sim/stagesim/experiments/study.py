"""A study: what is to be simulated, and carrying it out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Literal

from stagesim.agents.agent import Behaviour
from stagesim.experiments.replications import Job, Outcome, replicate
from stagesim.experiments.results import Results
from stagesim.scenario.scenario import Scenario

Watch = Callable[[Iterator[Outcome], int, str], Iterator[Outcome]]
"""Gets the outcomes as they come, how many there will be, and what they are called; hands them on."""


class StudyError(ValueError):
    """A study that cannot be carried out as it was asked for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be simulated: each of `replications` in each of `modes`.

    `command` says how to make the same results again, `path` where the scenario was read; both only inform.
    """

    scenario: Scenario
    modes: tuple[str, ...]
    replications: Sequence[int] = range(1)
    seed: int = 1
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    command: str = ""
    path: str | None = None

    def results(self, outcomes: Iterable[Outcome]) -> Results:
        """What came of it."""
        return Results(
            self.scenario,
            self.seed,
            self.modes,
            tuple(outcomes),
            self.command,
            self.path,
            behaviours=tuple(sorted(self.behaviours)),
        )


def study(
    plan: Plan,
    *,
    workers: int | Literal["auto"] = 1,
    executor: Executor | None = None,
    watch: Watch | None = None,
) -> Results:
    """Carry out a plan. How many workers there are changes nothing in the results."""
    job = Job(plan.scenario, plan.seed, plan.behaviours)
    outcomes = replicate(job, plan.modes, plan.replications, workers=workers, executor=executor)
    if watch is not None:
        outcomes = watch(outcomes, len(plan.modes) * len(plan.replications), "sessions")
    return plan.results(outcomes)


def chosen_modes(scenario: Scenario, names: Sequence[str] | str | None) -> tuple[str, ...]:
    """The modes with these names, or all that the scenario compares; a text is one name. StudyError for a wrong one."""
    known = [str(mode) for mode in type(scenario.room.mode)]
    names = (names,) if isinstance(names, str) else names
    chosen = tuple(map(str, scenario.modes if names is None else names))
    for name in chosen:
        if name not in known:
            raise StudyError(f"unknown mode `{name}`\n  hint: possible are {', '.join(known)}")
    if not chosen or len(set(chosen)) < len(chosen):
        raise StudyError(f"expected one or more modes, each once, got `{','.join(chosen)}`\n  hint: name each once")
    return chosen
