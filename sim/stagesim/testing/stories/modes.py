"""One person's story in each mode, beside each other: the same person with the same wishes."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from stagesim.agents.surroundings import Behaviour
from stagesim.engines.contract import EngineMaker
from stagesim.eventlog import EventLog
from stagesim.experiments.study import StudyError
from stagesim.metrics.known_sessions import session_of
from stagesim.scenario.faults import listed, one_of
from stagesim.scenario.scenario import Scenario
from stagesim.testing.stories.course import Course
from stagesim.testing.stories.person import Seen, stories_of_all, story
from stagesim.testing.stories.picks import PICK, Cast, Found, cast, picked
from stagesim.testing.stories.sides import session


class Stories(NamedTuple):
    """What one person of a group went through in each mode. `client` is what the person first came in on, `pick` the
    pick that was asked for, if any, and `found` what it says. `start_ms` is the session's start on the room's clock.
    """

    who: str
    group: str
    client: str
    start_ms: int
    by_mode: Mapping[str, tuple[Seen, ...]]
    pick: str = ""
    found: Found | None = None


def courses_of(
    scenario: Scenario,
    modes: Sequence[str] = (),
    *,
    seed: int = 1,
    replication: int = 0,
    engine: EngineMaker | None = None,
    behaviours: Mapping[str, Behaviour] | None = None,
) -> dict[str, Course]:
    """One replication in each of the modes; without modes in those of the scenario."""
    one = partial(session, scenario, seed=seed, replication=replication, engine=engine, behaviours=behaviours)
    return {mode: one(mode=mode) for mode in tuple(modes) or tuple(map(str, scenario.modes))}


def stories(courses: Mapping[str, Course], who: str, group: str = "") -> Stories:
    """The story of a person, or of whom a pick means, of one group if one is given.

    StudyError where nobody is meant, or there is no such group.
    """
    logs = [each.log for each in courses.values()]
    groups, those = _groups(logs), cast_of(courses, group)
    found = None if who in groups else _picked(those, who, group, tuple(groups))
    name = who if found is None else found.who
    told = {mode: story(each, name) for mode, each in courses.items()}
    pick = "" if found is None else who
    return Stories(name, groups[name], _client(logs, name), logs[0].header.start_ms, told, pick, found)


def stories_by_person(courses: Mapping[str, Course]) -> Iterator[Stories]:
    """The story of everybody who came into any of the sessions, in order of the names of the first one."""
    told = {mode: stories_of_all(each) for mode, each in courses.items()}
    logs = [each.log for each in courses.values()]
    for name, group in _groups(logs).items():
        yield Stories(
            name,
            group,
            _client(logs, name),
            logs[0].header.start_ms,
            {mode: tuple(each.get(name, ())) for mode, each in told.items()},
        )


def _groups(logs: Sequence[EventLog]) -> dict[str, str]:
    """The group of everybody who is in any of the logs, in the order of the names of the first one."""
    return {name: of for log in logs for name, of in zip(log.names[1:], log.groups[1:], strict=True)}


def _client(logs: Sequence[EventLog], name: str) -> str:
    """What somebody first came in on."""
    people = (session_of(log).people.get(name) for log in logs)
    person = next(filter(None, people), None)
    return "" if person is None else person.client


def cast_of(courses: Mapping[str, Course], group: str = "") -> Cast:
    """Those of the sessions of whom somebody may be picked; StudyError where there is no such group."""
    groups = _groups([each.log for each in courses.values()]) if group else {}
    if group and group not in groups.values():
        known = [each for each in dict.fromkeys(groups.values()) if each]
        raise StudyError(f"no group is called `{group}`\n  hint: {one_of(known, group)}")
    return cast({mode: session_of(each.log) for mode, each in courses.items()}, group)


def _picked(people: Cast, who: str, group: str, everybody: Sequence[str]) -> Found:
    if who not in PICK:
        hint = one_of((*PICK, *everybody), who)
        raise StudyError(f"nobody is called `{who}` in this session\n  hint: {hint}")
    found = PICK[who].find(people)
    if found is not None:
        return found
    of_group = f" of the group `{group}`" if group else ""
    possible = listed(picked(people))
    hint = f"possible: {possible}, or a name" if possible else f"name a person, such as `{everybody[0]}`"
    raise StudyError(f"`{who}`: nobody{of_group} {PICK[who].nobody} in this session\n  hint: {hint}")
