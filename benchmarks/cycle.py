"""The cycle that the harness and the floor both run, and how the harness is told to run it.

Everybody thinks for a random time, asks, is approved by one moderator after a short review, joins, goes live, speaks
twice on average, and leaves. The thinking time grows with the number of people, so that rooms of all sizes see the
same number of commands in the same time; one wish begins every 12 s.
"""

import gc
from collections import Counter
from collections.abc import Generator
from time import process_time
from typing import Any, Final, NamedTuple

import simpy

from stagesim.agents.attendee import Attendee
from stagesim.eventlog.log import EventLog
from stagesim.eventlog.schema import KINDS, SYSTEM
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import simulate

DOORS_MS: Final = 60_000
WISH_EVERY_MS: Final = 12_000
REVIEW_MS: Final = 2_000
SETUP_MS: Final = 5_000
STAY_MS: Final = 60_000
PULSE_MS: Final = 30_000
COMMANDS_A_WISH: Final = 7
"""On average: ask, approve, join, go live, speak twice, leave."""

TEXT: Final = """
title: the cycle of the benchmarks
duration: {duration_ms} ms
doors_open: {doors_ms} ms
room: {{mode: join_by_request}}
audience:
  groups:
    audience:
      count: {people}
      arrival: -{doors_ms} ms
      wishes: {{after_settled: {{exponential: {{mean: {think_ms} ms}}}}}}
      setup: {{time: {{exponential: {{mean: {setup_ms} ms}}}}}}
      on_stage: {{stay: {{exponential: {{mean: {stay_ms} ms}}}}, pulse: {{exponential: {{mean: {pulse_ms} ms}}}}}}
{clock}moderators:
  arrival: -{doors_ms} ms
  review: {{time: {{exponential: {{mean: {review_ms} ms}}}}}}
"""

CLOCK: Final = f"    clock: {{count: 1, arrival: -{DOORS_MS} ms}}\n"
"""A group of one, whose behaviour reads the processor's time."""

# One command each; what else is in the log follows from these, or is no event of the room.
COMMANDS: Final = frozenset(
    {"entered", "request_created", "invitation_created", "setup_started", "stage_joined", "spoke", "stage_left"}
)


class Cycle(NamedTuple):
    """How many people, and for how long."""

    people: int
    duration_ms: int

    @property
    def think_ms(self) -> int:
        """The mean thinking time of one person."""
        return self.people * WISH_EVERY_MS


def cycle_of(people: int, commands: int) -> Cycle:
    """The cycle with so many people and about so many commands after the doors."""
    return Cycle(people, commands * WISH_EVERY_MS // COMMANDS_A_WISH)


def scenario_of(cycle: Cycle, has_clock: bool = False) -> Scenario:
    """The cycle as a scenario of the harness; with a group for the visitor of `run_with_clock`, if there is one."""
    return loads(
        TEXT.format(
            people=cycle.people,
            duration_ms=cycle.duration_ms,
            think_ms=cycle.think_ms,
            doors_ms=DOORS_MS,
            setup_ms=SETUP_MS,
            stay_ms=STAY_MS,
            pulse_ms=PULSE_MS,
            review_ms=REVIEW_MS,
            clock=CLOCK if has_clock else "",
        )
    )


class Run(NamedTuple):
    """What one run of the harness took: `began_s` is the processor's time when everybody had entered."""

    log: EventLog
    began_s: float


def run_harness(scenario: Scenario, seed: int) -> EventLog:
    """One replication."""
    return simulate(scenario, seed=seed).log


def run_with_clock(scenario: Scenario, seed: int) -> Run:
    """One replication, with a visitor who never enters, clears up when the session starts, and reads the time."""
    began_s: list[float] = []

    def clock(visitor: Attendee) -> Generator[simpy.Event, Any, None]:
        yield visitor.env.timeout(DOORS_MS)
        gc.collect()
        began_s.append(process_time())

    log = simulate(scenario, seed=seed, behaviours={"clock": clock}).log
    return Run(log, began_s[0])


def count_commands(log: EventLog) -> Counter[str]:
    """How many commands of each kind were accepted, by the event that each leads to; the session's end is left out."""
    system = log.names.index(SYSTEM)
    kinds = Counter(kind for _, kind, _, by, *_ in log.entries() if by != system)
    return Counter({KINDS[code].name: count for code, count in kinds.items() if KINDS[code].name in COMMANDS})
