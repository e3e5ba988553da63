"""The words of expectations and properties: what they mean, and what is not one."""

import pytest

from stagesim.eventlog.schema import KINDS, WORDS
from stagesim.scenario.demands.comparisons import Limit, parse_comparison, parse_metric
from stagesim.scenario.demands.conditions import Happening, State, parse_condition, words_of
from stagesim.scenario.demands.statements import Expectation, Property
from stagesim.scenario.faults import FaultError
from stagesim.scenario.forms.canonical import digest
from stagesim.scenario.reading.loader import ScenarioError, loads

BASE = "title: t\nduration: 10 min\naudience: {count: 3}\nroom: {stage_capacity: 2}\n"


@pytest.mark.parametrize(
    ("text", "metric", "relation", "limit"),
    [
        ("p(95) of time_to_stage < 90 s", "wishes_on_stage_within_89999_ms", ">=", Limit(0.95)),
        ("p95(time_to_stage) < 1.5 min", "wishes_on_stage_within_89999_ms", ">=", Limit(0.95)),
        ("median time to stage <= 250 ms", "wishes_on_stage_within_250_ms", ">=", Limit(0.5)),
        ("median of time_to_decision <= 2 min", "requests_decided_within_2_min", ">=", Limit(0.5)),
        ("time_to_stage_median <= 60 s", "wishes_on_stage_within_1_min", ">=", Limit(0.5)),
        ("time_to_stage_p95 <= 60 s", "wishes_on_stage_within_1_min", ">=", Limit(0.95)),
        ("share of wishes heard >= 0.8", "wishes_heard_share", ">=", Limit(0.8)),
        ("wishes_heard_share >= 80 %", "wishes_heard_share", ">=", Limit(0.8)),
        ("mean queue <= 3", "queue_mean", "<=", Limit(3.0)),
        ("max queue <= 3 requests", "queue_max", "<=", Limit(3.0)),
        ("number of wishes > 10", "wishes", ">", Limit(10.0)),
        ("stage_time >= 90 s", "stage_time", ">=", Limit(1.5)),
        ("mean queue <= baseline * 1.05", "queue_mean", "<=", Limit(0.0, 1.05)),
        ("time_to_stage_mean <= baseline + 5 s", "time_to_stage_mean", "<=", Limit(5.0, 1.0)),
        ("wishes_heard_share >= baseline - 2 %", "wishes_heard_share", ">=", Limit(-0.02, 1.0)),
        ("share of wishes on stage within 60 s >= 80 %", "wishes_on_stage_within_1_min", ">=", Limit(0.8)),
        ("share of requests decided within 20 s > 0.8", "requests_decided_within_20_s", ">", Limit(0.8)),
        ("share of time_to_decision within 1.5 min < 80 %", "requests_decided_within_90_s", "<", Limit(0.8)),
        ("wishes_on_stage_within_1_min >= 80 %", "wishes_on_stage_within_1_min", ">=", Limit(0.8)),
        # Times are whole milliseconds: less than 60 s is 59.999 s at most.
        ("p(80) of time_to_stage <= 60 s", "wishes_on_stage_within_1_min", ">=", Limit(0.8)),
        ("p(80) of time_to_stage < 60 s", "wishes_on_stage_within_59999_ms", ">=", Limit(0.8)),
        ("p(80) of time_to_stage > 60 s", "wishes_on_stage_within_1_min", "<", Limit(0.8)),
        ("p(80) of time_to_stage >= 60 s", "wishes_on_stage_within_59999_ms", "<", Limit(0.8)),
        ("p99.5(time_to_decision) <= 2 min", "requests_decided_within_2_min", ">=", Limit(0.995)),
        ("p25 time to decision <= 2 min", "requests_decided_within_2_min", ">=", Limit(0.25)),
    ],
)
def test_a_comparison_is_read(text: str, metric: str, relation: str, limit: Limit) -> None:
    found = parse_comparison(text)
    assert (found.metric.name, found.relation) == (metric, relation)
    assert found.limit == pytest.approx(limit)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mean queue", "expected a comparison"),
        ("mean queeu < 3", "did you mean `queue_mean`"),
        ("mean queue <", "nothing stands behind"),
        ("time_to_stage_mean < 5", "write a number and a unit"),
        ("share of wishes heard > 3 s", "expected a number"),
        ("mean queue <= baseline * -1", "expected a limit by the baseline"),
        ("__import__('os').getcwd() < 3", "unknown metric"),
        ("share of wishes given up < 20", "did you mean `20 %`?"),
        ("utilisation <= 50", "did you mean `50 %`?"),
        ("wishes_heard_share >= 150 %", "lies between 0 and 1"),
        ("wishes_heard_share >= -0.1", "expected a share, got `-0.1`"),
        ("wishes_heard_share >= baseline - 2", "did you mean `2 %`?"),
        ("share of wishs on stage within 60 s > 0.8", "unknown share within a time: `wishs on stage`"),
        ("share of wishs on stage within 60 s > 0.8", "did you mean `wishes on stage`?"),
        (
            "share of wishes heard within 60 s > 0.8",
            "possible: `wishes on stage`, `time_to_stage`, `requests decided`",
        ),
        ("share of wishes on stage within 60 > 0.8", "write a number and a unit"),
        ("share of wishes on stage within -3 s > 0.8", "expected a duration above 0"),
        ("share of wishes on stage within > 0.8", "nothing stands behind `within`"),
        ("share of wishes on stage within 60 s > 80", "did you mean `80 %`?"),
        ("p(80) of time_to_stage <= baseline * 1.05", "a quantile has no limit by a baseline"),
        ("p(80) of time_to_stage <=", "nothing stands behind the relation"),
        ("p(80) of time_to_stage <= 60", "write a number and a unit"),
        ("p(80) of time_to_sage <= 60 s", "did you mean `time_to_stage`?"),
        ("p(80) of queue <= 3", "possible: `time_to_stage`, `time_to_decision`"),
        ("p(100) of time_to_stage <= 60 s", "expected a quantile, got `p(100)`"),
        ("p(most) of time_to_stage <= 60 s", "above 0 and below 100"),
    ],
)
def test_what_is_no_comparison_is_explained(text: str, said: str) -> None:
    with pytest.raises(FaultError, match="hint: ") as error:
        parse_comparison(text)
    assert said in str(error.value)


