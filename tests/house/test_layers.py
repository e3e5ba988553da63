"""Who may know whom: the contracts in `pyproject.toml` hold and find what they forbid; nothing goes in a circle."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest
import simpy

ROOT = Path(__file__).parents[2]
PACKAGES = {"stageaccess": ROOT / "policies/stageaccess", "stagesim": ROOT / "sim/stagesim"}

# Contract -> modules (a new one, where the name ends with `planted`), each with an import that it must not have.
FORBIDDEN = {
    "Imports go downwards": [
        ("stagesim.scenario.planted", "stagesim.agents"),
        ("stagesim.scenario.planted", "stagesim.engines"),
        ("stagesim.engines.planted", "stagesim.scenario"),
        ("stagesim.engines.planted", "stagesim.agents"),
        ("stagesim.streams", "stagesim.scenario"),
        ("stagesim.agents.planted", "stagesim.hearing"),
        ("stagesim.agents.planted", "stagesim.world"),
        ("stagesim.hearing", "stagesim.world"),
        ("stagesim.world", "stagesim.simulate"),
        ("stagesim.simulate", "stagesim.experiments"),
        ("stagesim.experiments.planted", "stagesim.reporting"),
        ("stagesim.experiments.planted", "stagesim.testing"),
        ("stagesim.testing.planted", "stagesim.selfcheck"),
        ("stagesim.selfcheck.planted", "stagesim.reporting"),
        ("stagesim.reporting.planted", "stagesim.api.calls"),
        ("stagesim.api.planted", "stagesim.commands"),
        ("stagesim.commands.planted", "stagesim.cli"),
        ("stagesim.pytest_plugin.planted", "stagesim.cli"),
    ],
    "Metrics and statistics know nothing of how a log came about": [
        ("stagesim.eventlog.planted", "stageaccess.vocabulary"),
        ("stagesim.metrics.planted", "stagesim.agents"),
        ("stagesim.metrics.planted", "stageaccess"),
        ("stagesim.metrics.planted", "stagesim.statistics"),
    ],
    "The simulated world knows nothing of what is measured": [
        ("stagesim.agents.planted", "stagesim.statistics"),
        ("stagesim.simulate", "stagesim.metrics"),
    ],
    "Only those who drive an engine or write for one see it": [
        ("stagesim.reporting.planted", "stageaccess.engine"),
        ("stagesim.metrics.planted", "stageaccess"),
    ],
    "Each module of the engine knows only those below it": [
        ("stageaccess.moves", "stageaccess.room"),
    ],
    "The engine needs the standard library only": [
        ("stageaccess.__main__", "numpy"),
        ("stageaccess.__main__", "simpy"),
        ("stageaccess.__main__", "stagesim.eventlog"),
    ],
    "The rooms of experiments import downwards": [
        ("stagesim.experiments.size.planted", "stagesim.experiments.comparison.pairs"),
    ],
    "Only the world and its agents import simpy": [
        ("stagesim.hearing", "simpy"),
        ("stagesim.testing.planted", "simpy"),
        ("stagesim.engines.planted", "simpy"),
        ("stagesim.simulate", "simpy"),
    ],
    "Only reporting draws and prints": [
        ("stagesim.experiments.planted", "rich"),
        ("stagesim.testing.planted", "matplotlib.pyplot"),
    ],
}
PLANTED = [(contract, *pair) for contract, pairs in FORBIDDEN.items() for pair in pairs]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the packages in a folder, whichever ones are installed."""
    search = os.pathsep.join([str(folder / "policies"), str(folder / "sim")])
    code = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache', '--no-logo'])"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": search, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def file_of(module: str, folder: Path) -> Path:
    """Where a module is, or is to be, in a copy of the packages."""
    top = "policies" if module.startswith("stageaccess") else "sim"
    return folder.joinpath(top, *module.split(".")).with_suffix(".py")


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What import-linter says to each contract, once everything that is forbidden has been planted in a copy."""
    folder = tmp_path_factory.mktemp("planted")
    for top in ("policies", "sim"):
        shutil.copytree(ROOT / top, folder / top, ignore=shutil.ignore_patterns("__pycache__", "*.md"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for _, module, imported in PLANTED:
        file = file_of(module, folder)
        assert file.exists() or module.endswith(".planted"), module
        with file.open("a") as text:
            text.write(f"\nimport {imported}\n")
    answer = lint_imports(folder)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    parts = re.split(r"^(.+)\n-{4,}\n", answer.stdout.partition("Broken contracts")[2], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_contract_is_tried() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert set(FORBIDDEN) == {contract["name"] for contract in contracts}


def test_all_contracts_are_kept() -> None:
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert " 0 broken" in answer.stdout


@pytest.mark.parametrize(("contract", "module", "imported"), PLANTED)
def test_a_forbidden_import_is_found(complaints: Mapping[str, str], contract: str, module: str, imported: str) -> None:
    known = imported if imported.startswith(("stageaccess", "stagesim")) else imported.partition(".")[0]
    assert f"{module} -> {known} (l." in complaints[contract]


Imports = Mapping[str, Iterable[str]]
"""Who imports whom, directly."""


@pytest.fixture(scope="module")
def imports() -> Imports:
    """Those of all modules: at load, in functions, and for types only."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def circle(imports: Imports) -> list[str]:
    """One way from a module back to itself, if there is any."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def rooms(imports: Imports, depth: int) -> Imports:
    """The same with everything below a depth as one: at 2 the rooms of the house, at 3 those within them."""

    def room(module: str) -> str:
        return ".".join(module.split(".")[:depth])

    found: dict[str, set[str]] = {}
    for module, below in imports.items():
        found.setdefault(room(module), set()).update(set(map(room, below)) - {room(module)})
    return found


def test_imports_of_every_kind_are_counted(imports: Imports) -> None:
    assert len(imports) == sum(1 for folder in PACKAGES.values() for _ in folder.rglob("*.py"))
    assert "stagesim.api.calls" in imports["stagesim"]  # for types only
    assert "stagesim.experiments.study" in imports["stagesim.commands.run"]  # in a function


def test_no_imports_go_in_a_circle(imports: Imports) -> None:
    assert circle(imports) == []


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_no_rooms_import_each_other(imports: Imports, depth: int) -> None:
    assert circle(rooms(imports, depth)) == []


def test_a_circle_is_found() -> None:
    assert set(circle({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]})) == {"a", "b", "c"}
    through_rooms = {"a.words.x": ["a.charts.y"], "a.charts.z": ["a.words.u"]}
    assert circle(through_rooms) == []
    assert set(circle(rooms(through_rooms, 2))) == {"a.words", "a.charts"}


def private_names_of_simpy() -> set[str]:
    """What SimPy names with an underscore in front: its slots, its attributes, its methods."""
    sources = (Path(module.__file__).read_text(encoding="utf-8") for module in (simpy.core, simpy.events))
    named = [name for source in sources for name in re.findall(r"\b_[a-z]\w*", source)]
    return set(named)


def taken_from_others(file: Path) -> set[str]:
    """The attributes and names with an underscore in front that a module takes from anything but `self` and `cls`."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                pass
            case ast.Attribute(attr=name) if name.startswith("_"):
                found.add(name)
            case ast.Constant(value=str(name)) if name.startswith("_"):  # for `setattr` and slots
                found.add(name)
            case ast.ImportFrom(names=names):
                found |= {alias.name for alias in names if alias.name.startswith("_")}
    return found


