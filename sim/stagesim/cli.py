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
from collections.abc import Mapping, Sequence
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
from stagesim.commands.permits import permits
from stagesim.commands.races import races
from stagesim.commands.rank import rank
from stagesim.commands.reference import keys, metrics, protocol, rules, schema
from stagesim.commands.replay import replay
from stagesim.commands.report import report
from stagesim.commands.run import run
from stagesim.commands.scenarios import list_scenarios, validate
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
from stagesim.plain_text import REPLACED, one_line, trouble

WHOLE: Final = 500
"""More letters than a sentence has."""

HELP: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


SECTIONS: Final[Mapping[str, Sequence[click.Command]]] = {
    "Scenarios": (list_scenarios, new, validate),
    "One session": (run, story, replay),
    "Which mode, and why": (compare, why, tip, size, sweep, rank, sensitivity, report),
    "Tests of rules and of engines": (check, baseline, diff, conform),
    "The laboratory for rules": (verify, permits, fuzz, shrink, races, coverage, mutate),
    "What there is to say": (metrics, keys, schema, rules, protocol),
    "Whether to believe it": (selfcheck,),
}
"""Every command, by what it is for."""


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

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the first sentence of each, whole, in the order in which one needs them."""
        width = max(map(len, self.commands))
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{each.name:{width}}", each.get_short_help_str(WHOLE)) for each in commands])


@click.group(cls=Commands, context_settings=HELP)
@click.version_option(__version__, prog_name="stagesim")
def cli() -> None:
    """Try out the rules of a virtual stage on simulated sessions.

    \b
    Example:
      stagesim compare scenarios/town_hall.yaml
    """


for section in SECTIONS.values():
    for command in section:
        cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line, and exit."""
    code: int = ExitCode.INTERNAL
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that engines under test are ended as well
    gc.set_threshold(20_000, 200, 10)  # a command ends soon, and until then needs most of what it has made
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
    gc.freeze()  # the end of the process takes it all away: to look through it for garbage first takes half a second
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
