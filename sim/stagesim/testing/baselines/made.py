"""Makes a baseline: simulates a scenario, and keeps of every replication what it gave."""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version

from stageaccess import EngineIdentity
from stagesim.engines.contract import EngineMaker
from stagesim.engines.reel import wound
from stagesim.eventlog import EventLog
from stagesim.experiments.executors import THIS_PROCESS, Executors, replicate
from stagesim.experiments.replications import Figures, Job, Outcome
from stagesim.metric_table import WAITS
from stagesim.metrics import By, Times
from stagesim.metrics.times import NO_TIMES
from stagesim.scenario.scenario import Scenario
from stagesim.testing.baselines.baseline import Baseline, Values, key_of
from stagesim.testing.baselines.situation import settings, situation
from stagesim.version import __version__


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
    executors: Executors = THIS_PROCESS,
    engine: EngineMaker | None = None,
) -> Baseline:
    """Simulate the scenario, and make a baseline of it."""
    chosen = tuple(map(str, modes or scenario.modes))
    job = Job(scenario, seed, engine=engine, taped=True)
    outcomes = list(replicate(job, chosen, range(replications), executors))
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
        versions={"stage-access-lab": __version__, **{name: version(name) for name in ("simpy", "numpy")}},
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
        key_of(wait.name, by, value): tuple(each.times.get((wait.name, by, value), NO_TIMES) for each in outcomes)
        for wait in WAITS
        for by, value in parts
    }


def _flat(outcome: Outcome) -> Iterator[tuple[str, float]]:
    yield from outcome.metrics.items()
    parts: tuple[tuple[str, Mapping[str, Figures]], ...] = (("group", outcome.by_group), ("client", outcome.by_client))
    for part, split in parts:
        if len(split) > 1:
            for of, figures in split.items():
                for metric, value in figures.items():
                    yield f"{metric} @ {part}={of}", value


def _joined(digests: Sequence[str]) -> str:
    return hashlib.sha256("".join(digests).encode("ascii")).hexdigest()
