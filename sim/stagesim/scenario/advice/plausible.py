"""Settings that no session of people has: everybody at once, patience without end, cameras on in no time.

They are what a scenario has that says nothing else. Nothing is wrong with them in a test of a rule; figures of waits
and of who gets on stage are not to be believed.
"""

from collections.abc import Iterator
from typing import Final

from stageaccess.vocabulary import Action, Mode
from stagesim.scenario.advice.advice import Advice, wishing
from stagesim.scenario.faults import KeyPath, listed
from stagesim.scenario.habits import Habits
from stagesim.scenario.moderators import Moderators
from stagesim.scenario.participants import Participants
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.distributions import Distribution
from stagesim.scenario.values.units import clock
from stagesim.scenario.values.written_distributions import takes_no_time


def implausible(scenario: Scenario) -> Iterator[Advice]:
    """What hardly any session is like, of groups of two people or more who have wishes."""
    groups = [(path, each) for path, each in wishing(scenario) if each.count is None or each.count > 1]
    yield from _at_once(scenario, groups)
    yield from _without_end(groups)
    yield from _in_no_time(scenario, groups)


Groups = list[tuple[KeyPath, Participants | Moderators]]


def _at_once(scenario: Scenario, groups: Groups) -> Iterator[Advice]:
    """Wishes of many in one millisecond."""
    why = "all of them want the stage at that moment, and nothing that people do decides who is first"
    for path, habits in groups:
        for index, opened in enumerate(habits.wishes.rounds):
            if opened.share > 0 and not _spreads(opened.delay):
                at = clock(opened.at + int(opened.delay.support()[0]))
                hint = "write a `delay`, such as `{exponential: {mean: 20 s}}`"
                seen = f"every wish of the round comes at {at}"
                yield Advice((*path, "wishes", "rounds", index), seen, why, hint)
        if habits.wishes.on_arrival > 0 and not _one_by_one(habits) and _starts_by_itself(scenario):
            first, last = habits.arrival.support()
            if last <= 0 or first == last:
                hint = "spread the `arrival` beyond the start, or write `rounds` with a `delay`"
                seen = f"every wish on arrival of `{path[1]}` comes at {clock(max(0, int(last)))}"
                yield Advice((*path, "wishes", "on_arrival"), seen, why, hint)


def _without_end(groups: Groups) -> Iterator[Advice]:
    endless = [path for path, habits in groups if habits.patience is None]
    if endless:
        who = listed(dict.fromkeys(path[1] for path in endless))
        hint = "write `patience`, such as `{lognormal: {median: 4 min, sigma: 0.8}}`"
        seen = f"nobody of {who} ever loses patience"
        yield Advice(
            (*endless[0], "patience"), seen, "whoever is not reached waits for as long as they are there", hint
        )


SHORT: Final = "waits are shorter than any that people have"


def _in_no_time(scenario: Scenario, groups: Groups) -> Iterator[Advice]:
    quick = [path for path, habits in groups if takes_no_time(habits.setup.time)]
    if quick:
        who = listed(dict.fromkeys(path[1] for path in quick))
        hint = "write `setup: {time: 5 s}`, or a distribution"
        seen = f"camera and microphone of {who} are set up in 0 s"
        yield Advice((*quick[0], "setup", "time"), seen, SHORT, hint)
    if all(mode is Mode.EVERYONE_ON_STAGE for mode in scenario.modes):
        return
    prompt = [path for path, each in groups if path[0] == "audience" and takes_no_time(each.answer.time)]
    if prompt:
        who = listed(dict.fromkeys(path[1] for path in prompt))
        hint = "write `answer: {time: 4 s}`, or a distribution"
        yield Advice((*prompt[0], "answer", "time"), f"people of {who} answer an invitation in 0 s", SHORT, hint)


def _spreads(times: Distribution) -> bool:
    low, high = times.support()
    return low < high


def _one_by_one(habits: Habits) -> bool:
    return isinstance(habits, Participants) and habits.comes_by is not None


def _starts_by_itself(scenario: Scenario) -> bool:
    return scenario.session == "automatic" and all(step.do is not Action.START_SESSION for step in scenario.script)
