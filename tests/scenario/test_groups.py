"""Groups that share what they do not say themselves, and counts that are split by share."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stagesim.scenario.forms.json_schema import json_schema
from stagesim.scenario.habits import Wishes
from stagesim.scenario.moderators import Moderators
from stagesim.scenario.participants import Participants
from stagesim.scenario.reading.groups import NESTED
from stagesim.scenario.reading.loader import Problem, ScenarioError, loads
from stagesim.scenario.reading.shares import split
from stagesim.scenario.values.distributions import Exponential, Fixed

HEAD = "title: t\nduration: 10 min\n"


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        loads(HEAD + text, "x.yaml")
    return caught.value.problems


def test_one_group_has_the_name_of_its_key() -> None:
    scenario = loads(HEAD + "audience: {count: 3}\nmoderators: {}")
    assert list(scenario.audience) == ["audience"]
    assert list(scenario.moderators) == ["moderators"]
    assert scenario.moderators["moderators"].count == 1


def test_nobody_comes_where_nothing_is_said() -> None:
    scenario = loads(HEAD + "audience:\nmoderators:\n")
    assert scenario.audience == {}
    assert scenario.moderators == {}


def test_groups_take_what_they_do_not_say_from_the_keys_beside_them() -> None:
    text = """\
audience:
  count: 10
  patience: {exponential: {mean: 5 min}}
  wishes: {rate: 1 per hour, on_arrival: 0.5}
  on_stage: {stay: 1 min, pulse: 5 s}
  groups:
    eager: {share: 0.2, wishes: {rate: 4 per hour}, patience: {lognormal: {median: 1 min, sigma: 0}}}
    quiet: {share: 0.8, on_stage: {pulse: null}}
"""
    audience = loads(HEAD + text).audience
    eager, quiet = audience["eager"], audience["quiet"]
    assert list(audience) == ["eager", "quiet"]
    assert (eager.count, quiet.count) == (2, 8)
    assert eager.wishes.rate == 4 / 3_600_000
    assert eager.wishes.on_arrival == quiet.wishes.on_arrival == 0.5
    assert eager.patience is not None
    assert eager.patience.quantile(0.9) == pytest.approx(60_000)  # the distribution is replaced as a whole
    assert quiet.patience == Exponential(300_000.0)
    assert eager.on_stage.pulse == Fixed(5000.0)
    assert quiet.on_stage.pulse is None
    assert quiet.on_stage.stay == Fixed(60_000.0)


def test_a_single_group_has_the_whole_count() -> None:
    text = "moderators: {count: 3, groups: {adviser: {role: host}}}"
    assert loads(HEAD + text, sets=["moderators.count=4"]).moderators["adviser"].count == 4
    own = "moderators: {count: 3, groups: {adviser: {count: 2}}}"
    assert "`count` is not used" in problems(own)[0].message
    assert loads(HEAD + "moderators: {count: 3, groups: {adviser: }}").moderators["adviser"].count == 3


def test_a_group_that_comes_one_after_another_drops_the_common_arrival() -> None:
    text = """\
audience:
  arrival: -1 min
  groups:
    early: {count: 5}
    late: {arrival_gap: {exponential: {mean: 10 s}}, leaves_when_settled: true}
