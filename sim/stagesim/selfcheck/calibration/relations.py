"""Little's law and the other exact relations, in sessions of every queueing case that a scenario can say."""

from collections import Counter
from typing import Final
from zlib import crc32

from stagesim.metrics import relations
from stagesim.selfcheck.calibration.checks import Check
from stagesim.selfcheck.queueing.cases import NotExpressible, read_cases
from stagesim.selfcheck.queueing.families import set_up
from stagesim.simulate import simulate

WISHES: Final = 200
"""About how many wishes a session sees that has no end of its own."""


def exact_relations(seed: int) -> list[Check]:
    """Each relation over all sessions; the figures on its two sides are whole numbers, so that equal means equal."""
    broken: dict[str, list[str]] = {}
    sessions: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for case in read_cases():
        try:
            setup = set_up(case)
        except NotExpressible:
            continue
        length = setup.ends if setup.ends is not None else WISHES / setup.rate
        log = simulate(setup.scenario(case.model, length), seed=crc32(f"{seed}:{case.name}".encode())).log
        for relation in relations(log):
            broken.setdefault(relation.name, []).extend([case.name] * (not relation.holds))
            # A relation of nothing with nothing shows nothing.
            sessions[relation.name] += relation.left > 0
            totals[relation.name] += int(relation.left)
    return [_check(name, sessions[name], totals[name], wrong) for name, wrong in broken.items()]


def _check(name: str, sessions: int, total: int, wrong: list[str]) -> Check:
    said = f"broken in {', '.join(wrong)}" if wrong else f"exact in {sessions} sessions, {total:,} on either side"
    return Check(name, "equal in every session", said, not wrong and sessions > 0)
