"""Queueing models of the list of requests, as scenarios: join by request, and moderators who review."""

import math
import re
from collections.abc import Sequence
from typing import Any, Final

from stagesim.scenario.habits import AfterDecline, Wishes
from stagesim.scenario.moderators import Alternation, Moderators, Review
from stagesim.scenario.participants import Participants
from stagesim.scenario.values.distributions import Distribution, Fixed, Gamma
from stagesim.selfcheck.queueing.cases import NotExpressible
from stagesim.selfcheck.queueing.observation import REACHED, REVIEWING, WAITING, WISHING, Observation, Ratio
from stagesim.selfcheck.queueing.parameters import PATIENCE, Parameters
from stagesim.selfcheck.queueing.setup import (
    Setup,
    join_by_request,
    level,
    mean_wait,
    moderators_who,
    newcomers,
    review_measures,
    share,
    share_of_asks,
)


def _staff(count: int, time: Distribution, **habits: Any) -> dict[str, Moderators]:
    review = habits.pop("review", None) or Review(time=time)
    return moderators_who(count=count, review=review, **habits)


def many_servers(given: Parameters) -> Setup:
    """M/M/c, with a limit of open requests (K) and with patience where the case has them: until the review starts."""
    return _open_queue(given, "review", *_limits(given.case.model))


def patient_to_the_end(given: Parameters) -> Setup:
    """M/M/c whose people may also give up while they are being reviewed."""
    return _open_queue(given, "decision", False, PATIENCE)


PATIENCE_OF: Final = {"M": ("theta", "mean_patience"), "D": ("patience",), "U": ("patience_max",), "G": PATIENCE}
"""The parameters of the patience that the name of a model demands, as in M/M/c+D."""


def _limits(model: str) -> tuple[bool, Sequence[str]]:
    """Whether a model has a limit of open requests, and the parameters of its patience, by its name."""
    patience = re.search(r"\+([MDUG])", model, re.IGNORECASE)
    return re.match(r"M/M/\w+/K", model, re.IGNORECASE) is not None, PATIENCE_OF[
        patience[1].upper()
    ] if patience else ()


def _open_queue(given: Parameters, patience_until: str, is_limited: bool, possible: Sequence[str]) -> Setup:
    lam, mu, servers = given.number("lam"), given.number("mu"), given.servers()
    patience = given.patience(possible, needed=True) if possible else None
    limit = given.count("K", most=10**9) if is_limited else None
    given.scale(1 / lam, 1 / mu, *([patience.mean] if patience else []))
    people = newcomers(
        given.exponential(1 / lam),
        patience=None if patience is None else patience.distribution(given.unit_ms),
        patience_until=patience_until,
        balk_at=None if limit is None else Fixed(float(limit)),
    )
    staff = _staff(servers, given.exponential(1 / mu))
    return Setup({"people": people}, given.unit_ms, lam, review_measures(servers), staff, join_by_request())


def one_server(given: Parameters) -> Setup:
    """M/G/1: the review takes a fixed time (`service`), or has a mean and `cv2` (gamma) or `cv` (lognormal)."""
    lam = given.number("lam")
    is_fixed = given.case.model.upper().startswith("M/D")
    stages = re.match(r"M/E(\d+)", given.case.model, re.IGNORECASE)
    mean_time = given.number("service") if is_fixed and given.has("service") else given.number("mean")
    given.scale(1 / lam, mean_time)
    if is_fixed:
        time: Distribution = given.fixed(mean_time)
    elif stages is not None or given.has("cv2"):
        erlang = None if stages is None or given.has("cv2") else 1 / max(1, int(stages[1]))
        cv2 = given.needed("cv2") if erlang is None else erlang
        time = Gamma(mean_time * given.unit_ms, cv2**0.5) if cv2 else given.fixed(mean_time)
    else:
        time = given.by_cv(mean_time, given.needed("cv"))
    people = newcomers(given.exponential(1 / lam))
    return Setup({"people": people}, given.unit_ms, lam, review_measures(1), _staff(1, time), join_by_request())


def two_kinds_of_review(given: Parameters) -> Setup:
    """M/H2/1: approving takes another time than declining; who is declined leaves it at that."""
    lam, declined = given.number("lam"), given.share("p_decline")
    approve, decline = given.number("mean_approve"), given.number("mean_decline")
    given.scale(1 / lam, approve, decline)
    review = Review(approve=1 - declined, time=given.exponential(approve), decline_time=given.exponential(decline))
    staff = _staff(1, review.time, review=review)
    people = newcomers(given.exponential(1 / lam))
    return Setup({"people": people}, given.unit_ms, lam, review_measures(1), staff, join_by_request())


