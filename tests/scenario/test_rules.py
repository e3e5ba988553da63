"""Variants of the rules, from the words of a file."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from stageaccess import RULES, Position
from stageaccess.cells import Closing
from stageaccess.vocabulary import Action, Cause, FullStage, Mode, Outcome, Reason, Standing
from stagesim.scenario.faults import FaultError
from stagesim.scenario.reading.loader import ScenarioError, loads
from stagesim.scenario.rule_words import CELLS, CHANGES, CLOSED_BY, CLOSINGS, ENDS, OTHERS_CELLS, OWN_CELLS, STAFF_CELLS
from stagesim.scenario.rules import RuleChange, rule_set
from stagesim.simulate import simulate

HEAD = "title: t\nduration: 10 min\n"


def test_no_change_is_the_default_rules() -> None:
    assert rule_set(None) is RULES


def test_cells_and_closings_are_changed() -> None:
    change = RuleChange(
        name="open doors",
        cells={
            "ask_to_join.everyone_on_stage.viewer": "requested",
            "ask_to_join.everyone_on_stage.requested": "already_requested",
            "join_stage.everyone_on_stage.requested": "preparing",
            "invite.preparing": "already_invited",
            "staff.ask_to_join.viewer": "already_on_stage",
        },
        closings={
            "requests.join_by_request.everyone_on_stage": "stays",
            "requests.everyone_on_stage.invite_only": "cleared",
        },
    )
    rules = rule_set(change)
    everyone, by_request = Mode.EVERYONE_ON_STAGE, Mode.JOIN_BY_REQUEST
    assert rules.name == "open doors"
    assert rules.own[Action.ASK_TO_JOIN, everyone, Position.VIEWER] is Standing.REQUESTED
    assert rules.others[Action.INVITE, Position.PREPARING_SELF] is Reason.ALREADY_INVITED
    assert rules.others[Action.INVITE, Position.PREPARING_INVITATION] is Reason.ALREADY_INVITED
    assert rules.staff[Action.ASK_TO_JOIN, Position.VIEWER] is Reason.ALREADY_ON_STAGE
    assert (by_request, everyone) not in rules.requests_at_mode_change
    assert rules.requests_at_mode_change[everyone, Mode.INVITE_ONLY] is Outcome.CLEARED
    assert rules.setups_at_mode_change == RULES.setups_at_mode_change
    assert len(rules.differences(RULES)) == 8  # `preparing` is two cells


def test_what_a_change_of_role_closes_and_a_full_stage_does_are_changed() -> None:
    change = RuleChange(
        name="gentle",
        closings={"requests.promotion": "stays", "setups.demotion": "left"},
        when_full={Mode.EVERYONE_ON_STAGE: FullStage.REJECT},
        staff_stay_on_full_stage=False,
    )
    rules = rule_set(change)
    assert (rules.promotion, rules.demotion, rules.staff_stay_on_full_stage) == (None, Cause.LEFT, False)
    assert rules.when_full == {**RULES.when_full, Mode.EVERYONE_ON_STAGE: FullStage.REJECT}
    assert len(rules.differences(RULES)) == 4


def test_a_changed_rule_of_a_full_stage_decides_in_the_room() -> None:
    """Two people, one place: by default the second takes the place of the first (rule C1), here not."""
    text = (
        f"{HEAD}room: {{mode: everyone_on_stage, stage_capacity: 1}}\n"
        "audience: {count: 2, wishes: {rounds: [{at: 1 min}]}, full_stage: {then: give_up}}\n"
    )
    for rules, removals, rejections in (("", 1, 0), ("rules: {name: x, when_full: {everyone_on_stage: reject}}", 0, 1)):
        log = simulate(loads(text + rules)).log
        events = [row["event"] for row in log.rows()]
        assert (events.count("stage_removed"), events.count("rejected")) == (removals, rejections)


def test_every_parameter_of_a_rule_set_can_be_named() -> None:
    change = RuleChange(
        name="another",
        cells={
            "invite.viewer": "already_invited",
            "staff.join_stage.viewer": "approval_needed",
            "join_stage.invite_only.viewer": "approval_needed",
        },
        closings={
            "requests.join_by_request.invite_only": "expired",
            "setups.everyone_on_stage.invite_only": "stays",
            "stays.everyone_on_stage.invite_only": "mode_changed",
            "requests.promotion": "stays",
            "setups.demotion": "stays",
            "decline_request.request": "cancelled",
            "leave_room.stay": "left",
        },
        when_full={Mode.INVITE_ONLY: FullStage.REPLACE_QUIETEST},
        staff_stay_on_full_stage=False,
    )
    rules = rule_set(change)
    same = [field.name for field in fields(RULES) if getattr(rules, field.name) == getattr(RULES, field.name)]
    assert same == []
    assert rules.closings[Action.DECLINE_REQUEST] == Closing(request=Outcome.CANCELLED)
    assert rules.closings[Action.LEAVE_ROOM].stay is Cause.LEFT
    assert rules.closings[Action.LEAVE_ROOM].setup is Cause.LEFT_ROOM
    assert "closings.decline_request.request: declined -> cancelled" in rules.differences(RULES)


def test_every_word_of_every_closing_can_be_said_and_no_other() -> None:
    """What a rule set may say in a closing is what a file may say there."""
    for name, words in {**CLOSINGS, **{each: ENDS[what] for each, (_, what) in CLOSED_BY.items()}}.items():
        for word in words:
            assert rule_set(RuleChange(name="x", closings={name: word})).differences(RULES) or word in _default(name)
        for word in {*Outcome, *Cause, "gone"} - set(words):
            with pytest.raises(ValueError, match="expected how it ends"):
                RuleChange(name="x", closings={name: word})


def _default(name: str) -> list[str]:
    """The word of a closing in the default rules."""
    if name in CLOSED_BY:
        action, what = CLOSED_BY[name]
        return [str(getattr(RULES.closings.get(action, Closing()), what))]
    kind, _, change = name.partition(".")
    if change in CHANGES:
        return [str(getattr(RULES, f"{kind}_at_mode_change").get(CHANGES[change]))]
    return [str(getattr(RULES, change))]


def test_a_closing_of_an_action_always_has_a_word() -> None:
    with pytest.raises(ValueError, match="expected how it ends, got `stays`"):
        RuleChange(name="x", closings={"decline_request.request": "stays"})


def test_every_cell_of_the_rules_can_be_named() -> None:
    assert {key for keys in OWN_CELLS.values() for key in keys} >= set(RULES.own)
    assert {key for keys in OTHERS_CELLS.values() for key in keys} == set(RULES.others)
    assert {key for keys in STAFF_CELLS.values() for key in keys} >= set(RULES.staff)
    assert len(CELLS) == len(OWN_CELLS) + len(OTHERS_CELLS) + len(STAFF_CELLS)
    assert len(CHANGES) == 6


def test_a_request_that_staff_can_make_in_any_mode_is_answered_as_it_is_where_one_asks() -> None:
    cells = {"staff.ask_to_join.viewer": "requested", "staff.join_stage.viewer": "approval_needed"}
    rules = rule_set(RuleChange(name="equals", cells=cells))
    for mode in Mode:
        assert rules.own[Action.ASK_TO_JOIN, mode, Position.REQUESTED] is Reason.ALREADY_REQUESTED
        assert rules.own[Action.JOIN_STAGE, mode, Position.REQUESTED] is Reason.APPROVAL_PENDING
    cells["join_stage.everyone_on_stage.requested"] = "preparing"
    own = rule_set(RuleChange(name="equals", cells=cells)).own
    assert own[Action.JOIN_STAGE, Mode.EVERYONE_ON_STAGE, Position.REQUESTED] is Standing.PREPARING


@pytest.mark.parametrize(
    ("rules", "path", "message", "hint"),
    [
        ("{name: x, cells: {ask.any.viewer: viewer}}", "cells.ask.any.viewer", "unknown cell", "`ask_to_join`"),
        (
            "{name: x, cells: {ask_to_join.viewer: viewer}}",
            "cells.ask_to_join.viewer",
            "unknown cell",
            "ask_to_join.mode",
        ),
        (
            "{name: x, cells: {join_stage.invite.viewer: viewer}}",
            "cells.join_stage.invite.viewer",
            "unknown",
            "invite_only",
        ),
        (
            "{name: x, cells: {invite.invite_only.viewer: viewer}}",
            "cells.invite.invite_only.viewer",
            "unknown",
            "standing",
        ),
        ("{name: x, cells: {invite.seated: viewer}}", "cells.invite.seated", "unknown cell", "`viewer`"),
        ("{name: x, cells: {staff.invite.viewer: viewer}}", "cells.staff.invite.viewer", "unknown cell", "`go_live`"),
        (
            "{name: x, cells: {invite.viewer: seated}}",
            "cells.invite.viewer",
            "standing or a reason, got `seated`",
            "in all, see `stagesim rules`",
        ),
        ("{name: x, closings: {asks.a.b: stays}}", "closings.asks.a.b", "unknown closing", "in all, see"),
        ("{name: x, closings: {setups.a.b: stays}}", "closings.setups.a.b", "unknown closing", "setups.invite_only"),
        (
            "{name: x, closings: {setups.invite_only.join_by_request: expired}}",
            "closings.setups.invite_only.join_by_request",
            "expected how it ends, got `expired`",
            "in all, see `stagesim rules`",
        ),
        (
            "{name: x, closings: {requests.demotion: stays}}",
            "closings.requests.demotion",
            "unknown",
            "requests.promotion",
        ),
        ("{name: x, closings: {decline.request: cleared}}", "closings.decline.request", "unknown", "decline_request"),
        ("{name: x, closings: {invite.stays: left}}", "closings.invite.stays", "unknown", "`invite.stay`"),
        ("{name: x, closings: {clear_requests.stay: left}}", "closings.clear_requests.stay", "unknown", ".request`"),
        ("{name: x, closings: {setups.demotion: expired}}", "closings.setups.demotion", "how it ends", "see"),
        ("{name: x, when_full: {invite_only: replace}}", "when_full.invite_only", "replace", "`replace_quietest`"),
        ("{name: x, staff_stay_on_full_stage: maybe}", "staff_stay_on_full_stage", "`true` or `false`", "quotes"),
        ("{name: default}", "name", "a name of its own", "differs"),
    ],
)
def test_what_is_not_a_change_of_the_rules(rules: str, path: str, message: str, hint: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(f"{HEAD}rules: {rules}\n", "x.yaml")
    (problem,) = caught.value.problems
    assert problem.line == 3
    assert problem.path == f"rules.{path}".rstrip(".")
    assert message in problem.message
    assert hint in problem.hint


def test_faults_of_the_rules_are_found_in_python_too() -> None:
    with pytest.raises(FaultError):
        rule_set(RuleChange.model_construct(name="x", cells={"a": "b"}, closings={}))


def test_the_documents_write_the_same_variant_in_both_ways() -> None:
    page = (Path(__file__).parents[2] / "policies/README.md").read_text(encoding="utf-8")
    blocks = dict(
        re.findall(r"^```(python|yaml)\n(.*?)^```", page.partition("## A variant of the rules")[2], re.S | re.M)
    )
    known: dict[str, Any] = {}
    exec(blocks["python"], known)
    written = loads(f"title: t\nduration: 1 min\n{blocks['yaml']}")
    assert rule_set(written.rules) == known["at_once"]
