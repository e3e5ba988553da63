"""One replication, with the tape of it."""

from collections.abc import Mapping

from stageaccess import Mode
from stagesim.agents.surroundings import Behaviour
from stagesim.engines.contract import EngineMaker
from stagesim.engines.tape import Tape
from stagesim.engines.taping import Taping
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import Replication, simulate


def record(
    scenario: Scenario,
    *,
    mode: str,
    seed: int = 1,
    replication: int = 0,
    engine: EngineMaker | None = None,
    behaviours: Mapping[str, Behaviour] | None = None,
) -> tuple[Replication, Tape]:
    """Simulate one replication, and keep the tape of it."""
    taping = Taping(engine)
    done = simulate(scenario, mode=Mode(mode), seed=seed, replication=replication, engine=taping, behaviours=behaviours)
    return done, taping.tape
