"""`stagesim sweep`: a scenario under many values of a few keys."""

from typing import Unpack

import click

from stagesim.commands.answering import Common, answering, asked, finish, question_options
from stagesim.looks import FIRST_LOOK


@click.command()
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="METRIC",
    help="A metric, a share within a time, or a quantile; may be repeated.",
)
@click.option(
    "--replications",
    type=click.IntRange(min=1),
    default=FIRST_LOOK,
    show_default=True,
    help="Sessions at each point and mode.",
)
@question_options("sweep")
def sweep(metrics: tuple[str, ...], replications: int, **common: Unpack[Common]) -> None:
    """Vary one value or several, and find where one mode overtakes another.

    A `--set` with several values is a factor: `from:to:linN` and `from:to:logN` are N values evenly spread on a linear
    or logarithmic scale, whole ones where the key is a count; `a,b,c` are these values. Every other `--set` holds
    throughout. All points have the same people and draws, as far as the values leave them alone.

    \b
    Example:
      stagesim sweep scenarios/seminar.yaml --set audience.count=10:80:log6 --set room.stage_capacity=2,6
    """
    from stagesim.experiments.questions.factors import factors_and_settings
    from stagesim.experiments.questions.sweep import sweep_points
    from stagesim.experiments.study import known_figure
    from stagesim.reporting.answers.sweep import sweep_answer

    shown_metrics = tuple(map(known_figure, metrics))
    factors, settings = factors_and_settings(common["sets"])
    varied = tuple(each for each in common["sets"] if each not in settings)
    own = {"factors": varied, "replications": replications, "seed": common["seed"], "metrics": metrics}
    question = asked("sweep", common, own, settings)
    with answering(question, common) as (question, place, progress):
        results = sweep_points(question, factors, replications=replications, watch=progress.shown)
        finish(sweep_answer(results, shown_metrics), place, common)
