"""`stagesim run`: one session, told or played on the terminal."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stagesim.commands.options import (
    MODES,
    engine_option,
    png_option,
    run_options,
    said_that_nobody_wishes,
    say_advice,
)
from stagesim.commands.places import Place, results_place

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.experiments.results import Results


@click.command()
@run_options
@png_option
@click.option("--mode", type=click.Choice(MODES), help="Mode at the start.  [default: the scenario's own]")
@click.option("--watch", is_flag=True, help="Play the session on the terminal before it is told.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    help="With --watch: how many times as fast as it went.",
)
@click.option("--all", "everything", is_flag=True, help="Print all of its course, and its metrics.")
@engine_option
def run(
    scenario: str,
    seed: int,
    sets: tuple[str, ...],
    out: Path | None,
    fresh: bool,
    png: bool,
    mode: str | None,
    watch: bool,
    speed: float,
    everything: bool,
    engine: "EngineMaker | None",
) -> int:
    """Simulate one session, and tell how it went: who came on stage when, and how waiting ended.

    The page has its charts and figures. `--watch` plays the session: the stage, the list, and the last events. Ctrl-C
    ends that. Exits with 1 when an expectation of the scenario's script does not hold, and names its file and line.

    \b
    Examples:
      stagesim run scenarios/seminar.yaml --mode invite_only --set audience.count=40
      stagesim run scenarios/town_hall.yaml --watch --speed 120
    """
    from stagesim.experiments.kept.matter import matter_of
    from stagesim.experiments.origin import Given, Origin
    from stagesim.experiments.study import Plan, study
    from stagesim.scenario.reading.loader import load

    loaded = load(scenario, sets)
    chosen = mode or str(loaded.room.mode)
    asked = Origin("run", {"": Given(scenario, sets)}, {"mode": chosen, "seed": seed}, language="shell")
    plan = Plan(loaded, (chosen,), seed=seed, asked=asked, engine=engine)
    default = Path("reports") / f"{Path(scenario).stem}-run"
    with results_place(default, out, matter_of({"": plan.results(())}), fresh=fresh, png=png) as place:
        results = study(plan)
        report = _published(results, place)
    if watch:
        _play(results, speed)
    _tell(results, everything=everything)
    click.echo(f"report: {report}", err=True)
    return results.exit_code


def _published(results: "Results", place: Place) -> Path:
    from stagesim.reporting.publish import publish
    from stagesim.reporting.terminal.line import announce, clear
    from stagesim.reporting.words.advice import advice_lines_of

    say_advice(advice_lines_of(results))
    announce("drawing the charts and the page")
    report = publish(results, place.path, fresh=place.fresh, png=place.png)
    clear()
    place.done = True
    return report


def _play(results: "Results", speed: float) -> None:
    """Play the session where it can be seen."""
    from stagesim.reporting.terminal.watch import play
    from stagesim.reporting.words.story import moment

    if not sys.stdout.isatty():
        click.echo("`--watch` plays on a terminal, and this is none: the session is told instead", err=True)
        return
    log = results.outcomes[0].log
    until_ms = play(log, speed)
    if until_ms < results.scenario.duration:
        click.echo(f"stopped at {moment(until_ms)}; this is how it went on:", err=True)


def _tell(results: "Results", *, everything: bool) -> None:
    from stagesim.reporting.terminal.course import print_course
    from stagesim.reporting.terminal.figures import print_figures

    if said_that_nobody_wishes(results.scenario):
        return
    print_course(results, everything=everything)
    if everything:
        print_figures(results)
