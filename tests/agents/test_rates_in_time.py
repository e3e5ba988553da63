"""People and wishes at rates that change with time: Poisson in every stretch, and the same in every mode.

Each test of a count is two-sided, at a chance of 0.1 % of a false alarm if the numbers were drawn anew; the seeds are
fixed, so that it either always passes or never does.
"""

from collections import Counter
from collections.abc import Sequence

import pytest
from scipy import stats

from scenes import run
from stageaccess import Mode
from stagesim.eventlog import EventLog
from stagesim.scenario.faults import FaultError
from stagesim.scenario.forms.canonical import file_text
from stagesim.scenario.forms.flat import leaves
from stagesim.scenario.reading.loader import ScenarioError, loads
from stagesim.scenario.values.distributions import Exponential
from stagesim.scenario.values.rates import Rates, Stretches, parse_arrival_gap, parse_rates

FALSE_ALARM = 0.001
SESSIONS = 200
MINUTE = 60_000
HEAD = "title: t\nduration: 30 min\n"
PEOPLE = "audience: {arrival_rate: {1 min: 2 per min, 3 min: 0 per min, 5 min: 6 per min}, leaves_after: 10 s}"
WISHES = """\
audience: {count: 6, wishes: {rate: {0 min: 1 per min, 4 min: 0.25 per min, 8 min: 0}, meanwhile: merged}}
"""


def moments(log: EventLog, kind: str) -> list[tuple[str, float]]:
    """Who, and when (s from the session's start)."""
    return [(str(row["who"]), float(row["at"]) - 60) for row in log.rows() if row["event"] == kind]


def counts(logs: Sequence[EventLog], kind: str, from_min: float, until_min: float) -> list[int]:
    """How many there are in a stretch of each session."""
    return [sum(from_min * 60 <= at < until_min * 60 for _, at in moments(log, kind)) for log in logs]


def assert_poisson(found: Sequence[int], mean: float) -> None:
    """Total and spread are those of independent Poisson numbers with this mean."""
    total = sum(found)
    assert (
        min(stats.poisson.cdf(total, mean * len(found)), stats.poisson.sf(total - 1, mean * len(found)))
        > FALSE_ALARM / 2
    )
    spread = sum((each - mean) ** 2 for each in found) / mean
    # The index of dispersion is about chi-squared; its variance has a term of its own for small means.
    deviation = (spread - len(found)) / (len(found) * (2 + 1 / mean)) ** 0.5
    assert abs(deviation) < stats.norm.isf(FALSE_ALARM / 2)


@pytest.fixture(scope="module")
def arrivals() -> list[EventLog]:
    return [run(PEOPLE, replication=number) for number in range(SESSIONS)]


@pytest.fixture(scope="module")
def wishing() -> list[EventLog]:
    return [run(WISHES, replication=number) for number in range(SESSIONS)]


@pytest.mark.parametrize(("from_min", "until_min", "mean"), [(1, 3, 4), (1, 2, 2), (5, 10, 30), (9, 10, 6), (2, 6, 8)])
def test_the_number_of_people_in_a_stretch_is_poisson(
    arrivals: list[EventLog], from_min: float, until_min: float, mean: float
) -> None:
    assert_poisson(counts(arrivals, "entered", from_min, until_min), mean)


def test_nobody_comes_before_the_first_moment_or_where_the_rate_is_none(arrivals: list[EventLog]) -> None:
    assert sum(counts(arrivals, "entered", -1, 1)) == sum(counts(arrivals, "entered", 3, 5)) == 0


def test_stretches_are_independent(arrivals: list[EventLog]) -> None:
    early, late = counts(arrivals, "entered", 1, 3), counts(arrivals, "entered", 5, 7)
    assert stats.pearsonr(early, late).pvalue > FALSE_ALARM


@pytest.mark.parametrize(("from_min", "until_min", "mean"), [(0, 4, 24), (3, 4, 6), (4, 8, 6), (2, 6, 15)])
def test_the_number_of_wishes_in_a_stretch_is_poisson(
    wishing: list[EventLog], from_min: float, until_min: float, mean: float
) -> None:
    assert_poisson(counts(wishing, "wish_arose", from_min, until_min), mean)


