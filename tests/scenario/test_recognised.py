"""Which YAML files are scenarios: the same for `check`, `validate`, `list` and pytest."""

import os
from pathlib import Path

import pytest

from stagesim.cli import invoke
from stagesim.scenario.reading.recognised import is_scenario, is_scenario_file, scenario_files
from stagesim.testing.gate.targets import places

ROOT = Path(__file__).parents[2]

OURS = "title: t\nduration: 5 min\nmodes: [invite_only]\naudience: {count: 3}\nproperties: [always present <= 3]\n"

OTHERS = {
    "article.yaml": "title: My doc\naudience: developers\nduration: about an hour\n",
    "course.yml": "title: Intro\nduration: 30 min\naudience: [developers, admins]\nroom: A 12\nscript: intro.md\n",
    "compose.yaml": "services:\n  web: {image: nginx, expose: [80]}\n",
    "openapi.yaml": "openapi: 3.0.0\ninfo: {title: API}\npaths: {/room: {get: {summary: count}}}\n",
    "schema.yaml": "title: Person\ntype: object\nproperties:\n  name: {type: string}\n  at: {type: number}\n",
    ".travis.yml": "language: python\nscript:\n  - pytest\n  - python -m build\n",
    "workflow.yml": "on: push\njobs:\n  check:\n    steps:\n      - run: pytest\n",
    "play.yaml": "- hosts: all\n  tasks:\n    - debug: {msg: hi}\n",
    "chart.yaml": "room: {{ .Values.room }}\naudience: {{ .Values.audience }}\n",
    "broken.yaml": "a: [\n\t- :\n",
    "expectations.yaml": "expect: >\n  folded text\nroom: none\n",
}


def test_every_scenario_of_ours_is_recognised() -> None:
    for folder in ("scenarios", "tests"):
        assert scenario_files(ROOT / folder).passed_over == 0
    assert len(scenario_files(ROOT / "scenarios").files) == len(list((ROOT / "scenarios").rglob("*.yaml")))


@pytest.mark.parametrize("name", OTHERS)
def test_other_files_are_not(name: str) -> None:
    assert not is_scenario(OTHERS[name])


@pytest.mark.parametrize(
    "text",
    [
        OURS.replace("duration", "duraton").replace("properties", "moderators: {count: 1}\nproperties"),
        OURS.replace("title", "Title").replace("duration", "Duration").replace("audience", "Audience"),
        OURS.replace("title: t\n", ""),
        OURS + "---\n" + OURS,
        OURS.replace("count: 3", "count:\t3"),
        "title: t\nduration: 5 min\nscript:\n- {at: 1 s, do: end_session}\n",
        "duration:   90 s # short\naudience:\n\n  # people\n  groups:\n    some: {count: 3}\n",
        '"title": "t"\n"duration": "5 min"\n"audience": {"count": 3}\n',
        OURS.replace("\n", "\r\n"),
    ],
)
def test_whatever_else_is_wrong_with_it(text: str, tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_bytes(text.encode())
    assert is_scenario_file(file)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one scenario among other files, one of which nobody can read, one that never answers."""
    for name, text in OTHERS.items():
        (tmp_path / name).write_text(text)
    for folder in ("node_modules/x", ".venv/lib", "deep/down"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "t.yaml").write_text(OURS)
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.yaml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_other_files_are_passed_over_and_counted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    others = len([name for name in OTHERS if not name.startswith(".")])
    assert scenario_files(project) == ((project / "deep/down/t.yaml",), others)
    assert places(["."]) == ((("deep/down/t.yaml", None),), others)
    for command in (["validate", "."], ["list", "."], ["check", "."]):
        assert invoke(command) == 0
        said = capsys.readouterr()
        assert f"{others} other YAML files passed over" in said.out + said.err
        assert "deep/down/t.yaml" in said.out


def test_a_folder_with_other_files_only_has_no_scenarios(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("compose.yaml").write_text(OTHERS["compose.yaml"])
    for command in ("validate", "list", "check"):
        assert invoke([command, "."]) == 2
        assert "`.` has no scenario files (`*.yaml`); 1 other YAML file passed over" in capsys.readouterr().err


def test_a_file_that_is_named_is_always_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["check", str(project / "compose.yaml")]) == 2
    assert "unknown key `services`" in capsys.readouterr().err


def test_the_cases_of_a_file_are_read_with_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`validate` said valid, and `check` refused."""
    (project / "c.yaml").write_text(OURS + "cases: {many: {audience.cuont: 30}}\n")
    for command in ("validate", "check"):
        assert invoke([command, "c.yaml"]) == 2
        assert "c.yaml: cases.many: audience.cuont: unknown key `cuont`" in capsys.readouterr().err
