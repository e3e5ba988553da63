"""Engines that are wrong in one thing each, with what `stagesim conform` has to say of it: the right reason."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any, Final, NamedTuple

from defects import (
    BY_REQUEST,
    EVERYONE,
    INVITE_ONLY,
    AnswersNothingAgain,
    CountsDown,
    ForgetsIds,
    HurriesPeople,
    InvitesAgain,
    OnlyAdvances,
    answered,
    asked,
    closing,
    happening,
    later,
    offering,
    refusing,
    room,
    rules,
    shown,
    telling,
)
from stageaccess import (
    Action,
    Cause,
    Client,
    Command,
    Decision,
    Event,
    EventKind,
    FullStage,
    Offer,
    Outcome,
    Reason,
    RoomConfig,
    RuleSet,
    StageAccess,
)
from stageaccess.cells import Closing, Position
from stagesim.engines.contract import EngineError, EngineMaker
from talking import Change, Spoken
from wrapping import Wrapping

WRITTEN, FAULTS = "written talks", "lines at fault"
TWO, THREE = "two people, one place", "three people, one place"
CLOCK, LOST = "two people and the clock", "a lost connection and the clock"
DEVICES, ROLES = "two people, one with two devices", "two people who change roles"
QUIETEST = "three people, the quietest makes room"


class Broken(NamedTuple):
    """What is wrong, what is tried, the fingerprint of what is found first, and an engine of which it is true."""

    wrong: str
    tried: str
    found: str
    peer: Callable[[], Spoken]


def engine(wrong: str, tried: str, found: str, maker: EngineMaker) -> Broken:
    """An engine that decides, tells or offers wrongly."""
    return Broken(wrong, tried, found, lambda: Spoken(maker))


def speaker(wrong: str, tried: str, found: str, change: Callable[[], Change]) -> Broken:
    """A right engine behind a program that does not speak the protocol as it should."""
    return Broken(wrong, tried, found, lambda: Spoken(StageAccess, change))


class Forcing(Wrapping):
    """An engine that does what the rules refuse: `instead` gives the command that it carries out then."""

    def instead(self, command: Command, found: Decision) -> Command | None:
        raise NotImplementedError

    def submit(self, command: Command) -> Decision:
        found = self.engine.submit(command)
        other = self.instead(command, found) if found.reason is not None else None
        if other is None:
            return found
        done = self.engine.submit(other._replace(id=None))
        return done._replace(due=found.due) if done.accepted else found


class LateDeclineThrowsOff(Forcing):
    """A decline that comes after an approval ends whatever came of it."""

    def instead(self, command: Command, found: Decision) -> Command | None:
        if command.do is not Action.DECLINE_REQUEST or found.reason is not Reason.REQUEST_ALREADY_RESOLVED:
            return None
        standing = self.engine.state()["people"][command.to]["standing"]
        does = {"preparing": Action.REVOKE_INVITATION, "on_stage": Action.REMOVE_FROM_STAGE}
        return command._replace(do=does[standing], request=None) if standing in does else None


class DoubleClickCancels(Forcing):
    """To ask twice is to take the request back."""

    def instead(self, command: Command, found: Decision) -> Command | None:
        return command._replace(do=Action.CANCEL_REQUEST) if found.reason is Reason.ALREADY_REQUESTED else None


class ApprovesCancelled(Forcing):
    """A request that was taken back can be approved all the same."""

    def instead(self, command: Command, found: Decision) -> Command | None:
        late = found.reason is Reason.REQUEST_ALREADY_RESOLVED and found.outcome == Outcome.CANCELLED
        does = command.do is Action.BRING_TO_STAGE and late
        return command._replace(do=Action.INVITE, request=None) if does else None


class RemovesAnother(Forcing):
    """Who removes somebody that is not on stage removes whoever is."""

    def instead(self, command: Command, found: Decision) -> Command | None:
        live = [name for name in self.engine.state()["on_stage"] if name != command.by]
        wrong = command.do is Action.REMOVE_FROM_STAGE and found.reason is Reason.NOT_ON_STAGE
        return command._replace(to=live[0]) if wrong and live else None


class RemovesHosts(Forcing):
    """A moderator may take a host off the stage."""

    def instead(self, command: Command, found: Decision) -> Command | None:
        wrong = command.do is Action.REMOVE_FROM_STAGE and found.reason is Reason.TARGET_IS_HOST
        return command._replace(do=Action.LEAVE_STAGE, by=command.to, to=None) if wrong else None


class SecondInvitationIsDropped(Wrapping):
    """Whoever said no to an invitation is not invited again: it is accepted, and nothing happens."""

    def __init__(self, config: RoomConfig, rule_set: RuleSet) -> None:
        super().__init__(config, rule_set)
        self.invited: set[str | None] = set()

    def submit(self, command: Command) -> Decision:
        person = self.engine.room.people.get(command.to or "")
        is_again = person is not None and person.standing == "viewer" and person.name in self.invited
        if (
            command.do is Action.INVITE
            and is_again
            and command.by in self.engine.room.staff
            and command.by != command.to
        ):
            return Decision(None, due=self.engine.advance(command.at_ms))
        found = self.engine.submit(command)
        self.invited |= {command.to} if command.do is Action.INVITE and found.accepted else set()
        return found


class Outlived(Wrapping):
    """What somebody had is still there when they have gone: its end is not told, and the room shows it."""

    kind = EventKind.REQUEST_CLOSED
    order = "queue"

    def __init__(self, config: RoomConfig, rule_set: RuleSet) -> None:
        super().__init__(config, rule_set)
        self.left: list[str] = []
        self.dropped = 0

    def _kept(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        gone = {event.who for event in events if event.event is EventKind.LEFT_ROOM}
        kept = []
        for event in events:
            if event.event is self.kind and event.who in gone:
                self.left.append(event.who)
                self.dropped += 1
            else:
                kept.append(event._replace(seq=event.seq - self.dropped))
        return tuple(kept)

    def submit(self, command: Command) -> Decision:
        found = self.engine.submit(command)
        return found._replace(due=self._kept(found.due), events=self._kept(found.events))

    def state(self) -> dict[str, Any]:
        state = self.engine.state()
        return {**state, self.order: [*state[self.order], *self.left]}


class PlaceIsKept(Outlived):
    """A place on stage is kept for ever by somebody who vanished."""

    kind = EventKind.STAGE_LEFT
    order = "on_stage"


class StaffThrownOff(Wrapping):
    """A change of mode takes staff off the stage."""

    def submit(self, command: Command) -> Decision:
        found = self.engine.submit(command)
        if command.do is not Action.SET_MODE or not found.events:
            return found
        live = [name for name in self.engine.state()["on_stage"] if name in self.engine.room.staff]
        more = [self.engine.submit(Command(command.at_ms, Action.LEAVE_STAGE, name)).events for name in live]
        return found._replace(events=(*found.events, *(event for events in more for event in events)))


class LateModeratorSeesNothing(Wrapping):
    """Whoever comes after a request was made cannot answer it."""

    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        entered = self.engine.room.people[person].entered_seq if person in self.engine.room.people else 0
        offers = self.engine.available_actions(person, client)
        return [each for each in offers if each.do not in ANSWERS or each.to is None or self._asked(each.to) > entered]

    def _asked(self, name: str) -> int:
        return next((due.seq for due in self.engine.room.agenda.items if due.who == name), self._since[name])

    def __init__(self, config: RoomConfig, rule_set: RuleSet) -> None:
        super().__init__(config, rule_set)
        self._since: dict[str, int] = {}

    def submit(self, command: Command) -> Decision:
        found = self.engine.submit(command)
        self._since |= {event.who: event.seq for event in found.events if event.event is EventKind.REQUEST_CREATED}
        return found


ANSWERS: Final = (Action.BRING_TO_STAGE, Action.DECLINE_REQUEST)


class ByClientsClock(Wrapping):
    """The queue goes by the clocks of the devices, and those of phones are late."""

    def __init__(self, config: RoomConfig, rule_set: RuleSet) -> None:
        super().__init__(config, rule_set)
        self.at: dict[str | None, int] = {}

    def submit(self, command: Command) -> Decision:
        found = self.engine.submit(command)
        if command.do is Action.ASK_TO_JOIN and found.accepted:
            self.at[command.by] = command.at_ms - 5000 * (command.client is Client.MOBILE)
        return found

    def state(self) -> dict[str, Any]:
        state = self.engine.state()
        return {**state, "queue": sorted(state["queue"], key=lambda name: self.at[name])}


class LateMessageCloses(Wrapping):
    """A message of a connection that is closed closes those that are open."""

    def submit(self, command: Command) -> Decision:
        found = self.engine.submit(command)
        if found.reason is not Reason.UNKNOWN_CONNECTION:
            return found
        return self.engine.submit(command._replace(connection=None, id=None))._replace(due=found.due)


class CapacityIgnoresTheAway(Wrapping):
    """Whoever lost the connection is off the stage at once."""

    def submit(self, command: Command) -> Decision:
        found = self.engine.submit(command)
        live = self.engine.state()["on_stage"]
        away = command.do is Action.DISCONNECT and found.accepted and command.by in live
        return found._replace(events=(*found.events, *self._off(command))) if away else found

    def _off(self, command: Command) -> tuple[Event, ...]:
        seq = self.engine.room.seq + 1
        return (Event(seq, command.at_ms, EventKind.STAGE_LEFT, str(command.by), str(command.by), {"cause": "left"}),)


def _edited(edit: Callable[[dict[str, Any], dict[str, Any]], object]) -> Callable[[], Change]:
    """What is said, changed in the data of the answer."""

    def change(line: str, answer: str) -> str:
        try:
            said = json.loads(line)
        except ValueError:
            return answer
        data = json.loads(answer)
        if isinstance(said, dict):
            edit(said, data)
        return json.dumps(data)

    return lambda: change


def _events(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [*answer["due"], *answer["events"]] if "accepted" in answer else []


def _text_of_times(_: dict[str, Any], answer: dict[str, Any]) -> None:
    for event in _events(answer):
        event["at"] = str(event["at"])


def _renumbered(_: dict[str, Any], answer: dict[str, Any]) -> None:
    for event in _events(answer):
        event["seq"] -= 1


def _numbers_from(kind: str, change: Callable[[str], str]) -> Callable[[], Change]:
    def edit(_: dict[str, Any], answer: dict[str, Any]) -> None:
        for event in _events(answer):
            if event.get(kind):
                event[kind] = change(event[kind])

    return _edited(edit)


def _dies(line: str, answer: str) -> str:
    if "decline_invitation" in line:
        raise EngineError("broken", "ended with exit status 3 instead of answering", line)
    return answer


def _drifting() -> Change:
    """It looks at a clock of its own, so that no two answers are the same."""
    drift = count(1)

    def change(_: str, answer: str) -> str:
        data = json.loads(answer)
        for event in data.get("events", []):
            event["at"] = round(event["at"] + next(drift) / 1000, 3)
        return json.dumps(data)

    return change


def _remembering() -> Change:
    """Ids of commands are known for ever, in whatever room they came."""
    known: dict[str, str] = {}

    def change(line: str, answer: str) -> str:
        try:
            key = json.loads(line).get("id")
        except (ValueError, AttributeError):
            return answer
        return known.setdefault(key, answer) if isinstance(key, str) and "error" not in answer else answer

    return change


def _by_kind(kind: EventKind, told: Callable[[Event, StageAccess], tuple[str, ...]]) -> EngineMaker:
    return telling(
        lambda event, right: event.told if event.told is None or event.event is not kind else told(event, right)  # type: ignore[arg-type, return-value]
    )


def _present(right: StageAccess) -> tuple[str, ...]:
    people: Any = right.state()["people"]
    return tuple(sorted(name for name, person in people.items() if person["presence"] == "present"))


CLOSED, CREATED = EventKind.REQUEST_CLOSED, EventKind.REQUEST_CREATED

BROKEN: Final = (
    # what is decided
    engine(
        "a second approval gives a second invitation", TWO, "bring_to_stage: accepted: false, not true", InvitesAgain
    ),
    engine(
        "a late decline throws somebody off", TWO, "decline_request: accepted: false, not true", LateDeclineThrowsOff
    ),
    engine(
        "a second invitation is dropped",
        WRITTEN,
        "invite: events[]: invitation_created, not nothing",
        SecondInvitationIsDropped,
    ),
    engine("a removal hits another", QUIETEST, "remove_from_stage: accepted: false, not true", RemovesAnother),
    engine("a cancelled request can be approved", TWO, "bring_to_stage: accepted: false, not true", ApprovesCancelled),
    engine("a double click on Ask cancels", TWO, "ask_to_join: accepted: false, not true", DoubleClickCancels),
    engine(
        "whoever waits may join at once",
        TWO,
        "offers (actions): actions: nothing, not join_stage",
        rules(own={(Action.JOIN_STAGE, BY_REQUEST, Position.REQUESTED): Position.PREPARING_SELF}),
    ),
    engine(
        "staff have to ask as well",
        TWO,
        "offers (actions): actions: join_stage, not nothing",
        rules(staff={(Action.JOIN_STAGE, Position.VIEWER): Reason.INVITATION_NEEDED}),
    ),
    engine(
        "a phone changes the mode",
        TWO,
        "set_mode: accepted: false, not true",
        asked(lambda command: command._replace(client=Client.DESKTOP)),
    ),
    engine(
        "whoever invites oneself is told so before the rights",
        TWO,
        "reason: not_staff, not own_target",
        refusing(Reason.OWN_TARGET, lambda command, _: command.to is not None and command.to == command.by),
    ),
    engine(
        "a moderator takes a host off the stage",
        "conformance files",
        "remove_from_stage: accepted: false, not true",
        RemovesHosts,
    ),
    # what happens then
    engine("a request outlives its person", TWO, "leave_room: events[].event: request_closed, not left_room", Outlived),
    engine(
        "a place is kept for ever by somebody who vanished",
        TWO,
        "leave_room: events[].event: stage_left, not left_room",
        PlaceIsKept,
    ),
    engine("a mode switch throws staff off", TWO, "set_mode: events[]: nothing, not stage_left left", StaffThrownOff),
    engine(
        "clearing declines",
        TWO,
        "clear_requests: events[].outcome: cleared, not declined",
        closing(Action.CLEAR_REQUESTS, Closing(request=Outcome.DECLINED)),
    ),
    engine(
        "both changes of mode supersede",
        TWO,
        "set_mode: events[].outcome: mode_changed, not superseded",
        rules(requests_at_mode_change={(BY_REQUEST, INVITE_ONLY): Outcome.SUPERSEDED}),
    ),
    engine(
        "set-ups survive a closed stage",
        TWO,
        "set_mode: events[]: setup_cancelled mode_changed, not nothing",
        rules(setups_at_mode_change={(EVERYONE, INVITE_ONLY): None}),
    ),
    engine(
        "a demoted person's set-up goes on",
        ROLES,
        "change_role: events[]: setup_cancelled role_changed, not nothing",
        rules(demotion=None),
    ),
    engine(
        "a promoted person's request is cleared",
        ROLES,
        "change_role: events[].outcome: superseded, not cleared",
        rules(promotion=Outcome.CLEARED),
    ),
    engine(
        "what opens comes before what closes",
        TWO,
        "invite: events[].event: request_closed, not invitation_created",
        answered(lambda _, found: found._replace(events=found.events[::-1])),
    ),
    engine(
        "a removal says that the person left",
        TWO,
        "remove_from_stage: events[].event: stage_removed, not stage_left",
        closing(Action.REMOVE_FROM_STAGE, Closing(stay=Cause.LEFT)),
    ),
    engine(
        "one place too many",
        THREE,
        "offers (actions): actions: nothing, not go_live",
        room(lambda config: {"stage_capacity": (config.stage_capacity or 8) + 1}),
    ),
    engine(
        "staff make room",
        QUIETEST,
        "offers (actions): actions: nothing, not go_live",
        rules(staff_stay_on_full_stage=False),
    ),
    engine(
        "an open stage rejects",
        QUIETEST,
        "go_live: accepted: true, not false",
        room(lambda _: {"when_full": FullStage.REJECT}),
    ),
    # time
    engine(
        "a request lives a millisecond too long",
        CLOCK,
        "due times (due): due: a number, not a number, too great",
        later("request_ttl_ms", 1),
    ),
    engine(
        "a request lives a millisecond too short",
        CLOCK,
        "due times (due): due: a number, not a number, too small",
        later("request_ttl_ms", -1),
    ),
    engine(
        "a wait ends a millisecond too late",
        CLOCK,
        "ask_to_join: seconds_left: a number, not a number, too great",
        later("request_cooldown_ms", 1),
    ),
    engine(
        "a grace ends a millisecond too early",
        LOST,
        "due times (due): due: a number, not a number, too small",
        later("reconnect_grace_ms", -1),
    ),
    engine(
        "time stops at hundredths",
        WRITTEN,
        "ask_to_join: events[].at: a number, not a number, too small",
        asked(lambda command: command._replace(at_ms=command.at_ms // 10 * 10)),
    ),
    engine(
        "whoever prepares is hurried",
        CLOCK,
        "what happens by itself: due[]: nothing, not setup_cancelled backed_out",
        HurriesPeople,
    ),
    engine(
        "what is due is lost before a command",
        WRITTEN,
        "ask_to_join: due[]: request_closed expired, not nothing",
        OnlyAdvances,
    ),
    engine(
        "what time ends, its person ends",
        CLOCK,
        "what happens by itself: due[].by: a text, not a text",
        happening(
            lambda event: event._replace(by=event.who) if event.by == "system" and event.event is CLOSED else event
        ),
    ),
    engine(
        "a lifetime of nothing is no limit",
        "conformance files",
        "due times (due): due: a number, not nothing",
        room(lambda config: {"invitation_ttl_ms": config.invitation_ttl_ms or None}),
    ),
    engine(
        "one wait is a full one",
        CLOCK,
        "ask_to_join: seconds_left: a number, not a number, too great",
        answered(lambda _, found: found._replace(wait_ms=found.wait_ms and 30_000)),
    ),
    # the list and the state
    engine(
        "the queue goes by the alphabet",
        THREE,
        "state: queue[]: a text, not a text",
        shown(lambda state: {"queue": sorted(state["queue"])}),
    ),
    engine("the queue goes by the client's clock", WRITTEN, "state: queue[]: a text, not a text", ByClientsClock),
    engine(
        "whoever is gone is forgotten",
        TWO,
        "state: people.*",
        shown(
            lambda state: {
                "people": {name: each for name, each in state["people"].items() if each["presence"] != "gone"}
            }
        ),
    ),
    engine(
        "a role is that of the first entry",
        ROLES,
        "state: people.*.role",
        shown(
            lambda state: {"people": {name: {**each, "role": "moderator"} for name, each in state["people"].items()}}
        ),
    ),
    engine(
        "whoever lost the connection is off the stage",
        LOST,
        "disconnect: events[]: nothing, not stage_left left",
        CapacityIgnoresTheAway,
    ),
    # who is told
    engine(
        "a request is told to everybody",
        WRITTEN,
        "request_created told: a list, not a list, too many",
        _by_kind(CREATED, lambda _, right: _present(right)),
    ),
    engine(
        "a decline is told to its person alone",
        CLOCK,
        "request_closed told: a list, not a list, too few",
        _by_kind(CLOSED, lambda event, _: (event.who,)),
    ),
    engine(
        "nobody hears of a removal",
        TWO,
        "stage_removed told: a list, not a list, too few",
        _by_kind(EventKind.STAGE_REMOVED, lambda *_: ()),
    ),
    engine(
        "a new mode is told to its maker",
        WRITTEN,
        "mode_changed told: a list, not a list, too few",
        _by_kind(EventKind.MODE_CHANGED, lambda event, _: (event.by,)),
    ),
    # what is offered
    engine(
        "a late moderator does not see open requests",
        WRITTEN,
        "offers (actions): actions: bring_to_stage, not nothing",
        LateModeratorSeesNothing,
    ),
    engine(
        "clearing is never offered",
        TWO,
        "offers (actions): actions: clear_requests, not nothing",
        offering(lambda offers, *_: [each for each in offers if each.do is not Action.CLEAR_REQUESTS]),
    ),
    engine(
        "phones are offered the mode",
        TWO,
        "offers (actions): actions: nothing, not set_mode",
        offering(
            lambda offers, _, client: offers + [Offer(Action.SET_MODE, mode=INVITE_ONLY)] * (client is Client.MOBILE)
        ),
    ),
    engine(
        "asking is always offered",
        TWO,
        "offers (actions): actions: nothing, not ask_to_join",
        offering(lambda offers, *_: [Offer(Action.ASK_TO_JOIN), *offers]),
    ),
    # what an answer says
    engine(
        "nobody says who was first",
        TWO,
        "resolved_by: a text, not nothing",
        answered(lambda _, found: found._replace(resolved_by=None)),
    ),
    engine(
        "nobody says how it ended",
        TWO,
        "outcome: cancelled, not nothing",
        answered(lambda _, found: found._replace(outcome=None)),
    ),
    speaker("times are texts", WRITTEN, "events[].at: a number, not a text", _edited(_text_of_times)),
    speaker(
        "events are numbered from 0",
        WRITTEN,
        "enter_room: events[].seq: a number, not a number, too small",
        _edited(_renumbered),
    ),
    speaker(
        "requests have numbers of their own",
        WRITTEN,
        "events[].request: a text, not a text",
        _numbers_from("request", lambda key: f"q{key[1:]}"),
    ),
    speaker(
        "invitations are numbered from 2",
        TWO,
        "invite: events[].invitation: a text, not a text",
        _numbers_from("invitation", lambda key: f"i{int(key[1:]) + 1}"),
    ),
    # commands that come again, and rooms
    engine(
        "every command is a new one",
        WRITTEN,
        "commands sent again: ask_to_join: accepted: true, not false",
        asked(lambda command: command._replace(id=None)),
    ),
    engine(
        "a second answer has no events",
        WRITTEN,
        "commands sent again: ask_to_join: events[]: request_created, not nothing",
        AnswersNothingAgain,
    ),
    engine(
        "ids end with the session",
        "conformance files",
        "commands sent again: invite: accepted: true, not false",
        ForgetsIds,
    ),
    engine(
        "a repeated answer counts down",
        "conformance files",
        "commands sent again: ask_to_join: seconds_left: a number, not a number, too small",
        CountsDown,
    ),
    speaker("ids outlive their room", WRITTEN, "join_stage: accepted: false, not true", _remembering),
    # connections
    engine(
        "one connection a person",
        DEVICES,
        "leave_room: accepted: false, not true",
        asked(lambda command: command._replace(connection=None)),
    ),
    engine("a late message closes what is open", DEVICES, "accepted: false, not true", LateMessageCloses),
    engine(
        "an entry always names a connection",
        WRITTEN,
        "enter_room: events[].connection: nothing, not a text",
        happening(
            lambda event: (
                event._replace(extra={**event.extra, "connection": "main"})
                if event.event is EventKind.ENTERED
                else event
            )
        ),
    ),
    # the protocol itself
    speaker("it dies of a command", TWO, "an answer to every line: ended with exit status 3", lambda: _dies),
    speaker(
        "lines at fault are passed over",
        FAULTS,
        "taken",
        lambda: lambda _, answer: '{"ok": true}' if "error" in answer else answer,
    ),
    speaker(
        "an error names no field",
        FAULTS,
        "does not name",
        lambda: lambda _, answer: '{"error": "no"}' if "error" in answer else answer,
    ),
    speaker("answers are no JSON", WRITTEN, "no answer", lambda: lambda _, answer: answer.replace("null", "None")),
    speaker("it looks at a clock of its own", WRITTEN, "events[].at: a number, not a number, too great", _drifting),
)
"""Each of them must be found, for this reason, with at most eight lines."""
