"""The one table of event kinds agrees with the engine's vocabulary, and with what any rules can say."""

import re

import pytest

from stageaccess import RULES, Action, Cause, Mode, Outcome, Role, Standing, vocabulary
from stageaccess.endings import endings
from stagesim.eventlog import KINDS, WORDS, schema
from stagesim.eventlog.schema import CUT_ENDINGS, FIELDS, KIND, NAMED, NUMBERED, VARIANT, ending_of
from stagesim.metric_table import CUTS, OUTCOME_LABELS, WISH_CAUSES

REMOVALS = {Cause.MODERATOR, Cause.CAPACITY}


def test_nobody_has_the_same_name_for_the_log_and_the_engine():
    assert schema.SYSTEM == vocabulary.SYSTEM


def test_requests_and_invitations_may_end_with_any_outcome():
    assert set(KIND["request_closed"].words) == set(KIND["invitation_closed"].words) == set(Outcome)
    assert set(OUTCOME_LABELS) == set(Outcome)


def test_set_ups_and_stays_may_end_for_any_cause():
    assert set(KIND["setup_cancelled"].words) == set(Cause)
    assert set(KIND["stage_removed"].words) == REMOVALS
    assert set(KIND["stage_left"].words) == set(Cause) - REMOVALS
    assert set(KIND["left_room"].words) <= set(Cause)


def test_no_ending_stands_twice_and_every_word_has_a_code():
    for kind in KINDS:
        assert len(set(kind.words)) == len(kind.words), kind.name
        assert set(kind.words) <= set(WORDS), kind.name
        assert bool(kind.endings) == bool({"outcome", "cause"} & {*kind.fields}) or kind.name == "wish_satisfied"


def test_why_wishes_end_is_said_by_the_kinds_and_explained_by_the_metrics():
    assert {*KIND["wish_given_up"].words, *KIND["wish_refused"].words} == set(WISH_CAUSES)


def test_a_standing_is_one_of_the_engine():
    assert {kind.standing_after for kind in KINDS} - {None, ""} == set(Standing)


def test_every_action_of_the_rules_is_answered_by_some_event_and_no_other():
    answers = {kind.answers for kind in KINDS} | {ending.answers for kind in KINDS for ending in kind.endings}
    assert answers - {None} == set(Action)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.source == "engine"], ids=lambda kind: kind.name)
def test_every_event_of_the_engine_follows_a_rule(kind):
    for word in kind.words or ("",):
        rule = kind.ending(word).rule
        assert rule is not None
        assert re.match(r"[TMSC][0-9]|row `|check [1-6]|the closings of a variant", rule), (
            kind.name,
            word,
        )


def test_what_the_default_rules_say_follows_a_rule_and_not_a_variant():
    for kind, words in endings(RULES).items():
        for word in words:
            assert ending_of(kind, {"outcome": word}).rule != VARIANT, (kind, word)


def test_an_event_is_told_apart_by_its_outcome_or_cause():
    assert ending_of("request_closed", {"request": "r1", "outcome": "cleared"})[1:3] == ("clear_requests", "S3")
    assert ending_of("request_closed", {"request": "r1", "outcome": "revoked"})[1:3] == (
        None,
        "the closings of a variant",
    )
    assert ending_of("entered", {"role": Role.HOST, "client": "mobile"})[1:3] == ("enter_room", "T6")
    assert ending_of("mode_changed", {"mode": Mode.INVITE_ONLY})[1:3] == ("set_mode", "M2")


def test_every_field_has_one_way_to_be_kept():
    assert len(set(FIELDS)) == len(FIELDS)
    assert {field for kind in KINDS for field in (*kind.fields, *kind.optional)} == set(FIELDS)
    assert {*NUMBERED, *NAMED} <= set(FIELDS)


def test_what_cuts_a_wish_short_is_said_by_the_kind_and_explained_by_the_metrics():
    assert set(KIND["wish_ended"].words) == {"left", "left_room", *CUTS}
    assert tuple(CUTS) == CUT_ENDINGS
