"""`stagesim sweep`: a scenario under many values of a few keys."""

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
from stagesim.looks import FIRST_LOOK

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker


@click.command()
@answer_options("sweep")
@png_option
@modes_option
@click.option(
    "--metric", "metrics", multiple=True, help="Metric, share within a time, or quantile to show; may be repeated."
)
@click.option(
    "--replications",
    type=click.IntRange(min=1),
    default=FIRST_LOOK,
    show_default=True,
    help="Sessions at each point and mode.",
)
@engine_option
@workers_option
def sweep(
    scenario: str,
    seed: int,
    sets: tuple[str, ...],
    out: Path | None,
    fresh: bool,
    png: bool,
    modes: str | None,
    metrics: tuple[str, ...],
    replications: int,
    engine: "EngineMaker | None",
    workers: str,
) -> None:
    """Vary one value or several, and find where one mode overtakes another.

    A `--set` with several values is a factor: `from:to:linN` and `from:to:logN` are N values evenly spread on a linear
    or logarithmic scale, whole ones where the key is a count; `a,b,c` are these values. Every other `--set` holds
    throughout. All points have the same people and draws, as far as the values leave them alone.

    \b
    Example:
      stagesim sweep scenarios/seminar.yaml --set audience.count=10:80:log6 --set room.stage_capacity=2,6
    """
    from stagesim.experiments.executors import Executors
    from stagesim.experiments.origin import Origin
    from stagesim.experiments.questions.factors import factors_and_settings
    from stagesim.experiments.questions.question import Question
    from stagesim.experiments.questions.sweep import sweep_points
    from stagesim.experiments.study import known_figure
    from stagesim.reporting.answers.sweep import sweep_answer
    from stagesim.reporting.terminal.progress import shown

    shown_metrics = tuple(map(known_figure, metrics))
    factors, settings = factors_and_settings(sets)
    varied = tuple(each for each in sets if each not in settings)
    options = {"factors": varied, "replications": replications, "seed": seed, "metrics": metrics}
    asked = Origin("sweep", options={**options, "modes": tuple(mode_list(modes) or ())}, language="shell")
    names, executors = mode_list(modes), Executors(worker_number(workers))
    question = Question(
        scenario, settings, tuple(names) if names else None, seed, executors, engine=engine, asked=asked
    )
    with answering("sweep", question, out, fresh=fresh, png=png) as (question, place):
        results = sweep_points(question, factors, replications=replications, watch=shown)
        finish(sweep_answer(results, shown_metrics), place)
