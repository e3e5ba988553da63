"""Changed decisions as nouns: one with its person, moment and rule, and all of one mode."""

from collections import Counter
from dataclasses import dataclass

from stagesim.scenario.values.units import clock
from stagesim.testing.differences.rule_names import with_setting


@dataclass(frozen=True, slots=True)
class Change:
    """One changed decision: whom it is about, how that person stood before, the rule, and both answers in words.

    Where only notices changed, it is about the first who gets one no more, or now gets one. `at_ms` counts from the
    session's start.
    """

    mode: str
    at_ms: int
    command: str
    person: str
    standing: str
    rule: str
    before: str
    now: str
    replication: int = 0

    def __str__(self) -> str:
        return (
            f"{clock(self.at_ms)} {self.command}: {self.person} was {self.standing}; "
            f"before: {self.before}; now: {self.now} ({with_setting(self.rule)})"
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """All changed decisions of one mode. `compared` commands were judged, `passed_over` could not be, on so many tapes
    as `replications` says. `is_silent` says that the engine does not say who is told, though the tapes do.
    """

    mode: str
    changes: tuple[Change, ...]
    compared: int
    passed_over: int = 0
    replications: int = 1
    is_silent: bool = False

    @property
    def changed_replications(self) -> int:
        """In how many replications a decision changed."""
        return len({change.replication for change in self.changes})

    def by_rule(self) -> list[tuple[str, str, str, int]]:
        """Rule, answer before, answer now, and how many decisions changed so; the most frequent first."""
        counted = Counter((change.rule, change.before, change.now) for change in self.changes)
        return [(*key, count) for key, count in counted.most_common()]
