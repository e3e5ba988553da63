"""`stagesim conform`: right engines pass, wrong ones are found for the right reason, in a short conversation."""

import json
import random
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from broken import BROKEN, Broken
from foreign import IGNORANT, answering
from stageaccess import RULES, StageAccess
from stagesim.cli import invoke
from stagesim.reporting.gate.formats import FORMATS
from stagesim.scenario.variant import variant
from stagesim.testing.laboratory.conformance import chance, rooms
from stagesim.testing.laboratory.conformance.conform import Search, Settings, Tried, conform
from stagesim.testing.laboratory.conformance.difference import Part
from stagesim.testing.laboratory.conformance.files import talks_of_files
from stagesim.testing.laboratory.conformance.judged import report_of
from stagesim.testing.laboratory.conformance.kept import Kept, read_kept, write_kept
from talking import Spoken

LONGEST = 8
QUICK = ["--only", "written talks", "--only", "two people and the clock"]


def test_there_are_enough_broken_engines() -> None:
    assert len({broken.wrong for broken in BROKEN}) >= 40


RULES_AT_STAKE = {
    "a second approval gives a second invitation": "cell `bring_to_stage.viewer`",
    "a cancelled request can be approved": "S2",
    "a double click on Ask cancels": "cell `ask_to_join.join_by_request.requested`",
    "a phone changes the mode": "check 4",
    "a wait ends a millisecond too late": "T3",
    "a mode switch throws staff off": "row `leave_stage`",
    "a request is told to everybody": "who is told, in `stagesim protocol`",
    "clearing is never offered": "11.12",
    "every command is a new one": "Q4",
}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.wrong.replace(" ", "-"))
def test_a_broken_engine_is_found_for_the_right_reason(broken: Broken) -> None:
    [defect] = conform(broken.peer(), Settings(only=(broken.tried,), most=1)).defects
    assert broken.found in defect.fingerprint
    assert len(defect.conversation) <= LONGEST
    assert not defect.note
    assert defect.rule == RULES_AT_STAKE.get(broken.wrong, defect.rule)


@pytest.mark.parametrize("room", rooms.ROOMS, ids=lambda room: room.name.replace(" ", "-"))
def test_the_right_engine_passes_every_small_room(room: rooms.SmallRoom) -> None:
    books = conform(Spoken(), Settings(only=(room.name,)))
    assert books.defects == []
    assert books.tried[0].is_whole


def test_the_right_engine_passes_everything_else() -> None:
    only = ("written talks", "lines at fault", "conformance files", "random talks")
    books = conform(Spoken(), Settings(only=only, talks=10))
    assert books.defects == []
    assert books.untested == []
    assert all(tried.is_whole for tried in books.tried)


def test_every_conformance_file_is_asked_in_each_of_its_modes() -> None:
    files = {path.stem for path in Path("scenarios/conformance").glob("*.yaml")}
    assert {talk.name.split(" in ")[0] for talk in talks_of_files(RULES)} == files


def test_the_number_of_states_of_the_small_rooms() -> None:
    """A fingerprint of the rules, and of what is tried."""
    states = {room.name: list(rooms.talks_of(room.name, RULES))[-1].name for room in rooms.ROOMS}
    assert states == {
        "two people, one place": "state 113",
        "two people and the clock": "state 70",
        "two people who change roles": "state 162",
        "two people, one with two devices": "state 59",
        "three people, one place": "state 134",
        "three people, the quietest makes room": "state 31",
        "a lost connection and the clock": "state 103",
    }


def test_a_random_talk_follows_from_its_seed() -> None:
    assert chance.random_talk(3, RULES) == chance.random_talk(3, RULES)
    assert chance.random_talk(3, RULES).lines != chance.random_talk(4, RULES).lines


def test_an_engine_without_notices_offers_and_due_times_is_not_tested_in_them() -> None:
    def ignorant(line: str, answer: str) -> str:
        unknown = any(word in line for word in ('"told"', '"actions"', '"due"', '"engine"'))
        return '{"error": "`ask`: no such line"}' if unknown else answer

    books = conform(Spoken(speech=lambda: ignorant), Settings(only=("two people and the clock",)))
    assert books.defects == []
    assert books.unknown == {"told", "actions", "due", "engine"}
    named = {Part.NOTICES, Part.OFFERS, Part.NEXT_DUE, Part.IDENTITY}
    assert named <= set(books.untested)


