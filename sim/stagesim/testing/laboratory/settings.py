"""Drawn rooms: their settings, how many people come, what they are inclined to, and which mishaps befall them.

Each room leaves many things out, and has the others in plenty (swarm testing): where everything happens everywhere, the
rare thing that needs many of one kind never does.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any, Final, NamedTuple

from stageaccess import RULES, Action, FullStage, Mode, RequestLimit, RoomConfig, RuleSet
from stageaccess.vocabulary import Role
from stagesim.scenario.room import room_config
from stagesim.scenario.rules import RuleChange, rule_set
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.variant import Variant

TIMES_MS: Final = (0, 1, 999, 1000, 2500, 5000, 20_000, 60_000, 600_000)
"""How long things last: not at all, hardly, and for as long as they do in real rooms."""

MISHAPS: Final = (
    *("lost", "devices", "late", "twice", "reordered", "two moderators", "vanishing", "switch", "everybody"),
    *("impatience", "anything"),
)
"""What can befall a room, beside what people do of themselves."""

EVERYTHING: Final[tuple[Action, ...]] = tuple(
    action for action in Action if action not in (Action.START_SESSION, Action.END_SESSION)
)


OFTEN: Final[Mapping[Action, float]] = {
    **dict.fromkeys((Action.ASK_TO_JOIN, Action.JOIN_STAGE, Action.BRING_TO_STAGE), 3),
    **dict.fromkeys((Action.INVITE, Action.ENTER_ROOM, Action.RECONNECT), 2),
    **dict.fromkeys((Action.LEAVE_ROOM, Action.DISCONNECT, Action.CANCEL_JOIN, Action.SET_MODE), 0.4),
    Action.GO_LIVE: 5,
}
"""How much more often than others some actions come, so that people get anywhere."""


class Base(NamedTuple):
    """What all drawn rooms have in common: settings and numbers of people to begin with, the rules, the modes.

    `given` says that the settings are those of a scenario: then every other room has them as they are, and the others
    differ in a few. `fixed` are those of a variant, which all rooms have.
    """

    config: RoomConfig
    change: RuleChange | None = None
    participants: int = 40
    moderators: int = 3
    hosts: int = 1
    modes: tuple[Mode, ...] = tuple(Mode)
    given: bool = False
    fixed: Mapping[str, Any] = {}

    @property
    def rules(self) -> RuleSet:
        """The rules of all rooms."""
        return RULES if self.change is None else rule_set(self.change)


def base_of(scenario: Scenario | None, variant: Variant | None, people: int) -> Base:
    """What a scenario says of rooms, under a variant of the rules, with so many people at most; without a scenario,
    what is usual.
    """
    fixed = {} if variant is None else dict(variant.parameters)
    if scenario is None:
        staff = max(1, min(4, people // 4))
        says = None if variant is None else variant.says.get("rules")
        change = None if says is None else RuleChange.model_validate(says)
        config = replace(RoomConfig(Mode.JOIN_BY_REQUEST), **fixed)
        return Base(config, change, max(1, people - staff), max(1, staff - 1), staff // 2, fixed=fixed)
    if variant is not None:
        scenario = variant.scenario(scenario)
    hosts, moderators = (_number(scenario.moderators.values(), role) for role in (Role.HOST, Role.MODERATOR))
    moderators = moderators or (0 if hosts else 1)
    audience = sum(20 if group.count is None else group.count for group in scenario.audience.values())
    audience = audience or len({step.by for step in scenario.script if step.role is Role.PARTICIPANT}) or 2
    participants = max(1, min(audience, people - moderators - hosts))
    config = room_config(scenario.room)
    return Base(config, scenario.rules, participants, moderators, hosts, tuple(scenario.modes), True, fixed)


def _number(groups: Any, role: Role) -> int:
    return sum(group.count for group in groups if group.role is role)


class Habits(NamedTuple):
    """One drawn room: its settings, its people, and what happens there how often. Times in milliseconds.

    `acts` and `mishaps` are weights; what is not in them does not happen. `commands` is how many there are, `looks` the
    share of them before which the engine is asked what it offers, `ties` the share of times that are those of something
    that ends by itself.
    """

    config: RoomConfig
    people: Mapping[str, Role]
    acts: Mapping[Action, float]
    mishaps: Mapping[str, float]
    steps_ms: tuple[int, ...]
    mobile: float
    commands: int
    looks: float
    ties: float


def habits(base: Base, chance: Random, hour: int | None = None) -> Habits:
    """A drawn room. `hour` is the number of its commands, where it is not to be drawn."""
    people = _people(base, chance)
    liking = {action: chance.choice((0.2, 1, 1, 5)) for action in EVERYTHING if chance.random() < 0.75}
    acts = {action: weight * OFTEN.get(action, 1) for action, weight in liking.items()}
    mishaps = {mishap: chance.choice((0.5, 1, 4)) for mishap in MISHAPS if chance.random() < 0.4}
    steps = tuple(chance.choice((0, 0, 1, 10, 500, 1000, 5000, 30_000)) for _ in range(4))
    return Habits(
        _settings(base, chance),
        people,
        acts or dict.fromkeys(EVERYTHING, 1.0),
        mishaps,
        steps,
        chance.choice((0, 0.3, 1)),
        hour or round(2 ** chance.uniform(5, 8 + min(len(people), 60) / 30)),
        chance.choice((0, 0.02, 0.3)),
        chance.choice((0.05, 0.4)),
    )


def _people(base: Base, chance: Random) -> dict[str, Role]:
    """The names and roles of those who may come: sometimes all of them, mostly few."""
    few = chance.random() < 0.75
    participants = min(base.participants, chance.randint(1, 5)) if few else chance.randint(1, base.participants)
    moderators = chance.randint(min(1, base.moderators), max(base.moderators, 2))
    hosts = chance.randint(0, max(base.hosts, 2))
    numbers = {Role.PARTICIPANT: participants, Role.MODERATOR: moderators, Role.HOST: hosts}
    names = {Role.PARTICIPANT: "p", Role.MODERATOR: "m", Role.HOST: "h"}
    found = [(f"{names[role]}{number}", role) for role, count in numbers.items() for number in range(1, count + 1)]
    if chance.random() < 0.15:
        odd = chance.sample(ODD_NAMES, min(len(found), len(ODD_NAMES)))
        found[: len(odd)] = [(name, role) for name, (_, role) in zip(odd, found, strict=False)]
        chance.shuffle(found)
    return dict(found)


ODD_NAMES: Final = ("Ana", "ana", "ANA", "José", "jose", "Žana", "zana", "Zoë", "zoe", "ß", "ss", "10", "9", "山田")
"""Names that come in another order, or are the same, where somebody takes letters for something else than they are."""


def _settings(base: Base, chance: Random) -> RoomConfig:
    config = replace(base.config, mode=chance.choice(base.modes))
    if base.given and chance.random() < 0.5:
        return config
    share = 0.25 if base.given else 0.5
    chosen = {name: draw(chance) for name, draw in DRAWS.items() if chance.random() < share}
    if chance.random() < 0.35:  # everything lasts equally long, so that several things end at once
        same_ms = chance.choice(TIMES_MS)
        chosen |= {name: same_ms for name in chosen if name.endswith("_ms")}
    return replace(config, **{**chosen, **base.fixed})


DRAWS: Final[Mapping[str, Callable[[Random], Any]]] = {
    "stage_capacity": lambda chance: chance.choice((None, 1, 1, 2, 3, 10)),
    "when_full": lambda chance: chance.choice((None, *FullStage)),
    "request_ttl_ms": lambda chance: chance.choice((None, *TIMES_MS)),
    "invitation_ttl_ms": lambda chance: chance.choice((None, *TIMES_MS)),
    "request_cooldown_ms": lambda chance: chance.choice((None, *TIMES_MS)),
    "request_limit": lambda chance: chance.choice(
        (None, RequestLimit(chance.choice((0, 1, 2, 3)), chance.choice(TIMES_MS)))
    ),
    "reconnect_grace_ms": lambda chance: chance.choice(TIMES_MS),
}
"""How each setting of a room is drawn."""
