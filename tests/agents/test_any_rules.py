"""People live under any rules: every variant of one cell, and every closing, is tried in every mode at which people
arrive at it; where nobody does, sessions are those of the rules themselves.

Time goes on; nobody loses a wish while on stage, or stays there longer than they wish; every request and every
invitation has one ending, or is open; and the metrics account for all of them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from reached import Cell, changed_cells, watch
from scenes import play, run
from stageaccess import RULES, Action, Cause, Mode, Outcome, RoomConfig, RuleSet, RuleSetError, StageAccess, Standing
from stageaccess.cells import OTHERS_ACTIONS, OWN_ACTIONS, Closing, Position
from stagesim.eventlog import EventLog
from stagesim.metric_table import INVITATION_OUTCOMES, REQUEST_OUTCOMES, WISH_CAUSES
from stagesim.metrics import measure
from stagesim.metrics.facts import FATES
from stagesim.metrics.relations import relations
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import simulate

Rows = Sequence[Mapping[str, Any]]
"""The events of a log as flat dicts."""

SCENE = """
title: A busy room
duration: 6 min
doors_open: 0 s
room: {stage_capacity: 2, invitation_ttl: 40 s, request_ttl: 90 s, reconnect_grace: 20 s, request_cooldown: 5 s}
timetable: [{at: 3 min, mode: MODE_THEN}]
audience:
  count: 6
  arrival: {uniform: {low: 0 s, high: 60 s}}
  wishes: {on_arrival: 1, limit: 1}
  after_decline: {again: 0.7, pause: 10 s, asks: 3}
  after_cut: {again: 0.5, pause: 10 s, asks: 3}
  on_stage: {stay: 20 s, pulse: 8 s}
  setup: {time: 5 s, failure: 0.2}
  full_stage: {then: retry, retry_after: 10 s}
  groups:
    patient:
      share: 0.5
      silent: 0.3
      patience: {exponential: {mean: 3 min}}
      answer: {time: 5 s, accept: 0.8, ignore: 0.5}
      connection: {share: 0.4, lost_after: 60 s, gap: 15 s}
    hasty: {share: 0.5, patience: {exponential: {mean: 8 s}}, answer: {time: 2 s, accept: 0.6}}
moderators:
  count: 2
  arrival: 0 s
  review: {time: 8 s, approve: 0.7}
  wishes: {on_arrival: 0.5, limit: 1}
  on_stage: {stay: 20 s}
  setup: {time: 5 s}
  after_decline: {pause: 10 s}
  full_stage: {then: wait}
  revokes_after: 25 s
  invites: {every: 50 s, whom: random, limit: 3}
  removes: {allowance: 60 s}
