"""What holds people up: planted limits are named, with their minutes; one more of each is what a comparison says."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

import stagesim
from stageaccess import Mode
from stagesim.api.answers import Reasons
from stagesim.experiments.kept.matter import Matter
from stagesim.experiments.kept.sessions import Sessions
from stagesim.experiments.questions.question import Question
from stagesim.experiments.questions.reliefs import reliefs
from stagesim.experiments.questions.why import Reason, busiest, explain, find_reasons, reasons
from stagesim.experiments.replications import Job, one
from stagesim.experiments.study import StudyError
from stagesim.metrics.causes import CAUSE, CAUSES, PLACE_OF, CauseName
from stagesim.metrics.hold_ups import Held, HoldUps, held_ms, hold_ups
from stagesim.metrics.scan import scan
from stagesim.reporting.charts.hold_ups import COLOURS
from stagesim.reporting.words.hold_ups import limit
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.values.distributions import (
    Distribution,
    Empirical,
    Exponential,
    Fixed,
    Gamma,
    Lognormal,
    Minus,
    Mixture,
    Triangular,
    Uniform,
    Weibull,
    scaled,
)
from stagesim.simulate import simulate

SCENARIOS = Path(__file__).parents[2] / "scenarios"

PLANTED = """\
title: A small room
duration: 20 min
room: {mode: join_by_request, stage_capacity: PLACES}
audience:
  count: 12
  arrival: 0 s
  wishes: {rounds: [{at: 2 min, delay: {exponential: {mean: 1 min}}}]}
  patience: {exponential: {mean: 6 min}}
  answer: {time: ANSWER}
  setup: {time: 2 s}
  on_stage: {stay: {exponential: {mean: STAY}}}
