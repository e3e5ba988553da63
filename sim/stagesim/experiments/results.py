"""What a study found: its outcomes, and the tables made from them. pandas is imported when a table is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from stageaccess import Mode
from stagesim.agents.script_checks import Check
from stagesim.eventlog import EventLog, Header
from stagesim.exit_codes import ExitCode
from stagesim.experiments import pooling
from stagesim.experiments.ending import AS_ASKED, Ending
from stagesim.experiments.notes import note
from stagesim.experiments.origin import UNSAID, Given, Origin
from stagesim.experiments.replications import Figures, Outcome
from stagesim.experiments.tables import Table, of_dicts
from stagesim.metric_table import silence
from stagesim.metrics import METRICS, By, Measured, Split
from stagesim.scenario.demands.shares import metric_named
from stagesim.scenario.scenario import Scenario
from stagesim.statistics import Interval

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Results:
    """All outcomes of a study, by replication, then by mode. A single run is a study of one mode and one replication.

    `origin` says what was asked for, `variant` which of its scenarios this is, and `ending` why there are as many
    replications as there are.
    """

    scenario: Scenario
    seed: int
    modes: tuple[str, ...]
    outcomes: tuple[Outcome, ...] = field(repr=False)
    origin: Origin = field(default=UNSAID, repr=False)
    variant: str = ""
    ending: Ending = AS_ASKED

    @property
    def given(self) -> Given:
        """How the scenario was given."""
        return self.origin.scenarios[self.variant]

    @property
    def source_text(self) -> str:
        """What the scenario's file said when it was read; nothing where that is not what was run."""
        source = self.scenario.source
        return source.text if source is not None and self.given.is_of_its_file else ""

    @property
    def header(self) -> Header:
        """What the first log says of itself, among it which engine decided, as that says itself."""
        return self.outcomes[0].log.header

    @property
    def replications(self) -> int:
        """How many replications there are in each mode."""
        return len(self.outcomes) // max(1, len(self.modes))

    def of(self, mode: str) -> list[Outcome]:
        """The outcomes in one mode, by replication."""
        return [outcome for outcome in self.outcomes if outcome.mode == mode]

    def logs(self, mode: str) -> list[EventLog]:
        """The logs in one mode, by replication."""
        return [outcome.log for outcome in self.of(mode)]

    def measured(self, mode: str) -> list[Measured]:
        """What was measured in one mode, by replication."""
        return [outcome.measured for outcome in self.of(mode)]

    def parts(self, by: Split | None) -> list[tuple[By, str]]:
        """Every part of the people that any session has, or everybody."""
        if by is None:
            return [("all", "")]
        found = (each.by_group if by == "group" else each.by_client for each in self.outcomes)
        return [(by, value) for value in sorted({value for figures in found for value in figures})]

    def values(self, metric: str, mode: str) -> list[float]:
        """One metric in one mode, a value for each replication, whose mean is the metric over all of them."""
        return pooling.values(metric_named(metric), self.measured(mode))

    def interval(self, metric: str, mode: str, confidence: float = 0.95) -> Interval:
        """One metric over the replications of one mode, with its interval."""
        return pooling.interval(metric_named(metric), self.measured(mode), confidence)

    @property
    def checks(self) -> list[tuple[Outcome, Check]]:
        """Every expectation of the script, with the outcome in which it was checked."""
        return [(outcome, check) for outcome in self.outcomes for check in outcome.checks]

    @property
    def failures(self) -> list[tuple[Outcome, Check]]:
        """The expectations that did not hold."""
        return [(outcome, check) for outcome, check in self.checks if check.failed]

    @property
    def untested(self) -> list[tuple[Outcome, Check]]:
        """The expectations that this engine cannot answer."""
        return [(outcome, check) for outcome, check in self.checks if not check.tested]

    @property
    def exit_code(self) -> ExitCode:
        """What a run ends with that asks for nothing but the expectations of the script."""
        if self.failures:
            return ExitCode.VIOLATED
        return ExitCode.UNDECIDED if self.untested else ExitCode.DONE


def metrics_table(results: Results) -> Table:
    """One row a mode and replication, one column a metric."""
    return of_dicts([{"mode": o.mode, "replication": o.replication, **o.metrics} for o in _by_mode(results)])


def metrics_frame(results: Results) -> "pd.DataFrame":
    """The same for pandas."""
    return _with_units(with_modes(metrics_table(results).frame()))


