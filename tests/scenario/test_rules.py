"""Variants of the rules, from the words of a file."""

from dataclasses import fields

import pytest

from stageaccess import RULES, Position
from stageaccess.vocabulary import Action, Cause, FullStage, Mode, Outcome, Reason, Standing
from stagesim.scenario.faults import FaultError
from stagesim.scenario.reading.loader import ScenarioError, loads
from stagesim.scenario.rules import CELLS, CHANGES, OTHERS_CELLS, OWN_CELLS, STAFF_CELLS, RuleChange, rule_set
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
    """All but the words with which single actions close things: those are a matter of language."""
    named = {"name", "own", "staff", "others", "requests_at_mode_change", "setups_at_mode_change"}
    named |= {"stays_at_mode_change", "promotion", "demotion", "when_full", "staff_stay_on_full_stage"}
    assert {field.name for field in fields(RULES)} - named == {"closings"}


def test_every_cell_of_the_rules_can_be_named() -> None:
    assert {key for keys in OWN_CELLS.values() for key in keys} >= set(RULES.own)
    assert {key for keys in OTHERS_CELLS.values() for key in keys} == set(RULES.others)
    assert {key for keys in STAFF_CELLS.values() for key in keys} >= set(RULES.staff)
    assert len(CELLS) == len(OWN_CELLS) + len(OTHERS_CELLS) + len(STAFF_CELLS)
    assert len(CHANGES) == 6


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
            "in all, see `policies/README.md`",
        ),
        ("{name: x, closings: {asks.a.b: stays}}", "closings.asks.a.b", "unknown closing", "`requests`, `setups`"),
        ("{name: x, closings: {setups.a.b: stays}}", "closings.setups.a.b", "unknown closing", "setups.invite_only"),
        (
            "{name: x, closings: {setups.invite_only.join_by_request: expired}}",
            "closings.setups.invite_only.join_by_request",
            "expected how it ends, got `expired`",
            "in all, see `policies/README.md`",
        ),
        (
            "{name: x, closings: {requests.demotion: stays}}",
            "closings.requests.demotion",
            "unknown",
            "requests.promotion",
        ),
        ("{name: x, closings: {setups.demotion: expired}}", "closings.setups.demotion", "how it ends", "see"),
        ("{name: x, when_full: {invite_only: replace}}", "when_full.invite_only", "replace", "`replace_quietest`"),
        ("{name: x, staff_stay_on_full_stage: maybe}", "staff_stay_on_full_stage", "`true` or `false`", "quotes"),
        ("{name: default}", "name", "a name of its own", "differs"),
        ("{name: x, closings: {requests.join_by_request.invite_only: stays}}", "", "no cell", "add the missing cell"),
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
