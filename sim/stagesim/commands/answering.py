"""How the commands that answer a question begin and end: what was asked, a folder for the answer, then its files."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from stagesim.commands.options import mode_names, say_advice
from stagesim.commands.places import Place, results_place

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.experiments.executors import Executors
    from stagesim.experiments.questions.question import Question
    from stagesim.reporting.answers.answer import Answer


class Common(TypedDict):
    """What each of these commands is given beside its own options."""

    scenario: str
    seed: int
    sets: tuple[str, ...]
    out: Path | None
    fresh: bool
    png: bool
    modes: str | None
    engine: "EngineMaker | None"
    executors: "Executors"


def asked(kind: str, common: Common, own: Mapping[str, object], sets: tuple[str, ...] | None = None) -> "Question":
    """The question of a command, `kind`: `own` are its options in the order in which its command is told again.

    `modes` and `seed` come last, or where `own` has them. `sets` are the settings that hold throughout, where those
    are not all.
    """
    from stagesim.experiments.origin import Origin
    from stagesim.experiments.questions.question import Question

    modes, seed = mode_names(common["modes"]), common["seed"]
    origin = Origin(kind, options={**own, "modes": modes or (), "seed": seed}, language="shell")
    held = common["sets"] if sets is None else sets
    engine, executors = common["engine"], common["executors"]
    return Question(common["scenario"], held, modes, seed, executors, engine=engine, asked=origin)


@contextmanager
def answering(question: "Question", common: Common) -> Iterator[tuple["Question", Place]]:
    """The question, asked so that finished sessions are kept, and the place of its answer."""
    from stagesim.experiments.kept.matter import matter_of_answer

    kind = question.asked.question
    matter = matter_of_answer(kind, question.scenario(), question.seed, question.origin)
    default = Path("reports") / f"{Path(str(question.given.path)).stem}-{kind}"
    with results_place(default, common["out"], matter, fresh=common["fresh"], png=common["png"]) as place:
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
