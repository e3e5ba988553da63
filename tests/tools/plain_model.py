"""One small scenario a second time, as plainly as can be: from docs/explanation/model.md, with nothing of the product.

Everything of moderation is in it: unsuitable wishes, recognition, readiness, the chat, presenting, the watch, removals
that take time and interrupt reviews, and giving up in silence. Nobody wishes twice. Times are seconds, as floating
point numbers. Nobody is called away, and staff are there from the start to the end.
"""

import heapq
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

SCENARIO = """
title: Everything of moderation at once
duration: 40 min
room: {stage_capacity: 3}
audience:
  count: 60
  arrival: {uniform: {low: 1 s, high: 2 min}}
  patience: {exponential: {mean: 4 min}}
  silent: 0.4
  wishes:
    rate: 3 per hour
    limit: 1
    unsuitable: 0.3
    unsuitable_stay: {exponential: {mean: 3 min}}
    readiness: {everyone_on_stage: 0.95, join_by_request: 0.8, invite_only: 0.6}
  answer: {time: {exponential: {mean: 6 s}}, accept: 0.9}
  setup: {time: {exponential: {mean: 8 s}}}
  on_stage: {stay: {exponential: {mean: 80 s}}}
moderators:
  count: 2
  reaction: 2 s
  review: {approve: 0.9, recognise: 0.7, time: {exponential: {mean: 25 s}}}
  notices: 5 s
  presenting: {every: {exponential: {mean: 6 min}}, lasts: {exponential: {mean: 1 min}}}
  reads_chat: {every: {exponential: {mean: 70 s}}, lasts: {exponential: {mean: 15 s}}}
  removes: {noticed_after: {exponential: {mean: 20 s}}, removal_time: {exponential: {mean: 12 s}}, interrupts: true}
"""

PLACES, PEOPLE, END, REACTION = 3, 60, 2400.0, 2.0
READY = {"everyone_on_stage": 0.95, "join_by_request": 0.8, "invite_only": 0.6}


@dataclass(eq=False)
class Person:
    """Somebody with one wish, and where they are on its way."""

    unsuitable: bool
    ready: bool
    patience_end: float
    silent: bool
    stay: float
    where: str = "viewer"  # viewer, chat, list, review, answering, preparing, stage, gone
    fate: str = "open"
    acted: bool = False
    live: float = math.nan
    had: float = 0.0
    stays: bool = False
    target: float = math.inf  # what the watch's clock says when they are noticed


@dataclass(eq=False)
class Moderator:
    """Somebody of staff: what is in hand, since when, and the review that a removal interrupts."""

    number: int
    state: str = "idle"  # idle, reaction, review, removing, presenting, chat
    since: float = 0.0
    person: Person | None = None
    work: int = 0  # which work is in hand; an end of an earlier one means nothing
    ends: float = 0.0
    left: tuple[Person, float, bool] | None = None
    approves: bool = False
    due: dict[str, float] = field(default_factory=dict)
    spent: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STATES, 0.0))


STATES = ("idle", "watching", "reaction", "review", "removing", "presenting", "chat")


