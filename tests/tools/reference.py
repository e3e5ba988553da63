"""The rules of stage access a second time: plain dicts, linear scans, written from the specification alone.

`Reference().handle(line)` takes one line of the line protocol as a dict and gives the answer as a dict. It shares no
code with the engine, so that an agreement of the two says something. It is slow on purpose: nothing is cached, and
everything that can be looked up in the history is looked up there. An error answer is `{"error": "...", "field":
"..."}`, where `field` is None if no single field is at fault; the words of an error are not part of the comparison.

A variant of rule M5 is `Reference({("everyone_on_stage", "invite_only"): "mode_changed"})`: which changes of mode end
the stays of participants, and with which cause. Where the specification leaves a choice, a comment says `Reading:`.
"""

import json
import sys
from decimal import Decimal
from typing import Any

MODES = ["everyone_on_stage", "join_by_request", "invite_only"]
ROLES = ["participant", "moderator", "host"]
CLIENTS = ["desktop", "mobile"]
EVERYONE, BY_REQUEST, INVITE_ONLY = MODES

# Which fields a command takes besides `at`, `do`, `client` and `id`: needed ones, then optional ones.
TAKES: dict[str, tuple[list[str], list[str]]] = {
    "enter_room": (["by", "role"], ["connection"]),
    "leave_room": (["by"], ["connection"]),
    "disconnect": (["by"], ["connection"]),
    "reconnect": (["by"], ["connection"]),
    "ask_to_join": (["by"], []),
    "cancel_request": (["by"], []),
    "join_stage": (["by"], []),
    "go_live": (["by"], []),
    "cancel_join": (["by"], []),
    "decline_invitation": (["by"], []),
    "leave_stage": (["by"], []),
    "bring_to_stage": (["by", "to"], ["request"]),
    "decline_request": (["by", "to"], ["request"]),
    "invite": (["by", "to"], []),
    "revoke_invitation": (["by", "to"], []),
    "remove_from_stage": (["by", "to"], []),
    "clear_requests": (["by"], []),
    "set_mode": (["by", "mode"], []),
    "change_role": (["by", "to", "role"], []),
    "speak": (["by"], []),
    "start_session": ([], []),
    "end_session": ([], []),
}
STAFF_ONLY = [
    "bring_to_stage",
    "decline_request",
    "invite",
    "revoke_invitation",
    "remove_from_stage",
    "clear_requests",
    "set_mode",
    "change_role",
]
NEVER_OFFERED = ["enter_room", "leave_room", "disconnect", "reconnect", "speak", "start_session", "end_session"]
ROOM_FIELDS = [
    "mode",
    "stage_capacity",
    "when_full",
    "request_ttl",
    "invitation_ttl",
    "request_cooldown",
    "request_limit",
    "reconnect_grace",
]

Line = dict[str, Any]


class Malformed(Exception):
    """The line is at fault, not the person: `field` says where."""

    def __init__(self, field: str | None, text: str) -> None:
        super().__init__(text)
        self.field = field


class Rejected(Exception):
    """The rules say no; `details` are the further fields of the answer."""

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