def feedback(given: Parameters) -> Setup:
    """Declined people ask again after a pause; with patience, they give an ask up before its review."""
    lam, mu, servers = given.number("lam"), given.number("mu"), given.servers(1)
    declined, again, pause = given.share("p_decline"), given.share("p_reask"), given.number("mean_pause")
    asks = given.count("max_asks") if given.has("max_asks") else None
    patience = given.patience(PATIENCE, needed=True) if "+M" in given.case.model.upper() else None
    given.scale(1 / lam, 1 / mu, pause, *([patience.mean] if patience else []))
    people = newcomers(
        given.exponential(1 / lam),
        after_decline=AfterDecline(again=again, pause=given.exponential(pause), asks=asks),
        patience=None if patience is None else patience.distribution(given.unit_ms),
        patience_until="review",
        patience_per="ask",
    )
    time = given.exponential(1 / mu)
    staff = _staff(servers, time, review=Review(approve=1 - declined, time=time))
    measures = review_measures(servers) | {"mean_in_delay": level(_pausing)}
    abandoned = share_of_asks(lambda ask: ask.outcome == "cancelled")
    lost = _lost_per_ask if patience is None else abandoned
    never = share(lambda wish: wish.outcome != REACHED)
    measures["P_abandon"] = abandoned
    measures["p_abandon_or_lost"] = never if _counts_people(given) else lost
    return Setup({"people": people}, given.unit_ms, lam, measures, staff, join_by_request())


def _counts_people(given: Parameters) -> bool:
    """Whether the share of the lost is of people, by the note of the case; where it does not say, it is of asks."""
    found = re.search(r"P_lost|p_abandon\w*|lost|abandon", given.case.note)
    about = given.case.note[found.start() :] if found else ""
    about = re.split(r"[;,.]", about, maxsplit=1)[0]
    if re.search(r"per (ask|attempt|request|try)", about):
        return False
    return re.search(PEOPLE, about) is not None


PEOPLE: Final = r"never|per (person|participant|customer)|people|persons|participants|customers|primary"


def _pausing(levels: Any) -> float:
    """People between a decline and the next ask."""
    return float(levels[WISHING] - levels[WAITING] - levels[REVIEWING])


def _orbit(levels: Any) -> float:
    """People with an open wish who are not under review."""
    return float(levels[WISHING] - levels[REVIEWING])


def retrial(given: Parameters) -> Setup:
    """Who finds every moderator busy is declined at once, and tries again after a while, or gives up."""
    lam, mu = given.number("lam"), given.number("mu")
    servers, retry = given.servers(1), given.number("retry_rate")
    again = given.share("p_retry", None if "non-persistent" in given.case.model.lower() else 1.0)
    given.scale(1 / lam, 1 / mu, 1 / retry)
    people = newcomers(
        given.exponential(1 / lam), after_decline=AfterDecline(again=again, pause=given.exponential(1 / retry))
    )
    staff = _staff(servers, given.exponential(1 / mu), when_busy="decline")
    lost = share(lambda wish: wish.outcome != REACHED)
    measures = review_measures(servers) | {
        "mean_wait": lambda seen: seen.mean_time(wish.wait_ms for wish in seen.settled),
        "p_wait": share(lambda wish: wish.blocked),
        "p_abandon_or_lost": lost if _counts_people(given) else _lost_per_ask,
        "mean_number_in_system": level(lambda levels: float(levels[WISHING])),
        "mean_number_waiting": level(_orbit),
        "mean_in_orbit": level(_orbit),
        "mean_orbit": level(_orbit),
        "E_orbit": level(_orbit),
        "P_blocked": share_of_asks(lambda ask: ask.outcome == "declined"),
    }
    return Setup(
        {"people": people}, given.unit_ms, lam, measures, staff, join_by_request(), system=_wishing, asks_wait=False
    )


def _wishing(levels: Any) -> float:
    return float(levels[WISHING])


def _lost_per_ask(seen: Observation) -> Ratio:
    lost = sum(wish.outcome != REACHED for wish in seen.settled)
    return Ratio(float(lost), float(sum(wish.asks for wish in seen.settled)))


