"""`stagesim races`: what depends on the order of things that happen at the same millisecond."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from stagesim.commands.options import engine_option, mode_names, modes_option, rules_option
from stagesim.exit_codes import ExitCode
from stagesim.plain_text import harmless

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.scenario.variant import Variant
    from stagesim.testing.laboratory.races import Race


@click.command()
@click.argument("scenario", type=click.Path(path_type=str))
@modes_option
@click.option("--orders", type=click.IntRange(min=1), default=20, show_default=True, help="So many other orders.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of all draws.")
@click.option("--replication", type=click.IntRange(min=0), default=0, show_default=True, help="Which session.")
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change a value of the scenario.")
@rules_option
@engine_option
def races(
    scenario: str,
    modes: str | None,
    orders: int,
    seed: int,
    replication: int,
    sets: tuple[str, ...],
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
    from stagesim.scenario.reading.loader import load
    from stagesim.testing.laboratory.races import races as found_in

    loaded = load(scenario, sets)
    loaded = loaded if rules is None else rules.scenario(loaded)
    if engine is not None and loaded.rules is not None:
        raise click.UsageError("an engine has rules of its own\n  hint: leave out the variant, or `--engine`")
    number = 0
    for mode in chosen_modes(loaded, mode_names(modes)):
        for race in found_in(loaded, mode, engine, seed=seed, replication=replication, orders=orders):
            number += 1
            for line in told(race):
                click.echo(harmless(line))
    click.echo("nothing depends on the order" if not number else f"{number} race{'s' * (number > 1)}")
    return ExitCode.VIOLATED if number else ExitCode.DONE


def told(race: "Race") -> "Iterator[str]":
    """A race in words: the two, and what comes of either order."""
    from stagesim.scenario.values.units import clock

    place = f", for {race.what_for}" if race.what_for else ""
    yield f"{clock(race.at_ms)}  {race.mode}: {race.first} and {race.second}{place}: either"
    sooner = f"{race.first} first" + ", a millisecond sooner" * race.is_due
    for number, side in enumerate((sooner, f"{race.second} first"), start=1):
        came = ", ".join(f"{_thing(each[0])} {each[number]}" for each in race.unlike if each[number])
        yield f"  {side}: {came}"


def _thing(name: str) -> str:
    """What a thing is called that an outcome names: who it is said of, or what of theirs."""
    kind, _, rest = name.partition(" ")
    return rest if kind in ("answer", "standing") else name
