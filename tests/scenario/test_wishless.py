"""Scenarios in which nobody can come to speak are told from those in which somebody can."""

import pytest

from stagesim.scenario.reading.loader import loads
from stagesim.scenario.wishless import nobody_wishes


@pytest.mark.parametrize(
    ("text", "nobody"),
    [
        ("", True),
        ("audience: {count: 4}\nmoderators: {}", True),
        ("audience: {count: 4, wishes: {rate: 0 per hour}}", True),
        ("audience: {count: 4, wishes: {rate: 2 per hour, limit: 0}}", True),
        ("audience: {count: 0, wishes: {on_arrival: 1}}", True),
        ("audience: {count: 4, wishes: {rate: 2 per hour}}", False),
        ("audience: {count: 4, wishes: {on_arrival: 0.1}}", False),
        ("audience: {count: 4, wishes: {after_settled: 1 min}}", False),
        ("audience: {count: 4, wishes: {rounds: [{at: 1 min}]}}", False),
        ("audience: {count: 4}\nmoderators: {invites: {every: 1 min}}", False),
        ("script: [{at: 0, do: enter_room, by: pat, role: participant}]", False),
    ],
)
def test_whether_anybody_can_have_a_wish(text: str, nobody: bool) -> None:
    assert nobody_wishes(loads(f"title: t\nduration: 10 min\n{text}\n")) is nobody
