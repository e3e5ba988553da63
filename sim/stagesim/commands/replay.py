"""`stagesim replay`: one session as it happened, or two on one clock, as a page to play."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stagesim.commands.options import (
    AS_IT_IS,
    answer_options,
    engine_option,
    mode_names,
    modes_option,
    replication_option,
    variant_changes,
)
from stagesim.commands.places import results_place
from stagesim.exit_codes import ExitCode

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker


@click.command()
@answer_options("replay")
@modes_option
@click.option("--variant", metavar="'NAME: PATH=VALUE; ...'", help="Play it beside the scenario changed like this.")
@replication_option
@engine_option
def replay(
    scenario: str,
    seed: int,
    sets: tuple[str, ...],
    out: Path | None,
    fresh: bool,
    modes: str | None,
    variant: str | None,
    replication: int,
    engine: "EngineMaker | None",
) -> int:
    """Write a page that plays a session: who asks, is brought on, declined, gives up, is pushed off, and by which rule.

    With two modes, or with a variant, both are played beside each other on one clock, with the same people, from the
    first moment at which they part. The page needs nothing else, and no network.

    \b
    Examples:
      stagesim replay scenarios/town_hall.yaml --modes everyone_on_stage,join_by_request
      stagesim replay scenarios/seminar.yaml --variant "narrow: room.stage_capacity=2"
    """
    from stagesim.experiments.kept.matter import matter_of_answer
    from stagesim.experiments.origin import Given, Origin
    from stagesim.experiments.study import StudyError, chosen_modes
    from stagesim.reporting.replay import publish_replay, sessions_of
    from stagesim.scenario.reading.loader import load

    loaded = load(scenario, sets)
    chosen = chosen_modes(loaded, mode_names(modes) or (str(loaded.room.mode),))
    scenarios = {AS_IT_IS: loaded}
    if variant is not None:
        name, changes = variant_changes(variant)
        scenarios[name] = load(scenario, (*sets, *changes))
    if len(chosen) * len(scenarios) > 2:
        said = f"{len(chosen)} modes of {len(scenarios)} scenarios" if variant else f"{len(chosen)} modes"
        raise StudyError(f"expected one session or two, got {said}\n  hint: `--modes` takes two, with `--variant` one")
    options = {"modes": chosen, "variant": variant, "seed": seed, "replication": replication}
    asked = Origin("replay", {"": Given(scenario, sets)}, options, language="shell")
    matter = matter_of_answer("replay", loaded, seed, asked)
    default = Path("reports") / f"{Path(scenario).stem}-replay"
    with results_place(default, out, matter, fresh=fresh) as place:
        runs = sessions_of(scenarios, chosen, seed=seed, replication=replication, engine=engine)
        page = publish_replay(loaded.title, runs, place.path, matter, fresh=place.fresh)
        place.done = True
    click.echo(f"replay: {page}", err=True)
    return ExitCode.DONE
