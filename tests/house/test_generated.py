"""Generated documents are what their functions give now."""

import importlib.util
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENERATED = runpy.run_path(str(ROOT / "docs/generate.py"))["GENERATED"]


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_document_is_current(name: str) -> None:
    if name == "docs/cli.md" and importlib.util.find_spec("stagesim.cli") is None:
        pytest.skip("there is no stagesim.cli yet")
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text == GENERATED[name](), f"{name} is out of date: run `make docs`"
