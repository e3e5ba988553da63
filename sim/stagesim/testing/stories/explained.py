"""A kept session once more, with what explains it."""

from stagesim.errors import StagesimError
from stagesim.eventlog.log import EventLog
from stagesim.eventlog.schema import KINDS
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import simulate


def explained(log: EventLog, scenario: Scenario) -> EventLog | None:
    """The session of a log once more, with what explains it; None where it does not come out the same, as with other
    code, another engine, or behaviours of somebody's own.
    """
    head = log.header
    try:
        again = simulate(scenario, mode=head.mode, seed=head.seed, replication=head.replication, explains=True).log
    except StagesimError:
        return None
    same = [entry for entry in again.entries() if not KINDS[entry[1]].explains]
    return again if again.names == log.names and same == list(log.entries()) else None
