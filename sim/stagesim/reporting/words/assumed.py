"""What an assumption means, in the words of the reference of keys, and who says so."""

from typing import Final

from stagesim.scenario.demands.assumptions import Assumption
from stagesim.scenario.reading.explain import model_at
from stagesim.scenario.reading.groups import FIELDS

UNMEASURED: Final[str] = Assumption.model_fields["source"].default
"""The source of what nobody has measured."""


def meaning(path: str) -> str:
    """What the key of a scenario at this path means: first the group, then the meaning of the key above it and its own,
    then which number of a distribution it is.
    """
    parts = path.split(".")
    group = parts[2] if parts[0] in FIELDS and parts[1:2] == ["groups"] else ""
    keys: list[str | int] = [int(key) if key.isdigit() else key for key in parts]
    if keys[0] in FIELDS:
        keys = [keys[0], *keys[2:]] if group else [keys[0], "group", *keys[1:]]
    said, last = [], 0
    for place in range(1, len(keys)):
        model = model_at(tuple(keys[:place]))
        field = None if model is None else model.model_fields.get(str(keys[place]))
        if field is not None:
            said.append((field.description or str(keys[place])).partition(";")[0])
            last = place
    rest = [str(keys[-1])] if last + 1 < len(keys) else []
    return " › ".join([*([group] if group else []), *said[-2:], *rest])


def source(said: str) -> str:
    """Where the range of an assumption comes from."""
    return "nobody has measured it" if said == UNMEASURED else f"source: {said}"
