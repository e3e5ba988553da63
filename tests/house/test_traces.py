"""No file in git tells on whose machine it was made, or where its packages came from."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Each pattern is written so that it does not match itself.
TRACES = {
    "a package registry": re.compile(
        r"py[p]i\.org|python[h]osted\.org|registry\.npm[j]s|proxy\.golang|arti[f]actory|^--(extra-)?index-[u]rl"
        r"|^--find-[l]inks",
        re.MULTILINE,
    ),
    "an absolute path": re.compile(r"(?<![\w.\-/}>~])(?:file://)?/(?:home|Users|root|tmp|opt|work|mnt)/[\w.]"),
    "a private address": re.compile(r"\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b"),
}


def files_in_git() -> list[Path]:
    try:
        answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [ROOT / name for name in answer.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", TRACES)
def test_no_file_in_git_has(what: str) -> None:
    files = files_in_git()
    if not files:
        pytest.skip("not a git checkout")
    found = []
    for file in files:
        content = file.read_bytes()
        if b"\0" in content:
            continue
        text = content.decode()
        for match in TRACES[what].finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{file.relative_to(ROOT)}:{line}: {match[0]}")
    assert not found, f"{what}:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("what", "example"),
    [
        ("a package registry", "https://py" + "pi.org/simple"),
        ("a package registry", "requests==2\n--index-" + "url https://example.org"),
        ("an absolute path", "open('/" + "home/anna/x.csv')"),
        ("an absolute path", "file:///" + "opt/x"),
        ("a private address", "http://10.1." + "2.3/simple"),
    ],
)
def test_the_patterns_find(what: str, example: str) -> None:
    assert TRACES[what].search(example)
