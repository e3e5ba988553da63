"""What no figure takes into account, said under every answer."""

from collections.abc import Iterator
from typing import Final

from stagesim.experiments.origin import Origin
from stagesim.scenario.habits import Habits, Readiness
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.wishless import has_unsuitable

NOT_MODELLED: Final = (
    "Not modelled: people who act on a wish more often because it is easier, wishes that do not belong on stage, the "
    "time that staff need to watch an open stage, and people who talk over each other."
)
"""The sentence about a scenario that says nothing of any of it."""


def not_modelled(origin: Origin, *scenarios: Scenario) -> str:
    """The sentence, of what some of these scenarios leave out; empty where code of the user's plays a part of the
    people, which may do anything.
    """
    if origin.behaviours:
        return ""
    *others, last = dict.fromkeys(part for scenario in scenarios for part in _left_out(scenario))
    return f"Not modelled: {', '.join(others)}, and {last}." if others else f"Not modelled: {last}."


def _left_out(scenario: Scenario) -> Iterator[str]:
    people: list[Habits] = [*scenario.audience.values(), *scenario.moderators.values()]
    if all(each.wishes.readiness == Readiness() for each in people):
        yield "people who act on a wish more often because it is easier"
    if not has_unsuitable(scenario):
        yield "wishes that do not belong on stage"
    removes = [each.removes for each in scenario.moderators.values() if each.removes is not None]
    if all(each.noticed_after is None for each in removes):
        yield "the time that staff need to watch an open stage"
    yield "people who talk over each other"
