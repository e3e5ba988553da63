"""`stagesim fuzz`: drawn rooms and people, and what befalls them, until something does not hold."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stagesim.commands.options import SCENARIO, engine_option, page_options, rules_option, seed_option, set_option
from stagesim.commands.small_rooms import asked_for, hand_over
from stagesim.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stagesim.engines.contract import EngineMaker
    from stagesim.scenario.variant import Variant
    from stagesim.testing.laboratory.fuzz import Fuzzing

LEDGER: Final = Path("reports") / "fuzz.ledger"
"""Where failures are kept, if nothing else is said."""

SHRINKS_S: Final = 10
"""How long a failure is made smaller before it is told."""


@click.command()
@click.argument("scenario", required=False, type=SCENARIO)
@click.option("--seconds", type=click.FloatRange(min=0), default=60, show_default=True, help="Stop after this time.")
@click.option("--people", type=click.IntRange(min=2), default=50, show_default=True, help="People in a room at most.")
@click.option("--rooms", type=click.IntRange(min=1), help="So many rooms at most.  [default: as time allows]")
@seed_option
@set_option()
@click.option(
    "--ledger",
    metavar="FILE",
    default=LEDGER,
    show_default=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keeps failures; those in it are tried first.",
)
@page_options(", and the story")
@rules_option
@engine_option
def fuzz(
    scenario: str | None,
    seconds: float,
    people: int,
    rooms: int | None,
    seed: int,
    sets: tuple[str, ...],
    ledger: Path,
    out: Path | None,
    fresh: bool,
    rules: "Variant | None",  # noqa: ARG001  it is read anew by its name, as from a ledger
    engine: "EngineMaker | None",
) -> int:
    """Draw rooms, people and what befalls them, until something that must hold does not.

    Settings are drawn as well as behaviour: lost connections, second devices, late, doubled and reordered messages, two
    moderators at once, moderators who vanish, switches of the mode, everybody at once. What must hold are the
    invariants of the rules, the contract of engines, the answers of stageaccess where another engine is under test,
    and the scenario's limits on who is on stage. A SCENARIO gives the room, the rules and the people to begin with.
    The same seed tries the same rooms in the same order.

    Exits with 0 when nothing was found, and with 1 when something was.

    \b
    Example:
      stagesim fuzz scenarios/seminar.yaml --seconds 20 --rules seats_at_once
    """
    from stagesim.reporting.answers.small_story import of_fuzzing
    from stagesim.reporting.terminal.line import Line
    from stagesim.testing.laboratory.fuzz import fuzz as search
    from stagesim.testing.laboratory.ledger import Entry, entries, fuzzing_of, keep
    from stagesim.testing.laboratory.shrink import Shrinking

    if sets and scenario is None:
        raise click.UsageError("`--set` changes a scenario, and there is none\n  hint: name a scenario file")
    given = click.get_current_context().params
    asked = Entry("", "", scenario=scenario, sets=sets, rules=given["rules"], engine=given["engine"], people=people)
    fuzzing, known, began = fuzzing_of(asked, engine), entries(ledger), time.monotonic()
    line = Line()

    def goes_on() -> bool:
        passed_s = time.monotonic() - began
        line.say(lambda: _summary(fuzzing, passed_s))
        return passed_s < seconds

    found = search(fuzzing, seed, [each.run for each in known if each.is_of(asked)], goes_on, rooms)
    seconds_passed, lines, small = time.monotonic() - began, list(_untested(fuzzing, engine)), None
    if found is not None:
        keep(ledger, asked.failed(str(found.run), found.failure.fingerprint), known)
        lines.append(f"kept in {ledger}; with a file for pytest: stagesim shrink {ledger} --run {found.run}")
        deadline_s = time.monotonic() + SHRINKS_S
        small = Shrinking(found.story, found.failure, fuzzing.maker, fuzzing.demands, deadline_s).shrunk()
    told = of_fuzzing(fuzzing, found, small, given["engine"], tuple(lines), seconds_passed, asked_for())
    hand_over(told, out, fresh=fresh)
    return ExitCode.DONE if found is None else ExitCode.VIOLATED


def _summary(fuzzing: "Fuzzing", seconds: float) -> str:
    """How much was tried, and how far it went."""
    cells, rare = fuzzing.reached()
    return (
        f"{fuzzing.runs} rooms, {fuzzing.asked} commands in {seconds:.0f} s; {cells - len(rare)} of {cells} cells"
        " (mode, role, standing, action) reached" + (f", not {rare[0]}" if len(rare) == 1 else "")
    )


def _untested(fuzzing: "Fuzzing", engine: "EngineMaker | None") -> "Iterator[str]":
    """What an engine does not answer, so that nothing is known of it."""
    from stagesim.engines.subprocess import EngineCommand

    if isinstance(engine, EngineCommand):
        yield from (f"not tested: {line}" for line in engine.silences())
        if not fuzzing.tells:
            yield "not tested: who is told, which the engine does not say"
