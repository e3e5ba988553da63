"""Which wishes can arise in a scenario: a valid one may have none at all, and then nothing can happen on stage."""

from stagesim.scenario.habits import can_wish
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


def has_unsuitable(scenario: Scenario) -> bool:
    """Whether somebody has wishes that do not belong on stage."""
    return any(each.wishes.unsuitable for each in (*scenario.audience.values(), *scenario.moderators.values()))
