"""Baselines: what a scenario gave when somebody looked at it and found it good, in a file that is kept in git.

A baseline holds of every replication of each mode every metric, the digest of its log, and its decisions with who was
told of what. `baseline_file` reads and writes it.
"""

import fnmatch
import hashlib
import math
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Final, Literal, TypeVar

from stageaccess import EngineIdentity
from stagesim.engines.contract import EngineMaker
from stagesim.engines.reel import unwound, wound
from stagesim.engines.tape import Tape
from stagesim.errors import StagesimError
from stagesim.eventlog import EventLog
from stagesim.experiments import pooling
from stagesim.experiments.executors import Executors, replicate
from stagesim.experiments.replications import Figures, Job, Outcome
from stagesim.metric_table import WAITS, Wait
from stagesim.metrics import METRICS, By, Metric, Times
from stagesim.metrics.times import NO_TIMES
from stagesim.scenario.demands.shares import metric_named
from stagesim.scenario.scenario import Scenario
from stagesim.statistics import per_session
from stagesim.testing.baselines.situation import differing, settings, situation

T = TypeVar("T")

MOST_SETTINGS: Final = 5
"""Settings that are named when a baseline is of another scenario."""

DECISIONS: Final = "decisions"
"""What `accept` calls the tapes and digests, beside the names of the metrics."""

Values = tuple[float, ...]
"""One metric, a value for each replication; not a number where there was nothing to measure."""

Table = Mapping[str, Mapping[str, Values]]
"""Mode -> metric -> values. For a part of the people the metric is `metric @ group=name` or `metric @ client=name`."""


TimesTable = Mapping[str, Mapping[str, tuple[Times, ...]]]
"""Mode -> name of a time -> the times of each replication, from which any share within a time can be told."""


class BaselineError(StagesimError):
    """A baseline that is missing, stale, narrower than what is asked of it, or of another scenario."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One acceptance: what was taken over from a later run, and why."""

    only: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a scenario gave.

    `situation` is the digest of the scenario without its rules, `settings` what it says. `logs` are digests, one for
    each replication of a mode, `reels` their decisions. `answers` and `commands` are digests of what was decided and of
    what was done, so that a change of names in the code is no change here. `made_by` is who decided.
    """

    title: str
    situation: str
    seed: int
    replications: int
    logs: Mapping[str, tuple[str, ...]]
    reels: Mapping[str, str]
    answers: str
    commands: str
    values: Table
    times: TimesTable
    versions: Mapping[str, str]
    made_by: EngineIdentity
    accepted: tuple[Acceptance, ...] = ()
    path: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes that it has."""
        return tuple(self.values)

    def tapes(self, mode: str) -> tuple[Tape, ...]:
        """The decisions of every replication in one mode."""
        try:
            return unwound(self.reels[mode])
        except ValueError as error:
            raise BaselineError(f"the baseline `{self.name}`: {error}\n  hint: save the baseline again") from None

    def series(
        self, metric: str, mode: str, part: Literal["group", "client"] | None = None, of: str | None = None
    ) -> Values:
        """One metric in one mode, of everybody or of one group or client; a BaselineError where it is not there."""
        key = metric if part is None else f"{metric} @ {part}={of}"
        return self._known(key, mode, self.values.get(mode, {}).get(key))

    def kept(
        self, metric: Metric, mode: str, numbers: Sequence[int], by: By = "all", value: str = ""
    ) -> tuple[float, ...]:
        """A value for each of these replications, whose mean is the metric over all of them; BaselineError where it is
        not there.
        """
        if metric.within is not None:
            key = _key(metric.within.wait.name, by, value)
            times = self._known(key, mode, self.times.get(mode, {}).get(key))
            limit_ms = metric.within.limit_ms
            return tuple(per_session([(times[each].within(limit_ms), times[each].number) for each in numbers]))
        part = None if by == "all" else by

        def series(name: str) -> Values:
            whole = self.series(name, mode, part, value)
            return tuple(whole[number] for number in numbers)

        return tuple(pooling.of_series(metric, series))

    def _known(self, key: str, mode: str, found: T | None) -> T:
        if found is None:
            raise BaselineError(
                f"the baseline `{self.name}` is narrower than what is asked: it has no `{key}` in `{mode}`\n"
                "  hint: save it again with `stagesim baseline save`"
            )
        return found

    def mean(self, metric: str, mode: str, by: By = "all", of: str = "") -> float:
        """One metric over all replications; not a number where none has a value."""
        return mean(self.kept(metric_named(metric), mode, range(self.replications), by, of))

    @property
    def name(self) -> str:
        """The file that it was read from, or the title of its scenario."""
        return self.path or self.title


def mean(values: Sequence[float]) -> float:
    """The mean of the values that are numbers; not a number where none is."""
    found = [value for value in values if not math.isnan(value)]
    return math.fsum(found) / len(found) if found else math.nan


