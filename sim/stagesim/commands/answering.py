"""How the commands that answer a question end: the answer printed, its files in a folder."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from stagesim.reporting.answers.answer import Answer


def finish(answer: "Answer", out: Path | None) -> None:
    """Write the files, print the answer, and say where the page is."""
    from stagesim.reporting.answers.answer import print_answer, publish

    folder = out or Path("reports") / f"{Path(answer.question.path).stem}-{answer.kind}"
    page = publish(answer, folder)
    print_answer(answer)
    click.echo(f"report: {page}", err=True)
