"""An engine in a process of its own: what is no answer is an error that says so, and nothing of it is left behind."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from foreign import IGNORANT, answering, behind_a_shell, program, runs
from stageaccess import RULES, Action, Command, EngineIdentity, Mode, Role, RoomConfig
from stagesim.engines.contract import EngineError
from stagesim.engines.subprocess import EngineCommand

PATIENCE_S = 0.4
ROOM = RoomConfig(Mode.JOIN_BY_REQUEST, request_ttl_ms=60_000)


def fault_of(command: str, patience_s: float = 5) -> EngineError:
    """What is wrong with an engine that is given a room, and asked about a command or two."""
    with EngineCommand(command, patience_s) as engine, pytest.raises(EngineError) as raised:
        ask_everything(engine)
    return raised.value


def ask_everything(engine: EngineCommand) -> None:
    """Give it a room in which a request expires."""
    room = engine(ROOM)
    room.submit(Command(0, Action.START_SESSION))
    room.submit(Command(1000, Action.ENTER_ROOM, by="pat", role=Role.PARTICIPANT))
    room.submit(Command(2000, Action.ASK_TO_JOIN, by="pat"))
    room.advance(100_000)
    room.state()


@pytest.fixture
def alive(tmp_path: Path) -> Iterator[Path]:
    """A file in which programs write their number, all of which have ended afterwards."""
    file = tmp_path / "alive"
    yield file
    numbers = list(map(int, file.read_text().split()))
    assert numbers
    for number in numbers:
        assert not runs(number)


STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open({alive!r}, "a") as file:
    print(os.getpid(), file=file)
{then}
"""


@pytest.mark.parametrize("shell", [False, True], ids=["alone", "behind a shell"])
@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("time.sleep(60)", f"gave no answer within {PATIENCE_S} s"),
        ("while True: sys.stdout.write('x' * 65_536)", "gave an answer of more than 16777216 bytes"),
        ("while True: print('complaint', file=sys.stderr)", f"gave no answer within {PATIENCE_S} s"),
        ("while True: print('{}' * 20_000)", "more than one|not JSON|before it was asked"),
    ],
    ids=["hangs", "endless line", "complains for ever", "floods"],
)
def test_an_engine_that_does_not_stop_is_ended_with_all_that_it_started(
    tmp_path: Path, alive: Path, then: str, said: str, shell: bool
) -> None:
    command = program(tmp_path, STUBBORN.format(alive=str(alive), then=then))
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fault = fault_of(behind_a_shell(command) if shell else command, PATIENCE_S if "60" in then or "err" in then else 5)
    assert re.search(said, str(fault)), fault
    assert fault.line == '{"room": {"mode": "join_by_request", "request_ttl": 60, "reconnect_grace": 0}}'
    assert time.monotonic() - begun < 6
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "kilobytes"


ANSWERS = "import os, sys, time; input(); print('{\"ok\": true}', flush=True)"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            f"{ANSWERS}; input(); print('no memory', file=sys.stderr); sys.exit(3)",
            ["ended with exit status 3 instead of answering", "standard error: no memory"],
        ),
        (f"{ANSWERS}; input(); os.kill(os.getpid(), 9)", ["was ended by SIGKILL instead of answering"]),
        (f"{ANSWERS}; input(); os.close(1); time.sleep(60)", ["closed its output instead of answering"]),
        (
            "import os; input(); os.write(1, b'{'); os.close(1); input()",
            ["closed its output instead of answering", "`{`"],
        ),
        ("import os; input(); os.write(1, b'\\xff\\n'); input()", ["not UTF-8, at byte 0", r"answer: `\xff`"]),
        ("print('ready', flush=True)\nfor _ in iter(input, ''): pass", ["`ready`"]),
        ("input(); print(1, flush=True); input()", ["`1` is not a JSON object"]),
        ("input(); print(flush=True); input()", ["the line is blank"]),
        ("input(); print('{\"ok\": tru', flush=True); input()", ["the line is not JSON"]),
        ("input(); print('[' * 100_000, flush=True); input()", ["nested too deeply", "`[[[["]),
        ("input(); print('{}', flush=True); input()", ["`ok`: missing"]),
        ('input(); print(\'{"error": "too early"}\', flush=True); input()', ["finds fault", "too early"]),
    ],
)
def test_what_is_no_answer_is_shown_with_what_was_asked(tmp_path: Path, code: str, said: list[str]) -> None:
    fault = fault_of(program(tmp_path, code))
    for each in said:
        assert each in str(fault)
    assert f"the engine `{fault.engine}` " in str(fault)
    assert 'asked: `{"' in str(fault)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("pass", "ended with exit status 0"),
        ("import sys; input(); print('no memory', file=sys.stderr); sys.exit(3)", "ended with exit status 3"),
        ("import os; input(); os.kill(os.getpid(), 9)", "was ended by SIGKILL"),
        ("import os, time; input(); os.close(1); time.sleep(60)", "closed its output"),
    ],
)
def test_what_ends_before_its_first_answer_never_was_an_engine(tmp_path: Path, code: str, said: str) -> None:
    fault = fault_of(program(tmp_path, code))
    assert fault.line is None
    first, *more, hint = str(fault).splitlines()
    assert first == f"the engine `{fault.engine}` {said} before its first answer"
    assert more == (["  standard error: no memory"] if "no memory" in code else [])
    assert hint == "  hint: name a program that speaks the line protocol, such as `python -m stageaccess`"


