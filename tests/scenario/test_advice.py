"""Advice on valid scenarios that mislead; nothing is said that is not certain."""

import pickle
from pathlib import Path

import pytest

from scenario_files import read
from stagesim.cli import invoke
from stagesim.metrics import measure
from stagesim.scenario.advice.advice import Advice
from stagesim.scenario.advice.alike import alike
from stagesim.scenario.advice.all_advice import advice_lines, advice_on
from stagesim.scenario.advice.idle import idle
from stagesim.scenario.advice.obstacles import obstacles
from stagesim.scenario.advice.plausible import implausible
from stagesim.scenario.reading.loader import load, loads
from stagesim.simulate import simulate

SCENARIOS = Path(__file__).parents[2] / "scenarios"
TITLE = "title: t\nduration: 10 min\n"
HEAD = TITLE + "audience: {count: 4, wishes: {on_arrival: 1}}\n"
CHAIR = """\
moderators: {approve_up_to: 1%s}
script:
  - {at: 0 s, do: join_stage, by: moderators-1}
  - {at: 0 s, do: go_live, by: moderators-1, expect: on_stage}
"""


def audience(more: str, rest: str = "moderators: {}") -> str:
    """A scenario of four people who wish, with more said of them."""
    return f"{TITLE}audience: {{count: 4, wishes: {{rate: 20 per hour}}, {more}}}\n{rest}\n"


def paths(found: list[Advice]) -> list[str]:
    return [".".join(map(str, each.path)) for each in found]


def shares_on_stage(text: str) -> dict[str, float]:
    """The share of wishes heard in each mode that is run."""
    scenario = loads(text)
    logs = {str(mode): simulate(scenario, mode=mode).log for mode in scenario.modes}
    return {mode: measure(log)["wishes_heard_share"] for mode, log in logs.items()}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", "there are no moderators"),
        ("moderators: {count: 0}", "there are no moderators"),
        ("moderators: {arrival: 10 min}", "no moderator comes before the session's end"),
        ("moderators: {approve_up_to: 0}", "`approve_up_to` is 0"),
        ("moderators: {review: {approve: 0}}", "every review ends with a decline"),
        (CHAIR % "", "`approve_up_to` is 1, and `moderators-1` stays on stage by the script"),
        ("room: {stage_capacity: 1}\n" + CHAIR.replace("approve_up_to: 1", "") % "", "`room.stage_capacity` is 1, and"),
    ],
)
def test_what_is_in_the_way_of_everybody_is_said(text: str, seen: str) -> None:
    (found,) = obstacles(loads(HEAD + text))
    assert found.seen.startswith(seen)
    assert found.why == "nobody can be brought on stage in `join_by_request`, `invite_only`"
    there = shares_on_stage(HEAD + text)
    assert there["join_by_request"] == there["invite_only"] == 0


@pytest.mark.parametrize(
    ("text", "path", "modes"),
    [
        (audience("answer: {accept: 0}"), "audience.audience.answer.accept", "join_by_request invite_only"),
        (
            audience("setup: {failure: 1}"),
            "audience.audience.setup.failure",
            "everyone_on_stage join_by_request invite_only",
        ),
        (audience("balk_at: 0"), "audience.audience.balk_at", "join_by_request"),
        (
            audience("mobile: 0").replace("per hour}", "per hour, readiness: {invite_only: 0}}"),
            "audience.audience.wishes.readiness.invite_only",
            "invite_only",
        ),
        (audience("patience: 8 s"), "audience.audience.patience", "join_by_request invite_only"),
        (audience("hopes: false"), "audience.audience.hopes", "invite_only"),
        (audience("silent: 0", "moderators: {notices: null}"), "moderators.moderators.notices", "invite_only"),
        (
            audience("answer: {time: 10 s}", "moderators: {}\nroom: {invitation_ttl: 5 s}"),
            "room.invitation_ttl",
            "join_by_request invite_only",
        ),
        (audience("silent: 0", "moderators: {}\nroom: {request_ttl: 5 s}"), "room.request_ttl", "join_by_request"),
    ],
)
def test_what_keeps_people_off_the_stage_in_some_modes_does(text: str, path: str, modes: str) -> None:
    assert paths(list(obstacles(loads(text)))) == [path]
    there = shares_on_stage(text)
    assert [mode for mode, share in there.items() if share == 0] == modes.split()


