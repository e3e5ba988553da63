"""A queueing case as a scenario: who comes, who reviews, how long to watch, and how each figure is measured."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from stageaccess import FullStage, Mode
from stagesim.scenario.habits import OnStage, Wishes
from stagesim.scenario.moderators import Moderators
from stagesim.scenario.participants import Participants
from stagesim.scenario.room import RoomSettings
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.distributions import Distribution, Fixed
from stagesim.scenario.values.units import UNLIMITED
from stagesim.selfcheck.queueing.observation import (
    ON_STAGE,
    REACHED,
    REVIEWING,
    WAITING,
    WORKING,
    Ask,
    Observation,
    Ratio,
    Settled,
    mean,
)

Measure = Callable[[Observation], Ratio]
"""A figure of one replication, from what was observed."""

LEAST_MS: Final = 60_000
"""How long the shortest time of a case is made, so that whole milliseconds make no difference."""
INSTANT: Final = Fixed(0.0)
GAVE_UP: Final = frozenset({"patience", "balked", "full_stage"})
"""How a wish ends that is lost to waiting or to a full stage."""


@dataclass(frozen=True, slots=True)
class Setup:
    """One case, ready to be simulated.

    `rate` is about how many people wish in a unit of time, to choose how long to watch. A case that is watched from an
    empty room to a fixed end has `ends` (units); a case with `at` is looked at in that moment. Every other is watched
    in the long run. `system` is the number whose course tells how long is long.
    """

    audience: Mapping[str, Participants]
    unit_ms: float
    rate: float
    measures: Mapping[str, Measure]
    moderators: Mapping[str, Moderators] = field(default_factory=dict)
    room: RoomSettings = field(default_factory=RoomSettings)
    ends: float | None = None
    at: float | None = None
    system: Callable[[Sequence[int]], float] = sum
    """The number in the system: what is open, and who is on stage."""
    asks_wait: bool = True
    """Whether `mean_wait` is that of asks alone, so that quantiles of it are those of the asks."""

    @property
    def shortest(self) -> float:
        """About the shortest time of the case, in its unit; see `Parameters.scale`."""
        return LEAST_MS / self.unit_ms

    def scenario(self, title: str, length: float) -> Scenario:
        """The scenario of one session of this length (units)."""
        parts = {"room": self.room, "audience": dict(self.audience), "moderators": dict(self.moderators)}
        return Scenario.model_validate({"title": title, "duration": f"{round(length * self.unit_ms)} ms", **parts})


def newcomers(gap: Distribution, **habits: object) -> Participants:
    """People who come one after another, each with one wish, and leave when it is settled."""
    given = {"wishes": Wishes(on_arrival=1.0), "on_stage": OnStage(stay=INSTANT), **habits}
    return Participants.model_validate({"arrival_gap": gap, "leaves_when_settled": True, **given})


def moderators_who(**habits: object) -> dict[str, Moderators]:
    """Moderators who take up every request, however many are on stage."""
    return {"staff": Moderators.model_validate({"approve_up_to": UNLIMITED, **habits})}


def join_by_request(stage_capacity: int | None = None) -> RoomSettings:
    """A room in which people ask."""
    return RoomSettings(mode=Mode.JOIN_BY_REQUEST, stage_capacity=stage_capacity, when_full=FullStage.REJECT)


# Levels.


def open_requests(levels: Sequence[int]) -> float:
    """Requests that wait, and those under review."""
    return levels[WAITING] + levels[REVIEWING]


def waiting(levels: Sequence[int]) -> float:
    """Requests that wait."""
    return levels[WAITING]


def working(levels: Sequence[int]) -> float:
    """Moderators at work."""
    return levels[WORKING]


def on_stage(levels: Sequence[int]) -> float:
    """People on stage."""
    return levels[ON_STAGE]


# Measures.


def share(of: Callable[[Settled], bool]) -> Measure:
    """The share of settled wishes of which something holds."""
    return lambda seen: mean(of(wish) for wish in seen.settled)


def share_of_asks(of: Callable[[Ask], bool]) -> Measure:
    """The share of asks of which something holds."""
    return lambda seen: mean(of(ask) for ask in seen.asks)


def level(of: Callable[[Sequence[int]], float], divided_by: float = 1.0) -> Measure:
    """The mean over time of a number."""
    return lambda seen: Ratio(seen.mean_level(of) / divided_by)


def mean_wait(group: str | None = None) -> Measure:
    """The mean time from ask to review, or to the end without one, of one group or of everybody."""
    return lambda seen: seen.mean_time(ask.wait_ms for ask in seen.asks if group in (None, ask.group))


def mean_span(name: str) -> Measure:
    """The mean of the spans of one name."""
    return lambda seen: seen.mean_time(span.wait_ms for span in seen.spans[name])


def waits_of(outcomes: Callable[[str], bool]) -> Measure:
    """The mean wait of the asks with certain outcomes."""
    return lambda seen: seen.mean_time(ask.wait_ms for ask in seen.asks if outcomes(ask.outcome))


def review_measures(moderators: int) -> dict[str, Measure]:
    """The figures of every case in which requests are reviewed."""
    return {
        "mean_wait": mean_wait(),
        "p_wait": share_of_asks(lambda ask: ask.wait_ms > 0),
        "p_abandon_or_lost": share(lambda wish: wish.outcome in GAVE_UP),
        "mean_number_in_system": level(open_requests),
        "mean_number_waiting": level(waiting),
        "utilization": level(working, moderators),
        "effective_rate": lambda seen: seen.rate(len(seen.asks)),
        "mean_wait_served": waits_of(lambda outcome: outcome == "reviewed"),
        "mean_wait_abandoned": waits_of(lambda outcome: outcome == "cancelled"),
        "P_abandon": share(lambda wish: wish.outcome == "patience"),
        "P_blocked": share(lambda wish: wish.outcome == "balked"),
        "asks_per_person": lambda seen: mean(wish.asks for wish in seen.settled),
        "P_reach_stage": share(lambda wish: wish.outcome == REACHED),
    }
