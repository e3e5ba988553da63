"""`stagesim selfcheck`: the harness against queueing theory."""

from pathlib import Path

import click

from stagesim.commands.options import worker_number, workers_option
from stagesim.exit_codes import ExitCode


@click.command()
@click.option(
    "--cases", metavar="FILE.csv", type=click.Path(path_type=Path), help="Cases of your own.  [default: those built in]"
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of all draws.")
@click.option(
    "--precision",
    type=click.FloatRange(min=0, max=1, min_open=True),
    default=None,
    help="How wide half of a 95 % interval may be, as a share of the expected figure.  [default: 0.15]",
)
@workers_option
def selfcheck(cases: Path | None, seed: int, precision: float | None, workers: str) -> int:
    """Simulate queueing models whose true figures are known, and compare.

    Exits with 0 when every case agrees, 1 when a figure differs, 3 when one stays undecided or a model is not
    expressible, 5 when there was no case.

    \b
    Example:
      stagesim selfcheck --workers 2
    """
    from stagesim.reporting.progress import shown
    from stagesim.reporting.verdicts import Printer
    from stagesim.testing.queueing.cases import read_cases
    from stagesim.testing.selfcheck import PRECISION, TOGETHER, Verdict, run

    read = read_cases(cases)
    if not read:
        click.echo(f"error: `{cases}` has no cases, so nothing was checked\n  hint: add a row", err=True)
        return ExitCode.NOTHING
    printer = Printer()
    verdicts = set()
    results = run(read, seed=seed, workers=worker_number(workers), precision=precision or PRECISION)
    for result in shown(results, len(read), "cases"):
        printer.show(result)
        verdicts.add(result.verdict)
    printer.end(TOGETHER)
    if Verdict.DIFFERS in verdicts:
        return ExitCode.VIOLATED
    return ExitCode.DONE if verdicts == {Verdict.AGREES} else ExitCode.UNDECIDED
