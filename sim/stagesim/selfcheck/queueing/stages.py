"""Queueing models of the stage itself, as scenarios: places that are full, waited for, or filled by invitation."""

from collections.abc import Sequence
from typing import Final

from stageaccess import FullStage, Mode
from stagesim.scenario.habits import Answer, FullStageHabit, OnStage, Wishes
from stagesim.scenario.moderators import Invites, Review
from stagesim.scenario.participants import Participants
from stagesim.scenario.room import RoomSettings
from stagesim.scenario.values.distributions import Distribution
from stagesim.selfcheck.queueing.observation import (
    ON_STAGE,
    PREPARING,
    REACHED,
    REVIEWING,
    WAITING,
    WISHING,
    mean,
)
from stagesim.selfcheck.queueing.parameters import MOST, Parameters
from stagesim.selfcheck.queueing.setup import (
    Measure,
    Setup,
    join_by_request,
    level,
    mean_span,
    moderators_who,
    newcomers,
    on_stage,
    review_measures,
    share,
)

ENDLESS: Final = 25
"""How many people for each place make an audience endless: there is always somebody to invite."""


def _everyone(stage_capacity: int | None = None) -> RoomSettings:
    return RoomSettings(mode=Mode.EVERYONE_ON_STAGE, stage_capacity=stage_capacity, when_full=FullStage.REJECT)


def _stage_measures(places: int | None) -> dict[str, Measure]:
    lost = share(lambda wish: wish.outcome != REACHED)
    measures: dict[str, Measure] = {
        "mean_wait": lambda seen: seen.mean_time(wish.wait_ms for wish in seen.settled),
        "p_wait": share(lambda wish: wish.wait_ms > 0),
        "p_abandon_or_lost": lost,
        "P_blocked": lost,
        "mean_number_in_system": level(on_stage),
        "mean_number_waiting": level(_wishing),
    }
    if places is not None:
        measures["utilization"] = level(on_stage, places)
        measures["P_time_full"] = level(lambda levels: float(levels[ON_STAGE] == places))
    return measures


def _wishing(levels: Sequence[int]) -> float:
    return levels[WISHING]


def loss(given: Parameters) -> Setup:
    """Erlang's loss system: a stage of K places, and whom it refuses gives up."""
    lam, stay, places = given.number("lam"), given.number("mean_stay"), given.count("K", most=10**9)
    cv = given.optional("cv")
    given.scale(1 / lam, stay)
    people = newcomers(given.exponential(1 / lam), on_stage=OnStage(stay=given.by_cv(stay, cv)))
    return Setup(
        {"people": people}, given.unit_ms, lam, _stage_measures(places), room=_everyone(places), asks_wait=False
    )


def engset(given: Parameters) -> Setup:
    """Engset's loss system: the same with N people, each of whom wishes at a rate while not on stage."""
    count, rate = given.count("N"), given.number("rate")
    stay, places, cv = given.number("mean_stay"), given.count("K", most=10**9), given.optional("cv")
    given.scale(1 / (count * rate), stay)
    people = Participants(
        count=count,
        wishes=Wishes(after_settled=given.exponential(1 / rate)),
        on_stage=OnStage(stay=given.by_cv(stay, cv)),
    )
    pace = count / (1 / rate + stay)
    return Setup(
        {"people": people}, given.unit_ms, pace, _stage_measures(places), room=_everyone(places), asks_wait=False
    )


def filling(given: Parameters) -> Setup:
    """A stage without limit that fills from empty: people come at a constant rate, at a fading one, or each for
    themselves. What is looked at is the number on stage at `t`.
    """
    stay, at, cv = given.number("mean_stay"), given.number("t"), given.optional("cv")
    model = given.case.model.lower()
    if model.startswith("binomial"):
        count, delay = given.count("N"), given.number("mean_delay")
        given.scale(stay, delay, at)
        people = Participants(
            count=count,
            arrival=given.exponential(delay),
            wishes=Wishes(on_arrival=1.0),
            leaves_when_settled=True,
            on_stage=OnStage(stay=given.by_cv(stay, cv)),
        )
        expected_people = float(count)
    else:
        is_fading = model.startswith("mt")
        lam = given.number("lam0" if is_fading and not given.has("lam") else "lam")
        fades = given.number("tau") if is_fading else None
        given.scale(stay, 1 / lam, at)
        people = newcomers(
            given.exponential(1 / lam),
            on_stage=OnStage(stay=given.by_cv(stay, cv)),
            arrival_fades=None if fades is None else f"{round(fades * given.unit_ms)} ms",
        )
        expected_people = lam * at
    measures = _stage_measures(None) | {
        "mean_number_in_system": lambda seen: seen.level_at_end(ON_STAGE),
        "var": lambda seen: seen.level_at_end(ON_STAGE),
    }
    # One moment more than is looked at: the end of a session empties the stage.
    return Setup(
        {"people": people},
        given.unit_ms,
        expected_people / at,
        measures,
        room=_everyone(),
        ends=at * 1.001,
        at=at,
        asks_wait=False,
    )


