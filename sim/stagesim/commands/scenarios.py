"""`stagesim list` and `stagesim validate`: which scenarios there are, and whether they are right."""

from pathlib import Path
from typing import Final

import click

from stagesim.commands.options import say_advice
from stagesim.exit_codes import ExitCode
from stagesim.plain_text import harmless

OWN: Final = Path("scenarios")
"""The folder that is listed where none is named."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def validate(paths: tuple[Path, ...]) -> int:
    """Check scenario files, or all of a folder, without running them.

    \b
    Example:
      stagesim validate scenarios/
    """
    from stagesim.scenario.advice.all_advice import advice_lines
    from stagesim.scenario.reading.loader import ScenarioError, cases_of, check_assumptions, load

    bad = 0
    for path in _scenario_files(paths):
        try:
            scenario = load(path)
            for _ in cases_of(scenario, path):
                pass  # each is read, and so is what it states
            check_assumptions(scenario, path)
        except ScenarioError as error:
            bad += 1
            click.echo(harmless(str(error)), err=True)
        else:
            click.echo(harmless(f"{path}: valid: {scenario.title}"))
            say_advice(advice_lines(scenario, str(path)))
    return ExitCode.BAD_INPUT if bad else ExitCode.DONE


@click.command("list")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--all", "below", is_flag=True, help="Also those of the folders below it.")
@click.option("--bundled", "ours", is_flag=True, help="Those that come with stagesim.")
def list_scenarios(folder: Path | None, below: bool, ours: bool) -> int:
    """List the scenarios of a folder: file, length, people, title.

    Without FOLDER it is `scenarios`. Where there is no such folder, the scenarios that come with stagesim are listed:
    every command takes them by name, as in `stagesim compare town_hall`.

    \b
    Example:
      stagesim list scenarios/conformance
    """
    from stagesim.scenario.reading.bundled import bundled_names

    if ours or (folder is None and not OWN.exists()):
        if below:
            raise click.UsageError(
                "there is no folder to look below\n  hint: name one, as in `stagesim list FOLDER --all`"
            )
        return _listed([Path(name) for name in bundled_names()])
    chosen = folder or OWN
    every = _scenario_files((chosen,))
    files = every if below else [path for path in every if path.parent == chosen] or every
    code = _listed(files)
    if len(files) < len(every):
        click.echo(f"{len(every) - len(files)} more in the folders below: `stagesim list {chosen} --all`", err=True)
    return code


def _listed(files: list[Path]) -> ExitCode:
    """A line for each scenario; what is none is said."""
    from stagesim.scenario.reading.loader import ScenarioError, load

    bad = 0
    for path in files:
        try:
            scenario = load(path)
        except ScenarioError as error:
            bad += 1
            click.echo(harmless(str(error)), err=True)
            continue
        width = max(len(str(other)) for other in files if other.parent == path.parent)
        counts = [group.count for group in scenario.audience.values()]
        number = "open number" if None in counts else f"{sum(count for count in counts if count)} people"
        who = f"{'script' if scenario.script and not counts else number:>12}"
        click.echo(harmless(f"{path!s:{width}}  {scenario.duration / 60_000:4.0f} min  {who}  {scenario.title}"))
    return ExitCode.BAD_INPUT if bad else ExitCode.DONE


def _scenario_files(paths: tuple[Path, ...]) -> list[Path]:
    """The files themselves, and all scenario files in and below the folders, those in a folder itself first."""
    from stagesim.scenario.reading.bundled import bundled
    from stagesim.scenario.reading.recognised import nothing_in, passed_over, scenario_files

    files: list[Path] = []
    others = 0
    for path in paths:
        if bundled(str(path)) is not None and not path.exists():
            files.append(path)
            continue
        if not path.exists():
            hint = "name a file or a folder, such as `scenarios`, or take one of `stagesim list --bundled`"
            raise click.UsageError(f"`{path}` is not there\n  hint: {hint}")
        if not path.is_dir():
            files.append(path)
            continue
        inside = scenario_files(path)
        if not inside.files:
            raise click.UsageError(nothing_in(path, inside.passed_over))
        files += inside.files
        others += inside.passed_over
    if others:
        click.echo(passed_over(others), err=True)
    return files
