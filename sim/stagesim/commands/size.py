"""`stagesim size`: the smallest number of moderators, or the largest of people, that meets a goal."""

from typing import Unpack

import click

from stagesim.commands.answering import Common, answering, asked, finish, question_options
from stagesim.commands.options import confidence_option
from stagesim.exit_codes import ExitCode
from stagesim.looks import BUDGET


@click.command()
@click.option(
    "--goal", "goals", multiple=True, required=True, help="What is to be met; may be repeated: all have to be."
)
@click.option("--vary", required=True, metavar="PATH", help="The count that is searched.")
@click.option("--from", "low", type=click.IntRange(min=0), default=1, show_default=True, help="Smallest value.")
@click.option("--to", "high", type=click.IntRange(min=0), default=20, show_default=True, help="Largest value.")
@click.option("--largest", is_flag=True, help="Find the largest value that meets the goal, not the smallest.")
@confidence_option("all answers of a mode together")
@click.option("--budget", type=int, default=BUDGET, show_default=True, help="Sessions at most for a value and mode.")
@question_options("size")
def size(
    goals: tuple[str, ...],
    vary: str,
    low: int,
    high: int,
    largest: bool,
    confidence: float,
    budget: int,
    **common: Unpack[Common],
) -> int:
    """Find the smallest or largest value of a count that meets a goal, for each mode.

    Both ends of the range are tried first, to see whether more is better or worse; then it is halved again and again.
    Each value gets sessions until it is decided whether the mean meets the goal, at looks declared beforehand, so that
    the answer has the stated confidence. Exits with 1 when no value that was tried meets the goal in any mode, with 3
    when that is undecided.

    \b
    Examples:
      stagesim size scenarios/company_all_hands.yaml --goal "mean of time_to_review < 60 s" \\
        --vary moderators.groups.moderator.count --to 6 --modes join_by_request
      stagesim size scenarios/town_hall.yaml --goal "mean of time_to_stage < 1 min" \\
        --vary audience.count --from 20 --to 300 --largest
    """
    from stagesim.experiments.questions.goals import goal
    from stagesim.experiments.questions.sizing import Search, find_sizes
    from stagesim.reporting.answers.size import size_answer, tried

    search = Search(vary, tuple(map(goal, goals)), low, high, confidence, budget, largest)
    searched = {"goals": goals, "vary": vary, "low": low, "high": high, "confidence": confidence, "largest": largest}
    question = asked("size", common, {**searched, "modes": (), "budget": budget})
    with answering(question, common) as (question, place, progress):
        results = find_sizes(question, search, lambda *found: progress.know(tried(vary, *found)), progress.shown)
        finish(size_answer(results), place, common)
    if any(each.value is not None for each in results.sizes):
        return ExitCode.DONE
    return ExitCode.VIOLATED if all(each.certain for each in results.sizes) else ExitCode.UNDECIDED
