"""The jobs of `examples/ci`, step by step in a repository that has nothing of ours but the wheels.

Other packages are those that are here already: no index is asked.
"""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from ruamel.yaml import YAML

from stagesim.reporting.gate.markdown import marker

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples/ci"
OURS = ("stageaccess", "stagesim", "stage_access_lab", "__editable__", "_stage")

TALK = """\
title: A short talk
duration: 5 min
modes: [join_by_request]
room: {stage_capacity: 2}
audience: {count: 6, wishes: {rate: 20 per hour}}
moderators: {count: 1}
expect: [people <= 6]
properties:
  - always on_stage <= capacity
"""


@pytest.fixture(scope="module")
def stagesim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `stagesim/` of the page: two wheels and the list of what they need."""
    folder = tmp_path_factory.mktemp("stagesim")
    for source in (ROOT / "policies", ROOT):
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(build, cwd=source, capture_output=True, check=True)
    (folder / "requirements.lock").write_bytes((ROOT / "requirements.lock").read_bytes())
    return folder


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """A Python with everything that is here but what is ours, as a runner has it after the first line of `Install`."""
    packages = tmp_path / "packages"
    packages.mkdir()
    for each in Path(sysconfig.get_path("purelib")).iterdir():
        if not each.name.startswith(OURS) and each.suffix != ".pth":
            (packages / each.name).symlink_to(each)
    venv.create(tmp_path / "python", with_pip=False)
    (site,) = (tmp_path / "python/lib").glob("python*/site-packages")
    (site / "here.pth").write_text(f"{packages}\n")
    return tmp_path / "python/bin"


@pytest.fixture
def repository(tmp_path: Path, stagesim: Path) -> Path:
    """Somebody's repository: a scenario, its baseline to come, and files of other tools."""
    there = tmp_path / "room-server"
    (there / "scenarios").mkdir(parents=True)
    (there / "scenarios/talk.yaml").write_text(TALK)
    (there / "scenarios/compose.yaml").write_text("services: {web: {image: nginx}}\n")
    (there / "stagesim").symlink_to(stagesim)
    return there


class Runner:
    """Runs the lines of a job as a CI platform does."""

    def __init__(self, repository: Path, programs: Path) -> None:
        self.repository = repository
        self.tools = repository.parent / "tools"
        self.tools.mkdir(exist_ok=True)
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
        path = os.pathsep.join(map(str, (self.tools, programs, "/usr/bin", "/bin")))
        pip = {"PIP_NO_INDEX": "1", "PIP_NO_COMPILE": "1", "PIP_CONFIG_FILE": os.devnull}
        self.environment = {**outside, **pip, "PATH": path}

    def run(self, script: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", "-e", "-o", "pipefail", "-c", script]
        environment = {**self.environment, **more}
        return subprocess.run(
            command, cwd=self.repository, env=environment, capture_output=True, text=True, check=False, timeout=240
        )


def job(name: str) -> Any:
    return YAML(typ="safe").load((EXAMPLES / name).read_text(encoding="utf-8"))


def test_the_workflow_of_github_judges_another_repository(repository: Path, runner: Path) -> None:
    steps = {step.get("name"): step for step in job("github.yml")["jobs"]["check"]["steps"]}
    there = Runner(repository, runner)
    (there.tools / "gh").write_text('#!/bin/sh\necho "$@" >> "$CALLS"\n')
    (there.tools / "gh").chmod(0o755)
    summary, calls = repository.parent / "summary.md", repository.parent / "calls"
    github = {
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_REPOSITORY": "them/room-server",
        "PULL": "7",
        "CALLS": str(calls),
    }
    installed = there.run(steps["Install"]["run"])
    assert installed.returncode == 0, installed.stdout + installed.stderr

    green = there.run(steps["Judge the scenarios"]["run"])
    assert green.returncode == 0, green.stdout + green.stderr
    assert "1 other YAML file passed over" in green.stdout
    assert "passed (exit 0): 2 passed" in green.stdout

    (repository / "scenarios/talk.yaml").write_text(TALK.replace("capacity\n", "1\n"))
    red = there.run(steps["Judge the scenarios"]["run"])
    assert red.returncode == 1
    assert "::error file=scenarios/talk.yaml,line=9,title=fail in join_by_request" in red.stdout
    assert Xml.parse(repository / "out/check.xml").getroot()[0].get("failures") == "1"
    for step in ("Show the results", "Comment"):
        done = there.run(steps[step]["run"], **github)
        assert done.returncode == 0, done.stderr
    assert summary.read_text().startswith(marker())
    assert "fail" in summary.read_text()
    assert "pr comment 7 --body-file out/check.md" in calls.read_text()
    assert marker() in steps["Comment"]["run"]
    assert steps["Keep the results"]["with"]["path"] == "out/"


def test_the_job_of_gitlab_judges_another_repository(repository: Path, runner: Path) -> None:
    asked = job("gitlab.yml")["stage-access"]
    there = Runner(repository, runner)
    *installation, check = asked["script"]
    for line in installation:
        done = there.run(line)
        assert done.returncode == 0, done.stdout + done.stderr
    assert there.run("stagesim baseline save scenarios/talk.yaml --replications 2").returncode == 0
    green = there.run(check)
    assert green.returncode == 0, green.stdout + green.stderr
    for path in asked["artifacts"]["paths"]:
        assert (repository / path).exists()
    assert Xml.parse(repository / asked["artifacts"]["reports"]["junit"]).getroot()[0].get("failures") == "0"
    there.run("mv scenarios/talk.yaml scenarios/speech.yaml")
    assert there.run(check).returncode == 4
