"""What the metrics are called in tables, charts and sentences. Files and the documentation have the metrics' names."""

from typing import Final

from stagesim.metrics import Metric


def _times(name: str, words: str) -> dict[str, str]:
    ends = {"mean": "mean", "median": "median", "p90": "90 % quantile", "p95": "95 % quantile", "censored": "cut off"}
    return {f"{name}_{end}": f"{words}, {said}" for end, said in ends.items()}


LABELS: Final = {
    **_times("time_to_stage", "time to the stage"),
    **_times("time_to_decision", "time to a decision"),
    "time_to_review_mean": "time until a moderator looks, mean",
    "asks_waited_share": "asks that waited",
    "wishes": "wishes to speak",
    "wishes_served_share": "wishes served",
    "wishes_given_up_share": "wishes given up",
    "wishes_refused_share": "wishes refused",
    "wishes_patience_share": "lost: out of patience",
    "wishes_balked_share": "lost: put off by the list",
    "wishes_declined_share": "lost: declined by staff",
    "wishes_full_stage_share": "lost: stage was full",
    "wishes_not_accepted_share": "lost: invitation declined",
    "wishes_ignored_share": "lost: invitation ignored",
    "wishes_setup_failed_share": "lost: no set-up worked",
    "wishes_left_room_share": "lost: left the room",
    "wishes_rejected_share": "lost: rejected by the room",
    "wishes_open_share": "wishes open at the end",
    "requests": "requests",
    "requests_approved": "requests approved",
    "requests_declined": "requests declined",
    "requests_cancelled": "requests cancelled",
    "requests_cleared": "requests cleared with the list",
    "requests_expired": "requests expired",
    "requests_superseded": "requests overtaken by another way",
    "requests_mode_changed": "requests closed by a change of mode",
    "requests_left_room": "requests of people who left",
    "requests_session_ended": "requests closed by the session's end",
    "requests_open": "requests open at the end",
    "re_asks": "asked again",
    "invitations": "invitations",
    "invitations_accepted": "invitations accepted",
    "invitations_declined": "invitations declined",
    "invitations_revoked": "invitations revoked",
    "invitations_expired": "invitations expired",
    "invitations_left_room": "invitations of people who left",
    "invitations_session_ended": "invitations closed by the session's end",
    "invitations_open": "invitations open at the end",
    "people": "participants who came",
    "arrivals": "entries, coming back included",
    "speakers": "participants ever on stage",
    "never_served": "people with a wish, never on stage",
    "never_served_share": "never on stage, of those with a wish",
    "stays": "stays on stage, staff included",
    "stay_mean": "length of a participant's stay, mean",
    "stage_time": "stage time of all participants",
    "stage_time_gini": "inequality of stage time (Gini)",
    "stage_time_jain": "evenness of stage time (Jain)",
    "stage_time_top_share": "stage time of the most heard tenth",
    "removed_by_moderator": "stays ended by staff",
    "removed_by_capacity": "stays ended by newcomers",
    "queue_mean": "queue, mean",
    "queue_max": "queue, longest",
    "queue_waiting_mean": "queue not yet looked at, mean",
    "on_stage_mean": "on stage at once, mean",
    "on_stage_max": "on stage at once, most",
    "stage_full_share": "time with a full stage",
    "present_mean": "in the room, mean",
    "present_max": "in the room, most",
    "moderator_actions_per_hour": "moderator actions per hour",
    "utilisation": "moderators' time spent on reviews",
    "unattended_time": "requests open, nobody attending",
    "disrupted_time": "disrupted time",
    "rejected": "rejected commands",
    "rejected_stage_full": "rejected, the stage was full",
}
"""Metric -> its label, without its unit."""


def label(metric: str) -> str:
    """A metric as people read it."""
    return LABELS[metric]


def heading(metric: str) -> str:
    """Its label with a capital, the rest as it is."""
    return label(metric)[0].upper() + label(metric)[1:]


def shown_unit(metric: Metric) -> str:
    """The unit beside a label: a share is printed in per cent; what the label says already is left out."""
    if metric.unit == "share":
        return "%"
    said = metric.unit in {"count", "index"} or label(metric.name).endswith(metric.unit)
    return "" if said else metric.unit


def difference_unit(metric: Metric) -> str:
    """The unit of a difference: shares differ by percentage points."""
    return "points" if metric.unit == "share" else shown_unit(metric)
