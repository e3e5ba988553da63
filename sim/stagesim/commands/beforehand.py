"""What `stagesim tip` is asked, and says before it begins: how much there is to simulate, and what that can tell."""

import math
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from stagesim.looks import FIRST_LOOK

if TYPE_CHECKING:
    from stagesim.experiments.questions.question import Question
    from stagesim.scenario.demands.assumptions import Assumption

MANY: Final = 500
"""From so many sessions on it is said how long they take about."""


class Rules(NamedTuple):
    """What is asked beside the scenario, as the options have it."""

    variants: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    by: str | None = None
    confidence: float = 0.95
    replications: int = FIRST_LOOK

    @property
    def paths(self) -> list[str]:
        """The keys of the ranges."""
        return [each.partition("=")[0].strip() for each in self.ranges]


def say_beforehand(question: "Question", rules: Rules, sides: int, varied: Sequence["Assumption"]) -> None:
    """Say how much there is to simulate, how long that takes about, and what so few sessions cannot tell."""
    from stagesim.experiments.questions.tipping import VALUES
    from stagesim.experiments.questions.turns import least_lead
    from stagesim.reporting.words.keys import key_words
    from stagesim.statistics import ENOUGH

    number = rules.replications
    sessions = len(varied) * VALUES * sides * number
    if sessions >= MANY:
        what = f"{len(varied)} assumptions" if len(varied) > 1 else key_words(varied[0].range.path)
        each = f"{number} sessions in each of {sides} {'sides' if rules.variants else 'modes'}"
        said = f"varying {what}, {VALUES} values with {each}: about {sessions:,} sessions"
        click.echo(f"{said}{_about(question, sessions)}", err=True)
    few, usual = (least_lead(each, VALUES, sides, rules.confidence) for each in (number, FIRST_LOOK))
    if few <= usual:
        return
    said = f"{number} sessions at each value are too few to show a lead, unless it is the same in all of them"
    if not math.isinf(few):
        said = f"{number} sessions at each value show only leads of about {few:.1f} times their spread between sessions"
        said += f", {FIRST_LOOK} of {usual:.1f} times"
        said += (
            "; by goals often none, since many sessions meet the same" if not rules.by and number < 2 * ENOUGH else ""
        )
    click.echo(f"{said}\n  hint: {FIRST_LOOK} is usual: `--replications {FIRST_LOOK}`", err=True)


def _about(question: "Question", sessions: int) -> str:
    """How long so many sessions take, by the first one in each mode; empty where they are simulated elsewhere."""
    from stagesim.experiments.executors import worker_count
    from stagesim.experiments.replications import Job, one
    from stagesim.reporting.words.numbers import duration

    if question.executors.executor is not None:
        return ""
    scenario = question.scenario()
    job, modes = Job(scenario, question.seed, engine=question.engine), question.chosen(scenario)
    one(job, modes[0], 0)  # what is made once is made now
    began_s = time.perf_counter()
    for mode in modes:
        one(job, mode, 0)
    each_s = (time.perf_counter() - began_s) / len(modes)
    return f", {duration(each_s * sessions / worker_count(question.executors.workers), 1)}"
