"""The table and the words below it: honest numbers, and no winner where it is not clear."""

import io
import math
from array import array
from dataclasses import replace

import pytest

import stagesim
from handmade import session
from stagesim.agents.script_checks import Check
from stagesim.experiments.comparison.marks import mode_contrasts
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.metric_table import QUANTILES, WAITS
from stagesim.metrics import METRICS, Times, measure
from stagesim.reporting.terminal.figures import print_results
from stagesim.reporting.words.figure_rows import sections
from stagesim.reporting.words.headlines import headlines
from stagesim.reporting.words.labels import axis_unit, difference_unit, shown_unit
from stagesim.reporting.words.margins import share_margin
from stagesim.reporting.words.numbers import duration, number
from stagesim.reporting.words.part_rows import part_sections
from stagesim.reporting.words.unmodelled import NOT_MODELLED
from stagesim.scenario.reading.loader import loads
from stagesim.statistics import Interval

SCENARIO = loads("title: Handmade [draft]\nduration: 20 min\n", "x.yaml")
MODES = ("everyone_on_stage", "join_by_request")
BY_NAME = {metric.name: metric for metric in METRICS}


def results(replications: int = 20, modes: tuple[str, ...] = MODES, checks: tuple[Check, ...] = ()) -> Results:
    outcomes = []
    for replication in range(replications):
        for mode in modes:
            log = session(mode, replication=replication, minutes=15)
            outcomes.append(Outcome(mode, replication, log, measure(log), {}, {}, checks))
    return Results(SCENARIO, 1, modes, tuple(outcomes))


def printed(found: Results) -> str:
    out = io.StringIO()
    print_results(found, mode_contrasts(found), out)
    return out.getvalue()


def test_the_table_has_means_and_half_widths() -> None:
    found = results()
    interval = found.interval("on_stage_mean", "join_by_request")
    (line,) = [line for line in printed(found).splitlines() if line.startswith("on stage at once, average")]
    assert f"{interval.mean:.2f} ± {interval.half_width:.2f}" in line
    assert "Handmade [draft] – 20 sessions per mode, seed 1" in printed(found)


def with_times(shares_within: str = "") -> Results:
    """Four sessions a mode: with asking 9 of 10 wishes are on stage after 30 s, else 5 of 10 or of 100."""
    scenario = loads(f"title: t\nduration: 20 min\n{shares_within}", "x.yaml")
    outcomes = []
    for replication in range(4):
        for mode in MODES:
            log = session(mode, replication=replication, minutes=15)
            quick, number = (9, 10 + replication % 2) if mode == MODES[1] else (5, (10, 100)[replication % 2])
            times = {("time_to_stage", "all", ""): Times(array("q", [30_000] * quick), number)}
            outcomes.append(Outcome(mode, replication, log, measure(log), {}, {}, (), times))
    return Results(scenario, 1, MODES, tuple(outcomes))


def test_the_table_begins_with_shares_of_all_people_within_one_three_and_ten_minutes() -> None:
    first, *_ = sections(with_times(), brief=True)
    assert first.title == "Time to the stage"
    assert [row.label for row in first.rows[:3]] == [
        "on stage within 1 min",
        "on stage within 3 min",
        "on stage within 10 min",
    ]
    everyone, asked = first.rows[0].cells
    assert (everyone.mean, asked.mean) == ("9.1", "85.7"), (
        "20 of 220, where the mean over the sessions is 27.5 %; 36 of 42"
    )
    assert first.rows[0].unit == "%"


def test_the_times_that_tables_show_are_those_of_the_scenario() -> None:
    rows = [row.name for section in sections(with_times("shares_within: [29 s, 30 s]\n")) for row in section.rows]
    assert rows[0] == "wishes_on_stage_within_30_s", "nobody is on stage within 29 s, in no mode"
    assert not [name for name in rows[1:] if "_within_" in name]
    none = [row.name for section in sections(with_times("shares_within: []\n")) for row in section.rows]
    assert not [name for name in none if "_within_" in name]


def test_plain_output_has_no_colours_and_no_trailing_spaces() -> None:
    text = printed(results())
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_one_session_has_no_intervals_and_no_winner() -> None:
    text = printed(results(replications=1))
    assert "±" not in text
    assert "✓" not in text
    assert "from one session each" in text
    alone = printed(results(replications=1, modes=MODES[1:]))
    assert "Share of wishes heard: " in alone
    assert "Largest" not in alone


