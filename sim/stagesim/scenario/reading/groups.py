"""The short forms of `audience` and `moderators`: one group, or several that share what they do not say themselves.

    audience: {count: 40, patience: 2 min}                       one group, called `audience`
    audience: {count: 40, groups: {eager: {share: 0.1, …}, …}}   several; `count` split by `share`; one has all

The keys beside `groups` hold for every group that does not have its own; nested mappings are merged key by key.
"""

import math
from collections.abc import Mapping
from typing import Any, Final

from stagesim.scenario.faults import listed, shown
from stagesim.scenario.reading.yaml_text import Document, Path

FIELDS: Final = ("audience", "moderators")
# A group that says one of these does not take the other from the keys that hold for every group.
EXCLUSIVE: Final = (("arrival", "arrival_gap"), ("arrival_gap", "arrival"))


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
        dropped = {other for key, other in EXCLUSIVE if key in own}
        inherited = {key: value for key, value in base.items() if key not in dropped}
        result[str(name)] = merged(inherited, {key: value for key, value in own.items() if key != "share"})
    for name, count in _counts(document, field, given, groups).items():
        result[name]["count"] = count
    return result


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
        *("connection", "wishes", "after_decline", "answer", "setup", "on_stage", "full_stage"),
        *("review", "presenting", "called_away", "invites", "removes"),
    )
)
"""The keys that hold further keys of a group; every other mapping is one value, such as a distribution."""


def _counts(document: Document, field: str, given: dict[str, Any], groups: dict[str, Any]) -> dict[str, Any]:
    """The count of every group that has a `share`, or that a fault leaves without one."""
    here: Path = (field, "groups")
    total = given.get("count")
    if total is not None and len(groups) == 1:
        groups = {name: _all_of_it(own) for name, own in groups.items()}
    owners = {str(name): own if isinstance(own, dict) else {} for name, own in groups.items()}
    shares = {name: own["share"] for name, own in owners.items() if "share" in own}
    faulty = _shares_are_faulty(document, field, owners, shares)
    if total is not None and not shares and _is_setting(document, (field, "count")):
        _name_groups(document, field, owners)
        return {}
    if total is None:
        for name in shares:
            at = (*here, name, "share")
            document.problem(document.at(at), at, "`share` of what?", f"write `count` in `{field}`")
        return dict.fromkeys(shares, 0)
    for name, own in owners.items():
        if name not in shares and "count" not in own:
            hint = f"write its `share` of the {shown(total)} people, or its own `count`"
            document.problem(document.at((*here, name)), (*here, name), "missing `share`", hint)
            faulty = True
    if not shares:
        hint = "give each group a `share` of it, or remove it"
        document.problem(document.at((field, "count")), (field, "count"), "`count` is not used by any group", hint)
    elif not faulty and not math.isclose(math.fsum(shares.values()), 1, abs_tol=1e-9):
        text = f"the shares add up to `{math.fsum(shares.values()):.6g}`"
        document.problem(document.at(here), here, text, "make them add up to 1")
        faulty = True
    if faulty or not isinstance(total, int) or isinstance(total, bool) or total < 0:
        without = [name for name in owners if "count" not in owners[name]]
        return dict.fromkeys(without, 0 if faulty else total)
    return split(total, shares)


def _shares_are_faulty(document: Document, field: str, owners: Mapping[str, Any], shares: Mapping[str, Any]) -> bool:
    """Whether a share cannot be one; that becomes a problem."""
    faulty = False
    for name, share in shares.items():
        at = (field, "groups", name, "share")
        if "count" in owners[name]:
            document.problem(document.at(at), at, "`share` and `count` exclude each other", "leave one of them out")
            faulty = True
        elif isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            hint = "write the group's share of `count`, such as `0.1`"
            document.problem(document.at(at), at, f"expected a share from 0 to 1, got {shown(share)}", hint)
            faulty = True
    return faulty


def _is_setting(document: Document, path: Path) -> bool:
    """Whether a value comes from a setting, which has no line, and not from the file."""
    return document.at(path).line is None


def _name_groups(document: Document, field: str, groups: Mapping[str, Any]) -> None:
    """Say which counts can be set instead of that of all groups together."""
    paths = [f"{field}.groups.{name}.count" for name in groups]
    hint = f"vary one group, such as `{paths[0]}`; possible: {listed(paths)}"
    here: Path = (field, "count")
    document.problem(document.at(here), here, f"the groups of `{field}` have counts of their own", hint)


def _all_of_it(own: Any) -> Any:
    """A group that is the only one, and therefore has the whole `count` unless it says something else."""
    is_open = own is None or (isinstance(own, dict) and not {"share", "count"} & set(own))
    return {**(own or {}), "share": 1} if is_open else own


def split(total: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Whole numbers in proportion to the shares that add up to `total`: the largest remainders get what is left."""
    exact = {name: total * share for name, share in shares.items()}
    # A hair is added, so that 0.29 of 100 is 29 and not 28.999999999999996.
    whole = {name: math.floor(value + 1e-9) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: whole[name] - exact[name])
    for name in by_remainder[: total - sum(whole.values())]:
        whole[name] += 1
    return whole
