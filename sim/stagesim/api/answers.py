"""What a question comes back as: results, tables, charts, text, and a folder of files."""

import io
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from stagesim.api.arguments import folder_at, share, truth
from stagesim.api.studies import Place
from stagesim.experiments.questions.break_even import BreakEven, break_evens
from stagesim.experiments.questions.question import Question
from stagesim.experiments.questions.ranking import RankResults
from stagesim.experiments.questions.sensitivity import SensitivityResults
from stagesim.experiments.questions.sizing import SizeResults
from stagesim.experiments.questions.sweep import SweepResults, replications_frame
from stagesim.experiments.questions.tipping import TipResults
from stagesim.experiments.questions.why import WhyResults
from stagesim.experiments.results import with_modes
from stagesim.experiments.study import StudyError, known_metric
from stagesim.scenario.faults import one_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from stagesim.reporting.answers.answer import Answer


class HasQuestion(Protocol):
    """Results of a question, as far as all have the same."""

    @property
    def question(self) -> Question: ...


Results = TypeVar("Results", bound=HasQuestion)


class Drawings:
    """The charts of an answer: `found.plot.NAME()`, or `found.plot("NAME")`."""

    def __init__(self, answer: "Answer") -> None:
        self._answer = answer

    @property
    def names(self) -> list[str]:
        """The names of the charts that there are."""
        return [drawing.name for drawing in self._answer.drawings]

    def __call__(self, name: str) -> "Figure":
        if name not in self.names:
            raise StudyError(f"unknown chart `{name}`\n  hint: {one_of(self.names, name)}")
        return self._answer.drawing(name)

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self.names]

    def __getattr__(self, name: str) -> "Drawer":
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self.names:
            raise AttributeError(f"unknown chart `{name}`; there are {', '.join(self.names) or 'none'}")
        return lambda: self(name)

    def __repr__(self) -> str:
        return f"<charts: {', '.join(self.names) or 'none'}>"


class Drawer(Protocol):
    """Draws one chart."""

    def __call__(self) -> "Figure": ...


class Found(ABC, Generic[Results]):
    """What a question found: the `results`, and the same as a table, as charts, as text, and as a folder of files."""

    def __init__(self, results: Results) -> None:
        self.results = results

    @property
    @abstractmethod
    def answer(self) -> "Answer":
        """The answer as it is reported: sentences, tables, charts."""

    @property
    def table(self) -> "pd.DataFrame":
        """The tidy table; for a sweep one row per point, mode and metric."""
        return next(iter(self.tables.values()))

    @property
    def tables(self) -> "dict[str, pd.DataFrame]":
        """All tables, by the names that they have in the folder of `save`."""
        found = {name.removesuffix(".csv"): make() for name, make in self.answer.files.items()}
        return {name: _with_its_modes(table) for name, table in found.items()}

    @property
    def charts(self) -> list[str]:
        """The names of the charts that there are."""
        return self.plot.names

    @property
    def plot(self) -> Drawings:
        """The charts: `found.plot.NAME()`."""
        return Drawings(self.answer)

    def save(self, folder: Place, *, fresh: bool = False, png: bool = False) -> Path:
        """Write tables, charts and the report into a folder; the path of the report.

        Another study that is there is replaced only if that is said (`fresh`). With `png` charts are there as PNG, too.
        """
        from stagesim.reporting.answers.answer import publish

        return publish(self.answer, folder_at("save", folder), fresh=truth("fresh", fresh), png=truth("png", png))

    def __str__(self) -> str:
        from stagesim.reporting.answers.answer import print_answer

        text = io.StringIO()
        print_answer(self.answer, text)
        return text.getvalue()

    def __repr__(self) -> str:
        answer = self.answer
        return f"<{answer.kind} of {answer.title!r}: {answer.facts}>"

    def _repr_html_(self) -> str:
        from stagesim.reporting.answers.answer import fragment

        return fragment(self.answer)


def _with_its_modes(table: "pd.DataFrame") -> "pd.DataFrame":
    return with_modes(table) if "mode" in table else table


class Sweep(Found[SweepResults]):
    """A sweep, with its break-even points. `metrics` has every session."""

    def __init__(self, results: SweepResults, shown: tuple[str, ...] = ()) -> None:
        super().__init__(results)
        self._shown = shown

    @property
    def answer(self) -> "Answer":
        """The answer as it is reported: sentences, tables, charts."""
        from stagesim.reporting.answers.sweep import sweep_answer

        return sweep_answer(self.results, self._shown)

    @property
    def metrics(self) -> "pd.DataFrame":
        """Every metric, one row per session: its mode, replication and values of the factors first."""
        table = replications_frame(self.results)
        front = ["mode", "replication"]
        return with_modes(table[[*front, *(each for each in table if each not in front)]])

    def break_evens(self, *metrics: str, factor: int = 0, confidence: float = 0.95) -> list[BreakEven]:
        """Where one mode overtakes another in these metrics, along one of the factors."""
        known = share("confidence", confidence)
        return break_evens(self.results, [known_metric(name) for name in metrics], factor=factor, confidence=known)


class Sizes(Found[SizeResults]):
    """How many it takes, in each mode."""

    @property
    def answer(self) -> "Answer":
        """The answer as it is reported: sentences, tables, charts."""
        from stagesim.reporting.answers.size import size_answer

        return size_answer(self.results)


class Ranking(Found[RankResults]):
    """The modes by what is wanted, the best first."""

    @property
    def answer(self) -> "Answer":
        """The answer as it is reported: sentences, tables, charts."""
        from stagesim.reporting.answers.rank import rank_answer

        return rank_answer(self.results)


class Sensitivity(Found[SensitivityResults]):
    """Which assumptions matter."""

    @property
    def answer(self) -> "Answer":
        """The answer as it is reported: sentences, tables, charts."""
        from stagesim.reporting.answers.sensitivity import sensitivity_answer

        return sensitivity_answer(self.results)


class Tips(Found[TipResults]):
    """What would turn who is ahead."""

    @property
    def answer(self) -> "Answer":
        """The answer as it is reported: sentences, tables, charts."""
        from stagesim.reporting.answers.tip import tip_answer

        return tip_answer(self.results)


class Reasons(Found[WhyResults]):
    """What holds people up, and what one more of each would give."""

    @property
    def answer(self) -> "Answer":
        """The answer as it is reported: sentences, tables, charts."""
        from stagesim.reporting.answers.why import why_answer

        return why_answer(self.results)
