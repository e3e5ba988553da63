"""`stagesim conform`: whether a program is an engine by these rules, and the shortest talk that shows it is none."""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stagesim.commands.check_reports import FORMATS, outlets
from stagesim.commands.faults import Explained, explained
from stagesim.commands.options import rules_option
from stagesim.exit_codes import ExitCode

if TYPE_CHECKING:
    from stagesim.scenario.variant import Variant
    from stagesim.testing.gate.report import Report
    from stagesim.testing.laboratory.conformance.conform import Settings

ASKED = "stagesim conform"


@click.command()
@click.argument("command", nargs=-1, required=True, metavar="-- COMMAND...", type=click.UNPROCESSED)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=f"One of {', '.join(FORMATS)}; with a file it goes there. May be repeated.  [default: text]",
)
@click.option(
    "--seconds", type=click.FloatRange(min=1), default=120, show_default=True, help="How long it may take in all."
)
@click.option(
    "--talks", type=click.IntRange(min=0), default=200, show_default=True, help="How many random talks there are."
)
@click.option(
    "--seed", type=click.IntRange(min=0), help="Seed of the first random talk.  [default: what is kept, or 1]"
)
@click.option("--only", multiple=True, metavar="NAME", help="Try only this; may be repeated. A wrong name lists all.")
@rules_option
@click.option(
    "--kept",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Try first what is kept there, go on with the next seed, and keep what comes of it.",
)
def conform(
    command: tuple[str, ...], formats: tuple[str, ...], kept: Path | None, rules: "Variant | None", **amounts: Any
) -> int:
    """Put a program that speaks the line protocol through its paces.

    It is asked the talks of the conformance files, everything that can be done in small rooms, commands that come
    again, lines at fault, and random talks. Each answer is held against the rules, or with `--rules` against those of
    a variant: decisions, events, what happens by itself, the state, who is told, what is offered, when something is
    due. What is wrong is reported once, with the shortest talk that shows it.

    Exit codes: 0 it conforms; 1 something is wrong; 2 bad input, or no such program; 3 not all was tested, because it
    does not know `told`, `due`, `actions` or `engine`, or because the time was up; 130 interrupted.

    \b
    Example:
      stagesim conform --seconds 60 --format junit=conform.xml -- python -m stageaccess
    """
    from stagesim.testing.gate.report import Fault, Report
    from stagesim.testing.laboratory.conformance.conform import Settings

    where = outlets(formats, ASKED)
    where.begin()
    settings = Settings(amounts["seconds"], amounts["talks"], amounts["seed"] or 1, amounts["only"])
    if rules is not None:
        settings = replace(settings, rules=rules.rules)
    engine = command[0] if len(command) == 1 else shlex.join(command)
    try:
        report = _carry_out(engine, settings, kept, is_seeded=amounts["seed"] is not None)
    except Exception as error:
        said = explained(error) or Explained(f"internal error: {type(error).__name__}", ExitCode.INTERNAL)
        where.stop(Report((), fault=Fault(*said), asked=ASKED))
        raise
    where.finish(report)
    return int(report.exit_code)


def _carry_out(engine: str, settings: "Settings", file: Path | None, *, is_seeded: bool) -> "Report":
    """Try the engine, and keep what came of it, also of what was interrupted."""
    from stagesim.engines.subprocess import PATIENCE_S
    from stagesim.reporting.terminal.line import Line
    from stagesim.testing.laboratory.conformance.conform import Search
    from stagesim.testing.laboratory.conformance.judged import report_of
    from stagesim.testing.laboratory.conformance.kept import Kept, read_kept, write_kept
    from stagesim.testing.laboratory.conformance.playing import Program

    before = read_kept(file, engine) if file is not None else Kept(engine)
    if before.seed is not None and not is_seeded:
        settings = replace(settings, seed=before.seed)
    program = Program(engine, PATIENCE_S)
    line = Line()
    search = Search(program, settings, lambda name: line.say(lambda: f"trying {name}"))
    interrupted = False
    try:
        search.run(before.defects, before.done, before.asked)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        line.clear()
        program.restart()
    if file is not None:
        write_kept(file, before, search.books, settings.seed)
    return report_of(search.books, engine, interrupted=interrupted)
