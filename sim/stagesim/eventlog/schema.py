"""What a log may say: the one table of the kinds of events. Whoever wants to know something of a kind reads it here.

The table is the format. A kind is appended, never moved or taken away, because its place is its code in memory and in
every written file, and so are the words of its fields; a change of meaning needs a new `SCHEMA_VERSION`.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

SCHEMA_VERSION: Final = "stagesim.events/2"
"""The format of log files that this version writes and reads."""

SYSTEM: Final = "system"
"""Who causes what nobody does; the first name of every log."""

NUMBERED: Final = {"request": "r", "invitation": "i", "wish": "", "places": ""}
"""Fields that hold a number, with the letter before it: `r12`, `i3`, and a bare number for a wish, or of places."""

TIMED: Final = ("wanted_ms", "had_ms")
"""Fields that hold a time in whole milliseconds; 0 is one, too."""

LONGEST_MS: Final = 2**31 - 1
"""The longest time that a log can hold, which is 24 days; a longer one is kept as this."""

NAMED: Final = ("connection",)
"""Fields that hold any name; a log keeps its place among the log's names."""


class EndingWord(NamedTuple):
    """One word that an event may say of how or why. `answers` is the action that it follows from, `rule` the rule that
    says so; None where a variant of the rules may say it and the rules as they are built in do not. `story` is what a
    story says of it, as in a `Kind`.
    """

    word: str
    answers: str | None = None
    rule: str | None = None
    story: str = ""


class Kind(NamedTuple):
    """One kind of event: its name, the fields that only this kind has, where it comes from, and what it says.

    `endings` are all words that its outcome or cause may be under any rules. `standing_after` is how its person stands
    after it, empty for somebody who is gone, None where it changes nothing; who backs out of a set-up while invited is
    invited still. `answers` and `rule` are as in an `EndingWord`, for an event whose word says nothing else. `optional`
    fields are there only where the event carries them. A kind that `explains` says what only the agents know of what
    holds people up; it is only in logs that are asked for it.
    """

    name: str
    fields: tuple[str, ...]
    source: Literal["engine", "agents"]
    definition: str
    standing_after: str | None = None
    answers: str | None = None
    rule: str | None = None
    endings: tuple[EndingWord, ...] = ()
    optional: tuple[str, ...] = ()
    story: str = ""
    explains: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the endings."""
        return tuple(ending.word for ending in self.endings)

    def ending(self, word: str) -> EndingWord:
        """What is known of an event of this kind that says a word; what its word does not say, its kind says."""
        found = next((ending for ending in self.endings if ending.word == word), EndingWord(word))
        return found._replace(answers=found.answers or self.answers, rule=found.rule or self.rule)


VARIANT: Final = "the closings of a variant"
"""The rule of what only a variant of the rules says."""


def _endings(*words: str) -> tuple[EndingWord, ...]:
    """Words of which no more is known."""
    return tuple(map(EndingWord, words))


def _told(**stories: str) -> tuple[EndingWord, ...]:
    """Words of what only the agents know, each with what a story says of it."""
    return tuple(EndingWord(word, story=story) for word, story in stories.items())


REQUEST_ENDINGS: Final = (
    EndingWord("approved", "bring_to_stage", "row `bring_to_stage`, or S1", "{by} says yes to the request"),
    EndingWord("declined", "decline_request", "row `decline_request`", "{by} declines the request"),
    EndingWord("cancelled", "cancel_request", "row `cancel_request`", "Takes the request back"),
    EndingWord("cleared", "clear_requests", "S3", "{by} clears the list; the request is gone, without an answer"),
    EndingWord("expired", None, "T1", "The request expires, since nobody has answered it in time"),
    EndingWord("superseded", None, "M2 or T8", "The request is closed: none is needed any more"),
    EndingWord("mode_changed", None, "M2", "The new mode closes the request, without an answer"),
    EndingWord("left_room", None, "T6", "The request ends, since they are out of the room"),
    EndingWord("session_ended", None, "T9", "The session ends before anybody has answered the request"),
    *_endings("accepted", "revoked"),
)

INVITATION_ENDINGS: Final = (
    EndingWord("accepted", "go_live", "row `go_live`", "Takes the place"),
    EndingWord("declined", "decline_invitation", "row `decline_invitation`", "Turns the offer down"),
    EndingWord("revoked", "revoke_invitation", "row `revoke_invitation`", "{by} takes the offer back"),
    EndingWord("expired", None, "T2", "The offer expires, since it was not answered in time"),
    EndingWord("left_room", None, "T6", "The offer ends, since they are out of the room"),
    EndingWord("session_ended", None, "T9", "The session ends before they are on stage"),
    *_endings("approved", "cancelled", "cleared", "superseded", "mode_changed"),
)

SETUP_ENDINGS: Final = (
    EndingWord("backed_out", "cancel_join", "row `cancel_join`", "Breaks off the set-up"),
    EndingWord("declined", None, "row `decline_invitation`", "The set-up ends with it"),
    EndingWord("revoked", None, "row `revoke_invitation`", "The set-up ends with it"),
    EndingWord("mode_changed", None, "M4", "The new mode ends the set-up"),
    EndingWord("role_changed", None, "T8", "The new role ends the set-up"),
    EndingWord("left_room", None, "T6", "The set-up ends, since they are out of the room"),
    EndingWord("session_ended", None, "T9", "The session ends before the set-up is done"),
    *_endings("left", "moderator", "capacity", "explicit", "grace_over", "disconnect"),
)

STAY_ENDINGS: Final = (
    EndingWord("left", "leave_stage", "row `leave_stage`", "Leaves the stage"),
    EndingWord("left_room", None, "T6", "Is off the stage, since they are out of the room"),
    EndingWord("session_ended", None, "T9", "Is on stage until the session ends"),
    EndingWord("mode_changed", None, "M5", "The new mode takes them off the stage"),
    *_endings("backed_out", "declined", "revoked", "role_changed", "explicit", "grace_over", "disconnect"),
)

REMOVAL_ENDINGS: Final = (
    EndingWord("moderator", "remove_from_stage", "row `remove_from_stage`", "{by} takes them off the stage"),
    EndingWord("capacity", "go_live", "C2", "Is pushed off the full stage: {by} gets the place"),
)

ROOM_ENDINGS: Final = (
    EndingWord("explicit", "leave_room", "T6", "Leaves the room"),
    EndingWord("grace_over", None, "T5", "Is out of the room: the connection did not come back in time"),
    EndingWord("disconnect", "disconnect", "T5", "Is out of the room: the connection is lost"),
)

CUT_ENDINGS: Final = ("capacity", "staff", "lost_connection", "session_ended", "mode_changed")
"""What ends a stay for a wish that is not its person's own doing, under any rules."""

