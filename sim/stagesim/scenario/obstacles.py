"""Scenarios that are valid and in which wishes come to nothing, as far as the file shows: what stands in their way.

Nobody is said to be kept off the stage who might get there, and no list to stop that cannot. Where the rules vary,
or where a script or a timetable may change what holds at the start, nothing is said.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from stageaccess.vocabulary import Action, Mode
from stagesim.scenario.faults import listed
from stagesim.scenario.habits import can_wish
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.wishless import somebody_wishes

GRANTING: Final = frozenset({Action.BRING_TO_STAGE, Action.INVITE})
"""What staff do to let somebody on the stage."""


class Obstacle(NamedTuple):
    """Why asking and being noticed lead nowhere: `what` comes of it, in those `modes` that are run."""

    modes: tuple[Mode, ...]
    what: str
    message: str
    hint: str

    def __str__(self) -> str:
        """The obstacle on one line, the hint on the next."""
        return f"{self.what} in {listed(self.modes)}: {self.message}\n  hint: {self.hint}"


def obstacles(scenario: Scenario) -> tuple[Obstacle, ...]:
    """What keeps everybody who has a wish off the stage, whatever is drawn, and what may stop the list for good."""
    modes = tuple(mode for mode in scenario.modes if mode is not Mode.EVERYONE_ON_STAGE)
    granted = any(step.do in GRANTING or step.do is Action.SET_MODE for step in scenario.script)
    if not modes or not somebody_wishes(scenario) or scenario.rules or scenario.timetable or granted:
        return ()
    certain = [Obstacle(modes, "nobody can be brought on stage", *said) for said in _certain(scenario)]
    return (*certain, *(Obstacle(modes, "the list may stop for good", *said) for said in _silence(scenario)))


def _certain(scenario: Scenario) -> Iterator[tuple[str, str]]:
    staff = [group for group in scenario.moderators.values() if group.count]
    if any(group.invites is not None for group in staff):
        return
    if not staff:
        yield "there are no moderators", "write `moderators: {count: 1}`, or run `everyone_on_stage` alone"
        return
    stay = _stay_on_stage(scenario)
    limits = [group.approve_up_to for group in staff if group.approve_up_to is not None]
    if len(limits) == len(staff) and max(limits) <= len(stay):
        limit = f"`approve_up_to` is {max(limits)}"
        who = f", and {listed(stay)} stays on stage by the script" if stay else ""
        yield f"{limit}{who}", "no request is taken up while so many are on stage; make `approve_up_to` greater"
    capacity = scenario.room.stage_capacity
    if capacity is not None and capacity <= len(stay):
        yield f"`room.stage_capacity` is {capacity}, and {listed(stay)} stays on stage by the script", "make room"


def _silence(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """People who never answer an invitation, each of whom takes up a place for ever of those that may be given."""
    staff = [group for group in scenario.moderators.values() if group.count]
    limits = [group.approve_up_to for group in staff if group.approve_up_to is not None]
    ends = scenario.room.invitation_ttl is not None or any(group.revokes_after is not None for group in staff)
    if ends or not limits or len(limits) < len(staff):
        return
    for name, people in scenario.audience.items():
        answer = people.answer
        if people.count != 0 and can_wish(people) and answer.accept < 1 and answer.ignore > 0:
            message = f"some of `{name}` never answer, and an open invitation counts for `approve_up_to`"
            yield message, "write `moderators.revokes_after` or `room.invitation_ttl`"


def _stay_on_stage(scenario: Scenario) -> tuple[str, ...]:
    """Who goes live by the script, and is never touched by it again; only those who are sure to stay."""
    live: dict[str, bool] = {}
    for step in scenario.script:
        if step.do is Action.GO_LIVE and step.by is not None:
            live[step.by] = step.expected == () or step.expect in ("accepted", "on_stage")
        elif step.do is not None and step.do is not Action.SPEAK:
            live |= {name: False for name in (step.by, step.to) if name in live}
    return tuple(name for name, sure in live.items() if sure and not _may_leave(scenario, name))


def _may_leave(scenario: Scenario, name: str) -> bool:
    """Whether somebody has habits of their own by which they may leave the stage, or the room."""
    group = name.rpartition("-")[0]
    staff = scenario.moderators.get(group)
    if staff is None:
        return group in scenario.audience
    return staff.leaves_after is not None or staff.connection is not None or can_wish(staff)
