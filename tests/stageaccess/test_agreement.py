"""Engine against reference: seeded random rooms, and a machine that Hypothesis drives and shrinks."""

import json
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agree import CONNECTIONS, PEOPLE, Disagreement, Pair, check_next_due, conceivable, play_room
from reference import CLIENTS, MODES, ROLES, TAKES
from stageaccess import Client, EventKind, Mode, Reason, Room, RoomConfig, StageAccess, fold
from stageaccess.agenda import BRINGS_FORWARD
from stageaccess.lines import milliseconds
from stageaccess.messages import Event

AGREE = Path(__file__).parents[1] / "tools/agree.py"


@pytest.mark.parametrize("first", range(0, 120, 10))
def test_random_rooms_agree(first: int) -> None:
    for seed in range(first, first + 10):
        play_room(seed)


def test_random_rooms_meet_every_reason() -> None:
    met: Counter[str] = Counter()
    for seed in range(5000, 5240):
        _, answers = play_room(seed)
        met.update(answer["reason"] for answer in answers if answer.get("reason"))
        if met.keys() == set(Reason):
            break
    assert met.keys() == set(Reason)


def test_the_events_that_bring_forward_what_is_due_are_those_that_say_so() -> None:
    """Whoever waits for what is due need not ask again after any other event."""
    found: set[EventKind] = set()
    for seed in range(60):
        pair, _ = play_room(seed)
        assert pair.conversation.engine is not None
        assert pair.reference.room is not None
        room, earliest_ms = Room(pair.conversation.engine.room.config), float("inf")
        for event in map(event_of, pair.reference.room["events"]):
            room.apply(event)
            due = room.agenda.next()
            due_ms = float("inf") if due is None else due.deadline_ms
            if due_ms < earliest_ms:
                found.add(event.event)
            earliest_ms = due_ms
    assert found == BRINGS_FORWARD


def test_a_disagreement_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Pair().open(mia="moderator", pat="participant")
    pair.ok("ask_to_join", "pat")
    assert pair.conversation.engine is not None
    monkeypatch.setattr(pair.conversation, "engine", StageAccess(RoomConfig(Mode.INVITE_ONLY)))
    with pytest.raises(Disagreement, match="ask_to_join"):
        pair.state()


def test_the_script_prints_the_agreement() -> None:
    command = [sys.executable, str(AGREE), "--commands", "700", "--seed", "3"]
    got = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert got.stdout.startswith("700 lines in 5 rooms, all answers agree")


people = st.sampled_from(PEOPLE[:3])
steps_s = st.sampled_from([0, 0, 0, 0.001, 0.5, 0.999, 1, 2, 3])
keys = st.none() | st.sampled_from(["c1", "c2"])
connections = st.none() | st.sampled_from(CONNECTIONS)
stays = st.none() | st.just({("everyone_on_stage", "invite_only"): "mode_changed"})
durations = st.none() | st.sampled_from([0, 1, 2, 3.5])
configurations = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(MODES),
        "stage_capacity": st.none() | st.integers(1, 2),
        "when_full": st.sampled_from([None, "reject", "replace_quietest"]),
        "request_ttl": durations,
        "invitation_ttl": durations,
        "request_cooldown": durations,
        "request_limit": st.none()
        | st.fixed_dictionaries({"count": st.integers(0, 2), "window": st.sampled_from([0, 1, 3])}),
        "reconnect_grace": st.sampled_from([0, 1, 2]),
        "told": st.booleans(),
        "stays": stays,
    }
)
OWN_ACTIONS = [action for action, (needed, more) in TAKES.items() if needed == ["by"] and not more]
GOING = ["leave_room", "disconnect", "reconnect"]
ON_TARGET = [action for action, (needed, _) in TAKES.items() if needed == ["by", "to"]]


