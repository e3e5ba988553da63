"""Other sets of rules: the engine interprets what it is given, and a variant that does not hold together is refused."""

from dataclasses import replace
from typing import Any

import pytest

from stageaccess import (
    RULES,
    Action,
    Cause,
    Command,
    Decision,
    Mode,
    Outcome,
    Position,
    Reason,
    Role,
    RoomConfig,
    RuleSet,
    RuleSetError,
    StageAccess,
    Standing,
    fold,
)

REQUESTS_SURVIVE = RULES.variant(
    "requests survive",
    own={
        (Action.ASK_TO_JOIN, Mode.INVITE_ONLY, Position.REQUESTED): Reason.ALREADY_REQUESTED,
        (Action.JOIN_STAGE, Mode.INVITE_ONLY, Position.REQUESTED): Reason.APPROVAL_PENDING,
    },
    requests_at_mode_change={
        (Mode.JOIN_BY_REQUEST, Mode.INVITE_ONLY): None,
        (Mode.INVITE_ONLY, Mode.EVERYONE_ON_STAGE): Outcome.SUPERSEDED,
    },
)
SEATED_AT_ONCE = RULES.variant(
    "seated at once", others={(Action.BRING_TO_STAGE, Position.REQUESTED): Standing.ON_STAGE}
)
WALK_IN = RULES.variant("walk in", own={(Action.JOIN_STAGE, Mode.JOIN_BY_REQUEST, Position.VIEWER): Standing.PREPARING})


class Stage:
    """A room under some rules, with a moderator `mia` and participants `pat` and `bo`."""

    def __init__(self, rules: RuleSet, mode: Mode = Mode.JOIN_BY_REQUEST, **settings: Any) -> None:
        self.config = RoomConfig(mode, **settings)
        self.engine = StageAccess(self.config, rules)
        self.log: list[Any] = []
        for name, role in [("mia", Role.MODERATOR), ("pat", Role.PARTICIPANT), ("bo", Role.PARTICIPANT)]:
            self.do(Action.ENTER_ROOM, name, role=role)
        self.do(Action.START_SESSION)

    def do(self, action: Action, by: str | None = None, **fields: Any) -> Decision:
        decision = self.engine.submit(Command(self.engine.room.now_ms, action, by, **fields))
        self.log += [*decision.due, *decision.events]
        assert fold(self.config, self.log, self.engine.room.rules) == self.engine.room
        return decision

    def kinds(self, action: Action, by: str, **fields: Any) -> list[str]:
        decision = self.do(action, by, **fields)
        assert decision.accepted, decision
        return [f"{event.event} {event.who}" for event in decision.events]


def test_a_changed_cell_changes_that_cell_only() -> None:
    for rules, reason in [(RULES, Reason.APPROVAL_NEEDED), (WALK_IN, None)]:
        assert Stage(rules).do(Action.JOIN_STAGE, "pat").reason is reason
        assert Stage(rules, Mode.INVITE_ONLY).do(Action.JOIN_STAGE, "pat").reason is Reason.INVITATION_NEEDED
    offers = Stage(WALK_IN).engine.available_actions("pat")
    assert [offer.do for offer in offers] == [Action.ASK_TO_JOIN, Action.JOIN_STAGE]


def test_a_demoted_person_goes_on_preparing_where_the_variant_allows_it() -> None:
    for rules, standing in [(RULES, Standing.VIEWER), (WALK_IN, Standing.PREPARING)]:
        stage = Stage(rules)
        stage.do(Action.CHANGE_ROLE, "mia", to="pat", role=Role.MODERATOR)
        stage.do(Action.JOIN_STAGE, "pat")
        stage.do(Action.CHANGE_ROLE, "mia", to="pat", role=Role.PARTICIPANT)
        assert stage.engine.room.people["pat"].standing is standing


