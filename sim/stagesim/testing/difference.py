"""Two sides compared: scenarios, engines, stored results or a baseline, each on the same seed.

A side gives a log for a mode and a replication. The first pair of logs that differ is reported; where the first side
has a tape of its decisions and the second one an engine, the changed decisions as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from stagesim.engines.contract import EngineMaker
from stagesim.engines.tape import Tape
from stagesim.errors import StagesimError
from stagesim.eventlog import EventLog, Header, read_jsonl, read_parquet
from stagesim.scenario.scenario import Scenario
from stagesim.testing.baselines.baseline import Baseline
from stagesim.testing.baselines.baseline_file import load_baseline
from stagesim.testing.baselines.made import content
from stagesim.testing.differences.change import Changes
from stagesim.testing.differences.changed import changed_decisions
from stagesim.testing.differences.divergence import Divergence, first_divergence
from stagesim.testing.differences.record import record

Key = tuple[str, int]
"""A mode, and the number of a replication."""

LOOKED_THROUGH: Final = 20
"""In so many sessions the first difference of two scenarios is looked for: a rule may not matter in every one."""

STORED: Final = (".jsonl", ".parquet")


class DifferenceError(StagesimError):
    """Two sides that cannot be compared."""


@dataclass(slots=True)
class Side:
    """One side: stored logs, or a scenario with the engine that it is simulated with, or a baseline's tapes."""

    name: str
    logs: Mapping[Key, EventLog] = field(default_factory=dict)
    scenario: Scenario | None = None
    engine: EngineMaker | None = None
    tapes: dict[Key, Tape] = field(default_factory=dict)
    seed: int | None = None

    @property
    def modes(self) -> list[str]:
        """The modes that it has, or is meant for."""
        if self.scenario is not None:
            return list(map(str, self.scenario.modes))
        return list(dict.fromkeys(mode for mode, _ in self.logs))

    def log(self, key: Key, seed: int) -> EventLog:
        """The log of one replication; a scenario is simulated, and its tape is kept."""
        if self.scenario is None:
            return self.logs[key]
        done, self.tapes[key] = record(self.scenario, mode=key[0], seed=seed, replication=key[1], engine=self.engine)
        return done.log


@dataclass(frozen=True, slots=True)
class Report:
    """What came of the comparison. `compared` are the replications looked at, the last one is where they differ.

    Where no log differs, a decision still may: who is told of an event stands in none.
    """

    names: tuple[str, str]
    compared: tuple[Key, ...]
    seed: int
    divergence: Divergence | None
    changes: Changes | None

    @property
    def differs(self) -> bool:
        """Whether the two sides differ in anything."""
        return self.divergence is not None or (self.changes is not None and self.changes.changes != ())

    @property
    def key(self) -> Key:
        """The mode and the replication in which the two sides differ."""
        return self.compared[-1]


def difference(
    one: Side,
    other: Side,
    *,
    mode: str | None = None,
    replication: int | None = None,
    seed: int | None = None,
    sessions: int = 1,
) -> Report:
    """Compare two sides, replication by replication, up to the first difference. Raises DifferenceError.

    Of two scenarios, without a `replication`, it is looked for in so many `sessions` of each mode.
    """
    chosen = _seed(one, other, seed)
    keys = _keys(one, other, mode, replication, sessions)
    for at, key in enumerate(keys, start=1):
        mine, yours = one.log(key, chosen), other.log(key, chosen)
        if key[1] and at > 1 and content(mine) == content(yours):
            continue
        found = first_divergence(mine, yours, (one.name, other.name))
        changes = _changes(one, other, key)
        part = None if found is None else _with_rule(found, changes)
        report = Report((one.name, other.name), tuple(keys[:at]), chosen, part, changes)
        if report.differs:
            return report
    return Report((one.name, other.name), tuple(keys), chosen, None, None)


def _seed(one: Side, other: Side, asked: int | None) -> int:
    """The seed of both; what is stored has its own."""
    seeds = {seed for seed in (asked, one.seed, other.seed) if seed is not None}
    if len(seeds) > 1:
        said = ", ".join(map(str, sorted(seeds)))
        raise DifferenceError(f"the two sides have different seeds: {said}\n  hint: only the same seed can be compared")
    return seeds.pop() if seeds else 1


