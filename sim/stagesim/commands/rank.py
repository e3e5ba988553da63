"""`stagesim rank`: which mode is best by stated goals."""

from typing import Unpack

import click

from stagesim.commands.answering import Common, answering, asked, finish, question_options
from stagesim.commands.options import confidence_option, goal_option
from stagesim.exit_codes import ExitCode
from stagesim.looks import BUDGET


@click.command()
@goal_option
@click.option("--indifference", type=float, default=0.05, show_default=True, help="Scores within this are a tie.")
@confidence_option("the winner")
@click.option("--budget", type=int, default=BUDGET, show_default=True, help="Sessions at most in each mode.")
@question_options("rank")
def rank(goals: tuple[str, ...], indifference: float, confidence: float, budget: int, **common: Unpack[Common]) -> int:
    """Rank the modes by the goals that a scenario states, and say which is best, or that some are tied.

    A session's score is the weight of the goals that it meets, as a share of all weights. Exits with 3 when the
    sessions do not suffice to tell.

    \b
    Example:
      stagesim rank scenarios/seminar.yaml --goal "mean of time_to_stage < 1 min" --goal "queue_max <= 3"
    """
    from stagesim.experiments.questions.goals import goal
    from stagesim.experiments.questions.ranking import rank_modes
    from stagesim.reporting.answers.rank import rank_answer

    rules = {"goals": goals, "indifference": indifference, "confidence": confidence}
    question = asked("rank", common, {**rules, "modes": (), "budget": budget})
    wanted = tuple(map(goal, goals)) or question.scenario().goals
    with answering(question, common) as (question, place, progress):
        results = rank_modes(
            question, wanted, indifference=indifference, confidence=confidence, limit=budget, watch=progress.shown
        )
        finish(rank_answer(results), place, common)
    return ExitCode.DONE if results.decided else ExitCode.UNDECIDED
