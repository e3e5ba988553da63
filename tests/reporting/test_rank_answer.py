"""The words of a ranking."""

from pathlib import Path

import pytest

import stagesim

SCENARIO = """\
title: A small seminar
duration: 5 min
audience: {count: 4, wishes: {rate: 12 per hour}}
moderators: {review: {time: 10 s}}
"""


@pytest.mark.parametrize(
    ("goals", "said"),
    [(("queue_max <= 3",), "1 goal, "), (("queue_max <= 3", "share of wishes heard > 20 %"), "2 goals, ")],
)
def test_goals_are_counted_in_words(tmp_path: Path, goals: tuple[str, ...], said: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(SCENARIO)
    modes = ("join_by_request", "invite_only")
    assert stagesim.rank(path, *goals, budget=20, modes=modes).answer.facts.startswith(said)


def test_one_mode_may_be_given_as_a_text(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(SCENARIO)
    found = stagesim.size(path, "queue_max <= 3", vary="moderators.count", high=1, budget=20, modes="join_by_request")
    assert [each.mode for each in found.results.sizes] == ["join_by_request"]


def test_names_of_modes_with_the_same_figures_do_not_lie_on_each_other(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(SCENARIO)
    found = stagesim.rank(path, "share of wishes heard > 20 %", budget=20, modes=("join_by_request", "invite_only"))
    (axes,) = found.answer.drawing("pareto").axes
    one, other = (text for text in axes.texts if text.get_text())
    assert one.xy == other.xy
    assert other.get_position()[1] - one.get_position()[1] > one.get_fontsize()
