"""Engines of somebody else's, as small programs that speak the line protocol, or try to."""

import shlex
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent, indent

ANSWERING = """
import json, sys
from stageaccess.protocol import Conversation

room = Conversation()
for line in sys.stdin:
    asked, answer = json.loads(line), None
{before}
    answer = answer or json.loads(room.answer_text(line.rstrip()))
{change}
    print(json.dumps(answer), flush=True)
"""


def program(folder: Path, code: str) -> str:
    """The command line of a program of one's own."""
    number = len(list(folder.glob("engine*.py")))
    file = folder / f"engine{number}.py"
    file.write_text(dedent(code), encoding="utf-8")
    return shlex.join([sys.executable, str(file)])


def answering(folder: Path, change: str = "pass", *, before: str = "pass") -> str:
    """The command line of an engine that answers as ours does, but for a change of what was `asked` or its `answer`.

    What is done `before` may give an answer of its own, and then our engine hears nothing of what was asked.
    """
    changes = {"before": indent(dedent(before), "    "), "change": indent(dedent(change), "    ")}
    return program(folder, ANSWERING.format(**changes))


def behind_a_shell(command: str) -> str:
    """The same, started by a shell that waits for it, as a wrapper does that sets something up before."""
    return shlex.join(["sh", "-c", f"{command}; exit 0"])


IGNORANT = """
if asked.get("ask") in ("due", "engine") or "told" in asked:
    answer = {"error": "no such line"}
"""
"""Before: an engine that knows rooms and commands, and nothing that one need not know."""


def runs(number: int) -> bool:
    """Whether a process runs; one that has ended may still be listed, as long as nobody has asked how."""
    ended = time.monotonic() + 2
    while time.monotonic() < ended:
        listed = subprocess.run(["ps", "-o", "stat=", "-p", str(number)], capture_output=True, text=True, check=False)
        if listed.stdout.strip()[:1] in ("", "Z"):
            return False
    return True
