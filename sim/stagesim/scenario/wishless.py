"""Scenarios that are valid and in which nothing can happen on stage: nobody ever has a wish to speak."""

from stagesim.scenario.habits import Habits
from stagesim.scenario.scenario import Scenario


def nobody_wishes(scenario: Scenario) -> bool:
    """Whether no wish can arise: no source of wishes, no invitations by staff, and no script."""
    if scenario.script or any(group.invites is not None for group in scenario.moderators.values()):
        return False
    return not somebody_wishes(scenario)


def somebody_wishes(scenario: Scenario) -> bool:
    """Whether anybody's habits can give them a wish, whatever a script does."""
    if any(group.count != 0 and can_wish(group) for group in scenario.audience.values()):
        return True
    return any(group.count != 0 and can_wish(group) for group in scenario.moderators.values())


def can_wish(group: Habits) -> bool:
    """Whether people with these habits can have a wish."""
    wishes = group.wishes
    sources = (
        bool(wishes.rate),
        wishes.on_arrival > 0,
        any(each.share > 0 for each in wishes.rounds),
        wishes.after_settled is not None,
    )
    return wishes.limit != 0 and any(sources)
