"""What an option expected and did not get, in our words: click has its own."""

import re
from difflib import get_close_matches
from typing import Any, Final

import click

from stagesim.plain_text import one_line

GIVEN: Final = re.compile(r"^'?(.*?)'? is not ")
"""What the user gave, in a message of click."""


def what_was_expected(error: click.UsageError) -> str | None:
    """The message of a parameter that is missing or of the wrong kind; None for any other error."""
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return _missing(error.param)
    if not isinstance(error, click.BadParameter):
        return None
    name = called(error.param) if error.param is not None else str(error.param_hint)
    given = GIVEN.match(error.message)
    expected = None if error.param is None else kind(error.param.type)
    if error.param is None or given is None or expected is None:
        return f"`{name}`: {error.message}" if error.message.startswith(("expected", "no ", "two ")) else None
    hint = f"write `{name} {_example(error.param, given[1])}`"
    return f"`{name}`: expected {expected}, got `{given[1]}`\n  hint: {hint}"


def kind(of: "click.ParamType[Any]") -> str | None:
    """What a type takes, in words; None for one that says so itself."""
    match of:
        case click.Choice():
            *others, last = (f"`{each}`" for each in of.choices)
            return f"{', '.join(others)} or {last}" if others else last
        case click.IntRange() | click.FloatRange():
            return ("a whole number" if isinstance(of, click.IntRange) else "a number") + _between(of)
        case _:
            return {id(click.INT): "a whole number", id(click.FLOAT): "a number"}.get(id(of))


def _between(of: click.IntRange | click.FloatRange) -> str:
    """The limits of a number, in words."""
    if of.min is not None and of.max is not None:
        return f" above {of.min:g}, up to {of.max:g}" if of.min_open else f" from {of.min:g} to {of.max:g}"
    if of.min is not None:
        return f" above {of.min:g}" if of.min_open else f", {of.min:g} or more"
    return "" if of.max is None else f", {of.max:g} or less"


def converted(param: click.Parameter, text: str) -> Any:
    """What the text says; a UsageError, without the parameter's name, where it says nothing of its kind."""
    try:
        return param.type.convert(text, param, None)
    except click.BadParameter as error:
        wanted = kind(param.type)
        said = error.message if wanted is None else f"expected {wanted}, got `{one_line(text)}`"
        raise click.UsageError(said) from None


def _example(param: click.Parameter, given: str) -> Any:
    """A value that would do: the one that is nearest to what was given, the default, or one in the middle."""
    if isinstance(param.type, click.Choice):
        choices = list(map(str, param.type.choices))
        return next(iter(get_close_matches(given, choices, 1)), choices[0])
    if isinstance(param.default, int | float) and not isinstance(param.default, bool):
        return param.default
    most = getattr(param.type, "max", None)
    return 10 if most is None else most / 2 if isinstance(param.type, click.FloatRange) else most


def _missing(param: click.Parameter) -> str:
    """What is missing, and what it would be."""
    if isinstance(param, click.Option):
        about = (param.help or "").partition(".  [")[0].rstrip(".")
        return f"`{called(param)}` is missing\n  hint: {about[:1].lower()}{about[1:]}"
    return f"missing argument `{called(param)}`"


def called(param: click.Parameter) -> str:
    """A parameter as the user writes it."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return (param.metavar or param.human_readable_name).partition(".")[0]