def test_the_same_defect_is_reported_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = "for each in answer.get('events', []): each['at'] = 3"
    assert invoke(["conform", *QUICK, "--", answering(tmp_path, wrong)]) == 1
    out = capsys.readouterr().out
    assert out.count("enter_room: `events[0].at`: expected `0`, got `3`") == 1
    assert '  > {"room": {"mode": "join_by_request"}}\n  < {"ok": true}\n  > {"at": 0, "do": "enter_room"' in out
    assert '  expected: {"accepted": true, "reason": null, "due": [], "events": [{"seq": 1, "at": 0,' in out


def test_the_engine_itself_passes_as_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["conform", *QUICK, "--only", "lines at fault", "--", sys.executable, "-m", "stageaccess"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("passed (exit 0): ")


def test_a_program_that_knows_less_is_never_called_conforming(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["conform", *QUICK, "--", answering(tmp_path, before=IGNORANT)]) == 3
    out = capsys.readouterr().out
    assert "not tested: the protocol: notices (told)\n  in all modes: the engine does not know `told`" in out
    assert "not tested: the protocol: due times (due)" in out
    assert "offers" not in out
    assert out.splitlines()[-1].startswith("not tested (exit 3): ")


def test_an_engine_in_another_language_conforms(node: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The example in the documentation, of which nothing is ours but what it was written from."""
    engine = Path("examples/engine_in_javascript/engine.js")
    assert (
        invoke(
            [
                "conform",
                *QUICK,
                "--only",
                "lines at fault",
                "--only",
                "random talks",
                "--talks",
                "5",
                "--",
                node,
                str(engine),
            ]
        )
        == 0
    ), capsys.readouterr().out


def test_no_program_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["conform", "--", "no-such-program"]) == 2
    assert "the engine `no-such-program` cannot be started" in capsys.readouterr().err


def test_a_name_that_nothing_has_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["conform", "--only", "rooms", "--", "true"]) == 2
    said = capsys.readouterr().err
    assert "nothing to try is called `rooms`" in said
    assert "`two people, one place`" in said


def test_what_was_not_tried_in_time_is_undecided() -> None:
    books = conform(Spoken(), Settings(seconds=0.01))
    assert books.stopped == "the time was up after 0.01 s"
    assert not books.tried[-1].is_whole


def test_what_is_kept_is_tried_first_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "kept.json"
    engine = answering(tmp_path, "if asked.get('do') == 'speak': answer = {'ok': True}")
    asked = ["conform", "--talks", "3", "--only", "random talks", "--kept", str(kept), "--", engine]
    assert invoke(asked) == 1
    first = kept.read_text()
    assert '"seed": 4' in first
    assert "speak" in first
    assert invoke(asked) == 1
    assert "fail: kept from before: " in capsys.readouterr().out
    assert '"seed": 7' in kept.read_text()


def test_what_was_not_come_to_in_time_is_gone_on_with(tmp_path: Path) -> None:
    """And what had been asked before counts as asked; an end that is reached begins anew."""
    file, only = tmp_path / "kept.json", ("written talks", "lines at fault")
    first = Search(Spoken(), Settings(seconds=0, only=only))
    write_kept(file, Kept("an engine"), first.run(), 1)
    assert [tried.played for tried in first.books.tried] == [0, 0]
    half = Search(Spoken(), Settings(only=only[:1]))
    half.run()
    half.books.tried.append(Tried(only[1]))
    write_kept(file, Kept("an engine"), half.books, 1)
    kept = read_kept(file, "an engine")
    peer = Spoken()
    books = Search(peer, Settings(only=only)).run(kept.defects, kept.done, kept.asked)
    assert not any('"id": "k"' in line and '"at": 9' in line for line in peer.heard), "the written talks are done"
    assert books.asked[Part.AGAIN] == half.books.asked[Part.AGAIN] > 0
    assert all(tried.is_whole for tried in books.tried)
    write_kept(file, kept, books, 1)
    assert read_kept(file, "an engine").done == {}


def test_what_is_kept_is_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text("[]")
    assert invoke(["conform", "--kept", str(kept), "--", "true"]) == 2
    assert "not what `stagesim conform` keeps" in capsys.readouterr().err


def test_the_reports_of_a_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    engine = answering(tmp_path, "if asked.get('do') == 'start_session': answer['accepted'] = 1")
    formats = [
        part for form in ("json=o.json", "junit=o.xml", "markdown=o.md", "github=o.txt") for part in ("--format", form)
    ]
    assert invoke(["conform", *formats, "--only", "written talks", "--", engine]) == 1
    assert '"kind": "conformance"' in Path("o.json").read_text()
    assert '<testsuites name="stagesim conform">' in Path("o.xml").read_text()
    assert Path("o.md").read_text().startswith("<!-- stagesim conform -->\n**stagesim conform: failed (exit 1)**")
    assert Path("o.txt").read_text().startswith("::error file=written talks,")


def test_an_engine_with_a_variant_of_the_rules_is_held_against_that_variant() -> None:
    seated = variant("seats_at_once").rules
    maker = lambda config, _: StageAccess(config, seated)  # noqa: E731
    only = ("written talks", "random talks")
    assert conform(Spoken(maker), Settings(only=only, rules=seated, talks=8)).defects == []
    assert conform(Spoken(maker), Settings(only=only, talks=8, most=1)).defects != []


NONSENSE: list[Any] = [None, True, -1, 1.5, "", "\ud800", [], [[]], {"event": 1}, ["pat", "pat"], 10**30, "requested"]


def _damaged(rng: random.Random, value: Any) -> Any:
    """An answer in which something is missing, too much, or something else."""
    if not isinstance(value, dict | list) or not value or rng.random() < 0.2:
        return rng.choice(NONSENSE)
    changed = dict(value) if isinstance(value, dict) else dict(enumerate(value))
    key = rng.choice(list(changed))
    if rng.random() < 0.2:
        del changed[key]
    elif rng.random() < 0.2:
        changed["\ud800" if isinstance(value, dict) else len(value)] = rng.choice(NONSENSE)
    else:
        changed[key] = _damaged(rng, changed[key])
    return changed if isinstance(value, dict) else list(changed.values())


@pytest.mark.parametrize("seed", range(24))
def test_whatever_an_engine_answers_it_is_reported_and_no_fault_of_ours(seed: int) -> None:
    """Missing, doubled, misspelt, of another type: in every answer to a line of some kind."""
    word = random.Random(seed).choice(
        ["state", "actions", "due", "room", "enter_room", "ask_to_join", "start", '"at": 1']
    )

    def damaging(line: str, answer: str) -> str:
        return json.dumps(_damaged(random.Random(seed), json.loads(answer))) if word in line else answer

    books = conform(Spoken(speech=lambda: damaging), Settings(only=("written talks",), most=2))
    report = report_of(books, "node engine.js")
    assert report.exit_code == (1 if books.defects else 0)
    assert all(form(report).encode() for form in FORMATS.values())


def test_what_remains_of_the_room_before_is_shown_with_it() -> None:
    [found] = [each for each in BROKEN if each.wrong == "ids outlive their room"]
    [defect] = conform(found.peer(), Settings(only=(found.tried,), most=1)).defects
    assert sum('"room"' in line for line in defect.lines) == 2


def test_a_program_that_hangs_is_waited_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stagesim.engines.subprocess.PATIENCE_S", 0.2)
    engine = answering(tmp_path, "if asked.get('do') == 'speak': import time; time.sleep(60)")
    assert invoke(["conform", "--only", "random talks:1", "--seconds", "1", "--", engine]) == 1


@pytest.fixture(scope="module")
def node() -> str:
    """The interpreter of the example; it is no dependency of ours."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("no `node` on this machine, in which the example is written")
    return shlex.quote(found)


def test_the_example_is_what_node_takes(node: str) -> None:
    engine = "examples/engine_in_javascript/engine.js"
    said = subprocess.run([node, engine], input='{"ask": "engine"}\n', capture_output=True, text=True, check=True)
    assert said.stdout == '{"engine":"an example in JavaScript","version":"1","rules":"default"}\n'
