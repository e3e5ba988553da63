"""What a baseline is tied to: the room, the people, and what they do; as a digest, and as settings in words."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from stagesim.scenario.forms.canonical import REMARKS
from stagesim.scenario.forms.flat import leaves
from stagesim.scenario.scenario import Scenario

NOT_THE_SITUATION: Final = (REMARKS | {"modes", "rules"}) - {"horizon"}
"""Keys of a scenario that may change under a baseline: remarks, what is judged, and the rules, which are under test.
The horizon may not: the averages of waits depend on it.
"""


def situation(scenario: Scenario) -> str:
    """SHA-256 of everything that a baseline is tied to: the room, the people, and what they do."""
    return _digest(_kept(scenario))


def settings(scenario: Scenario) -> dict[str, str]:
    """The same in words, by path: what is not at its default. A script is too long for that, and is counted."""
    kept = _kept(scenario)
    steps = kept.pop("script", None)
    found = dict(leaves(kept))
    if steps:
        found["script"] = f"{len(steps)} steps, {_digest(steps)[:12]}"
    return found


def differing(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What one scenario says otherwise than another one, value by value."""
    paths = dict.fromkeys((*before, *now))
    said = [(path, before.get(path, "the default"), now.get(path, "the default")) for path in paths]
    return [f"`{path}` was {old}, is {new}" for path, old, new in said if old != new]


def _kept(scenario: Scenario) -> dict[str, Any]:
    data = scenario.model_dump(mode="json", exclude_defaults=True)
    kept = {key: value for key, value in data.items() if key not in NOT_THE_SITUATION}
    for step in kept.get("script", ()):
        step.pop("note", None)
    return kept


def _digest(data: object) -> str:
    return hashlib.sha256(json.dumps(data, separators=(",", ":"), ensure_ascii=True).encode("ascii")).hexdigest()