def test_every_metric_with_a_value_is_on_the_page_once() -> None:
    found = results()
    rows = [row.name for section in sections(found) for row in section.rows]
    valued = [
        m.name for m in METRICS if any(v and not math.isnan(v) for mode in MODES for v in found.values(m.name, mode))
    ]
    quantiles = [f"{wait.name}_{end}" for wait in WAITS for end in QUANTILES]
    assert sorted(rows) == sorted([*valued, *quantiles])
    assert "More" not in [section.title for section in sections(found)]
    brief = [row.name for section in sections(found, brief=True) for row in section.rows]
    assert set(brief) < set(rows)


@pytest.mark.parametrize(
    ("value", "metric", "shown"),
    [
        (0.12345, "wishes_heard_share", "12.3"),
        (1.23456, "queue_mean", "1.23"),
        (0.0123456, "queue_mean", "0.012"),
        (12, "requests", "12"),
        (12345.6, "requests", "12,346"),
        (-1.57, "requests", "-1.6"),
        (0.0571, "requests", "0.057"),
        (math.nan, "requests", "–"),
    ],
)
def test_numbers_have_three_digits_that_count(value: float, metric: str, shown: str) -> None:
    assert number(value, BY_NAME[metric]) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (0.0004, "0 s"),
        (0.0504, "0.05 s"),
        (7.29, "7.3 s"),
        (9.96, "10 s"),
        (44.4, "44 s"),
        (89.4, "89 s"),
        (94, "1 min 34 s"),
        (99.7, "1 min 40 s"),
        (129, "2 min 10 s"),
        (239, "4 min"),
        (594, "9 min 50 s"),
        (596, "10 min"),
        (1732, "29 min"),
        (72_000, "1,200 min"),
        (-129, "-2 min 10 s"),
        (math.inf, "∞"),
        (math.nan, "–"),
    ],
)
def test_waits_are_written_as_a_person_says_them(seconds: float, shown: str) -> None:
    assert number(seconds, BY_NAME["time_to_stage_mean"]) == shown


def test_a_wait_beside_its_limit_has_a_digit_more() -> None:
    assert [duration(seconds, 3) for seconds in (10.34, 129.4, 3671)] == ["10.3 s", "2 min 9 s", "61 min 10 s"]


def test_units_are_not_said_twice() -> None:
    assert shown_unit(BY_NAME["moderator_actions_per_hour"]) == ""
    assert shown_unit(BY_NAME["wishes_heard_share"]) == "%"
    assert shown_unit(BY_NAME["stay_mean"]) == ""
    assert axis_unit(BY_NAME["stay_mean"]) == "s"
    assert axis_unit(BY_NAME["wishes_heard_share"]) == "%"


def test_every_metric_has_a_label_of_its_own() -> None:
    labels = [metric.label for metric in METRICS]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    assert not [label for label in labels if "_" in label]


def test_shares_differ_by_points() -> None:
    assert difference_unit(BY_NAME["wishes_heard_share"]) == "points"
    assert difference_unit(BY_NAME["time_to_stage_mean"]) == ""


def test_a_mode_without_requests_has_no_queue_and_wins_nothing_by_it() -> None:
    modes = (*MODES, "invite_only")
    found = results(4, modes=modes)
    assert any(found.values("requests", "join_by_request"))
    assert not any(found.values("requests", "invite_only"))
    rows = {row.name: row.cells for section in sections(found, mode_contrasts(found)) for row in section.rows}
    for name in ("queue_mean", "queue_max"):
        cells = rows[name]
        assert cells[2].mean == "–"
        assert cells[1].mean not in {"–", ""}
        assert not any(cell.best for cell in cells)
    assert rows["requests"][2].mean == "0"


def test_headlines_tell_of_speakers_pushed_off_and_not_of_the_gini_index() -> None:
    lines = headlines(results())
    assert not [line for line in lines if "Gini" in line]
    (line,) = [line for line in lines if "pushed off" in line]
    assert line.startswith("Speakers pushed off a full stage by the next one: ")


