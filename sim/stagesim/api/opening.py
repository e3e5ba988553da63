"""Studies that are there already: opened from a folder, and compared in pairs though they were made apart."""

from collections.abc import Mapping
from dataclasses import replace

from stagesim.api.arguments import by_names, folder_at
from stagesim.api.studies import Comparison, Place, Run, Variants
from stagesim.experiments.comparison.compare import aim_of
from stagesim.experiments.kept.reopened import reopened
from stagesim.experiments.origin import Origin
from stagesim.experiments.results import Results
from stagesim.experiments.study import StudyError
from stagesim.scenario.faults import shown


def open(folder: Place) -> Comparison | Run | Variants:  # noqa: A001 - `stagesim.open`, as `shelve.open`
    """What was saved in a folder, by `save`, by `out=` or by the command line, as what it was.

    A comparison can be `extended`, unless code of yours had a part in it, or another version of this one made it.
    Raises StoreError.
    """
    found = reopened(folder_at("folder", folder))
    if "" not in found:
        plans = {name: each.plan for name, each in found.items() if each.plan is not None}
        results = {name: each.results for name, each in found.items()}
        return Variants(results, plans, aim_of(next(iter(results.values())).origin))
    alone, plan = found[""].results, found[""].plan
    return Run(alone) if alone.origin.question == "run" else Comparison(alone, plan, aim_of(alone.origin))


def paired(studies: Mapping[str, Comparison]) -> Variants:
    """Comparisons that were made apart, by name, to be compared in pairs: `paired({"before": a, "after": b})`.

    They need the same seed and a mode in common; sessions that only one of them has are left out. A StudyError where
    most people are not the same on both sides; `same_people()` says who is not.
    """
    given: object = studies
    if not isinstance(given, Mapping) or len(given) < 2:
        raise StudyError("pairs need two studies or more, by name\n  hint: `paired({'before': a, 'after': b})`")
    wrong: list[object] = [each for each in given.values() if not isinstance(each, Comparison)]
    if wrong:
        hint = "give what `stagesim.compare` or `stagesim.open` gave"
        raise StudyError(f"`paired`: expected a comparison, got {shown(wrong[0])}\n  hint: {hint}")
    parts = {name: each.results for name, each in by_names("paired", studies).items()}
    seeds = {each.seed for each in parts.values()}
    if len(seeds) > 1:
        said = ", ".join(f"`{seed}`" for seed in sorted(seeds))
        hint = "make one of them again with the seed of the other"
        raise StudyError(f"the studies have the seeds {said}, and so other people\n  hint: {hint}")
    if not set.intersection(*(set(each.modes) for each in parts.values())):
        raise StudyError("the studies have no mode in common\n  hint: give both one or more of the same `modes`")
    number = min(each.replications for each in parts.values())
    sources = {name: each.given for name, each in parts.items()}
    asked = Origin("compare_variants", sources, {"modes": None, "replications": number, "seed": min(seeds)})
    found = Variants({name: _first(each, number, name, asked) for name, each in parts.items()})
    same = found.same_people()
    if len(same.names) > same.people / 2:
        hint = "the groups are not the same; compare means with `summary()`"
        raise StudyError(f"{len(same.names)} of {same.people} people are not the same\n  hint: {hint}")
    return found


def _first(results: Results, number: int, name: str, asked: Origin) -> Results:
    """The first sessions of a study, as a variant of a whole."""
    outcomes = tuple(each for each in results.outcomes if each.replication < number)
    own = replace(asked, engine=results.origin.engine, maker=results.origin.maker, behaviours=results.origin.behaviours)
    return Results(results.scenario, results.seed, results.modes, outcomes, own, name)
