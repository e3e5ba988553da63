"""What a comparison shows in pairs, on the same sessions. Margins are written `{"queue_max": "1"}` or `"5%"`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from stagesim.api.arguments import Texts, texts
from stagesim.api.charts import Plots
from stagesim.api.tables import Tables
from stagesim.experiments.comparison.analysis import Analysis
from stagesim.experiments.comparison.compare import Aim, analysed
from stagesim.experiments.comparison.differences import contrasts_table
from stagesim.experiments.comparison.same_people import SamePeople
from stagesim.experiments.comparison.winners import effects_table
from stagesim.experiments.results import with_modes
from stagesim.experiments.size.rules import amounts
from stagesim.experiments.study import StudyError, known_metric
from stagesim.looks import FIRST_LOOK
from stagesim.statistics import Precision

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Amounts = Mapping[str, str | float]
"""By metric, an amount in its unit, or a share of the mean: `{"queue_max": 1, "queue_mean": "5%"}`."""


class Pairs(Tables):
    """What can be said of the sides of a comparison, session by session."""

    _aim: Aim

    @property
    def plot(self) -> Plots:
        """The charts: `study.plot.stage_and_queue()`."""
        return Plots(self._parts, self.analysis)

    def analysis(self, metrics: Texts | None = None, margins: Amounts | None = None) -> Analysis:
        """Everything that the pairs show, as it stands in the report; a StudyError where there is nothing to pair."""
        aim = self._aim
        if metrics is not None:
            aim = replace(aim, metrics=tuple(known_metric(name) for name in texts("metrics", metrics)))
        if margins is not None:
            aim = replace(aim, margins=amounts_of("margins", margins))
        found = analysed(self._parts, aim)
        if found is None:
            raise StudyError(f"pairs need two sides, and two replications of each\n  hint: `replications={FIRST_LOOK}`")
        return found

    def differences(self, metrics: Texts | None = None, margins: Amounts | None = None) -> "pd.DataFrame":
        """Paired differences with simultaneous limits, p-values and verdicts; one row per metric and pair.

        A `note` says why something is blank.
        """
        return with_modes(contrasts_table(self.analysis(metrics, margins).contrasts).frame())

    def winners(self) -> "pd.DataFrame":
        """Who wins and who loses; one row per pair and part of the people."""
        return with_modes(effects_table(self.analysis().effects).frame())

    def same_people(self) -> SamePeople:
        """Whether both sides of the pairs had the same people with the same wishes."""
        return self.analysis().same_people

    def plot_differences(self) -> "Figure":
        """The differences as a forest plot."""
        return self.plot.differences()

    def plot_winners(self) -> "Figure":
        """Who wins and who loses, as stacked bars."""
        return self.plot.winners()


def amounts_of(name: str, values: object) -> dict[str, Precision]:
    """Amounts by metric, checked."""
    if not isinstance(values, Mapping):
        raise StudyError(f"`{name}`: expected a mapping, got `{values}`\n  hint: such as `{{'queue_max': 1}}`")
    return amounts([f"{metric}={value}" for metric, value in values.items()], f"`{name}`")
