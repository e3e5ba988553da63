"""The conformance scenarios: each id is shown, each expectation is met, and a wrong one does fail."""

import re
from pathlib import Path

import pytest

from scenario_files import read
from stageaccess import Command, EventKind, Mode, Presence, Role, Standing
from stagesim.metrics import relations
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.scenario import Scenario
from stagesim.simulate import simulate
from watched import Watched, groups_in_list, watch

FOLDER = Path(__file__).parents[2] / "scenarios" / "conformance"
FILES = sorted(FOLDER.glob("*.yaml"))
STATEMENTS = (Path(__file__).parent / "statements.txt").read_text().split()
RULES = [
    *(f"S{n}" for n in range(1, 9)),
    *(f"M{n}" for n in range(1, 6)),
    *(f"C{n}" for n in range(1, 4)),
    *(f"T{n}" for n in range(1, 11)),
    *(f"Q{n}" for n in range(1, 5)),
]
TABLES = [
    *(f"P{n}" for n in range(1, 5)),
    "O1",
    *(f"E{n}" for n in range(1, 9)),
    *(f"N{n}" for n in range(1, 3)),
]
"""What people may do for themselves, what staff may do to others, the order of checks, notices, the order of events."""

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def scenario_of(prefix: str) -> Scenario:
    [path] = FOLDER.glob(f"{prefix}_*.yaml")
    return read(path)


@each_file
def test_every_expectation_is_met(path: Path) -> None:
    scenario = read(path)
    assert scenario.script, "a conformance scenario is a script"
    for mode in scenario.modes:
        done = simulate(scenario, mode=mode)
        assert done.checks, "and it expects something"
        assert [check for check in done.checks if not check.ok] == []


@each_file
def test_the_name_says_what_is_shown(path: Path) -> None:
    scenario = read(path)
    assert path.stem.split("_")[0] in {f"{each[0]}{int(each[1:]):02d}".lower() for each in scenario.shows}
    assert len(scenario.description.split()) >= 8, "it reads like documentation"


def test_every_statement_and_rule_is_shown() -> None:
    shown = [each for path in FILES for each in read(path).shows]
    assert set(shown) == {*STATEMENTS, *RULES, *TABLES}


def test_the_lists_of_ids_are_complete() -> None:
    """The rules' ids are those that the tests of the engine are marked with; the statements' run without a gap."""
    marked = set()
    for file in (FOLDER.parents[1] / "tests" / "stageaccess").glob("test_*.py"):
        for call in re.findall(r"mark\.rule\(([^)]*)\)", file.read_text("utf-8")):
            marked |= set(re.findall(r'"([SMCTQ]\d+)"', call))
    assert marked == set(RULES)
    assert [*(f"A{n}" for n in range(1, 19)), *(f"B{n}" for n in range(1, 9))] == STATEMENTS


@pytest.mark.parametrize("field", ["expect", "standing"])
def test_a_wrong_expectation_fails_and_names_file_and_line(field: str) -> None:
    path = FOLDER / "a12_declined_people_may_ask_again.yaml"
    lines = path.read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, 1) if "do: decline_request" in line)
    wrong = {"expect": "expect: requested", "standing": "expect: accepted, standing: invited"}[field]
    lines[number - 1] = lines[number - 1].replace("expect: viewer", wrong)
    scenario = loads("\n".join(lines), "changed.yaml")
    [failed] = [check for check in simulate(scenario).checks if not check.ok]
    assert scenario.source is not None
    assert (scenario.source.name, failed.line) == ("changed.yaml", number)
    assert (failed.expected, failed.got) == ({"expect": "requested", "standing": "invited"}[field], "viewer")


def test_a_rejection_where_a_standing_is_expected_fails_with_its_reason() -> None:
    text = (FOLDER / "a15_nobody_can_ask.yaml").read_text("utf-8")
    changed = text.replace("expect: requests_closed, standing: viewer", "expect: requested")
    [failed] = [check for check in simulate(loads(changed)).checks if not check.ok]
    assert failed.got == "requests_closed"


