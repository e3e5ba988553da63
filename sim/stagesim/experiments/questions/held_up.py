"""What held people up in a study that asked something else: its first sessions in each mode explain it."""

from collections.abc import Iterator

from stagesim.experiments.questions.why import Reason, reasons
from stagesim.experiments.replications import Job, one
from stagesim.experiments.results import Results
from stagesim.looks import EXPLAINED
from stagesim.metrics.hold_ups import HoldUps


def held_up(results: Results) -> tuple[Reason, ...]:
    """The reason of each mode, by its first `EXPLAINED` sessions; none of one session.

    Sessions of an earlier run do not explain it any more, and are simulated once more; where code of the user's plays a
    part, which need not do the same then, there is none.
    """
    origin = results.origin
    if results.replications < 2 or origin.behaviours or origin.engine or origin.maker:
        return ()
    found = {mode: tuple(_hold_ups(results, mode)) for mode in results.modes}
    return tuple(reasons(results.scenario, found))


def _hold_ups(results: Results, mode: str) -> Iterator[HoldUps]:
    job = Job(results.scenario, results.seed, keeps_logs=False, explains=True)
    for outcome in results.of(mode)[:EXPLAINED]:
        known = outcome.hold_ups or one(job, mode, outcome.replication).hold_ups
        if known is not None:
            yield known
