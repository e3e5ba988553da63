"""Scenario files as tests: `pytest scenarios/` makes one test of each statement, mode and case.

[tool.pytest.ini_options]
stagesim_files = ["*.yaml"]
stagesim_engine = "COMMAND"

A test passes only when its statement is decided and holds. The tests of one file, case and mode share their
replications, and give the same verdicts in whatever process they run; their marks come from the file.
"""

import fnmatch
from pathlib import Path
from typing import Final

import pytest

from stagesim.looks import BUDGET
from stagesim.pytest_plugin.files import OrphanFile, ScenarioFile
from stagesim.pytest_plugin.items import ScenarioTest
from stagesim.pytest_plugin.settings import COMPARED, ENGINE, engine_of
from stagesim.pytest_plugin.update import check_names

_PASSED_OVER: Final = pytest.StashKey[int]()
"""How many YAML files are no scenarios."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our options, and what a project may set for all of its scenarios."""
    parser.addini("stagesim_files", "names of scenario files, as patterns", type="args", default=["*.yaml", "*.yml"])
    parser.addini("stagesim_allow_empty", "let scenarios pass that state nothing", type="bool", default=False)
    parser.addini("stagesim_baseline", "as `stagesim check --baseline`: auto, required or none", default="auto")
    parser.addini("stagesim_engine", "command of the engine under test; it speaks the line protocol", default="")
    group = parser.getgroup("stagesim", "scenarios of a virtual stage")
    group.addoption(
        "--stagesim-budget",
        type=int,
        default=BUDGET,
        metavar="N",
        help=f"sessions in each mode at most (default: {BUDGET})",
    )
    group.addoption("--stagesim-seed", type=int, default=1, metavar="N", help="seed of all draws (default: 1)")
    group.addoption("--stagesim-engine", metavar="COMMAND", help="engine under test; it speaks the line protocol")
    group.addoption(
        "--stagesim-update",
        action="append",
        default=[],
        metavar="NAME",
        help="accept this into the baselines, and nothing else: a metric, `decisions`, or SCENARIO:METRIC; repeatable",
    )
    group.addoption("--stagesim-reason", default="", metavar="TEXT", help="why it is accepted; kept in the baseline")


def pytest_configure(config: pytest.Config) -> None:
    """Check the options; the mark keeps tests that share replications in one worker, with `--dist loadgroup`."""
    config.addinivalue_line("markers", "xdist_group(name): tests that are to run in the same worker")
    if config.getoption("--stagesim-budget") < 2:
        raise pytest.UsageError(f"`--stagesim-budget`: expected 2 or more\n  hint: {BUDGET} is usual")
    if config.getoption("--stagesim-engine") and not hasattr(config, "workerinput"):
        _look_for_engine(config)
    if config.getini("stagesim_baseline") not in COMPARED:
        raise pytest.UsageError(f"`stagesim_baseline`: expected one of {', '.join(f'`{each}`' for each in COMPARED)}")
    if config.getoption("--stagesim-update"):
        if not config.getoption("--stagesim-reason").strip():
            raise pytest.UsageError("`--stagesim-update` needs a reason\n  hint: --stagesim-reason 'why it is right'")
        if getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
            raise pytest.UsageError(
                "`--stagesim-update` writes files\n  hint: leave out `-n`, so that one process does"
            )


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the engine under test, where it has a process of its own."""
    engine = config.stash.get(ENGINE, None)
    if engine is not None:
        engine.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """An engine that a project has set is looked for once there is something to ask it; a worker leaves that be."""
    check_names(config)
    if not hasattr(config, "workerinput") and any(isinstance(item, ScenarioTest) for item in items):
        _look_for_engine(config)


def _look_for_engine(config: pytest.Config) -> None:
    """Say once, and before anything runs, that the engine under test never was one."""
    engine = engine_of(config)
    fault = None if engine is None else engine.absence()
    if fault is not None:
        raise pytest.UsageError(fault)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | OrphanFile | None:
    """Collect a file that has a name as configured, and is named, or recognised as a scenario; a baseline of none."""
    if file_path.suffix == ".json" and file_path.parent.name == "baselines":
        return _orphan(file_path, parent)
    patterns: list[str] = parent.config.getini("stagesim_files")
    if not any(fnmatch.fnmatch(file_path.name, pattern) for pattern in patterns):
        return None
    from stagesim.scenario.reading.recognised import is_scenario_file

    named = any(Path(str(each).partition("::")[0]).resolve() == file_path for each in parent.config.args)
    if not named and not is_scenario_file(file_path):
        parent.config.stash[_PASSED_OVER] = parent.config.stash.get(_PASSED_OVER, 0) + 1
        return None
    file: ScenarioFile = ScenarioFile.from_parent(parent, path=file_path)
    return file


def _orphan(file_path: Path, parent: pytest.Collector) -> OrphanFile | None:
    from stagesim.testing.baselines.orphans import is_baseline, is_orphan

    compared = parent.config.getini("stagesim_baseline") != "none"
    if not compared or not is_baseline(file_path) or not is_orphan(file_path):
        return None
    found: OrphanFile = OrphanFile.from_parent(parent, path=file_path)
    return found


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """Say how many other YAML files were passed over, where there is any scenario at all."""
    from stagesim.scenario.reading.recognised import passed_over

    count = config.stash.get(_PASSED_OVER, 0)
    ours = any(isinstance(item.parent, ScenarioFile) for item in items)
    return [f"stagesim: {passed_over(count)}"] if count and ours else []
