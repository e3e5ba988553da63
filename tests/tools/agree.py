"""The engine and the reference, side by side: every line goes to both, and both answers must be the same.

As a script it drives random rooms through both and prints the agreement:

    python tests/tools/agree.py --commands 1000000 --seed 1

A disagreement prints the seed of its room and the lines that lead to it, and the exit code is 1.
"""

import argparse
import copy
import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent))

from reference import CLIENTS, MODES, NEVER_OFFERED, ROLES, TAKES, Reference, seconds
from stageaccess import RULES, Cause, Client, Mode, RuleSet, StageAccess
from stageaccess.protocol import Conversation

Line = dict[str, Any]

PEOPLE = ["ana", "bo", "cy", "dee"]
CONNECTIONS = ["main", "phone", "pad"]
COMMANDS_A_ROOM = 150
# How often each action is tried; what is not listed counts 4.
WEIGHTS = {"start_session": 1, "end_session": 0.1, "leave_room": 2, "clear_requests": 1, "enter_room": 3}
WEIGHTS |= {"ask_to_join": 12, "join_stage": 8, "go_live": 8, "bring_to_stage": 8, "speak": 2, "disconnect": 3}
WEIGHTS |= {"set_mode": 3}
# How often each offer is taken up; what is not listed counts 3. What undoes a step is rare: people shall get on stage.
UPTAKE = {"set_mode": 0.4, "change_role": 0.6, "clear_requests": 0.5, "cancel_request": 0.4, "cancel_join": 0.8}
UPTAKE |= {
    "leave_stage": 0.3,
    "revoke_invitation": 0.6,
    "remove_from_stage": 0.5,
    "decline_invitation": 0.5,
    "go_live": 8,
}


class Disagreement(AssertionError):
    """The two answers differ."""


class Pair:
    """A room held twice. `send` gives the common answer, or raises Disagreement.

    With `told` each event says who got a notice of it. `stays` is a variant of rule M5: (from, to) -> cause.
    """

    def __init__(
        self,
        mode: str = "join_by_request",
        *,
        told: bool = False,
        stays: dict[tuple[str, str], str] | None = None,
        **settings: Any,
    ) -> None:
        self.conversation = Conversation()
        self.reference = Reference(stays)
        self.settings = {"mode": mode, **settings}
        self.stays, self.told = stays, told
        self.lines: list[Line] = []
        self.at: int | float = 0
        if not stays:
            assert self.send({"ask": "engine"})["rules"] == "default"
        self.make_room()

    def make_room(self) -> None:
        """A room with these settings, the first or a fresh one."""
        self.at = 0
        answer = self.send({"room": self.settings, "told": True} if self.told else {"room": self.settings})
        assert answer == {"ok": True}
        if self.stays:
            # The line protocol has no word for a variant.
            assert self.conversation.engine is not None
            self.conversation.engine = StageAccess(self.conversation.engine.room.config, variant(self.stays))
            assert not self.told or self.conversation.engine.report_told()

    def send(self, line: Any) -> Line:
        """One line to both."""
        self.lines.append(line)
        answer: Line = json.loads(self.conversation.answer_text(json.dumps(line)))
        expected = self.reference.handle(line)
        if "error" in expected and "error" in answer:
            field = expected["field"]
            if field is not None and f"`{field}`" not in answer["error"]:
                raise Disagreement(f"field of the error\nreference: {expected}\nengine:    {answer}\n{self.story()}")
        elif line == {"ask": "engine"}:
            # Name and version are each engine's own.
            if answer.keys() != expected.keys() or (answer["rules"] == "default") != (expected["rules"] == "default"):
                raise Disagreement(f"\nreference: {expected}\nengine:    {answer}\n{self.story()}")
        elif answer != expected:
            raise Disagreement(f"\nreference: {expected}\nengine:    {answer}\n{self.story()}")
        return answer

    def again(self, upto: int | None = None) -> "Pair":
        """Another room with these settings, in which the same commands are carried out (the first `upto` lines)."""
        pair = Pair(**self.settings, told=self.told, stays=self.stays)
        for line in self.lines[:upto]:
            if isinstance(line, dict) and "at" in line:
                pair.send(line)
        pair.at = pair.now
        return pair

    def copy(self) -> "Pair":
        """The same room twice more, without going through its lines again. Ids of commands are forgotten."""
        assert self.conversation.engine is not None
        twin = copy.copy(self)
        twin.lines, twin.reference, twin.conversation = [*self.lines], self.reference.copy(), Conversation()
        room = self.conversation.engine.room.copy()
        twin.conversation.engine = StageAccess(room.config, room.rules)
        twin.conversation.engine.room = room
        assert not self.told or twin.conversation.engine.report_told()
        return twin

    @property
    def now(self) -> int | float:
        """The time of the room."""
        assert self.reference.room is not None
        return seconds(self.reference.room["now"])

    def story(self) -> str:
        """The lines so far, ready for `python -m stageaccess`."""
        return "\n".join(json.dumps(line) for line in self.lines)

    # Short words for tests. Time stays where it is unless `at` moves it.

    def do(self, action: str, by: str | None = None, *, at: float | None = None, **fields: Any) -> Line:
        """A command."""
        self.at = self.at if at is None else at
        who = {} if by is None else {"by": by}
        return self.send({"at": self.at, "do": action, **who, **fields})

    def ok(self, action: str, by: str | None = None, *, at: float | None = None, **fields: Any) -> list[Line]:
        """A command that must be accepted; its events."""
        answer = self.do(action, by, at=at, **fields)
        assert answer.get("accepted") is True, answer
        events: list[Line] = answer["events"]
        return events

    def reason(self, action: str, by: str | None = None, *, at: float | None = None, **fields: Any) -> str:
        """A command that must be rejected; why. A rejection has no events and leaves the room as it was."""
        self.at = self.at if at is None else at
        self.wait(self.at)
        before = self.state()
        answer = self.do(action, by, **fields)
        assert answer.get("accepted") is False, answer
        assert answer["events"] == []
        assert self.state() == before
        reason: str = answer["reason"]
        return reason

    def wait(self, at: float) -> list[Line]:
        """Time goes on without a command; the events of due times."""
        self.at = at
        due: list[Line] = self.send({"at": at})["due"]
        return due

    def state(self) -> Line:
        return self.send({"ask": "state"})

    def standing(self, name: str) -> str:
        standing: str = self.state()["people"][name]["standing"]
        return standing

    def actions(self, name: str, client: str = "desktop") -> list[Line]:
        offers: list[Line] = self.send({"ask": "actions", "of": name, "client": client})["actions"]
        return offers

    def next_due(self) -> int | float | None:
        """When something is next due by itself."""
        due: int | float | None = self.send({"ask": "due"})["due"]
        return due

    def open(self, **roles: str) -> "Pair":
        """Lets people in, and starts the session."""
        for name, role in roles.items():
            self.ok("enter_room", name, role=role)
        self.ok("start_session")
        return self


