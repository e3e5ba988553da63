"""Settings that make each other idle: one is never reached because of the other, and changing it changes nothing."""

from collections.abc import Iterator, Mapping
from typing import Final

from stageaccess.vocabulary import Action, FullStage, Mode
from stagesim.scenario.advice.advice import Advice, at_work, everybody, wishing
from stagesim.scenario.faults import KeyPath, listed
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.rates import Rates
from stagesim.scenario.values.units import UNLIMITED, format_duration

COMING_UP: Final = frozenset({Action.JOIN_STAGE, Action.GO_LIVE})
HARMLESS: Final = COMING_UP | {
    *(Action.ENTER_ROOM, Action.LEAVE_ROOM, Action.LEAVE_STAGE, Action.SPEAK, Action.DISCONNECT, Action.RECONNECT),
    *(Action.START_SESSION, Action.END_SESSION),
}
"""Steps of a script by which nobody but their own person comes on the stage."""


def idle(scenario: Scenario) -> Iterator[Advice]:
    """Every pair of settings of which one is idle."""
    yield from _places(scenario)
    yield from _full(scenario)
    yield from _patience(scenario)
    yield from _grace(scenario)
    yield from _removals(scenario)
    yield from _never_free(scenario)
    yield from _suitability(scenario)
    yield from _rates(scenario)


def _places(scenario: Scenario) -> Iterator[Advice]:
    """Places on the stage, and how many people are brought up to them."""
    modes = tuple(mode for mode in scenario.modes if mode is not Mode.EVERYONE_ON_STAGE)
    capacity, staff = scenario.room.stage_capacity, at_work(scenario)
    audience = [people for path, people in wishing(scenario) if path[0] == "audience"]
    if capacity is None or not modes or not staff or not audience or scenario.rules or scenario.timetable:
        return
    limits = {name: group.places(capacity) for name, group in staff.items()}
    yield from _never_given(scenario, capacity, limits, modes)
    yield from _beyond(scenario, capacity, limits, modes)


def _never_given(
    scenario: Scenario, capacity: int, limits: Mapping[str, int | None], modes: tuple[Mode, ...]
) -> Iterator[Advice]:
    """Places beyond those to which people are brought up, and beyond those who come up by the script."""
    most = [limit for limit in limits.values() if limit is not None]
    by_script = {step.by for step in scenario.script if step.do in COMING_UP}
    others = any(group.invites for group in scenario.moderators.values())
    others |= any(path[0] == "moderators" for path, _ in wishing(scenario))
    others |= any(step.do not in HARMLESS for step in scenario.script if step.do is not None)
    if len(most) < len(limits) or not 0 < max(most) < capacity - len(by_script) or others:
        return
    seen = f"`approve_up_to` is {max(most)}, and `room.stage_capacity` {capacity}"
    why = f"the stage is never full in {listed(modes)}, and more places change nothing there"
    hint = "leave `approve_up_to` out, and it is as many as there are places"
    yield Advice(("moderators", next(iter(limits)), "approve_up_to"), seen, why, hint)


def _beyond(
    scenario: Scenario, capacity: int, limits: Mapping[str, int | None], modes: tuple[Mode, ...]
) -> Iterator[Advice]:
    """People who are brought up to a stage without a place, and give up there."""
    counts = [people.count for people in scenario.audience.values()]
    fit = None not in counts and sum(filter(None, counts)) <= capacity
    leave = any(people.full_stage.then == "give_up" for path, people in wishing(scenario) if path[0] == "audience")
    if fit or not leave or scenario.room.when_full is FullStage.REPLACE_QUIETEST:
        return
    for name, limit in limits.items():
        if (limit is None or limit > capacity) and scenario.moderators[name].when_stage_full == "approve":
            seen = f"`approve_up_to` is {UNLIMITED if limit is None else limit}, and the stage has {capacity} places"
            why = f"people may be brought up to a full stage in {listed(modes)}, where they give up (`full_stage`)"
            hint = "leave `approve_up_to` out, or write `full_stage: {then: wait}`"
            yield Advice(("moderators", name, "approve_up_to"), seen, why, hint)
            return


