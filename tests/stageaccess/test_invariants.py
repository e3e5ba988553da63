"""The invariants, over random rooms. Each test also makes sure that its rooms did get to where it matters."""

import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from agree import PEOPLE, Line, Pair, conceivable, opening, random_line, random_settings
from reference import MODES
from stageaccess import Event, StageAccess, fold, wire
from stageaccess.lines import milliseconds, parse

MODE_CHANGES = [(before, after) for before in MODES for after in MODES if before != after]
SEEDS = range(700, 790)
LINES = 120


@dataclass
class Step:
    """One command: what was so before and after, the answer, and what is new in the log (an answer again is not)."""

    line: Line
    before: Line
    answer: Line
    after: Line
    events: list[Line]


@dataclass
class Run:
    """One random room from its opening to the end."""

    pair: Pair
    lines: list[Line]
    steps: list[Step]
    log: list[Line]


def play(seed: int, stays: dict[tuple[str, str], str] | None = None) -> Run:
    rng = random.Random(seed)
    pair = Pair(**random_settings(rng), stays=stays)
    steps: list[Step] = []
    todo = opening(rng)
    while len(steps) < LINES:
        line = todo.pop(0) if todo else random_line(rng, pair)
        if not isinstance(line, dict) or "at" not in line:
            continue
        before, known = pair.state(), len(room_of(pair)["events"])
        answer = pair.send(line)
        steps.append(Step(line, before, answer, pair.state(), room_of(pair)["events"][known:]))
    lines = [line for line in pair.lines if "ask" not in line]
    return Run(pair, lines, steps, room_of(pair)["events"])


def room_of(pair: Pair) -> Line:
    assert pair.reference.room is not None
    return pair.reference.room


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    return [play(seed) for seed in SEEDS]


class Ledger:
    """What is open according to the log alone."""

    def __init__(self) -> None:
        self.requests: dict[str, str] = {}
        self.invitations: dict[str, str] = {}
        self.setups: set[str] = set()
        self.stage: list[str] = []

    def read(self, event: Line) -> None:
        who, kind = event["who"], event["event"]
        match kind:
            case "request_created":
                assert who not in self.requests
                self.requests[who] = event["request"]
            case "request_closed":
                assert self.requests.pop(who) == event["request"]
            case "invitation_created":
                assert who not in self.invitations
                self.invitations[who] = event["invitation"]
            case "invitation_closed":
                assert self.invitations.pop(who) == event["invitation"]
            case "setup_started":
                assert who not in self.setups
                self.setups.add(who)
            case "setup_cancelled":
                self.setups.remove(who)
            case "stage_joined":
                self.setups.remove(who)
                self.stage.append(who)
            case "stage_left" | "stage_removed":
                self.stage.remove(who)

    def standing(self, who: str) -> str:
        """The one standing that agrees with what is open."""
        standings = {
            "requested": self.requests,
            "on_stage": self.stage,
            "preparing": self.setups,
            "invited": self.invitations,
        }
        found = [standing for standing, names in standings.items() if who in names]
        if found == ["preparing", "invited"]:
            return "preparing"
        assert len(found) <= 1, (who, found)
        return found[0] if found else "viewer"


@pytest.mark.invariant(1)
def test_one_open_thing_a_person_and_one_standing(runs: list[Run]) -> None:
    seen: set[str] = set()
    for run in runs:
        ledger = Ledger()
        for step in run.steps:
            for event in step.events:
                ledger.read(event)
            for name, person in step.after["people"].items():
                assert person["standing"] == ledger.standing(name)
                seen.add(person["standing"])
                if person["presence"] == "gone":
                    assert person["standing"] == "viewer"
            assert list(ledger.requests) == step.after["queue"]
            assert ledger.stage == step.after["on_stage"]
    assert seen == {"viewer", "requested", "invited", "preparing", "on_stage"}


@pytest.mark.invariant(2)
def test_never_more_on_stage_than_places(runs: list[Run]) -> None:
    full = 0
    for run in runs:
        capacity = run.pair.settings.get("stage_capacity")
        if capacity is None:
            continue
        ledger = Ledger()
        for event in run.log:
            ledger.read(event)
            assert len(ledger.stage) <= capacity
            full += len(ledger.stage) == capacity > 0
    assert full > 20