# What no step can say.


def test_the_participants_list_has_three_groups_with_counts() -> None:
    scenario = scenario_of("b07")
    last_ms = scenario.doors_open + scenario.script[-1].at
    seen = {}

    class Peeping(Watched):
        def submit(self, command: Command):  # type: ignore[no-untyped-def]
            if command.at_ms > last_ms:  # the end of the session: everything is still as the script left it
                seen.update(groups_in_list(self.state()["people"]))
            return super().submit(command)

    simulate(scenario, engine=Peeping)
    assert seen == {"raised hands": 2, "on stage": 1, "viewers": 3}


# What must hold in every one of them: the invariants that a log can show.


@each_file
def test_the_invariants_hold(path: Path) -> None:
    scenario = read(path)
    for mode in scenario.modes:
        done, watched = watch(scenario, mode=mode)
        assert watched.folded == watched.engine.room, "the state is the fold of the events (8)"
        assert [event.seq for event in watched.events] == list(range(1, len(watched.events) + 1))
        assert all(relation.holds for relation in relations(done.log)), "everything ends once, or is open (5)"
        _, again = watch(scenario, mode=mode)
        assert again.events == watched.events, "the same commands give the same events (11)"


@each_file
def test_the_room_is_consistent_after_every_command(path: Path) -> None:
    class Checked(Watched):
        def submit(self, command: Command):  # type: ignore[no-untyped-def]
            before = (self.engine.room.seq, self.state())
            stage = self.state()["on_stage"]
            decision = super().submit(command)
            if not decision.accepted and not decision.due:
                assert (self.engine.room.seq, self.state()) == before, "a rejection changes nothing (6)"
            if command.do == "set_mode" and not decision.due:
                assert self.state()["on_stage"] == stage, "a mode change moves nobody on or off stage (7)"
                assert command.client == "desktop" or not decision.accepted, "no mode from a phone (9)"
            self._look()
            return decision

        def _look(self) -> None:
            room, state = self.engine.room, self.state()
            capacity = self.config.stage_capacity
            assert capacity is None or len(state["on_stage"]) <= capacity, "never above the capacity (2)"
            assert room.mode is Mode.JOIN_BY_REQUEST or not state["queue"], "requests where one asks (3)"
            for name, person in room.people.items():
                assert person.request is None or person.invitation is None, "one open thing a person (1)"
                assert (person.standing is Standing.REQUESTED) == (name in state["queue"]), "standings agree (1)"
                assert (person.standing is Standing.ON_STAGE) == (name in state["on_stage"])
                assert person.presence is not Presence.GONE or person.standing is Standing.VIEWER

    scenario = read(path)
    for mode in scenario.modes:
        made: list[Checked] = []

        def engine(config, rules, made=made):  # type: ignore[no-untyped-def]
            made.append(Checked(config, rules))
            return made[0]

        simulate(scenario, mode=mode, engine=engine)
        _only_the_invited_went_live_where_one_needs_it(made[0])


def _only_the_invited_went_live_where_one_needs_it(watched: Watched) -> None:
    """Invariants 4 and 10: outside of the open mode participants came by invitation; staff were never replaced."""
    mode, roles = watched.config.mode, {}
    for event in watched.events:
        if event.event == EventKind.MODE_CHANGED:
            mode = Mode(str(event.extra["mode"]))
        elif event.event in (EventKind.ENTERED, EventKind.ROLE_CHANGED):
            roles[event.who] = Role(str(event.extra["role"]))
        elif event.event == EventKind.STAGE_JOINED and mode is not Mode.EVERYONE_ON_STAGE:
            assert roles[event.who].is_staff or event.extra["via"] == "invitation"
        elif event.event == EventKind.STAGE_REMOVED and event.extra["cause"] == "capacity":
            assert roles[event.who] is Role.PARTICIPANT
