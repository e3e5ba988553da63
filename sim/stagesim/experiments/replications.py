"""One replication: simulated and measured. Who carries out many of them says `executors`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from stagesim.agents.script_checks import Check
from stagesim.agents.surroundings import Behaviour
from stagesim.engines.checked import own_checked
from stagesim.engines.contract import EngineError, EngineMaker
from stagesim.engines.tape import Tape
from stagesim.engines.taping import Taping
from stagesim.eventlog import EventLog, LogError
from stagesim.eventlog.not_kept import NotKept
from stagesim.eventlog.unexplained import unexplained
from stagesim.metric_table import HORIZON_MS
from stagesim.metrics import Measured, Parts, TimesOf, measure_session
from stagesim.metrics.fates import Fate, fates
from stagesim.metrics.hold_ups import HoldUps, scanned
from stagesim.metrics.scan import scan
from stagesim.scenario.habits import can_wish
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import Replication, simulate

Figures = Mapping[str, float]
"""Metric name -> value."""


@dataclass(frozen=True, slots=True)
class Job:
    """What all replications of a study have in common. It travels to the workers with each chunk.

    `engine` None is `stageaccess`; `taped` says that what it was asked and answered is kept, `keeps_logs` whether the
    events are, `explains` whether it is said what held people up. That is said of the first `hinted` replications in
    any case, of which the log is then what it is without.
    """

    scenario: Scenario
    seed: int = 1
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    engine: EngineMaker | None = None
    taped: bool = False
    keeps_logs: bool = True
    explains: bool = False
    hinted: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One replication in one mode: its log, what was measured, and the expectations of its script. `times` are those
    of which shares are told, `horizon_ms` is the most that counts of a wait in averages, and `tape` what the engine was
    asked and answered, where that was to be kept. `fates` are there where the log is not, and `hold_ups` where it was
    asked what held people up; `explained` is the log with what tells that, where `log` is without.
    """

    mode: str
    replication: int
    log: EventLog = field(repr=False)
    metrics: Figures = field(repr=False)
    by_group: Mapping[str, Figures] = field(repr=False)
    by_client: Mapping[str, Figures] = field(repr=False)
    checks: tuple[Check, ...] = field(repr=False)
    times: TimesOf = field(default_factory=dict, repr=False)
    horizon_ms: int = HORIZON_MS
    tape: Tape | None = None
    fates: Mapping[str, Fate] | None = field(default=None, repr=False)
    hold_ups: HoldUps | None = field(default=None, repr=False)
    explained: EventLog | None = field(default=None, repr=False)

    @property
    def measured(self) -> Measured:
        """What was measured, without the log."""
        return Measured(self.metrics, self.by_group, self.by_client, self.times, self.horizon_ms)


Part = tuple[str, int]
"""A mode, and the number of a replication."""


def one(job: Job, mode: str, replication: int) -> Outcome:
    """Simulate and measure one replication."""
    taping = Taping(job.engine) if job.taped else None
    explains = _explains(job, replication)
    try:
        done = _simulated(job, mode, replication, taping or job.engine)
        tape = None if taping is None else taping.tape
        outcome = measured(job.scenario, mode, replication, done.log, done.checks, tape, explains=explains)
    except EngineError as error:
        error.replication = replication
        raise
    except LogError:
        _say_where(job, mode, replication)
        raise
    if explains and not job.explains:
        outcome = replace(outcome, log=unexplained(outcome.log), explained=outcome.log)
    return outcome if job.keeps_logs else without_log(outcome)


def _simulated(job: Job, mode: str, replication: int, engine: EngineMaker | None) -> Replication:
    modes = {str(each): each for each in type(job.scenario.room.mode)}
    return simulate(
        job.scenario,
        mode=modes[mode],
        seed=job.seed,
        replication=replication,
        engine=engine,
        behaviours=job.behaviours or None,
        explains=_explains(job, replication),
    )


def _explains(job: Job, replication: int) -> bool:
    return job.explains or replication < job.hinted


def _say_where(job: Job, mode: str, replication: int) -> None:
    """Raise the EngineError of the answer after which no log is possible, where the engine is ours.

    Its answers are not looked at one by one, which would cost time; whoever changes it wants to know all the same.
    """
    try:
        _simulated(job, mode, replication, job.engine or own_checked)
    except EngineError as error:
        error.replication = replication
        raise


def without_log(outcome: Outcome) -> Outcome:
    """The same without the events of the log: what pairs need of them is kept."""
    found = fates(outcome.log, outcome.horizon_ms)
    return replace(outcome, log=NotKept(outcome.log), fates=found, explained=None)


def measured(
    scenario: Scenario,
    mode: str,
    replication: int,
    log: EventLog,
    checks: tuple[Check, ...],
    tape: Tape | None = None,
    *,
    explains: bool = False,
) -> Outcome:
    """The outcome of a replication that has been simulated; `explains` says that its log tells what held people up."""
    session, held_up = scanned(log) if explains else (scan(log), None)
    found = measure_session(session, parts_of(scenario), scenario.horizon_ms)
    return Outcome(mode, replication, log, *found[:3], checks, found.times, found.horizon_ms, tape, hold_ups=held_up)


def parts_of(scenario: Scenario) -> Parts:
    """The groups and clients of which there may be participants, and staff who wish, in a session of the scenario.

    Every session has figures of them, with nobody where nobody came: a mean over the sessions that had somebody would
    make a part out to be larger than it is.
    """
    staff = {name: group for name, group in scenario.moderators.items() if can_wish(group)}
    clients = [str(group.client) for group in staff.values() if group.count]
    clients += [str(client) for people in scenario.audience.values() for client in people.clients]
    return Parts((*scenario.audience, *staff), tuple(sorted(set(clients))))
