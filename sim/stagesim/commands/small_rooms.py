"""What the commands that explore small rooms share: their options, how far they go, and how far they are."""

import shlex
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import click

from stagesim.commands.options import MODES, page_options

if TYPE_CHECKING:
    from stagesim.reporting.answers.findings import Findings
    from stagesim.testing.laboratory.states import Limits, Progress
    from stagesim.testing.laboratory.verified import Asked

Command = TypeVar("Command", bound=Callable[..., Any])


class Exploring(NamedTuple):
    """What is explored, how far, and where the findings go."""

    asked: "Asked"
    limits: "Limits"
    out: Path | None
    fresh: bool


def room_options(people: int) -> Callable[[Command], Command]:
    """The options of a small room, which the command gets as `exploring`; `people` is how many there are by default."""
    options = (
        click.option("--people", type=click.IntRange(min=1), default=people, show_default=True, help="People there."),
        click.option("--staff", type=click.IntRange(min=1), default=1, show_default=True, help="How many moderate."),
        click.option("--depth", type=click.IntRange(min=1), help="Moves from the start at most."),
        click.option(
            "--modes",
            metavar="all|A,B",
            default="all",
            show_default=True,
            help="Between which modes the mode is switched; the first is that of the start.",
        ),
        click.option("--time", "clock", is_flag=True, help="Let the clock run and connections be lost; roles stay."),
        click.option("--timers", type=click.IntRange(min=1), help="Times that run for one person at most."),
        click.option(
            "--devices", type=click.IntRange(1, 3), default=1, show_default=True, help="Connections of one person."
        ),
        click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after this time."),
        click.option("--states", type=click.IntRange(min=1), help="Stop at so many states.  [default: 2000000]"),
        page_options(", and the stories"),
    )

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_room(**given: Any) -> Any:
            return command(exploring=_exploring(given), **given)

        decorated = cast(Command, with_room)
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


def _exploring(given: dict[str, Any]) -> Exploring:
    """What the options say; they are taken out of what was given."""
    from stagesim.testing.laboratory.states import MOST_STATES, Limits
    from stagesim.testing.laboratory.verified import Asked

    take = given.pop
    asked = Asked(take("people"), take("staff"), _modes(take("modes")), take("clock"), take("timers"), take("devices"))
    try:
        asked.check()
    except ValueError as error:
        raise click.UsageError(f"{error}\n  hint: change `--people` or `--staff`") from None
    limits = Limits(take("depth"), take("seconds"), take("states") or MOST_STATES)
    return Exploring(asked, limits, take("out"), take("fresh"))


def _modes(modes: str) -> tuple[str, ...] | None:
    from stagesim.scenario.faults import one_of

    if modes == "all":
        return None
    for each in modes.split(","):
        if each not in MODES:
            raise click.UsageError(f"`--modes`: unknown mode `{each}`\n  hint: {one_of([*MODES, 'all'], each)}")
    return tuple(dict.fromkeys(modes.split(",")))


def asked_for() -> str:
    """The command line, as it can be given to a shell again."""
    return shlex.join(["stagesim", *sys.argv[1:]])


def finish(found: "Findings", exploring: Exploring) -> None:
    """Print the findings, and write them where that is wanted."""
    hand_over(found, exploring.out, fresh=exploring.fresh)


def hand_over(found: "Findings", out: Path | None, *, fresh: bool, aloud: bool = True) -> None:
    """Print what a command of the laboratory found, and write it to a folder, if there is to be one."""
    from stagesim.reporting.answers.findings import print_findings, publish

    if aloud:
        print_findings(found)
    if out is not None:
        page = publish(found, out, {"command": found.command}, fresh=fresh)
        click.echo(f"report: {page}", err=True)


def report_options(command: Command) -> Command:
    """`--format`, `--out` and `--fresh`, for commands that report on many files; they get them as `report`."""
    options = (
        click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json"]),
            default="text",
            show_default=True,
            help="What to print.",
        ),
        page_options(", and scenarios"),
    )

    @wraps(command)
    def with_report(*args: Any, form: str, out: Path | None, fresh: bool, **kwargs: Any) -> Any:
        def report(found: "Findings") -> None:
            from stagesim.reporting.answers.findings import as_json

            if form == "json":
                click.echo(as_json(found), nl=False)
            hand_over(found, out, fresh=fresh, aloud=form == "text")

        return command(*args, report=report, **kwargs)

    decorated = cast(Command, with_report)
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def progress() -> "Callable[[Progress], None]":
    """Say on the line of the terminal how far an exploration is."""
    from stagesim.reporting.terminal.line import Line

    line = Line()
    return lambda far: line.say(
        lambda: f"{far.states:,} states, {far.states - far.expanded:,} to go on from, {far.depth} moves from the start"
    )


def progress_of(what: str) -> Callable[[int, int], None]:
    """Say on the line of the terminal how many of something are done."""
    from stagesim.reporting.terminal.line import Line

    line = Line()
    return lambda done, number: line.say(lambda: f"{done} of {number} {what}")
