"""The floor: the smallest honest SimPy program that runs the cycle think, ask, approve, join, speak, leave.

One long-lived process a person, a dict for the rules, four columns for the log. It has no time limits, no order of
checks, no audience, no wishes, and draws from one shared generator: what a team would write on its first afternoon.
The harness is measured against it, on the same people with the same mean times (see `cycle.py`).
"""

import gc
from collections import deque
from collections.abc import Generator
from random import Random
from time import process_time
from typing import Any, Final

import simpy
from cycle import DOORS_MS, PULSE_MS, REVIEW_MS, SETUP_MS, STAY_MS, Cycle

Steps = Generator[simpy.Event, Any, None]

RULES: Final = {
    ("enter", "gone"): "viewer",
    ("ask", "viewer"): "requested",
    ("approve", "requested"): "invited",
    ("join", "invited"): "preparing",
    ("go_live", "preparing"): "on_stage",
    ("speak", "on_stage"): "on_stage",
    ("leave", "on_stage"): "viewer",
}
MODERATOR: Final = "moderator"


class Floor:
    """One run of the cycle. `at`, `what`, `who` and `by` are the log, one row a command."""

    def __init__(self, cycle: Cycle, seed: int, has_log: bool = True) -> None:
        self.cycle = cycle
        self.env = simpy.Environment()
        self.exponential = Random(seed).expovariate
        self.standings: dict[str, str] = {}
        self.waiting: deque[tuple[str, simpy.Event]] = deque()
        self.idle: simpy.Event | None = None
        self.commands = 0
        self.has_log = has_log
        self.at: list[int] = []
        self.what: list[str] = []
        self.who: list[str] = []
        self.by: list[str] = []
        self.began_s = 0.0

    def command(self, action: str, about: str, by: str) -> bool:
        """Look up what the action does, do it, and log it; whether it was allowed."""
        standing = RULES.get((action, self.standings[about]))
        if standing is None:
            return False
        self.standings[about] = standing
        self.commands += 1
        if self.has_log:
            self.at.append(int(self.env.now))
            self.what.append(action)
            self.who.append(about)
            self.by.append(by)
        return True

    def lasts(self, mean_ms: float) -> simpy.Event:
        """A random time of this mean, in whole milliseconds."""
        return self.env.timeout(round(self.exponential(1 / mean_ms)))

    def person(self, name: str) -> Steps:
        """Enter; then think, ask, wait, join, go live, speak now and then, leave, again and again."""
        env, exponential = self.env, self.exponential
        self.standings[name] = "gone"
        self.command("enter", name, name)
        opening_ms = DOORS_MS  # the first thought begins when the session does, without waking up for it
        while True:
            yield env.timeout(opening_ms + round(exponential(1 / self.cycle.think_ms)))
            opening_ms = 0
            self.command("ask", name, name)
            approved = env.event()
            self.waiting.append((name, approved))
            if self.idle is not None:
                self.idle.succeed()
                self.idle = None
            yield approved
            self.command("join", name, name)
            yield self.lasts(SETUP_MS)
            self.command("go_live", name, name)
            end_ms = env.now + round(exponential(1 / STAY_MS))
            while (pulse_ms := max(1, round(exponential(1 / PULSE_MS)))) < end_ms - env.now:
                yield env.timeout(pulse_ms)
                self.command("speak", name, name)
            yield env.timeout(end_ms - env.now)
            self.command("leave", name, name)

    def moderator(self) -> Steps:
        """Turn to one person after the other, and approve."""
        while True:
            if not self.waiting:
                self.idle = self.env.event()
                yield self.idle
            name, approved = self.waiting.popleft()
            yield self.lasts(REVIEW_MS)
            self.command("approve", name, MODERATOR)
            approved.succeed()

    def clock(self) -> Steps:
        """Clear up, and note the processor's time, when everybody has entered."""
        yield self.env.timeout(DOORS_MS)
        gc.collect()
        self.began_s = process_time()

    def run(self, has_clock: bool = False) -> None:
        """Run the whole session; `began_s` needs a clock."""
        if has_clock:
            self.env.process(self.clock())
        self.env.process(self.moderator())
        for number in range(1, self.cycle.people + 1):
            self.env.process(self.person(f"audience-{number}"))
        self.env.run(until=DOORS_MS + self.cycle.duration_ms)
