"""What holds people up, in words: the limit that binds, with its minutes."""

from typing import Final

from stagesim.experiments.questions.why import Reason
from stagesim.metrics.causes import Cause
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.numbers import duration
from stagesim.scenario.scenario import Scenario

LIMITS: Final = {
    "connection": "lost connections",
    "own_wish": "earlier wishes of the same people",
    "answer": "people's own answers and set-ups",
    "unready": "wishes that are not strong enough for the room's mode",
    "pause": "people's pauses before they try again",
    "unnoticed": "wishes without a button, which staff have not noticed",
    "review": "the time of a review",
    "nobody": "staff: nobody present",
    "reaction": "the reaction of free staff",
}
"""What a limit is called, but for those of which there is a number."""


def limit(reason: Reason, cause: Cause) -> str:
    """What holds people up by a cause, with how many there are of it: "places: 6"."""
    scenario = reason.scenario
    staff = sum(group.count for group in scenario.moderators.values())
    match cause.name:
        case "places":
            return _places(scenario)
        case "busy":
            return f"staff: {staff}, all busy"
        case "away":
            return f"staff: {staff}, all away"
        case _:
            return LIMITS[cause.name]


def _places(scenario: Scenario) -> str:
    """How many places there are; where staff turn to nobody before these are taken, how many those are."""
    capacity = scenario.room.stage_capacity
    numbers = [group.places(capacity) for group in scenario.moderators.values()]
    most = max((number for number in numbers if number is not None), default=None)
    if capacity is None or (most is not None and most < capacity and None not in numbers):
        return f"places: {most} (`approve_up_to`)"
    return f"places: {capacity}"


def with_minutes(reason: Reason, cause: Cause) -> str:
    """The limit and when it holds people up: "places: 6, minutes 36 to 44"."""
    first, last = reason.stretch(cause)
    return f"{limit(reason, cause)}, minutes {first} to {last}"


def per_wish(ms: int, wishes: int) -> str:
    """An average time for each wish."""
    return duration(ms / wishes / 1000) if wishes else "–"


def percent(share: float) -> str:
    """A share as a sentence has it."""
    return f"{share * 100:.0f} %"


def holds_up_most(reason: Reason) -> str:
    """What holds up most, or what may; empty where nothing holds anybody up."""
    shares = {cause: percent(reason.share(cause)) for cause in reason.leading}
    match reason.leading:
        case ():
            return ""
        case (cause,):
            return f"what holds up most is {with_minutes(reason, cause)}: {shares[cause]} of the time of a wish"
        case several:
            near = " or ".join(f"{limit(reason, each)} ({shares[each]})" for each in several)
            return f"it is not decided what holds up most of the time of a wish, {near}"


MOST_NEAR: Final = 2
"""Causes that are named where it is not decided which of several holds up most."""


def in_a_mode(reason: Reason) -> str:
    """What holds people up in one mode, as one of several lines; with what part of the time from a wish to its turn."""
    name = mode_name(reason.mode)
    match reason.leading:
        case ():
            return f"{name} – nothing"
        case (cause,):
            return f"{name} – {with_minutes(reason, cause)} ({percent(reason.share(cause))} of the wait)"
        case several:
            near = [f"{limit(reason, each)} ({percent(reason.share(each))})" for each in several[:MOST_NEAR]]
            return f"{name} – not decided: {' or '.join(near)}{', or another' * (len(several) > MOST_NEAR)}"
