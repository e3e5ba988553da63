"""`stagesim mutate`: which changes of the rules and of the engine scenarios notice."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from stagesim.commands.options import SCENARIO, workers_option
from stagesim.commands.small_rooms import asked_for, progress_of, report_options
from stagesim.exit_codes import ExitCode

if TYPE_CHECKING:
    from stagesim.experiments.executors import Executors
    from stagesim.reporting.answers.findings import Findings


@click.command()
@click.argument("paths", nargs=-1, required=True, type=SCENARIO)
@click.option(
    "--every", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Try only every Nth mutant."
)
@click.option("--only", metavar="TEXT", help="Try only mutants that have this in their kind or name.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after this time.")
@click.option(
    "--rules", metavar="VARIANT", default="default", show_default=True, help="The variant of the rules that is changed."
)
@workers_option
@report_options
def mutate(
    paths: tuple[str, ...],
    every: int,
    only: str | None,
    seconds: float | None,
    rules: str,
    executors: "Executors",
    report: "Callable[[Findings], None]",
) -> int:
    """Change one thing at a time in the rules and in the engine, and see whether the scenarios notice.

    Every cell, every word of a closing, every change of mode and every flag is changed, and of what no table says the
    orders, times, notices, offers, numbers, ids, connections and checks. The first scenario that fails kills a mutant.
    A survivor is explored: it is equivalent, or there is a scenario that kills it, which `--out` writes. It is
    our own engine that is changed; whether another one is right, `stagesim conform` says.

    Exit codes: 0 all killed, but for equivalent ones; 1 some survive; 2 bad input, or a scenario that fails without
    a mutant; 3 not all were tried in `--seconds`.

    \b
    Example:
      stagesim mutate scenarios/conformance
    """
    from stagesim.reporting.answers.mutate import findings
    from stagesim.testing.gate.targets import places
    from stagesim.testing.laboratory.mutation.killing import Plan, mutants, rules_of
    from stagesim.testing.laboratory.mutation.mutated import mutated

    plan = Plan(paths, rules)
    files = len(places(paths).files)
    known = mutants(rules_of(plan).rules)
    names = [name for name, each in known.items() if only is None or only in f"{each.kind}: {name}"][::every]
    if not names:
        raise click.UsageError(f"`--only`: no mutant has `{only}` in its kind or name\n  hint: try `--only order`")
    found = mutated(plan, names, executors, seconds, progress_of("mutants"))
    report(findings(found, files, rules, asked_for()))
    if found.survivors:
        return ExitCode.VIOLATED
    return ExitCode.UNDECIDED if found.untried else ExitCode.DONE
