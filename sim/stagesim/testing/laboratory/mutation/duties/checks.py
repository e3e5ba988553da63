"""The order of checks: a reason that is found before its turn."""

from collections.abc import Iterator

from stageaccess import Action, Client, Command, Reason, Room
from stageaccess.vocabulary import FullStage, Phase, Presence
from stagesim.engines.contract import EngineMaker
from stagesim.testing.laboratory.mutation import faulty
from stagesim.testing.laboratory.mutation.faulty import is_there


def checks() -> Iterator[tuple[str, EngineMaker]]:
    """Each by its name."""

    def stranger(command: Command, room: Room) -> bool:
        known = command.by is None or command.by in room.people
        return not known and command.do is not Action.ENTER_ROOM and room.phase is not Phase.LIVE

    def on_oneself(command: Command, _: Room) -> bool:
        return command.to is not None and command.to == command.by

    def by_phone(command: Command, _: Room) -> bool:
        return command.do is Action.SET_MODE and command.client is Client.MOBILE

    def nobody(command: Command, room: Room) -> bool:
        return command.to is not None and not (
            command.to in room.people and not is_there(room, command.to, Presence.GONE)
        )

    def full(command: Command, room: Room) -> bool:
        return command.do is Action.GO_LIVE and room.stage_is_full() and room.config.when_full is FullStage.REJECT

    def early(command: Command, room: Room) -> bool:
        person = room.people.get(command.by or "")
        cooldown_ms, declined_ms = room.config.request_cooldown_ms, person.declined_ms if person is not None else None
        waits = cooldown_ms is not None and declined_ms is not None and command.at_ms < declined_ms + cooldown_ms
        return waits and command.do is Action.ASK_TO_JOIN

    def no_host(command: Command, _: Room) -> bool:
        return command.do is Action.CHANGE_ROLE and command.role == "host"

    def stale(command: Command, room: Room) -> bool:
        return command.request is not None and command.request not in room.requests

    yield "strangers come before the session", faulty.refusing(Reason.UNKNOWN_ACTOR, stranger)
    yield "oneself comes before the right", faulty.refusing(Reason.OWN_TARGET, on_oneself)
    yield "the phone comes before the right", faulty.refusing(Reason.NOT_ON_MOBILE, by_phone)
    yield "the target comes before the right", faulty.refusing(Reason.UNKNOWN_TARGET, nobody)
    yield "the stage comes before the cell", faulty.refusing(Reason.STAGE_FULL, full)
    yield "the wait comes before the cell", faulty.refusing(Reason.COOLING_DOWN, early)
    yield "the role comes before the target", faulty.refusing(Reason.INVALID_ROLE, no_host)
    yield "the request comes before the target", faulty.refusing(Reason.NO_OPEN_REQUEST, stale)
