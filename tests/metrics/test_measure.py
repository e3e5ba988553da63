"""Every metric of a session that is small enough to be worked out by hand."""

import math

import pytest

from handmade import session
from stagesim.eventlog import EventLog, Header, LogError
from stagesim.metric_table import WAITS
from stagesim.metrics import (
    METRICS,
    Tally,
    measure,
    measure_all,
    measure_by,
    people_frame,
    rejections_frame,
    requests_frame,
    standings,
    stays_frame,
    tally,
    timeline,
    wishes_frame,
)
from stagesim.scenario.demands.shares import share_within
from stagesim.scenario.reading.loader import loads
from stagesim.simulate import simulate

STAGE, DECISION = WAITS
MODES = ("everyone_on_stage", "join_by_request", "invite_only")


def by_hand() -> EventLog:
    """Two minutes from 10 s on, a stage of one place. Ann wants a minute, and is taken off after 16 s; Bob gives up;
    Cat is declined and asks again, and Cat's last wish stays open; Dan never wants anything. The moderator turns away
    from 60 s to 80 s.
    """
    log = EventLog(Header("By hand", "", "join_by_request", seed=1, stage_capacity=1, start_ms=10_000))
    groups = {"mod": "staff", "ann": "front", "bob": "front", "cat": "back", "dan": "back"}
    for person, group in groups.items():
        log.register(person, group)
        role, client = ("moderator", "desktop") if person == "mod" else ("participant", "desktop")
        log.note(0, "entered", person, role=role, client="mobile" if person == "cat" else client)
    story = [
        (10, "session_started", "system", "system", {}),
        (20, "wish_arose", "ann", "ann", {"wish": 1, "wanted_ms": 60_000}),
        (20, "request_created", "ann", "ann", {"request": "r1"}),
        (20, "review_started", "ann", "mod", {"request": "r1"}),
        (22, "wish_arose", "bob", "bob", {"wish": 2, "wanted_ms": 60_000}),
        (22, "request_created", "bob", "bob", {"request": "r2"}),
        (30, "review_ended", "ann", "mod", {"request": "r1"}),
        (30, "request_closed", "ann", "mod", {"request": "r1", "outcome": "approved"}),
        (30, "invitation_created", "ann", "mod", {"invitation": "i1", "origin": "request", "request": "r1"}),
        (32, "request_closed", "bob", "bob", {"request": "r2", "outcome": "cancelled"}),
        (32, "wish_given_up", "bob", "bob", {"wish": 2, "cause": "patience"}),
        (34, "setup_started", "ann", "ann", {"via": "invitation"}),
        (40, "invitation_closed", "ann", "ann", {"invitation": "i1", "outcome": "accepted"}),
        (40, "stage_joined", "ann", "ann", {"via": "invitation"}),
        (40, "wish_satisfied", "ann", "ann", {"wish": 1}),
        (40, "wish_arose", "cat", "cat", {"wish": 3, "wanted_ms": 60_000}),
        (40, "request_created", "cat", "cat", {"request": "r3"}),
        (44, "review_started", "cat", "mod", {"request": "r3"}),
        (46, "review_ended", "cat", "mod", {"request": "r3"}),
        (46, "request_closed", "cat", "mod", {"request": "r3", "outcome": "declined"}),
        (50, "disruption_started", "ann", "ann", {}),
        (56, "stage_removed", "ann", "mod", {"cause": "moderator"}),
        (56, "wish_ended", "ann", "ann", {"wish": 1, "cause": "staff", "had_ms": 16_000}),
        (60, "attention_lost", "mod", "mod", {"cause": "presenting"}),
        (70, "request_created", "cat", "cat", {"request": "r4"}),
        (72, "rejected", "cat", "cat", {"action": "ask_to_join", "reason": "already_requested"}),
        (80, "attention_back", "mod", "mod", {}),
        (84, "request_closed", "cat", "mod", {"request": "r4", "outcome": "cleared"}),
        (90, "left_room", "bob", "bob", {"cause": "explicit"}),
        (130, "session_ended", "system", "system", {}),
        (150, "left_room", "ann", "ann", {"cause": "explicit"}),
    ]
    for at_s, kind, who, by, fields in story:
        log.note(at_s * 1000, kind, who, by, **fields)
    return log