def tandem(given: Parameters) -> Setup:
    """Approved people wait, prepared, for one of c2 places on stage."""
    lam, mu1, c1 = given.number("lam"), given.number("mu1"), given.count("c1", 1)
    mu2, c2 = given.number("mu2"), given.count("c2", most=10**9)
    given.scale(1 / lam, 1 / mu1, 1 / mu2)
    people = newcomers(
        given.exponential(1 / lam),
        on_stage=OnStage(stay=given.exponential(1 / mu2)),
        full_stage=FullStageHabit(then="wait"),
    )
    measures = review_measures(c1) | {
        "mean_wait": mean_span("waits"),
        "wait_review": review_measures(c1)["mean_wait"],
        "wait_place": mean_span("place"),
        "time_to_stage": mean_span("to_stage"),
        "stage_util": level(on_stage, c2),
        "mean_number_in_system": level(_anywhere),
        "mean_number_waiting": level(lambda levels: float(levels[WAITING] + levels[PREPARING])),
    }
    staff = moderators_who(count=c1, review=Review(time=given.exponential(1 / mu1)))
    return Setup(
        {"people": people}, given.unit_ms, lam, measures, staff, join_by_request(c2), system=_anywhere, asks_wait=False
    )


def _anywhere(levels: Sequence[int]) -> float:
    return levels[WAITING] + levels[REVIEWING] + levels[PREPARING] + levels[ON_STAGE]


def loss_after_review(given: Parameters) -> Setup:
    """The moderator declines when the stage of K places is full at the end of the review."""
    lam, mu1, c1 = given.number("lam"), given.number("mu1"), given.count("c1", 1)
    stay, places, cv = given.number("mean_stay"), given.count("K", most=10**9), given.optional("cv")
    given.scale(1 / lam, 1 / mu1, stay)
    time: Distribution = given.by_cv(stay, cv)
    people = newcomers(given.exponential(1 / lam), on_stage=OnStage(stay=time))
    declined = share(lambda wish: wish.outcome != REACHED)
    measures = review_measures(c1) | {
        "p_abandon_or_lost": declined,
        "P_blocked": declined,
        "mean_number_in_system": level(_anywhere),
        "stage_util": level(on_stage, places),
        "mean_on_stage": level(on_stage),
        "wait_review": review_measures(c1)["mean_wait"],
        "P_time_full": level(lambda levels: float(levels[ON_STAGE] == places)),
    }
    staff = moderators_who(count=c1, review=Review(time=given.exponential(1 / mu1)), when_stage_full="decline")
    return Setup({"people": people}, given.unit_ms, lam, measures, staff, join_by_request(places), system=_anywhere)


def invited_places(given: Parameters) -> Setup:
    """Invite only: one open invitation for each free place, and always somebody to invite."""
    places, answer = given.count("K", most=MOST // ENDLESS), given.number("mean_answer")
    accept, stay, cv = given.share("p_accept"), given.number("mean_stay"), given.optional("cv")
    given.scale(answer, stay)
    people = Participants(
        count=ENDLESS * places + 100,
        answer=Answer(time=given.exponential(answer), accept=accept),
        on_stage=OnStage(stay=given.by_cv(stay, cv)),
        hopes=False,
    )
    staff = moderators_who(invites=Invites(keep_on_stage=places), notices=None)
    measures: dict[str, Measure] = {
        "mean_wait": mean_span("vacancy"),
        "p_abandon_or_lost": lambda seen: mean(answer == "declined" for answer in seen.answers),
        "mean_number_in_system": level(on_stage),
        "utilization": level(on_stage, places),
        "P_time_full": level(lambda levels: float(levels[ON_STAGE] == places)),
    }
    room = RoomSettings(mode=Mode.INVITE_ONLY, stage_capacity=places)
    pace = places / (answer + stay)
    return Setup({"people": people}, given.unit_ms, pace, measures, staff, room, system=on_stage, asks_wait=False)
