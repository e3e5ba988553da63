"""What `stagesim shrink` and `stagesim fuzz` say: the least that fails, as a story."""

import re
from typing import Final

from stagesim.engines.contract import EngineMaker
from stagesim.reporting.answers.findings import Findings, Tale
from stagesim.testing.differences.sequence import steps
from stagesim.testing.laboratory.demands import log_of
from stagesim.testing.laboratory.fuzz import Found, Fuzzing
from stagesim.testing.laboratory.runner import shown
from stagesim.testing.laboratory.shrink import Shrunk
from stagesim.testing.laboratory.stories import Story
from stagesim.testing.laboratory.trial import Trial
from stagesim.testing.laboratory.written import pytest_text

LONGEST_NAME: Final = 60
"""Letters of a file's name, which says what fails."""

OF_SHRINKING: Final = (
    "Every story that was tried on the way was told to a fresh room; only those stand whose first failure has the same "
    "fingerprint."
)
OF_FUZZING: Final = (
    "A cell is a mode, a role, a standing and an action. What was not found may still be there: that it is not, only "
    "`stagesim verify` can say, of small rooms."
)


def name_of(fingerprint: str) -> str:
    """The name of the files of a failure."""
    return re.sub(r"[^a-z0-9]+", "_", fingerprint.lower()).strip("_")[:LONGEST_NAME].rstrip("_")


def of_shrunk(before: Story, small: Shrunk, maker: EngineMaker | None, engine: str | None, command: str) -> Findings:
    """The findings of `shrink`; `engine` is the command line of the engine, where there is one."""
    tale, is_shown = _tale(small, maker, engine)
    people, actions = len(small.story.people), small.story.actions
    lines = [small.failure.said.partition("\n")[0]]
    if not small.is_done:
        lines.append("the time was over: it may not be the smallest; give `--seconds` more")
    if not is_shown:
        lines.append("`stagesim check` has no word that shows this: the scenario passes there")
    return Findings(
        kind="shrink",
        title="The least that fails",
        facts=f"{_people(len(before.people))} and {len(before.lines)} lines; now {_people(people)} and {actions} "
        f"action{'s' * (actions != 1)}, after {small.tries} tries.",
        lines=tuple(lines),
        reading=OF_SHRINKING,
        command=command,
        tales=(tale,),
        data={
            "fingerprint": small.failure.fingerprint,
            "said": small.failure.said,
            "people": people,
            "actions": actions,
            "tries": small.tries,
            "is_smallest": small.is_done,
            "is_shown_by_check": is_shown,
        },
    )


def of_fuzzing(
    fuzzing: Fuzzing,
    found: Found | None,
    small: Shrunk | None,
    engine: str | None,
    lines: tuple[str, ...],
    seconds: float,
    command: str,
) -> Findings:
    """The findings of `fuzz`; `lines` are what is to be said beside. `small` is the failure that was found, shrunk."""
    cells, missing = fuzzing.reached()
    reached = cells - len(missing)
    tales = () if small is None else (_tale(small, fuzzing.maker, engine)[0],)
    what = "nothing was found" if small is None else small.failure.said.partition("\n")[0]
    return Findings(
        kind="fuzz",
        title="Drawn rooms",
        facts=f"{fuzzing.runs:,} rooms, {fuzzing.asked:,} commands in {seconds:.0f} s; {reached} of {cells} cells.",
        lines=(what, *lines),
        reading=OF_FUZZING,
        command=command,
        tales=tales,
        data={
            "rooms": fuzzing.runs,
            "commands": fuzzing.asked,
            "cells": cells,
            "not_reached": list(map(str, missing)),
            "answers": [[str(cell), answer, times] for (cell, answer), times in sorted(fuzzing.seen.items())],
            "run": None if found is None else str(found.run),
            "fingerprint": None if found is None else found.failure.fingerprint,
        },
    )


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"


def _tale(small: Shrunk, maker: EngineMaker | None, engine: str | None) -> tuple[Tale, bool]:
    """The story with its diagram and its files, and whether the ordinary runner shows it."""
    story, failure = small.story, small.failure
    written, is_shown = shown(story, failure, maker)
    trial = Trial(story, maker, judges=False)
    for line in story.lines:
        trial.ask(line)
    rows = [{**row, "at": row["at"] - story.zero_ms / 1000} for row in log_of(trial.answers, story.config).rows()]
    arrows = tuple(steps(rows, [])[:-1])
    title = failure.said.partition("\n")[0]
    test = pytest_text(written, failure, engine)
    return Tale(
        name_of(failure.fingerprint), title, "What the room was told, and tells.", arrows, written.text, test
    ), is_shown
