"""`stagesim diff`: the first event that differs between two runs, engines or scenarios, and what came of it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stagesim.commands.faults import reporting_faults
from stagesim.commands.options import MODES, SCENARIO, engine_option, page_options, set_option
from stagesim.exit_codes import ExitCode

if TYPE_CHECKING:
    from stagesim.engines.contract import EngineMaker
    from stagesim.testing.difference import Side


@click.command()
@click.argument("first", type=SCENARIO)
@click.argument("second", required=False, type=SCENARIO)
@click.option("--mode", type=click.Choice(MODES), help="Only this mode.  [default: all that both have]")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of both sides.  [default: of what is stored, or 1]")
@click.option("--replication", type=click.IntRange(min=0), help="Only this session.  [default: the first that differs]")
@set_option("the second scenario")
@engine_option
@click.option("--engine-a", metavar="COMMAND", help="The same for the first side alone.")
@click.option("--engine-b", metavar="COMMAND", help="The same for the second side alone.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@page_options(" with the diagram drawn, and both sides to play")
@reporting_faults
def diff(
    first: str,
    second: str | None,
    mode: str | None,
    seed: int | None,
    replication: int | None,
    sets: tuple[str, ...],
    engine: "EngineMaker | None",
    engine_a: str | None,
    engine_b: str | None,
    form: str,
    out: Path | None,
    fresh: bool,
) -> int:
    """Find the first event that differs between two sides, on the same seed.

    A side is a scenario (.yaml), a baseline (.json), a log (.jsonl, .parquet) or a folder of results. SECOND may be
    left out to try the FIRST scenario with other settings or another engine. Of two scenarios the first 20 sessions are
    looked through, with an engine of one's own the first one. Exits with 0 when nothing differs, and with 1 when
    something does.

    \b
    Example:
      stagesim diff scenarios/seminar.yaml --set room.stage_capacity=2 --mode join_by_request
    """
    from stagesim.engines.subprocess import in_use
    from stagesim.reporting.page.difference import markdown, text, write_page
    from stagesim.reporting.replay import both_played
    from stagesim.testing.difference import LOOKED_THROUGH, difference

    if second is None and not (sets or engine_a or engine_b):
        raise click.UsageError(
            "expected a second side\n  hint: name it, or give `--set`, or `--engine-b` (`--engine` is for both sides)"
        )
    with in_use(engine_a) as of_first, in_use(engine_b) as of_second:
        one = _side(first, (), of_first, engine)
        other = _side(second or first, sets, of_second, engine)
        if second is None:
            other.name = f"the same with {', '.join(sets) or engine_b or 'another engine'}"
        by_program = any((engine, engine_a, engine_b))
        sessions = 1 if by_program else LOOKED_THROUGH
        found = difference(one, other, mode=mode, replication=replication, seed=seed, sessions=sessions)
        played = both_played(one, other, found) if out is not None else None
    click.echo((text if form == "text" else markdown)(found), nl=False)
    if out is not None:
        click.echo(f"report: {write_page(found, out, played=played, fresh=fresh)}", err=True)
    return ExitCode.VIOLATED if found.differs else ExitCode.DONE


def _side(spec: str, sets: tuple[str, ...], engine: "EngineMaker | None", of_both: "EngineMaker | None") -> "Side":
    from stagesim.scenario.reading.loader import load
    from stagesim.testing.difference import side

    is_scenario = spec.endswith((".yaml", ".yml"))
    if sets and not is_scenario:
        raise click.UsageError(f"`--set` changes a scenario, and `{spec}` is none\n  hint: name a scenario file")
    if not is_scenario:
        return side(spec, None, engine)
    return side(spec, load(spec, sets), engine or of_both)
