"""The charts, in the order of the report. Each has a name, a text for those who cannot see it, and a caption."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from matplotlib.figure import Figure

from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.reporting.charts.outcomes import request_outcomes, wish_outcomes
from stagesim.reporting.charts.over_time import moderator_load, stage_and_queue
from stagesim.reporting.charts.speaking import speaking_time
from stagesim.reporting.charts.style import styled, with_alt
from stagesim.reporting.charts.timeline import session_timeline
from stagesim.reporting.charts.waiting import time_to_stage
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.telling import finding

TIMELINE: Final = "timeline"
HEARD: Final = "Who is heard, and when"
STAGE: Final = "The stage, the requests and the speakers"
LANES: Final = "Lanes of the people of one session in the mode {}, coloured by standing over time."


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: how it is called and drawn, what it shows in words, and how it is to be read.

    `subject` is what it is about, in a few words; `needs` is a metric that is above zero, in any session, where there
    is something to show; `tells` is the metric of which its figures are said to those who cannot see it.
    """

    name: str
    paint: Callable[[Results], Figure]
    alt: str
    caption: str
    subject: str
    needs: str | None = None
    tells: str | None = None

    def draw(self, results: Results) -> Figure:
        """The chart of these results, in the style of all charts."""
        with styled():
            return self.paint(results)

    def said(self, results: Results) -> str:
        """What it shows, and what was found, for those who cannot see it."""
        return f"{self.alt} {finding(results, self.tells)}" if self.tells else self.alt


CHARTS: Final = (
    Chart(
        "wish_outcomes",
        wish_outcomes,
        "Stacked bars of what became of the wishes to speak, one bar a mode: heard, cut short, or never on stage.",
        "A wish exists in every mode, whether or not the mode has a button for it, so the bars can be compared. Heard "
        "is who had enough of the stay that they wanted.",
        HEARD,
        needs="wishes",
        tells="wishes_heard_share",
    ),
    Chart(
        "time_to_stage",
        time_to_stage,
        "Curves of the share of wishes that have led to the stage within a given time, one a mode.",
        "The higher and the further left a curve, the sooner people are on stage. It levels off where the rest never "
        "get there.",
        HEARD,
        needs="wishes",
        tells="time_to_stage_mean",
    ),
    Chart(
        "stage_and_queue",
        stage_and_queue,
        "Lines of the number of people on stage and of open requests over the session, one a mode.",
        "Changes of the mode, where there are any, are dashed vertical lines.",
        STAGE,
        tells="on_stage_mean",
    ),
    Chart(
        "request_outcomes",
        request_outcomes,
        "Stacked bars of how requests ended, one bar a mode.",
        "A mode in which nobody asked has no row. A session that changes its mode may have requests in any row.",
        STAGE,
        needs="requests",
    ),
    Chart(
        "speaking_time",
        speaking_time,
        "How long each participant was on stage, from the longest to the shortest.",
        "People who came and were never on stage are counted, with no time.",
        STAGE,
        needs="stage_time",
    ),
    Chart(
        "moderator_load",
        moderator_load,
        "Steps of the share of the moderators' time that is spent on reviews over the session, one line a mode.",
        "Near 100 % hardly any time is left for more reviews.",
        "Staff",
        needs="utilisation",
        tells="utilisation",
    ),
)
"""The charts of any study. The timeline of a single session comes after them."""


def drawable(results: Results) -> list[Chart]:
    """The charts that there are for these results: those of any study, and of a single session its timeline in each
    mode. Of many sessions the page plays the most usual one instead, person by person, with everything it has.
    """
    return [*CHARTS, *(_timeline(results, mode) for mode in results.modes if results.replications == 1)]


def worth_showing(results: Results) -> list[Chart]:
    """Those of the charts that have something to show: a session without requests has none of how they ended."""

    def occurs(metric: str) -> bool:
        return any(outcome.metrics[metric] > 0 for outcome in results.outcomes)

    return [chart for chart in drawable(results) if chart.needs is None or occurs(chart.needs)]


def draw(results: Results, name: str) -> Figure:
    """The chart with this name."""
    chart = next(chart for chart in drawable(results) if chart.name == name)
    return with_alt(chart.draw(results), chart.said(results))


def draw_timeline(outcome: Outcome) -> Figure:
    """The timeline of one session."""
    with styled():
        return with_alt(session_timeline(outcome), LANES.format(mode_name(outcome.mode).lower()))


def _timeline(results: Results, mode: str) -> Chart:
    """The timeline of the session in a mode."""
    return Chart(
        TIMELINE if len(results.modes) == 1 else f"{TIMELINE}_{mode}",
        lambda found: session_timeline(found.of(mode)[0]),
        LANES.format(mode_name(mode).lower()),
        "From left to right, what each person was at each moment.",
        "One session, person by person",
    )