def _full(scenario: Scenario) -> Iterator[Advice]:
    """What a full stage does, and what people do then, of a stage that is never full."""
    if scenario.room.stage_capacity is not None:
        return
    why, hint = "no stage without a number of places is ever full", "write `room.stage_capacity`, or leave it out"
    if scenario.room.when_full is not None:
        yield Advice(("room", "when_full"), "`stage_capacity` is not given", why, hint)
    for path, people in wishing(scenario):
        if people.full_stage.then != "give_up":
            yield Advice((*path, "full_stage"), "`stage_capacity` is not given", why, hint)


def _patience(scenario: Scenario) -> Iterator[Advice]:
    """How people give up who never do."""
    for path, people in wishing(scenario):
        if people.patience is not None:
            continue
        keys = {"silent": people.silent > 0, "patience_until": people.patience_until != "decision"}
        keys |= {"patience_per": people.patience_per != "wish"}
        for key in (key for key, is_set in keys.items() if is_set):
            seen = f"nobody of `{path[1]}` has a `patience`"
            yield Advice((*path, key), seen, "it is about those who give up", "write `patience`, or leave it out")


def _grace(scenario: Scenario) -> Iterator[Advice]:
    lost = any(group.connection is not None for group in everybody(scenario))
    cut = any(step.do is Action.DISCONNECT for step in scenario.script)
    if scenario.room.reconnect_grace and not lost and not cut:
        hint = "give `audience` a `connection`, or leave it out"
        yield Advice(("room", "reconnect_grace"), "nobody loses a connection", "it is never needed", hint)


def _removals(scenario: Scenario) -> Iterator[Advice]:
    if any(group.on_stage.disruptive > 0 for group in everybody(scenario)):
        return
    for name, group in at_work(scenario).items():
        if group.removes is not None and group.removes.disruptive_after is not None:
            path = ("moderators", name, "removes", "disruptive_after")
            hint = "give `audience` a share that is `disruptive` (`on_stage`), or leave it out"
            yield Advice(path, "nobody disrupts", "nobody is ever removed for it", hint)


def _never_free(scenario: Scenario) -> Iterator[Advice]:
    """What staff do between two reviews who only look at the list now and then, or rest whenever nothing waits."""
    for name, group in at_work(scenario).items():
        looks, path = group.looks_every is not None, ("moderators", name)
        seen = f"`{name}` only looks at the list every {format_duration(group.looks_every or 0)} (`looks_every`)"
        keys = {"presenting": group.presenting, "reads_chat": group.reads_chat, "rests": group.rests}
        for key in (key for key, value in keys.items() if looks and value is not None):
            why = "the chat is never read" if key == "reads_chat" else "it never comes to that"
            yield Advice((*path, key), seen, why, "leave one of the two out, or give it to a group of its own")
        watches = group.removes is not None and group.removes.noticed_after is not None
        if watches and (looks or group.rests is not None):
            seen = seen if looks else f"`{name}` rests whenever nothing waits (`rests`)"
            hint = "leave one of the two out, or let another group watch"
            yield Advice((*path, "removes", "noticed_after"), seen, "the stage is never watched", hint)


def _suitability(scenario: Scenario) -> Iterator[Advice]:
    """What becomes of unsuitable wishes where there are none."""
    if any(group.wishes.unsuitable > 0 for group in everybody(scenario)):
        return
    why, hint = "no wish is unsuitable", "give `audience` a share that is (`wishes.unsuitable`), or leave it out"
    for path, people in wishing(scenario):
        if people.wishes.unsuitable_stay is not None:
            yield Advice((*path, "wishes", "unsuitable_stay"), why, "nobody ever stays for so long", hint)
    for name, group in at_work(scenario).items():
        if group.review.recognise is not None:
            yield Advice(("moderators", name, "review", "recognise"), why, "there is nothing to recognise", hint)


def _rates(scenario: Scenario) -> Iterator[Advice]:
    """Moments of a rate that the session does not reach."""
    found: list[tuple[KeyPath, object]] = [
        ((*path, "wishes", "rate"), each.wishes.rate) for path, each in wishing(scenario)
    ]
    for name, people in scenario.audience.items():
        found.append((("audience", name, "arrival_rate"), people.arrival_rate))
    for path, rates in found:
        late = [at for at, _ in rates.steps if at >= scenario.duration] if isinstance(rates, Rates) else []
        if late:
            seen = (
                f"a rate from {format_duration(late[0])} on, and the session lasts {format_duration(scenario.duration)}"
            )
            yield Advice(path, seen, "it never holds", "shorten the times, or leave it out")
