"""The words that the fields of events may hold. A word is appended, never moved: its place is its code."""

from typing import Final

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
)
"""Every word that a field may hold; the place in the table is the code."""

WORD_CODE: Final = {word: code for code, word in enumerate(WORDS)}
"""Word -> code."""