@pytest.mark.invariant(3)
def test_requests_are_open_only_by_request(runs: list[Run]) -> None:
    queued = 0
    for step in (step for run in runs for step in run.steps):
        assert step.after["mode"] == "join_by_request" or not step.after["queue"]
        queued += len(step.after["queue"])
    assert queued > 100


@pytest.mark.invariant(4)
def test_a_plain_participant_had_an_invitation(runs: list[Run]) -> None:
    seen = 0
    for run in runs:
        accepted: Line = {}
        for step in run.steps:
            for event in step.events:
                if event["event"] == "invitation_closed":
                    accepted = event
                if event["event"] != "stage_joined" or step.after["people"][event["who"]]["role"] != "participant":
                    continue
                if step.after["mode"] != "everyone_on_stage":
                    assert event["via"] == "invitation"
                if event["via"] == "invitation":
                    assert (accepted["who"], accepted["outcome"], accepted["at"]) == (
                        event["who"],
                        "accepted",
                        event["at"],
                    )
                    seen += 1
    assert seen > 20


@pytest.mark.invariant(5)
def test_everything_ends_once_or_is_open_at_the_end(runs: list[Run]) -> None:
    ended = 0
    for run in runs:
        for what, standings in [("request", ["requested"]), ("invitation", ["invited", "preparing"])]:
            created = [event[what] for event in run.log if event["event"] == f"{what}_created"]
            closed = [event[what] for event in run.log if event["event"] == f"{what}_closed"]
            assert len(set(created)) == len(created)
            assert len(set(closed)) == len(closed)
            assert set(closed) <= set(created)
            holders = {e["who"] for e in run.log if e["event"] == f"{what}_created" and e[what] not in closed}
            people = run.steps[-1].after["people"]
            assert len(holders) == len(created) - len(closed)
            assert all(people[name]["standing"] in standings for name in holders)
            ended += len(closed)
    assert ended > 200


@pytest.mark.invariant(6)
def test_a_rejected_command_changes_nothing(runs: list[Run]) -> None:
    rejected = 0
    for step in (step for run in runs for step in run.steps):
        if step.answer.get("accepted") is False:
            assert step.answer["events"] == []
            assert step.events == step.answer["due"]
            assert step.answer["reason"]
            if not step.answer["due"]:
                assert step.before == step.after
                rejected += 1
        if "error" in step.answer:
            assert step.before == step.after
    assert rejected > 1000


@pytest.mark.invariant(7)
def test_a_mode_change_moves_nobody_on_or_off_stage(runs: list[Run]) -> None:
    changes = 0
    for step in (step for run in runs for step in run.steps):
        events = step.answer.get("events", [])
        if step.events and events and events[0]["event"] == "mode_changed":
            assert not [event for event in events if event["event"].startswith("stage_")]
            left = [event["who"] for event in step.answer["due"] if event["event"] == "stage_left"]
            assert step.after["on_stage"] == [name for name in step.before["on_stage"] if name not in left]
            changes += len(step.before["on_stage"]) > 0
    assert changes > 20


@pytest.mark.invariant(7)
@pytest.mark.rule("M5")
def test_a_variant_says_which_mode_changes_end_stays() -> None:
    changes: dict[bool, int] = {True: 0, False: 0}
    for seed in range(300, 340):
        stays = dict.fromkeys(random.Random(seed).sample(MODE_CHANGES, 4), "mode_changed")
        for step in play(seed, stays).steps:
            events = step.answer.get("events", [])
            if not step.events or not events or events[0]["event"] != "mode_changed":
                continue
            change, roles = (events[0]["previous"], events[0]["mode"]), step.before["people"]
            gone_before = [event["who"] for event in step.answer["due"]]
            there = [name for name in step.before["on_stage"] if name not in gone_before]
            ended = [name for name in there if change in stays and roles[name]["role"] == "participant"]
            of_stays = [event for event in events if event["event"].startswith("stage_")]
            assert [(event["event"], event["who"], event["by"], event["cause"]) for event in of_stays] == [
                ("stage_left", name, step.line["by"], "mode_changed") for name in ended
            ]
            assert events[len(events) - len(ended) :] == of_stays
            assert step.after["on_stage"] == [name for name in there if name not in ended]
            changes[bool(ended)] += len(there) > 0
    assert min(changes.values()) > 3