def split_table(results: Results, by: Split) -> Table:
    """One row a mode, replication and value of `by`; the metrics that can be split, as columns."""

    def split(outcome: Outcome) -> Mapping[str, Figures]:
        return outcome.by_group if by == "group" else outcome.by_client

    rows = [
        {"mode": o.mode, "replication": o.replication, by: value, **figures}
        for o in _by_mode(results)
        for value, figures in split(o).items()
    ]
    return of_dicts(rows, first=("mode", "replication", by))


def split_frame(results: Results, by: Split) -> "pd.DataFrame":
    """The same for pandas."""
    import pandas as pd

    table = split_table(results, by).frame()
    table[by] = pd.Categorical(table[by])
    return _with_units(with_modes(table))


def _with_units(table: "pd.DataFrame") -> "pd.DataFrame":
    """The same, with the unit of every metric in the `attrs`, by its column.

    A copy has its columns together: pandas warns whoever adds one to a table of more than a hundred single ones.
    """
    table = table.copy()
    table.attrs["units"] = {metric.name: metric.unit for metric in METRICS if metric.name in table}
    return table


def with_modes(table: "pd.DataFrame") -> "pd.DataFrame":
    """The same, with every column of modes as one ordered category, the same in all tables of all studies."""
    import pandas as pd

    kind = pd.CategoricalDtype(list(map(str, Mode)), ordered=True)
    return table.astype({column: kind for column in ("mode", "base_mode") if column in table})


def logs_frame(results: Results, table: "Callable[[EventLog], pd.DataFrame]") -> "pd.DataFrame":
    """The tables of all logs in one, with `mode` and `replication` in front."""
    return joined([((o.mode, o.replication), table(o.log)) for o in _by_mode(results)])


def joined(frames: "Sequence[tuple[tuple[str, int], pd.DataFrame]]") -> "pd.DataFrame":
    """Tables of sessions in one, each with its mode and replication; categories stay such, with the words of all."""
    import pandas as pd

    every = [each.assign(mode=mode, replication=number) for (mode, number), each in frames]
    whole = pd.concat(every, ignore_index=True)
    for column, dtype in every[0].dtypes.items():
        if isinstance(dtype, pd.CategoricalDtype):
            words = dict.fromkeys(word for each in every for word in each[column].cat.categories)
            whole[column] = pd.Categorical(whole[column], list(words))
    whole.attrs = dict(every[0].attrs)
    front = ["mode", "replication"]
    return with_modes(whole[[*front, *(each for each in whole if each not in front)]])


def events_frame(results: Results) -> "pd.DataFrame":
    """All events of all logs, one row per event."""
    return logs_frame(results, EventLog.frame)


def summary_frame(results: Results, confidence: float = 0.95, by: Split | None = None) -> "pd.DataFrame":
    """One row a metric, mode and part of the people: what it is over all replications, interval, how many replications
    had a value, in how many the rarer outcome came where those are too few for an interval, and a
    `note` on what is blank.
    """
    import pandas as pd

    rows = []
    for metric in METRICS if by is None else [each for each in METRICS if each.split]:
        for mode in results.modes:
            sessions = results.measured(mode)
            for part in results.parts(by):
                found = pooling.interval(metric, sessions, confidence, *part)
                said = note(found, silence(metric.name, [each.part(*part) for each in sessions]))
                figures = (found.mean, found.low, found.high, found.n, found.in_sessions, said)
                rows.append((metric.name, mode, part[1], *figures))
    columns = ["metric", "mode", "part", "mean", "low", "high", "n", "rarer", "note"]
    table = with_modes(pd.DataFrame(rows, columns=columns))
    if by is None:
        return table.drop(columns="part").set_index(["metric", "mode"])
    return table.rename(columns={"part": by}).set_index(["metric", "mode", by])


CHECK_COLUMNS: Final = (
    *("mode", "replication", "line", "t_s", "what"),
    *("word", "expected", "got", "answer", "tested", "ok"),
)


def checks_frame(results: Results) -> "pd.DataFrame":
    """One row an expectation of the script, mode and replication."""
    import pandas as pd

    rows = [
        (o.mode, o.replication, c.line, c.at_s, c.what, c.word, c.expected, c.got, c.answer, c.tested, c.ok)
        for o, c in results.checks
    ]
    return with_modes(pd.DataFrame(rows, columns=list(CHECK_COLUMNS)))


def _by_mode(results: Results) -> list[Outcome]:
    return [outcome for mode in results.modes for outcome in results.of(mode)]
