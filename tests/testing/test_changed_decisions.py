"""Tapes, and the decisions that another engine answers differently."""

import sys
from pathlib import Path

import pytest

from stageaccess import (
    Action,
    Command,
    Decision,
    EventKind,
    Mode,
    Role,
    Room,
    RoomConfig,
    RuleSet,
    StageAccess,
)
from stagesim.engines.reel import unwound, wound
from stagesim.engines.subprocess import EngineCommand
from stagesim.engines.tape import Entry, Tape
from stagesim.scenario.reading.loader import load, loads
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import simulate
from stagesim.testing.differences.changed import changed_decisions
from stagesim.testing.differences.record import record
from worsened import Renamed, SecondApproval, at_the_end_of_the_queue

OF_ENGINE = set(map(str, EventKind))
MODES = ["everyone_on_stage", "join_by_request", "invite_only"]


@pytest.mark.parametrize("mode", MODES)
def test_recording_changes_nothing_and_a_tape_survives_packing(seminar: Scenario, mode: str) -> None:
    done, tape = record(seminar, mode=mode, seed=5)
    plain = simulate(seminar, mode=Mode(mode), seed=5)
    assert done.log.digest() == plain.log.digest()
    reel = [tape, record(seminar, mode=mode, seed=6)[1], Tape(())]
    assert unwound(wound(reel)) == tuple(reel)
    assert unwound(wound(reel))[0].answers_digest() == tape.answers_digest()
    assert len(list(tape.events())) == sum(row["event"] in OF_ENGINE for row in plain.log.rows())


def test_a_damaged_tape_is_refused(seminar: Scenario) -> None:
    text = wound([record(seminar, mode="invite_only")[1]])
    for damaged in (text[:-8], "not base64", "", text[:40] + text[44:]):
        with pytest.raises(ValueError, match="damaged"):
            unwound(damaged)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("engine", [None, Renamed])
def test_the_same_rules_under_other_names_change_no_decision(seminar: Scenario, mode: str, engine: object) -> None:
    tape = record(seminar, mode=mode)[1]
    found = changed_decisions(seminar, mode, [tape], engine)  # type: ignore[arg-type]
    assert found.changes == ()
    assert found.compared == len(tape.entries) > 50
    assert found.passed_over == 0


def test_every_approval_is_named_when_a_second_one_is_needed(seminar: Scenario) -> None:
    tape = record(seminar, mode="join_by_request")[1]
    approvals = [
        entry
        for entry in tape.entries
        if entry.command is not None and entry.command.do is Action.BRING_TO_STAGE and entry.answer.accepted
    ]
    found = changed_decisions(seminar, "join_by_request", [tape], SecondApproval)
    assert len(found.changes) == len(approvals) > 3
    assert [change.at_ms for change in found.changes] == [entry.at_ms for entry in approvals]
    assert [change.person for change in found.changes] == [entry.command.to for entry in approvals if entry.command]
    assert {change.standing for change in found.changes} == {"requested"}
    rule = "cell `bring_to_stage.requested`"
    before = "accepted, request_closed (approved), invitation_created"
    assert found.by_rule() == [(rule, before, "accepted, no event", len(approvals))]
    # Everything else was judged as well: the room was put back to the tape after each change.
    assert found.compared == len(tape.entries)
    invited = record(seminar, mode="invite_only")[1]
    assert changed_decisions(seminar, "invite_only", [invited], SecondApproval).changes == ()


class ReadOnly(Renamed):
    """Shows its room, which cannot be set."""

    @property
    def room(self) -> Room:
        return self._inner.room


class Copied(Renamed):
    """Shows its room, and does not notice when it is given another."""

    def __init__(self, settings: RoomConfig, law: RuleSet) -> None:
        super().__init__(settings, law)
        self.room = self._inner.room


@pytest.mark.parametrize("shown", [ReadOnly, Copied])
def test_an_engine_that_cannot_be_put_back_is_judged_where_it_is_in_step(seminar: Scenario, shown: type) -> None:
    """One approval is answered otherwise; nothing that follows from it is taken for a change of its own."""

    class Once(shown):  # type: ignore[misc]
        refused = False

        def submit(self, order: Command) -> Decision:
            if order.do is Action.BRING_TO_STAGE and not self.refused:
                self.refused = True
                return Decision(None, due=self.advance(order.at_ms))
            answer: Decision = super().submit(order)
            return answer

    tapes = [record(seminar, mode="join_by_request", replication=number)[1] for number in range(8)]
    found = changed_decisions(seminar, "join_by_request", tapes, Once)
    assert [change.replication for change in found.changes] == list(range(8))
    assert found.passed_over > 0
    assert found.compared + found.passed_over == sum(len(tape.entries) for tape in tapes)