KINDS: Final = (
    Kind(
        "session_started",
        (),
        "engine",
        "The session has begun.",
        answers="start_session",
        rule="check 1",
        story="The session begins",
    ),
    Kind(
        "session_ended",
        (),
        "engine",
        "The session is over; everything open was closed before.",
        answers="end_session",
        rule="T9",
        story="The session is over",
    ),
    Kind(
        "entered",
        ("role", "client"),
        "engine",
        "A person came into the room, as a viewer.",
        standing_after="viewer",
        answers="enter_room",
        rule="T6",
        optional=("connection",),
        story="Comes into the room as {role}, on {client}",
    ),
    Kind(
        "left_room",
        ("cause",),
        "engine",
        "A person is gone.",
        standing_after="",
        endings=ROOM_ENDINGS,
        story="Is out of the room",
    ),
    Kind(
        "disconnected",
        (),
        "engine",
        "A person lost the connection and is away, inside the grace time.",
        answers="disconnect",
        rule="T5",
        story="Loses the connection",
    ),
    Kind(
        "reconnected",
        (),
        "engine",
        "A person who was away is back, with everything as it was.",
        answers="reconnect",
        rule="T5",
        optional=("connection",),
        story="Is back, with everything as it was",
    ),
    Kind(
        "role_changed",
        ("role",),
        "engine",
        "A person has a new role.",
        answers="change_role",
        rule="T8",
        story="{by} makes them {role}",
    ),
    Kind(
        "mode_changed",
        ("mode", "previous"),
        "engine",
        "The room has a new mode.",
        answers="set_mode",
        rule="M2",
        story="The mode is now {mode}",
    ),
    Kind(
        "request_created",
        ("request",),
        "engine",
        "A participant asked to join the stage.",
        standing_after="requested",
        answers="ask_to_join",
        rule="row `ask_to_join`",
        story="Is in the list of requests",
    ),
    Kind(
        "request_closed",
        ("request", "outcome"),
        "engine",
        "A request ended, with its one outcome.",
        standing_after="viewer",
        rule=VARIANT,
        endings=REQUEST_ENDINGS,
        story="The request is closed",
    ),
    Kind(
        "invitation_created",
        ("invitation", "origin", "request"),
        "engine",
        "A person was offered a place on stage.",
        standing_after="invited",
        answers="invite",
        rule="row `bring_to_stage`, or S1",
        story="{by} offers a place on stage",
    ),
    Kind(
        "invitation_closed",
        ("invitation", "outcome"),
        "engine",
        "An invitation ended, with its one outcome.",
        standing_after="viewer",
        rule=VARIANT,
        endings=INVITATION_ENDINGS,
        story="The offer is closed",
    ),
    Kind(
        "setup_started",
        ("via",),
        "engine",
        "A person began to set up devices.",
        standing_after="preparing",
        answers="join_stage",
        rule="row `join_stage`",
        story="Sets up camera and microphone",
    ),
    Kind(
        "setup_cancelled",
        ("cause",),
        "engine",
        "A set-up ended off the stage.",
        standing_after="viewer",
        rule=VARIANT,
        endings=SETUP_ENDINGS,
        story="The set-up ends",
    ),
    Kind(
        "stage_joined",
        ("via",),
        "engine",
        "A person went live on stage.",
        standing_after="on_stage",
        answers="go_live",
        rule="row `go_live`",
        story="Is on stage now",
    ),
    Kind(
        "stage_left",
        ("cause",),
        "engine",
        "A person is off the stage, unasked.",
        standing_after="viewer",
        rule=VARIANT,
        endings=STAY_ENDINGS,
        story="Is off the stage",
    ),
    Kind(
        "stage_removed",
        ("cause",),
        "engine",
        "A person was taken off the stage.",
        standing_after="viewer",
        endings=REMOVAL_ENDINGS,
        story="Is taken off the stage",
    ),
    Kind("spoke", (), "engine", "A person on stage has just spoken.", answers="speak", rule="S8"),
    Kind(
        "rejected",
        ("action", "reason"),
        "agents",
        "A command was rejected: `by` tried it; `who` is its target, or else the actor.",
    ),
    Kind(
        "wish_arose",
        ("wish", "wanted_ms"),
        "agents",
        "A person wishes to speak on stage, for so long; staying on for longer than planned is no part of it.",
    ),
    Kind("wish_satisfied", ("wish",), "agents", "The person of a wish went live on stage."),
    Kind(
        "wish_given_up",
        ("wish", "cause"),
        "agents",
        "The person of a wish no longer wants it.",
        endings=_told(
            patience="Gives up: out of patience",
            balked="Gives up at once: the list is too long",
            not_accepted="The wish is over: they do not want the place any more",
            ignored="Does not answer the offer: the wish is over",
            setup_failed="Gives up: the set-up has failed",
            full_stage="Gives up: the stage was full",
            left_room="Is out of the room: the wish is over",
        ),
    ),
    Kind(
        "wish_refused",
        ("wish", "cause"),
        "agents",
        "A wish was turned down, and the person does not try again.",
        endings=_told(
            rejected="Gives up: the room refused it",
            declined="Does not try again: the wish is over",
            full_stage="Gives up: the stage was full",
        ),
    ),
    Kind(
        "review_started",
        ("request",),
        "agents",
        "A moderator (`by`) turned to the wish of a person (`who`); no request where there is no button for it.",
    ),
    Kind("review_ended", ("request",), "agents", "The moderator is done with that person."),
    Kind(
        "attention_lost",
        ("cause",),
        "agents",
        "A moderator turned away from the room.",
        endings=_told(
            presenting="Presents, and does not look at the list",
            called_away="Is called away",
            resting="Takes a rest",
            between_looks="Turns away until the next look",
            reading_chat="Reads the chat",
        ),
    ),
    Kind(
        "attention_back",
        (),
        "agents",
        "A moderator attends to the room again.",
        story="Attends to the room again",
    ),
    Kind(
        "disruption_started",
        (),
        "agents",
        "A person on stage disturbs, until leaving the stage.",
        story="Begins to disturb the stage",
    ),
    Kind(
        "connected",
        ("connection", "client"),
        "engine",
        "A person who is in the room already opened another connection.",
        answers="enter_room",
        rule="T10",
        story="Is in the room by a second connection",
    ),
    Kind(
        "connection_closed",
        ("connection",),
        "engine",
        "A person closed or lost one of several connections, and is still in the room.",
        rule="T10",
        story="Has one connection fewer, and is still there",
    ),
    Kind(
        "wish_ended",
        ("wish", "cause", "had_ms"),
        "agents",
        "A wish that had reached the stage is over: what ended its last stay, and the time on stage with a connection "
        "that it had in all its stays.",
        endings=_endings("left", "left_room", *CUT_ENDINGS),
    ),
    Kind(
        "list_held",
        ("places",),
        "agents",
        "A free moderator turns to nobody on the list, since so many are on stage, on their way there or under review.",
        story="Turns to nobody: as many as they let in ({places}) are on stage, on their way there or under review",
        explains=True,
    ),
    Kind(
        "wish_hidden",
        (),
        "agents",
        "There is no button for a person's wish: it waits to be noticed.",
        story="Has no button for it: it waits until staff notice it",
        explains=True,
    ),
    Kind(
        "wish_noticed",
        (),
        "agents",
        "A wish without a button was noticed: its person is on the list.",
        story="The wish is noticed, and waits for staff",
        explains=True,
    ),
    Kind(
        "wish_unsuitable",
        ("wish",),
        "agents",
        "The wish that has just arisen is one that the organiser would not want on stage; all others are suitable.",
        story="It is a wish that the organiser would not want on stage",
    ),
    Kind(
        "wish_not_tried",
        ("wish", "cause"),
        "agents",
        "A wish on which its person never acted is over: no button was clicked, and no hand was up.",
        endings=_told(
            patience="Lets the wish go without having tried: out of patience",
            left_room="Is out of the room without having tried",
            session_ended="The session is over, and nothing was tried for the wish",
        ),
    ),
    Kind(
        "wish_held_back",
        (),
        "agents",
        "A person does nothing about a wish: it is not strong enough for the room's mode.",
        story="Does nothing about it: the wish is not strong enough for this mode",
        explains=True,
    ),
    Kind("removal_started", (), "agents", "A moderator (`by`) sets about taking a person (`who`) off the stage."),
    Kind("removal_ended", (), "agents", "The moderator is done with that, or has laid it down."),
    Kind(
        "watch_started",
        (),
        "agents",
        "A moderator who has nothing else to do watches the stage.",
        story="Watches the stage",
    ),
    Kind("watch_ended", (), "agents", "The moderator watches no more."),
    Kind(
        "setup_failed",
        (),
        "agents",
        "Camera or microphone of a person who sets up do not work.",
        story="Camera or microphone do not work",
        explains=True,
    ),
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
    *("too_many_requests", "stage_full", "unknown_connection"),
    # what ends a wish on stage
    *("staff", "lost_connection"),
    # what else moderators do
    *("reading_chat",),
)
"""Every word that a field may hold; the place in the table is the code."""

