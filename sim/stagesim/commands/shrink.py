"""`stagesim shrink`: of something that fails, the smallest story that fails in the same way, as a scenario."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stagesim.commands.faults import reporting_faults
from stagesim.commands.options import MODES, SCENARIO, engine_option, rules_option, set_option
from stagesim.commands.small_rooms import asked_for, hand_over
from stagesim.exit_codes import ExitCode
from stagesim.plain_text import harmless

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.scenario.variant import Variant
    from stagesim.testing.laboratory.failing import Failing


@click.command()
@click.argument("what", type=SCENARIO)
@click.option("--seconds", type=click.FloatRange(min=0), default=30, show_default=True, help="Stop after this time.")
@click.option("--run", "run_", metavar="RUN", help="Of a ledger: this one.  [default: the last one]")
@click.option(
    "--log", type=click.Path(path_type=Path), help="Of a scenario: the commands of this log (.jsonl, .parquet)."
)
@click.option("--mode", type=click.Choice(MODES), help="Of a scenario: only this mode.  [default: its modes]")
@click.option("--replication", type=click.IntRange(min=0), help="Of a scenario: only this session.  [default: 0 to 19]")
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of a scenario: seed of all draws."
)
@set_option()
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of the page and the files.  [default: reports/shrunk-WHAT-FAILS]",
)
@click.option("--fresh", is_flag=True, help="Replace what the folder has.")
@rules_option
@engine_option
@reporting_faults
def shrink(
    what: str,
    seconds: float,
    run_: str | None,
    log: Path | None,
    mode: str | None,
    replication: int | None,
    seed: int,
    sets: tuple[str, ...],
    out: Path | None,
    fresh: bool,
    rules: "Variant | None",
    engine: "EngineMaker | None",
) -> int:
    """Make the smallest story of something that fails, which fails in the same way.

    WHAT is a ledger of `stagesim fuzz`, a scenario (its first session in which a step of the script, a property, an
    invariant or the contract of engines fails), or a file with lines of the line protocol. People are left out first,
    then commands, then details; times and names become plain. It is printed as a scenario that `stagesim check`
    judges, and saved with a file for pytest.

    Exits with 0 when there is a story, and with 5 when nothing fails.

    \b
    Example:
      stagesim shrink reports/fuzz.ledger
    """
    from stagesim.reporting.answers.small_story import of_shrunk
    from stagesim.testing.laboratory.failing import NotShown
    from stagesim.testing.laboratory.shrink import Shrinking

    numbers = range(20) if replication is None else range(replication, replication + 1)
    try:
        if what.endswith((".yaml", ".yml")):
            failing = _of_scenario(what, sets, rules, engine, log, None if mode is None else [mode], seed, numbers)
        else:
            failing = _of_file(Path(what), run_, engine)
    except NotShown as error:
        click.echo(harmless(str(error)), err=True)
        return ExitCode.NOTHING
    story, failure, demands, judges = failing
    deadline_s = time.monotonic() + seconds
    small = Shrinking(story, failure, engine, demands, deadline_s, judges).shrunk()
    given = click.get_current_context().params["engine"]
    told = of_shrunk(story, small, engine, given, asked_for())
    folder = Path("reports") / f"shrunk-{told.tales[0].name}" if out is None else out
    hand_over(told, folder, fresh=fresh)
    return ExitCode.DONE


def _of_scenario(
    path: str,
    sets: tuple[str, ...],
    rules: "Variant | None",
    engine: "EngineMaker | None",
    log: Path | None,
    modes: list[str] | None,
    seed: int,
    numbers: range,
) -> "Failing":
    from stagesim.scenario.reading.loader import load
    from stagesim.testing.difference import stored
    from stagesim.testing.laboratory import failing

    scenario = load(path, sets)
    scenario = scenario if rules is None else rules.scenario(scenario)
    if engine is not None and scenario.rules is not None:
        raise click.UsageError("an engine has rules of its own\n  hint: leave out the variant, or `--engine`")
    if log is None:
        return failing.of_scenario(scenario, engine, modes, seed, numbers)
    logs = [each for (mode, _), each in stored(log).logs.items() if modes is None or mode in modes]
    for number, each in enumerate(logs, start=1):
        try:
            return failing.of_log(scenario, each, engine)
        except failing.NotShown:
            if number == len(logs):
                raise
    raise click.UsageError(f"`{log}` has no log of this mode")


def _of_file(path: Path, run: str | None, engine: "EngineMaker | None") -> "Failing":
    """The failure of a ledger, or of lines of the protocol."""
    from stagesim.given_files import file_text
    from stagesim.testing.laboratory import failing
    from stagesim.testing.laboratory.errors import LaboratoryError
    from stagesim.testing.laboratory.ledger import entries, fuzzing_of
    from stagesim.testing.laboratory.lines_of_logs import story_of_lines

    if not path.exists():
        raise LaboratoryError(
            f"`{path}` is not there\n"
            "  hint: name a scenario, or a ledger: `stagesim fuzz` writes one when it finds something"
        )
    if '"fingerprint"' not in file_text(path)[:4096]:
        found = failing.of_story(story_of_lines(path), engine)
        if found is None:
            raise failing.NotShown(f"nothing fails in `{path}`\n  hint: name the engine of these lines with `--engine`")
        return found
    kept = [each for each in entries(path) if run in (None, each.seed)]
    if not kept:
        raise LaboratoryError(f"`{path}` has no run `{run}`\n  hint: a line has its run under `seed`")
    entry = kept[-1]
    fuzzing = fuzzing_of(entry, engine)
    story, failure = fuzzing.tried(entry.run)
    if failure is None:
        raise failing.NotShown(f"the run `{entry.seed}` fails no more: it was `{entry.fingerprint}`")
    return failing.Failing(story, failure, fuzzing.demands)
