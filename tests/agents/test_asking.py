"""What participants do with a wish where one asks: ask, balk, wait, give up, ask again."""

from scenes import play

SLOW = "moderators: {review: {time: 60 s}}\n"


def test_asking_and_being_brought_to_the_stage() -> None:
    scene = """
moderators: {review: {time: 20 s}, reaction: 3 s}
audience:
  count: 1
  wishes: {rounds: [{at: 10 s}]}
  answer: {time: 4 s}
  setup: {time: 5 s}
  on_stage: {stay: 90 s}
"""
    assert play(scene, "wish_ request_ review_ invitation_ setup_ stage_") == [
        "10 wish_arose audience-1",
        "10 request_created audience-1",
        "13 review_started audience-1",
        "33 review_ended audience-1",
        "33 request_closed audience-1 approved",
        "33 invitation_created audience-1 request",
        "37 setup_started audience-1 invitation",
        "42 invitation_closed audience-1 accepted",
        "42 stage_joined audience-1 invitation",
        "42 wish_satisfied audience-1",
        "132 stage_left audience-1 left",
        "132 wish_ended audience-1 left",
    ]


def test_a_long_list_makes_people_balk() -> None:
    scene = SLOW + "audience: {count: 4, balk_at: 2, wishes: {rounds: [{at: 10 s}]}}"
    assert play(scene, "request_created wish_given_up") == [
        "10 request_created audience-1",
        "10 request_created audience-2",
        "10 wish_given_up audience-3 balked",
        "10 wish_given_up audience-4 balked",
    ]


def test_patience_until_the_decision_ends_also_under_review() -> None:
    scene = SLOW + "audience: {count: 1, patience: 30 s, wishes: {rounds: [{at: 10 s}]}}"
    assert play(scene, "wish_given_up request_closed review_") == [
        "10 review_started audience-1",
        "40 request_closed audience-1 cancelled",
        "40 wish_given_up audience-1 patience",
        "40 review_ended audience-1",
    ]


def test_patience_until_the_review_ends_only_in_the_list() -> None:
    scene = SLOW + "audience: {count: 2, patience: 30 s, patience_until: review, wishes: {rounds: [{at: 10 s}]}}"
    assert play(scene, "wish_given_up request_closed") == [
        "40 request_closed audience-2 cancelled",
        "40 wish_given_up audience-2 patience",
        "70 request_closed audience-1 approved",
    ]


def test_who_gives_up_silently_wastes_a_review() -> None:
    """The request stays in the list; the moderator finds nobody behind it, and declines."""
    scene = SLOW + "audience: {count: 2, patience: 30 s, silent: 1, wishes: {rounds: [{at: 10 s}]}}"
    assert play(scene, "wish_given_up request_closed review_", who=["audience-2"]) == [
        "40 wish_given_up audience-2 patience",
        "70 review_started audience-2",
        "130 review_ended audience-2",
        "130 request_closed audience-2 declined",
    ]


def test_without_a_button_who_gives_up_silently_wastes_a_review_as_well() -> None:
    """Staff noticed two wishes, and know of neither that it is no more: no mode has the better view of that."""
    scene = """
room: {mode: invite_only}
moderators: {review: {time: 60 s}, notices: 0 s}
audience: {count: 2, patience: 30 s, silent: SILENT, wishes: {rounds: [{at: 10 s}]}, on_stage: {stay: 1 min}}
"""
    kinds = "wish_given_up review_ invitation_created"
    assert play(scene.replace("SILENT", "1"), kinds) == [
        "10 review_started audience-1",
        "40 wish_given_up audience-1 patience",
        "40 wish_given_up audience-2 patience",
        "70 review_ended audience-1",
        "70 review_started audience-2",
        "130 review_ended audience-2",
    ]
    assert play(scene.replace("SILENT", "0"), kinds) == [
        "10 review_started audience-1",
        "40 wish_given_up audience-1 patience",
        "40 review_ended audience-1",
        "40 review_started audience-2",
        "40 wish_given_up audience-2 patience",
        "40 review_ended audience-2",
    ]


def test_a_new_wish_of_somebody_who_gave_up_silently_is_noticed_anew() -> None:
    scene = """
room: {mode: invite_only}
moderators: {review: {time: 100 s}, notices: 0 s}
audience:
  groups:
    first: {count: 1, wishes: {rounds: [{at: 10 s}]}, on_stage: {stay: 10 s}}
    pat: {count: 1, patience: 30 s, silent: 1, wishes: {rounds: [{at: 11 s}, {at: 100 s}]}, on_stage: {stay: 10 s}}
timetable: [{at: 105 s, mode: everyone_on_stage}]
"""
    assert play(scene, "wish_arose wish_given_up wish_satisfied review_", who=["pat-1"]) == [
        "11 wish_arose pat-1",
        "41 wish_given_up pat-1 patience",
        "100 wish_arose pat-1",
        "105 wish_satisfied pat-1",
    ], "nobody is on the list who has joined by the button"


def test_a_new_wish_makes_a_silent_request_alive_again() -> None:
    """Whoever gave up silently, and then wishes again, still stands in the list, and is there when the turn comes."""
    scene = """
moderators: {review: {time: 100 s}}
audience:
  groups:
    first: {count: 1, wishes: {rounds: [{at: 10 s}]}, on_stage: {stay: 10 s}}
    pat: {count: 1, patience: 30 s, silent: 1, wishes: {rounds: [{at: 11 s}, {at: 190 s}]}}
"""
    assert play(scene, "wish_ request_", who=["pat-1"]) == [
        "11 wish_arose pat-1",
        "11 request_created pat-1",
        "41 wish_given_up pat-1 patience",
        "190 wish_arose pat-1",
        "210 request_closed pat-1 approved",
        "210 wish_satisfied pat-1",
        "330 wish_ended pat-1 left",
    ]


