"""`stagesim report`: the page of a folder of results, written anew."""

from pathlib import Path

import click

from stagesim.exit_codes import ExitCode


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), help="Write it to this file.  [default: DIR/report.html]"
)
def report(folder: Path, out: Path | None) -> int:
    """Write the page of a folder of results anew, without simulating the study again.

    DIR is what `run`, `compare` or a command that answers a question has left: its sessions, or what it found and its
    charts. The page is one file that needs nothing else. Nothing else in the folder is changed.

    \b
    Example:
      stagesim report reports/town_hall --out town_hall.html
    """
    from stagesim.reporting.anew import written_anew

    click.echo(f"report: {written_anew(folder, out)}", err=True)
    return ExitCode.DONE
