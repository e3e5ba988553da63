"""Scenario files as tests: `pytest scenarios/` makes one test of each statement, mode and case.

[tool.pytest.ini_options]
stagesim_files = ["*.yaml"]
stagesim_engine = "COMMAND"

A test passes only when its statement is decided and holds. The tests of one file, case and mode share their
replications, and give the same verdicts in whatever process they run; their marks come from the file.
"""

import fnmatch
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import pytest
from typing_extensions import override

from stagesim.looks import BUDGET

if TYPE_CHECKING:
    from stagesim.engines.subprocess import EngineCommand
    from stagesim.testing.gate.pipeline import Settings, Target
    from stagesim.testing.gate.verdicts import Judgement, Question


_ENGINE: Final = pytest.StashKey["EngineCommand | None"]()

COMPARED: Final[dict[str, Literal["auto", "required"] | None]] = {
    "auto": "auto",
    "required": "required",
    "none": None,
}
"""What scenarios are compared with, by the word in the settings of the project."""

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
    engine = config.stash.get(_ENGINE, None)
    if engine is not None:
        engine.close()


def _engine(config: pytest.Config) -> "EngineCommand | None":
    """The engine under test, the same for all files; None is our own."""
    from stagesim.engines.subprocess import EngineCommand

    if _ENGINE not in config.stash:
        command: str = config.getoption("--stagesim-engine") or config.getini("stagesim_engine")
        config.stash[_ENGINE] = EngineCommand(command) if command else None
    return config.stash[_ENGINE]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """An engine that a project has set is looked for once there is something to ask it; a worker leaves that be."""
    if not hasattr(config, "workerinput") and any(isinstance(item, ScenarioTest) for item in items):
        _look_for_engine(config)


def _look_for_engine(config: pytest.Config) -> None:
    """Say once, and before anything runs, that the engine under test never was one."""
    engine = _engine(config)
    fault = None if engine is None else engine.absence()
    if fault is not None:
        raise pytest.UsageError(fault)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "ScenarioFile | OrphanFile | None":
    """Collect a file that has a name as configured, and is named, or recognised as a scenario; a baseline of none."""
    from stagesim.scenario.reading.recognised import is_scenario_file

    if file_path.suffix == ".json" and file_path.parent.name == "baselines":
        return _orphan(file_path, parent)
    patterns: list[str] = parent.config.getini("stagesim_files")
    if not any(fnmatch.fnmatch(file_path.name, pattern) for pattern in patterns):
        return None
    named = any(Path(str(each).partition("::")[0]).resolve() == file_path for each in parent.config.args)
    if not named and not is_scenario_file(file_path):
        parent.config.stash[_PASSED_OVER] = parent.config.stash.get(_PASSED_OVER, 0) + 1
        return None
    file: ScenarioFile = ScenarioFile.from_parent(parent, path=file_path)
    return file


def _orphan(file_path: Path, parent: pytest.Collector) -> "OrphanFile | None":
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


