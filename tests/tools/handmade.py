"""Small sessions played by hand against the engine, for tests that need a log and no simulated world.

People wish to speak at random times; one moderator, who now and then turns away, reviews requests one after another.
"""

import heapq
import random
from collections.abc import Callable

from stageaccess import Action, Client, Command, Mode, Role, RoomConfig, StageAccess, Standing
from stagesim.eventlog import EventLog, Header

Act = Callable[[int], None]
WANTED_MS = 120_000
"""What every wish wants."""


class Table:
    """One session being played: the engine, its log, and what is still to be done."""

    def __init__(self, mode: Mode, seed: int, replication: int, capacity: int) -> None:
        self.random = random.Random(f"{seed}/{replication}")
        self.engine = StageAccess(RoomConfig(mode, stage_capacity=capacity, request_ttl_ms=400_000))
        header = Header(
            "Handmade", "0" * 64, mode, seed, replication, rules="default", stage_capacity=capacity, start_ms=60_000
        )
        self.log = EventLog(header)
        self.todo: list[tuple[int, int, Act]] = []
        self.count = 0
        self.wish: dict[str, int] = {}
        self.wishes = 0
        self.speaking: dict[str, tuple[int, int]] = {}
        self.busy_until = 0

    def later(self, at_ms: float, act: Act) -> None:
        self.count += 1
        heapq.heappush(self.todo, (int(at_ms), self.count, act))

    def do(self, at_ms: int, action: Action, by: str | None = None, **fields: object) -> bool:
        decision = self.engine.submit(Command(at_ms, action, by, **fields))
        for event in (*decision.due, *decision.events):
            self.log.record(event)
        if decision.reason is not None:
            self.log.note(at_ms, "rejected", fields.get("to") or by, by, action=action, reason=decision.reason)
        return decision.accepted

    def play(self, until_ms: int) -> EventLog:
        while self.todo and self.todo[0][0] < until_ms:
            at_ms, _, act = heapq.heappop(self.todo)
            for event in self.engine.advance(at_ms):
                self.log.record(event)
            act(at_ms)
        self.do(until_ms, Action.END_SESSION)
        for person in list(self.speaking):
            self.ends(until_ms, person, "session_ended")
        return self.log

    def ends(self, at_ms: int, person: str, cause: str) -> None:
        wish, since_ms = self.speaking.pop(person)
        self.log.note(at_ms, "wish_ended", person, wish=wish, cause=cause, had_ms=at_ms - since_ms)

    def standing(self, person: str) -> Standing:
        return self.engine.room.people[person].standing

    def wants(self, person: str) -> Act:
        def act(at_ms: int) -> None:
            if person in self.wish or self.standing(person) is not Standing.VIEWER:
                return
            self.wishes += 1
            self.wish[person] = self.wishes
            self.log.note(at_ms, "wish_arose", person, wish=self.wishes, wanted_ms=WANTED_MS)
            if self.engine.room.mode is Mode.EVERYONE_ON_STAGE:
                self.do(at_ms, Action.JOIN_STAGE, person)
                self.later(at_ms + 8_000, self.goes_live(person))
            elif self.engine.room.mode is Mode.JOIN_BY_REQUEST:
                self.do(at_ms, Action.ASK_TO_JOIN, person)
                self.later(at_ms + self.random.expovariate(1 / 240_000), self.gives_up(person))
                self.later(at_ms, self.reviews(person))
            else:
                self.later(at_ms + self.random.expovariate(1 / 90_000), self.invites(person))

        return act

    def reviews(self, person: str) -> Act:
        def act(at_ms: int) -> None:
            if at_ms < self.busy_until:
                self.later(self.busy_until, act)
            elif self.standing(person) is Standing.REQUESTED:
                self.busy_until = at_ms + int(self.random.expovariate(1 / 25_000))
                request = self.engine.room.people[person].request
                name = getattr(request, "id", request)
                self.log.note(at_ms, "review_started", person, "mod", request=name)
                self.later(self.busy_until, self.decides(person, name))

        return act

    def decides(self, person: str, request: str) -> Act:
        def act(at_ms: int) -> None:
            self.log.note(at_ms, "review_ended", person, "mod", request=request)
            if self.standing(person) is not Standing.REQUESTED:
                return
            if self.random.random() < 0.15:
                self.do(at_ms, Action.DECLINE_REQUEST, "mod", to=person)
                self.log.note(at_ms, "wish_refused", person, wish=self.wish.pop(person), cause="declined")
                return
            self.do(at_ms, Action.BRING_TO_STAGE, "mod", to=person)
            self.later(at_ms + 4_000, lambda at: self.do(at, Action.JOIN_STAGE, person))
            self.later(at_ms + 12_000, self.goes_live(person))

        return act

    def invites(self, person: str) -> Act:
        def act(at_ms: int) -> None:
            if person in self.wish and self.do(at_ms, Action.INVITE, "mod", to=person):
                self.later(at_ms + 4_000, lambda at: self.do(at, Action.JOIN_STAGE, person))
                self.later(at_ms + 12_000, self.goes_live(person))

        return act

    def gives_up(self, person: str) -> Act:
        def act(at_ms: int) -> None:
            if self.standing(person) is Standing.REQUESTED:
                self.do(at_ms, Action.CANCEL_REQUEST, person)
                self.log.note(at_ms, "wish_given_up", person, wish=self.wish.pop(person), cause="patience")

        return act

    def goes_live(self, person: str) -> Act:
        def act(at_ms: int) -> None:
            if self.standing(person) is Standing.PREPARING:
                if self.do(at_ms, Action.GO_LIVE, person):
                    wish = self.wish.pop(person)
                    self.speaking[person] = (wish, at_ms)
                    self.log.note(at_ms, "wish_satisfied", person, wish=wish)
                    self.do(at_ms, Action.SPEAK, person)
                    self.later(at_ms + self.random.lognormvariate(4.5, 0.8) * 1000, self.leaves(person))
                else:
                    self.later(at_ms + 20_000, act)

        return act

    def leaves(self, person: str) -> Act:
        def act(at_ms: int) -> None:
            if self.standing(person) is Standing.ON_STAGE:
                self.do(at_ms, Action.LEAVE_STAGE, person)
                self.ends(at_ms, person, "left")

        return act

    def turns_away(self, at_ms: int) -> None:
        self.log.note(at_ms, "attention_lost", "mod", cause="presenting")
        self.busy_until = max(self.busy_until, at_ms + 120_000)
        self.later(at_ms + 120_000, lambda at: self.log.note(at, "attention_back", "mod"))
        self.later(at_ms + 900_000, self.turns_away)


