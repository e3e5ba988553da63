"""Settings under which wishes come to nothing, whatever is drawn, and a list that may stop for good.

Nobody is said to be kept off the stage who might get there, and no list to stop that cannot. Where the rules vary,
or where a script or a timetable may change what holds at the start, nothing is said.
"""

from collections.abc import Iterator
from typing import Final

from stageaccess.vocabulary import Action, Mode
from stagesim.scenario.advice.advice import Advice, at_work, wishing
from stagesim.scenario.faults import KeyPath, listed
from stagesim.scenario.habits import Habits
from stagesim.scenario.moderators import Moderators
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.units import format_duration
from stagesim.scenario.wishless import somebody_wishes

GRANTING: Final = frozenset({Action.BRING_TO_STAGE, Action.INVITE})
"""What staff do to let somebody on the stage."""


def obstacles(scenario: Scenario) -> Iterator[Advice]:
    """What keeps people who have a wish off the stage, and what may stop the list for good."""
    modes = tuple(mode for mode in scenario.modes if mode is not Mode.EVERYONE_ON_STAGE)
    granted = any(step.do in GRANTING or step.do is Action.SET_MODE for step in scenario.script)
    if not somebody_wishes(scenario) or scenario.rules or scenario.timetable or granted:
        return
    yield from _of_groups(scenario, modes)
    if not modes:
        return
    staff = at_work(scenario)
    if not any(group.invites for group in staff.values()):
        nobody = f"nobody can be brought on stage in {listed(modes)}"
        yield from (Advice(path, seen, nobody, hint) for path, seen, hint in _of_staff(scenario, staff))
        yield from _too_late(scenario, staff, modes)
        if Mode.INVITE_ONLY in modes:
            yield from _unnoticed(scenario, staff)
    yield from _silence(scenario, staff, modes)


def _of_groups(scenario: Scenario, modes: tuple[Mode, ...]) -> Iterator[Advice]:
    """What people do, or fail to do, whatever staff do."""
    ttl = scenario.room.invitation_ttl
    for path, habits in wishing(scenario):
        if habits.setup.failure == 1:
            nobody = f"nobody of `{path[1]}` ever goes live, in any mode"
            yield Advice((*path, "setup", "failure"), "every set-up fails", nobody, "make `failure` less than 1")
        for mode in scenario.modes:
            if getattr(habits.wishes.readiness, mode) == 0:
                nobody = f"nobody of `{path[1]}` acts on a wish in `{mode}`"
                where = (*path, "wishes", "readiness", str(mode))
                yield Advice(where, "no wish is strong enough", nobody, "make it greater than 0")
        if not modes or path[0] == "moderators":
            continue
        if Mode.JOIN_BY_REQUEST in modes and habits.balk_at is not None and habits.balk_at.support()[1] <= 0:
            nobody = f"nobody of `{path[1]}` ever asks in `{Mode.JOIN_BY_REQUEST}`"
            hint = "make `balk_at` 1 or more, or leave it out"
            yield Advice((*path, "balk_at"), "the shortest list is too long", nobody, hint)
        nobody = f"nobody of `{path[1]}` gets on stage in {listed(modes)}"
        if habits.answer.accept == 0:
            hint = "make `accept` greater than 0"
            yield Advice((*path, "answer", "accept"), "nobody accepts an invitation", nobody, hint)
        quickest = habits.answer.time.support()[0]
        if ttl is not None and ttl < quickest:
            seen = (
                f"invitations expire after {format_duration(ttl)}, an answer takes {format_duration(quickest)} or more"
            )
            hint = "let invitations last longer, or people answer sooner (`answer.time`)"
            yield Advice(("room", "invitation_ttl"), seen, nobody, hint)


