"""`stagesim check`: judge what scenarios state, and say by the exit code what came of it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import click

from stagesim.commands.check_reports import FORMATS, outlets, stop_talking
from stagesim.commands.faults import Explained, explained
from stagesim.commands.options import (
    SCENARIO,
    engine_option,
    mode_names,
    modes_option,
    say_advice,
    seed_option,
    set_option,
    workers_option,
)
from stagesim.exit_codes import ExitCode
from stagesim.looks import BUDGET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stagesim.engines.contract import EngineMaker
    from stagesim.experiments.executors import Executors
    from stagesim.testing.gate.pipeline import Settings, Target
    from stagesim.testing.gate.report import Empty, Report
    from stagesim.testing.gate.verdicts import Judgement


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH[:LINE]...", type=SCENARIO)
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
@seed_option
@set_option("every scenario")
@modes_option
@click.option("--case", metavar="NAME", help="Judge only this case of the scenarios that have cases.")
@click.option(
    "--baseline",
    metavar="FILE|auto|required|none",
    default="auto",
    show_default=True,
    help="What to compare with; auto is the file beside each scenario, where there is one; required: there has to be.",
)
@click.option("--replication", type=click.IntRange(min=0), help="Simulate only this session, to see one fault again.")
@click.option(
    "--replay",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write pages that play the moments at which statements fail, beside the baseline or the rules before.",
)
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
    replay: Path | None,
    allow_empty: bool,
    engine: "EngineMaker | None",
    executors: "Executors",
    **amounts: Any,
) -> int:
    """Judge the expectations, properties, scripts and baselines of scenarios.

    Each statement passes, fails, or is undecided. Undecided ones get more sessions, with looks after 40, 80, 160
    and 320 of them, until the budget is spent; all looks together err as rarely as stated.

    Exit codes: 0 all passed; 1 something is violated; 2 bad input; 3 undecided or not tested; 4 baseline missing,
    stale, edited, too short, or of no or another scenario; 5 nothing ran, or no samples; 70 internal error; 130
    interrupted. The last line says which, and why.

    \b
    Examples:
      stagesim check scenarios/ --format text --format junit=check.xml
      stagesim check trial/talk.yaml --replay trial/replay
    """
    from stagesim.testing.gate.pipeline import Settings
    from stagesim.testing.gate.report import Fault, Report

    where = outlets(formats)
    compared: Path | Literal["auto", "required"] | None = None
    if baseline != "none":
        compared = "auto" if baseline == "auto" else "required" if baseline == "required" else Path(baseline)
    settings = Settings(
        seed=amounts["seed"],
        budget=amounts["budget"],
        executors=executors,
        replication=amounts["replication"],
        baseline=compared,
        engine=engine,
    )
    judged: list[Judgement] = []
    try:
        where.begin()
        if replay is not None:
            from stagesim.reporting.gate.replays import check_folder

            check_folder(replay)
        chosen = _chosen(paths, settings, modes=mode_names(modes), case=case, sets=sets)
        report = _carry_out(chosen, settings, judged, allow_empty, aloud=where.is_read)
        if replay is not None:
            report = _with_replays(report, chosen, settings, replay)
    except KeyboardInterrupt:
        report = Report((), interrupted=True)
    except Exception as error:
        said = explained(error) or Explained(f"internal error: {type(error).__name__}", ExitCode.INTERNAL)
        where.stop(Report(tuple(judged), fault=Fault(*said)))
        raise
    where.finish(report)
    return int(report.exit_code)


class Chosen(NamedTuple):
    """What is judged: the targets, the baselines that belong to none, and how many other files were passed over."""

    targets: "Sequence[Target]"
    orphans: "Sequence[Path]"
    passed_over: int


def _chosen(paths: "Sequence[str]", settings: "Settings", **picked: Any) -> Chosen:
    """What the paths mean. Raises ScenarioError, StudyError or UsageError; gives advice."""
    from stagesim.scenario.advice.all_advice import advice_lines
    from stagesim.testing.baselines.orphans import orphans
    from stagesim.testing.gate.targets import places, targets

    found = targets(paths, **picked)
    own = settings.engine is None
    if not own:
        _refuse_variants(found)
    say_advice(line for target in found for line in advice_lines(target.scenario, target.path, own_rules=own))
    whole = settings.baseline in ("auto", "required") and settings.replication is None
    left = dict.fromkeys(each for path in paths for each in orphans(Path(path))) if whole else {}
    return Chosen(found, list(left), places(paths).passed_over)


def _refuse_variants(chosen: "Sequence[Target]") -> None:
    """An engine has its own rules: what a scenario states of a variant is nothing that it could be held to."""
    for target in chosen:
        if target.scenario.rules is not None:
            variant = f"`{target.path}` has a variant of the rules, `{target.scenario.rules.name}`"
            raise click.UsageError(f"{variant}, and `--engine` its own rules\n  hint: leave out one of the two")


def _carry_out(
    chosen: Chosen, settings: "Settings", judgements: "list[Judgement]", allow_empty: bool, *, aloud: bool
) -> "Report":
    """Judge target by target, also when nobody reads any more; Ctrl-C keeps what has been judged."""
    from stagesim.engines.subprocess import EngineCommand
    from stagesim.reporting.terminal.progress import Progress
    from stagesim.scenario.reading.recognised import passed_over
    from stagesim.testing.gate.pipeline import of_orphan
    from stagesim.testing.gate.report import Report

    empty: list[Empty] = []
    interrupted = False
    try:
        for orphan in chosen.orphans:
            judgements.append(of_orphan(orphan))
            _say(judgements[-1], aloud=aloud)
        progress = Progress()
        settings = replace(settings, executors=replace(settings.executors, watch=progress.shown))
        targets = progress.begun(chosen.targets, len(chosen.targets), "scenarios")
        for judgement in _judged(targets, settings, empty):
            judgements.append(judgement)
            _say(judgement, aloud=aloud)
    except KeyboardInterrupt:
        interrupted = True
    notes = [passed_over(chosen.passed_over)] if chosen.passed_over else []
    if isinstance(settings.engine, EngineCommand) and not interrupted:
        notes += settings.engine.silences()
    return Report(tuple(judgements), tuple(empty), allow_empty, interrupted, tuple(notes))


def _with_replays(report: "Report", chosen: Chosen, settings: "Settings", path: Path) -> "Report":
    """The report with a page for each moment at which something went wrong."""
    from stagesim.reporting.gate.replays import with_pages

    scenarios = {(each.path, each.case): each.scenario for each in chosen.targets}
    judgements = with_pages(report.judgements, scenarios, path, seed=settings.seed, engine=settings.engine)
    return replace(report, judgements=judgements)


def _say(judgement: "Judgement", *, aloud: bool) -> None:
    """One line of what has been judged; what was not reached is counted at the end."""
    from stagesim.reporting.gate.plain import line
    from stagesim.reporting.terminal.line import clear
    from stagesim.testing.gate.verdicts import Verdict

    if judgement.verdict is Verdict.NOT_REACHED:
        return
    clear()
    try:
        click.echo(line(judgement), err=not aloud)
    except BrokenPipeError:
        stop_talking()


def _judged(chosen: "Iterable[Target]", settings: "Settings", empty: "list[Empty]") -> "Iterator[Judgement]":
    """The judgements on all targets, in the order of their files."""
    from stagesim.testing.gate.in_order import InOrder
    from stagesim.testing.gate.pipeline import judge
    from stagesim.testing.gate.questions import questions, why_none
    from stagesim.testing.gate.report import Empty

    for target in chosen:
        raised = questions(target, settings)
        if not raised:
            empty.append(Empty(target.path, target.case, why_none(target)))
        order = InOrder(raised, target.modes)
        try:
            for judgement in judge(target, settings, raised):
                yield from order.ready(judgement)
        except KeyboardInterrupt:
            yield from order.rest()
            raise
