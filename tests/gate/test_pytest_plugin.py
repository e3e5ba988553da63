"""`pytest scenarios/`: one test a statement, mode and case, red unless decided, with marks and lines from the file."""

import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest

from foreign import answering

SCENARIO = """title: A small clinic
duration: 5 min
modes: [invite_only, everyone_on_stage]
audience: {count: 8}
moderators: {count: 1}
marks: [clinic]
expect:
  - people <= 8
  - {that: people < 8, mode: invite_only}
  - {that: mean of time_to_stage < 9 s, mode: invite_only, marks: [skip]}
properties:
  - never stage_joined
"""


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run pytest in a folder, in this process; the plugin comes by its entry point."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        for key in os.environ:
            if key.startswith("PYTEST"):
                patch.delenv(key)
        patch.chdir(folder)
        patch.setattr(sys, "path", sys.path[:])
        code = pytest.main(["-p", "no:cacheprovider", "--no-header", *arguments])
    return int(code), said.getvalue()


def run_alone(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run pytest in a folder as a user would, in a process of its own."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--no-header", *arguments]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    return answer.returncode, answer.stdout + answer.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = clinic\naddopts = --strict-markers\n")
    (tmp_path / "scenarios/clinic.yaml").write_text(SCENARIO)
    (tmp_path / "compose.yaml").write_text("services: {a: {image: b}}\n")
    return tmp_path


def test_each_statement_and_mode_is_a_test_and_red_unless_it_holds(project: Path) -> None:
    code, out = run_alone(project, "-rA", "--stagesim-budget=20")
    assert code == 1
    assert re.search(r"1 failed, 4 passed, 1 skipped", out), out
    assert "FAILED scenarios/clinic.yaml::invite_only: people < 8" in out
    assert "again: stagesim check scenarios/clinic.yaml:9 --modes invite_only --seed 1 --budget 20" in out
    assert "compose" not in out


def test_workers_give_the_same_verdicts(project: Path) -> None:
    code, out = run_alone(project, "-n2", "--stagesim-budget=20")
    assert code == 1
    assert re.search(r"1 failed, 4 passed, 1 skipped", out), out


def test_an_engine_of_ones_own_is_put_under_test(project: Path, tmp_path: Path) -> None:
    """By option, or for a whole project; it is asked, as one can see when it answers wrongly."""
    only = ("-k", "invite_only and stage_joined", "-q", "--stagesim-budget=2")
    code, out = run(project, *only, f"--stagesim-engine={answering(tmp_path)}")
    assert (code, "1 passed" in out) == (0, True), out
    late = answering(tmp_path, "for each in answer.get('events', []): each['at'] += 1")
    (project / "pytest.ini").write_text(f"[pytest]\nmarkers = clinic\nstagesim_engine = {late}\n")
    code, out = run(project, *only)
    assert code == 1
    assert f"the engine `{late}` has an event of the command at" in out
    assert f"--engine '{late}'" in out


@pytest.mark.parametrize("way", [["--stagesim-engine=no-such"], ["-n2", "--stagesim-engine=no-such"], []])
def test_a_program_that_is_no_engine_is_said_once(project: Path, way: list[str]) -> None:
    if not way:
        (project / "pytest.ini").write_text("[pytest]\nmarkers = clinic\nstagesim_engine = no-such\n")
    code, out = (run_alone if "-n2" in way else run)(project, "-q", *way)
    assert code == pytest.ExitCode.USAGE_ERROR
    assert out.count("the engine `no-such` cannot be started") == 1
    assert "hint: name a program that speaks the line protocol" in out
    assert "Traceback" not in out
    assert "failed" not in out


def test_tests_are_chosen_by_mark_and_name(project: Path) -> None:
    code, out = run(project, "-m", "clinic", "-k", "stage_joined and invite_only", "-q", "--stagesim-budget=2")
    assert code == 0, out
    assert "1 passed" in out


def test_a_broken_file_an_empty_one_and_other_names_are_not_passed_over(project: Path) -> None:
    (project / "scenarios/clinic.yaml").write_text(SCENARIO.replace("people < 8", "peeple < 8"))
    (project / "empty.yaml").write_text("title: e\nduration: 1 min\n")
    code, out = run(project)
    assert code != 0
    assert "scenarios/clinic.yaml:9:" in out
    assert "unknown metric `peeple`" in out
    assert re.search(r"1 failed", out), out
    assert "Traceback" not in out
    code, out = run(project, "empty.yaml")
    assert "the scenario states no expectations" in out
    assert code == 1
    assert run(project, "empty.yaml", "-o", "stagesim_allow_empty=true")[0] == 5
    code, out = run(project, "-o", "stagesim_files=*.stage", "-q")
    assert (code, "no tests ran" in out) == (5, True)