def test_requests_that_survive_a_mode_switch() -> None:
    stage = Stage(REQUESTS_SURVIVE)
    stage.do(Action.ASK_TO_JOIN, "bo")
    stage.do(Action.ASK_TO_JOIN, "pat")
    assert stage.kinds(Action.SET_MODE, "mia", mode=Mode.INVITE_ONLY) == ["mode_changed mia"]
    assert list(stage.engine.room.queue) == ["bo", "pat"]
    assert stage.do(Action.ASK_TO_JOIN, "pat").reason is Reason.ALREADY_REQUESTED
    assert stage.do(Action.JOIN_STAGE, "pat").reason is Reason.APPROVAL_PENDING
    assert stage.kinds(Action.BRING_TO_STAGE, "mia", to="pat") == ["request_closed pat", "invitation_created pat"]
    stage.do(Action.SET_MODE, "mia", mode=Mode.JOIN_BY_REQUEST)
    assert stage.kinds(Action.SET_MODE, "mia", mode=Mode.EVERYONE_ON_STAGE) == ["mode_changed mia", "request_closed bo"]
    assert stage.log[-1].extra["outcome"] == Outcome.SUPERSEDED


def test_an_approval_that_seats_at_once() -> None:
    stage = Stage(SEATED_AT_ONCE, stage_capacity=1)
    for name in ["pat", "bo"]:
        stage.do(Action.ASK_TO_JOIN, name)
    assert stage.kinds(Action.BRING_TO_STAGE, "mia", to="pat") == ["request_closed pat", "stage_joined pat"]
    assert stage.log[-2].extra["outcome"] == Outcome.APPROVED
    assert stage.do(Action.BRING_TO_STAGE, "mia", to="bo").reason is Reason.STAGE_FULL
    assert list(stage.engine.room.queue) == ["bo"]
    stage.do(Action.LEAVE_STAGE, "pat")
    assert stage.kinds(Action.BRING_TO_STAGE, "mia", to="bo") == ["request_closed bo", "stage_joined bo"]
    assert stage.kinds(Action.INVITE, "mia", to="pat") == ["invitation_created pat"]


def test_staff_who_make_room() -> None:
    rules = RULES.variant("equal places", staff_stay_on_full_stage=False)
    for given in [RULES, rules]:
        stage = Stage(given, Mode.EVERYONE_ON_STAGE, stage_capacity=1)
        for name in ["mia", "pat"]:
            stage.do(Action.JOIN_STAGE, name)
        stage.do(Action.GO_LIVE, "mia")
        if given is RULES:
            assert stage.do(Action.GO_LIVE, "pat").reason is Reason.STAGE_FULL
        else:
            assert stage.kinds(Action.GO_LIVE, "pat") == ["stage_removed mia", "stage_joined pat"]


def test_a_promotion_that_leaves_the_request() -> None:
    stage = Stage(RULES.variant("requests stay", promotion=None))
    stage.do(Action.ASK_TO_JOIN, "pat")
    assert stage.kinds(Action.CHANGE_ROLE, "mia", to="pat", role=Role.MODERATOR) == ["role_changed pat"]
    assert stage.kinds(Action.INVITE, "mia", to="pat") == ["request_closed pat", "invitation_created pat"]


def test_setups_that_survive_a_mode_switch() -> None:
    pair = (Mode.EVERYONE_ON_STAGE, Mode.INVITE_ONLY)
    stage = Stage(RULES.variant("set-ups stay", setups_at_mode_change={pair: None}), Mode.EVERYONE_ON_STAGE)
    stage.do(Action.JOIN_STAGE, "pat")
    assert stage.kinds(Action.SET_MODE, "mia", mode=Mode.INVITE_ONLY) == ["mode_changed mia"]
    assert stage.kinds(Action.GO_LIVE, "pat") == ["stage_joined pat"]


