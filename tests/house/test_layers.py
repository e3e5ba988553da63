"""Who may know whom: the contracts in `pyproject.toml` hold, and they do find what they forbid."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A module, an import that it must not have, and the contract that says so.
FORBIDDEN = [
    ("sim/stagesim/scenario", "stagesim.agents", "layers"),
    ("sim/stagesim/experiments", "stagesim.reporting", "layers"),
    ("policies/stageaccess", "stagesim.eventlog", "layers"),
    ("sim/stagesim/eventlog", "stageaccess.vocabulary", "metrics-read-the-log"),
    ("sim/stagesim/metrics", "stagesim.agents", "metrics-read-the-log"),
    ("sim/stagesim/metrics", "stageaccess", "metrics-read-the-log"),
    ("sim/stagesim/agents", "stagesim.statistics", "run-knows-no-metric"),
    ("sim/stagesim/reporting", "stageaccess.engine", "engine-users"),
    ("policies/stageaccess/moves", "stageaccess.room", "within-the-engine"),
    ("policies/stageaccess", "numpy", "engine-alone"),
    ("policies/stageaccess", "simpy", "engine-alone"),
    ("sim/stagesim/experiments/size", "stagesim.experiments.comparison.pairs", "rooms-of-experiments"),
    ("sim/stagesim/testing", "simpy", "simpy"),
    ("sim/stagesim/experiments", "rich", "pictures"),
    ("sim/stagesim/testing", "matplotlib.pyplot", "pictures"),
]


def lint_imports(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the packages in a folder, whichever ones are installed."""
    search = os.pathsep.join([str(folder / "policies"), str(folder / "sim")])
    code = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache", "--no-logo", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": search, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_contracts_are_kept() -> None:
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert " 0 broken" in answer.stdout


@pytest.mark.parametrize(("package", "imported", "contract"), FORBIDDEN)
def test_a_forbidden_import_is_found(tmp_path: Path, package: str, imported: str, contract: str) -> None:
    for folder in ("policies", "sim"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "*.md"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    module = tmp_path / package
    if module.with_suffix(".py").exists():
        module = module.with_suffix(".py")
    elif module.is_dir():
        module = module / "planted.py"
    else:
        pytest.skip(f"there is no {package} yet")
    with module.open("a") as text:
        text.write(f"\nimport {imported}\n")
    (tmp_path / "sim/stagesim/statistics.py").touch()
    answer = lint_imports(tmp_path, "--contract", contract)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "1 broken" in answer.stdout, answer.stdout + answer.stderr
    assert imported.partition(".")[0] in answer.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["-m", "stageaccess"],
        ["-c", "import stagesim"],
        ["-c", "import stagesim.cli"],
        ["-c", "import stagesim.scenario.reading.loader"],
    ],
)
def test_what_answers_at_once_imports_nothing_heavy(arguments: list[str]) -> None:
    name = arguments[-1].removeprefix("import ")
    if not (ROOT / "sim" / (name.replace(".", "/") + ".py")).exists() and name not in {"stageaccess", "stagesim"}:
        pytest.skip(f"there is no {name} yet")
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments], input="", capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in answer.stderr.splitlines()}
    assert name.split(".")[0] in loaded
    assert not loaded & {"pandas", "numpy", "matplotlib", "scipy", "pyarrow"}
