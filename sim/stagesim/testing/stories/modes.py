"""One person's story in each mode, beside each other: the same person with the same wishes."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from stagesim.agents.surroundings import Behaviour
from stagesim.engines.contract import EngineMaker
from stagesim.experiments.study import StudyError
from stagesim.scenario.faults import one_of
from stagesim.scenario.scenario import Scenario
from stagesim.testing.stories.course import course
from stagesim.testing.stories.person import Seen, picked, story


class Stories(NamedTuple):
    """What one person of a group went through in each mode; `start_ms` is the session's start on the room's clock."""

    who: str
    group: str
    start_ms: int
    by_mode: dict[str, tuple[Seen, ...]]


def stories(
    scenario: Scenario,
    who: str,
    modes: Sequence[str] = (),
    *,
    group: str = "",
    seed: int = 1,
    replication: int = 0,
    engine: EngineMaker | None = None,
    behaviours: Mapping[str, Behaviour] | None = None,
) -> Stories:
    """The story of a person, or of whom a pick means, in the modes of one replication; without modes the scenario's.

    A pick is made in the first of the modes in which there is such a person, of this group if one is given. StudyError
    where nobody is meant.
    """
    groups = (*scenario.audience, *scenario.moderators)
    if group and group not in groups:
        raise StudyError(f"no group is called `{group}`\n  hint: {one_of(groups, group)}")
    session = partial(course, scenario, seed=seed, replication=replication, engine=engine, behaviours=behaviours)
    courses = {mode: session(mode=mode) for mode in tuple(modes) or tuple(map(str, scenario.modes))}
    name = next(filter(None, (picked(each.log, who, group) for each in courses.values())), None)
    if name is None:
        of_group = f" of the group `{group}`" if group else ""
        raise StudyError(f"in this session nobody{of_group} is `{who}`\n  hint: name a person, or take another pick")
    log = next(iter(courses.values())).log
    told = {mode: tuple(story(each, name)) for mode, each in courses.items()}
    return Stories(name, log.groups[log.names.index(name)], log.header.start_ms, told)