def finite_source(given: Parameters) -> Setup:
    """M/M/c//N, machine repair: N people, each of whom wishes again only after the last wish is settled."""
    people, rate = given.count("N"), given.number("ask_rate")
    mu, servers = given.number("mu"), given.servers(1)
    given.scale(1 / (people * rate), 1 / mu)
    audience = {
        "count": people,
        "wishes": Wishes(after_settled=given.exponential(1 / rate)),
        "on_stage": {"stay": Fixed(0.0)},
    }
    staff = _staff(servers, given.exponential(1 / mu))
    groups = {"people": Participants.model_validate(audience)}
    # In the long run nobody asks more often than the moderators can review.
    pace = min(people * rate, servers * mu)
    return Setup(groups, given.unit_ms, pace, review_measures(servers), staff, join_by_request())


def priority(given: Parameters) -> Setup:
    """Two groups, of which one is reviewed first; a review is never interrupted."""
    high, low = given.number("lam_high"), given.number("lam_low")
    mu, servers = given.number("mu"), given.servers(1)
    given.scale(1 / (high + low), 1 / mu)
    groups = {"high": newcomers(given.exponential(1 / high)), "low": newcomers(given.exponential(1 / low))}
    staff = _staff(servers, given.exponential(1 / mu), discipline="priority", priority=("high", "low"))
    measures = review_measures(servers) | {"E_W_high": mean_wait("high"), "E_W_low": mean_wait("low")}
    return Setup(groups, given.unit_ms, high + low, measures, staff, join_by_request())


NUMBER: Final = r"(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?"


def vacations(given: Parameters) -> Setup:
    """The moderator turns to presenting whenever nobody is waiting, again and again."""
    lam, mu = given.number("lam"), given.number("mu")
    words = given.text("vacation")
    found = re.fullmatch(rf"(exactly|exponential,?(?: with)? mean)\s+({NUMBER})\s*(?:s|min|h)?", words.strip())
    if found is None or not 0 < float(found[2]) < math.inf:
        raise NotExpressible(f"the vacation `{words}` is neither `exactly 60 s` nor `exponential mean 60 s`")
    time = float(found[2])
    given.scale(1 / lam, 1 / mu, time)
    rests = given.fixed(time) if found[1] == "exactly" else given.exponential(time)
    staff = _staff(1, given.exponential(1 / mu), rests=rests)
    people = newcomers(given.exponential(1 / lam))
    return Setup({"people": people}, given.unit_ms, lam, review_measures(1), staff, join_by_request())


def interruptions(given: Parameters) -> Setup:
    """White-Christie: the moderator is called away at random, and resumes the review."""
    lam, mu = given.number("lam"), given.number("mu")
    away, back = given.number("away_rate"), given.number("back_rate")
    given.scale(1 / lam, 1 / mu, 1 / away, 1 / back)
    called_away = Alternation(every=given.exponential(1 / away), lasts=given.exponential(1 / back))
    staff = _staff(1, given.exponential(1 / mu), called_away=called_away)
    people = newcomers(given.exponential(1 / lam))
    return Setup({"people": people}, given.unit_ms, lam, review_measures(1), staff, join_by_request())


def periodic(given: Parameters) -> Setup:
    """The moderator looks at the list every T, and decides all at once; how many ask does not matter."""
    period, patience = given.number("T"), given.patience()
    given.scale(period, *([patience.mean] if patience else []))
    people = newcomers(
        given.exponential(period / ASKS_IN_A_PERIOD),
        patience=None if patience is None else patience.distribution(given.unit_ms),
        patience_until="review",
    )
    staff = _staff(1, Fixed(0.0), looks_every=f"{round(period * given.unit_ms)} ms")
    rate = ASKS_IN_A_PERIOD / period
    return Setup({"people": people}, given.unit_ms, rate, review_measures(1), staff, join_by_request())


ASKS_IN_A_PERIOD = 10


def burst(given: Parameters) -> Setup:
    """A number of people ask at time 0, and nobody after them."""
    people, servers, mu = given.count("n"), given.count("c", 1), given.number("mu")
    patience = given.patience()
    given.scale(1 / mu, *([patience.mean] if patience else []))
    audience = {
        "count": people,
        "wishes": Wishes(on_arrival=1.0),
        "leaves_when_settled": True,
        "on_stage": {"stay": Fixed(0.0)},
        "patience": None if patience is None else patience.distribution(given.unit_ms),
        "patience_until": "review",
    }
    staff = _staff(servers, given.exponential(1 / mu))
    groups = {"people": Participants.model_validate(audience)}
    # Long enough that the last of n reviews is over, however slow; an empty room costs nothing.
    ends = people * 100 / mu
    return Setup(groups, given.unit_ms, people / ends, review_measures(servers), staff, join_by_request(), ends=ends)
