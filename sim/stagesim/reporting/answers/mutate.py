"""What `stagesim mutate` says: which changes of the rules and of the engine the scenarios notice."""

from typing import Final

from stagesim.reporting.answers.answer import Grid
from stagesim.reporting.answers.findings import Findings
from stagesim.testing.laboratory.mutation.mutated import Mutated

READING: Final = (
    "A mutant is the engine with one change. It is killed by the first file that fails with it; one that no history of "
    "small rooms tells from the rules is equivalent, and does not count."
)
HEADS: Final = ("what is changed", "mutants", "killed", "equivalent", "surviving")
MOST_NAMED: Final = 20
"""Survivors that are named in a sentence each; the file of values has all."""


def findings(found: Mutated, files: int, rules: str, command: str) -> Findings:
    """The findings about some files."""
    table = found.table()
    sums = [sum(column) for column in zip(*table.values(), strict=True)] or [0, 0, 0, 0]
    rows = [(kind, *map(str, numbers)) for kind, numbers in table.items()]
    named = {name: f"kill-{number:03}.yaml" for number, name in enumerate(found.survivors, 1)}
    texts = {file: found.fates[name].scenario for name, file in named.items() if found.fates[name].scenario}
    return Findings(
        kind="mutate",
        title="What the scenarios notice",
        facts=f"{files} file{'s' * (files != 1)}, rules `{rules}`",
        lines=tuple(_lines(found, sums)),
        reading=READING,
        command=command,
        grids=(Grid("Mutants", HEADS, (*rows, ("all", *map(str, sums)))),),
        files=texts,
        data=_data(found, named, rules, sums),
    )


def _lines(found: Mutated, sums: list[int]) -> list[str]:
    tried, killed, alike, _ = sums
    lines = [f"survives: {name}: {_known(found, name)}" for name in found.survivors[:MOST_NAMED]]
    if len(found.survivors) > MOST_NAMED:
        lines.append(f"and {len(found.survivors) - MOST_NAMED} more; `--out DIR` writes the scenarios")
    if found.untried:
        lines.append(f"{found.untried} were not tried: the time was up")
    return [*lines, f"{killed} of {tried - alike} are killed; {alike} more are equivalent"]


def _known(found: Mutated, name: str) -> str:
    text = found.fates[name].scenario
    if not text:
        return "small rooms do not tell it from the rules"
    steps = [line.strip() for line in text.splitlines() if line.strip().startswith("- {")]
    return f"killed by a scenario that ends with {steps[-1]}"


def _data(found: Mutated, named: dict[str, str], rules: str, sums: list[int]) -> dict[str, object]:
    heads = ("mutants", "killed", "equivalent", "surviving")
    return {
        "schema": "stagesim.mutate/1",
        "rules": rules,
        "untried": found.untried,
        "kinds": {kind: dict(zip(heads, numbers, strict=True)) for kind, numbers in found.table().items()},
        "all": dict(zip(heads, sums, strict=True)),
        "mutants": {
            each.name: {
                "kind": found.all_of[each.name].kind,
                "fate": "killed" if each.file else "survives" if each.name in named else "equivalent",
                **({"by": each.file} if each.file else {}),
                **({"scenario": named[each.name]} if found.fates.get(each.name) and each.name in named else {}),
            }
            for each in found.tried
        },
    }
