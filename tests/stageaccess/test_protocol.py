"""The line protocol, end to end through a subprocess, and what its answers to faulty lines say."""

import json
import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stageaccess import RequestLimit, __version__, wire
from stageaccess.lines import WireError, milliseconds, parse, seconds
from stageaccess.protocol import Conversation

ROOM = {"room": {"mode": "join_by_request"}}
MODULE = [sys.executable, "-m", "stageaccess"]


def talk(*lines: object) -> list[dict[str, Any]]:
    """The answers to some lines; what is not text or bytes goes as JSON."""
    given = b""
    for line in lines:
        given += line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
        given += b"\n"
    got = subprocess.run(MODULE, input=given, capture_output=True, check=True, timeout=60)
    assert got.stderr == b""
    answers = [json.loads(line) for line in got.stdout.splitlines()]
    assert len(answers) == len(lines)
    return answers


def faults(*lines: object, room: bool = True) -> list[str]:
    """The errors of some faulty lines, each sent to one conversation; nothing may have changed in the end."""
    conversation = Conversation()
    if room:
        for line in [
            ROOM,
            {"at": 0, "do": "enter_room", "by": "pat", "role": "participant"},
            {"at": 1, "do": "start_session"},
        ]:
            assert "error" not in json.loads(conversation.answer_text(json.dumps(line)))
    question = '{"ask": "state"}'
    before = conversation.answer_text(question)
    errors = []
    for line in lines:
        answer = json.loads(conversation.answer_text(line if isinstance(line, str | bytes) else json.dumps(line)))
        assert list(answer) == ["error"], (line, answer)
        errors.append(answer["error"])
    assert conversation.answer_text(question) == before
    return errors


def test_a_whole_conversation() -> None:
    answers = talk(
        {
            "room": {
                "mode": "join_by_request",
                "stage_capacity": 1,
                "when_full": "reject",
                "request_ttl": 60,
                "invitation_ttl": None,
            }
        },
        {"at": 0, "do": "enter_room", "by": "mia", "role": "moderator"},
        {"at": 0, "do": "enter_room", "by": "pat", "role": "participant", "client": "mobile"},
        {"at": 0.0, "do": "start_session"},
        {"at": 12.5, "do": "ask_to_join", "by": "pat", "client": "mobile", "to": None},
        {"ask": "state"},
        {"ask": "actions", "of": "mia"},
        {"at": 13.125, "do": "bring_to_stage", "by": "mia", "to": "pat", "request": "r1", "id": "c1"},
        {"at": 14, "do": "bring_to_stage", "by": "mia", "to": "pat", "request": "r1"},
        {"at": 20},
        {"ask": "actions", "of": "pat", "client": "mobile"},
    )
    assert answers[0] == {"ok": True}
    entered = {
        "seq": 2,
        "at": 0,
        "event": "entered",
        "who": "pat",
        "by": "pat",
        "role": "participant",
        "client": "mobile",
    }
    assert answers[2] == {"accepted": True, "reason": None, "due": [], "events": [entered]}
    created = {"seq": 4, "at": 12.5, "event": "request_created", "who": "pat", "by": "pat", "request": "r1"}
    assert answers[4] == {"accepted": True, "reason": None, "due": [], "events": [created]}
    assert answers[5] == {
        "mode": "join_by_request",
        "live": True,
        "people": {
            "mia": {"role": "moderator", "presence": "present", "standing": "viewer"},
            "pat": {"role": "participant", "presence": "present", "standing": "requested"},
        },
        "queue": ["pat"],
        "on_stage": [],
    }
    assert answers[6] == {
        "actions": [
            {"do": "bring_to_stage", "to": "pat"},
            {"do": "change_role", "to": "pat", "role": "moderator"},
            {"do": "clear_requests"},
            {"do": "decline_request", "to": "pat"},
            {"do": "invite", "to": "pat"},
            {"do": "join_stage"},
            {"do": "set_mode", "mode": "everyone_on_stage"},
            {"do": "set_mode", "mode": "invite_only"},
        ]
    }
    assert [event["at"] for event in answers[7]["events"]] == [13.125, 13.125]
    assert answers[8] == {
        "accepted": False,
        "reason": "request_already_resolved",
        "outcome": "approved",
        "resolved_by": "mia",
        "due": [],
        "events": [],
    }
    assert answers[9] == {"accepted": True, "reason": None, "due": [], "events": []}
    assert answers[10] == {"actions": [{"do": "decline_invitation"}, {"do": "join_stage"}]}