class ScenarioFile(pytest.File):
    """One scenario file; it keeps the verdicts of its tests, so that each mode of a case is simulated once."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._judged: dict[tuple[str, str], dict[tuple[object, ...], Judgement]] = {}

    @override
    def collect(self) -> Iterator[pytest.Item]:
        """One test for each statement, mode and case."""
        from stagesim.scenario.faults import ScenarioError
        from stagesim.testing.baselines.baseline import BaselineError
        from stagesim.testing.gate.questions import questions
        from stagesim.testing.gate.targets import targets

        try:
            found = targets([self._shown()])
            self._update(found)
        except (ScenarioError, BaselineError) as error:
            yield Unreadable.from_parent(self, name="can be read", fault=str(error))
            return
        settings = self._settings()
        raised = 0
        for target in found:
            for question in questions(target, settings):
                raised += 1
                case = f"{target.case}: " if target.case else ""
                name = f"{case}{question.mode}: {question.name}"
                yield ScenarioTest.from_parent(self, name=name, target=target, question=question)
        if not raised and not self.config.getini("stagesim_allow_empty"):
            yield NothingStated.from_parent(self, name="states expectations")

    def judgement(self, test: "ScenarioTest") -> "Judgement":
        """The verdict of a test. All tests of its case and mode that were chosen are judged together."""
        from stagesim.testing.gate.pipeline import judge

        key = (test.target.case, test.question.mode)
        if key not in self._judged:
            together = [each.question for each in self._chosen() if (each.target.case, each.question.mode) == key]
            found = judge(test.target, self._settings(), together)
            self._judged[key] = {_identity(each): each for each in found}
        return self._judged[key][_identity(test.question)]

    def _chosen(self) -> Iterable["ScenarioTest"]:
        return (item for item in self.session.items if isinstance(item, ScenarioTest) and item.parent is self)

    def _shown(self) -> str:
        """The path as one would write it here."""
        try:
            return self.path.relative_to(self.config.invocation_params.dir).as_posix()
        except ValueError:
            return str(self.path)

    def _settings(self) -> "Settings":
        from stagesim.testing.gate.pipeline import Settings

        seed, budget = self.config.getoption("--stagesim-seed"), self.config.getoption("--stagesim-budget")
        baseline = COMPARED[self.config.getini("stagesim_baseline")]
        return Settings(seed=seed, budget=budget, baseline=baseline, engine=_engine(self.config))

    def _update(self, found: "list[Target]") -> None:
        """Take over into the baseline what is named, and nothing else."""
        names = [name for each in self.config.getoption("--stagesim-update") for name in self._meant(each)]
        if not names:
            return
        from stagesim.testing.baselines.acceptance import accept
        from stagesim.testing.baselines.baseline_file import baseline_path, load_baseline, save
        from stagesim.testing.baselines.fit import check_fits
        from stagesim.testing.baselines.made import make

        path = baseline_path(self.path)
        plain = [target for target in found if not target.case]
        if not plain or not path.exists():
            return
        scenario = plain[0].scenario
        old = load_baseline(path)
        check_fits(old, scenario, old.modes)
        amount = {"replications": old.replications, "seed": old.seed}
        fresh = make(scenario, modes=old.modes, engine=_engine(self.config), **amount)
        save(path, accept(old, fresh, names, self.config.getoption("--stagesim-reason")))

    def _meant(self, name: str) -> Iterator[str]:
        """The name without its scenario, if it is this one's."""
        scenario, separator, metric = name.rpartition(":")
        if not separator or fnmatch.fnmatch(self.path.stem, scenario):
            yield metric


class OrphanFile(pytest.File):
    """A baseline that belongs to no scenario."""

    @override
    def collect(self) -> Iterator[pytest.Item]:
        """One test, which fails."""
        from stagesim.testing.baselines.orphans import said_of

        yield Unreadable.from_parent(self, name="belongs to a scenario", fault=said_of(self.path))


class ScenarioTest(pytest.Item):
    """One statement in one mode."""

    def __init__(self, *, target: "Target", question: "Question", **given: Any) -> None:
        super().__init__(**given)
        self.target = target
        self.question = question
        self.add_marker(pytest.mark.xdist_group(f"{self.path.name} {target.case} {question.mode}"))
        for mark in dict.fromkeys((*target.scenario.marks, *question.marks)):
            self.add_marker(mark)

    @override
    def runtest(self) -> None:
        """Fail unless the statement is decided and holds."""
        from stagesim.testing.gate.verdicts import Verdict

        assert isinstance(self.parent, ScenarioFile)
        judgement = self.parent.judgement(self)
        if judgement.verdict is not Verdict.PASS:
            raise Unmet(judgement)
        self.add_report_section("call", "stagesim", judgement.finding.said)

    @override
    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the figures and the command, or what is no engine; only a fault of ours has a traceback."""
        if isinstance(excinfo.value, Unmet):
            from stagesim.reporting.gate.plain import trouble

            return trouble(excinfo.value.judgement)
        from stagesim.engines.contract import EngineError

        if isinstance(excinfo.value, EngineError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    @override
    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Point to the line of the statement; pytest counts from 0."""
        line = self.question.line
        return self.path, None if line is None else line - 1, self.name


class Unreadable(pytest.Item):
    """The one test of a scenario that is not valid: it fails, and stops nobody else's tests."""

    def __init__(self, *, fault: str, **given: Any) -> None:
        super().__init__(**given)
        self.fault = fault

    @override
    def runtest(self) -> None:
        """Fail."""
        pytest.fail(self.fault, pytrace=False)

    @override
    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Point to the file."""
        return self.path, 0, self.name


class NothingStated(pytest.Item):
    """The one test of a scenario that states nothing: it fails, since a green test would say that something held."""

    @override
    def runtest(self) -> None:
        """Fail."""
        pytest.fail(
            "the scenario states no expectations\n  hint: write `expect`, or set `stagesim_allow_empty = true`",
            pytrace=False,
        )

    @override
    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Point to the file."""
        return self.path, 0, self.name


class Unmet(Exception):
    """A statement that did not pass."""

    def __init__(self, judgement: "Judgement") -> None:
        super().__init__(judgement.finding.said)
        self.judgement = judgement


def _identity(each: "Question | Judgement") -> tuple[object, ...]:
    return each.kind, each.line, each.name
