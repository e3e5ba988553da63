"""`stagesim new`: a scenario for one's own event, from six answers, or from a bundled one."""

import sys
from pathlib import Path
from typing import Any, Final

import click

from stagesim.commands.expected import converted
from stagesim.exit_codes import ExitCode
from stagesim.plain_text import one_line


def _minutes(value: str) -> tuple[int, ...]:
    """`20,40` as minutes."""
    parts = [each.strip() for each in value.split(",") if each.strip()]
    if not all(each.isascii() and each.isdigit() for each in parts):
        raise click.BadParameter(f"expected minutes such as `20,40`, got `{one_line(value)}`")
    return tuple(map(int, parts))


QUESTIONS: Final = {
    "title": "What is the event?",
    "people": "How many people come?",
    "minutes": "How many minutes does it last?",
    "phones": "Which share comes on a phone (0 to 1)?",
    "moderators": "How many moderators are there?",
    "places": "How many places has the stage?",
    "rounds": "In which minutes do question rounds open (such as 20,40; empty for none)?",
}


@click.command()
@click.argument("file", default="event.yaml", type=click.Path(path_type=Path))
@click.option("--from", "base", metavar="NAME", help="Begin with a bundled scenario, such as `town_hall`, as it is.")
@click.option("--title", help="What the event is.")
@click.option("--people", type=click.IntRange(1), help="How many come.")
@click.option("--minutes", type=click.IntRange(1), help="How long it lasts.")
@click.option("--phones", type=click.FloatRange(0, 1), help="Which share of them comes on a phone.")
@click.option("--moderators", type=click.IntRange(0), help="How many look after the list.")
@click.option("--places", type=click.IntRange(1), help="Places on stage.")
@click.option(
    "--rounds",
    metavar="MINUTES",
    callback=lambda _, __, value: None if value is None else _minutes(value),
    help="When question rounds open, such as `20,40`.",
)
def new(file: Path, base: str | None, **given: Any) -> int:
    """Write a scenario for an event of your own: FILE, with every figure that nobody has measured marked.

    What no option says is asked on a terminal, and taken from a usual event elsewhere. A file that is there stays.

    \b
    Examples:
      stagesim new talk.yaml --people 80 --minutes 45 --rounds 30
      stagesim new ours.yaml --from town_hall
    """
    from stagesim.scenario.faults import one_of
    from stagesim.scenario.forms.event import Event, event_text
    from stagesim.scenario.reading.bundled import bundled, bundled_names
    from stagesim.scenario.reading.loader import loads

    if base is not None:
        found = bundled(base)
        if found is None:
            hint = one_of(bundled_names(), base)
            raise click.BadParameter(f"no bundled scenario is called `{base}`\n  hint: {hint}", param_hint="--from")
        if any(value is not None for value in given.values()):
            raise click.UsageError("`--from` takes a scenario as it is\n  hint: change it with `--set`, or in the file")
        text = found.read_text(encoding="utf-8")
    else:
        usual = Event()._asdict()
        text = event_text(Event(**{name: _answer(name, given[name], usual[name]) for name in usual}))
    scenario = loads(text, file.name)
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise click.UsageError(f"`{file}` is there already\n  hint: name another file") from None
    click.echo(f"{file}: {scenario.title}")
    unsaid = [name for name, value in given.items() if value is None] if base is None else []
    if unsaid and not sys.stdin.isatty():
        click.echo(f"taken as usual, since no option says it: {', '.join(unsaid)}", err=True)
    click.echo(f"next: `stagesim compare {file}`, and `stagesim tip {file}` for what would turn the answer", err=True)
    return ExitCode.DONE


def _answer(name: str, given: Any, usual: Any) -> Any:
    """What was said, or is said now on a terminal, or is usual."""
    if given is not None or not sys.stdin.isatty():
        return usual if given is None else given
    option = next(each for each in new.params if each.name == name)
    if name == "rounds":
        return click.prompt(QUESTIONS[name], default="", show_default=False, value_proc=_minutes)
    return click.prompt(QUESTIONS[name], default=usual, value_proc=lambda text: converted(option, str(text)))
