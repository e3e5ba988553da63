"""Who can be in a session, as far as its scenario says: the members of its groups, and who enters by the script."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from stageaccess.vocabulary import SYSTEM, Action, Reason
from stagesim.scenario.demands.script_words import parse_event, parse_offer
from stagesim.scenario.faults import MOST_LISTED, Fault, KeyPath, listed
from stagesim.scenario.script import Step


class KnownNames(NamedTuple):
    """The names that people have. `groups` says how many are in each group, None for a group without end."""

    groups: Mapping[str, int | None]
    scripted: tuple[str, ...]

    @classmethod
    def of(cls, groups: Mapping[str, int | None], script: Sequence[Step]) -> "KnownNames":
        """The names of the groups' members, and of those who enter the room by the script."""
        entering = (step.by for step in script if step.do is Action.ENTER_ROOM)
        return cls(groups, tuple(dict.fromkeys(filter(None, entering))))

    def has(self, name: str) -> bool:
        """Whether somebody has the name."""
        if name in self.scripted:
            return True
        group, _, number = name.rpartition("-")
        if group not in self.groups or re.fullmatch(r"[1-9][0-9]*", number) is None:
            return False
        count = self.groups[group]
        return count is None or int(number) <= count

    def fault(self, name: str, path: KeyPath) -> Fault:
        """Say that nobody has the name, and which names there are."""
        close = difflib.get_close_matches(name, self._like(name), n=1, cutoff=0.5)
        meant = f"did you mean `{close[0]}`? " if close else ""
        there = [*filter(None, map(self._members, self.groups)), *self._scripted()]
        return Fault(f"nobody is called `{name}`", f"{meant}there are {', '.join(there) or 'no people'}", path)

    def _members(self, group: str) -> str:
        match self.groups[group]:
            case None:
                return f"`{group}-1`, `{group}-2` and so on"
            case 0:
                return ""
            case 1:
                return f"`{group}-1`"
            case count:
                return f"`{group}-1` to `{group}-{count}`"

    def _scripted(self) -> Iterator[str]:
        if self.scripted:
            more = len(self.scripted) - MOST_LISTED
            yield listed(self.scripted[:MOST_LISTED]) + (f" and {more} more by the script" if more > 0 else "")

    def _like(self, name: str) -> list[str]:
        """Names that somebody has and that may have been meant: of each group, the one of the same number."""
        digits = re.search(r"[1-9][0-9]*$", name)
        number = int(digits[0]) if digits else 1
        members = [f"{group}-{n}" for group in self.groups for n in dict.fromkeys((number, 1))]
        return [each for each in (*members, *self.scripted) if self.has(each)]


def names_in(step: Step) -> Iterator[tuple[KeyPath, str]]:
    """Every name of a person that stands in a step, with the path to it."""
    for field in ("by", "to", "of", "resolved_by"):
        if getattr(step, field) is not None:
            yield (field,), getattr(step, field)
    for field in ("told", "not_told", "queue", "on_stage"):
        for index, name in enumerate(getattr(step, field) or ()):
            yield (field, index), name
    for index, text in enumerate(step.events or ()):
        event = parse_event(text)
        for name in filter(None, (event.who, event.by)):
            yield ("events", index), name
    for field in ("offered", "not_offered"):
        for index, text in enumerate(getattr(step, field) or ()):
            target = parse_offer(text).to
            if target is not None:
                yield (field, index), target


SYSTEM_SPEAKS: Final = ("resolved_by", "events")
"""The fields in which the system may stand for nobody."""

TRIED: Final = {"by": Reason.UNKNOWN_ACTOR, "to": Reason.UNKNOWN_TARGET}
"""The answers that say of a name that nobody has it, by the field in which it was tried."""


def script_faults(script: Sequence[Step], names: KnownNames) -> Iterator[Fault]:
    """Names in the script that nobody has. A step may try one where it expects to be told so."""
    for index, step in enumerate(script):
        for path, name in names_in(step):
            if name == SYSTEM and path[0] in SYSTEM_SPEAKS:
                continue
            if (step.expect is None or TRIED.get(str(path[0])) != step.expect) and not names.has(name):
                yield names.fault(name, ("script", index, *path))
