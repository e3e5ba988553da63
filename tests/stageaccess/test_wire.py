"""Both directions of the codec: what is written is read back the same, and what is wrong is named."""

import json
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agree import Pair, opening, random_line, random_settings
from stageaccess import (
    Action,
    Client,
    Command,
    Decision,
    EngineIdentity,
    Event,
    EventKind,
    FullStage,
    Mode,
    Offer,
    Outcome,
    Reason,
    RequestLimit,
    Role,
    RoomConfig,
    StageAccess,
    wire,
)
from stageaccess.lines import WireError, parse

QUICK = settings(max_examples=60, deadline=None)


def through(line: dict[str, Any]) -> dict[str, Any]:
    """A line as it arrives at the other end."""
    return parse(json.dumps(line))


times_ms = st.integers(0, 10**15)
counts = st.integers(0, 10**12)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)


def ids(letter: str) -> st.SearchStrategy[str]:
    return st.integers(1, 10**6).map(lambda number: f"{letter}{number}")


maybe_name = st.none() | names
maybe_time = st.none() | times_ms

rooms = st.builds(
    RoomConfig,
    mode=st.sampled_from(Mode),
    stage_capacity=st.none() | st.integers(1, 10**12),
    when_full=st.none() | st.sampled_from(FullStage),
    request_ttl_ms=maybe_time,
    invitation_ttl_ms=maybe_time,
    request_cooldown_ms=maybe_time,
    request_limit=st.none() | st.builds(RequestLimit, count=counts, window_ms=times_ms),
    reconnect_grace_ms=times_ms,
)
commands = st.builds(
    Command,
    at_ms=times_ms,
    do=st.sampled_from(Action),
    by=maybe_name,
    to=maybe_name,
    client=st.sampled_from(Client),
    mode=st.none() | st.sampled_from(Mode),
    role=st.none() | st.sampled_from(Role),
    request=maybe_name,
    id=maybe_name,
    connection=maybe_name,
)
extras: st.SearchStrategy[tuple[EventKind, dict[str, Any]]] = st.one_of(
    st.tuples(st.just(EventKind.SPOKE), st.just({})),
    st.tuples(st.just(EventKind.ENTERED), st.just({"role": Role.HOST, "client": Client.MOBILE})),
    st.tuples(
        st.just(EventKind.INVITATION_CREATED),
        st.fixed_dictionaries({"invitation": ids("i"), "origin": st.just("direct"), "request": st.none() | ids("r")}),
    ),
)
told = st.none() | st.lists(names).map(tuple)
events = st.builds(
    lambda seq, at_ms, kind, who, by, told: Event(seq, at_ms, kind[0], who, by, kind[1], told),
    counts,
    times_ms,
    extras,
    names,
    names,
    told,
)
decisions = st.builds(
    Decision,
    reason=st.none() | st.sampled_from(Reason),
    events=st.lists(events, max_size=3).map(tuple),
    due=st.lists(events, max_size=3).map(tuple),
    outcome=st.none() | st.sampled_from(Outcome),
    resolved_by=maybe_name,
    wait_ms=maybe_time,
)


@QUICK
@given(rooms)
def test_a_room_comes_through(room: RoomConfig) -> None:
    assert wire.room_of(through(wire.room_object(room))) == room


@QUICK
@given(commands)
def test_a_command_comes_through(command: Command) -> None:
    assert wire.command_of(through(wire.command_object(command))) == command


@QUICK
@given(decisions)
def test_a_decision_comes_through(decision: Decision) -> None:
    assert wire.decision_of(through(wire.decision_object(decision))) == decision


@QUICK
@given(st.builds(EngineIdentity, names, names, names), st.none() | st.integers(0, 2 * 10**15))
def test_who_answers_and_what_is_due_come_through(identity: EngineIdentity, due_ms: int | None) -> None:
    assert wire.identity_of(through(wire.identity_object(identity))) == identity
    assert wire.due_of(through(wire.due_object(due_ms))) == due_ms, "also beyond the latest time of a line"


