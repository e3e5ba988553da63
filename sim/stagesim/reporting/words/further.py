"""What to ask next of what was simulated: what would turn the answer, what holds people up, and how it went."""

import shlex
from typing import Final, NamedTuple

from stagesim.experiments.results import Results

MOST_REPLAYED: Final = 2
"""Sessions that a replay shows beside each other."""


class Further(NamedTuple):
    """One more question, and the command that answers it."""

    question: str
    command: str


def further(results: Results) -> list[Further]:
    """The questions for which there is a command; none where no file says what was run, or code plays a part in it."""
    given, origin = results.given, results.origin
    if not given.is_of_its_file or origin.behaviours or origin.engine or origin.maker:
        return []
    changes = [part for each in (*given.sets, *given.changes) for part in ("--set", each)]
    where = shlex.join([str(given.path), *changes])
    modes = f" --modes {','.join(results.modes[:MOST_REPLAYED])}"
    turns = results.scenario.assumptions and results.scenario.goals and len(results.modes) > 1
    return [
        *([Further("What would turn the answer", f"stagesim tip {where}")] if turns else []),
        Further("What holds people up", f"stagesim why {where}"),
        Further("The story of one person", f"stagesim story {where} --who typical"),
        Further("The session as it went", f"stagesim replay {where}{modes}"),
    ]
