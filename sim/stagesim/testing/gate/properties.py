"""Properties of the events: what always is, never comes, comes in time, or comes in at least one replication.

A state is looked at once all that happens at the same moment has happened, from the session's start to its end; an
event counts where it happens. The log alone is read.
"""

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from stagesim.eventlog import EventLog
from stagesim.exit_codes import ExitCode
from stagesim.experiments.replications import Outcome
from stagesim.metrics.facts import STEP
from stagesim.scenario.demands.conditions import Condition, Happening, State
from stagesim.scenario.demands.statements import Property
from stagesim.scenario.values.units import clock
from stagesim.testing.gate.course import Course, Moment, course
from stagesim.testing.gate.verdicts import Finding, Kind, Seen, Verdict

SIGNS: Final[dict[str, Callable[[int, int], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}


class Trace(NamedTuple):
    """What a property did in one replication: how many occasions there were, where it came, where it failed, and the
    moment of that (ms from the session's start).
    """

    occasions: int
    came: str | None
    failed: str | None
    at_ms: int | None = None


@dataclass(slots=True)
class Demanded:
    """One property in one mode. `exact` says that the scenario leaves nothing to chance."""

    stated: Property
    mode: str
    line: int | None
    capacity: int | None = None
    exact: bool = False
    kind: Kind = "property"
    lasting: bool = True
    end: int | None = None
    occasions: int = 0
    came: tuple[int, str] | None = None
    failed: list[tuple[int, Trace]] = field(default_factory=list)
    condition: Condition = field(init=False)

    def __post_init__(self) -> None:
        self.condition = self.stated.condition

    @property
    def name(self) -> str:
        """The property as it was written."""
        stated = self.stated
        after = f" after {stated.after}" if stated.after else ""
        within = f" within {stated.within / 1000:g} s" if stated.within is not None else ""
        return f"{stated.kind} {getattr(stated, stated.kind)}{after}{within}"

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks for pytest."""
        return self.stated.marks

    def see(self, outcome: Outcome) -> None:
        """Read the log of a replication."""
        found = self.trace(outcome.log)
        self.occasions += found.occasions
        if found.failed is not None:
            self.failed.append((outcome.replication, found))
        if found.came is not None and self.came is None:
            self.came = (outcome.replication, found.came)

    def trace(self, log: EventLog) -> Trace:
        """What the property did in one log. Where no session began, there was no occasion."""
        found, stated = course(log), self.stated
        if stated.trigger is not None:
            return self._followed(found, stated.trigger)
        zero_ms = log.header.start_ms if found.start_ms is None else found.start_ms
        until_ms = None if stated.within is None else zero_ms + stated.within
        for moment in self._looked_at(found):
            if until_ms is not None and moment.at_ms > until_ms:
                break
            if self._holds(moment) is (stated.kind != "always"):
                said = f"at {clock(moment.at_ms - zero_ms)}: {moment.said}{self._state(moment)}"
                is_fault = stated.kind in ("always", "never")
                return Trace(1, said, said if is_fault else None, moment.at_ms - zero_ms if is_fault else None)
        if found.start_ms is None or (until_ms is not None and found.end_ms < until_ms):
            return Trace(0, None, None)
        missing = "it never came" if until_ms is None else "it did not come in time"
        if stated.kind != "eventually":
            return Trace(1, None, None)
        return Trace(1, None, missing, (found.end_ms if until_ms is None else until_ms) - zero_ms)

    def _looked_at(self, found: Course) -> Iterator[Moment]:
        """Where a state counts, and where an event does: `never` holds before the start and after the end as well."""
        if not isinstance(self.condition, Happening):
            return found.settled
        return iter(found.events) if self.stated.kind == "never" else found.since_start

    def _followed(self, found: Course, trigger: Happening) -> Trace:
        """Whether each event of the one kind is followed by one of the other, for the same person, in time.

        What is still open when the session ends is no occasion, unless its time was over.
        """
        waiting: dict[str, list[Moment]] = {}
        occasions, end_ms, start_ms = 0, found.end_ms, found.start_ms or 0
        late: list[tuple[int, Moment]] = []
        for moment in found.in_session:
            if self._holds(moment):
                for first in waiting.pop(moment.who, ()):
                    occasions += 1
                    if self._over(first, moment.at_ms):
                        late.append((first.at_ms, first))
            if _happens(trigger, moment):
                waiting.setdefault(moment.who, []).append(moment)
        for first in (each for left in waiting.values() for each in left):
            if self.stated.within is None or self._over(first, end_ms):
                occasions += 1
                late.append((first.at_ms, first))
        if not late:
            return Trace(occasions, None, None)
        at_ms, first = min(late, key=lambda each: each[0])
        said = (
            f"at {clock(at_ms - start_ms)}: {first.said}, and it did not follow{' in time' * bool(self.stated.within)}"
        )
        return Trace(occasions, None, said, at_ms - start_ms)

    def _over(self, first: Moment, at_ms: int) -> bool:
        return self.stated.within is not None and at_ms > first.at_ms + self.stated.within

    def judge(self, n: int, last: bool) -> Finding:
        """Fail at the first counterexample; hold for what was seen; `sometimes` is settled by the first time."""
        if self.failed:
            replication, found = self.failed[0]
            more = f"; in {len(self.failed)} of {n} replications" if n > 1 else ""
            seen = None if found.at_ms is None else Seen(replication, found.at_ms)
            said = f"replication {replication}, {found.failed}{more}"
            return Finding(Verdict.FAIL, said, n, (), replication, seen=seen)
        if self.stated.kind == "sometimes":
            if self.came is not None:
                return Finding(Verdict.PASS, f"replication {self.came[0]}, {self.came[1]}", n)
            verdict = Verdict.FAIL if last or self.exact else Verdict.UNDECIDED
            return Finding(verdict, f"it did not come in {n} replications", n)
        if not self.occasions:
            return Finding(
                Verdict.UNDECIDED, f"no samples: {self._lacking()} in {n} replications", 0, code=ExitCode.NOTHING
            )
        enough = last or n > 1 or self.exact
        held = f"{self.occasions} times in {n} replications" if self.stated.after else f"in {n} replications"
        return Finding(Verdict.PASS if enough else Verdict.UNDECIDED, f"holds {held}", self.occasions)

    def _lacking(self) -> str:
        """Why there was no occasion."""
        if self.stated.after is not None:
            return f"`{self.stated.after}` did not come early enough"
        return "no session was long enough" if self.stated.within is not None else "no session began"

    def _holds(self, moment: Moment) -> bool:
        condition = self.condition
        if isinstance(condition, Happening):
            return _happens(condition, moment)
        return all(self._is_so(state, moment.state) for state in condition)

    def _is_so(self, state: State, now: tuple[int, ...]) -> bool:
        number = self.capacity if state.number is None else state.number
        return number is not None and SIGNS[state.sign](now[STEP.index(state.counted)], number)

    def _state(self, moment: Moment) -> str:
        condition = self.condition
        if isinstance(condition, Happening):
            return ""
        counts = (f"{each.counted} {moment.state[STEP.index(each.counted)]}" for each in condition)
        return f" ({', '.join(counts)})"


def _happens(wanted: Happening, moment: Moment) -> bool:
    return moment.kind == wanted.kind and all(word in moment.words for word in wanted.words)
