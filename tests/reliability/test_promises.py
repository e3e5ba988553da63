"""Every promise in the document about reliability names tests, and the tests are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_promise_names_tests_that_are_there() -> None:
    text = (ROOT / "docs/explanation/reliability.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(("| what", "| ---"))]
    assert len(rows) > 20
    for row in rows:
        named = NAMED.findall(row.split("|")[3])
        assert named, row
        for file, test in named:
            assert (ROOT / file).is_file(), file
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8") or not test, (file, test)
