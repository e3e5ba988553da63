"""`stagesim races`: what depends on the order of one millisecond is told with the two that race, and nothing else."""

import json
from pathlib import Path

import pytest

from foreign import answering
from scenes import run
from stagesim.cli import invoke
from stagesim.scenario.reading.loader import loads
from stagesim.testing.laboratory.races import Race, races

HEAD = "title: A race\nduration: 2 min\nsession: scripted\nmodes: [join_by_request]\n"
ROOM = "room: {stage_capacity: 1, invitation_ttl: 10 s, request_ttl: 30 s}\n"
SCRIPT = """script:
  - {at: 0 s, do: enter_room, by: mia, role: moderator}
  - {at: 0 s, do: enter_room, by: max, role: moderator}
  - {at: 0 s, do: enter_room, by: ana, role: participant}
  - {at: 0 s, do: enter_room, by: bob, role: participant}
  - {at: 0 s, do: start_session}
"""


def found(steps: str, mode: str = "join_by_request") -> list[Race]:
    return races(loads(HEAD + ROOM + SCRIPT + steps), mode)


def test_two_go_live_on_the_last_place() -> None:
    [race] = found("""
  - {at: 1 s, do: invite, by: mia, to: ana}
  - {at: 1 s, do: invite, by: max, to: bob}
  - {at: 2 s, do: join_stage, by: ana}
  - {at: 2 s, do: join_stage, by: bob}
  - {at: 5 s, do: go_live, by: ana}
  - {at: 5 s, do: go_live, by: bob}
""")
    assert (race.at_ms, race.first, race.second, race.what_for) == (
        *(5000, "ana go_live", "bob go_live", "the last place"),
    )
    assert ("answer bob go_live", "stage_full", "accepted") in race.unlike
    assert ("standing ana", "on_stage", "preparing") in race.unlike


def test_two_moderators_decide_at_once_and_two_people_ask_at_once() -> None:
    queue, decision = found("""
  - {at: 1 s, do: ask_to_join, by: ana}
  - {at: 1 s, do: ask_to_join, by: bob}
  - {at: 2 s, do: bring_to_stage, by: mia, to: ana}
  - {at: 2 s, do: decline_request, by: max, to: ana}
  - {at: 2 s, do: cancel_request, by: bob}
""")
    assert queue.unlike == (("queue", "ana, bob", "bob, ana"),)
    assert queue.what_for == "the place in the queue"
    assert (decision.first, decision.second) == ("mia bring_to_stage ana", "max decline_request ana")
    assert ("request of ana", "approved by mia", "declined by max") in decision.unlike


def test_a_race_of_three_names_the_two_that_matter() -> None:
    [race] = found("""
  - {at: 1 s, do: ask_to_join, by: ana}
  - {at: 2 s, do: cancel_request, by: ana}
  - {at: 2 s, do: ask_to_join, by: bob}
  - {at: 2 s, do: bring_to_stage, by: mia, to: ana}
""")
    assert {race.first, race.second} == {"ana cancel_request", "mia bring_to_stage ana"}


def test_one_persons_own_commands_keep_their_order() -> None:
    assert not found("""
  - {at: 1 s, do: ask_to_join, by: ana}
  - {at: 1 s, do: cancel_request, by: ana}
""")


def test_the_session_starts_before_what_falls_on_the_same_millisecond_unless_the_script_starts_it() -> None:
    steps = SCRIPT + "  - {at: 0 s, do: ask_to_join, by: ana}\n"
    own = races(loads(HEAD + ROOM + steps), "join_by_request")
    assert [(race.first, race.second) for race in own] == [("start_session", "ana ask_to_join")]
    automatic = steps.replace("  - {at: 0 s, do: start_session}\n", "")
    assert not races(loads(HEAD.replace("session: scripted\n", "") + ROOM + automatic), "join_by_request")


def test_an_answer_at_the_millisecond_at_which_the_invitation_ends() -> None:
    [race] = found("""
  - {at: 1 s, do: invite, by: mia, to: ana}
  - {at: 11 s, do: join_stage, by: ana}
""")
    assert race.is_due
    assert (race.at_ms, race.first, race.second) == (11_000, "ana join_stage", "the end of the invitation of ana")
    assert race.unlike == (("answer ana join_stage", "accepted", "approval_needed"),)


LIVED_IN = """
title: All at once
duration: 4 min
room: {mode: join_by_request, stage_capacity: 1}
audience: {count: 3, wishes: {rounds: [{at: 1 min, share: 1, delay: 0 s}]}}
"""


def test_of_a_simulated_session_only_what_came_in_both_orders_is_a_race() -> None:
    alone = races(loads(LIVED_IN), "join_by_request", orders=6)
    assert alone
    assert {race.at_ms for race in alone} == {60_000}
    assert all(race.first.endswith("ask_to_join") and race.second.endswith("ask_to_join") for race in alone)
    # A moderator who decides in the same millisecond does so because somebody asked: that is no race.
    decided = races(loads(LIVED_IN + "moderators: {count: 1, review: {time: 0 s}}\n"), "join_by_request", orders=6)
    assert not any("bring_to_stage" in race.first and "ask_to_join" in race.second for race in decided)


def test_shuffled_ties_are_those_of_their_seed() -> None:
    scene = "audience: {count: 4, wishes: {rounds: [{at: 1 min, share: 1, delay: 0 s}]}}\n"
    plain, one, again, other = (run(scene, ties=ties).digest() for ties in (None, 1, 1, 2))
    assert plain == run(scene).digest()
    assert one == again
    assert len({plain, one, other}) > 1


def test_the_command_tells_each_race_and_either_outcome(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "race.yaml"
    asks = "  - {at: 1 s, do: ask_to_join, by: ana}\n  - {at: 1 s, do: ask_to_join, by: bob}\n"
    file.write_text(HEAD + ROOM + SCRIPT + asks, encoding="utf-8")
    assert invoke(["races", str(file), "--out", str(tmp_path / "page")]) == 1
    assert "or this" in (tmp_path / "page" / "report.html").read_text(encoding="utf-8")
    [kept] = json.loads((tmp_path / "page" / "races.json").read_text(encoding="utf-8"))["races"]
    assert kept["differs"] == [{"what": "queue", "first": "ana, bob", "second": "bob, ana"}]
    said = capsys.readouterr().out
    race, number = said.splitlines()[-2:]
    assert race == (
        "• 00:01.000 join_by_request: ana ask_to_join and bob ask_to_join, for the place in the queue: either. "
        "ana ask_to_join first: queue ana, bob. bob ask_to_join first: queue bob, ana"
    )
    assert number == "• 1 race"
    assert invoke(["races", str(file), "--engine", answering(tmp_path)]) == 1
    assert capsys.readouterr().out == said
    file.write_text(HEAD + ROOM + SCRIPT, encoding="utf-8")
    assert invoke(["races", str(file)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "• nothing depends on the order"
