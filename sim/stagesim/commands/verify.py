"""`stagesim verify`: every state of a small room, and what holds in all of them."""

import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stagesim.commands.options import MODES, engine_option, rules_option
from stagesim.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stagesim.engines.contract import EngineMaker
    from stagesim.scenario.variant import Variant
    from stagesim.testing.laboratory.states import Progress

EVERY_S: Final = 0.2
"""Seconds between two lines of progress on a terminal; elsewhere 25 times as long."""


@click.command()
@click.argument("scenario", required=False, type=click.Path(path_type=str))
@click.option("--people", type=click.IntRange(min=1), default=3, show_default=True, help="People in the room.")
@click.option("--staff", type=click.IntRange(min=1), default=1, show_default=True, help="How many moderate.")
@click.option(
    "--depth", type=click.IntRange(min=1), help="Moves from the start at most.  [default: as many as lead on]"
)
@click.option(
    "--modes",
    metavar="all|A,B",
    default="all",
    show_default=True,
    help="Between which modes the mode is switched; the first is that of the start.",
)
@click.option("--time", "with_time", is_flag=True, help="Let the clock run and connections be lost; roles stay.")
@click.option(
    "--timers", type=click.IntRange(min=1), help="Times that run for one person at most.  [default: any number]"
)
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a value of the scenario.")
@rules_option
@engine_option
@click.option("--except", "left_out", multiple=True, metavar="11.N", help="Leave this invariant out; may be repeated.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after this time.")
@click.option("--states", type=click.IntRange(min=1), help="Stop at so many states, for memory.  [default: 2000000]")
@click.option("--each-person", is_flag=True, help="Do not take people who begin alike for each other.")
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path), help="Write a page, and each story as a scenario."
)
@click.option("--fresh", is_flag=True, help="Replace what the folder has.")
def verify(
    scenario: str | None,
    people: int,
    staff: int,
    depth: int | None,
    modes: str,
    with_time: bool,
    timers: int | None,
    sets: tuple[str, ...],
    rules: "Variant | None",
    engine: "EngineMaker | None",
    left_out: tuple[str, ...],
    seconds: float | None,
    states: int | None,
    each_person: bool,
    out: Path | None,
    fresh: bool,
) -> int:
    """Try every command in every state that a small room can come to, and check the rules' invariants in each.

    The room has the settings and the `always`, `never` and `sometimes` of the scenario, or else one place on stage.
    What violates them is told as the shortest story, which is a scenario that fails.

    Exit codes: 0 complete, and nothing is violated; 1 something is violated; 3 not complete: the depth, the time or
    the memory was at an end.

    \b
    Example:
      stagesim verify --people 2 --rules seats_at_once
    """
    from stagesim.reporting.answers.findings import print_findings, publish
    from stagesim.reporting.answers.verify import findings
    from stagesim.scenario.reading.loader import load
    from stagesim.testing.laboratory.states import MOST_STATES, Limits, explore
    from stagesim.testing.laboratory.verified import Asked, properties_of, room_of

    if scenario is None and sets:
        raise click.UsageError("`--set` changes a scenario, and none is given\n  hint: name a scenario file")
    asked = Asked(people, staff, _modes(modes), with_time, timers, _known(left_out))
    loaded = None if scenario is None else load(scenario, sets)
    try:
        room = room_of(asked, loaded, rules, engine)
    except ValueError as error:
        raise click.UsageError(f"{error}\n  hint: change `--people` or `--staff`") from None
    properties, others = properties_of(asked, room, loaded)
    limits = Limits(depth, seconds, states or MOST_STATES)
    space = explore(room, properties, limits, exchanging=not each_person, watch=_progress())
    found = findings(space, room, properties, others, shlex.join(["stagesim", *sys.argv[1:]]))
    print_findings(found)
    if out is not None:
        click.echo(f"report: {publish(found, out, {'command': found.command}, fresh=fresh)}", err=True)
    if space.violations or space.missed:
        return ExitCode.VIOLATED
    return ExitCode.DONE if space.is_complete else ExitCode.UNDECIDED


def _modes(modes: str) -> tuple[str, ...] | None:
    from stagesim.scenario.faults import one_of

    if modes == "all":
        return None
    for each in modes.split(","):
        if each not in MODES:
            raise click.UsageError(f"`--modes`: unknown mode `{each}`\n  hint: {one_of([*MODES, 'all'], each)}")
    return tuple(dict.fromkeys(modes.split(",")))


def _known(numbers: "Iterable[str]") -> tuple[str, ...]:
    from stagesim.scenario.faults import one_of
    from stagesim.testing.laboratory.properties import numbered

    for each in numbers:
        if each not in numbered():
            raise click.UsageError(f"`--except`: there is no invariant `{each}`\n  hint: {one_of(numbered(), each)}")
    return tuple(numbers)


def _progress() -> "Callable[[Progress], None]":
    """Say on standard error how far it is: on one line of a terminal, or a line now and then."""
    live = sys.stderr.isatty()
    said_s = time.monotonic()

    def watch(progress: "Progress") -> None:
        nonlocal said_s
        now_s = time.monotonic()
        if now_s - said_s < (EVERY_S if live else 25 * EVERY_S):
            return
        said_s = now_s
        states, expanded, depth = progress
        left = states - expanded
        line = f"{states:,} states, {left:,} to go on from, {depth} moves from the start"
        click.echo(f"\r{line}\x1b[K\r" if live else line, nl=not live, err=True)

    return watch
