"""`stagesim tip`: what would turn who is ahead."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import click

from stagesim.commands.answering import Common, answering, asked, finish, question_options, written
from stagesim.commands.beforehand import Rules, say_beforehand
from stagesim.commands.options import (
    confidence_option,
    goal_option,
    named_variants,
    variant_option,
    vary_option,
)
from stagesim.exit_codes import ExitCode
from stagesim.looks import FIRST_LOOK

if TYPE_CHECKING:
    from stagesim.experiments.questions.question import Question, Watch
    from stagesim.experiments.questions.tipping import TipResults
    from stagesim.experiments.results import Results
    from stagesim.reporting.terminal.progress import Progress
    from stagesim.scenario.demands.assumptions import Assumption
    from stagesim.scenario.scenario import Scenario


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
    from stagesim.reporting.answers.tip import tip_answer

    rules = Rules(variants, ranges, goals, by, confidence, replications)
    question = _question(rules, common)
    with answering(question, common) as (question, place, progress):
        results = _found(question, rules, progress)
        finish(tip_answer(results), place, common)
    return ExitCode.DONE if results.decided else ExitCode.UNDECIDED


def first_assumption(scenario: "Scenario", variants: tuple[str, ...]) -> Rules:
    """What a comparison asks: who is ahead by the scenario's goals along its first assumption. StudyError where it has
    none.
    """
    from stagesim.experiments.questions.tipping import check_asked

    check_asked(scenario.assumptions, scenario.goals)
    return Rules(variants, (scenario.assumptions[0].vary,))


def tip_beside(folder: Path, rules: Rules, common: Common, known: Iterable["Results"]) -> None:
    """Leave the answer beside the folder of a comparison, and print none; what is `known` is not simulated anew."""
    from stagesim.experiments.replications import Job
    from stagesim.reporting.answers.tip import tip_answer

    question = _question(rules, common)
    with answering(question, common, folder.with_name(f"{folder.name}-tip")) as (question, place, progress):
        for results in known:
            kept = place.sessions.of(Job(results.scenario, results.seed, engine=question.engine))
            if kept is not None:
                for outcome in results.outcomes:
                    kept.keep(outcome)
        written(tip_answer(_found(question, rules, progress)), place)


def _question(rules: Rules, common: Common) -> "Question":
    return asked("tip", common, rules._asdict())


def _found(question: "Question", rules: Rules, progress: "Progress") -> "TipResults":
    from stagesim.experiments.questions.factors import assumed
    from stagesim.experiments.questions.goals import goal
    from stagesim.experiments.questions.tipping import find_tips

    compared = named_variants(rules.variants)
    scenario = question.scenario()
    varied = assumed(scenario, rules.ranges)
    sides = sum(len(question.chosen(question.scenario(each))) for each in (compared or {"": []}).values())
    return find_tips(
        question,
        varied,
        tuple(map(goal, rules.goals)) or scenario.goals,
        by=rules.by or "",
        variants=compared,
        replications=rules.replications,
        confidence=rules.confidence,
        watch=_telling(question, rules, sides, varied, progress),
    )


def _telling(
    question: "Question", rules: Rules, sides: int, varied: Sequence["Assumption"], progress: "Progress"
) -> "Watch":
    """Shows how far it is, says beforehand what it takes, and tells of each of several assumptions once it is known."""

    def shown(items: Iterable[Any], total: int, unit: str) -> Iterator[Any]:
        if unit != "assumptions":
            return progress.shown(items, total, unit)
        say_beforehand(question, rules, sides, varied)
        return progress.shown(_told(items) if total > 1 else items, total, unit)

    return shown


def _told(items: Iterable["TipResults"]) -> Iterator["TipResults"]:
    from stagesim.reporting.answers.tip import told
    from stagesim.reporting.terminal.line import clear

    for each in items:
        clear()
        click.echo(told(each), err=True)
        yield each