OTHERS = {
    "article.yaml": "title: My doc\naudience: developers\n",
    "course.yaml": "title: Intro\nduration: 30 min\naudience: [developers]\nroom: A 12\n",
    "k8s.yaml": "kind: Pod\n---\nkind: Service\n",
    "chart.yaml": "room: {{ .Values.room }}\nscript: {{ .Values.at }}\n",
    "latin.yaml": "title: caf\udce9\naudience: all\n",
    "tabs.yaml": "a: [\n\t- :\n",
    "baselines/theirs.json": '{"schema": "of another tool"}',
    "test_theirs.py": "def test_it():\n    pass\n",
}


def test_nothing_of_a_foreign_project_is_broken(tmp_path: Path) -> None:
    """The plug-in is there as soon as the package is; a head with `title` and `audience` ended the whole run."""
    (tmp_path / "baselines").mkdir()
    for name, text in OTHERS.items():
        (tmp_path / name).write_text(text, encoding="utf-8", errors="surrogateescape")
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.yaml")
    code, out = run_alone(tmp_path, "-W", "error", "--strict-markers", "--strict-config")
    assert (code, "1 passed" in out) == (0, True), out
    assert "stagesim" not in out.split("plugins:")[-1].split("\n", 1)[-1]


def test_other_files_beside_scenarios_are_counted_and_a_broken_one_stops_nobody(project: Path) -> None:
    (project / "test_ours.py").write_text("def test_it():\n    pass\n")
    (project / "broken.yaml").write_text(SCENARIO.replace("people <= 8", "peeple <= 8"))
    code, out = run(project, "-k", "test_it or valid or can_be_read or read")
    assert code == 1
    assert "1 failed, 1 passed" in out, out
    assert "stagesim: 1 other YAML file passed over" in out
    assert "unknown metric `peeple`" in out


def test_a_baseline_that_is_gone_or_of_nobody_is_red(project: Path) -> None:
    from stagesim.scenario.reading.loader import load
    from stagesim.testing.baselines.baseline_file import baseline_path, save
    from stagesim.testing.baselines.made import make

    file = project / "scenarios/clinic.yaml"
    only = ("-k", "worse or belongs", "-q", "--stagesim-budget=2")
    code, out = run(project, *only, "-o", "stagesim_baseline=required")
    assert code == 1
    assert "there is no baseline `scenarios/baselines/clinic.json`" in out
    save(baseline_path(file), make(load(file), replications=2))
    assert run(project, *only, "-o", "stagesim_baseline=required")[0] == 0
    baseline_path(file).rename(file.parent / "baselines/other.json")
    code, out = run(project, *only)
    assert (code, "belongs to no scenario and no case" in out) == (1, True), out
    assert run(project, *only, "-o", "stagesim_baseline=none")[0] == 5
    code, out = run(project, *only, "-o", "stagesim_baseline=perhaps")
    assert (code, "`stagesim_baseline`: expected one of" in out) == (4, True)


def test_an_update_accepts_only_what_is_named_and_needs_a_reason(project: Path) -> None:
    from stagesim.scenario.reading.loader import load
    from stagesim.testing.baselines.baseline_file import baseline_path, load_baseline, save
    from stagesim.testing.baselines.made import make

    file = project / "scenarios/clinic.yaml"
    save(baseline_path(file), make(load(file), replications=3))
    kept = load_baseline(baseline_path(file))
    altered = dict(kept.values["invite_only"]) | dict.fromkeys(("people", "arrivals"), (7.0,) * 3)
    save(baseline_path(file), replace(kept, values={**kept.values, "invite_only": altered}))
    code, out = run(project, "--stagesim-update=people")
    assert code != 0
    assert "needs a reason" in out
    code, out = run(project, "--stagesim-update=clinik:people", "--stagesim-reason=x")
    assert (code, "`--stagesim-update clinik:people`: no scenario of this run" in out) == (4, True), out
    run(project, "--stagesim-update=clinic:people", "--stagesim-reason=all eight come", "--stagesim-budget=2")
    after = json.loads(baseline_path(file).read_text())
    assert after["values"]["invite_only"]["people"] == [8.0] * 3
    assert after["values"]["invite_only"]["arrivals"] == [7.0] * 3
    assert after["accepted"]["1"] == {"only": ["people"], "reason": "all eight come"}
