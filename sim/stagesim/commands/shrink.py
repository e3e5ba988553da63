"""`stagesim shrink`: of something that fails, the smallest story that fails in the same way, as a scenario."""

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stagesim.commands.faults import reporting_faults
from stagesim.commands.options import MODES, engine_option, rules_option
from stagesim.exit_codes import ExitCode
from stagesim.plain_text import harmless

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.scenario.variant import Variant
    from stagesim.testing.laboratory.failing import Failing

OUT: Final = Path("reports") / "shrunk"


@click.command()
@click.argument("what", type=click.Path(path_type=str))
@click.option("--seconds", type=click.FloatRange(min=0), default=30, show_default=True, help="How long.")
@click.option("--run", "run_", metavar="RUN", help="Of a ledger: this one.  [default: the last one]")
@click.option(
    "--log", type=click.Path(path_type=Path), help="Of a scenario: the commands of this log (.jsonl, .parquet)."
)
@click.option("--mode", type=click.Choice(MODES), help="Of a scenario: only this mode.  [default: its modes]")
@click.option("--replication", type=click.IntRange(min=0), help="Of a scenario: only this session.  [default: 0 to 19]")
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of a scenario: seed of all draws."
)
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a value of the scenario.")
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path), default=OUT, show_default=True, help="Folder of the files."
)
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
    out: Path,
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
    from stagesim.testing.laboratory.failing import NotShown
    from stagesim.testing.laboratory.runner import shown
    from stagesim.testing.laboratory.shrink import Shrinking
    from stagesim.testing.laboratory.written import pytest_text

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
    written, is_shown = shown(small.story, small.failure, engine)
    click.echo(harmless(written.text), nl=False)
    name = re.sub(r"[^a-z0-9]+", "_", small.failure.fingerprint.lower()).strip("_")[:60].rstrip("_")
    out.mkdir(parents=True, exist_ok=True)
    scenario_file, test_file = out / f"{name}.yaml", out / f"test_{name}.py"
    scenario_file.write_text(written.text, encoding="utf-8")
    command = click.get_current_context().params["engine"]
    test_file.write_text(pytest_text(written, small.failure, command), encoding="utf-8")
    people, actions = len(small.story.people), small.story.actions
    click.echo(
        f"{len(story.people)} people, {len(story.lines)} lines -> {people} people, {actions} actions"
        f" ({small.tries} tries)",
        err=True,
    )
    if not small.is_done:
        click.echo(f"stopped after {seconds:g} s: it may not be the smallest; give `--seconds` more", err=True)
    if not is_shown:
        click.echo("`stagesim check` has no word that shows this: the scenario passes there", err=True)
    click.echo(f"written: {scenario_file}, {test_file}", err=True)
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
    from stagesim.testing.laboratory import failing
    from stagesim.testing.laboratory.errors import LaboratoryError
    from stagesim.testing.laboratory.ledger import entries, fuzzing_of
    from stagesim.testing.laboratory.lines_of_logs import story_of_lines

    if not path.exists():
        raise LaboratoryError(f"`{path}` is not there\n  hint: name a ledger of `stagesim fuzz`, or a scenario")
    if '"fingerprint"' not in path.read_text(encoding="utf-8")[:4096]:
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