def second_device() -> list[dict[str, Any]]:
    """Somebody comes in by two connections, and closes one of them."""
    entry = {"at": 0, "do": "enter_room", "by": "zoe", "role": "participant"}
    return [entry, {**entry, "connection": "phone"}, {"at": 0, "do": "leave_room", "by": "zoe", "connection": "main"}]


def test_whatever_happens_in_a_room_comes_through() -> None:
    """Random rooms until every kind of event was met; `told` in every other room."""
    met: set[EventKind] = set()
    for seed in range(200):
        rng = random.Random(seed)
        pair = Pair(**random_settings(rng))
        engine = StageAccess(wire.room_of(through(pair.settings)))
        assert seed % 2 or engine.report_told()
        for _ in range(60):
            lines = [random_line(rng, pair)] if len(pair.lines) > 1 else [*opening(rng), *second_device()]
            for line in lines:
                if "error" not in pair.send(line) and "do" in line:
                    decision = engine.submit(wire.command_of(through(line)))
                    assert wire.decision_of(through(wire.decision_object(decision))) == decision
                    happened = (*decision.due, *decision.events)
                    met.update(event.event for event in happened)
                    assert all((event.told is None) is bool(seed % 2) for event in happened)
        assert wire.state_of(through(engine.state())) == engine.state()
        for name in engine.room.people:
            offers = engine.available_actions(name)
            assert wire.offers_of(through(wire.offers_object(offers))) == offers
        if met == set(EventKind):
            break
    assert met == set(EventKind)


def test_every_kind_of_event_has_its_fields() -> None:
    assert set(wire.EXTRA) == set(EventKind)


def test_every_field_of_the_engines_own_objects_is_on_the_line() -> None:
    for record, fields in [
        (wire.ROOM, RoomConfig.__dataclass_fields__),
        (wire.LIMIT, RequestLimit.__dataclass_fields__),
        (wire.COMMAND, Command._fields),
        (wire.OFFER, Offer._fields),
        (wire.IDENTITY, EngineIdentity._fields),
    ]:
        assert [field.attribute for field in record.fields] == list(fields)
    assert {field.attribute for field in wire.DECISION.fields} == {"accepted", *Decision._fields}
    assert {field.attribute for field in (*wire.HEAD, *wire.TAIL)} == {*Event._fields} - {"extra"}


# What an engine may answer wrongly.

ASKED = {"seq": 4, "at": 12.5, "event": "request_created", "who": "pat", "by": "pat", "request": "r1"}
FINE: dict[str, Any] = {"accepted": True, "reason": None, "due": [], "events": [ASKED]}


def with_event(**fields: Any) -> dict[str, Any]:
    """A decision with one event, in which some fields are other ones; those that are `...` are left out."""
    event = {**ASKED, **fields}
    return {**FINE, "events": [ASKED, {key: value for key, value in event.items() if value is not ...}]}