WORD_CODE: Final = {word: code for code, word in enumerate(WORDS)}
"""Word -> code."""

KIND_CODE: Final = {kind.name: code for code, kind in enumerate(KINDS)}
"""Kind -> code."""

KIND: Final = {kind.name: kind for kind in KINDS}
"""Every kind by its name."""


def ending_of(kind: str, fields: Mapping[str, Any]) -> EndingWord:
    """What is known of an event with these fields: the action that it answers, and the rule that it follows."""
    return KIND[kind].ending(str(fields.get("outcome") or fields.get("cause") or ""))


_EVERY: Final = [field for kind in KINDS for field in kind.fields]
_WORDED: Final = [field for field in _EVERY if field not in NUMBERED and field not in NAMED and field not in TIMED]
FIELDS: Final = tuple(
    dict.fromkeys([*NUMBERED, *TIMED, *_WORDED, *NAMED])
)  # a tuple of stars is more than mypyc can do
"""Every field that any kind has: those with numbers, those with times, those with words, those with names."""


def markdown() -> str:
    """The kinds of events as a table, for the documentation."""
    rows = ["| event | fields | written by | says |", "| --- | --- | --- | --- |"]
    for kind in KINDS:
        named = [f"`{field}`" for field in kind.fields] + [f"`{field}` if carried" for field in kind.optional]
        source = "agents, if asked" if kind.explains else kind.source
        rows.append(f"| `{kind.name}` | {', '.join(named) or '–'} | {source} | {kind.definition} |")
    return "\n".join(rows) + "\n"
