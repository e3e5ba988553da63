"""Shares within a time, and quantiles, over all sessions of a study: how many of how many, and the tables of them."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from stagesim.experiments.notes import note
from stagesim.experiments.pooling import interval
from stagesim.experiments.quantiles import WaitQuantile, quantile_over
from stagesim.experiments.results import Results, with_modes
from stagesim.experiments.study import StudyError
from stagesim.experiments.tables import Table
from stagesim.metric_table import METRIC, QUANTILES, WAITS, Metric, Quantile, Wait
from stagesim.metrics import SPLITS, By, Split, tally
from stagesim.scenario.demands.shares import parse_wait, share_within, shown_shares
from stagesim.scenario.faults import FaultError
from stagesim.scenario.values.units import parse_positive_duration

if TYPE_CHECKING:
    import pandas as pd


def wait_of(text: str) -> Wait:
    """The time that `wishes on stage` or `time_to_stage` is about; StudyError where there is none such."""
    try:
        return parse_wait(text)
    except FaultError as error:
        raise StudyError(str(error)) from None


def share_of(what: str, time: str) -> Metric:
    """The share within a time, such as of `wishes on stage` within `60 s`; StudyError where there is none such."""
    wait = wait_of(what)
    try:
        return share_within(wait, parse_positive_duration(time))
    except FaultError as error:
        raise StudyError(str(error)) from None


SHARE_COLUMNS: Final = ("what", "within_s", "share", "low", "high", "number", "sessions", "rarer", "note")


def share_frame(results: Results, shares: Sequence[Metric], split: Split | None, confidence: float) -> "pd.DataFrame":
    """One row a mode, part of the people and share: of `what`, within how many seconds, `share`, `low`, `high`, of how
    many, in how many sessions, and `rarer` and `note` as in the summary.
    """
    rows = [(mode, value, *row) for mode, _, value, row in _share_rows(results, shares, split, confidence)]
    table = with_modes(Table(("mode", "part", *SHARE_COLUMNS), rows).frame())
    return table.rename(columns={"part": split}) if split else table.drop(columns="part")


def shown_shares_table(results: Results) -> Table:
    """The shares that tables show: of everybody, where `group` and `client` are empty, then of each part."""
    shares = shown_shares(results.scenario.shares_within)
    rows = [
        (mode, *_who(by, value), *row)
        for split in (None, *SPLITS)
        for mode, by, value, row in _share_rows(results, shares, split, 0.95)
    ]
    return Table(("mode", "group", "client", *SHARE_COLUMNS), rows)


def _share_rows(
    results: Results, shares: Sequence[Metric], split: Split | None, confidence: float
) -> Iterator[tuple[str, By, str, tuple[object, ...]]]:
    """The mode, the part of the people, and what the columns have."""
    for mode in results.modes:
        sessions = results.measured(mode)
        for by, value in results.parts(split):
            for metric in shares:
                assert metric.within is not None
                found = interval(metric, sessions, confidence, by, value)
                number = sum(tally(metric, each, by, value).number for each in sessions)
                what, limit_s = metric.within.wait.words, metric.within.limit_ms / 1000
                limits = found.mean, found.low, found.high
                yield mode, by, value, (what, limit_s, *limits, number, found.n, found.in_sessions, note(found))


def _who(by: By, value: str) -> tuple[str, str]:
    """A part of the people in the columns `group` and `client`."""
    return value if by == "group" else "", value if by == "client" else ""


def quantile_frame(results: Results, wait: Wait, part: float, split: Split | None, confidence: float) -> "pd.DataFrame":
    """One row a mode and part of the people: the quantile in seconds with its limits, infinite for never, and the share
    that `ever` gets there.
    """
    import pandas as pd

    rows = []
    for mode in results.modes:
        for by, value in results.parts(split):
            found = wait_quantile(results, wait, mode, part, confidence, by, value)
            ever = found.got / found.number if found.number else math.nan
            rows.append((mode, value, found.seconds, found.low, found.high, ever, found.number))
    columns = ["mode", "part", "seconds", "low", "high", "ever", "number"]
    table = with_modes(pd.DataFrame(rows, columns=columns))
    return table.rename(columns={"part": split}) if split else table.drop(columns="part")


def waits_table(results: Results) -> Table:
    """The waits that tables show, of everybody, where `group` and `client` are empty, then of each part: the `average`,
    of which the scenario's horizon counts at most, and quantiles, with limits, in seconds, infinite for never.
    """
    rows = [
        (mode, *_who(by, value), wait.words, *row)
        for mode in results.modes
        for split in (None, *SPLITS)
        for by, value in results.parts(split)
        for wait in WAITS
        for row in _wait_rows(results, wait, mode, by, value)
    ]
    return Table(("mode", "group", "client", "what", "figure", "seconds", "low", "high", "number"), rows)


def _wait_rows(
    results: Results, wait: Wait, mode: str, by: By, value: str
) -> Iterator[tuple[str, float, float, float, int]]:
    metric, sessions = METRIC[f"{wait.name}_mean"], results.measured(mode)
    mean = interval(metric, sessions, by=by, value=value)
    yield "average", mean.mean, mean.low, mean.high, sum(tally(metric, each, by, value).number for each in sessions)
    for name, part in QUANTILES.items():
        found = wait_quantile(results, wait, mode, part, by=by, value=value)
        yield name, found.seconds, found.low, found.high, found.number


def wait_quantile(
    results: Results,
    wait: Wait,
    mode: str,
    part: float,
    confidence: float = 0.95,
    by: By = "all",
    value: str = "",
) -> WaitQuantile:
    """A quantile of the times of all sessions of one mode."""
    return quantile_over(results.measured(mode), Quantile(wait, part), confidence, by, value)