def test_no_wish_arises_where_the_rate_is_none(wishing: list[EventLog]) -> None:
    assert sum(counts(wishing, "wish_arose", 8, 10)) == 0


def test_the_same_people_come_and_wish_in_every_mode() -> None:
    scene = """\
room: {mode: %s}
audience:
  arrival_rate: {0 min: 3 per min, 5 min: 1 per min}
  leaves_after: 4 min
  wishes: {rate: {0 min: 2 per min, 4 min: 0.5 per min}}
moderators: {}
"""
    for replication in range(3):
        logs = [run(scene % mode, replication=replication) for mode in Mode]
        first, *others = [(moments(log, "entered"), moments(log, "wish_arose")) for log in logs]
        assert first[1], "and somebody wishes"
        assert all(each == first for each in others)


@pytest.mark.parametrize(
    ("constant", "changing"),
    [
        (
            "count: 5, wishes: {rate: 2 per min, unequal: {exponential: {mean: 1}}}",
            "count: 5, wishes: {rate: {0 min: 2 per min}, unequal: {exponential: {mean: 1}}}",
        ),
        (
            "arrival_gap: {exponential: {mean: 20 s}}, leaves_after: 1 min",
            "arrival_gap: [{gap: {exponential: {mean: 20 s}}}], leaves_after: 1 min",
        ),
        ("arrival_rate: 3 per min, leaves_after: 1 min", "arrival_rate: {0 min: 3 per min}, leaves_after: 1 min"),
    ],
)
def test_a_rate_that_never_changes_gives_what_a_constant_one_gives(constant: str, changing: str) -> None:
    first, second = (run(f"audience: {{{each}}}\nmoderators: {{}}") for each in (constant, changing))
    assert list(first.rows()) == list(second.rows())
    assert len(first) > 20


def test_a_lower_rate_in_one_stretch_takes_away_and_moves_nobody() -> None:
    scene = "audience: {arrival_rate: {0 min: 6 per min, 4 min: %s per min, 7 min: 6 per min}, leaves_after: 20 s}"
    more, fewer = ([at for _, at in moments(run(scene % rate), "entered")] for rate in (5, 2))
    assert set(fewer) < set(more)
    assert all(240 <= at < 420 for at in set(more) - set(fewer))


def test_only_so_many_come_as_are_counted() -> None:
    log = run("audience: {count: 4, arrival_rate: {0 min: 60 per min}}")
    assert Counter(kind for _, kind in ((row["who"], row["event"]) for row in log.rows()))["entered"] == 4


def test_stretches_say_the_same_as_rates() -> None:
    """The spelling by gaps: twice as many in the second half hour, and none after the last `until`."""
    gap = parse_arrival_gap(
        [
            {"until": "30 min", "gap": {"exponential": {"mean": "60 s"}}},
            {"until": "1 h", "gap": {"exponential": {"mean": "30 s"}}},
        ]
    )
    assert isinstance(gap, Stretches)
    assert gap.rates == Rates(((0, 1 / MINUTE), (30 * MINUTE, 2 / MINUTE), (60 * MINUTE, 0.0)))
    assert gap.rates.expected(15 * MINUTE, 90 * MINUTE) == pytest.approx(15 + 60)
    assert parse_arrival_gap({"exponential": {"mean": "60 s"}}) == Exponential(60_000.0)


def test_the_number_of_visitors_by_stretches_is_poisson() -> None:
    scene = """\
audience:
  arrival_gap: [{until: 4 min, gap: {exponential: {mean: 30 s}}}, {gap: {exponential: {mean: 15 s}}}]
  leaves_after: 10 s
"""
    logs = [run(scene, replication=number) for number in range(SESSIONS)]
    assert_poisson(counts(logs, "entered", 0, 4), 8)
    assert_poisson(counts(logs, "entered", 4, 10), 24)


