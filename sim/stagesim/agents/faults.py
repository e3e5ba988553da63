"""What is said of a fault in code of the user's that plays a person, or chooses one."""

import traceback
from pathlib import Path
from typing import Final

from stagesim.agents.agent import Agent
from stagesim.errors import StagesimError
from stagesim.plain_text import one_line_of_a_log

PACKAGE: Final = str(Path(__file__).parents[1])


class BehaviourError(StagesimError):
    """Code of the user's that cannot play a person, or choose one; the text names the group, the person, the moment."""


def located(error: Exception, what: str, person: Agent) -> BehaviourError:
    """The error as it is told: in which behaviour or discipline of whom it was, and when.

    Of an exception that is none of ours it tells the kind and the line; raise it `from` that exception.
    """
    at_s = (person.now_ms - person.around.start_ms) / 1000
    where = f"in the {what} of `{person.group}`, as `{person.name}`, at {at_s:g} s of the session"
    if isinstance(error, BehaviourError):
        return BehaviourError(f"{where}: {error}")
    said = one_line_of_a_log(f"{type(error).__name__}: {error}".rstrip(": "))
    return BehaviourError(f"{where}: {said}\n  hint: {_line_of(error)}")


def _line_of(error: Exception) -> str:
    """The line of the user's code that an exception has come out of."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if not each.filename.startswith(PACKAGE)]
    if not frames:
        return "the function is called with one argument"
    last = [each for each in frames if each.filename == frames[0].filename][-1]
    return f"see line {last.lineno} of `{Path(last.filename).name}`, in `{last.name}`"
