"""Which rule an answer or an event rests on: ids of the rules, cells of their tables, and the order of checks.

A cell is named as in the `rules:` of a scenario file, so that a name found here can be put there.
"""

from collections.abc import Mapping
from typing import Any, Final

from stageaccess import RULES, Action, Command, Decision, Event, Room
from stageaccess.cells import OTHERS_ACTIONS, OWN_ACTIONS
from stagesim.eventlog.schema import KINDS, ending_of

CHECKS: Final[Mapping[str, str]] = {
    "session_not_live": "check 1",
    "unknown_actor": "check 2",
    "actor_not_present": "check 2",
    "already_in_room": "check 2",
    "not_away": "check 2",
    "unknown_connection": "T10",
    "already_live": "check 2",
    "not_staff": "check 3",
    "not_on_mobile": "check 4",
    "own_target": "S6",
    "unknown_target": "check 5",
    "target_is_host": "S5",
    "invalid_role": "S5",
    "request_already_resolved": "S2",
    "cooling_down": "T3",
    "too_many_requests": "T4",
    "stage_full": "C1",
}
"""Reasons that no cell gives: the rule, or the check in the order of checks, that does."""

SETTINGS: Final[Mapping[str, str]] = {
    "T1": "room.request_ttl",
    "T2": "room.invitation_ttl",
    "T3": "room.request_cooldown",
    "T4": "room.request_limit",
    "T5": "room.reconnect_grace",
}
"""Rules of times and limits, which a key of the scenario sets; what a full stage does says the answer itself."""


def with_setting(rule: str) -> str:
    """A rule as people read it: with the key that sets it, if one does, such as ``T2, `room.invitation_ttl` ``."""
    return f"{rule}, `{SETTINGS[rule]}`" if rule in SETTINGS else rule


def _rules_of_actions() -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in KINDS:
        for each in (kind.ending(""), *kind.endings):
            if each.answers and each.rule:
                found.setdefault(each.answers, each.rule)
    return found


ACTIONS: Final[Mapping[str, str]] = _rules_of_actions()
"""Actions, each with the rule of an event that answers it: it says what the action does where no cell does."""


def rule_of_event(kind: str, fields: Mapping[str, Any]) -> str | None:
    """The rule that an event of a log follows; None for what agents do by themselves."""
    if kind == "rejected":
        found = CHECKS.get(str(fields["reason"]))
        return found or f"row `{fields['action']}`"
    return ending_of(kind, fields).rule


def rule_of_change(room: Room, command: Command | None, before: Decision, now: Decision) -> str:
    """The rule by which two answers to one command differ, given the room just before the command."""
    if before.due != now.due or command is None:
        return _of_events(before.due, now.due)
    for answer in (before, now):
        if answer.reason in CHECKS:
            return CHECKS[str(answer.reason)]
    cell = cell_of(room, command)
    if cell is None:
        return _of_events(before.events, now.events) or ACTIONS[command.do]
    if before.accepted and now.accepted and _expires(before) != _expires(now):
        return _of_events(before.events, now.events)
    replaced = [event for answer in (before, now) for event in answer.events if event.extra.get("cause") == "capacity"]
    return "C2" if replaced and before.accepted and now.accepted else cell


def _expires(answer: Decision) -> bool:
    """Whether something ends with the answer because its time is over: an invitation that a set-up has kept open."""
    return any(event.extra.get("outcome") == "expired" for event in answer.events)


def cell_of(room: Room, command: Command) -> str | None:
    """The cell that a command meets, such as ``cell `bring_to_stage.requested` ``; None without."""
    do = command.do
    name = command.to if do in OTHERS_ACTIONS else command.by
    person = room.people.get(name or "")
    if person is None or do not in (*OWN_ACTIONS, *OTHERS_ACTIONS):
        return None
    if do in OTHERS_ACTIONS:
        return f"cell `{do}.{person.position}`"
    if person.role.is_staff and (Action(do), person.position) in RULES.staff:
        return f"cell `staff.{do}.{person.position}`"
    return f"cell `{do}.{room.mode}.{person.position}`"


def _of_events(before: tuple[Event, ...], now: tuple[Event, ...]) -> str:
    """The rule of the first event that one of two answers has and the other has not."""
    longest = max(len(before), len(now))
    for at in range(longest):
        mine, yours = before[at : at + 1], now[at : at + 1]
        if [plain(event) for event in mine] != [plain(event) for event in yours]:
            event = (mine or yours)[0]
            return rule_of_event(event.event, event.extra) or ""
    return ""


def plain(event: Event) -> tuple[int, str, str, str, dict[str, str | None]]:
    """An event without its number, which only counts what came before."""
    return event.at_ms, event.event, event.who, event.by, dict(event.extra)
