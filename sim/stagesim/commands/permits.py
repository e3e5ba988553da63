"""`stagesim permits`: whether one set of rules lets people do more than another."""

import click

from stagesim.commands.small_rooms import Exploring, asked_for, finish, progress, room_options
from stagesim.exit_codes import ExitCode


@click.command()
@click.argument("base")
@click.argument("candidate")
@click.option("--capacity", type=click.IntRange(min=1), help="Places on stage.  [default: any number]")
@room_options(people=2)
def permits(base: str, candidate: str, capacity: int | None, exploring: Exploring) -> int:
    """Compare what two variants of the rules allow: by mode and role equivalent, more, less permissive, incomparable.

    BASE and CANDIDATE are variants as `--rules` takes them: `default`, a name that ships, or a file with `rules`. Each
    difference is told as the shortest story, under either: two scenarios, of which each passes under its own rules.

    Exit codes: 0 equivalent in every mode for everybody; 1 not; 3 no difference was found, and not everything tried.

    \b
    Example:
      stagesim permits default seats_at_once
    """
    from stagesim.reporting.answers.permits import findings
    from stagesim.scenario.variant import variant
    from stagesim.testing.laboratory.permissive import compare_permissions
    from stagesim.testing.laboratory.verified import rooms_of

    rooms = rooms_of(exploring.asked, variant(base), variant(candidate), capacity)
    found = compare_permissions(*rooms, exploring.limits, watch=progress())
    finish(findings(found, asked_for()), exploring)
    if found.differs:
        return ExitCode.VIOLATED
    return ExitCode.UNDECIDED if found.stopped else ExitCode.DONE
