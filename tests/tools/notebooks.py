"""Run the notebooks, one after the other in one kernel, and keep what they show: `python -m tests.tools.notebooks`.

What is kept is the same whenever nothing has changed: no times, no state of widgets, and cells numbered from one.
"""

import base64
import gc
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from PIL import Image

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LIVE = "application/vnd.jupyter.widget-view+json"
"""What a browser needs to reach widgets in a kernel that is long gone."""

WIDEST = 1240
"""Pixels of a picture that is kept."""


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def executed(paths: list[Path]) -> Iterator[Any]:
    """The notebooks with their outputs. They share a kernel, which starts once, and nothing else."""
    kernel = KernelManager(kernel_name="python3")
    kernel.start_kernel(cwd=str(FOLDER))
    try:
        for path in paths:
            book = read(path)
            reset = nbformat.v4.new_code_cell("%reset -f")
            book.cells.insert(0, reset)
            client = NotebookClient(book, km=kernel, timeout=120, record_timing=False, store_widget_state=False)
            client.execute(cleanup_kc=False)
            client.kc.stop_channels()
            book.cells.remove(reset)
            yield plain(book)
    finally:
        kernel.shutdown_kernel(now=True)
        kernel.context.destroy(linger=0)
        gc.collect()


def plain(book: Any) -> Any:
    """The notebook without what differs from one execution to the next."""
    book.metadata.pop("widgets", None)
    number = 0
    for cell in book.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            number += 1
            cell.execution_count = number
            for output in cell.outputs:
                shown = output.get("data", {})
                shown.pop(LIVE, None)
                if "image/png" in shown:
                    shown["image/png"] = small(shown["image/png"])
                if "execution_count" in output:
                    output.execution_count = number
    return book


def small(picture: str) -> str:
    """The same picture as wide as a page needs it and in 96 colours, in a fraction of the bytes."""
    file = io.BytesIO()
    full = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
    full.thumbnail((WIDEST, full.height), Image.Resampling.BOX)
    full.quantize(96, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


if __name__ == "__main__":
    for path, book in zip(NOTEBOOKS, executed(NOTEBOOKS), strict=True):
        nbformat.write(book, path)
        print(f"wrote notebooks/{path.name}, {path.stat().st_size / 1000:.0f} kB")
