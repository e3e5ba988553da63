"""What a type checker says of a user's script: four planted errors, and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

SCRIPT = """
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

stagesim.run(scenario, seed="1")  # planted
study.at(minutes=7)  # planted
study.plot.timeline(replication="first")  # planted
me_is_no_person: int = study.results.outcomes[0].mode  # planted
"""


def test_a_users_script_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "script.py"
    file.write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = true\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "--follow-imports=silent", "script.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": f"{ROOT / 'sim'}{os.pathsep}{ROOT / 'policies'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    planted = [number for number, line in enumerate(SCRIPT.splitlines(), 1) if line.endswith("# planted")]
    said = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert [int(line.split(":")[1]) for line in said] == planted, done.stdout
