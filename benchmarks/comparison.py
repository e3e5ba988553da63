"""What a comparison with its page takes, beside its sessions alone: the rest is loading, figures, charts and files.

    python benchmarks/comparison.py [--scenario SCENARIO] [--replications N] [--rounds N]

Time is the processor's, of a command and of all its workers together. Both run in processes of their own, alternate,
and the least of all rounds counts: whatever else a machine does only adds to it.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

SESSIONS = """
import sys
from stagesim.experiments.replications import Job, one
from stagesim.scenario.reading.loader import load
scenario = load(sys.argv[1])
for replication in range(int(sys.argv[2])):
    for mode in scenario.modes:
        one(Job(scenario, 1), str(mode), replication)
"""


def processor_s(command: Sequence[str]) -> float:
    """The processor time of a command that succeeds, s."""
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print one line."""
    parser = argparse.ArgumentParser(description="measure what a comparison takes beside its sessions")
    parser.add_argument("--scenario", default=str(Path(__file__).parents[1] / "scenarios/town_hall.yaml"))
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    size = str(options.replications)
    whole, sessions = [], []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            compare = ["-m", "stagesim", "compare", options.scenario, "--replications", size, "--out", f"{folder}/it"]
            whole.append(processor_s(compare))
        sessions.append(processor_s(["-c", SESSIONS, options.scenario, size]))
    ratio = min(whole) / min(sessions)
    print(f"comparison {min(whole):.2f} s, its sessions alone {min(sessions):.2f} s, ratio {ratio:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
