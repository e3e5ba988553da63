"""The charts of a study, each a figure of matplotlib, and each a method that completion finds."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from stagesim.experiments.results import Results
from stagesim.experiments.study import StudyError
from stagesim.scenario.faults import one_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from stagesim.experiments.comparison.analysis import Analysis


class Plots:
    """The charts of a study. `names` lists them; of a study of variants, each takes the name of a variant first."""

    def __init__(self, parts: Mapping[str, Results], analysis: "Callable[[], Analysis] | None" = None) -> None:
        self._parts = parts
        self._analysis = analysis

    @property
    def names(self) -> list[str]:
        """The names of all charts that there are for this study."""
        own = [name for name in vars(Plots) if not name.startswith("_") and name != "names"]
        return own if self._analysis is not None else [name for name in own if name not in ("differences", "winners")]

    def time_to_stage(self, variant: str | None = None) -> "Figure":
        """What share of the wishes had led to the stage after so many minutes."""
        return self._draw("time_to_stage", variant)

    def wish_outcomes(self, variant: str | None = None) -> "Figure":
        """What became of the wishes to speak."""
        return self._draw("wish_outcomes", variant)

    def stage_and_queue(self, variant: str | None = None) -> "Figure":
        """How many were on stage, and how many requests were open, over the session."""
        return self._draw("stage_and_queue", variant)

    def request_outcomes(self, variant: str | None = None) -> "Figure":
        """How requests ended."""
        return self._draw("request_outcomes", variant)

    def moderator_load(self, variant: str | None = None) -> "Figure":
        """What share of the moderators' time went into reviews, over the session."""
        return self._draw("moderator_load", variant)

    def speaking_time(self, variant: str | None = None) -> "Figure":
        """How long each participant was on stage."""
        return self._draw("speaking_time", variant)

    def timeline(
        self, mode: str | None = None, replication: int | None = None, *, variant: str | None = None
    ) -> "Figure":
        """One session, a lane per person; without a mode or a replication the first."""
        from stagesim.reporting.charts import draw_timeline

        results = self._results(variant)
        which = results.modes[0] if mode is None else str(mode)
        numbers = [each.replication for each in results.of(which)]
        number = numbers[0] if numbers and replication is None else replication
        if number not in numbers:
            there = sorted({each.replication for each in results.outcomes})
            hint = f"modes: {', '.join(results.modes)}; replications: {there[0]} to {there[-1]}"
            raise StudyError(f"there is no session `{which}`, `{number}`\n  hint: {hint}")
        return draw_timeline(results.of(which)[numbers.index(number)])

    def differences(self) -> "Figure":
        """The paired differences with their limits, as a forest plot."""
        return self._pairs("paired_differences")

    def winners(self) -> "Figure":
        """Who wins and who loses, as stacked bars."""
        return self._pairs("winners_and_losers")

    def _draw(self, name: str, variant: str | None) -> "Figure":
        from stagesim.reporting.charts import draw

        return draw(self._results(variant), name)

    def _pairs(self, name: str) -> "Figure":
        from stagesim.reporting.page.comparison import draw

        if self._analysis is None:
            raise StudyError("a single session has no pairs\n  hint: `stagesim.compare` has")
        return draw(self._analysis(), name)

    def _results(self, variant: str | None) -> Results:
        if variant is None and len(self._parts) > 1:
            raise StudyError(f"expected the name of a variant\n  hint: {one_of(self._parts)}")
        if variant is not None and variant not in self._parts:
            raise StudyError(f"no variant is called `{variant}`\n  hint: {one_of(self._parts, variant)}")
        return self._parts[variant or next(iter(self._parts))]

    def __getattr__(self, name: str) -> "Callable[[], Figure]":
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(f"unknown chart `{name}`; there are {', '.join(self.names)}")

    def __repr__(self) -> str:
        return f"<charts: {', '.join(self.names)}>"
