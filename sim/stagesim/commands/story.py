"""`stagesim story`: what one person wished, pressed, saw and was told, in each mode."""

from typing import TYPE_CHECKING

import click

from stagesim.commands.options import (
    engine_option,
    mode_names,
    modes_option,
    replication_option,
    seed_option,
    set_option,
)
from stagesim.exit_codes import ExitCode

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker


@click.command()
@click.argument("scenario", type=click.Path(path_type=str))
@click.option(
    "--who",
    required=True,
    metavar="NAME",
    help="A person's name, `unluckiest`, `typical` or `pushed_off`.",
)
@click.option("--group", default="", metavar="NAME", help="Pick somebody of this group.")
@modes_option
@seed_option
@replication_option
@set_option()
@engine_option
def story(
    scenario: str,
    who: str,
    group: str,
    modes: str | None,
    seed: int,
    replication: int,
    sets: tuple[str, ...],
    engine: "EngineMaker | None",
) -> int:
    """Tell the story of one person: what they wished, pressed, saw and were told, in each mode beside each other.

    It is the same person with the same wishes in every mode. `unluckiest` is who waited longest and never got to the
    stage, `typical` who waited as long as the middle one, and `pushed_off` the first who lost the place to a newcomer:
    each in the first mode that has one.

    \b
    Example:
      stagesim story scenarios/customer_webinar_mobile.yaml --who typical --group phone
    """
    from stagesim.experiments.study import chosen_modes
    from stagesim.reporting.terminal.story import print_stories
    from stagesim.scenario.reading.loader import load
    from stagesim.testing.stories.modes import stories

    loaded = load(scenario, sets)
    chosen = chosen_modes(loaded, mode_names(modes))
    print_stories(stories(loaded, who, chosen, group=group, seed=seed, replication=replication, engine=engine))
    return ExitCode.DONE