EXPECTED = {
    # 20 until on stage; given up and open count the horizon, which is the session: 120
    "time_to_stage_mean": (20 + 120 + 120) / 3,
    "time_to_stage_censored": 2,
    # 10 until approved, 6 until declined; cancelled and cleared count the horizon
    "time_to_decision_mean": (10 + 6 + 120 + 120) / 4,
    "time_to_decision_censored": 2,
    "time_to_review_mean": (0 + 10 + 4 + 14) / 4,
    "asks_waited_share": 3 / 4,
    "wishes": 3,
    "wishes_on_stage_share": 1 / 3,
    "wishes_cut_short_share": 1 / 3,
    "wishes_cut_short_by_staff_share": 1 / 3,
    "wishes_given_up_share": 1 / 3,
    "wishes_refused_share": 0,
    "wishes_patience_share": 1 / 3,
    "wishes_open_share": 1 / 3,
    "wishes_behind_own_share": 0,
    "suitable_wishes": 3,
    "wanted_stage_time_share": 1,
    "unsuitable_off_mean": math.nan,
    "requests": 4,
    "requests_approved": 1,
    "requests_declined": 1,
    "requests_cancelled": 1,
    "requests_cleared": 1,
    "re_asks": 1,
    "invitations": 1,
    "invitations_accepted": 1,
    "people": 4,
    "arrivals": 4,
    "speakers": 1,
    "people_with_wish": 3,
    "never_heard": 3,
    "never_heard_share": 1,
    "never_on_stage_share": 2 / 3,
    "stays": 1,
    "stay_mean": 16,
    "stage_time": 16 / 60,
    "stage_time_gini": 0.75,
    "stage_time_jain": 0.25,
    "stage_time_top_share": 1,
    "removed_by_moderator": 1,
    "queue_mean": (10 + 10 + 6 + 14) / 120,
    "queue_max": 2,
    "queue_waiting_mean": (0 + 10 + 4 + 14) / 120,
    "on_stage_mean": 16 / 120,
    "on_stage_max": 1,
    "stage_full_share": 16 / 120,
    "present_mean": (5 * 80 + 4 * 40) / 120,
    "present_max": 5,
    # approve, decline, remove, clear
    "moderator_actions_per_hour": 4 * 30,
    "moderator_actions": 4,
    "moderator_actions_per_wish_heard": math.nan,
    "utilisation": 12 / 120,
    # reviews from 20 to 30 and 44 to 46, presents from 60 to 80
    "attention_reviewing_share": 12 / 120,
    "attention_presenting_share": 20 / 120,
    "attention_idle_share": 88 / 120,
    "unattended_time": 10,
    # bob from 30 to 32, cat from 40 to 44, and from 80, when the moderator is back, to 84
    "queue_held_back_time": 2 + 4 + 4,
    "disrupted_time": 6,
    "rejected": 1,
    "rejected_stage_full": 0,
}


def test_every_metric_by_hand():
    figures = measure(by_hand())
    expected = {metric.name: EXPECTED.get(metric.name, 0) for metric in METRICS}
    assert set(EXPECTED) <= set(expected)
    assert list(figures) == list(expected)
    assert figures == pytest.approx(expected, nan_ok=True)


def test_stays_of_staff_are_not_counted_nor_in_the_average_stay():
    log = EventLog(Header("Staff", "", "everyone_on_stage", seed=1))
    for person, role in (("mod", "moderator"), ("ann", "participant")):
        log.register(person, role)
        log.note(0, "entered", person, role=role, client="desktop")
    log.note(0, "session_started", "system")
    log.note(0, "stage_joined", "mod", via="self")
    log.note(10_000, "stage_joined", "ann", via="self")
    log.note(26_000, "stage_left", "ann", cause="explicit")
    log.note(60_000, "session_ended", "system")
    figures = measure(log)
    assert (figures["stays"], figures["stay_mean"]) == (1, 16)


