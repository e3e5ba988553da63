"""Scenarios against mutants: the first file that fails kills; those that come to the changed cell are tried first."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from stageaccess import RULES, RuleSet
from stagesim.engines.contract import EngineError, EngineMaker
from stagesim.errors import StagesimError
from stagesim.experiments.executors import THIS_PROCESS, Executors, pool_of
from stagesim.scenario.variant import DEFAULT, Variant, variant
from stagesim.simulate import simulate
from stagesim.testing.gate.pipeline import Settings, Target, judge
from stagesim.testing.gate.questions import questions, without_chance
from stagesim.testing.gate.targets import targets
from stagesim.testing.gate.verdicts import Verdict
from stagesim.testing.laboratory.coverage.cells import Cell, Item
from stagesim.testing.laboratory.coverage.heard import came_to
from stagesim.testing.laboratory.mutation.changes import Mutant
from stagesim.testing.laboratory.mutation.of_duties import duties
from stagesim.testing.laboratory.mutation.of_rules import mutants_of

CHUNK: Final = 6
"""Mutants that a process takes at once."""


class Plan(NamedTuple):
    """What is asked: files and folders, and the name of a variant as `--rules` takes it."""

    paths: tuple[str, ...]
    rules: str = DEFAULT.name


class Killed(NamedTuple):
    """What became of a mutant: the file that killed it and what failed there; both empty for a survivor."""

    name: str
    file: str = ""
    said: str = ""


@dataclass(frozen=True)
class Files:
    """The scenarios, the cells to which each comes, and in which order they are tried."""

    targets: tuple[Target, ...]
    cells: tuple[Mapping[Item, int], ...]
    order: tuple[int, ...]

    def for_(self, mutant: Mutant) -> Iterator[Target]:
        """Every file, those first that come to what is changed."""
        meeting = [number for number in self.order if _meets(mutant, self.cells[number])]
        for number in (*meeting, *(each for each in self.order if each not in set(meeting))):
            yield self.targets[number]


def _meets(mutant: Mutant, cells: Iterable[Item]) -> bool:
    return any(isinstance(cell, Cell) and mutant.is_met_by(cell) for cell in cells)


def rules_of(plan: Plan) -> Variant:
    """The variant that is asked for."""
    return DEFAULT if plan.rules == DEFAULT.name else variant(plan.rules)


@lru_cache(4)
def files_of(plan: Plan) -> Files:
    """The files of a plan. Raises StagesimError where one fails without any change."""
    chosen = targets(plan.paths)
    if plan.rules != DEFAULT.name:
        chosen = [replace(each, scenario=rules_of(plan).scenario(each.scenario)) for each in chosen]
    cells = [came_to(each.scenario, each.modes) for each in chosen]
    for target in chosen:
        said = fails(target, None)
        if said:
            where = f"`{target.path}` fails already, without a mutant"
            raise StagesimError(f"{where}: {said}\n  hint: `stagesim check {target.path}` says more")
    return Files(tuple(chosen), tuple(cells), _order(chosen, cells))


def _order(chosen: Sequence[Target], cells: Sequence[Mapping[Item, int]]) -> tuple[int, ...]:
    """That file first which comes to most that none before it comes to, for the time it takes."""
    left = dict.fromkeys(range(len(chosen)))
    costs = [(40 + len(each.scenario.script)) * (1 if without_chance(each.scenario) else 50) for each in chosen]
    known: set[Item] = set()
    order = []
    while left:
        best = max(left, key=lambda number: (1 + len(cells[number].keys() - known)) / costs[number])
        order.append(best)
        known |= cells[best].keys()
        del left[best]
    return tuple(order)


def fails(target: Target, maker: EngineMaker | None) -> str:
    """What fails first in a scenario with an engine, in words; nothing where all holds."""
    if without_chance(target.scenario) and not target.scenario.properties:
        return next(_failed_steps(target, maker), "")
    settings = Settings(engine=maker, budget=1)
    judged = judge(target, settings, questions(target, settings))
    failed = (each for each in judged if each.verdict is Verdict.FAIL)
    return next((f"{each.name}: {each.finding.said}" for each in failed), "")


def _failed_steps(target: Target, maker: EngineMaker | None) -> Iterator[str]:
    for mode in target.modes:
        try:
            done = simulate(target.scenario, mode=mode, engine=maker)
        except EngineError as error:
            yield str(error).partition("\n")[0]
            return
        for check in done.checks:
            if check.failed:
                yield f"line {check.line}: {check.what}: {check.said}"


def killed(mutant: Mutant, files: Iterable[Target]) -> Killed:
    """The first file that a mutant fails."""
    for target in files:
        try:
            said = fails(target, mutant.make)
        except Exception as error:  # a mutant that breaks has been noticed, however it breaks
            said = f"the engine broke: {type(error).__name__}: {error}"
        if said:
            return Killed(mutant.name, Path(target.path).name, said)
    return Killed(mutant.name)


@lru_cache(4)
def mutants(rules: RuleSet = RULES) -> dict[str, Mutant]:
    """Every mutant, by name."""
    found: list[Mutant] = [*mutants_of(rules), *duties()]
    return {each.name: each for each in found}


def _carried_out(plan: Plan, names: Sequence[str]) -> list[Killed]:
    """Some mutants, in whichever process."""
    known, files = mutants(rules_of(plan).rules), files_of(plan)
    return [killed(known[name], files.for_(known[name])) for name in names]


Watch = Callable[[int, int], object]
"""Hears how many are done, and how many there are."""


def run(
    plan: Plan,
    names: Sequence[str],
    executors: Executors = THIS_PROCESS,
    seconds: float | None = None,
    watch: Watch = lambda *_: None,
) -> list[Killed]:
    """What becomes of mutants, in their order; of those only that were come to in the time."""
    ends_s = None if seconds is None else time.monotonic() + seconds
    chunks = [names[at : at + CHUNK] for at in range(0, len(names), CHUNK)]
    found: dict[str, Killed] = {}
    with pool_of(executors, len(chunks)) as pool:
        for done in _done(plan, chunks, pool):
            found |= {each.name: each for each in done}
            watch(len(found), len(names))
            if ends_s is not None and time.monotonic() > ends_s:
                break
    return [found[name] for name in names if name in found]


def _done(plan: Plan, chunks: Sequence[Sequence[str]], pool: Executor | None) -> Iterator[list[Killed]]:
    if pool is None:
        yield from (_carried_out(plan, chunk) for chunk in chunks)
        return
    futures: list[Future[list[Killed]]] = [pool.submit(_carried_out, plan, chunk) for chunk in chunks]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()
