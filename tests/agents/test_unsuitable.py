"""Wishes that the organiser would not want on stage: who has them, and what a review makes of them."""

import pytest

from scenes import play, run
from stagesim.metric_table import METRIC
from stagesim.metrics import measure

ASK = """
audience:
  count: 40
  wishes: {rounds: [{at: 10 s}], unsuitable: 0.5, unsuitable_stay: 7 s}
  on_stage: {stay: 20 s}
moderators: {approve_up_to: unlimited, review: {time: 1 s, REVIEW}}
"""
MODES = ("everyone_on_stage", "join_by_request", "invite_only")


def unsuitable(scene: str, **options: object) -> list[str]:
    return [line.split()[2] for line in play(scene, "wish_unsuitable", **options)]


def fates(scene: str) -> dict[str, str]:
    """Who was decided on, and how."""
    return {line.split()[2]: line.split()[3] for line in play(scene, "request_closed")}


def test_who_has_an_unsuitable_wish_is_the_same_in_every_mode() -> None:
    scene = ASK.replace("REVIEW", "approve: 1")
    in_each = [unsuitable(scene, mode=mode) for mode in MODES]
    assert in_each[0] == in_each[1] == in_each[2]
    assert 10 < len(in_each[0]) < 30


def test_an_unsuitable_wish_wants_a_stay_of_its_own() -> None:
    log = run(ASK.replace("REVIEW", "approve: 1"))
    bad = {row["wish"] for row in log.rows() if row["event"] == "wish_unsuitable"}
    wanted = {(row["wish"] in bad, row["wanted_ms"]) for row in log.rows() if row["event"] == "wish_arose"}
    assert wanted == {(True, 7_000), (False, 20_000)}
    had = {(row["wish"] in bad, row["had_ms"]) for row in log.rows() if row["event"] == "wish_ended"}
    assert had == wanted


def test_recognition_turns_away_the_unsuitable_and_nobody_else() -> None:
    scene = ASK.replace("REVIEW", "approve: 1, recognise: 1")
    bad = set(unsuitable(scene))
    assert {who for who, fate in fates(scene).items() if fate == "declined"} == bad


@pytest.mark.parametrize("approve", [0.3, 0.8])
def test_without_recognition_suitability_decides_nothing(approve: float) -> None:
    blind = ASK.replace("REVIEW", f"approve: {approve}")
    plain = blind.replace("unsuitable: 0.5, unsuitable_stay: 7 s", "limit: 9")
    assert fates(blind) == fates(plain)


def test_one_number_decides_a_review_whoever_is_suitable() -> None:
    """Whom a lower chance approves, a higher one approves, too: also between suitable and unsuitable."""
    approved = []
    for recognise in (0.9, 0.5, 0.2):
        found = fates(ASK.replace("REVIEW", f"approve: 0.5, recognise: {recognise}"))
        approved.append({who for who, fate in found.items() if fate == "approved"})
    assert approved[0] < approved[1] < approved[2]
    assert approved[1] == {
        who for who, fate in fates(ASK.replace("REVIEW", "approve: 0.5")).items() if fate == "approved"
    }


def test_a_noticed_wish_is_reviewed_in_the_same_way() -> None:
    scene = ASK.replace("REVIEW", "approve: 1, recognise: 1")
    bad = set(unsuitable(scene, mode="invite_only"))
    invited = {line.split()[2] for line in play(scene, "invitation_created", mode="invite_only")}
    assert invited == {f"audience-{number}" for number in range(1, 41)} - bad


def test_a_merged_wish_is_as_suitable_as_the_one_whose_fate_it_shares() -> None:
    wishes = "rounds: [{at: 10 s}, {at: 15 s}], meanwhile: merged"
    scene = ASK.replace("rounds: [{at: 10 s}]", wishes).replace("REVIEW", "approve: 1")
    found = unsuitable(scene)
    assert sorted(found) == sorted(2 * sorted(set(found)))


def test_the_figures_of_suitability() -> None:
    """Two people, one unsuitable for ten seconds, one suitable for thirty, of a session of ten minutes."""
    scene = """
audience:
  groups:
    good: {count: 1, wishes: {rounds: [{at: 10 s}]}, on_stage: {stay: 30 s}}
    bad: {count: 1, wishes: {rounds: [{at: 10 s}], unsuitable: 1, unsuitable_stay: 10 s}, on_stage: {stay: 30 s}}
"""
    figures = measure(run(scene, mode="everyone_on_stage"))
    assert figures["suitable_wishes"] == figures["unsuitable_stays"] == 1
    assert figures["suitable_wishes_heard_share"] == 1
    assert figures["suitable_wishes_turned_away_share"] == 0
    assert figures["unsuitable_stage_time"] == figures["unsuitable_off_mean"] == 10
    assert figures["wanted_stage_time_share"] == 0.75


def test_who_is_still_there_at_the_end_is_not_off() -> None:
    scene = "audience: {count: 1, wishes: {rounds: [{at: 9 min}], unsuitable: 1}, on_stage: {stay: 2 min}}"
    figures = measure(run(scene, mode="everyone_on_stage"))
    assert figures["unsuitable_stage_time"] == 60
    assert figures["unsuitable_off_mean"] == 600  # the horizon


def test_turning_fewer_away_is_no_merit_of_staff_who_are_too_slow_to_answer() -> None:
    scene = """
audience: {count: 20, wishes: {rounds: [{at: 10 s}]}, patience: 40 s, silent: 0, on_stage: {stay: 1 s}}
moderators: {approve_up_to: unlimited, review: {approve: 0.5, time: TIME}}
"""
    quick, slow = (measure(run(scene.replace("TIME", time), mode="join_by_request")) for time in ("1 s", "15 s"))
    assert slow["suitable_wishes_turned_away_share"] < quick["suitable_wishes_turned_away_share"]
    assert slow["suitable_wishes_heard_share"] < quick["suitable_wishes_heard_share"]
    assert METRIC["suitable_wishes_turned_away_share"].better is None
    assert METRIC["suitable_wishes_heard_share"].better == "higher"
