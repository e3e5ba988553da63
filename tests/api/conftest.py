"""A small seminar, as a file and as a comparison of its modes."""

from pathlib import Path

import pytest

import stagesim

TEXT = """
title: A small seminar
duration: 8 min
doors_open: 1 min
room: {stage_capacity: 2}
audience: {count: 10, wishes: {rate: 12 per hour}, patience: {exponential: {mean: 2 min}}, on_stage: {stay: 20 s}}
moderators: {review: {time: 10 s}}
"""


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("scenarios") / "seminar.yaml"
    file.write_text(TEXT)
    return file


@pytest.fixture(scope="session")
def comparison(path: Path) -> stagesim.Comparison:
    return stagesim.compare(path, replications=2, seed=4)