def session(mode: str, seed: int = 1, replication: int = 0, *, people: int = 60, minutes: int = 45) -> EventLog:
    """The log of one session; switches to `join_by_request` for its last third if it began as something else."""
    table = Table(Mode(mode), seed, replication, capacity=5)
    end_ms = 60_000 + minutes * 60_000
    table.log.register("mod", "moderators")
    table.later(0, lambda at: table.do(at, Action.ENTER_ROOM, "mod", role=Role.MODERATOR))
    table.later(60_000, lambda at: table.do(at, Action.START_SESSION))
    table.later(120_000, table.turns_away)
    for number in range(1, people + 1):
        name, client = f"audience-{number}", Client.MOBILE if table.random.random() < 0.3 else Client.DESKTOP
        enters_ms = int(table.random.expovariate(1 / 120_000))
        table.log.register(name, "audience" if number % 10 else "regulars")
        table.later(enters_ms, enters(table, name, client))
        at_ms = max(60_000, enters_ms)
        while (at_ms := at_ms + int(table.random.expovariate(1 / 1_500_000))) < end_ms:
            table.later(at_ms, table.wants(name))
    if mode == "everyone_on_stage":
        at_ms = 60_000 + minutes * 40_000
        table.later(at_ms, lambda at: table.do(at, Action.SET_MODE, "mod", mode=Mode.JOIN_BY_REQUEST))
    return table.play(end_ms)


def enters(table: Table, name: str, client: Client) -> Act:
    def act(at_ms: int) -> None:
        table.do(at_ms, Action.ENTER_ROOM, name, role=Role.PARTICIPANT, client=client)

    return act
