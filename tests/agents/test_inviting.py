"""Direct invitations, and wishes that are noticed where there is no button for them."""

from scenes import play

QUIET = "room: {mode: invite_only}\naudience: {count: 3, setup: {time: 2 s}, on_stage: {stay: 60 s}}\n"


def test_keeping_so_many_on_stage() -> None:
    """There is one open invitation for each place that is free, and a new one as soon as somebody leaves."""
    told = play(QUIET + "moderators: {invites: {keep_on_stage: 2, limit: 4}}", "invitation_created stage_")
    assert [line.split()[:2] for line in told] == [
        *(["0", "invitation_created"], ["0", "invitation_created"]),
        *(["2", "stage_joined"], ["2", "stage_joined"]),
        *(["62", "stage_left"], ["62", "stage_left"], ["62", "invitation_created"], ["62", "invitation_created"]),
        *(["64", "stage_joined"], ["64", "stage_joined"], ["124", "stage_left"], ["124", "stage_left"]),
    ]


def test_inviting_every_so_often_up_to_a_limit() -> None:
    told = play(QUIET + "moderators: {invites: {every: 100 s, limit: 3}}", "invitation_created")
    assert [line.split()[0] for line in told] == ["100", "200", "300"]


def test_moments_at_which_nobody_can_be_invited_do_not_count() -> None:
    scene = """
room: {mode: invite_only}
moderators: {invites: {every: 30 s, limit: 1}}
audience: {count: 1, arrival: 100 s}
"""
    assert play(scene, "invitation_created") == ["120 invitation_created audience-1 direct"]


def test_an_agenda_is_followed_in_order() -> None:
    agenda = "[audience-3, audience-1, audience-2, audience-3]"
    scene = QUIET + f"moderators: {{arrival: -30 s, invites: {{keep_on_stage: 1, whom: agenda, agenda: {agenda}}}}}"
    assert play(scene, "invitation_created rejected") == [
        "0 invitation_created audience-3 direct",
        "62 invitation_created audience-1 direct",
        "124 invitation_created audience-2 direct",
        "186 invitation_created audience-3 direct",
    ]


def test_whoever_is_still_to_come_keeps_the_place_on_the_agenda() -> None:
    scene = """
room: {mode: invite_only}
moderators: {invites: {keep_on_stage: 1, whom: agenda, agenda: [late-1, early-1]}}
audience:
  on_stage: {stay: 60 s}
  groups:
    early: {count: 1}
    late: {count: 1, arrival: 30 s}
"""
    assert play(scene, "invitation_created rejected") == [
        "0 invitation_created early-1 direct",
        "60 invitation_created late-1 direct",
    ]


WISHING = """
room: {mode: invite_only}
audience:
  count: 2
  wishes: {rounds: [{at: 10 s}]}
  on_stage: {stay: 60 s}
"""


def test_inviting_somebody_with_a_wish() -> None:
    scene = WISHING + "moderators: {notices: null, invites: {every: 50 s, whom: wishes}}"
    assert play(scene, "invitation_created wish_satisfied") == [
        "50 invitation_created audience-1 direct",
        "50 wish_satisfied audience-1",
        "100 invitation_created audience-2 direct",
        "100 wish_satisfied audience-2",
    ]


def test_wishes_are_noticed_and_reviewed_like_requests() -> None:
    scene = WISHING + "moderators: {notices: 20 s, review: {time: 5 s}}"
    assert play(scene, "review_started invitation_created wish_satisfied") == [
        "30 review_started audience-1",
        "35 invitation_created audience-1 direct",
        "35 review_started audience-2",
        "35 wish_satisfied audience-1",
        "40 invitation_created audience-2 direct",
        "40 wish_satisfied audience-2",
    ]


def test_a_noticed_wish_may_be_turned_down() -> None:
    scene = WISHING + "moderators: {notices: 20 s, review: {approve: 0, time: 5 s}}"
    assert play(scene, "invitation_created wish_refused") == [
        "35 wish_refused audience-1 declined",
        "40 wish_refused audience-2 declined",
    ]


def test_whoever_makes_nothing_of_it_is_not_noticed() -> None:
    scene = WISHING + "  hopes: false\n  patience: 90 s\nmoderators: {notices: 0 s}"
    assert play(scene, "review_started wish_given_up") == [
        "100 wish_given_up audience-1 patience",
        "100 wish_given_up audience-2 patience",
    ]


def test_nobody_invites_somebody_who_has_gone() -> None:
    """The connection is lost, for longer than the room waits, while a moderator thinks about the wish."""
    scene = """
room: {mode: invite_only, reconnect_grace: 5 s}
moderators: {review: {time: 60 s}}
audience:
  count: 1
  wishes: {rounds: [{at: 10 s}]}
  connection: {lost_after: 30 s, gap: 200 s}
"""
    assert play(scene, "review_ invitation_created rejected")[:2] == [
        "10 review_started audience-1",
        "35 review_ended audience-1",
    ]


def test_more_people_change_nobody_elses_notice() -> None:
    """How long a wish takes to be noticed is the person's own draw: others who wish before shift nothing."""
    staff = "moderators: {count: 20, notices: {exponential: {mean: 20 s}}, review: {approve: 0, time: 0 s}}\n"
    few = "room: {mode: invite_only}\naudience:\n  wishes: {rate: 40 per hour}\n  groups:\n    zed: {count: 3}\n"
    zed = ("zed-1", "zed-2", "zed-3")
    alone = play(few + staff, "review_started", who=zed)
    among_others = play(few + "    abe: {count: 5}\n" + staff, "review_started", who=zed)
    assert alone == among_others
    assert len(alone) > len(zed)
