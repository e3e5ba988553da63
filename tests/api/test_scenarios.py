"""A scenario in any form, and changes that are checked like a file."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stagesim
from scenario_files import EVERY, read
from stageaccess import RULES
from stagesim.scenario.changing import changed
from stagesim.scenario.forms.canonical import digest, short_form
from stagesim.scenario.reading.loader import from_data

ROOT = Path(__file__).parents[2]
TALK = {"title": "A talk", "duration": "10 min", "audience": {"count": 5, "wishes": {"on_arrival": 1}}}


@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.stem)
def test_what_a_scenario_says_is_read_back_as_the_same(file: Path) -> None:
    scenario = read(file)
    again = from_data(short_form(scenario))
    assert again.model_dump() == scenario.model_dump()
    assert digest(again) == digest(scenario)


def test_every_call_takes_every_form(path: Path) -> None:
    text = path.read_text()
    forms: list[Any] = [path, str(path), text, stagesim.load(path)]
    found = {stagesim.run(form, seed=3).log.digest() for form in forms}
    assert len(found) == 1
    flow = "{title: A talk, duration: 10 min, audience: {count: 5, wishes: {on_arrival: 1}}}"
    assert stagesim.run(TALK).log.digest() == stagesim.run(flow).log.digest()
    options: dict[str, Any] = {"modes": "join_by_request", "seed": 3}
    for form in (TALK, stagesim.load(TALK), flow):
        assert stagesim.compare(form, replications=1, **options).metrics["people"].item() == 5
        assert len(stagesim.sweep(form, "audience.count=2,3", replications=1, **options).metrics) == 2
        assert stagesim.size(form, "queue_max <= 9", vary="moderators.count", high=1, budget=40, **options).table.size
        assert stagesim.rank(
            form, "queue_max <= 9", budget=40, seed=3, modes=["invite_only", "join_by_request"]
        ).table.size


def test_a_change_is_checked_like_a_file(path: Path) -> None:
    scenario = stagesim.load(path)
    found = scenario.changed({"room.stage_capacity": np.int64(3), "duration": "30 min", "audience.patience": "90 s"})
    assert (found.room.stage_capacity, found.duration) == (3, 1_800_000)
    assert found.room.mode == scenario.room.mode
    assert found.changed({"duration": timedelta(minutes=5)}).duration == 300_000
    made = stagesim.load(TALK).changed("audience.count=7").changed({"title": "a: b, 'c'"})
    assert (made.audience["audience"].count, made.title) == (7, "a: b, 'c'")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"duration": 1800}, "expected a duration, got `1800`\n  hint: write a unit: `1800 s`"),
        ({"typo": 1}, "unknown key `typo`"),
        ({"audience.count": "many"}, "expected a whole number"),
        ({"room.stage_capacitty": 3}, "did you mean `stage_capacity`"),
        ("audience.count", "expected `path=value`"),
        ([3], "expected a change, got `3`"),
        ({"rules": RULES}, "no file can say `RuleSet(name="),
    ],
)
@pytest.mark.parametrize("form", [lambda path: path, lambda _: TALK], ids=["file", "mapping"])
def test_a_change_that_is_none_is_refused(path: Path, form: Callable[[Path], Any], changes: Any, said: str) -> None:
    for ask in (stagesim.load(form(path)).changed, lambda each: stagesim.run(form(path), sets=each)):
        with pytest.raises(stagesim.ScenarioError) as raised:
            ask(changes)
        assert said in str(raised.value)
        assert "--" not in str(raised.value)


def test_nothing_unchecked_is_put_in() -> None:
    scenario = stagesim.load(TALK)
    with pytest.raises(TypeError, match=r"use `scenario.changed`"):
        scenario.model_copy(update={"duration": 1800})
    assert changed(scenario, ()) is scenario
    with pytest.raises(ValueError, match="expected a duration"):
        stagesim.Scenario(title="x", duration=1800)


def test_what_is_no_scenario_says_what_is_one() -> None:
    for wrong in (7, None, ["seminar.yaml"]):
        with pytest.raises(stagesim.ScenarioError, match=r"expected a scenario, got .*\n  hint: give the path"):
            stagesim.run(wrong)  # type: ignore[arg-type]
    for nameless in ("", " "):
        with pytest.raises(stagesim.ScenarioError, match=r"^scenario: the name of the file is empty\n  hint: give"):
            stagesim.load(nameless)
    with pytest.raises(stagesim.ScenarioError, match="missing `duration`"):
        stagesim.load({"title": "x"})


def test_a_mapping_that_contains_itself_is_no_scenario() -> None:
    around: dict[str, Any] = {**TALK}
    around["audience"] = {"count": 5, "groups": around}
    many: list[Any] = []
    many += [many, many]
    for ask in (
        lambda: stagesim.load(around),
        lambda: stagesim.load({**TALK, "modes": many}),
        lambda: stagesim.load(TALK, {"audience": around}),
    ):
        with pytest.raises(stagesim.ScenarioError, match=r"nested too deeply, or contains itself\n  hint: "):
            ask()
