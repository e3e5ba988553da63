"""How the commands that answer a question begin and end: a folder that can be written to, the answer and its files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stagesim.commands.options import say_advice

if TYPE_CHECKING:
    from stagesim.reporting.answers.answer import Answer


def results_folder(kind: str, scenario: str, out: Path | None) -> Path:
    """The folder of the results; StoreError, before anything is simulated, if they cannot be written there."""
    from stagesim.experiments.kept.folder import manifest_in

    folder = out or Path("reports") / f"{Path(scenario).stem}-{kind}"
    manifest_in(folder)
    return folder


def finish(answer: "Answer", folder: Path) -> None:
    """Write the files, say what to think of the settings, print the answer, and say where the page is."""
    from stagesim.reporting.answers.answer import print_answer, publish
    from stagesim.scenario.advice.all_advice import advice_lines

    page, question = publish(answer, folder), answer.question
    say_advice(advice_lines(question.scenario(), question.path, own_rules=question.engine is None))
    print_answer(answer)
    click.echo(f"report: {page}", err=True)