def variant(stays: dict[tuple[str, str], str]) -> RuleSet:
    """The default rules with stays on stage that end at a change of mode (rule M5)."""
    closings = {(Mode(before), Mode(after)): Cause(cause) for (before, after), cause in stays.items()}
    return RULES.variant("stays end", stays_at_mode_change=closings)


def brief(events: list[Line]) -> list[str]:
    """Events in a form that is easy to read in a test: `request_closed pat by mia approved`."""
    fixed = ["seq", "at", "event", "who", "by", "told"]
    lines = []
    for event in events:
        extra = [str(value) for key, value in event.items() if key not in fixed and value is not None]
        lines.append(" ".join([event["event"], event["who"], "by", event["by"], *extra]))
    return lines


def check_next_due(pair: Pair) -> int:
    """Nothing happens by itself before the next due time, and something does then; how often, until nothing is due."""
    for times in range(100):
        before, due = pair.state(), pair.next_due()
        if due is None:
            assert pair.wait(pair.now + 1_000_000) == []
            assert pair.state() == before
            return times
        if due > pair.now:
            assert pair.wait(round(due - 0.001, 3)) == []
            assert (pair.state(), pair.next_due()) == (before, due)
        events = pair.wait(due)
        assert {event["at"] for event in events} == {due}
    raise AssertionError("something is always due")


def conceivable(names: list[str], by: str, client: str) -> list[Line]:
    """Every command that `available_actions` could offer to somebody, without its time."""
    commands = []
    for do, (needed, _) in TAKES.items():
        if do not in NEVER_OFFERED:
            for to in names if "to" in needed else [None]:
                for mode in MODES if "mode" in needed else [None]:
                    for role in ROLES if "role" in needed else [None]:
                        command = {"do": do, "by": by, "to": to, "mode": mode, "role": role, "client": client}
                        commands.append({key: value for key, value in command.items() if value is not None})
    return commands


# ---------------------------------------------------------------------- random rooms and lines