def content(log: EventLog) -> str:
    """SHA-256 of what happened in a log, whatever rules it was to happen under."""
    hashed = hashlib.sha256("\0".join((*log.names, *log.groups)).encode())
    hashed.update(b"\x01" + log.packed)
    return hashed.hexdigest()


def maker_of(log: EventLog) -> EngineIdentity:
    """The engine that made a log."""
    header = log.header
    return EngineIdentity(header.engine, header.engine_version, header.rules)


def make(
    scenario: Scenario,
    *,
    modes: Sequence[str] | None = None,
    replications: int = 40,
    seed: int = 1,
    workers: int | Literal["auto"] = 1,
    engine: EngineMaker | None = None,
) -> Baseline:
    """Simulate the scenario, and make a baseline of it."""
    chosen = tuple(map(str, modes or scenario.modes))
    job = Job(scenario, seed, engine=engine, taped=True)
    outcomes = list(replicate(job, chosen, range(replications), Executors(workers)))
    by_mode = {mode: [each for each in outcomes if each.mode == mode] for mode in chosen}
    tapes = {mode: [each.tape for each in found if each.tape is not None] for mode, found in by_mode.items()}
    all_tapes = [tape for found in tapes.values() for tape in found]
    return Baseline(
        title=scenario.title,
        situation=situation(scenario),
        settings=settings(scenario),
        made_by=maker_of(outcomes[0].log),
        seed=seed,
        replications=replications,
        logs={mode: tuple(content(each.log) for each in found) for mode, found in by_mode.items()},
        reels={mode: wound(found) for mode, found in tapes.items()},
        answers=_joined([tape.answers_digest() for tape in all_tapes]),
        commands=_joined([tape.commands_digest() for tape in all_tapes]),
        values={mode: tabulated(found) for mode, found in by_mode.items()},
        times={mode: timed(found) for mode, found in by_mode.items()},
        versions={name: version(name) for name in ("stage-access-lab", "simpy", "numpy")},
    )


def tabulated(outcomes: Sequence[Outcome]) -> dict[str, Values]:
    """The metrics of replications of one mode: of everybody, then of each group and client where there are several."""
    rows = [dict(_flat(outcome)) for outcome in outcomes]
    keys = dict.fromkeys(key for row in rows for key in row)
    return {key: tuple(row.get(key, math.nan) for row in rows) for key in keys}


def timed(outcomes: Sequence[Outcome]) -> dict[str, tuple[Times, ...]]:
    """The times of replications of one mode: of everybody, then of each group and client where there are several."""
    parts: list[tuple[By, str]] = [("all", "")]
    splits: tuple[tuple[By, Mapping[str, Figures]], ...] = (
        ("group", outcomes[0].by_group),
        ("client", outcomes[0].by_client),
    )
    parts += [(by, value) for by, split in splits if len(split) > 1 for value in split]
    return {
        _key(wait.name, by, value): tuple(each.times.get((wait.name, by, value), NO_TIMES) for each in outcomes)
        for wait in WAITS
        for by, value in parts
    }


def _key(name: str, by: By, value: str) -> str:
    return name if by == "all" else f"{name} @ {by}={value}"


def _flat(outcome: Outcome) -> Iterator[tuple[str, float]]:
    yield from outcome.metrics.items()
    parts: tuple[tuple[str, Mapping[str, Figures]], ...] = (("group", outcome.by_group), ("client", outcome.by_client))
    for part, split in parts:
        if len(split) > 1:
            for of, figures in split.items():
                for metric, value in figures.items():
                    yield f"{metric} @ {part}={of}", value


def accept(old: Baseline, fresh: Baseline, only: Sequence[str], reason: str) -> Baseline:
    """The old baseline with what is named taken over from a fresh one, and nothing else.

    `only` are metrics, patterns such as `time_to_stage_*`, or `decisions`; a share within a time stands for all of its
    kind, since they are told from the same times. Raises BaselineError for an unknown name.
    """
    names = [DECISIONS, *(metric.name for metric in METRICS)]
    for name in only:
        if not fnmatch.filter(names, name) and not any(_named_share(wait, [name]) for wait in WAITS):
            raise BaselineError(f"cannot accept `{name}`\n  hint: possible are {', '.join(names)}")
    if not only or not reason.strip():
        raise BaselineError("expected what is accepted, and a reason\n  hint: `--only time_to_stage_mean --reason ...`")
    _check_same(old, fresh.made_by)
    changed = replace(old, accepted=(*old.accepted, Acceptance(tuple(only), reason.strip())))
    if _named(DECISIONS, only):
        changed = replace(
            changed,
            logs=fresh.logs,
            reels=fresh.reels,
            answers=fresh.answers,
            commands=fresh.commands,
            versions=fresh.versions,
            made_by=fresh.made_by,
        )
    timed_anew = [wait.name for wait in WAITS if _named_share(wait, only)]
    return replace(
        changed,
        values={mode: _taken_over(old.values[mode], fresh.values[mode], only) for mode in old.modes},
        times={mode: _taken_over(old.times[mode], fresh.times[mode], timed_anew) for mode in old.modes},
    )


