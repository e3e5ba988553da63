"""A small seminar for the tests of baselines, tapes and differences."""

from pathlib import Path

import pytest

from stagesim.scenario.reading.loader import load
from stagesim.scenario.scenario import Scenario

SEMINAR = """\
title: A small seminar
duration: 12 min
room: {stage_capacity: 2, request_cooldown: 20 s, invitation_ttl: 30 s, reconnect_grace: 20 s}
audience:
  count: 10
  wishes: {rate: 12 per hour}
  patience: {exponential: {mean: 3 min}}
  answer: {time: 4 s, accept: 0.9}
  connection: {share: 0.3, lost_after: {exponential: {mean: 5 min}}, gap: {exponential: {mean: 10 s}}}
moderators: {review: {time: 10 s, approve: 0.8}}
"""


@pytest.fixture(scope="session")
def seminar_text() -> str:
    return SEMINAR


@pytest.fixture
def seminar_file(tmp_path: Path, seminar_text: str) -> Path:
    path = tmp_path / "seminar.yaml"
    path.write_text(seminar_text, encoding="utf-8")
    return path


@pytest.fixture
def seminar(seminar_file: Path) -> Scenario:
    return load(seminar_file)
