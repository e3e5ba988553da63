"""What would turn the answer: as it was tested, or which assumptions were never varied and the command that does."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from stagesim.experiments.kept.beside import Study, answer_beside
from stagesim.reporting.words.further import tip_command
from stagesim.reporting.words.headlines import listed
from stagesim.reporting.words.keys import key_words
from stagesim.scenario.demands.assumptions import Assumption

TURNING_TITLE: Final = "What would turn it"
MOST_NAMED: Final = 3
"""Assumptions that a sentence names; the page's table has all of them."""


class Turning(NamedTuple):
    """What is known of it, and the command that finds out, which is empty where it is known or there is none."""

    lines: tuple[str, ...]
    command: str = ""


def turning(study: Study, folder: Path | None, sides: Sequence[str]) -> Turning:
    """What would turn the answer among `sides`, by an answer of `stagesim tip` in a folder beside; else that nobody
    knows, and the command that finds out.
    """
    found = answer_beside(folder, "tip", study) if folder is not None else None
    if found is not None and set(found.get("contenders", ())) == set(sides):
        return Turning((*found["in_short"], *_others(study.scenario.assumptions, found["assumptions"])))
    return Turning((_untested(study.scenario.assumptions),), tip_command(study))


def _others(assumptions: Sequence[Assumption], tried: Sequence[Mapping[str, object]]) -> list[str]:
    """How many of the assumptions were not varied, if any."""
    paths = {each["path"] for each in tried}
    left = sum(each.range.path not in paths for each in assumptions)
    if not left:
        return []
    return [f"{left} other assumptions were not varied." if left > 1 else "One other assumption was not varied."]


def _untested(assumptions: Sequence[Assumption]) -> str:
    """That nothing was varied, and what that would be."""
    if not assumptions:
        return "Not known: no assumption was varied, and the scenario names none that might be."
    names = [key_words(each.range.path) for each in assumptions]
    more = f", and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    shown = ", ".join(names[:MOST_NAMED]) + more if more else listed(names)
    number = f"none of the {len(names)} assumptions" if len(names) > 1 else "the assumption"
    varied = "was" if len(names) > 1 else "was never"
    return f"Not known: {number} {varied} varied: {shown}."
