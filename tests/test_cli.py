"""The command line as its users meet it: by exit code, standard output and standard error.

What is about processes, pipes and signals has a process of its own; all else is called in this one, which is quicker.
"""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from click.testing import CliRunner

from stageaccess import Mode
from stagesim.api import calls as api
from stagesim.cli import cli, invoke
from stagesim.commands.compare import again, interrupted
from stagesim.commands.faults import in_our_words
from stagesim.commands.options import MODES
from stagesim.commands.places import Place
from stagesim.engines.subprocess import EngineCommand
from stagesim.experiments.kept.manifests import SESSIONS
from stagesim.experiments.kept.matter import matter_of
from stagesim.experiments.kept.sessions import Sessions
from stagesim.metric_table import METRICS
from stagesim.scenario.reading.bundled import bundled_names
from stagesim.scenario.reading.loader import loads

pytestmark = pytest.mark.usefixtures("blank_charts")

SCENARIO = """\
title: A small seminar
duration: 8 min
room: {stage_capacity: 2}
audience: {count: 10, wishes: {rate: 12 per hour}, patience: {exponential: {mean: 2 min}}}
moderators: {review: {time: 10 s}}
"""

SHARE = "wishes_heard_share"

SCRIPT = """\
title: One by one
duration: 2 min
script:
  - {at: 1 s, do: enter_room, by: pat, role: participant, expect: accepted}
  - {at: 2 s, do: ask_to_join, by: pat, expect: requested}
  - {at: 3 s, do: ask_to_join, by: pat, expect: accepted}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with scenarios in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios/seminar.yaml").write_text(SCENARIO)
    (tmp_path / "scenarios/script.yaml").write_text(SCRIPT)
    return tmp_path


def stagesim(*arguments: str) -> subprocess.CompletedProcess[str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = invoke(arguments)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def stagesim_alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stagesim", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_compare_prints_the_table_and_writes_everything(folder: Path) -> None:
    done = stagesim_alone("compare", "scenarios/seminar.yaml", "--replications", "3", "--workers", "2", "--seed", "5")
    assert done.returncode == 0, done.stderr
    assert "A small seminar – 3 sessions per mode, seed 5" in done.stdout
    assert "report: reports/seminar/report.html" in done.stderr
    assert "report:" not in done.stdout
    out = folder / "reports/seminar"
    found = json.loads((out / "manifest.json").read_text())
    modes = "everyone_on_stage,join_by_request,invite_only"
    assert found["command"] == f"stagesim compare scenarios/seminar.yaml --modes {modes} --replications 3 --seed 5"
    assert sorted(path.name for path in (out / "events").iterdir()) == [
        f"{m}.parquet" for m in sorted(modes.split(","))
    ]
    assert all((out / name).is_file() for name in found["files"])
    assert not list(out.rglob("*.part"))


def test_the_command_in_the_manifest_makes_the_same_again(folder: Path) -> None:
    first = ("compare", "scenarios/seminar.yaml", "--modes", "join_by_request", "--replications", "2")
    assert invoke([*first, "--set", "audience.count=4", "--out", "one", "--workers", "2"]) == 0
    one = json.loads(Path("one/manifest.json").read_text())
    assert "--set audience.count=4" in one["command"]
    assert invoke([*one["command"].split()[1:], "--out", "two"]) == 0
    two = json.loads(Path("two/manifest.json").read_text())
    assert one == two
    assert Path("one/report.html").read_bytes() == Path("two/report.html").read_bytes()
    assert Path("one/metrics.csv").read_bytes() == Path("two/metrics.csv").read_bytes()


def test_run_prints_one_session_and_saves_its_timeline(folder: Path) -> None:
    done = stagesim("run", "scenarios/seminar.yaml", "--mode", "invite_only", "--out", "here")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("A small seminar – one session, seed 1\nbegins in the mode invite only\n")
    assert re.search(r"^\d\d:\d\d  audience-\d+: on stage after ", done.stdout, re.MULTILINE)
    assert "wishes heard" not in done.stdout
    whole = stagesim("run", "scenarios/seminar.yaml", "--mode", "invite_only", "--out", "here", "--all")
    assert "wishes heard" in whole.stdout
    assert (folder / "here/charts/timeline.svg").is_file()
    assert (folder / "here/events/invite_only.parquet").is_file()


def test_a_session_is_told_where_it_cannot_be_watched(folder: Path) -> None:
    done = stagesim("run", "scenarios/script.yaml", "--watch")
    assert "`--watch` plays on a terminal, and this is none: the session is told instead\n" in done.stderr
    assert "00:02  pat: is in the list of requests" in done.stdout


def test_a_failed_expectation_is_exit_1_with_file_and_line(folder: Path) -> None:
    done = stagesim("run", "scenarios/script.yaml")
    assert done.returncode == 1
    assert "scenarios/script.yaml:6: expected `accepted`, got `already_requested`" in done.stdout
    assert "expectations: 2 of 3 held" in done.stdout
    assert (folder / "reports/script-run/report.html").is_file()


def test_validate_says_what_is_valid_and_what_is_not(folder: Path) -> None:
    good = stagesim("validate", "scenarios")
    assert good.returncode == 0, "advice is no fault"
    assert [line.partition(": advice: ")[0] for line in good.stderr.splitlines() if "advice" in line] == [
        "scenarios/seminar.yaml:4",
        "scenarios/seminar.yaml:4",
    ]
    assert good.stdout.splitlines() == [
        "scenarios/script.yaml: valid: One by one",
        "scenarios/seminar.yaml: valid: A small seminar",
    ]
    (folder / "scenarios/bad.yaml").write_text(SCENARIO.replace("duration", "duratoin"))
    bad = stagesim("validate", "scenarios")
    assert bad.returncode == 2
    assert "scenarios/bad.yaml:2:1" in bad.stderr
    assert "hint:" in bad.stderr
    assert len(bad.stdout.splitlines()) == 2


def test_list_has_a_line_for_each_scenario_of_the_folder_and_says_how_to_see_the_others(folder: Path) -> None:
    (folder / "scenarios/below").mkdir()
    (folder / "scenarios/below/a_scenario_with_a_long_name.yaml").write_text(SCENARIO)
    mine = [
        "scenarios/script.yaml      2 min        script  One by one",
        "scenarios/seminar.yaml     8 min     10 people  A small seminar",
    ]
    below = ["scenarios/below/a_scenario_with_a_long_name.yaml     8 min     10 people  A small seminar"]
    brief, whole, top = stagesim("list"), stagesim("list", "--all"), stagesim("list", "scenarios/below/..")
    assert (brief.returncode, brief.stdout.splitlines()) == (0, mine)
    assert brief.stderr == "1 more in the folders below: `stagesim list scenarios --all`\n"
    assert (whole.returncode, whole.stdout.splitlines(), whole.stderr) == (0, mine + below, "")
    assert len(top.stdout.splitlines()) == 2
    assert stagesim("list", ".").stdout.splitlines() == mine + below, "nothing lies in the folder itself"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "scenarios/semnar.yaml"), "seminar.yaml"),
        (("run", "scenarios/seminar.yaml", "--mode", "all"), "or `invite_only`, got `all`"),
        (("compare", "scenarios/seminar.yaml", "--modes", "all,none"), "unknown mode `all`"),
        (("compare", "scenarios/seminar.yaml", "--modes", "invite_only,invite_only"), "each once"),
        (("compare", "scenarios/seminar.yaml", "--workers", "many"), "expected a number from 1 or `auto`, got `many`"),
        (("compare", "scenarios/seminar.yaml", "--replications", "0"), "expected a whole number, 1 or more, got `0`"),
        (("compare", "scenarios/seminar.yaml", "--replications", "1000000000"), "more than 100,000"),
        (("run", "scenarios/seminar.yaml", "--set", "audience.cout=3"), "count"),
        (("compar",), "`compare`"),
        (("run",), "missing argument"),
        (("replay", "scenarios/seminar.yaml", "--at", "99:00"), "`99:00.000` is outside of the session"),
        (("validate", "nowhere"), "`nowhere` is not there"),
        (("list", "reports"), "`reports` is not there"),
        ((), "Usage: stagesim"),
    ],
)
def test_bad_input_is_exit_2_with_a_hint_and_nothing_on_standard_output(
    folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = stagesim(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "hint:" in done.stderr or not arguments
    assert not (folder / "reports").exists()


def test_a_file_in_the_way_is_exit_2_and_stays(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out/metrics.csv").write_text("somebody's own")
    done = stagesim("run", "scenarios/script.yaml", "--out", "out")
    assert done.returncode == 2
    assert "metrics.csv` is there already" in done.stderr
    assert (folder / "out/metrics.csv").read_text() == "somebody's own"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("run scenarios/seminar.yaml --out file/below", "file/below"),
        ("baseline save scenarios/script.yaml --replications 2 --file file/below.json", "file"),
        ("diff scenarios/script.yaml scenarios/script.yaml --out file", "file"),
    ],
)
def test_a_place_that_cannot_be_written_is_exit_2(folder: Path, command: str, said: str) -> None:
    (folder / "file").write_text("no folder")
    done = stagesim(*command.split())
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "hint:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", ["list", "check scenarios/script.yaml"])
def test_a_full_disk_is_no_fault_of_ours(folder: Path, command: str) -> None:
    full = f"{sys.executable} -m stagesim {command} > /dev/full"
    done = subprocess.run(["bash", "-c", full], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    assert "cannot write: no space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_who_has_seen_enough_is_no_error(folder: Path) -> None:
    command = f"{sys.executable} -m stagesim run scenarios/seminar.yaml | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == ["A small seminar – one session, seed 1", "0"]
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
    assert (folder / "reports/seminar-run/report.html").is_file()


@pytest.mark.parametrize("command", ["list", "validate scenarios"])
def test_a_reader_who_has_seen_enough_of_a_list_is_no_error(folder: Path, command: str) -> None:
    for number in range(3):
        (folder / f"scenarios/more{number}.yaml").write_text(SCENARIO + "expect: [people <= 10, people >= 1]\n")
    reader = f"{sys.executable} -c 'import os; os.close(0)'"
    piped = f"(sleep 0.5; {sys.executable} -m stagesim {command}) | {reader}; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", piped], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == ["0"], done.stderr
    assert "Traceback" not in done.stderr


def test_a_verdict_that_nobody_reads_is_still_the_exit_code(folder: Path) -> None:
    """A pipe that was closed is no reason for a green check."""
    (folder / "scenarios/more.yaml").write_text(SCENARIO + "expect: [people <= 1, people >= 1]\n")
    reader = f"{sys.executable} -c 'import os; os.close(0)'"
    check = "check scenarios/more.yaml --format junit=c.xml --format text"
    piped = f"(sleep 0.5; {sys.executable} -m stagesim {check}) | {reader}; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", piped], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == ["1"], done.stderr
    assert "Traceback" not in done.stderr
    assert (folder / "c.xml").is_file()


def test_where_there_is_no_folder_the_bundled_scenarios_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = stagesim("list")
    assert done.returncode == 0
    assert done.stdout == stagesim("list", "--bundled").stdout
    assert [line.split()[0] for line in done.stdout.splitlines()] == bundled_names()
    assert stagesim("list", "--all").returncode == 2


@pytest.mark.parametrize("command", [("run",), ("compare", "--replications", "2", "--workers", "1")])
def test_where_nobody_wishes_that_is_said_instead_of_an_empty_table(folder: Path, command: tuple[str, ...]) -> None:
    (folder / "quiet.yaml").write_text("title: t\nduration: 1 min\naudience: {count: 2}\n")
    done = stagesim(command[0], "quiet.yaml", *command[1:])
    assert (done.returncode, done.stdout) == (0, "")
    assert "nobody has a wish to speak: see `audience.wishes`" in done.stderr


@pytest.mark.parametrize("command", ["diff", "baseline", "baseline save", "baseline show", "baseline accept", "size"])
def test_help_has_its_examples_as_they_are_typed(command: str) -> None:
    shown = CliRunner().invoke(cli, [*command.split(), "--help"]).output
    assert "\\b" not in shown
    assert any(line.startswith("    stagesim ") for line in shown.splitlines())


@pytest.mark.skipif(
    os.name != "posix" or signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="needs an interrupt that arrives"
)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interruption_is_exit_130_and_the_same_command_goes_on(folder: Path, workers: str) -> None:
    command = ["compare", "scenarios/seminar.yaml", "--modes", "invite_only", "--workers", workers]
    process = subprocess.Popen(
        [sys.executable, "-m", "stagesim", *command, "--replications", "100000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    kept = folder / "reports/seminar" / SESSIONS
    until = time.monotonic() + 30
    # Five shares of the work, so that the first is among them: what came before its turn is kept, and no result yet.
    while not (kept.exists() and kept.stat().st_size > 300_000) and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert out == ""
    assert "Traceback" not in err
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    number = int(re.fullmatch(r"interrupted; kept (\d+) sessions per mode.*", err.splitlines()[-1])[1])
    found = json.loads((folder / "reports/seminar/manifest.json").read_text())
    assert (found["replications"], found["complete"]) == (number, False)
    if workers == "1":
        return
    command[-1] = "1"  # which changes nothing
    refused = stagesim(*command, "--replications", "3", "--seed", "9", "--out", "reports/seminar")
    assert refused.returncode == 2
    assert "another seed, and it was interrupted" in refused.stderr
    again = stagesim(*command, "--replications", "3")
    assert again.returncode == 0, again.stderr
    elsewhere = stagesim(*command, "--replications", "3", "--out", "elsewhere")
    assert elsewhere.returncode == 0
    for name in ("metrics.csv", "manifest.json", "report.html"):
        assert (folder / "reports/seminar" / name).read_bytes() == (folder / "elsewhere" / name).read_bytes()


def test_two_scenarios_are_compared_mode_by_mode(folder: Path) -> None:
    (folder / "scenarios/narrow.yaml").write_text(SCENARIO.replace("capacity: 2", "capacity: 1"))
    files = ("scenarios/seminar.yaml", "scenarios/narrow.yaml")
    done = stagesim("compare", *files, "--modes", "invite_only", "--replications", "4", "--metric", "queue_max")
    assert done.returncode == 0, done.stderr
    assert "report: reports/seminar_and_narrow/report.html" in done.stderr
    out = folder / "reports/seminar_and_narrow"
    assert (out / "narrow/report.html").is_file()
    assert json.loads((out / "manifest.json").read_text())["variants"] == {"seminar": "seminar", "narrow": "narrow"}


def test_variants_and_a_decision_from_the_command_line(folder: Path) -> None:
    base = ("compare", "scenarios/seminar.yaml", "--modes", "join_by_request")
    decided = stagesim(
        *(*base, "--all", "--variant", "narrow: room.stage_capacity=1"),
        *("--until-decision", SHARE, "--margin", f"{SHARE}=1"),
    )
    assert decided.returncode == 0, decided.stderr
    assert "Join by request: narrow compared with as it is" in decided.stdout
    found = json.loads((folder / "reports/seminar_variants/narrow/manifest.json").read_text())
    assert found["ending"] == {"reason": "decision", "metrics": [SHARE], "looks": [40, 80, 160, 320]}
    assert f"--until-decision {SHARE} --margin {SHARE}=1 --variant 'narrow: room.stage_capacity=1'" in found["command"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--until-decision", "queue"), "unknown metric `queue`"),
        (("--until-decision", "people"), "`people` is neither better nor worse"),
        (("--until-precision", "queue_mean"), "expected METRIC=NUMBER"),
        (("--variant", "narrow"), "expected a name, a colon and changes"),
        (("--variant", "room.stage_capacty=1"), "stage_capacity"),
        (("--variant", "narrow: room.stage_capacty=1"), "stage_capacity"),
        (("scenarios/script.yaml", "--variant", "a: audience.count=3"), "variants are of one scenario"),
        (("scenarios/seminar.yaml",), "the same file twice"),
        (("--variant", "a: audience.count=3", "--variant", "a: audience.count=4"), "two variants are called `a`"),
        (("--margin", "queue_mean=1", "--margin", "queue_mean=2"), "`--margin`: `queue_mean` has two amounts"),
    ],
)
def test_a_comparison_that_means_nothing_is_exit_2(folder: Path, options: tuple[str, ...], said: str) -> None:
    done = stagesim("compare", "scenarios/seminar.yaml", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert "hint:" in done.stderr
    assert not (folder / "reports").exists()


@pytest.mark.parametrize("command", ["run", "compare", "validate", "list"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = CliRunner().invoke(cli, [command, "--help"])
    assert done.exit_code == 0
    assert f"  stagesim {command} scenarios/" in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("seminar",), "no assumptions to vary"),
        (("town_hall", "--modes", "invite_only"), "one mode alone is ahead of none"),
        (("town_hall", "seminar"), "an assumption of one scenario"),
        (("town_hall", "--variant", "narrow: room.stage_capacity=4"), "takes variants in one mode"),
        (("town_hall", "--engine", "python -m stageaccess"), "no turn that an engine of your own gave"),
    ],
)
def test_what_cannot_turn_is_said_before_anything_is_simulated(
    arguments: tuple[str, ...], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["compare", *arguments, "--tip", "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert "\n  hint: " in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["rank", "size", "tip", "why"])
@pytest.mark.parametrize("confidence", ["2", "0", "nan"])
def test_what_is_no_confidence_is_bad_input(
    command: str, confidence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = {
        "rank": ["--goal", "queue_max <= 3"],
        "size": ["--goal", "queue_max <= 3", "--vary", "moderators.count"],
        "tip": ["--vary", "audience.silent=0:1", "--by", "wishes_heard_share"],
        "why": [],
    }
    given = [command, "seminar", *more[command], "--out", str(tmp_path / "out"), "--confidence", confidence]
    assert invoke(given) == 2
    assert f"error: expected a confidence from 0.5 to 1, got `{confidence}`\n  hint: " in capsys.readouterr().err


@pytest.mark.parametrize("command", sorted(set(cli.commands) - {"new"}))
def test_examples_in_help_name_files_that_there_are(command: str) -> None:
    shown = " ".join(CliRunner().invoke(cli, [command, "--help"]).output.split())
    for named in re.findall(r"scenarios/[a-z_/]+\.(?:yaml|json)", shown):
        assert (Path(__file__).parents[1] / named).exists(), named


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["validate", "scenarios/seminar.yaml"], ["list"]])
def test_quick_commands_import_nothing_slow(folder: Path, arguments: list[str]) -> None:
    program = (
        "import sys; from stagesim.cli import invoke\n"
        f"code = invoke({arguments!r})\n"
        "slow = {'numpy', 'pandas', 'scipy', 'matplotlib', 'pyarrow', 'rich', 'jinja2', 'simpy'} & set(sys.modules)\n"
        "print(code, sorted(slow))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_messages_of_click_are_written_like_ours() -> None:
    assert in_our_words("No such command 'compar'.") == "no such command `compar`"


@pytest.mark.parametrize("fresh", [False, True])
def test_an_interruption_names_the_command_that_really_goes_on(
    fresh: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "title: x\nduration: 1 min\naudience: {count: 2, wishes: {rate: 60 per hour}}\n"
    results = api.compare(loads(text), replications=2).results
    place = Place(tmp_path / "out", fresh, Sessions(tmp_path / "out", matter_of({"": results})))
    assert interrupted({"": results}, {"": tmp_path / "out"}, place, again=again(fresh, None)) == 130
    said = capsys.readouterr().err
    assert ("without `--fresh` goes on" in said) == fresh
    assert "the same command" in said
    assert "begins anew" in again(fresh, EngineCommand("theirs"))


def test_the_modes_that_a_command_takes_are_those_of_the_rules() -> None:
    """Written out there, since `--help` does not load the engine."""
    assert tuple(Mode) == MODES


def test_metrics_and_keys_are_listed_where_there_is_no_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Messages named files of this project, which a user's repository does not have."""
    monkeypatch.chdir(tmp_path)
    assert invoke(["metrics"]) == 0
    everything = capsys.readouterr().out
    assert [line.split(" (")[0] for line in everything.splitlines()[::2]] == [metric.name for metric in METRICS]
    assert invoke(["metrics", "Queue", "mean"]) == 0
    assert "\nqueue_mean (requests)\n  " in (found := capsys.readouterr().out)
    assert len(found) < len(everything) / 2
    assert invoke(["metrics", "nothing of the kind"]) == 2
    assert invoke(["keys"]) == 0
    assert "| `title` |" in capsys.readouterr().out
    assert invoke(["schema"]) == 0
    assert "properties" in json.loads(capsys.readouterr().out)
    assert invoke(["rules"]) == 0
    assert "| `ask_to_join` |" in capsys.readouterr().out
    assert invoke(["protocol"]) == 0
    assert capsys.readouterr().out.startswith("# ")
    Path("t.yaml").write_text("title: t\nduration: 1 min\nexpect: [peeple <= 3]\n")
    assert invoke(["validate", "t.yaml"]) == 2
    assert "`stagesim metrics` has them all" in capsys.readouterr().err
    Path("t.yaml").write_text(
        "title: t\nduration: 1 min\naudience: {count: 2}\nassumptions: [audience.answer.acept=0:1]\n"
    )
    assert invoke(["validate", "t.yaml"]) == 2
    said = "t.yaml: assumptions.0: audience.answer.acept: unknown key `acept`\n  hint: did you mean `accept`?"
    assert said in capsys.readouterr().err
