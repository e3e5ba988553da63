"""`stagesim fuzz`: drawn rooms find what is wrong with an engine or a rule, and nothing where nothing is."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from defects import DEFECTS, Defect
from foreign import IGNORANT, answering
from stageaccess import RULES, Action, Command, Mode, Role, Room, RoomConfig
from stagesim.cli import invoke
from stagesim.engines.contract import EngineMaker
from stagesim.scenario.demands.statements import Property
from stagesim.scenario.reading.loader import load
from stagesim.scenario.variant import SHIPPED, variant
from stagesim.testing.laboratory.crowd import Crowd
from stagesim.testing.laboratory.demands import is_of_rules, statements_for
from stagesim.testing.laboratory.fuzz import Found, Fuzzing, Run, fuzz, reachable
from stagesim.testing.laboratory.ledger import Entry, entries, keep
from stagesim.testing.laboratory.settings import base_of, habits

SCENARIOS = Path(__file__).parents[2] / "scenarios"

SOME = [
    "whoever is away hears nothing",
    "offers go by small letters",
    "a request lives a millisecond too short",
    "a change of mode empties the stage",
    "backing out gives the invitation away",
]


def found(maker: EngineMaker | None = None, rooms: int = 40, **about: object) -> Found | None:
    """What the first rooms show."""
    base = base_of(None, None, 20)._replace(**about)
    return fuzz(Fuzzing(base, maker), 1, [], lambda: True, rooms)


@pytest.mark.parametrize("name", [None, *SHIPPED])
def test_nothing_is_wrong_with_the_rules_and_their_variants(name: str | None) -> None:
    fuzzing = Fuzzing(base_of(None, None if name is None else variant(name), 30))
    assert fuzz(fuzzing, 1, [], lambda: True, 25) is None
    assert fuzzing.runs == 25
    cells, missing = fuzzing.reached()
    assert cells - len(missing) > 250


def test_nothing_is_wrong_with_a_bundled_scenario_and_its_statements() -> None:
    scenario = load(SCENARIOS / "seminar.yaml")
    fuzzing = Fuzzing(base_of(scenario, None, 50), properties=scenario.properties)
    assert fuzz(fuzzing, 2, [], lambda: True, 12) is None


@pytest.mark.parametrize("defect", [each for each in DEFECTS if each.wrong in SOME], ids=lambda each: each.wrong)
def test_a_defect_that_a_conformance_file_shows_is_found_by_chance(defect: Defect) -> None:
    assert found(defect.engine, 40) is not None


def test_the_same_seed_tries_the_same_rooms() -> None:
    def runs(seed: int) -> Iterator[Run]:
        fuzzing = Fuzzing(base_of(None, None, 10))
        for run in islice(fuzzing.plan(seed), 12):
            fuzzing.tried(run)
            yield run

    assert list(runs(1)) == list(runs(1)) != list(runs(2))


def test_a_run_is_told_again_by_its_name_alone() -> None:
    fuzzing = Fuzzing(base_of(None, None, 10))
    aimed = next(run for run in fuzzing.plan(3) if run.aim is not None)
    assert Run.of(str(aimed)) == aimed
    assert Fuzzing(base_of(None, None, 10)).story(Run.of(str(aimed))) == fuzzing.story(aimed)


def test_rooms_are_steered_to_where_nobody_has_been() -> None:
    fuzzing = Fuzzing(base_of(None, None, 10))
    rare = next(cell for cell in reachable(fuzzing.base.rules) if cell.position == "preparing/invitation")
    runs = [Run(number, 1, aim) for number in range(24) for aim in (rare, None)]
    counts = [Fuzzing(fuzzing.base) for _ in range(2)]
    for number, run in enumerate(runs):
        counts[number % 2].tried(run)
    steered, free = (each.cells().get(rare, 0) for each in counts)
    assert steered > 2 * free


def test_only_what_rests_with_the_rules_is_asked_of_drawn_people() -> None:
    stated = [Property.model_validate(each) for each in ("always on_stage <= capacity", "always on_stage <= 4")]
    assert all(map(is_of_rules, stated))
    assert not is_of_rules(Property.model_validate("always staff <= 2"))
    assert not is_of_rules(Property.model_validate("never stage_removed capacity"))
    base = RoomConfig(Mode.INVITE_ONLY, stage_capacity=4)
    asked = [len(statements_for(stated, RoomConfig(Mode.INVITE_ONLY, places), base)) for places in (4, 9, None)]
    assert asked == [2, 1, 0]


def test_a_ledger_has_a_line_for_each_failure_and_each_once(tmp_path: Path) -> None:
    ledger, entry = tmp_path / "kept" / "fuzz.ledger", Entry("1.2", "invariant 2: go_live", people=9)
    assert keep(ledger, entry, entries(ledger))
    assert not keep(ledger, entry, entries(ledger))
    assert keep(ledger, entry.failed("3.4", "other"), entries(ledger))
    assert [(each.seed, each.run) for each in entries(ledger)] == [("1.2", Run(1, 2)), ("3.4", Run(3, 4))]
    assert entry.is_of(entry.failed("3.4", "other"))
    assert not entry.is_of(Entry("1.2", "", people=10))


def test_the_command_says_how_far_it_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    scenario = str(SCENARIOS / "seminar.yaml")
    assert invoke(["fuzz", scenario, "--rooms", "5", "--people", "8", "--rules", "declined_wait"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Drawn rooms – 5 rooms, ")
    assert said.splitlines()[-1] == "• nothing was found"
    assert not (tmp_path / "reports").exists()
    assert invoke(["fuzz", "--set", "duration=1 min"]) == 2
    assert invoke(["fuzz", "--rules", "seats_at_once", "--engine", "true"]) == 2
    assert "its own rules" in capsys.readouterr().err


def test_a_failure_is_kept_tried_first_and_shrunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    engine = answering(tmp_path, before='line = line.replace("speak", "leave_stage")')
    asked = ["--engine", engine, "--people", "6"]
    assert invoke(["fuzz", *asked, "--seconds", "20"]) == 1
    first = capsys.readouterr().out
    [entry] = entries(Path("reports/fuzz.ledger"))
    assert "speak" in first
    assert invoke(["fuzz", *asked, "--seed", "99", "--seconds", "0"]) == 1
    assert capsys.readouterr().out.startswith("Drawn rooms – 1 rooms, ")
    assert invoke(["shrink", "reports/fuzz.ledger", "--engine", engine, "--run", entry.seed]) == 0
    assert "speak" in capsys.readouterr().out
    [folder] = Path("reports").glob("shrunk-*")
    [small] = folder.glob("*.yaml")
    assert "do: speak" in small.read_text(encoding="utf-8").splitlines()[-1]
    assert {each.suffix for each in folder.iterdir()} == {".yaml", ".py", ".mmd", ".json", ".html"}
    assert invoke(["check", str(small), "--engine", engine, "--workers", "1"]) == 1
    assert invoke(["check", str(small), "--workers", "1"]) == 0
    assert invoke(["shrink", "reports/fuzz.ledger"]) == 5  # with ours it fails no more


def test_messages_on_their_way_arrive_in_the_order_in_which_they_were_sent() -> None:
    drawn = habits(base_of(None, None, 5), Random(1))
    crowd = Crowd(drawn, RULES, Random(1), None)
    sent = [Command(0, Action.ENTER_ROOM, "ana", role=Role.PARTICIPANT), Command(0, Action.ASK_TO_JOIN, "ana")]
    for command in sent:
        crowd.send(5, command)
    crowd.now_ms = 9
    crowd.say(None)
    assert [line.command for line in crowd.lines] == [command._replace(at_ms=9) for command in sent]


def test_rules_that_give_no_answer_are_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgets(room: Room) -> None:
        raise KeyError("somebody")

    monkeypatch.setattr(Room, "stage_is_full", forgets)
    seen = found(rooms=40)
    assert seen is not None
    assert seen.failure.fingerprint.startswith("crash: ")
    assert "the engine raises KeyError" in seen.failure.said


def test_an_engine_that_knows_no_due_times_is_held_to_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engine = answering(tmp_path, before=IGNORANT)
    asked = ["--engine", engine, "--people", "6", "--rooms", "12", "--ledger", str(tmp_path / "ledger")]
    assert invoke(["fuzz", *asked]) == 0
    said = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("• not tested: ") for line in said) == 3
    assert said[-1] == "• not tested: who is told, which the engine does not say"