def random_settings(rng: random.Random) -> Line:
    """The parameters of a room: each is left out about every other time, and small enough to matter."""
    possible: Line = {
        "stage_capacity": rng.choice([1, 1, 2, 2, 3]),
        "when_full": rng.choice(["reject", "replace_quietest", None]),
        "request_ttl": rng.choice([0, 1, 2.5, 6, 20, 20]),
        "invitation_ttl": rng.choice([0, 1, 2.5, 6, 20, 20]),
        "request_cooldown": rng.choice([0, 1, 4.5, 15]),
        "request_limit": {"count": rng.choice([0, 1, 2, 3]), "window": rng.choice([0, 3, 10.25, 30])},
        "reconnect_grace": rng.choice([1, 2.5, 6, 15]),
    }
    chosen = {key: value for key, value in possible.items() if rng.random() < 0.55}
    return {"mode": rng.choice([*MODES, "join_by_request"]), "told": rng.random() < 0.3, **chosen}


def random_stays(rng: random.Random) -> dict[tuple[str, str], str] | None:
    """Mostly the default rules, which end no stay; else a variant of rule M5."""
    if rng.random() < 0.8:
        return None
    changes = [(before, after) for before in MODES for after in MODES if before != after]
    return dict.fromkeys(rng.sample(changes, rng.randint(1, len(changes))), "mode_changed")


def interesting_times_ms(reference: Reference) -> list[int]:
    """The moments at which something ends: due times, cooling down, and the window of the request limit."""
    room = reference.room
    assert room is not None
    settings, times = room["settings"], [due[0] for due in reference.due_times()]
    limit = settings["request_limit"]
    for request in room["requests"][-6:]:
        if settings["request_cooldown"] is not None and request["outcome"] == "declined":
            times.append(request["closed"] + settings["request_cooldown"])
        if limit is not None:
            times.append(request["made"] + limit["window"])
    for invitation in room["invitations"][-4:]:
        if settings["invitation_ttl"] is not None:
            times.append(invitation["made"] + settings["invitation_ttl"])  # noqa: PERF401
    return [time for time in times if time >= room["now"]]


def random_time(rng: random.Random, reference: Reference) -> int | float:
    """Often the present moment, sometimes exactly when something ends or a millisecond beside it."""
    assert reference.room is not None
    now: int = reference.room["now"]
    chance = rng.random()
    if chance < 0.5:
        at = now
    elif chance < 0.75:
        at = now + rng.choice([1, 10, 250, 500, 1000, 2500])
    else:
        ends = interesting_times_ms(reference)
        at = max(now, rng.choice(ends) + rng.choice([-1, 0, 0, 0, 1])) if ends else now + 100
    return seconds(at)


def somebody(rng: random.Random, reference: Reference) -> str:
    """Mostly somebody who is there."""
    assert reference.room is not None
    here: list[str] = [name for name, person in reference.room["people"].items() if person["presence"] == "present"]
    if here and rng.random() < 0.9:
        return rng.choice(here)
    return rng.choice(PEOPLE) if rng.random() < 0.95 else "nobody"


def by_one(rng: random.Random) -> Line:
    """By which connection somebody comes or goes; every other time it is left out."""
    return {"connection": rng.choice(CONNECTIONS)} if rng.random() < 0.5 else {}


