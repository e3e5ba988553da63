"""How the commands that answer a question end: the answer printed, its files in a folder."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from stagesim.reporting.answers.answer import Answer


def finish(answer: "Answer", out: Path | None) -> None:
    """Write the files, say where they are, and print the answer."""
    from stagesim.reporting.answers.answer import print_answer, publish

    folder = out or Path("reports") / f"{Path(answer.basis.path).stem}-{answer.kind}"
    click.echo(f"report: {publish(answer, folder)}", err=True)
    print_answer(answer)
