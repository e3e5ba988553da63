"""An engine of somebody else's wherever scenarios are run: asked, named, red when it is broken, and gone afterwards."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import stagesim
from foreign import answering, runs
from stageaccess import EngineIdentity, RoomConfig, RuleSet
from stagesim.cli import invoke
from wrapping import Wrapping

pytestmark = pytest.mark.usefixtures("blank_charts")

SCENARIO = """\
title: A small clinic
duration: 3 min
modes: [join_by_request, everyone_on_stage]
room: {mode: join_by_request}
audience: {count: 4, wishes: {on_arrival: 0.8}}
moderators: {count: 1}
expect: [people <= 4]
"""

COMMANDS = {
    "run": ["run", "clinic.yaml", "--out", "out"],
    "compare": ["compare", "clinic.yaml", "--replications", "2", "--out", "out", "--workers", "2"],
    "check": ["check", "clinic.yaml", "--budget", "20", "--workers", "1"],
    "baseline": ["baseline", "save", "clinic.yaml", "--replications", "4", "--workers", "1"],
    "diff": ["diff", "clinic.yaml", "--set", "audience.count=4"],
    "sweep": ["sweep", "clinic.yaml", "--set", "audience.count=3,4", "--replications", "2", "--out", "out"],
    "size": [
        *("size", "clinic.yaml", "--goal", "queue_max <= 9", "--vary", "moderators.count", "--to", "2"),
        *("--budget", "20", "--out", "out", "--workers", "1"),
    ],
    "rank": ["rank", "clinic.yaml", "--goal", "queue_max <= 9", "--budget", "20", "--out", "out", "--workers", "1"],
    "sensitivity": [
        *("sensitivity", "clinic.yaml", "--vary", "audience.count=2:4", "--trajectories", "2"),
        *("--vary", "audience.wishes.on_arrival=0.5:1", "--replications", "1", "--out", "out", "--workers", "1"),
    ],
    "tip": [
        *("tip", "clinic.yaml", "--vary", "audience.count=2:4", "--goal", "people >= 1", "--replications", "2"),
        *("--out", "out", "--workers", "1"),
    ],
    "why": [
        *("why", "clinic.yaml", "--modes", "everyone_on_stage", "--replications", "16"),
        *("--out", "out", "--workers", "1"),
    ],
}


class Named(Wrapping):
    """Our own decisions under another name."""

    @property
    def identity(self) -> EngineIdentity:
        return EngineIdentity("named", "7", "default")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("clinic.yaml").write_text(SCENARIO)


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[str]:
    """An engine that says that it is `theirs`; every process of it has ended afterwards."""
    started = tmp_path / "started"
    told = (
        f"if asked.get('ask') == 'engine':\n    import os\n    print(os.getpid(), file=open({str(started)!r}, 'a'))\n"
    )
    yield answering(tmp_path, told + "    answer = {'engine': 'theirs', 'version': '3', 'rules': 'old'}")
    numbers = set(map(int, started.read_text().split()))
    assert numbers, "it was asked"
    assert not any(map(runs, numbers))


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_every_command_asks_the_engine_names_it_and_ends_it(arguments: list[str], theirs: str) -> None:
    assert invoke([*arguments, "--engine", theirs]) == 0
    if arguments[0] == "compare":
        manifest = Path("out/manifest.json").read_text()
        assert json.loads(manifest)["engine"] == {"engine": "theirs", "version": "3", "rules": "old"}
        assert "--engine" in manifest
        assert "theirs 3, rules old" in Path("out/report.html").read_text()


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_no_command_takes_a_broken_engine_for_a_fault_of_ours(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = answering(tmp_path, "if 'do' in asked: sys.exit(3)")
    assert invoke([*arguments, "--engine", broken]) == 1
    said = "".join(capsys.readouterr())
    assert f"the engine `{broken}` ended with exit status 3 instead of answering" in said
    assert "asked: `{" in said
    assert "internal error" not in said


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_program_that_is_not_there_is_bad_input(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke([*arguments, "--engine", "no-such-program"]) == 2
    assert "error: the engine `no-such-program` cannot be started" in capsys.readouterr().err


PYTHON: dict[str, Callable[..., Any]] = {
    "run": lambda **given: stagesim.run("clinic.yaml", **given),
    "compare": lambda **given: stagesim.compare("clinic.yaml", replications=2, **given),
    "compare with workers": lambda **given: stagesim.compare("clinic.yaml", replications=4, workers=2, **given),
    "compare_variants": lambda **given: stagesim.compare_variants(
        {"one": "clinic.yaml", "two": stagesim.load("clinic.yaml", ["audience.count=3"])}, replications=2, **given
    ),
    "sweep": lambda **given: stagesim.sweep("clinic.yaml", ["audience.count=3,4"], replications=2, **given),
    "size": lambda **given: stagesim.size(
        "clinic.yaml", "queue_max <= 9", vary="moderators.count", high=2, budget=20, **given
    ),
    "rank": lambda **given: stagesim.rank("clinic.yaml", "queue_max <= 9", budget=20, **given),
    "sensitivity": lambda **given: stagesim.sensitivity(
        "clinic.yaml",
        ["audience.count=2:4", "audience.wishes.on_arrival=0.5:1"],
        trajectories=2,
        replications=1,
        **given,
    ),
    "tip": lambda **given: stagesim.tip(
        "clinic.yaml", "people >= 1", ranges="audience.count=2:4", replications=2, **given
    ),
    "why": lambda **given: stagesim.why("clinic.yaml", replications=2, **given),
}


@pytest.mark.parametrize("ask", PYTHON.values(), ids=PYTHON)
@pytest.mark.filterwarnings("ignore:one process does all of it")
def test_every_function_takes_a_command_or_what_makes_rooms(ask: Callable[..., Any], theirs: str) -> None:
    made: list[Named] = []

    def maker(config: RoomConfig, rules: RuleSet) -> Named:
        made.append(Named(config, rules))
        return made[-1]

    ask(engine=maker)
    assert made
    ask(engine=theirs)


def test_a_log_names_the_engine_that_made_it(theirs: str) -> None:
    ours, named, other = (stagesim.run("clinic.yaml", engine=each) for each in (None, Named, theirs))
    assert [found.log.header.engine for found in (ours, named, other)] == ["stageaccess", "named", "theirs"]
    assert [found.log.header.engine_version for found in (named, other)] == ["7", "3"]
    assert other.log.header.rules == "old"
    assert len({found.log.packed for found in (ours, named, other)}) == 1, "they decide the same"
    assert len({found.log.digest() for found in (ours, named, other)}) == 3


def test_a_comparison_is_extended_with_its_engine(theirs: str) -> None:
    found = stagesim.compare("clinic.yaml", replications=2, engine=theirs).extended(3)
    assert {outcome.log.header.engine for outcome in found.results.outcomes} == {"theirs"}
    assert found.results.replications == 3