"""
    audience = loads(HEAD + text).audience
    assert audience["early"].arrival == Fixed(-60_000.0)
    assert audience["late"].arrival_gap == Exponential(10_000.0)
    assert audience["late"].count is None


@pytest.mark.parametrize("common", ["arrival: -1 min", "arrival_gap: 10 s", "arrival_rate: 1 per min"])
@pytest.mark.parametrize("own", ["arrival: -2 min", "arrival_gap: 20 s", "arrival_rate: {0 min: 2 per min}"])
def test_a_group_may_come_in_another_way_than_the_others(common: str, own: str) -> None:
    text = f"audience: {{{common}, leaves_after: 1 min, groups: {{a: {{count: 5}}, b: {{count: 5, {own}}}}}}}"
    audience = loads(HEAD + text).audience
    assert audience["a"] == loads(HEAD + f"audience: {{count: 5, leaves_after: 1 min, {common}}}").audience["audience"]
    assert audience["b"] == loads(HEAD + f"audience: {{count: 5, leaves_after: 1 min, {own}}}").audience["audience"]


def test_moderators_have_groups_too() -> None:
    text = "moderators: {count: 4, client: mobile, groups: {a: {share: 0.25, role: host}, b: {share: 0.75}}}"
    moderators = loads(HEAD + text).moderators
    assert [(name, group.count, group.role.value) for name, group in moderators.items()] == [
        ("a", 1, "host"),
        ("b", 3, "moderator"),
    ]
    assert [
        group.count for group in loads(HEAD + "moderators: {groups: {a: , b: {count: 2}}}").moderators.values()
    ] == [1, 2]


def test_shares_and_counts_may_stand_side_by_side() -> None:
    text = "audience: {count: 9, groups: {a: {share: 0.5}, b: {share: 0.5}, c: {count: 7}}}"
    assert [group.count for group in loads(HEAD + text).audience.values()] == [5, 4, 7]


@pytest.mark.parametrize(
    ("total", "shares", "counts"),
    [
        (100, {"a": 0.29, "b": 0.71}, {"a": 29, "b": 71}),  # 100 * 0.29 is 28.999999999999996
        (10, {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}, {"a": 4, "b": 3, "c": 3}),
        (7, {"a": 0.9, "b": 0.1}, {"a": 6, "b": 1}),
        (1, {"a": 0.4, "b": 0.6}, {"a": 0, "b": 1}),
        (0, {"a": 0.5, "b": 0.5}, {"a": 0, "b": 0}),
    ],
)
def test_a_count_is_split_by_largest_remainder(total: int, shares: dict[str, float], counts: dict[str, int]) -> None:
    assert split(total, shares) == counts


@given(st.integers(0, 100_000), st.lists(st.integers(1, 1000), min_size=1, max_size=8))
def test_a_split_adds_up_and_nobody_is_off_by_one_or_more(total: int, weights: list[int]) -> None:
    shares = {str(index): weight / sum(weights) for index, weight in enumerate(weights)}
    counts = split(total, shares)
    assert sum(counts.values()) == total
    assert all(abs(counts[name] - total * share) < 1 + 1e-6 for name, share in shares.items())
    assert math.isclose(sum(shares.values()), 1)


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("audience: {count: 9, groups: 3}", "3:30 audience.groups", "expected groups, got `3`", "names"),
        ("audience: {count: 9, groups: {}}", "3:30 audience.groups", "expected groups", "names"),
        ("audience: {groups: {a: 3}}", "3:24 audience.groups.a", "expected a mapping, got `3`", "differs"),
        (
            "audience: {count: 9, groups: {a: {share: 0.5}}}",
            "3:30 audience.groups",
            "the shares add up to `0.5`",
            "to 1",
        ),
        ("audience: {groups: {a: {share: 1}}}", "3:32 audience.groups.a.share", "`share` of what?", "`count`"),
        (
            "audience: {count: 9, groups: {a: {share: 2}}}",
            "3:42 audience.groups.a.share",
            "from 0 to 1, got `2`",
            "0.1",
        ),
        (
            "audience: {count: 9, groups: {a: {share: x}}}",
            "3:42 audience.groups.a.share",
            "from 0 to 1, got `x`",
            "0.1",
        ),
        (
            "audience: {count: 9, groups: {a: {share: 1, count: 2}}}",
            "3:42 audience.groups.a.share",
            "`share` and `count` exclude each other",
            "one of them",
        ),
        (
            "audience: {count: 9, groups: {a: {share: 1}, b: }}",
            "3:48 audience.groups.b",
            "missing `share`",
            "`9` people",
        ),
        (
            "audience: {count: 9, groups: {a: {count: 2}}}",
            "3:19 audience.count",
            "`count` is not used by any group",
            "`share`",
        ),
        ("audience: {groups: {a: {}}}", "3:24 audience.groups.a", "missing `count`", "`arrival_gap`"),
        (
            "audience: {groups: {1: {count: 2}}}",
            "3:20 audience.groups",
            "`1` is not a name for a group",
            "letter first",
        ),
        ("audience: {groups: {a b: {count: 2}}}", "3:26 audience.groups.a b", "`a b` is not a name", "letter first"),
        (
            "audience: {groups: {a: {count: 1, cuont: 2}}}",
            "3:35 audience.groups.a.cuont",
            "unknown key `cuont`",
            "count",
        ),
        (
            "audience: {count: many, groups: {a: {share: 1}}}",
            "3:19 audience.count",
            "expected a whole number",
            "digits",
        ),
    ],
)
def test_what_is_wrong_with_groups(text: str, place: str, message: str, hint: str) -> None:
    (problem,) = problems(text)
    assert f"{problem.line}:{problem.column} {problem.path}" == place
    assert message in problem.message
    assert hint in problem.hint


def test_what_is_wrong_for_all_groups_is_said_once_and_where_it_stands() -> None:
    (problem,) = problems("audience:\n  patience: 5\n  groups:\n    a: {count: 1}\n    b: {count: 2}\n")
    assert (problem.line, problem.column, problem.path) == (4, 13, "audience.patience")


@pytest.mark.parametrize("rest", ["", ", b: {share: 1}", ", b: {count: 2}", ", b: "])
def test_a_group_that_cannot_be_read_is_the_only_problem_and_not_a_crash(rest: str) -> None:
    (problem,) = problems(f"audience: {{count: 9, groups: {{a: 3{rest}}}}}")
    assert (problem.path, problem.message) == ("audience.groups.a", "expected a mapping, got `3`")


def test_two_groups_of_one_name_are_refused() -> None:
    (problem,) = problems("audience: {groups: {a: {count: 1}}}\nmoderators: {groups: {a: {}}}")
    assert (problem.line, problem.message) == (4, "two groups are called `a`")


def test_the_merged_keys_are_those_that_hold_keys() -> None:
    definitions = json_schema()["$defs"]

    def parts(model: str) -> set[str]:
        found = set()
        for name, schema in definitions[model]["properties"].items():
            references = [schema, *schema.get("anyOf", [])]
            if any("properties" in definitions[each["$ref"].split("/")[-1]] for each in references if "$ref" in each):
                found.add(name)
        return found

    assert parts(Participants.__name__) | parts(Moderators.__name__) | parts(Wishes.__name__) == NESTED


def test_a_setting_of_all_groups_together_names_those_that_have_counts_of_their_own() -> None:
    text = HEAD + "moderators: {groups: {host: {}, helper: {count: 2}}}\n"
    with pytest.raises(ScenarioError) as caught:
        loads(text, "x.yaml", ["moderators.count=6"])
    (problem,) = caught.value.problems
    assert problem.place == "setting moderators.count=6"
    assert problem.hint == (
        "vary one group, such as `moderators.groups.host.count`; "
        "possible: `moderators.groups.host.count`, `moderators.groups.helper.count`"
    )
    changed = loads(text, "x.yaml", ["moderators.groups.host.count=6"])
    assert [group.count for group in changed.moderators.values()] == [6, 2]


@pytest.mark.parametrize("staff", ["speak", "null", "[]", "1", "{groups: x}", "{groups: {a: speak, b: {share: 1}}}"])
@pytest.mark.parametrize("people", ["{count: 4, groups: {a: speak, b: {share: 0.5}, 1: }}", "speak", "{count: 4}"])
def test_whatever_stands_in_the_place_of_groups_is_said(staff: str, people: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        loads(f"title: t\nduration: 1 min\nunknown: 1\naudience: {people}\nmoderators: {staff}\n")
    assert all(each.hint for each in refused.value.problems)