def test_times_for_shares_by_hand() -> None:
    """Ann is on stage after 20 s; Bob gives up, and Cat's wish stays open. Of four requests one is approved after 10 s,
    one declined after 6 s; that one is cancelled and one cleared counts all the same.
    """
    seen = measure_all(by_hand())
    assert tally(share_within(STAGE, 20_000), seen) == Tally(1, 3)
    assert tally(share_within(STAGE, 19_999), seen) == Tally(0, 3)
    assert tally(share_within(STAGE, 3_600_000), seen) == Tally(1, 3), "who never gets there is within no time"
    assert tally(share_within(DECISION, 9_999), seen) == Tally(1, 4)
    assert tally(share_within(DECISION, 10_000), seen) == Tally(2, 4)
    assert tally(share_within(STAGE, 60_000), seen, "group", "front") == Tally(1, 2)
    assert tally(share_within(STAGE, 60_000), seen, "group", "back") == Tally(0, 1)
    assert tally(share_within(STAGE, 60_000), seen, "client", "mobile") == Tally(0, 1)
    assert tally(share_within(STAGE, 60_000), seen, "group", "nobody") == Tally(0, 0)


def test_by_group_and_client():
    by_group = measure_by(by_hand(), "group")
    assert list(by_group) == ["back", "front"]
    assert by_group["front"]["wishes"] == 2
    assert by_group["front"]["wishes_cut_short_share"] == 0.5
    assert by_group["front"]["stage_time_gini"] == 0.5
    assert by_group["back"]["requests"] == 2
    assert by_group["back"]["time_to_review_mean"] == (4 + 14) / 2
    assert math.isnan(by_group["back"]["stay_mean"])
    by_client = measure_by(by_hand(), "client")
    assert {client: figures["people"] for client, figures in by_client.items()} == {"desktop": 3, "mobile": 1}
    assert list(by_client["mobile"]) == [metric.name for metric in METRICS if metric.split]


@pytest.mark.parametrize("mode", MODES)
def test_the_parts_add_up_to_the_whole(mode):
    log = session(mode)
    whole = measure(log)
    for parts in (measure_by(log, "group"), measure_by(log, "client")):
        for name in ("wishes", "requests", "requests_approved", "invitations", "people", "speakers", "stays"):
            assert sum(part[name] for part in parts.values()) == whole[name]
    assert whole["wishes"] > 50


@pytest.mark.parametrize("mode", MODES)
def test_one_reading_of_the_log_says_the_same_as_three(mode):
    log = session(mode)
    found = measure_all(log)
    assert found.figures == pytest.approx(measure(log), nan_ok=True, abs=0, rel=0)
    for parts, by in ((found.by_group, "group"), (found.by_client, "client")):
        again = measure_by(log, by)
        assert list(parts) == list(again)
        for value, figures in again.items():
            assert parts[value] == pytest.approx(figures, nan_ok=True, abs=0, rel=0)


def test_a_metric_reads_nothing_but_the_log():
    log = session("join_by_request")
    again = EventLog.restored(log.header, log.packed, log.names, log.groups)
    assert measure(again) == pytest.approx(measure(log), nan_ok=True, rel=0, abs=0)


def test_an_empty_log_has_nothing_to_measure():
    figures = measure(EventLog(Header("Empty", "", "invite_only", seed=1)))
    assert figures["wishes"] == figures["people"] == 0
    assert math.isnan(figures["time_to_stage_mean"])
    assert math.isnan(figures["queue_mean"])
    assert math.isnan(figures["stage_full_share"])


def test_without_a_capacity_the_stage_is_never_full():
    log = by_hand()
    header = Header("By hand", "", "join_by_request", seed=1, start_ms=10_000)
    assert math.isnan(measure(EventLog.restored(header, log.packed, log.names, log.groups))["stage_full_share"])


def test_a_log_that_contradicts_itself_is_an_error():
    log = EventLog(Header("Torn", "", "join_by_request", seed=1))
    log.note(5_000, "request_closed", "ann", "mod", request="r7", outcome="approved")
    with pytest.raises(LogError, match="`request_closed` of `ann` at 5 s is about something of which nothing was said"):
        measure(log)


