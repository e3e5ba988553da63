"""`stagesim story`: what one person wished, pressed, saw and was told, in each mode."""

from typing import TYPE_CHECKING

import click

from stagesim.commands.options import engine_option, mode_names, session_options
from stagesim.exit_codes import ExitCode
from stagesim.testing.stories.picks import described

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker


HELP = f"""Tell the story of one person: what they wished, pressed, saw and were told, in each mode beside each other.

It is the same person with the same wishes in every mode. Instead of a name, `--who` takes one of these; where several
people fit, it means the one who came in first, and what happens to somebody is looked for in the first mode in which it
does:

{described()}

\b
Examples:
  stagesim story scenarios/town_hall.yaml --who unluckiest
  stagesim story scenarios/customer_webinar_mobile.yaml --who typical-phone
"""


@click.command(help=HELP)
@click.option(
    "--who",
    default="",
    metavar="NAME",
    help="A person's name, or one of the above. Without it: of whom there is a story.",
)
@click.option("--group", default="", metavar="NAME", help="Pick somebody of this group.")
@session_options
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
    """Tell the story of one person."""
    from stagesim.experiments.study import chosen_modes
    from stagesim.reporting.terminal.story import print_picks, print_stories
    from stagesim.reporting.words.story import picks_said
    from stagesim.scenario.reading.loader import load
    from stagesim.testing.stories.modes import courses_of, stories

    loaded = load(scenario, sets)
    chosen = chosen_modes(loaded, mode_names(modes))
    courses = courses_of(loaded, chosen, seed=seed, replication=replication, engine=engine)
    if who:
        print_stories(stories(courses, who, group))
    else:
        picks = picks_said(courses, group)
        if not picks:
            raise click.UsageError("there is nobody to pick\n  hint: name a person, such as `--who moderators-1`")
        print_picks(picks)
    return ExitCode.DONE