def offered_command(rng: random.Random, pair: "Pair") -> Line | None:
    """One of the actions that the engine offers somebody, so that rooms get anywhere; None where there is none."""
    assert pair.conversation.engine is not None
    assert pair.reference.room is not None
    by, client = somebody(rng, pair.reference), rng.choice(CLIENTS)
    people = pair.reference.room["people"]
    away = [name for name, person in people.items() if person["presence"] == "away"]
    changers = [name for name, person in people.items() if person["role"] != "participant"]
    if pair.stays and changers and rng.random() < 0.05:
        by = rng.choice(changers)
        return {"at": random_time(rng, pair.reference), "do": "set_mode", "by": by, "mode": rng.choice(MODES)}
    absent = [name for name in PEOPLE if name not in people or people[name]["presence"] == "gone"]
    if absent and rng.random() < 0.1:
        role = rng.choice(["participant", "participant", "moderator", "host"])
        by = rng.choice(absent)
        return {"at": random_time(rng, pair.reference), "do": "enter_room", "by": by, "role": role, **by_one(rng)}
    several = [name for name, person in people.items() if len(person["connections"]) > 1]
    if several and rng.random() < 0.2:
        by = rng.choice(several)
        going = {"do": rng.choice(["leave_room", "disconnect"]), "connection": rng.choice(people[by]["connections"])}
        return {"at": random_time(rng, pair.reference), "by": by, **going}
    live = [name for name, person in people.items() if person["standing"] == "on_stage"]
    if live and rng.random() < 0.1:
        return {"at": random_time(rng, pair.reference), "do": "speak", "by": rng.choice(live)}
    if away and rng.random() < 0.3:
        by, back = rng.choice(away), {"do": "reconnect"}
        if rng.random() < 0.3:
            back = {"do": "enter_room", "role": rng.choice(ROLES)}
        return {"at": random_time(rng, pair.reference), "by": by, **back, **by_one(rng)}
    staff = [n for n, person in people.items() if person["role"] != "participant" and person["presence"] == "present"]
    if staff and rng.random() < 0.5:
        by = rng.choice(staff)
    offers = pair.conversation.engine.available_actions(by, Client(client))
    if not offers:
        return None
    possible = sorted({offer.do for offer in offers})
    do = rng.choices(possible, [UPTAKE.get(action, 3) for action in possible])[0]
    chosen = rng.choice([offer for offer in offers if offer.do == do])
    offer = {key: str(value) for key, value in chosen._asdict().items() if value is not None}
    return {"at": random_time(rng, pair.reference), "by": by, "client": client, **offer}


def late_command(rng: random.Random, reference: Reference) -> Line | None:
    """A command about a request that is closed: asking again, or a second decision on it."""
    assert reference.room is not None
    requests = [request for request in reference.room["requests"][-4:] if request["outcome"] is not None]
    if not requests:
        return None
    declined = [request for request in requests if request["outcome"] == "declined"]
    request, at = rng.choice(declined or requests), random_time(rng, reference)
    if rng.random() < 0.6:
        return {"at": at, "do": "ask_to_join", "by": request["who"]}
    do = rng.choice(["bring_to_stage", "decline_request"])
    return {"at": at, "do": do, "by": somebody(rng, reference), "to": request["who"], "request": request["id"]}


def random_command(rng: random.Random, reference: Reference) -> Line:
    """A well-formed command of somebody; whether it is accepted is another matter."""
    assert reference.room is not None
    do = rng.choices(list(TAKES), [WEIGHTS.get(action, 4) for action in TAKES])[0]
    needed, optional = TAKES[do]
    line: Line = {"at": random_time(rng, reference), "do": do}
    if "by" in needed:
        line["by"] = somebody(rng, reference)
    if "to" in needed:
        line["to"] = rng.choice(PEOPLE) if rng.random() < 0.98 else rng.choice(["nobody", "system"])
    if "mode" in needed:
        line["mode"] = rng.choice(MODES)
    if "role" in needed:
        line["role"] = rng.choice(ROLES)
    if "connection" in optional:
        line |= by_one(rng)
    if "request" in optional and rng.random() < 0.5:
        line["request"] = f"r{rng.randint(1, len(reference.room['requests']) + 1)}"
    if rng.random() < 0.3:
        line["client"] = rng.choice(CLIENTS)
    if rng.random() < 0.06:
        line["id"] = f"c{rng.randint(1, 6)}"
    return line


def malformed(rng: random.Random, line: Line) -> Line:
    """A command with exactly one fault."""
    line = dict(line)
    faults: list[tuple[str, Any]] = [
        ("do", rng.choice(["dance", "", 7, ["speak"], {}])),
        ("at", rng.choice([-1, "1", True, 0.0001, [], {"s": 1}, float("nan"), float("inf")])),
        ("colour", "red"),
        ("client", rng.choice(["watch", 3, "DESKTOP"])),
        ("id", rng.choice(["", 3, []])),
    ]
    needed, optional = TAKES[line["do"]]
    for field, bad in [
        ("by", ["", "system", 3, []]),
        ("to", ["", 3, {}]),
        ("mode", ["open", 1]),
        ("role", ["king", 1]),
    ]:
        if field in needed:
            faults += [(field, rng.choice(bad)), (field, None)]
        else:
            fine = {"by": "ana", "to": "bo", "mode": MODES[0], "role": ROLES[0]}
            faults.append((field, fine[field]))
    faults.append(("request", 3 if "request" in optional else "r1"))
    faults.append(("connection", rng.choice(["", 3, []]) if "connection" in optional else "main"))
    field, value = rng.choice(faults)
    line[field] = value
    return line