def test_the_private_names_of_simpy_stand_in_one_module() -> None:
    private = private_names_of_simpy()
    assert {"_now", "_ok", "_value", "_queue", "_eid", "_defused", "_generator", "_target"} <= private
    users = {file: taken_from_others(file) & private for file in PACKAGES["stagesim"].rglob("*.py")}
    clock = PACKAGES["stagesim"] / "agents/clock.py"
    assert {file: names for file, names in users.items() if names} == {
        clock: {"_eid", "_now", "_ok", "_queue", "_value"}
    }


@pytest.mark.parametrize(
    ("arguments", "package"),
    [
        (["-m", "stageaccess"], "stageaccess"),
        (["-c", "import stagesim"], "stagesim"),
        (["-m", "stagesim", "--help"], "stagesim"),
        (["-m", "stagesim", "validate", "scenarios/seminar.yaml"], "stagesim"),
    ],
)
def test_what_answers_at_once_imports_nothing_heavy(arguments: list[str], package: str) -> None:
    command = [sys.executable, "-X", "importtime", *arguments]
    answer = subprocess.run(command, cwd=ROOT, input="", capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in answer.stderr.splitlines()}
    assert package in loaded
    assert not loaded & {"pandas", "numpy", "matplotlib", "scipy", "pyarrow"}


WRITTEN = """
import sys
import stagesim.reporting.publish
from stagesim.eventlog.files import write_parquet
from stagesim.scenario.reading.loader import loads
from stagesim.simulate import simulate
scenario = loads("title: A few people\\nduration: 1 min\\naudience: {count: 3, wishes: {on_arrival: 1}}")
write_parquet(sys.argv[1], [simulate(scenario, mode=scenario.room.mode).log])
print("pandas" in sys.modules)
"""


def test_results_are_written_without_pandas(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITTEN, str(tmp_path / "log.parquet")]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.stdout == "False\n", answer.stderr
    assert (tmp_path / "log.parquet").stat().st_size