WRONG: list[tuple[str, str, dict[str, Any]]] = [
    ("events", "missing", {key: value for key, value in FINE.items() if key != "events"}),
    ("due", "missing", {**FINE, "due": None}),
    ("events", "is not a list", {**FINE, "events": {}}),
    ("events[0]", "`7` is not a JSON object", {**FINE, "events": [7]}),
    ("accepted", "`1` is not true or false", {**FINE, "accepted": 1}),
    ("accepted", "does not go with the reason", {**FINE, "accepted": False}),
    ("accepted", "does not go with the reason", {**FINE, "reason": "stage_full"}),
    ("reason", '`"too_late"`', {**FINE, "accepted": False, "reason": "too_late"}),
    ("colour", "no such field in a decision", {**FINE, "colour": "red"}),
    ("outcome", '`"fine"`', {**FINE, "accepted": False, "reason": "request_already_resolved", "outcome": "fine"}),
    ("seconds_left", "is not a number", {**FINE, "accepted": False, "reason": "cooling_down", "seconds_left": "3"}),
    ("events[1].seq", "missing", with_event(seq=...)),
    ("events[1].seq", "`1.5` is not a whole number", with_event(seq=1.5)),
    ("events[1].seq", '`"5"` is not a whole number', with_event(seq="5")),
    ("events[1].seq", "`true` is not a whole number", with_event(seq=True)),
    ("events[1].at", "`12.0005` has more than three decimals", with_event(at=12.0005)),
    ("events[1].at", "is not a number of seconds", with_event(at="12")),
    ("events[1].event", '`"asked"`', with_event(event="asked")),
    ("events[1].event", "`null`", with_event(event=...)),
    ("events[1].who", "missing", with_event(who=...)),
    ("events[1].by", "is not a non-empty string", with_event(by="")),
    ("events[1].request", "missing", with_event(request=...)),
    ("events[1].request", '`"req-1"` is not one of `r1`, `r2`', with_event(request="req-1")),
    ("events[1].request", "`1` is not a non-empty string", with_event(request=1)),
    ("outcome", "no such field in `events[1]`", with_event(outcome="approved")),
    ("events[1].cause", '`"bored"`', with_event(event="stage_left", request=..., cause="bored")),
    ("events[1].told", "is not a list", with_event(told="mia")),
    ("events[1].told[1]", "is not a non-empty string", with_event(told=["mia", 3])),
]


@pytest.mark.parametrize(("field", "found", "answer"), WRONG)
def test_what_is_wrong_with_a_decision_is_named(field: str, found: str, answer: dict[str, Any]) -> None:
    with pytest.raises(WireError) as fault:
        wire.decision_of(through(answer))
    assert f"`{field}`" in str(fault.value)
    assert found in str(fault.value)


def test_what_is_wrong_with_other_answers_is_named() -> None:
    person = {"role": "host", "presence": "here", "standing": "viewer"}
    state = {"mode": "invite_only", "live": True, "people": {"pat": person}, "queue": [], "on_stage": []}
    with pytest.raises(WireError, match=r"`people.pat.presence`: `\"here\"` is not possible"):
        wire.state_of(through(state))
    with pytest.raises(WireError, match=r"`actions\[1\].do`: missing"):
        wire.offers_of(through({"actions": [{"do": "invite", "to": "pat"}, {"to": "pat"}]}))
    with pytest.raises(WireError, match=r"`due`: `\"soon\"` is not a number"):
        wire.due_of(through({"due": "soon"}))
    with pytest.raises(WireError, match="`rules`: missing"):
        wire.identity_of(through({"engine": "mine", "version": "1"}))


def test_null_is_the_same_as_left_out() -> None:
    for null in [{"reason": None, "outcome": None, "resolved_by": None, "seconds_left": None}, {}]:
        assert wire.decision_of(through({"accepted": True, "due": [], "events": [], **null})) == Decision(None)
    assert wire.offers_of(through({"actions": [{"do": "invite", "to": "pat", "role": None}]})) == [
        Offer(Action.INVITE, "pat")
    ]
    direct = {**ASKED, "event": "invitation_created", "invitation": "i1", "origin": "direct"}
    for request in [{"request": None}, {}]:
        event = wire.event_of(through({key: value for key, value in direct.items() if key != "request"} | request))
        assert event.extra == {"invitation": "i1", "origin": "direct", "request": None}


def test_a_whole_number_may_have_a_point() -> None:
    (event,) = wire.decision_of(through({**FINE, "events": [{**ASKED, "seq": 4.0, "at": 12.0}]})).events
    assert (event.seq, event.at_ms) == (4, 12_000)
    assert wire.room_of({"mode": "invite_only", "stage_capacity": Decimal("3.0")}).stage_capacity == 3