@pytest.mark.invariant(8)
def test_folding_the_events_gives_the_room(runs: list[Run]) -> None:
    for run in runs:
        engine = StageAccess(config := wire.room_of(parse(json.dumps(run.pair.settings))))
        events: list[Event] = []
        for line in run.lines[1:]:
            events += new_events(engine, line)
            if len(events) % 7 == 1:
                assert fold(config, events) == engine.room
        assert fold(config, events) == engine.room
        assert len(events) == len(run.log)
        if len(events) > 1:
            assert fold(config, events[:-1]) != engine.room


def new_events(engine: StageAccess, line: Line) -> list[Event]:
    """The events of one line, due ones included; none of a malformed line, and none of an answer given again."""
    seq = engine.room.seq
    try:
        parsed = parse(json.dumps(line))
        if parsed.keys() == {"at"}:
            return list(engine.advance(milliseconds(parsed["at"], "at")))
        decision = engine.submit(wire.command_of(parsed))
    except ValueError:
        return []
    return [event for event in [*decision.due, *decision.events] if event.seq > seq]


@pytest.mark.invariant(9)
def test_no_mode_is_set_from_a_mobile(runs: list[Run]) -> None:
    tried = 0
    for step in (step for run in runs for step in run.steps):
        if step.line.get("do") == "set_mode" and step.line.get("client") == "mobile" and "id" not in step.line:
            assert not step.answer.get("accepted")
            tried += step.answer.get("reason") == "not_on_mobile"
    assert tried > 5


@pytest.mark.invariant(10)
def test_staff_are_never_replaced(runs: list[Run]) -> None:
    replaced = 0
    for step in (step for run in runs for step in run.steps):
        for event in step.events:
            if event["event"] == "stage_removed" and event["cause"] == "capacity":
                assert step.before["people"][event["who"]]["role"] == "participant"
                replaced += 1
    assert replaced > 3


@pytest.mark.invariant(11)
@pytest.mark.parametrize("hash_seed", ["0", "1", "77"])
def test_the_same_commands_give_the_same_bytes(runs: list[Run], hash_seed: str) -> None:
    lines = [line for run in runs[:30] for line in run.lines]
    given = "".join(json.dumps(line) + "\n" for line in lines)
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-m", "stageaccess"]
    got = subprocess.run(command, input=given, capture_output=True, text=True, env=environment, check=True, timeout=60)
    expected = [answer for run in runs[:30] for answer in [{"ok": True}, *(step.answer for step in run.steps)]]
    assert got.stdout == "".join(json.dumps(answer) + "\n" for answer in expected)


@pytest.mark.invariant(12)
def test_what_is_offered_is_what_is_accepted_and_has_an_effect(runs: list[Run]) -> None:
    offered, client_matters = 0, False
    for number, run in enumerate(runs[:60]):
        rng = random.Random(number)
        upto = rng.randint(20, len(run.pair.lines))
        name = rng.choice([*PEOPLE, "nobody"])
        found: dict[str, list[Any]] = {}
        room = run.pair.again(upto)
        for client in ["desktop", "mobile"]:
            pair = room.copy()
            offers = pair.actions(name, client)
            effective = []
            for command in conceivable([*PEOPLE, "nobody"], name, client):
                answer = pair.send({"at": pair.now, **command})
                if answer["events"] or answer["due"]:
                    pair = room.copy()
                if answer["events"]:
                    effective.append({key: command[key] for key in ["do", "to", "mode", "role"] if key in command})
            assert offers == sorted(effective, key=lambda o: [o.get(key, "") for key in ["do", "to", "mode", "role"]])
            found[client] = offers
            offered += len(offers)
        client_matters |= found["desktop"] != found["mobile"]
    assert offered > 100
    assert client_matters


@pytest.mark.invariant(13)
def test_time_never_runs_backwards(runs: list[Run]) -> None:
    refused = 0
    for run in runs:
        times = [event["at"] for event in run.log]
        assert times == sorted(times)
        again = run.pair.again()
        if again.now > 0:
            before = again.state()
            for line in [{"at": 0}, {"at": round(again.now - 0.001, 3), "do": "start_session"}]:
                assert "`at`" in again.send(line)["error"]
                refused += 1
            assert again.state() == before
    assert refused > 100


def test_every_invariant_has_a_test() -> None:
    numbers = set()
    for value in vars(sys.modules[__name__]).values():
        numbers |= {n for mark in getattr(value, "pytestmark", []) if mark.name == "invariant" for n in mark.args}
    assert numbers == set(range(1, 14))