moderators: {arrival: COME, count: 1, reaction: 1 s, review: {time: {exponential: {mean: REVIEW}}}}
"""
PLAIN = {"PLACES": "20", "ANSWER": "2 s", "STAY": "20 s", "COME": "0 s", "REVIEW": "1 s"}
LIMITS = {
    "places": {"PLACES": "1", "STAY": "3 min"},
    "busy": {"REVIEW": "1 min"},
    "answer": {"ANSWER": "1 min"},
    "nobody": {"COME": "8 min"},
}


def planted(name: str) -> str:
    """A scenario with one limit."""
    text = PLANTED
    for word, value in {**PLAIN, **LIMITS[name]}.items():
        text = text.replace(word, value)
    return text


@pytest.fixture(scope="module")
def short_of_places() -> Reasons:
    return stagesim.why(planted("places"), modes="join_by_request", replications=16, seed=5)


@pytest.mark.parametrize("name", LIMITS)
def test_a_planted_limit_is_named_with_its_minutes(name: str) -> None:
    question = Question(planted(name))
    reason = explain(question, question.scenario(), "join_by_request", 16)
    assert [cause.name for cause in reason.leading] == [name]
    assert reason.share(reason.leading[0]) > 0.5
    first, last = reason.stretch(reason.leading[0])
    assert 2 <= first < last <= 20, "nobody wishes before the question round"
    if name == "nobody":
        assert last <= 8, "until the moderator comes"


def test_the_answer_names_the_limit_and_what_one_more_of_each_would_give(short_of_places: Reasons) -> None:
    first, second = short_of_places.answer.lines
    assert first.startswith("Join by request: what holds up most is places (1): ")
    assert second.startswith("Join by request: wishes heard with one more place +")
    assert "one more moderator" in second.partition("one more place")[2], (
        "nothing is shown of it, or it changes nothing"
    )
    assert short_of_places.results.decided
    assert short_of_places.charts == ["hold_ups"]
    data = short_of_places.answer.data
    assert data is not None
    said = json.loads(json.dumps(data()))
    assert said["modes"]["join_by_request"]["leading"] == ["places"]
    assert said["reliefs"]["one more place"] == ["room.stage_capacity=2"]


def test_one_more_of_each_gives_what_a_comparison_with_the_same_people_says(short_of_places: Reasons) -> None:
    scenario = stagesim.load(planted("places"))
    found = stagesim.compare_variants(
        {"as it is": scenario, "one more place": scenario.changed(["room.stage_capacity=2"])},
        modes="join_by_request",
        replications=16,
        seed=5,
    )
    one_more_place = short_of_places.results.reliefs[0]
    gains = {each.metric: each for each in short_of_places.results.gains_of("join_by_request", one_more_place)}
    compared = found.differences(list(gains)).set_index("metric")
    assert list(gains) == ["wishes_heard_share", "time_to_stage_mean"]
    for metric, each in gains.items():
        assert each.difference.interval.mean == compared.loc[metric, "difference"]
        limits = (each.difference.interval.low, each.difference.interval.high)
        assert limits[0] <= compared.loc[metric, "low"] <= compared.loc[metric, "high"] <= limits[1], (
            "of a larger family"
        )
        assert (each.mean, each.base_mean) == (compared.loc[metric, "mean"], compared.loc[metric, "base_mean"])


def test_the_tables_have_every_mode_group_cause_and_minute(short_of_places: Reasons) -> None:
    tables = short_of_places.tables
    assert list(tables) == ["why", "minutes", "gains"]
    table = tables["why"]
    assert list(table.columns) == ["mode", "group", "cause", "wishes", "seconds", "share"]
    assert len(table) == 2 * len(CAUSES), "everybody, and the audience"
    by_group = table.groupby("group")["seconds"].sum()
    assert by_group[""] == pytest.approx(by_group["audience"]) == pytest.approx(tables["minutes"]["seconds"].sum())
    assert set(tables["gains"]["settings"]) >= {"room.stage_capacity=2", "moderators.count=2"}


def test_in_every_bundled_scenario_and_mode_the_causes_add_up_to_the_time_of_every_wish() -> None:
    """Where there is neither an audience nor a wish in the file, nobody wishes."""
    texts = {file.stem: file.read_text() for file in sorted(SCENARIOS.rglob("*.yaml"))}
    wishful = {name: text for name, text in texts.items() if "audience:" in text or "wishes:" in text}
    assert len(wishful) > 12
    for name, text in wishful.items():
        scenario = loads(text)
        for mode in Mode:
            log = simulate(scenario, mode=mode, explains=True).log
            session, each, found = scan(log), held_ms(log), hold_ups(log)
            for wish in session.wishes.values():
                until_ms = session.end_ms if wish.settled_ms is None else wish.settled_ms
                assert sum(each[wish.number]) == until_ms - wish.at_ms, (name, mode, wish)
            assert [sum(minutes) for minutes in found.minutes] == list(found.of_all.ms), (name, mode)


def test_the_minutes_are_the_shortest_stretch_with_four_fifths_of_the_time() -> None:
    assert busiest([0, 1, 8, 8, 0, 3]) == (2, 4)
    assert busiest([5]) == (0, 1)
    assert busiest([1, 0, 0, 1]) == (0, 4)
    assert busiest([4, 0, 4, 1]) == (0, 3), "the first of several"
    assert busiest([]) == (0, 0)


@pytest.mark.parametrize(
    ("room", "staff", "said"),
    [
        ("{stage_capacity: 6}", "{}", "places (6)"),
        ("{stage_capacity: 6}", "{approve_up_to: 4}", "places (4, `approve_up_to`)"),
        ("{stage_capacity: 6}", "{approve_up_to: 8}", "places (6)"),
        ("{stage_capacity: 6}", "{approve_up_to: unlimited}", "places (6)"),
        ("{}", "{approve_up_to: 4}", "places (4, `approve_up_to`)"),
    ],
)
def test_as_many_places_are_named_as_hold_people_up(room: str, staff: str, said: str) -> None:
    text = f"title: T\nduration: 5 min\nroom: {room}\naudience: {{count: 2}}\nmoderators: {staff}\n"
    reason = Reason("join_by_request", loads(text), ())
    assert limit(reason, CAUSE["places"]) == said


def session(**ms: int) -> HoldUps:
    """A session of one wish, held up so long by some causes in its first minute."""
    held = tuple(ms.get(cause.name, 0) for cause in CAUSES)
    return HoldUps({"audience": Held(1, held)}, tuple((each,) for each in held))


def reason_of(*sessions: HoldUps) -> Reason:
    scenario = loads(planted("places"))
    return next(reasons(scenario, {"join_by_request": sessions}))


def test_what_is_not_shown_to_lead_does_not_lead_alone() -> None:
    close = reason_of(*(session(places=100 + 9 * (number % 3), busy=103 + 8 * (number % 2)) for number in range(16)))
    assert {cause.name for cause in close.leading} == {"places", "busy"}
    clear = reason_of(*(session(places=100 + 9 * (number % 3), busy=50 + number) for number in range(16)))
    assert [cause.name for cause in clear.leading] == ["places"]
    assert reason_of(session(), session()).leading == ()
    assert {cause.name for cause in reason_of(session(places=9, busy=1)).leading} == {"places", "busy"}, "one session"


def test_a_sweep_says_why_a_further_moderator_does_not_help() -> None:
    found = stagesim.sweep(planted("places"), ["moderators.count=2,3"], modes="join_by_request", replications=16)
    (stall,) = found.results.stalls
    assert (stall.before, stall.after) == ("2", "3")
    assert any(
        line.startswith(
            "Number of moderators 3 is not shown to help more than 2 in join by request, by wishes heard and the"
        )
        and "what holds up most is places (1): " in line
        for line in found.answer.lines
    )
    helped = stagesim.sweep(planted("places"), ["room.stage_capacity=1,2"], modes="join_by_request", replications=16)
    assert helped.results.stalls == ()


def test_a_session_that_is_kept_has_what_held_people_up(tmp_path: Path) -> None:
    job, part = Job(loads(planted("busy")), explains=True), ("join_by_request", 0)
    with closing(Sessions(tmp_path, Matter("why", {}))) as sessions:
        kept, plain = sessions.of(job), sessions.of(replace(job, explains=False))
        assert kept is not None
        assert plain is not None
        outcome = one(job, *part)
        kept.keep(outcome)
        again = kept.outcome(part)
        assert again is not None
        assert again.hold_ups == outcome.hold_ups is not None
        assert not plain.has(part), "a session without it is another one"


def test_where_nobody_waits_nobody_is_held_up() -> None:
    open_room = (
        planted("places")
        .replace("setup: {time: 2 s}", "setup: {time: 0 s}")
        .replace("stage_capacity: 1", "stage_capacity: 20")
    )
    found = stagesim.why(open_room, modes="everyone_on_stage", replications=2)
    assert found.answer.lines == ("Everyone on stage: nothing holds anybody up.",)
    assert found.results.decided


def test_what_one_more_of_each_is() -> None:
    plain = {each.name: each.settings for each in reliefs(Question(planted("busy")))}
    assert plain == {
        "one more place": ("room.stage_capacity=21",),
        "one more moderator": ("moderators.count=2",),
        "half the time of a review": ('moderators.review.time={"exponential": {"mean": "30 s"}}',),
    }
    groups = """\
