"""A story written down: as a scenario with a script, which `stagesim check` judges, and as a file for pytest."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from stageaccess import Action, Client, Command, RoomConfig
from stageaccess.lines import seconds
from stagesim.engines.contract import EngineMaker
from stagesim.scenario.room import as_written
from stagesim.scenario.values.units import format_duration
from stagesim.testing.laboratory.failures import Failure
from stagesim.testing.laboratory.stories import Line, Story
from stagesim.testing.laboratory.trial import Trial

PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*|-?[0-9.]+ (?:ms|s|min|h)")
WORDS_OF_YAML: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
OF_COMMAND: Final = tuple(field for field in Command._fields if field not in ("at_ms", "do", "client"))


class Written(NamedTuple):
    """The text of a scenario, and the place of the step in its script that fails, from 0 on."""

    text: str
    step: int


def scenario_text(
    story: Story, failure: Failure, maker: EngineMaker | None = None, *, is_attended: bool = False
) -> Written:
    """The story as a scenario of which the last step fails, or the statement under `properties`.

    With `is_attended` there is an empty group of people, so that the engine is asked when something is due.
    """
    steps = list(_steps(story, failure, maker))
    played = story.lines[: failure.line + (not failure.is_look)]
    entering = [line.command.by for line in played if line.command and line.command.do == Action.ENTER_ROOM]
    strangers = [name for name in story.people if name not in entering]
    last_ms = story.lines[failure.line].at_ms - story.zero_ms
    known = [{"at": moment(last_ms), "do": "enter_room", "by": name, "role": "participant"} for name in strangers]
    text = script_text(
        failure.said.partition("\n")[0],
        story.config,
        None if story.change is None else story.change.model_dump(mode="json", exclude_unset=True),
        [*steps, *known],
        lasts_ms=max(1000, last_ms + 1000),
        opens_ms=story.zero_ms,
        statement=failure.statement,
        is_attended=is_attended,
    )
    return Written(text, len(steps) - 1)


def script_text(
    title: str,
    config: RoomConfig,
    rules: Mapping[str, object] | None,
    steps: Iterable[Mapping[str, object]],
    *,
    lasts_ms: int,
    opens_ms: int = 0,
    statement: str | None = None,
    is_attended: bool = False,
) -> str:
    """A scenario with a script, one step a line. `rules` is what it changes of the rules, `statement` a property."""
    lines = [
        f"title: {_scalar(title)}",
        f"duration: {moment(lasts_ms)}",
        *([f"doors_open: {moment(opens_ms)}"] if opens_ms else []),
        "session: scripted",
        f"modes: [{config.mode}]",
        f"room: {_flow(as_written(config))}",
        *(["rules:", *(f"  {key}: {_flow(value)}" for key, value in rules.items())] if rules is not None else []),
        *(["audience: {count: 0}"] if is_attended else []),
        "script:",
        *(f"  - {_flow(step)}" for step in steps),
        *(["properties:", f"  - {_scalar(statement)}"] if statement else []),
    ]
    return "\n".join(lines) + "\n"


def pytest_text(written: Written, failure: Failure, engine: str | None = None) -> str:
    """A file for pytest, with the scenario in it: its test fails as long as the story does."""
    name = re.sub(r"[^a-z0-9]+", "_", failure.fingerprint.lower()).strip("_")[:70].rstrip("_")
    return f'''"""A story that `stagesim shrink` made small: the test fails as long as it ends as it did."""

from stagesim.testing.laboratory.runner import failures

SCENARIO = {_literal(written.text)}


def test_{name}() -> None:
    assert failures(SCENARIO, engine={engine!r}) == []
'''


def _literal(text: str) -> str:
    return json.dumps(text) if '"""' in text or text.endswith("\\") else f'r"""\n{text}"""'


def _steps(story: Story, failure: Failure, maker: EngineMaker | None) -> Iterator[dict[str, Any]]:
    """The steps up to the one that fails. A look has to expect something: that the session is live, or is not."""
    trial = Trial(story, maker)
    for index, line in enumerate(story.lines[: failure.line + 1]):
        at = {"at": moment(line.at_ms - story.zero_ms)}
        if index == failure.line and line.looks and not failure.is_look:
            yield {**at, "live": trial.room.phase == "live"}  # the engine was asked before the command, too
        if index == failure.line:
            command = {} if failure.is_look or line.command is None else command_said(line.command)
            yield {**at, **command, **(_shown(failure.shows) or ({} if command else {"live": True}))}
            return
        trial.ask(line)
        if line.command is None:
            yield {**at, "live": trial.room.phase == "live"}
        else:
            yield {**at, **command_said(line.command)}


def command_said(command: Command) -> dict[str, str]:
    """A command as a step of a script says it, but for its time."""
    given = {key: str(value) for key in OF_COMMAND if (value := getattr(command, key)) is not None}
    mobile = {"client": "mobile"} if command.client is Client.MOBILE else {}
    return {"do": str(command.do), **given, **mobile}


def _shown(shows: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in shows.items() if (key, value) != ("client", "desktop")}


def moment(ms: int) -> str:
    """A time as people write it, `106.01 s`."""
    return f"{seconds(ms)} s" if ms % 1000 else format_duration(ms) if ms else "0 s"


def _flow(value: object) -> str:
    """A value on one line of YAML."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{_scalar(key)}: {_flow(each)}" for key, each in value.items()) + "}"
        case str():
            return _scalar(value)
        case bool() | int() | float():
            return json.dumps(value)
    assert isinstance(value, Iterable)
    return "[" + ", ".join(map(_flow, value)) + "]"


def _scalar(text: str) -> str:
    """A text as YAML reads it back, in quotes only where it has to be."""
    plain = PLAIN.fullmatch(text) is not None and text.lower() not in WORDS_OF_YAML
    return str(text) if plain else json.dumps(text, ensure_ascii=False)


def in_words(lines: Sequence[Line]) -> Iterator[str]:
    """What was asked, a line each: `4 s  mia decline_request ana`."""
    return (f"{moment(at_ms)}  {command_in_words(command)}" for at_ms, command, _ in lines)


def command_in_words(command: Command | None) -> str:
    """A command as people read it; without one, time goes on."""
    if command is None:
        return "time goes on"
    named = (command.by, command.do, command.to, command.mode, command.role, command.request, command.connection)
    words = " ".join(str(word) for word in named if word is not None)
    return words + (" from mobile" if command.client is Client.MOBILE else "")
