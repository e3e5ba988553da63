"""From the facts of a session to the figures: one function for each family of metrics."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from stagesim.metric_table import ATTENTION, COUNTS, CUTS, INVITATION_OUTCOMES, REQUEST_OUTCOMES, WISH_CAUSES, State
from stagesim.metrics import inequality
from stagesim.metrics.facts import FATES, STEP, Fate, Request, Session, Stay, Wish

Figures = dict[str, float]
"""Metric name -> value."""

Counts = np.ndarray[Any, np.dtype[Any]]
"""How many there are after each step."""

DECIDED = ("approved", "declined")
"""Outcomes of a request that are a decision about this one request."""


def of_people(session: Session, horizon_ms: int, chosen: Collection[str] | None = None) -> Figures:
    """The metrics that make sense for a part of the people: `chosen` by name, or everybody."""

    def mine(person: str) -> bool:
        return chosen is None or person in chosen

    wishes = [wish for wish in session.wishes.values() if mine(wish.person)]
    requests = [request for request in session.requests.values() if mine(request.person)]
    outcomes = [invitation.outcome for invitation in session.invitations.values() if mine(invitation.person)]
    fates, seconds = [wish.fate for wish in wishes], stage_seconds(session, chosen)
    stays = [stay for stay in session.stays if mine(stay.person)]
    return {
        **_waits("time_to_stage", [wish_time(session, wish) for wish in wishes], horizon_ms),
        **_waits("time_to_decision", [decision_time(session, request) for request in requests], horizon_ms),
        **_reviews(session, requests),
        **_wishes(wishes, fates),
        **_outcomes("requests", [request.outcome for request in requests], REQUEST_OUTCOMES),
        "re_asks": sum(request.again for request in requests),
        **_outcomes("invitations", outcomes, INVITATION_OUTCOMES),
        **_stage(session, stays, seconds),
        **_wishful(session, wishes, fates),
        **_suitability(wishes, fates),
        **_unsuitable(session, stays, math.fsum(seconds.values()), horizon_ms),
    }


def of_room(session: Session) -> Figures:
    """The metrics of the room as a whole."""
    length_ms = session.length_ms
    hours = length_ms / 3_600_000
    full = session.rejected.items()
    attending = _attending(session)
    moderators_ms = sum(attending.values())
    return {
        **_over_time(session, attending["removing"]),
        **{f"attention_{state}_share": _part(spent_ms, moderators_ms) for state, spent_ms in attending.items()},
        "moderator_actions_per_hour": session.actions / hours if hours else math.nan,
        "moderator_actions": session.actions,
        "moderator_actions_per_wish_heard": _part(
            session.actions, sum(wish.fate == "heard" for wish in session.wishes.values())
        ),
        "rejected": sum(session.rejected.values()),
        "rejected_stage_full": sum(count for (_, reason), count in full if reason == "stage_full"),
    }


def wait_seconds(session: Session, request: Request) -> float:
    """From a request until a moderator turned to it; without a review, until it closed or the session ended."""
    until = request.review_ms if request.review_ms is not None else request.closed_ms
    return max(0, (session.end_ms if until is None else until) - request.at_ms) / 1000


def wish_time(session: Session, wish: Wish) -> tuple[float, bool]:
    """From a wish until it was settled or the session ended, s, and whether its person was then live."""
    until = session.end_ms if wish.settled_ms is None else wish.settled_ms
    return max(0, until - wish.at_ms) / 1000, wish.reached


def decision_time(session: Session, request: Request) -> tuple[float, bool]:
    """From a request until it closed or the session ended, s, and whether that was a decision about it."""
    until = session.end_ms if request.closed_ms is None else request.closed_ms
    return max(0, until - request.at_ms) / 1000, request.outcome in DECIDED


def counted_seconds(seconds: float, ended: bool, horizon_ms: int) -> float:
    """How much of a wait is counted in an average: the horizon at most, and just that if it never came to its end."""
    return min(seconds, horizon_ms / 1000) if ended else horizon_ms / 1000


def _waits(name: str, times: Sequence[tuple[float, bool]], horizon_ms: int) -> Figures:
    return {
        f"{name}_mean": _mean([counted_seconds(time, ended, horizon_ms) for time, ended in times]),
        f"{name}_censored": sum(not ended for _, ended in times),
    }


def _reviews(session: Session, requests: Sequence[Request]) -> Figures:
    waits = [wait_seconds(session, request) for request in requests]
    return {
        "time_to_review_mean": _mean(waits),
        "asks_waited_share": _part(sum(wait > 0 for wait in waits), len(waits)),
    }


def _wishes(wishes: Sequence[Wish], fates: Sequence[Fate]) -> Figures:
    figures: Figures = {"wishes": len(wishes)}
    for fate in FATES:
        figures[f"wishes_{fate}_share"] = _part(fates.count(fate), len(wishes))
    figures["wishes_heard"] = fates.count("heard")
    figures["wishes_behind_own_share"] = _part(sum(wish.behind for wish in wishes), len(wishes))
    figures["wishes_on_stage_share"] = _part(sum(wish.reached for wish in wishes), len(wishes))
    cuts = [wish.cause for wish, fate in zip(wishes, fates, strict=True) if fate == "cut_short"]
    for word, cut in CUTS.items():
        figures[f"wishes_cut_short_by_{cut.name}_share"] = _part(cuts.count(word), len(wishes))
    causes = [wish.cause for wish, fate in zip(wishes, fates, strict=True) if fate in ("given_up", "refused")]
    for cause in WISH_CAUSES:
        figures[f"wishes_{cause}_share"] = _part(causes.count(cause), len(wishes))
    return figures


def _outcomes(name: str, found: Sequence[str], possible: Iterable[str]) -> Figures:
    counts: Figures = {name: len(found)}
    for outcome in possible:
        counts[f"{name}_{outcome}"] = found.count(outcome)
    counts[f"{name}_open"] = found.count("")
    return counts


def stage_seconds(session: Session, chosen: Collection[str] | None = None) -> dict[str, float]:
    """Time on stage within the session of every participant who came, those who never were on stage included."""
    spent_ms = {
        name: 0 for name, person in session.people.items() if person.participant and (chosen is None or name in chosen)
    }
    for stay in session.stays:
        if stay.person in spent_ms:
            spent_ms[stay.person] += session.inside_ms(stay.from_ms, stay.to_ms)
    return {name: spent / 1000 for name, spent in spent_ms.items()}


def _wishful(session: Session, wishes: Sequence[Wish], fates: Sequence[Fate]) -> Figures:
    """How many participants had a wish, and how many of them never got what they wished."""
    wanting = {wish.person for wish in wishes if wish.person in session.people}
    heard = {wish.person for wish, fate in zip(wishes, fates, strict=True) if fate == "heard"}
    unseen = wanting - {stay.person for stay in session.stays}
    never = len(wanting - heard)
    return {
        "people_with_wish": len(wanting),
        "never_heard": never,
        "never_heard_share": _part(never, len(wanting)),
        "never_on_stage_share": _part(len(unseen), len(wanting)),
    }


def off_time(session: Session, stay: Stay) -> tuple[float, bool]:
    """From when somebody is on stage for an unsuitable wish until off it, s, and whether they ever were."""
    from_ms = session.end_ms if stay.unsuitable_ms is None else stay.unsuitable_ms
    is_off = stay.to_ms is not None and stay.ending != "session_ended"
    return session.inside_ms(from_ms, stay.to_ms) / 1000, is_off


def _suitability(wishes: Sequence[Wish], fates: Sequence[Fate]) -> Figures:
    """How well those wishes fare that are wanted."""
    suitable = [(fate, wish.cause) for wish, fate in zip(wishes, fates, strict=True) if wish.suitable]
    return {
        "suitable_wishes": len(suitable),
        "suitable_wishes_heard_share": _part(sum(fate == "heard" for fate, _ in suitable), len(suitable)),
        "suitable_wishes_turned_away_share": _part(suitable.count(("refused", "declined")), len(suitable)),
    }


def _unsuitable(session: Session, stays: Sequence[Stay], all_s: float, horizon_ms: int) -> Figures:
    """How much of the stage time of these people the other wishes have."""
    unsuitable = [off_time(session, stay) for stay in stays if stay.unsuitable_ms is not None]
    unwanted_s = math.fsum(seconds for seconds, _ in unsuitable)
    return {
        "unsuitable_stays": len(unsuitable),
        "unsuitable_stage_time": unwanted_s,
        "wanted_stage_time_share": 1 - unwanted_s / all_s if all_s else math.nan,
        "unsuitable_off_mean": _mean([counted_seconds(seconds, is_off, horizon_ms) for seconds, is_off in unsuitable]),
    }


def _attending(session: Session) -> dict[State, int]:
    """For how long moderators are in each state, all together, from when each first comes to the session's end."""
    spent_ms = dict.fromkeys(ATTENTION, 0)
    for each in session.attention:
        spent_ms[each.state] += session.inside_ms(each.from_ms, each.to_ms)
    return spent_ms


