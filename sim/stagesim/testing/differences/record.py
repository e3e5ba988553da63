"""One replication, with the tape of it."""

from collections.abc import Mapping

from stageaccess import Mode, RoomConfig, RuleSet, StageAccess
from stagesim.agents.surroundings import Behaviour
from stagesim.engines.checked import checked
from stagesim.engines.contract import EngineMaker
from stagesim.engines.tape import Recorder, Tape
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
    recorders: list[Recorder] = []

    def recording(config: RoomConfig, rules: RuleSet) -> Recorder:
        recorders.append(Recorder(checked((engine or StageAccess)(config, rules), config)))
        return recorders[0]

    done = simulate(
        scenario, mode=Mode(mode), seed=seed, replication=replication, engine=recording, behaviours=behaviours
    )
    return done, Tape(tuple(recorders[0].entries))
