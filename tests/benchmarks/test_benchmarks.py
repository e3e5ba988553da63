"""Every benchmark runs, at a size that measures nothing; and the floor runs the same cycle as the harness."""

import re
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
# The floor's word for a command, and the event that the harness logs for it.
SAME = {
    "enter": "entered",
    "ask": "request_created",
    "approve": "invitation_created",
    "join": "setup_started",
    "go_live": "stage_joined",
    "speak": "spoke",
    "leave": "stage_left",
}


@pytest.fixture(autouse=True)
def benchmarks_can_be_imported(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    yield
    for name in [path.stem for path in FOLDER.glob("*.py")]:
        sys.modules.pop(name, None)


def test_every_part_has_rows_and_the_readme_keeps_them(capsys, monkeypatch, tmp_path):
    import run

    readme = tmp_path / "README.md"
    readme.write_text((FOLDER / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(run, "README", readme)
    monkeypatch.setattr(run, "FOLDER", tmp_path / "nothing compiled")
    code = run.main(["--quick", "--keep"])
    shown = capsys.readouterr().out
    assert [line[0] for line in shown.splitlines() if line[:3].strip() in set("abcd")] == list("aaaabbcccdddd")
    assert code == int("not met" in shown)
    kept = readme.read_text(encoding="utf-8")
    for part in "abcd":
        assert f"| {part} | " in kept


def test_packages_that_are_not_compiled_are_not_shown_as_compiled(monkeypatch, tmp_path):
    import compiled

    for package in ("policies/stageaccess", "sim/stagesim"):
        shutil.copytree(FOLDER.parent / package, tmp_path / Path(package).name)
    monkeypatch.setattr(compiled, "FOLDER", tmp_path)
    with pytest.raises(RuntimeError, match=r"has \{'packages': 'pure', .*\n.*make compiled"):
        compiled.compiled_rows("b", 700, 1)


def test_the_target_is_that_of_the_compiled_packages_where_there_are_any(monkeypatch, tmp_path):
    import run
    from rounds import Row

    measured = run.ROWS_OF["a"](1_400, 1)
    monkeypatch.setitem(run.ROWS_OF, "a", lambda *_: measured)
    theirs = Row("a", "compiled: full replication : floor", "2.5", "at most 3", True)
    monkeypatch.setattr(run, "FOLDER", tmp_path)
    monkeypatch.setattr(run, "compiled_rows", lambda *_: [theirs])
    *own, last = run.rows_of("a", is_quick=True)
    assert last == theirs
    assert [row.is_met for row in own] == [None] * 4
    monkeypatch.setattr(run, "FOLDER", tmp_path / "nothing compiled")
    assert [row.is_met for row in run.rows_of("a", is_quick=True)][:3] == [None] * 3
    assert run.rows_of("a", is_quick=True)[3].is_met is not None


def test_an_unknown_part_is_refused(capsys):
    import run

    with pytest.raises(SystemExit, match="2"):
        run.main(["--parts", "x"])
    assert "the parts are a, b, c and d" in capsys.readouterr().err


def test_the_floor_takes_only_the_steps_of_the_cycle_in_their_order():
    from cycle import cycle_of
    from floor import Floor

    floor = Floor(cycle_of(20, 3_000), seed=1)
    floor.run()
    assert len(floor.at) == len(floor.what) == len(floor.who) == len(floor.by) == floor.commands
    assert floor.at == sorted(floor.at)
    follows = {"ask": {"enter", "leave"}, "approve": {"ask"}, "join": {"approve"}, "go_live": {"join"}}
    follows |= {"speak": {"go_live", "speak"}, "leave": {"go_live", "speak"}, "enter": {None}}
    last: dict[str, str] = {}
    for what, who in zip(floor.what, floor.who, strict=True):
        assert last.get(who) in follows[what]
        last[who] = what
    assert not floor.command("speak", "audience-1", "audience-1") or last["audience-1"] in {"go_live", "speak"}


def test_floor_and_harness_run_the_same_number_of_each_command():
    from cycle import count_commands, cycle_of, run_harness, scenario_of
    from floor import Floor

    cycle = cycle_of(60, 6_000)
    theirs, ours = Counter(), Counter()
    for seed in (1, 2):
        floor = Floor(cycle, seed)
        floor.run()
        theirs += Counter(floor.what)
        ours += count_commands(run_harness(scenario_of(cycle), seed))
    assert ours["entered"] == theirs["enter"] + 2  # the harness's moderator enters too
    for what, event in SAME.items():
        assert ours[event] == pytest.approx(theirs[what], rel=0.12), what


def test_the_commands_of_part_b_are_all_accepted():
    from submits import cycle_commands, open_room

    engine = open_room()
    assert all(engine.submit(command).accepted for command in cycle_commands(700))


def test_peers_simulate_the_same_queue_and_say_what_is_missing(capsys):
    import peers

    peers.main(["--customers", "300", "--rounds", "1"])
    shown = capsys.readouterr().out
    assert all(f"M/M/2+M, {name}" in shown for name in peers.PEERS)
    for name, simulate in peers.PEERS.items():
        if f"{name} not installed" not in shown:
            tally = simulate(3_000, 5)
            assert tally.left / tally.customers == pytest.approx(0.162, abs=0.04)


def test_the_calibration_is_a_table_that_the_readme_keeps(capsys, monkeypatch, tmp_path):
    import calibration

    from stagesim.selfcheck.calibration import coverage, skewed

    monkeypatch.setattr(coverage, "SAMPLES", 600)
    for module in (coverage, skewed):
        monkeypatch.setattr(module, "STUDIES", 300)
    readme = tmp_path / "README.md"
    readme.write_text((FOLDER / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(calibration, "README", readme)
    code = calibration.main(["--only", "coverage", "--seed", "5", "--keep"])
    shown = capsys.readouterr().out
    assert code == int("not met" in shown)
    assert "| coverage of the intervals | t interval of 10, normal | " in readme.read_text(encoding="utf-8")
    assert "seed 5; " in readme.read_text(encoding="utf-8")


def test_a_comparison_is_measured_beside_its_sessions(capsys, tmp_path):
    import comparison

    scenario = tmp_path / "few.yaml"
    scenario.write_text(
        "title: A few\nduration: 2 min\nmodes: [join_by_request]\naudience: {count: 3, wishes: {on_arrival: 1}}\n"
    )
    assert comparison.main(["--scenario", str(scenario), "--replications", "2", "--rounds", "1"]) == 0
    assert re.search(r"comparison [\d.]+ s, its sessions alone [\d.]+ s, ratio [1-9]", capsys.readouterr().out)
