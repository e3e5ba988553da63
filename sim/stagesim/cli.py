"""The command line: arguments in, calls out, no logic.

Results go to standard output, everything else (progress, errors, where the report is) to standard error. Exit codes:
those of `exit_codes`. What is slow to import is imported where it is needed, so that `--help` and `validate` answer at
once.
"""

import gc
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
from typing_extensions import override

from stagesim import __version__
from stagesim.commands.baseline import baseline
from stagesim.commands.check import check
from stagesim.commands.compare import compare
from stagesim.commands.conform import conform
from stagesim.commands.coverage import coverage
from stagesim.commands.diff import diff
from stagesim.commands.faults import explained
from stagesim.commands.fuzz import fuzz
from stagesim.commands.mutate import mutate
from stagesim.commands.new import new
from stagesim.commands.options import say_advice
from stagesim.commands.permits import permits
from stagesim.commands.races import races
from stagesim.commands.rank import rank
from stagesim.commands.reference import keys, metrics
from stagesim.commands.replay import replay
from stagesim.commands.report import report
from stagesim.commands.run import run
from stagesim.commands.selfcheck import selfcheck
from stagesim.commands.sensitivity import sensitivity
from stagesim.commands.shrink import shrink
from stagesim.commands.size import size
from stagesim.commands.story import story
from stagesim.commands.sweep import sweep
from stagesim.commands.tip import tip
from stagesim.commands.verify import verify
from stagesim.commands.why import why
from stagesim.exit_codes import ExitCode
from stagesim.plain_text import REPLACED, harmless, one_line, trouble

HELP: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class ReaderGone(Exception):
    """Whoever read our output has seen enough."""


class Commands(click.Group):
    """Our commands; click itself would end with 1, which is a verdict, when nobody reads the output any more."""

    @override
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGone from None


@click.group(cls=Commands, context_settings=HELP)
@click.version_option(__version__, prog_name="stagesim")
def cli() -> None:
    """Try out the rules of a virtual stage on simulated sessions.

    \b
    Example:
      stagesim compare scenarios/town_hall.yaml
    """


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def validate(paths: tuple[Path, ...]) -> int:
    """Check scenario files, or all of a folder, without running them.

    \b
    Example:
      stagesim validate scenarios/
    """
    from stagesim.scenario.advice.all_advice import advice_lines
    from stagesim.scenario.reading.loader import ScenarioError, cases_of, load

    bad = 0
    for path in _scenario_files(paths):
        try:
            scenario = load(path)
            for _ in cases_of(scenario, path):
                pass  # each is read, and so is what it states
        except ScenarioError as error:
            bad += 1
            click.echo(harmless(str(error)), err=True)
        else:
            click.echo(harmless(f"{path}: valid: {scenario.title}"))
            say_advice(advice_lines(scenario, str(path)))
    return ExitCode.BAD_INPUT if bad else ExitCode.DONE


@cli.command("list")
@click.argument("folder", default="scenarios", type=click.Path(path_type=Path))
@click.option("--all", "below", is_flag=True, help="Also those of the folders below it.")
@click.option("--bundled", "ours", is_flag=True, help="Those that come with stagesim, which any command takes by name.")
def list_scenarios(folder: Path, below: bool, ours: bool) -> int:
    """List the scenarios of a folder: file, length, people, title.

    \b
    Example:
      stagesim list scenarios/conformance
    """
    from stagesim.scenario.reading.bundled import bundled_names
    from stagesim.scenario.reading.loader import ScenarioError, load

    if ours:
        for name in bundled_names():
            click.echo(f"{name:30}  {load(name).title}")
        return ExitCode.DONE
    bad = 0
    every = _scenario_files((folder,))
    files = every if below else [path for path in every if path.parent == folder] or every
    for path in files:
        try:
            scenario = load(path)
        except ScenarioError as error:
            bad += 1
            click.echo(harmless(str(error)), err=True)
            continue
        width = max(len(str(other)) for other in files if other.parent == path.parent)
        counts = [group.count for group in scenario.audience.values()]
        number = "open number" if None in counts else f"{sum(count for count in counts if count)} people"
        who = f"{'script' if scenario.script and not counts else number:>12}"
        click.echo(harmless(f"{path!s:{width}}  {scenario.duration / 60_000:4.0f} min  {who}  {scenario.title}"))
    if len(files) < len(every):
        click.echo(f"{len(every) - len(files)} more in the folders below: `stagesim list {folder} --all`", err=True)
    return ExitCode.BAD_INPUT if bad else ExitCode.DONE


