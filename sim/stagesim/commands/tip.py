"""`stagesim tip`: what would turn who is ahead."""

from typing import Unpack

import click

from stagesim.commands.answering import Common, answering, asked, finish, question_options
from stagesim.commands.options import (
    AS_IT_IS,
    confidence_option,
    goal_option,
    variant_changes,
    variant_option,
    vary_option,
)
from stagesim.exit_codes import ExitCode
from stagesim.looks import FIRST_LOOK


@click.command()
@variant_option
@vary_option
@goal_option
@click.option("--by", metavar="METRIC", help="Who is ahead by this metric, instead of by goals.")
@click.option(
    "--replications",
    type=click.IntRange(min=2),
    default=FIRST_LOOK,
    show_default=True,
    help="Sessions at each value, in each mode.",
)
@confidence_option("a leader")
@question_options("tip")
def tip(
    variants: tuple[str, ...],
    ranges: tuple[str, ...],
    goals: tuple[str, ...],
    by: str | None,
    replications: int,
    confidence: float,
    **common: Unpack[Common],
) -> int:
    """Find what would turn the answer: along each assumption, which mode is ahead, and from where on another one.

    Each assumption gets nine values across its range, with the same people; each change of the leader is halved to a
    fifth of its interval, or to 2 % of the range. Exits with 3 when the sessions do not suffice to tell who is ahead.

    \b
    Example:
      stagesim tip scenarios/town_hall.yaml --vary audience.answer.accept=0.5:1 --by wishes_heard_share
    """
    from stagesim.experiments.questions.factors import assumed
    from stagesim.experiments.questions.goals import goal
    from stagesim.experiments.questions.tipping import find_tips
    from stagesim.reporting.answers.tip import tip_answer

    rules = {"ranges": ranges, "goals": goals, "by": by, "confidence": confidence, "replications": replications}
    question = asked("tip", common, {"variants": variants, **rules})
    compared = {AS_IT_IS: [], **dict(map(variant_changes, variants))} if variants else {}
    wanted = tuple(map(goal, goals)) or question.scenario().goals
    if replications < FIRST_LOOK:
        said = f"{replications} sessions at each value tell only large differences, and may decide nothing"
        click.echo(f"{said}\n  hint: {FIRST_LOOK} is usual: `--replications {FIRST_LOOK}`", err=True)
    with answering(question, common) as (question, place, progress):
        results = find_tips(
            question,
            assumed(question.scenario(), ranges),
            wanted,
            by=by or "",
            variants=compared,
            replications=replications,
            confidence=confidence,
            watch=progress.shown,
        )
        finish(tip_answer(results), place, common)
    return ExitCode.DONE if results.decided else ExitCode.UNDECIDED
