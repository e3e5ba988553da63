"""Several processes, where they are not forked: scripts, notebooks, and functions that cannot be sent."""

import multiprocessing
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path
from typing import Any

import pytest

import stagesim
from stagesim.experiments.executors import _context
from stagesim.reporting.terminal import line

SPAWNING = "import multiprocessing\nmultiprocessing.get_all_start_methods = lambda: ['spawn']\n"
CALL = "print(stagesim.compare({path!r}, modes='invite_only', replications=2, workers=2).metrics['people'].tolist())"


def script(tmp_path: Path, text: str) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "script.py"
    file.write_text(f"{SPAWNING}import stagesim\n{text}\n")
    return subprocess.run([sys.executable, str(file)], capture_output=True, text=True, timeout=120, check=False)


def test_a_script_without_a_main_guard_gets_a_sentence(path: Path, tmp_path: Path) -> None:
    done = script(tmp_path, CALL.format(path=str(path)))
    assert done.returncode == 1
    said = done.stderr.rpartition("WorkerLost: ")[2]
    assert said.startswith("the workers ended before they began")
    assert 'under `if __name__ == "__main__":`, or give `workers=1`' in said
    assert done.stderr.count("Traceback") == 1
    guarded = textwrap.indent(CALL.format(path=str(path)), "    ")
    done = script(tmp_path, f"if __name__ == '__main__':\n{guarded}")
    assert (done.returncode, done.stdout) == (0, "[10, 10]\n")


NOTEBOOK = """
import sys, multiprocessing, warnings
del sys.modules["__main__"].__file__
multiprocessing.get_all_start_methods = lambda: ["spawn"]
import stagesim
from stagesim.experiments.executors import _context
from stagesim.reporting.terminal import line
def shy(me):
    me.enter()
    yield from me.wait()
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    study = stagesim.compare({path!r}, modes="invite_only", replications=2, workers=2, behaviours={{"audience": shy}})
print(len(study.metrics), [str(each.message) for each in said])
"""


def test_functions_of_a_notebook_stay_at_home_and_it_is_said(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "cell.py"
    file.write_text(NOTEBOOK.format(path=str(path)))
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.startswith("2 ['one process does all of it: a function of a notebook cannot be sent")


def test_a_function_within_a_function_stays_at_home_and_it_is_said(path: Path) -> None:
    def shy(me: Any) -> Any:
        me.enter()
        yield from me.wait()

    with pytest.warns(UserWarning, match="one process does all of it: a function within a function"):
        study = stagesim.compare(path, modes="invite_only", replications=2, workers=2, behaviours={"audience": shy})
    assert study.metrics["people"].tolist() == [10, 10]


@pytest.mark.parametrize("chosen", ["spawn", "forkserver"])
def test_processes_begin_as_the_user_has_chosen(monkeypatch: pytest.MonkeyPatch, chosen: str) -> None:
    monkeypatch.setattr(multiprocessing, "get_start_method", lambda **_: chosen)
    assert _context().get_start_method() == chosen


def test_progress_is_told_where_there_is_no_terminal(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(line, "QUIET_S", 0)
    options: dict[str, Any] = {"modes": "invite_only", "replications": 2}
    stagesim.compare(path, progress=True, **options)
    assert capsys.readouterr().err == "1 of 2 sessions; heard: invite 88 %\n"
    stagesim.compare(path, **options)
    assert capsys.readouterr().err == ""


def by_place(who: Any) -> int:
    return int(who.place)


def test_functions_of_a_module_travel(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {"modes": "join_by_request", "replications": 2, "disciplines": {"moderators": by_place}}
    alone = stagesim.compare(path, **options)
    assert "fork" in multiprocessing.get_all_start_methods()
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        shared = stagesim.compare(path, workers=2, **options)
    assert [each.log.digest() for each in shared.results.outcomes] == [
        each.log.digest() for each in alone.results.outcomes
    ]
