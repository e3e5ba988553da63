"""The files: scenarios, and baselines that belong to none."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from stagesim.pytest_plugin.items import NothingStated, ScenarioTest, Unreadable, identity
from stagesim.pytest_plugin.settings import settings_of
from stagesim.pytest_plugin.update import update

if TYPE_CHECKING:
    from stagesim.testing.gate.verdicts import Judgement


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
            update(self.config, self.path, found)
        except (ScenarioError, BaselineError) as error:
            yield Unreadable.from_parent(self, name="can be read", fault=str(error))
            return
        settings = settings_of(self.config)
        raised = 0
        for target in found:
            for question in questions(target, settings):
                raised += 1
                case = f"{target.case}: " if target.case else ""
                name = f"{case}{question.mode}: {question.name}"
                yield ScenarioTest.from_parent(self, judging=self, name=name, target=target, question=question)
        if not raised and not self.config.getini("stagesim_allow_empty"):
            yield NothingStated.from_parent(self, name="states expectations")

    def judgement(self, test: "ScenarioTest") -> "Judgement":
        """The verdict of a test. All tests of its case and mode that were chosen are judged together."""
        from stagesim.testing.gate.pipeline import judge

        key = (test.target.case, test.question.mode)
        if key not in self._judged:
            together = [each.question for each in self._chosen() if (each.target.case, each.question.mode) == key]
            found = judge(test.target, settings_of(self.config), together)
            self._judged[key] = {identity(each): each for each in found}
        return self._judged[key][identity(test.question)]

    def _chosen(self) -> Iterable["ScenarioTest"]:
        return (item for item in self.session.items if isinstance(item, ScenarioTest) and item.parent is self)

    def _shown(self) -> str:
        """The path as one would write it here."""
        try:
            return self.path.relative_to(self.config.invocation_params.dir).as_posix()
        except ValueError:
            return str(self.path)


class OrphanFile(pytest.File):
    """A baseline that belongs to no scenario."""

    @override
    def collect(self) -> Iterator[pytest.Item]:
        """One test, which fails."""
        from stagesim.testing.baselines.orphans import said_of

        yield Unreadable.from_parent(self, name="belongs to a scenario", fault=said_of(self.path))