MALFORMED: list[Any] = [
    {"room": {}},
    {"room": []},
    {"room": {"mode": "open"}},
    {"room": {"mode": "invite_only", "stage_capacity": 0}},
    {"room": {"mode": "invite_only", "stage_capacity": True}},
    {"room": {"mode": "invite_only", "request_ttl": -1}},
    {"room": {"mode": "invite_only", "request_limit": {"count": 1}}},
    {"room": {"mode": "invite_only", "told": True}},
    {"room": {"mode": "invite_only"}, "told": 1},
    {"room": {"mode": "invite_only"}, "at": 0},
    {"told": True},
    {"ask": "weather"},
    {"ask": "state", "of": "ana"},
    {"ask": "due", "at": 0},
    {"ask": "engine", "client": "desktop"},
    {"ask": "actions"},
    {"ask": "actions", "of": ""},
    {"ask": "actions", "of": "ana", "client": "watch"},
    {"at": 10_000_000, "told": True},
    {"at": 10_000_000, "by": "ana"},
    {},
    [],
    "room",
    None,
]


def random_line(rng: random.Random, pair: "Pair") -> Any:
    """Mostly a command; sometimes time goes on, a question, or what is malformed."""
    chance, reference = rng.random(), pair.reference
    if chance > 0.6 and (command := offered_command(rng, pair)) is not None:
        return command
    if chance > 0.5 and (command := late_command(rng, reference)) is not None:
        return command
    if chance < 0.05:
        return {"at": random_time(rng, reference)}
    if chance < 0.10:
        return {"ask": "state"}
    if chance < 0.12:
        return {"ask": "actions", "of": rng.choice([*PEOPLE, "nobody", "system"]), "client": rng.choice(CLIENTS)}
    if chance < 0.13:
        return rng.choice([{"ask": "engine"}, *MALFORMED])
    command = random_command(rng, reference)
    return malformed(rng, command) if chance < 0.16 else command


def opening(rng: random.Random) -> list[Line]:
    """How most rooms begin: some people come in, and the session starts."""
    lines: list[Line] = []
    if rng.random() < 0.95:
        for name in rng.sample(PEOPLE, rng.randint(2, len(PEOPLE))):
            role = rng.choice(["participant", "participant", "participant", "moderator", "host"])
            lines.append({"at": 0, "do": "enter_room", "by": name, "role": role, **by_one(rng)})
        lines.append({"at": 0, "do": "start_session"})
    return lines


def play_room(seed: int, lines: int = COMMANDS_A_ROOM) -> tuple[Pair, list[Line]]:
    """One random room through both; the pair, and the answers to its lines. The seed alone decides everything."""
    rng = random.Random(seed)
    pair = Pair(**random_settings(rng), stays=random_stays(rng))
    if rng.random() < 0.1:
        # A room line begins anew, whatever was before.
        for line in [*opening(rng), *(random_command(rng, pair.reference) for _ in range(20))]:
            pair.send(line)
        pair.make_room()
    answers = [pair.send(line) for line in opening(rng)]
    while len(answers) < lines:
        answers.append(pair.send(random_line(rng, pair)))
        if rng.random() < 0.3:
            pair.next_due()
    pair.state()
    return pair, answers


def main() -> int:
    parser = argparse.ArgumentParser(description="run random commands through the engine and the reference")
    parser.add_argument("--commands", type=int, default=100_000, help="how many lines altogether")
    parser.add_argument("--seed", type=int, default=1, help="the seed; each room has a seed of its own made from it")
    options = parser.parse_args()
    seen: Counter[str] = Counter()
    done, room = 0, 0
    while done < options.commands:
        seed = options.seed * 10_000_019 + room
        try:
            _, answers = play_room(seed, min(COMMANDS_A_ROOM, options.commands - done))
        except Disagreement as fault:
            print(f"after {done} lines, in the room with seed {seed}:{fault}")
            return 1
        for answer in answers:
            seen["error" if "error" in answer else str(answer.get("reason", "question"))] += 1
            for event in [*answer.get("due", []), *answer.get("events", [])]:
                seen[" ".join([event["event"], event.get("cause", event.get("outcome", ""))]).strip()] += 1
        done += len(answers)
        room += 1
        if room % 500 == 0:
            print(f"{done} lines in {room} rooms, all answers agree", file=sys.stderr, flush=True)
    print(f"{done} lines in {room} rooms, all answers agree; accepted {seen.pop('None')}")
    for what, count in sorted(seen.items()):
        print(f"  {what:32} {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
