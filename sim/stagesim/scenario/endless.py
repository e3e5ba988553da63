"""What can be seen from a scenario of moments that would never end: invitations that are back in no time.

Whoever keeps a number of people on stage invites the next as soon as a place falls free. Where people are back at the
same moment, that goes on for ever. What a single part says for itself (gaps of 0, asking again at once) is refused
where that part is; what only a run can show is stopped there.
"""

from collections.abc import Iterator, Mapping

from stagesim.scenario.faults import Fault, KeyPath
from stagesim.scenario.habits import Habits
from stagesim.scenario.moderators import Invites, Moderators
from stagesim.scenario.participants import Participants
from stagesim.scenario.room import RoomSettings
from stagesim.scenario.values.written_distributions import takes_no_time


def endless_faults(
    room: RoomSettings, audience: Mapping[str, Participants], moderators: Mapping[str, Moderators]
) -> Iterator[Fault]:
    """Invitations that would be made for ever at one moment."""
    for name, staff in moderators.items():
        invites = staff.invites
        if invites is None or invites.keep_on_stage is None or not staff.count:
            continue
        path: KeyPath = ("moderators", name, "invites", "keep_on_stage")
        if room.stage_capacity is not None and invites.keep_on_stage > room.stage_capacity:
            hint = f"`room.stage_capacity` is {room.stage_capacity}; invite no more than that"
            yield Fault("more people than the stage has places for", hint, path)
        elif invites.limit is None and invites.whom == "random":
            yield from _faults(room, audience, invites, path)


def _faults(
    room: RoomSettings, audience: Mapping[str, Participants], invites: Invites, path: KeyPath
) -> Iterator[Fault]:
    message = "people would be invited for ever at one moment"
    if not invites.keep_on_stage:
        return
    if room.invitation_ttl == 0:
        yield Fault(message, "invitations expire at once: `room.invitation_ttl` is 0; write `invites.limit`", path)
        return
    for name, people in audience.items():
        why = None if people.count == 0 else _back_at_once(people)
        if why is not None:
            yield Fault(message, f"the people of `{name}` {why}; let it take some time, or write `invites.limit`", path)


def _back_at_once(people: Habits) -> str | None:
    """Why people with these habits are viewers again at the moment at which they were invited; None if they are not."""
    answer, stage = people.answer, people.on_stage
    if not takes_no_time(answer.time):
        return None
    if answer.accept == 0:
        return "decline at once" if answer.ignore < 1 else None
    if not takes_no_time(people.setup.time):
        return None
    if people.setup.failure == 1:
        return "fail to set up at once"
    overstays = stage.overstay > 0 and not takes_no_time(stage.overstay_by)
    return "leave the stage at once" if takes_no_time(stage.stay) and not overstays else None