def test_a_variant_that_does_not_hold_together_is_refused() -> None:
    with pytest.raises(RuleSetError, match="name of its own"):
        RULES.variant(RULES.name)
    with pytest.raises(TypeError):
        RULES.variant("unknown", colour="red")


def test_the_differences_are_listed() -> None:
    assert RULES.differences(RULES) == []
    assert WALK_IN.differences(RULES) == ["own.join_stage.join_by_request.viewer: approval_needed -> preparing"]
    assert SEATED_AT_ONCE.differences(RULES) == ["others.bring_to_stage.requested: invited -> on_stage"]
    assert len(REQUESTS_SURVIVE.differences(RULES)) == 4
    assert RULES.variant("x", promotion=None).differences(RULES) == ["promotion: superseded -> None"]


def test_a_variant_leaves_the_default_alone() -> None:
    before = dict(RULES.own), dict(RULES.others)
    RULES.variant("other", own={(Action.ASK_TO_JOIN, Mode.INVITE_ONLY, Position.VIEWER): Reason.REQUEST_NOT_NEEDED})
    assert (dict(RULES.own), dict(RULES.others)) == before


BY_REQUEST_TO_INVITE_ONLY = (Mode.JOIN_BY_REQUEST, Mode.INVITE_ONLY)
STAGE_IS_CLEARED = RULES.variant(
    "the stage is cleared", stays_at_mode_change={BY_REQUEST_TO_INVITE_ONLY: Cause.MODE_CHANGED}
)


@pytest.mark.rule("M5")
def test_a_variant_may_end_the_stays_of_participants_at_a_change_of_mode() -> None:
    stage = Stage(STAGE_IS_CLEARED, Mode.EVERYONE_ON_STAGE)
    for name in ["pat", "mia", "bo"]:
        stage.do(Action.JOIN_STAGE, name)
        stage.do(Action.GO_LIVE, name)
    assert stage.kinds(Action.SET_MODE, "mia", mode=Mode.JOIN_BY_REQUEST) == ["mode_changed mia"]
    assert stage.kinds(Action.SET_MODE, "mia", mode=Mode.INVITE_ONLY) == [
        "mode_changed mia",
        "stage_left pat",
        "stage_left bo",
    ]
    assert {event.extra["cause"] for event in stage.log[-2:]} == {"mode_changed"}
    assert {event.by for event in stage.log[-2:]} == {"mia"}
    assert list(stage.engine.room.stage) == ["mia"]


@pytest.mark.rule("M5")
def test_stays_end_after_requests_and_set_ups_in_order_of_going_live() -> None:
    both = (Mode.JOIN_BY_REQUEST, Mode.INVITE_ONLY)
    rules = RULES.variant(
        "everything ends",
        own={(Action.JOIN_STAGE, Mode.JOIN_BY_REQUEST, Position.VIEWER): Standing.PREPARING},
        setups_at_mode_change={both: Cause.MODE_CHANGED},
        stays_at_mode_change={both: Cause.MODERATOR},
    )
    stage = Stage(rules)
    stage.do(Action.ENTER_ROOM, "al", role=Role.PARTICIPANT)
    stage.do(Action.ENTER_ROOM, "cy", role=Role.PARTICIPANT)
    stage.do(Action.JOIN_STAGE, "pat")
    stage.do(Action.GO_LIVE, "pat")
    stage.do(Action.JOIN_STAGE, "cy")
    stage.do(Action.JOIN_STAGE, "bo")
    stage.do(Action.ASK_TO_JOIN, "al")
    assert stage.kinds(Action.SET_MODE, "mia", mode=Mode.INVITE_ONLY) == [
        "mode_changed mia",
        "request_closed al",
        "setup_cancelled cy",
        "setup_cancelled bo",
        "stage_removed pat",
    ]


@pytest.mark.rule("M1", "M5")
def test_the_default_rules_end_no_stay_at_a_change_of_mode() -> None:
    assert not RULES.stays_at_mode_change
    assert STAGE_IS_CLEARED.differences(RULES) == [
        "stays_at_mode_change.join_by_request.invite_only: - -> mode_changed"
    ]