def _scenario_files(paths: tuple[Path, ...]) -> list[Path]:
    """The files themselves, and all scenario files in and below the folders, those in a folder itself first."""
    from stagesim.scenario.reading.bundled import bundled
    from stagesim.scenario.reading.recognised import nothing_in, passed_over, scenario_files

    files: list[Path] = []
    others = 0
    for path in paths:
        if bundled(str(path)) is not None and not path.exists():
            files.append(path)
            continue
        if not path.exists():
            raise click.UsageError(f"`{path}` is not there\n  hint: {_name_a_folder(path)}")
        if not path.is_dir():
            files.append(path)
            continue
        inside = scenario_files(path)
        if not inside.files:
            raise click.UsageError(nothing_in(path, inside.passed_over))
        files += inside.files
        others += inside.passed_over
    if others:
        click.echo(passed_over(others), err=True)
    return files


def _name_a_folder(path: Path) -> str:
    if path == Path("scenarios"):
        return (
            "name the folder of your scenario files, such as `stagesim list FOLDER`, or see `stagesim list --bundled`"
        )
    return "name a file or a folder, such as `scenarios`"


cli.add_command(run)
cli.add_command(compare)
cli.add_command(check)
cli.add_command(selfcheck)
cli.add_command(sweep)
cli.add_command(size)
cli.add_command(rank)
cli.add_command(sensitivity)
cli.add_command(tip)
cli.add_command(why)
cli.add_command(baseline)
cli.add_command(new)
cli.add_command(replay)
cli.add_command(report)
cli.add_command(story)
cli.add_command(diff)
cli.add_command(verify)
cli.add_command(fuzz)
cli.add_command(permits)
cli.add_command(coverage)
cli.add_command(mutate)
cli.add_command(shrink)
cli.add_command(conform)
cli.add_command(races)
cli.add_command(metrics)
cli.add_command(keys)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line, and exit."""
    code: int = ExitCode.INTERNAL
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that engines under test are ended as well
    gc.set_threshold(20_000, 20, 10)  # a command ends soon, and until then needs most of what it has made
    show_what_can_be_shown()
    try:
        code = invoke(arguments)
        sys.stdout.flush()
    except (BrokenPipeError, ReaderGone):
        # What was to be saved has been saved already, and a check has written its files.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.DONE
    except Exception:
        # A fault of ours: the traceback for the report of it, and a code that no verdict has.
        traceback.print_exc()
        click.echo("internal error (exit 70): this is a fault of stagesim itself; please report it", err=True)
    sys.exit(int(code))


def show_what_can_be_shown() -> None:
    """Have both streams take any text: what they cannot show is replaced, and what is closed swallows everything."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - to the very end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=REPLACED)


def check_arguments(arguments: Sequence[str]) -> None:
    """Raise a usage error for an argument that is empty, or that cannot be shown or written to a file."""
    for number, given in enumerate(arguments, start=1):
        found = trouble(given, lines=True)
        if not given:
            raise click.UsageError(f"argument {number} is empty\n  hint: `.` is the folder you are in")
        if found is not None:
            message, hint = found
            raise click.UsageError(f"argument {number}, `{one_line(given)}`: {message}\n  hint: {hint}")


def invoke(arguments: list[str] | None) -> int:
    """Run one command; errors are printed. The exit code."""
    try:
        check_arguments(sys.argv[1:] if arguments is None else arguments)
        code = cli.main(arguments, prog_name="stagesim", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing was written", err=True)
        return ExitCode.INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return ExitCode.BAD_INPUT
    except (click.UsageError, ValueError, OSError) as error:
        found = explained(error)
        if found is None:
            raise
        lost = found.code is ExitCode.INTERRUPTED
        click.echo(f"{found.said}; no result was written" if lost else f"error: {found.said}", err=True)
        return found.code
    return code if isinstance(code, int) else ExitCode.DONE
