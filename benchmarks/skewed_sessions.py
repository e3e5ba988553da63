"""Makes `selfcheck/data/skewed_sessions.csv.gz` again: what sessions of three skewed scenarios have, one row a session.

    python benchmarks/skewed_sessions.py

`stagesim selfcheck` draws studies from it, to see how often intervals hold. It takes some minutes.
"""

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import stagesim
from stagesim.experiments.quantiles import quantile_over
from stagesim.metric_table import WAITS, Quantile
from stagesim.metrics import Measured
from stagesim.metrics.times import NO_TIMES
from stagesim.selfcheck.calibration.skewed import COLUMNS, TABLE

SCENARIOS: Final = sorted((Path(__file__).parent / "skewed").glob("*.yaml"))
SESSIONS: Final = 2000
WAIT: Final = WAITS[0]


def rows() -> Iterator[list[object]]:
    for path in SCENARIOS:
        study = stagesim.compare(path, replications=SESSIONS, workers=2, keep="metrics")
        for mode in study.results.modes:
            sessions = [outcome.measured for outcome in study.results.of(mode)]
            median = quantile_over(sessions, Quantile(WAIT, 0.5)).seconds
            for session in sessions:
                yield [path.stem, mode, *_of(session, median)]


def _of(session: Measured, median: float) -> list[int]:
    times, figures = session.times.get((WAIT.name, "all", ""), NO_TIMES), session.figures
    horizon = session.horizon_ms
    ended = [each for each in times.ended_ms if each < horizon]
    full = times.number - len(ended)
    within_median = times.within(round(median * 1000)) if median < float("inf") else 0
    return [
        times.number,
        round(figures["wishes_heard_share"] * times.number) if times.number else 0,
        len(times.ended_ms),
        times.within(60_000),
        within_median,
        sum(ended) + full * horizon,
        full,
        round(figures["disrupted_time"] * 1000),
    ]


def main() -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows())
    Path(str(TABLE)).write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


if __name__ == "__main__":
    main()
