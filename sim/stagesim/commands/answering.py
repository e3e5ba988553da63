"""How the commands that answer a question begin and end: a folder for the answer, then the answer and its files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stagesim.commands.options import say_advice
from stagesim.commands.places import Place, results_place

if TYPE_CHECKING:
    from stagesim.experiments.questions.question import Question
    from stagesim.reporting.answers.answer import Answer


@contextmanager
def answering(
    kind: str, question: "Question", out: Path | None, *, fresh: bool, png: bool
) -> Iterator[tuple["Question", Place]]:
    """The question, asked so that finished sessions are kept, and the place of its answer; `kind` is the command."""
    from stagesim.experiments.kept.matter import matter_of_answer

    matter = matter_of_answer(kind, question.scenario(), question.seed, question.origin)
    default = Path("reports") / f"{Path(str(question.given.path)).stem}-{kind}"
    with results_place(default, out, matter, fresh=fresh, png=png) as place:
        yield replace(question, executors=replace(question.executors, sessions=place.sessions)), place


def finish(answer: "Answer", place: Place) -> None:
    """Write the files, say what to think of the settings, print the answer, and say where the page is."""
    from stagesim.reporting.answers.answer import print_answer, publish
    from stagesim.scenario.advice.all_advice import advice_lines

    page, question = publish(answer, place.path, fresh=place.fresh, png=place.png), answer.question
    place.done = True
    say_advice(advice_lines(question.scenario(), str(question.given.path), own_rules=question.engine is None))
    print_answer(answer)
    click.echo(f"report: {page}", err=True)
