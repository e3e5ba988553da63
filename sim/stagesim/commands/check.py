"""`stagesim check`: judge what scenarios state, and say by the exit code what came of it."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from stagesim.commands.options import (
    engine_option,
    mode_list,
    modes_option,
    say_advice,
    worker_number,
    workers_option,
)
from stagesim.looks import BUDGET

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.testing.gate.pipeline import Settings, Target
    from stagesim.testing.gate.report import Report
    from stagesim.testing.gate.verdicts import Judgement

FORMATS: Final = ("text", "json", "junit", "markdown", "github")


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH[:LINE]...", type=click.Path(path_type=str))
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=f"One of {', '.join(FORMATS)}; with a file it goes there. May be repeated.  [default: text]",
)
@click.option(
    "--budget", type=click.IntRange(min=2), default=BUDGET, show_default=True, help="Sessions in each mode at most."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of all draws.")
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a value of every scenario.")
@modes_option
@click.option("--case", help="Judge only this case of the scenarios that have cases.")
@click.option(
    "--baseline",
    metavar="FILE|auto|none",
    default="auto",
    show_default=True,
    help="What to compare with; auto is the file beside each scenario, where there is one.",
)
@click.option("--replication", type=click.IntRange(min=0), help="Simulate only this one, to see one fault again.")
@click.option("--allow-empty", is_flag=True, help="Let scenarios pass that state nothing.")
@engine_option
@workers_option
def check(
    paths: tuple[str, ...],
    formats: tuple[str, ...],
    sets: tuple[str, ...],
    modes: str | None,
    case: str | None,
    baseline: str,
    allow_empty: bool,
    engine: "EngineMaker | None",
    **amounts: Any,
) -> int:
    """Judge the expectations, properties, scripts and baselines of scenarios.

    Each statement passes, fails, or is undecided. Undecided ones get more sessions, with looks after 40, 80, 160
    and 320 of them, until the budget is spent; all looks together err as rarely as stated.

    Exit codes: 0 all passed; 1 something is violated; 2 bad input; 3 undecided or not tested; 4 baseline missing, stale
    or of another scenario; 5 nothing ran, or no samples; 70 internal error; 130 interrupted. The last line says which,
    and why.

    \b
    Example:
      stagesim check scenarios/ --format text --format junit=check.xml
    """
    from stagesim.scenario.advice.all_advice import advice_lines
    from stagesim.testing.gate.pipeline import Settings
    from stagesim.testing.gate.targets import places, targets

    wanted = _formats(formats)
    compared: Path | Literal["auto"] | None = "auto"
    if baseline != "auto":
        compared = None if baseline == "none" else Path(baseline)
    settings = Settings(
        seed=amounts["seed"],
        budget=amounts["budget"],
        workers=worker_number(amounts["workers"]),
        replication=amounts["replication"],
        baseline=compared,
        engine=engine,
    )
    chosen = targets(paths, modes=mode_list(modes), case=case, sets=sets)
    if engine is not None:
        _refuse_variants(chosen)
    own = engine is None
    say_advice(line for target in chosen for line in advice_lines(target.scenario, target.path, own_rules=own))
    said: str | None = next((name for name, file in wanted if file is None), None)
    saved_first = sorted(wanted, key=lambda each: each[1] is None)
    aloud = said in ("text", "github")
    report = _carry_out(chosen, settings, allow_empty, aloud=aloud)
    try:
        for name, file in saved_first:
            _write(report, name, file)
        if not aloud:
            click.echo(report.last_line, err=said is not None)
    except BrokenPipeError:
        _stop_talking()
    return int(report.exit_code)


def _refuse_variants(chosen: "Sequence[Target]") -> None:
    """An engine has its own rules: what a scenario states of a variant is nothing that it could be held to."""
    for target in chosen:
        if target.scenario.rules is not None:
            variant = f"`{target.path}` has a variant of the rules, `{target.scenario.rules.name}`"
            raise click.UsageError(f"{variant}, and `--engine` its own rules\n  hint: leave out one of the two")


def _stop_talking() -> None:
    """Nobody reads any more: the verdict is still the exit code, and so is found in full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _formats(given: Sequence[str]) -> list[tuple[str, Path | None]]:
    """The formats, each with its file; at most one goes to the terminal."""
    found: list[tuple[str, Path | None]] = []
    for each in given or ("text",):
        name, separator, file = each.partition("=")
        if name not in FORMATS or (separator and not file):
            possible = ", ".join(FORMATS)
            raise click.BadParameter(f"unknown format `{each}`\n  hint: possible are {possible}, or FORMAT=FILE")
        found.append((name, Path(file) if separator else None))
    if sum(file is None for _, file in found) > 1:
        raise click.BadParameter("two formats for the terminal\n  hint: send one of them to a file, as FORMAT=FILE")
    return found


def _carry_out(chosen: "Sequence[Target]", settings: "Settings", allow_empty: bool, *, aloud: bool) -> "Report":
    """Judge target by target, also when nobody reads any more; Ctrl-C keeps what has been judged."""
    from stagesim.engines.subprocess import EngineCommand
    from stagesim.reporting.gate import line
    from stagesim.testing.gate.report import Report
    from stagesim.testing.gate.verdicts import Verdict

    judgements: list[Judgement] = []
    empty: list[str] = []
    interrupted = False
    try:
        for judgement in _judged(chosen, settings, empty):
            judgements.append(judgement)
            if judgement.verdict is Verdict.NOT_REACHED:
                continue  # counted at the end
            try:
                click.echo(line(judgement), err=not aloud)
            except BrokenPipeError:
                _stop_talking()
    except KeyboardInterrupt:
        interrupted = True
    notes: Sequence[str] = ()
    if isinstance(settings.engine, EngineCommand) and not interrupted:
        notes = settings.engine.silences()
    return Report(tuple(judgements), tuple(empty), allow_empty, interrupted, tuple(notes))


def _judged(chosen: "Sequence[Target]", settings: "Settings", empty: list[str]) -> "Iterator[Judgement]":
    from stagesim.testing.gate.pipeline import judge
    from stagesim.testing.gate.questions import questions

    for target in chosen:
        raised = questions(target, settings)
        if not raised:
            empty.append(f"{target.path} [{target.case}]" if target.case else target.path)
        yield from judge(target, settings, raised)


def _write(report: "Report", name: str, file: Path | None) -> None:
    from stagesim.experiments.study import StudyError
    from stagesim.reporting.gate import FORMATS as WRITERS

    whole = WRITERS[name](report)
    if file is None:
        click.echo(("\n" if name in ("text", "github") else "") + whole, nl=False)
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(whole, encoding="utf-8")
    except OSError as error:
        raise StudyError(f"cannot write `{file}`: {error.strerror}\n  hint: name another file") from None