def test_a_condition_is_states_or_one_event() -> None:
    states = (State("on_stage", "<=", None), State("queue", "=", 0))
    assert parse_condition("on_stage <= capacity and queue = 0") == states
    assert parse_condition("rejected go_live stage_full") == Happening("rejected", ("go_live", "stage_full"))
    for wrong in ("stage_removed explicit", "stage_remved", "people <= 3", "on_stage <= many", "entered and left_room"):
        with pytest.raises(FaultError, match="hint: "):
            parse_condition(wrong)


def test_every_word_of_a_condition_is_one_that_a_log_can_hold() -> None:
    for kind in KINDS:
        assert set(words_of(kind.name)) <= set(WORDS), kind.name


def test_a_property_in_words_is_the_same_as_a_mapping() -> None:
    words = Property.model_validate("eventually request_closed after request_created within 5 min")
    mapping = {"eventually": "request_closed", "after": "request_created", "within": "5 min"}
    assert words == Property.model_validate(mapping)


@pytest.mark.parametrize(
    ("statement", "line", "said"),
    [
        ("expect:\n  - mean queue < 3\n  - mean queeu < 3\n", 7, "unknown metric"),
        ("expect:\n  - {that: wishes > 3, group: crowd}\n", 6, "unknown group `crowd`"),
        ("expect:\n  - {that: mean queue < 3, group: audience}\n", 6, "whole room"),
        ("modes: [invite_only]\nexpect:\n  - {that: wishes > 3, mode: join_by_request}\n", 7, "not a mode that is run"),
        ("properties:\n  - {always: on_stage <= 2, never: rejected}\n", 6, "expected one property, got 2"),
        ("properties:\n  - {never: rejected, within: 5 min}\n", 6, "`within` needs `eventually`"),
        ("properties:\n  - {eventually: stage_joined, within: 50 min}\n", 6, "longer than the session"),
        ("properties:\n  - perhaps on_stage <= 2\n", 6, "expected a property"),
    ],
)
def test_a_faulty_statement_is_named_with_its_line(statement: str, line: int, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        loads(BASE + statement)
    assert [problem.line for problem in error.value.problems] == [line]
    assert said in str(error.value)


def test_statements_have_no_part_in_what_a_scenario_is() -> None:
    stated = (
        BASE
        + "expect: [mean queue < 3]\nproperties: [never rejected]\nmarks: [slow]\ncases: {a: {audience.count: 4}}\n"
    )
    assert digest(loads(stated)) == digest(loads(BASE))
    source = loads(stated).source
    assert source is not None
    assert (source.expect_lines, source.property_lines) == ((5,), (6,))


def test_a_margin_is_in_the_unit_of_the_metric() -> None:
    assert Expectation(that="time_to_stage_mean < 2 min", margin="5 s").margin_value == 5.0
    assert Expectation(that="wishes_heard_share > 50 %", margin="2 %").margin_value == pytest.approx(0.02)


@pytest.mark.parametrize("text", ["wishes_heard_share >= 1", "wishes_heard_share > 0", "utilisation < 100 %"])
def test_a_share_may_be_all_or_nothing(text: str) -> None:
    assert parse_comparison(text).limit.offset in {0, 1}


def test_the_times_that_tables_show_change_nothing_in_a_scenario() -> None:
    plain, other = loads(BASE), loads(BASE + "shares_within: [20 s, 1.5 min]\n")
    assert plain.shares_within == (60_000, 180_000, 600_000)
    assert other.shares_within == (20_000, 90_000)
    assert digest(plain) == digest(other)
    with pytest.raises(ScenarioError, match="`1 min` stands in the list twice"):
        loads(BASE + "shares_within: [60 s, 1 min]\n")
    with pytest.raises(ScenarioError, match="expected a duration above 0"):
        loads(BASE + "shares_within: [0 s]\n")


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("share of wishes heard", "wishes_heard_share"),
        ("share of wishes on stage", "wishes_on_stage_share"),
        ("share of wishes cut short", "wishes_cut_short_share"),
        ("share of wishes cut short by capacity", "wishes_cut_short_by_capacity_share"),
        ("share of wishes cut short by lost connection", "wishes_cut_short_by_lost_connection_share"),
        ("share of wishes left early", "wishes_left_early_share"),
        ("moderator actions per wish heard", "moderator_actions_per_wish_heard"),
    ],
)
def test_what_becomes_of_wishes_can_be_stated_in_words(text: str, metric: str) -> None:
    assert parse_metric(text).name == metric


@pytest.mark.parametrize("text", ["share of wishes served", "wishes_served_share", "number of wishes served"])
def test_served_is_an_error_that_names_the_two_things_that_it_may_be(text: str) -> None:
    with pytest.raises(FaultError) as error:
        parse_metric(text)
    for name in ("`share of wishes heard`", "`share of wishes on stage`"):
        assert name in str(error.value)
