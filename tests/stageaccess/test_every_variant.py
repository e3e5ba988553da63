"""What holds under every set of rules: each variant that differs in one cell or one closing is played at random.

A variant that does not hold together is refused when it is made. In all the others the room stays sound: one open thing
a person, no more on stage than places, one end of everything, the words of `endings`, state = fold(events), a due time
that something is due at, and offers that are accepted and have an effect.
"""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from stageaccess import (
    RULES,
    Action,
    Cause,
    Client,
    Command,
    Event,
    FullStage,
    Mode,
    Outcome,
    Position,
    Presence,
    Role,
    RoomConfig,
    RuleSet,
    RuleSetError,
    StageAccess,
    Standing,
    endings,
    fold,
)
from stageaccess.cells import OTHERS_ACTIONS, OWN_ACTIONS
from stageaccess.commands import FIELDS

CAPACITY = 2
PEOPLE = {"mia": Role.MODERATOR, "zoe": Role.HOST, "pat": Role.PARTICIPANT, "bo": Role.PARTICIPANT}
LIVELY = [*OWN_ACTIONS, *OTHERS_ACTIONS, *OWN_ACTIONS, Action.SET_MODE, Action.CHANGE_ROLE, Action.SPEAK]
RARE = [Action.DISCONNECT, Action.RECONNECT, Action.ENTER_ROOM, Action.LEAVE_ROOM, Action.CLEAR_REQUESTS]
COMMANDS = 60


def differences() -> Iterator[dict[str, Any]]:
    """Every cell with every other standing, and every closing with every word and with none."""
    for to in Standing:
        for action in OWN_ACTIONS:
            for position in Position:
                yield {"staff": {(action, position): to}}
                yield from ({"own": {(action, mode, position): to}} for mode in Mode)
        yield from ({"others": {(action, position): to}} for action in OTHERS_ACTIONS for position in Position)
    for change in ((was, to) for was in Mode for to in Mode if was is not to):
        yield from ({"requests_at_mode_change": {change: word}} for word in (*Outcome, None))
        yield from ({"setups_at_mode_change": {change: word}} for word in (*Cause, None))
        yield from ({"stays_at_mode_change": {change: word}} for word in (*Cause, None))
    yield from ({"promotion": word} for word in (*Outcome, None))
    yield from ({"demotion": word} for word in (*Cause, None))
    yield {"staff_stay_on_full_stage": False}


def variants() -> list[RuleSet]:
    """Those that hold together and differ from the default."""
    found: list[RuleSet] = []
    for number, difference in enumerate(differences()):
        try:
            rules = RULES.variant(f"variant {number}", **difference)
        except RuleSetError:
            continue
        if rules.differences(RULES):
            found.append(rules)
    return found


