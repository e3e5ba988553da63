"""`stagesim new`: a scenario for one's own event, from seven answers, or from a bundled one."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from stagesim.commands.event_answers import Length, Rounds, Share
from stagesim.commands.expected import converted
from stagesim.exit_codes import ExitCode

QUESTIONS: Final = {
    "title": "What is the event?",
    "people": "How many people come?",
    "minutes": "How many minutes does it last?",
    "phones": "Which share of them comes on a phone?",
    "moderators": "How many moderators are there?",
    "places": "How many places has the stage?",
    "speakers": "How many people speak from the stage all the time?",
    "rounds": "In which minutes do question rounds open, such as 20,40?",
}


@click.command()
@click.argument("file", default="event.yaml", type=click.Path(path_type=Path))
@click.option("--from", "base", metavar="NAME", help="Begin with a bundled scenario, such as `town_hall`, as it is.")
@click.option("--title", help="What the event is.")
@click.option("--people", type=click.IntRange(1), help="How many come.")
@click.option("--minutes", metavar="TIME", type=Length(), help="How long it lasts: `90` (minutes) or `1.5 h`.")
@click.option("--phones", metavar="SHARE", type=Share(), help="Which share of them comes on a phone: `80 %` or `0.8`.")
@click.option("--moderators", type=click.IntRange(0), help="How many look after the list.")
@click.option("--places", type=click.IntRange(1), help="Places on stage.")
@click.option("--speakers", type=click.IntRange(0), help="How many people speak from the stage all the time.")
@click.option("--rounds", metavar="MINUTES", type=Rounds(), help="When question rounds open, such as `20,40`.")
def new(file: Path, base: str | None, **given: Any) -> int:
    """Write a scenario for an event of your own: FILE, with every figure that nobody has measured marked.

    What no option says is asked on a terminal, and taken from a usual event elsewhere. A file that is there stays.

    \b
    Examples:
      stagesim new talk.yaml --people 80 --minutes 45 --rounds 30
      stagesim new ours.yaml --from town_hall
    """
    from stagesim.scenario.forms.event import Event, event_text
    from stagesim.scenario.reading.loader import loads

    file = file if file.suffix else file.with_suffix(".yaml")
    _check_free(file)
    if base is not None:
        text = _bundled(base, given)
    else:
        usual, answers = Event()._asdict(), dict[str, Any]()
        for name, value in usual.items():
            answers[name] = _answer(name, given[name], value, answers)
        text = event_text(Event(**answers))
    scenario = loads(text, file.name)
    with file.open("x", encoding="utf-8") as out:
        out.write(text)
    click.echo(f"{file}: {scenario.title}")
    unsaid = [name for name, value in given.items() if value is None] if base is None else []
    if unsaid and not sys.stdin.isatty():
        click.echo(f"taken as usual, since no option says it: {', '.join(unsaid)}", err=True)
    click.echo(f"next: `stagesim compare {file}`, with `--tip` for what would turn the answer", err=True)
    return ExitCode.DONE


def _check_free(file: Path) -> None:
    """Say at once, before anything is asked, that nothing can be written there."""
    if file.exists():
        raise click.UsageError(f"`{file}` is there already\n  hint: name another file")
    if not file.parent.is_dir():
        raise click.UsageError(f"there is no folder `{file.parent}`\n  hint: make it, or name another file")


def _bundled(base: str, given: Mapping[str, Any]) -> str:
    """The text of a bundled scenario."""
    from stagesim.scenario.faults import one_of
    from stagesim.scenario.reading.bundled import bundled, bundled_names

    found = bundled(base)
    if found is None:
        hint = one_of(bundled_names(), base)
        raise click.BadParameter(f"no bundled scenario is called `{base}`\n  hint: {hint}", param_hint="--from")
    if any(value is not None for value in given.values()):
        raise click.UsageError("`--from` takes a scenario as it is\n  hint: change it with `--set`, or in the file")
    return found.read_text(encoding="utf-8")


def _answer(name: str, given: Any, usual: Any, before: Mapping[str, Any]) -> Any:
    """What was said, or is said now on a terminal, or is usual; `before` are the answers so far."""
    if name == "speakers":
        usual = min(usual, before["places"] - 1)
    if given is not None or not sys.stdin.isatty():
        answer = usual if given is None else given
        _check_fits(name, answer, before)
        return answer
    option = next(each for each in new.params if each.name == name)

    def read(text: Any) -> Any:
        answer = converted(option, str(text))
        _check_fits(name, answer, before)
        return answer

    shown = {"phones": f"{usual:.0%}" if name == "phones" else "", "rounds": "none"}.get(name, usual)
    return click.prompt(QUESTIONS[name], default=shown, value_proc=read)


def _check_fits(name: str, answer: Any, before: Mapping[str, Any]) -> None:
    """Refuse what contradicts an earlier answer, while it can still be said otherwise."""
    if name == "speakers" and answer >= before["places"]:
        hint = "whoever else is to speak needs a place"
        raise click.UsageError(
            f"expected fewer speakers than the {before['places']} places, got `{answer}`\n  hint: {hint}"
        )
    late = [each for each in answer if each >= before["minutes"]] if name == "rounds" else []
    if late:
        raise click.UsageError(
            f"expected minutes before the end, which is in minute {before['minutes']}, got `{late[0]}`\n"
            "  hint: minutes count from the start"
        )
