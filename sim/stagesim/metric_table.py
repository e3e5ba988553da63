"""Every metric: its name, label, theme, unit, definition, and which way is better; and what is counted in a room.

The documentation is generated from these tables.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple, get_args

from stagesim.eventlog.schema import KIND

Better = Literal["lower", "higher"]
Theme = Literal[
    "Time to the stage", "Wishes to speak", "Requests", "Invitations", "On stage", "Moderators", "Trouble", "People"
]
THEMES: Final[tuple[Theme, ...]] = get_args(Theme)
"""What metrics are about, in the order in which tables show it."""


class Wait(NamedTuple):
    """A time that may never come to its end: how the names of its metrics begin, of what things it is, what they are
    when it has ended, which never get there, and what one waits for.
    """

    name: str
    things: str
    got: str
    never: str
    theme: Theme
    goal: str

    @property
    def words(self) -> str:
        """The things that got there: "wishes on stage"."""
        return f"{self.things} {self.got}"


WAITS: Final = (
    Wait(
        "time_to_stage",
        "wishes",
        "on stage",
        "A wish given up, refused, not tried, or open at the end is not.",
        "Time to the stage",
        "the stage",
    ),
    Wait(
        "time_to_decision",
        "requests",
        "decided",
        "A request that ends without a decision of staff, or is open at the end, is not.",
        "Requests",
        "a decision",
    ),
)
"""The times of which any share within a limit, and any quantile, can be asked."""

HORIZON_MS: Final = 600_000
"""An average wait counts so much of each wait at most, unless a scenario names another `horizon` or is shorter."""


class Within(NamedTuple):
    """What a share within a time counts: the things that got there after at most so many milliseconds."""

    wait: Wait
    limit_ms: int


class Quantile(NamedTuple):
    """A quantile of a time, with the part that gets there, as a share."""

    wait: Wait
    part: float


class Metric(NamedTuple):
    """One metric. `label` is what people read, without the unit; `format` is a format specification; `split` says
    whether it makes sense for a part of the people, `brief` whether it is among the most telling ones. In a label,
    `{horizon}` is how much of a wait is counted.

    `per` names the metric that counts the things in a session of which this one is an average or a share: over several
    sessions it is that of all things together. `of` names the metric that counts what there is of it in a session, if
    there may be some without any of the things. `within` is what is counted by a share within a time, of which there
    are as many as times: they are no metrics of `METRICS`. Neither are those with a `quantile`, of which only all
    sessions together say something.
    """

    name: str
    unit: str
    definition: str
    better: Better | None = None
    format: str = ".1f"
    split: bool = False
    label: str = ""
    brief: bool = False
    theme: Theme = "Trouble"
    per: str = ""
    of: str = ""
    within: Within | None = None
    quantile: Quantile | None = None

    @property
    def limited(self) -> bool:
        """Whether it is an average of waits of which so much counts at most: the horizon of the scenario."""
        return "{horizon}" in self.label

    @property
    def pooled(self) -> bool:
        """Whether it is taken over all things of all sessions together, and not a mean over sessions."""
        return bool(self.per) or self.within is not None


COUNTS: Final = {
    "queue": "open requests",
    "reviewing": "open requests that a moderator has turned to",
    "on_stage": "people on stage",
    "present": "people in the room with a connection",
    "staff": "moderators in the room with a connection",
    "attending": "moderators whose attention is on the room",
    "busy": "moderators in a review or a removal, attending",
    "disruptive": "people on stage who disturb",
}
"""What is counted in a room at any moment."""

REQUEST_OUTCOMES: Final = KIND["request_closed"].words
"""How a request may end, under any rules."""

INVITATION_OUTCOMES: Final = KIND["invitation_closed"].words
"""How an invitation may end, under any rules."""

OUTCOME_LABELS: Final = {
    "approved": "{} approved",
    "accepted": "{} accepted",
    "declined": "{} declined",
    "cancelled": "{} cancelled",
    "revoked": "{} revoked",
    "cleared": "{} cleared with the list",
    "expired": "{} expired",
    "superseded": "{} overtaken by another way",
    "mode_changed": "{} closed by a change of mode",
    "left_room": "{} of people who left",
    "session_ended": "{} closed by the session's end",
}
"""What requests or invitations with an outcome are called."""


class WishCause(NamedTuple):
    """Why a wish came to nothing: as part of a definition, and in a few words."""

    why: str
    label: str


WISH_CAUSES: Final = {
    "patience": WishCause(
        "given up because patience ran out, but for those who then stood before a full stage", "out of patience"
    ),
    "balked": WishCause("given up because the list was too long", "put off by the list"),
    "declined": WishCause("refused because what was asked or offered came to nothing", "turned down"),
    "full_stage": WishCause("lost to a full stage, at once or when patience ran out before it", "stage was full"),
    "not_accepted": WishCause("given up because their person declined the invitation", "invitation declined"),
    "ignored": WishCause("given up because their person never answered the invitation", "invitation ignored"),
    "setup_failed": WishCause("given up because camera or microphone did not work", "camera or microphone failed"),
    "left_room": WishCause("given up because their person left the room", "left the room"),
    "rejected": WishCause("refused because the room rejected the command", "rejected by the room"),
}
"""Why a wish may come to nothing."""


class Cut(NamedTuple):
    """What cuts a wish short: in names, as part of a definition, and in a few words."""

    name: str
    why: str
    label: str


CUTS: Final = {
    "capacity": Cut("capacity", "to make room on a full stage for the next speaker", "pushed off a full stage"),
    "staff": Cut("staff", "by staff", "by staff"),
    "lost_connection": Cut("lost_connection", "since their person lost the connection for too long", "connection lost"),
    "session_ended": Cut("session_end", "by the session's end", "session's end"),
    "mode_changed": Cut("mode_change", "by a change of mode", "mode changed"),
}
"""What cuts a wish short, by its word in the log."""


class Doing(NamedTuple):
    """What a moderator does: as part of a definition, and in a few words."""

    why: str
    label: str


State = Literal["away", "removing", "reviewing", "presenting", "reading_chat", "watching", "idle"]
"""What a moderator does at a moment; of several that are true at once, the first one counts."""

ATTENTION: Final[Mapping[State, Doing]] = {
    "away": Doing("are not there, called away, at rest, or between two looks", "away"),
    "removing": Doing("take somebody off the stage", "removing people"),
    "reviewing": Doing("review somebody", "reviewing"),
    "presenting": Doing("present", "presenting"),
    "reading_chat": Doing("read the chat", "reading the chat"),
    "watching": Doing("watch the stage", "watching the stage"),
    "idle": Doing("have nothing to do", "with nothing to do"),
}
"""Every state of a moderator; each is in one at any moment."""


OF_REQUESTS: Final = ("queue_", "time_to_decision_", "time_to_review_", "asks_", "re_asks", "unattended_")
"""How the names of the metrics begin that say nothing of a mode in which nobody can ask: zero there is no merit."""


def asks_nothing(metric: str, requests: Sequence[float]) -> bool:
    """Whether the metric is about requests, and there is none in any of these sessions."""
    return metric.startswith(OF_REQUESTS) and not any(requests)


WAITS_FOR_STAGE: Final = ("time_to_stage_mean",)
"""The metrics that say how long it takes to the stage."""


OF_THE_STAGE: Final = (
    *WAITS_FOR_STAGE,
    *("wishes_cut_short_share", "removed_by_capacity", "disrupted_time", "rejected", "rejected_stage_full"),
    "unsuitable_stage_time",
    *("stage_time_gini", "stage_time_jain", "stage_time_top_share"),
)
"""The metrics that are no merit of a mode in which nobody gets to the stage."""


def reaches_nobody(metric: str, shares_on_stage: Sequence[float]) -> bool:
    """Whether the metric is about the way to the stage, or what happens there, and no wish got there in any of these
    sessions. All that a wait says then is how much of it is counted, and nobody can be cut short or disturb.
    """
    known = [share for share in shares_on_stage if not math.isnan(share)]
    return metric in OF_THE_STAGE and bool(known) and not any(known)


Silence = Literal["no requests", "nobody on stage"]
"""Why the figures of some sessions by a metric are no merit and no fault, so that nothing is compared with them."""


def silence(metric: str, sessions: Sequence[Mapping[str, float]]) -> Silence | None:
    """Whether nothing can be said of these sessions by this metric, and why; None where something can."""
    if asks_nothing(metric, [figures.get("requests", math.nan) for figures in sessions]):
        return "no requests"
    nobody = reaches_nobody(metric, [figures.get("wishes_on_stage_share", math.nan) for figures in sessions])
    return "nobody on stage" if nobody else None


def _about(theme: Theme, *metrics: Metric) -> tuple[Metric, ...]:
    """Metrics of one theme."""
    return tuple(metric._replace(theme=theme) for metric in metrics)


QUANTILES: Final = {"median": 0.5, "p90": 0.9, "p95": 0.95}
"""The quantiles of a time that tables show: what they are called, and the part that has got there by then."""


def _time(wait: Wait, what: str) -> tuple[Metric, ...]:
    """The metrics of one time that may never come to its end; `what` says from when until when it is."""
    return (
        Metric(
            f"{wait.name}_mean",
            "s",
            f"Average time {what}, over all {wait.things}, each counted as the scenario's `horizon` at most. "
            f"{wait.never.removesuffix(' is not.')} counts as that.",
            "lower",
            split=True,
            label=f"wait for {wait.goal}, average, at most {{horizon}} counted",
            brief=True,
            per=wait.things,
        ),
        Metric(
            f"{wait.name}_censored",
            "count",
            f"How many {wait.things} never got there. {wait.never}",
            "lower",
            ".0f",
            True,
            f"{wait.things} never {wait.got}",
        ),
    )


def _count(name: str, label: str, definition: str, better: Better | None = None, *, brief: bool = False) -> Metric:
    return Metric(name, "count", definition, better, ".0f", True, label, brief)


def _share(
    name: str,
    label: str,
    definition: str,
    better: Better | None = None,
    *,
    brief: bool = True,
    per: str = "wishes",
) -> Metric:
    return Metric(name, "share", definition, better, ".1%", True, label, brief, per=per)


def _outcomes(things: str, outcomes: Sequence[str], *, brief: bool) -> tuple[Metric, ...]:
    """How many things ended how, and how many did not end."""
    each = (
        _count(
            f"{things}_{word}",
            OUTCOME_LABELS[word].format(things),
            f"{things.capitalize()} with the outcome `{word}`.",
            brief=brief,
        )
        for word in outcomes
    )
    still = f"{things.capitalize()} open at the end of the log."
    return (*each, _count(f"{things}_open", f"{things} open at the end", still, brief=brief))


def _of_room(
    name: str,
    unit: str,
    label: str,
    definition: str,
    better: Better | None,
    format: str,  # noqa: A002
    *,
    brief: bool = False,
) -> Metric:
    return Metric(name, unit, definition, better, format, False, label, brief)


METRICS: Final = (
    *_about(
        "Time to the stage",
        *_time(
            WAITS[0],
            "from when a wish arises, though its person may still follow an earlier one, until its person is live on "
            "stage for it",
        ),
    ),
    *_about(
        "Requests",
        *_time(WAITS[1], "from a request, until staff approve or decline it"),
        Metric(
            "time_to_review_mean",
            "s",
            "Average time from a request until a moderator turns to it; without a review, until it is closed or the "
            "session ends. A plain average over all requests: what queueing theory calls the wait.",
            "lower",
            split=True,
            label="time until a moderator looks, average",
            per="requests",
        ),
        _share(
            "asks_waited_share",
            "asks that waited",
            "Requests that did not find a moderator at once, of all requests.",
            "lower",
            brief=False,
            per="requests",
        ),
    ),
    *_about(
        "Wishes to speak",
        _count(
            "wishes",
            "wishes to speak",
            "Wishes to speak on stage, also those that wait for an earlier one of their person. Each is heard, cut "
            "short, left early, given up, refused, not tried, or open at the end.",
            brief=True,
        ),
        _count(
            "wishes_heard",
            "number of wishes heard",
            "Wishes that had enough of the stage; see `wishes_heard_share`.",
            "higher",
        ),
        _share(
            "wishes_heard_share",
            "wishes heard",
            "Wishes whose person had enough time on stage with a connection, in all stays for the wish, of all wishes. "
            "Enough is what `on_stage.enough` says of the wanted stay: half of it, unless the scenario says otherwise.",
            "higher",
        ),
        _share(
            "wishes_on_stage_share",
            "wishes on stage",
            "Wishes whose person went live, for however short a time, of all wishes.",
            "higher",
        ),
        _share(
            "wishes_cut_short_share",
            "wishes cut short",
            "Wishes that reached the stage and were not heard, since something else than their person ended the last "
            "stay, of all wishes.",
            "lower",
        ),
        *(
            _share(
                f"wishes_cut_short_by_{cut.name}_share",
                f"cut short: {cut.label}",
                f"Wishes cut short {cut.why}, of all wishes.",
            )
            for cut in CUTS.values()
        ),
        _share(
            "wishes_left_early_share",
            "left the stage early",
            "Wishes that reached the stage and were not heard, since their person left, of all wishes.",
        ),
        _share("wishes_given_up_share", "wishes given up", "Wishes given up by their person, of all wishes.", "lower"),
        _share("wishes_refused_share", "wishes refused", "Wishes that were turned down, of all wishes.", "lower"),
        *(
            _share(f"wishes_{word}_share", f"lost: {cause.label}", f"Wishes {cause.why}, of all wishes.")
            for word, cause in WISH_CAUSES.items()
        ),
        _share(
            "wishes_not_tried_share",
            "wishes not tried",
            "Wishes on which their person never acted, since they were not strong enough for the room's mode "
            "(`wishes.readiness`), of all wishes.",
            "lower",
        ),
        _share(
            "wishes_open_share",
            "wishes open at the end",
            "Wishes neither given up, refused, not tried, nor over on stage at the end, of all wishes.",
            "lower",
        ),
        _share(
            "wishes_behind_own_share",
            "wishes behind an own one",
            "Wishes that arose while an earlier one of the same person was followed: they wait for that, or share its "
            "fate (`wishes.meanwhile`). Of all wishes.",
            brief=False,
        ),
        _count(
            "suitable_wishes",
            "suitable wishes",
            "Wishes that the organiser would want on stage (`wishes.unsuitable` says how many are not).",
        ),
        _share(
            "suitable_wishes_heard_share",
            "suitable wishes heard",
            "Suitable wishes that had enough of the stage, of all suitable wishes; see `wishes_heard_share`.",
            "higher",
            per="suitable_wishes",
        ),
        _share(
            "suitable_wishes_turned_away_share",
            "suitable wishes turned away",
            "Suitable wishes refused since what was asked or offered came to nothing, of all suitable wishes. Where "
            "people give up before they are answered, fewer are turned away, so that this alone is no merit.",
            per="suitable_wishes",
        ),
    ),
    *_about(
        "Requests",
        _count("requests", "requests", "Requests made; each has one outcome, or is open at the end.", brief=True),
        *_outcomes("requests", REQUEST_OUTCOMES, brief=True),
        _count("re_asks", "asked again", "Requests made for a wish for which the person had asked before."),
    ),
    *_about(
        "Invitations",
        _count("invitations", "invitations", "Invitations made, by approval or directly.", brief=True),
        *_outcomes("invitations", INVITATION_OUTCOMES, brief=False),
    ),
    *_about(
        "People",
        _count("people", "participants who came", "Participants who came into the room, each counted once."),
        _count("arrivals", "entries, coming back included", "Entries of participants; coming back counts again."),
    ),
    *_about(
        "On stage",
        _count(
            "speakers",
            "participants ever on stage",
            "Participants who were on stage at least once, for however short a time.",
            brief=True,
        ),
    ),
    *_about(
        "Wishes to speak",
        _count("people_with_wish", "people with a wish", "Participants who had a wish, each counted once."),
        _count(
            "never_heard",
            "people with a wish, never heard",
            "Participants who had a wish, and of whose wishes none was heard.",
            "lower",
        ),
        _share(
            "never_heard_share",
            "never heard, of those with a wish",
            "Participants of whose wishes none was heard, of those who had a wish.",
            "lower",
            per="people_with_wish",
        ),
        _share(
            "never_on_stage_share",
            "never on stage, of those with a wish",
            "Participants never on stage, of those who had a wish.",
            "lower",
            per="people_with_wish",
        ),
    ),
    *_about(
        "On stage",
        _count("stays", "participants' stays on stage", "Participants' stays on stage; not of staff."),
        Metric(
            "stay_mean",
            "s",
            "Average length of a participant's stay on stage, also those cut off by the session's end; not of staff.",
            split=True,
            label="a participant's stay, average",
            brief=True,
            per="stays",
        ),
        Metric(
            "stage_time",
            "min",
            "Time on stage of all participants together.",
            split=True,
            label="stage time of all participants",
        ),
        Metric(
            "stage_time_gini",
            "index",
            "Gini index of the time on stage over all participants who came: 0 equal, towards 1 all for one.",
            "lower",
            ".3f",
            True,
            "inequality of stage time (Gini)",
            brief=True,
        ),
        Metric(
            "stage_time_jain",
            "index",
            "Jain's index of the time on stage over all participants who came: 1 equal, 1/n all for one of n.",
            "higher",
            ".3f",
            True,
            "evenness of stage time (Jain)",
        ),
        _share(
            "stage_time_top_share",
            "stage time of the tenth who had most",
            "Part of the stage time that the tenth of the participants had who had most.",
            "lower",
            brief=False,
            per="",
        ),
        _count(
            "unsuitable_stays",
            "stays for unsuitable wishes",
            "Stays on stage for a wish that the organiser would not want there.",
            "lower",
        ),
        Metric(
            "unsuitable_stage_time",
            "s",
            "Time on stage for unsuitable wishes, of all people together: each from going live for one until off it.",
            "lower",
            split=True,
            label="unsuitable stage time",
            brief=True,
        ),
        _share(
            "wanted_stage_time_share",
            "stage time that was wanted",
            "Stage time that was not for unsuitable wishes, of that of participants and of staff who wish; blank where "
            "nobody was on stage.",
            "higher",
            per="",
        ),
        Metric(
            "unsuitable_off_mean",
            "s",
            "Average time from when somebody is on stage for an unsuitable wish until off it, each counted as the "
            "scenario's `horizon` at most. Who is still there when the session ends counts as that.",
            "lower",
            split=True,
            label="time until an unsuitable speaker is off, average, at most {horizon} counted",
            brief=True,
            per="unsuitable_stays",
        ),
        _count("removed_by_moderator", "stays ended by staff", "Stays ended by staff.", brief=True),
        _count(
            "removed_by_capacity",
            "speakers pushed off a full stage",
            "Stays ended to make room for the next speaker on a full stage.",
            "lower",
            brief=True,
        ),
    ),
    *_about(
        "Requests",
        _of_room(
            "queue_mean",
            "requests",
            "queue, average",
            "Open requests, average over the session's time.",
            "lower",
            ".2f",
            brief=True,
        ),
        _of_room("queue_max", "requests", "queue, longest", "Most requests open at once.", "lower", ".0f", brief=True),
        _of_room(
            "queue_waiting_mean",
            "requests",
            "queue not yet looked at, average",
            "Open requests to which no moderator has turned, average over the session's time.",
            "lower",
            ".2f",
        ),
    ),
    *_about(
        "On stage",
        _of_room(
            "on_stage_mean",
            "people",
            "on stage at once, average",
            "People on stage, average over the session's time.",
            None,
            ".2f",
            brief=True,
        ),
        _of_room("on_stage_max", "people", "on stage at once, most", "Most people on stage at once.", None, ".0f"),
        _of_room(
            "stage_full_share",
            "share",
            "time with a full stage",
            "Part of the session's time in which every place on stage is taken; blank without a capacity.",
            None,
            ".1%",
            brief=True,
        ),
    ),
    *_about(
        "People",
        _of_room(
            "present_mean",
            "people",
            "in the room, average",
            "People in the room with a connection, average over the session's time.",
            None,
            ".1f",
        ),
        _of_room("present_max", "people", "in the room, most", "Most people in the room at once.", None, ".0f"),
    ),
    *_about(
        "Moderators",
        _of_room(
            "moderator_actions_per_hour",
            "per hour",
            "moderator actions per hour",
            "What staff do to others: invitations and approvals, declines, revocations, removals, changes of role and "
            "mode, and clearing the list, which counts once. Per hour of the session.",
            None,
            ".1f",
            brief=True,
        ),
        _of_room("moderator_actions", "count", "moderator actions", "The same, in the whole session.", None, ".0f"),
        _of_room(
            "moderator_actions_per_wish_heard",
            "actions",
            "moderator actions per wish heard",
            "What staff do to others in all sessions, by the wishes heard in all sessions; blank where none was.",
            "lower",
            ".2f",
            brief=True,
        )._replace(of="moderator_actions", per="wishes_heard"),
        _of_room(
            "utilisation",
            "share",
            "moderators' time spent on reviews",
            "Time that moderators spend in reviews, attending, of the time that they are present.",
            None,
            ".1%",
            brief=True,
        ),
        *(
            _of_room(
                f"attention_{state}_share",
                "share",
                f"moderators' time {words.label}",
                f"Part of the moderators' time in which they {words.why}. A moderator's time goes from first coming to "
                "the session's end.",
                None,
                ".1%",
            )
            for state, words in ATTENTION.items()
        ),
        _of_room(
            "unattended_time",
            "s",
            "requests open, nobody attending",
            "Time in which a request is open and no moderator attends: none present, or all turned away.",
            "lower",
            ".1f",
            brief=True,
        ),
        _of_room(
            "queue_held_back_time",
            "s",
            "time with requests waiting and a moderator free",
            "Time in which a request waits that nobody has turned to, though a moderator attends and is in "
            "no review: all places are given (`approve_up_to`), or they are about to turn to it.",
            None,
            ".1f",
            brief=True,
        ),
    ),
    *_about(
        "Trouble",
        _of_room(
            "disrupted_time",
            "s",
            "disrupted time",
            "Time in which somebody disturbs on stage.",
            "lower",
            ".1f",
            brief=True,
        ),
        _of_room("rejected", "count", "rejected commands", "Commands that were rejected.", "lower", ".0f", brief=True),
        _of_room(
            "rejected_stage_full",
            "count",
            "rejected, the stage was full",
            "Commands rejected because the stage was full.",
            "lower",
            ".0f",
        ),
    ),
)
"""All metrics, in the order of tables. They are not a number, and shown blank, where there is nothing to measure."""

METRIC: Final = {metric.name: metric for metric in METRICS}
"""Every metric by its name."""


def markdown() -> str:
    """The metrics as a table, for the documentation."""
    rows = ["| metric | unit | better | by group and client | definition |", "| --- | --- | --- | --- | --- |"]
    for each in METRICS:
        split = "yes" if each.split else "–"
        rows.append(f"| `{each.name}` | {each.unit} | {each.better or '–'} | {split} | {each.definition} |")
    return "\n".join(rows) + "\n"