def test_failed_expectations_name_file_and_line() -> None:
    checks = (Check(0, 7, 12.5, "pat asks to join", "accepted", "stage_full"), Check(1, 9, 20, "x", "viewer", "viewer"))
    text = printed(results(1, MODES[:1], checks))
    wanted = "x.yaml:7: expected `accepted`, got `stage_full`: pat asks to join, at 12.5 s in everyone_on_stage"
    assert wanted in text
    assert text.index("expectations: 1 of 2 held") < text.index("In short")
    assert text.rstrip().splitlines()[-2].startswith("• ")
    assert text.rstrip().splitlines()[-1] == NOT_MODELLED


def test_an_expectation_that_fails_everywhere_is_said_once() -> None:
    check = Check(0, 7, 12.5, "pat asks to join", "accepted", "stage_full")
    text = printed(results(4, MODES[:1], (check,)))
    assert text.count("x.yaml:7:") == 1
    assert "at 12.5 s in everyone_on_stage, in 4 of 4 replications" in text
    assert "expectations: 0 of 4 held" in text


def test_an_expectation_that_fails_at_times_names_the_first_replication() -> None:
    bad, good = (Check(0, 7, 12.5, "pat asks to join", "accepted", got) for got in ("stage_full", "accepted"))
    found = results(4, MODES[:1])
    outcomes = [replace(each, checks=(bad if each.replication else good,)) for each in found.outcomes]
    text = printed(replace(found, outcomes=tuple(outcomes)))
    assert "in 3 of 4 replications, first 1" in text


def test_the_ends_of_the_requests_in_the_short_table_add_up() -> None:
    found = results()
    shown = {row.name for section in sections(found, brief=True) for row in section.rows}
    ends = [metric.name for metric in METRICS if metric.name.startswith("requests_")]
    for mode in MODES:
        means = {name: found.interval(name, mode).mean for name in ends}
        assert found.interval("requests", mode).mean == pytest.approx(sum(means.values()))
        assert {name for name, mean in means.items() if mean} <= shown


PARTS = """\
title: Phones and desks
duration: 10 min
audience:
  groups:
    desk: {count: 8, wishes: {on_arrival: 1}}
    phone: {count: 8, mobile: 1, wishes: {on_arrival: 1}}
    guest: {count: 1, wishes: {on_arrival: 1}}
moderators: {review: {time: 20 s}}
"""


def test_groups_and_clients_have_a_row_each_with_the_share_that_is_heard() -> None:
    found = stagesim.compare(loads(PARTS), modes=MODES, replications=3)
    (section,) = part_sections(found.results)
    assert section.title == "Wishes heard, by group and client"
    assert [row.label for row in section.rows] == ["group desk", "group phone", "client desktop"], (
        "one guest is too few, and whoever has a phone is the group `phone`"
    )
    sums = found.by_group.groupby(["mode", "group"])[["wishes_heard", "wishes"]].sum()
    shares = sums["wishes_heard"] / sums["wishes"]
    for row in section.rows[:2]:
        group = row.label.split()[1]
        assert [cell.mean for cell in row.cells] == [f"{shares[mode, group] * 100:.1f}" for mode in MODES]
    assert "group phone" in printed(found.results)


def test_a_part_alone_has_no_row() -> None:
    found = stagesim.compare(loads(PARTS.partition("    phone")[0]), modes=MODES, replications=2)
    assert part_sections(found.results) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Interval(0.008, 0.0, 0.0145, math.nan, 40, rarer=13), "(≤ 1.5)"),
        (Interval(0.008, 0.0, 0.0085, math.nan, 40, rarer=13), "(≤ 0.9)"),
        (Interval(0.991, 0.965, 1.0, math.nan, 40, rarer=10), "(≥ 96.5)"),
        # No session shows it: the share stands alone.
        (Interval(0.0, 0.0, 0.088, math.nan, 40, rarer=0), ""),
        (Interval(1.0, 0.912, 1.0, math.nan, 40, rarer=0), ""),
        (Interval(0.3, 0.25, 0.35, 0.05, 40), "± 5.0"),
    ],
)
def test_a_bound_is_on_the_side_of_what_is_rare(found: Interval, said: str) -> None:
    assert share_margin(found) == said