def milliseconds(value: Any, field: str) -> int:
    """Seconds of a line as whole milliseconds."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Malformed(field, "not a number of seconds")
    exact = Decimal(str(value))
    if not exact.is_finite() or exact < 0 or exact * 1000 != int(exact * 1000):
        raise Malformed(field, "not a time: negative, not finite, or more than three decimals")
    return int(exact * 1000)


def seconds(ms: int) -> int | float:
    """Milliseconds as a line has them: a whole number where it is one."""
    return ms // 1000 if ms % 1000 == 0 else ms / 1000


def text(line: Line, field: str) -> str:
    value = line[field]
    if not isinstance(value, str) or value == "":
        raise Malformed(field, "not a non-empty string")
    return value


def word(line: Line, field: str, allowed: list[str]) -> str:
    value = line[field]
    if not isinstance(value, str) or value not in allowed:
        raise Malformed(field, f"not one of {allowed}")
    return value


def whole_number(line: Line, field: str, least: int) -> int:
    """Reading: 3.0 is one as well, since the two are the same number on a line."""
    value = line[field]
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= least or value % 1 != 0:
        raise Malformed(field, f"not a whole number, {least} or more")
    return int(value)


def carried(command: Line) -> Line:
    """The connection that a command names, as a further field of its event; none if it names none."""
    return {"connection": command["connection"]} if "connection" in command else {}


class Reference:
    """One room at a time, asked through lines."""

    def __init__(self, stays_at_mode_change: dict[tuple[str, str], str] | None = None) -> None:
        self.stays_at_mode_change = stays_at_mode_change or {}
        self.room: dict[str, Any] | None = None

    # ------------------------------------------------------------------ lines

    def handle(self, line: Any) -> Line:
        """The answer to one line."""
        try:
            if not isinstance(line, dict):
                raise Malformed(None, "a line is an object")
            line = {key: value for key, value in line.items() if value is not None}
            if "room" in line:
                return self.make_room(line)
            if line.get("ask") == "engine":
                return self.who_answers(line)
            if self.room is None:
                raise Malformed(None, "no room yet")
            if "ask" in line:
                return self.answer_question(line)
            return self.answer_command(line)
        except Malformed as fault:
            return {"error": str(fault), "field": fault.field}

    def make_room(self, line: Line) -> Line:
        for key in line:
            if key not in ["room", "told"]:
                raise Malformed(key, "not beside `room`")
        if not isinstance(line.get("told", False), bool):
            raise Malformed("told", "not true or false")
        if not isinstance(line["room"], dict):
            raise Malformed("room", "not an object")
        settings = self.read_settings({key: value for key, value in line["room"].items() if value is not None})
        self.room = {
            "settings": settings,
            "told": line.get("told", False),
            "now": 0,
            "mode": settings["mode"],
            "session": "before",
            "people": {},
            "requests": [],
            "invitations": [],
            "events": [],
            "answers": {},
        }
        return {"ok": True}

    def read_settings(self, given: Line) -> Line:
        for key in given:
            if key not in ROOM_FIELDS:
                raise Malformed(key, "no such setting")
        if "mode" not in given:
            raise Malformed("mode", "missing")
        settings: dict[str, Any] = dict.fromkeys(ROOM_FIELDS)
        settings["mode"] = word(given, "mode", MODES)
        settings["reconnect_grace"] = 0
        if "stage_capacity" in given:
            settings["stage_capacity"] = whole_number(given, "stage_capacity", 1)
        if "when_full" in given:
            settings["when_full"] = word(given, "when_full", ["reject", "replace_quietest"])
        for key in ["request_ttl", "invitation_ttl", "request_cooldown", "reconnect_grace"]:
            if key in given:
                settings[key] = milliseconds(given[key], key)
        if "request_limit" in given:
            settings["request_limit"] = self.read_limit(given["request_limit"])
        return settings

    def read_limit(self, limit: Any) -> Line:
        if not isinstance(limit, dict):
            raise Malformed("request_limit", "not an object")
        for key in limit:
            if key not in ["count", "window"]:
                raise Malformed(key, "no such setting")
        for key in ["count", "window"]:
            if limit.get(key) is None:
                raise Malformed(key, "missing")
        return {"count": whole_number(limit, "count", 0), "window": milliseconds(limit["window"], "window")}

    def answer_question(self, line: Line) -> Line:
        question = word(line, "ask", ["state", "actions", "due", "engine"])
        for key in line:
            if key != "ask" and (question != "actions" or key not in ["of", "client"]):
                raise Malformed(key, "not in this question")
        if question == "state":
            return self.state()
        if question == "due":
            return self.next_due()
        if "of" not in line:
            raise Malformed("of", "missing")
        of = text(line, "of")
        client = word(line, "client", CLIENTS) if "client" in line else "desktop"
        return {"actions": self.actions(of, client)}

    def who_answers(self, line: Line) -> Line:
        """Reading: who answers depends on no room, so that it may be asked before the first."""
        for key in line:
            if key != "ask":
                raise Malformed(key, "not in this question")
        return {"engine": "reference", "version": "0", "rules": "variant" if self.stays_at_mode_change else "default"}

    def next_due(self) -> Line:
        """Never before the present: what was due has been carried out, unless its lifetime of 0 began just now."""
        deadlines = [entry[0] for entry in self.due_times()]
        return {"due": seconds(min(deadlines)) if deadlines else None}

    def answer_command(self, line: Line) -> Line:
        room = self.room
        assert room is not None
        for key in line:
            if key not in ["at", "do", "by", "to", "client", "mode", "role", "request", "connection", "id"]:
                raise Malformed(key, "no such field")
        if "at" not in line:
            raise Malformed("at", "missing")
        at = milliseconds(line["at"], "at")
        if "do" not in line:
            for key in line:
                if key != "at":
                    raise Malformed("do", "missing")
            if at < room["now"]:
                raise Malformed("at", "time runs backwards")
            return {"accepted": True, "reason": None, "due": self.carry_out_due(at), "events": []}
        command = self.read_command(line)
        if at < room["now"]:
            raise Malformed("at", "time runs backwards")

        due = self.carry_out_due(at)
        if "id" in command and command["id"] in room["answers"]:
            return {**room["answers"][command["id"]], "due": due}
        first_new = len(room["events"])
        answer: Line = {"accepted": True, "reason": None}
        try:
            self.check_and_do(command)
        except Rejected as rejected:
            assert len(room["events"]) == first_new
            answer = {"accepted": False, "reason": rejected.reason, **rejected.details}
        answer["due"] = due
        answer["events"] = [dict(event) for event in room["events"][first_new:]]
        if "id" in command:
            room["answers"][command["id"]] = answer
        return answer

    def read_command(self, line: Line) -> Line:
        do = word(line, "do", list(TAKES))
        needed, optional = TAKES[do]
        command: Line = {"do": do, "client": "desktop"}
        for key in line:
            if key in ["by", "to", "mode", "role", "request", "connection"] and key not in needed + optional:
                raise Malformed(key, f"{do} does not take it")
        for key in needed:
            if key not in line:
                raise Malformed(key, f"{do} needs it")
        for key in ["by", "to", "request", "connection", "id"]:
            if key in line:
                command[key] = text(line, key)
        if command.get("by") == "system":
            raise Malformed("by", "nobody may be called system")
        for key, allowed in [("mode", MODES), ("role", ROLES), ("client", CLIENTS)]:
            if key in line:
                command[key] = word(line, key, allowed)
        return command

    # ------------------------------------------------------------------ what is so

    def state(self) -> Line:
        """The answer to `{"ask": "state"}`."""
        room = self.room
        assert room is not None
        people = {
            name: {"role": person["role"], "presence": person["presence"], "standing": person["standing"]}
            for name, person in room["people"].items()
        }
        return {
            "mode": room["mode"],
            "live": room["session"] == "live",
            "people": people,
            "queue": [request["who"] for request in self.open_requests()],
            "on_stage": self.on_stage(),
        }

    def open_requests(self) -> list[Line]:
        assert self.room is not None
        return [request for request in self.room["requests"] if request["outcome"] is None]

    def open_request(self, name: str) -> Line | None:
        for request in self.open_requests():
            if request["who"] == name:
                return request
        return None

    def open_invitation(self, name: str) -> Line | None:
        assert self.room is not None
        for invitation in self.room["invitations"]:
            if invitation["who"] == name and invitation["outcome"] is None:
                found: Line = invitation
                return found
        return None

    def on_stage(self) -> list[str]:
        assert self.room is not None
        names = [name for name, person in self.room["people"].items() if person["standing"] == "on_stage"]
        return sorted(names, key=lambda name: self.last_event(name, "stage_joined")["seq"])

    def last_event(self, name: str, kind: str) -> Line:
        """The latest event of this kind about this person; there must be one."""
        assert self.room is not None
        for event in reversed(self.room["events"]):
            if event["who"] == name and event["event"] == kind:
                found: Line = event
                return found
        raise LookupError(f"{kind} of {name}")

    def silent_since(self, name: str) -> int:
        """When somebody on stage was last heard: the last `spoke` since going live, or going live itself."""
        assert self.room is not None
        for event in reversed(self.room["events"]):
            if event["who"] == name and event["event"] in ["spoke", "stage_joined"]:
                heard_ms: int = round(event["at"] * 1000)
                return heard_ms
        raise LookupError(name)

    # ------------------------------------------------------------------ what happens

    def emit(self, at: int, event: str, who: str, by: str, **extra: Any) -> None:
        assert self.room is not None
        events = self.room["events"]
        new = {"seq": len(events) + 1, "at": seconds(at), "event": event, "who": who, "by": by, **extra}
        if self.room["told"]:
            new["told"] = sorted(set(self.notified(new)))
        events.append(new)

    def notified(self, event: Line) -> list[str]:
        """Who gets a notice of what happens now. Reading: of what section 10 does not list, nobody."""
        assert self.room is not None
        people, kind = self.room["people"], event["event"]
        everyone = [name for name, person in people.items() if person["presence"] == "present"]
        staff = [name for name in everyone if people[name]["role"] != "participant"]
        if kind == "request_created":
            return staff
        if kind == "request_closed":
            return [event["who"], *staff]
        if kind in ["invitation_created", "invitation_closed"]:
            makers = [inv["by"] for inv in self.room["invitations"] if inv["id"] == event["invitation"]]
            return [event["who"], *makers]
        if kind in ["setup_started", "stage_removed"]:
            return [event["who"]]
        return everyone if kind == "mode_changed" else []

    def close_request(self, at: int, request: Line, outcome: str, by: str) -> None:
        assert self.room is not None
        request.update(outcome=outcome, resolved_by=by, closed=at)
        self.room["people"][request["who"]]["standing"] = "viewer"
        self.emit(at, "request_closed", request["who"], by, request=request["id"], outcome=outcome)

    def close_invitation(self, at: int, invitation: Line, outcome: str, by: str) -> None:
        """Closes it; who was invited is a viewer, who prepares goes on until the set-up ends or they are live."""
        assert self.room is not None
        invitation["outcome"] = outcome
        person = self.room["people"][invitation["who"]]
        if person["standing"] == "invited":
            person["standing"] = "viewer"
        self.emit(at, "invitation_closed", invitation["who"], by, invitation=invitation["id"], outcome=outcome)

    def cancel_setup(self, at: int, name: str, cause: str, by: str) -> None:
        assert self.room is not None
        self.room["people"][name]["standing"] = "viewer"
        self.emit(at, "setup_cancelled", name, by, cause=cause)

    def create_invitation(self, at: int, name: str, by: str, request: str | None) -> None:
        assert self.room is not None
        invitations = self.room["invitations"]
        origin = "direct" if request is None else "request"
        number, seq = f"i{len(invitations) + 1}", len(self.room["events"]) + 1
        invitations.append({"id": number, "who": name, "by": by, "outcome": None, "made": at, "seq": seq})
        self.emit(at, "invitation_created", name, by, invitation=number, origin=origin, request=request)
        self.room["people"][name]["standing"] = "invited"

    def end_everything_of(self, at: int, name: str, why: str, by: str) -> None:
        """What a leaver, or the end of the session, brings to an end for one person."""
        assert self.room is not None
        person = self.room["people"][name]
        request = self.open_request(name)
        if request is not None:
            self.close_request(at, request, why, by)
        invitation = self.open_invitation(name)
        if invitation is not None:
            self.close_invitation(at, invitation, why, by)
        if person["standing"] == "preparing":
            self.cancel_setup(at, name, why, by)
        if person["standing"] == "on_stage":
            person["standing"] = "viewer"
            self.emit(at, "stage_left", name, by, cause=why)

    def be_gone(self, at: int, name: str, cause: str, by: str) -> None:
        assert self.room is not None
        self.end_everything_of(at, name, "left_room", by)
        self.room["people"][name].update(presence="gone", connections=[])
        self.emit(at, "left_room", name, by, cause=cause)

    # ------------------------------------------------------------------ due times

    def carry_out_due(self, until: int) -> list[Line]:
        room = self.room
        assert room is not None
        first_new = len(room["events"])
        while True:
            waiting = [entry for entry in self.due_times() if entry[0] <= until]
            if not waiting:
                break
            deadline, _, kind, name = min(waiting)
            if kind == "request":
                request = self.open_request(name)
                assert request is not None
                self.close_request(deadline, request, "expired", "system")
            elif kind == "invitation":
                invitation = self.open_invitation(name)
                assert invitation is not None
                self.close_invitation(deadline, invitation, "expired", "system")
            else:
                self.be_gone(deadline, name, "grace_over", "system")
        room["now"] = until
        return [dict(event) for event in room["events"][first_new:]]

    def due_times(self) -> list[tuple[int, int, str, str]]:
        """Everything that has a deadline now: (deadline, the event that created it, kind, person)."""
        room = self.room
        assert room is not None
        settings = room["settings"]
        found = []
        if settings["request_ttl"] is not None:
            found += [
                (request["made"] + settings["request_ttl"], request["seq"], "request", request["who"])
                for request in self.open_requests()
            ]
        if settings["invitation_ttl"] is not None:
            for invitation in room["invitations"]:
                standing = room["people"][invitation["who"]]["standing"]
                if invitation["outcome"] is None and standing == "invited":
                    deadline = invitation["made"] + settings["invitation_ttl"]
                    found.append((deadline, invitation["seq"], "invitation", invitation["who"]))
        for name, person in room["people"].items():
            if person["presence"] == "away":
                lost = self.last_event(name, "disconnected")
                found.append((round(lost["at"] * 1000) + settings["reconnect_grace"], lost["seq"], "grace", name))
        return found

    # ------------------------------------------------------------------ one command

    def check_and_do(self, command: Line) -> None:
        """Checks in the order of the specification; raises Rejected, or changes the room."""
        self.check_session(command)
        self.check_actor(command)
        self.check_rights(command)
        self.check_target(command)
        getattr(self, "do_" + command["do"])(command)

    def check_session(self, command: Line) -> None:
        assert self.room is not None
        session, do = self.room["session"], command["do"]
        taken_before = ["enter_room", "leave_room", "disconnect", "reconnect", "start_session"]
        if session == "before" and do not in taken_before:
            raise Rejected("session_not_live")
        if session == "after" and do not in ["leave_room", "disconnect"]:
            raise Rejected("session_not_live")

    def check_actor(self, command: Line) -> None:
        assert self.room is not None
        do = command["do"]
        if do == "start_session":
            if self.room["session"] == "live":
                raise Rejected("already_live")
            return
        if do == "end_session":
            return
        person = self.room["people"].get(command["by"])
        if do == "enter_room":
            if person is not None:
                self.check_entry(command, person)
            return
        if person is None:
            raise Rejected("unknown_actor")
        if person["presence"] == "gone":
            raise Rejected("actor_not_present")
        if person["presence"] == "away" and do not in ["reconnect", "leave_room"]:
            raise Rejected("actor_not_present")
        if person["presence"] == "present" and do == "reconnect":
            raise Rejected("not_away")
        if do in ["leave_room", "disconnect"] and "connection" in command:
            if command["connection"] not in person["connections"]:
                raise Rejected("unknown_connection")

    def check_entry(self, command: Line, person: Line) -> None:
        """Whether somebody known may come in (again) by this connection."""
        if person["presence"] == "away" and "connection" not in command:
            raise Rejected("already_in_room")
        if command.get("connection", "main") in person["connections"]:
            raise Rejected("already_in_room")

    def check_rights(self, command: Line) -> None:
        assert self.room is not None
        if command["do"] in STAFF_ONLY and self.room["people"][command["by"]]["role"] == "participant":
            raise Rejected("not_staff")
        if command["do"] == "set_mode" and command["client"] == "mobile":
            raise Rejected("not_on_mobile")

    def check_target(self, command: Line) -> None:
        assert self.room is not None
        if "to" not in command:
            return
        people = self.room["people"]
        if command["to"] == command["by"]:
            raise Rejected("own_target")
        if command["to"] not in people or people[command["to"]]["presence"] == "gone":
            raise Rejected("unknown_target")
        if command["do"] in ["remove_from_stage", "change_role"]:
            if people[command["by"]]["role"] == "moderator" and people[command["to"]]["role"] == "host":
                raise Rejected("target_is_host")
        if command["do"] == "change_role" and command["role"] == "host":
            raise Rejected("invalid_role")

    # in and out

    def do_start_session(self, _: Line) -> None:
        assert self.room is not None
        self.room["session"] = "live"
        self.emit(self.room["now"], "session_started", "system", "system")

    def do_end_session(self, _: Line) -> None:
        assert self.room is not None
        now, people = self.room["now"], self.room["people"]
        here = [name for name in people if people[name]["presence"] != "gone"]
        for name in sorted(here, key=lambda name: self.last_event(name, "entered")["seq"]):
            self.end_everything_of(now, name, "session_ended", "system")
        self.room["session"] = "after"
        self.emit(now, "session_ended", "system", "system")

    def do_enter_room(self, command: Line) -> None:
        assert self.room is not None
        name, now, people = command["by"], self.room["now"], self.room["people"]
        presence = people[name]["presence"] if name in people else "gone"
        if presence == "away":
            self.do_reconnect(command)
        elif presence == "present":
            connection = command.get("connection", "main")
            people[name]["connections"] = [*people[name]["connections"], connection]
            self.emit(now, "connected", name, name, connection=connection, client=command["client"])
        else:
            here = {"presence": "present", "connections": [command.get("connection", "main")]}
            people[name] = {"role": command["role"], **here, "standing": "viewer", "via": None}
            self.emit(now, "entered", name, name, role=command["role"], client=command["client"], **carried(command))

    def do_leave_room(self, command: Line) -> None:
        assert self.room is not None
        if not self.keeps_another_connection(command):
            self.be_gone(self.room["now"], command["by"], "explicit", command["by"])

    def do_disconnect(self, command: Line) -> None:
        assert self.room is not None
        name, now = command["by"], self.room["now"]
        if self.keeps_another_connection(command):
            return
        if self.room["settings"]["reconnect_grace"] == 0:
            self.be_gone(now, name, "disconnect", name)
        else:
            self.room["people"][name].update(presence="away", connections=[])
            self.emit(now, "disconnected", name, name)

    def keeps_another_connection(self, command: Line) -> bool:
        """Closes the connection that a command names, if others remain open. Without a name all of them are meant."""
        assert self.room is not None
        name = command["by"]
        person = self.room["people"][name]
        others = [other for other in person["connections"] if other != command.get("connection")]
        if "connection" not in command or not others:
            return False
        person["connections"] = others
        self.emit(self.room["now"], "connection_closed", name, name, connection=command["connection"])
        return True

    def do_reconnect(self, command: Line) -> None:
        assert self.room is not None
        name = command["by"]
        self.room["people"][name].update(presence="present", connections=[command.get("connection", "main")])
        self.emit(self.room["now"], "reconnected", name, name, **carried(command))

    # what a person does for themselves

    def do_ask_to_join(self, command: Line) -> None:
        room = self.room
        assert room is not None
        name, now = command["by"], room["now"]
        person = room["people"][name]
        if person["standing"] == "requested":
            raise Rejected("already_requested")
        if person["standing"] == "invited":
            raise Rejected("already_invited")
        if person["standing"] == "preparing":
            raise Rejected("already_preparing")
        if person["standing"] == "on_stage":
            raise Rejected("already_on_stage")
        if person["role"] != "participant" or room["mode"] == EVERYONE:
            raise Rejected("request_not_needed")
        if room["mode"] == INVITE_ONLY:
            raise Rejected("requests_closed")
        self.check_cooldown(name, now)
        self.check_limit(name, now)
        number = f"r{len(room['requests']) + 1}"
        self.emit(now, "request_created", name, name, request=number)
        seq = len(room["events"])
        room["requests"].append({"id": number, "who": name, "made": now, "outcome": None, "seq": seq})
        person["standing"] = "requested"

    def check_cooldown(self, name: str, now: int) -> None:
        assert self.room is not None
        cooldown = self.room["settings"]["request_cooldown"]
        if cooldown is None:
            return
        for request in self.room["requests"]:
            if request["who"] == name and request["outcome"] == "declined" and now < request["closed"] + cooldown:
                latest = max(
                    other["closed"]
                    for other in self.room["requests"]
                    if other["who"] == name and other["outcome"] == "declined"
                )
                raise Rejected("cooling_down", seconds_left=seconds(latest + cooldown - now))

    def check_limit(self, name: str, now: int) -> None:
        assert self.room is not None
        limit = self.room["settings"]["request_limit"]
        if limit is None:
            return
        recent = [r for r in self.room["requests"] if r["who"] == name and now - r["made"] < limit["window"]]
        if len(recent) >= limit["count"]:
            raise Rejected("too_many_requests")

    def do_cancel_request(self, command: Line) -> None:
        assert self.room is not None
        request = self.open_request(command["by"])
        if request is None:
            raise Rejected("no_open_request")
        self.close_request(self.room["now"], request, "cancelled", command["by"])

    def do_join_stage(self, command: Line) -> None:
        room = self.room
        assert room is not None
        person = room["people"][command["by"]]
        if person["standing"] == "preparing":
            raise Rejected("already_preparing")
        if person["standing"] == "on_stage":
            raise Rejected("already_on_stage")
        if person["standing"] == "requested":
            raise Rejected("approval_pending")
        if person["standing"] == "viewer" and person["role"] == "participant":
            if room["mode"] == BY_REQUEST:
                raise Rejected("approval_needed")
            if room["mode"] == INVITE_ONLY:
                raise Rejected("invitation_needed")
        person["via"] = "invitation" if person["standing"] == "invited" else "self"
        person["standing"] = "preparing"
        self.emit(room["now"], "setup_started", command["by"], command["by"], via=person["via"])

    def do_go_live(self, command: Line) -> None:
        room = self.room
        assert room is not None
        name, now, settings = command["by"], room["now"], room["settings"]
        person = room["people"][name]
        if person["standing"] == "on_stage":
            raise Rejected("already_on_stage")
        if person["standing"] != "preparing":
            raise Rejected("not_preparing")
        leaving = None
        if settings["stage_capacity"] is not None and len(self.on_stage()) >= settings["stage_capacity"]:
            when_full = settings["when_full"]
            if when_full is None:
                when_full = "replace_quietest" if room["mode"] == EVERYONE else "reject"
            leaving = self.quietest() if when_full == "replace_quietest" else None
            if leaving is None:
                raise Rejected("stage_full")
        if person["via"] == "invitation":
            invitation = self.open_invitation(name)
            assert invitation is not None
            self.close_invitation(now, invitation, "accepted", name)
        if leaving is not None:
            room["people"][leaving]["standing"] = "viewer"
            self.emit(now, "stage_removed", leaving, name, cause="capacity")
        person["standing"] = "on_stage"
        self.emit(now, "stage_joined", name, name, via=person["via"])

    def quietest(self) -> str | None:
        """The participant on stage who has been silent longest; ties: earlier on stage, then smaller id."""
        assert self.room is not None
        names = [name for name in self.on_stage() if self.room["people"][name]["role"] == "participant"]
        if not names:
            return None
        return min(names, key=lambda n: (self.silent_since(n), self.last_event(n, "stage_joined")["at"], n))

    def do_cancel_join(self, command: Line) -> None:
        room = self.room
        assert room is not None
        name, now = command["by"], room["now"]
        person = room["people"][name]
        if person["standing"] == "on_stage":
            raise Rejected("already_on_stage")
        if person["standing"] != "preparing":
            raise Rejected("not_preparing")
        self.cancel_setup(now, name, "backed_out", name)
        if person["via"] == "invitation":
            invitation = self.open_invitation(name)
            assert invitation is not None
            person["standing"] = "invited"
            lifetime = room["settings"]["invitation_ttl"]
            if lifetime is not None and invitation["made"] + lifetime <= now:
                self.close_invitation(now, invitation, "expired", "system")

    def do_decline_invitation(self, command: Line) -> None:
        self.end_invitation(command["by"], "declined", command["by"])

    def end_invitation(self, name: str, how: str, by: str) -> None:
        """An invitation is declined or revoked, and with it the set-up that answers it."""
        assert self.room is not None
        invitation = self.open_invitation(name)
        if invitation is None:
            raise Rejected("no_open_invitation")
        self.close_invitation(self.room["now"], invitation, how, by)
        if self.room["people"][name]["standing"] == "preparing":
            self.cancel_setup(self.room["now"], name, how, by)

    def do_leave_stage(self, command: Line) -> None:
        assert self.room is not None
        person = self.room["people"][command["by"]]
        if person["standing"] != "on_stage":
            raise Rejected("not_on_stage")
        person["standing"] = "viewer"
        self.emit(self.room["now"], "stage_left", command["by"], command["by"], cause="left")

    def do_speak(self, command: Line) -> None:
        assert self.room is not None
        if self.room["people"][command["by"]]["standing"] != "on_stage":
            raise Rejected("not_on_stage")
        self.emit(self.room["now"], "spoke", command["by"], command["by"])

    # what staff do to others

    def request_meant(self, command: Line) -> Line:
        """The open request that `bring_to_stage` or `decline_request` means."""
        assert self.room is not None
        if "request" in command:
            for request in self.room["requests"]:
                if request["id"] == command["request"] and request["who"] == command["to"]:
                    if request["outcome"] is not None:
                        how = {"outcome": request["outcome"], "resolved_by": request["resolved_by"]}
                        raise Rejected("request_already_resolved", **how)
                    found: Line = request
                    return found
            raise Rejected("no_open_request")
        open_request = self.open_request(command["to"])
        if open_request is None:
            raise Rejected("no_open_request")
        return open_request

    def do_bring_to_stage(self, command: Line) -> None:
        assert self.room is not None
        request = self.request_meant(command)
        self.close_request(self.room["now"], request, "approved", command["by"])
        self.create_invitation(self.room["now"], command["to"], command["by"], request["id"])

    def do_decline_request(self, command: Line) -> None:
        assert self.room is not None
        self.close_request(self.room["now"], self.request_meant(command), "declined", command["by"])

    def do_invite(self, command: Line) -> None:
        assert self.room is not None
        standing = self.room["people"][command["to"]]["standing"]
        if standing in ["invited", "preparing", "on_stage"]:
            raise Rejected("already_" + standing)
        request = self.open_request(command["to"])
        if request is not None:
            self.close_request(self.room["now"], request, "approved", command["by"])
        number = None if request is None else request["id"]
        self.create_invitation(self.room["now"], command["to"], command["by"], number)

    def do_revoke_invitation(self, command: Line) -> None:
        self.end_invitation(command["to"], "revoked", command["by"])

    def do_remove_from_stage(self, command: Line) -> None:
        assert self.room is not None
        person = self.room["people"][command["to"]]
        if person["standing"] != "on_stage":
            raise Rejected("not_on_stage")
        person["standing"] = "viewer"
        self.emit(self.room["now"], "stage_removed", command["to"], command["by"], cause="moderator")

    def do_clear_requests(self, command: Line) -> None:
        assert self.room is not None
        for request in self.open_requests():
            self.close_request(self.room["now"], request, "cleared", command["by"])

    def do_set_mode(self, command: Line) -> None:
        room = self.room
        assert room is not None
        by, now, previous, mode = command["by"], room["now"], room["mode"], command["mode"]
        if mode == previous:
            return
        room["mode"] = mode
        self.emit(now, "mode_changed", by, by, mode=mode, previous=previous)
        if previous == BY_REQUEST:
            for request in self.open_requests():
                self.close_request(now, request, "superseded" if mode == EVERYONE else "mode_changed", by)
        if previous == EVERYONE:
            names = [
                name
                for name, person in room["people"].items()
                if person["standing"] == "preparing" and person["via"] == "self" and person["role"] == "participant"
            ]
            for name in sorted(names, key=lambda name: self.last_event(name, "setup_started")["seq"]):
                self.cancel_setup(now, name, "mode_changed", by)
        # Reading of M5: staff stay, as with set-ups (M4), since no mode keeps them off; order of going live.
        if (previous, mode) in self.stays_at_mode_change:
            for name in self.on_stage():
                if room["people"][name]["role"] == "participant":
                    room["people"][name]["standing"] = "viewer"
                    self.emit(now, "stage_left", name, by, cause=self.stays_at_mode_change[previous, mode])

    def do_change_role(self, command: Line) -> None:
        room = self.room
        assert room is not None
        name, by, now, role = command["to"], command["by"], room["now"], command["role"]
        person = room["people"][name]
        if person["role"] == role:
            return
        person["role"] = role
        self.emit(now, "role_changed", name, by, role=role)
        request = self.open_request(name)
        if request is not None and role != "participant":
            self.close_request(now, request, "superseded", by)
        if role == "participant" and person["standing"] == "preparing":
            if person["via"] == "self" and room["mode"] != EVERYONE:
                self.cancel_setup(now, name, "role_changed", by)

    # ------------------------------------------------------------------ what is offered

    def actions(self, name: str, client: str) -> list[Line]:
        """Every action that would be accepted now and would emit an event: each is simply tried on a copy."""
        room = self.room
        assert room is not None
        offers: list[Line] = []
        for do, (needed, _) in TAKES.items():
            if do in NEVER_OFFERED:
                continue
            for to in list(room["people"]) if "to" in needed else [None]:
                for mode in MODES if "mode" in needed else [None]:
                    for role in ROLES if "role" in needed else [None]:
                        offer = {"do": do, "to": to, "mode": mode, "role": role}
                        given = {key: value for key, value in offer.items() if value is not None}
                        if self.would_emit({**given, "by": name, "client": client}):
                            offers.append(given)
        return sorted(offers, key=lambda o: [o.get(key, "") for key in ["do", "to", "mode", "role"]])

    def would_emit(self, command: Line) -> bool:
        twin = self.copy()
        assert twin.room is not None
        try:
            twin.carry_out_due(twin.room["now"])
            before = len(twin.room["events"])
            twin.check_and_do(command)
            return len(twin.room["events"]) > before
        except Rejected:
            return False

    def copy(self) -> "Reference":
        """Another one, in whose room the same is so."""
        assert self.room is not None
        twin = Reference(self.stays_at_mode_change)
        twin.room = {
            **self.room,
            "people": {name: dict(person) for name, person in self.room["people"].items()},
            "requests": [dict(request) for request in self.room["requests"]],
            "invitations": [dict(invitation) for invitation in self.room["invitations"]],
            "events": list(self.room["events"]),
            "answers": dict(self.room["answers"]),
        }
        return twin


def serve() -> None:
    """The line protocol on standard input and output, so that the reference can stand in for the engine."""
    reference = Reference()
    for raw in sys.stdin.buffer:
        try:
            answer = reference.handle(json.loads(raw, parse_float=Decimal))
        except ValueError:
            answer = {"error": "the line is no JSON", "field": None}
        if answer.get("field"):
            answer = {"error": f"`{answer['field']}`: {answer['error']}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve()
