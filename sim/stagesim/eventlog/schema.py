"""What a log may say: the kinds of events, their fields, and the words in them.

The tables are the format. A kind or a word is appended, never moved or taken away, because its place is its code in
memory and in every written file; a change of meaning needs a new `SCHEMA_VERSION`.
"""

from typing import Final, Literal, NamedTuple

SCHEMA_VERSION: Final = "stagesim.events/1"
"""The format of log files that this version writes and reads."""

SYSTEM: Final = "system"
"""Who causes what nobody does; the first name of every log."""

NUMBERED: Final = {"request": "r", "invitation": "i", "wish": ""}
"""Fields that hold a number, with the letter before it: `r12`, `i3`, and a bare number for a wish."""


class Kind(NamedTuple):
    """One kind of event: its name, the fields that only this kind has, where it comes from, and what it says."""

    name: str
    fields: tuple[str, ...]
    source: Literal["engine", "agents"]
    definition: str


KINDS: Final = (
    Kind("session_started", (), "engine", "The session has begun."),
    Kind("session_ended", (), "engine", "The session is over; everything open was closed before."),
    Kind("entered", ("role", "client"), "engine", "A person came into the room, as a viewer."),
    Kind("left_room", ("cause",), "engine", "A person is gone."),
    Kind("disconnected", (), "engine", "A person lost the connection and is away, inside the grace time."),
    Kind("reconnected", (), "engine", "A person who was away is back, with everything as it was."),
    Kind("role_changed", ("role",), "engine", "A person has a new role."),
    Kind("mode_changed", ("mode", "previous"), "engine", "The room has a new mode."),
    Kind("request_created", ("request",), "engine", "A participant asked to join the stage."),
    Kind("request_closed", ("request", "outcome"), "engine", "A request ended, with its one outcome."),
    Kind("invitation_created", ("invitation", "origin", "request"), "engine", "A person was offered a place on stage."),
    Kind("invitation_closed", ("invitation", "outcome"), "engine", "An invitation ended, with its one outcome."),
    Kind("setup_started", ("via",), "engine", "A person began to set up devices."),
    Kind("setup_cancelled", ("cause",), "engine", "A set-up ended off the stage."),
    Kind("stage_joined", ("via",), "engine", "A person went live on stage."),
    Kind("stage_left", ("cause",), "engine", "A person is off the stage, unasked."),
    Kind("stage_removed", ("cause",), "engine", "A person was taken off the stage."),
    Kind("spoke", (), "engine", "A person on stage has just spoken."),
    Kind(
        "rejected",
        ("action", "reason"),
        "agents",
        "A command was rejected: `by` tried it; `who` is its target, or else the actor.",
    ),
    Kind("wish_arose", ("wish",), "agents", "A person wishes to speak on stage."),
    Kind("wish_satisfied", ("wish",), "agents", "The person of a wish went live on stage."),
    Kind("wish_given_up", ("wish", "cause"), "agents", "The person of a wish no longer wants it."),
    Kind("wish_refused", ("wish", "cause"), "agents", "A wish was turned down, and the person does not try again."),
    Kind(
        "review_started",
        ("request",),
        "agents",
        "A moderator (`by`) turned to the wish of a person (`who`); no request where there is no button for it.",
    ),
    Kind("review_ended", ("request",), "agents", "The moderator is done with that person."),
    Kind("attention_lost", ("cause",), "agents", "A moderator turned away from the room."),
    Kind("attention_back", (), "agents", "A moderator attends to the room again."),
    Kind("disruption_started", (), "agents", "A person on stage disturbs, until leaving the stage."),
)
"""Every kind of event there is; the place in the table is the code."""

WORDS: Final = (
    # no word
    "",
    # roles, clients, modes, vias, origins
    *("participant", "moderator", "host", "desktop", "mobile"),
    *("everyone_on_stage", "join_by_request", "invite_only", "self", "invitation", "request", "direct"),
    # outcomes
    *("approved", "accepted", "declined", "cancelled", "revoked", "cleared", "expired", "superseded"),
    *("mode_changed", "left_room", "session_ended"),
    # causes that are no outcomes
    *("backed_out", "role_changed", "left", "capacity", "explicit", "grace_over", "disconnect"),
    *("patience", "balked", "not_accepted", "ignored", "setup_failed", "full_stage", "removed", "rejected"),
    *("presenting", "called_away", "resting", "between_looks"),
    # actions
    *("enter_room", "leave_room", "reconnect", "ask_to_join", "cancel_request", "join_stage", "go_live"),
    *("cancel_join", "decline_invitation", "leave_stage", "bring_to_stage", "decline_request", "invite"),
    *("revoke_invitation", "remove_from_stage", "clear_requests", "set_mode", "change_role", "speak"),
    *("start_session", "end_session"),
    # reasons of a rejection
    *("session_not_live", "already_live", "unknown_actor", "actor_not_present", "already_in_room", "not_away"),
    *("not_staff", "not_on_mobile", "own_target", "unknown_target", "target_is_host", "invalid_role"),
    *("request_already_resolved", "request_not_needed", "requests_closed", "already_requested", "already_invited"),
    *("already_preparing", "already_on_stage", "approval_needed", "approval_pending", "invitation_needed"),
    *("no_open_request", "no_open_invitation", "not_preparing", "not_on_stage", "cooling_down"),
    *("too_many_requests", "stage_full"),
)
"""Every word that a field may hold; the place in the table is the code."""

WORD_CODE: Final = {word: code for code, word in enumerate(WORDS)}
"""Word -> code."""


class Layout(NamedTuple):
    """Where the fields of one kind are kept: each of the three places holds the field named here, or nothing.

    `item` is the first numbered field, `detail` the first word, `extra` what is left (a word, or a second number).
    """

    code: int
    width: int
    item: str | None
    detail: str | None
    extra: str | None
    extra_is_number: bool


def _layout(code: int, kind: Kind) -> Layout:
    numbers = [field for field in kind.fields if field in NUMBERED]
    words = [field for field in kind.fields if field not in NUMBERED]
    item = numbers.pop(0) if numbers else None
    detail = words.pop(0) if words else None
    rest = numbers + words
    if len(rest) > 1:
        raise ValueError(f"event kind `{kind.name}` has more fields than a log has places")
    return Layout(code, len(kind.fields), item, detail, rest[0] if rest else None, bool(numbers))


LAYOUTS: Final = {kind.name: _layout(code, kind) for code, kind in enumerate(KINDS)}
"""Kind -> where its fields are kept."""

KIND_CODE: Final = {kind.name: code for code, kind in enumerate(KINDS)}
"""Kind -> code."""


def markdown() -> str:
    """The kinds of events as a table, for the documentation."""
    rows = ["| event | fields | written by | says |", "| --- | --- | --- | --- |"]
    for kind in KINDS:
        fields = ", ".join(f"`{field}`" for field in kind.fields) or "–"
        rows.append(f"| `{kind.name}` | {fields} | {kind.source} | {kind.definition} |")
    return "\n".join(rows) + "\n"
