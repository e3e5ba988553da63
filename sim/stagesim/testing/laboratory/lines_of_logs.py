"""What an engine was asked, from what is left of it: an event log, or the lines of the protocol."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from stageaccess import SYSTEM, Action, Client, Command, Mode, Role
from stageaccess.lines import WireError, milliseconds, parse
from stageaccess.wire import command_of, room_of
from stagesim.eventlog.schema import ending_of
from stagesim.given_files import file_text
from stagesim.scenario.demands.script_words import TARGETED
from stagesim.testing.laboratory.errors import LaboratoryError
from stagesim.testing.laboratory.stories import Line, Story


def lines_of_log(rows: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    """The commands that the events of a log answer, in order. What was rejected has changed nothing, and is left out.

    A log does not say everything of a command: who had nothing to clear, what changed nothing, and ids are not in it.
    """
    before: tuple[object, ...] = ()
    for row in rows:
        command = _command(row)
        if command is not None and (command.at_ms, command.do, command.by) != before:
            yield Line(command.at_ms, command)
        if command is not None:
            before = (command.at_ms, command.do, command.by)


def _command(row: Mapping[str, Any]) -> Command | None:
    """The command that an event answers; None for what follows from another event, or happens by itself."""
    kind, who, by = str(row["event"]), str(row["who"]), str(row["by"])
    answers = "leave_room" if kind == "connection_closed" else ending_of(kind, row).answers
    if answers is None or kind == "rejected" or (row.get("origin") == "request" and kind == "invitation_created"):
        return None
    do = Action(answers)
    if by == SYSTEM and do not in (Action.START_SESSION, Action.END_SESSION):
        return None
    role = row.get("role") if do in (Action.ENTER_ROOM, Action.CHANGE_ROLE) else None
    return Command(
        round(row["at"] * 1000),
        do,
        None if by == SYSTEM else by,
        who if do in TARGETED else None,
        Client(row.get("client") or "desktop"),
        Mode(row["mode"]) if do is Action.SET_MODE else None,
        Role(role or "participant") if do in (Action.ENTER_ROOM, Action.CHANGE_ROLE) else None,
        connection=row.get("connection"),
    )


def story_of_lines(path: Path) -> Story:
    """The story of a file with lines of the protocol: a room, then what was asked. Questions are passed over."""
    story: Story | None = None
    lines: list[Line] = []
    for number, text in enumerate(file_text(path).splitlines(), start=1):
        try:
            line = parse(text)
            if "room" in line:
                story, lines = Story(room_of(line["room"])), []
            elif "do" in line:
                command = command_of(line)
                lines.append(Line(command.at_ms, command))
            elif "at" in line:
                lines.append(Line(milliseconds(line["at"], "at")))
        except (WireError, ValueError) as error:
            hint = "each line is one of the line protocol: a room, then commands; or name a scenario"
            said = str(error).partition("\n")[0]
            raise LaboratoryError(f"`{path}` line {number}: {said}\n  hint: {hint}") from None
    if story is None:
        raise LaboratoryError(f'`{path}` has no room\n  hint: it begins with a line such as {{"room": {{"mode": …}}}}')
    return story.with_lines(lines)