def _of_staff(scenario: Scenario, staff: dict[str, Moderators]) -> Iterator[tuple[KeyPath, str, str]]:
    if not staff:
        seen = "there are no moderators" if not any(group.count for group in scenario.moderators.values()) else ""
        hint = "write `moderators: {count: 1}`, or run `everyone_on_stage` alone"
        yield ("moderators",), seen or "no moderator comes before the session's end", hint
        return
    first = next(iter(staff))
    stay = _stay_on_stage(scenario)
    capacity = scenario.room.stage_capacity
    most = _most_at_once(staff, capacity)
    if most is not None and most <= len(stay) and most != capacity:
        who = f", and {listed(stay)} stays on stage by the script" if stay else ""
        hint = "no request is taken up while so many are on stage; make `approve_up_to` greater"
        yield ("moderators", first, "approve_up_to"), f"`approve_up_to` is {most}{who}", hint
    if capacity is not None and capacity <= len(stay):
        seen = f"`room.stage_capacity` is {capacity}, and {listed(stay)} stays on stage by the script"
        yield ("room", "stage_capacity"), seen, "make room"
    if all(group.review.approve == 0 for group in staff.values()):
        path = ("moderators", first, "review", "approve")
        yield path, "every review ends with a decline", "make `approve` greater than 0"


def _most_at_once(staff: dict[str, Moderators], capacity: int | None) -> int | None:
    """People on stage up to whom somebody of the staff takes up requests; None for any number."""
    limits = [group.places(capacity) for group in staff.values()]
    return None if None in limits else max(filter(None, limits), default=0)


def _too_late(scenario: Scenario, staff: dict[str, Moderators], modes: tuple[Mode, ...]) -> Iterator[Advice]:
    """Reviews that always take longer than what they are for lasts."""
    if not staff or any(group.looks_every is not None for group in staff.values()):
        return
    quickest = min(group.review.time.support()[0] for group in staff.values())
    takes = f"a review takes {format_duration(quickest)} or more"
    ttl = scenario.room.request_ttl
    if ttl is not None and ttl < quickest and Mode.JOIN_BY_REQUEST in modes:
        seen = f"requests expire after {format_duration(ttl)}, {takes}"
        nobody = f"no request is ever decided in `{Mode.JOIN_BY_REQUEST}`"
        yield Advice(("room", "request_ttl"), seen, nobody, "let requests last longer, or reviews take less time")
    for path, habits in wishing(scenario):
        longest = None if habits.patience is None else habits.patience.support()[1]
        if longest is not None and longest < quickest and habits.patience_until == "decision" and path[0] == "audience":
            seen = f"patience lasts {format_duration(longest)} at most, {takes}"
            nobody = f"everybody of `{path[1]}` gives up before a decision in {listed(modes)}"
            yield Advice((*path, "patience"), seen, nobody, "write a longer `patience`, or a shorter `review.time`")


def _unnoticed(scenario: Scenario, staff: dict[str, Moderators]) -> Iterator[Advice]:
    """Invite only without direct invitations needs somebody who hopes, and somebody who notices."""
    nobody = f"nobody gets on stage in `{Mode.INVITE_ONLY}`"
    if staff and all(group.notices is None for group in staff.values()):
        hint = "write `notices` with a time, or `invites`"
        yield Advice(("moderators", next(iter(staff)), "notices"), "no wish without a button is noticed", nobody, hint)
    hopeless: list[tuple[KeyPath, Habits]] = [(path, each) for path, each in wishing(scenario) if not each.hopes]
    for path, _ in hopeless:
        if path[0] == "audience":
            hint = "write `hopes: true`, or `moderators.invites`"
            yield Advice((*path, "hopes"), f"nobody of `{path[1]}` makes a wish noticed", nobody, hint)


def _silence(scenario: Scenario, staff: dict[str, Moderators], modes: tuple[Mode, ...]) -> Iterator[Advice]:
    """People who never answer an invitation, each of whom takes up a place for ever of those that may be given."""
    stops = staff and _most_at_once(staff, scenario.room.stage_capacity) is not None
    ends = scenario.room.invitation_ttl is not None or any(group.revokes_after is not None for group in staff.values())
    if ends or not stops:
        return
    for path, people in wishing(scenario):
        if path[0] == "audience" and people.answer.accept < 1 and people.answer.ignore > 0:
            seen = f"some of `{path[1]}` never answer, and an open invitation takes up a place (`approve_up_to`)"
            hint = "write `moderators.revokes_after` or `room.invitation_ttl`"
            yield Advice((*path, "answer", "ignore"), seen, f"the list may stop for good in {listed(modes)}", hint)


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
    may_wish = any(path == ("moderators", group) for path, _ in wishing(scenario))
    return staff.leaves_after is not None or staff.connection is not None or may_wish
