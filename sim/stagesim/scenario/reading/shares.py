"""How one `count` beside `groups` is split among the groups: each has a `share` of it, or a `count` of its own."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from stagesim.scenario.faults import Fault, listed, shown

COUNT_OR_SHARE = frozenset({"count", "share"})


class Shares(NamedTuple):
    """What a file says about the sizes of its groups, right or wrong; `total` is the `count` of them all, if any."""

    field: str
    total: Any
    owners: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, field: str, total: Any, groups: Mapping[Any, Any]) -> "Shares":
        """Read the groups of a field. A group that is the only one has the whole, unless it says something else."""
        owners = {str(name): own or {} for name, own in groups.items()}
        if total is not None and len(groups) == 1:
            owners = {
                name: {**own, "share": 1} if COUNT_OR_SHARE.isdisjoint(own) else own for name, own in owners.items()
            }
        return cls(field, total, owners)

    @property
    def given(self) -> dict[str, Any]:
        """The shares that are written, by group."""
        return {name: own["share"] for name, own in self.owners.items() if "share" in own}

    def check(self, total_is_set: bool) -> list[Fault]:
        """Everything that is wrong, with paths from the file's root; `total_is_set` is a total beside the file."""
        faults = [*self._faults_of_shares()]
        if self.total is None:
            hint = f"write `count` in `{self.field}`"
            return faults + [Fault("`share` of what?", hint, self._path(name, "share")) for name in self.given]
        if not self.given and total_is_set:
            return [self._has_own_counts()]
        faults += self._faults_of_groups()
        if not self.given:
            hint = "give each group a `share` of it, or remove it"
            faults.append(Fault("`count` is not used by any group", hint, (self.field, "count")))
        elif not faults and not math.isclose(math.fsum(self.given.values()), 1, abs_tol=1e-9):
            text = f"the shares add up to `{math.fsum(self.given.values()):.6g}`"
            faults.append(Fault(text, "make them add up to 1", self._path()))
        return faults

    def counts(self, faulty: bool) -> dict[str, Any]:
        """The count of each group that has a `share`; where there is a fault, one that makes no further fault."""
        open_groups = [name for name, own in self.owners.items() if "count" not in own]
        if self.total is None:
            return dict.fromkeys(self.given, 0)
        if faulty:
            return dict.fromkeys(open_groups, 0)
        if isinstance(self.total, bool) or not isinstance(self.total, int) or self.total < 0:
            return dict.fromkeys(open_groups, self.total)  # what is wrong with it is said where counts are checked
        return split(self.total, self.given)

    def _path(self, *below: str) -> tuple[str, ...]:
        return (self.field, "groups", *below)

    def _faults_of_shares(self) -> Iterator[Fault]:
        for name, share in self.given.items():
            path = self._path(name, "share")
            if "count" in self.owners[name]:
                yield Fault("`share` and `count` exclude each other", "leave one of them out", path)
            elif isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
                hint = "write the group's share of `count`, such as `0.1`"
                yield Fault(f"expected a share from 0 to 1, got {shown(share)}", hint, path)

    def _faults_of_groups(self) -> Iterator[Fault]:
        for name, own in self.owners.items():
            if COUNT_OR_SHARE.isdisjoint(own):
                hint = f"write its `share` of the {shown(self.total)} people, or its own `count`"
                yield Fault("missing `share`", hint, self._path(name))

    def _has_own_counts(self) -> Fault:
        """Say which counts can be set instead of that of all groups together."""
        paths = [f"{self.field}.groups.{name}.count" for name in self.owners]
        hint = f"vary one group, such as `{paths[0]}`; possible: {listed(paths)}"
        return Fault(f"the groups of `{self.field}` have counts of their own", hint, (self.field, "count"))


def split(total: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Whole numbers in proportion to the shares that add up to `total`: the largest remainders get what is left."""
    exact = {name: total * share for name, share in shares.items()}
    # A hair is added, so that 0.29 of 100 is 29 and not 28.999999999999996.
    whole = {name: math.floor(value + 1e-9) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: whole[name] - exact[name])
    for name in by_remainder[: total - sum(whole.values())]:
        whole[name] += 1
    return whole
