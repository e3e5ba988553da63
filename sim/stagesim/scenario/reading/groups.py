"""The short forms of `audience` and `moderators`: one group, or several that share what they do not say themselves.

    audience: {count: 40, patience: 2 min}                       one group, called `audience`
    audience: {count: 40, groups: {eager: {share: 0.1, …}, …}}   several; `count` split by `share`; one has all

The keys beside `groups` hold for every group that does not have its own; nested mappings are merged key by key.
"""

from collections.abc import Mapping
from typing import Any, Final

from stagesim.scenario.faults import shown
from stagesim.scenario.reading.shares import Shares
from stagesim.scenario.reading.yaml_text import Document, Path

FIELDS: Final = ("audience", "moderators")
# A group that says one of these does not take the others from the keys that hold for every group.
ARRIVALS: Final = ("arrival", "arrival_gap", "arrival_rate")


def expand(document: Document) -> dict[str, Any]:
    """The data with every group written out. Faults in the forms themselves become problems of the document."""
    data = dict(document.data)
    for field in FIELDS:
        if data.get(field, ...) is None:
            del data[field]
        elif isinstance(data.get(field), dict):
            data[field] = _groups(document, field, data[field])
    return data


def raw_path(data: Any, path: Path) -> Path:
    """Where in the file's data the value stands that is at `path` in the expanded data, as far as it is there."""
    if len(path) < 2 or path[0] not in FIELDS:
        return _existing(data, path)
    field, group, *rest = path
    candidates = [_existing(data, (field, "groups", group, *rest)), _existing(data, (field, *rest))]
    groups = data.get(field, {}).get("groups") if isinstance(data.get(field), dict) else None
    if not isinstance(groups, dict):
        return candidates[1]
    own, base = candidates
    return base if len(base) - 1 > max(len(own) - 3, 0) else own


def _existing(data: Any, path: Path) -> Path:
    """The longest beginning of the path that leads to something."""
    for length, key in enumerate(path):
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return path[:length]
    return path


def _groups(document: Document, field: str, given: dict[str, Any]) -> dict[str, Any]:
    if "groups" not in given:
        return {field: given}
    groups = given["groups"]
    here: Path = (field, "groups")
    if not isinstance(groups, dict) or not groups:
        hint = "write names and what differs between them, such as `{eager: {share: 0.1}, quiet: {share: 0.9}}`"
        document.problem(document.at(here), here, f"expected groups, got {shown(groups)}", hint)
        return {}
    base = {key: value for key, value in given.items() if key not in {"groups", "count"}}
    result = {}
    for name, value in groups.items():
        own = {} if value is None else value
        if not isinstance(own, dict):
            hint = "write what differs from the other groups, or `{}`"
            document.problem(document.at((*here, name)), (*here, name), f"expected a mapping, got {shown(own)}", hint)
            continue
        dropped = set(ARRIVALS) if any(key in own for key in ARRIVALS) else set()
        inherited = {key: value for key, value in base.items() if key not in dropped}
        result[str(name)] = merged(inherited, {key: value for key, value in own.items() if key != "share"})
    readable = {name: value for name, value in groups.items() if str(name) in result}
    for name, count in _counts(document, field, given.get("count"), readable, len(groups)).items():
        result[name]["count"] = count
    return result


def _counts(document: Document, field: str, total: Any, groups: Mapping[Any, Any], written: int) -> dict[str, Any]:
    """The count of every group that has a `share`, or that a fault leaves without one; `written` is how many stand in
    the file, readable or not.
    """
    shares = Shares.of(field, total, groups)
    if len(groups) < written:
        return shares.counts(faulty=True)
    has_line = document.at((field, "count")).line is not None
    faults = shares.check(total_is_set=not has_line)
    for message, hint, path in faults:
        document.problem(document.at(path), path, message, hint)
    return shares.counts(faulty=bool(faults))


def merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Both mappings; where both have a mapping, that is merged likewise, unless it names a distribution."""
    result = dict(base)
    for key, value in own.items():
        below = base.get(key)
        nested = isinstance(value, dict) and isinstance(below, dict) and key in NESTED
        result[key] = merged(below, value) if nested and below is not None else value
    return result


NESTED: Final = frozenset(
    (
        *(
            "connection",
            "wishes",
            "readiness",
            "after_decline",
            "after_cut",
            "answer",
            "setup",
            "on_stage",
            "full_stage",
        ),
        *("review", "presenting", "reads_chat", "called_away", "invites", "removes"),
    )
)
"""The keys that hold further keys of a group; every other mapping is one value, such as a distribution."""
