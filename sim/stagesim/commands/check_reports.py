"""Where the reports of a check go: at most one to the terminal, the others to files.

A file has a report from the first moment on, which says that the check did not come to its end: whoever ends the
process, and how, leaves nothing behind that looks like a success, and no report of another day.
"""

import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stagesim.errors import StagesimError
from stagesim.given_files import refuse_other, write_whole

if TYPE_CHECKING:
    from stagesim.testing.gate.report import Report

OTHERS: Final = re.compile(r'"schema": "stagesim\.(?!check/)')
"""What another file of ours begins with, such as a baseline."""

FORMATS: Final = ("text", "json", "junit", "markdown", "github")


@dataclass(frozen=True, slots=True)
class Outlets:
    """What is written: `terminal` is the format that is printed, `files` are the others with where they go. `asked` is
    the command whose reports they are.
    """

    terminal: str | None
    files: tuple[tuple[str, Path], ...]
    asked: str = "stagesim check"

    @property
    def is_read(self) -> bool:
        """Whether people read what is printed, so that each judgement may be said there as it comes."""
        return self.terminal in ("text", "github")

    def begin(self) -> None:
        """Put into every file that the check has not come to its end. Raises StudyError where that cannot be."""
        from stagesim.testing.gate.report import UNFINISHED, Report

        for name, file in self.files:
            if file.is_file() or not file.exists():
                _write(Report((), fault=UNFINISHED, asked=self.asked), name, file)

    def finish(self, report: "Report") -> None:
        """Write everything, the files first; it does not matter if nobody reads any more."""
        from stagesim.reporting.gate.formats import FORMATS as WRITERS

        for name, file in self.files:
            _write(report, name, file)
        try:
            if self.terminal is not None:
                click.echo("\n" * self.is_read + WRITERS[self.terminal](report), nl=False)
            if not self.is_read:
                click.echo(report.last_line, err=self.terminal is not None)
        except BrokenPipeError:
            stop_talking()

    def stop(self, report: "Report") -> None:
        """Write why the check did not come to its end; as text it is said by whoever ends the command."""
        from stagesim.reporting.gate.formats import FORMATS as WRITERS

        for name, file in self.files:
            with suppress(StagesimError):  # that one file cannot be written has been said
                _write(report, name, file)
        if self.terminal not in (None, "text"):
            click.echo(WRITERS[self.terminal](report), nl=False)


def outlets(given: Sequence[str], asked: str = "stagesim check") -> Outlets:
    """The formats of the command line, each `FORMAT` or `FORMAT=FILE`.

    Raises NotAFile for a file that is there and that one needs: a scenario, or another file of ours.
    """
    terminal: list[str] = []
    files: list[tuple[str, Path]] = []
    for each in given or ("text",):
        name, separator, file = each.partition("=")
        if name not in FORMATS or (separator and not file):
            possible = ", ".join(FORMATS)
            raise click.BadParameter(
                f"unknown format `{each}`\n  hint: possible are {possible}, or FORMAT=FILE", param_hint="--format"
            )
        if separator:
            files.append((name, Path(file)))
        else:
            terminal.append(name)
    if len(terminal) > 1:
        raise click.BadParameter(
            "two formats for the terminal\n  hint: send one of them to a file, as FORMAT=FILE", param_hint="--format"
        )
    for _, path in files:
        refuse_other(path, "report of a check", partial(_may_be_replaced, path))
    twice = [file for number, (_, file) in enumerate(files) if file in (other for _, other in files[:number])]
    if twice:
        raise click.BadParameter(
            f"two formats for `{twice[0]}`\n  hint: send each to a file of its own", param_hint="--format"
        )
    return Outlets(terminal[0] if terminal else None, tuple(files), asked)


def _may_be_replaced(path: Path, head: str) -> bool:
    """Whether a file that begins like this is none that one needs: no scenario, and no other file of ours."""
    from stagesim.scenario.reading.recognised import SUFFIXES

    return path.suffix not in SUFFIXES and not OTHERS.search(head)


def stop_talking() -> None:
    """Nobody reads any more: the verdict is still the exit code, and so is found in full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(report: "Report", name: str, file: Path) -> None:
    """Write a file, whole or not at all; a pipe or a device gets it as it is."""
    from stagesim.experiments.study import StudyError
    from stagesim.reporting.gate.formats import FORMATS as WRITERS

    whole = WRITERS[name](report)
    try:
        write_whole(file, whole)
    except OSError as error:
        raise StudyError(f"cannot write `{file}`: {error.strerror}\n  hint: name another file") from None
