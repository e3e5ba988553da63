"""Every metric: its name, unit, definition, and which way is better. The documentation is generated from this table."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple


class Metric(NamedTuple):
    """One metric. `format` is a format specification; `split` says whether it makes sense for a part of the people."""

    name: str
    unit: str
    definition: str
    better: Literal["lower", "higher"] | None = None
    format: str = ".1f"
    split: bool = False


REQUEST_OUTCOMES: Final = (
    *("approved", "declined", "cancelled", "cleared", "expired", "superseded"),
    *("mode_changed", "left_room", "session_ended"),
)
"""How a request may end."""

INVITATION_OUTCOMES: Final = ("accepted", "declined", "revoked", "expired", "left_room", "session_ended")
"""How an invitation may end."""


WISH_CAUSES: Final = {
    "patience": "given up because patience ran out",
    "balked": "given up because the list was too long",
    "declined": "refused because staff declined the request",
    "full_stage": "lost to a full stage",
    "not_accepted": "given up because their person declined the invitation",
    "ignored": "given up because their person never answered the invitation",
    "setup_failed": "given up because no set-up worked",
    "left_room": "given up because their person left the room",
    "rejected": "refused because the room rejected the command",
}
"""Why a wish may come to nothing."""


OF_REQUESTS: Final = ("queue_", "time_to_decision_", "time_to_review_", "asks_", "re_asks", "unattended_")
"""How the names of the metrics begin that say nothing of a mode in which nobody can ask: zero there is no merit."""


def asks_nothing(metric: str, requests: Sequence[float]) -> bool:
    """Whether the metric is about requests, and there is none in any of these sessions."""
    return metric.startswith(OF_REQUESTS) and not any(requests)


def _time(name: str, what: str, ends: str, censored: str) -> tuple[Metric, ...]:
    """The metrics of one duration that may be cut off."""
    quantile = "of {}, Kaplan-Meier; not a number if the share that has got there never reaches it."
    return (
        Metric(
            f"{name}_mean",
            "s",
            f"Mean time {what}, until {ends}. {censored} counts as cut off at that time: Kaplan-Meier, restricted to "
            "the longest time seen. The plain mean if nothing was cut off.",
            "lower",
            split=True,
        ),
        Metric(f"{name}_median", "s", f"Median {quantile.format(f'`{name}`')}", "lower", split=True),
        Metric(f"{name}_p90", "s", f"90 % quantile {quantile.format(f'`{name}`')}", "lower", split=True),
        Metric(f"{name}_p95", "s", f"95 % quantile {quantile.format(f'`{name}`')}", "lower", split=True),
        Metric(f"{name}_censored", "count", f"How many of the times `{name}` were cut off.", "lower", ".0f", True),
    )


def _count(name: str, definition: str, better: Literal["lower", "higher"] | None = None) -> Metric:
    return Metric(name, "count", definition, better, ".0f", split=True)


def _share(name: str, definition: str, better: Literal["lower", "higher"] | None = None) -> Metric:
    return Metric(name, "share", definition, better, ".1%", split=True)


METRICS: Final = (
    *_time(
        "time_to_stage",
        "from a wish",
        "its person is live on stage",
        "A wish given up, refused, or open at the end",
    ),
    *_time(
        "time_to_decision",
        "from a request",
        "staff approve or decline it",
        "A request that ends in another way, or is open at the end,",
    ),
    Metric(
        "time_to_review_mean",
        "s",
        "Mean time from a request until a moderator turns to it; without a review, until it is closed or the session "
        "ends. A plain mean over all requests: what queueing theory calls the wait.",
        "lower",
        split=True,
    ),
    _share("asks_waited_share", "Requests that did not find a moderator at once, of all requests.", "lower"),
    _count("wishes", "Wishes to speak on stage."),
    _share("wishes_served_share", "Wishes whose person went live, of all wishes.", "higher"),
    _share("wishes_given_up_share", "Wishes given up by their person, of all wishes.", "lower"),
    _share("wishes_refused_share", "Wishes that were turned down, of all wishes.", "lower"),
    *(_share(f"wishes_{each}_share", f"Wishes {why}, of all wishes.") for each, why in WISH_CAUSES.items()),
    _share("wishes_open_share", "Wishes neither served, given up nor refused at the end, of all wishes.", "lower"),
    _count("requests", "Requests made; each has one outcome, or is open at the end."),
    *(_count(f"requests_{each}", f"Requests with the outcome `{each}`.") for each in REQUEST_OUTCOMES),
    _count("requests_open", "Requests open at the end of the log."),
    _count("re_asks", "Requests made for a wish for which the person had asked before.", "lower"),
    _count("invitations", "Invitations made, by approval or directly."),
    *(_count(f"invitations_{each}", f"Invitations with the outcome `{each}`.") for each in INVITATION_OUTCOMES),
    _count("invitations_open", "Invitations open at the end of the log."),
    _count("people", "Participants who came into the room, each counted once."),
    _count("arrivals", "Entries of participants; coming back counts again."),
    _count("speakers", "Participants who were on stage at least once.", "higher"),
    _count("never_served", "Participants who had a wish and were never on stage.", "lower"),
    _share("never_served_share", "Participants never on stage, of those who had a wish.", "lower"),
    _count("stays", "Stays on stage, staff included."),
    Metric(
        "stay_mean",
        "s",
        "Mean length of a participant's stay on stage, those cut off by the session's end included; staff are not.",
        split=True,
    ),
    Metric("stage_time", "min", "Time on stage of all participants together.", split=True),
    Metric(
        "stage_time_gini",
        "index",
        "Gini index of the time on stage over all participants who came: 0 equal, towards 1 all for one.",
        "lower",
        ".3f",
        True,
    ),
    Metric(
        "stage_time_jain",
        "index",
        "Jain's index of the time on stage over all participants who came: 1 equal, 1/n all for one of n.",
        "higher",
        ".3f",
        True,
    ),
    _share(
        "stage_time_top_share", "Part of the stage time that the most heard tenth of the participants had.", "lower"
    ),
    _count("removed_by_moderator", "Stays ended by staff."),
    _count("removed_by_capacity", "Stays ended to make room for a newcomer.", "lower"),
    Metric("queue_mean", "requests", "Open requests, mean over the session's time.", "lower", ".2f"),
    Metric("queue_max", "requests", "Most requests open at once.", "lower", ".0f"),
    Metric(
        "queue_waiting_mean",
        "requests",
        "Open requests to which no moderator has turned, mean over the session's time.",
        "lower",
        ".2f",
    ),
    Metric("on_stage_mean", "people", "People on stage, mean over the session's time.", None, ".2f"),
    Metric("on_stage_max", "people", "Most people on stage at once.", None, ".0f"),
    Metric(
        "stage_full_share",
        "share",
        "Part of the session's time in which every place on stage is taken; not a number without a capacity.",
        None,
        ".1%",
    ),
    Metric(
        "present_mean", "people", "People in the room with a connection, mean over the session's time.", None, ".1f"
    ),
    Metric("present_max", "people", "Most people in the room at once.", None, ".0f"),
    Metric(
        "moderator_actions_per_hour",
        "per hour",
        "What staff do to others: invitations and approvals, declines, revocations, removals, changes of role and "
        "mode, and clearing the list, which counts once. Per hour of the session.",
        "lower",
    ),
    Metric(
        "utilisation",
        "share",
        "Time that staff spend in reviews, attending, of the time that staff are present.",
        None,
        ".1%",
    ),
    Metric(
        "unattended_time",
        "s",
        "Time in which a request is open and nobody of the staff attends: none present, or all turned away.",
        "lower",
    ),
    Metric("disrupted_time", "s", "Time in which somebody disturbs on stage.", "lower"),
    Metric("rejected", "count", "Commands that were rejected.", "lower", ".0f"),
    Metric("rejected_stage_full", "count", "Commands rejected because the stage was full.", "lower", ".0f"),
)
"""All metrics, in the order of tables. They are not a number where there is nothing to measure."""


def markdown() -> str:
    """The metrics as a table, for the documentation."""
    rows = ["| metric | unit | better | by group and client | definition |", "| --- | --- | --- | --- | --- |"]
    for each in METRICS:
        split = "yes" if each.split else "–"
        rows.append(f"| `{each.name}` | {each.unit} | {each.better or '–'} | {split} | {each.definition} |")
    return "\n".join(rows) + "\n"
