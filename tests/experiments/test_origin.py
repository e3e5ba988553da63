"""What was asked is data, the command is written from it, and what was run is what is named."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import stagesim
from scenario_files import EVERY, read
from stageaccess import RoomConfig, RuleSet
from stagesim.cli import invoke
from stagesim.experiments.comparison.compare import Aim, carry_out
from stagesim.experiments.kept.folder import manifest
from stagesim.experiments.kept.matter import matter_of, other_study
from stagesim.experiments.kept.resume import resumable
from stagesim.experiments.origin import Given, Origin, as_python, as_shell, given
from stagesim.experiments.results import Results
from stagesim.experiments.size.rules import FixedSize
from stagesim.experiments.study import Plan
from stagesim.reporting.publish import keep, publish
from stagesim.scenario.forms.canonical import digest, file_form, file_text
from stagesim.scenario.reading.loader import load, loads
from wrapping import Wrapping

pytestmark = pytest.mark.usefixtures("blank_charts")

TEXT = """\
title: A small seminar
duration: 5 min
room: {stage_capacity: 2}
audience: {count: 6, wishes: {rate: 12 per hour}}
moderators: {review: {time: 10 s}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seminar.yaml").write_text(TEXT)
    return tmp_path


def digests(results: Results) -> list[str]:
    return [outcome.log.digest() for outcome in results.outcomes]


def silent(agent: object) -> Iterator[None]:
    """A behaviour in which nobody does anything."""
    yield from ()


class Other(Wrapping):
    """An engine of somebody else's."""


def other(config: RoomConfig, rules: RuleSet) -> Other:
    """Make a room in it."""
    return Other(config, rules)


@pytest.mark.parametrize(
    ("origin", "shell", "python"),
    [
        (
            Origin("run", {"": Given("a b.yaml", ("audience.count=4",))}, {"mode": "invite_only", "seed": 2}),
            "stagesim run 'a b.yaml' --mode invite_only --seed 2 --set audience.count=4",
            "stagesim.run('a b.yaml', mode='invite_only', seed=2, sets=['audience.count=4'])",
        ),
        (
            Origin(
                "compare",
                {"": Given("a.yaml")},
                {"modes": ("x", "y"), "replications": None, "precision": {"asks": "5%"}, "margins": {}},
                engine="e",
            ),
            "stagesim compare a.yaml --modes x,y --until-precision asks=5% --engine e",
            "stagesim.compare('a.yaml', modes=['x', 'y'], until=stagesim.Until(precision={'asks': '5%'}), engine='e')",
        ),
        (
            Origin("sweep", {"": Given("a.yaml")}, {"factors": ("audience.count=2,4",), "seed": 1}),
            "stagesim sweep a.yaml --set audience.count=2,4 --seed 1",
            "stagesim.sweep('a.yaml', ['audience.count=2,4'], seed=1)",
        ),
        (
            Origin("size", {"": Given("a.yaml")}, {"goals": ("queue_max < 3", "asks < 9"), "vary": "n", "high": 6}),
            "stagesim size a.yaml --goal 'queue_max < 3' --goal 'asks < 9' --vary n --to 6",
            "stagesim.size('a.yaml', 'queue_max < 3', 'asks < 9', vary='n', high=6)",
        ),
        (
            Origin("size", {"": Given("a.yaml")}, {"goals": ("asks < 9",), "low": 0, "largest": True}),
            "stagesim size a.yaml --goal 'asks < 9' --from 0 --largest",
            "stagesim.size('a.yaml', 'asks < 9', low=0, largest=True)",
        ),
        (
            Origin("size", {"": Given("a.yaml")}, {"goals": ("asks < 9",), "low": 0, "largest": False}),
            "stagesim size a.yaml --goal 'asks < 9' --from 0",
            "stagesim.size('a.yaml', 'asks < 9', low=0)",
        ),
    ],
)
def test_one_origin_is_written_for_the_shell_and_for_python(origin: Origin, shell: str, python: str) -> None:
    assert as_shell(origin) == shell
    assert as_python(origin) == python


def test_variants_are_written_with_their_changes() -> None:
    sources = {
        "as it is": Given("a.yaml"),
        "narrow": Given("a.yaml", (), ("room.stage_capacity=1", "audience.count=2")),
    }
    origin = Origin("compare", sources, {"seed": 1})
    assert as_shell(origin) == (
        "stagesim compare a.yaml --seed 1 --variant 'narrow: room.stage_capacity=1; audience.count=2'"
    )
    assert as_python(Origin("compare_variants", sources)) == (
        "stagesim.compare_variants({'as it is': 'a.yaml', "
        "'narrow': stagesim.load('a.yaml', ['room.stage_capacity=1', 'audience.count=2'])})"
    )


def kinds(data: object, key: str = "") -> set[tuple[str, str]]:
    """Each key of nested data with each type of what it holds."""
    match data:
        case dict():
            return {(key, "dict")}.union(*(kinds(value, str(name)) for name, value in data.items()))
        case list():
            return {(key, "list")}.union(*(kinds(value, key) for value in data))
        case _:
            return {(key, type(data).__name__)}


def test_a_scenario_as_it_was_run_can_be_read_again() -> None:
    """Of the bundled scenarios those that write something as none before; what all of them say is in `file_form`,
    which is read back from each in the tests of the written forms.
    """
    written: set[tuple[str, str]] = set()
    tried = []
    for path in EVERY:
        scenario = read(path)
        if new := kinds(file_form(scenario)) - written:
            again = loads(file_text(scenario))
            assert again.model_dump() == scenario.model_dump(), path
            assert digest(again) == digest(scenario), path
            written |= new
            tried.append(path)
    assert len(tried) > 10


def test_a_scenario_is_compared_with_the_file_that_it_was_read_from(folder: Path) -> None:
    scenario = load("seminar.yaml", ["audience.count=3"])
    assert given(scenario)[1] == Given("seminar.yaml", ("audience.count=3",))
    longer = scenario.with_parts(duration=scenario.duration * 2)
    assert given(longer)[1] == Given("seminar.yaml", altered=True)
    assert given(loads(TEXT, "another.yaml"))[1] == Given()
    for text in (TEXT.replace("5 min", "6 min"), "title: no scenario any more\n"):
        (folder / "seminar.yaml").write_text(text)
        assert given(scenario)[1].altered


@pytest.mark.parametrize(
    "asked",
    [
        lambda: stagesim.compare("seminar.yaml", replications=2, seed=3, sets=["audience.count=4"]),
        lambda: stagesim.compare(load("seminar.yaml", ["audience.count=4"]), modes="invite_only", replications=2),
        lambda: stagesim.run(load("seminar.yaml", ["duration=1 min"]).with_parts(duration=90_000)),
        lambda: stagesim.compare(loads(TEXT).with_parts(duration=100_000), replications=2),
        lambda: stagesim.run("seminar.yaml", engine=other, seed=2),
        lambda: stagesim.run("seminar.yaml", behaviours={"audience": silent}, replication=2),
    ],
)
def test_the_call_in_a_report_gives_the_same_results(folder: Path, monkeypatch: pytest.MonkeyPatch, asked) -> None:
    found = asked()
    keep(found.results, folder)
    call = json.loads((folder / "manifest.json").read_text())["command"]
    again = eval(call.replace(f"{__name__}.", ""), {"stagesim": stagesim, **globals()})  # noqa: S307 - it is our own
    assert digests(again.results) == digests(found.results)


def test_the_scenario_beside_a_report_gives_the_same_sessions(folder: Path) -> None:
    changed = load("seminar.yaml").with_parts(duration=100_000)
    report = stagesim.compare(changed, modes="invite_only", replications=2, seed=4).save(folder / "one")
    one = json.loads((folder / "one/manifest.json").read_text())
    assert one["scenario"]["saved"] == "scenario.yaml"
    assert "scenario.yaml" in one["files"]
    (remark,) = one["origin"]["remarks"]
    assert remark == (
        "The scenario is not seminar.yaml, it was changed after it was read. "
        "What was run is saved beside this report as scenario.yaml."
    )
    assert remark in report.read_text()
    command = "compare one/scenario.yaml --modes invite_only --replications 2 --seed 4 --workers 1 --out two"
    assert invoke(shlex.split(command)) == 0
    two = json.loads((folder / "two/manifest.json").read_text())
    assert two["runs"] == one["runs"]
    assert two["scenario"]["digest"] == one["scenario"]["digest"]


def test_every_variant_has_its_own_scenario_and_its_own_changes(folder: Path) -> None:
    narrow = load("seminar.yaml", ["room.stage_capacity=1"])
    made = loads(TEXT.replace("count: 6", "count: 4"))
    found = stagesim.compare_variants(
        {"as it is": "seminar.yaml", "narrow": narrow, "few": made}, modes="invite_only", replications=2
    )
    page = found.save(folder / "out").read_text()
    assert "<code>--set room.stage_capacity=1</code>" in page
    assert "few&#39;: &#39;few/scenario.yaml&#39;" in page
    for name, scenario in (("as_it_is", load("seminar.yaml")), ("narrow", narrow), ("few", made)):
        assert digest(load(folder / f"out/{name}/scenario.yaml")) == digest(scenario)
    assert "--set" not in (folder / "out/as_it_is/report.html").read_text().partition("<main>")[0]


def test_another_engine_and_own_behaviours_are_named_and_never_resumed(folder: Path) -> None:
    plan = Plan(load("seminar.yaml"), ("invite_only",), behaviours={"audience": silent}, engine=other)
    found = carry_out({"": plan}, Aim(FixedSize(2)))[""]
    assert (found.origin.engine, found.origin.maker) == (None, f"{__name__}.other")
    assert found.origin.behaviours == {"audience": f"{__name__}.silent"}
    said = manifest(found)
    assert said["identity"]["engine"] == f"{__name__}.other"
    assert said["identity"]["behaviours"] == {"audience": f"{__name__}.silent"}
    head = publish(found, folder / "out").read_text().partition("<main>")[0]
    assert f"<code>{__name__}.other</code> is the engine" in head
    assert f"<code>{__name__}.silent</code> plays audience" in head
    assert not resumable(folder / "out", plan).outcomes
    ours = Plan(plan.scenario, plan.modes)
    assert "other behaviours and another engine" in other_study(folder / "out", matter_of({"": ours.results(())}))
    assert "may have changed" in other_study(folder / "out", matter_of({"": found}))


def test_a_comparison_that_is_extended_says_its_size(folder: Path) -> None:
    until = stagesim.Until(precision={"queue_mean": 100})
    found = stagesim.compare("seminar.yaml", modes="join_by_request", replications=15, until=until)
    assert "until=stagesim.Until(precision={'queue_mean': 100})" in found.results.origin.command
    more = found.extended(17).results
    assert more.origin.command == "stagesim.compare('seminar.yaml', modes=['join_by_request'], replications=17, seed=1)"
