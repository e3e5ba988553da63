"""Engines with one defect each, such as somebody may write who implements the rules in another language."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from stageaccess import (
    RULES,
    Action,
    Cause,
    Client,
    Command,
    Decision,
    Event,
    EventKind,
    FullStage,
    Mode,
    Offer,
    Outcome,
    Reason,
    RoomConfig,
    RuleSet,
    StageAccess,
)
from stageaccess.cells import Closing, Position
from stagesim.engines.contract import EngineMaker
from wrapping import Wrapping

EVERYONE, BY_REQUEST, INVITE_ONLY = Mode


class Defect(NamedTuple):
    """What is wrong, an engine of which it is true, and the beginning of the conformance file that shows it."""

    wrong: str
    file: str
    engine: EngineMaker


def rules(**changes: Any) -> EngineMaker:
    """An engine with a variant of the rules."""
    return lambda config, _: StageAccess(config, RULES.variant("defect", **changes))


def closing(action: Action, words: Closing) -> EngineMaker:
    """An engine in which an action closes with other words."""
    return rules(closings={**RULES.closings, action: words})


def room(change: Callable[[RoomConfig], Mapping[str, Any]]) -> EngineMaker:
    """An engine that takes a parameter of the room for another."""
    return lambda config, rule_set: StageAccess(replace(config, **change(config)), rule_set)


def later(field: str, by_ms: int) -> EngineMaker:
    """An engine in which a time of the room, where it is given, is longer or shorter."""

    def change(config: RoomConfig) -> Mapping[str, Any]:
        time_ms = getattr(config, field)
        return {field: time_ms + by_ms if time_ms else time_ms}

    return room(change)


def asked(change: Callable[[Command], Command]) -> EngineMaker:
    """An engine that understands a command as another."""

    class Misunderstanding(Wrapping):
        def submit(self, command: Command) -> Decision:
            return self.engine.submit(change(command))

    return Misunderstanding


def answered(change: Callable[[Command, Decision], Decision]) -> EngineMaker:
    """An engine that answers differently."""

    class Misspeaking(Wrapping):
        def submit(self, command: Command) -> Decision:
            return change(command, self.engine.submit(command))

    return Misspeaking


def happening(change: Callable[[Event], Event]) -> EngineMaker:
    """An engine whose events say something else, wherever they stand."""

    class Misreporting(Wrapping):
        def submit(self, command: Command) -> Decision:
            found = self.engine.submit(command)
            return found._replace(events=tuple(map(change, found.events)), due=tuple(map(change, found.due)))

        def advance(self, at_ms: int) -> tuple[Event, ...]:
            return tuple(map(change, self.engine.advance(at_ms)))

    return Misreporting


def shown(change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> EngineMaker:
    """An engine that shows another state."""

    class Misshowing(Wrapping):
        def state(self) -> dict[str, Any]:
            state = self.engine.state()
            return {**state, **change(state)}

    return Misshowing


def offering(change: Callable[[list[Offer], str, Client], list[Offer]]) -> EngineMaker:
    """An engine that offers something else."""

    class Misoffering(Wrapping):
        def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
            return change(self.engine.available_actions(person, client), person, client)

    return Misoffering


def telling(change: Callable[[Event, StageAccess], tuple[str, ...]]) -> EngineMaker:
    """An engine that tells others of its events."""

    class Mistelling(Wrapping):
        def _of(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
            assert isinstance(self.engine, StageAccess)
            return tuple(event._replace(told=change(event, self.engine)) for event in events)

        def submit(self, command: Command) -> Decision:
            found = self.engine.submit(command)
            return found._replace(events=self._of(found.events), due=self._of(found.due))

        def advance(self, at_ms: int) -> tuple[Event, ...]:
            return self._of(self.engine.advance(at_ms))

    return Mistelling


def refusing(reason: Reason, when: Callable[[Command, dict[str, Any]], bool]) -> EngineMaker:
    """An engine that finds a reason too early: before whatever else is wrong with a command."""

    class Hasty(Wrapping):
        def submit(self, command: Command) -> Decision:
            if not when(command, self.engine.state()):
                return self.engine.submit(command)
            return Decision(reason, due=self.engine.advance(command.at_ms))

    return Hasty


class InvitesAgain(Wrapping):
    """An approval that came too late is one all the same: whoever has been invited is invited once more."""

    def submit(self, command: Command) -> Decision:
        found = self.engine.submit(command)
        late = found.reason in (Reason.REQUEST_ALREADY_RESOLVED, Reason.NO_OPEN_REQUEST)
        if command.do is not Action.BRING_TO_STAGE or not late:
            return found
        again = self.engine.submit(Command(command.at_ms, Action.INVITE, command.by, command.to))
        return again._replace(due=(*found.due, *again.due)) if again.accepted else found


class KeepsPlaces(Wrapping):
    """Whoever asks again has the first place again."""

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        super().__init__(config, rules)
        self.first: list[str] = []

    def submit(self, command: Command) -> Decision:
        if command.do is Action.ASK_TO_JOIN and command.by not in self.first:
            self.first.append(str(command.by))
        return self.engine.submit(command)

    def state(self) -> dict[str, Any]:
        state = self.engine.state()
        return {**state, "queue": sorted(state["queue"], key=self.first.index)}


class HurriesPeople(Wrapping):
    """An invitation expires while its person prepares: they are taken out of the set-up to see it end."""

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        super().__init__(config, rules)
        self.made: dict[str, int] = {}

    def submit(self, command: Command) -> Decision:
        decision = self.engine.submit(command)
        for event in decision.events:
            if event.event is EventKind.INVITATION_CREATED:
                self.made[event.who] = event.at_ms
        return decision

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        due = self.engine.advance(at_ms)
        ttl_ms = self.config.invitation_ttl_ms or at_ms
        for who, made_ms in self.made.items():
            standing = self.engine.state()["people"][who]["standing"]
            if standing == "preparing" and at_ms >= made_ms + ttl_ms:
                due += self.engine.submit(Command(at_ms, Action.CANCEL_JOIN, who)).events
        return due


class ForgetsDecline(Wrapping):
    """Leaving and coming back resets the wait after a decline."""

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        super().__init__(config, rules)
        self.left: set[str] = set()

    def submit(self, command: Command) -> Decision:
        if command.do is Action.LEAVE_ROOM:
            self.left.add(str(command.by))
        decision = self.engine.submit(command)
        if decision.reason is Reason.COOLING_DOWN and command.by in self.left:
            return Decision(None)
        return decision


class OnlyAdvances(Wrapping):
    """What is due is carried out when time is advanced, and not before a command."""

    def submit(self, command: Command) -> Decision:
        held = self.engine.submit(command)
        return held._replace(due=())


class AnswersNothingAgain(Wrapping):
    """A command that comes again is accepted without its events."""

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        super().__init__(config, rules)
        self.known: set[str] = set()

    def submit(self, command: Command) -> Decision:
        decision = self.engine.submit(command)
        if command.id in self.known:
            return decision._replace(events=())
        self.known |= {command.id} if command.id else set()
        return decision


class DeclinesWholeRoom(Wrapping):
    """One decline makes everybody wait."""

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        super().__init__(config, rules)
        self.until_ms = -1

    def submit(self, command: Command) -> Decision:
        if command.do is Action.ASK_TO_JOIN and command.at_ms < self.until_ms:
            return Decision(Reason.COOLING_DOWN, due=self.engine.advance(command.at_ms), wait_ms=1)
        decision = self.engine.submit(command)
        if command.do is Action.DECLINE_REQUEST and decision.accepted and self.config.request_cooldown_ms:
            self.until_ms = command.at_ms + self.config.request_cooldown_ms
        return decision


class ForgetsIds(Wrapping):
    """Ids are forgotten when the session ends."""

    has_ended = False

    def submit(self, command: Command) -> Decision:
        decision = self.engine.submit(command._replace(id=None) if self.has_ended else command)
        self.has_ended |= command.do is Action.END_SESSION
        return decision


class UsesUpNoIds(Wrapping):
    """A command outside of the session uses up no id."""

    def submit(self, command: Command) -> Decision:
        is_live = self.engine.state()["live"]
        coming = command.do in (Action.ENTER_ROOM, Action.START_SESSION)
        return self.engine.submit(command if is_live or coming else command._replace(id=None))


class CountsDown(Wrapping):
    """A repeated answer says how long it is now."""

    def submit(self, command: Command) -> Decision:
        decision = self.engine.submit(command)
        if decision.reason is not Reason.COOLING_DOWN:
            return decision
        return decision._replace(wait_ms=self.engine.submit(command._replace(id=None)).wait_ms)


class LimitsTheRoom(Wrapping):
    """The limit on requests is one for all people together."""

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        super().__init__(config, rules)
        self.asked = 0

    def submit(self, command: Command) -> Decision:
        limit = self.config.request_limit
        if command.do is Action.ASK_TO_JOIN and limit is not None and self.asked >= limit.count:
            return Decision(Reason.TOO_MANY_REQUESTS, due=self.engine.advance(command.at_ms))
        decision = self.engine.submit(command)
        self.asked += command.do is Action.ASK_TO_JOIN and decision.accepted
        return decision


class ForgivesTheInvited(Wrapping):
    """To be invited ends the wait after a decline."""

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        super().__init__(config, rules)
        self.invited: set[str | None] = set()

    def submit(self, command: Command) -> Decision:
        decision = self.engine.submit(command)
        self.invited |= {command.to} if command.do is Action.INVITE else set()
        return Decision(None) if decision.reason is Reason.COOLING_DOWN and command.by in self.invited else decision


class SortsByText(Wrapping):
    """The list is in the order of the requests' ids, `r10` before `r2`."""

    def state(self) -> dict[str, Any]:
        state, people = self.engine.state(), self.engine.room.people
        assert isinstance(state["queue"], list)
        return {**state, "queue": sorted(state["queue"], key=lambda name: people[name].request or "")}