def _named_share(wait: Wait, only: Sequence[str]) -> bool:
    """Whether a share within some time is meant, by its name or by a pattern."""
    begins = f"{wait.words.replace(' ', '_')}_within_"
    return any(name.startswith(begins) or fnmatch.fnmatchcase(f"{begins}1_min", name) for name in only)


def _taken_over(old: Mapping[str, T], fresh: Mapping[str, T], only: Sequence[str]) -> dict[str, T]:
    keys = dict.fromkeys((*old, *fresh))
    taken = {key: fresh if _named(key.split(" @ ")[0], only) else old for key in keys}
    return {key: table[key] for key, table in taken.items() if key in table}


def _named(metric: str, only: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(metric, name) for name in only)


def equal(one: Mapping[str, Values], other: Mapping[str, Values]) -> bool:
    """Whether two tables of one mode say the same; rounding of another machine is no difference."""
    return one.keys() == other.keys() and all(same_values(one[key], other[key]) for key in one)


def same_values(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two series say the same, number by number."""
    return len(one) == len(other) and all(map(same_value, one, other))


def same_value(one: float, other: float) -> bool:
    """Whether two values say the same: nothing twice, or numbers that differ by rounding at most."""
    return math.isnan(one) == math.isnan(other) and (math.isnan(one) or math.isclose(one, other, rel_tol=1e-9))


def check_fits(
    baseline: Baseline, scenario: Scenario, modes: Sequence[str] | None = None, replications: int | None = None
) -> None:
    """Refuse a baseline of another scenario, or one with fewer modes, metrics or replications than asked."""
    hint = "  hint: `stagesim baseline save` makes a new one"
    if baseline.situation != situation(scenario):
        raise BaselineError(
            f"the baseline `{baseline.name}` is of another scenario, or of an earlier state of this one: "
            f"{_how_it_differs(baseline, scenario)}\n{_what_next(baseline, scenario)}"
        )
    missing = [str(mode) for mode in modes or scenario.modes if mode not in baseline.modes]
    if missing:
        raise BaselineError(f"the baseline `{baseline.name}` is narrower: it has no `{', '.join(missing)}`\n{hint}")
    lacking = [metric.name for metric in METRICS if any(metric.name not in baseline.values[m] for m in baseline.modes)]
    if lacking:
        raise BaselineError(f"the baseline `{baseline.name}` is older: it has no `{', '.join(lacking)}`\n{hint}")
    if replications is not None and baseline.replications < replications:
        raise BaselineError(
            f"the baseline `{baseline.name}` is narrower: it has {baseline.replications} replications, "
            f"not {replications}\n{hint}"
        )


def check_engine(baseline: Baseline, log: EventLog) -> None:
    """Refuse a baseline that another engine made; another version of the same one is what it is there for."""
    _check_same(baseline, maker_of(log))


def _check_same(baseline: Baseline, engine: EngineIdentity) -> None:
    if baseline.made_by.engine != engine.engine:
        raise BaselineError(
            f"the baseline `{baseline.name}` was made by the engine `{baseline.made_by.engine}`, and this is "
            f"`{engine.engine}`\n  hint: `stagesim diff` shows where two engines part"
        )


def _joined(digests: Sequence[str]) -> str:
    return hashlib.sha256("".join(digests).encode("ascii")).hexdigest()


def _how_it_differs(baseline: Baseline, scenario: Scenario) -> str:
    """What the scenario says otherwise; a file that was saved without the settings has but their digest."""
    if not baseline.settings:
        now = f"`{scenario.title}`, {situation(scenario)[:12]}"
        return f"`{baseline.title}`, {baseline.situation[:12]}, not {now}"
    found = differing(baseline.settings, settings(scenario))
    more = f", and {len(found) - MOST_SETTINGS} more" if len(found) > MOST_SETTINGS else ""
    return "; ".join(found[:MOST_SETTINGS]) + more


def _what_next(baseline: Baseline, scenario: Scenario) -> str:
    """How to see what the other scenario changes, and how to keep it."""
    if baseline.path is None or scenario.source is None:
        return "  hint: `stagesim baseline save` makes a new one"
    file = scenario.source.name
    look = shlex.join(["stagesim", "diff", baseline.path, file])
    keep = shlex.join(["stagesim", "baseline", "save", file, "--replace"])
    return f"  hint: `{look}` shows what comes of that, `{keep}` makes a new one"
