"""What came of all mutants: killed, alike, or a survivor with the scenario that kills it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stagesim.experiments.executors import THIS_PROCESS, Executors
from stagesim.testing.laboratory.coverage.reachable import explored
from stagesim.testing.laboratory.mutation.changes import Mutant
from stagesim.testing.laboratory.mutation.equal import Fate, fate
from stagesim.testing.laboratory.mutation.killing import Killed, Plan, Watch, mutants, rules_of, run
from stagesim.testing.laboratory.states import Limits

OF_ONE_S = 20.0
"""Seconds for a room in which a survivor is held against the rules; what is not proven in them counts as surviving."""


@dataclass(frozen=True, slots=True)
class Mutated:
    """What came of it. `fates` has every survivor; `all_of` every mutant there is, by name."""

    all_of: Mapping[str, Mutant]
    tried: tuple[Killed, ...]
    fates: Mapping[str, Fate] = field(default_factory=dict)

    @property
    def survivors(self) -> list[str]:
        """Those that nothing killed, and that are not proven alike."""
        return [name for name, each in self.fates.items() if not each.is_proven]

    @property
    def untried(self) -> int:
        """How many there was no time for."""
        return len(self.all_of) - len(self.tried)

    def table(self) -> dict[str, tuple[int, int, int, int]]:
        """By kind: how many were tried, killed, are proven alike, and survive."""
        tried, killed = Counter[str](), Counter[str]()
        alike, survive = Counter[str](), Counter[str]()
        for each in self.tried:
            kind = self.all_of[each.name].kind
            tried[kind] += 1
            killed[kind] += bool(each.file)
        for name, known in self.fates.items():
            (alike if known.is_proven else survive)[self.all_of[name].kind] += 1
        return {kind: (tried[kind], killed[kind], alike[kind], survive[kind]) for kind in tried}


def mutated(
    plan: Plan,
    names: Sequence[str] | None = None,
    executors: Executors = THIS_PROCESS,
    seconds: float | None = None,
    watch: Watch = lambda *_: None,
) -> Mutated:
    """Try mutants (by default all) against the files of a plan, and look for what tells survivors from the rules."""
    variant = rules_of(plan)
    known = mutants(variant.rules)
    chosen = {name: known[name] for name in (known if names is None else names)}
    tried = run(plan, list(chosen), executors, seconds, watch)
    left = [each.name for each in tried if not each.file]
    if not left:
        return Mutated(chosen, tuple(tried))
    limits = Limits(seconds=OF_ONE_S if seconds is None else min(OF_ONE_S, seconds))
    reach = explored(variant, limits)
    return Mutated(chosen, tuple(tried), {name: fate(chosen[name], variant, reach, limits) for name in left})
