"""Pages as their commands write them, of sessions as small as they may be."""

import shlex
from pathlib import Path
from typing import Final

from stagesim import cli

COMMANDS: Final = {
    "compare": "compare scenarios/seminar.yaml --replications 2",
    "replay": "replay scenarios/seminar.yaml --modes join_by_request",
    "replay of two": "replay scenarios/town_hall.yaml --modes everyone_on_stage,join_by_request",
}
"""The name of a page, and the command that makes it. The last is as large as an event is: 300 people, 60 minutes."""


def make(name: str, folder: Path) -> Path:
    """The file of a page, written into a folder that is empty."""
    assert cli.invoke([*shlex.split(COMMANDS[name]), "--out", str(folder), "--fresh"]) == 0
    (page,) = folder.glob("*.html")
    return page