def test_a_request_after_a_silent_one_expired_is_no_stale_one() -> None:
    scene = """
room: {request_ttl: 60 s}
moderators: {arrival: 90 s, review: {time: 10 s}}
audience: {count: 1, patience: 30 s, silent: 1, wishes: {rounds: [{at: 10 s}, {at: 100 s}]}}
"""
    assert play(scene, "request_closed wish_satisfied wish_given_up") == [
        "40 wish_given_up audience-1 patience",
        "70 request_closed audience-1 expired",
        "110 request_closed audience-1 approved",
        "110 wish_satisfied audience-1",
    ]


AGAIN = """
moderators: {review: {approve: 0, time: 10 s}}
audience:
  count: 1
  wishes: {rounds: [{at: 10 s}]}
"""


def test_a_declined_wish_is_refused() -> None:
    assert play(AGAIN, "wish_ request_") == [
        "10 wish_arose audience-1",
        "10 request_created audience-1",
        "20 request_closed audience-1 declined",
        "20 wish_refused audience-1 declined",
    ]


def test_asking_again_after_a_pause_up_to_a_limit() -> None:
    assert play(AGAIN + "  after_decline: {again: 1, pause: 30 s, asks: 3}", "wish_refused request_created") == [
        "10 request_created audience-1",
        "50 request_created audience-1",
        "90 request_created audience-1",
        "100 wish_refused audience-1 declined",
    ]


def test_whoever_is_cooling_down_waits_for_the_end_of_it() -> None:
    room = "room: {request_cooldown: 50 s}\n"
    told = play(room + AGAIN + "  after_decline: {again: 1, pause: 30 s, asks: 2}", "request_created rejected")
    assert told == [
        "10 request_created audience-1",
        "50 rejected audience-1 ask_to_join cooling_down",
        "70 request_created audience-1",
    ]


def test_patience_runs_over_all_asks_of_a_wish() -> None:
    scene = AGAIN + "  patience: 45 s\n  after_decline: {again: 1, pause: 30 s}"
    assert play(scene, "request_ wish_given_up") == [
        "10 request_created audience-1",
        "20 request_closed audience-1 declined",
        "50 request_created audience-1",
        "55 request_closed audience-1 cancelled",
        "55 wish_given_up audience-1 patience",
    ]


def test_patience_may_begin_anew_with_every_ask() -> None:
    scene = AGAIN + "  patience: 45 s\n  patience_per: ask\n  after_decline: {again: 1, pause: 40 s, asks: 2}"
    assert play(scene, "request_ wish_refused wish_given_up") == [
        "10 request_created audience-1",
        "20 request_closed audience-1 declined",
        "60 request_created audience-1",
        "70 request_closed audience-1 declined",
        "70 wish_refused audience-1 declined",
    ]


def test_a_limit_of_the_room_refuses_the_wish() -> None:
    room = "room: {request_limit: {count: 1, window: 5 min}}\n"
    told = play(room + AGAIN + "  after_decline: {again: 1, pause: 30 s}", "request_created wish_refused rejected")
    assert told == [
        "10 request_created audience-1",
        "50 rejected audience-1 ask_to_join too_many_requests",
        "50 wish_refused audience-1 rejected",
    ]


def test_an_expired_request_is_asked_again() -> None:
    scene = """
room: {request_ttl: 60 s}
audience: {count: 1, after_decline: {again: 1, pause: 30 s, asks: 2}, wishes: {rounds: [{at: 10 s}]}}
"""
    assert play(scene, "request_") == [
        "10 request_created audience-1",
        "70 request_closed audience-1 expired",
        "100 request_created audience-1",
        "160 request_closed audience-1 expired",
    ]


def test_a_request_that_ends_when_the_mode_has_changed_is_no_victim_of_the_change() -> None:
    """Requests that live for no time, at the very moment of a change of mode: asked again once, by `after_decline`."""
    scene = """
room: {request_ttl: 0 s, mode: everyone_on_stage}
moderators: {review: {time: 3 s}}
timetable: [{at: 10 s, mode: join_by_request}]
audience:
  count: 2
  wishes: {rounds: [{at: 10 s}]}
  after_decline: {again: 1, pause: 20 s, asks: 2}
"""
    assert play(scene, "request_created wish_refused") == [
        "10 request_created audience-1",
        "10 request_created audience-2",
        "30 request_created audience-1",
        "30 wish_refused audience-1 declined",
        "30 request_created audience-2",
        "30 wish_refused audience-2 declined",
    ]


def test_an_invitation_that_a_noticed_wish_has_missed_goes_by_after_decline() -> None:
    """Where there is no button as well: whoever is too slow for every invitation is noticed twice at most."""
    scene = """
room: {invitation_ttl: 10 s, mode: invite_only}
moderators: {review: {time: 0 s}}
audience:
  count: 1
  wishes: {rounds: [{at: 10 s}]}
  answer: {time: 20 s}
  after_decline: {again: 1, pause: 30 s, asks: 2}
"""
    assert play(scene, "invitation_ wish_refused") == [
        "10 invitation_created audience-1 direct",
        "20 invitation_closed audience-1 expired",
        "50 invitation_created audience-1 direct",
        "60 invitation_closed audience-1 expired",
        "60 wish_refused audience-1 declined",
    ]
