"""Durations, rates and distributions in the forms of a file."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stagesim.scenario.faults import FaultError
from stagesim.scenario.forms.canonical import digest
from stagesim.scenario.moderators import Moderators
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.values import distributions as d
from stagesim.scenario.values.units import (
    format_duration,
    format_rate,
    parse_duration,
    parse_limit,
    parse_moment,
    parse_places,
    parse_positive_duration,
    parse_positive_limit,
    parse_rate,
)
from stagesim.scenario.values.written_distributions import (
    format_distribution,
    parse_durations,
    parse_gaps,
    parse_numbers,
    parse_times,
)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("90 s", 90_000),
        ("1.5 min", 90_000),
        ("2 h", 7_200_000),
        ("250 ms", 250),
        ("0.001 s", 1),
        ("1.1 s", 1100),  # 1.1 * 1000 is 1100.0000000000002 in floating point
        (" 3s ", 3000),
        ("1e3 ms", 1000),
        ("0 s", 0),
        (0, 0),
        (0.0, 0),
    ],
)
def test_durations(text: object, ms: int) -> None:
    assert parse_duration(text) == ms
    assert isinstance(parse_duration(text), int)


@pytest.mark.parametrize(
    ("given_value", "words"),
    [
        (5, "write a unit: `5 s`"),
        (1.5, "write a unit: `1.5 s`"),
        ("5", "write a number and a unit"),
        ("5 sec", "unknown unit `sec`"),
        ("5 S", "unknown unit `S`"),
        ("five s", "expected a duration, got `five s`"),
        ("-5 s", "0 or more"),
        ("0.5 ms", "whole milliseconds"),
        ("", "expected a duration"),
        (None, "got `null`"),
        (True, "got `true`"),
        (False, "got `false`"),
        ([1], "expected a duration"),
        (math.nan, "expected a duration"),
        ("1e300 h", "a year at most"),
        ("٣ s", "expected a duration"),  # digits of another script
    ],
)
def test_what_is_not_a_duration(given_value: object, words: str) -> None:
    with pytest.raises(FaultError, match=words) as caught:
        parse_duration(given_value)
    assert caught.value.faults[0].hint


def test_only_moments_may_be_negative_and_some_durations_not_even_zero() -> None:
    assert parse_moment("-5 min") == -300_000
    with pytest.raises(FaultError, match="above 0, got `0 s`"):
        parse_positive_duration("0 s")


@given(st.integers(-(10**10), 10**10))
def test_a_written_duration_is_read_back(ms: int) -> None:
    assert parse_moment(format_duration(ms)) == ms


@pytest.mark.parametrize(
    ("ms", "text"), [(0, "0 s"), (7_200_000, "2 h"), (90_000, "90 s"), (60_000, "1 min"), (5, "5 ms")]
)
def test_a_duration_is_written_in_its_largest_unit(ms: int, text: str) -> None:
    assert format_duration(ms) == text


def test_rates_are_per_millisecond() -> None:
    assert parse_rate("4 per hour") == 4 / 3_600_000
    assert parse_rate("0.5 per min") == 0.5 / 60_000
    assert parse_rate("2 per s") == parse_rate("2 per second") == 0.002
    assert parse_rate(0) == 0


@pytest.mark.parametrize(
    "value", [4, "4", "4 per day", "per hour", "-1 per hour", None, False, "4 / hour", "1e9 per ms"]
)
def test_what_is_not_a_rate(value: object) -> None:
    with pytest.raises(FaultError) as caught:
        parse_rate(value)
    assert caught.value.faults[0].hint


@given(st.floats(0, 1000), st.sampled_from(["hour", "min", "s"]))
def test_a_written_rate_is_read_back_exactly(number: float, unit: str) -> None:
    rate = number / {"hour": 3_600_000, "min": 60_000, "s": 1000}[unit]
    assert parse_rate(format_rate(rate)) == rate


FORMS = [
    ("90 s", d.Fixed(90_000.0)),
    ({"fixed": "90 s"}, d.Fixed(90_000.0)),
    ({"exponential": {"mean": "2 min"}}, d.Exponential(120_000.0)),
    ({"lognormal": {"median": "60 s", "sigma": 1.2}}, d.Lognormal(60_000.0, 1.2)),
    ({"lognormal": {"mean": "60 s", "cv": 1}}, d.Lognormal.of_mean(60_000.0, 1.0)),
    ({"gamma": {"mean": "10 s", "cv": 0.5}}, d.Gamma(10_000.0, 0.5)),
    ({"weibull": {"scale": "10 s", "shape": 2}}, d.Weibull(10_000.0, 2.0)),
    ({"uniform": {"low": 0, "high": "10 s"}}, d.Uniform(0.0, 10_000.0)),
    ({"triangular": {"low": "1 s", "mode": "2 s", "high": "9 s"}}, d.Triangular(1000.0, 2000.0, 9000.0)),
    ({"empirical": {0: "1 s", 0.5: "2 s", 1: "9 s"}}, d.Empirical(((0.0, 1000.0), (0.5, 2000.0), (1.0, 9000.0)))),
    (
        {"mixture": [{"weight": 0.8, "of": "5 s"}, {"weight": 0.2, "of": {"exponential": {"mean": "1 min"}}}]},
        d.Mixture(((0.8, d.Fixed(5000.0)), (0.2, d.Exponential(60_000.0)))),
    ),
]


@pytest.mark.parametrize(("form", "distribution"), FORMS, ids=lambda each: str(each)[:30])
def test_a_distribution_is_read_and_written_back(form: object, distribution: d.Distribution) -> None:
    assert parse_durations(form) == distribution
    assert parse_durations(format_distribution(distribution, format_duration)) == distribution
    assert parse_durations(distribution) is distribution


def test_times_may_be_before_the_start_and_numbers_have_no_unit() -> None:
    assert parse_times({"minus": {"exponential": {"mean": "2 min"}}}) == d.Minus(d.Exponential(120_000.0))
    assert parse_times("-5 min") == d.Fixed(-300_000.0)
    assert parse_numbers({"lognormal": {"median": 1, "sigma": 1.4}}) == d.Lognormal(1.0, 1.4)


@pytest.mark.parametrize(
    ("form", "words", "path"),
    [
        (
            {"exponentail": {}},
            "unknown distribution `exponentail`\n  hint: did you mean `exponential`",
            ("exponentail",),
        ),
        ({}, "expected one distribution", ()),
        ({"fixed": "1 s", "minus": "1 s"}, "expected one distribution", ()),
        ({"exponential": "2 min"}, "expected the parameters of `exponential`, got `2 min`", ("exponential",)),
        ({"exponential": {"median": "2 min"}}, "unknown parameter `median`", ("exponential", "median")),
        ({"exponential": {"mean": 2}}, "write a unit", ("exponential", "mean")),
        ({"exponential": {"mean": "-2 s"}}, "impossible `exponential`: `mean` must not be negative", ("exponential",)),
        ({"lognormal": {"median": "2 s"}}, "takes `median`, `sigma`, or `mean`, `cv`", ("lognormal",)),
        ({"lognormal": {"median": "2 s", "cv": 1}}, "takes `median`, `sigma`, or `mean`, `cv`", ("lognormal",)),
        ({"lognormal": {"median": "2 s", "sigma": "1 s"}}, "expected a number, got `1 s`", ("lognormal", "sigma")),
        ({"lognormal": {"median": "2 s", "sigma": True}}, "expected a number", ("lognormal", "sigma")),
        ({"mixture": {}}, "expected a list of parts", ("mixture",)),
        ({"mixture": [{"weight": 1}]}, "expected `weight` and `of`", ("mixture", 0)),
        ({"mixture": [{"weight": -1, "of": "1 s"}]}, "every `weight` must be above 0", ("mixture",)),
        ({"mixture": [{"weight": 1, "of": {"minus": 3}}]}, "write a unit", ("mixture", 0, "of", "minus")),
        ({"empirical": [1]}, "expected quantiles", ("empirical",)),
        ({"empirical": {"x": "1 s"}}, "expected a probability, got `x`", ("empirical", "x")),
        ({"empirical": {0: "1 s", 1: 5}}, "write a unit", ("empirical", 1)),
        ({"minus": "1 s"}, "0 or more", ()),
        ("-1 s", "0 or more", ()),
    ],
)
def test_what_is_not_a_distribution_of_durations(form: object, words: str, path: tuple[object, ...]) -> None:
    with pytest.raises(FaultError) as caught:
        parse_durations(form)
    assert words in str(caught.value)
    assert caught.value.faults[0].path == path


@pytest.mark.parametrize("form", ["0 s", 0, {"exponential": {"mean": 0}}, {"uniform": {"low": 0, "high": 0}}])
def test_what_happens_again_and_again_takes_some_time(form: object) -> None:
    with pytest.raises(FaultError, match="for ever"):
        parse_gaps(form)


@pytest.mark.parametrize(("written", "limit"), [(3, 3), (0, 0), ("unlimited", None), (None, None)])
def test_a_limit_is_a_number_or_a_word(written: object, limit: int | None) -> None:
    assert parse_limit(written) == limit


@pytest.mark.parametrize("written", ["none", "3", 2.0, True, -1])
def test_what_is_no_limit_is_refused(written: object) -> None:
    with pytest.raises(FaultError, match="`unlimited`"):
        parse_limit(written)
    with pytest.raises(FaultError, match="1 or more"):
        parse_positive_limit(0)


@pytest.mark.parametrize(
    "text",
    [
        "moderators: {invites: {every: 1 min, limit: %s}}",
        "room: {stage_capacity: %s}",
        "audience: {count: 1, wishes: {limit: %s}}",
        "audience: {count: 1, after_decline: {asks: %s}}",
    ],
)
def test_unlimited_is_the_word_for_every_limit(text: str) -> None:
    """It means the same as leaving the key out, and so does not change what the scenario is."""
    head = "title: t\nduration: 1 min\n"
    assert digest(loads(head + text % "unlimited")) == digest(loads(head + text % "null"))
    assert digest(loads(head + text % "unlimited")) != digest(loads(head + text % "4"))


def test_the_staff_bring_up_as_many_as_there_are_places_unless_the_file_says_another_number() -> None:
    def places(moderators: str, capacity: str = "4") -> int | None:
        room = f"room: {{stage_capacity: {capacity}}}\n"
        (group,) = loads(f"title: t\nduration: 1 min\n{room}moderators: {{{moderators}}}\n").moderators.values()
        assert Moderators.model_validate(group.model_dump(mode="json")) == group
        return group.places(None if capacity == "unlimited" else int(capacity))

    for words in ("", "approve_up_to: capacity", "approve_up_to: null"):
        assert (places(words), places(words, "7"), places(words, "unlimited")) == (4, 7, None)
    assert (places("approve_up_to: 0"), places("approve_up_to: 9"), places("approve_up_to: unlimited")) == (0, 9, None)


@pytest.mark.parametrize("written", ["none", "3", 2.0, True, -1])
def test_what_is_no_number_of_places_is_refused(written: object) -> None:
    with pytest.raises(FaultError, match="`unlimited`"):
        parse_places(written)
