"""Pages as their commands write them, of sessions as small as they may be."""

import shlex
from pathlib import Path
from typing import Final

from stagesim import cli

SMALL: Final = """\
title: A small round
description: Eight people and somebody who looks after the list.
duration: 6 min
audience:
  count: 8
  mobile: 0.5
  wishes: {rate: 30 per hour, limit: 2}
  patience: {exponential: {mean: 1 min}}
moderators: {count: 1}
room: {stage_capacity: 2}
goals: [share of wishes heard >= 0.8]
"""

COMMANDS: Final = {
    "compare": "compare scenarios/seminar.yaml --replications 2",
    "variants": "compare small.yaml --modes join_by_request --replications 16 --variant 'wide: room.stage_capacity=3'",
    "sweep": "sweep small.yaml --set audience.count=6:12:lin3 --replications 4 --metric time_to_stage_mean",
    "why": "why small.yaml --replications 4",
    "diff": "diff small.yaml --mode join_by_request --set room.stage_capacity=3",
    "replay": "replay scenarios/seminar.yaml --modes join_by_request",
    "replay of two": "replay scenarios/town_hall.yaml --modes everyone_on_stage,join_by_request",
}
"""The name of a page, and the command that makes it. The last is as large as an event is: 300 people, 60 minutes."""


def make(name: str, folder: Path) -> Path:
    """The file of a page, written into a folder that is empty."""
    small = folder / "small.yaml"
    small.write_text(SMALL)
    words = [str(small) if word == small.name else word for word in shlex.split(COMMANDS[name])]
    code = cli.invoke([*words, "--out", str(folder / "out")])
    (page,) = (folder / "out").glob("*.html")
    assert code in {0, 1, 3}, "done, they differ, or not decided by so few sessions"
    return page
