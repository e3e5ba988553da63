"""What staff do beside reviewing: direct invitations, removals, clearing the list, the timetable, saying no at once.

Each duty is carried out by the moderator who has it, or, where the scenario does not say who, by whoever is present.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MethodType
from typing import Final

from stageaccess import Action, Client, Event, EventKind, Standing
from stagesim.agents.desk import Removal
from stagesim.agents.drawing import duration_ms
from stagesim.agents.inviter import Inviter
from stagesim.agents.moderator import Moderator
from stagesim.agents.surroundings import Surroundings
from stagesim.agents.watch import Watch
from stagesim.scenario.moderators import Removes
from stagesim.scenario.room import ModeSwitch

Duty = Callable[[Moderator], None]
"""What one moderator does, once."""


class Duties:
    """The duties of all staff of one room."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        scenario = around.scenario
        self._pending: list[tuple[Duty, Client | None, str | None]] = []
        habits = list(scenario.moderators.values())
        self._removes = [group.removes for group in habits if group.removes is not None]
        self._watching = next((each for each in self._removes if each.noticed_after is not None), None)
        self._watch = Watch(around.env, around.desk, self._note, self._notices) if self._watching is not None else None
        around.desk.watch = self._watch
        if any(group.reads_chat is not None for group in habits):
            around.desk.chat = []
        self._declines_busy = any(group.when_busy == "decline" for group in habits)
        self._invites = any(group.invites is not None for group in habits)
        self._revokes = [group.revokes_after for group in habits if group.revokes_after is not None]
        self._inviters: dict[str, Inviter] = {}
        self._is_live = False
        self._revocable: dict[str, str] = {}
        for switch in scenario.timetable:
            self._at(around.start_ms + switch.at, partial(self._switch, switch))
        for group in habits:
            for at_ms in group.clears_at:
                self._at(around.start_ms + at_ms, self._clear)

    def _at(self, at_ms: int, act: Callable[[], None]) -> None:
        """Do something at a moment of the room's time."""
        self.around.env.at(at_ms, act)

    def _present(self, client: Client | None = None, about: str | None = None) -> Moderator | None:
        """The moderator present for longest, on a certain client if that matters, and not the person it is about."""
        able = (each for each in self._staff() if client in (None, each.client) and each.name != about)
        return next(able, None)

    def _staff(self) -> list[Moderator]:
        return [each for each in self.around.desk.staff.values() if isinstance(each, Moderator)]

    def _as_soon_as_staffed(self, duty: Duty, client: Client | None = None, about: str | None = None) -> None:
        """Let somebody do it: at once, or as soon as the session is live and somebody there."""
        moderator = self._present(client, about) if self._is_live else None
        if moderator is None:
            self._pending.append((duty, client, about))
        else:
            duty(moderator)

    def taken_up(self, moderator: Moderator) -> None:
        """Let a moderator who has come, or come back, do what waits for one, and the duties of their own."""
        if not moderator.is_at_work:
            return
        self._catch_up()
        invites = moderator.habits.invites
        if invites is None:
            return
        inviter = self._inviters.get(moderator.name)
        if inviter is None:
            inviter = self._inviters[moderator.name] = Inviter(self.around, moderator, invites)
            if self._is_live:
                inviter.start()
        else:
            inviter.look()

    def _catch_up(self) -> None:
        """Do what has waited, as far as there is somebody for it now."""
        pending, self._pending = self._pending, []
        for duty, client, about in pending:
            self._as_soon_as_staffed(duty, client, about)

    def hears(self, kind: EventKind) -> Callable[[Event], None] | None:
        """What staff do on hearing of an event of a kind; None for nothing, as in a room without that duty."""
        hear = HEAR.get(kind)
        idle = (hear is Duties._look and not self._invites) or (hear is Duties._stage_joined and not self._removes)
        idle |= hear is Duties._request_created and not self._declines_busy
        idle |= hear is Duties._invitation_created and not self._revokes
        return None if hear is None or idle else MethodType(hear, self)

    def _request_created(self, event: Event) -> None:
        if not self.around.desk.idle:
            self._at(event.at_ms, lambda: self._decline_at_once(event.who, str(event.extra["request"])))

    def _session_started(self, event: Event) -> None:
        self._is_live = True
        if self._pending:
            self._at(event.at_ms, self._catch_up)
        for inviter in self._inviters.values():
            inviter.start()

    def _stage_joined(self, event: Event) -> None:
        if self.around.desk.is_participant(event.who):
            self._watch_stay(event.who, event.at_ms)

    def _look(self, _: Event) -> None:
        for inviter in self._inviters.values():
            inviter.look()

    def _switch(self, switch: ModeSwitch) -> None:
        self._as_soon_as_staffed(lambda moderator: moderator.set_mode(switch.mode), Client.DESKTOP)

    def _clear(self) -> None:
        moderator = self._present()
        if moderator is not None and self._is_live:
            moderator.do(Action.CLEAR_REQUESTS)

    def _decline_at_once(self, name: str, request: str) -> None:
        moderator = self._present()
        if moderator is not None and name in self.around.desk.waiting:
            moderator.do(Action.DECLINE_REQUEST, name, request=request)

    # Taking back invitations that nobody answers.

    def _invitation_created(self, event: Event) -> None:
        name, invitation = event.who, str(event.extra["invitation"])
        self._revocable[name] = invitation
        for revokes_after in self._revokes:
            u = self.around.streams.stream(name, "revocation", int(invitation[1:])).uniform()
            after_ms = event.at_ms + duration_ms(revokes_after, u)
            self._at(after_ms, partial(self._revoke, name, invitation, event.by))

    def _revoke(self, name: str, invitation: str, maker: str) -> None:
        """Take an invitation back that is still open and not answered: its maker, or whoever is present."""

        def take_back(moderator: Moderator) -> None:
            still_open = self.around.desk.coming.get(name) is not None and self._revocable.get(name) == invitation
            if still_open and self.around.standing_of(name) == Standing.INVITED:
                moderator.do(Action.REVOKE_INVITATION, name)

        own = next((each for each in self._staff() if each.name == maker and maker != name), None)
        if own is not None:
            take_back(own)
        else:
            self._as_soon_as_staffed(take_back, about=name)

    # Removing people from the stage.

    def _watch_stay(self, name: str, live_ms: int) -> None:
        """End a stay that is longer than the allowance, after the time of a reaction."""
        for removes in self._removes:
            if removes.allowance is not None:
                u = self.around.streams.stream(name, "removal", self._stays(name)).uniform()
                end_ms = live_ms + removes.allowance + duration_ms(removes.reaction, u)
                self._at(end_ms, partial(self._remove, removes, name, live_ms))

    def disrupted(self, name: str) -> None:
        """Somebody on stage has begun to disturb."""
        live_ms = self.around.env.now
        for removes in self._removes:
            if removes.disruptive_after is not None:
                u = self.around.streams.stream(name, "disruption", self._stays(name)).uniform()
                at_ms = live_ms + duration_ms(removes.disruptive_after, u)
                self._at(at_ms, partial(self._remove, removes, name, live_ms))
        self.offends(name)

    def offends(self, name: str) -> None:
        """Somebody is on stage for an unsuitable wish, or disturbs there: whoever watches will notice."""
        if self._watch is not None and self._watching is not None and self._watching.noticed_after is not None:
            u = self.around.streams.stream(name, "noticed on stage", self._present_stay(name)).uniform()
            self._watch.look_for(name, duration_ms(self._watching.noticed_after, u))

    def _notices(self, name: str) -> None:
        live_ms = self.around.desk.on_stage.get(name)
        if self._watching is not None and live_ms is not None:
            self._remove(self._watching, name, live_ms)

    def _note(self, kind: str, name: str) -> None:
        self.around.note(kind, name, name)

    def _present_stay(self, name: str) -> int:
        """Which stay of a person this is, also in the moment of going live, of which the desk has not heard yet."""
        return self._stays(name) + (name not in self.around.desk.on_stage)

    def _stays(self, name: str) -> int:
        """How many times a person has been on stage: what is drawn for a stay does not depend on when it began."""
        return self.around.desk.stays.get(name, 0)

    def _remove(self, removes: Removes, name: str, live_ms: int) -> None:
        """End a stay that has begun at a moment: as soon as somebody is present, or, if it takes time, is free."""
        desk = self.around.desk

        def remove(moderator: Moderator) -> None:
            if desk.on_stage.get(name) == live_ms:
                moderator.do(Action.REMOVE_FROM_STAGE, name)

        if removes.removal_time is None:
            self._as_soon_as_staffed(remove, about=name)
        elif desk.on_stage.get(name) == live_ms:
            u = self.around.streams.stream(name, "removal time", self._stays(name)).uniform()
            time_ms = duration_ms(removes.removal_time, u)
            desk.remove(Removal(name, time_ms, interrupts=removes.interrupts))


# What the duties make of each kind of event that staff are told of.
HEAR: Final[Mapping[EventKind, Callable[[Duties, Event], None]]] = {
    EventKind.REQUEST_CREATED: Duties._request_created,
    EventKind.INVITATION_CREATED: Duties._invitation_created,
    EventKind.SESSION_STARTED: Duties._session_started,
    EventKind.STAGE_JOINED: Duties._stage_joined,
    EventKind.STAGE_LEFT: Duties._look,
    EventKind.STAGE_REMOVED: Duties._look,
    EventKind.INVITATION_CLOSED: Duties._look,
    EventKind.ENTERED: Duties._look,
}
