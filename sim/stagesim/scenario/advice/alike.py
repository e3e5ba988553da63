"""Changes of the mode that make the compared modes alike: from then on every side is in the same mode."""

from collections.abc import Iterator

from stageaccess.vocabulary import Action, Client
from stagesim.scenario.advice.advice import Advice, at_work, wishing
from stagesim.scenario.faults import KeyPath
from stagesim.scenario.habits import Habits
from stagesim.scenario.participants import Participants
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.distributions import Distribution
from stagesim.scenario.values.rates import Rates
from stagesim.scenario.values.units import clock
from stagesim.scenario.wishless import somebody_wishes


def alike(scenario: Scenario) -> Iterator[Advice]:
    """The first change of the mode, where several modes are compared."""
    if len(scenario.modes) < 2 or not somebody_wishes(scenario):
        return
    switches: list[tuple[int, KeyPath, str]] = []
    switches += [(each.at, ("timetable", place), each.mode) for place, each in enumerate(scenario.timetable)]
    for place, step in enumerate(scenario.script):
        if step.do is Action.SET_MODE and step.expect in (None, "accepted") and step.mode is not None:
            switches.append((step.at, ("script", place), step.mode))
    if not switches:
        return
    at, path, mode = min(switches, key=lambda each: each[0])
    wishes = [moment for _, habits in wishing(scenario) if (moment := _first_wish(habits)) is not None]
    certain = not scenario.script and _is_carried_out(scenario, at)
    if wishes and certain and min(wishes) > at:
        why = "no wish arises before, so that the compared modes are the same"
    else:
        why = "the compared modes differ only before it, and in what is left over from then"
    other = next(each for each in scenario.modes if each != mode)
    hint = f"compare variants of it, such as one with `{path[0]}.{path[1]}.mode={other}`"
    late = "" if certain or scenario.script else ", or from when a moderator is there"
    yield Advice(path, f"every side is in `{mode}` from {clock(at)} on{late}", why, hint)


def _is_carried_out(scenario: Scenario, at: int) -> bool:
    """Whether somebody of the staff who can change the mode is sure to be there at a moment."""
    return any(
        group.client is Client.DESKTOP
        and group.arrival.support()[1] <= at
        and group.leaves_after is None
        and group.connection is None
        and not group.leaves_when_settled
        for group in at_work(scenario).values()
    )


def _first_wish(habits: Habits) -> float | None:
    """The earliest moment at which people with these habits can have a wish."""
    wishes = habits.wishes
    entry = max(0.0, _first_entry(habits))
    moments = [entry] if wishes.on_arrival or wishes.after_settled is not None else []
    moments += [each.at + each.delay.support()[0] for each in wishes.rounds if each.share > 0]
    match wishes.rate:
        case Rates(steps):
            # Just after the rate's first moment: a gap of less than a millisecond is as good as impossible.
            moments += [max(entry, at + 1) for at, rate in steps if rate > 0][:1]
        case float() as rate if rate > 0:
            moments.append(entry)
    return min(moments, default=None)


def _first_entry(habits: Habits) -> float:
    comes_by: Distribution | Rates | None = habits.comes_by if isinstance(habits, Participants) else None
    match comes_by:
        case None:
            return habits.arrival.support()[0]
        case Rates(steps):
            return min((at for at, rate in steps if rate > 0), default=0)
        case gap:
            return gap.support()[0]
