"""`make bench-peers`: one small queue in SimPy with `Resource`, in Ciw, in salabim, and in the harness.

M/M/2+M: customers come at random, two servers, everybody is ready to wait for an exponential time only. The harness
runs it as a room with two moderators, with its whole log. The share of customers who leave unserved is printed
beside the speed, so that one sees that all simulate the same thing.

    python benchmarks/peers.py [--customers N] [--rounds N] [--keep]
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import Any, Final, NamedTuple

import simpy
from rounds import Row
from table import MISSING, as_markdown, as_text, describe, keep, version_of

from stagesim.eventlog.schema import KINDS
from stagesim.scenario.reading.loader import loads
from stagesim.simulate import simulate

README: Final = Path(__file__).with_name("README.md")
GAP_S: Final = 10.0
SERVICE_S: Final = 18.0
PATIENCE_S: Final = 60.0
SERVERS: Final = 2
TEXT: Final = """
title: M/M/2+M
duration: {duration} s
audience:
  arrival_gap: {{exponential: {{mean: 10 s}}}}
  wishes: {{on_arrival: 1.0}}
  leaves_when_settled: true
  patience: {{exponential: {{mean: 60 s}}}}
  patience_until: review
  on_stage: {{stay: 0 s}}
moderators: {{count: 2, review: {{time: {{exponential: {{mean: 18 s}}}}}}}}
"""


class Tally(NamedTuple):
    """How many customers came to an end, and how many of them left unserved."""

    customers: int
    left: int


def with_simpy(customers: int, seed: int) -> Tally:
    """SimPy, a process for each customer and a `Resource` for the servers."""
    env, draw = simpy.Environment(), Random(seed).expovariate
    servers = simpy.Resource(env, SERVERS)
    counts: Counter[str] = Counter()

    def customer() -> Generator[simpy.Event, Any, None]:
        with servers.request() as turn:
            outcome = yield turn | env.timeout(draw(1 / PATIENCE_S))
            if turn in outcome:
                yield env.timeout(draw(1 / SERVICE_S))
                counts["begun"] += 1
            else:
                counts["left"] += 1

    def arrivals() -> Generator[simpy.Event, Any, None]:
        while True:
            yield env.timeout(draw(1 / GAP_S))
            env.process(customer())

    env.process(arrivals())
    env.run(until=customers * GAP_S)
    return Tally(counts.total(), counts["left"])


def with_ciw(customers: int, seed: int) -> Tally:
    """Ciw, with reneging customers."""
    import ciw  # noqa: PLC0415 - it may be missing

    exponential = ciw.dists.Exponential
    network = ciw.create_network(
        arrival_distributions=[exponential(1 / GAP_S)],
        service_distributions=[exponential(1 / SERVICE_S)],
        number_of_servers=[SERVERS],
        reneging_time_distributions=[exponential(1 / PATIENCE_S)],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(customers * GAP_S)
    kinds = Counter(record.record_type for record in simulation.get_all_records())
    return Tally(kinds["service"] + kinds["renege"], kinds["renege"])


def with_salabim(customers: int, seed: int) -> Tally:
    """salabim, a component for each customer, with generators as SimPy has them."""
    import salabim  # noqa: PLC0415 - it may be missing

    draw = Random(seed).expovariate
    env = salabim.Environment(yieldless=False, trace=False, random_seed=seed)
    servers = salabim.Resource("servers", capacity=SERVERS)
    counts: Counter[str] = Counter()

    class Customer(salabim.Component):  # type: ignore[misc]
        def process(self) -> Generator[Any, Any, None]:
            yield self.request(servers, fail_delay=draw(1 / PATIENCE_S))
            if self.failed():
                counts["left"] += 1
                return
            yield self.hold(draw(1 / SERVICE_S))
            counts["begun"] += 1

    class Arrivals(salabim.Component):  # type: ignore[misc]
        def process(self) -> Generator[Any, Any, None]:
            while True:
                yield self.hold(draw(1 / GAP_S))
                Customer()

    Arrivals()
    env.run(till=customers * GAP_S)
    return Tally(counts.total(), counts["left"])


def with_harness(customers: int, seed: int) -> Tally:
    """The harness: agents, engine and log; each customer also enters, joins the stage, and leaves."""
    log = simulate(loads(TEXT.format(duration=int(customers * GAP_S))), seed=seed).log
    kinds = Counter(KINDS[code].name for _, code, *_ in log.entries())
    return Tally(kinds["wish_satisfied"] + kinds["wish_given_up"], kinds["wish_given_up"])


PEERS: Final[dict[str, Callable[[int, int], Tally]]] = {
    "simpy": with_simpy,
    "ciw": with_ciw,
    "salabim": with_salabim,
    "stage-access-lab": with_harness,
}


def peer_rows(customers: int, rounds: int) -> list[Row]:
    """Customers a second of every peer that is installed; one that is missing has a row that says so."""
    present = [name for name in PEERS if version_of(name) != MISSING]
    for name in present:
        PEERS[name](50, 1)  # what is imported and made once
    speeds: dict[str, list[float]] = {name: [] for name in present}
    shares: dict[str, list[float]] = {name: [] for name in present}
    for number in range(rounds):
        for name in present if number % 2 == 0 else reversed(present):
            began_s = process_time()
            tally = PEERS[name](customers, number + 1)
            speeds[name].append(tally.customers / (process_time() - began_s))
            shares[name].append(tally.left / tally.customers)
    rows = []
    for name in PEERS:
        measured = "skipped: not installed"
        if name in present:
            share = 100 * sum(shares[name]) / rounds
            measured = f"{median(speeds[name]):,.0f} customers a second, {share:.1f} % left unserved"
        rows.append(Row("e", f"M/M/2+M, {name}", measured))
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Run what is installed, and print the table."""
    parser = argparse.ArgumentParser(description="the same queue in other libraries")
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="write the table into benchmarks/README.md")
    options = parser.parse_args(arguments)
    rows = peer_rows(options.customers, options.rounds)
    machine = describe(tuple(PEERS))
    print(f"{as_text(rows)}\n\n{machine}")
    if options.keep:
        keep(README, "peers", f"{machine}\n\n{as_markdown(rows)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
