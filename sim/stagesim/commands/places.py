"""Where a command leaves its results: a folder that it has for itself, and in which nothing is lost or replaced."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stagesim.exit_codes import ExitCode

if TYPE_CHECKING:
    from stagesim.experiments.kept.matter import Matter
    from stagesim.experiments.kept.sessions import Sessions


@dataclass(slots=True)
class Place:
    """The folder of a command's results, and the finished sessions in it until the results are there.

    `fresh` says that whatever is there is replaced, `png` that charts are drawn as PNG, too.
    """

    path: Path
    fresh: bool
    sessions: "Sessions"
    png: bool = False
    done: bool = False


@contextmanager
def results_place(
    default: Path, out: Path | None, matter: "Matter", *, fresh: bool, least: int | None = None, png: bool = False
) -> Iterator[Place]:
    """Have a folder for the results, from before the first session to the last file.

    That is `out`: a StoreError if it has something else. The default one is numbered instead. What stops the command
    leaves the finished sessions there, unless it has set `done`, and ends it with `INTERRUPTED`.
    """
    from stagesim.experiments.executors import WorkerLost
    from stagesim.experiments.kept.claim import claimed
    from stagesim.experiments.kept.matter import refuse_other
    from stagesim.experiments.kept.sessions import Sessions

    path = out or (default if fresh else _numbered(default, matter, least))
    with claimed(path):
        if not fresh:
            refuse_other(path, matter, least)
        place = Place(path, fresh, Sessions(path, matter, fresh=fresh), png)
        try:
            yield place
        except (KeyboardInterrupt, WorkerLost) as stopped:
            said = f"{stopped}; " if isinstance(stopped, WorkerLost) else "interrupted; "
            click.echo(f"{said}{what_is_kept(place)}", err=True)
            raise click.exceptions.Exit(ExitCode.INTERRUPTED) from None
        finally:
            place.sessions.remove() if place.done else place.sessions.close()


def what_is_kept(place: Place) -> str:
    """What an interrupted command leaves, and what the same command does then."""
    number = len(place.sessions)
    if not number:
        return "nothing was written"
    again = " without `--fresh`" if place.fresh else ""
    return f"kept {number} session{'s' if number > 1 else ''}, the same command{again} goes on from there"


def _numbered(default: Path, matter: "Matter", least: int | None) -> Path:
    """The default folder, or the first one with a number behind it that has nothing else."""
    from stagesim.experiments.kept.claim import check_is_ours
    from stagesim.experiments.kept.manifests import StoreError
    from stagesim.experiments.kept.matter import other_study

    number, path, why = 1, default, ""
    while True:
        try:
            check_is_ours(path)
            found = other_study(path, matter, least)
        except StoreError as error:
            found = str(error).partition("\n")[0]
        if not found:
            break
        number, why = number + 1, why or found
        path = default.with_name(f"{default.name}-{number}")
    if why:
        click.echo(f"{why}; this one goes to `{path}`", err=True)
    return path
