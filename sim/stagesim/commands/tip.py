"""`stagesim tip`: what would turn who is ahead."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stagesim.commands.answering import answering, finish
from stagesim.commands.options import (
    AS_IT_IS,
    answer_options,
    engine_option,
    mode_list,
    modes_option,
    png_option,
    variant_changes,
    worker_number,
    workers_option,
)
from stagesim.exit_codes import ExitCode
from stagesim.looks import FIRST_LOOK

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker


@click.command()
@answer_options("tip")
@png_option
@modes_option
@click.option(
    "--variant",
    "variants",
    multiple=True,
    metavar="'NAME: PATH=VALUE; ...'",
    help="Compare with the scenario changed like this; repeatable.",
)
@click.option(
    "--vary",
    "ranges",
    multiple=True,
    metavar="PATH=LOW:HIGH",
    help="An assumption's range; may be repeated.  [default: the scenario's `assumptions`]",
)
@click.option("--goal", "goals", multiple=True, help="A goal; may be repeated.  [default: the scenario's `goals`]")
@click.option("--by", metavar="METRIC", help="Who is ahead by this metric, instead of by goals.")
@click.option(
    "--replications",
    type=click.IntRange(min=2),
    default=FIRST_LOOK,
    show_default=True,
    help="Sessions at each value, in each mode.",
)
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Required confidence in a leader.")
@engine_option
@workers_option
def tip(
    scenario: str,
    seed: int,
    sets: tuple[str, ...],
    out: Path | None,
    fresh: bool,
    png: bool,
    modes: str | None,
    variants: tuple[str, ...],
    ranges: tuple[str, ...],
    goals: tuple[str, ...],
    by: str | None,
    replications: int,
    confidence: float,
    engine: "EngineMaker | None",
    workers: str,
) -> int:
    """Find what would turn the answer: along each assumption, which mode is ahead, and from where on another one.

    Each assumption gets nine values across its range, with the same people; each change of the leader is halved to 2 %
    of the range, and has an interval. Exits with 3 when the sessions do not suffice to tell who is ahead.

    \b
    Example:
      stagesim tip scenarios/town_hall.yaml --vary audience.answer.accept=0.5:1 --by wishes_heard_share
    """
    from stagesim.experiments.executors import Executors
    from stagesim.experiments.origin import Origin
    from stagesim.experiments.questions.factors import assumed
    from stagesim.experiments.questions.goals import goal
    from stagesim.experiments.questions.question import Question
    from stagesim.experiments.questions.tipping import find_tips
    from stagesim.reporting.answers.tip import tip_answer
    from stagesim.reporting.terminal.progress import shown

    rules = {"ranges": ranges, "goals": goals, "by": by, "confidence": confidence, "replications": replications}
    options = {"variants": variants, **rules, "modes": tuple(mode_list(modes) or ()), "seed": seed}
    asked = Origin("tip", options=options, language="shell")
    names, executors = mode_list(modes), Executors(worker_number(workers))
    question = Question(scenario, sets, tuple(names) if names else None, seed, executors, engine=engine, asked=asked)
    compared = {AS_IT_IS: [], **dict(map(variant_changes, variants))} if variants else {}
    wanted = tuple(map(goal, goals)) or question.scenario().goals
    with answering("tip", question, out, fresh=fresh, png=png) as (question, place):
        results = find_tips(
            question,
            assumed(question.scenario(), ranges),
            wanted,
            by=by or "",
            variants=compared,
            replications=replications,
            confidence=confidence,
            watch=shown,
        )
        finish(tip_answer(results), place)
    return ExitCode.DONE if results.decided else ExitCode.UNDECIDED