class Room:
    """One room under a set of rules, with what its log says is open."""

    def __init__(self, rules: RuleSet, seed: int) -> None:
        self.random = random.Random(seed)
        self.config = RoomConfig(
            self.random.choice(list(Mode)),
            stage_capacity=CAPACITY,
            when_full=self.random.choice([None, *FullStage]),
            request_ttl_ms=3_000,
            invitation_ttl_ms=4_000,
            reconnect_grace_ms=2_000,
        )
        self.engine = StageAccess(self.config, rules)
        self.words = endings(rules)
        self.log: list[Event] = []
        self.open: Counter[tuple[str, str]] = Counter()
        self.ended: Counter[str] = Counter()

    def play(self) -> None:
        for name, role in PEOPLE.items():
            self.submit(Command(0, Action.ENTER_ROOM, name, role=role))
        self.submit(Command(0, Action.START_SESSION))
        for _ in range(COMMANDS):
            now_ms = self.engine.room.now_ms
            due_ms = self.engine.next_due()
            if due_ms is not None and self.random.random() < 0.2:
                events = self.engine.advance(due_ms)
                assert events, "something is due, and nothing happens"
                self.hear(events)
            else:
                self.submit(self.command(now_ms + self.random.randrange(0, 400)))
        self.offers_are_true()
        self.submit(Command(self.engine.room.now_ms, Action.END_SESSION))
        assert not +self.open

    def command(self, at_ms: int) -> Command:
        do = self.random.choice(LIVELY if self.random.random() < 0.9 else RARE)
        fields: dict[str, Any] = {}
        if FIELDS[do].to:
            fields["to"] = self.random.choice(list(PEOPLE))
        if FIELDS[do].mode:
            fields["mode"] = self.random.choice(list(Mode))
        if FIELDS[do].role:
            fields["role"] = self.random.choice([Role.PARTICIPANT, Role.MODERATOR])
        if FIELDS[do].connection:
            fields["connection"] = self.random.choice([None, "main", "phone"])
        return Command(at_ms, do, self.random.choice(list(PEOPLE)), **fields)

    def submit(self, command: Command) -> None:
        decision = self.engine.submit(command)
        assert decision.accepted or not decision.events
        self.hear((*decision.due, *decision.events))

    def hear(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self.log.append(event)
            self.note(event)
        for person in self.engine.room.people.values():
            assert bool(person.connections) == (person.presence is Presence.PRESENT)
            kinds = [kind for kind in ("request", "invitation", "setup", "stay") if self.open[kind, person.name]]
            assert (
                kinds
                == {
                    Position.VIEWER: [],
                    Position.REQUESTED: ["request"],
                    Position.INVITED: ["invitation"],
                    Position.PREPARING_SELF: ["setup"],
                    Position.PREPARING_INVITATION: ["invitation", "setup"],
                    Position.ON_STAGE: ["stay"],
                }[person.position]
            )

    def note(self, event: Event) -> None:
        """What begins is not open, what ends is, and in a word that the rules have."""
        match event.event:
            case "request_created" | "invitation_created":
                self.begin(event.event.removesuffix("_created"), event.who)
            case "setup_started":
                self.begin("setup", event.who)
            case "stage_joined":
                self.open["setup", event.who] = 0
                self.begin("stay", event.who)
                assert sum(count for (kind, _), count in self.open.items() if kind == "stay") <= CAPACITY
            case "request_closed" | "invitation_closed":
                self.end(event.event.removesuffix("_closed"), event)
            case "setup_cancelled":
                self.end("setup", event)
            case "stage_left" | "stage_removed":
                self.end("stay", event)

    def begin(self, kind: str, who: str) -> None:
        assert not self.open[kind, who]
        self.open[kind, who] = 1

    def end(self, kind: str, event: Event) -> None:
        assert self.open[kind, event.who]
        self.open[kind, event.who] = 0
        assert (event.extra.get("outcome") or event.extra.get("cause")) in self.words[event.event]

    def offers_are_true(self) -> None:
        for name in PEOPLE:
            offers = set(self.engine.available_actions(name))
            for do in (*OWN_ACTIONS, *OTHERS_ACTIONS):
                for to in PEOPLE if FIELDS[do].to else [None]:
                    twin = StageAccess(self.config, self.engine.room.rules)
                    twin.room = self.engine.room.copy()
                    decision = twin.submit(Command(twin.room.now_ms, do, name, to, Client.DESKTOP))
                    assert bool(decision.events) == ((do, to, None, None) in offers), (do, name, to)


def test_no_variant_breaks_a_room() -> None:
    happened = 0
    for seed, rules in enumerate(variants()):
        room = Room(rules, seed)
        try:
            room.play()
        except Exception as fault:
            raise AssertionError(f"under {rules.differences(RULES)}, seed {seed}: {fault!r}") from fault
        assert fold(room.config, room.log, rules) == room.engine.room
        happened += len(room.log)
    assert happened > 10_000


def test_every_change_of_one_cell_holds_together() -> None:
    assert all(holds_together(change) for change in differences())


def holds_together(change: dict[str, Any]) -> bool:
    try:
        RULES.variant("x", **change)
    except RuleSetError:
        return False
    return True
