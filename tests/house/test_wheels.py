"""The two wheels as a user has them: the engine alone in an empty environment, and the types of both.

Everything is built and installed from what is here already: no index is asked.
"""

import json
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

import stageaccess
import stagesim
from stagesim.scenario.reading.bundled import FOLDERS

ROOT = Path(__file__).parents[2]
OUTSIDE = {
    name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_", "HATCH_", "MYPY"))
}
"""Our variables without those that let programs find the packages in place, or ask an index."""


def run(*command: str | Path, cwd: Path, said: str = "") -> str:
    done = subprocess.run(command, cwd=cwd, env=OUTSIDE, input=said, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built(folder: Path, into: Path) -> Path:
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", into, cwd=folder)
    (wheel,) = into.glob("*.whl")
    return wheel


def environment(folder: Path, *wheels: Path, options: tuple[str, ...] = ()) -> Path:
    """A new environment with nothing but these wheels; its Python."""
    venv.create(folder, with_pip=False)
    python = folder / "bin/python"
    pip = (sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "--python", python)
    run(*pip, "install", "--quiet", "--no-index", "--no-compile", *options, *wheels, cwd=folder)
    return python


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT / "policies", tmp_path_factory.mktemp("engine"))


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("laboratory"))


@pytest.fixture(scope="module")
def alone(engine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the engine and nothing else, not even pip."""
    return environment(tmp_path_factory.mktemp("alone"), engine)


def packages_in(wheel: Path) -> set[str]:
    names = zipfile.ZipFile(wheel).namelist()
    return {name.partition("/")[0] for name in names if ".dist-info/" not in name}


def metadata(wheel: Path) -> dict[str, list[str]]:
    with zipfile.ZipFile(wheel) as files:
        (name,) = (each for each in files.namelist() if each.endswith(".dist-info/METADATA"))
        said = message_from_bytes(files.read(name))
    return {key: [str(value) for value in said.get_all(key, [])] for key in ("Name", "Version", "Requires-Dist")}


def test_the_wheel_of_the_engine_is_small_and_needs_nothing(engine: Path) -> None:
    assert metadata(engine) == {"Name": ["stageaccess"], "Version": [stageaccess.__version__], "Requires-Dist": []}
    assert packages_in(engine) == {"stageaccess"}
    assert engine.stat().st_size < 100_000


def test_the_wheel_of_the_laboratory_has_the_harness_and_asks_for_the_engine(laboratory: Path) -> None:
    said = metadata(laboratory)
    assert (said["Name"], said["Version"]) == (["stage-access-lab"], [stagesim.__version__])
    assert packages_in(laboratory) == {"stagesim"}
    assert any(each.startswith("stageaccess") for each in said["Requires-Dist"])


def test_the_wheel_of_the_laboratory_has_the_conformance_files(laboratory: Path) -> None:
    folder = "stagesim/bundled/"
    inside = {name.removeprefix(folder) for name in zipfile.ZipFile(laboratory).namelist() if name.startswith(folder)}
    scenarios = ROOT / "scenarios"
    assert inside == {path.relative_to(scenarios).as_posix() for path in scenarios.rglob("*") if path.is_file()}
    assert any(str(each).endswith(folder.rstrip("/")) for each in FOLDERS)


@pytest.mark.parametrize(("name", "folder"), [("engine", ROOT / "policies"), ("laboratory", ROOT)])
def test_the_wheel_of_the_source_distribution_is_the_same(
    name: str, folder: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=folder)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        files.extractall(tmp_path, filter="data")
    again = built(tmp_path / archive.name.removesuffix(".tar.gz"), tmp_path / "wheel")
    assert again.read_bytes() == request.getfixturevalue(name).read_bytes()


def test_the_wheel_of_the_laboratory_has_the_pages_that_commands_print(laboratory: Path) -> None:
    found = zipfile.ZipFile(laboratory).read("stagesim/pages/protocol.md")
    assert found == (ROOT / "docs/reference/protocol.md").read_bytes()


def test_both_wheels_carry_types_and_licence(engine: Path, laboratory: Path) -> None:
    for wheel, package in ((engine, "stageaccess"), (laboratory, "stagesim")):
        names = zipfile.ZipFile(wheel).namelist()
        assert f"{package}/py.typed" in names
        assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


@pytest.mark.parametrize("command", [("bin/stageaccess",), ("bin/python", "-m", "stageaccess")])
def test_the_engine_alone_answers_the_line_protocol(alone: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    lines = [
        '{"room": {"mode": "join_by_request"}}',
        '{"at": 0, "do": "start_session"}',
        '{"at": 0, "do": "enter_room", "by": "pat", "role": "participant"}',
        '{"at": 5, "do": "join_stage", "by": "pat"}',
        '{"ask": "engine"}',
    ]
    program = alone.parents[1] / command[0]
    answers = [
        json.loads(line) for line in run(program, *command[1:], cwd=tmp_path, said="\n".join(lines)).splitlines()
    ]
    assert [answer.get("accepted") for answer in answers[1:4]] == [True, True, False]
    assert answers[3]["reason"] == "approval_needed"
    assert answers[4] == {"engine": "stageaccess", "version": stageaccess.__version__, "rules": "default"}


def test_the_engine_is_alone_there(alone: Path, tmp_path: Path) -> None:
    seen = (
        "import importlib.util, sys; print([importlib.util.find_spec(name) for name in ('stagesim', 'pip', 'simpy')])"
    )
    assert run(alone, "-c", seen, cwd=tmp_path) == "[None, None, None]\n"


USER = """\
import stagesim
from stageaccess import Action, Command, Mode, RoomConfig, StageAccess

engine = StageAccess(RoomConfig(Mode.JOIN_BY_REQUEST))
decision = engine.submit(Command(0, Action.START_SESSION))
accepted: bool = decision.accepted
reason: int = decision.reason  # wrong
engine.submit("start_session")  # wrong
engine.advance(at="now")  # wrong

scenario = stagesim.load("seminar.yaml")
stagesim.load(3)  # wrong
study = stagesim.compare(scenario, replications=10)
stagesim.compare(scenario, replications="ten")  # wrong
study.summery()  # wrong
"""


ANALYST = """\
import stagesim
from stagesim.agents.own import Me
from stagesim.agents.surroundings import Steps
from stagesim.agents.waiting import Waiting


def visitor(me: Me) -> Steps:
    me.enter()
    yield from me.sleep(60_000)
    me.wish()
    me.do("ask_to_join")


def by_turn(who: Waiting) -> int:
    return who.stays


scenario = stagesim.load({"title": "A talk", "duration": "10 min"}).changed({"audience.count": 5})
study = stagesim.compare(
    scenario,
    modes=["invite_only"],
    replications=2,
    behaviours={"audience": visitor},
    disciplines={"moderators": by_turn},
    until=stagesim.Until(decision="queue_mean"),
)
waits = study.wishes.groupby("mode")["time_to_stage_s"].mean()
figure = study.plot.time_to_stage()
both = stagesim.paired({"one": study, "two": study})
for name, each in both.items():
    print(name.upper(), each.extended(3).metrics)
sweep = stagesim.sweep(scenario, "audience.count=5,6", replications=2, modes="invite_only", progress=True)
sweep.plot("sweep_queue_mean").savefig("x.png")
sweep.plot.sweep_queue_mean().savefig("x.png")

stagesim.run(scenario, seed="1")  # wrong
study.at(minutes=7)  # wrong
study.plot.timeline(replication="first")  # wrong
me_is_no_person: int = study.results.outcomes[0].mode  # wrong
"""


def test_types_of_both_wheels_reach_their_users(engine: Path, laboratory: Path, tmp_path: Path) -> None:
    """mypy --strict finds what is wrong in users' scripts, and says nothing of missing types."""
    python = environment(tmp_path / "both", engine, laboratory, options=("--no-deps",))
    scripts = {"user.py": USER, "analyst.py": ANALYST}
    for name, text in scripts.items():
        (tmp_path / name).write_text(text)
    strict = (sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--python-executable={python}", *scripts)
    done = subprocess.run(strict, cwd=tmp_path, env=OUTSIDE, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    for name, text in scripts.items():
        found = [int(line.split(":")[1]) for line in done.stdout.splitlines() if re.match(rf"{name}:\d+: error:", line)]
        wrong = [number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# wrong")]
        assert found == wrong, done.stdout
