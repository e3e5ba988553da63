"""Which exit code an error of the policy laboratory ends a command with."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

from stagesim.exit_codes import ExitCode

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
            click.echo(f"error: {error}", err=True)
            return code

    return guarded


def _code(error: ValueError) -> ExitCode | None:
    from stagesim.eventlog import LogError
    from stagesim.testing.baselines.baseline import BaselineError
    from stagesim.testing.difference import DifferenceError

    if isinstance(error, BaselineError):
        return ExitCode.BASELINE
    return ExitCode.BAD_INPUT if isinstance(error, LogError | DifferenceError) else None
