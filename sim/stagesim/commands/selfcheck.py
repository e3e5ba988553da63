"""`stagesim selfcheck`: the statistics and the gate against what they promise, the harness against queueing theory."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stagesim.commands.options import seed_option, workers_option
from stagesim.exit_codes import ExitCode

if TYPE_CHECKING:
    from stagesim.experiments.executors import Executors
    from stagesim.selfcheck.calibration.tally import Tally
    from stagesim.selfcheck.queueing.cases import Case

QUEUEING: Final = "queueing"
SECTIONS: Final = ("examples", "relations", "coverage", "false-alarms", "power", QUEUEING)


@click.command()
@click.option(
    "--only",
    "only",
    multiple=True,
    type=click.Choice(SECTIONS),
    help="Check this section alone; may be repeated.  [default: all, and with --cases queueing]",
)
@click.option(
    "--cases", metavar="FILE.csv", type=click.Path(path_type=Path), help="Cases of your own.  [default: those built in]"
)
@seed_option
@click.option(
    "--precision",
    type=click.FloatRange(min=0, max=1, min_open=True),
    default=None,
    help="How wide half of a 95 % interval of a queueing figure may be, as a share of the expected one.  "
    "[default: 0.15]",
)
@workers_option
def selfcheck(
    only: tuple[str, ...], cases: Path | None, seed: int, precision: float | None, executors: "Executors"
) -> ExitCode:
    """Check that the answers can be trusted, in six sections.

    `examples`: published figures of every statistic; `relations`: Little's law and other exact relations; `coverage`
    of the intervals; `false-alarms` of the gate and of comparisons where there is nothing to find; `power` to find a
    planted effect; `queueing`: models whose true figures are known, simulated and compared.

    Exits with 0 when everything agrees, 1 when something differs, 3 when a figure stays undecided or a model is not
    expressible, 5 when there was nothing to check. The last line says which, and why.

    \b
    Example:
      stagesim selfcheck --workers 2
    """
    from stagesim.selfcheck.calibration.tally import Tally
    from stagesim.selfcheck.queueing.cases import read_cases

    chosen = [name for name in SECTIONS if name in (only or ((QUEUEING,) if cases else SECTIONS))]
    read = read_cases(cases) if QUEUEING in chosen else []
    if QUEUEING in chosen and not read:
        click.echo(f"error: `{cases}` has no cases, so nothing was checked\n  hint: add a row", err=True)
        return ExitCode.NOTHING
    tally = Tally()
    _calibrate([name for name in chosen if name != QUEUEING], seed, executors, tally)
    if read:
        _simulate(read, seed, executors, precision, tally)
    return _said(tally)


def _calibrate(names: list[str], seed: int, executors: "Executors", tally: "Tally") -> None:
    """Print and count the sections of the calibration."""
    from stagesim.reporting.terminal.calibration import section
    from stagesim.reporting.terminal.line import clear
    from stagesim.reporting.terminal.progress import Progress
    from stagesim.selfcheck.calibration.sections import TITLES, calibrate

    found = calibrate(names, seed=seed, executors=executors)
    for name, checks in Progress().shown(found, len(names), "sections"):
        clear()
        click.echo(section(TITLES[name], checks) + "\n")
        tally.add_checks(TITLES[name], checks)


def _simulate(cases: "list[Case]", seed: int, executors: "Executors", precision: float | None, tally: "Tally") -> None:
    """Print and count the queueing cases."""
    from stagesim.reporting.terminal.line import clear
    from stagesim.reporting.terminal.progress import Progress
    from stagesim.reporting.terminal.selfcheck import Printer
    from stagesim.selfcheck.calibration.sections import TITLES
    from stagesim.selfcheck.queueing.judge import PRECISION, TOGETHER, run

    printer = Printer()
    results = run(cases, seed=seed, executors=executors, precision=precision or PRECISION)
    for result in Progress().shown(results, len(cases), "cases"):
        clear()
        printer.show(result)
        tally.add(TITLES[QUEUEING], result.case.name, result.verdict)
    printer.end(TOGETHER)


def _said(tally: "Tally") -> ExitCode:
    from stagesim.reporting.terminal.calibration import verdict_table

    click.echo("\n" + verdict_table(tally))
    return tally.exit_code
