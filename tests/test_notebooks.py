"""The notebooks run from top to bottom, and what they show in the repository is what they show now."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from notebooks import LIVE, NOTEBOOKS, executed, read

# The client's own event loop and the kernel's sockets are closed by the garbage collector only.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

LARGEST_KB = 400
# How things look, what a player is packed into, and where a figure stands in memory say nothing of what was found.
LOOKS = re.compile(r"<style.*?</style>|srcdoc=\".*?\"|0x[0-9a-f]+", re.DOTALL)


@pytest.fixture(scope="module")
def now() -> dict[str, Any]:
    """All notebooks, executed in one kernel."""
    return dict(zip((path.name for path in NOTEBOOKS), executed(NOTEBOOKS), strict=True))


def outputs(book: Any) -> Iterator[tuple[str, Any]]:
    for cell in book.cells:
        if cell.cell_type == "code":
            yield from ((cell.id, output) for output in cell.outputs)


def said(book: Any) -> list[tuple[str, str, str]]:
    """All that the outputs say in text: the cell, the kind, and the words."""
    found = []
    for cell, output in outputs(book):
        if output.output_type == "stream":
            found.append((cell, output.name, output.text))
        else:
            texts = {kind: text for kind, text in output.get("data", {}).items() if kind.startswith("text/")}
            found += [(cell, kind, LOOKS.sub("", text)) for kind, text in sorted(texts.items())]
    return found


def test_each_answers_a_question() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "01_first_look",
        "02_comparing_the_modes",
        "03_my_own_numbers",
        "04_a_rule_and_whom_it_hurts",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_it_shows_is_what_it_shows_now(path: Path, now: dict[str, Any]) -> None:
    kept, fresh = read(path), now[path.name]
    assert not [
        output for _, output in outputs(fresh) if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert [cell.source for cell in kept.cells] == [cell.source for cell in fresh.cells]
    assert said(kept) == said(fresh), "`make notebooks` writes what they show anew"
    kinds = [sorted(output.get("data", {})) for _, output in outputs(kept)]
    assert kinds == [sorted(output.get("data", {})) for _, output in outputs(fresh)]
    assert sum("image/png" in each for each in kinds) >= 1
    assert sum("text/html" in each for each in kinds) >= 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_small_and_says_nothing_of_where_it_was_run(path: Path) -> None:
    text, book = path.read_text(encoding="utf-8"), read(path)
    nbformat.validate(book)
    assert path.stat().st_size <= LARGEST_KB * 1000
    assert [cell.id for cell in book.cells] == [f"cell-{number:02}" for number in range(len(book.cells))]
    numbers = [cell.execution_count for cell in book.cells if cell.cell_type == "code"]
    assert numbers == list(range(1, len(numbers) + 1))
    assert not any(cell.metadata for cell in book.cells)
    assert LIVE not in text
    assert str(Path.home()) not in text
    assert str(path.parents[1]) not in text


def test_the_one_on_modes_compares_in_pairs_and_not_by_intervals_that_overlap() -> None:
    book = read(NOTEBOOKS[1])
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    for call in ("study.differences(", "study.winners("):
        assert any(call in each for each in code), call
    assert not any("overlap" in cell.source for cell in book.cells)


def test_the_one_on_a_rule_shows_somebody_whom_it_hurts(now: dict[str, Any]) -> None:
    (story,) = [text for _, kind, text in said(now[NOTEBOOKS[3].name]) if kind == "text/html" and "story" in text]
    assert "heard for 3 min 32 s" in story
    assert "not on stage: stage was full" in story