@pytest.mark.parametrize(
    ("change", "mode", "rule"),
    [
        ("room.stage_capacity=1", "everyone_on_stage", "C2"),
        ("room.stage_capacity=1", "join_by_request", "C1"),
        ("room.request_cooldown=10 min", "join_by_request", "T3"),
        ("room.invitation_ttl=1 s", "join_by_request", "T2"),
        ("room.request_ttl=1 s", "join_by_request", "T1"),
        ("room.reconnect_grace=0", "join_by_request", "T5"),
    ],
)
def test_the_rule_behind_a_change_is_named(seminar_file: Path, change: str, mode: str, rule: str) -> None:
    tapes = [record(load(seminar_file), mode=mode, replication=number)[1] for number in range(6)]
    found = changed_decisions(load(seminar_file, [change]), mode, tapes)
    names = {name for name, *_ in found.by_rule()}
    assert rule in names
    assert not any("cell" in name for name in names), "no cell has changed"


def test_a_cell_is_named_as_a_scenario_file_names_it(tmp_path: Path) -> None:
    def answers(engine: StageAccess) -> Tape:
        commands = [
            Command(0, Action.ENTER_ROOM, by="pat", role=Role.PARTICIPANT),
            Command(0, Action.START_SESSION),
            Command(1000, Action.JOIN_STAGE, by="pat"),
        ]
        return Tape(tuple(Entry(each.at_ms, each, engine.submit(each)) for each in commands))

    text = "title: Open\nduration: 1 min\nroom: {mode: join_by_request}\n"
    rules = "rules: {name: open, cells: {join_stage.join_by_request.viewer: preparing}}\n"
    (tmp_path / "open.yaml").write_text(text + rules)
    tape = answers(StageAccess(RoomConfig(Mode.JOIN_BY_REQUEST)))
    found = changed_decisions(load(tmp_path / "open.yaml"), "join_by_request", [tape])
    (change,) = found.changes
    assert str(change) == (
        "00:01.000 `pat` `join_stage`: pat was viewer; before: rejected, approval_needed; "
        "now: accepted, setup_started (cell `join_stage.join_by_request.viewer`)"
    )


def test_an_engine_in_another_process_gives_the_same_log(seminar: Scenario) -> None:
    with EngineCommand(f"{sys.executable} -m stageaccess") as engine:
        for mode in MODES:
            done, tape = record(seminar, mode=mode, engine=engine)
            assert done.log.digest() == simulate(seminar, mode=Mode(mode)).log.digest()
            assert changed_decisions(seminar, mode, [tape], engine).changes == ()


def test_an_engine_in_another_process_is_judged_as_far_as_its_room_is_the_same(
    seminar: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tape = record(seminar, mode="join_by_request")[1]
    monkeypatch.setenv("PYTHONPATH", str(at_the_end_of_the_queue(tmp_path)))
    with EngineCommand(f"{sys.executable} -m stageaccess") as engine:
        found = changed_decisions(seminar, "join_by_request", [tape], engine)
    assert found.changes[0].rule == "cell `bring_to_stage.requested`"
    assert found.changes[0].now == "accepted, request_closed (approved), request_created"
    assert found.compared + found.passed_over == len(tape.entries)
    assert found.passed_over > 0


DECLINED = """
title: Asked again too soon
duration: 1 min
room: {request_cooldown: 20 s}
script:
  - {at: 0 s, do: enter_room, by: mia, role: host}
  - {at: 0 s, do: enter_room, by: pat, role: participant}
  - {at: 1 s, do: ask_to_join, by: pat}
  - {at: 2 s, do: decline_request, by: mia, to: pat}
  - {at: 9 s, do: ask_to_join, by: pat, expect: cooling_down}
"""


@pytest.mark.parametrize(("cooldown", "words"), [("40 s", "with a longer wait"), ("10 s", "with a shorter wait")])
def test_answers_that_read_the_same_are_told_apart(cooldown: str, words: str) -> None:
    tape = record(loads(DECLINED), mode="join_by_request")[1]
    other = loads(DECLINED, sets=[f"room.request_cooldown={cooldown}"])
    (change,) = changed_decisions(other, "join_by_request", [tape]).changes
    assert (change.person, change.rule) == ("pat", "T3")
    assert (change.before, change.now) == ("rejected, cooling_down", f"rejected, cooling_down, {words}")