def test_who_answers_and_when_something_is_due() -> None:
    answers = talk(
        {"room": {"mode": "join_by_request", "request_ttl": 60}},
        {"ask": "engine"},
        {"at": 0, "do": "start_session"},
        {"at": 0, "do": "enter_room", "by": "pat", "role": "participant"},
        {"ask": "due"},
        {"at": 12.5, "do": "ask_to_join", "by": "pat"},
        {"ask": "due"},
        {"at": 13, "do": "cancel_request", "by": "pat"},
        {"ask": "due"},
    )
    assert answers[1] == {"engine": "stageaccess", "version": __version__, "rules": "default"}
    assert answers[4] == {"due": None}
    assert answers[6] == {"due": 72.5}
    assert answers[8] == {"due": None}


def told(room_line: dict[str, Any]) -> list[Any]:
    """What the events of one request say of who got a notice."""
    answers = talk(
        room_line,
        {"at": 0, "do": "start_session"},
        {"at": 0, "do": "enter_room", "by": "zoe", "role": "host"},
        {"at": 0, "do": "enter_room", "by": "mia", "role": "moderator"},
        {"at": 0, "do": "enter_room", "by": "pat", "role": "participant"},
        {"at": 5, "do": "ask_to_join", "by": "pat"},
        {"at": 6, "do": "bring_to_stage", "by": "mia", "to": "pat"},
    )
    return [event.get("told") for answer in answers[1:] for event in answer["events"]]


def test_who_got_a_notice_is_told_where_the_room_line_asks_for_it() -> None:
    assert told({**ROOM, "told": True}) == [[], [], [], [], ["mia", "zoe"], ["mia", "pat", "zoe"], ["mia", "pat"]]
    for silent in [ROOM, {**ROOM, "told": False}, {**ROOM, "told": None}]:
        assert told(silent) == [None] * 7


def test_a_room_line_makes_a_fresh_room() -> None:
    answers = talk(
        ROOM,
        {"at": 5, "do": "enter_room", "by": "pat", "role": "host"},
        {"room": {"mode": "invite_only"}},
        {"ask": "state"},
        {"room": {"mode": "open"}},
        {"at": 0, "do": "enter_room", "by": "pat", "role": "host"},
    )
    assert answers[3] == {"mode": "invite_only", "live": False, "people": {}, "queue": [], "on_stage": []}
    assert "`mode`" in answers[4]["error"]
    assert answers[5]["events"][0]["seq"] == 1


def test_each_line_is_answered_at_once() -> None:
    with subprocess.Popen(MODULE, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in [json.dumps(ROOM), '{"ask": "state"}', "nonsense", '{"at": 1}']:
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())
        process.stdin.write(b'{"ask": "state"}')
        process.stdin.close()
        assert json.loads(process.stdout.read())["mode"] == "join_by_request"
        assert process.wait(timeout=30) == 0


def test_the_input_may_be_empty() -> None:
    assert talk() == []


def test_bad_lines_are_answered_and_the_next_line_is_read() -> None:
    answers = talk(
        ROOM,
        "",
        "   ",
        "{",
        "[1, 2]",
        "7",
        "null",
        b'{"at": 1, "do": "speak", "by": "\xff"}',
        b"\x00",
        "[" * 100_000,
        '{"at":' * 50_000,
        '{"at": ' + "9" * 10_000 + "}",
        '{"at": 1e999999999}',
        '{"at": 1e99999999999999999999}',
        '{"at": 1e-99999999999999999999}',
        '{"at": NaN}',
        '{"at": -Infinity}',
        '{"at": 1, "do": "ask_to_join", "by": "\\ud800"}',
        '{"at": 1, "at": 2}',
        {"ask": "state"},
    )
    assert all(list(answer) == ["error"] for answer in answers[1:-1])
    assert answers[-1]["mode"] == "join_by_request"
    for answer in answers[12:17]:
        assert "`at`" in answer["error"]
    assert "`by`" in answers[17]["error"]
    assert "`at`" in answers[18]["error"]