title: T
duration: 5 min
room: {stage_capacity: 3}
audience: {count: 2}
moderators:
  review: {time: 8 s}
  groups:
    host: {role: host, count: 1}
    helper: {count: 2, approve_up_to: 2, review: {time: 0 s, decline_time: {uniform: {low: 2 s, high: 3 s}}}}
"""
    question = Question(groups)
    assert {each.name: each.settings for each in reliefs(question)} == {
        "one more place": ("room.stage_capacity=4", "moderators.groups.helper.approve_up_to=3"),
        "one more moderator": ("moderators.groups.helper.count=3",),
        "half the time of a review": (
            "moderators.groups.host.review.time=4 s",
            "moderators.groups.helper.review.time=0 s",
            'moderators.groups.helper.review.decline_time={"uniform": {"low": "1 s", "high": "1500 ms"}}',
        ),
    }
    quicker = question.scenario(next(each.settings for each in reliefs(question) if "half" in each.name))
    assert quicker.moderators["host"].review.time == Fixed(4000)
    held = Question(
        "title: T\nduration: 5 min\naudience: {count: 2}\nmoderators: {approve_up_to: 2, review: {time: 0 s}}\n"
    )
    assert next(reliefs(held)) == ("one more place", ("moderators.approve_up_to=3",))
    nothing = "title: T\nduration: 5 min\nroom: {stage_capacity: null}\naudience: {count: 2}\nmoderators: null\n"
    assert list(reliefs(Question(nothing))) == []


@pytest.mark.parametrize(
    "of",
    [
        *(
            Fixed(9),
            Exponential(4),
            Lognormal(5, 0.7),
            Gamma(4, 1.2),
            Weibull(4, 2),
            Uniform(2, 6),
            Triangular(1, 2, 9),
        ),
        *(Empirical(((0, 1), (0.5, 4), (1, 9))), Mixture(((1, Fixed(3)), (2, Uniform(1, 2)))), Minus(Uniform(1, 2))),
    ],
    ids=lambda of: type(of).__name__,
)
def test_half_of_a_distribution_has_half_of_every_value(of: Distribution) -> None:
    for u in (0.01, 0.3, 0.9):
        assert scaled(of, 0.5).quantile(u) == pytest.approx(of.quantile(u) / 2)


def test_what_cannot_be_done_is_said() -> None:
    with pytest.raises(StudyError, match="2 sessions or more"):
        find_reasons(Question(planted("busy")), replications=1)
    with pytest.raises(StudyError, match="unknown metric `happiness`"):
        find_reasons(Question(planted("busy")), ["happiness"], replications=2)


def test_every_cause_has_a_place_a_colour_of_its_own_and_words() -> None:
    assert [PLACE_OF[cause.name] for cause in CAUSES] == list(range(len(CAUSES)))
    assert get_args(CauseName) == tuple(COLOURS) == tuple(PLACE_OF)
    assert len(set(COLOURS.values())) == len(COLOURS)
    reason = Reason("join_by_request", loads(planted("places")), ())
    assert len({limit(reason, cause) for cause in CAUSES}) == len(CAUSES)
