"""`stagesim why`: what holds people up."""

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
from stagesim.looks import FIRST_LOOK

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker


@click.command()
@answer_options("why")
@png_option
@modes_option
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    help="What one more of each is measured by; may be repeated.  [default: wishes_heard_share, time_to_stage_mean]",
)
@click.option(
    "--replications",
    type=click.IntRange(min=2),
    default=FIRST_LOOK,
    show_default=True,
    help="Sessions in each mode, as it is and with one more of each.",
)
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Required for all that is said.")
@engine_option
@workers_option
def why(
    scenario: str,
    seed: int,
    sets: tuple[str, ...],
    out: Path | None,
    fresh: bool,
    png: bool,
    modes: str | None,
    metrics: tuple[str, ...],
    replications: int,
    confidence: float,
    engine: "EngineMaker | None",
    workers: str,
) -> int:
    """Say what holds people up, from a wish to its turn: places, busy or absent staff, reviews, their own answers.

    Every millisecond of every wish has one cause. The answer names the limit in each mode, with its minutes, and what
    one more place, one more moderator and a quicker review would give, with the same people. Exits with 3 when the
    sessions do not suffice to tell what holds up most.

    \b
    Example:
      stagesim why scenarios/town_hall.yaml --modes join_by_request --metric wishes_heard_share
    """
    from stagesim.experiments.executors import Executors
    from stagesim.experiments.origin import Origin
    from stagesim.experiments.questions.question import Question
    from stagesim.experiments.questions.why import find_reasons
    from stagesim.reporting.answers.why import why_answer
    from stagesim.reporting.terminal.progress import shown

    rules = {"metrics": metrics, "confidence": confidence, "replications": replications}
    asked = Origin("why", options={**rules, "modes": tuple(mode_list(modes) or ()), "seed": seed}, language="shell")
    names, executors = mode_list(modes), Executors(worker_number(workers))
    question = Question(scenario, sets, tuple(names) if names else None, seed, executors, engine=engine, asked=asked)
    with answering("why", question, out, fresh=fresh, png=png) as (question, place):
        results = find_reasons(question, metrics, replications=replications, confidence=confidence, watch=shown)
        finish(why_answer(results), place)
    return ExitCode.DONE if results.decided else ExitCode.UNDECIDED