def test_a_moderator_who_leaves_or_is_away_attends_to_nothing():
    log = EventLog(Header("Alone", "", "join_by_request", seed=1))
    log.note(0, "entered", "mod", role="moderator", client="desktop")
    log.note(0, "entered", "ann", role="participant", client="desktop")
    log.note(0, "session_started", "system")
    log.note(10_000, "request_created", "ann", request="r1")
    log.note(10_000, "review_started", "ann", "mod", request="r1")
    log.note(15_000, "attention_lost", "mod", cause="called_away")
    log.note(20_000, "attention_back", "mod")
    log.note(30_000, "disconnected", "mod")
    log.note(40_000, "reconnected", "mod")
    log.note(50_000, "left_room", "mod", cause="explicit")
    log.note(60_000, "role_changed", "ann", role="moderator")
    log.note(80_000, "session_ended", "system")
    figures = measure(log)
    assert figures["unattended_time"] == 5 + 10 + 10
    assert figures["utilisation"] == pytest.approx((5 + 10 + 10) / (50 - 10 + 20))
    assert figures["requests_open"] == 1
    assert figures["time_to_decision_mean"] == 80, "open at the end: as long as the horizon, here the whole session"


def test_a_host_of_a_script_and_who_is_made_a_moderator_look_after_nobody():
    """Hana opens the session for somebody else, and Ann is promoted; the scenario's moderator comes after 40 s."""
    log = EventLog(Header("Late", "", "join_by_request", seed=1))
    log.register("mod", "moderators")
    log.register("ann", "audience")
    log.note(0, "entered", "Hana", role="host", client="desktop")
    log.note(0, "entered", "ann", role="participant", client="desktop")
    log.note(0, "session_started", "system")
    log.note(5_000, "role_changed", "ann", "Hana", role="moderator")
    log.note(10_000, "entered", "bob", role="participant", client="desktop")
    log.note(10_000, "request_created", "bob", request="r1")
    log.note(40_000, "entered", "mod", role="moderator", client="desktop")
    log.note(45_000, "review_started", "bob", "mod", request="r1")
    log.note(55_000, "review_ended", "bob", "mod", request="r1")
    log.note(55_000, "request_closed", "bob", "mod", request="r1", outcome="declined")
    log.note(80_000, "session_ended", "system")
    figures = measure(log)
    assert figures["unattended_time"] == 30, "from the request until the moderator comes"
    assert figures["queue_held_back_time"] == 5, "until the moderator turns to it"
    assert figures["utilisation"] == 10 / 40


def test_wishes_and_requests_as_tables():
    log = by_hand()
    wishes = wishes_frame(log).set_index("wish")
    assert wishes.outcome.tolist() == ["cut_short", "given_up", "open"]
    assert wishes.time_to_stage_s.tolist() == [20, 10, 90]
    assert wishes.censored.tolist() == [False, True, True]
    assert wishes.loc[3, ["who", "group", "client", "asks"]].tolist() == ["cat", "back", "mobile", 2]
    assert wishes.settled_s.isna().tolist() == [False, False, True]
    requests = requests_frame(log).set_index("request")
    assert requests.wait_s.tolist() == [0, 10, 4, 14]
    assert requests.outcome.tolist() == ["approved", "cancelled", "declined", "cleared"]
    assert requests.again.tolist() == [False, False, False, True]
    assert requests.by.tolist() == ["mod", "bob", "mod", "mod"]


def test_stays_people_and_rejections_as_tables():
    log = by_hand()
    assert stays_frame(log).iloc[0].tolist() == ["ann", "front", "desktop", 30, 46, "invitation", "moderator", 16]
    people = people_frame(log).set_index("who")
    assert people.requests.to_dict() == {"mod": 0, "ann": 1, "bob": 1, "cat": 2, "dan": 0}
    assert people.stage_s.to_dict() == {"mod": 0, "ann": 16, "bob": 0, "cat": 0, "dan": 0}
    assert rejections_frame(log).to_numpy().tolist() == [["ask_to_join", "already_requested", 1]]


def test_an_empty_log_has_empty_tables():
    log = EventLog(Header("Empty", "", "invite_only", seed=1))
    for table in (wishes_frame, requests_frame, stays_frame, people_frame, rejections_frame, timeline):
        assert len(table(log)) == 0
        assert len(table(log).columns) >= 3
    assert standings(log) == []


