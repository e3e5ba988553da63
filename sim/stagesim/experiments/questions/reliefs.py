"""One more of each: the changes of a scenario that might give people their turn sooner."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from stagesim.experiments.questions.question import Question
from stagesim.scenario.moderators import Moderators, Review
from stagesim.scenario.reading.overrides import settings_of
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.distributions import scaled

QUICKER: Final = 0.5
"""What a quicker review takes of its time."""


class Relief(NamedTuple):
    """One change, by the name that it has in the answer, and the settings that make it."""

    name: str
    settings: tuple[str, ...]


def reliefs(question: Question) -> Iterator[Relief]:
    """What one more of each is in the scenario of a question, as far as it has one."""
    scenario = question.scenario()
    places = (*_one_more_place(scenario), *_bring_up_one_more(question, scenario))
    if places:
        yield Relief("one more place", places)
    staff = scenario.moderators
    if staff:
        path = moderators_path(question, scenario)
        yield Relief("one more moderator", (f"{path}={_count(path, staff) + 1}",))
        if any(group.review.time.mean() > 0 for group in staff.values()):
            yield Relief("half the time of a review", tuple(_quicker(question, staff)))


def moderators_path(question: Question, scenario: Scenario) -> str:
    """The key of how many moderators there are: of those with counts of their own, of the first who are no hosts."""
    path = question.meant("moderators.count")
    if path == "moderators.count":
        return path
    staff = scenario.moderators
    name = next((name for name, group in staff.items() if str(group.role) == "moderator"), next(iter(staff)))
    return f"moderators.groups.{name}.count"


def _count(path: str, staff: Mapping[str, Moderators]) -> int:
    groups = staff.values() if path == "moderators.count" else [staff[path.split(".")[2]]]
    return sum(group.count for group in groups)


def _one_more_place(scenario: Scenario) -> Iterator[str]:
    capacity = scenario.room.stage_capacity
    if capacity is not None:
        yield f"room.stage_capacity={capacity + 1}"


def _bring_up_one_more(question: Question, scenario: Scenario) -> Iterator[str]:
    """Where moderators bring up so many people and no more, one more of these, too."""
    for name, group in scenario.moderators.items():
        if isinstance(group.approve_up_to, int):
            yield f"{_keys(question, name, scenario.moderators)}.approve_up_to={group.approve_up_to + 1}"


def _quicker(question: Question, staff: Mapping[str, Moderators]) -> Iterator[str]:
    for name, group in staff.items():
        review, keys = group.review, _keys(question, name, staff)
        times = {"time": scaled(review.time, QUICKER)}
        if review.decline_time is not None:
            times["decline_time"] = scaled(review.decline_time, QUICKER)
        written = Review(**times).model_dump(mode="json", include=set(times))  # type: ignore[arg-type]
        yield from settings_of({f"{keys}.review.{key}": value for key, value in written.items()})


def _keys(question: Question, name: str, staff: Mapping[str, Moderators]) -> str:
    """Where the keys of a group stand: at the top for the only one, unless its file has it among `groups`."""
    if len(staff) == 1 and name == "moderators" and question.meant("moderators.count") == "moderators.count":
        return "moderators"
    return f"moderators.groups.{name}"