@pytest.mark.parametrize(
    "text",
    [
        "moderators: {}",
        "modes: [everyone_on_stage]",
        "moderators: {groups: {a: {approve_up_to: 0}, b: {}}}",
        "moderators: {groups: {a: {review: {approve: 0}}, b: {}}}",
        CHAIR % ", leaves_after: 5 min",
        CHAIR % ", connection: {lost_after: 5 min, gap: 1 s}",
        CHAIR % ", wishes: {on_arrival: 1}",
        CHAIR % "" + "  - {at: 5 min, do: leave_stage, by: moderators-1}\n",
        CHAIR % "" + "  - {at: 5 min, do: set_mode, by: moderators-1, mode: everyone_on_stage}\n",
        CHAIR % "" + "rules: {name: x, cells: {ask_to_join.join_by_request.viewer: on_stage}}\n",
        "moderators: {approve_up_to: 0, invites: {every: 1 min}}",
        "script: [{at: 0, do: enter_room, by: mo, role: host}, {at: 9 s, do: invite, by: mo, to: audience-1}]",
    ],
)
def test_what_may_yet_go_well_is_not(text: str) -> None:
    assert list(obstacles(loads(HEAD + text))) == []


SILENT = "title: t\nduration: 10 min\naudience: {count: 4, wishes: {on_arrival: 1}, answer: {accept: 0.5%s}}\n"


def test_people_who_never_answer_may_stop_a_list_that_is_kept_short() -> None:
    ignoring = SILENT % ", ignore: 0.5"
    (found,) = obstacles(loads(ignoring + "moderators: {approve_up_to: 2}"))
    assert found.why == "the list may stop for good in `join_by_request`, `invite_only`"
    for harmless in (
        ignoring + "moderators: {}",
        ignoring + "moderators: {groups: {a: {approve_up_to: 2}, b: {}}}",
        ignoring + "moderators: {approve_up_to: 2, revokes_after: 1 min}",
        ignoring + "room: {invitation_ttl: 1 min}\nmoderators: {approve_up_to: 2}",
        SILENT % "" + "moderators: {approve_up_to: 2}",
    ):
        assert list(obstacles(loads(harmless))) == []


def test_where_nobody_wishes_there_is_nothing_to_say() -> None:
    assert advice_on(loads("title: t\nduration: 1 min\naudience: {count: 3}")) == ()


BUSY = TITLE + "audience: {count: 20, wishes: {rate: 60 per hour}, full_stage: {then: %s}}\n"
LIMITED = BUSY % "wait" + "moderators: {count: 2, approve_up_to: 2, review: {time: 2 s}}\nroom: {stage_capacity: %s}\n"


def test_places_beyond_those_that_are_given_are_idle() -> None:
    (found,) = idle(loads(LIMITED % 3))
    assert found.path == ("moderators", "moderators", "approve_up_to")
    assert found.seen == "`approve_up_to` is 2, and `room.stage_capacity` 3"
    logs = {
        places: [simulate(loads(LIMITED % places), mode=mode).log for mode in loads(LIMITED % 3).modes[1:]]
        for places in (2, 3, 8)
    }
    assert [log.packed for log in logs[3]] == [log.packed for log in logs[8]]
    assert list(idle(loads(LIMITED % 2))) == []


