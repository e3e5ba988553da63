"""Each distribution declares what it imports, and nothing else."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import stageaccess

ROOT = Path(__file__).parents[2]
OWN = {"stageaccess": "stageaccess", "stagesim": "stage-access-lab"}


def project(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]
    return found


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(each).name) for each in requirements}


def imported(package: Path) -> set[str]:
    """The distributions that a package imports from, wherever it does: when loading, in functions, for types."""
    found = set()
    for file in package.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(str(node.module).partition(".")[0])
    distributions = packages_distributions()
    others = found - sys.stdlib_module_names - {package.name}
    return {canonicalize_name(OWN.get(name) or distributions[name][0]) for name in others}


def test_the_engine_depends_on_nothing() -> None:
    assert imported(ROOT / "policies/stageaccess") == set()
    assert project("policies")["dependencies"] == []


def test_the_laboratory_declares_what_it_imports() -> None:
    declared = project(".")
    extras = declared["optional-dependencies"]
    # Jupyter itself is not imported: notebooks are opened with it.
    optional = {name for extra in ("cluster", "notebooks", "sensitivity") for name in names(extras[extra])} - {
        "jupyter"
    }
    # Only the plugin imports pytest, and only pytest imports the plugin.
    assert imported(ROOT / "sim/stagesim") - optional == names(declared["dependencies"]) | {"pytest"}
    assert optional == {"cloudpickle", "distributed", "ipywidgets", "salib"}


def test_an_import_that_is_not_declared_is_found(tmp_path: Path) -> None:
    (tmp_path / "late.py").write_text("def f():\n    from ruamel.yaml import YAML\n    import os.path, rich.table\n")
    assert imported(tmp_path) == {"ruamel-yaml", "rich"}


@pytest.mark.parametrize("name", ["simpy", "stageaccess"])
def test_what_may_change_its_ways_has_an_upper_bound(name: str) -> None:
    """SimPy, of which private names are used, and the engine, whose rules make the results."""
    (bound,) = (each for each in map(Requirement, project(".")["dependencies"]) if each.name == name)
    assert any(each.operator == "<" for each in bound.specifier)


def test_the_laboratory_takes_the_engine_beside_it() -> None:
    (engine,) = (each for each in map(Requirement, project(".")["dependencies"]) if each.name == "stageaccess")
    assert stageaccess.__version__ in engine.specifier
