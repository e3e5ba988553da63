"""`stagesim sensitivity`: which assumption matters most."""

from typing import Unpack

import click

from stagesim.commands.answering import Common, answering, asked, finish, question_options
from stagesim.commands.options import vary_option


@click.command()
@vary_option
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="METRIC",
    help="A metric; may be repeated.  [default: wishes_heard_share]",
)
@click.option("--trajectories", type=int, default=8, show_default=True, help="Rounds of Morris's screening.")
@click.option(
    "--sobol",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Number of assumptions to analyse with Sobol.",
)
@click.option("--samples", type=int, default=32, show_default=True, help="Samples of Sobol's method: a power of two.")
@click.option(
    "--replications", type=click.IntRange(min=1), default=5, show_default=True, help="Sessions at each point."
)
@question_options("sensitivity")
def sensitivity(
    ranges: tuple[str, ...],
    metrics: tuple[str, ...],
    trajectories: int,
    sobol: int,
    samples: int,
    replications: int,
    **common: Unpack[Common],
) -> None:
    """Find out which assumptions change the answer, by Morris's screening and, for the chief ones, Sobol's indices.

    Needs the extra `sensitivity`. Morris takes trajectories x (assumptions + 1) points, Sobol samples x (chosen + 2).

    \b
    Example:
      stagesim sensitivity scenarios/town_hall.yaml --vary audience.answer.accept=0.5:1 --vary audience.silent=0.3:0.7
    """
    from stagesim.experiments.questions.factors import assumed, bounds_of
    from stagesim.experiments.questions.sensitivity import find_influences
    from stagesim.reporting.answers.sensitivity import sensitivity_answer

    wanted = metrics or ("wishes_heard_share",)
    screened = {"ranges": ranges, "metrics": wanted, "trajectories": trajectories, "sobol": sobol, "samples": samples}
    question = asked("sensitivity", common, {**screened, "modes": (), "replications": replications})
    with answering(question, common) as (question, place, progress):
        results = find_influences(
            question,
            tuple(bounds_of(each.range) for each in assumed(question.scenario(), ranges)),
            wanted,
            trajectories=trajectories,
            sobol=sobol,
            samples=samples,
            replications=replications,
            watch=progress.shown,
        )
        finish(sensitivity_answer(results), place, common)
