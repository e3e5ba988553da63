"""Direct invitations: one moderator invites, as the habits say, whom nobody has asked for."""

from stageaccess import Action
from stagesim.agents.moderator import Moderator
from stagesim.agents.surroundings import Steps, Surroundings
from stagesim.scenario.moderators import Invites


class Inviter:
    """One moderator's direct invitations."""

    def __init__(self, around: Surroundings, moderator: Moderator, habits: Invites) -> None:
        self.around = around
        self.moderator = moderator
        self.habits = habits
        self._agenda = list(habits.agenda)
        self._made = 0
        self._intervals = 0
        self._is_live = False
        self._looks = False

    def start(self) -> None:
        """Begin, in a session that is live: with an open place, or with the first interval."""
        self._is_live = True
        self.look()
        if self.habits.every is not None:
            self.around.env.process(self._invite_every())

    def _invite_every(self) -> Steps:
        every, moderator = self.habits.every, self.moderator
        assert every is not None
        while True:
            yield self.around.env.timeout(moderator.draw_ms(every, "direct invitation", self._intervals))
            self._intervals += 1
            if moderator.is_at_work:
                self._invite()

    def look(self) -> None:
        """See whether the stage has an open place, as soon as the present event is over."""
        if self.habits.keep_on_stage is not None and self._is_live and not self._looks:
            self._looks = True
            self.around.env.at(self.around.env.now, self._fill)

    def _fill(self) -> None:
        self._looks = False
        desk = self.around.desk
        while len(desk.on_stage) + len(desk.coming) < (self.habits.keep_on_stage or 0) and self.moderator.is_at_work:
            if not self._invite():
                return

    def _invite(self) -> bool:
        """Invite one person; whether there was one to invite."""
        if self.habits.limit is not None and self._made >= self.habits.limit:
            return False
        name = self._choose()
        if name is None:
            return False
        self._made += 1
        return bool(self.moderator.do(Action.INVITE, name).events)

    def _choose(self) -> str | None:
        desk = self.around.desk
        match self.habits.whom:
            case "agenda":
                return self._next_of_agenda()
            case "wishes":
                return next((name for name in desk.hoping if self._is_free(name)), None)
            case "random":
                free = desk.people
                stream = self.moderator.stream("whom to invite", self._made)
                for _ in range(min(len(free), 20)):
                    name = free[stream.below(len(free))]
                    if self._is_free(name):
                        return name
                return next(filter(self._is_free, free), None)

    def _next_of_agenda(self) -> str | None:
        """The first who is in the room and not on stage; whoever is still to come keeps the place."""
        for name in self._agenda:
            if self.around.desk.is_participant(name) and self._is_free(name):
                self._agenda.remove(name)
                return name
        return None

    def _is_free(self, name: str) -> bool:
        desk = self.around.desk
        return name not in desk.on_stage and name not in desk.coming and name not in desk.under_review
