"""Small scenes: a few people with fixed durations, so that every line of the log can be foretold."""

from collections.abc import Sequence
from typing import Any

from stagesim.eventlog import EventLog
from stagesim.scenario.reading.loader import loads
from stagesim.simulate import simulate

DETAILS = ("action", "outcome", "cause", "reason", "via", "origin", "mode", "role")


def run(scene: str, **options: Any) -> EventLog:
    """The log of a scene, which is a scenario but for its title and its duration of ten minutes."""
    return simulate(loads("title: A scene\nduration: 10 min\ndoors_open: 1 min\n" + scene), **options).log


def story(log: EventLog, kinds: str, *, who: Sequence[str] = ()) -> list[str]:
    """The events of some kinds: seconds since the session's start, kind, person, and details, as in a diary.

    A kind that ends with `_` stands for all that begin like it; `by` as a kind adds who caused each event.
    """
    wanted = kinds.split()
    told = []
    for row in log.rows():
        kind, person = str(row["event"]), str(row["who"])
        is_wanted = any(kind == each or (each.endswith("_") and kind.startswith(each)) for each in wanted)
        if is_wanted and (not who or person in who):
            details = [str(row[each]) for each in DETAILS if row.get(each) is not None]
            by = ["by", str(row["by"])] if "by" in wanted else []
            told.append(" ".join([f"{row['at'] - 60:g}", kind, person, *details, *by]))
    return told


def play(scene: str, kinds: str, *, who: Sequence[str] = (), **options: Any) -> list[str]:
    """The story of a scene."""
    return story(run(scene, **options), kinds, who=who)
