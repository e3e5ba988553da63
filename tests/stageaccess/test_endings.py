"""How things can end, in words: those of the rules' section 10, and those of a variant."""

from stageaccess import RULES, Action, Cause, Mode, Outcome, Position, Standing, endings
from stageaccess.rules import CLOSINGS


def words(rules: object = RULES) -> dict[str, str]:
    return {kind: " ".join(said) for kind, said in endings(rules).items()}  # type: ignore[arg-type]


def test_the_default_rules_end_things_in_the_words_of_the_specification() -> None:
    said = {kind: sorted(line.split()) for kind, line in words().items()}
    assert said == {
        "request_closed": sorted(
            "approved declined cancelled cleared expired superseded mode_changed left_room session_ended".split()
        ),
        "invitation_closed": sorted("accepted declined revoked expired left_room session_ended".split()),
        "setup_cancelled": sorted(
            "backed_out declined revoked mode_changed role_changed left_room session_ended".split()
        ),
        "stage_left": ["left", "left_room", "session_ended"],
        "stage_removed": ["capacity", "moderator"],
        "left_room": ["disconnect", "explicit", "grace_over"],
    }


def test_the_words_of_a_variant_are_among_them() -> None:
    change = (Mode.JOIN_BY_REQUEST, Mode.INVITE_ONLY)
    variant = RULES.variant(
        "x",
        requests_at_mode_change={change: Outcome.REVOKED},
        stays_at_mode_change={change: Cause.MODE_CHANGED, (Mode.EVERYONE_ON_STAGE, Mode.INVITE_ONLY): Cause.LEFT},
        closings={**CLOSINGS, Action.LEAVE_STAGE: CLOSINGS[Action.LEAVE_STAGE]._replace(stay=Cause.MODERATOR)},
    )
    said = words(variant)
    assert "revoked" in said["request_closed"]
    assert said["stage_left"] == "mode_changed left left_room session_ended"


def test_what_only_a_variants_cell_can_close_has_a_word() -> None:
    variant = RULES.variant("x", others={(Action.INVITE, Position.ON_STAGE): Standing.INVITED})
    assert words(variant)["stage_left"] == "left left_room session_ended"
    asks = RULES.variant("y", own={(Action.ASK_TO_JOIN, Mode.JOIN_BY_REQUEST, Position.INVITED): Standing.REQUESTED})
    assert "accepted" in words(asks)["invitation_closed"]