def _stage(session: Session, stays: Sequence[Stay], seconds: Mapping[str, float]) -> Figures:
    shares = list(seconds.values())
    speakers = {stay.person for stay in stays if stay.person in seconds}
    lengths = [session.inside_ms(stay.from_ms, stay.to_ms) / 1000 for stay in stays if stay.person in seconds]
    return {
        "people": len(seconds),
        "arrivals": sum(session.people[name].entries for name in seconds),
        "speakers": len(speakers),
        "stays": len(lengths),
        "stay_mean": _mean(lengths),
        "stage_time": math.fsum(shares) / 60,
        "stage_time_gini": inequality.gini(shares),
        "stage_time_jain": inequality.jain(shares),
        "stage_time_top_share": inequality.top_share(shares, 0.1),
        "removed_by_moderator": sum(stay.ending == "moderator" for stay in stays),
        "removed_by_capacity": sum(stay.ending == "capacity" for stay in stays),
    }


def _over_time(session: Session, removing_ms: int) -> Figures:
    """Time-weighted figures, from how many there are between one step and the next. Sums of whole milliseconds."""
    steps = np.array(session.steps or [(session.start_ms, *[0] * len(COUNTS))], dtype=np.int64)
    edges = np.clip(np.append(steps[:, 0], session.end_ms), session.start_ms, session.end_ms)
    lasts = np.diff(edges)
    kept = lasts > 0
    lasts = lasts[kept]
    now = dict(zip(STEP, steps[kept].T, strict=True))

    def total(values: Counts) -> int:
        return int((values * lasts).sum())

    def mean(values: Counts) -> float:
        return _part(total(values), session.length_ms)

    def most(values: Counts) -> float:
        return float(values.max()) if len(values) else math.nan

    capacity = session.stage_capacity
    unattended = (now["queue"] > 0) & (now["attending"] == 0)
    held_back = (now["queue"] > now["reviewing"]) & (now["attending"] > now["busy"])
    return {
        "queue_mean": mean(now["queue"]),
        "queue_max": most(now["queue"]),
        "queue_waiting_mean": mean(now["queue"] - now["reviewing"]),
        "on_stage_mean": mean(now["on_stage"]),
        "on_stage_max": most(now["on_stage"]),
        "stage_full_share": math.nan if capacity is None else mean(now["on_stage"] >= capacity),
        "present_mean": mean(now["present"]),
        "present_max": most(now["present"]),
        "utilisation": _part(total(now["busy"]) - removing_ms, total(now["staff"])),
        "unattended_time": total(unattended) / 1000,
        "queue_held_back_time": total(held_back) / 1000,
        "disrupted_time": total(now["disruptive"] > 0) / 1000,
    }


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def _part(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
