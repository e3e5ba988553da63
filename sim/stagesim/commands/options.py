"""What several commands share: options, and how their texts are read."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, cast

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem
from typing_extensions import override

from stagesim.plain_text import harmless
from stagesim.scenario.reading.bundled import bundled_names

if TYPE_CHECKING:
    from stagesim.scenario.scenario import Scenario

MODES: Final = ("everyone_on_stage", "join_by_request", "invite_only")

AS_IT_IS: Final = "as it is"
"""The name of the scenario without changes, beside its variants."""

Command = TypeVar("Command", bound=Callable[..., Any])


class ScenarioPath(click.Path):
    """The path of a scenario, or the name of a bundled one: the shell completes both."""

    @override
    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        names = [name for name in bundled_names() if incomplete and name.startswith(incomplete)]
        return [CompletionItem(name) for name in names] or super().shell_complete(ctx, param, incomplete)


SCENARIO: Final = ScenarioPath(path_type=str)


def scenario_options(command: Command, kind: str = "") -> Command:
    """The argument and the options of every command that simulates a scenario; `kind` ends its folder's name."""
    options: tuple[Callable[[Command], Command], ...] = (
        click.argument("scenario", type=SCENARIO),
        seed_option,
        set_option(),
        click.option(
            "--out",
            metavar="DIR",
            type=click.Path(path_type=Path),
            help=f"Folder of the results.  [default: reports/SCENARIO{kind}, numbered where that has others]",
        ),
        click.option("--fresh", is_flag=True, help="Simulate everything anew, and replace what the folder has."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def seed_option(command: Command) -> Command:
    """`--seed`, for every command that draws."""
    option = click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of all draws.")
    return option(command)


def set_option(of: str = "the scenario") -> Callable[[Command], Command]:
    """`--set`, for every command that takes a scenario: of which scenario it changes a value."""
    told = f"Change a value of {of}; may be repeated."
    return click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help=told)


def replication_option(command: Command) -> Command:
    """`--replication`, for commands that look at one session."""
    option = click.option(
        "--replication", type=click.IntRange(min=0), default=0, show_default=True, help="Which session."
    )
    return option(command)


def session_options(command: Command) -> Command:
    """The argument and the options of commands that look at one session in each mode."""
    argument = click.argument("scenario", type=SCENARIO)
    for option in (set_option(), replication_option, seed_option, modes_option, argument):
        command = option(command)
    return command


def confidence_option(of: str) -> Callable[[Command], Command]:
    """`--confidence`, for commands that answer once they are sure enough: of what."""
    return click.option(
        "--confidence", type=float, default=0.95, show_default=True, help=f"Required confidence in {of}."
    )


def page_options(what: str) -> Callable[[Command], Command]:
    """`--out` and `--fresh`, for commands that write a page, and `what` else, only if they are asked to."""

    def decorate(command: Command) -> Command:
        told = f"Folder of a page{what}.  [default: none is written]"
        command = click.option("--fresh", is_flag=True, help="Replace what the folder has.")(command)
        return click.option("--out", metavar="DIR", type=click.Path(path_type=Path), help=told)(command)

    return decorate


def run_options(command: Command) -> Command:
    """The same for `run`, which shares no folder with `compare`."""
    return scenario_options(command, "-run")


def answer_options(kind: str) -> Callable[[Command], Command]:
    """The same for a command that answers a question, whose folder has its name at the end."""
    return lambda command: scenario_options(command, f"-{kind}")


def modes_option(command: Command) -> Command:
    """`--modes`, for commands that take the modes of a scenario one by one."""
    known = ", ".join(MODES)
    option = click.option("--modes", metavar="A,B", help=f"Only these modes, of {known}.  [default: the scenario's]")
    return option(command)


def goal_option(command: Command) -> Command:
    """`--goal`, for commands that judge by goals."""
    told = "A goal; may be repeated.  [default: the scenario's `goals`]"
    return click.option("--goal", "goals", multiple=True, help=told)(command)


def vary_option(command: Command) -> Command:
    """`--vary`, for commands that vary assumptions."""
    told = "An assumption's range; may be repeated.  [default: the scenario's `assumptions`]"
    return click.option("--vary", "ranges", multiple=True, metavar="PATH=LOW:HIGH", help=told)(command)


def variant_option(command: Command) -> Command:
    """`--variant`, for commands that compare a scenario with changes of it."""
    told = "Compare with the scenario changed like this; may be repeated."
    return click.option("--variant", "variants", multiple=True, metavar="'NAME: PATH=VALUE; ...'", help=told)(command)


def workers_option(command: Command) -> Command:
    """`--workers` and `--cluster`, for commands that simulate many sessions: who carries them out."""

    @wraps(command)
    def with_executors(*args: Any, workers: str, cluster: str | None, **kwargs: Any) -> Any:
        from stagesim.experiments.executors import Executors

        executors = Executors(worker_number(workers))
        if cluster is None:
            return command(*args, executors=executors, **kwargs)
        if click.get_current_context().get_parameter_source("workers") is not ParameterSource.DEFAULT:
            raise click.UsageError(
                "`--workers` are of this machine, a cluster has its own\n  hint: leave out one of them"
            )
        from stagesim.experiments.cluster.opened import opened

        with opened(cluster) as crew:
            return command(*args, executors=replace(executors, executor=crew), **kwargs)

    options = (
        click.option(
            "--workers", metavar="N|auto", default="auto", show_default=True, help="Processes that share the work."
        ),
        click.option(
            "--cluster",
            metavar="ADDRESS",
            help="A Dask cluster that does the work instead: tcp://HOST:PORT, or local:N, N workers of this machine.",
        ),
    )
    for option in reversed(options):
        with_executors = option(with_executors)
    return cast(Command, with_executors)


def engine_option(command: Command) -> Command:
    """`--engine`, for commands that run scenarios: what makes its rooms; its processes have ended with the command."""

    @wraps(command)
    def with_engine(*args: Any, engine: str | None, **kwargs: Any) -> Any:
        from stagesim.engines.subprocess import in_use

        with in_use(engine) as maker:
            return command(*args, engine=maker, **kwargs)

    option = click.option(
        "--engine", metavar="COMMAND", help="Put this engine under test: a program that speaks the line protocol."
    )
    return option(cast(Command, with_engine))


def png_option(command: Command) -> Command:
    """`--png`, for commands that draw charts."""
    return click.option("--png", is_flag=True, help="Draw every chart as PNG, too, not only as SVG.")(command)


def rules_option(command: Command) -> Command:
    """`--rules`, for commands of the laboratory: a variant of the rules; None is the scenario's own, or the default."""

    @wraps(command)
    def with_rules(*args: Any, rules: str | None, **kwargs: Any) -> Any:
        from stagesim.scenario.variant import variant

        return command(*args, rules=None if rules is None else variant(rules), **kwargs)

    option = click.option(
        "--rules",
        metavar="VARIANT",
        help="A variant of the rules: seats_at_once, declined_wait, requests_survive, default, or a file with `rules`.",
    )
    return option(cast(Command, with_rules))


def mode_names(modes: str | None) -> tuple[str, ...] | None:
    """The names that `--modes` was given; None for the scenario's own."""
    return tuple(modes.split(",")) if modes is not None else None


def worker_number(workers: str) -> int | Literal["auto"]:
    """A number of processes, or `auto`."""
    if workers == "auto":
        return "auto"
    if workers.isascii() and workers.isdigit() and int(workers) > 0:
        return int(workers)
    raise click.BadParameter(f"expected a number from 1 or `auto`, got `{workers}`", param_hint="--workers")


def variant_changes(text: str) -> tuple[str, list[str]]:
    """`narrow: room.stage_capacity=5; audience.count=100` as a name and changes; changes alone are their own name."""
    name, colon, changes = text.partition(":")
    if "=" in name:
        name, colon, changes = text, ":", text
    settings = [change.strip() for change in changes.split(";") if change.strip()]
    if not colon or not name.strip() or name.strip() == AS_IT_IS or not settings:
        raise click.BadParameter(
            f"expected a name, a colon and changes, got `{text}`; such as `narrow: room.stage_capacity=5`",
            param_hint="--variant",
        )
    return name.strip(), settings


def named_variants(given: Iterable[str]) -> dict[str, list[str]]:
    """Every `--variant` by its name, beside the scenario as it is; nothing where there is none."""
    found: dict[str, list[str]] = {}
    for name, changes in map(variant_changes, given):
        if name in found:
            hint = "give each a name of its own"
            raise click.BadParameter(f"two variants are called `{name}`\n  hint: {hint}", param_hint="--variant")
        found[name] = changes
    return {AS_IT_IS: [], **found} if found else {}


def said_that_nobody_wishes(scenario: "Scenario", name: str = "") -> bool:
    """Say, instead of a table without figures, that nobody can come to speak, if so; `name` is that of the variant."""
    from stagesim.scenario.wishless import nobody_wishes

    if not nobody_wishes(scenario):
        return False
    where = f"{name}: " if name else ""
    click.echo(f"{where}nobody has a wish to speak: see `audience.wishes`", err=True)
    return True


def say_advice(lines: Iterable[str]) -> None:
    """Say on standard error what to think of settings; the same thing once."""
    for line in dict.fromkeys(lines):
        click.echo(harmless(line), err=True)
