"""The set-up: what `make help` lists, and what the lock files pin."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def pins(lock: str) -> dict[str, str]:
    """Name to version of every package of a lock file."""
    text = (ROOT / lock).read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", text, re.MULTILINE))


def test_make_help_lists_every_target() -> None:
    declared = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert declared
    answer = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    listed = {line.split()[0]: line.split(maxsplit=1)[1] for line in answer.stdout.splitlines()}
    assert set(listed) == set(declared[1].split())
    assert all(len(meaning) > len("tests") for meaning in listed.values())


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_file_says_where_packages_come_from(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert [sign for sign in ("://", " @ ", "--index", "--find-links") if sign in text] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_and_hashed(lock: str) -> None:
    lines = (ROOT / lock).read_text().replace("\\\n", " ").splitlines()
    entries = [line for line in lines if line.strip() and not line.strip().startswith("#")]
    assert len(entries) > len(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"])
    assert [entry for entry in entries if not re.match(r"[a-z0-9.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry)] == []


def test_both_lock_files_pin_the_same_versions() -> None:
    run, develop = (pins(lock) for lock in LOCKS)
    assert run
    assert {name: develop.get(name) for name in run} == run


def test_the_lock_files_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups, extras = project["dependency-groups"], project["project"]["optional-dependencies"]
    wanted = {
        "requirements.lock": project["project"]["dependencies"] + groups["build"],
        "requirements-dev.lock": groups["dev"] + [each for extra in extras.values() for each in extra],
    }
    for lock, requirements in wanted.items():
        names = {re.sub(r"[._]", "-", re.split(r"[<>=\[;\s]", each)[0]).lower() for each in requirements}
        # The engine is installed from its folder, and so nobody else's package of its name can come in its place.
        assert names - set(pins(lock)) == names & {"stageaccess"}, lock


@pytest.mark.parametrize("folder", [".", "policies"])
def test_the_modules_that_can_be_compiled_exist_and_nothing_is_compiled_unasked(folder: str) -> None:
    project = tomllib.loads((ROOT / folder / "pyproject.toml").read_text())
    build = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    hook = build["hooks"]["custom"]
    assert hook["enable-by-default"] is False
    assert (ROOT / folder / hook.get("path", "hatch_build.py")).resolve() == ROOT / "hatch_build.py"
    (package,) = (ROOT / folder / each for each in build["packages"])
    missing = [module for module in hook["modules"] if not (package.parent / module).is_file()]
    assert (missing, len(hook["modules"])) == ([], len(set(hook["modules"])))


def compiled() -> dict[str, Path]:
    """Every module that can be compiled, by name, with its file."""
    found = {}
    for folder, top in ((".", "sim"), ("policies", "policies")):
        project = tomllib.loads((ROOT / folder / "pyproject.toml").read_text())
        for module in project["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]["modules"]:
            found[module.removesuffix(".py").replace("/", ".")] = ROOT / top / module
    return found


def classes_and_imports(file: Path) -> tuple[list[ast.ClassDef], list[ast.ImportFrom]]:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    return [each for each in nodes if isinstance(each, ast.ClassDef)], [
        each for each in nodes if isinstance(each, ast.ImportFrom)
    ]


def test_nobody_inherits_from_what_can_be_compiled() -> None:
    """Only what is compiled together can: everybody else wraps it."""
    modules = compiled()
    ours = {(name, each.name) for name, file in modules.items() for each in classes_and_imports(file)[0]}
    ours |= {("stageaccess", name) for module, name in ours if module.startswith("stageaccess.")}
    heirs = []
    for file in sorted(
        path for top in ("policies", "sim", "tests", "benchmarks") for path in (ROOT / top).rglob("*.py")
    ):
        if file in modules.values():
            continue
        classes, imports = classes_and_imports(file)
        taken = {
            alias.asname or alias.name for node in imports for alias in node.names if (node.module, alias.name) in ours
        }
        heirs += [f"{file.name}: {each.name}" for each in classes if taken & {ast.unparse(base) for base in each.bases}]
    assert ("stageaccess", "StageAccess") in ours
    assert heirs == []


def test_no_module_lies_loose_beside_a_package() -> None:
    """What is installed in place puts the folders of both packages on the path."""
    assert [file for top in ("policies", "sim") for file in (ROOT / top).glob("*.py")] == []


def test_both_distributions_carry_the_same_licence() -> None:
    assert (ROOT / "policies/LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