@pytest.mark.parametrize(
    "more",
    [
        "modes: [everyone_on_stage]",
        "timetable: [{at: 5 min, mode: everyone_on_stage}]",
        "rules: {name: x, cells: {ask_to_join.join_by_request.viewer: on_stage}}",
        "script: [{at: 0 s, do: join_stage, by: moderators-1}, {at: 1 s, do: go_live, by: moderators-1}]",
        "script: [{at: 0 s, do: invite, by: moderators-1, to: audience-1}]",
    ],
)
def test_places_that_others_may_need_are_not(more: str) -> None:
    assert [each for each in idle(loads(LIMITED % 3 + more)) if "approve_up_to" in each.path] == []


def test_those_who_come_up_by_the_script_need_places_too() -> None:
    chief = "script: [{at: 0 s, do: join_stage, by: moderators-1}, {at: 1 s, do: go_live, by: moderators-1}]"
    assert paths(list(idle(loads(LIMITED % 4 + chief)))) == ["moderators.moderators.approve_up_to"]


@pytest.mark.parametrize(("limit", "seen"), [("unlimited", "unlimited"), (5, "5")])
def test_people_who_are_brought_up_to_a_full_stage(limit: object, seen: str) -> None:
    text = (
        BUSY % "give_up"
        + f"moderators: {{approve_up_to: {limit}, review: {{time: 2 s}}}}\nroom: {{stage_capacity: 2}}\n"
    )
    (found,) = idle(loads(text))
    assert found.seen == f"`approve_up_to` is {seen}, and the stage has 2 places"
    assert any(row.get("cause") == "full_stage" for row in simulate(loads(text)).log.rows())
    for harmless in (
        text.replace("give_up", "wait"),
        text.replace("count: 20", "count: 2"),
        text.replace("stage_capacity: 2", "stage_capacity: 2, when_full: replace_quietest"),
        text.replace("review", "when_stage_full: decline, review"),
    ):
        assert list(idle(loads(harmless))) == []


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (audience("silent: 0") + "room: {reconnect_grace: 1 min}", "room.reconnect_grace"),
        (audience("silent: 0") + "room: {when_full: reject}", "room.when_full"),
        (audience("full_stage: {then: wait}"), "audience.audience.full_stage"),
        (audience("silent: 0.5"), "audience.audience.silent"),
        (audience("patience_until: review"), "audience.audience.patience_until"),
        (audience("patience_per: ask"), "audience.audience.patience_per"),
        (
            audience("silent: 0", "moderators: {removes: {disruptive_after: 20 s}}"),
            "moderators.moderators.removes.disruptive_after",
        ),
        (
            TITLE + "audience: {count: 3, wishes: {rate: {0: 1 per min, 10 min: 0}}}\nmoderators: {}",
            "audience.audience.wishes.rate",
        ),
        (
            TITLE + "audience: {arrival_rate: {0: 1 per min, 1 h: 0}, leaves_after: 5 min}\nmoderators: {}",
            "audience.audience.arrival_rate",
        ),
    ],
)
def test_settings_that_nothing_needs(text: str, path: str) -> None:
    assert paths(list(idle(loads(text)))) == [path]