def test_a_request_in_a_mode_without_requests_has_the_cells_of_join_by_request() -> None:
    """The default rules end it there; where a variant does not, table 3 has no cells of its own for it."""
    rules = RULES.variant("requests stay", requests_at_mode_change={BY_REQUEST_TO_INVITE_ONLY: None})
    stage = Stage(rules)
    stage.do(Action.ASK_TO_JOIN, "pat")
    assert stage.kinds(Action.SET_MODE, "mia", mode=Mode.INVITE_ONLY) == ["mode_changed mia"]
    assert stage.do(Action.ASK_TO_JOIN, "pat").reason is Reason.ALREADY_REQUESTED
    assert stage.do(Action.JOIN_STAGE, "pat").reason is Reason.APPROVAL_PENDING
    assert stage.kinds(Action.BRING_TO_STAGE, "mia", to="pat") == ["request_closed pat", "invitation_created pat"]


def test_a_variant_with_a_cell_that_can_be_reached_and_says_nothing_is_refused() -> None:
    holes = {key: cell for key, cell in RULES.others.items() if key != (Action.INVITE, Position.INVITED)}
    with pytest.raises(RuleSetError, match=r"`x`: .*`invited`.*`invite` has no cell for that"):
        replace(RULES, name="x", others=holes)


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        ({"own": {(Action.INVITE, Mode.INVITE_ONLY, Position.VIEWER): Standing.INVITED}}, "`own` has no row `invite`"),
        ({"others": {(Action.SPEAK, Position.VIEWER): Standing.VIEWER}}, "`others` has no row `speak`"),
        ({"stays_at_mode_change": {(Mode.INVITE_ONLY, Mode.INVITE_ONLY): Cause.LEFT}}, "no change of mode"),
        ({"when_full": {}}, "`when_full` does not say.*`everyone_on_stage`"),
    ],
)
def test_a_variant_with_what_no_table_has_is_refused(difference: dict[str, Any], said: str) -> None:
    with pytest.raises(RuleSetError, match=said):
        RULES.variant("x", **difference)


def test_a_cell_that_leads_where_one_is_already_is_accepted_changes_nothing_and_is_not_offered() -> None:
    rules = RULES.variant(
        "idle",
        own={
            (Action.ASK_TO_JOIN, Mode.JOIN_BY_REQUEST, Position.VIEWER): Standing.VIEWER,
            (Action.GO_LIVE, Mode.JOIN_BY_REQUEST, Position.ON_STAGE): Standing.ON_STAGE,
        },
        others={(Action.REMOVE_FROM_STAGE, Position.VIEWER): Standing.VIEWER},
    )
    stage = Stage(rules)
    assert stage.kinds(Action.ASK_TO_JOIN, "pat") == []
    assert stage.kinds(Action.REMOVE_FROM_STAGE, "mia", to="pat") == []
    assert stage.engine.available_actions("pat") == []
    assert Action.REMOVE_FROM_STAGE not in [offer.do for offer in stage.engine.available_actions("mia")]
    stage.do(Action.JOIN_STAGE, "mia")
    assert stage.kinds(Action.GO_LIVE, "mia") == ["stage_joined mia"]
    assert stage.kinds(Action.GO_LIVE, "mia") == []


def test_clearing_has_a_word_where_a_variant_names_none() -> None:
    closings = {action: closing for action, closing in RULES.closings.items() if action is not Action.CLEAR_REQUESTS}
    stage = Stage(RULES.variant("silent", closings=closings))
    stage.do(Action.ASK_TO_JOIN, "pat")
    assert stage.kinds(Action.CLEAR_REQUESTS, "mia") == ["request_closed pat"]
    assert stage.log[-1].extra["outcome"] == Outcome.SUPERSEDED