class SpeaksOfRequestsFirst(Wrapping):
    """What is due next is looked for among the requests, and only then among those who are away."""

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        super().__init__(config, rules)
        self.asked: dict[str, int] = {}

    def submit(self, command: Command) -> Decision:
        decision = self.engine.submit(command)
        self.asked |= {event.who: event.at_ms for event in decision.events if event.event is CREATED}
        return decision

    def next_due(self) -> int | None:
        ttl_ms, open_ones = self.config.request_ttl_ms, self.engine.state()["queue"]
        assert isinstance(open_ones, list)
        return self.asked[open_ones[0]] + ttl_ms if open_ones and ttl_ms else self.engine.next_due()


def _reversed_tail(_: Command, decision: Decision) -> Decision:
    """What the first event brings comes in the wrong order."""
    first, rest = decision.events[:1], decision.events[1:]
    return decision._replace(events=first + rest[::-1])


def _opens_first(_: Command, decision: Decision) -> Decision:
    """What opens comes before what closes."""
    return decision._replace(events=decision.events[::-1])


def _extra(event: Event, kind: EventKind, field: str, word: str) -> Event:
    return event._replace(extra={**event.extra, field: word}) if event.event is kind else event


def _present(engine: StageAccess) -> tuple[str, ...]:
    people = engine.state()["people"]
    assert isinstance(people, dict)
    return tuple(sorted(name for name, person in people.items() if person["presence"] == "present"))