class Session:
    """One session of the scenario in one mode."""

    def __init__(self, mode: str, seed: int) -> None:
        self.mode, self.draw, self.now, self.count = mode, random.Random(f"{mode} {seed}"), 0.0, 0
        self.agenda: list[tuple[float, int, Callable[[], None]]] = []
        self.people: list[Person] = []
        self.chat: list[Person] = []
        self.list: list[Person] = []
        self.stage: list[Person] = []
        self.to_remove: list[Person] = []
        self.on_the_way = 0
        self.watched, self.watched_at = 0.0, 0.0
        self.removals = 0
        self.unsuitable_time = 0.0
        self.stays = self.unsuitable_stays = 0
        self.staff = [Moderator(0), Moderator(1)]

    def at(self, when: float, act: Callable[[], None]) -> None:
        """Plan something."""
        self.count += 1
        heapq.heappush(self.agenda, (when, self.count, act))

    def exponential(self, mean: float) -> float:
        return self.draw.expovariate(1 / mean)

    def run(self) -> dict[str, float]:
        """Play it, and give its figures."""
        for _ in range(PEOPLE):
            arises = self.draw.uniform(1, 120) + self.exponential(1200)
            if arises < END:
                self.at(arises, self.wish)
        for moderator in self.staff:
            for work, every in (("presenting", 360), ("chat", 70)):
                self.come_due(moderator, work, every)
        while self.agenda and self.agenda[0][0] < END:
            when, _, act = heapq.heappop(self.agenda)
            self.advance(when)
            act()
            self.look()
        self.advance(END)
        for person in list(self.stage):
            self.off(person, "cut")
        return self.figures()

    def figures(self) -> dict[str, float]:
        """What is compared."""
        suitable = [person for person in self.people if not person.unsuitable]
        spent = {state: sum(each.spent[state] for each in self.staff) / (2 * END) for state in STATES}
        return {
            "wishes": len(self.people),
            "heard": sum(person.had >= person.stay / 2 for person in self.people if person.stays),
            "suitable heard": sum(person.had >= person.stay / 2 for person in suitable if person.stays),
            "suitable turned away": sum(person.fate == "refused" for person in suitable),
            "not tried": sum(not person.acted for person in self.people),
            "given up": sum(person.fate == "given up" and person.acted for person in self.people),
            "unsuitable stays": self.unsuitable_stays,
            "unsuitable stage time": self.unsuitable_time,
            "removals": self.removals,
            "reviewing": spent["review"],
            "removing": spent["removing"],
            "watching": spent["watching"],
            "presenting": spent["presenting"],
            "reading chat": spent["chat"],
        }

    def advance(self, when: float) -> None:
        """Let time go on: what staff spend it with, and how long the stage has been watched."""
        passed = when - self.now
        watches = False
        for each in self.staff:
            state = "watching" if each.state == "idle" and self.stage else each.state
            each.spent[state] += passed
            watches = watches or state == "watching"
        self.watched += passed * watches
        self.now = when

    # People.

    def wish(self) -> None:
        unsuitable = self.draw.random() < 0.3
        stay = self.exponential(180 if unsuitable else 80)
        ready = self.draw.random() < READY[self.mode]
        patience = self.exponential(240)
        person = Person(unsuitable, ready, self.now + patience, self.draw.random() < 0.4, stay)
        self.people.append(person)
        self.at(person.patience_end, lambda: self.out_of_patience(person))
        if not ready:
            return
        person.acted = True
        match self.mode:
            case "everyone_on_stage":
                self.prepare(person)
            case "join_by_request":
                self.listed(person)
            case _:
                person.where = "hoping"
                self.at(self.now + 5, lambda: self.into_chat(person))

    def into_chat(self, person: Person) -> None:
        if person.where == "hoping":
            person.where = "chat"
            self.chat.append(person)

    def listed(self, person: Person) -> None:
        person.where = "list"
        self.list.append(person)
        self.call()

    def out_of_patience(self, person: Person) -> None:
        if person.where in ("answering", "preparing", "stage", "gone"):
            return
        person.fate = "given up"
        if person.silent and person.acted:
            return  # and stays where they are
        if person.where == "review":
            for each in self.staff:
                if each.person is person and each.state == "review":
                    person.where = "gone"
                    self.free_place()
                    self.next(each)
                elif each.left is not None and each.left[0] is person:
                    each.left = None
                    person.where = "gone"
                    self.free_place()
        for place in (self.chat, self.list):
            if person in place:
                place.remove(person)
        person.where = "gone"

    def prepare(self, person: Person) -> None:
        person.where = "preparing"
        self.at(self.now + self.exponential(8), lambda: self.go_live(person))

    def go_live(self, person: Person) -> None:
        if len(self.stage) >= PLACES:
            self.off(self.stage[0], "cut")  # nobody speaks again: silent longest is who came first
        person.where, person.live = "stage", self.now
        person.stays = True
        self.stage.append(person)
        self.stays += 1
        if person.unsuitable:
            self.unsuitable_stays += 1
            person.target = self.watched + self.exponential(20)
        self.at(self.now + person.stay, lambda: self.leave(person))

    def leave(self, person: Person) -> None:
        if person.where == "stage":
            self.off(person, "left")

    def off(self, person: Person, fate: str) -> None:
        person.had = self.now - person.live
        if person.unsuitable:
            self.unsuitable_time += person.had
        person.where, person.fate = "gone", fate
        self.stage.remove(person)
        if person in self.to_remove:
            self.to_remove.remove(person)
        for each in self.staff:
            if each.state == "removing" and each.person is person:
                self.done_removing(each)
        if self.mode != "everyone_on_stage":
            self.free_place()

    def free_place(self) -> None:
        self.on_the_way -= 1
        if self.list:
            self.call()

    # Staff.

    def come_due(self, moderator: Moderator, work: str, every: float) -> None:
        moderator.due[work] = self.now + self.exponential(every)
        self.at(moderator.due[work], lambda: self.next(moderator) if moderator.state == "idle" else None)

    def begin(self, moderator: Moderator, state: str, lasts: float, then: Callable[[], None]) -> None:
        moderator.state, moderator.since, moderator.work = state, self.now, moderator.work + 1
        moderator.ends = self.now + lasts
        work = moderator.work
        self.at(moderator.ends, lambda: then() if moderator.work == work else None)

    def next(self, moderator: Moderator) -> None:
        """What a moderator with nothing in hand does."""
        moderator.person = None
        if self.to_remove:
            self.remove(moderator, self.to_remove.pop(0))
        elif moderator.due["presenting"] <= self.now:
            self.begin(moderator, "presenting", self.exponential(60), lambda: self.done(moderator, "presenting", 360))
        elif moderator.due["chat"] <= self.now:
            self.begin(moderator, "chat", self.exponential(15), lambda: self.read(moderator))
        elif self.list and self.on_the_way < PLACES:
            self.review(moderator, self.list.pop(0))
        else:
            moderator.state, moderator.since, moderator.work = "idle", self.now, moderator.work + 1

    def done(self, moderator: Moderator, work: str, every: float) -> None:
        self.come_due(moderator, work, every)
        self.next(moderator)

    def read(self, moderator: Moderator) -> None:
        found, self.chat = self.chat, []
        for person in found:
            self.listed(person)
        self.done(moderator, "chat", 70)

    def call(self) -> None:
        """Call the one who has been idle longest."""
        idle = [each for each in self.staff if each.state == "idle"]
        if idle and self.on_the_way < PLACES:
            called = min(idle, key=lambda each: (each.since, each.number))
            self.begin(called, "reaction", REACTION, lambda: self.next(called))

    def review(self, moderator: Moderator, person: Person) -> None:
        self.on_the_way += 1
        person.where = "review"
        moderator.person = person
        answer = self.draw.random()
        moderator.approves = answer < (0.3 if person.unsuitable else 0.9)
        self.begin(moderator, "review", self.exponential(25), lambda: self.decide(moderator))

    def decide(self, moderator: Moderator) -> None:
        person = moderator.person
        assert person is not None
        if person.fate == "given up" or not moderator.approves:
            person.where = "gone"
            person.fate = person.fate if person.fate == "given up" else "refused"
            self.free_place()
        else:
            person.where = "answering"
            self.at(self.now + self.exponential(6), lambda: self.answer(person))
        self.next(moderator)

    def answer(self, person: Person) -> None:
        if self.draw.random() < 0.9:
            self.prepare(person)
        else:
            person.where, person.fate = "gone", "given up"
            self.free_place()

    def look(self) -> None:
        """Notice who should not be on stage, as far as it has been watched, and say when it will be next."""
        for person in [each for each in self.stage if self.watched >= each.target - 1e-9]:
            person.target = math.inf
            self.noticed(person)
        if any(each.state == "idle" for each in self.staff):
            wanted = [each.target for each in self.stage if each.target < math.inf]
            if wanted:
                self.at(self.now + max(0.0, min(wanted) - self.watched), lambda: None)

    def noticed(self, person: Person) -> None:
        idle = [each for each in self.staff if each.state == "idle"]
        reviewing = [each for each in self.staff if each.state == "review"]
        if idle:
            self.remove(min(idle, key=lambda each: (each.since, each.number)), person)
        elif reviewing:
            interrupted = reviewing[0]
            assert interrupted.person is not None
            interrupted.left = (interrupted.person, interrupted.ends - self.now, interrupted.approves)
            self.remove(interrupted, person)
        else:
            self.to_remove.append(person)

    def remove(self, moderator: Moderator, person: Person) -> None:
        moderator.person = person
        self.begin(moderator, "removing", self.exponential(12), lambda: self.removed(person))

    def removed(self, person: Person) -> None:
        self.removals += 1
        self.off(person, "cut")

    def done_removing(self, moderator: Moderator) -> None:
        if moderator.left is None:
            self.next(moderator)
            return
        moderator.person, left, moderator.approves = moderator.left
        moderator.left = None
        self.begin(moderator, "review", left, lambda: self.decide(moderator))
