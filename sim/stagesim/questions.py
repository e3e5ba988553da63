"""Questions beyond a comparison, in Python: sweeps, sizes, rankings, and which assumption matters.

import stagesim

found = stagesim.size("scenarios/support_clinic.yaml", "share of wishes given up < 20 %", vary="moderators.count")
found.results.sizes[0].value
found.table
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Literal, TypedDict, TypeVar, Unpack

from stagesim.agents.surroundings import Behaviour
from stagesim.engines.contract import EngineMaker
from stagesim.engines.subprocess import in_use
from stagesim.experiments.executors import Executors
from stagesim.experiments.origin import Origin
from stagesim.experiments.questions.break_even import BreakEven, break_evens
from stagesim.experiments.questions.factors import parse_bounds, parse_factor
from stagesim.experiments.questions.goals import goal
from stagesim.experiments.questions.question import Question
from stagesim.experiments.questions.ranking import RankResults, rank_modes
from stagesim.experiments.questions.sensitivity import SensitivityResults, find_influences
from stagesim.experiments.questions.sizing import Search, SizeResults, find_sizes
from stagesim.experiments.questions.sweep import SweepResults, sweep_points
from stagesim.experiments.study import known_metric
from stagesim.looks import BUDGET, FIRST_LOOK

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from stagesim.reporting.answers.answer import Answer

__all__ = ["Found", "Sweep", "rank", "sensitivity", "size", "sweep"]

Results = TypeVar("Results")
Place = str | PathLike[str]


class Options(TypedDict, total=False):
    """What all questions take beside their own: the same as `stagesim.compare`."""

    modes: Sequence[str]
    seed: int
    workers: int | Literal["auto"]
    sets: Sequence[str]
    behaviours: Mapping[str, Behaviour]
    engine: EngineMaker | str


class Found(Generic[Results]):
    """What a question found: the `results`, and the same as a table, as charts, as text, and as a folder of files."""

    def __init__(self, results: Results, make: Callable[[], "Answer"]) -> None:
        self.results = results
        self._make = make

    @property
    def answer(self) -> "Answer":
        """The answer as it is reported: sentences, tables, charts."""
        return self._make()

    @property
    def table(self) -> "pd.DataFrame":
        """The tidy table; for a sweep one row a point, mode and metric."""
        return next(iter(self.answer.files.values()))()

    @property
    def charts(self) -> list[str]:
        """The names of the charts that there are."""
        return [drawing.name for drawing in self.answer.drawings]

    def plot(self, name: str) -> "Figure":
        """The chart with this name."""
        if name not in self.charts:
            raise ValueError(f"unknown chart `{name}`\n  hint: there are {', '.join(self.charts) or 'none'}")
        return self.answer.drawing(name)

    def save(self, folder: Place, *, fresh: bool = False) -> Path:
        """Write tables, charts and the report into a folder; the path of the report.

        Another study that is there is replaced only if that is said (`fresh`).
        """
        from stagesim.reporting.answers.answer import publish

        return publish(self.answer, Path(folder), fresh=fresh)

    def __str__(self) -> str:
        from stagesim.reporting.answers.answer import print_answer

        text = io.StringIO()
        print_answer(self.answer, text)
        return text.getvalue()

    def __repr__(self) -> str:
        answer = self.answer
        return f"<{answer.kind} of {answer.title!r}: {answer.facts}>"


class Sweep(Found[SweepResults]):
    """A sweep, with its break-even points."""

    def break_evens(self, *metrics: str, factor: int = 0, confidence: float = 0.95) -> list[BreakEven]:
        """Where one mode overtakes another in these metrics, along one of the factors."""
        return break_evens(self.results, [known_metric(name) for name in metrics], factor=factor, confidence=confidence)


def sweep(
    scenario: Place,
    factors: Sequence[str],
    *,
    metrics: Sequence[str] = (),
    replications: int = FIRST_LOOK,
    **options: Unpack[Options],
) -> Sweep:
    """Simulate every combination of values, such as `["audience.count=50:2000:log8", "moderators.count=1,2,3"]`.

    `metrics` are those in charts and text; the table has all. `options` are those of `stagesim.compare`: see
    `Options`.
    """
    wanted = [known_metric(name) for name in metrics]
    asked = {"factors": tuple(factors), "metrics": tuple(metrics), "replications": replications}
    with _question("sweep", scenario, asked, options) as question:
        results = sweep_points(question, [parse_factor(text) for text in factors], replications=replications)

    def answer() -> "Answer":
        from stagesim.reporting.answers.sweep import sweep_answer

        return sweep_answer(results, wanted)

    return Sweep(results, answer)


def size(
    scenario: Place,
    *goals: str,
    vary: str,
    low: int = 1,
    high: int = 20,
    confidence: float = 0.95,
    budget: int = BUDGET,
    largest: bool = False,
    **options: Unpack[Options],
) -> Found[SizeResults]:
    """Find the smallest value of the count at `vary` that meets all goals, or the `largest`, in each mode."""
    searched = {"goals": goals, "vary": vary, "low": low, "high": high, "confidence": confidence, "budget": budget}
    search = Search(vary, tuple(map(goal, goals)), low, high, confidence, budget, largest)
    with _question("size", scenario, {**searched, "largest": largest}, options) as question:
        results = find_sizes(question, search)

    def answer() -> "Answer":
        from stagesim.reporting.answers.size import size_answer

        return size_answer(results)

    return Found(results, answer)


def rank(
    scenario: Place,
    *goals: str,
    indifference: float = 0.05,
    confidence: float = 0.95,
    budget: int = BUDGET,
    **options: Unpack[Options],
) -> Found[RankResults]:
    """Rank the modes by these goals, or by those of the scenario."""
    rules = {"goals": goals, "indifference": indifference, "confidence": confidence, "budget": budget}
    with _question("rank", scenario, rules, options) as question:
        wanted = tuple(map(goal, goals)) or question.scenario().goals
        results = rank_modes(question, wanted, indifference=indifference, confidence=confidence, limit=budget)

    def answer() -> "Answer":
        from stagesim.reporting.answers.rank import rank_answer

        return rank_answer(results)

    return Found(results, answer)


def sensitivity(
    scenario: Place,
    ranges: Sequence[str],
    metrics: Sequence[str] = ("wishes_served_share",),
    *,
    trajectories: int = 8,
    sobol: int = 0,
    samples: int = 32,
    replications: int = 5,
    **options: Unpack[Options],
) -> Found[SensitivityResults]:
    """Find which assumptions matter, each with its range, such as `audience.answer.accept=0.5:1`."""
    amount = {"trajectories": trajectories, "sobol": sobol, "samples": samples, "replications": replications}
    asked = {"ranges": tuple(ranges), "metrics": tuple(metrics), **amount}
    with _question("sensitivity", scenario, asked, options) as question:
        results = find_influences(
            question,
            [parse_bounds(text) for text in ranges],
            metrics,
            trajectories=trajectories,
            sobol=sobol,
            samples=samples,
            replications=replications,
        )

    def answer() -> "Answer":
        from stagesim.reporting.answers.sensitivity import sensitivity_answer

        return sensitivity_answer(results)

    return Found(results, answer)


@contextmanager
def _question(kind: str, scenario: Place, asked: Mapping[str, object], options: Options) -> Iterator[Question]:
    """The question that the common options describe, with its engine in use; TypeError for one that does not exist."""
    unknown = set(options) - set(Options.__annotations__)
    if unknown:
        raise TypeError(f"{kind}() got an unexpected keyword argument {min(unknown)!r}")
    modes, seed = options.get("modes"), options.get("seed", 1)
    chosen = (modes,) if isinstance(modes, str) else None if modes is None else tuple(modes)
    with in_use(options.get("engine")) as maker:
        yield Question(
            fspath(scenario),
            tuple(options.get("sets", ())),
            chosen,
            seed,
            Executors(options.get("workers", 1)),
            options.get("behaviours", {}),
            engine=maker,
            asked=Origin(kind, options={**asked, "modes": chosen, "seed": seed}),
        )
