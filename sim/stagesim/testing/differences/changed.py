"""Changed decisions: the same command in the same situation, and another answer.

The commands of a tape are put to another engine one by one. Where it answers differently, its room is put back to
what it was on the tape, so that what comes later is judged by itself and not by what the first change led to. An engine
whose room cannot be reached from here is judged further only where it shows the same state as the tape. Who is told of
an event is a part of the answer, where both sides say it.
"""

from collections.abc import Sequence

from stageaccess import (
    Mode,
    StageAccess,
)
from stagesim.engines.contract import EngineMaker
from stagesim.engines.tape import Tape
from stagesim.scenario.room import room_config
from stagesim.scenario.rules import rule_set
from stagesim.scenario.scenario import Scenario
from stagesim.testing.differences.change import Change, Changes
from stagesim.testing.differences.replay import Replay


def changed_decisions(
    scenario: Scenario, mode: str, tapes: Sequence[Tape], engine: EngineMaker | None = None, first: int = 0
) -> Changes:
    """Put the commands of tapes to an engine with the scenario's rules, and list every answer that differs.

    The tapes are those of one replication after the other, from the number `first` on.
    """
    config = room_config(scenario.room.model_copy(update={"mode": Mode(mode)}))
    rules = rule_set(scenario.rules)
    changes: list[Change] = []
    compared = passed_over = 0
    is_silent = False
    for replication, tape in enumerate(tapes, start=first):
        replay = Replay(str(mode), replication, config, rules, engine or StageAccess, scenario.doors_open)
        for at_ms, command, answer in tape.entries:
            replay.step(at_ms, command, answer)
        changes += replay.changes
        compared += replay.compared
        passed_over += replay.passed_over
        is_silent |= not replay.tells and any(event.told is not None for event in tape.events())
    return Changes(str(mode), tuple(changes), compared, passed_over, len(tapes), is_silent)
