"""The sections of the calibration, and how they are carried out."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from stagesim.experiments.executors import THIS_PROCESS, Executors, pool_of, ready
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
    names: Sequence[str], *, seed: int = 1, executors: Executors = THIS_PROCESS
) -> Iterator[tuple[str, list[Check]]]:
    """The checks of each section, in order; they do not depend on who carries them out."""
    with pool_of(executors, sum(len(SECTIONS[name]) for name in names)) as pool:
        if pool is None:
            for name in names:
                yield name, [check for part in SECTIONS[name] for check in part(seed)]
            return
        futures = {name: [pool.submit(part, seed) for part in SECTIONS[name]] for name in names}
        for name in names:
            found = [ready([future], pool).pop().result() for future in futures[name]]
            yield name, [check for checks in found for check in checks]
