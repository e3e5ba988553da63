"""`stagesim coverage`: which cells, notices and rules scenarios exercise."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from stagesim.commands.options import SCENARIO, engine_option, mode_names, modes_option, rules_option
from stagesim.commands.small_rooms import asked_for, progress, report_options
from stagesim.exit_codes import ExitCode

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.reporting.answers.findings import Findings
    from stagesim.scenario.variant import Variant


@click.command()
@click.argument("paths", nargs=-1, required=True, type=SCENARIO)
@modes_option
@click.option("--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Exit with 1 below this.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop exploring each room after this.")
@rules_option
@engine_option
@report_options
def coverage(
    paths: tuple[str, ...],
    modes: str | None,
    fail_under: float | None,
    seconds: float | None,
    rules: "Variant | None",
    engine: "EngineMaker | None",
    report: "Callable[[Findings], None]",
) -> int:
    """Say which cells of the rules, notices and rules the scenarios exercise, of all that can be come to.

    A cell is an action with its answer: accepted, or a reason; by mode, role and position as far as the answer looks at
    them. Small rooms are explored to find which can be come to; each that no scenario comes to is told as the
    shortest story to it, and `--out` writes a scenario for each.

    Exit codes: 0 done; 1 less is covered than `--fail-under` asks for; 2 bad input; 3 not everything was explored.

    \b
    Example:
      stagesim coverage scenarios/conformance --fail-under 100
    """
    from stagesim.reporting.answers.coverage import findings
    from stagesim.scenario.variant import DEFAULT
    from stagesim.testing.gate.targets import targets
    from stagesim.testing.laboratory.coverage.covered import coverage as covered
    from stagesim.testing.laboratory.coverage.reachable import explored
    from stagesim.testing.laboratory.states import Limits

    variant = rules or DEFAULT
    chosen = targets(paths, modes=mode_names(modes))
    if rules is not None:
        chosen = [replace(each, scenario=rules.scenario(each.scenario)) for each in chosen]
    reach = explored(variant, Limits(seconds=seconds), watch=progress())
    found = covered(chosen, reach, variant, engine)
    report(findings(found, variant.name, asked_for()))
    if fail_under is not None and found.percent < fail_under:
        return ExitCode.VIOLATED
    return ExitCode.UNDECIDED if reach.stopped else ExitCode.DONE
