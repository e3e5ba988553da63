"""What an error is in words, and which exit code it ends a command with; a fault of ours is none of these."""

import errno
import os
import re
import sys
from collections.abc import Callable
from functools import wraps
from typing import Final, NamedTuple, ParamSpec

import click

from stagesim.commands.expected import what_was_expected
from stagesim.exit_codes import ExitCode
from stagesim.plain_text import harmless

P = ParamSpec("P")


def reporting_faults(command: Callable[P, int]) -> Callable[P, int]:
    """Have a command print what is wrong with baselines and logs, and end with the code that says so."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return command(*args, **kwargs)
        except ValueError as error:
            code = _code(error)
            if code is None:
                raise
            click.echo(harmless(f"error: {error}"), err=True)
            return code

    return guarded


def _code(error: ValueError) -> ExitCode | None:
    from stagesim.eventlog import LogError
    from stagesim.testing.baselines.baseline import BaselineError
    from stagesim.testing.difference import DifferenceError

    if isinstance(error, BaselineError):
        return ExitCode.BASELINE
    return ExitCode.BAD_INPUT if isinstance(error, LogError | DifferenceError) else None


OF_FILES: Final = frozenset(
    (
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG),
        *(errno.EEXIST, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO),
    )
)
"""Faults of paths, permissions and disks, which are no faults of ours."""


class Explained(NamedTuple):
    """An error in words for whoever gave the command, and its exit code."""

    said: str
    code: ExitCode


def explained(error: Exception) -> Explained | None:
    """What an error is, whoever raised it; None for a fault of ours, which keeps its traceback."""
    if isinstance(error, click.UsageError):
        message = what_was_expected(error) or in_our_words(error.format_message())
        if "hint:" not in message:
            command = error.ctx.command_path if error.ctx else "stagesim"
            message += f"\n  hint: `{command} --help` shows what is possible"
        return Explained(harmless(message), ExitCode.BAD_INPUT)
    if _is_lost_worker(error):
        return Explained(harmless(str(error)), ExitCode.INTERRUPTED)
    broken = _broken_engine(error)
    if broken is not None:
        return Explained(harmless(str(error)), broken)
    said = str(error) if _is_ours(error) else trouble_with_files(error)
    return None if said is None else Explained(harmless(said), ExitCode.BAD_INPUT)


def in_our_words(message: str) -> str:
    """A message of click's as our own are written: lower case, what the user gave in backticks, no full stop."""
    message = re.sub(r"'([^']*)'", r"`\1`", message).removesuffix(".")
    return message[:1].lower() + message[1:]


def trouble_with_files(error: Exception) -> str | None:
    """What is wrong where a file cannot be read or written, such as a full disk; None for any other error."""
    if not isinstance(error, OSError) or error.errno not in OF_FILES:
        return None
    why = (error.strerror or str(error)).lower()
    if error.filename is None:
        # What is still to be written would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return f"cannot write: {why}\n  hint: check the disk, and where the output goes"
    return f"`{error.filename}`: {why}\n  hint: check the path, its permissions, and the disk"


def _broken_engine(error: Exception) -> ExitCode | None:
    """What an engine under test that breaks its contract ends a command with; None for any other error.

    One that could not be started, or ended before its first answer, is no engine.
    """
    from stagesim.engines.contract import EngineError

    if not isinstance(error, EngineError):
        return None
    return ExitCode.BAD_INPUT if error.line is None else ExitCode.VIOLATED


def _is_lost_worker(error: Exception) -> bool:
    """Whether a worker was ended, outside of a command that keeps what is done."""
    from stagesim.experiments.executors import WorkerLost

    return isinstance(error, WorkerLost)


def _is_ours(error: Exception) -> bool:
    """Whether an error is about what the user gave, and says so itself; others are bugs and keep their traceback."""
    from stagesim.scenario.reading.loader import ScenarioError

    if isinstance(error, ScenarioError):
        return True
    from stagesim.agents.clock import EndlessMoment
    from stagesim.experiments.kept.manifests import StoreError
    from stagesim.experiments.study import StudyError
    from stagesim.given_files import NotAFile
    from stagesim.selfcheck.queueing.cases import CaseError
    from stagesim.testing.laboratory.errors import LaboratoryError

    return isinstance(error, StoreError | StudyError | CaseError | EndlessMoment | NotAFile | LaboratoryError)
