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
    "answer": "people's own set-ups and answers",
    "unready": "wishes that are not strong enough for the room's mode",
    "pause": "people's pauses before they try again",
    "unnoticed": "wishes that staff have not noticed (no button)",
    "review": "the time of a review",
    "nobody": "no staff in the room",
    "reaction": "the reaction of free staff",
}
"""What a limit is called, but for those of which there is a number."""


def limit(reason: Reason, cause: Cause) -> str:
    """What holds people up by a cause, with how many there are of it: "places (6)"."""
    scenario = reason.scenario
    staff = sum(group.count for group in scenario.moderators.values())
    match cause.name:
        case "places":
            return _places(scenario)
        case "busy":
            return f"busy staff ({staff})"
        case "away":
            return f"staff who are away ({staff})"
        case _:
            return LIMITS[cause.name]


def _places(scenario: Scenario) -> str:
    """How many places there are; where staff turn to nobody before these are taken, how many those are."""
    capacity = scenario.room.stage_capacity
    numbers = [group.places(capacity) for group in scenario.moderators.values()]
    most = max((number for number in numbers if number is not None), default=None)
    if capacity is None or (most is not None and most < capacity and None not in numbers):
        return f"places ({most}, `approve_up_to`)"
    return f"places ({capacity})"


def mostly(reason: Reason, cause: Cause) -> str:
    """When a cause holds people up: "mostly minutes 36 to 44"."""
    first, last = reason.stretch(cause)
    return f"mostly minutes {first} to {last}"


def per_wish(ms: int, wishes: int) -> str:
    """An average time for each wish, in whole seconds where there are many: parts and their sum are told."""
    return duration(ms / wishes / 1000, 3 if ms >= 100_000 * wishes else 2) if wishes else "–"


def percent(share: float) -> str:
    """A share as a sentence has it."""
    return f"{share * 100:.0f} %"


def holds_up_most(reason: Reason) -> str:
    """What holds up most, or what may; empty where nothing holds anybody up."""
    said = _leading(reason)
    return f"what holds up most is {said}" if len(reason.leading) == 1 else said


MOST_NEAR: Final = 2
"""Causes that are named where it is not decided which of several holds up most."""


def in_a_mode(reason: Reason) -> str:
    """What holds people up in one mode, as one of several lines; with what part of the time from a wish to its turn."""
    return f"{mode_name(reason.mode)} – {_leading(reason) or 'nothing'}"


def time_of_a_wish(reason: Reason) -> str:
    """How long a wish takes until it is on stage, or lost."""
    return f"the {per_wish(reason.of_all.total_ms, reason.of_all.wishes)} per wish"


def _leading(reason: Reason) -> str:
    match reason.leading:
        case ():
            return ""
        case (cause,):
            share = f"{percent(reason.share(cause))} of {time_of_a_wish(reason)}"
            return f"{limit(reason, cause)}: {share}, {mostly(reason, cause)}"
        case several:
            first, *others = [f"{limit(reason, each)}" for each in several[:MOST_NEAR]]
            shares = [percent(reason.share(each)) for each in several[:MOST_NEAR]]
            named = f"{first}: {shares[0]} of {time_of_a_wish(reason)}, or {others[0]}: {shares[1]}"
            more = ", or another cause" * (len(several) > MOST_NEAR)
            return f"{named}{more}; {len(reason.sessions)} sessions do not show which is more"