def _keys(one: Side, other: Side, mode: str | None, replication: int | None, sessions: int) -> list[Key]:
    """The replications that both sides have, in order; of two scenarios, the first ones in each mode."""
    modes = [each for each in one.modes if each in other.modes] if mode is None else [mode]
    numbers = range(sessions) if replication is None else [replication]
    keys: Sequence[Key] = [(each, number) for number in numbers for each in modes]
    kept = [each for each in (one, other) if each.scenario is None]
    if kept and replication is None:
        keys = [key for key in kept[0].logs if key[0] in modes]
    keys = [key for key in keys if all(key in each.logs for each in kept)]
    if not keys:
        raise DifferenceError(
            f"`{one.name}` and `{other.name}` have no such replication in common\n"
            f"  hint: the modes are {', '.join(one.modes)} and {', '.join(other.modes)}"
        )
    return list(keys)


def _changes(one: Side, other: Side, key: Key) -> Changes | None:
    tape = one.tapes.get(key)
    if tape is None or other.scenario is None:
        return None
    return changed_decisions(other.scenario, key[0], [tape], other.engine, key[1])


def _with_rule(found: Divergence, changes: Changes | None) -> Divergence:
    """The same with the rule of the decision that changed first, if one did so far; else people do something else."""
    if changes is None:
        return found
    first = changes.changes[0] if changes.changes else None
    if first is None or first.at_ms > found.at_ms:
        return replace(found, rule=None)
    if first.at_ms < found.at_ms:
        return replace(found, rule=first.rule)
    return replace(found, rule=first.rule, person=first.person, standing=first.standing)


def stored(path: Path) -> Side:
    """The logs of a file, or of a folder of results."""
    if not path.exists():
        raise DifferenceError(f"`{path}` is not there\n  hint: name a log file, or a folder of results")
    files = sorted((path / "events").glob("*.parquet")) if path.is_dir() else [path]
    if not files:
        raise DifferenceError(
            f"`{path}` has no logs\n  hint: name a folder that `stagesim compare` wrote, or a log file"
        )
    logs = [log for file in files for log in (read_parquet(file) if file.suffix == ".parquet" else [read_jsonl(file)])]
    for log in logs:
        log.check_names()
    seeds = {log.header.seed for log in logs}
    if len(seeds) != 1:
        raise DifferenceError(f"`{path}` has logs of several seeds\n  hint: name one log file")
    return Side(str(path), {(log.header.mode, log.header.replication): log for log in logs}, seed=seeds.pop())


def of_baseline(path: Path) -> Side:
    """Every replication in each mode, as the tapes of a baseline have it: the events of the room alone."""
    baseline = load_baseline(path)
    tapes = {(mode, number): tape for mode in baseline.modes for number, tape in enumerate(baseline.tapes(mode))}
    logs = {key: _log(baseline, *key, tape) for key, tape in tapes.items()}
    return Side(str(path), logs, tapes=tapes, seed=baseline.seed)


def _log(baseline: Baseline, mode: str, replication: int, tape: Tape) -> EventLog:
    by = baseline.made_by
    origin = (baseline.title, baseline.situation, mode, baseline.seed, replication, by.engine, by.version, by.rules)
    places = baseline.settings.get("room.stage_capacity", "")
    log = EventLog(Header(*origin, stage_capacity=int(places) if places.isdigit() else None, start_ms=_start_ms(tape)))
    seq, answered = 0, set()
    for at_ms, command, answer in tape.entries:
        for event in (*answer.due, *answer.events):
            if event.seq > seq:
                seq = event.seq
                log.record(event)
        if command is not None and answer.reason is not None and command.id not in answered:
            actor = command.by or "system"
            log.note(at_ms, "rejected", command.to or actor, actor, action=command.do, reason=answer.reason)
        if command is not None and command.id is not None:
            answered.add(command.id)
    return log


def _start_ms(tape: Tape) -> int:
    """When the session starts on the room's clock; 0 where it never does."""
    return next((event.at_ms for event in tape.events() if event.event == "session_started"), 0)


def side(spec: str, scenario: Scenario | None, engine: EngineMaker | None = None) -> Side:
    """The side that a path names; `scenario` is what was read from it, where it is a scenario file."""
    path = Path(spec)
    if scenario is not None:
        return Side(spec, scenario=scenario, engine=engine)
    if engine is not None:
        raise DifferenceError(f"`{spec}` is no scenario, and needs no engine\n  hint: name a scenario file instead")
    if path.suffix == ".json":
        return of_baseline(path)
    if path.is_dir() or path.suffix in STORED:
        return stored(path)
    raise DifferenceError(
        f"`{spec}` is nothing that can be compared\n"
        "  hint: name a scenario (.yaml), a baseline (.json), a log (.jsonl, .parquet) or a folder of results"
    )
