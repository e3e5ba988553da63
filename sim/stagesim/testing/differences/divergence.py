"""The first difference between two logs of the same people and the same draws, and what came of it.

Up to there both sides are the same, so that the first differing event is where the cause is to be looked for. The
later differences are ranked by their effect.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stagesim.eventlog import KINDS, EventLog
from stagesim.eventlog.schema import SYSTEM
from stagesim.metrics import measure
from stagesim.metrics.spells import Standings
from stagesim.scenario.values.units import clock
from stagesim.testing.differences.rule_names import rule_of_event, with_setting
from stagesim.testing.differences.sequence import HEAD, Row, Step, in_words, steps

BEFORE: Final = 6
"""How many events of those concerned are shown before the difference."""
AFTER: Final = 5
"""How many of each side are shown from the difference on."""

OF_THE_ROOM: Final = frozenset(kind.name for kind in KINDS if kind.source == "engine") | {"rejected"}
"""The kinds of events that a tape of decisions holds."""


@dataclass(frozen=True, slots=True)
class Later:
    """One later difference. `effect` orders them: a share of the session for people, a relative change for metrics."""

    what: str
    first: str
    second: str
    effect: float

    def __str__(self) -> str:
        return f"{self.what}: {self.first} -> {self.second}"


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first event that differs, `number` of the log from 1; `first` and `second` are it on both sides.

    `rule` is the rule that the event follows; None for what people do by themselves. Times count from the session's
    start, as everywhere that people read them.
    """

    number: int
    at_ms: int
    person: str
    standing: str
    rule: str | None
    first: str
    second: str
    steps: tuple[Step, ...]
    people: tuple[Later, ...]
    metrics: tuple[Later, ...]

    def lines(self, limit: int = 8) -> Iterator[str]:
        """The divergence as text, with at most `limit` later differences of each kind."""
        yield f"first difference: event {self.number}, at {clock(self.at_ms)}"
        yield f"  person: {self.person}, {self.standing} before"
        yield f"  rule: {with_setting(self.rule) if self.rule else 'none; people do something else by themselves'}"
        yield f"  first: {self.first}"
        yield f"  second: {self.second}"
        for name, later in (("people", self.people), ("metrics", self.metrics)):
            if later:
                yield f"later differences in {len(later)} {name}, the greatest first:"
                yield from (f"  {each}" for each in later[:limit])
                if len(later) > limit:
                    yield f"  and {len(later) - limit} more"


def first_divergence(one: EventLog, other: EventLog, names: tuple[str, str] = ("first", "second")) -> Divergence | None:
    """Where two logs part; None where they say the same.

    A log without any event of the agents, such as that of a baseline, is compared by the events of the room alone.
    """
    rows, others = list(one.rows()), list(other.rows())
    whole = _has_agents(rows) and _has_agents(others)
    if not whole:
        rows, others = _of_the_room(rows), _of_the_room(others)
    at = next((at for at, (mine, yours) in enumerate(zip(rows, others, strict=False)) if mine != yours), None)
    if at is None:
        at = min(len(rows), len(others))
        if len(rows) == len(others):
            return None
    rows, others = _from_the_start(rows, one), _from_the_start(others, other)
    pair = (rows[at] if at < len(rows) else None, others[at] if at < len(others) else None)
    # The earlier of the two events is the one that the other side lacks.
    row = min((each for each in pair if each is not None), key=lambda each: each["at"])
    person = _person(row)
    end_s = max(rows[-1]["at"] if rows else 0, others[-1]["at"] if others else 0)
    metrics = _metrics(measure(one), measure(other)) if whole else ()
    return Divergence(
        number=at + 1,
        at_ms=round(row["at"] * 1000),
        person=person,
        standing=standing_before(rows[: _decision(rows, at, row)], person),
        rule=_rule(row, pair),
        first=_in_full(pair[0]),
        second=_in_full(pair[1]),
        steps=tuple(_diagram(rows, others, at, row, names)),
        people=tuple(_people(rows, others, end_s)),
        metrics=tuple(metrics),
    )


def _from_the_start(rows: Sequence[Row], log: EventLog) -> list[dict[str, Any]]:
    """The same events with times from the session's start, where a log has those from the opening of the room."""
    return [{**row, "at": (round(row["at"] * 1000) - log.header.start_ms) / 1000} for row in rows]


def standing_before(rows: Sequence[Row], person: str) -> str:
    """How a person stood after all these events."""
    everybody = Standings()
    for row in rows:
        everybody.hear(row["event"], row["who"])
    return everybody.now.get(person) or "not in the room"


def _person(row: Row) -> str:
    """Whom an event is about: its person, or the actor where it is about nobody else."""
    return str(row["by"] if row["who"] == SYSTEM else row["who"])