"""
OTHER_MODE = {
    Mode.EVERYONE_ON_STAGE: Mode.JOIN_BY_REQUEST,
    Mode.JOIN_BY_REQUEST: Mode.INVITE_ONLY,
    Mode.INVITE_ONLY: Mode.EVERYONE_ON_STAGE,
}
SEEDS = 40
"""Sessions of the rules themselves in which is looked where people arrive."""

PRESENT_S = 120
"""Nobody stays on stage for longer: 20 s by plan, the time of being away, and what the staff need to end it."""


@cache
def scene(mode: Mode) -> Scenario:
    return loads(SCENE.replace("MODE_THEN", OTHER_MODE[mode]))


def variants() -> Iterator[tuple[str, RuleSet]]:
    """Every set of rules with another standing in one cell that holds together."""
    for name, change in _changes():
        try:
            yield name, RULES.variant(name, **change)
        except RuleSetError:
            continue


def _changes() -> Iterator[tuple[str, dict[str, object]]]:
    for action in OWN_ACTIONS:
        for position in Position:
            for to in Standing:
                for mode in Mode:
                    if RULES.own.get((action, mode, position)) is not to:
                        yield f"{action}.{mode}.{position} -> {to}", {"own": {(action, mode, position): to}}
                yield f"staff.{action}.{position} -> {to}", {"staff": {(action, position): to}}
    for action in OTHERS_ACTIONS:
        for position in Position:
            for to in Standing:
                if RULES.others.get((action, position)) is not to:
                    yield f"{action}.{position} -> {to}", {"others": {(action, position): to}}


def closings() -> Iterator[tuple[str, RuleSet]]:
    """Every closing with another word: of the actions, and of the changes of mode and role."""
    for action, closing in RULES.closings.items():
        for field in Closing._fields:
            for word in Outcome if field in ("request", "invitation") else Cause:
                changed = {**RULES.closings, action: closing._replace(**{field: word})}
                yield f"{action} closes {field} as {word}", replace(RULES, name="changed", closings=changed)
    for was in Mode:
        for to in Mode:
            if was is not to:
                pair = (was, to)
                for outcome in Outcome:
                    change = {pair: outcome}
                    yield f"{pair} requests {outcome}", RULES.variant("changed", requests_at_mode_change=change)
                for cause in (Cause.MODE_CHANGED, Cause.CAPACITY):
                    yield f"{pair} stays {cause}", RULES.variant("changed", stays_at_mode_change={pair: cause})
                    yield f"{pair} set-ups {cause}", RULES.variant("changed", setups_at_mode_change={pair: cause})
    yield "no promotion", RULES.variant("changed", promotion=None)
    yield "no demotion", RULES.variant("changed", demotion=None)


def simulated(rules: RuleSet, mode: Mode, seed: int, asked: set[Cell] | None = None) -> EventLog:
    """A session; `asked` gets the cells of the default rules at which it arrives."""

    def maker(config: RoomConfig, _: RuleSet) -> StageAccess:
        engine = StageAccess(config, rules)
        if asked is not None:
            watch(engine.room, asked)
        return engine

    return simulate(scene(mode), mode=mode, seed=seed, engine=maker).log


@cache
def reached(mode: Mode) -> dict[Cell, int]:
    """The cells at which sessions of the mode arrive, each with the seed of the first one that does."""
    found: dict[Cell, int] = {}
    for seed in range(SEEDS):
        asked: set[Cell] = set()
        simulated(RULES, mode, seed, asked)
        found |= dict.fromkeys(asked - found.keys(), seed)
    return found


@cache
def changed(kind: Callable[[], Iterator[tuple[str, RuleSet]]]) -> list[tuple[str, RuleSet, set[Cell]]]:
    """Every variant with the cells in which it differs."""
    return [(name, rules, changed_cells(rules)) for name, rules in kind()]


def seed_of(rules: RuleSet, cells: set[Cell], mode: Mode) -> int | None:
    """Of a session that arrives at what is different; None where none does."""
    if _apart_from_cells(rules, mode) != _apart_from_cells(RULES, mode):
        return len(rules.name)  # one or another
    return min((seed for cell in cells if (seed := reached(mode).get(cell)) is not None), default=None)


def _apart_from_cells(rules: RuleSet, mode: Mode) -> tuple[object, ...]:
    """The words for what a change of mode or role ends, and the clearing of requests."""
    change = (mode, OTHER_MODE[mode])
    by_mode = (rules.requests_at_mode_change, rules.setups_at_mode_change, rules.stays_at_mode_change)
    closing = rules.closing(Action.CLEAR_REQUESTS).request
    return (*(each.get(change) for each in by_mode), rules.promotion, rules.demotion, closing)


def faults(log: EventLog, rules: RuleSet) -> list[str]:
    """What goes wrong for the people of a session."""
    rows = list(log.rows())
    return [
        *_faults_of_wishes(rows),
        *_faults_of_times(rows),
        *_faults_of_endings(rows),
        *_faults_of_stays(rows, rules),
        *_faults_of_figures(log),
    ]


def _faults_of_wishes(rows: Rows) -> Iterator[str]:
    """Every wish goes its way: it arises, and is lost off the stage, or reaches it and is over once; or it is open, and
    its person not on stage.
    """
    on_stage: set[str] = set()
    ways: dict[int, list[str]] = {}
    people: dict[int, str] = {}
    for row in rows:
        kind, who = row["event"], row["who"]
        if kind == "stage_joined":
            on_stage.add(who)
        elif kind in ("stage_left", "stage_removed"):
            on_stage.discard(who)
        elif "wish" in row:
            people[row["wish"]] = who
            ways.setdefault(row["wish"], []).append(kind)
            if kind != "wish_ended" and kind != "wish_arose" and (kind == "wish_satisfied") != (who in on_stage):
                yield f"{kind} of {who}, who is {'' if who in on_stage else 'not '}on stage, at {row['at']}"
    for wish, way in ways.items():
        if tuple(way) not in WAYS:
            yield f"wish {wish} goes the way {way}"
        if way == ["wish_arose"] and people[wish] in on_stage:
            yield f"the wish of {people[wish]} is open on stage"


WAYS = {
    ("wish_arose",),
    ("wish_arose", "wish_given_up"),
    ("wish_arose", "wish_refused"),
    ("wish_arose", "wish_satisfied", "wish_ended"),
}
"""What may become of a wish by the end of a session."""


def _faults_of_times(rows: Rows) -> Iterator[str]:
    """Wishes that are said to have had another time on stage than their people had while connected."""
    on_stage: set[str] = set()
    away: set[str] = set()
    had_s: dict[str, float] = {}
    since_s: dict[str, float] = {}
    for row in rows:
        kind, who, at = row["event"], row["who"], row["at"]
        had_s[who] = had_s.get(who, 0) + at - since_s.pop(who, at)
        match kind:
            case "stage_joined":
                on_stage.add(who)
            case "stage_left" | "stage_removed":
                on_stage.discard(who)
            case "disconnected" | "left_room":
                away.add(who)
            case "reconnected" | "entered":
                away.discard(who)
            case "wish_satisfied":
                had_s[who] = 0.0
            case "wish_ended" if abs(row["had_ms"] / 1000 - had_s[who]) > 1e-6:
                yield f"wish {row['wish']} of {who} had {had_s[who]} s, and not {row['had_ms']} ms"
        if who in on_stage and who not in away:
            since_s[who] = at


def _faults_of_endings(rows: Rows) -> Iterator[str]:
    for item, created, closed in (
        ("request", "request_created", "request_closed"),
        ("invitation", "invitation_created", "invitation_closed"),
    ):
        begun = [row[item] for row in rows if row["event"] == created]
        ended = Counter(row[item] for row in rows if row["event"] == closed)
        if len(set(begun)) != len(begun) or not ended.keys() <= set(begun) or max(ended.values(), default=1) > 1:
            yield f"{item}s begin or end more than once"


def _faults_of_stays(rows: Rows, rules: RuleSet) -> Iterator[str]:
    """Stays that last too long, where the rules let people leave."""
    leaves = [
        rules.own_cell(OWN_ACTIONS[-1], mode, Position.ON_STAGE, is_staff=s) for mode in Mode for s in (False, True)
    ]
    if any(cell is not Standing.VIEWER for cell in leaves):
        return
    since: dict[str, float] = {}
    for row in rows:
        if row["event"] == "stage_joined":
            since[row["who"]] = row["at"]
        elif row["event"] in ("stage_left", "stage_removed"):
            stayed_s = row["at"] - since.pop(row["who"])
            if stayed_s > PRESENT_S:
                yield f"{row['who']} stays for {stayed_s} s"


def _faults_of_figures(log: EventLog) -> Iterator[str]:
    figures = measure(log)
    if figures["wishes"]:
        shares = [figures[f"wishes_{each}_share"] for each in FATES]
        if abs(sum(shares) - 1) > 1e-9:
            yield f"shares of wishes {shares}"
        causes = sum(figures[f"wishes_{cause}_share"] for cause in WISH_CAUSES)
        if abs(causes - figures["wishes_given_up_share"] - figures["wishes_refused_share"]) > 1e-9:
            yield f"causes of lost wishes {causes}"
    yield from (f"{each.name}: {each.left}, {each.right}" for each in relations(log) if not each.holds)
    for item, outcomes in (("requests", REQUEST_OUTCOMES), ("invitations", INVITATION_OUTCOMES)):
        ended = sum(figures[f"{item}_{outcome}"] for outcome in outcomes) + figures[f"{item}_open"]
        if ended != figures[item]:
            yield f"{figures[item]} {item}, {ended} endings"


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("kind", [variants, closings], ids=["cells", "closings"])
def test_people_live_under_every_variant(kind, mode: Mode) -> None:  # type: ignore[no-untyped-def]
    seeds = [(name, rules, seed_of(rules, cells, mode)) for name, rules, cells in changed(kind)]
    played = [(name, rules, seed) for name, rules, seed in seeds if seed is not None]
    assert len(played) > 70
    assert {name: wrong for name, rules, seed in played if (wrong := faults(simulated(rules, mode, seed), rules))} == {}


@pytest.mark.parametrize("mode", list(Mode))
def test_where_nobody_arrives_sessions_are_those_of_the_rules_themselves(mode: Mode) -> None:
    """So that the variants that are not played above need not be; every fortieth is."""
    for kind in (variants, closings):
        others = [rules for _, rules, cells in changed(kind) if seed_of(rules, cells, mode) is None]
        for number, rules in enumerate(others[::40]):
            seed = number % SEEDS
            assert simulated(rules, mode, seed).packed == simulated(RULES, mode, seed).packed


def test_most_changes_of_a_cell_make_a_set_of_rules_that_holds_together() -> None:
    assert (len(list(_changes())), len(list(variants())), len(list(closings()))) == (954, 954, 716)


SEATED = """
rules: {name: seated at once, cells: {bring_to_stage.requested: on_stage}}
moderators: {count: 1, review: {time: 10 s}}
audience: {count: 3, arrival: 0 s, wishes: {on_arrival: 1, limit: 1}, on_stage: {stay: 1 min, pulse: 25 s}}
"""


def test_people_who_are_seated_at_once_speak_stay_and_leave() -> None:
    """No invitation, no set-up: approval itself puts them on stage, and they take it as what they wished for."""
    assert play(SEATED, "stage_ spoke wish_", who=["audience-1"]) == [
        "0 wish_arose audience-1",
        "10 stage_joined audience-1 self",
        "10 wish_satisfied audience-1",
        "35 spoke audience-1",
        "60 spoke audience-1",
        "70 stage_left audience-1 left",
        "70 wish_ended audience-1 left",
    ]
    figures = measure(run(SEATED))
    assert figures["wishes_heard_share"] == 1
    assert figures["stay_mean"] == 60


def test_people_who_are_put_into_set_up_set_up_and_go_live() -> None:
    scene = SEATED.replace("requested: on_stage", "requested: preparing").replace(
        "on_stage:", "setup: {time: 4 s}, on_stage:"
    )
    assert play(scene, "setup_ stage_joined wish_satisfied", who=["audience-1"]) == [
        "10 setup_started audience-1 self",
        "14 stage_joined audience-1 self",
        "14 wish_satisfied audience-1",
    ]


@pytest.mark.parametrize("to", ["invited", "preparing", "on_stage", "viewer"])
def test_an_approval_is_one_action_of_the_staff_wherever_it_leads(to: str) -> None:
    rules = "" if to == "invited" else f"rules: {{name: changed, cells: {{bring_to_stage.requested: {to}}}}}\n"
    moderators = "moderators: {count: 1, arrival: 0 s, review: {time: 10 s}}\n"
    audience = "audience: {count: 3, arrival: 0 s, wishes: {on_arrival: 1, limit: 1}, on_stage: {stay: 1 min}}\n"
    assert measure(run(rules + moderators + audience))["moderator_actions_per_hour"] == pytest.approx(3 * 6)


def test_where_asking_leads_nowhere_people_hope_to_be_noticed() -> None:
    """The room does not offer what has no effect, so there is no button, as in the mode without requests."""
    scene = """
rules: {name: asks come to nothing, cells: {ask_to_join.join_by_request.viewer: viewer}}
moderators: {count: 1, notices: NOTICES}
audience: {count: 1, arrival: 0 s, wishes: {on_arrival: 1, limit: 1}, patience: 1 min}
"""
    assert play(scene.replace("NOTICES", "5 s"), "wish_satisfied") == ["15 wish_satisfied audience-1"]
    assert play(scene.replace("NOTICES", "null"), "wish_")[-1] == "60 wish_given_up audience-1 patience"


def test_people_who_are_put_on_stage_without_a_wish_stay_as_if_they_had_one() -> None:
    scene = """
rules: {name: invited is on stage, cells: {invite.viewer: on_stage}}
moderators: {count: 1, invites: {every: 1 min, limit: 1}}
audience: {count: 1, arrival: 0 s, on_stage: {stay: 30 s}}
"""
    assert play(scene, "stage_ wish_") == ["60 stage_joined audience-1 self", "90 stage_left audience-1 left"]
