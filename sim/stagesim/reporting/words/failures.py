"""The expectations of scripts that did not hold, in words."""

from stagesim.agents.script_checks import Check
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results


def failures(results: Results) -> list[str]:
    """The expectations of the script that did not hold, or were not tested; what is alike in several is said once."""
    alike: dict[tuple[object, ...], list[tuple[Outcome, Check]]] = {}
    for outcome, check in [*results.failures, *results.untested]:
        same = (outcome.mode, check)
        alike.setdefault(same, []).append((outcome, check))
    return [_failure(results, found) for found in alike.values()]


def _failure(results: Results, found: list[tuple[Outcome, Check]]) -> str:
    """Where an expectation stands, what was expected, and what was found, and how often."""
    outcome, check = found[0]
    source = results.scenario.source
    name = source.name if source is not None else "scenario"
    often = f"replication {outcome.replication}"
    if len(found) > 1:
        often = f"in {len(found)} of {results.replications} replications"
        if len(found) < results.replications:
            often += f", first {outcome.replication}"
    where = f"{name}:{check.line}" if check.line is not None else f"{name}, step {check.step + 1}"
    return f"{where}: {check.said}: {check.what}, at {check.at_s:g} s in {outcome.mode}, {often}"
