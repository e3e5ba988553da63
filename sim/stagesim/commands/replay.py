"""`stagesim replay`: one session as it happened, or several on one clock, as a page to play."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stagesim.commands.faults import reporting_faults
from stagesim.commands.options import (
    AS_IT_IS,
    answer_options,
    engine_option,
    mode_names,
    modes_option,
    replication_option,
    rules_option,
    variant_changes,
)
from stagesim.commands.places import results_place
from stagesim.exit_codes import ExitCode

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.experiments.kept.matter import Matter
    from stagesim.scenario.scenario import Scenario
    from stagesim.scenario.variant import Variant
    from stagesim.testing.difference import Report, Side

MOST_RUNS: Final = 6
"""More sessions are no page to look at."""

STORED: Final = (".json", ".jsonl", ".parquet")


def moment(_: click.Context, __: click.Parameter, given: str | None) -> int | None:
    """`12:34` in milliseconds."""
    if given is None:
        return None
    found = re.fullmatch(r"(-?)(\d+):([0-5]\d(?:\.\d{1,3})?)", given)
    if found is None:
        raise click.BadParameter(f"expected minutes and seconds, got `{given}`\n  hint: such as `12:34`")
    sign, minutes, seconds = found.groups()
    return (-1 if sign else 1) * round((int(minutes) * 60 + float(seconds)) * 1000)


@click.command()
@answer_options("replay")
@modes_option
@click.option("--variant", metavar="'NAME: PATH=VALUE; ...'", help="Play it beside the scenario changed like this.")
@click.option(
    "--against", metavar="FILE|DIR", help="Play it beside another scenario, a baseline, a log, or a folder of results."
)
@replication_option
@click.option("--at", "at_ms", metavar="MM:SS", callback=moment, help="Open at this moment.  [default: where two part]")
@rules_option
@engine_option
@reporting_faults
def replay(
    scenario: str,
    seed: int,
    sets: tuple[str, ...],
    out: Path | None,
    fresh: bool,
    modes: str | None,
    variant: str | None,
    against: str | None,
    replication: int,
    at_ms: int | None,
    rules: "Variant | None",
    engine: "EngineMaker | None",
) -> int:
    """Write a page that plays a session: who asks, is brought on, declined, gives up, is pushed off, and by which rule.

    SCENARIO may be a log (.jsonl, .parquet), a folder of results or a baseline (.json) as well. Several modes, and what
    it is played beside, are on one clock, with the same people, from the first moment at which two of them part.
    Without `--replication` a change is shown in the first session, of 20, in which it matters. With `--rules` it is a
    variant of the rules, such as `default` for a scenario with rules of its own. The page needs nothing else, and no
    network.

    \b
    Examples:
      stagesim replay scenarios/town_hall.yaml --modes everyone_on_stage,join_by_request
      stagesim replay scenarios/seminar.yaml --rules seats_at_once
      stagesim replay scenarios/seminar.yaml --variant "narrow: room.stage_capacity=2" --at 12:30
      stagesim replay scenarios/seminar.yaml --against real.jsonl
    """
    from stagesim.experiments.study import StudyError
    from stagesim.reporting.replay import publish_replay, runs_of_sides, told_apart
    from stagesim.scenario.values.units import clock

    played = _side(scenario, sets, engine)
    sides = {AS_IT_IS: played, **_beside(scenario, sets, played, engine, variant, rules, against)}
    like = next((each.scenario for each in sides.values() if each.scenario is not None), None)
    chosen = _modes(list(sides.values()), like, mode_names(modes))
    if len(chosen) * len(sides) > MOST_RUNS:
        said = f"{len(chosen)} modes, each {len(sides)} times"
        raise StudyError(f"expected at most {MOST_RUNS} sessions, got {said}\n  hint: name fewer `--modes`")
    if at_ms is not None and like is not None and not -like.doors_open <= at_ms <= like.duration:
        ends = f"it goes from {clock(-like.doors_open)} to {clock(like.duration)}"
        raise StudyError(f"`--at`: `{clock(at_ms)}` is outside of the session\n  hint: {ends}")
    stored = next((each.seed for each in sides.values() if each.seed is not None), None)
    used = seed if _by_hand("seed") or stored is None else stored
    found = None
    if len(sides) == 2 and len(chosen) == 1 and engine is None:
        number = replication if _by_hand("replication") else None
        found = _first_difference(*sides.values(), mode=chosen[0], seed=used, replication=number)
    if found is not None and found.differs:
        replication = found.key[1]
    options = {
        "modes": chosen,
        "variant": variant,
        "against": against,
        "rules": None if rules is None else rules.name,
        "seed": used,
        "replication": replication,
    }
    matter = _matter(scenario, played, sets, options, used)
    default = Path("reports") / f"{Path(scenario).stem}-replay"
    with results_place(default, out, matter, fresh=fresh) as place:
        runs = runs_of_sides(sides, chosen, seed=used, replication=replication, like=like)
        title, about = runs[0].course.log.header.scenario, f"`{scenario}`{f', beside `{against}`' if against else ''}."
        told = told_apart(sides, runs, found)
        about = " ".join([about, *(f"{each[0].upper()}{each[1:]}." for each in told if not each.startswith("  "))])
        page = publish_replay(title, runs, place.path, matter, fresh=place.fresh, about=about, at_ms=at_ms)
        place.done = True
    for line in told:
        click.echo(line)
    if found is not None and not found.differs:
        click.echo("hint: it came to that in none of them; `--modes` plays another mode", err=True)
    click.echo(f"replay: {page}", err=True)
    return ExitCode.DONE


def _by_hand(option: str) -> bool:
    return click.get_current_context().get_parameter_source(option) is not click.core.ParameterSource.DEFAULT


def _first_difference(one: "Side", other: "Side", *, mode: str, seed: int, replication: int | None) -> "Report | None":
    """Where two sides part, in the first session in which they do; None where they are not of the same people."""
    from stagesim.testing.difference import LOOKED_THROUGH, DifferenceError, difference

    if any(each.scenario is None and not each.tapes for each in (one, other)):
        return None
    try:
        return difference(one, other, mode=mode, replication=replication, seed=seed, sessions=LOOKED_THROUGH)
    except DifferenceError:
        return None


def _side(given: str, sets: tuple[str, ...], engine: "EngineMaker | None") -> "Side":
    """What a path, or the name of a bundled scenario, means."""
    from stagesim.scenario.reading.loader import load
    from stagesim.testing.difference import Side, side

    if not Path(given).is_dir() and Path(given).suffix not in STORED:
        return Side(given, scenario=load(given, sets), engine=engine)
    if sets:
        raise click.UsageError(f"`--set` changes a scenario, and `{given}` is none\n  hint: name a scenario")
    return side(given, None)


def _beside(
    given: str,
    sets: tuple[str, ...],
    played: "Side",
    engine: "EngineMaker | None",
    variant: str | None,
    rules: "Variant | None",
    against: str | None,
) -> "dict[str, Side]":
    """What it is played beside, by name."""
    from stagesim.scenario.reading.loader import load
    from stagesim.testing.difference import Side

    found: dict[str, Side] = {}
    if played.scenario is None and (variant is not None or rules is not None):
        raise click.UsageError(f"`{given}` is stored, and cannot be changed\n  hint: name a scenario")
    if variant is not None:
        name, changes = variant_changes(variant)
        found[name] = Side(name, scenario=load(given, (*sets, *changes)), engine=engine)
    if rules is not None and played.scenario is not None:
        found[f"rules {rules.name}"] = Side(rules.name, scenario=rules.scenario(played.scenario), engine=engine)
    if against is not None:
        found[Path(against).name] = _side(against, (), engine)
    return found


def _modes(sides: "list[Side]", like: "Scenario | None", asked: tuple[str, ...] | None) -> tuple[str, ...]:
    """The modes that are asked for; or the room's own, or else the first that all sides have."""
    from stagesim.experiments.study import StudyError, chosen_modes

    if asked is not None:
        if like is not None:
            return chosen_modes(like, asked)
        return asked
    every = [mode for mode in sides[0].modes if all(mode in each.modes for each in sides)]
    own = None if like is None else str(like.room.mode)
    if not every:
        raise StudyError(f"`{sides[0].name}` and `{sides[1].name}` have no mode in common\n  hint: name others")
    return (own,) if own in every else (every[0],)


def _matter(given: str, played: "Side", sets: tuple[str, ...], options: Mapping[str, object], seed: int) -> "Matter":
    from stagesim.experiments.kept.matter import Matter, matter_of_answer
    from stagesim.experiments.origin import Given, Origin

    if played.scenario is None:
        return Matter("replay", {}, options={"of": given, **options})
    asked = Origin("replay", {"": Given(given, sets)}, options, language="shell")
    return matter_of_answer("replay", played.scenario, seed, asked)