def test_ending_the_command_ends_the_engine_too(tmp_path: Path, alive: Path) -> None:
    """As a CI job does that takes too long."""
    (tmp_path / "talk.yaml").write_text("title: A talk\nduration: 1 min\naudience: {count: 1}\n")
    engine = behind_a_shell(program(tmp_path, STUBBORN.format(alive=str(alive), then="time.sleep(60)")))
    command = [sys.executable, "-m", "stagesim", "run", "talk.yaml", "--engine", engine]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
        while not (alive.exists() and alive.read_text()):
            assert running.poll() is None
            time.sleep(0.05)
        running.terminate()
        _, said = running.communicate(timeout=20)
    assert "interrupted" in said
    assert running.returncode == 130


def test_ending_the_command_and_its_workers_ends_their_engines_too(tmp_path: Path, alive: Path) -> None:
    """As a shell's `timeout` does, which signals the whole group."""
    (tmp_path / "talk.yaml").write_text("title: A talk\nduration: 1 min\naudience: {count: 1}\n")
    engine = behind_a_shell(program(tmp_path, STUBBORN.format(alive=str(alive), then="time.sleep(60)")))
    command = [sys.executable, "-m", "stagesim", "compare", "talk.yaml", "--workers", "2", "--engine", engine]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL, start_new_session=True) as running:
        while not (alive.exists() and alive.read_text()):
            assert running.poll() is None
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGTERM)
        running.wait(timeout=30)
    assert running.returncode != 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-program", "No such file or directory"),
        ("", "no program is named"),
        ("'", "No closing quotation"),
        ("/", "Permission denied"),
    ],
)
def test_what_cannot_be_started_is_no_engine(command: str, said: str) -> None:
    fault = fault_of(command)
    assert re.search(rf"cannot be started: .*{said}", str(fault))
    assert fault.line is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("if asked.get('do') == 'enter_room': answer['events'][0]['at'] = 0.5", "at 0.5 s; it came at 1 s"),
        ("if 'at' in asked:\n    for each in answer['due']: each['at'] = 1.5", "lets time run backwards"),
        ("if 'at' in asked:\n    for each in answer['due']: each['at'] = 100.001", "is ahead of its time"),
        ("if asked.get('do') == 'ask_to_join': answer['events'][0]['seq'] = 9", "numbers an event 9 that is number 3"),
        (
            "if asked.get('do') == 'enter_room': answer['events'][0]['connection'] = 'main'",
            "names the connection `main` in `entered`, and the command carried none",
        ),
        ("if asked.get('do') == 'ask_to_join': answer['events'][0]['event'] = 'sung'", "sung"),
        ("if asked.get('do') == 'ask_to_join': answer['reason'] = 'not_staff'", "does not go with the reason"),
        (
            "if asked.get('do') == 'ask_to_join': answer |= {'reason': 'not_staff', 'accepted': False}",
            "rejects a command, not_staff, and has events",
        ),
        ("if 'do' in asked: answer = {'error': 'no idea'}", "finds fault with a line that has none"),
        ("if asked.get('do') == 'ask_to_join': del answer['due']", "`due`: missing"),
        ("if asked.get('ask') == 'state': del answer['queue']", "`queue`: missing"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_shown_with_what_was_asked(
    tmp_path: Path, change: str, said: str
) -> None:
    fault = fault_of(answering(tmp_path, change))
    assert said in str(fault)
    assert fault.line is not None
    assert fault.answer is not None


def test_an_engine_is_held_to_what_it_says_of_due_times(tmp_path: Path) -> None:
    """Whoever trusted it would ask it again and again, for ever."""
    stale = answering(tmp_path, "if asked.get('ask') == 'due': answer = {'due': 60}")
    with EngineCommand(stale) as engine:
        room = engine(ROOM)
        room.advance(60_000)
        with pytest.raises(EngineError, match="something is due at 60 s, when it is 60 s"):
            room.next_due()


def test_an_engine_is_held_to_do_what_was_due(tmp_path: Path) -> None:
    false = answering(tmp_path, "if asked.get('ask') == 'due': answer = {'due': 60}")
    with EngineCommand(false) as engine:
        room = engine(ROOM)
        assert room.next_due() == 60_000
        room.advance(59_999)
        assert room.next_due() == 60_000
        with pytest.raises(EngineError, match="does nothing by 60 s, and had said that something was due at 60 s"):
            room.advance(60_000)


def test_an_engine_is_held_to_tell_when_it_says_that_it_will(tmp_path: Path) -> None:
    silent = answering(tmp_path, "for each in answer.get('events', []): each.pop('told', None)")
    with EngineCommand(silent) as engine:
        room = engine(ROOM)
        assert room.report_told()
        with pytest.raises(EngineError, match="does not say who was told"):
            room.submit(Command(0, Action.START_SESSION))


@pytest.mark.parametrize("told", [["b", "B"], ["B", "B"]], ids=["out of order", "twice"])
def test_an_engine_is_held_to_the_order_of_those_who_are_told(tmp_path: Path, told: list[str]) -> None:
    """By code points: a capital comes before a small letter."""
    sorting = answering(tmp_path, f"for each in answer.get('events', []): each['told'] = {told}")
    with EngineCommand(sorting) as engine:
        room = engine(ROOM)
        assert room.report_told()
        said = f"lists who was told of `session_started` out of order, or twice: {', '.join(told)}"
        with pytest.raises(EngineError, match=said):
            room.submit(Command(0, Action.START_SESSION))


def test_a_name_is_sent_as_it_is(tmp_path: Path) -> None:
    """In UTF-8, which an engine has to read, and not in numbers of signs, which it may not have thought of."""
    reading = answering(tmp_path, before="assert 'by' not in asked or asked['by'] in line")
    with EngineCommand(reading) as engine:
        room = engine(ROOM)
        (entered,) = room.submit(Command(0, Action.ENTER_ROOM, by="Žofie 🙂", role=Role.PARTICIPANT)).events
        assert entered.who == "Žofie 🙂"


def test_an_engine_says_who_it_is_when_something_is_due_and_who_was_told(tmp_path: Path) -> None:
    with EngineCommand(answering(tmp_path)) as engine:
        room = engine(ROOM)
        assert room.identity.engine == "stageaccess"
        assert room.report_told()
        room.submit(Command(0, Action.START_SESSION))
        (entered,) = room.submit(Command(500, Action.ENTER_ROOM, by="pat", role=Role.PARTICIPANT)).events
        assert entered.told is not None
        assert room.next_due() is None
        room.submit(Command(700, Action.ASK_TO_JOIN, by="pat"))
        assert room.next_due() == 60_700


def test_an_engine_that_knows_none_of_this_is_an_engine_all_the_same(tmp_path: Path) -> None:
    """It is called by its command, asked at every whole second, and says nothing of notices."""
    command = answering(tmp_path, before=IGNORANT)
    with EngineCommand(command) as engine:
        room = engine(ROOM)
        assert room.identity == EngineIdentity(command, "", "its own")
        assert not room.report_told()
        (started,) = room.submit(Command(0, Action.START_SESSION)).events
        assert started.told is None
        assert room.next_due() == 1000
        room.advance(1000)
        assert room.next_due() == 2000
        room.advance(2400)
        assert room.next_due() == 3000


def test_a_command_that_is_not_well_formed_is_the_fault_of_who_asks(tmp_path: Path) -> None:
    with EngineCommand(answering(tmp_path)) as engine:
        room = engine(ROOM)
        with pytest.raises(ValueError, match="`role`") as raised:
            room.submit(Command(0, Action.ENTER_ROOM, by="pat"))
        assert not isinstance(raised.value, EngineError)
        assert room.submit(Command(0, Action.START_SESSION)).accepted, "the engine has heard nothing of it"


def test_a_new_room_ends_the_one_before_it(tmp_path: Path) -> None:
    with EngineCommand(answering(tmp_path)) as engine:
        before = engine(ROOM)
        engine(ROOM)
        with pytest.raises(EngineError, match="has another room since"):
            before.state()


def test_after_a_fault_the_next_room_begins_in_a_new_process(tmp_path: Path) -> None:
    once = tmp_path / "once"
    change = f"import os\nif 'do' in asked and not os.path.exists({str(once)!r}): open({str(once)!r}, 'w'); sys.exit(1)"
    with EngineCommand(answering(tmp_path, change)) as engine:
        with pytest.raises(EngineError, match="exit status 1"):
            engine(ROOM).submit(Command(0, Action.START_SESSION))
        assert engine(ROOM).submit(Command(0, Action.START_SESSION)).accepted


def test_an_engine_of_its_own_takes_no_variant_of_the_rules(tmp_path: Path) -> None:
    with EngineCommand(answering(tmp_path)) as engine, pytest.raises(EngineError, match="rules of its own") as raised:
        engine(ROOM, RULES.variant("loud", staff_stay_on_full_stage=False))
    assert "`loud`" in str(raised.value)


def test_a_long_line_reaches_an_engine_that_answers_at_length(tmp_path: Path) -> None:
    name = "x" * 300_000
    with EngineCommand(answering(tmp_path)) as engine:
        room = engine(ROOM)
        room.submit(Command(0, Action.START_SESSION))
        assert room.submit(Command(0, Action.ENTER_ROOM, by=name, role=Role.PARTICIPANT)).events[0].who == name
