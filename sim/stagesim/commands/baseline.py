"""`stagesim baseline`: keep what a scenario gives, look at it, and accept what has changed for a reason."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stagesim.commands.faults import reporting_faults
from stagesim.commands.options import (
    SCENARIO,
    engine_option,
    mode_names,
    modes_option,
    seed_option,
    set_option,
    workers_option,
)
from stagesim.exit_codes import ExitCode
from stagesim.looks import FIRST_LOOK

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.experiments.executors import Executors
    from stagesim.scenario.scenario import Scenario

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def baseline() -> None:
    """Keep what a scenario gives in a file, and compare later versions with it.

    Commit this file: `stagesim check` compares with it.

    \b
    Example:
      stagesim baseline save scenarios/seminar.yaml
      stagesim check scenarios/seminar.yaml --baseline auto
    """


def _what(command: Command) -> Command:
    """The options of the commands that simulate."""
    options = (
        click.argument("scenario", type=SCENARIO),
        set_option(),
        click.option(
            "--case", metavar="NAME", default="", help="A case of the scenario; each case has a baseline of its own."
        ),
        click.option(
            "--file",
            "file",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="The baseline.  [default: baselines/NAME.json beside the scenario]",
        ),
        engine_option,
        workers_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


def _check_free(target: Path, *, replace: bool) -> None:
    if target.exists() and not replace:
        raise click.UsageError(
            f"`{target}` is there already\n"
            "  hint: `stagesim baseline accept` takes over what you name; `--replace` takes over everything"
        )


@baseline.command()
@_what
@modes_option
@seed_option
@click.option(
    "--replications", type=click.IntRange(min=2), default=FIRST_LOOK, show_default=True, help="Sessions in each mode."
)
@click.option("--replace", is_flag=True, help="Replace a baseline that is there, with everything in it.")
@reporting_faults
def save(
    scenario: str,
    sets: tuple[str, ...],
    case: str,
    file: Path | None,
    engine: "EngineMaker | None",
    executors: "Executors",
    modes: str | None,
    seed: int,
    replications: int,
    replace: bool,
) -> int:
    """Simulate a scenario, and keep what it gives as its baseline.

    \b
    Example:
      stagesim baseline save scenarios/seminar.yaml --replications 40
    """
    from stagesim.experiments.study import chosen_modes
    from stagesim.given_files import refuse_other
    from stagesim.testing.baselines.baseline_file import MARK, baseline_path
    from stagesim.testing.baselines.baseline_file import save as write
    from stagesim.testing.baselines.made import make

    target = file or baseline_path(scenario, case)
    _check_free(target, replace=replace)
    refuse_other(target, "baseline", lambda head: MARK in head)
    loaded = _loaded(scenario, case, sets)
    chosen = chosen_modes(loaded, mode_names(modes))
    made = make(
        loaded,
        modes=chosen,
        replications=replications,
        seed=seed,
        executors=executors,
        engine=engine,
    )
    _check_free(target, replace=replace)  # another run may have kept one meanwhile
    write(target, made)
    click.echo(
        f"{target}: {len(chosen)} modes, {replications} replications each, digest of all answers {made.answers[:12]}"
    )
    if loaded.baseline != "required":
        click.echo("hint: with `baseline: required` in the scenario a check notices when this file is gone", err=True)
    return ExitCode.DONE


@baseline.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--metric", "metrics", multiple=True, metavar="METRIC", help="Show this metric; may be repeated.")
@reporting_faults
def show(path: Path, metrics: tuple[str, ...]) -> int:
    """Show a baseline: of what, when it was accepted and why, and its means.

    PATH is the baseline, or the scenario that it is kept for.

    \b
    Example:
      stagesim baseline show scenarios/seminar.yaml --metric time_to_stage_mean
    """
    from stagesim.testing.baselines.baseline_file import baseline_path, described, load_baseline

    found = load_baseline(path if path.suffix == ".json" else baseline_path(path))
    for line in described(found, metrics):
        click.echo(line)
    return ExitCode.DONE


@baseline.command()
@_what
@click.option(
    "--only",
    multiple=True,
    required=True,
    metavar="NAME",
    help="What to take over: `decisions`, a metric, or a pattern such as `time_to_stage_*`; may be repeated.",
)
@click.option("--reason", required=True, metavar="TEXT", help="Why it has changed; kept in the baseline.")
@reporting_faults
def accept(
    scenario: str,
    sets: tuple[str, ...],
    case: str,
    file: Path | None,
    engine: "EngineMaker | None",
    executors: "Executors",
    only: tuple[str, ...],
    reason: str,
) -> int:
    """Take over what is named from a new run into the baseline, with the reason; everything else stays.

    \b
    Example:
      stagesim baseline accept scenarios/seminar.yaml --only decisions --only "time_to_stage_*" \\
        --reason "approval needs a second look since June"
    """
    from stagesim.testing.baselines.acceptance import accept as take_over
    from stagesim.testing.baselines.baseline_file import accepted_lines, baseline_path, load_baseline
    from stagesim.testing.baselines.baseline_file import save as write
    from stagesim.testing.baselines.fit import check_fits
    from stagesim.testing.baselines.made import make

    target = file or baseline_path(scenario, case)
    old = load_baseline(target)
    loaded = _loaded(scenario, case, sets)
    check_fits(old, loaded, old.modes)
    take_over(old, old, only, reason)
    fresh = make(
        loaded,
        modes=old.modes,
        replications=old.replications,
        seed=old.seed,
        executors=executors,
        engine=engine,
    )
    changed = take_over(old, fresh, only, reason)
    write(target, changed)
    for line in accepted_lines(old, changed):
        click.echo(line)
    click.echo(f"{target}: accepted {', '.join(only)}: {reason}")
    return ExitCode.DONE


def _loaded(path: str, case: str, sets: tuple[str, ...]) -> "Scenario":
    """The scenario, or one case of it; a scenario with cases is kept case by case."""
    from stagesim.scenario.reading.loader import load
    from stagesim.testing.gate.targets import targets

    if case:
        return targets([path], case=case, sets=sets)[0].scenario
    loaded = load(path, sets)
    if loaded.cases:
        raise click.UsageError(
            f"`{path}` has cases, and each has a baseline of its own\n  hint: `--case` {', '.join(loaded.cases)}"
        )
    return loaded
