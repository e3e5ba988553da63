"""How the commands that answer a question begin and end: what was asked, a folder for the answer, then its files."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import click

from stagesim.commands.options import (
    engine_option,
    mode_names,
    modes_option,
    png_option,
    say_advice,
    scenario_options,
    workers_option,
)
from stagesim.commands.places import Place, results_place

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.experiments.executors import Executors
    from stagesim.experiments.questions.question import Question
    from stagesim.reporting.answers.answer import Answer
    from stagesim.reporting.terminal.progress import Progress


Command = TypeVar("Command", bound=Callable[..., Any])


class Common(TypedDict):
    """What each of these commands is given beside its own options."""

    scenario: str
    seed: int
    sets: tuple[str, ...]
    out: Path | None
    fresh: bool
    png: bool
    everything: bool
    modes: str | None
    engine: "EngineMaker | None"
    executors: "Executors"


def question_options(kind: str) -> Callable[[Command], Command]:
    """The argument and the options of `Common`; the folder of the answer has the command's name, `kind`, at the end."""

    def decorate(command: Command) -> Command:
        every = click.option("--all", "everything", is_flag=True, help="Print all tables; the page has them anyway.")
        command = modes_option(every(png_option(engine_option(workers_option(command)))))
        return scenario_options(command, f"-{kind}")

    return decorate


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
def answering(
    question: "Question", common: Common, default: Path | None = None
) -> Iterator[tuple["Question", Place, "Progress"]]:
    """The question, asked so that finished sessions are kept, the place of its answer, and how far it has come.

    `default` is the folder where none is named, if not the one of the scenario and the command.
    """
    from stagesim.experiments.kept.matter import matter_of_answer
    from stagesim.reporting.terminal.progress import Progress

    kind = question.asked.question
    matter = matter_of_answer(kind, question.scenario(), question.seed, question.origin)
    default = default or Path("reports") / f"{Path(str(question.given.path)).stem}-{kind}"
    with results_place(default, common["out"], matter, fresh=common["fresh"], png=common["png"]) as place:
        progress = Progress()
        executors = replace(question.executors, sessions=place.sessions, watch=progress.shown)
        yield replace(question, executors=executors), place, progress


def written(answer: "Answer", place: Place) -> Path:
    """Write the files of an answer; the path of its page."""
    from stagesim.reporting.answers.answer import publish
    from stagesim.reporting.terminal.line import announce, clear

    announce("drawing the charts and the page")
    page = publish(answer, place.path, fresh=place.fresh, png=place.png)
    place.done = True
    clear()
    return page


def finish(answer: "Answer", place: Place, common: Common) -> None:
    """Write the files, say what to think of the settings, print the answer, and say where the page is."""
    from stagesim.reporting.answers.answer import print_answer
    from stagesim.scenario.advice.all_advice import advice_lines

    page, question = written(answer, place), answer.question
    say_advice(advice_lines(question.scenario(), str(question.given.path), own_rules=question.engine is None))
    print_answer(answer, everything=common["everything"])
    left_out = 0 if common["everything"] else len(answer.grids) - answer.telling
    if left_out > 0:
        click.echo(f"{left_out} more table{'s' * (left_out > 1)}: on the page, or with `--all`", err=True)
    click.echo(f"report: {page}", err=True)