@pytest.mark.parametrize(
    ("idle_setting", "setting"),
    [
        ("audience.silent=1", "audience.silent=0"),
        ("audience.patience_until=review", "audience.patience_until=decision"),
        ("audience.patience_per=ask", "audience.patience_per=wish"),
        ("room.when_full=reject", "room.when_full=replace_quietest"),
        ("audience.full_stage.then=retry", "audience.full_stage.then=give_up"),
        ("room.reconnect_grace=5 min", "room.reconnect_grace=0"),
        ("moderators.removes={disruptive_after: 5 s}", "moderators.removes=null"),
        ("moderators.review.recognise=0.3", "moderators.review.recognise=null"),
        ("audience.wishes.unsuitable_stay=1 s", "audience.wishes.unsuitable_stay=null"),
    ],
)
def test_what_is_said_to_be_idle_changes_nothing(idle_setting: str, setting: str) -> None:
    text = audience("after_decline: {again: 0.5}", "moderators: {review: {approve: 0.6}}")
    assert len(list(idle(loads(text, sets=[idle_setting])))) == 1
    for mode in loads(text).modes:
        one, other = (simulate(loads(text, sets=[each]), mode=mode).log for each in (idle_setting, setting))
        assert one.packed == other.packed
        assert len(one) > 20


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        ("looks_every: 1 min", "presenting: {every: 1 min, lasts: 10 s}", "presenting"),
        ("looks_every: 1 min", "rests: 10 s", "rests"),
        ("looks_every: 1 min", "removes: {noticed_after: 1 s}", "removes.noticed_after"),
        ("rests: 10 s", "removes: {noticed_after: 1 s}", "removes.noticed_after"),
    ],
)
def test_what_staff_never_come_to_changes_nothing(first: str, second: str, path: str) -> None:
    one, both = (audience("silent: 0", f"moderators: {{{each}}}") for each in (first, f"{first}, {second}"))
    assert list(idle(loads(one))) == []
    assert paths(list(idle(loads(both)))) == [f"moderators.moderators.{path}"]
    assert simulate(loads(one)).log.packed == simulate(loads(both)).log.packed


def test_a_chat_that_staff_never_come_to_read() -> None:
    text = audience("silent: 0", "moderators: {looks_every: 1 min, reads_chat: {every: 1 min, lasts: 10 s}}")
    (found,) = idle(loads(text))
    assert found.why == "the chat is never read"
    assert "wish_satisfied" not in {row["event"] for row in simulate(loads(text), mode="invite_only").log.rows()}


def test_a_grace_that_somebody_needs() -> None:
    lost = audience("connection: {lost_after: 1 min, gap: 5 s}") + "room: {reconnect_grace: 1 min}"
    cut = audience("silent: 0") + "room: {reconnect_grace: 1 min}\nscript: [{at: 5 s, do: disconnect, by: audience-1}]"
    assert list(idle(loads(lost))) == list(idle(loads(cut))) == []


RADIO = """\
title: Agenda first, then an open microphone
duration: 60 min
audience: {count: 20, wishes: {%s}, patience: 3 min, setup: {time: 4 s}}
moderators: {}
timetable: [{at: 45 min, mode: everyone_on_stage}]
"""


@pytest.mark.parametrize(
    "wishes", ["rounds: [{at: 46 min, delay: {exponential: {mean: 1 min}}}]", "rate: {45 min: 4 per hour}"]
)
def test_a_change_of_the_mode_before_the_first_wish_makes_modes_the_same(wishes: str) -> None:
    (found,) = alike(loads(RADIO % wishes))
    assert found.seen == "every side is in `everyone_on_stage` from 45:00.000 on"
    assert found.why == "no wish arises before, so that the compared modes are the same"
    assert found.hint.endswith("such as one with `timetable.0.mode=join_by_request`")
    assert len(set(map(repr, shares_on_stage(RADIO % wishes).values()))) == 1


def test_a_change_of_the_mode_in_between_makes_them_alike_from_then_on() -> None:
    (found,) = alike(loads(RADIO % "rate: 4 per hour"))
    assert found.why == "the compared modes differ only before it, and in what is left over from then"
    assert list(alike(loads(RADIO % "rate: 4 per hour" + "modes: [invite_only]"))) == []


@pytest.mark.parametrize("staff", ["arrival: {exponential: {mean: 1 min}}", "leaves_after: 50 min"])
def test_a_change_that_may_have_to_wait_for_a_moderator_makes_nothing_the_same_for_certain(staff: str) -> None:
    text = (RADIO % "rate: {45 min: 4 per hour}").replace("moderators: {}", f"moderators: {{{staff}}}")
    (found,) = alike(loads(text))
    assert found.seen.endswith("from 45:00.000 on, or from when a moderator is there")
    assert found.why.startswith("the compared modes differ only before it")


