"""`stagesim why`: what holds people up."""

from typing import Unpack

import click

from stagesim.commands.answering import Common, answering, asked, finish, question_options
from stagesim.commands.options import confidence_option
from stagesim.exit_codes import ExitCode
from stagesim.looks import FIRST_LOOK


@click.command()
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="METRIC",
    help="What one more of each is measured by; may be repeated.  [default: wishes_heard_share, time_to_stage_mean]",
)
@click.option(
    "--replications",
    type=click.IntRange(min=2),
    default=FIRST_LOOK,
    show_default=True,
    help="Sessions in each mode, as it is and with one more of each.",
)
@confidence_option("all that is said")
@question_options("why")
def why(metrics: tuple[str, ...], replications: int, confidence: float, **common: Unpack[Common]) -> int:
    """Say what holds people up, from a wish to its turn: places, busy or absent staff, reviews, their own answers.

    Every millisecond of every wish has one cause. The answer names the limit in each mode, with its minutes, and what
    one more place, one more moderator and a quicker review would give, with the same people. Exits with 3 when the
    sessions do not suffice to tell what holds up most.

    \b
    Example:
      stagesim why scenarios/town_hall.yaml --modes join_by_request --metric wishes_heard_share
    """
    from stagesim.experiments.questions.why import find_reasons
    from stagesim.reporting.answers.why import why_answer

    rules = {"metrics": metrics, "confidence": confidence, "replications": replications}
    question = asked("why", common, rules)
    with answering(question, common) as (question, place, progress):
        results = find_reasons(
            question, metrics, replications=replications, confidence=confidence, watch=progress.shown
        )
        finish(why_answer(results), place, common)
    return ExitCode.DONE if results.decided else ExitCode.UNDECIDED
