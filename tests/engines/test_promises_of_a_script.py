"""An engine is held to what it says of when something is due, also where nobody waits for it: in a script."""

from pathlib import Path

import pytest

from foreign import IGNORANT, answering
from stagesim.cli import invoke

SCRIPT = """\
title: Requests that end by themselves
duration: 2 min
modes: [join_by_request]
room: {mode: join_by_request, request_ttl: 30 s}
script:
  - {at: 0 s, do: enter_room, by: mia, role: host}
  - {at: 1 s, do: enter_room, by: pat, role: participant}
  - {at: 2 s, do: ask_to_join, by: pat, expect: requested}
  - {at: 10 s, do: cancel_request, by: pat, expect: viewer}
  - {at: 12.5 s, do: ask_to_join, by: pat, expect: requested}
  - {at: 40 s, do: ask_to_join, by: pat, expect: already_requested}
  - {at: 50 s, of: pat, events: [request_closed pat r2 expired at 42.5 s]}
"""


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("requests.yaml").write_text(SCRIPT)
    return "requests.yaml"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("if asked == {'ask': 'due'}: answer = {'due': None}", "at 42.5 s, and had said that nothing was due"),
        (
            "if answer.get('due') == 42.5: answer = {'due': 60}",
            "at 42.5 s, and had said that something was due at 60 s",
        ),
        (
            "if answer.get('due') == 42.5: answer = {'due': 41}",
            "at 42.5 s, and had said that something was due at 41 s",
        ),
        ("if asked == {'ask': 'due'}: answer = {'due': 32}", "and had said that something was due at 32 s"),
    ],
    ids=["nothing", "too late", "too early", "stale"],
)
def test_a_promise_that_is_not_kept_is_red(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, said: str
) -> None:
    assert invoke(["check", scenario, "--engine", answering(tmp_path, change), "--workers", "1"]) == 1
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("before", ["pass", IGNORANT], ids=["keeps its promises", "makes none"])
def test_one_that_keeps_them_is_green_and_so_is_one_that_makes_none(scenario: str, tmp_path: Path, before: str) -> None:
    assert invoke(["check", scenario, "--engine", answering(tmp_path, before=before), "--workers", "1"]) == 0