def test_the_timeline_counts_the_queue():
    steps = timeline(by_hand()).set_index("t_s")
    assert steps.queue.loc[[10, 12, 20, 22, 30, 36, 60, 74]].tolist() == [1, 2, 1, 0, 1, 0, 1, 0]
    assert steps.attending.loc[[-10, 50, 70]].tolist() == [1, 0, 1]
    assert steps.disruptive.loc[[40, 46]].tolist() == [1, 0]


def test_standings_follow_a_person():
    mine = [(spell.standing, spell.from_s, spell.to_s) for spell in standings(by_hand()) if spell.person == "ann"]
    assert mine == [
        ("viewer", 0, 20),
        ("requested", 20, 30),
        ("invited", 30, 34),
        ("preparing", 34, 40),
        ("on_stage", 40, 56),
        ("viewer", 56, 150),
    ]


def test_backing_out_of_a_set_up_leaves_the_invitation_open():
    log = EventLog(Header("Shy", "", "invite_only", seed=1))
    log.note(0, "entered", "ann", role="participant", client="desktop")
    log.note(1000, "invitation_created", "ann", "mod", invitation="i1", origin="direct", request=None)
    log.note(2000, "setup_started", "ann", via="invitation")
    log.note(3000, "setup_cancelled", "ann", cause="backed_out")
    log.note(4000, "invitation_closed", "ann", invitation="i1", outcome="declined")
    log.note(5000, "left_room", "ann", cause="explicit")
    found = [(spell.standing, spell.from_s, spell.to_s) for spell in standings(log)]
    assert found == [("viewer", 0, 1), ("invited", 1, 2), ("preparing", 2, 3), ("invited", 3, 4), ("viewer", 4, 5)]


def test_measuring_is_quick():
    """About 6 ms on the machine of the benchmarks; the limit only catches a change of kind."""
    import timeit

    log = session("everyone_on_stage", people=300, minutes=60)
    assert len(log) > 4_000
    assert min(timeit.repeat(lambda: measure(log), number=1, repeat=5)) < 0.2


def test_a_second_connection_changes_nothing_of_who_is_there():
    log = EventLog(Header("Two devices", "", "join_by_request", seed=1))
    log.note(0, "session_started", "system")
    log.note(0, "entered", "ann", role="participant", client="desktop", connection="laptop")
    log.note(1_000, "connected", "ann", connection="phone", client="mobile")
    log.note(4_000, "connection_closed", "ann", connection="laptop")
    log.note(6_000, "disconnected", "ann")
    log.note(8_000, "reconnected", "ann", connection="phone")
    log.note(10_000, "session_ended", "system")
    figures = measure(log)
    assert (figures["people"], figures["arrivals"], figures["present_max"]) == (1, 1, 1)
    assert figures["present_mean"] == pytest.approx(0.8)
    assert measure_by(log, "client").keys() == {"desktop"}


@pytest.mark.parametrize(("meanwhile", "share"), [("queued", 2 / 4), ("merged", 2 / 4), ("dropped", 0)])
def test_how_many_wishes_stand_behind_an_own_one(meanwhile, share):
    """Two people with a wish at the start, which takes a minute, and another one 20 s later."""
    wishes = f"{{rounds: [{{at: 0 s}}, {{at: 20 s}}], meanwhile: {meanwhile}}}"
    audience = f"{{count: 2, arrival: -5 s, wishes: {wishes}, on_stage: {{stay: 1 min}}}}"
    log = simulate(loads(f"title: t\nduration: 10 min\naudience: {audience}\n"), mode="everyone_on_stage").log
    assert measure(log)["wishes_behind_own_share"] == share


def test_a_wish_that_was_not_tried_is_no_wish_that_was_given_up():
    """Whatever it ended by: each wish has one fate, so the causes of lost ones add up with it."""
    text = "title: Nobody is ready\nduration: 10 min\naudience:\n  count: 5\n  patience: 1 min\n"
    wishes = "  wishes: {on_arrival: 1, readiness: {join_by_request: 0}}\n"
    found = measure(simulate(loads(text + wishes)).log)
    assert found["wishes_not_tried_share"] == 1
    assert found["wishes_patience_share"] == 0