@pytest.mark.parametrize(
    "audience",
    [
        "count: 2, wishes: {rate: {0 min: 30 per hour, 90 s: 1 per min, 2 min: 0}}",
        "arrival_rate: {0 min: 1 per min, 10 min: 7 per hour}, leaves_after: 1 min",
        "arrival_gap: [{until: 7 min, gap: {exponential: {mean: 49 ms}}}], leaves_after: 0",
    ],
)
def test_the_written_form_is_read_back_as_the_same(audience: str) -> None:
    scenario = loads(f"{HEAD}audience: {{{audience}}}\n")
    again = loads(file_text(scenario))
    assert (again.audience, again.duration) == (scenario.audience, scenario.duration)


def test_rates_are_one_value_among_those_of_a_scenario() -> None:
    scenario = loads(f"{HEAD}audience: {{count: 2, wishes: {{rate: {{0 min: 30 per hour, 90 s: 0}}}}}}\n")
    assert (
        dict(leaves(scenario.model_dump(mode="json")))["audience.wishes.rate"] == "0 s: 30 per hour, 90 s: 0 per hour"
    )


@pytest.mark.parametrize(
    ("audience", "path", "message"),
    [
        ("count: 1, wishes: {rate: {0 min: 4}}", "audience.wishes.rate.0 min", "expected a rate, got `4`"),
        ("count: 1, wishes: {rate: {soon: 4 per min}}", "audience.wishes.rate.soon", "expected a duration"),
        ("count: 1, wishes: {rate: {60 s: 4 per min, 1 min: 0}}", "audience.wishes.rate.1 min", "comes twice"),
        ("count: 1, wishes: {rate: {}}", "audience.wishes.rate", "expected rates"),
        ("count: 1, wishes: {rate: {0 min: 900 per s}, unequal: 2}", "audience.wishes.rate", "per millisecond"),
        ("count: 1, arrival: 1 s, arrival_rate: 1 per min", "audience.arrival_rate", "exclude each other"),
        ("count: 1, arrival_gap: 1 s, arrival_rate: 1 per min", "audience.arrival_rate", "exclude each other"),
        ("count: 1, arrival_rate: 1 per min, arrival_fades: 1 min", "audience.arrival_fades", "needs an `arrival_gap`"),
        ("arrival_rate: {0 min: 1 per min}", "audience.arrival_rate", "nobody leaves"),
        ("arrival_gap: [], leaves_after: 0", "audience.arrival_gap", "expected stretches"),
        ("arrival_gap: [{gap: 5 s}], leaves_after: 0", "audience.arrival_gap.0.gap", "an exponential gap"),
        ("arrival_gap: [{gap: {exponential: {mean: 0}}}], leaves_after: 0", "audience.arrival_gap.0.gap", "above 0"),
        ("arrival_gap: [{until: 5 min}], leaves_after: 0", "audience.arrival_gap.0", "expected `until` and `gap`"),
        (
            "arrival_gap: [{gap: {exponential: {mean: 1 s}}}, {gap: {exponential: {mean: 1 s}}}], leaves_after: 0",
            "audience.arrival_gap.0",
            "only the last stretch has no `until`",
        ),
        (
            "arrival_gap: [{until: 0 s, gap: {exponential: {mean: 1 s}}}], leaves_after: 0",
            "audience.arrival_gap.0.until",
            "ends before it begins",
        ),
    ],
)
def test_what_is_no_rate_is_refused(audience: str, path: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(f"{HEAD}audience: {{{audience}}}\n")
    (problem,) = caught.value.problems
    assert problem.path == path
    assert message in problem.message
    assert problem.hint


def test_rates_rise_in_time() -> None:
    for steps in ((), ((5, 1.0), (5, 2.0)), ((5, 1.0), (0, 2.0))):
        with pytest.raises(ValueError, match="must rise"):
            Rates(steps)
    with pytest.raises(FaultError):
        parse_rates({"-1 min": "1 per min"})
    assert [Rates(((10, 1.0), (20, 0.5))).at(at) for at in (9, 10, 19.9, 20)] == [0.0, 1.0, 1.0, 0.5]
