"""Part (b): the engine alone, against a plain dict lookup of the same key."""

from collections.abc import Iterator
from statistics import median
from time import process_time
from typing import Final

from rounds import Program, Row, alternate, median_ratio

from stageaccess import RULES, Action, Command, Mode, Role, RoomConfig, StageAccess

FEWEST_A_SECOND: Final = 200_000
PEOPLE: Final = 200
MODERATOR: Final = "moderator"


def opening() -> list[Command]:
    """The session starts, and everybody comes in."""
    people = [Command(0, Action.ENTER_ROOM, f"audience-{n}", role=Role.PARTICIPANT) for n in range(PEOPLE)]
    return [Command(0, Action.START_SESSION), Command(0, Action.ENTER_ROOM, MODERATOR, role=Role.MODERATOR), *people]


def cycle_commands(commands: int) -> Iterator[Command]:
    """The commands of the cycle, one person after the other: all are accepted."""
    for number in range(commands // 7):
        at_ms, name = number * 1000, f"audience-{number % PEOPLE}"
        yield Command(at_ms, Action.ASK_TO_JOIN, name)
        yield Command(at_ms + 100, Action.BRING_TO_STAGE, MODERATOR, name, request=f"r{number + 1}")
        yield Command(at_ms + 200, Action.JOIN_STAGE, name)
        yield Command(at_ms + 300, Action.GO_LIVE, name)
        yield Command(at_ms + 400, Action.SPEAK, name)
        yield Command(at_ms + 500, Action.SPEAK, name)
        yield Command(at_ms + 600, Action.LEAVE_STAGE, name)


def open_room() -> StageAccess:
    """A live room with everybody in it."""
    engine = StageAccess(RoomConfig(Mode.JOIN_BY_REQUEST))
    for command in opening():
        assert engine.submit(command).accepted
    return engine


def submit_program(commands: list[Command]) -> Program:
    """µs a command of `submit`."""

    def program(_: int) -> float:
        engine = open_room()
        submit = engine.submit
        began_s = process_time()
        for command in commands:
            submit(command)
        return (process_time() - began_s) / len(commands) * 1e6

    return program


def lookup_program(commands: list[Command]) -> Program:
    """µs a lookup in one dict of the rules' cells, with the keys that the same commands lead to."""
    table: dict[tuple[str, str, str], str] = {**RULES.own}
    table |= {(action, "any", position): cell for (action, position), cell in RULES.others.items()}
    keys = list(_keys(commands))

    def program(_: int) -> float:
        look_up = table.get
        began_s = process_time()
        for key in keys:
            look_up(key)
        return (process_time() - began_s) / len(keys) * 1e6

    return program


def _keys(commands: list[Command]) -> Iterator[tuple[str, str, str]]:
    engine = open_room()
    for command in commands:
        person = engine.room.people[str(command.to or command.by)]
        yield command.do, "any" if command.to else engine.room.mode, person.position
        engine.submit(command)


def submit_rows(commands: int, rounds: int) -> list[Row]:
    """Part (b)."""
    stream = list(cycle_commands(commands))
    submit, lookup = alternate([submit_program(stream), lookup_program(stream)], rounds)
    a_second = 1e6 / median(submit)
    measured = f"{a_second:,.0f} a second ({median(submit):.2f} µs a command)"
    return [
        Row("b", "engine alone, `submit`", measured, f"at least {FEWEST_A_SECOND:,}", a_second >= FEWEST_A_SECOND),
        Row("b", "`submit` : dict lookup of the same key", f"{median_ratio(submit, lookup):.0f}"),
    ]
