"""The tables of a study. In each, `mode` and `replication` come first; of a study of variants, `variant` before them.

There is one clock: `t_s`, and every moment whose name ends in `_s`, counts seconds from the session's start. The table
of events has the log's own beside it, `at`, which counts from the making of the room. Lengths in seconds end in `_s`,
too; the units of metrics stand in `table.attrs["units"]`. Tables are copies: to change one changes no study.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from stagesim.api.arguments import By, moment_ms, part_of_all, share, split_by, text, texts
from stagesim.experiments.results import (
    Results,
    checks_frame,
    events_frame,
    logs_frame,
    metrics_frame,
    split_frame,
    summary_frame,
    with_modes,
)
from stagesim.experiments.shares import quantile_frame, share_frame, share_of, wait_of
from stagesim.experiments.study import StudyError
from stagesim.metrics import (
    invitations_frame,
    people_frame,
    requests_frame,
    standings_frame,
    stays_frame,
    timeline,
    wishes_frame,
)
from stagesim.scenario.values.units import format_duration

if TYPE_CHECKING:
    import pandas as pd

Table = Callable[[Results], "pd.DataFrame"]


class Tables(ABC):
    """What was found, as tables of pandas."""

    def __init__(self) -> None:
        self._made: dict[str, pd.DataFrame] = {}

    @property
    @abstractmethod
    def _parts(self) -> Mapping[str, Results]:
        """The results by the name of their variant; empty for a study without variants."""

    @property
    def events(self) -> "pd.DataFrame":
        """Every event of the logs, one row per event; `t_s` is the time, `at` the log's own (see `attrs["units"]`)."""
        return self._table("events", events_frame)

    @property
    def metrics(self) -> "pd.DataFrame":
        """Every metric, one row per session; their units stand in `attrs["units"]`. A figure is blank where its session
        had nothing to measure; `summary()` says why.
        """
        return self._table("metrics", metrics_frame)

    @property
    def by_group(self) -> "pd.DataFrame":
        """The metrics that can be split, one row per session and group of the scenario."""
        return self._table("by_group", lambda results: split_frame(results, "group"))

    @property
    def by_client(self) -> "pd.DataFrame":
        """The same, one row per session and kind of device."""
        return self._table("by_client", lambda results: split_frame(results, "client"))

    @property
    def wishes(self) -> "pd.DataFrame":
        """Every wish to speak, one row per wish: when it arose, what became of it, and the time to the stage, which is
        `censored` where it never came.
        """
        return self._logs_table("wishes", wishes_frame)

    @property
    def requests(self) -> "pd.DataFrame":
        """Every request to join, one row per request. Its number is that in `events`, to merge with."""
        return self._logs_table("requests", requests_frame)

    @property
    def invitations(self) -> "pd.DataFrame":
        """Every invitation, one row per invitation."""
        return self._logs_table("invitations", invitations_frame)

    @property
    def stays(self) -> "pd.DataFrame":
        """Every stay on stage, one row per stay."""
        return self._logs_table("stays", stays_frame)

    @property
    def people(self) -> "pd.DataFrame":
        """Everybody who came, one row per person and session."""
        return self._logs_table("people", people_frame)

    @property
    def steps(self) -> "pd.DataFrame":
        """How many are waiting, under review, on stage, present …, from `t_s` until the next row of the session."""
        return self._logs_table("steps", timeline)

    @property
    def checks(self) -> "pd.DataFrame":
        """The expectations of the scenario's script, one row each, with what came of them."""
        return self._table("checks", checks_frame)

    def at(self, *, minute: float | None = None, second: float | None = None) -> "pd.DataFrame":
        """Who was where at a moment of the session, such as `at(minute=37)`: one row per person in the room."""
        if (minute is None) == (second is None):
            raise StudyError("`at`: expected one moment of the session\n  hint: `at(minute=37)` or `at(second=90)`")
        name, value, unit_ms = ("minute", minute, 60_000) if second is None else ("second", second, 1000)
        at_ms = moment_ms(name, value, unit_ms)
        longest = max(each.scenario.duration for each in self._parts.values())
        if at_ms > longest:
            hint = f"the session lasts `{format_duration(longest)}`"
            raise StudyError(f"`at`: `{value:g}` is after the end of the session\n  hint: {hint}")
        return self._logs_table("", partial(standings_frame, at_ms=at_ms))

    def summary(self, confidence: float = 0.95, *, by: By = None) -> "pd.DataFrame":
        """One row per metric, mode and part of the people: what it is over all sessions, its interval, in how many
        there was something to measure; a `note` says why something is blank, or that the limits are bounds.
        """
        known, split = share("confidence", confidence), split_by(by)
        table = self._table("", lambda results: summary_frame(results, known, split).reset_index())
        return table.set_index([name for name in ("variant", "metric", "mode", by) if name in table])

    def share_within(self, what: str, *times: str, by: By = None, confidence: float = 0.95) -> "pd.DataFrame":
        """What share got there within a time: `study.share_within("wishes on stage", "60 s")`, of all of all sessions.

        One row per mode, part of the people by `by`, and time; without times those of the scenario. `what` is
        `wishes on stage` or `requests decided`. The session is the unit of the interval; a `note` says why it is blank.
        """
        known, given, split = share("confidence", confidence), texts("times", times), split_by(by)

        def table(results: Results) -> "pd.DataFrame":
            limits = given or tuple(map(format_duration, results.scenario.shares_within))
            return share_frame(results, [share_of(text("what", what), time) for time in limits], split, known)

        return self._table("", table)

    def quantile(self, what: str, percent: float, *, by: By = None, confidence: float = 0.95) -> "pd.DataFrame":
        """The time after which so many per cent got there, of all of all sessions: `quantile("requests decided", 80)`.

        One row per mode and part of the people, in seconds; infinite where so many never get there.
        """
        wait, known = wait_of(text("what", what)), share("confidence", confidence)
        part, split = part_of_all(percent), split_by(by)
        return self._table("", lambda results: quantile_frame(results, wait, part, split, known))

    def _logs_table(self, name: str, table: "Callable[..., pd.DataFrame]") -> "pd.DataFrame":
        return self._table(name, lambda results: logs_frame(results, table))

    def _table(self, name: str, make: Table) -> "pd.DataFrame":
        """The table of all parts; one that has a name is made once."""
        found = self._made[name] if name in self._made else _of_parts(self._parts, make)
        if name:
            self._made[name] = found
        return found.copy(deep=False)

    def __getstate__(self) -> dict[str, object]:
        """Tables are made again where they are wanted."""
        return {**self.__dict__, "_made": {}}


def _of_parts(parts: Mapping[str, Results], make: Table) -> "pd.DataFrame":
    """One table of all variants, the variant in front; without variants just the table."""
    import pandas as pd

    if list(parts) == [""]:
        return make(parts[""])
    # Copies have their columns together: to more than a hundred single ones pandas adds none without a warning.
    tables = [make(each).astype({"mode": object}).copy().assign(variant=name) for name, each in parts.items()]
    whole = pd.concat(tables, ignore_index=True)
    for column in tables[0]:
        if isinstance(tables[0][column].dtype, pd.CategoricalDtype):
            whole[column] = pd.Categorical(whole[column])
    whole["variant"] = pd.Categorical(whole["variant"], list(parts), ordered=True)
    whole.attrs = dict(tables[0].attrs)
    return with_modes(whole[["variant", *(each for each in whole if each != "variant")]]).copy()
