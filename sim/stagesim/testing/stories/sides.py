"""One session of a side, as it happened: simulated where the side is a scenario, of its log where it is stored."""

from collections.abc import Mapping
from pathlib import Path

from stageaccess import RULES
from stagesim.agents.surroundings import Behaviour
from stagesim.engines.contract import EngineMaker
from stagesim.eventlog import EventLog
from stagesim.experiments.origin import SCENARIO_FILE
from stagesim.scenario.faults import ScenarioError
from stagesim.scenario.forms.canonical import digest
from stagesim.scenario.reading.loader import load
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.variant import DEFAULT
from stagesim.simulate import simulate
from stagesim.testing.baselines.situation import situation
from stagesim.testing.difference import DifferenceError, Side
from stagesim.testing.stories.course import Course, course
from stagesim.testing.stories.logged import broken, course_of_log


def session(
    scenario: Scenario,
    *,
    mode: str,
    seed: int = 1,
    replication: int = 0,
    engine: EngineMaker | None = None,
    behaviours: Mapping[str, Behaviour] | None = None,
) -> Course:
    """One simulated session, with what explains it.

    An engine that is not the built-in one is asked for its buttons while it decides.
    """
    if engine is not None:
        asked = course(scenario, mode=mode, seed=seed, replication=replication, engine=engine, behaviours=behaviours)
        return asked._replace(broken=broken(asked.log, scenario))
    done = simulate(scenario, mode=mode, seed=seed, replication=replication, behaviours=behaviours, explains=True)
    return course_of_log(done.log, scenario, done.checks, explains=True)


def session_of(side: Side, mode: str, *, seed: int, replication: int, like: Scenario | None = None) -> Course:
    """One session of a side. `like` is a scenario that may be the one that was played, where that is not stored.

    Raises DifferenceError where there is no such session, LogError where its log cannot have been.
    """
    if side.scenario is not None:
        return session(side.scenario, mode=mode, seed=seed, replication=replication, engine=side.engine)
    log = _log(side, mode, replication)
    if side.tapes:
        return _of_baseline(log, like)
    known = (each for each in (like, _beside(Path(side.name))) if each is not None)
    fits = next((each for each in known if digest(each) == log.header.scenario_digest), None)
    return course_of_log(log, fits)


def _log(side: Side, mode: str, replication: int) -> EventLog:
    """The log of that number in the mode, or the only one."""
    there = [number for known, number in side.logs if known == mode]
    if replication in there:
        return side.logs[mode, replication]
    if len(there) == 1:
        return side.logs[mode, there[0]]
    had = f"sessions {there[0]} to {there[-1]}" if there else f"the modes {', '.join(side.modes)}"
    raise DifferenceError(f"`{side.name}` has no session {replication} in `{mode}`\n  hint: it has {had}")


def _of_baseline(log: EventLog, like: Scenario | None) -> Course:
    """What a baseline keeps are the decisions; the scenario says which room it was, the baseline under which rules."""
    if like is None or situation(like) != log.header.scenario_digest:
        return course_of_log(log)
    if log.header.rules == RULES.name:
        return course_of_log(log, DEFAULT.scenario(like))
    own = like.rules is not None and like.rules.name == log.header.rules
    return course_of_log(log, like if own else None)


def _beside(path: Path) -> Scenario | None:
    """The scenario that was saved with a log, or with a folder of results."""
    for folder in (path, path.parent, path.parent.parent):
        try:
            if (folder / SCENARIO_FILE).is_file():
                return load(folder / SCENARIO_FILE)
        except ScenarioError:
            return None
    return None
