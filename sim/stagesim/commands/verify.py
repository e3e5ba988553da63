"""`stagesim verify`: every state of a small room, and what holds in all of them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from stagesim.commands.options import SCENARIO, engine_option, rules_option, set_option
from stagesim.commands.small_rooms import Exploring, asked_for, finish, progress, room_options
from stagesim.exit_codes import ExitCode

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.scenario.variant import Variant


@click.command()
@click.argument("scenario", required=False, type=SCENARIO)
@set_option()
@rules_option
@engine_option
@click.option("--except", "left_out", multiple=True, metavar="11.N", help="Leave this invariant out; may be repeated.")
@click.option("--each-person", is_flag=True, help="Do not take people who begin alike for each other.")
@room_options(people=3)
def verify(
    scenario: str | None,
    sets: tuple[str, ...],
    rules: "Variant | None",
    engine: "EngineMaker | None",
    left_out: tuple[str, ...],
    each_person: bool,
    exploring: Exploring,
) -> int:
    """Try every command in every state that a small room can come to, and check the rules' invariants in each.

    The room has the settings and the `always`, `never` and `sometimes` of the scenario, or else one place on stage.
    What violates them is told as the shortest story, which is a scenario that fails.

    Exit codes: 0 complete, and nothing is violated; 1 something is violated; 3 not complete: the depth, the time or
    the memory was at an end; 130 interrupted, and what was found until then is told.

    \b
    Example:
      stagesim verify --people 2 --rules seats_at_once
    """
    from stagesim.reporting.answers.verify import findings
    from stagesim.scenario.reading.loader import load
    from stagesim.testing.laboratory.states import BY_HAND, explore
    from stagesim.testing.laboratory.verified import properties_of, room_of

    if scenario is None and sets:
        raise click.UsageError("`--set` changes a scenario, and none is given\n  hint: name a scenario file")
    _check_known(left_out)
    loaded = None if scenario is None else load(scenario, sets)
    room = room_of(exploring.asked, loaded, rules, engine)
    properties, others = properties_of(room, loaded, left_out)
    space = explore(room, properties, exploring.limits, exchanging=not each_person, watch=progress())
    finish(findings(space, room, properties, others, asked_for()), exploring)
    if space.violations or space.missed:
        return ExitCode.VIOLATED
    if space.stopped == BY_HAND:
        return ExitCode.INTERRUPTED
    return ExitCode.DONE if space.is_complete else ExitCode.UNDECIDED


def _check_known(numbers: Iterable[str]) -> None:
    from stagesim.scenario.faults import one_of
    from stagesim.testing.laboratory.properties import numbered

    for each in numbers:
        if each not in numbered():
            raise click.UsageError(f"`--except`: there is no invariant `{each}`\n  hint: {one_of(numbered(), each)}")
