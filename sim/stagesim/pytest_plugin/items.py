"""The tests: of one statement in one mode, and those that stand for a file of which nothing can be judged."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from typing_extensions import override

if TYPE_CHECKING:
    from stagesim.testing.gate.pipeline import Target
    from stagesim.testing.gate.verdicts import Judgement, Question


class Judging(Protocol):
    """The file of a test, which judges all of its statements together."""

    def judgement(self, test: "ScenarioTest") -> "Judgement":
        """The verdict of a test."""


class ScenarioTest(pytest.Item):
    """One statement in one mode."""

    def __init__(self, *, judging: Judging, target: "Target", question: "Question", **given: Any) -> None:
        super().__init__(**given)
        self.judging = judging
        self.target = target
        self.question = question
        self.add_marker(pytest.mark.xdist_group(f"{self.path.name} {target.case} {question.mode}"))
        for mark in dict.fromkeys((*target.scenario.marks, *question.marks)):
            self.add_marker(mark)

    @override
    def runtest(self) -> None:
        """Fail unless the statement is decided and holds."""
        from stagesim.testing.gate.verdicts import Verdict

        judgement = self.judging.judgement(self)
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


def identity(each: "Question | Judgement") -> tuple[object, ...]:
    """What a question and the judgement on it have in common."""
    return each.kind, each.line, each.name