class EngineAgainstReference(RuleBasedStateMachine):
    """Whatever is done, both answer alike; the invariants hold after every step."""

    @initialize(config=configurations, roles=st.lists(st.sampled_from(ROLES), min_size=3, max_size=3))
    def make_room(self, config: dict[str, Any], roles: list[str]) -> None:
        self.pair = Pair(**config).open(**dict(zip(PEOPLE, roles, strict=False)))
        assert self.pair.conversation.engine is not None
        self.engine: StageAccess = self.pair.conversation.engine
        self.log: list[dict[str, Any]] = list(self.pair.reference.room["events"])  # type: ignore[index]

    def command(self, wait: float, **fields: Any) -> dict[str, Any]:
        self.pair.at = round(self.pair.at + wait, 3)
        given = {key: value for key, value in fields.items() if value is not None}
        return self.pair.send({"at": self.pair.at, **given})

    @rule(wait=steps_s, do=st.sampled_from(OWN_ACTIONS), by=people, client=st.sampled_from(CLIENTS))
    def for_oneself(self, wait: float, do: str, by: str, client: str) -> None:
        self.command(wait, do=do, by=by, client=client)

    @rule(wait=steps_s, do=st.sampled_from(ON_TARGET), by=people, to=people, request=st.none() | st.integers(1, 4))
    def on_others(self, wait: float, do: str, by: str, to: str, request: int | None) -> None:
        names_request = do in ["bring_to_stage", "decline_request"]
        self.command(wait, do=do, by=by, to=to, request=f"r{request}" if request and names_request else None)

    @rule(wait=steps_s, by=people, mode=st.sampled_from(MODES), client=st.sampled_from(CLIENTS))
    def set_mode(self, wait: float, by: str, mode: str, client: str) -> None:
        self.command(wait, do="set_mode", by=by, mode=mode, client=client)

    @rule(wait=steps_s, by=people, to=people, role=st.sampled_from(ROLES))
    def change_role(self, wait: float, by: str, to: str, role: str) -> None:
        self.command(wait, do="change_role", by=by, to=to, role=role)

    @rule(wait=steps_s, by=people, role=st.sampled_from(ROLES), connection=connections, key=keys)
    def enter(self, wait: float, by: str, role: str, connection: str | None, key: str | None) -> None:
        self.command(wait, do="enter_room", by=by, role=role, connection=connection, id=key)

    @rule(wait=steps_s, do=st.sampled_from(GOING), by=people, connection=connections, key=keys)
    def go_or_come_back(self, wait: float, do: str, by: str, connection: str | None, key: str | None) -> None:
        self.command(wait, do=do, by=by, connection=connection, id=key)

    @rule(wait=steps_s)
    def time_goes_on(self, wait: float) -> None:
        self.command(wait)

    @precondition(lambda self: len(self.pair.lines) > 40)
    @rule(wait=steps_s)
    def end_session(self, wait: float) -> None:
        self.command(wait, do="end_session")

    @rule(choice=st.integers(0, 999), by=people, wait=steps_s)
    def take_up_an_offer(self, choice: int, by: str, wait: float) -> None:
        offers = self.engine.available_actions(by)
        if offers:
            offer = {
                key: str(value) for key, value in offers[choice % len(offers)]._asdict().items() if value is not None
            }
            self.command(wait, by=by, **offer)

    @rule(by=people, client=st.sampled_from(CLIENTS))
    def try_every_conceivable_command(self, by: str, client: str) -> None:
        offers = self.pair.actions(by, client)
        effective, copy = [], self.pair.copy()
        for tried in conceivable(PEOPLE[:3], by, client):
            answer = copy.send({"at": copy.at, **tried})
            if answer["events"] or answer["due"]:
                copy = self.pair.copy()
            if answer["events"]:
                effective.append({key: tried[key] for key in ["do", "to", "mode", "role"] if key in tried})
        assert offers == sorted(effective, key=lambda o: [o.get(key, "") for key in ["do", "to", "mode", "role"]])
        assert offers == [
            {key: str(value) for key, value in offer._asdict().items() if value is not None}
            for offer in self.engine.available_actions(by, Client(client))
        ]

    @rule()
    def nothing_happens_by_itself_before_it_is_due(self) -> None:
        check_next_due(self.pair.copy())

    @invariant()
    def the_state_agrees_and_holds_together(self) -> None:
        state = self.pair.state()
        assert self.pair.reference.room is not None
        capacity = self.pair.settings["stage_capacity"]
        assert capacity is None or len(state["on_stage"]) <= capacity
        assert state["mode"] == "join_by_request" or not state["queue"]
        for name, person in state["people"].items():
            assert (person["standing"] == "requested") == (name in state["queue"])
            assert (person["standing"] == "on_stage") == (name in state["on_stage"])
        events = [event_of(line) for line in self.pair.reference.room["events"]]
        assert fold(self.engine.room.config, events) == self.engine.room == self.engine.room.copy()


def event_of(line: dict[str, Any]) -> Event:
    """An event as the reference wrote it down, for the engine's own fold."""
    head = ["seq", "at", "event", "who", "by", "told"]
    extra = {key: value for key, value in line.items() if key not in head}
    at_ms = milliseconds(Decimal(str(line["at"])), "at")
    return Event(line["seq"], at_ms, EventKind(line["event"]), line["who"], line["by"], extra)


TestEngineAgainstReference = EngineAgainstReference.TestCase
TestEngineAgainstReference.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


def test_an_answer_is_one_line_of_json() -> None:
    pair, answers = play_room(11)
    assert all("\n" not in json.dumps(answer) for answer in answers)
    assert len(answers) <= len(pair.lines)
