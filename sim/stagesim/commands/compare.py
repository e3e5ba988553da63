"""`stagesim compare`: modes, scenarios or variants of one scenario, on the same people with the same wishes."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stagesim.commands.comparing import Asked
from stagesim.commands.options import (
    SCENARIO,
    engine_option,
    modes_option,
    png_option,
    said_that_nobody_wishes,
    say_advice,
    seed_option,
    set_option,
    variant_option,
    workers_option,
)
from stagesim.commands.places import Place, results_place, what_is_kept
from stagesim.exit_codes import ExitCode, gravest
from stagesim.looks import BUDGET, FIRST_LOOK

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.experiments.comparison.analysis import Analysis
    from stagesim.experiments.comparison.compare import Aim
    from stagesim.experiments.executors import Executors
    from stagesim.experiments.results import Results
    from stagesim.experiments.study import Plan
    from stagesim.reporting.words.turning import Turning


@click.command()
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...", type=SCENARIO)
@seed_option
@set_option()
@variant_option
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of the results.  [default: reports/SCENARIO, numbered where that has others]",
)
@modes_option
@click.option(
    "--replications",
    type=click.IntRange(min=1),
    help=f"Sessions in each mode; with --until-..., the most.  [default: {FIRST_LOOK}, or {BUDGET} at most]",
)
@click.option(
    "--until-precision",
    multiple=True,
    metavar="METRIC=X|X%",
    help="Go on until the margin of error of the metric is X, or X % of its average, at a look; may be repeated.",
)
@click.option(
    "--until-decision",
    multiple=True,
    metavar="METRIC",
    help="Go on until every pair is decided, with looks after 40, 80, 160 and 320; may be repeated.",
)
@click.option(
    "--margin",
    "margins",
    multiple=True,
    metavar="METRIC=X|X%",
    help="The largest difference that does not matter; may be repeated.",
)
@click.option(
    "--metric", "metrics", multiple=True, metavar="METRIC", help="Compare by this metric only; may be repeated."
)
@click.option("--fresh", is_flag=True, help="Simulate everything anew, and replace what the folder has.")
@png_option
@click.option("--all", "everything", is_flag=True, help="Print all figures, the pairs, and who wins and who loses.")
@click.option(
    "--tip", "tips", is_flag=True, help="Find, too, what would turn the answer along the scenario's first assumption."
)
@engine_option
@workers_option
def compare(
    scenarios: tuple[str, ...],
    out: Path | None,
    fresh: bool,
    png: bool,
    everything: bool,
    tips: bool,
    executors: "Executors",
    **asked: Any,
) -> int:
    """Compare modes, scenarios, or variants of one scenario.

    The same people with the same wishes come on every side, so that sessions can be compared in pairs. One scenario is
    compared mode by mode. Several scenarios, or variants of one, are compared with each other in each mode. The
    answer says which mode to take for which goal, and what that costs; with `--all` come all averages with their margin
    of error, the differences, session by session, and who wins and who loses. The report has it all, and the charts.

    With `--tip` the first of the scenario's assumptions is varied, too, as `stagesim tip` does: from where on would
    another mode meet the goals best? The report says that, and a second one, beside it, has it value by value.

    Sessions already in the folder are reused, if scenario, seed and code are the same. After Ctrl-C the same command
    resumes.

    \b
    Examples:
      stagesim compare scenarios/town_hall.yaml --modes join_by_request,invite_only --replications 40
      stagesim compare scenarios/town_hall.yaml --tip
      stagesim compare scenarios/town_hall.yaml --until-precision wishes_heard_share=5%
      stagesim compare scenarios/town_hall.yaml --until-decision wishes_heard_share --margin wishes_heard_share=0.03
      stagesim compare scenarios/town_hall.yaml --variant 'narrow: room.stage_capacity=5' --modes join_by_request
      stagesim compare scenarios/seminar.yaml scenarios/town_hall.yaml
    """
    from stagesim.commands.tip import tip_beside
    from stagesim.experiments.comparison.compare import carry_out, found_before
    from stagesim.experiments.kept.matter import matter_of
    from stagesim.experiments.size.rules import FixedSize
    from stagesim.reporting.terminal.progress import Progress
    from stagesim.reporting.words.turning import turning_among

    options = Asked(scenarios, **asked)
    plans, aim = options.plans(), options.aim()
    rules = options.rules_of_tip(plans) if tips else None
    matter = matter_of({name: plan.results(()) for name, plan in plans.items()})
    least = aim.rule.replications if isinstance(aim.rule, FixedSize) else None
    default = Path("reports") / options.default_name()
    with results_place(default, out, matter, fresh=fresh, least=least, png=png) as place:
        folders = options.folders(plans, place.path)
        known, remarks = ({}, []) if fresh else found_before(plans, folders)
        for remark in remarks:
            click.echo(remark, err=True)
        simulating = replace(executors, watch=Progress().shown, sessions=place.sessions)
        found = carry_out(plans, aim, simulating, known=known, keep=True)
        if next(iter(found.values())).ending.reason == "interrupted":
            return interrupted(found, folders, place, again=again(fresh, options.engine))
        say_what_changed_nothing(plans, found)
        if rules is not None and (fresh or not turning_among(found, place.path).varied.issuperset(rules.paths)):
            tip_beside(place.path, rules, options.common(place, executors), found.values())
        return finish(found, aim, place, everything=everything)


def finish(found: Mapping[str, "Results"], aim: "Aim", place: Place, *, everything: bool) -> int:
    """Write the report, print the answer, or `everything`, and the expectations that failed; the exit code."""
    from stagesim.experiments.comparison.compare import analysed
    from stagesim.reporting.publish import publish, publish_variants
    from stagesim.reporting.terminal.figures import print_brief, print_brief_of_variants, print_turning
    from stagesim.reporting.terminal.line import announce, clear
    from stagesim.reporting.words.advice import advice_lines_of
    from stagesim.reporting.words.turning import turning_among

    analysis, first = analysed(found, aim), next(iter(found.values()))
    folder = place.path
    announce("drawing the charts and the page")
    if len(found) == 1 or analysis is None:
        reports = [
            publish(each, folder / name if name else folder, analysis, fresh=place.fresh, png=place.png)
            for name, each in found.items()
        ]
        report = reports[0]
    else:
        report = publish_variants(found, folder, analysis, fresh=place.fresh, png=place.png)
    place.done = True
    clear()
    contrasts = analysis.contrasts if analysis is not None else ()
    say_advice(line for name, results in found.items() for line in advice_lines_of(results, name))
    turning = turning_among(found, folder)
    shown = {name: results for name, results in found.items() if not said_that_nobody_wishes(results.scenario, name)}
    if not everything and len(found) > 1:
        print_brief_of_variants(shown, contrasts, turning.found)
    elif not everything and shown:
        print_brief(first, contrasts, turning.found)
    else:
        print_everything(shown, analysis, variants=len(found) > 1)
        print_turning(turning.lines if turning.found else ())
    if not everything:
        say_what_else(found, turning)
    click.echo(f"report: {report}", err=True)
    return gravest(results.exit_code for results in found.values())


def print_everything(shown: Mapping[str, "Results"], analysis: "Analysis | None", *, variants: bool) -> None:
    """Print all figures of the modes, or of the `variants` one after the other, the pairs, and what they say."""
    from stagesim.experiments.comparison.marks import mode_contrasts
    from stagesim.reporting.terminal.comparison import print_comparison
    from stagesim.reporting.terminal.figures import print_results, print_short, print_short_of_variants

    contrasts = analysis.contrasts if analysis is not None else ()
    for name, results in shown.items():
        if name:
            click.echo(f"\n{name}:")
        print_results(results, mode_contrasts(results) if variants else contrasts, short=False)
    if shown and analysis is not None:
        print_comparison(analysis, next(iter(shown.values())).ending)
    if variants:
        print_short_of_variants(shown, contrasts)
    elif shown:
        print_short(next(iter(shown.values())), contrasts)


def say_what_else(found: Mapping[str, "Results"], turning: "Turning") -> None:
    """Say on standard error where all figures are, and which commands say what follows from them."""
    from stagesim.reporting.words.further import HOLDS_UP, TURNS, further

    click.echo("all figures, the pairs, what is not modelled: on the page, or with `--all`", err=True)
    for question, command in further(next(iter(found.values()))) if len(found) == 1 else ():
        if question == HOLDS_UP or (question == TURNS and not turning.found):
            click.echo(f"{question[0].lower()}{question[1:]}: `{command}`", err=True)
    if turning.found and turning.command:
        click.echo(f"{turning.unknown.removesuffix('.')}: `{turning.command}`", err=True)


def say_what_changed_nothing(plans: Mapping[str, "Plan"], found: Mapping[str, "Results"]) -> None:
    """Say on standard error which settings, and which variants, made no difference at all."""
    from stagesim.experiments.comparison.unchanged import idle_settings, variants_alike
    from stagesim.reporting.words.unchanged import sentence

    base = next(iter(plans))
    for each in (*idle_settings(plans[base], found[base]), *variants_alike(found)):
        click.echo(f"advice: {sentence(each)}", err=True)


def interrupted(found: Mapping[str, "Results"], folders: Mapping[str, Path], place: Place, *, again: str) -> int:
    """Keep what is finished, and say so, and what the same command does `again`; the exit code."""
    from stagesim.reporting.publish import keep

    size = next(iter(found.values())).replications
    if not size:
        click.echo(f"interrupted; {what_is_kept(place)}", err=True)
        return ExitCode.INTERRUPTED
    for name, results in found.items():
        keep(results, folders[name], fresh=place.fresh)
    click.echo(f"interrupted; kept {size} sessions per mode, the same command{again}", err=True)
    return ExitCode.INTERRUPTED


def again(fresh: bool, engine: "EngineMaker | None") -> str:
    """Whether the same command goes on; an engine may have changed in between, and nothing would say so."""
    if engine is not None:
        return " begins anew, since another engine may answer then"
    return f"{' without `--fresh`' if fresh else ''} goes on from there"
