"""Part (d): memory for each person and each event, and the size of a log on disk."""

import gc
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

from cycle import cycle_of, run_harness, scenario_of
from rounds import Row
from submits import cycle_commands, open_room

from stagesim.eventlog.files import write_parquet
from stagesim.eventlog.log import EventLog

MOST_IN_MEMORY: Final = 100
MOST_ON_DISK: Final = 10
T = TypeVar("T")


def peak_bytes(program: Callable[[], T]) -> tuple[T, int]:
    """What the program returns, and the most memory that was in use meanwhile, beyond what was before."""
    gc.collect()
    tracemalloc.start()
    result = program()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return result, peak


def replication_peak(people: int, commands: int) -> tuple[EventLog, int]:
    """The log of a replication, and the peak of its memory."""
    scenario = scenario_of(cycle_of(people, commands))
    return peak_bytes(lambda: run_harness(scenario, 1))


def log_bytes_an_event(log: EventLog, commands: int) -> float:
    """Bytes that a log grows by with an event, spare room included: events of the engine, recorded anew."""
    engine = open_room()
    events = [event for command in cycle_commands(commands) for event in engine.submit(command).events]

    def record_all() -> EventLog:
        new = EventLog(log.header)
        for event in events:
            new.record(event)
        return new

    return peak_bytes(record_all)[1] / len(events)


def disk_bytes_an_event(log: EventLog) -> float:
    """Bytes an event of the log's Parquet file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        write_parquet(path, [log])
        return path.stat().st_size / len(log)


def memory_rows(commands: int) -> list[Row]:
    """Part (d). What a person and an event add is the difference of two runs: more people, or more commands."""
    replication_peak(10, 100)  # what is imported and remembered once
    small, few = replication_peak(200, commands // 10)
    _, crowded = replication_peak(2_200, commands // 10)
    large, many = replication_peak(200, commands)
    in_memory, on_disk = log_bytes_an_event(large, commands), disk_bytes_an_event(large)
    added = len(large) - len(small)
    return [
        Row("d", "full replication, peak, for each person", f"{(crowded - few) / 2_000 / 1024:.1f} KiB"),
        Row("d", "full replication, peak, for each logged event", f"{(many - few) / added:.0f} bytes"),
        Row(
            "d", "log, in memory", f"{in_memory:.1f} bytes an event", f"< {MOST_IN_MEMORY}", in_memory < MOST_IN_MEMORY
        ),
        Row(
            "d",
            "log, on disk (Parquet, zstd)",
            f"{on_disk:.1f} bytes an event",
            f"< {MOST_ON_DISK}",
            on_disk < MOST_ON_DISK,
        ),
    ]
