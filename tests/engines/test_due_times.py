"""Engines with due times that no scenario knows of: they are asked when they are due, and the log is in order."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from foreign import IGNORANT, answering
from stageaccess import RoomConfig, RuleSet, StageAccess
from stagesim.engines.contract import EngineError, EngineMaker
from stagesim.engines.subprocess import in_use
from stagesim.metrics import measure
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import simulate

SCENARIO = """\
title: Nobody reviews for long
duration: 20 min
room: {mode: join_by_request}
audience: {count: 10, wishes: {rate: 20 per hour}}
moderators: {count: 1, review: {time: 3 min}}
"""


def for_a_minute(config: RoomConfig, rules: RuleSet) -> StageAccess:
    """An engine whose requests live for a minute, whatever the room says."""
    return StageAccess(replace(config, request_ttl_ms=60_000), rules)


LIVES_A_MINUTE = "if 'room' in asked: line = json.dumps({**asked, 'room': {**asked['room'], 'request_ttl': 60}})\n"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return loads(SCENARIO)


@pytest.fixture(scope="module")
def expected(scenario: Scenario) -> dict[str, float]:
    """What comes out where the room itself says that requests live for a minute."""
    return dict(measure(simulate(loads(SCENARIO, sets=["room.request_ttl=60 s"])).log))


def test_a_room_that_ends_requests_by_itself_is_asked_when_it_does(
    scenario: Scenario, expected: dict[str, float], tmp_path: Path
) -> None:
    """The harness does not know that requests live for a minute; it is as if the scenario had said so."""
    assert expected["requests_expired"] > 3
    with in_use(answering(tmp_path, before=LIVES_A_MINUTE)) as theirs:
        engines: tuple[EngineMaker | None, ...] = (for_a_minute, theirs)
        for engine in engines:
            assert dict(measure(simulate(scenario, engine=engine).log)) == pytest.approx(expected, nan_ok=True)


def test_an_engine_that_does_not_say_when_is_asked_at_every_whole_second(
    scenario: Scenario, expected: dict[str, float], tmp_path: Path
) -> None:
    with in_use(answering(tmp_path, before=LIVES_A_MINUTE + IGNORANT)) as theirs:
        log = simulate(scenario, engine=theirs).log
    rows = list(log.rows())
    assert all(one["at"] <= other["at"] for one, other in pairwise(rows))
    expired = [row["at"] for row in rows if row.get("outcome") == "expired"]
    assert len(expired) > 3
    made = {row["request"]: row["at"] for row in rows if row["event"] == "request_created"}
    late = [row["at"] - made[row["request"]] - 60 for row in rows if row.get("outcome") == "expired"]
    assert all(-1e-9 <= each <= 1 for each in late)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("if asked.get('ask') == 'due': answer = {'due': None}", "and had said that nothing was due"),
        ("if asked.get('ask') == 'due': answer = {'due': 10**6}", "something was due at 1000000 s"),
    ],
)
def test_an_engine_that_keeps_its_due_times_to_itself_breaks_its_contract(
    scenario: Scenario, tmp_path: Path, before: str, said: str
) -> None:
    """Otherwise the log would have it after what came later."""
    with in_use(answering(tmp_path, before=LIVES_A_MINUTE + before)) as theirs, pytest.raises(EngineError, match=said):
        simulate(scenario, engine=theirs)