def test_a_wish_at_the_moment_of_the_change_may_come_before_it() -> None:
    (found,) = alike(loads(RADIO % "rounds: [{at: 45 min, delay: {uniform: {low: 0 s, high: 9 s}}}]"))
    assert found.why.startswith("the compared modes differ only before it")


LIKELY = TITLE + "audience: {count: 30, patience: 2 min, setup: {time: 5 s}, answer: {time: 4 s}, %s}\n"


@pytest.mark.parametrize(
    ("wishes", "path"),
    [
        ("wishes: {rounds: [{at: 5 min}]}", "wishes.rounds.0"),
        ("wishes: {on_arrival: 0.5}", "wishes.on_arrival"),
        ("arrival: {minus: {exponential: {mean: 1 min}}}, wishes: {on_arrival: 1}", "wishes.on_arrival"),
    ],
)
def test_wishes_in_one_millisecond(wishes: str, path: str) -> None:
    text = LIKELY % wishes
    assert paths(list(implausible(loads(text)))) == [f"audience.audience.{path}"]
    moments = {row["at"] for row in simulate(loads(text)).log.rows() if row["event"] == "wish_arose"}
    assert len(moments) == 1


@pytest.mark.parametrize(
    "wishes",
    [
        "wishes: {rounds: [{at: 5 min, delay: {exponential: {mean: 5 s}}}]}",
        "arrival: {exponential: {mean: 1 min}}, wishes: {on_arrival: 1}",
        "wishes: {rate: 4 per hour}",
    ],
)
def test_wishes_that_are_spread(wishes: str) -> None:
    assert list(implausible(loads(LIKELY % wishes))) == []


def test_patience_without_end_and_a_camera_that_is_on_at_once() -> None:
    groups = "groups: {a: {count: 2, patience: 1 min}, b: {count: 2}}"
    found = list(implausible(loads(f"{TITLE}audience: {{wishes: {{rate: 4 per hour}}, {groups}}}\n")))
    assert [each.seen for each in found] == [
        "nobody of `b` ever loses patience",
        "camera and microphone of `a`, `b` are set up in 0 s",
        "people of `a`, `b` answer an invitation in 0 s",
    ]
    open_only = loads(f"{TITLE}modes: [everyone_on_stage]\naudience: {{wishes: {{rate: 4 per hour}}, {groups}}}\n")
    assert [each.path[-2:] for each in implausible(open_only)] == [("b", "patience"), ("setup", "time")]


def test_advice_names_file_line_and_hint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "webinar.yaml"
    file.write_text(
        BUSY % "wait" + "moderators:\n  review: {time: 2 s}\n  approve_up_to: 2\nroom: {stage_capacity: 4}\n"
    )
    assert invoke(["validate", str(file)]) == 0
    first, hint, *_ = capsys.readouterr().err.splitlines()
    seen = "moderators.approve_up_to: `approve_up_to` is 2, and `room.stage_capacity` 4: the stage is never full in"
    assert first.startswith(f"{file}:6: advice: {seen} `join_by_request`, `invite_only`, and more")
    assert hint == "  hint: leave `approve_up_to` out, and it is as many as there are places"
    scenario = load(file, ["moderators.approve_up_to=3"])
    assert advice_lines(scenario)[0].startswith(
        "setting moderators.approve_up_to=3: advice: moderators.approve_up_to: "
    )
    assert advice_lines(pickle.loads(pickle.dumps(scenario))) == advice_lines(scenario)


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_bundled_events_follow_all_advice(file: Path) -> None:
    assert advice_lines(read(file)) == []


def test_rules_that_are_shown_give_no_advice() -> None:
    for file in sorted((SCENARIOS / "conformance").glob("*.yaml")):
        assert advice_lines(read(file)) == [], file