def _has_agents(rows: Sequence[Row]) -> bool:
    return any(row["event"] not in OF_THE_ROOM for row in rows)


def _of_the_room(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows if row["event"] in OF_THE_ROOM]


def _in_full(row: Row | None) -> str:
    if row is None:
        return "the log ends"
    by = "" if row["by"] == row["who"] else f" by {row['by']}"
    return f"{clock(round(row['at'] * 1000))} {row['who']}: {in_words(row)}{by}"


def _diagram(rows: Sequence[Row], others: Sequence[Row], at: int, row: Row, names: tuple[str, str]) -> list[Step]:
    """What the person of the difference did before, and what happens to them on each side from there on."""
    person, start = _person(row), _decision(rows, at, row)
    before = [each for each in rows[:start] if _concerns(each, person)]
    after = []
    for side in (rows, others):
        shown = [*side[start:at], *(each for each in side[at : at + 1] if each == row or _concerns(each, person))]
        after.append([*shown, *(each for each in side[at + 1 :] if _concerns(each, person))])
    return steps(before[-BEFORE:], [(name, side[:AFTER]) for name, side in zip(names, after, strict=True)])


def _decision(rows: Sequence[Row], at: int, row: Row) -> int:
    """Where the events begin that the same person causes at the same moment: those of one command."""
    while at and row["by"] != SYSTEM and (rows[at - 1]["at"], rows[at - 1]["by"]) == (row["at"], row["by"]):
        if rows[at - 1]["event"] not in OF_THE_ROOM:
            break
        at -= 1
    return at


def _concerns(row: Row, person: str) -> bool:
    return person in (row["who"], row["by"]) and row["event"] != "spoke"


def _rule(row: Row, pair: Sequence[Row | None]) -> str | None:
    """The rule of the differing event; where one side refuses the same command or makes room for it, that says more."""
    for each in pair:
        if each is not None and (each["at"], each["by"]) == (row["at"], row["by"]):
            if each["event"] == "rejected" or each.get("cause") == "capacity":
                row = each
    return rule_of_event(row["event"], {key: value for key, value in row.items() if key not in HEAD})


def _people(rows: Sequence[Row], others: Sequence[Row], end_s: float) -> list[Later]:
    """Who went live at another time, or stood on stage for another time; the greatest difference first."""
    mine, yours = _ways(rows, end_s), _ways(others, end_s)
    found = []
    for name in dict.fromkeys((*mine, *yours)):
        (live, stage_s), (other_live, other_stage_s) = mine.get(name, NEVER), yours.get(name, NEVER)
        effect = abs(min(live, end_s) - min(other_live, end_s)) + abs(stage_s - other_stage_s)
        if effect > 0:
            found.append(Later(name, _way(live, stage_s), _way(other_live, other_stage_s), effect / max(end_s, 1)))
    return sorted(found, key=lambda later: -later.effect)


NEVER: Final = (math.inf, 0.0)


def _ways(rows: Sequence[Row], end_s: float) -> dict[str, tuple[float, float]]:
    """Name -> when first live, and how long on stage in all (s)."""
    first: dict[str, float] = {}
    since: dict[str, float] = {}
    stays: dict[str, list[float]] = {}
    for row in rows:
        name, kind = row["who"], row["event"]
        if kind == "stage_joined":
            first.setdefault(name, row["at"])
            since[name] = row["at"]
        elif kind in ("stage_left", "stage_removed") and name in since:
            stays.setdefault(name, []).append(row["at"] - since.pop(name))
    for name, at_s in since.items():
        stays.setdefault(name, []).append(end_s - at_s)
    return {name: (at_s, math.fsum(stays[name])) for name, at_s in first.items()}


def _way(live_s: float, stage_s: float) -> str:
    if math.isinf(live_s):
        return "never live"
    return f"live at {clock(round(live_s * 1000))}, {stage_s:.1f} s on stage"


def _metrics(mine: Mapping[str, float], yours: Mapping[str, float]) -> list[Later]:
    """The metrics that differ, the greatest relative change first; one that only one side has is the greatest."""
    found = []
    for name, value in mine.items():
        other = yours[name]
        if value == other or (math.isnan(value) and math.isnan(other)):
            continue
        one_sided = math.isnan(value) or math.isnan(other)
        effect = math.inf if one_sided else abs(other - value) / max(abs(value), abs(other))
        found.append(Later(name, _figure(value), _figure(other), effect))
    return sorted(found, key=lambda later: -later.effect)


def _figure(value: float) -> str:
    return "none" if math.isnan(value) else f"{value:.4g}"