def test_a_reader_that_has_gone_ends_it_quietly(tmp_path: Path) -> None:
    (tmp_path / "lines").write_text('{"ask": "state"}\n' * 2000)
    with (
        (tmp_path / "lines").open("rb") as lines,
        subprocess.Popen(MODULE, stdin=lines, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == 0


@pytest.mark.skipif(
    os.name != "posix" or signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="needs an interrupt that arrives"
)
def test_an_interrupt_leaves_no_traceback() -> None:
    with subprocess.Popen(MODULE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(json.dumps(ROOM).encode() + b"\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
        assert process.stderr.read() == b""


def test_arguments() -> None:
    got = subprocess.run([*MODULE, "--help"], capture_output=True, text=True, check=True, timeout=30)
    assert "Usage: python -m stageaccess" in got.stdout
    got = subprocess.run([*MODULE, "--version"], capture_output=True, text=True, check=True, timeout=30)
    assert got.stdout == f"stageaccess {__version__}\n"
    got = subprocess.run([*MODULE, "--port", "80"], capture_output=True, text=True, check=False, timeout=30)
    assert got.returncode == 2
    assert "`--port 80`" in got.stderr
    assert "hint:" in got.stderr


def test_nothing_heavy_is_imported() -> None:
    code = "import sys, stageaccess.__main__; print('\\n'.join(sys.modules))"
    got = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    heavy = {
        "numpy",
        "pandas",
        "scipy",
        "pyarrow",
        "matplotlib",
        "pydantic",
        "simpy",
        "rich",
        "jinja2",
        "click",
        "stagesim",
    }
    assert not heavy & set(got.stdout.split())
    assert not {"asyncio", "unittest", "typing_extensions"} & set(got.stdout.split())


def test_who_answers_can_be_asked_before_the_first_room() -> None:
    assert talk({"ask": "engine"}) == [{"engine": "stageaccess", "version": __version__, "rules": "default"}]


NO_ROOM = [{"at": 0}, {"ask": "state"}, {"at": 0, "do": "start_session"}, {}]


@pytest.mark.parametrize("line", NO_ROOM)
def test_before_the_first_room(line: dict[str, Any]) -> None:
    assert "no room yet" in json.loads(Conversation().answer_text(json.dumps(line)))["error"]


ROOM_FAULTS: list[tuple[str, Any]] = [
    ("room", 7),
    ("room", []),
    ("mode", {}),
    ("mode", {"mode": "open"}),
    ("mode", {"mode": 1}),
    ("mode", {"mode": None}),
    ("colour", {"mode": "invite_only", "colour": 1}),
    ("stage_capacity", {"mode": "invite_only", "stage_capacity": -1}),
    ("stage_capacity", {"mode": "invite_only", "stage_capacity": 1.5}),
    ("stage_capacity", {"mode": "invite_only", "stage_capacity": True}),
    ("stage_capacity", {"mode": "invite_only", "stage_capacity": "3"}),
    ("stage_capacity", {"mode": "invite_only", "stage_capacity": 10**20}),
    ("when_full", {"mode": "invite_only", "when_full": "queue"}),
    ("request_ttl", {"mode": "invite_only", "request_ttl": -0.001}),
    ("invitation_ttl", {"mode": "invite_only", "invitation_ttl": 0.0001}),
    ("request_cooldown", {"mode": "invite_only", "request_cooldown": "30"}),
    ("reconnect_grace", {"mode": "invite_only", "reconnect_grace": 1e13}),
    ("request_limit", {"mode": "invite_only", "request_limit": 3}),
    ("request_limit.count", {"mode": "invite_only", "request_limit": {"window": 3}}),
    ("request_limit.window", {"mode": "invite_only", "request_limit": {"count": 3}}),
    ("request_limit.window", {"mode": "invite_only", "request_limit": {"count": 3, "window": "1"}}),
    ("per", {"mode": "invite_only", "request_limit": {"count": 3, "window": 1, "per": 2}}),
]


@pytest.mark.parametrize(("field", "room"), ROOM_FAULTS)
def test_faults_of_a_room(field: str, room: Any) -> None:
    (error,) = faults({"room": room})
    assert f"`{field}`" in error


LINE_FAULTS: list[tuple[str, Any]] = [
    ("at", {}),
    ("colour", {"colour": 1}),
    ("at", {"do": "speak", "by": "pat"}),
    ("do", {"at": 1, "by": "pat"}),
    ("do", {"at": 1, "do": "ask_to_jion", "by": "pat"}),
    ("do", {"at": 1, "do": ["speak"], "by": "pat"}),
    ("colour", {"at": 1, "do": "speak", "by": "pat", "colour": 1}),
    ("at", {"at": "1"}),
    ("at", {"at": True}),
    ("at", {"at": [1]}),
    ("at", {"at": 0.999}),
    ("at", {"at": 1.0001}),
    ("at", {"at": 10**13}),
    ("by", {"at": 1, "do": "speak", "by": 5}),
    ("by", {"at": 1, "do": "speak", "by": {"name": "pat"}}),
    ("id", {"at": 1, "do": "speak", "by": "pat", "id": 1}),
    ("at", {"ask": "state", "at": 1}),
    ("of", {"ask": "state", "of": "pat"}),
    ("of", {"ask": "actions"}),
    ("of", {"ask": "actions", "of": ""}),
    ("client", {"ask": "actions", "of": "pat", "client": "watch"}),
    ("to", {"ask": "actions", "of": "pat", "to": "mia"}),
    ("of", {"ask": "due", "of": "pat"}),
    ("at", {"ask": "due", "at": 1}),
    ("client", {"ask": "engine", "client": "mobile"}),
    ("told", {"ask": "state", "told": True}),
    ("told", {"at": 1, "told": True}),
    ("told", {"told": True}),
    ("told", {**ROOM, "told": 1}),
    ("told", {**ROOM, "told": "yes"}),
    ("connection", {"at": 1, "do": "leave_room", "by": "pat", "connection": 7}),
    ("connection", {"at": 1, "do": "leave_room", "by": "pat", "connection": ""}),
    ("connection", {"at": 1, "do": "speak", "by": "pat", "connection": "main"}),
    ("ask", {"ask": "who"}),
    ("ask", {"ask": ["state"]}),
    ("ask", {"ask": 7}),
    ("at", {"room": {"mode": "invite_only"}, "at": 1}),
]


@pytest.mark.parametrize(("field", "line"), LINE_FAULTS)
def test_faults_of_a_line(field: str, line: Any) -> None:
    (error,) = faults(line)
    assert f"`{field}`" in error


def test_an_error_says_what_is_possible() -> None:
    unknown, typo, mode = faults(
        {"ask": "who"}, {"at": 1, "do": "dance", "by": "pat"}, {"at": 1, "do": "set_mode", "by": "pat", "mode": "open"}
    )
    assert "`who`" in unknown or '`"who"`' in unknown
    assert "`state`" in unknown
    assert "ask_to_join" in typo
    (typo,) = faults({"at": 1, "do": "ask_to_jion", "by": "pat"})
    assert typo.endswith("\nhint: did you mean `ask_to_join`?")
    (typo,) = faults({"room": {"mode": "invite_only", "stage_capcity": 3}})
    assert typo.endswith("\nhint: did you mean `stage_capacity`?")
    (cut_off,) = faults('{"at": 5')
    assert "column 9" in cut_off
    assert "invite_only" in mode


def test_nulls_count_as_left_out() -> None:
    answers = talk(
        {"room": {"mode": "join_by_request", "stage_capacity": None, "request_limit": None}, "at": None},
        {"at": 0, "do": "enter_room", "by": "pat", "role": "participant", "client": None, "id": None},
        {"at": 1, "do": None},
        {"ask": "actions", "of": "pat", "client": None},
    )
    assert not [answer for answer in answers if "error" in answer]
    assert answers[1]["events"][0]["client"] == "desktop"


def test_a_null_does_not_hide_a_field_that_does_not_exist() -> None:
    room = {"mode": "join_by_request"}
    limit = {"count": 1, "window": 2, "colour": None}
    assert "`colour`" in faults({"room": {**room, "colour": None}})[0]
    assert "`colour`" in faults({"room": {**room, "request_limit": limit}})[0]
    assert "`colour`" in faults({"at": 12, "colour": None})[0]


@pytest.mark.parametrize("name", ["Zoë", "名前", "a b", "\U0001f600", "x" * 5000, "\u0000", '"', "System"])
def test_any_text_is_a_name(name: str) -> None:
    answers = talk(ROOM, {"at": 0, "do": "enter_room", "by": name, "role": "participant"}, {"ask": "state"})
    assert list(answers[2]["people"]) == [name]


def test_times_are_exact() -> None:
    for ms in [0, 1, 10, 999, 1000, 1001, 12_500, 123_456_789, 999_999_999_999_999]:
        text = json.dumps(seconds(ms))
        assert milliseconds(parse(f'{{"at": {text}}}')["at"], "at") == ms
        assert Decimal(text) * 1000 == ms
        assert ("." in text) == (ms % 1000 != 0)
    assert milliseconds(Decimal("12.5000"), "at") == 12_500
    assert milliseconds(parse('{"at": 1.2e1}')["at"], "at") == 12_000
    with pytest.raises(WireError, match="`at`"):
        milliseconds(parse('{"at": 0.10000000000000000000000000000000000001}')["at"], "at")


def test_ten_tenths_are_a_second() -> None:
    answers = talk(
        {"room": {"mode": "invite_only"}}, *({"at": round(tenth / 10, 1)} for tenth in range(1, 11)), {"at": 0.999}
    )
    assert all("error" not in answer for answer in answers[:-1])
    assert "`at`" in answers[-1]["error"]


def test_every_field_of_a_room_is_used() -> None:
    line = {
        "mode": "invite_only",
        "stage_capacity": 3,
        "when_full": "reject",
        "request_ttl": 60,
        "invitation_ttl": 61.5,
    }
    line |= {"request_cooldown": 30, "request_limit": {"count": 3, "window": 600}, "reconnect_grace": 20}
    config = wire.room_of(parse(json.dumps(line)))
    assert (config.stage_capacity, config.when_full, config.request_ttl_ms, config.invitation_ttl_ms) == (
        3,
        "reject",
        60_000,
        61_500,
    )
    assert (config.request_cooldown_ms, config.request_limit, config.reconnect_grace_ms) == (
        30_000,
        RequestLimit(3, 600_000),
        20_000,
    )
