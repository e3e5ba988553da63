"""`stagesim rank`: which mode is best by stated goals."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stagesim.commands.answering import answering, finish
from stagesim.commands.options import (
    answer_options,
    engine_option,
    mode_list,
    modes_option,
    png_option,
    worker_number,
    workers_option,
)
from stagesim.exit_codes import ExitCode
from stagesim.looks import BUDGET

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker


@click.command()
@answer_options("rank")
@png_option
@modes_option
@click.option("--goal", "goals", multiple=True, help="A goal; may be repeated.  [default: the scenario's `goals`]")
@click.option("--indifference", type=float, default=0.05, show_default=True, help="Scores within this are a tie.")
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Required confidence in the winner.")
@click.option("--budget", type=int, default=BUDGET, show_default=True, help="Sessions at most in each mode.")
@engine_option
@workers_option
def rank(
    scenario: str,
    seed: int,
    sets: tuple[str, ...],
    out: Path | None,
    fresh: bool,
    png: bool,
    modes: str | None,
    goals: tuple[str, ...],
    indifference: float,
    confidence: float,
    budget: int,
    engine: "EngineMaker | None",
    workers: str,
) -> int:
    """Rank the modes by the goals that a scenario states, and say which is best, or that some are tied.

    A session's score is the weight of the goals that it meets, as a share of all weights. Exits with 3 when the
    sessions do not suffice to tell.

    \b
    Example:
      stagesim rank scenarios/seminar.yaml --goal "mean of time_to_stage < 1 min" --goal "queue_max <= 3"
    """
    from stagesim.experiments.executors import Executors
    from stagesim.experiments.origin import Origin
    from stagesim.experiments.questions.goals import goal
    from stagesim.experiments.questions.question import Question
    from stagesim.experiments.questions.ranking import rank_modes
    from stagesim.reporting.answers.rank import rank_answer

    rules = {"goals": goals, "indifference": indifference, "confidence": confidence}
    options = {**rules, "modes": tuple(mode_list(modes) or ()), "budget": budget, "seed": seed}
    asked = Origin("rank", options=options, language="shell")
    names, executors = mode_list(modes), Executors(worker_number(workers))
    question = Question(scenario, sets, tuple(names) if names else None, seed, executors, engine=engine, asked=asked)
    wanted = tuple(map(goal, goals)) or question.scenario().goals
    with answering("rank", question, out, fresh=fresh, png=png) as (question, place):
        results = rank_modes(question, wanted, indifference=indifference, confidence=confidence, limit=budget)
        finish(rank_answer(results), place)
    return ExitCode.DONE if results.decided else ExitCode.UNDECIDED
