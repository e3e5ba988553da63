"""The walk-through of the documentation, command by command, with what it says is printed."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/walkthrough.md").read_text(encoding="utf-8")
MARK = "--- next command ---"


def commands_with_output() -> list[tuple[str, list[str]]]:
    """Every command of the page, with the lines that the page shows below it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def test_every_command_prints_what_the_page_shows(tmp_path: Path) -> None:
    (tmp_path / "policies").symlink_to(ROOT / "policies")
    (tmp_path / "trial").mkdir()
    (scenario,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "trial/talk.yaml").write_text(scenario, encoding="utf-8")
    steps = commands_with_output()
    assert sum("stagesim" in command for command, _ in steps) >= 10
    script = "\n".join(f"{command}\necho '{MARK}'" for command, _ in steps)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    answer = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    printed = answer.stdout.split(f"{MARK}\n")
    assert len(printed) == len(steps) + 1, answer.stderr
    for (command, shown), output in zip(steps, printed, strict=False):
        lines = iter(output.splitlines())
        for line in shown:
            pattern = ".*".join(map(re.escape, line.split("...")))
            message = f"{command}\n{line}\n---\n{output}\n{answer.stderr}"
            assert any(re.fullmatch(pattern, each) for each in lines), message
    assert "<svg " in (tmp_path / "trial/diff/diff.html").read_text(encoding="utf-8")
