"""What was varied and changed nothing is said, measured by sessions; what changed something is not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import stagesim
from made_sessions import Made
from stagesim.cli import invoke
from stagesim.experiments.comparison.unchanged import Unchanged, idle_settings, variants_alike
from stagesim.experiments.questions.factors import parse_factor
from stagesim.experiments.questions.sweep import sweep_points
from stagesim.experiments.replications import Figures
from stagesim.experiments.study import Plan, study
from stagesim.reporting.words.unchanged import sentence
from stagesim.scenario.reading.loader import load
from stagesim.scenario.scenario import Scenario
from wrapping import Wrapping

pytestmark = pytest.mark.usefixtures("blank_charts")

MODES = ("everyone_on_stage", "join_by_request", "invite_only")
TEXT = """\
title: Two at a time
duration: 10 min
room: {stage_capacity: 2}
audience: {count: 20, wishes: {rate: 30 per hour}, patience: 2 min, setup: {time: 4 s}, answer: {time: 3 s}}
moderators: {approve_up_to: 2, review: {time: 5 s}}
"""


def silent(agent: object) -> Iterator[None]:
    """A behaviour in which nobody does anything."""
    yield from ()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "two.yaml"
    path.write_text(TEXT)
    return path


def plan(file: Path, *sets: str, replications: int = 4) -> Plan:
    return Plan(load(file, sets), MODES, tuple(range(replications)))


def found(file: Path, *sets: str) -> list[Unchanged]:
    asked = plan(file, *sets)
    return list(idle_settings(asked, study(asked)))


def test_places_that_are_never_given_change_nothing(file: Path) -> None:
    """README's own example once said that more places do not help, and not why."""
    (unchanged,) = found(file, "room.stage_capacity=8")
    assert unchanged == Unchanged("room.stage_capacity=8", MODES[1:], 3)
    assert sentence(unchanged) == (
        "`room.stage_capacity=8` changes nothing in join by request, invite only: with it and without it, "
        "the first 3 sessions are the same, event by event"
    )


def test_each_setting_is_taken_away_by_itself(file: Path) -> None:
    assert found(file, "room.stage_capacity=8", "moderators.approve_up_to=8") == [
        Unchanged("moderators.approve_up_to=8", ("everyone_on_stage",), 3)
    ]
    assert found(file, "title=Another title") == []
    assert found(file) == []


def test_variants_with_the_same_sessions(file: Path) -> None:
    variants = {
        name: study(plan(file, *sets, replications=2))
        for name, sets in (("as it is", ()), ("wide", ("room.stage_capacity=8",)), ("few", ("audience.count=5",)))
    }
    assert list(variants_alike(variants)) == [Unchanged("wide", MODES[1:], 2, "as it is")]
    assert "beside `as it is`, the first 2 sessions are the same" in sentence(Unchanged("wide", MODES, 2, "as it is"))


def test_variants_in_python_and_on_the_page(file: Path) -> None:
    variants = {
        "as it is": load(file),
        "wide": load(file, ["room.stage_capacity=8"]),
        "few": load(file, ["audience.count=5"]),
    }
    compared = stagesim.compare_variants(variants, modes=MODES[1:2], replications=2)
    (line,) = compared.unchanged
    assert line.startswith("`wide` changes nothing in join by request: beside `as it is`")
    page = compared.save("out").read_text(encoding="utf-8")
    assert (
        page.index("Which variant for which goal")
        < page.index("<code>wide</code> changes nothing")
        < page.index("<details")
    )
    alone = stagesim.compare_variants(
        {name: variants[name] for name in ("as it is", "few")}, modes=MODES[1:2], replications=2
    )
    assert alone.unchanged == []


def test_a_comparison_says_it_on_top(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["compare", str(file), "--set", "room.stage_capacity=8", "--replications", "2", "--out", "out"]
    assert invoke(asked) == 0
    said = capsys.readouterr().err
    assert "advice: `room.stage_capacity=8` changes nothing in join by request, invite only" in said
    assert f"{file}:5: advice: moderators.approve_up_to: `approve_up_to` is 2, and `room.stage_capacity` 8" in said
    page = Path("out/report.html").read_text(encoding="utf-8")
    assert page.index("Before you believe the figures") < page.index("The most telling figures")
    assert "<code>moderators.approve_up_to</code>: <code>approve_up_to</code> is 2" in page


def test_without_advice_the_report_has_no_heading_for_it(file: Path) -> None:
    compared = stagesim.compare(file, replications=2)
    assert compared.advice == []
    assert "Before you believe" not in compared.save("out").read_text(encoding="utf-8")
    (advice,) = stagesim.compare(file, replications=2, sets=["audience.patience=null"]).advice
    assert "nobody of `audience` ever loses patience" in advice


def test_where_others_decide_or_play_only_what_holds_there_is_said(file: Path) -> None:
    """The rules of another engine may put anybody on the stage, and a behaviour may do anything."""
    sets = ["moderators.approve_up_to=0", "audience.patience=null"]

    def seen(**options: Any) -> list[str]:
        return [line.split(": ")[2] for line in stagesim.run(file, sets=sets, **options).advice]

    assert seen() == ["moderators.approve_up_to", "audience.patience"]
    assert seen(engine=Wrapping) == ["audience.patience"]
    assert seen(behaviours={"audience": silent}) == []


def test_a_sweep_says_which_values_make_no_difference(file: Path) -> None:
    swept = stagesim.sweep(file, ["room.stage_capacity=1,2,4,8"], replications=3, modes=["join_by_request"])
    assert swept.answer.lines[0] == (
        "Places on stage 2, 4 and 8 make no difference in join by request: "
        "all figures of every session are the same, the time with a full stage apart."
    )


def test_values_are_alike_only_if_they_are_with_all_others() -> None:
    def make(scenario: Scenario, mode: str, replication: int) -> Figures:
        staff, people = scenario.moderators["moderators"].count, scenario.audience["audience"].count or 0
        return {"queue_mean": min(staff, 3) + (people if staff > 1 else 0), "stage_full_share": float(staff)}

    question = Made("made.yaml", modes=("join_by_request",), make=make)
    factors = [parse_factor("moderators.count=1,3,4,5"), parse_factor("audience.count=2,3")]
    results = sweep_points(question, factors, replications=2)
    assert list(results.alike(0, "join_by_request")) == [("3", "4", "5")]
    assert list(results.alike(1, "join_by_request")) == []
