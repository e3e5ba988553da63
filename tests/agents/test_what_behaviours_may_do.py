"""What a behaviour of one's own sees and does, and what is said of one that cannot play anybody."""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import stagesim
from scenes import play
from stagesim.agents.faults import BehaviourError

TEXT = """
title: Two who ask, one who decides
duration: 10 min
doors_open: 1 min
room: {mode: join_by_request, stage_capacity: 2}
audience: {count: 4, arrival: {uniform: {low: -60 s, high: 30 s}}, wishes: {on_arrival: 1}, on_stage: {stay: 20 s}}
moderators: {review: {time: 10 s}}
"""


def polite(me: Any) -> Any:
    """Come when the scenario says so, ask once, stay for 20 s, and go."""
    yield from me.sleep(me.entry_ms - me.now_ms)
    me.enter()
    yield from me.sleep(me.start_ms - me.now_ms)
    me.wish(20_000)
    me.do("ask_to_join")
    while me.standing != "invited":
        yield from me.wait()
    me.do("join_stage")
    me.do("go_live")
    yield from me.sleep(20_000)
    me.do("leave_stage")
    me.leave()


def test_wishes_of_a_behaviour_are_measured_like_all_others() -> None:
    run = stagesim.run(TEXT, behaviours={"audience": polite})
    wishes = run.wishes
    assert wishes["outcome"].tolist() == ["heard"] * 4
    assert wishes["wanted_s"].tolist() == wishes["had_s"].tolist() == [20] * 4
    figures = run.metrics.iloc[0]
    assert figures["wishes"] == 4
    assert figures["time_to_stage_mean"] >= 10


def test_people_come_when_the_scenario_says_so() -> None:
    built_in, own = (stagesim.run(TEXT, behaviours=each).events for each in (None, {"audience": polite}))
    came = [each[each["event"] == "entered"].set_index("who")["t_s"].sort_index() for each in (built_in, own)]
    assert came[0].equals(came[1])


def test_a_wish_is_given_up_by_word_or_by_leaving() -> None:
    def impatient(me: Any) -> Any:
        me.enter()
        yield from me.sleep(me.start_ms - me.now_ms)
        me.wish()
        me.wish()
        yield from me.sleep(5_000)
        me.give_up()
        me.leave()

    run = stagesim.run(TEXT, behaviours={"audience": impatient})
    assert sorted(run.wishes["cause"]) == ["left_room"] * 4 + ["patience"] * 4


def least_on_stage(me: Any) -> Any:
    """Review whoever was heard least, for 5 s each, and bring them up."""
    me.enter()
    while True:
        if not me.queue:
            yield from me.wait()
            continue
        who = min(me.queue, key=lambda each: (each.stage_s, each.place))
        if (yield from me.review(who.name, 5_000)):
            me.do("bring_to_stage", who.name, request=who.request)


def test_reviews_of_a_behaviour_count_as_work() -> None:
    run = stagesim.run(TEXT, behaviours={"moderators": least_on_stage})
    figures = run.metrics.iloc[0]
    assert figures["utilisation"] > 0
    assert (run.requests["outcome"] == "approved").all()
    reviews = run.events[run.events["event"].isin(["review_started", "review_ended"])]
    assert reviews.groupby("event", observed=True).size().nunique() == 1
    assert (run.requests["reviewed_s"] + 5 == run.requests["closed_s"]).all()


def last_first(who: Any) -> int:
    return -int(who.place)


def test_a_discipline_is_a_key() -> None:
    text = f"{TEXT}  approve_up_to: 1\n".replace(
        "moderators: {review: {time: 10 s}}", "moderators:\n  review: {time: 30 s}"
    )
    own = stagesim.run(text, seed=3, disciplines={"moderators": last_first})
    built_in = stagesim.run(text, seed=3, sets={"moderators.discipline": "last_come"})
    first = stagesim.run(text, seed=3)
    assert own.events.equals(built_in.events)
    assert not own.events.equals(first.events)
    assert "test_what_behaviours_may_do.last_first" in str(own.results.origin.behaviours)
    with pytest.raises(stagesim.StudyError, match=r"`disciplines`: no group is called `audience`\n  hint: "):
        stagesim.run(text, disciplines={"audience": last_first})
    with pytest.raises(stagesim.StudyError, match="has a behaviour, and so no discipline"):
        stagesim.run(text, behaviours={"moderators": least_on_stage}, disciplines={"moderators": last_first})


def forgets_yield_from(me: Any) -> Any:
    me.enter()
    me.sleep(5_000)
    yield from me.wait(10_000)


def is_no_generator(me: Any) -> Any:
    me.enter()


def yields_a_number(me: Any) -> Any:
    yield 5


def yields_a_pause(me: Any) -> Any:
    yield me.sleep(5)


def does_what_there_is_not(me: Any) -> Any:
    me.enter()
    me.do("raise_hand")
    yield from me.wait()


def gives_up_nothing(me: Any) -> Any:
    me.give_up()
    yield from me.wait()


def sleeps_in_words(me: Any) -> Any:
    yield from me.sleep("5 s")


def waits_for_no_moment(me: Any) -> Any:
    yield from me.wait(math.nan)


