"""Whatever an engine answers, a session ends, or the engine is named: nothing is taken for a fault of ours."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from stageaccess.protocol import Conversation
from stagesim.engines import subprocess
from stagesim.engines.contract import EngineError
from stagesim.experiments.replications import Job, one
from stagesim.scenario.reading.loader import loads

SCENARIO = loads(
    """\
title: A lively room
duration: 4 min
room: {mode: join_by_request, stage_capacity: 2, request_ttl: 40 s, invitation_ttl: 20 s, reconnect_grace: 10 s}
audience:
  count: 8
  wishes: {rate: 60 per hour}
  connection: {lost_after: 1 min, gap: 8 s}
moderators: {count: 2}
"""
)

VALUES: tuple[Any, ...] = (
    *("audience-1", "moderator-1", "ghost", "requested", "viewer", "on_stage", "r1", "i1", "", "system"),
    *(None, 0, 1, -1, 2.5, 1e30, True, [], {}, [1], {"more": 1}),
)

ANSWERS = 400
"""About as many as the session has."""


class Mutated:
    """In the place of a process: our own engine, one of whose answers is changed a little."""

    command = "mutated"
    ended = False

    def __init__(self, draw: random.Random) -> None:
        self.rooms = 0
        self.draw = draw
        self.left = draw.randrange(draw.choice((8, ANSWERS)))
        self.room = Conversation()

    def ask(self, line: str) -> str:
        """The answer to a line."""
        answer = self.room.answer_text(line)
        self.left -= 1
        return json.dumps(mutated(json.loads(answer), self.draw)) if self.left == 0 else answer


def mutated(answer: Any, draw: random.Random) -> Any:
    """An answer of which one part, whichever, is another one, is not there, or is there twice."""
    places = list(_places(answer))
    *outer, last = draw.choice(places)
    inside = answer
    for place in outer:
        inside = inside[place]
    match draw.randrange(4):
        case 0:
            del inside[last]
        case 1 if isinstance(inside, list):
            inside.insert(last, inside[last])
        case 2 if isinstance(inside[last], int | float):
            inside[last] += draw.choice((1, -1, 0.001, 1000))
        case _:
            inside[last] = draw.choice(VALUES)
    return answer


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    if isinstance(value, dict):
        for key in value:
            yield from _places(value[key], (*at, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _places(each, (*at, place))


class OfMutated(subprocess.EngineCommand):
    """Makes rooms in such an engine."""

    def __init__(self, draw: random.Random) -> None:
        super().__init__("mutated")
        self.draw = draw

    def _process(self) -> Any:
        return Mutated(self.draw)


@pytest.mark.parametrize("block", range(4))
def test_a_changed_answer_ends_the_session_or_names_the_engine(block: int) -> None:
    named: list[EngineError] = []
    for seed in range(block * 40, block * 40 + 40):
        draw = random.Random(seed)
        mode = draw.choice(["join_by_request", "everyone_on_stage", "invite_only"])
        try:
            one(Job(SCENARIO, seed, engine=OfMutated(draw)), mode, 0)
        except EngineError as error:
            named.append(error)
    assert len(named) > 10
    assert {error.engine for error in named} == {"mutated"}
    assert all("asked: `{" in str(error) for error in named)
