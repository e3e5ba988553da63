"""The sections of the calibration, and how they are carried out."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, Literal

from stagesim.experiments.executors import worker_count
from stagesim.selfcheck.calibration.checks import Check
from stagesim.selfcheck.calibration.coverage import coverage, coverage_together
from stagesim.selfcheck.calibration.examples import worked_examples
from stagesim.selfcheck.calibration.gate import false_alarms, false_differences, power
from stagesim.selfcheck.calibration.relations import exact_relations
from stagesim.selfcheck.calibration.sharing import shares_of_people
from stagesim.selfcheck.calibration.skewed import skewed_coverage

Part = Callable[[int], list[Check]]
"""Gets the seed of all draws."""

SECTIONS: Final[dict[str, tuple[Part, ...]]] = {
    "examples": (worked_examples, shares_of_people),
    "relations": (exact_relations,),
    "coverage": (coverage, coverage_together, skewed_coverage),
    "false-alarms": (false_alarms, false_differences),
    "power": (power,),
}
"""The parts of each section; a part is what one worker does."""

TITLES: Final = {
    "examples": "published figures",
    "relations": "Little's law and other exact relations",
    "coverage": "coverage of the intervals",
    "false-alarms": "false alarms",
    "power": "power",
    "queueing": "queueing models",
}
"""The sections as a reader calls them; the one of `selfcheck.queueing` among them."""


def calibrate(
    names: Sequence[str], *, seed: int = 1, workers: int | Literal["auto"] = 1
) -> Iterator[tuple[str, list[Check]]]:
    """The checks of each section, in order; they do not depend on `workers`."""
    parts = [(name, part) for name in names for part in SECTIONS[name]]
    count = min(worker_count(workers), len(parts))
    if count <= 1:
        for name in names:
            yield name, [check for part in SECTIONS[name] for check in part(seed)]
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        try:
            futures = {name: [pool.submit(part, seed) for part in SECTIONS[name]] for name in names}
            for name in names:
                yield name, [check for future in futures[name] for check in future.result()]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