def reviews_in_words(me: Any) -> Any:
    yield from me.review("audience-2", "5 s")


def wishes_in_words(me: Any) -> Any:
    me.enter()
    me.wish("20 s")
    yield from me.wait()


def moves_to_no_mode(me: Any) -> Any:
    me.enter()
    me.do("set_mode", mode="everyone")
    yield from me.wait()


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (sleeps_in_words, r"`me\.sleep` expects a number, got `5 s`\n  hint: write milliseconds"),
        (waits_for_no_moment, r"`me\.wait` expects a number, got `nan`\n  hint: "),
        (reviews_in_words, r"`me\.review` expects a number, got `5 s`\n  hint: "),
        (wishes_in_words, r"`me\.wish` expects a number, got `20 s`\n  hint: "),
        (moves_to_no_mode, r"unknown mode `everyone`\n  hint: possible: `everyone_on_stage`"),
        (forgets_yield_from, r"`me.sleep\(5000\)` passes no time without `yield from`\n  hint: write `yield from me"),
        (
            is_no_generator,
            r"expected a generator function, got one that returns `None`\n  hint: it needs a `yield from`",
        ),
        (yields_a_number, r"it yields `5`, by which no time passes\n  hint: write `yield from me.sleep"),
        (yields_a_pause, r"it yields `<.*Pause.*>`, by which no time passes\n  hint: write `yield from"),
        (does_what_there_is_not, r"unknown action `raise_hand`\n  hint: .*`ask_to_join`"),
        (gives_up_nothing, r"there is no wish to give up\n  hint: "),
    ],
)
def test_a_behaviour_that_plays_nobody_is_told_why(behaviour: Callable[[Any], Any], said: str) -> None:
    where = r"in the behaviour of `audience`, as `audience-1`, at -60 s of the session: "
    with pytest.raises(BehaviourError, match=where + said):
        stagesim.run(TEXT, behaviours={"audience": behaviour})


def test_a_fault_of_the_users_own_says_who_and_where_and_keeps_its_cause() -> None:
    def divides(me: Any) -> Any:
        me.enter()
        yield from me.sleep(60_000)
        _ = 1 / 0

    with pytest.raises(BehaviourError) as raised:
        stagesim.run(TEXT, behaviours={"audience": divides})
    assert re.fullmatch(
        r"in the behaviour of `audience`, as `audience-1`, at 0 s of the session: ZeroDivisionError: division by zero\n"
        r"  hint: see line \d+ of `test_what_behaviours_may_do.py`, in `divides`",
        str(raised.value),
    )
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


def test_a_behaviour_without_a_person_says_how_it_is_called() -> None:
    with pytest.raises(BehaviourError, match=r"TypeError: .*takes 0 positional.*\n  hint: .*called with one argument"):
        stagesim.run(TEXT, behaviours={"audience": lambda: iter(())})


CROWD = TEXT.replace("wishes: {on_arrival: 1}", "wishes: {rounds: [{at: 10 s}]}")
"""All four ask at once, so that somebody has to be chosen."""


@pytest.mark.parametrize("key", ["x", None, [1], math.nan, (), (1, None), 1j, {"a": 1}], ids=repr)
def test_a_discipline_whose_keys_cannot_be_compared_is_told_why(key: object) -> None:
    where = r"in the discipline of `moderators`, as `moderators-1`, at 1\d(\.\d+)? s of the session: "
    said = r"expected a number or a tuple of numbers, got `.*`\n  hint: return what can be compared"
    with pytest.raises(BehaviourError, match=where + said):
        stagesim.run(CROWD, disciplines={"moderators": lambda _: key})


def test_numbers_of_numpy_are_keys_and_so_are_tuples_of_any_length() -> None:
    run = stagesim.run(CROWD, disciplines={"moderators": lambda who: (np.float64(-who.place),)})
    again = stagesim.run(
        CROWD, disciplines={"moderators": lambda who: -who.place if who.place % 2 else (-who.place, 1)}
    )
    assert run.events.equals(again.events)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (lambda who: who.stays / 0, r"ZeroDivisionError: division by zero\n  hint: see line \d+ of `test_what_"),
        (lambda who: who.waited, r"AttributeError: .*waited.*\n  hint: see line"),
        (lambda: 1, r"TypeError: .*\n  hint: the function is called with one argument"),
    ],
)
def test_a_fault_in_a_discipline_says_whose_it_is_and_keeps_its_cause(key: Callable[..., Any], said: str) -> None:
    with pytest.raises(
        BehaviourError, match=r"in the discipline of `moderators`, as `moderators-1`, .*" + said
    ) as raised:
        stagesim.run(CROWD, disciplines={"moderators": key})
    assert raised.value.__cause__ is not None


def test_a_behaviour_sees_mode_offers_and_standing() -> None:
    seen = []

    def curious(me: Any) -> Any:
        me.enter()
        yield from me.sleep(me.start_ms - me.now_ms)
        seen.append((me.name, me.group, str(me.mode), me.standing, "ask_to_join" in me.offers(), len(me.queue)))

    play("room: {mode: join_by_request}\naudience: {count: 1}", "entered", behaviours={"audience": curious})
    assert seen == [("audience-1", "audience", "join_by_request", "viewer", True, 0)]
