"""What invited people do: accept, decline, ignore, set up, fail, try again."""

from scenes import play

APPROVED = """
moderators: {review: {time: 10 s}}
audience:
  count: 1
  wishes: {rounds: [{at: 10 s}]}
"""
KINDS = "invitation_ setup_ stage_joined wish_satisfied wish_given_up"


def test_whoever_does_not_accept_declines() -> None:
    assert play(APPROVED + "  answer: {accept: 0, time: 5 s}", KINDS) == [
        "20 invitation_created audience-1 request",
        "25 invitation_closed audience-1 declined",
        "25 wish_given_up audience-1 not_accepted",
    ]


def test_an_ignored_invitation_expires() -> None:
    room = "room: {invitation_ttl: 60 s}"
    assert play(room + APPROVED + "  answer: {accept: 0, ignore: 1, time: 5 s}", KINDS) == [
        "20 invitation_created audience-1 request",
        "25 wish_given_up audience-1 ignored",
        "80 invitation_closed audience-1 expired",
    ]


def test_an_ignored_invitation_may_stay_open_to_the_end() -> None:
    told = play(APPROVED + "  answer: {accept: 0, ignore: 1}", "invitation_closed")
    assert told == ["600 invitation_closed audience-1 session_ended"]


def test_a_slow_answer_comes_too_late() -> None:
    """The invitation expires while it is being thought over: it is asked again as after a decline."""
    scene = "room: {invitation_ttl: 30 s}" + APPROVED + "  answer: {time: 40 s}\n  after_decline: "
    kinds = "invitation_ request_created wish_refused"
    assert play(scene + "{again: 1, pause: 20 s, asks: 2}", kinds) == [
        "10 request_created audience-1",
        "20 invitation_created audience-1 request",
        "50 invitation_closed audience-1 expired",
        "70 request_created audience-1",
        "80 invitation_created audience-1 request",
        "110 invitation_closed audience-1 expired",
        "110 wish_refused audience-1 declined",
    ]
    assert play(scene + "{again: 0}", kinds)[-1] == "50 wish_refused audience-1 declined"


def test_a_failed_set_up_is_tried_again() -> None:
    assert play(APPROVED + "  setup: {time: 5 s, failure: 1, retries: 2}", KINDS) == [
        "20 invitation_created audience-1 request",
        "20 setup_started audience-1 invitation",
        "25 setup_cancelled audience-1 backed_out",
        "25 setup_started audience-1 invitation",
        "30 setup_cancelled audience-1 backed_out",
        "30 setup_started audience-1 invitation",
        "35 setup_cancelled audience-1 backed_out",
        "35 invitation_closed audience-1 declined",
        "35 wish_given_up audience-1 setup_failed",
    ]


def test_a_failed_set_up_where_everyone_may_join() -> None:
    scene = """
room: {mode: everyone_on_stage}
audience: {count: 1, wishes: {rounds: [{at: 10 s}]}, setup: {time: 5 s, failure: 1, retries: 1}}
"""
    assert play(scene, KINDS) == [
        "10 setup_started audience-1 self",
        "15 setup_cancelled audience-1 backed_out",
        "15 setup_started audience-1 self",
        "20 setup_cancelled audience-1 backed_out",
        "20 wish_given_up audience-1 setup_failed",
    ]


def test_somebody_without_a_wish_answers_as_well() -> None:
    scene = """
room: {mode: invite_only}
moderators: {invites: {every: 20 s, limit: 1}}
audience: {count: 1, answer: {time: 5 s}, setup: {time: 3 s}, on_stage: {stay: 60 s}}
"""
    assert play(scene, "wish_ invitation_ stage_") == [
        "20 invitation_created audience-1 direct",
        "28 invitation_closed audience-1 accepted",
        "28 stage_joined audience-1 invitation",
        "88 stage_left audience-1 left",
    ]


def test_patience_ends_with_the_invitation() -> None:
    """Patience is for the wait: whoever has an invitation in hand takes it."""
    assert play(APPROVED + "  patience: 12 s\n  answer: {time: 30 s}", "stage_joined wish_given_up") == [
        "50 stage_joined audience-1 invitation"
    ]