def _whoever(kinds: tuple[EventKind, ...], whom: Callable[[Event, StageAccess], tuple[str, ...]]) -> EngineMaker:
    """Of events of these kinds, these are told."""
    return telling(lambda event, engine: whom(event, engine) if event.event in kinds else event.told or ())


CREATED, CLOSED = EventKind.REQUEST_CREATED, EventKind.REQUEST_CLOSED
INVITED, ANSWERED = EventKind.INVITATION_CREATED, EventKind.INVITATION_CLOSED

DEFECTS = (
    # the tables
    Defect(
        "whoever waits may join",
        "p02_what",
        rules(own={(Action.JOIN_STAGE, BY_REQUEST, Position.REQUESTED): Reason.APPROVAL_NEEDED}),
    ),
    Defect(
        "staff have to ask", "p04_what", rules(staff={(Action.JOIN_STAGE, Position.VIEWER): Reason.INVITATION_NEEDED})
    ),
    Defect("backing out gives the invitation away", "a18", closing(Action.CANCEL_JOIN, Closing(setup=Cause.DECLINED))),
    Defect(
        "an approved request ends as superseded", "s01", closing(Action.INVITE, Closing(request=Outcome.SUPERSEDED))
    ),
    Defect("clearing declines", "s03", closing(Action.CLEAR_REQUESTS, Closing(request=Outcome.DECLINED))),
    Defect("a second approval is a second invitation", "s02", InvitesAgain),
    Defect("a removal says that the person left", "b04", closing(Action.REMOVE_FROM_STAGE, Closing(stay=Cause.LEFT))),
    # modes
    Defect(
        "both changes of mode supersede",
        "m02",
        rules(requests_at_mode_change={(BY_REQUEST, INVITE_ONLY): Outcome.SUPERSEDED}),
    ),
    Defect(
        "set-ups survive a change to invite only",
        "m04",
        rules(setups_at_mode_change={(EVERYONE, INVITE_ONLY): None}),
    ),
    Defect(
        "a change of mode empties the stage",
        "m01",
        rules(stays_at_mode_change={(EVERYONE, INVITE_ONLY): Cause.MODE_CHANGED}),
    ),
    Defect("requests close in the wrong order", "m02", answered(_reversed_tail)),
    Defect("a phone changes the mode", "a03", asked(lambda command: command._replace(client=Client.DESKTOP))),
    # capacity
    Defect("staff make room", "c02_replacing", rules(staff_stay_on_full_stage=False)),
    Defect("an open stage rejects", "c01_the_mode", rules(when_full={**RULES.when_full, EVERYONE: FullStage.REJECT})),
    Defect(
        "one place too many", "c01_capacity", room(lambda config: {"stage_capacity": (config.stage_capacity or 8) + 1})
    ),
    Defect(
        "the stage makes the one who makes room",
        "b06",
        happening(lambda event: event._replace(by="system") if event.event is EventKind.STAGE_REMOVED else event),
    ),
    # time
    Defect("a request lives a millisecond too long", "t01_requests", later("request_ttl_ms", 1)),
    Defect("a request lives a millisecond too short", "t01_requests", later("request_ttl_ms", -1)),
    Defect(
        "no time is no limit", "t01_a_request", room(lambda config: {"request_ttl_ms": config.request_ttl_ms or None})
    ),
    Defect("an invitation lives a millisecond too long", "t02_invitations", later("invitation_ttl_ms", 1)),
    Defect("the wait ends a millisecond too late", "t03_cooldown", later("request_cooldown_ms", 1)),
    Defect("the wait ends a millisecond too early", "t03_cooldown", later("request_cooldown_ms", -1)),
    Defect("the grace time ends a millisecond too early", "t05_a_lost", later("reconnect_grace_ms", -1)),
    Defect("no limit on asks", "t04_a_limit_on", room(lambda _: {"request_limit": None})),
    Defect(
        "whole seconds", "t03_cooldown", asked(lambda command: command._replace(at_ms=command.at_ms // 1000 * 1000))
    ),
    Defect("hurries people who prepare", "t02_invitations", HurriesPeople),
    Defect("leaving shortens the wait", "t03_cooldown", ForgetsDecline),
    Defect("one decline makes everybody wait", "t03_cooldown", DeclinesWholeRoom),
    Defect("due times are lost before a command", "t07_due", OnlyAdvances),
    Defect(
        "what time ends, its person ends",
        "t01_requests",
        happening(
            lambda event: event._replace(by=event.who) if event.by == "system" and event.event is CLOSED else event
        ),
    ),
    Defect(
        "how somebody is gone is always the same",
        "t06_leaving",
        happening(lambda event: _extra(event, EventKind.LEFT_ROOM, "cause", "explicit")),
    ),
    Defect("a demoted person's set-up goes on", "t08_changing", rules(demotion=None)),
    Defect("a promoted person's request is cleared", "t08_changing", rules(promotion=Outcome.CLEARED)),
    Defect(
        "a role is that of the first entry",
        "t08_changing",
        shown(
            lambda state: {"people": {name: {**each, "role": "moderator"} for name, each in state["people"].items()}}
        ),
    ),
    Defect("one connection a person", "t10", asked(lambda command: command._replace(connection=None))),
    # the list
    Defect("asking again keeps the old place", "q02_asking", KeepsPlaces),
    Defect("the list is the other way round", "q01", shown(lambda state: {"queue": state["queue"][::-1]})),
    Defect("the list is in the order of names", "q01", shown(lambda state: {"queue": sorted(state["queue"])})),
    Defect("the stage is in the order of names", "b06", shown(lambda state: {"on_stage": sorted(state["on_stage"])})),
    Defect("every command is a new one", "q04_the_same", asked(lambda command: command._replace(id=None))),
    Defect("a second answer has no events", "q04_the_same", AnswersNothingAgain),
    Defect("ids end with the session", "q04_ids_belong", ForgetsIds),
    Defect("what comes too early uses up no id", "q04_ids_belong", UsesUpNoIds),
    Defect("a repeated answer counts down", "q04_what", CountsDown),
    # the ends of what can be
    Defect(
        "staff replace somebody on a stage that rejects",
        "c01_a_full_stage_refuses",
        room(lambda _: {"when_full": None}),
    ),
    Defect(
        "an invitation of no time has no limit",
        "t02_an_invitation",
        room(lambda config: {"invitation_ttl_ms": config.invitation_ttl_ms or None}),
    ),
    Defect("a limit of no requests is no limit", "t04_a_limit_of", room(lambda _: {"request_limit": None})),
    Defect("the limit is the room's", "t04_the_limit", LimitsTheRoom),
    Defect("an invitation forgives", "t03_an_invitation", ForgivesTheInvited),
    Defect("the tenth request comes after the first", "q02_eleven", SortsByText),
    Defect("the tenth deadline comes after the first", "t07_one", SortsByText),
    Defect("whoever prepares is hurried", "t02_a_late", HurriesPeople),
    Defect("whoever became staff on stage makes room", "c02_silence", rules(staff_stay_on_full_stage=False)),
    Defect(
        "a stale request comes before its person",
        "e05",
        refusing(
            Reason.NO_OPEN_REQUEST,
            lambda command, state: command.request is not None and state["people"][command.to]["presence"] == "gone",
        ),
    ),
    Defect(
        "a host remains one",
        "t08_a_host",
        asked(
            lambda command: command._replace(by="hana") if command.by == "hugo" and command.at_ms > 72_000 else command
        ),
    ),
    Defect("requests are due before whoever is away", "t05_the_grace", SpeaksOfRequestsFirst),
    Defect(
        "hundredths of a second",
        "t07_times",
        asked(lambda command: command._replace(at_ms=command.at_ms // 10 * 10)),
    ),
    Defect(
        "an entry always names a connection",
        "t05_a_set_up",
        happening(lambda event: _extra(event, EventKind.ENTERED, "connection", "main")),
    ),
    Defect("names have no accents", "n01_names", happening(lambda event: event._replace(who=event.who.strip("éŽ山")))),
    Defect(
        "capitals are like small letters",
        "n01_names",
        telling(lambda event, _: tuple(sorted(event.told or (), key=str.lower))),
    ),
    Defect(
        "offers go by small letters",
        "n01_names",
        offering(lambda offers, *_: sorted(offers, key=lambda offer: (offer.do, (offer.to or "").lower()))),
    ),
    # answers
    Defect("which request is meant does not matter", "s02", asked(lambda command: command._replace(request=None))),
    Defect("nobody says who was first", "s02", answered(lambda _, found: found._replace(resolved_by=None))),
    Defect("nobody says how it ended", "s02", answered(lambda _, found: found._replace(outcome=None))),
    Defect(
        "the wait is that of a full cooldown",
        "t03_cooldown",
        answered(lambda _, found: found._replace(wait_ms=found.wait_ms and 30_000)),
    ),
    Defect("what opens comes first", "n02", answered(_opens_first)),
    Defect(
        "whoever invites oneself is told so first",
        "e03_rights",
        refusing(Reason.OWN_TARGET, lambda command, _: command.to is not None and command.to == command.by),
    ),
    Defect(
        "strangers come before the session",
        "e01_nothing",
        refusing(
            Reason.UNKNOWN_ACTOR,
            lambda command, state: command.do is Action.ASK_TO_JOIN and command.by not in state["people"],
        ),
    ),
    Defect(
        "a phone comes before the rights",
        "e03_rights",
        refusing(
            Reason.NOT_ON_MOBILE,
            lambda command, _: command.do is Action.SET_MODE and command.client is Client.MOBILE,
        ),
    ),
    # buttons
    Defect(
        "phones are offered the mode",
        "a03",
        offering(
            lambda offers, _, client: offers + [Offer(Action.SET_MODE, mode=INVITE_ONLY)] * (client is Client.MOBILE)
        ),
    ),
    Defect(
        "clearing is never offered",
        "b02",
        offering(lambda offers, *_: [each for each in offers if each.do is not Action.CLEAR_REQUESTS]),
    ),
    Defect("nothing is offered", "a07", offering(lambda *_: [])),
    Defect("offers come in the order of the table", "b02", offering(lambda offers, *_: offers[::-1])),
    Defect("asking is always offered", "a07", offering(lambda offers, *_: [Offer(Action.ASK_TO_JOIN), *offers])),
    # notices
    Defect("a request is told to everybody", "a08", _whoever((CREATED,), lambda _, engine: _present(engine))),
    Defect(
        "a request is told to one of the staff", "a08", _whoever((CREATED,), lambda event, _: (event.told or ())[:1])
    ),
    Defect("a decline is told to its person alone", "a11", _whoever((CLOSED,), lambda event, _: (event.who,))),
    Defect(
        "an invitation is told to its person alone", "a17", _whoever((INVITED, ANSWERED), lambda event, _: (event.who,))
    ),
    Defect("nobody hears of a removal", "b04", _whoever((EventKind.STAGE_REMOVED,), lambda *_: ())),
    Defect(
        "a set-up is told to everybody", "a06", _whoever((EventKind.SETUP_STARTED,), lambda _, engine: _present(engine))
    ),
    Defect("a new mode is told to its maker", "a02", _whoever((EventKind.MODE_CHANGED,), lambda event, _: (event.by,))),
    Defect(
        "whoever is away hears nothing",
        "n01_who",
        telling(lambda event, engine: tuple(name for name in event.told or () if name in _present(engine))),
    ),
    Defect("coming is told to staff", "n01_who", _whoever((EventKind.ENTERED,), lambda *_: ("mo",))),
)
"""Each of them must turn its file red."""
