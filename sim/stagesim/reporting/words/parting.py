"""Where two sessions part, and what makes them differ, in words."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from stagesim.reporting.words.story import moment
from stagesim.scenario.rules import rule_set
from stagesim.scenario.scenario import Scenario
from stagesim.testing.baselines.situation import differing, settings
from stagesim.testing.difference import Report
from stagesim.testing.differences.rule_names import with_setting

OF_THE_LIST: Final = re.compile(r"[A-Z]\d")
"""What a rule is called that has a name of its own; others are cells, rows and checks."""

UNTOLD: Final = frozenset({"sees", "explains"})
"""Kinds of steps of a player that say nothing of what happens."""


def changes(one: Scenario, other: Scenario) -> Iterator[str]:
    """What one scenario says otherwise than another: its settings, then its rules."""
    yield from differing(settings(one), settings(other))
    for line in rule_set(other.rules).differences(rule_set(one.rules)):
        key, _, words = line.partition(": ")
        old, _, new = words.partition(" -> ")
        name = key.removeprefix("own.").removeprefix("others.")
        was, now = ({"-": "nothing", "True": "true", "False": "false"}.get(each, each) for each in (old, new))
        yield f"`{name}` was {was}, is {now}"


def parting(found: Report, runs: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The moment at which two sessions part, whom it is about and by which rule; then what happens in each. `runs` are
    those of the player.
    """
    part = found.divergence
    if part is None:
        yield f"no difference {_where(found)}"
        return
    yield f"first difference: session {found.key[1]}, {moment(part.at_ms)}, {part.person}, {behind(part.rule)}"
    said = [list(_happened(run, part.at_ms, part.person)) for run in runs]
    for run, mine, theirs, logged in zip(runs, said, said[::-1], (part.first, part.second), strict=True):
        own = [each for each in mine if each not in theirs]
        yield f"  {run['name']}: {' '.join(own) or (logged if said[0] == said[1] else 'nothing yet')}"


def behind(rule: str | None) -> str:
    """What is behind a difference, as the end of a sentence."""
    if rule is None:
        return "who does otherwise"
    return f"by {'the rule ' if OF_THE_LIST.match(rule) else ''}{with_setting(rule)}"


def _where(found: Report) -> str:
    """In which sessions nothing differs."""
    numbers = sorted({number for _, number in found.compared})
    return f"in session {numbers[0]}" if len(numbers) == 1 else f"in the first {len(numbers)} sessions"


def _happened(run: dict[str, Any], at_ms: int, who: str) -> Iterator[str]:
    """What a player says of somebody at a moment."""
    for step in run["steps"]:
        if step["t"] == at_ms and "x" in step and step["k"] not in UNTOLD and run["people"][step["w"]] == who:
            yield run["texts"][step["x"]]
