"""The notebooks run from top to bottom, show what they promise, and are committed without outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def test_both_notebooks_are_there() -> None:
    assert [path.name for path in NOTEBOOKS] == ["01_first_look.ipynb", "02_comparing_the_modes.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    assert cells
    assert not [cell for cell in cells if cell.outputs or cell.execution_count]


def test_the_notebook_on_modes_compares_in_pairs_and_not_by_intervals_that_overlap() -> None:
    book = nbformat.read(FOLDER / "02_comparing_the_modes.ipynb", as_version=4)
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    for call in ("study.differences(", "study.share_within("):
        assert any(call in each for each in code), call
    assert not any("overlap" in cell.source for cell in book.cells)


# The client's own event loop and the kernel's sockets are closed by the garbage collector only.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_pictures_and_tables(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(FOLDER)}}).execute()
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    shown = [kind for output in outputs for kind in output.get("data", {})]
    assert shown.count("image/png") >= 3
    assert shown.count("text/html") >= 3
