"""`stagesim races`: what depends on the order of things that happen at the same millisecond."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stagesim.commands.options import (
    engine_option,
    mode_names,
    page_options,
    rules_option,
    session_options,
)
from stagesim.commands.small_rooms import asked_for, hand_over
from stagesim.exit_codes import ExitCode

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.scenario.variant import Variant


@click.command()
@click.option(
    "--orders", type=click.IntRange(min=1), default=20, show_default=True, help="How many other orders are tried."
)
@session_options
@page_options(", and the figures")
@rules_option
@engine_option
def races(
    scenario: str,
    modes: str | None,
    orders: int,
    seed: int,
    replication: int,
    sets: tuple[str, ...],
    out: Path | None,
    fresh: bool,
    rules: "Variant | None",
    engine: "EngineMaker | None",
) -> int:
    """List what depends on the order of things that happen at the same millisecond.

    Commands of different people at one millisecond are tried in other orders; of a simulated session, those that came
    in both orders when it was simulated with its ties shuffled. A command at the very millisecond at which something
    ends by itself is tried a millisecond sooner. Each race is told with the two that race, and what comes of either
    order; what comes to the same is not.

    Exits with 0 when nothing depends on the order, and with 1 when something does.

    \b
    Example:
      stagesim races scenarios/seminar.yaml --modes join_by_request
    """
    from stagesim.experiments.study import chosen_modes
    from stagesim.reporting.answers.races import findings
    from stagesim.scenario.reading.loader import load
    from stagesim.testing.laboratory.races import races as found_in

    loaded = load(scenario, sets)
    loaded = loaded if rules is None else rules.scenario(loaded)
    if engine is not None and loaded.rules is not None:
        raise click.UsageError("an engine has rules of its own\n  hint: leave out the variant, or `--engine`")
    found = {
        str(mode): found_in(loaded, mode, engine, seed=seed, replication=replication, orders=orders)
        for mode in chosen_modes(loaded, mode_names(modes))
    }
    hand_over(findings(loaded.title, found, orders, asked_for()), out, fresh=fresh)
    return ExitCode.VIOLATED if any(found.values()) else ExitCode.DONE
